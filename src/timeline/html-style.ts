/** The page around the picture; the picture brings its own style. */
export const pageStyle = `
:root{color-scheme:light dark;--page:#f6f8fa;--text:#1f2328;--soft:#59636e;--edge:#d1d9e0;--raised:#ffffff;--focus:#0969da}
@media (prefers-color-scheme:dark){:root{--page:#010409;--text:#e6edf3;--soft:#9198a1;--edge:#30363d;--raised:#0d1117;--focus:#58a6ff}}
body{margin:0 auto;padding:20px;max-width:1400px;background:var(--page);color:var(--text);font:14px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif}
h1{font-size:20px;margin:0 0 12px;overflow-wrap:anywhere}
#tools{display:flex;flex-wrap:wrap;gap:6px;align-items:center;margin-bottom:10px}
#help{color:var(--soft);font-size:12px;margin-left:6px}
button{font:inherit;min-width:34px;padding:3px 10px;border:1px solid var(--edge);border-radius:6px;background:var(--raised);color:inherit;cursor:pointer}
button:hover{border-color:var(--soft)}
#picture{overflow-x:auto;border-radius:8px}
#picture>svg{display:block;width:100%;min-width:760px;height:auto}
#picture svg.plot{cursor:grab;touch-action:pan-y}
#picture.drags svg.plot{cursor:grabbing}
button:focus-visible,#picture:focus-visible,summary:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
#picture [data-tip]:focus{outline:none}
#picture .chosen{stroke:var(--focus);stroke-width:2}
#picture use.chosen{filter:drop-shadow(0 0 2px var(--focus)) drop-shadow(0 0 1px var(--focus))}
#details{min-height:1.5em;margin:10px 0;overflow-wrap:anywhere}
#tip{position:fixed;z-index:1;pointer-events:none;max-width:420px;padding:5px 9px;border:1px solid var(--edge);border-radius:6px;background:var(--raised);font-size:12px;box-shadow:0 3px 12px #0003;overflow-wrap:anywhere}
#tip[hidden]{display:none}
details{margin:10px 0;padding:8px 12px;border:1px solid var(--edge);border-radius:8px;background:var(--raised);overflow-x:auto}
summary{cursor:pointer;font-weight:600;overflow-wrap:anywhere}
table{border-collapse:collapse;margin-top:8px;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:2px 18px 2px 0;text-align:left;vertical-align:top}
th{color:var(--soft);font-weight:500}
td:last-child{overflow-wrap:anywhere}
@media print{#tools,#details{display:none}}
`.trim();
