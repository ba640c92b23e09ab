"""`explain`: what a word means: a check, a diagnosis, a notify, an algorithm, a column, an exit code ..."""

import csv
import io
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import click

from analyzer.cli.output import JsonList, emit, width
from analyzer.report.files import writing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.cli.explained.kind import Kind
    from analyzer.report.manual import Section

_LONG: Final = 60  # characters of a word that are looked at and shown where it is none


def _completed(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Words for a shell to complete; behind the name of a kind those of that kind."""
    from analyzer.cli.explained import all_words, kind_of

    before = ctx.params.get("words") or ()
    kind = kind_of(before[0]) if before else None
    known = kind.words() if kind is not None else all_words()
    return [word for word in known if word.lower().startswith(incomplete.lower())]


@click.command(short_help="What a check, diagnosis, notify, algorithm, column ... means.")
@click.argument("words", metavar="[WORD]...", nargs=-1, shell_complete=_completed)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="For people; one JSON array with an object for each; a list of words, or a policy's statements, as CSV.",
)
def explain(words: tuple[str, ...], form: str) -> None:
    """Explain a word: a check, diagnosis, policy, notify, algorithm, exchange, defect, table, column or exit code.

    Without WORD: the kinds of words. The name of a kind lists its words; before a word it chooses that kind, where
    several kinds have it. Case makes no difference.

    \b
    Examples:
      isakmp-analyzer explain psk-mismatch
      isakmp-analyzer explain TS_UNACCEPTABLE
      isakmp-analyzer explain notify 24
      isakmp-analyzer explain group 14
      isakmp-analyzer explain negotiations.outcome
      isakmp-analyzer explain exit 3
      isakmp-analyzer explain checks
      isakmp-analyzer explain rules --format csv
      isakmp-analyzer explain bsi:date=2031
      isakmp-analyzer explain filter
      isakmp-analyzer explain
    """
    from analyzer.cli.explained import kind_of, kinds

    kind = kind_of(words[0]) if len(words) == 1 else None
    if form == "csv" and kind is None and not words:
        raise click.UsageError("CSV is of a list of words, or of a policy's statements: explain KIND --format csv.")
    if not words:
        _kinds(kinds(), form)
    elif kind is not None:
        _list(kind, form)
    else:
        _pages(words, form)


def _kinds(kinds: "tuple[Kind, ...]", form: str) -> None:
    from analyzer.report.story import Line

    if form == "json":
        with JsonList() as rows:
            for kind in kinds:
                rows.add({"kind": kind.name, "words": len(kind.words()), "meaning": kind.doc})
        return
    emit([Line("What can be explained: `explain KIND` lists, `explain WORD` explains", "title")])
    for kind in kinds:
        number = f"{len(kind.words()):6,}" if kind.words() else " " * 6
        emit([Line(f"  {kind.name:11}{number}  {kind.doc} (explain {kind.example})")])


def _list(kind: "Kind", form: str) -> None:
    from analyzer.report.manual import list_lines

    if form == "json":
        with JsonList() as rows:
            for word, meaning in kind.words().items():
                rows.add({"kind": kind.one, "word": word, "meaning": meaning})
    elif form == "csv":
        _csv(_rows(kind))
    elif kind.listing is not None:
        emit(kind.listing(width()))
    else:
        emit(list_lines(f"{kind.name.capitalize()}: {kind.doc}", kind.words(), width()))


def _csv(rows: "Iterable[Sequence[str]]") -> None:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    with writing("-"):
        click.echo(made.getvalue(), nl=False)


def _section(section: "Section") -> dict[str, object]:
    """A section for JSON; of a policy's statements an object for each."""
    from analyzer.report.manual import STATEMENT

    plain: dict[str, object] = {"heading": section.heading, "text": section.text}
    return plain | ({"rows": [dict(zip(STATEMENT, row, strict=True)) for row in section.rows]} if section.rows else {})


def _rows(kind: "Kind") -> "Iterable[Sequence[str]]":
    return kind.columns() if kind.columns is not None else [("word", "meaning"), *kind.words().items()]


def _pages(words: tuple[str, ...], form: str) -> None:
    from analyzer.cli.explained import pages_of
    from analyzer.report.manual import STATEMENT, page_lines
    from analyzer.report.story import Line

    pages = pages_of(words)
    if not pages:
        raise click.UsageError(f"There is nothing to explain by the name {' '.join(words)[:_LONG]!r}.{_meant(words)}")
    if form == "csv" and not any(section.rows for page in pages for section in page.sections):
        raise click.UsageError("CSV is of a list of words, or of a policy's statements: explain KIND --format csv.")
    if form == "json":
        with JsonList() as rows:
            for page in pages:
                sections = [_section(section) for section in page.sections]
                rows.add({"word": page.id, "kind": page.kind, "title": page.title, "sections": sections})
        return
    if form == "csv":
        _csv([STATEMENT, *(row for page in pages for section in page.sections for row in section.rows)])
        return
    for place, page in enumerate(pages):
        emit([Line("")] * bool(place))
        emit(page_lines(page, width()))


def _meant(words: tuple[str, ...]) -> str:
    """Which words may be meant."""
    from analyzer.cli.explained import all_words, kind_of

    kind = kind_of(words[0]) if len(words) > 1 else None
    known: dict[str, str] = {}
    for word in kind.words() if kind is not None else all_words():
        known.setdefault(word.lower(), word)
        known.setdefault(word.rpartition(".")[2].lower(), word.rpartition(".")[2])  # a column without its table
    typed = " ".join(words[1:] if kind is not None else words)[:_LONG].lower()
    holding = [word for word in known if len(typed) > 2 and typed in word and "." not in word]
    near = [*dict.fromkeys([*get_close_matches(typed, list(known), 3, 0.8), *holding])][:3]
    near = near or get_close_matches(typed, list(known), 3, 0.6)
    if near:
        return f" Did you mean {' or '.join(map(known.__getitem__, near))}?"
    return " `isakmp-analyzer explain` lists what there is."
