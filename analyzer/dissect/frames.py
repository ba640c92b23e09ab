"""Field trees of some frames: of their messages, of what keys decrypt in them, of what fragments make together.

What one frame does not hold comes from a second reading of the capture (`second_reading.py`). Where neither keys nor
fragments ask for it there is none.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from analyzer.capture import Frame
from analyzer.capture.datagram import Datagram, Revealed
from analyzer.decryption.ikev2 import open_sk
from analyzer.decryption.keyfile import KeyStore
from analyzer.decryption.opened import Failure, Opened
from analyzer.dissect.eap_assembly import dissect_tls
from analyzer.dissect.fragment_assembly import FragmentSet
from analyzer.dissect.second_reading import NOTHING, Seen, read_again
from analyzer.dissect.surroundings import Around, Opening, around
from analyzer.dissect.trees import dissect, dissect_payloads
from analyzer.isakmp import Message, Node, decode, registry, undecoded
from analyzer.negotiation.follow.fragments import CISCO_FRAGMENT, SK, SKF, Inside
from analyzer.net import catch
from analyzer.tables.store import Tables

_MOST_NAMED = 20  # payloads of a message put together
_MOST_KEPT = 24  # frames: as many as a page shows as evidence
_FAILURES: dict[Failure, str] = {
    "no-keys": "no key row is of this SA",
    "truncated": "bytes of it are missing in the capture",
    "length": "its length fits no IV, whole blocks and ICV",
    "unknown-algorithm": "not known which algorithms were chosen, or not supported",
    "key-length": "the keys do not have the length that the algorithms take",
    "wrong-key": "the integrity check fails: keys of another SA, or damaged bytes",
    "padding": "the integrity check holds, but its Pad Length is larger than its content",
    "encryption-key": "the integrity check holds, but no payload comes out: another encryption key",
    "implausible": "nothing protects it, and what comes out is no chain of payloads",
}


class Dissection(NamedTuple):
    """The field tree of one message, or of its decrypted content.

    Offsets of the tree count from data[0], which stands at byte `offset` of the captured frame; None: put together from
    several frames, or decrypted.
    """

    title: str
    root: Node
    data: bytes
    offset: int | None


class Dissected(NamedTuple):
    """A frame and the trees of what it holds and completes."""

    frame: Frame
    trees: list[Dissection]


class _Suite(NamedTuple):
    """What opening a fragment by itself must know of its SA."""

    encryption_id: int | None
    key_bits: int | None
    integrity_id: int | None


class Dissections(Mapping[int, Dissected]):
    """Frames by number with their trees, made when a frame is asked for: those of thousands are a gigabyte.

    Some that were asked for once are kept until they are asked for again: a page shows its evidence twice.
    Each message of a frame is followed by what is put together and decrypted with it. frames: as they were read.
    asked: by their numbers those that they are asked for by, where these differ: of one file of a set.
    """

    def __init__(
        self,
        path: str,
        frames: Mapping[int, Frame],
        tables: Tables,
        ports: Collection[int],
        keys: KeyStore | None,
        max_expansion: int | None = None,
        asked: Mapping[int, int] | None = None,
    ) -> None:
        self._keys = keys
        asked = asked or {}
        by = {number: asked.get(number, number) for number in frames}
        self.frames = {by[number]: frame._replace(frame_number=by[number]) for number, frame in frames.items()}
        self._read = {own: number for number, own in by.items()}
        self._messages = {d.payload: _decoded(d) for frame in frames.values() for d in frame.datagrams}
        fragmented = any(message.first(CISCO_FRAGMENT) is not None for message in self._messages.values())
        shown = any(isinstance(d, Revealed) for frame in frames.values() for d in frame.datagrams)
        again = fragmented or shown or keys is not None
        self._seen = read_again(path, frames, ports, keys, max_expansion) if again else {}
        self._suites = _suites(tables, path, frames) if keys is not None else {}
        self._known = around(tables, path, frames)
        self._kept: dict[int, Dissected] = {}

    def __getitem__(self, number: int) -> Dissected:
        found = self._kept.pop(number, None)
        if found is None:
            found = self._dissected(number)
            if len(self._kept) < _MOST_KEPT:
                self._kept[number] = found
        return found

    def _dissected(self, number: int) -> Dissected:
        frame = self.frames[number]
        number = self._read[number]
        reader = _Reader(number, self._known.get(number, Around()), self._keys, self._suites.get(number))
        trees = [
            tree
            for d in frame.datagrams
            for tree in reader.dissections(d, self._messages[d.payload], self._seen.get((number, d.payload), NOTHING))
        ]
        return Dissected(frame, trees)

    def __iter__(self) -> Iterator[int]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)


def _decoded(datagram: Datagram) -> Message:
    try:
        return decode(datagram.payload, datagram.missing)
    except BaseException as error:
        return undecoded(datagram.payload, catch(error, "the message is not decoded"))


def _suites(tables: Tables, path: str, frames: Mapping[int, Frame]) -> dict[int, _Suite]:
    """The IKEv2 suite of each frame's message."""
    rows = [row for row in tables["messages"].select("frame_number", frames) if row["capture"] == path]
    suites = {
        row["negotiation"]: _Suite(row["encryption_id"], row["key_bits"], row["integrity_id"])
        for row in tables["negotiations"].select("negotiation", {row["negotiation"] for row in rows} - {None})
        if row["ike_version"] == 2
    }
    return {row["frame_number"]: suites[row["negotiation"]] for row in rows if row["negotiation"] in suites}


