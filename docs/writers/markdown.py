"""What the writers of pages share: Markdown's small forms."""

import re
from collections.abc import Iterable, Iterator, Sequence

WIDTH = 100
WRITTEN = "<!-- Written by docs/generate.py: change the code, then run it. -->\n"
RFC = re.compile(r"\bRFC (\d+)(?: (\d[\d.]*))?")
CVE = re.compile(r"\bCVE-\d{4}-\d{4,}")


def cell(text: str) -> str:
    """Text that may hold the sign which ends a cell."""
    return text.replace("|", "\\|")


def plain(text: str) -> str:
    """Text in which no sign is Markdown's or HTML's."""
    return re.sub(r"([*\\\[\]])", r"\\\1", text).replace("&", "&amp;").replace("<", "&lt;")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table, line by line, and the empty line that ends it."""
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield f"| {' | '.join(cell(text) for text in row)} |"
    yield ""


def reference(text: str) -> str:
    """A reference with a link to the RFC, at the section if it names one, or to the CVE record."""
    linked = RFC.sub(_rfc, plain(text))
    return CVE.sub(lambda m: f"[{m[0]}](https://www.cve.org/CVERecord?id={m[0]})", linked)


def _rfc(found: re.Match[str]) -> str:
    section = f"#section-{found[2].rstrip('.')}" if found[2] else ""
    return f"[{found[0]}](https://www.rfc-editor.org/rfc/rfc{found[1]}.html{section})"


def anchor(title: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-")
