"""Message by message: which came, payloads in their order, notifies, sizes, fragments."""

from collections.abc import Iterator
from typing import Final

from analyzer.report.compare.case import Case, why
from analyzer.report.compare.model import Answer, Aspect, absent, seen
from analyzer.report.compare.sent import LATER, Key, Sent
from analyzer.report.dossier import Record
from analyzer.report.words import plural

_TOPIC: Final = "Messages"
_ERROR: Final = "error"


def messages(a: Case, b: Case) -> Iterator[Aspect]:
    """What both have, in A's order, then what only B has. Of two IKE versions no message is like another."""
    if a.version != b.version:
        return
    keys = list(dict.fromkeys([*a.messages, *b.messages]))
    for key in keys:
        yield Aspect(_TOPIC, key.label(a.version), _came(a, key), _came(b, key), key.exchange != LATER)
    yield from _notifies(a, b, keys)
    refused = {sent.key for case in (a, b) for sent in map(case.of_frame.get, _errors(case)) if sent is not None}
    for key in keys:
        mine, theirs = a.messages.get(key), b.messages.get(key)
        if mine is not None and theirs is not None:
            yield from _contents(key.label(a.version), mine, theirs, matters=key not in refused)


def _errors(case: Case) -> Iterator[int]:
    """Frames of error notifies."""
    return (row["frame_number"] for row in case.d.notifications if row["class"] == _ERROR)


def _came(case: Case, key: Key) -> Answer:
    """Whether it is in the capture, without its size: both may have come and differ in nothing that matters."""
    sent = case.messages.get(key)
    return seen("in the capture", sent.frames) if sent else absent("not in the capture")


def _contents(label: str, mine: Sent, theirs: Sent, *, matters: bool) -> Iterator[Aspect]:
    if not all(sent.encrypted and not sent.outside for sent in (mine, theirs)):  # IKEv1: nothing but what is inside
        yield Aspect(_TOPIC, f"{label}: payloads", _payloads(mine), _payloads(theirs), matters)
    if mine.encrypted or theirs.encrypted:
        yield Aspect(_TOPIC, f"{label}: payloads inside encryption", _inside(mine), _inside(theirs), matters)
    yield Aspect(_TOPIC, f"{label}: fragments", _fragments(mine), _fragments(theirs))
    # Of what was not decrypted the size is all there is to compare
    yield Aspect(_TOPIC, f"{label}: size", _size(mine), _size(theirs), mine.hidden or theirs.hidden)


def _payloads(sent: Sent) -> Answer:
    """Of what is encrypted nothing stands behind the payload that the capture cut."""
    return why([sent]) if sent.cut and not sent.encrypted else seen(", ".join(sent.outside) or "none", sent.frames)


def _inside(sent: Sent) -> Answer:
    if not sent.encrypted:
        return absent("not encrypted")
    if sent.inside is None:
        return why([sent])
    return seen(", ".join(sent.inside) or "none", sent.frames)


def _fragments(sent: Sent) -> Answer:
    return seen(plural(sent.fragments, "IKE fragment"), sent.frames) if sent.fragments else absent("in one piece")


def _size(sent: Sent) -> Answer:
    return seen(plural(sent.length, "byte"), sent.frames)


def _notifies(a: Case, b: Case, keys: list[Key]) -> Iterator[Aspect]:
    """Notify by notify, errors first; what an error answer does not announce follows from its being one."""
    rows = [_by_message(case) for case in (a, b)]
    found = dict.fromkeys([*rows[0], *rows[1]])
    errors = {place for place in found if any(r[place]["class"] == _ERROR for r in rows if place in r)}
    refusals = {key for key, _ in errors}
    order = {key: number for number, key in enumerate(keys)}
    for key, name in sorted(found, key=lambda place: (place not in errors, order.get(place[0], 0))):
        one, other = _notify(a, rows[0], key, name), _notify(b, rows[1], key, name)
        matters = (key, name) in errors or key not in refusals
        yield Aspect("Notifies", f"{name} in {key.label(a.version)}", one, other, matters)


def _by_message(case: Case) -> dict[tuple[Key, str], Record]:
    found: dict[tuple[Key, str], Record] = {}
    for row in case.d.notifications:
        sent = case.of_frame.get(row["frame_number"])
        if sent is not None:
            found.setdefault((sent.key, str(row["notify"])), row)
    return found


def _notify(case: Case, rows: dict[tuple[Key, str], Record], key: Key, name: str) -> Answer:
    row = rows.get((key, name))
    if row is None:
        return case.inside(key, name)
    text = f"{row['meaning']}" if row["meaning"] else "sent"
    return seen(f"{text} (error)" if row["class"] == _ERROR else text, [row["frame_number"]])
