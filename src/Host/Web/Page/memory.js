"use strict";
// The picture of memory: what is charged, stacked by who holds it, under the line of the budget, with what happened marked on it.
const memoryPicture = (() => {
  const MiB = 1048576, longest = 300;
  const plotBox = document.getElementById("plot"), legend = document.getElementById("legend"), text = document.getElementById("plot-text"), list = document.getElementById("marks");
  const names = { load: "loaded", yield: "yields", refusal: "refused", budget: "budget", replacement: "another file" };
  let points = [], marks = [], accounts = [], plot = null, now = 0, span = 30, held = false, drawn = "";

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colourOf = account => colour(`--c${accounts.indexOf(account) % 8}`);
  const isBuffer = name => name.startsWith("buffers:") || name === "fixed cost" || name === "shared weights" || name === "debt";

  /** Takes in what came; numbers tell what is there already. Returns whether something is missing between. */
  function add(history) {
    const lastPoint = points.length ? points[points.length - 1].n : 0, lastMark = marks.length ? marks[marks.length - 1].n : 0;
    const gap = (history.points.length > 0 && lastPoint > 0 && history.points[0].n > lastPoint + 1) || (history.marks.length > 0 && lastMark > 0 && history.marks[0].n > lastMark + 1);
    if (gap) return true;
    points.push(...history.points.filter(p => p.n > lastPoint));
    marks.push(...history.marks.filter(m => m.n > lastMark));
    now = history.now;
    // The last point before the picture begins says how it stood then.
    while (points.length > 1 && points[1].t < now - longest) points.shift();
    while (marks.length && marks[0].t < now - longest) marks.shift();
    for (const point of history.points) for (const name of Object.keys(point.charges)) if (!accounts.includes(name)) accounts.push(name);
    // What never changes lies at the bottom.
    accounts.sort((a, b) => (isBuffer(b) - isBuffer(a)) || (a < b ? -1 : a > b ? 1 : 0));
    if (!held) draw();
    return false;
  }

  function lastNumbers() {
    return { point: points.length ? points[points.length - 1].n : 0, mark: marks.length ? marks[marks.length - 1].n : 0 };
  }

  /** Stairs: each point holds until the next, and the last until now. */
  function series() {
    const from = now - span, seen = points.filter((p, i) => p.t >= from || i + 1 >= points.length || points[i + 1].t > from);
    const times = [], rows = [];
    for (const p of seen) { times.push(Math.max(p.t, from)); rows.push(p); }
    if (rows.length) { times.push(now); rows.push(rows[rows.length - 1]); }
    const ago = times.map(t => t - now), sums = new Array(times.length).fill(0), stacked = [];
    for (const account of accounts) {
      rows.forEach((p, i) => { sums[i] += (p.charges[account] || 0) / MiB; });
      stacked.push([...sums]);
    }
    return [ago, ...stacked, rows.map(p => p.measured / MiB), rows.map(p => p.budget / MiB)];
  }

  function draw() {
    const key = accounts.join("|") + plotBox.clientWidth + matchMedia("(prefers-color-scheme: dark)").matches;
    if (!plot || key !== drawn) make(key);
    plot.setData(series(), false);
    plot.setScale("x", { min: -span, max: 0 });
    tell();
  }

  function make(key) {
    drawn = key;
    if (plot) plot.destroy();
    const step = uPlot.paths.stepped({ align: 1 }), ink = colour("--ink"), line = colour("--line");
    const areas = accounts.map((name, i) => ({ label: name, stroke: colourOf(name), fill: colourOf(name) + "66", width: 1, paths: step, points: { show: false } }));
    const bands = accounts.slice(1).map((_, i) => ({ series: [i + 2, i + 1] }));
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, font: "12px system-ui" };
    plot = new uPlot({
      width: Math.max(200, plotBox.clientWidth), height: plotBox.clientWidth < 560 ? 210 : 280,
      legend: { show: false }, bands, cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false, range: () => [-span, 0] }, y: { range: (u, min, max) => [0, Math.max(1, max * 1.2)] } },
      axes: [{ ...axis, values: (u, ticks) => ticks.map(t => t === 0 ? "now" : `${t} s`) }, { ...axis, size: 64, values: (u, ticks) => ticks.map(t => `${t} MiB`) }],
      series: [{}, ...areas,
        { label: "measured", stroke: ink, width: 1, dash: [2, 3], paths: step, points: { show: false } },
        { label: "budget", stroke: colour("--bad"), width: 2, paths: step, points: { show: false } }],
      hooks: { draw: [u => drawMarks(u)] },
    }, [[], ...accounts.map(() => []), [], []], plotBox);
    legend.replaceChildren(...accounts.map(name => entry(name, colourOf(name))), entry("budget", colour("--bad")), entry("measured", ink),
      ...["▼ load", "▲ yield", "✕ refused", "◆ budget", "⇄ another file"].map(t => { const item = document.createElement("li"); item.textContent = t; return item; }));
  }

  function entry(name, tint) {
    const item = document.createElement("li"), swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = tint;
    item.append(swatch, name);
    return item;
  }

  function drawMarks(u) {
    const c = u.ctx, top = u.bbox.top, ratio = devicePixelRatio || 1, signs = { load: "▼", yield: "▲", refusal: "✕", budget: "◆", replacement: "⇄" };
    c.save();
    c.font = `${11 * ratio}px system-ui`;
    c.textAlign = "center";
    for (const mark of marks) {
      if (mark.t < now - span) continue;
      c.fillStyle = mark.kind === "refusal" ? colour("--bad") : accounts.includes(mark.who) ? colourOf(mark.who) : colour("--ink");
      c.fillText(signs[mark.kind] || "•", u.valToPos(mark.t - now, "x", true), top + (mark.kind === "load" ? 11 : 24) * ratio);
    }
    c.restore();
  }

  /** The same in words: for those who do not see the picture. */
  function tell() {
    const last = points[points.length - 1];
    if (!last) return;
    const holders = Object.entries(last.charges).filter(([, bytes]) => bytes > 0).map(([name, bytes]) => `${name} ${(bytes / MiB).toFixed(1)}`);
    const recent = marks.filter(m => m.t >= now - span), count = kind => recent.filter(m => m.kind === kind).length;
    text.textContent = `Now: ${holders.join(", ")} MiB of ${(last.budget / MiB).toFixed(1)}. In the time shown: ${count("load")} loads, ${count("yield")} yields, ${count("refusal")} refusals.`;
    list.replaceChildren(...marks.slice(-60).reverse().map(m => {
      const item = document.createElement("li");
      item.textContent = `${(now - m.t).toFixed(1)} s ago, ${names[m.kind] || m.kind}: ${m.text}`;
      return item;
    }));
  }

  addEventListener("resize", () => points.length && draw());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => points.length && draw());
  return {
    add, lastNumbers,
    show(seconds) { span = seconds; if (points.length) draw(); },
    hold(still) { held = still; if (!held && points.length) draw(); },
    /** What was there is of another run. */
    clear() { points = []; marks = []; accounts = []; },
  };
})();
