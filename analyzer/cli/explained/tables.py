"""Tables, by their names."""

from typing import Final

from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import Page, Section
from analyzer.tables.schema import SCHEMA


def _words() -> dict[str, str]:
    return {name: schema.doc for name, schema in SCHEMA.items()}


def _pages(word: str) -> list[Page]:
    if word not in SCHEMA:
        return []
    schema = SCHEMA[word]
    sections = (
        Section("What a row is", schema.doc),
        Section("Columns", ", ".join(schema.names)),
        Section(
            "See",
            f"`isakmp-analyzer fields {word}` for what each column means. "
            f"`isakmp-analyzer export CAPTURE --table {word}` writes it. In Python it is analysis.{word}.",
        ),
    )
    return [Page(word, "table", "", sections)]


KIND: Final = Kind(8, "tables", "table", "what export writes and pages are made of", "negotiations", _words, _pages)
