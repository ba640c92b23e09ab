"""On which line of a TOML file a key stands, which `tomllib` does not say.

Tables of one kind (`[[rule]]`) are distinguished by their number. Texts over several lines are passed by.
"""

import re
from typing import Final

_HEADER: Final = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]")
_KEY: Final = re.compile(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*=")
_LONG: Final = re.compile("\"{3}|'{3}")


class Lines:
    """Of one file, which is TOML."""

    def __init__(self, text: str) -> None:
        self._tables: dict[tuple[str, int], int] = {}
        self._keys: dict[tuple[str, int, str], int] = {}
        counts: dict[str, int] = {}
        table, until = ("", 0), ""
        for number, line in enumerate(text.split("\n"), 1):
            if not until:
                if header := _HEADER.match(line):
                    name = header[1]
                    table = (name, counts.get(name, 0))
                    counts[name] = counts.get(name, 0) + 1
                    self._tables.setdefault(table, number)
                elif key := _KEY.match(line):
                    self._keys.setdefault((*table, key[1]), number)
            until = _open_after(line, until)

    def of(self, key: str, table: str = "", place: int = 0) -> int | None:
        """The line of a key; of the head of its table where the key is not found; None: neither is.

        place: of the table among those of its name, from 0. Without a table: of the file's own keys.
        """
        at = self._keys.get((table, place, key)) or self._tables.get((table, place))
        return at or (self._keys.get(("", 0, table)) if table else self._tables.get((key, 0)))


def _open_after(line: str, until: str) -> str:
    """Which quotes end the long text that is open behind a line; "" where none is."""
    for quotes in _LONG.findall(line):
        until = "" if quotes == until else until or quotes
    return until
