// The fields of a tab as a tree. What is open stays open from frame to frame, by the names on the way there.
page.fieldTree = ({ box, chosen }) => {
  const folded = new Map();  // what a reader opened or closed
  let fields = [], selected = null, shown = [];

  const way = (field) => (field.parent ? `${way(field.parent)}/` : "") + field.name;
  const OPEN = new Set(["ISAKMP message", "Decrypted content", "TLS message"]);  // until a reader closes them
  const isOpen = (field) => folded.get(way(field)) ?? (field.level === 0 && OPEN.has(field.name));

  function line(field) {
    const item = document.createElement("div");
    item.setAttribute("role", "treeitem");
    item.id = `field-${field.index}`;
    item.dataset.index = field.index;
    item.setAttribute("aria-level", field.level + 1);
    item.setAttribute("aria-selected", String(field === selected));
    if (field.end > field.index + 1) item.setAttribute("aria-expanded", String(isOpen(field)));
    item.style.setProperty("--level", field.level);
    const part = (kind, text) => {
      if (!text) return;
      const span = document.createElement("span");
      span.className = kind;
      span.textContent = text;
      item.append(span, " ");
    };
    part("name", field.value || field.meaning ? `${field.name}:` : field.name);
    part("meaning", field.meaning);
    part("value", field.meaning && field.value ? `(${field.value})` : field.value);
    part("reference", field.reference);
    for (const defect of field.defects) part("strange", `\u2716 ${defect}`);
    return item;
  }

  function draw() {
    shown = [];
    for (let i = 0; i < fields.length; ) {
      shown.push(fields[i]);
      i = fields[i].end > i + 1 && !isOpen(fields[i]) ? fields[i].end : i + 1;
    }
    box.replaceChildren(...shown.map(line));
    if (selected) box.setAttribute("aria-activedescendant", `field-${selected.index}`);
    else box.removeAttribute("aria-activedescendant");
  }

  function select(field) {
    selected = field;
    for (let up = field?.parent; up; up = up.parent) folded.set(way(up), true);
    draw();
    const item = field && document.getElementById(`field-${field.index}`);
    if (item) {
      const top = item.offsetTop - box.offsetTop;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + item.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + item.offsetHeight - box.clientHeight;
    }
  }

  function fold(field, open) {
    folded.set(way(field), open);
    draw();
  }

  box.addEventListener("click", (event) => {
    const item = event.target.closest("[role=treeitem]");
    if (!item) return;
    const field = fields[item.dataset.index];
    const onArrow = event.clientX < item.getBoundingClientRect().left + (field.level + 1.4) * 16;
    if (field.end > field.index + 1 && (onArrow || event.detail === 2)) fold(field, !isOpen(field));
    chosen(field);
  });
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = shown.indexOf(selected), inner = selected && selected.end > selected.index + 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (to !== undefined) {
      if (shown.length) chosen(shown[Math.max(0, Math.min(shown.length - 1, to))]);
    } else if (event.key === "ArrowRight" && selected) {
      if (inner && !isOpen(selected)) fold(selected, true);
      else if (inner) chosen(fields[selected.index + 1]);
    } else if (event.key === "ArrowLeft" && selected) {
      if (inner && isOpen(selected)) fold(selected, false);
      else if (selected.parent) chosen(selected.parent);
    } else if ((event.key === "Enter" || event.key === " ") && inner) {
      fold(selected, !isOpen(selected));
    } else return;
    event.preventDefault();
  });
  return {
    select,
    show(list) {
      fields = list;
      selected = null;
      box.scrollTop = 0;
      draw();
    },
    // The smallest field around a byte.
    around: (byte) => fields.reduce((found, field) => (
      field.begin <= byte && byte < field.begin + field.length && (!found || field.length <= found.length) ? field : found), null),
  };
};
