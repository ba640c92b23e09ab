"""The words of the filter language for the scripts of a page, taken from `analyzer/tables/filter`: both know the same.

A page holds fewer tables and columns; of the others it knows the names, to say where they can be asked for.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.report.find.columns import Cells
from analyzer.tables.filter.fields import NEGOTIATIONS, SHORTHANDS, Kind, field, kind_of, linked, searched
from analyzer.tables.kinds import Column
from analyzer.tables.schema import SCHEMA
from analyzer.vocabulary import CONFIDENCES, SEVERITIES


def language(held: Mapping[str, Sequence[str]]) -> Cells:
    """held: columns by table that the page has."""
    columns = {name: {column.name: column for column in SCHEMA[name].columns} for name in held}
    others = [name for name, schema in SCHEMA.items() if len(held.get(name, ())) < len(schema.columns)]
    known = {word: field(word, NEGOTIATIONS) for word in SHORTHANDS}
    return {
        "main": NEGOTIATIONS,
        "fields": {
            name: {column: _name(kind_of(columns[name][column])) for column in names} for name, names in held.items()
        },
        "words": {name: _words([columns[name][column] for column in names]) for name, names in held.items()},
        "shorthands": {word: [list(source) for source in found.sources] for word, found in known.items() if found},
        "meanings": {word: shorthand.doc for word, shorthand in SHORTHANDS.items()},
        "searched": [list(source) for source in searched(NEGOTIATIONS)],
        "ranks": {_name(Kind.SEVERITY): SEVERITIES, _name(Kind.CONFIDENCE): CONFIDENCES},
        "elsewhere": [name for name in others if linked(name)],
        "unlinked": [name for name in others if not linked(name)],
    }


def _words(columns: Sequence[Column[Any]]) -> dict[str, tuple[str, ...]]:
    """Closed vocabularies of columns; those without one are left out."""
    return {column.name: column.words() for column in columns if column.words is not None}


def _name(kind: Kind) -> str:
    return kind.name.lower()
