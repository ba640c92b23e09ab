"""fixtures.md: every capture of fixtures/pcaps, with what happened in it and what is found."""

from collections.abc import Iterator

from .markdown import WRITTEN, plain
from .shown import cases, sights


def page() -> Iterator[str]:
    """fixtures.md."""
    yield WRITTEN
    yield """# Fixtures

Captures of real daemons in `fixtures/pcaps`, to try every command on: each page of this reference names those that show
what it is about. How they were made stands in their [README](../../fixtures/README.md). Findings and diagnoses are
those of the policy `ietf`; what only keys show is marked.
"""
    found = {table: _by_fixture(table) for table in ("findings", "diagnoses")}
    for name, case in cases().items():
        folder = f"../../fixtures/pcaps/{name}"
        files = [
            f"[{case['files'][kind]}]({folder}/{case['files'][kind]})"
            for kind in ("capture", "keys")
            if kind in case["files"]
        ]
        yield f"## {name}\n\n**{plain(case['title'])}**\n\n{plain(case['story'].strip())}\n"
        yield f"- Files: {', '.join([*files, f'[case.toml]({folder}/case.toml)'])}"
        yield f"- From: {plain(case['origin']['initiator'])} to {plain(case['origin']['responder'])}"
        for table, of in found.items():
            if name in of:
                yield f"- {table.capitalize()}: {', '.join(of[name])}"
        yield ""


def _by_fixture(table: str) -> dict[str, list[str]]:
    page = {"findings": "checks", "diagnoses": "diagnoses"}[table]
    found: dict[str, list[str]] = {}
    for value, shown in sorted(sights(table).items()):
        for sight in shown:
            link = f"[{value}]({page}.md#{value})" + " (with keys)" * sight.keyed
            found.setdefault(sight.fixture, []).append(link)
    return found
