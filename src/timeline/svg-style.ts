/** The colours of a picture, light or dark as the reader's system has it. Text on bars has at least the contrast of 4.5 to 1. */
export const svgStyle = `
.tl{--bg:#ffffff;--line:#d1d9e0;--grid:#eaeef2;--fg:#1f2328;--muted:#59636e;--waiting:#e6eaef;--on-waiting:#4d5661;--pulling:#c8c3fb;--starting:#c4def9;--running:#8cc4fb;--ready:#7ed492;--terminating:#e3bdf3;--backOff:#fbd58b;--on:#1b2430;--stripe:#00000024;--critical:#d9480f;--bad:#cf222e;--good:#1a7f37;--warn:#9a6700;--true:#7ed492;font-family:-apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif;font-size:12px}
@media (prefers-color-scheme:dark){.tl{--bg:#0d1117;--line:#30363d;--grid:#1c2128;--fg:#e6edf3;--muted:#9198a1;--waiting:#21262d;--on-waiting:#a7b0ba;--pulling:#4b45a1;--starting:#1d4a80;--running:#1f62b5;--ready:#1f7a37;--terminating:#7a3f94;--backOff:#805b07;--on:#f0f6fc;--stripe:#ffffff2e;--critical:#ff9a4d;--bad:#ff7b72;--good:#56d364;--warn:#e3b341;--true:#238636}}
.tl text{fill:var(--fg)}
.tl .mono{font-family:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
.tl .h{font-size:14px;font-weight:600}
.tl .s{font-size:10.5px}
.tl text.m,.tl tspan.m{fill:var(--muted);font-weight:400}
.tl text.b{font-weight:600}
.tl .card{fill:var(--bg);stroke:var(--line)}
.tl .grid{stroke:var(--grid);stroke-width:1}
.tl .goal{stroke:var(--good);stroke-width:1;stroke-dasharray:3 3}
.tl .seg{stroke:var(--bg);stroke-width:1}
.tl .waiting{fill:var(--waiting)}.tl .pulling{fill:var(--pulling)}.tl .starting{fill:var(--starting)}.tl .running{fill:var(--running)}.tl .ready{fill:var(--ready)}.tl .terminating{fill:var(--terminating)}.tl .backOff{fill:var(--backOff)}
.tl .stripes{fill:url(#tl-stripes)}
.tl .stripe{stroke:var(--stripe);stroke-width:4}
.tl text.in{fill:var(--on);font-size:10.5px;pointer-events:none}
.tl text.in.on-waiting{fill:var(--on-waiting)}
.tl .Pending{fill:var(--waiting)}.tl .Running{fill:var(--running)}.tl .Succeeded{fill:var(--ready)}.tl .Failed{fill:var(--bad)}.tl .Unknown{fill:var(--backOff)}
.tl .true{fill:var(--true)}
.tl .crit{fill:var(--critical)}
.tl text.cost{fill:var(--critical);font-weight:600}
.tl .failure,.tl .error{color:var(--bad)}.tl .success{color:var(--good)}.tl .restart{color:var(--warn)}.tl .hook,.tl .kill{color:var(--muted)}.tl .exit{color:var(--muted)}
`;

/** The shapes of the marks, around their moment; they differ in form, not only in colour. */
export const svgDefinitions = [
  '<pattern id="tl-stripes" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="stripe" d="M2 0V8"/></pattern>',
  '<g id="tl-failure"><circle r="4.5" fill="currentColor" stroke="var(--bg)"/><path d="M0 -2.4V.6M0 1.8V2.6" stroke="var(--bg)" stroke-width="1.4"/></g>',
  '<g id="tl-success"><circle r="4.5" fill="currentColor" stroke="var(--bg)"/><path d="M-2 .1L-.5 1.6L2.1 -1.5" fill="none" stroke="var(--bg)" stroke-width="1.3"/></g>',
  '<g id="tl-error"><rect x="-5" y="-5" width="10" height="10" rx="2" fill="currentColor" stroke="var(--bg)"/><path d="M-2.2 -2.2L2.2 2.2M2.2 -2.2L-2.2 2.2" stroke="var(--bg)" stroke-width="1.5"/></g>',
  '<g id="tl-restart"><circle r="5" fill="var(--bg)" stroke="currentColor"/><path d="M2 -1.6A2.6 2.6 0 1 0 2.6 .6M2.6 -3V-1.2H.8" fill="none" stroke="currentColor" stroke-width="1.2"/></g>',
  '<g id="tl-hook"><path d="M0 -4.5L4.5 0L0 4.5L-4.5 0Z" fill="currentColor" stroke="var(--bg)"/></g>',
  '<g id="tl-kill"><rect x="-3.5" y="-3.5" width="7" height="7" fill="currentColor" stroke="var(--bg)"/></g>',
  '<g id="tl-exit"><path d="M0 -9V9" stroke="currentColor" stroke-width="1.5"/></g>',
].join('');
