// The page is complete without scripts. What they share stands here; each other file of this folder is one feature.
const page = {
  // Data of the page by the id of its <script type="application/octet-stream">: JSON, deflated, in base64.
  async unpack(id) {
    const text = atob(document.getElementById(id).textContent), bytes = new Uint8Array(text.length);
    for (let place = 0; place < bytes.length; place += 1) bytes[place] = text.charCodeAt(place);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).json();
  },

  // An element with attributes and content: texts of a capture become text, whatever they hold.
  element(name, attributes = {}, content = []) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content.map((part) => (typeof part === "string" ? page.visible(part) : part)));
    return made;
  },

  // The number of a frame of a negotiation, as a link where the page shows it (analyzer/report/links.py).
  frame(number, negotiation) {
    const ids = [`frame-${number}`, `n${negotiation}-f${number}`];
    page.explored ??= (document.getElementById("packets")?.dataset.frames || "").split(" ").filter(Boolean)
      .map((run) => run.split("-").map(Number));
    const inside = page.explored.some(([first, last]) => first <= number && number <= last);
    const aim = inside ? ids[0] : ids.find((id) => document.getElementById(id));
    return aim ? page.element("a", { href: `#${aim}` }, [String(number)]) : String(number);
  },

  // Control characters, and those that hide or reorder text, written out (analyzer/tables/text.py).
  visible(text) {
    return text.replace(page.hidden, (sign) => {
      const code = sign.codePointAt(0), short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[sign];
      if (short) return short;
      const [mark, width] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
      return `\\${mark}${code.toString(16).padStart(width, "0")}`;
    });
  },
  hidden: new RegExp(
    "[\\x00-\\x1f\\x7f-\\x9f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff" +
      "\\ufeff\\uffa0\\ufff9-\\ufffb\\ufffe\\uffff\\u{e0000}-\\u{e007f}]",
    "gu",
  ),
};
