// The explorer: packets, fields and bytes beside each other; addresses that select a frame; keys.
(() => {
  const section = document.getElementById("packets"), panes = section?.querySelector(".panes");
  if (!panes) return;
  const find = (kind) => section.querySelector(kind);
  const search = find("input"), count = find("output"), tablist = find("[role=tablist]");
  const about = find(".about"), status = find(".status"), help = find("dialog"), everywhere = help.querySelector("input");
  const ADDRESS = /^#(frame-\d+(?:-in-\d+)?)(?:@(\d+)\+(\d+))?(?:\/(\w+))?$/;
  let data, list, tree, hex, tab, opening;

  const open = () => (opening ??= page.unpack("explorer-data").then(start));
  panes.hidden = false;

  function start(packed) {
    data = page.explorerData(packed);
    tree = page.fieldTree({ box: find("[role=tree]"), chosen: showField });
    hex = page.hexPane({ box: find(".hex"), chosen: showByte });
    list = page.virtualList({
      box: find("[role=grid]"), count: data.count, cells: data.cells, problem: data.problem, label: "Packets",
      chosen: (i) => { showFrame(i); remember(); },
    });
    list.show(list.order);
    showFrame(0);
  }

  function showFrame(i) {
    list.select(i);
    about.replaceChildren(data.about(i));
    const number = data.negotiation(i);
    if (number !== null && document.getElementById(`n${number}`)) {
      const link = document.createElement("a");
      link.href = `#n${number}`;
      link.textContent = `negotiation ${number}`;
      about.append(", ", link);
    }
    if (data.problem(i)) {
      const sign = document.createElement("strong");
      sign.className = "strange";
      sign.textContent = ` \u2716 ${data.problem(i)}`;
      about.append(sign);
    }
    tablist.replaceChildren(...data.tabs(i).map((each, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "tab");
      button.setAttribute("aria-controls", "packet-panel");
      button.textContent = `${each.title} (${each.bytes.length.toLocaleString("en")} bytes)`;
      button.addEventListener("click", () => showTab(i, place));
      return button;
    }));
    showTab(i, 0);
  }

  function showTab(i, place) {
    tab = data.tabs(i)[place];
    [...tablist.children].forEach((button, at) => {
      button.setAttribute("aria-selected", String(at === place));
      button.tabIndex = at === place ? 0 : -1;
    });
    status.textContent = "";
    tree.show(data.fieldsOf(tab));
    hex.show(tab);
  }

  function say(field) {
    const said = [field.name, [field.meaning, field.value].filter(Boolean).join(" = ")].filter(Boolean).join(": ");
    const where = `${field.length === 1 ? "byte" : `${field.length.toLocaleString("en")} bytes from byte`} ${field.begin}`;
    status.textContent = [said, field.reference, where].filter(Boolean).join("; ");
  }

  function showField(field) {
    tree.select(field);
    hex.mark(field.begin, field.length);
    say(field);
  }

  function showByte(byte) {
    const field = tree.around(byte);
    if (field) showField(field);
    else {
      tree.select(null);
      hex.mark(byte, 1);
      status.textContent = `byte ${byte}: in no field`;
    }
  }

  function remember() {
    if (!location.hash || ADDRESS.test(location.hash)) history.replaceState(null, "", `#${data.address(list.current)}`);
  }

  // A frame by its address (`frame-7`), with bytes of it or a tab.
  async function visit(name, { begin, length, title }) {
    const land = () => panes.scrollIntoView({ block: "start", behavior: "instant" });
    land();
    const at = scrollY;
    await open();
    if (scrollY === at) land();  // unless the reader went on
    const i = data.place(name);
    if (i === undefined) {
      const [number, capture] = name.match(/\d+/g), where = capture ? ` of capture ${capture}` : "";
      status.textContent = `frame ${number}${where} is not in this page: isakmp-analyzer show CAPTURE --frame ${number} -x`;
      return;
    }
    if (!list.order.includes(i)) filter(search.value = "");
    showFrame(i);
    const place = title ? data.tabs(i).findIndex((each) => each.title.toLowerCase() === title) : 0;
    if (place > 0) showTab(i, place);
    if (begin !== undefined) {
      const field = tree.around(begin);
      if (field) tree.select(field);
      hex.mark(begin, length);
      if (field) say(field);
    }
    find("[role=grid]").focus({ preventScroll: true });
  }
  // Whether an address is the explorer's, which nobody else has to scroll to then.
  page.isFrame = (hash) => ADDRESS.test(hash);

  function follow() {
    const found = ADDRESS.exec(location.hash);
    if (!found) return;
    const [, name, begin, length, title] = found;
    visit(name, { begin: begin && Number(begin), length: length && Number(length), title });
  }
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {  // a link to where one is already
    const link = event.target.closest("a[href^='#frame-']");
    if (link?.getAttribute("href") !== location.hash) return;
    event.preventDefault();
    follow();
  });

  function filter(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const all = Array.from({ length: data.count }, (_, i) => i);
    const fits = (i) => {
      const row = `${data.cells(i).join(" ")} ${data.problem(i)}`.toLowerCase();
      return words.every((word) => row.includes(word));
    };
    list.show(words.length ? all.filter(fits) : all);
    count.textContent = words.length ? `${list.order.length.toLocaleString("en")} of ${data.count.toLocaleString("en")} packets` : "";
  }
  search.addEventListener("input", () => open().then(() => filter(search.value)));

  async function problem(by) {
    await open();
    const order = list.order, from = order.indexOf(list.current);
    for (let i = 1; i <= order.length; i++) {
      const next = order[(from + by * i + order.length * 2) % order.length];
      if (data.problem(next)) {
        if (panes.getBoundingClientRect().bottom < 80 || panes.getBoundingClientRect().top > innerHeight - 80) {
          panes.scrollIntoView({ block: "start", behavior: "instant" });
        }
        showFrame(next);
        remember();
        return;
      }
    }
    status.textContent = "no packet here has a problem";
  }

  // The search of the packets where one looks at them, else that of the negotiations.
  function seek() {
    const box = panes.getBoundingClientRect(), here = panes.contains(document.activeElement);
    const seen = box.top < innerHeight / 2 && box.bottom > innerHeight / 2;
    (here || seen ? search : document.getElementById("find-box") ?? search).focus();
  }

  const keys = { n: () => problem(1), p: () => problem(-1), "?": () => help.showModal(), "/": seek };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, textarea, select, dialog")) return;
    if (keys[event.key] && (everywhere.checked || panes.contains(event.target))) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  tablist.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key], tabs = [...tablist.children];
    if (!by) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
    next.click();
    next.focus();
  });
  find("[data-do=next]").addEventListener("click", () => problem(1));
  find("[data-do=previous]").addEventListener("click", () => problem(-1));
  find("[data-do=help]").addEventListener("click", () => help.showModal());

  new IntersectionObserver((seen, observer) => {
    if (seen.some((entry) => entry.isIntersecting)) {
      observer.disconnect();
      open();
    }
  }, { rootMargin: "600px" }).observe(section);
  // Behind the browser's own way to the fragment, which ends with the loading.
  addEventListener("load", () => setTimeout(follow));
})();
