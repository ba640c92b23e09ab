// A column of a table for scripts: `at(row)` is its value, a list or null. With `codes` and `values` a test is made once
// for each distinct value.
(() => {
  const list = (value) => (Array.isArray(value) ? value : [value]);

  page.Column = class Column {
    constructor(rows, at, codes, values) {
      Object.assign(this, { rows, at, codes, values });
    }

    static coded(codes, values) {
      return new Column(codes.length, (row) => values[codes[row]], codes, values);
    }

    static of(cells) {
      return new Column(cells.length, (row) => cells[row]);
    }

    // The rows in which one value at least passes, as bytes 0 and 1.
    where(test) {
      const passes = (value) => (value !== null && list(value).some(test) ? 1 : 0);
      const found = new Uint8Array(this.rows);
      if (this.codes) {
        const passing = Uint8Array.from(this.values, passes);
        for (let row = 0; row < this.rows; row += 1) found[row] = passing[this.codes[row]];
      } else {
        for (let row = 0; row < this.rows; row += 1) found[row] = passes(this.at(row));
      }
      return found;
    }

    // The same column with its distinct values known.
    coded() {
      if (this.codes) return this;
      const places = new Map(), codes = new Int32Array(this.rows);
      for (let row = 0; row < this.rows; row += 1) {
        const value = this.at(row);
        if (!places.has(value)) places.set(value, places.size);
        codes[row] = places.get(value);
      }
      return new Column(this.rows, this.at, codes, [...places.keys()]);
    }
  };
})();
