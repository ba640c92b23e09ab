// The bytes of a tab: places, hexadecimal, and what of them is printable. Those of the selected field are marked.
page.hexPane = ({ box, chosen }) => {
  const AT_ONCE = 4096;
  let tab = null, wide = 16, cells = [], upTo = 0, mark = [0, 0], at = 0;

  function byte(i) {
    const hidden = tab.hidden.has(i), value = tab.bytes[i];
    const pair = document.createElement("span"), sign = document.createElement("span");
    pair.textContent = hidden ? "**" : value.toString(16).padStart(2, "0");
    sign.textContent = hidden ? "*" : value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : ".";
    pair.dataset.byte = sign.dataset.byte = i;
    if (hidden) pair.className = sign.className = "secret";
    cells[i] = [pair, sign];
    return cells[i];
  }

  function draw(until) {
    const stop = Math.min(tab.bytes.length, Math.ceil(until / wide) * wide);
    const lines = [];
    for (let start = upTo; start < stop; start += wide) {
      const line = document.createElement("div"), pairs = document.createElement("span"), signs = document.createElement("span");
      line.className = "line";
      pairs.className = "pairs";
      signs.className = "ascii";
      const place = document.createElement("span");
      place.className = "place";
      place.textContent = start.toString(16).padStart(4, "0");
      for (let i = start; i < Math.min(start + wide, tab.bytes.length); i++) {
        const [pair, sign] = byte(i);
        pairs.append(pair, i % 8 === 7 && i % wide !== wide - 1 ? "  " : " ");
        signs.append(sign);
      }
      line.append(place, pairs, signs);
      lines.push(line);
    }
    box.querySelector("button")?.remove();
    box.append(...lines);
    upTo = stop;
    if (upTo < tab.bytes.length) {
      const more = document.createElement("button");
      more.type = "button";
      more.textContent = `${(tab.bytes.length - upTo).toLocaleString("en")} more bytes`;
      more.addEventListener("click", () => draw(upTo + AT_ONCE));
      box.append(more);
    } else if (tab.left) {
      const note = document.createElement("div");
      note.className = "soft";
      note.textContent = `${tab.left} are not in the page.`;
      box.append(note);
    }
  }

  function show(next) {
    tab = next;
    wide = box.clientWidth && box.clientWidth < 520 ? 8 : 16;
    box.replaceChildren();
    cells = [];
    upTo = 0;
    mark = [0, 0];
    box.scrollTop = 0;
    draw(AT_ONCE);
  }

  function set(begin, length) {
    for (let i = mark[0]; i < mark[0] + mark[1]; i++) for (const cell of cells[i] ?? []) cell.classList.remove("marked");
    if (begin + length > upTo) draw(begin + length);
    mark = [begin, Math.min(length, tab.bytes.length - begin)];
    for (let i = mark[0]; i < mark[0] + mark[1]; i++) for (const cell of cells[i]) cell.classList.add("marked");
    at = begin;
    const first = cells[begin]?.[0];
    if (!first) return;
    const line = first.closest(".line"), top = line.offsetTop - box.offsetTop;
    if (top < box.scrollTop || top + line.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top - line.offsetHeight;
  }

  box.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-byte]");
    if (cell) chosen(Number(cell.dataset.byte));
  });
  box.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide }[event.key];
    if (!by || !tab || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(tab.bytes.length - 1, at + by));
    chosen(to);
    at = to;
  });
  new ResizeObserver(() => {
    if (!tab || (box.clientWidth < 520 ? 8 : 16) === wide) return;
    const kept = mark;
    show(tab);
    if (kept[1]) set(...kept);
  }).observe(box);
  return { show, mark: set };
};
