"""What stands around a message: what its dissection needs of other frames, of its SA and of the keys.

`around` takes it from the tables; what the packet and the keys say is added where they are at hand.
"""

from collections.abc import Container, Iterable
from typing import Any, Final, NamedTuple

from analyzer.decryption.suites import encryption, integrity
from analyzer.isakmp.registry import exchange_name
from analyzer.tables.store import Tables

_MOST_FRAGMENTS: Final = 1000  # looked for, whatever a message says
_ENCR_NULL: Final = 11
_SAME_MESSAGE: Final = ("negotiation", "message_id", "exchange_type", "is_response", "fragment_total")


class Opening(NamedTuple):
    """What keys made of an encrypted payload or a fragment.

    inside_bytes: of the payloads inside, without padding; of a fragment its own part of them; None: not decrypted, for
    the reason of `failure`. verified: whether an integrity check was done. whole_bytes: of the fragment that completed
    its set, what all of them have inside.
    """

    inside_bytes: int | None
    verified: bool
    whole_bytes: int | None = None
    failure: str = ""


class Fragments:
    """Which fragments of a message are known, and the frames that carry them. Shared by all that is said of these.

    said: where they are, in words, by how many a fragment says there are: worked out once.
    """

    __slots__ = ("frames", "numbers", "said")

    def __init__(self, numbers: Iterable[int] = (), frames: Iterable[int] = ()) -> None:
        self.numbers = frozenset(numbers)
        self.frames = tuple(sorted(set(frames)))
        self.said: dict[int | None, list[str]] = {}


NO_FRAGMENTS: Final = Fragments()
_NONE: Final = NO_FRAGMENTS, None


class Around(NamedTuple):
    """What stands around a message. None and nothing: not known.

    source, destination: address and port of the packet. fragments: those of the message that this one is a fragment
    of; fragment_total: how many there are, where the fragment itself does not say; completed_in: the frame with
    which all were there; whole: what they make, in words. spis: both, 16 bytes, where the bytes dissected do not
    begin with them. vendors: whose private numbers the message uses, besides those it names itself. iv_bytes,
    icv_bytes, suite: of the negotiated suite, the last in words. opened: what keys made of this message's encrypted
    payload. beginning: the first bytes of the message that this one is a vendor's fragment of. in_clear: the suite
    encrypts with NULL. gdoi: its exchange is one of GDOI's.
    """

    source: tuple[str, int] | None = None
    destination: tuple[str, int] | None = None
    spis: bytes = b""
    vendors: frozenset[str] = frozenset()
    iv_bytes: int | None = None
    icv_bytes: int | None = None
    suite: str = ""
    fragments: Fragments = NO_FRAGMENTS
    fragment_total: int | None = None
    completed_in: int | None = None
    whole: str = ""
    opened: Opening | None = None
    beginning: bytes = b""
    in_clear: bool = False
    gdoi: bool = False


def around(tables: Tables, capture: str, frame_numbers: Container[int]) -> dict[int, Around]:
    """By frame: vendors that the peers of its IKE SA named, and the sizes that its suite gives IV and ICV.

    Frames without a message are left out. One pass over each table, however many frames are asked for.
    """
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in tables["messages"].select("frame_number", frame_numbers):
        if row["capture"] == capture:
            rows.setdefault(row["frame_number"], []).append(row)
    belongs = {number: {row["negotiation"] for row in found} - {None} for number, found in rows.items()}
    concerned = frozenset[int]().union(*belongs.values())
    suites = {n["negotiation"]: n for n in tables["negotiations"].select("negotiation", concerned)}
    vendors: dict[int, set[str]] = {}
    for row in tables["vendor_ids"].select("negotiation", concerned):
        if row["vendor"] is not None:
            vendors.setdefault(row["negotiation"], set()).add(row["vendor"])
    fragments = _fragments(tables, [found[0] for number, found in rows.items() if len(found) == 1 and belongs[number]])
    result = {}
    for number, found in rows.items():
        own = [suites[n] for n in sorted(belongs[number]) if n in suites]
        iv_bytes, icv_bytes = _sizes(own)
        result[number] = Around(
            vendors=frozenset[str]().union(*(vendors.get(n, ()) for n in belongs[number])),
            iv_bytes=iv_bytes,
            icv_bytes=icv_bytes,
            suite=_in_words(own[0]) if own else "",
            in_clear=any(row["ike_version"] == 2 and row["encryption_id"] == _ENCR_NULL for row in own),
            fragments=fragments.get(number, _NONE)[0],
            gdoi=any(map(_is_gdoi, found)),
            completed_in=fragments.get(number, _NONE)[1],
        )
    return result


def _fragments(tables: Tables, rows: Iterable[dict[str, Any]]) -> dict[int, tuple[Fragments, int | None]]:
    """By frame: fragments of the IKEv2 message which that of `rows` is a fragment of; the frame that completes them."""
    asked = {
        row["frame_number"]: tuple(row[name] for name in _SAME_MESSAGE)
        for row in rows
        if row["major_version"] == 2 and row["fragment_number"] is not None
    }
    sets: dict[tuple[Any, ...], list[tuple[int, int]]] = {key: [] for key in asked.values()}
    if asked:
        for other in tables["messages"].select("negotiation", {key[0] for key in sets}):
            found = sets.get(tuple(other[name] for name in _SAME_MESSAGE))
            if found is not None:
                found.append((other["frame_number"], other["fragment_number"]))
    known = {
        key: (Fragments([number for _, number in found], [frame for frame, _ in found]), _completed_in(key[-1], found))
        for key, found in sets.items()
    }
    return {frame: known[key] for frame, key in asked.items()}


def _completed_in(total: int | None, fragments: Iterable[tuple[int, int]]) -> int | None:
    """The frame with which all fragments of a message are there."""
    missing = set(range(1, min(total or 0, _MOST_FRAGMENTS) + 1))
    for frame, number in sorted(fragments):
        missing.discard(number)
        if not missing:
            return frame
    return None


def _is_gdoi(row: dict[str, Any]) -> bool:
    """The tables name its exchange otherwise than IPsec's DOI does."""
    version, kind = row["major_version"], row["exchange_type"]
    return bool(version == 1 and row["exchange"] != exchange_name(version, kind))


def _in_words(row: dict[str, Any]) -> str:
    """Cipher, key length and integrity algorithm that the messages of an SA are protected with."""
    bits = row["key_bits"]
    check = row["integrity"] if row["ike_version"] == 2 else None  # IKEv1's hash protects no message as a whole
    return ", ".join(filter(None, (row["encryption"], bits and f"{bits} bits", check)))


def _sizes(negotiations: Iterable[dict[str, Any]]) -> tuple[int | None, int | None]:
    """Of IKEv2: IKEv1's IV is not in the message and it has no ICV."""
    for row in negotiations:
        cipher = encryption(2, row["encryption_id"]) if row["ike_version"] == 2 else None
        check = integrity(row["integrity_id"])
        if cipher is not None and (cipher.aead or check is not None):
            return cipher.iv_bytes, cipher.icv_bytes if cipher.aead or check is None else check.icv_bytes
    return None, None
