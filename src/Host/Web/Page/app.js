"use strict";
// The page: asks how it stands once, then is told each second. Whatever came from outside is only ever set as text.
(() => {
  const by = id => document.getElementById(id), MiB = 1048576;
  const el = (tag, props = {}, ...children) => { const e = Object.assign(document.createElement(tag), props); e.append(...children); return e; };
  const mib = bytes => `${(bytes / MiB).toFixed(1)} MiB`;
  let feed = null, shown = new Map(), again = null;

  async function ask(path, body) {
    const response = await fetch(path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const answer = await response.json().catch(() => ({ error: response.statusText }));
    if (response.status === 401 && path !== "/api/login") needToken();
    if (!response.ok) throw new Error(answer.error || response.statusText);
    return answer;
  }

  function say(text, good) {
    const notice = by("notice");
    notice.textContent = text;
    notice.className = good ? "good" : "";
    notice.hidden = !text;
  }

  async function act(path, body = {}) {
    try {
      const answer = await ask(path, body);
      say(answer.done || describe(answer), true);
    } catch (error) {
      say(error.message, false);
    }
  }

  const describe = answer => [...(answer.applied || []), ...(answer.refused || []).map(r => `refused: ${r}`), ...(answer.needRestart || []).map(k => `${k} takes a restart`)].join("; ") || "nothing changed";

  function needToken() {
    stop();
    by("login").hidden = false;
    by("main").hidden = true;
    by("token").focus();
  }

  by("login").addEventListener("submit", async event => {
    event.preventDefault();
    try {
      await ask("/api/login", { token: by("token").value });
      by("token").value = "";
      by("login").hidden = true;
      say("");
      await start();
      by("main").focus();
    } catch (error) {
      say(error.message, false);
    }
  });

  async function start() {
    stop();
    try {
      memoryPicture.clear();
      memoryPicture.add(await ask("/api/history"));
      show(await ask("/api/status"));
      by("main").hidden = false;
    } catch {
      if (by("login").hidden) retry();
      return;
    }
    feed = new EventSource("/api/live");
    feed.onmessage = async message => {
      const status = JSON.parse(message.data);
      show(status);
      if (memoryPicture.add(status.history)) {
        const { point, mark } = memoryPicture.lastNumbers();
        try { memoryPicture.add(await ask(`/api/history?point=${point}&mark=${mark}`)); } catch { retry(); }
      }
    };
    feed.onerror = () => retry();
  }

  function stop() {
    if (feed) feed.close();
    feed = null;
    clearTimeout(again);
  }

  function retry() {
    stop();
    const health = by("health");
    health.textContent = "not reached";
    health.className = "badge bad";
    again = setTimeout(start, 2000);
  }

  function figures(into, pairs) {
    into.replaceChildren(...pairs.map(([name, value]) => el("div", {}, el("dt", { textContent: name }), el("dd", { textContent: value }))));
  }

  function time(seconds) {
    const h = Math.floor(seconds / 3600), m = Math.floor(seconds / 60) % 60, s = Math.floor(seconds % 60);
    return h ? `${h} h ${m} min` : m ? `${m} min ${s} s` : `${s} s`;
  }

  function show(status) {
    by("name").textContent = status.name;
    document.title = `${status.name}: ${status.ready ? "ready" : "not ready"}`;
    by("version").textContent = status.version;
    const health = by("health"), word = status.ready ? "ready" : status.live ? "not ready" : "to be restarted";
    const said = status.reasons.length ? `${word}: ${status.reasons.join("; ")}` : word;
    // Said aloud where it changes, and not each second.
    if (health.textContent !== said) health.textContent = said;
    health.className = `badge ${status.ready ? "good" : status.live ? "" : "bad"}`;
    by("uptime").textContent = status.runningSeconds ? `running ${time(status.runningSeconds)}` : "";
    const m = status.memory;
    figures(by("memory-figures"), [["charged", `${mib(m.chargedBytes)} of ${mib(m.budgetBytes)}`], ["measured", mib(m.measuredBytes)], ["did not come back", mib(m.debtBytes)],
      ["leases granted", m.granted], ["asked to yield", m.yielded], ["refused", m.denied], ["lanes", status.lanes ?? "–"]]);
    if (document.activeElement !== by("budget")) by("budget").placeholder = mib(m.configuredBytes);
    status.pipelines.forEach(p => pipeline(p, status.pictures));
    status.models.forEach(model);
    // A file that was tried for a model is gone once it is decided.
    for (const [key, view] of shown) if (view.row && !status.models.some(m => key === `m ${m.id}`)) { view.row.remove(); shown.delete(key); }
    by("neighbours-section").hidden = !status.neighbours;
    if (status.neighbours) neighbours(status.neighbours);
  }

  function pipeline(p, pictures) {
    let view = shown.get(`p ${p.id}`);
    if (!view) shown.set(`p ${p.id}`, view = makePipeline(p.id, pictures));
    view.state.textContent = p.reason ? `${p.state}: ${p.reason}` : p.state;
    view.state.className = `badge ${p.state === "running" ? "good" : p.state === "interrupted" ? "bad" : ""}`;
    const pause = p.state === "paused" ? "Resume" : "Pause";
    if (view.pause.textContent !== pause) view.pause.textContent = pause;
    view.pause.disabled = p.state === "ended" || p.state === "starting";
    figures(view.figures, [["frames/s", p.fps.toFixed(1)], ["crops/s", p.cropsPerSecond.toFixed(1)], ["latency now / p99", `${p.latencyMs.latest.toFixed(0)} / ${p.latencyMs.p99.toFixed(0)} ms`],
      ["in flight / window", `${p.inFlight} / ${p.window}`], ["captured", p.captured], ...Object.entries(p.outcomes), ...(p.interruptions ? [["outages", p.interruptions]] : [])]);
  }

  function makePipeline(id, pictures) {
    const at = `/api/pipelines/${encodeURIComponent(id)}`;
    const state = el("p", { className: "badge" }), numbers = el("dl", { className: "figures" });
    const pause = el("button", { type: "button", textContent: "Pause" });
    pause.setAttribute("aria-label", `Pause or resume ${id}`);
    pause.setAttribute("data-pause", id);
    pause.addEventListener("click", () => act(`${at}/${pause.textContent === "Pause" ? "pause" : "resume"}`));
    const image = el("img", { alt: `Newest picture of ${id} with its boxes` }), box = el("div", { className: "view" }, image);
    image.addEventListener("error", () => { box.replaceChildren(el("span", { textContent: "no picture now" })); setTimeout(() => { box.replaceChildren(image); look(); }, 5000); });
    // Nobody looks: nothing is drawn for it.
    let visible = false;
    const look = () => { const wanted = visible && !document.hidden ? `${at}/picture` : ""; if (wanted) { if (!image.src) image.src = wanted; } else image.removeAttribute("src"); };
    new IntersectionObserver(entries => { visible = entries[entries.length - 1].isIntersecting; look(); }).observe(box);
    document.addEventListener("visibilitychange", look);
    by("pipelines").append(el("article", { className: "pipeline" }, el("div", { className: "head" }, el("h3", { textContent: id }), state, el("span", { className: "grow" }), pause), ...(pictures ? [box] : []), el("div", {}, numbers)));
    return { state, figures: numbers, pause };
  }

  function model(m) {
    let row = shown.get(`m ${m.id}`);
    if (!row) shown.set(`m ${m.id}`, row = makeModel(m.id));
    const cells = [m.reason && m.state !== "unloaded" ? `${m.state}: ${m.reason}` : m.state, `${m.loads}`, m.lastLoadMs == null ? "–" : `${m.lastLoadMs.toFixed(0)} ms`,
      m.queueMs == null ? "–" : `${m.queueMs.toFixed(0)} ms`, m.partMs == null ? "–" : `${m.partMs.toFixed(1)} ms`];
    cells.forEach((text, i) => { if (row.cells[i].textContent !== text) row.cells[i].textContent = text; });
    const pin = m.pinned ? "Unpin" : "Pin";
    if (row.pin.textContent !== pin) row.pin.textContent = pin;
    row.variant.textContent = [m.variant && m.variant !== m.id ? m.variant : "", m.provider].filter(Boolean).join(" on ");
  }

  function makeModel(id) {
    const at = `/api/models/${encodeURIComponent(id)}`, cells = Array.from({ length: 5 }, () => el("td"));
    const button = (text, run) => { const b = el("button", { type: "button", textContent: text }); b.addEventListener("click", run); return b; };
    const why = button("Why?", () => explain(id)), pin = button("Pin", () => act(`${at}/${pin.textContent.toLowerCase()}`));
    why.setAttribute("aria-label", `Why is ${id} in memory or not?`);
    why.setAttribute("data-explain", id);
    const variant = el("span", { className: "quiet" });
    const row = el("tr", {}, el("th", { scope: "row" }, id, " ", variant), ...cells,
      el("td", { className: "actions" }, why, pin, button("Preload", () => act(`${at}/preload`)), button("Unload", () => act(`${at}/unload`))));
    by("models").append(row);
    return { row, cells, pin, variant };
  }

  async function explain(id) {
    try {
      const why = await ask(`/api/models/${encodeURIComponent(id)}/explain`);
      by("explain-title").textContent = `Why is ${why.model} ${why.state}?`;
      by("explain-text").textContent = why.text;
      figures(by("explain-figures"), [["holds", mib(why.holdsBytes)], ["needs", mib(why.needBytes)], ["free", mib(why.freeBytes)], ["budget", mib(why.budgetBytes)], ["requests before it", why.ahead]]);
      by("explain-table").replaceChildren(...(why.considered.length ? [el("h3", { textContent: "Looked at to make room" }), el("ul", {}, ...why.considered.map(c =>
        el("li", { textContent: `${c.model}: ${mib(c.bytes)}, wanted for ${c.wanted}, ${c.reloadMs.toFixed(0)} ms to load again; ${c.chosen ? "asked to yield" : c.spared || "not needed"}` })))] : []));
      by("explain").showModal();
    } catch (error) {
      say(error.message, false);
    }
  }

  function neighbours(n) {
    by("neighbours").replaceChildren(...n.nodes.map(node => el("li", { textContent: `${node.name}: ${node.state}, did ${n.traffic.handedOff.by[node.name] || 0} crops for this node` })));
  }

  by("span").addEventListener("change", () => memoryPicture.show(Number(by("span").value)));
  by("hold").addEventListener("click", () => {
    const still = by("hold").getAttribute("aria-pressed") !== "true";
    by("hold").setAttribute("aria-pressed", String(still));
    memoryPicture.hold(still);
  });
  by("reload").addEventListener("click", () => act("/api/reload"));
  by("budget-form").addEventListener("submit", event => { event.preventDefault(); act("/api/budget", { budget: by("budget").value }); });
  start();
})();
