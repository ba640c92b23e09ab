"""What a notebook shows, in real browsers, between what is not ours: nothing runs, and neither changes the other."""

from pathlib import Path

import pytest

from analyzer.report.compare import compare
from analyzer.report.inline import analysis_html, negotiation_html
from tests.browsers.tab import Tab
from tests.report.sample import BAD, sample

pytestmark = pytest.mark.no_cover  # time goes by in the browser; what is rendered has tests of its own

# As JupyterLab has it around outputs
AROUND = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Notebook</title><style>
:root { font-size: 20px } body { background: white; color: black; font-family: serif; padding: 3px }
.jp-RenderedHTMLCommon table { border-collapse: collapse; font-size: 12px; table-layout: fixed }
.jp-RenderedHTMLCommon :is(td, th, tr) { text-align: right; vertical-align: middle; padding: 0.5em; max-width: none }
.jp-RenderedHTMLCommon tbody tr:nth-child(odd) { background: #f5f5f5 }
</style></head><body data-jp-theme-light="%s"><main class="jp-RenderedHTMLCommon">
<div id="host"><h1>Notebook</h1><h3>3</h3><p class="soft notice">text <code>code</code> <a href="#host">link</a></p>
<dl><dt>a</dt><dd>b</dd></dl><svg class="ladder" width="9" height="9"><path d="M0 0V9"/><text>t</text></svg>
<table><thead><tr><th>A</th></tr></thead><tbody><tr><td class="number">1</td></tr></tbody></table></div>
%s</main></body></html>"""
STYLES = """JSON.stringify([document.body, ...document.querySelectorAll('#host, #host *')].map(one => {
  const found = getComputedStyle(one), at = (name) => found.getPropertyValue(name);
  return ['color', 'background-color', 'font-size', 'font-family', 'font-weight', 'padding-top', 'padding-left',
    'margin-top', 'text-align', 'display', 'border-top-width', 'border-bottom-width', 'stroke', 'fill',
    'max-width'].map(at);
}))"""
GROUNDS = """[...document.querySelectorAll('.isakmp-analyzer')].map(one => getComputedStyle(one).backgroundColor)"""
CELL = "(name => getComputedStyle(document.querySelector('.isakmp-analyzer tbody td')).getPropertyValue(name))"


def cells() -> str:
    tables = sample()
    rows = list(tables["negotiations"].select("negotiation", {2, 6}))
    shown = [analysis_html(tables, [BAD]), *(negotiation_html(tables, row) for row in rows)]
    return "\n".join([*shown, compare(tables, 2, tables, 6)._repr_html_()])


def test_cells_between_others(browser: Tab, tmp_path: Path) -> None:
    pages = {}
    for name, theme, inside in (("without", "true", ""), ("light", "true", cells()), ("dark", "false", cells())):
        pages[name] = tmp_path / f"{name}.html"
        pages[name].write_text(AROUND % (theme, inside), "utf-8")
    browser.visit(pages["without"].as_uri())
    alone = browser.value(STYLES)
    for name, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(18, 22, 28)")):
        for scheme in ("light", "dark"):  # whatever the system prefers
            browser.media(scheme=scheme, forced=False)
            browser.visit(pages[name].as_uri())
            assert browser.value(GROUNDS) == [ground] * 4
        assert browser.value("window.alive") is None
        assert browser.value("document.querySelectorAll('img, script, iframe').length") == 0
        assert browser.value(STYLES) == alone
        assert browser.value(f"{CELL}('text-align')") in {"left", "start"}  # ours, though the notebook has another
        assert browser.value(f"{CELL}('font-size')") == "14.4px"
    assert browser.value("document.querySelector('svg.ladder.wide').getBoundingClientRect().height") > 100
