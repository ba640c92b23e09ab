"""Data files of the package, each beside the module that reads it: tables of numbers, names and rules as CSV."""

import csv
from pathlib import Path


def rows(module_file: str, name: str) -> list[dict[str, str]]:
    """A table as dictionaries by column name, in the file's order. module_file: `__file__` of the module beside it.

    `importlib.resources` would find it in a zip file too; loading that takes longer than reading all the tables.
    """
    with Path(module_file).with_name(name).open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines)
        return [dict(zip(header, cells, strict=True)) for cells in lines]
