// Any two negotiations of the page side by side: their answers to the same questions, paired by name.
(() => {
  const section = document.getElementById("compare");
  if (!section) return;
  const ABSENT = 1, UNKNOWN = 2, ADDRESS = /^#compare-(\d+)-(\d+)$/;
  const [first, second, equal] = ["a", "b", "equal"].map((name) => document.getElementById(`compare-${name}`));
  const table = section.querySelector("table"), output = section.querySelector("output");

  const begin = (data) => {
    const byNumber = new Map(data.answers.map((side) => [side.number, new Map(side.rows.map(([at, ...cells]) => [at, cells]))]));
    for (const select of [first, second]) {
      for (const side of data.answers) {
        select.append(page.element("option", { value: side.number }, [`${side.number}: ${side.outcome}`]));
      }
    }

    const near = (a, b) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      return high - low < data.near[0] || high < low * data.near[1];
    };
    const compared = ([state, text, key]) => (state === ABSENT ? null : key ?? text.replace(/ \(frames? [^()]*\)$/, ""));
    const kindOf = (a, b, matters) => {
      if (a?.[0] === UNKNOWN || b?.[0] === UNKNOWN) return "unknown";
      if (!a || !b) return "one";
      const same = a[3] != null && b[3] != null ? near(a[3], b[3]) : compared(a) === compared(b);
      return same ? "equal" : matters ? "matters" : "others";
    };

    // Frames become links where the page shows them.
    const linked = (text, negotiation) => {
      const place = text.search(/\(frames? [^()]*\)$/);
      if (place < 0) return [text];
      return [text.slice(0, place), ...text.slice(place).split(/(\d+)/).map((part) =>
        (/^\d+$/.test(part) ? page.frame(Number(part), negotiation) : part))];
    };
    const cell = (answer, number) => page.element("td", {}, answer ? linked(answer[1], number) : ["not among what this one shows"]);

    const show = () => {
      const [a, b] = [Number(first.value), Number(second.value)];
      const groups = { matters: [], others: [], one: [], unknown: [], equal: [] };
      data.aspects.forEach(([, name, matters], at) => {
        const [mine, theirs] = [byNumber.get(a).get(at), byNumber.get(b).get(at)];
        if (mine || theirs) groups[kindOf(mine, theirs, matters)].push([name, mine, theirs]);
      });
      const alone = new Set(groups.one.map(([name]) => name)); // of a message that only one sent, that is enough
      groups.one = groups.one.filter(([name]) => !name.includes(": ") || !alone.has(name.slice(0, name.indexOf(": "))));
      const titles = {
        matters: "Can matter to the outcome", others: "Differs too", one: "Of one of them only",
        unknown: "Cannot be known of one side or both", equal: "Equal",
      };
      table.replaceChildren();
      for (const [kind, rows] of Object.entries(groups)) {
        if (!rows.length || (kind === "equal" && !equal.checked)) continue;
        const heads = [titles[kind], `A: ${a}`, `B: ${b}`].map((text) => page.element("th", { scope: "col" }, [text]));
        table.append(page.element("thead", {}, [page.element("tr", {}, heads)]));
        table.append(page.element("tbody", {}, rows.map(([name, mine, theirs]) =>
          page.element("tr", {}, [page.element("th", { scope: "row" }, [name]), cell(mine, a), cell(theirs, b)]))));
      }
      const differ = groups.matters.length + groups.others.length;
      output.textContent =
        a === b ? "A and B are the same negotiation."
        : `Different: ${differ}. Of one of them only: ${groups.one.length}. Equal: ${groups.equal.length}. ` +
          `Cannot be known: ${groups.unknown.length}.`;
    };

    const arrive = () => {
      const found = ADDRESS.exec(location.hash);
      if (!found || !found.slice(1).every((number) => byNumber.has(Number(number)))) return;
      [first.value, second.value] = found.slice(1);
      show();
      section.scrollIntoView();
    };
    second.value = data.answers[0].number;
    first.value = (data.answers.find((side) => side.outcome === "established" && side !== data.answers[0]) ?? data.answers[1]).number;
    section.querySelector(".choice").addEventListener("change", () => {
      show();
      history.replaceState(null, "", `#compare-${first.value}-${second.value}`);
    });
    addEventListener("hashchange", arrive);
    section.hidden = false;
    show();
    arrive();
    section.dataset.ready = "true";
  };
  page.unpack("compare-data").then(begin);
})();
