// One negotiation of the search's data: what happened, why, what was found, and the command that prints all of it.
(() => {
  const { element, chip, visible, time } = page;
  const MOST = 100; // rows of one kind
  const FACTS = [
    ["Capture", "capture"], ["Agreed", "agreed"], ["Authentication", "auth_method"], ["Initiator's identity", "initiator_id"],
    ["Responder's identity", "responder_id"], ["Responder's identity asked for", "responder_id_asked"],
    ["Initiator looks like", "initiator_implementation"], ["Responder looks like", "responder_implementation"],
    ["NAT (likely)", "nat"], ["Fragmentation", "fragmentation"], ["Paths", "paths"], ["Lifetime", "lifetime_s"],
    ["Replaces negotiation", "rekeyed_from"], ["Replaced by negotiation", "replaced_by"],
    ["Deleted by", "deleted_by"], ["Outcome rests on", "outcome_basis"],
  ];
  const CHILD = ["child", "protocol", "outcome", "encryption", "key_bits", "integrity", "pfs_ke_method", "created_by", "first_frame"];

  const shell = (text) => (/^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const shown = (value) => (value === null ? "" : Array.isArray(value) ? value.join(", ") : typeof value === "bigint" ? time(value) : String(value));

  // Numbers of frames, with links where the page shows them.
  function frames(numbers, negotiation) {
    const parts = (numbers ?? []).slice(0, 12).flatMap((number, place) => [place ? ", " : "", page.frame(number, negotiation)]);
    return (numbers ?? []).length > 12 ? [...parts, ` and ${numbers.length - 12} more`] : parts;
  }

  function table(caption, headings, rows) {
    const head = element("tr", {}, headings.map((text) => element("th", { scope: "col" }, [text])));
    const body = rows.slice(0, MOST).map((cells) => element("tr", {}, cells.map((cell) => element("td", {}, [cell].flat()))));
    const whole = element("table", {}, [element("thead", {}, [head]), element("tbody", {}, body)]);
    const more = rows.length > MOST ? [element("p", { class: "notice" }, [`The first ${MOST} of ${rows.length}.`])] : [];
    return [
      element("h4", { class: "part" }, [caption]),
      element("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": caption }, [whole]), ...more,
    ];
  }

  function causes(rows, cell, negotiation) {
    if (!rows.length) return [];
    const items = rows.map((row, place) => {
      const detail = cell(row, "detail"), advice = cell(row, "advice"), basis = cell(row, "basis");
      const said = [element("strong", {}, [cell(row, "title") ?? cell(row, "diagnosis")]), " "];
      said.push(element("span", { class: "soft" }, ["(", cell(row, "confidence") ?? "", ", ", element("code", {}, [cell(row, "diagnosis")]), ")"]));
      if (detail) said.push(element("p", {}, [detail]));
      if (advice) said.push(element("p", { class: "next" }, [element("strong", {}, ["Next: "]), ...lines(advice)]));
      const evidence = frames(cell(row, "evidence_frames"), negotiation);
      said.push(element("p", { class: "evidence" }, [basis ? `Basis: ${basis}. ` : "", evidence.length ? "Evidence: frames " : "", ...evidence]));
      return element("li", place ? {} : { class: "first" }, said);
    });
    return [element("h4", { class: "part" }, ["Why, and what to do"]), element("ol", { class: "causes" }, items)];
  }

  const lines = (text) => text.split("\n").flatMap((line, place) => (place ? [element("br"), line] : [line]));

  // The panel of a row; `close` is called by its button and by Escape.
  page.panelOf = (found, row, close) => {
    const { tables } = found, cells = (name) => (at, column) => tables[name].column(column).at(at);
    const n = (column) => tables.negotiations.column(column).at(row), view = (name) => found.view(name).at(row);
    const number = n("negotiation"), [first, last] = [n("first_frame"), n("last_frame")];
    const title = [chip(n("outcome") ?? "unknown"), ` ${number}. ${view("version")} from ${page.endpoint(n("initiator_ip"), n("initiator_port"))}`];
    title.push(` to ${page.endpoint(n("responder_ip"), n("responder_port"))}`);
    const failed = n("failed_at"), what = view("failed");
    if (failed) title.push(`: ${what ? `${what} ` : ""}failed in ${failed}${n("failed_by") && n("failed_by") !== "none" ? `, refused by the ${n("failed_by")}` : ""}`);
    if (n("failure")) title.push(` (${n("failure")})`);
    const heading = element("h3", { id: "find-panel-title", tabindex: "-1" }, title);
    const shut = element("button", { type: "button", class: "plain-button" }, ["Close"]);
    shut.addEventListener("click", close);
    const facts = FACTS.map(([label, name]) => [label, name === "agreed" ? view(name) : shown(n(name)) && shown(n(name)) + (name === "lifetime_s" ? " s" : "")]);
    const one = new Set(tables.negotiations.column("capture").coded().values).size === 1;
    const took = n("duration_s");
    const all = [
      ["SPIs", `${n("initiator_spi")} (initiator), ${n("responder_spi")} (responder)`],
      ["Time", first === null ? "" : `${time(n("first_time"))} to ${time(n("last_time"))}${took === null ? "" : ` (${took} s)`}`],
      ["Messages", `${n("messages")}${n("retransmissions") ? `, of them ${n("retransmissions")} retransmissions` : ""}`],
      ...facts.filter(([label]) => label !== "Capture" || !one),
      ["Wireshark", `isakmp.ispi == ${n("initiator_spi").replace(/..(?=.)/g, "$&:")}`],
    ];
    const list = all.filter(([, text]) => text).flatMap(([label, text]) => [
      element("dt", {}, [label]), element("dd", {}, [label === "Wireshark" ? element("code", {}, [text]) : text]),
    ]);
    list.push(element("dt", {}, ["Frames"]), element("dd", {}, first === null ? ["none"] : [page.frame(first, number), " to ", page.frame(last, number)]));
    const children = found.details("child_sas", row), findings = found.details("findings", row);
    const ofChild = cells("child_sas"), ofFinding = cells("findings");
    const worth = (at) => page.severities.indexOf(ofFinding(at, "severity"));
    findings.sort((a, b) => worth(a) - worth(b));
    const kept = CHILD.filter((name) => children.some((at) => ofChild(at, name) !== null));
    const capture = (n("capture") ?? "CAPTURE").split(/[\\/]/).at(-1) || "CAPTURE";
    const which = one ? `--negotiation ${number}` : `--where 'initiator_spi == ${n("initiator_spi")}'`;
    const command = element("code", {}, [`isakmp-analyzer show ${shell(capture)} ${which}`]);
    const more = found.drawn.has(number)
      ? [element("a", { href: `#n${number}` }, ["Its messages as a ladder, and the evidence"]), ". On the terminal: ", command]
      : ["Its messages as a ladder, on the terminal: ", command];
    const panel = element("section", { class: "find-panel", "aria-labelledby": "find-panel-title" }, [
      heading, shut, ...causes(found.details("diagnoses", row), cells("diagnoses"), number), element("dl", {}, list),
      ...(children.length ? table("Child SAs", kept.map((name) => name.replaceAll("_", " ")), children.map((at) => kept.map((name) => shown(ofChild(at, name))))) : []),
      ...(findings.length
        ? table("Findings", ["Severity", "Finding", "Subject", "Detail", "Confidence", "Frames"], findings.map((at) => [
            chip(ofFinding(at, "severity") ?? "unknown"), [ofFinding(at, "title") ?? "", " ", element("code", {}, [ofFinding(at, "finding")])],
            ofFinding(at, "subject") ?? "", ofFinding(at, "detail") ?? "", ofFinding(at, "confidence") ?? "", frames(ofFinding(at, "evidence_frames"), number),
          ]))
        : []),
      element("p", { class: "soft" }, more),
    ]);
    if (!found.drawn.has(number)) panel.id = `n${number}`;
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
    return { panel, heading };
  };
})();
