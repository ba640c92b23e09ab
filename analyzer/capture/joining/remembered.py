"""What was found of captures that belong together, as plain values: where no file changed nobody need look again."""

from collections.abc import Mapping
from typing import Any

from analyzer.capture.joining.copies import Copy
from analyzer.capture.joining.sources import Sources
from analyzer.capture.joining.words import Note
from analyzer.capture.sets import CaptureSet, again, files_of


def plain(found: Sources) -> dict[str, Any]:
    """For JSON, and for `remembered`."""
    captures = [
        {"name": str(one), "chains": one.chains, "why": one.why, "missing": one.missing}
        if isinstance(one, CaptureSet)
        else one
        for one in found.captures
    ]
    return {"captures": captures, "notes": found.notes, "copies": found.copies}


def remembered(saved: Mapping[str, Any], given: list[str]) -> Sources | None:
    """What `plain` was made of; None if this is not from there, or not about these files, each once."""
    try:
        captures = [one if isinstance(one, str) else _set(one) for one in saved["captures"]]
        notes = tuple(Note(_text(text), tuple(map(_text, about))) for text, about in saved["notes"])
        copies = tuple(Copy(_text(one), _text(of), same is True) for one, of, same in saved["copies"])
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    files = [*files_of(captures), *(copy.capture for copy in copies)]
    return Sources(captures, notes, copies) if sorted(files) == sorted(given) else None


def _set(saved: Mapping[str, Any]) -> CaptureSet:
    chains = tuple(tuple(map(_text, chain)) for chain in saved["chains"])
    return again(_text(saved["name"]), chains, _text(saved["why"]), tuple(map(_text, saved["missing"])))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
