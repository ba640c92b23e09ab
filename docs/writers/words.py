"""Pages of words that `explain` knows: defects, exit codes, the filter language."""

from collections.abc import Iterator

from analyzer.assessment.rules import Rule, rules
from analyzer.cli.exits import EXIT_HELP, MEANINGS
from analyzer.cli.explained.defects import KIND as DEFECTS
from analyzer.report.language import filter_lines
from analyzer.report.manual import Page

from .markdown import WIDTH, WRITTEN, anchor, plain, reference, table
from .shown import examples


def defect_page() -> Iterator[str]:
    """defects.md."""
    yield WRITTEN
    yield """# Defects

What can be wrong with a capture or in it: each `kind` in the table [`defects`](../tables.md#defects), where it stands
with its place, what was expected, what was found, and what could not be read because of it. Nothing in a capture raises
an error; what is damaged costs no more than its own part. `isakmp-analyzer explain ID` prints the same.
"""
    words = DEFECTS.words()
    yield from table(
        ("Id", "Defect"), ((f"[`{word}`](#{anchor(word)})", plain(title)) for word, title in words.items())
    )
    for word in words:
        for page in DEFECTS.pages(word):
            yield f"## {page.id}\n\n**{plain(page.title)}**\n"
            yield from parts(page)
            shown = ", ".join(examples("defects", word)).replace(", and ", " and ")
            yield f"- **Shown by.** {shown}\n" if shown else ""


def exit_page() -> Iterator[str]:
    """exit-codes.md."""
    yield WRITTEN
    yield "# Exit codes\n\nWhat a script learns from a run; `isakmp-analyzer explain exit N` prints the same.\n"
    yield from table(("Code", "Meaning"), ((str(code.value), plain(meaning)) for code, meaning in MEANINGS.items()))
    yield EXIT_HELP[EXIT_HELP.index("Where several hold") :] + "\n"


def rule_page() -> Iterator[str]:
    """rules.md."""
    yield WRITTEN
    yield """# Rules

Attacks and weaknesses by their usual names, and what stands for each: checks, diagnoses, defects, columns of tables.
`isakmp-analyzer explain rules --format csv` prints the same.
"""
    rows = ((f"`{one.rule}`", plain(one.title), _ids(one), plain(one.note)) for one in rules())
    yield from table(("Rule", "What it is", "What stands for it", "Note"), rows)


def _ids(one: Rule) -> str:
    return " ".join(f"`{name}`" for name in one.ids) or "-"


def filter_page() -> Iterator[str]:
    """filter.md."""
    yield WRITTEN
    yield "# The filter language\n\nWhat `isakmp-analyzer explain filter` prints.\n\n```text"
    yield "\n".join(line.text.rstrip() for line in filter_lines(WIDTH))
    yield "```\n"


def parts(page: Page) -> Iterator[str]:
    """The sections of a page as a list; several lines of one are a list in it."""
    for heading, text, _ in page.sections:
        lines = text.split("\n")
        if heading == "References":
            yield f"- **{heading}.** {'; '.join(map(reference, lines))}"
        elif len(lines) == 1:
            yield f"- **{heading}.** {plain(text)}"
        else:
            yield "\n".join([f"- **{heading}.**", *(f"    - {plain(line)}" for line in lines)])