class _Reader(NamedTuple):
    """Makes the trees of one frame's messages."""

    frame_number: int
    known: Around
    keys: KeyStore | None
    suite: _Suite | None

    def dissections(self, d: Datagram, message: Message, seen: Seen) -> Iterator[Dissection]:
        """The trees of a message; in place of one that cannot be made stands why, and its bytes are hidden."""
        title = f"{d.src_ip}:{d.src_port} > {d.dst_ip}:{d.dst_port} ({d.transport})"
        try:
            yield from self._trees(title, d, message, seen)
        except BaseException as error:
            defect = catch(error, "its fields are not shown", self.frame_number)
            yield Dissection(
                title, Node("message", 0, len(d.payload), defects=[defect], secret=True), d.payload, d.offset
            )

    def _trees(self, title: str, d: Datagram, message: Message, seen: Seen) -> Iterator[Dissection]:
        """The tree of a message, then those of what is put together and decrypted with it."""
        inside, tls, pieces = seen
        beside = self.known._replace(
            source=(d.src_ip, d.src_port), destination=(d.dst_ip, d.dst_port), spis=d.payload[:16]
        )
        outer = beside._replace(opened=self._opening(d, message, inside))
        joined = None
        if pieces is not None:
            outer = self._with_set(outer, pieces)
            joined = pieces.whole if pieces.completed_in == self.frame_number else None
        tree = dissect(d.payload, d.missing, outer)
        if message.ciphertext is not None and self.keys is not None and inside is None:
            self._note_ciphertext(tree, message)
        yield Dissection(title, tree, d.payload, d.offset)
        if joined is not None:
            yield Dissection(f"{title}, put together from fragments", dissect(joined, 0, beside), joined, None)
            inside = inside if decode(joined).encrypted else None
        if inside is not None:
            nodes = dissect_payloads(
                inside.plaintext, inside.first_payload, message.major_version, 0, beside, message.exchange_type
            )
            root = Node("decrypted", 0, len(inside.plaintext), children=nodes)
            yield Dissection(f"{title}, decrypted", root, inside.plaintext, None)
        for data in tls:
            yield Dissection(f"{title}, decrypted, TLS put together from EAP fragments", dissect_tls(data), data, None)

    def _opening(self, d: Datagram, message: Message, inside: Inside | None) -> Opening | None:
        """What keys made of a message by itself; a fragment is decrypted here, whether or not its set is whole."""
        payload = message.payloads[-1] if message.payloads else None
        fragment = payload is not None and payload.type == SKF
        if inside is not None and not fragment:
            return Opening(len(inside.plaintext), inside.verified)
        if payload is None or payload.type not in (SK, SKF) or self.keys is None or message.major_version != 2:
            return None
        opened = open_sk(
            d.payload,
            payload.offset,
            self.keys.ikev2(message.initiator_spi, message.responder_spi),
            from_initiator=bool(message.is_initiator),
            suite=self.suite,
            fragment=fragment,
        )
        return _opening(opened, inside)

    def _note_ciphertext(self, tree: Node, message: Message) -> None:
        """Why an IKEv1 message was not decrypted: a wrong key and a wrong IV look the same."""
        known = self.keys is not None and self.keys.ikev1(message.initiator_spi)
        reason = "keys or IV do not fit: the IV comes from messages before it" if known else _FAILURES["no-keys"]
        for node in tree.children:
            if node.name == "ciphertext":
                node.meaning = ", ".join(filter(None, (node.meaning, f"not decrypted: {reason}")))

    def _with_set(self, beside: Around, pieces: FragmentSet) -> Around:
        whole = pieces.whole
        together = ""
        if whole is not None:
            together = f"together {_described(whole)}"
            together += "" if pieces.completed_in == self.frame_number else f", shown with frame {pieces.completed_in}"
        return beside._replace(
            fragments=pieces.known,
            fragment_total=pieces.total,
            completed_in=pieces.completed_in,
            whole=together,
            beginning=pieces.pieces.get(1, b""),
        )


def _opening(opened: Opened, inside: Inside | None) -> Opening:
    if opened.plaintext is None:
        return Opening(None, verified=False, failure=_FAILURES.get(opened.failure or "no-keys", ""))
    return Opening(len(opened.plaintext), opened.verified, None if inside is None else len(inside.plaintext))


def _described(data: bytes) -> str:
    """A message put together, in words."""
    message = decode(data)
    if not message.header_ok:
        return f"{len(data)} bytes, too few for a message"
    version = message.major_version
    exchange = registry.name(f"ikev{version}-exchange-types", message.exchange_type) if version in (1, 2) else ""
    names = [registry.name(f"ikev{version}-payload-types", number) for number in message.payload_types[:_MOST_NAMED]]
    names += ["..."] if len(message.payload_types) > _MOST_NAMED else []
    holds = f": {', '.join(names)}" if names else ", encrypted" if message.encrypted else ""
    return f"a message of {len(data)} bytes, {exchange}{holds}"
