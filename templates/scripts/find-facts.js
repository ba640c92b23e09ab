// What the search knows of its negotiations beside their cells: how bad they are, their details, values by field.
(() => {
  page.labels = { ikev2: "IKEv2", main: "IKEv1 main mode", aggressive: "IKEv1 aggressive mode", base: "IKEv1 base mode" };
  const SHAPES = {
    critical: "◆", high: "▲", medium: "■", low: "●", info: "○", established: "✔", failed: "✖", unanswered: "?",
    redirected: "↪", incomplete: "…", probe: "◌",
  };
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  page.chip = (word) => {
    const shape = page.element("span", { "aria-hidden": "true" }, [Object.hasOwn(SHAPES, word) ? SHAPES[word] : "·"]);
    return page.element("span", { class: `chip ${/^[a-z]+$/.test(word) ? word : "unknown"}` }, [shape, ` ${word}`]);
  };
  page.endpoint = (ip, port) => {
    const host = ip ?? "unknown";
    return port === null || port === 500 ? host : `${host.includes(":") ? `[${host}]` : host}:${port}`;
  };
  // Nanoseconds since 1970 in the zone of the page: 2026-11-20 10:11:12.345 UTC or +01:00, or the beginning of it.
  page.time = (ns, length = 40) => {
    const seconds = Number(ns / 1000000000n), zone = page.offsets.findLast(([start]) => start <= seconds)?.[1] ?? "UTC";
    const chosen = page.zone?.offset(Number(ns / 1000000n)) ?? zone;
    const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)/.exec(chosen) ?? [];
    const east = sign ? (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60000 : 60000) : 0;
    const date = new Date(Number(ns / 1000000n) + east);
    const text = Number.isNaN(date.getTime()) ? String(ns) : date.toISOString().slice(0, 23).replace("T", " ");
    return `${text}${chosen === "UTC" ? " UTC" : chosen}`.slice(0, length);
  };

  // For values their places in order, equal ones alike; what is missing has the place `missing`.
  page.ranks = (values) => {
    const distinct = [...new Set(values)].filter((value) => value !== null && value !== "");
    distinct.sort(typeof distinct[0] === "string" ? collator.compare : (a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const places = new Map(distinct.map((value, place) => [value, place]));
    const ranks = Int32Array.from(values, (value) => places.get(value) ?? distinct.length);
    ranks.missing = distinct.length;
    return ranks;
  };

  class Found {
    constructor(data) {
      const { tables, places, gathered, badness } = page.searchable(data);
      page.offsets = data.zone.offsets;
      Object.assign(this, { tables, places, badness, language: data.language, drawn: new Set(data.drawn), views: new Map() });
      const rows = tables.negotiations.rows;
      this.filters = new page.filter.Filters(data.language, rows, (table, name) => {
        if (gathered[table]) return { column: gathered[table][name] };
        return { column: tables[table].column(name), owners: tables[table].owners };
      });
      this.worst = new Uint8Array(rows).fill(page.severities.length);
      this.counts = new Uint32Array(rows);
      const severities = tables.findings.column("severity"), { owners } = tables.findings;
      const ranks = severities.values?.map((severity) => page.severities.indexOf(severity));
      for (let at = 0; at < owners.length; at += 1) {
        if (owners[at] < 0) continue;
        this.counts[owners[at]] += 1;
        const rank = ranks[severities.codes[at]];
        if (rank >= 0 && rank < this.worst[owners[at]]) this.worst[owners[at]] = rank;
      }
    }

    view(name) {
      if (!this.views.has(name)) this.views.set(name, this.tables.negotiations.view(name));
      return this.views.get(name);
    }

    // The rows of another table that are about a negotiation.
    details(name, row) {
      const table = this.tables[name];
      if (!table.byOwner) {
        table.byOwner = new Map();
        table.owners.forEach((owner, at) => {
          if (!table.byOwner.has(owner)) table.byOwner.set(owner, []);
          table.byOwner.get(owner).push(at);
        });
      }
      return [...(table.byOwner.get(row) ?? [])];
    }

    // Values of a field and how many of these rows have them, the most frequent first.
    facet(field, rows) {
      if (field === "severity") return page.orWorse(this.worst, rows);
      const known = this.values(field), counts = new Uint32Array(known.names.length);
      for (const row of rows) for (let at = known.starts[row]; at < known.starts[row + 1]; at += 1) counts[known.items[at]] += 1;
      return page.byCount(known.names.map((name, place) => [name, counts[place]]));
    }

    // Of each row the values of a field, each once: items[starts[row]] to items[starts[row + 1]], places in `names`.
    values(field) {
      this.fields ??= new Map();
      if (!this.fields.has(field)) this.fields.set(field, this.read(field));
      return this.fields.get(field);
    }

    read(field) {
      const names = new Map(), sets = Array.from({ length: this.tables.negotiations.rows }, () => []);
      for (const [table, name] of this.filters.field(field).sources) {
        const { column, owners } = this.filters.column(table, name), { codes, values } = column.coded();
        const places = values.map((value) => (value === null ? [] : [value].flat()).map((one) => {
          if (!names.has(one)) names.set(one, names.size);
          return names.get(one);
        }));
        for (let at = 0; at < codes.length; at += 1) {
          const row = owners ? owners[at] : at;
          if (row < 0) continue;
          for (const place of places[codes[at]]) if (!sets[row].includes(place)) sets[row].push(place);
        }
      }
      const starts = new Uint32Array(sets.length + 1);
      sets.forEach((set, row) => (starts[row + 1] = starts[row] + set.length));
      return { names: [...names.keys()], starts, items: Uint32Array.from(sets.flat()) };
    }
  }

  page.foundIn = (data) => new Found(data);
})();
