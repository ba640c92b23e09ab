"""fixtures.md: every capture of fixtures/pcaps, with what happened in it and what is found; shown.md: the other way."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from analyzer.assessment import catalogue
from analyzer.assessment.rules import rules
from analyzer.cli.explained.defects import KIND as DEFECTS

from .markdown import WRITTEN, plain, table
from .shown import cases, made, sights

PLACES = {"findings": "checks/{}.md", "diagnoses": "diagnoses.md#{}", "defects": "defects.md#{}"}


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
        for kind, of in found.items():
            if name in of:
                yield f"- {kind.capitalize()}: {', '.join(of[name])}"
        yield ""


def _by_fixture(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value, shown in sorted(sights(name).items()):
        for sight in shown:
            link = f"[{value}]({PLACES[name].format(value)})" + " (with keys)" * sight.keyed
            found.setdefault(sight.fixture, []).append(link)
    return found


def shown_page() -> Iterator[str]:
    """shown.md."""
    yield WRITTEN
    yield """# Rules and fixtures

Which [fixtures](fixtures.md) show which [rule](rules.md), by what stands for it: findings of the policy `ietf`,
diagnoses and defects. In *italics*: only with keys. `shows.pcap` was written for a check
([README](../../fixtures/README.md)); beside it stands one that nearly shows it. Rules that nothing shows are those for
which a diagnosis, a defect or a column stands that only tests have stories of.
"""
    ids = {
        "findings": [check.about.id for check in catalogue.all_checks()],
        "diagnoses": [cause.about.id for cause in catalogue.all_causes()],
        "defects": DEFECTS.words(),
    }
    rows = []
    for rule in rules():
        by: dict[str, bool] = {}
        links = []
        for one in rule.ids:
            known = [(name, value) for name, values in ids.items() for value in values if fnmatchcase(value, one)]
            links += [f"[`{value}`]({PLACES[name].format(value)})" for name, value in known] or [f"`{one}`"]
            for sight in (sight for name, value in known for sight in sights(name).get(value, [])):
                by[sight.fixture] = by.get(sight.fixture, True) and sight.keyed
        names = [
            f"[*{name}*](fixtures.md#{name})" if keyed else f"[{name}](fixtures.md#{name})"
            for name, keyed in by.items()
        ]
        names += [
            f"[{one}/{made()[one].shows}](../../fixtures/rules/{one}/{made()[one].shows})"
            for one in rule.ids
            if one in made()
        ]
        rows.append((f"`{rule.rule}`", " ".join(links) or "-", ", ".join(names) or "-"))
    yield from table(("Rule", "What stands for it", "Fixtures"), rows)
