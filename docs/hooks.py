"""What mkdocs.yml needs beside its plugins: pages and files from outside docs/, notebooks as pages, a look at the site.

Links in the sources are those of the repository's web view. Here they become the site's: a page of the root
(ARCHITECTURE.md) lies in project/, a notebook is a page, and any other file outside docs/ is copied along. A link to
nothing, and a page that would ask for something outside the site, are warnings, with which `--strict` fails.
"""

import json
import logging
import posixpath
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from moves import drawn

ROOT = Path(__file__).resolve().parent.parent
PROJECT = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "fixtures/README.md",
    "fixtures/lab/README.md",
)
LINK = re.compile(r"(?P<code>^```.*?^```$|`[^`\n]+`)|\]\((?P<to>[^)\s]+)\)", re.MULTILINE | re.DOTALL)
API = re.compile(r"<!-- api: (\S+)(?: (\S+))? -->.*?<!-- end of api -->", re.DOTALL)  # where docstrings shall stand
OUTSIDE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
STYLED = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", re.IGNORECASE)
FETCHED = {"src", "srcset", "data", "poster", "background"}  # attributes whose address a browser asks for by itself
NOT_FETCHED = {"canonical", "next", "prev", "alternate", "author", "license"}  # what a <link> may only name
log = logging.getLogger("mkdocs.hooks.handbook")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages of the root, and a page for each notebook."""
    for name in PROJECT:
        files.append(File.generated(config, f"project/{name}", abs_src_path=str(ROOT / name)))
    for notebook in [file for file in files if file.src_uri.endswith(".ipynb")]:
        text = notebook_page(notebook.content_string)
        files.append(File.generated(config, page_of(notebook.src_uri), content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page with the site's links; files outside docs/ that it links to become files of the site."""
    here = page.file.src_uri

    def on_site(found: re.Match[str]) -> str:
        to = found["to"]
        if to is None or to.startswith(("#", "mailto:")) or OUTSIDE.match(to):
            return found[0]
        path, mark, anchor = to.partition("#")
        source = posixpath.normpath(posixpath.join(posixpath.dirname(in_repository(here)), path))
        target = place_on_site(source)
        if target.startswith("files/") and files.get_file_from_path(target) is None:
            if not (ROOT / source).is_file() or source.endswith(".md"):
                log.warning("%s links to %s, which is no file or a page that is not among PROJECT", here, to)
                return found[0]
            files.append(File.generated(config, target, abs_src_path=str(ROOT / source)))
        return f"]({posixpath.relpath(target, posixpath.dirname(here) or '.')}{mark}{anchor})"

    return API.sub(_docstrings, drawn(LINK.sub(on_site, markdown)))


def _docstrings(found: re.Match[str]) -> str:
    """The directive of mkdocstrings for a name, with all members or those named behind it."""
    if found[2] is None:
        return f"::: {found[1]}"
    members = "false" if found[2] == "none" else f"[{found[2]}]"
    return f"::: {found[1]}\n    options:\n      members: {members}"


def on_post_build(config: MkDocsConfig) -> None:
    """Warn of every address outside the site that a browser would ask for."""
    site = Path(config.site_dir)
    for path in sorted(site.rglob("*")):
        if path.suffix in {".html", ".css"}:
            text = path.read_text("utf-8")
            for what in asked_of_others(text) if path.suffix == ".html" else STYLED.findall(text):
                log.warning("%s asks for something outside the site: %s", path.relative_to(site), what)


def in_repository(uri: str) -> str:
    """Where the source of a page lies."""
    name = uri.removeprefix("project/")
    return name if name in PROJECT and name != uri else f"docs/{uri}"


def place_on_site(path: str) -> str:
    """Where a file of the repository lies on the site."""
    if path in PROJECT:
        return f"project/{path}"
    inside = path.removeprefix("docs/")
    return page_of(inside) if inside != path else f"files/{path}"


def page_of(uri: str) -> str:
    """The page that shows a file: of a notebook the one made of it."""
    return uri.removesuffix(".ipynb") + ".md" if uri.endswith(".ipynb") else uri


def notebook_page(text: str) -> str:
    """A notebook as Markdown: its texts, its code, and what each cell gave."""
    parts = []
    for cell in json.loads(text)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            parts += [f"```python\n{source}\n```", *filter(None, map(output, cell["outputs"]))]
        else:
            parts.append(source)
    return "\n\n".join(parts) + "\n"


def output(found: dict[str, Any]) -> str:
    """One output of a cell: HTML as it is, a picture, else text."""
    data = found.get("data", {})
    if "text/html" in data:
        lines = "".join(data["text/html"]).splitlines()
        return (
            f'<div class="output">{" ".join(line.strip() for line in lines)}</div>'  # a blank line would end the HTML
        )
    if "image/svg+xml" in data:
        return f'<div class="output">{"".join(data["image/svg+xml"])}</div>'
    if "image/png" in data:
        return (
            f'<div class="output"><img alt="" src="data:image/png;base64,{"".join(data["image/png"]).strip()}"></div>'
        )
    shown = "".join(found.get("text", data.get("text/plain", "")))
    return f"```text\n{shown.rstrip()}\n```" if shown else ""


def asked_of_others(html: str) -> list[str]:
    """What a browser that opens the page would ask other hosts for."""
    parser = _Requests()
    parser.feed(html)
    return parser.found


class _Requests(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [value for value in self._fetched(tag, given) if OUTSIDE.search(value.strip()[:8])]
        self.found += STYLED.findall(given.get("style", ""))
        if "mermaid" in given.get("class", "").split():  # the theme would fetch a program that draws it
            self.found.append("mermaid")

    def _fetched(self, tag: str, given: dict[str, str]) -> Iterator[str]:
        yield from (given[name] for name in FETCHED & given.keys())
        if tag == "link" and not NOT_FETCHED.intersection(given.get("rel", "").split()):
            yield given.get("href", "")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.found += STYLED.findall(data)
