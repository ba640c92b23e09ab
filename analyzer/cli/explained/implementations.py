"""Implementations: by what each is known on the wire, of which versions, and how that is known."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from analyzer import data
from analyzer.assessment.fingerprint import known
from analyzer.assessment.fingerprint.versions import parsed
from analyzer.cli.explained.kind import Kind
from analyzer.isakmp.registry.tables import rows as registered
from analyzer.report.manual import Page, Section

_FILES: Final = {
    "vendor-order": "Order of its vendor IDs (IKEv1)",
    "message-order": "Order of payloads in IKE_SA_INIT (IKEv2)",
    "offer-order": "How it writes an offer",
    "since": "What a version was the first to send",
    "backoff": "Seconds between its retransmissions",
}
_SAME: Final = (
    "Whoever sends the same bytes: forks and products that contain it, other programs with its vendor IDs switched on, "
    "and anybody who wants to be taken for it. That is why no name is certain. An update may change all of it."
)


@cache
def _rows() -> dict[str, dict[str, list[dict[str, str]]]]:
    """What the data files say, by implementation and file."""
    found: dict[str, dict[str, list[dict[str, str]]]] = {}
    for name in _FILES:
        for row in data.rows(known.__file__, f"{name}.csv"):
            found.setdefault(row["implementation"], {}).setdefault(name, []).append(row)
    return found


def _words() -> dict[str, str]:
    return {name: ", ".join(_SHORT[file] for file in files) for name, files in sorted(_rows().items())}


_SHORT: Final = {
    "vendor-order": "vendor IDs",
    "message-order": "IKE_SA_INIT",
    "offer-order": "offers",
    "since": "first versions",
    "backoff": "retransmissions",
}


def _pages(word: str) -> list[Page]:
    names = dict.fromkeys(name for name in (*_rows(), *_vendor_ids()) if name.lower() == word)
    return [_page(name) for name in names]


@cache
def _vendor_ids() -> dict[str, list[str]]:
    """Vendor IDs that name an implementation by themselves, in hexadecimal, by its name."""
    found: dict[str, list[str]] = {}
    for row in registered("vendor-ids"):
        if row["kind"].startswith("implementation"):
            found.setdefault(row["name"], []).append(row["pattern"])
    return found


def _page(name: str) -> Page:
    files = _rows().get(name, {})
    ids = "\n".join(_vendor_ids().get(name, []))
    sections = [Section("Vendor IDs that name it", ids)] if ids else []
    sections += [Section(_FILES[file], "\n".join(map(_line, rows))) for file, rows in files.items()]
    return Page(name, "implementation", "", (*sections, Section("What else looks so", _SAME)))


def _line(row: dict[str, str]) -> str:
    """A row in one line: of which side and versions, what, and how it is known."""
    about = row.get("side") or row.get("role") or ""
    version = row.get("ike_version") or (row["versions"].replace(" ", " and ") if "gaps_s" in row else "")
    versions = "" if "gaps_s" in row else parsed(row["versions"]).text
    where = ", ".join(part for part in (f"IKEv{version}" if version else "", about, versions) if part)
    what = row.get("order") or row.get("word") or row.get("gaps_s") or ""
    only = f"; always {row['transforms']}" if row.get("transforms") else ""
    own = ", where the answer is written in its own order" if row.get("own_offer") == "yes" else ""
    return f"{where}: {what}{only}{own} ({row['source']})"


def _table() -> Iterator[tuple[str, ...]]:
    yield ("implementation", "known_by", "side", "versions", "pattern", "source")
    for name, files in sorted(_rows().items()):
        for file, rows in files.items():
            for row in rows:
                versions = "" if file == "backoff" else parsed(row["versions"]).text
                what = row.get("order") or row.get("word") or row.get("gaps_s") or ""
                yield name, file, row.get("side") or row.get("role") or "", versions, what, row["source"]


KIND: Final = Kind(
    13,
    "implementations",
    "implementation",
    "what peers are taken for: by what each is known on the wire, and how that is known",
    "strongSwan",
    _words,
    _pages,
    columns=lambda: list(_table()),
)
