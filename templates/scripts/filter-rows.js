// Which rows of the main table, the negotiations, an expression is about, as analyzer/tables/filter/rows.py finds them: a byte for each, 1 or 0.
(() => {
  const { Fault, named, near, parse } = page.filter;

  // language: fields with their kinds by table, shorthands, where a search looks, and names of tables that are not here.
  // rows: how many negotiations. column(table, name): {column, owners}, the row of the negotiation for each row; without
  // `owners` there is a row for each.
  class Filters {
    constructor(language, rows, column) {
      Object.assign(this, { language, rows, column });
    }

    // The rows that match; a Fault, if the text is no expression.
    find(text) {
      return this.matching(parse(text, this));
    }

    // What a name stands for: the kind of its values, the columns that have them, and all that they can be, null where
    // that is no closed vocabulary; null, if it is no field.
    field(name) {
      const { main, fields, words, shorthands } = this.language, [table, column, ...more] = name.split(".");
      const short = Object.hasOwn(shorthands, name) ? shorthands[name] : null;
      const sources = column !== undefined ? [[table, column]] : this.holds(main, name) ? [[main, name]] : short;
      if (more.length || !sources || !this.holds(...sources[0])) return null;
      const closed = sources.map(([one, its]) => words[one]?.[its]);
      return {
        kind: fields[sources[0][0]][sources[0][1]], sources,
        words: closed.every(Boolean) ? [...new Set(closed.flat())] : null,
      };
    }

    holds(table, column) {
      return Object.hasOwn(this.language.fields, table) && Object.hasOwn(this.language.fields[table], column);
    }

    known(name) {
      const { fields, elsewhere, unlinked } = this.language, [table, column] = name.split(".");
      return this.field(name) !== null || (column !== undefined && [...Object.keys(fields), ...elsewhere, ...unlinked].includes(table));
    }

    check(leaf) {
      const field = this.field(leaf.name);
      if (!field) throw new Fault(leaf.at, this.unknown(leaf.name));
      if (leaf.is === "compare") page.filter.testOf(leaf, field, this.language.ranks);
    }

    unknown(name) {
      const [table] = name.split(".");
      const { elsewhere, unlinked } = this.language;
      if (name.includes(".") && unlinked.includes(table)) return `${named(name)}: rows of ${table} belong to no negotiation`;
      const { main, fields, shorthands } = this.language;
      const names = Object.entries(fields).flatMap(([one, columns]) => Object.keys(columns).map((column) => `${one}.${column}`));
      const own = [...Object.keys(fields[main]), ...Object.keys(shorthands)];
      const alike = near(name, name.includes(".") ? names : own), held = Object.keys(fields).includes(table);
      if (name.includes(".") && elsewhere.includes(table) && !(held && alike)) {
        const what = held ? "that column" : `the table ${table}`;
        return `this page does not hold ${what}; on the command line --where can ask for ${named(name)}`;
      }
      return `${main} has no field ${named(name)}${alike}`;
    }

    matching(tree) {
      if (tree.is === "any") return this.joined(tree.parts, (a, b) => a | b);
      if (tree.is === "all") return this.joined(tree.parts, (a, b) => a & b);
      if (tree.is === "not") return this.matching(tree.part).map((hit) => 1 - hit);
      if (tree.is === "search") {
        const part = tree.text.toLowerCase();
        return this.anyOf(this.language.searched, (cell) => cell.toLowerCase().includes(part));
      }
      const field = this.field(tree.name), { sources } = field;
      if (tree.is === "present") return this.anyOf(sources, () => true);
      const found = this.anyOf(sources, page.filter.testOf(tree, field, this.language.ranks));
      return tree.sign === "!=" ? found.map((hit) => 1 - hit) : found;
    }

    joined(parts, how) {
      const [first, ...others] = parts.map((part) => this.matching(part));
      for (const other of others) for (let row = 0; row < this.rows; row += 1) first[row] = how(first[row], other[row]);
      return first;
    }

    anyOf(sources, test) {
      const found = new Uint8Array(this.rows);
      for (const [table, name] of sources) {
        const { column, owners } = this.column(table, name), hits = column.where(test);
        for (let row = 0; row < hits.length; row += 1) {
          const owner = owners ? owners[row] : row;
          if (hits[row] && owner >= 0) found[owner] = 1;
        }
      }
      return found;
    }
  }

  page.filter.Filters = Filters;
})();
