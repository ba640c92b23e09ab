// The zone of the times: as the page was made, UTC, or this browser's, and part of the address (?tz=). A time on the page
// says its zone beside it, so each is written anew from its own text; so is what other scripts bring later.
(() => {
  const made = document.querySelector("[data-zone]")?.textContent;
  const browser = Intl.DateTimeFormat().resolvedOptions().timeZone, wanted = new URLSearchParams(location.search).get("tz");
  if (!made) return;
  const STAMP = /(?:(\d{4}-\d\d-\d\d)([ T]))?(\d\d:\d\d:\d\d)(\.\d+)?( UTC|Z|[+-]\d\d:\d\d)(?!\d)/g;
  const DAY = /^(\d{4}-\d\d-\d\d) \((?:.*?([+-]\d\d:\d\d)|UTC)\)$/, CLOCK = /^(\d\d:\d\d:\d\d)(\.\d{3})/;
  const NOT = "script, style, code, pre, option, [role=tree], .hex, noscript, .axis";

  // A zone of the IANA database; what throws is none.
  function zoneOf(name) {
    const parts = new Intl.DateTimeFormat("en", { timeZone: name, timeZoneName: "longOffset" }), known = new Map();
    const ahead = (ms) => {
      const quarter = Math.floor(ms / 900000);
      if (!known.has(quarter)) {
        const text = parts.formatToParts(quarter * 900000).find(({ type }) => type === "timeZoneName").value;
        known.set(quarter, east(text.slice(3)));
      }
      return known.get(quarter);
    };
    const offset = (ms) => {
      const minutes = Math.abs(ahead(ms)) / 60000, two = (n) => String(Math.floor(n)).padStart(2, "0");
      return name === "UTC" ? "UTC" : `${ahead(ms) < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
    };
    const wall = (ms) => {
      const there = new Date(ms + ahead(ms));
      return Number.isNaN(there.getTime()) ? null : there.toISOString();
    };
    return { name, ahead, offset, wall, day: (ms) => `${wall(ms).slice(0, 10)} (${name === "UTC" ? name : `${name}, ${offset(ms)}`})` };
  }
  const east = (text) => {
    const [, sign, hours, minutes, seconds = 0] = /^([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? [];
    return sign ? (sign === "-" ? -1000 : 1000) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) : 0;
  };
  const instant = (date, clock, offset) => Date.parse(`${date}T${clock}Z`) - east(offset.trim());

  // What each text was, for the way back. day: that of the first time of an article, which its other times share.
  const before = new Map();
  const days = new WeakMap();
  function written(text, article) {
    let date = null, start = null;
    return text.replace(STAMP, (whole, day, between, clock, part = "", offset) => {
      date = day ?? date ?? dayOf(article);
      if (!date) return whole;
      const ms = instant(date, clock, offset), there = page.zone.wall(ms);
      if (!there) return whole;
      const zone = page.zone.offset(ms), label = between === "T" ? (zone === "UTC" ? "Z" : zone) : zone === "UTC" ? " UTC" : zone;
      const first = start ?? dayThere(article), short = !day && first === there.slice(0, 10);
      start ??= day ? there.slice(0, 10) : null;
      return `${short ? "" : there.slice(0, 10) + (between ?? " ")}${there.slice(11, 19)}${part}${label}`;
    });
  }
  function dayOf(article) {
    if (!article) return null;
    if (!days.has(article)) {
      const facts = article.querySelector("dl"), nodes = facts ? texts(facts) : [];
      const text = nodes.map((node) => before.get(node) ?? node.nodeValue).join(" ");
      days.set(article, [...text.matchAll(STAMP)].find(([, day]) => day) ?? null);
    }
    return days.get(article)?.[1] ?? null;
  }
  const dayThere = (article) => {
    if (!dayOf(article)) return null;
    const [, day, , clock, , offset] = days.get(article);
    return page.zone.wall(instant(day, clock, offset)).slice(0, 10);
  };

  function texts(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) if (walker.currentNode.nodeValue.includes(":")) found.push(walker.currentNode);
    return found;
  }
  function put(node, text) {
    if (text === node.nodeValue) return;
    before.set(node, before.get(node) ?? node.nodeValue);
    node.nodeValue = text;
  }
  function write(root) {
    for (const node of texts(root)) {
      const parent = node.parentElement;
      if (!parent || parent.closest(NOT)) continue;
      put(node, written(before.get(node) ?? node.nodeValue, parent.closest("article")));
    }
    for (const ladder of root.querySelectorAll?.("svg.ladder") ?? []) clocks(ladder);
    for (const axis of root.querySelectorAll?.(".axis.clock") ?? []) marks(axis);
    for (const time of root.querySelectorAll?.("time") ?? []) {
      const ms = Date.parse(time.dateTime.replace(/(\.\d{3})\d+/, "$1"));
      put(time.firstChild, page.zone.wall(ms).slice(0, 19).replace("T", " "));
    }
  }

  // In a ladder the date and the zone stand above the times of day.
  function clocks(ladder) {
    let day = null, offset = "", heading = null, shown = null;
    for (const { firstChild: node } of ladder.querySelectorAll("text")) {
      const text = before.get(node) ?? node?.nodeValue ?? "", found = DAY.exec(text), clock = CLOCK.exec(text);
      if (found) [day, offset, heading] = [found[1], found[2] ?? "", node];
      if (!clock || !day) continue;
      const ms = instant(day, clock[1], offset), there = page.zone.wall(ms);
      if (heading) put(heading, page.zone.day(ms));
      if (heading) [heading, shown] = [null, there.slice(0, 10)];
      const later = Math.round((Date.parse(there.slice(0, 10)) - Date.parse(shown)) / 86400000);
      put(node, `${later ? `${later > 0 ? "+" : ""}${later}d ` : ""}${there.slice(11, 19)}${text.slice(8)}`);
    }
  }

  // The axis of a timeline, where all of it is of one day, else it stays as its name says; its own script draws it anew.
  function marks(axis) {
    const name = axis.querySelector(".name").firstChild, [, day, offset = ""] = DAY.exec(before.get(name) ?? name.nodeValue) ?? [];
    const found = [...axis.querySelectorAll("text")].map(({ firstChild: node }) => [node, before.get(node) ?? node.nodeValue]);
    if (!day || !found.every(([, text]) => /^\d\d:\d\d/.test(text))) return;
    const times = found.map(([, text]) => instant(day, `${text}:00`.slice(0, 8), offset));
    if (!times.length || page.zone.day(times[0]) !== page.zone.day(times.at(-1))) return;
    put(name, page.zone.day(times[0]));
    found.forEach(([node, text], place) => put(node, page.zone.wall(times[place]).slice(11, 19).slice(0, text.length) + text.slice(8)));
  }

  const watch = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.isConnected) write(node.nodeType === 1 ? node : node.parentElement);
  });
  function choose(name) {
    watch.disconnect();
    page.zone = name === made ? undefined : zoneOf(name);
    for (const [node, text] of name === made ? before : []) node.nodeValue = text;
    if (name === made) before.clear();
    else write(document.body);
    for (const named of document.querySelectorAll("[data-zone]")) named.textContent = name;
    dispatchEvent(new Event("zonechange"));
    if (page.zone) watch.observe(document.body, { childList: true, subtree: true });
  }

  const known = [made, "UTC", browser, wanted].filter((name, place, all) => {
    try {
      return name && all.indexOf(name) === place && (name === made || zoneOf(name));
    } catch {
      return false; // no such zone, or this browser knows none
    }
  });
  if (known.length < 2) return;
  const words = (name) => `${page.visible(name)}${name === browser && name !== "UTC" ? " (this browser)" : ""}`;
  const select = page.element("select", {}, known.map((name) => page.element("option", { value: name }, [words(name)])));
  select.addEventListener("change", () => {
    choose(select.value);
    const query = new URLSearchParams(location.search);
    if (page.zone) query.set("tz", select.value);
    else query.delete("tz");
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
  });
  const label = page.element("label", { class: "zone soft" }, ["Times in ", select]), list = document.querySelector("nav ul");
  if (list) list.append(page.element("li", {}, [label]));
  else document.querySelector("header").append(label);
  if (wanted !== made && known.includes(wanted)) {
    select.value = wanted;
    choose(wanted);
  }
})();
