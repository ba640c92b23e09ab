// The filter language, as analyzer/tables/filter has it: an expression becomes a tree of {is, ...}, or a Fault with its place.
(() => {
  const MOST_CHARACTERS = 2000, MOST_DEPTH = 40, MOST_CONDITIONS = 100, LONG = 60;
  const SIGNS = ["==", "!=", "<=", ">=", "<", ">"];
  const LIKELIER = {
    "=": "==", "===": "==", "=~": "contains", "~": "contains", "~=": "contains", "<>": "!=", "!==": "!=",
    "!": "not", "&": "and", "&&": "and", "|": "or", "||": "or", "=>": ">=", "=<": "<=",
  };
  const JOINING = ["AND", "OR", "NOT"], COMPARING = ["SIGN", "CONTAINS", "IN"], KEYWORDS = [...JOINING, "CONTAINS", "IN"];
  const TOKEN = /([ \t\n\r\f\v]+)|([=!<>&|~]+)|("(?:[^"\\]|\\[^])*")|([(),])|([^ \t\n\r\f\v()",=!<>&|~]+)/y;
  const BRACKETS = { "(": "LPAR", ")": "RPAR", ",": "COMMA" };

  // at: where the expression is wrong, in characters from 0.
  class Fault extends Error {
    constructor(at, reason) {
      super(reason);
      this.at = at;
    }
  }

  const named = (word) => ([...word].length <= LONG ? word : `${[...word].slice(0, LONG).join("")}...`);

  // The words that look most like this one: those that can be had with few letters changed, or that hold it.
  function near(word, known) {
    const most = Math.max(1, Math.floor(word.length / 3)), lower = word.toLowerCase();
    const holds = (other) => lower.length > 2 && other.toLowerCase().includes(lower);
    const found = known.map((other) => [distance(lower, other.toLowerCase()), other]).filter(([far, other]) => far <= most || holds(other));
    const best = found.sort((a, b) => a[0] - b[0]).slice(0, 3).map(([, other]) => other);
    return best.length ? `; did you mean ${best.join(" or ")}?` : "";
  }

  function distance(a, b) {
    if (Math.abs(a.length - b.length) > LONG / 3) return Infinity;
    let before = Array.from({ length: b.length + 1 }, (_, place) => place);
    for (let i = 1; i <= a.length; i += 1) {
      const now = [i];
      for (let j = 1; j <= b.length; j += 1) {
        now.push(Math.min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
      }
      before = now;
    }
    return before[b.length];
  }

  function tokensOf(text) {
    const tokens = [];
    for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
      TOKEN.lastIndex = at;
      const match = TOKEN.exec(text);
      if (!match) throw new Fault(at, "this quote has no other end");
      const [, blank, sign, quoted, bracket, word] = match;
      if (blank) continue;
      const keyword = word && KEYWORDS.find((one) => one === word.toUpperCase());
      const type = sign ? "SIGN" : quoted ? "TEXT" : bracket ? BRACKETS[bracket] : keyword ?? "WORD";
      tokens.push({ type, text: match[0], at, end: TOKEN.lastIndex });
    }
    for (const { type, text: sign, at } of tokens) {
      if (type !== "SIGN" || SIGNS.includes(sign)) continue;
      const meant = LIKELIER[sign] ? `; did you mean ${LIKELIER[sign]}?` : `; there are ${SIGNS.join(" ")}`;
      throw new Fault(at, `there is no sign ${named(sign)}${meant}`);
    }
    return tokens;
  }

  function checkDepth(tokens) {
    const nested = [];
    for (const { type, at } of tokens) {
      if (type === "NOT" || type === "LPAR") {
        nested.push(type);
        if (nested.length > MOST_DEPTH) throw new Fault(at, `more than ${MOST_DEPTH} parentheses and \`not\` are open here`);
        continue;
      }
      if (type === "RPAR" && nested.includes("LPAR")) while (nested.pop() !== "LPAR");
      while (nested.at(-1) === "NOT") nested.pop();
    }
  }

  // Text between quotes: a backslash stands before a quote or a backslash that is part of it.
  const unquoted = (text) => text.slice(1, -1).replace(/\\([^])/g, "$1");

  class Parser {
    constructor(text, fields) {
      Object.assign(this, { text, fields, tokens: tokensOf(text), place: 0 });
      checkDepth(this.tokens);
    }

    get next() {
      return this.tokens[this.place] ?? { type: "$END", text: "", at: this.text.length };
    }

    take(...types) {
      if (!types.includes(this.next.type)) throw new Fault(this.next.at, why(this.next, this.tokens.slice(0, this.place)));
      this.place += 1;
      return this.tokens[this.place - 1];
    }

    whole() {
      const found = this.either();
      this.take("$END");
      return found;
    }

    either() {
      const parts = [this.both()];
      while (this.next.type === "OR") {
        this.place += 1;
        parts.push(this.both());
      }
      return parts.length === 1 ? parts[0] : { is: "any", parts };
    }

    both() {
      const parts = [this.one()];
      while (["AND", "NOT", "LPAR", "WORD", "TEXT"].includes(this.next.type)) {
        if (this.next.type === "AND") this.place += 1;
        parts.push(this.one());
      }
      return parts.length === 1 ? parts[0] : { is: "all", parts };
    }

    one() {
      const token = this.take("NOT", "LPAR", "WORD", "TEXT");
      if (token.type === "NOT") return { is: "not", part: this.one() };
      if (token.type === "TEXT") return { is: "search", text: unquoted(token.text), at: token.at };
      if (token.type === "WORD") return this.condition(token);
      const inside = this.either();
      this.take("RPAR");
      return inside;
    }

    condition(word) {
      const name = word.text.toLowerCase(), { type } = this.next;
      if (!COMPARING.includes(type)) {
        return this.fields.known(name) ? { is: "present", name, at: word.at } : { is: "search", text: word.text, at: word.at };
      }
      const sign = this.take(...COMPARING), values = [];
      if (type === "IN" && this.next.type === "LPAR") {
        do {
          this.place += 1;
          values.push(this.value());
        } while (this.next.type === "COMMA");
        this.take("RPAR");
      } else {
        values.push(this.value());
      }
      return { is: "compare", name, sign: sign.text.toLowerCase(), values, at: word.at, signAt: sign.at };
    }

    value() {
      const token = this.take("WORD", "TEXT");
      return { text: token.type === "TEXT" ? unquoted(token.text) : token.text, at: token.at };
    }
  }

  // Why a token, or the end, cannot stand behind those before it.
  function why(token, before) {
    const last = before.at(-1)?.type ?? "", text = before.at(-1)?.text, end = token.type === "$END";
    const quotes = KEYWORDS.includes(token.type) ? `; the word ${token.text} itself is written in quotes` : "";
    if (!before.length && end) return "the filter is empty";
    if (COMPARING.includes(last)) {
      if (token.type === "LPAR") return `one value stands behind ${text}; of several: ${before.at(-2).text} in (A, B)`;
      return `a value is missing behind ${text}${quotes}`;
    }
    const opened = openedBy(before);
    if (opened === "list") {
      if (last === "COMMA" || last === "LPAR") return `a value is missing behind ${text}${quotes}`;
      return end ? "the ) of this list is missing" : "between values of a list stands a ,";
    }
    return whyCondition(token, last, opened);
  }

  function whyCondition(token, last, opened) {
    const due = !last || JOINING.includes(last) || last === "LPAR";
    if (token.type === "$END") return due ? "the end comes before a condition does" : "a ) is missing";
    if (token.type === "RPAR") return due && opened ? "these parentheses are empty" : "there is no ( for this )";
    if (token.type === "COMMA") return "a , stands between values of `in (A, B)`; text that holds one is written in quotes";
    if (token.type === "AND" || token.type === "OR") {
      return `a condition is missing before ${token.text}; the word itself is written in quotes`;
    }
    if (due) return `a field is missing before ${token.text}`;
    if (last === "TEXT") return `before ${token.text} stands a field, which is written without quotes`;
    return `the condition before ${token.text} is complete; the next one is joined to it by and, or`;
  }

  function openedBy(tokens) {
    const opened = [];
    tokens.forEach(({ type }, place) => {
      if (type === "LPAR") opened.push(tokens[place - 1]?.type === "IN" ? "list" : "parentheses");
      else if (type === "RPAR") opened.pop();
    });
    return opened.at(-1) ?? "";
  }

  // The conditions of a tree from left to right.
  const leaves = (tree) => (tree.parts ? tree.parts.flatMap(leaves) : tree.part ? leaves(tree.part) : [tree]);

  // A value as it is written in an expression.
  const isWord = /^[^ \t\n\r\f\v()",=!<>&|~]+$/;
  const written = (value) =>
    isWord.test(value) && !KEYWORDS.includes(value.toUpperCase()) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;

  // fields: `known(name)` whether it can be nothing but a field, `check(condition)` throws a Fault.
  function parse(text, fields) {
    if ([...text].length > MOST_CHARACTERS) {
      throw new Fault(MOST_CHARACTERS, `the filter is longer than ${MOST_CHARACTERS.toLocaleString("en")} characters`);
    }
    const tree = new Parser(text, fields).whole();
    const conditions = leaves(tree);
    if (conditions.length > MOST_CONDITIONS) {
      const hint = "several values of a field are one: in (A, B)";
      throw new Fault(conditions[MOST_CONDITIONS].at, `there are more than ${MOST_CONDITIONS} conditions; ${hint}`);
    }
    for (const leaf of conditions) if (leaf.is !== "search") fields.check(leaf);
    return tree;
  }

  page.filter = { Fault, parse, named, near, written, tokensOf };
})();
