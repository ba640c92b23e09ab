// A table of any number of rows in a box of its own: only the rows in sight, and some around them, are on the page. As a
// grid it has one row that is the active one, which the arrow keys move.
(() => {
  const ALL = 200; // so many rows are all on the page, as high as they want to be
  const AROUND = 12, HIGHEST = 8e6; // pixels: browsers lay out no more than some ten million

  class VirtualTable {
    // cells(row, number): fills a <tr>. choose(row): a row was chosen, or none (null).
    constructor(table, { cells, choose }) {
      Object.assign(this, { table, cells, choose, rows: [], active: -1, chosen: -1 });
      this.box = table.parentElement;
      this.body = table.tBodies[0];
      this.count = table.tHead.rows[0].cells.length;
      for (const name of ["role", "tabindex", "aria-label"]) this.box.removeAttribute(name);
      table.setAttribute("role", "grid");
      table.tabIndex = 0;
      this.box.addEventListener("scroll", () => this.later());
      addEventListener("resize", () => this.later());
      addEventListener("beforeprint", () => this.draw(ALL));
      addEventListener("afterprint", () => this.draw());
      table.addEventListener("keydown", (event) => this.pressed(event));
      this.body.addEventListener("click", (event) => this.clicked(event));
    }

    show(rows) {
      const active = this.rows[this.active];
      this.rows = rows;
      this.active = rows.indexOf(active);
      this.table.setAttribute("aria-rowcount", rows.length + 1);
      this.table.classList.toggle("virtual", rows.length > ALL);
      this.box.scrollTop = 0;
      this.draw();
    }

    // So many rows are printed.
    get most() {
      return ALL;
    }

    later() {
      this.drawing ??= requestAnimationFrame(() => {
        this.drawing = undefined;
        if (this.virtual) this.draw();
      });
    }

    get virtual() {
      return this.rows.length > ALL;
    }

    // Which rows are in sight. Of very many the box scrolls faster than its rows.
    get window() {
      if (!this.virtual) return [0, this.rows.length];
      const first = Math.floor(this.scrolled / this.height), seen = Math.ceil(this.box.clientHeight / this.height);
      return [Math.max(0, first - AROUND), Math.min(this.rows.length, first + seen + AROUND)];
    }

    get whole() {
      return this.rows.length * this.height;
    }

    get scrolled() {
      const room = Math.max(1, Math.min(HIGHEST, this.whole) - this.box.clientHeight);
      return this.whole <= HIGHEST ? this.box.scrollTop : (this.box.scrollTop / room) * (this.whole - this.box.clientHeight);
    }

    // most: on paper the first rows, whatever is in sight.
    draw(most = 0) {
      if (this.virtual) this.measure();
      const [start, stop] = most ? [0, Math.min(most, this.rows.length)] : this.window, drawn = [];
      for (let place = start; place < stop; place += 1) drawn.push(this.row(place));
      if (this.virtual && !most) {
        const before = this.whole <= HIGHEST ? start * this.height : this.box.scrollTop - (this.scrolled - start * this.height);
        const after = Math.min(HIGHEST, this.whole) - before - (stop - start) * this.height;
        this.body.replaceChildren(this.gap(before), ...drawn, this.gap(after));
      } else {
        this.body.replaceChildren(...drawn);
      }
      this.mark();
    }

    measure() {
      if (this.height && this.width === innerWidth) return;
      this.width = innerWidth;
      this.body.replaceChildren(this.row(0));
      this.height = this.body.rows[0].getBoundingClientRect().height || 48;
    }

    gap(height) {
      const row = document.createElement("tr"), cell = row.insertCell();
      row.className = "gap";
      row.setAttribute("aria-hidden", "true");
      cell.colSpan = this.count;
      row.style.height = cell.style.height = `${Math.max(0, height)}px`;
      return row;
    }

    row(place) {
      const row = document.createElement("tr");
      row.id = `find-row-${place}`;
      row.dataset.place = place;
      row.setAttribute("aria-rowindex", place + 2);
      this.cells(row, this.rows[place]);
      return row;
    }

    mark() {
      for (const row of this.body.rows) {
        const place = Number(row.dataset.place ?? -1);
        row.classList.toggle("active", place >= 0 && place === this.active);
        if (place >= 0) row.setAttribute("aria-selected", String(this.rows[place] === this.chosen));
      }
      const id = `find-row-${this.active}`;
      if (document.getElementById(id)) this.table.setAttribute("aria-activedescendant", id);
      else this.table.removeAttribute("aria-activedescendant");
    }

    clicked(event) {
      const row = event.target.closest("tr[data-place]");
      if (!row || event.target.closest("a")) return;
      this.active = Number(row.dataset.place);
      this.select(this.rows[this.active]);
    }

    select(row) {
      this.chosen = row ?? -1;
      this.mark();
      this.choose(row ?? null, false);
    }

    pressed(event) {
      if (event.target !== this.table || event.ctrlKey || event.metaKey || event.altKey) return;
      const page = Math.max(1, Math.floor(this.box.clientHeight / (this.height || 40)) - 2), last = this.rows.length - 1;
      const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
      if (event.key in steps && last >= 0) {
        event.preventDefault();
        this.move(Math.max(0, Math.min(last, Math.max(this.active, this.active < 0 ? -1 : 0) + steps[event.key])));
      } else if (event.key === "Enter" && this.active >= 0) {
        event.preventDefault();
        this.chosen = this.rows[this.active];
        this.mark();
        this.choose(this.chosen, true);
      } else if (event.key === "Escape" && this.chosen !== -1) {
        this.select(null);
      }
    }

    move(place) {
      this.active = place;
      this.reveal(place);
      if (this.chosen !== -1) this.select(this.rows[place]);
    }

    // Makes a row the chosen one wherever it stands; one that was not found is looked at all the same.
    reach(row) {
      this.active = this.rows.indexOf(row);
      if (this.active >= 0) this.reveal(this.active);
      this.select(row);
    }

    // Scrolls the box, not the page, so that a row is in sight.
    reveal(place) {
      if (this.virtual) {
        const top = place * this.height, seen = this.box.clientHeight - this.table.tHead.offsetHeight - this.height;
        const scale = this.whole <= HIGHEST ? 1 : (HIGHEST - this.box.clientHeight) / (this.whole - this.box.clientHeight);
        if (top < this.scrolled) this.box.scrollTop = top * scale;
        else if (top > this.scrolled + seen) this.box.scrollTop = (top - seen) * scale;
        this.draw();
      } else {
        this.mark();
        document.getElementById(`find-row-${place}`)?.scrollIntoView({ block: "nearest" });
      }
    }
  }

  page.VirtualTable = VirtualTable;
})();
