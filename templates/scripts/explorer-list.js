// A list of very many rows, of which only those in sight are elements. It is a grid that arrows move in.
page.virtualList = ({ box, count, cells, problem, label, chosen }) => {
  const body = box.querySelector(".rows");
  let order = Array.from({ length: count }, (_, i) => i), current = -1, height = 0;
  const drawn = new Map();

  function element(place) {
    const i = order[place], row = document.createElement("div");
    row.setAttribute("role", "row");
    row.id = `packet-${i}`;
    row.setAttribute("aria-rowindex", place + 2);
    row.className = problem(i) ? "row problem" : "row";
    row.dataset.place = place;
    for (const text of cells(i)) {
      const cell = document.createElement("span");
      cell.setAttribute("role", "gridcell");
      cell.textContent = cell.title = text;
      row.append(cell);
    }
    if (problem(i)) {
      const sign = document.createElement("span"), last = row.lastElementChild;
      sign.className = "strange";
      sign.textContent = "\u2716 ";
      last.prepend(sign);
      last.title = `${problem(i)}: ${last.title}`;
    }
    return row;
  }

  function draw() {
    if (!height) {
      const probe = body.appendChild(element(0));
      height = probe.offsetHeight || 24;
      probe.remove();
    }
    body.style.height = `${order.length * height}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / height) - 8);
    const last = Math.min(order.length, Math.ceil((box.scrollTop + box.clientHeight) / height) + 8);
    for (const [place, row] of drawn) {
      if (place < first || place >= last) {
        row.remove();
        drawn.delete(place);
      }
    }
    for (let place = first; place < last; place++) {
      if (!drawn.has(place)) {
        const row = element(place);
        row.style.transform = `translateY(${place * height}px)`;
        drawn.set(place, body.appendChild(row));
      }
      drawn.get(place).setAttribute("aria-selected", String(order[place] === current));
    }
    const at = order.indexOf(current);
    if (drawn.has(at)) box.setAttribute("aria-activedescendant", `packet-${current}`);
    else box.removeAttribute("aria-activedescendant");
  }

  function redraw() {
    for (const row of drawn.values()) row.remove();
    drawn.clear();
    if (order.length) draw();
    else body.style.height = "0";
  }

  function select(i) {
    current = i;
    const place = order.indexOf(i);
    if (place >= 0 && height) {
      const top = place * height, head = box.querySelector(".head").offsetHeight;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + height > box.scrollTop + box.clientHeight - head) box.scrollTop = top + height - box.clientHeight + head;
    }
    if (order.length) draw();
  }

  function step(by) {
    const at = order.indexOf(current);
    const place = Math.max(0, Math.min(order.length - 1, at < 0 ? 0 : at + by));
    if (order.length) chosen(order[place]);
  }

  const keys = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
  box.addEventListener("keydown", (event) => {
    if (event.key in keys && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      step(keys[event.key]);
    }
  });
  body.addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (row) chosen(order[row.dataset.place]);
  });
  box.addEventListener("scroll", () => order.length && draw(), { passive: true });
  new ResizeObserver(() => {
    height = 0;
    redraw();
  }).observe(box);
  box.setAttribute("aria-label", label);
  box.setAttribute("aria-rowcount", count + 1);
  return {
    select,
    show(list) {
      order = list;
      box.scrollTop = 0;
      box.setAttribute("aria-rowcount", order.length + 1);
      redraw();
      select(current);
    },
    get order() { return order; },
    get current() { return current; },
  };
};
