// The tables that a page carries for its search, as analyzer/report/find/columns.py writes them: columns are read when
// they are asked for, and most are codes of few distinct values.
(() => {
  const FIRST = 35, LEFT_OUT = 92, BASE = 91;
  const ENDS = { "\u0001": "initiator_ip", "\u0002": "responder_ip" };
  const MARKS = /[\u0001\u0002]/g;

  // For each row the place of its value; all are 0 where nothing is written.
  function codesOf(packed, rows) {
    const codes = new Int32Array(rows), text = packed.codes, width = packed.width;
    if (text === undefined) return codes;
    for (let row = 0, at = 0; row < rows; row += 1) {
      let code = 0;
      for (const end = at + width; at < end; at += 1) {
        const sign = text.charCodeAt(at);
        code = code * BASE + sign - FIRST - (sign > LEFT_OUT ? 1 : 0);
      }
      codes[row] = code;
    }
    return codes;
  }

  const chosen = (codes, kinds) => kinds.map((kind) => codes[kind]); // of whole numbers

  const { Column } = page, { coded, of: direct } = Column;

  class Table {
    constructor(packed, start) {
      this.rows = packed.rows;
      this.packed = packed;
      this.start = start; // of a row: the row of its negotiation
      this.columns = new Map();
    }

    get names() {
      return this.packed.columns;
    }

    column(name) {
      if (!this.columns.has(name)) this.columns.set(name, this.read(name));
      return this.columns.get(name);
    }

    view(name) {
      const view = this.packed.views[name];
      return coded(chosen(codesOf(view, this.kinds), this.kindOfRow), view.values);
    }

    get kindOfRow() {
      this.codes ??= codesOf(this.packed.kinds, this.rows);
      return this.codes;
    }

    get kinds() {
      return this.packed.kinds.count;
    }

    read(name) {
      const { alone, together, times } = this.packed, time = times.includes(name);
      const shared = together[name];
      if (shared) {
        const values = time ? shared.values.map((value) => (value === null ? null : BigInt(value))) : shared.values;
        return coded(chosen(codesOf(shared, this.kinds), this.kindOfRow), values);
      }
      const own = alone[name];
      if (!own) return direct(new Array(this.rows).fill(null));
      if (own.between) return this.between(own);
      if (own.steps) return direct(summed(own, time));
      if (own.each) return direct(Array.from({ length: this.rows }, (_, row) => own.text.substr(row * own.each, own.each)));
      if (own.from || own.start) return this.counted(own, time);
      const column = own.cells ? direct(own.cells) : coded(codesOf(own, this.rows), own.values);
      return own.marked ? this.texts(column) : column;
    }

    between({ between, without }) {
      const [first, last] = between.map((name) => this.column(name)), missing = new Set(without);
      const none = (row) => missing.has(row) || first.at(row) === null || last.at(row) === null;
      return new Column(this.rows, (row) => (none(row) ? null : Number(last.at(row) - first.at(row)) / 1e9));
    }

    // Numbers that are counted from another column; of a list the first is, each other from the one before it.
    counted(own, time) {
      const codes = own.cells ? null : codesOf(own, this.rows);
      const cell = own.cells ? (row) => own.cells[row] : (row) => own.values[codes[row]];
      const from = own.from ? this.column(own.from) : null;
      const base = (row) => (from ? from.at(row) : this.negotiation(row, "first_frame")) ?? (time ? 0n : 0);
      const sum = time ? (value, row) => base(row) + BigInt(value) : (value, row) => base(row) + Number(value);
      return new Column(this.rows, (row) => {
        const value = cell(row);
        if (value === null) return null;
        if (!Array.isArray(value)) return sum(value, row);
        let last = base(row);
        return value.map((step) => (last += step));
      });
    }

    // Texts in which marks stand for the addresses of the negotiation.
    texts(column) {
      const whole = (text, row) => text.replace(MARKS, (mark) => this.negotiation(row, ENDS[mark]) ?? "");
      return new Column(this.rows, (row) => {
        const value = column.at(row);
        if (value === null) return null;
        return Array.isArray(value) ? value.map((text) => whole(text, row)) : whole(value, row);
      });
    }

    // A cell of the negotiation that a row is about.
    negotiation(row, name) {
      return this.start ? this.start(row, name) : this.column(name).at(row);
    }
  }

  function summed({ steps, unit }, time) {
    let last = time ? 0n : 0;
    return steps.map((step) => {
      if (step === null) return null;
      last += time ? BigInt(step) * BigInt(unit) : Number(step) * unit;
      return last;
    });
  }

  // All tables of the page; those of details know the row of their negotiation in `owners`, -1 for none. badness: how
  // bad each negotiation is, 0 the worst. gathered: of other tables a column with all values of each negotiation.
  page.searchable = (data) => {
    const { negotiations, ...details } = data.tables;
    const main = new Table(negotiations, null), tables = { negotiations: main };
    const places = new Map();
    for (let row = 0; row < main.rows; row += 1) places.set(main.column("negotiation").at(row), row);
    for (const [name, packed] of Object.entries(details)) {
      const table = new Table(packed, (row, column) => {
        const owner = table.owners[row];
        return owner < 0 ? null : main.column(column).at(owner);
      });
      const numbers = table.column("negotiation");
      table.owners = Int32Array.from({ length: table.rows }, (_, row) => places.get(numbers.at(row)) ?? -1);
      tables[name] = table;
    }
    const gathered = {};
    for (const [name, columns] of Object.entries(data.gathered)) {
      gathered[name] = {};
      for (const [column, own] of Object.entries(columns)) {
        gathered[name][column] = own.start ? main.counted(own, false) : coded(codesOf(own, main.rows), own.values);
      }
    }
    const badness = chosen(data.rank.values, codesOf(data.rank, main.rows));
    return { tables, places, gathered, badness };
  };
})();
