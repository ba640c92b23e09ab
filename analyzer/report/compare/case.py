"""What one side of a comparison shows: its rows, its messages, and why something is not seen in them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from analyzer.report.compare.model import Answer, absent, seen, unknown
from analyzer.report.compare.sent import Key, Sent, first_sent
from analyzer.report.dossier import Dossier, Record, dossiers
from analyzer.report.words import frames_text
from analyzer.report.zone import UTC_ZONE, Zone
from analyzer.tables.store import Tables

FIRST: Final = {1: ("IDENTITY_PROTECTION", "AGGRESSIVE", "BASE"), 2: ("IKE_SA_INIT",)}
"""The exchanges that open a negotiation, by IKE version."""

CHILDREN: Final = {1: ("QUICK_MODE",), 2: ("IKE_AUTH", "CREATE_CHILD_SA")}
"""The exchanges that make child SAs, by IKE version."""

_OWN_TABLES: Final = ("vendor_ids", "identities", "certificates")
_MOST_ROWS: Final = 1000  # vendor IDs, identities or certificates of one negotiation
_NOT_HERE: Final = "not in this capture"


def cases(tables: Tables, numbers: Collection[int], zone: Zone = UTC_ZONE) -> dict[int, "Case"]:
    """The cases of these negotiations, those that there are: one pass over each table for all of them."""
    wanted = frozenset(numbers)
    rows: dict[tuple[str, int], list[Record]] = defaultdict(list)
    for name in _OWN_TABLES:
        for row in tables[name].select("negotiation", wanted):
            mine = rows[name, row["negotiation"]]
            if len(mine) < _MOST_ROWS:
                mine.append(row)
    found = dossiers(tables, sorted(wanted), zone)
    return {d.n["negotiation"]: Case(d, *(rows[name, d.n["negotiation"]] for name in _OWN_TABLES)) for d in found}


class Case:
    """One negotiation and the rows about it."""

    def __init__(
        self, d: Dossier, vendor_ids: list[Record], identities: list[Record], certificates: list[Record]
    ) -> None:
        self.d = d
        self.n: Record = d.n
        self.vendor_ids, self.identities, self.certificates = vendor_ids, identities, certificates
        self.messages, self.left = first_sent(self.d)
        self.of_frame = {frame: sent for sent in self.messages.values() for frame in sent.frames}

    @property
    def version(self) -> int:
        """The IKE version."""
        return int(self.n["ike_version"] or 0)

    @property
    def decrypted(self) -> bool:
        """Whether keys opened any message of it."""
        return any(m["decrypted_payload_types"] is not None for m in self.d.messages)

    def known(
        self,
        text: object,
        frames: Iterable[int | None] = (),
        exchanges: Iterable[str] = (),
        *,
        from_initiator: bool | None = None,
    ) -> Answer:
        """The text, or else why it is missing: messages of these exchanges and this side would hold it."""
        return seen(str(text), frames) if text else self.missing(exchanges, from_initiator=from_initiator)

    def missing(
        self, exchanges: Iterable[str] = (), *, from_initiator: bool | None = None, request: bool | None = None
    ) -> Answer:
        """Why something is not seen that a message of these exchanges would hold; none named: of any exchange.

        from_initiator: a message of this side; request: of the one who began the exchange, or of the other.
        """
        names = set(exchanges)
        return why(
            sent
            for key, sent in self.messages.items()
            if (not names or key.exchange in names)
            and from_initiator in (None, key.from_initiator)
            and request in (None, key.from_initiator == key.by_initiator)
        )

    def opening(self, payload: str = "", *, from_initiator: bool | None = None) -> Answer:
        """Why a side's first message in clear does not show something, or this payload: absent if it was read.

        That is the message with the SA, the vendor IDs and what is announced; for KE in IKEv1's main and base mode the
        side's second one (RFC 2409 section 5).
        """
        return why(self._opening(payload, from_initiator), payload)

    def _opening(self, payload: str, from_initiator: bool | None) -> Iterator[Sent]:
        for key, sent in self.messages.items():
            if key.exchange not in FIRST.get(self.version, ()) or sent.encrypted:
                continue
            turn = 2 if payload == "KE" and key.exchange != "AGGRESSIVE" else 1
            if from_initiator in (None, key.from_initiator) and (self.version != 1 or (key.number + 1) // 2 == turn):
                yield sent

    @property
    def opened(self) -> bool:
        """Whether the first messages are in the capture, of one side at least, whole or cut."""
        return any(self._opening("", None))

    def cut(self, payload: str, frames: Iterable[int]) -> Answer | None:
        """Unknown, if the capture may have cut off this payload of any of these frames."""
        sources = {frame: self.of_frame[frame] for frame in frames if frame in self.of_frame}
        lost = [frame for frame, sent in sources.items() if sent.lost(payload)]
        return unknown(_cut(lost)) if lost else None

    def inside(self, key: Key, what: str) -> Answer:
        """What is known of something that this message does not show."""
        sent = self.messages.get(key)
        if sent is None:
            return unknown(f"no {key.label(self.version)} in this capture")
        return why([sent]).or_absent(f"no {what} in {frames_text(sent.frames, 3)}")


def why(messages: Iterable[Sent], payload: str = "") -> Answer:
    """Why these messages do not show something, or this payload: absent if they were read and it is not there."""
    mine = list(messages)
    if not mine:
        return unknown(_NOT_HERE)
    cut = [frame for sent in mine if sent.lost(payload) for frame in sent.frames]
    hidden = [frame for sent in mine if sent.hidden and not sent.lost(payload) for frame in sent.frames]
    reasons = [_cut(cut)] if cut else []
    if hidden:
        reasons.append(f"inside encryption, not decrypted ({frames_text(hidden, 3)})")
    return unknown("; ".join(reasons)) if reasons else absent()


def _cut(frames: list[int]) -> str:
    return f"cut in this capture ({frames_text(frames, 3)})"
