"""axe-core in a browser: what it has against a page, at a width, in light, dark or forced colours.

It comes as a package of Python, so that no node is needed. Without scripts of its own a page would not let it in: the
browser has to be asked to look past the page's policy.
"""

import json
from importlib.resources import files
from pathlib import Path

from tests.browsers.tab import Tab

AXE = (files("axe_core_python") / "axe.min.js").read_text("utf-8")
ASK = """axe.run({exclude: %s}, {resultTypes: ["violations"]}).then(found => JSON.stringify(
  found.violations.map(v => [v.id, v.impact, v.nodes.slice(0, 3).map(node => node.html.slice(0, 200))])))"""
# Of folds that are alike, such as frames and tables, one is enough: axe looks at each cell
OPEN = """{
  const seen = new Set();
  for (const fold of document.querySelectorAll("details")) {
    const kind = fold.closest("#tables") ? "table" : fold.className || fold.textContent.slice(0, 9);
    fold.open = !seen.has(kind);
    seen.add(kind);
  }
}"""
# Of rows and stories that are alike some are enough: of a hundred thousand elements axe has nothing to say for minutes
THIN = """{
  const rest = (inside, most) => [...inside].slice(most).forEach((one) => one.remove());
  for (const body of document.querySelectorAll("#tables tbody, #findings tbody, article tbody")) rest(body.rows, 12);
  rest(document.querySelectorAll("article"), 12);
}"""
WIDTHS = (1400, 800, 390)


def shown(browser: Tab, page: Path, width: int, colours: str) -> None:
    """Open a page so wide; colours: light, dark or forced."""
    browser.window(width, 900)
    browser.media(scheme="light" if colours == "light" else "dark", forced=colours == "forced")
    browser.visit(page.as_uri())


def violations(browser: Tab, *but: str) -> list[list[object]]:
    """What axe-core finds: rule, impact, and the first elements. but: what it need not look at, by selectors."""
    browser.value(AXE + "; 0")
    asked = ASK % json.dumps([[selector] for selector in but])
    found: list[list[object]] = json.loads(browser.value(asked))
    return found


def beyond(browser: Tab) -> int:
    """By how many pixels the page is wider than its window: what is wide scrolls by itself."""
    return int(browser.value("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
