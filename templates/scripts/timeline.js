// The timeline: a part of the time by selection or keys, and two negotiations on one axis. What the page has drawn is
// moved; of many negotiations those in sight are drawn from its data.
(() => {
  const picture = document.getElementById("timeline-picture");
  if (!picture) return;
  const MOST_TICKS = 8, MOST_LANES = 60, BINS = 100, LEAST_MS = 4;
  const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const STEPS = [
    ...[1, 2, 5, 10, 20, 50, 100, 200, 500], ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
    ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE), ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
    ...[1, 2, 7, 14, 28, 91, 182, 365, 730, 1825, 3650, 18250, 73000].map((n) => n * DAY),
  ];
  const list = picture.querySelector("ul"), inner = picture.querySelector(".inner"), grid = picture.querySelector(".grid");
  const clock = picture.querySelector(".axis.clock svg"), since = picture.querySelector(".axis.since svg");
  const zone = picture.querySelector(".axis.clock .name"), zoneText = zone.textContent;
  const outcomes = [...list.querySelectorAll("li.density")].filter((row) => row.querySelector(".chip"));

  const drawn = (name, attributes) => {
    const element = document.createElementNS(grid.namespaceURI, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const made = (name, ...parts) => {
    const element = document.createElement(name);
    element.append(...parts);
    return element;
  };

  function begin(data) {
    const length = data.end - data.start;
    let from = 0, to = 1; // what is in sight, as parts of the whole
    let pair = null; // the rows of two negotiations, where these alone are shown
    let own = false; // each from its own beginning

    // -- what the page has drawn, by row: each part with its places, as parts of the whole
    const rowOf = (element) => {
      const parts = [...element.querySelectorAll("svg line, svg rect, svg use[x]")].map((part) => {
        const [first, second] = { line: ["x1", "x2"], rect: ["x", "width"], use: ["x", null] }[part.localName];
        const start = parseFloat(part.getAttribute(first)) / 100;
        const more = second ? parseFloat(part.getAttribute(second)) / 100 : start;
        return { part, first, second, start, end: part.localName === "rect" ? start + more : more };
      });
      const start = Math.min(...parts.map((one) => one.start)), end = Math.max(...parts.map((one) => one.end));
      return { element, parts, start, end, number: Number(element.dataset.number) };
    };
    const rows = [...list.children].map(rowOf);

    // -- of many negotiations: when each begins and ends, and what became of it
    const all = [];
    if (data.number) {
      let number = 0, at = 0;
      data.number.forEach((step, place) => {
        number += step;
        at += data.begin[place];
        all.push({ number, kind: data.kind[place], start: at / length, end: (at + data.last[place]) / length });
      });
    }

    function lane(one) {
      const [outcome, failed] = data.kinds[one.kind];
      const row = made("li"), name = made("span"), link = made("a", outcomeChip(one.kind), ` ${one.number}`);
      link.href = `#n${one.number}`;
      name.className = "name";
      name.append(link, ...(failed ? [" ", Object.assign(made("span", `✖ ${failed}`), { className: "strange" })] : []));
      const svg = drawn("svg", { class: `lane ${outcome}${failed ? " trouble" : ""}`, role: "img" });
      svg.setAttribute("aria-label", `Negotiation ${one.number}: ${outcome}`);
      const place = { class: "bar", x1: `${100 * one.start}%`, x2: `${100 * one.end}%`, y1: 10, y2: 10 };
      svg.append(drawn("line", place));
      if (outcome === "failed" || outcome === "unanswered") {
        const sign = outcome === "failed" ? "refused" : "silent";
        const mark = drawn("g", { class: sign });
        mark.append(drawn("use", { href: `#sign-${sign}`, x: `${100 * one.end}%` }));
        svg.append(mark);
      }
      row.dataset.number = one.number;
      row.append(name, svg);
      return row;
    }
    const outcomeChip = (kind) => outcomes[kind].querySelector(".chip").cloneNode(true);

    // -- drawing what is in sight
    const span = () => (to - from) * length;
    function place(row) {
      const shift = own ? row.start : 0, scale = 1 / (to - from);
      for (const { part, first, second, start, end } of row.parts) {
        const x = (start - shift - from) * scale, x2 = (end - shift - from) * scale;
        part.style.display = x2 < -0.01 || x > 1.01 ? "none" : "";
        const left = Math.max(x, -0.02), right = Math.min(x2, 1.02);
        part.setAttribute(first, `${100 * left}%`);
        if (second) part.setAttribute(second, `${100 * (second === "width" ? Math.max(0, right - left) : right)}%`);
      }
    }

    let lanes = []; // those made of the data
    function many() {
      for (const row of lanes) row.element.remove();
      lanes = [];
      if (!all.length) return;
      const inSight = pair ? all.filter((one) => pair.includes(one.number)) : all.filter((one) => one.end >= from && one.start <= to);
      if (pair || ((from > 0 || to < 1) && inSight.length <= MOST_LANES)) {
        lanes = inSight.map((one) => rowOf(lane(one)));
        list.append(...lanes.map((row) => row.element));
      }
      const counts = outcomes.map(() => new Array(BINS).fill(0));
      for (const one of all) {
        const bin = Math.floor((BINS * (one.start - from)) / (to - from));
        if (bin >= 0 && (bin < BINS || (bin === BINS && to === 1))) counts[one.kind][Math.min(bin, BINS - 1)] += 1;
      }
      outcomes.forEach((element, kind) => bars(element, counts[kind]));
    }

    function bars(element, counts) {
      const most = Math.max(...counts), svg = element.querySelector(".name ~ svg");
      svg.replaceChildren(...counts.flatMap((count, bin) => {
        if (!count) return [];
        const height = Math.max(4, Math.round((24 * count) / most));
        const bar = drawn("rect", { x: `${bin}%`, width: "1%", y: 26 - height, height }), title = drawn("title", {});
        title.textContent = `${time(data.start + (from + ((to - from) * bin) / BINS) * length)}: ${count}`;
        bar.append(title);
        return [bar];
      }));
    }

    function draw() {
      picture.classList.toggle("zoomed", from > 0 || to < 1 || own);
      many();
      for (const row of [...rows, ...lanes]) {
        const hidden = pair !== null && !pair.includes(row.number);
        row.element.hidden = hidden;
        if (!hidden && !(all.length && outcomes.includes(row.element))) place(row);
      }
      axes();
    }

    // -- the axes, by the offsets from UTC that the data have
    const ahead = (at) => page.zone?.ahead(at) ?? data.offsets.findLast(([start], place) => place === 0 || start <= at)[1];
    const local = (at) => new Date(at + ahead(at)).toISOString();
    const dateOf = (at) => local(at).slice(0, 10);
    const time = (at) => local(at).slice(11, span() < 10 * MINUTE ? 23 : 19);
    // A span: its two greatest units, or all of them down to that of a step.
    const words = (ms, step) => {
      const parts = [[DAY, "d"], [HOUR, "h"], [MINUTE, "min"], [SECOND, "s"], [1, "ms"]], found = [];
      for (const [size, unit] of parts) {
        if (ms >= size) found.push(`${Math.floor(ms / size)} ${unit}`);
        ms = Math.round(ms % size);
      }
      return (step ? found : found.slice(0, 2)).join(" ") || "0 s";
    };
    function axes() {
      const step = STEPS.find((one) => span() / one <= MOST_TICKS) ?? STEPS.at(-1);
      const first = data.start + from * length, last = data.start + to * length, ticks = [];
      let date = dateOf(first);
      zone.textContent = own ? "each from its own beginning" : page.zone?.day(first) ?? date + zoneText.slice(10).replace(/[+-]\d\d:\d\d/, offset(first));
      for (let at = first; ticks.length < 2 * MOST_TICKS;) {
        const whole = Math.ceil((at + ahead(at)) / step) * step;
        at = Math.max(at, whole - ahead(whole - ahead(at)));
        if (at > last) break;
        const text = local(at), day = text.slice(0, 10);
        const label = step >= DAY ? day : text.slice(11, step >= MINUTE ? 16 : step >= SECOND ? 19 : 23);
        ticks.push({ x: (at - first) / (last - first), label, day: step < DAY && day !== date ? day : "" });
        date = day;
        at += 0.5;
      }
      const base = own ? from * length : first - data.start, after = [];
      for (let n = Math.ceil(base / step); n * step <= base + span(); n++) {
        after.push({ x: (n * step - base) / span(), label: `+${words(n * step, step)}`, day: "" });
      }
      axis(clock, own ? [] : ticks);
      axis(since, after);
      grid.replaceChildren(...(own ? after : ticks).map(({ x }) => drawn("line", { x1: `${100 * x}%`, x2: `${100 * x}%`, y1: 0, y2: "100%" })));
      const count = all.length ? `, ${all.filter((one) => one.end >= from && one.start <= to).length.toLocaleString("en")} of ${all.length.toLocaleString("en")} negotiations` : "";
      output.textContent = own ? "" : `${dateOf(first)} ${time(first)} to ${dateOf(last) === dateOf(first) ? "" : `${dateOf(last)} `}${time(last)} (${words(span())})${count}`;
    }
    const offset = (at) => {
      const minutes = Math.abs(ahead(at)) / MINUTE, two = (n) => String(Math.floor(n)).padStart(2, "0");
      return `${ahead(at) < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
    };
    function axis(svg, ticks) {
      svg.replaceChildren(...ticks.flatMap(({ x, label, day }) => {
        const side = x < 0.04 ? "first" : x > 0.96 ? "last" : x < 0.14 ? "near" : x > 0.86 ? "far" : "";
        const at = `${100 * x}%`, mark = drawn("g", {});
        const text = drawn("text", { x: at, y: 17, class: side });
        text.textContent = label;
        mark.append(drawn("line", { x1: at, x2: at, y1: 0, y2: 5 }), text);
        if (!day) return [mark];
        const below = drawn("text", { x: at, y: 31, class: `day ${side}` });
        below.textContent = day;
        return [mark, below];
      }));
      fit(svg, ":not(.day)");
      fit(svg, ".day");
    }
    // Texts that would stand over another one or beyond the axis are moved inside or left out, their marks stay.
    function fit(svg, which) {
      const { left, right } = svg.getBoundingClientRect();
      let end = -Infinity;
      for (const text of svg.querySelectorAll(`text${which}`)) {
        let box = text.getBoundingClientRect();
        if (!box.width) continue;
        if (box.left < left || box.right > right) text.classList.add(box.left < left ? "first" : "last");
        box = text.getBoundingClientRect();
        if (box.left < end) text.remove();
        else end = box.right + 6;
      }
    }

    // -- moving
    function show(left, right) {
      const width = Math.min(1, Math.max(right - left, LEAST_MS / length));
      from = Math.min(Math.max(0, left), 1 - width);
      to = from + width;
      if (from < 1e-12 && to > 1 - 1e-12) [from, to] = [0, 1];
      draw();
    }
    const zoom = (factor) => {
      const middle = (from + to) / 2, half = ((to - from) * factor) / 2;
      show(middle - half, middle + half);
    };
    const move = (part) => show(from + part * (to - from), to + part * (to - from));
    const moves = {
      "+": () => zoom(1 / 2), "=": () => zoom(1 / 2), "-": () => zoom(2), ArrowLeft: () => move(-1 / 4),
      ArrowRight: () => move(1 / 4), 0: () => everything(), Escape: () => everything(),
    };
    function everything() {
      [pair, own] = [null, false];
      show(0, 1);
    }
    picture.addEventListener("keydown", (event) => {
      if (event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey || !moves[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      moves[event.key]();
    });

    // -- selecting a part
    const chosen = Object.assign(made("div"), { className: "chosen", hidden: true });
    inner.append(chosen);
    let drag = null;
    const part = (event) => {
      const box = grid.getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    };
    inner.addEventListener("dragstart", (event) => event.preventDefault());
    inner.addEventListener("pointerdown", (event) => {
      if (event.button || event.pointerType === "touch" || event.clientX < grid.getBoundingClientRect().left - 6) return;
      drag = { start: part(event), x: event.clientX, moved: false };
    });
    addEventListener("pointermove", (event) => {
      if (!drag || (!drag.moved && Math.abs(event.clientX - drag.x) < 5)) return;
      drag.moved = true;
      const box = grid.getBoundingClientRect(), [left, right] = [drag.start, part(event)].sort((a, b) => a - b);
      chosen.hidden = false;
      chosen.style.left = `${box.left - inner.getBoundingClientRect().left + left * box.width}px`;
      chosen.style.width = `${(right - left) * box.width}px`;
    });
    addEventListener("pointerup", (event) => {
      if (!drag) return;
      const { start, moved } = drag, [left, right] = [start, part(event)].sort((a, b) => a - b);
      drag = null;
      chosen.hidden = true;
      if (!moved || right === left) return;
      addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
      setTimeout(() => show(from + left * (to - from), from + right * (to - from)));
    });

    // -- buttons, and two negotiations on one axis
    const button = (label, name, act) => {
      const element = Object.assign(made("button", label), { type: "button", title: name });
      element.setAttribute("aria-label", name);
      element.addEventListener("click", act);
      return element;
    };
    const output = made("output");
    const controls = made("p", button("−", "Zoom out", moves["-"]), button("+", "Zoom in", moves["+"]), button("←", "Earlier", moves.ArrowLeft),
      button("→", "Later", moves.ArrowRight), button("Whole", "The whole time", everything), " ", output);
    controls.className = "controls";
    const bounds = new Map([...rows.filter((row) => row.number && Number.isFinite(row.start)), ...all].map((one) => [one.number, one]));
    if (bounds.size > 1) controls.append(two());
    function two() {
      const numbers = [...bounds.keys()].slice(0, 2).map((number) => Object.assign(made("input"), { type: "number", value: number, min: 1 }));
      numbers.forEach((input, place) => input.setAttribute("aria-label", `${place ? "Second" : "First"} negotiation on one axis`));
      const aligned = Object.assign(made("input"), { type: "checkbox" });
      const compare = button("Show", "Show these two negotiations on one axis", () => {
        const found = numbers.map((input) => bounds.get(Number(input.value)));
        numbers.forEach((input, place) => input.setCustomValidity(found[place] ? "" : "No such negotiation in this picture"));
        if (!found[0] || !found[1]) return numbers.find((input, place) => !found[place]).reportValidity();
        [pair, own] = [found.map((one) => one.number), aligned.checked];
        const [left, right] = [Math.min(...found.map((one) => one.start)), Math.max(...found.map((one) => one.end))];
        const longest = Math.max(...found.map((one) => one.end - one.start));
        return own ? show(0, longest * 1.02) : show(left, left + (right - left) * 1.02);
      });
      const box = made("span", "Two on one axis: ", numbers[0], " ", numbers[1], " ", made("label", aligned, " each from its own beginning"), " ", compare);
      box.className = "two";
      return box;
    }
    picture.before(controls);
    picture.tabIndex = 0;
    picture.setAttribute("role", "group");
    picture.setAttribute("aria-label", "Timeline. Plus and minus zoom, the arrows move, 0 shows the whole; dragging selects a part");
    axes();
    addEventListener("zonechange", draw);
    addEventListener("resize", axes);
    picture.dataset.ready = "true";
  }

  page.unpack("timeline-data").then(begin);
})();
