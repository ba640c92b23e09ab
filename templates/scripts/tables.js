// Sorting and filtering of the tables marked for it.
(() => {
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const text = (row, column) => row.cells[column].textContent.trim();

  function sortable(table) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].sort((a, b) => {
          const x = text(a, column), y = text(b, column);
          if (!x || !y) return Number(!x) - Number(!y); // what is missing stays last
          return collator.compare(x, y) * (down ? -1 : 1);
        });
        body.append(...rows);
      });
    });
  }

  function filterable(table) {
    const box = document.createElement("p"), label = document.createElement("label");
    const input = document.createElement("input"), count = document.createElement("output");
    box.className = "filter";
    input.type = "search";
    label.append("Filter ", input);
    count.setAttribute("aria-live", "polite");
    box.append(label, " ", count);
    table.parentElement.before(box);
    const rows = [...table.tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/);
      let shown = 0;
      for (const [row, content] of rows) {
        row.hidden = !words.every((word) => content.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = input.value ? `${shown} of ${rows.length} rows` : "";
    });
  }

  for (const table of document.querySelectorAll("table[data-tools]")) {
    sortable(table);
    if (table.dataset.tools.includes("filter") && table.tBodies[0].rows.length > 8) filterable(table);
  }
})();
