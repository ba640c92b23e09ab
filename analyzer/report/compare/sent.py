"""The messages of one negotiation under names that the other side's have too.

Message IDs differ between two negotiations, and IKEv1's are random. So a message is known by the exchange, who began
it, the how-manieth of its kind it is, and its number within it. Where IKEv2 asks again under one message ID, after
COOKIE or INVALID_KE_PAYLOAD, the last attempts of both sides belong together, and those before them.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from analyzer.isakmp.cursor import CAPTURE_TRUNCATED
from analyzer.report.contents import Contents
from analyzer.report.dossier import Dossier, Record
from analyzer.report.numbering import Numbered

MOST_MESSAGES: Final = 60
"""Messages of one side that are compared one by one: the first ones, which make the SAs."""

LATER: Final = "INFORMATIONAL"
"""The exchange that makes nothing: how many there are is how long the SA was watched."""


class Key(NamedTuple):
    """What a message is called on both sides.

    place: the how-manieth exchange of its kind, from 1; number: within it, of IKEv2 1 and 2 in the last attempt, 3 and
    4 in the one before.
    """

    exchange: str
    by_initiator: bool
    place: int
    number: int
    from_initiator: bool

    def label(self, version: int) -> str:
        """The message in words."""
        again = f", exchange {self.place}" if self.place > 1 else ""
        begun = "" if self.by_initiator else ", begun by the responder"
        if version == 1:
            return f"{self.exchange} message {self.number}{again}{begun}"
        direction = "request" if self.from_initiator == self.by_initiator else "response"
        earlier = (self.number - 1) // 2
        attempt = "" if not earlier else f", {'an attempt' if earlier == 1 else f'{earlier} attempts'} before the last"
        return f"{self.exchange} {direction}{attempt}{again}{begun}"


@dataclass(slots=True)
class Sent:
    """A message as first sent, its fragments together.

    outside, inside: names of the payloads in wire order, outside and inside encryption; inside None: not decrypted.
    cut: the capture does not hold all of its bytes.
    """

    key: Key
    frames: list[int] = field(default_factory=list)
    length: int = 0
    fragments: int = 0
    encrypted: bool = False
    cut: bool = False
    outside: tuple[str, ...] = ()
    inside: tuple[str, ...] | None = None

    @property
    def hidden(self) -> bool:
        """Whether it holds something that was not decrypted."""
        return self.encrypted and self.inside is None

    def lost(self, payload: str = "") -> bool:
        """Whether the capture may have cut off this payload, or any: only those before the last one read are whole."""
        return self.cut and payload not in self.outside[:-1]


class _Namer:
    """Names messages in the order in which they come."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, bool, int], int] = {}  # of exchanges, by type, who began and message ID
        self._kinds: Counter[tuple[str, bool]] = Counter()
        self._said: dict[tuple[str, bool, int, bool], list[Numbered]] = {}  # IKEv2: of each side of an exchange

    def key(self, m: Record, numbered: Numbered) -> Key:
        """The name of a message."""
        exchange, out = str(m["exchange"]), bool(m["from_initiator"])
        version1 = m["major_version"] == 1
        begun = out == bool(numbered.number % 2) if version1 else out != bool(m["is_response"])
        of = exchange, begun, m["message_id"]
        if of not in self._places:
            self._kinds[exchange, begun] += 1
            self._places[of] = self._kinds[exchange, begun]
        number = numbered.number if version1 else self._turn(of, numbered, out=out)
        return Key(exchange, begun, self._places[of], number, out)

    def _turn(self, of: tuple[str, bool, int], numbered: Numbered, *, out: bool) -> int:
        """IKEv2: requests of one message ID are 1, 3 and so on, their answers 2, 4."""
        said = self._said.setdefault((*of, out), [])
        if not said or said[-1] is not numbered:
            said.append(numbered)
        return 2 * len(said) - (out == of[1])


def first_sent(d: Dossier) -> tuple[dict[Key, Sent], int]:
    """The first messages, and how many others there are."""
    numbers, contents, namer = d.message_numbers(), Contents(d), _Namer()
    found: dict[Key, Sent] = {}
    others: set[Key] = set()
    for m in d.messages:
        numbered = numbers.get(m["frame_number"])
        if numbered is None:
            continue
        key = namer.key(m, numbered)
        sent = found.get(key)
        if sent is None:
            if len(found) >= MOST_MESSAGES:
                others.add(key)
                continue
            sent = found[key] = Sent(key)
        _add(sent, m, contents)
    return found if d.n["ike_version"] == 1 else _from_the_last(found), len(others) + d.left["messages"]


def _from_the_last(found: dict[Key, Sent]) -> dict[Key, Sent]:
    """Attempts of one exchange counted from its last."""
    last: dict[tuple[object, ...], int] = {}
    for key in found:
        exchange = key.exchange, key.by_initiator, key.place
        last[exchange] = max(last.get(exchange, 0), (key.number + 1) // 2)
    renamed = {}
    for key, sent in found.items():
        attempts = last[key.exchange, key.by_initiator, key.place]
        sent.key = key._replace(number=2 * (attempts - (key.number + 1) // 2) + 2 - key.number % 2)
        renamed[sent.key] = sent
    return renamed


def _add(sent: Sent, m: Record, contents: Contents) -> None:
    sent.frames.append(m["frame_number"])
    sent.length += m["length"] or 0
    sent.fragments += m["fragment_number"] is not None
    sent.encrypted |= bool(m["encrypted"])
    sent.cut |= any(defect.startswith(CAPTURE_TRUNCATED) for defect in m["defects"] or ())
    outside, inside = contents.names(m)
    sent.outside = sent.outside or outside
    if inside is not None:
        sent.inside = inside
