// The box that one types a filter into: how many were found, what is wrong with it and where, how to write it, and
// facets, which are conditions to add or to take back.
(() => {
  const WAIT = 120, FEW = 6, MANY = 40, OPEN_FROM = 41, NARROW = 700;
  const { element } = page;

  // The conditions of an expression that all have to hold, as they are written.
  function conjuncts(text) {
    const cuts = [];
    let depth = 0;
    for (const token of page.filter.tokensOf(text)) {
      depth += token.type === "LPAR" ? 1 : token.type === "RPAR" ? -1 : 0;
      if (depth === 0 && token.type === "OR") return [`(${text.trim()})`];
      if (depth === 0 && token.type === "AND") cuts.push(token);
    }
    const starts = [0, ...cuts.map((token) => token.end)], ends = [...cuts.map((token) => token.at), text.length];
    return starts.map((start, place) => text.slice(start, ends[place]).trim()).filter(Boolean);
  }

  class SearchBox {
    // things: [one, many]. facets: [title, field] each; values(field): [value, how many] each. help: content of a fold.
    // changed(text): another text is to be searched for.
    constructor({ things, all, facets, values, labels, help, changed }) {
      Object.assign(this, { things, all, facets, values, labels, changed, text: "", opened: new Set() });
      this.input = element("input", { type: "search", id: "find-box", autocomplete: "off", spellcheck: "false", "aria-describedby": "find-count find-error" });
      this.count = element("output", { id: "find-count", for: "find-box", "aria-live": "polite" });
      this.error = element("pre", { id: "find-error", class: "strange", role: "alert", hidden: "" });
      this.groups = element("div");
      const open = all >= OPEN_FROM && innerWidth > NARROW ? { open: "" } : {};
      this.fold = element("details", { class: "facets", ...open }, [element("summary", {}, ["Narrow down"]), this.groups]);
      this.box = element("div", { class: "filter find", role: "search", "aria-label": things[1] }, [
        element("p", {}, [element("label", { for: "find-box" }, ["Find"]), " ", this.input, " ", this.count]), this.error,
        element("details", {}, [element("summary", {}, ["How to search"]), ...help]), this.fold,
      ]);
      this.fold.addEventListener("toggle", () => this.drawFacets());
      let timer;
      const typed = () => { if (this.input.value !== this.text) changed(this.input.value); };
      this.input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(typed, WAIT);
      });
      this.input.addEventListener("change", typed);
    }

    // A byte for each row, or null for all; undefined, if the text is no expression: then the fault is shown.
    search(text, filters) {
      this.text = text;
      if (this.input.value !== text) this.input.value = text;
      this.error.hidden = true;
      this.input.removeAttribute("aria-invalid");
      try {
        return text.trim() ? filters.find(text) : null;
      } catch (fault) {
        if (!(fault instanceof page.filter.Fault)) throw fault;
        const before = " ".repeat(page.visible(text.slice(0, fault.at)).length);
        this.error.replaceChildren(`${page.visible(text)}\n${before}^\n`, element("span", {}, [page.visible(fault.message)]));
        this.error.hidden = false;
        this.input.setAttribute("aria-invalid", "true");
        return undefined;
      }
    }

    // What was found: how many, null for all of them.
    found(number) {
      const all = `${this.all.toLocaleString("en")} ${this.things[this.all === 1 ? 0 : 1]}`;
      this.count.textContent = number === null ? all : `${number.toLocaleString("en")} of ${all}`;
      clearTimeout(this.later); // the rows are seen before what they have in common is counted
      this.later = setTimeout(() => this.drawFacets());
    }

    drawFacets() {
      if (!this.fold.open) return;
      const parts = conjuncts(this.text);
      this.groups.replaceChildren(...this.facets.flatMap(([title, field]) => this.group(title, field, parts)));
      if (this.pressed) [...this.groups.querySelectorAll("button")].find((one) => one.dataset.term === this.pressed)?.focus();
      this.pressed = null;
    }

    group(title, field, parts) {
      const values = this.values(field), most = this.opened.has(field) ? MANY : FEW, id = `facet-${field}`;
      if (!values.length) return [];
      const buttons = values.slice(0, most).map(([value, number]) => this.button(field, value, number, parts));
      const left = `${(values.length - most).toLocaleString("en")} more`;
      if (values.length > most && most === MANY) buttons.push(element("span", { class: "soft" }, [`and ${left}`]));
      else if (values.length > most) {
        const more = element("button", { type: "button", class: "plain-button" }, [left]);
        more.setAttribute("aria-label", `${left}: ${title}`);
        more.addEventListener("click", () => {
          this.opened.add(field);
          this.drawFacets();
          document.getElementById(id).parentElement.querySelectorAll("button")[FEW]?.focus();
        });
        buttons.push(more);
      }
      const label = element("span", { id, class: "soft" }, [title]);
      return [element("div", { role: "group", "aria-labelledby": id }, [label, element("div", {}, buttons)])];
    }

    button(field, value, number, parts) {
      const term = field === "severity" ? `severity >= ${value}` : `${field} == ${page.filter.written(value)}`;
      const text = field === "severity" && value !== "critical" ? `${value} or worse` : Object.hasOwn(this.labels, value) ? this.labels[value] : value;
      const button = element("button", { type: "button", "aria-pressed": String(parts.includes(term)), "data-term": term }, [text, " "]);
      button.append(element("span", { class: "soft" }, [number.toLocaleString("en")]));
      button.addEventListener("click", () => {
        const kept = parts.includes(term) ? parts.filter((part) => part !== term) : [...parts, term];
        this.pressed = term;
        this.changed(kept.join(" and "));
      });
      return button;
    }
  }

  // What stands below the fold "How to search": examples and the meanings of words.
  page.searchHelp = (about, examples, meanings, more) => {
    const word = (text) => element("code", {}, [text]);
    const said = [about, " Conditions are joined by ", word("and"), ", ", word("or"), ", ", word("not"), " and parentheses, as in "];
    said.push(...examples.flatMap((text, place) => [place ? ", " : "", word(text)]), ".");
    const list = Object.entries(meanings).flatMap(([name, text]) => [element("dt", {}, [word(name)]), element("dd", {}, [text])]);
    return [element("p", {}, said), element("dl", {}, list), ...(more.length ? [element("p", {}, more)] : [])];
  };
  // Values and how many rows have them, the most frequent first.
  page.byCount = (counts) => [...counts].filter(([, number]) => number).sort((a, b) => b[1] - a[1]);
  // Of severities: how many rows have one that is so bad or worse. worst: of each row the place of its worst.
  page.orWorse = (worst, rows) => {
    const counts = page.severities.map(() => 0);
    for (const row of rows) if (worst[row] < counts.length) counts[worst[row]] += 1;
    let sum = 0;
    return page.severities.map((name, place) => [name, (sum += counts[place])]).filter((_, place) => counts[place]);
  };
  page.severities = ["critical", "high", "medium", "low", "info"];
  page.SearchBox = SearchBox;
})();
