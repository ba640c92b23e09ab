// Values of the filter language: what a field is compared with, by what the field holds (analyzer/tables/filter/values.py).
(() => {
  const { Fault, named, near } = page.filter;
  const WHOLE = /^([+-]?[0-9]{1,18}|0[xX][0-9a-fA-F]{1,15})$/;
  const NUMBER = /^[+-]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?$/;
  const TIME = new RegExp(
    "^(\\d{4}-\\d{2}-\\d{2})(?:[Tt ]((?:[01]\\d|2[0-3]):[0-5]\\d)(?::([0-5]\\d)(?:\\.(\\d{1,9}))?)?" +
      "([Zz]|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)?)?$",
  );
  const ORDERS = { "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b };
  const ORDERED = ["number", "seconds", "time", "severity", "confidence"];
  const SPI = /^([0-9a-f]{4}|[0-9a-f]{8}|[0-9a-f]{16}|[0-9a-f]{32})$/;
  const FEW = 12;
  const TEXTS = ["text", "address", "spi", "severity", "confidence"];
  const SECOND = 1000000000n, DAY = 86400n;

  const plain = (text, kind) => (kind === "spi" ? text.toLowerCase().replace(/^0x/, "") : text.toLowerCase());

  // IPv4 as a number, IPv6 as a BigInt; null for what is none.
  function ipv4(text) {
    const parts = text.split(".");
    if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
    return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
  }

  function ipv6(text) {
    const dotted = text.slice(text.lastIndexOf(":") + 1);
    if (dotted.includes(".")) {
      const low = ipv4(dotted);
      if (low === null) return null;
      text = text.slice(0, -dotted.length) + `${Math.floor(low / 65536).toString(16)}:${(low % 65536).toString(16)}`;
    }
    const halves = text.split("::");
    if (halves.length > 2) return null;
    const [head, tail] = halves.map((half) => (half ? half.split(":") : []));
    const parts = tail ? [...head, ...new Array(Math.max(1, 8 - head.length - tail.length)).fill("0"), ...tail] : head;
    if (parts.length !== 8 || !parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return null;
    return parts.reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n);
  }

  const address = (text) => (text.includes(":") ? ipv6(text) : ipv4(text));
  const cut = (value, bits) => (typeof value === "bigint" ? value >> BigInt(bits) : Math.floor(value / 2 ** bits));

  // The bits behind the network's part, and what stands in that part.
  function network({ text, at }) {
    const [base, length, ...more] = text.split("/"), value = address(base), most = typeof value === "bigint" ? 128 : 32;
    const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : most === 32 ? masked(length) : NaN;
    if (value === null || more.length || !(bits <= most)) {
      const hint = "is no address and no network like 192.0.2.0/24; contains looks for a part";
      throw new Fault(at, `${named(text)} ${hint}`);
    }
    return { most, behind: most - bits, value: cut(value, most - bits) };
  }

  // The length of a network mask, or of one turned round.
  function masked(text) {
    const value = ipv4(text), bits = value === null ? "" : value.toString(2).padStart(32, "0");
    return /^1*0*$/.test(bits) && bits ? bits.lastIndexOf("1") + 1 : /^0*1*$/.test(bits) && bits ? bits.indexOf("1") : NaN;
  }

  // The addresses of a cell: one, or the two ends of a path, each with its port.
  const addresses = (cell) =>
    cell.split(" - ").map((end) => {
      const host = end.startsWith("[") ? end.slice(1).split("]")[0] : end;
      return address(host.split(":").length === 2 ? host.split(":")[0] : host);
    });

  const rank = (word, words) => (words.includes(word) ? words.length - words.indexOf(word) : null);

  function scalar({ text, at }, kind, ranks) {
    const word = text.toLowerCase(), words = ranks[kind];
    if (words) {
      const found = rank(word, words);
      if (found === null) throw new Fault(at, `${named(text)} is none of ${words.join(", ")}${near(word, words)}`);
      return found;
    }
    if (kind === "truth") {
      if (word !== "true" && word !== "false") throw new Fault(at, `${named(text)} is neither true nor false`);
      return word === "true";
    }
    if (kind === "number" && !WHOLE.test(word)) throw new Fault(at, `${named(text)} is no whole number`);
    if (kind !== "number" && !NUMBER.test(word)) throw new Fault(at, `${named(text)} is no number`);
    return Number(word);
  }

  // The first and the last nanosecond since 1970 of what is written.
  function span({ text, at }) {
    const found = TIME.exec(text);
    const [, day, minute, second, part, zone] = found ?? [];
    const ms = found ? Date.parse(`${day}T${minute ?? "00:00"}:${second ?? "00"}Z`) : NaN;
    if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day) {
      const hint = "write 2026-11-20, 2026-11-20T10:11:12.5Z or 2026-11-20T10:11+02:00";
      throw new Fault(at, `${named(text)} is no time; ${hint}`);
    }
    const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(zone ?? "") ?? [];
    const east = sign ? (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -60 : 60) : 0;
    const first = BigInt(ms / 1000 - east) * SECOND + BigInt((part ?? "0").padEnd(9, "0"));
    if (part) return [first, first + 10n ** BigInt(9 - part.length) - 1n];
    return [first, first + (second ? 1n : minute ? 60n : DAY) * SECOND - 1n];
  }

  function spi({ text, at }) {
    const digits = plain(text, "spi");
    if (!SPI.test(digits)) {
      const hint = "16 hexadecimal digits of IKE, 8 of ESP and AH; contains looks for a part";
      throw new Fault(at, `${named(text)} is no SPI: ${hint}`);
    }
    return digits;
  }

  // Why a word is none of a closed vocabulary.
  function noneOf(word, name, words) {
    if (words.length <= FEW) return `none of ${words.join(", ")}${near(word, words)}`;
    return `no value of ${name}${near(word, words) || `; isakmp-analyzer explain ${name} lists them`}`;
  }

  function known({ name, values }, words) {
    const lower = new Set(words.map((word) => word.toLowerCase()));
    const wrong = values.find(({ text }) => !lower.has(text.toLowerCase()));
    if (wrong) throw new Fault(wrong.at, `${named(wrong.text)} is ${noneOf(wrong.text, name, words)}`);
    const wanted = new Set(values.map(({ text }) => text.toLowerCase()));
    return (cell) => wanted.has(cell.toLowerCase());
  }

  function equal(values, kind, ranks) {
    if (kind === "address") {
      const networks = values.map(network);
      const inside = (value) => (one) => (typeof value === "bigint" ? 128 : 32) === one.most && cut(value, one.behind) === one.value;
      return (cell) => addresses(cell).some((value) => value !== null && networks.some(inside(value)));
    }
    if (kind === "time") {
      const spans = values.map(span);
      return (cell) => spans.some(([first, last]) => first <= cell && cell <= last);
    }
    if (kind === "text" || kind === "spi") {
      const wanted = new Set(values.map(kind === "spi" ? spi : ({ text }) => text.toLowerCase()));
      return (cell) => wanted.has(cell.toLowerCase());
    }
    const known = new Set(values.map((value) => scalar(value, kind, ranks)));
    return ranks[kind] ? (cell) => known.has(rank(cell, ranks[kind])) : (cell) => known.has(cell);
  }

  function ordered(sign, value, kind, ranks) {
    const order = ORDERS[sign];
    if (kind === "time") {
      const [first, last] = span(value), limit = sign === "<" || sign === ">=" ? first : last;
      return (cell) => order(cell, limit);
    }
    const known = scalar(value, kind, ranks);
    if (!ranks[kind]) return (cell) => order(cell, known);
    return (cell) => {
      const found = rank(cell, ranks[kind]);
      return found !== null && order(found, known);
    };
  }

  // Whether a value that is there fits a condition: a function; `!=` is that of `==`, for the caller to turn round.
  page.filter.testOf = (compare, { kind, words }, ranks) => {
    const { name, sign, values, signAt } = compare;
    if (sign === "contains") {
      if (!TEXTS.includes(kind)) {
        const hint = kind === "time" ? ">= and <= compare times" : "== compares numbers and true, of a list each";
        throw new Fault(signAt, `contains looks in text, and ${name} holds none; ${hint}`);
      }
      const [{ text, at }] = values, part = plain(text, kind);
      if (words && !words.some((word) => word.toLowerCase().includes(part))) throw new Fault(at, `${named(text)} is ${noneOf(part, name, words)}`);
      return (cell) => cell.toLowerCase().includes(part);
    }
    if (!ORDERS[sign]) return words && !ranks[kind] ? known(compare, words) : equal(values, kind, ranks);
    if (!ORDERED.includes(kind)) {
      const hint = `${sign} compares numbers, times, severities, confidences`;
      throw new Fault(signAt, `what ${name} holds has no order; ${hint}`);
    }
    return ordered(sign, values[0], kind, ranks);
  };
})();
