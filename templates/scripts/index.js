// The index over many captures: the same search, which hides the rows that do not match.
(async () => {
  const block = document.getElementById("captures-data"), table = document.querySelector("table.captures");
  if (!block || typeof DecompressionStream === "undefined") return;
  const rows = [...table.tBodies[0].rows]; // in the order of the data, however the table is sorted later
  const { columns, language } = await page.unpack("captures-data"), { severities } = page;
  const times = columns.time.map((value) => (value === null ? null : BigInt(value)));
  const held = Object.fromEntries(Object.entries({ ...columns, time: times }).map(([name, cells]) => [name, page.Column.of(cells)]));
  const filters = new page.filter.Filters(language, rows.length, (_, name) => ({ column: held[name] }));
  const worst = columns.severity.map((names) => Math.min(severities.length, ...names.map((name) => severities.indexOf(name))));
  let shown = rows.map((_, row) => row);

  function values(field) {
    if (field === "severity") return page.orWorse(worst, shown);
    const counts = new Map();
    for (const row of shown) for (const value of [columns[field][row] ?? []].flat()) counts.set(value, (counts.get(value) ?? 0) + 1);
    return page.byCount(counts);
  }

  const search = new page.SearchBox({
    things: ["capture", "captures"], all: rows.length, labels: {}, values,
    facets: [["Worst outcome", "outcome"], ["Cause", "cause"], ["Findings", "severity"]],
    help: page.searchHelp(
      "Words are looked for in paths and in what happened.", ["outcome == failed and cause contains psk", "severity >= high or defects > 0", "negotiations > 10 and time >= 2026-11-20"],
      language.meanings, [],
    ),
    changed: (text) => {
      show(text);
      history.replaceState(null, "", text ? `#${new URLSearchParams({ find: text })}` : location.pathname + location.search);
    },
  });

  function show(text) {
    const hits = search.search(text, filters);
    if (hits === undefined) return;
    rows.forEach((row, place) => (row.hidden = Boolean(hits && !hits[place])));
    shown = rows.flatMap((_, place) => (hits && !hits[place] ? [] : [place]));
    search.found(hits && shown.length);
  }

  const follow = () => show(new URLSearchParams(location.hash.slice(1)).get("find") ?? "");
  addEventListener("hashchange", follow);
  table.parentElement.before(search.box);
  follow();
  table.dataset.ready = "true";
})();
