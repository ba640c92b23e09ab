"""Exit codes, by number."""

from typing import Final

from analyzer.cli.exits import MEANINGS, Exit
from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import Page, Section

_SEVERAL: Final = "Where several hold, the first of 130, 2, 4, 3, 1 is it; standard error names each."


def _words() -> dict[str, str]:
    return {f"exit {code.value}": MEANINGS[code].capitalize() + "." for code in Exit}


def _pages(word: str) -> list[Page]:
    number = word.removeprefix("exit").removeprefix(" ").removeprefix("code").strip()
    return [
        Page(
            f"exit {code.value}",
            "exit code",
            "",
            (Section("What it means", f"{MEANINGS[code].capitalize()}. {_SEVERAL}"),),
        )
        for code in Exit
        if number == str(code.value)
    ]


KIND: Final = Kind(10, "exit-codes", "exit", "what a script learns from a run", "exit 3", _words, _pages)
