// Find: one box that takes the filter language over all negotiations, facets, a table that sorts, all of it in the address.
(async () => {
  const block = document.getElementById("find-data"), section = document.getElementById("overview");
  if (!block || typeof DecompressionStream === "undefined") return;
  const table = section.querySelector("table"), { element, chip, time } = page;
  const found = page.foundIn(await page.unpack("find-data"));
  const negotiations = found.tables.negotiations, all = Array.from({ length: negotiations.rows }, (_, row) => row);
  const state = { find: "", sort: "", at: null };

  // The columns of the table as it stands on the page: how a cell is filled, and by what it sorts.
  const cell = (name) => (row) => negotiations.column(name).at(row);
  const view = (name) => (row) => found.view(name).at(row);
  const end = (side) => (row) => page.endpoint(cell(`${side}_ip`)(row), cell(`${side}_port`)(row));
  const COLUMNS = {
    number: [(td, row) => td.append(element("a", { href: `#n${cell("negotiation")(row)}`, tabindex: "-1" }, [String(cell("negotiation")(row))])), cell("negotiation")],
    time: [(td, row) => td.append(cell("first_time")(row) === null ? "" : time(cell("first_time")(row), 19)), cell("first_time")],
    outcome: [outcome, cell("outcome")],
    version: [(td, row) => td.append(view("version")(row)), view("version")],
    initiator: [(td, row) => td.append(end("initiator")(row)), cell("initiator_ip")],
    responder: [(td, row) => td.append(end("responder")(row)), cell("responder_ip")],
    agreed: [(td, row) => td.append(page.visible(view("agreed")(row))), view("agreed")],
    diagnosis: [(td, row) => td.append(cell("diagnosis")(row) ?? ""), cell("diagnosis")],
    findings: [findings, (row) => (found.counts[row] ? found.worst[row] * 1e7 - found.counts[row] : null)],
    messages: [(td, row) => td.append(String(cell("messages")(row) ?? 0)), cell("messages")],
    frame: [(td, row) => td.append(cell("first_frame")(row) === null ? "" : page.frame(cell("first_frame")(row), cell("negotiation")(row))), cell("first_frame")],
  };

  function outcome(td, row) {
    td.append(chip(cell("outcome")(row) ?? "unknown"));
    if (view("failed")(row)) td.append(element("br"), element("span", { class: "strange" }, [`✖ ${view("failed")(row)}`]));
    if (cell("failed_at")(row)) td.append(element("br"), element("span", { class: "soft" }, [cell("failed_at")(row)]));
  }

  function findings(td, row) {
    if (!found.counts[row]) return;
    td.append(chip(page.severities[found.worst[row]]));
    if (found.counts[row] > 1) td.append(" ", element("span", { class: "soft" }, [`of ${found.counts[row]}`]));
  }

  // What stands above the table.
  const word = (text) => element("code", {}, [text]);
  const search = new page.SearchBox({
    things: ["negotiation", "negotiations"], all: all.length, labels: page.labels,
    facets: [
      ["Outcome", "outcome"], ["Version and mode", "mode"], ["Cause", "cause"], ["Findings", "severity"],
      ["Algorithm, offered or chosen", "algorithm"], ["Responder", "responder_ip"], ["Initiator", "initiator_ip"],
    ],
    values: (field) => found.facet(field, grid.rows),
    help: page.searchHelp(
      "Words are looked for in all text of a negotiation.",
      ["outcome == failed and host in 192.0.2.0/24", 'algorithm == "1024-bit MODP Group"', "severity >= high and not rekeyed_from", "messages > 10 or time >= 2026-11-20T10:00"],
      found.language.meanings,
      ["Every column of the table ", word("negotiations"), " is a field too, and those of ", word("child_sas"), ", ", word("findings"), " and ", word("diagnoses"), " are with their table before them: ", word("child_sas.outcome"), ". ",
        word("isakmp-analyzer fields"), " lists them all. ", word("--where"), " on the command line takes the same text, and knows every table."],
    ),
    changed: (text) => change({ find: text }),
  });
  const paper = element("p", { class: "soft on-paper" });
  const panelPlace = element("div", { class: "find-place" });

  // Which rows are shown, and in which order.
  const orders = new Map();
  function order(name) {
    if (!orders.has(name)) orders.set(name, name ? page.ranks(all.map(COLUMNS[name][1])) : found.badness);
    return orders.get(name);
  }

  const grid = new page.VirtualTable(table, {
    cells: (tr, row) => {
      for (const name of shownColumns) {
        const td = tr.insertCell(), inner = element("div");
        td.setAttribute("role", "gridcell");
        td.dataset.of = name;
        if (name === "number" || name === "messages" || name === "frame") td.className = "number";
        COLUMNS[name][0](inner, row);
        td.append(inner);
      }
    },
    choose: (row, focus) => open(row, focus),
  });
  const shownColumns = [...table.tHead.rows[0].cells].map((th) => th.dataset.column);

  function sorted(rows) {
    const down = state.sort.startsWith("-"), keys = order(state.sort.replace("-", ""));
    const missing = keys.missing ?? Infinity;
    return rows.sort((a, b) => {
      const x = keys[a], y = keys[b];
      if (x === y) return a - b;
      if (x === missing || y === missing) return x === missing ? 1 : -1;
      return down ? y - x : x - y;
    });
  }

  function show() {
    const hits = search.search(state.find, found.filters);
    if (hits === undefined) return; // what was found last stays
    const rows = hits ? all.filter((row) => hits[row]) : all.slice();
    grid.show(sorted(rows));
    search.found(hits && rows.length);
    paper.textContent = `${hits ? `Found by ${page.visible(state.find)}: ` : ""}${Math.min(rows.length, grid.most).toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows.`;
    for (const th of table.tHead.rows[0].cells) {
      const way = state.sort === th.dataset.column ? "ascending" : state.sort === `-${th.dataset.column}` ? "descending" : null;
      if (way) th.setAttribute("aria-sort", way);
      else th.removeAttribute("aria-sort");
    }
  }

  function remember() {
    const kept = new URLSearchParams(Object.entries(state).filter(([, value]) => value));
    const own = /^#(find|sort|at)=/.test(location.hash), named = location.hash === `#n${state.at}` && kept.size === 1;
    if (kept.size && !named) history.replaceState(null, "", `#${kept}`);
    else if (own && !kept.size) history.replaceState(null, "", location.pathname + location.search);
  }

  function change(changes) {
    Object.assign(state, changes);
    show();
    remember();
  }

  // The panel of one negotiation.
  function open(row, focus) {
    if (row === null) {
      panelPlace.replaceChildren();
      state.at = null;
    } else {
      const { panel, heading } = page.panelOf(found, row, () => { grid.select(null); table.focus({ preventScroll: true }); });
      panelPlace.replaceChildren(panel);
      state.at = String(negotiations.column("negotiation").at(row));
      if (focus) heading.focus();
      else reveal(panel);
    }
    remember();
  }

  // The beginning of the panel comes into sight, and the row that it is about stays there.
  function reveal(panel) {
    const below = panel.getBoundingClientRect().top - innerHeight / 2;
    if (below > 0) scrollBy(0, below);
  }

  // An address: #find=...&sort=...&at=..., or #n7 for a negotiation that is not drawn on the page.
  function follow() {
    const hash = location.hash.slice(1);
    if (/^(find|sort|at)=/.test(hash)) {
      const wanted = new URLSearchParams(hash), at = wanted.get("at"), sort = wanted.get("sort") ?? "";
      const known = Object.hasOwn(COLUMNS, sort.replace("-", ""));
      Object.assign(state, { find: wanted.get("find") ?? "", sort: known ? sort : "", at: null });
      if (!at) grid.select(null);
      show();
      const row = found.places.get(Number(at));
      section.scrollIntoView();
      if (at && row !== undefined) grid.reach(row);
    } else if (/^n\d+$/.test(hash) && !found.drawn.has(Number(hash.slice(1)))) {
      const row = found.places.get(Number(hash.slice(1)));
      if (row === undefined || (grid.rows[grid.active] === row && state.at)) return;
      grid.reach(row);
      document.getElementById(hash)?.scrollIntoView();
    }
  }

  for (const th of table.tHead.rows[0].cells) {
    const button = element("button", { type: "button" });
    button.append(...th.childNodes);
    th.append(button);
    button.addEventListener("click", () => {
      const name = th.dataset.column;
      change({ sort: state.sort === name ? `-${name}` : state.sort === `-${name}` ? "" : name });
    });
  }
  // What the page counts elsewhere, and negotiations that it has no room for, lead into the search.
  for (const named of document.querySelectorAll("[data-find], [data-negotiation]")) {
    const { find, negotiation } = named.dataset;
    const link = element("a", { class: "plain", href: find ? `#${new URLSearchParams({ find })}` : `#n${negotiation}` });
    link.append(...named.childNodes);
    named.append(link);
  }
  addEventListener("hashchange", follow);
  addEventListener("zonechange", () => grid.draw());
  grid.box.before(search.box, paper);
  grid.box.after(panelPlace);
  section.classList.add("enhanced");
  show();
  follow();
  section.dataset.ready = "true";
  performance.mark("search-ready");
})();
