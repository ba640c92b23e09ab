// Find: one box that takes the filter language over all negotiations, facets, a table that sorts, all of it in the address.
(async () => {
  const block = document.getElementById("find-data"), section = document.getElementById("overview");
  if (!block || typeof DecompressionStream === "undefined") return;
  const table = section.querySelector("table"), { element, chip, time } = page;
  const found = page.foundIn(await page.unpack("find-data"));
  const negotiations = found.tables.negotiations, all = Array.from({ length: negotiations.rows }, (_, row) => row);
  const state = { find: "", sort: "", at: null };
  const WAIT = 120, FEW = 6, MANY = 40, NARROW = 700;

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
  const input = element("input", { type: "search", id: "find-box", autocomplete: "off", spellcheck: "false", "aria-describedby": "find-count find-error" });
  const count = element("output", { id: "find-count", for: "find-box", "aria-live": "polite" });
  const error = element("pre", { id: "find-error", class: "strange", role: "alert", hidden: "" });
  const chips = element("details", { class: "facets", ...(all.length > MANY && innerWidth > NARROW ? { open: "" } : {}) }, [element("summary", {}, ["Narrow down"])]);
  const groups = element("div");
  chips.append(groups);
  const panelPlace = element("div", { class: "find-place" });
  const label = element("label", { for: "find-box" }, ["Find"]);
  const box = element("div", { class: "filter find", role: "search", "aria-label": "Negotiations" }, [
    element("p", {}, [label, " ", input, " ", count]), error, help(), chips,
  ]);
  const FACETS = [
    ["Outcome", "outcome"], ["Version and mode", "mode"], ["Cause", "cause"], ["Findings", "severity"],
    ["Algorithm, offered or chosen", "algorithm"], ["Responder", "responder_ip"], ["Initiator", "initiator_ip"],
  ];
  const opened = new Set();

  function help() {
    const { language } = found, word = (text) => element("code", {}, [text]);
    const list = (rows) => element("dl", {}, rows.flatMap(([name, text]) => [element("dt", {}, [word(name)]), element("dd", {}, [text])]));
    return element("details", {}, [
      element("summary", {}, ["How to search"]),
      element("p", {}, ["Words are looked for in all text of a negotiation. Conditions are joined by ", word("and"), ", ", word("or"), ", ", word("not"), " and parentheses, as in ",
        word("outcome == failed and host in 192.0.2.0/24"), ", ", word('algorithm == "1024-bit MODP Group"'), ", ", word("severity >= high and not rekeyed_from"), ", ", word("messages > 10 or time >= 2026-11-20T10:00"), "."]),
      list(Object.entries(language.meanings)),
      element("p", {}, ["Every column of the table ", word("negotiations"), " is a field too, and those of ", word("child_sas"), ", ", word("findings"), " and ", word("diagnoses"), " are with their table before them: ", word("child_sas.outcome"), ". ",
        word("isakmp-analyzer fields"), " lists them all. ", word("--where"), " on the command line takes the same text, and knows every table."]),
    ]);
  }

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

  let hits = null;
  function search() {
    error.hidden = true;
    input.removeAttribute("aria-invalid");
    const text = state.find.trim();
    try {
      hits = text ? found.filters.find(state.find) : null;
    } catch (fault) {
      if (!(fault instanceof page.filter.Fault)) throw fault;
      error.textContent = `${page.visible(state.find)}\n${" ".repeat(page.visible(state.find.slice(0, fault.at)).length)}^ ${page.visible(fault.message)}`;
      error.hidden = false;
      input.setAttribute("aria-invalid", "true");
      return; // what was found last stays
    }
    draw();
  }

  function draw() {
    const rows = hits ? all.filter((row) => hits[row]) : all.slice();
    grid.show(sorted(rows));
    const plural = all.length === 1 ? "negotiation" : "negotiations";
    count.textContent = hits ? `${rows.length.toLocaleString("en")} of ${all.length.toLocaleString("en")} ${plural}` : `${all.length.toLocaleString("en")} ${plural}`;
    if (chips.open) drawFacets(rows);
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
    if (input.value !== state.find) input.value = state.find;
    search();
    remember();
  }

  // Facets: how many of the rows found have each value; each is a condition that is added, or taken back.
  function drawFacets(rows) {
    const parts = page.conjuncts(state.find);
    groups.replaceChildren(...FACETS.map(([title, field]) => {
      const values = found.facet(field, rows), most = opened.has(field) ? MANY : FEW;
      const buttons = values.slice(0, most).map(([value, number]) => {
        const term = field === "severity" ? `severity >= ${value}` : `${field} == ${page.filter.written(value)}`;
        const text = field === "severity" && value !== "critical" ? `${value} or worse` : page.labels[value] ?? value;
        const button = element("button", { type: "button", "aria-pressed": String(parts.includes(term)) }, [text, " "]);
        button.append(element("span", { class: "soft" }, [number.toLocaleString("en")]));
        button.addEventListener("click", () => {
          const kept = parts.includes(term) ? parts.filter((part) => part !== term) : [...parts, term];
          change({ find: kept.join(" and ") });
          [...groups.querySelectorAll("button")].find((one) => one.textContent === button.textContent)?.focus();
        });
        return button;
      });
      if (values.length > most && !opened.has(field)) {
        const more = element("button", { type: "button", class: "plain-button" }, [`${(values.length - most).toLocaleString("en")} more`]);
        more.addEventListener("click", () => { opened.add(field); drawFacets(rows); });
        buttons.push(more);
      } else if (values.length > most) {
        buttons.push(element("span", { class: "soft" }, [`and ${(values.length - most).toLocaleString("en")} more`]));
      }
      const id = `facet-${field}`;
      return element("div", { role: "group", "aria-labelledby": id, hidden: "" }, [
        element("span", { id, class: "soft" }, [title]), element("div", {}, buttons),
      ]);
    }));
    for (const group of groups.children) group.hidden = group.querySelectorAll("button").length < 1;
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
      else panel.scrollIntoView({ block: "nearest" });
    }
    remember();
  }

  // An address: #find=...&sort=...&at=..., or #n7 for a negotiation that is not drawn on the page.
  function follow() {
    const hash = location.hash.slice(1);
    if (/^(find|sort|at)=/.test(hash)) {
      const wanted = new URLSearchParams(hash), at = wanted.get("at"), sort = wanted.get("sort") ?? "";
      const known = sort.replace("-", "") in COLUMNS;
      Object.assign(state, { find: wanted.get("find") ?? "", sort: known ? sort : "", at: null });
      if (!at) grid.select(null);
      input.value = state.find;
      search();
      const row = found.places.get(Number(at));
      if (at && row !== undefined) grid.reach(row);
      else section.scrollIntoView();
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
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => change({ find: input.value }), WAIT);
  });
  chips.addEventListener("toggle", () => { if (chips.open) drawFacets(grid.rows); });
  // What the page counts elsewhere, and negotiations that it has no room for, lead into the search.
  for (const named of document.querySelectorAll("[data-find], [data-negotiation]")) {
    const { find, negotiation } = named.dataset;
    const link = element("a", { class: "plain", href: find ? `#${new URLSearchParams({ find })}` : `#n${negotiation}` });
    link.append(...named.childNodes);
    named.append(link);
  }
  addEventListener("hashchange", follow);
  grid.box.before(box);
  grid.box.after(panelPlace);
  section.classList.add("enhanced");
  search();
  follow();
  section.dataset.ready = "true";
})();
