/**
 * What the page does, as the browser gets it: the compiler of this folder knows no DOM. Everything on the time axis carries its
 * times (`data-from` and `data-to`, or `data-at`, in milliseconds); zooming places it again within the plot.
 */
export const pageScript = String.raw`
'use strict';
(() => {
  const picture = document.getElementById('picture');
  const svg = picture.querySelector('svg');
  const tip = document.getElementById('tip');
  const details = document.getElementById('details');
  const end = Number(svg.dataset.end), width = Number(svg.dataset.plot), least = Math.min(end, 2);
  const plots = [...svg.querySelectorAll('svg.plot')];
  const spans = [...svg.querySelectorAll('[data-from]')], moments = [...svg.querySelectorAll('[data-at]')];
  const targets = [...svg.querySelectorAll('[data-tip]')];
  let from = 0, to = end, chosen;

  function show(start, length) {
    const wanted = Math.min(Math.max(length, least), end);
    from = Math.min(Math.max(start, 0), end - wanted);
    to = from + wanted;
    draw();
  }
  function zoom(factor, middle = (from + to) / 2) {
    const length = Math.min(Math.max((to - from) * factor, least), end);
    show(middle - (middle - from) * (length / (to - from)), length);
  }
  const x = (ms) => ((ms - from) / (to - from)) * width;

  function draw() {
    for (const part of spans) {
      const left = Math.max(x(Number(part.dataset.from)), -20), right = Math.min(x(Number(part.dataset.to)), width + 20);
      part.style.display = right < -10 || left > width + 10 ? 'none' : '';
      if (part.tagName === 'text') label(part, Math.max(left, 0), Math.min(right, width));
      else {
        const wide = Math.max(right - left, 1.5);
        part.setAttribute('x', to === end && from === 0 ? Math.min(left, width - wide) : left);
        part.setAttribute('width', wide);
      }
    }
    for (const part of moments) {
      const at = x(Number(part.dataset.at));
      part.style.display = at < -10 || at > width + 10 ? 'none' : '';
      if (part.tagName === 'line') { part.setAttribute('x1', at); part.setAttribute('x2', at); }
      else part.setAttribute('x', part.tagName === 'rect' ? at - 0.75 : at);
    }
    for (const axis of svg.querySelectorAll('.axis')) drawAxis(axis);
  }
  function label(part, left, right) {
    const fitting = JSON.parse(part.dataset.texts).find(([, needed]) => needed <= right - left);
    part.setAttribute('x', left + 5);
    part.textContent = fitting ? fitting[0] : '';
  }

  const day = 86400000;
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, ...[1, 2, 5, 10, 20, 30].map((n) => n * 1000),
    ...[1, 2, 5, 10, 20, 30].map((n) => n * 60000), ...[1, 2, 3, 6, 12].map((n) => n * 3600000), ...[1, 2, 5, 10, 20, 50, 100].map((n) => n * day)];
  function time(ms) {
    if (ms === 0) return '0';
    if (ms < 10) return ms + 'ms';
    if (ms < 60000) return ms / 1000 + 's';
    const parts = [[Math.floor(ms / day), 'd'], [Math.floor(ms / 3600000) % 24, 'h'], [Math.floor(ms / 60000) % 60, 'm'], [(ms % 60000) / 1000, 's']];
    return parts.filter(([count]) => count !== 0).map(([count, unit]) => count + unit).join('');
  }
  function drawAxis(axis) {
    const step = steps.find((candidate) => (to - from) / candidate <= width / 70) || Math.ceil((to - from) / 10 / day) * day;
    const make = (name, attributes, text) => {
      const part = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
      if (text) part.textContent = text;
      axis.append(part);
    };
    axis.replaceChildren();
    for (let ms = Math.ceil(from / step) * step; ms <= to; ms += step) {
      const at = x(ms);
      make('text', { class: 's m', x: at, y: axis.dataset.top, 'text-anchor': at < 12 ? 'start' : at > width - 16 ? 'end' : 'middle' }, time(ms));
      make('line', { class: 'grid', x1: at, x2: at, y1: Number(axis.dataset.top) + 5, y2: axis.dataset.bottom });
    }
  }

  /** The time under the pointer. */
  function timeAt(event, plot) {
    const box = plot.getScreenCTM();
    return from + ((event.clientX - box.e) / box.a / width) * (to - from);
  }
  function choose(part) {
    if (chosen) chosen.classList.remove('chosen');
    chosen = part;
    if (!part) return;
    part.classList.add('chosen');
    details.textContent = part.dataset.tip;
  }
  function visible(part) {
    const start = Number(part.dataset.at ?? part.dataset.from), stop = Number(part.dataset.at ?? part.dataset.to);
    if (stop < from || start > to) show(start - (to - from) / 4, to - from);
  }

  const pointers = new Map();
  for (const plot of plots) {
    plot.addEventListener('wheel', (event) => {
      if (event.ctrlKey || event.metaKey) zoom(Math.exp(event.deltaY * 0.003), timeAt(event, plot));
      else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        show(from + ((event.deltaX || event.deltaY) / width) * (to - from), to - from);
      } else return;
      event.preventDefault();
    }, { passive: false });
    plot.addEventListener('dblclick', (event) => zoom(event.shiftKey ? 2 : 0.5, timeAt(event, plot)));
    plot.addEventListener('pointerdown', (event) => {
      pointers.set(event.pointerId, { x: event.clientX, moved: false });
    });
    plot.addEventListener('pointermove', (event) => {
      const known = pointers.get(event.pointerId);
      if (!known) return;
      const moved = event.clientX - known.x;
      if (!known.moved && Math.abs(moved) < 4) return;
      if (!known.moved) { plot.setPointerCapture(event.pointerId); picture.classList.add('drags'); }
      known.moved = true;
      if (pointers.size === 2) {
        const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
        const [before, after] = [Math.abs(known.x - other.x), Math.abs(event.clientX - other.x)];
        if (after > 8) zoom(before / after);
      } else show(from - (moved / plot.getScreenCTM().a / width) * (to - from), to - from);
      known.x = event.clientX;
    });
    for (const name of ['pointerup', 'pointercancel']) plot.addEventListener(name, (event) => {
      pointers.delete(event.pointerId);
      picture.classList.remove('drags');
    });
  }
  // Where a bar is crowded, what is pointed at needs a background to be dragged by: one below all plots, which lie over one another.
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [key, value] of Object.entries({ width: '100%', height: '100%', fill: 'transparent' })) ground.setAttribute(key, value);
  plots[0]?.prepend(ground);
  svg.addEventListener('click', (event) => choose(event.target.closest('[data-tip]')));
  svg.addEventListener('pointermove', (event) => {
    const part = pointers.size === 0 ? event.target.closest('[data-tip]') : null;
    tip.hidden = !part;
    if (!part) return;
    tip.textContent = part.dataset.tip;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - box.width - 8)) + 'px';
    tip.style.top = (event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 12 : event.clientY + 18) + 'px';
  });
  svg.addEventListener('pointerleave', () => { tip.hidden = true; });

  const actions = { in: () => zoom(0.5), out: () => zoom(2), reset: () => show(0, end) };
  for (const button of document.querySelectorAll('[data-do]')) button.addEventListener('click', actions[button.dataset.do]);
  function step(by) {
    const index = targets.indexOf(chosen);
    const next = targets[Math.min(Math.max(index + by, 0), targets.length - 1)];
    if (!next) return;
    visible(next);
    choose(next);
  }
  const keys = {
    '+': actions.in, '=': actions.in, '-': actions.out, 0: actions.reset, Home: actions.reset,
    ArrowLeft: () => show(from - (to - from) / 8, to - from), ArrowRight: () => show(from + (to - from) / 8, to - from),
    ArrowDown: () => step(1), ArrowUp: () => step(-1),
    Escape: () => { choose(undefined); tip.hidden = true; },
  };
  picture.addEventListener('keydown', (event) => {
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  draw();
})();
`.trim();
