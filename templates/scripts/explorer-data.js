// The explorer's data as objects: frames with their tabs, a tab's bytes and its fields in order, parents before children.
page.explorerData = (packed) => {
  const { captures, frames, fields, strings } = packed;
  const bytes = Uint8Array.from(atob(packed.bytes), (sign) => sign.charCodeAt(0));
  const HEX = -1, DECIMAL = -2, HEX_NUMBER = -3, SHOWN = 64;
  const hex = (part) => Array.from(part, (byte) => byte.toString(16).padStart(2, "0")).join("");

  let place = 0;
  const tabs = frames.tabs.map((list) => list.map(([title, size, left, trees, hidden]) => {
    const tab = { title: strings[title], bytes: bytes.subarray(place, place + size), left: strings[left], trees, hidden: new Set() };
    for (let i = 0; i < hidden.length; i += 2) for (let k = 0; k < hidden[i + 1]; k++) tab.hidden.add(hidden[i] + k);
    place += Math.ceil(size / 3) * 3;
    return tab;
  }));

  function value(code, own) {
    if (code >= 0) return strings[code];
    if (code === HEX) return hex(own.subarray(0, SHOWN)) + (own.length > SHOWN ? "..." : "");
    if (code === HEX_NUMBER) return `0x${hex(own)}`;
    return code === DECIMAL ? BigInt(`0x${hex(own)}`).toString() : "";
  }

  // All fields of a tab; `end` is the place behind the last field inside one.
  function fieldsOf(tab) {
    const found = [];
    function add(number, begin, level, parent) {
      const length = fields.length[number], own = tab.bytes.subarray(begin, begin + length);
      const field = {
        level, parent, begin, length, index: found.length, end: 0,
        name: strings[fields.name[number]], value: value(fields.value[number], own),
        meaning: strings[fields.meaning[number]], reference: strings[fields.reference[number]],
        secret: fields.secret[number] === 1, defects: fields.defects[number].map((text) => strings[text]),
      };
      found.push(field);
      const kids = fields.kids[number];
      for (let i = 0; i < kids.length; i += 2) add(kids[i + 1], begin + kids[i], level + 1, field);
      field.end = found.length;
    }
    for (let i = 0; i < tab.trees.length; i += 2) add(tab.trees[i + 1], tab.trees[i], 0, null);
    return found;
  }

  const text = (column) => frames[column].map((word) => strings[word]);
  const [source, destination, exchange, sender, info, problem] =
    ["source", "destination", "exchange", "sender", "info", "problem"].map(text);
  const DIRECTIONS = { initiator: "initiator \u2192", responder: "\u2190 responder" };
  const seconds = (time) => (time === null ? "" : (time / 1e9).toFixed(6));
  const address = (i) => `frame-${frames.number[i]}${frames.capture[i] ? `-in-${frames.capture[i] + 1}` : ""}`;
  const places = new Map(frames.number.map((_, i) => [address(i), i]));
  return {
    count: frames.number.length,
    cells: (i) => [(captures.length > 1 ? `${frames.capture[i] + 1}:` : "") + frames.number[i], seconds(frames.time[i]), source[i], destination[i], exchange[i],
      DIRECTIONS[sender[i]] ?? "", info[i]],
    problem: (i) => problem[i],
    negotiation: (i) => frames.negotiation[i],
    about: (i) => [`Frame ${frames.number[i]}${captures.length > 1 ? ` of ${captures[frames.capture[i]]}` : ""}`,
      `${frames.size[i].toLocaleString("en")} bytes`, strings[frames.link[i]], frames.moment[i]].filter(Boolean).join(", "),
    address,
    place: (name) => places.get(name),
    tabs: (i) => tabs[i],
    fieldsOf,
  };
};
