"""The pages behind `explain`, `policies` and `fields`."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from analyzer.assessment import ranking
from analyzer.assessment.model import Explanation
from analyzer.assessment.policies import Parameter, Policy, Rule, tables
from analyzer.report.story import Line
from analyzer.tables.kinds import LIST, TableSchema
from analyzer.tables.text import visible

_HEADINGS: Final = {
    "check": ("What it is", "Why it matters", "On the wire"),
    "diagnosis": ("What it is", "Background", "On the wire"),
}
_ORDER: Final = (
    "Notes come last. Of the others the surer one comes first (certain, likely, possible); among equally sure ones "
    "this list decides."
)
STATEMENT: Final = (
    "document", "scope", "kind", "item", "limit", "subject", "verdict", "note", "if_used", "if_not_met", "clause",
    "evidence",
)  # fmt: skip
_SCOPES: Final = {"ikev1": "IKEv1", "ikev2": "IKEv2", "esp": "ESP", "ah": "AH"}
_HEADS: Final = ("For", "It says", "Of what", "Where, how known")
_ADVICE: Final = (
    "A statement that was not read in the original is marked so in each finding: look it up before you rely on it."
)
_WIDE: Final = 100
_WORD: Final = 44  # columns that the words of a list have at most
_LAST: Final = ("What else looks so", "What to do", "References")


class Section(NamedTuple):
    """A part of a page: paragraphs, a line each; of a policy its statements as rows besides (STATEMENT)."""

    heading: str
    text: str
    rows: tuple[tuple[str, ...], ...] = ()


class Page(NamedTuple):
    """What one word means. kind: of which kind it is, and what else its first line says."""

    id: str
    kind: str
    title: str
    sections: tuple[Section, ...]


def page_of(explanation: Explanation) -> Page:
    """What it is, why it matters, how it looks on the wire, what else looks so, what to do, references."""
    e = explanation
    texts = (e.what, e.why, e.wire, e.lookalikes, e.advice, "\n".join(e.references))
    sections = [Section(*part) for part in zip((*_HEADINGS[e.kind], *_LAST), texts, strict=True) if part[1]]
    if e.kind == "diagnosis":
        sections.append(Section("Where it ranks", "\n".join(standing(e.id))))
    return Page(e.id, f"{e.kind}, {e.severity}" if e.severity else e.kind, e.title, tuple(sections))


def page_lines(page: Page, width: int = 100) -> Iterator[Line]:
    """One page."""
    yield Line(visible(f"{page.id}: {page.title}" if page.title else page.id), "title")
    yield Line(f"({page.kind})", "dim")
    for section in page.sections:
        yield from [Line(""), Line(section.heading, "title")]
        yield from _paragraphs(section.text, "  ", width) if section.text else ()
        yield from _statements(section.rows, width)


def policy_of(policy: Policy) -> Page:
    """The page of a policy: what it is, what it can be given, what it says and what of it is not judged."""
    arguments = "\n".join(f"{name}: {what.meaning}; {_values(what)}" for name, what in policy.parameters.items())
    left_out = [one for one in tables.left_out() if one.document in {document.name for document in policy.documents}]
    why = "\n".join(f"{one.name}{f' ({one.verdict})' if one.verdict else ''}: {one.reason}." for one in left_out)
    sections = (
        Section("What it is", policy.learned),
        Section("What to know of it", policy.note),
        Section("What it can be given", arguments),
        Section("What to do", _ADVICE),
        Section("What it says", "", tuple(_statement(rule) for rule in policy.rules)),
        Section("Not judged", why),
    )
    return Page(policy.name, "policy", policy.title, tuple(s for s in sections if s.text or s.rows))


def _values(parameter: Parameter) -> str:
    return f"{' | '.join(parameter.values) or 'a year'}, {parameter.default} if it is not given"


def _statement(rule: Rule) -> tuple[str, ...]:
    use, breach, *_ = tables.words()[rule.verdict]
    label = next(thing.label for (kind, _), thing in tables.things().items() if kind == rule.kind)
    scope = ", ".join(_SCOPES.get(word, word) for word in rule.scope.split())
    suite = rule.kind == "suite"
    subject, limit = (f"{rule.item}: {rule.name}", "") if suite else (rule.name, rule.limit)
    said = rule.verdict, rule.note, use, breach, rule.clause, rule.evidence
    return rule.document, scope, label, rule.item, limit, subject, *said


def _statements(rows: Sequence[tuple[str, ...]], width: int) -> Iterator[Line]:
    """Statements below each other: whom they are for and what they say, about what, where that stands."""
    first, second = (15, 16) if width < _WIDE else (20, 20)
    last = (width - first - second) // 3
    widths = first, second, width - first - second - last - 8, last
    if rows:
        yield Line("  " + "  ".join(f"{head:{n}}" for head, n in zip(_HEADS, widths, strict=True)).rstrip(), "dim")
    for row in rows:
        one = dict(zip(STATEMENT, row, strict=True))
        limit = f" ({_limit(one['kind'], one['limit'])})" if one["limit"] else ""
        subject = f"{one['subject']}{limit}" + (f": {one['note']}" if one["note"] else "")
        cells = f"{one['scope']} {one['kind']}", one["verdict"], subject, f"{one['clause']}; {one['evidence']}"
        wrapped = [textwrap.wrap(visible(cell), n) for cell, n in zip(cells, widths, strict=True)]
        for parts in zip_longest(*wrapped, fillvalue=""):
            yield Line("  " + "  ".join(f"{part:{n}}" for part, n in zip(parts, widths, strict=True)).rstrip())


def _limit(kind: str, limit: str) -> str:
    """A bound with its unit: bits of a key, seconds of a lifetime."""
    if kind == "lifetime":
        return f"{int(limit):,} s at most"
    return f"below {limit[1:]} bits" if limit.startswith("<") else f"{limit} bits at least"


def ranking_lines(width: int = 100) -> Iterator[Line]:
    """All diagnoses in the order in which they rank, and which of them yields to which."""
    yield Line("Diagnoses in the order in which they rank", "title")
    yield from _paragraphs(_ORDER, "", width)
    for band in ranking.BANDS:
        yield from [Line(""), Line(f"{band.name}: {band.what}", "title")]
        for place in band.places:
            yield from _paragraphs(place.diagnosis + (f", where {place.when}" if place.when else ""), "  ", width)
    yield from [Line(""), Line("Which yields to which", "title")]
    for row in ranking.YIELDS:
        yield from _paragraphs(f"{row.diagnosis} yields to {_either(row.to)}: {row.when}", "  ", width)


def standing(diagnosis: str) -> Iterator[str]:
    """The places of one diagnosis, what it yields to and what yields to it."""
    places = [(band, place) for band in ranking.BANDS for place in band.places]
    for i, (band, place) in enumerate(places):
        if place.diagnosis == diagnosis:
            around = [f"after {places[i - 1][1].diagnosis}"] if i else []
            around += [f"before {places[i + 1][1].diagnosis}"] if i + 1 < len(places) else []
            where = f"Where {place.when}: " if place.when else ""
            yield f"{where}{band.name} ({band.what}), {', '.join(around)}."
    for row in ranking.YIELDS:
        if row.diagnosis == diagnosis:
            yield f"Yields to {_either(row.to)}: {row.when}."
        elif diagnosis in row.to:
            yield f"{row.diagnosis} yields to it: {row.when}."


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _paragraphs(text: str, indent: str, width: int) -> Iterator[Line]:
    for part in text.split("\n"):
        for line in textwrap.wrap(
            visible(part), width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
        ) or [""]:
            yield Line(line)


def list_lines(title: str, words: Mapping[str, str], width: int = 100) -> Iterator[Line]:
    """Words with what each is, below a title."""
    yield Line(title, "title")
    longest = min(_WORD, max(map(len, words), default=0))
    for word, meaning in words.items():
        yield Line(visible(f"  {word:{longest}}  {meaning}".rstrip())[:width])


def policy_lines(titles: Mapping[str, str]) -> Iterator[Line]:
    """Names for --policy and what they stand for."""
    longest = max(map(len, titles), default=0)
    for name, title in titles.items():
        yield Line(f"{name:{longest}}  {title}")


def table_lines(schema: TableSchema[Any], width: int = 100) -> Iterator[Line]:
    """One table: its name, what a row is, its columns."""
    yield from (Line(line, "title") for line in textwrap.wrap(f"{schema.name}: {schema.doc}", width))
    longest = max(map(len, schema.names))
    for column in schema.columns:
        dtype = f"list of {column.items}" if column.dtype == LIST else column.dtype.partition("[")[0]
        head = f"  {column.name:{longest}}  {dtype:13} "
        doc = textwrap.wrap(column.doc, max(24, width - len(head)))
        yield Line(head + doc[0])
        yield from (Line(" " * len(head) + line) for line in doc[1:])
    yield Line("")
