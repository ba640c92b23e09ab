"""IP reassembly: order, overlaps, limits."""

import itertools

import pytest

from analyzer.capture import fragments
from analyzer.capture.damage import Damage
from analyzer.capture.fragments import Partial, Reassembler
from analyzer.capture.network import UDP, Fragment, IpPacket
from analyzer.capture.span import Span

PAIR = bytes(8)
WHOLE = bytes(range(40))
SECOND = 1_000_000_000


class Bench:
    """A reassembler, and what it reports."""

    def __init__(self, *, concerns: bool = True) -> None:
        self.damage = Damage()
        self.begun: list[Partial] = []
        self.abandoned: list[Partial] = []
        self.reassembler = Reassembler(self.damage, lambda _: concerns, self.begun.append, self.abandoned.append)
        self.frame = 0

    def add(
        self,
        data: bytes,
        offset: int,
        *,
        more: bool,
        identification: int = 1,
        missing: int = 0,
        pair: bytes = PAIR,
        time: int | None = 0,
    ) -> bytes | None:
        self.frame += 1
        fragment = Fragment(identification, offset, more)
        packet = IpPacket(pair, UDP, Span(data, 0, len(data), missing, in_frame=True), fragment)
        whole = self.reassembler.add(packet, fragment, self.frame, time)
        if whole is None:
            return None
        self.missing = whole.payload.missing
        return bytes(whole.payload.data[whole.payload.start : whole.payload.end])

    def kinds(self) -> list[str]:
        self.reassembler.finish()
        return [d.kind for d in self.damage.defects()]


PIECES = [(WHOLE[:16], 0, True), (WHOLE[16:32], 16, True), (WHOLE[32:], 32, False)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order(order: tuple[int, ...]) -> None:
    bench = Bench()
    found = [bench.add(data, offset, more=more) for data, offset, more in (PIECES[i] for i in order)]
    assert found == [None, None, WHOLE]
    assert bench.kinds() == []


def test_the_whole_is_not_in_one_frame() -> None:
    damage = Damage()
    reassembler = Reassembler(damage, lambda _: True, lambda _: None, lambda _: None)
    for data, offset, more in PIECES:
        fragment = Fragment(1, offset, more)
        packet = IpPacket(PAIR, UDP, Span(data, 0, len(data), 0, in_frame=True), fragment)
        whole = reassembler.add(packet, fragment, 1, 0)
    assert whole is not None
    assert whole.fragment is None
    assert not whole.payload.in_frame


@pytest.mark.parametrize("apart", [{"identification": 2}, {"pair": b"\1" * 8}, {"pair": bytes(32)}])
def test_other_datagrams_are_not_mixed_in(apart: dict[str, object]) -> None:
    bench = Bench()
    bench.add(WHOLE[:16], 0, more=True)
    assert bench.add(WHOLE[16:], 16, more=False, **apart) is None  # type: ignore[arg-type]


def test_overlap_keeps_what_came_first_and_is_recorded() -> None:
    bench = Bench()
    bench.add(b"A" * 24, 8, more=True)
    begins = b"\1\364\1\364\0\50\0\0" + b"B" * 8  # UDP of 40 bytes
    bench.add(begins, 0, more=True)
    assert bench.add(b"C" * 16, 24, more=False) == begins[:8] + b"A" * 24 + b"C" * 8
    assert bench.kinds() == ["wire-fragment-overlap", "wire-fragment-overlap"]


def test_an_overlapping_last_fragment_does_not_end_a_datagram_that_is_longer() -> None:
    """Its UDP header says how long it is: the last fragment is the one that reaches so far."""
    for lies in (True, False):
        bench = Bench()
        begins = b"\1\364\1\364\0" + bytes([40 if lies else 32]) + bytes(18)
        bench.add(begins, 0, more=True)
        assert (bench.add(b"X" * 16, 16, more=False) is None) is lies
        if lies:
            whole = bench.add(b"Y" * 16, 24, more=False)
            assert whole == begins + b"X" * 8 + b"Y" * 8
        assert "wire-fragment-overlap" in bench.kinds()


def test_copies_of_a_mirror_port_are_no_overlap() -> None:
    bench = Bench()
    results = [bench.add(data, offset, more=more) for data, offset, more in PIECES for _ in range(2)]
    assert [r for r in results if r] == [WHOLE]
    assert bench.kinds() == []


def test_a_second_copy_of_all_fragments_is_a_second_datagram() -> None:
    bench = Bench()
    results = [bench.add(data, offset, more=more) for _ in range(2) for data, offset, more in PIECES]
    assert [r for r in results if r] == [WHOLE, WHOLE]
    assert bench.kinds() == []


def test_what_has_begun() -> None:
    bench = Bench()
    bench.add(*PIECES[1][:2], more=True)
    assert not bench.reassembler.is_begun
    for _ in range(2):
        bench.add(*PIECES[0][:2], more=True)
        assert bench.reassembler.is_begun
    bench.add(*PIECES[2][:2], more=False)
    assert not bench.reassembler.is_begun
    bench.add(*PIECES[0][:2], more=True, identification=2)
    bench.reassembler.finish()
    assert not bench.reassembler.is_begun


def test_what_is_set_aside_anew_is_the_last_to_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "_REMEMBERED", 2)
    bench = Bench(concerns=False)
    for identification in (1, 2, 1, 3):
        bench.add(*PIECES[0][:2], more=True, identification=identification)
    bench.add(*PIECES[1][:2], more=True, identification=1)
    assert not bench.reassembler.waits
    bench.add(*PIECES[1][:2], more=True, identification=2)
    assert bench.reassembler.waits


def test_an_identification_comes_back_later() -> None:
    bench = Bench()
    for now in (0, 10 * SECOND):
        bench.add(WHOLE[16:], 16, more=False, time=now)
        assert bench.add(WHOLE[:16], 0, more=True, time=now) == WHOLE


def test_a_fragment_cut_by_the_snapshot_length() -> None:
    bench = Bench()
    bench.add(WHOLE[:16], 0, more=True)
    assert bench.add(WHOLE[16:20], 16, more=False, missing=20) == WHOLE[:20]
    assert bench.missing == 20


def test_a_first_fragment_cut_by_the_snapshot_length_is_read_at_once() -> None:
    bench = Bench()
    assert bench.add(WHOLE[:12], 0, more=True, missing=4) == WHOLE[:12]
    assert bench.add(WHOLE[16:], 16, more=False) is None
    assert bench.kinds() == []


def test_what_does_not_concern_us_is_set_aside() -> None:
    bench = Bench(concerns=False)
    bench.add(WHOLE[:16], 0, more=True)
    bench.add(WHOLE[16:], 16, more=False)
    assert bench.kinds() == []
    assert bench.abandoned == []


def test_incomplete_at_the_end() -> None:
    bench = Bench()
    bench.add(WHOLE[:16], 0, more=True)
    bench.add(WHOLE[24:32], 24, more=True, identification=2)
    assert bench.kinds() == ["capture-fragments-incomplete"] * 2
    begun, rest = bench.abandoned
    assert (begun.begins, begun.frame_number, begun.span()[1:4]) == (True, 1, (0, 16, 0))
    assert (rest.begins, rest.first_frame, rest.last_frame, rest.total) == (False, 2, 2, None)
    assert [d.effect.split(": ")[1] for d in bench.damage.defects()] == [
        "only its beginning can be read",
        "without its beginning it cannot be read",
    ]


def test_a_gap_ends_the_beginning() -> None:
    bench = Bench()
    bench.add(WHOLE[:8], 0, more=True)
    bench.add(WHOLE[16:], 16, more=False)
    bench.kinds()
    span = bench.abandoned[0].span()
    assert (span.captured, span.missing) == (8, 32)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_beginning_waits_until_all_is_there(order: tuple[int, ...]) -> None:
    bench = Bench()
    for place in order:
        data, offset, more = PIECES[place]
        bench.add(data, offset, more=more)
    assert [p.frame_number for p in bench.begun] == ([order.index(0) + 1] if order[-1] else [3])
    assert not any(p.waits for p in bench.begun)
    assert bench.reassembler.later_fragments == 2
    assert not bench.reassembler.waits


def test_a_beginning_is_told_once_and_of_no_copy() -> None:
    bench = Bench()
    for _ in range(2):
        bench.add(WHOLE[:16], 0, more=True)
    (partial,) = bench.begun
    assert partial.waits
    bench.add(WHOLE[16:], 16, more=False)
    bench.add(WHOLE[:16], 0, more=True)
    assert bench.begun == [partial], "a mirror port's copy of what is whole"
    assert not partial.waits


def test_giving_up() -> None:
    bench = Bench()
    bench.add(WHOLE[:16], 0, more=True)
    (partial,) = bench.begun
    bench.reassembler.give_up(partial, "enough")
    bench.reassembler.give_up(partial, "enough")
    assert bench.abandoned == [partial]
    assert bench.add(WHOLE[16:], 16, more=False) is None, "its beginning was read"
    assert bench.kinds() == ["capture-fragments-incomplete"]


def test_age() -> None:
    bench = Bench()
    bench.add(WHOLE[:16], 0, more=True, time=0)
    bench.add(WHOLE[:16], 0, more=True, identification=2, time=61 * SECOND)
    assert [p.first_frame for p in bench.abandoned] == [1]
    assert (
        bench.add(WHOLE[16:], 16, more=False, identification=2, time=0) == WHOLE
    )  # times run backwards: nothing is old
    assert bench.add(WHOLE[16:], 16, more=False, identification=3, time=None) is None


def test_number_of_datagrams_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "MAX_DATAGRAMS", 3)
    bench = Bench()
    for number in range(10):
        bench.add(WHOLE[:16], 0, more=True, identification=number)
    assert [p.first_frame for p in bench.abandoned] == [1, 2, 3, 4, 5, 6, 7]


def test_bytes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "MAX_BYTES", 100)
    bench = Bench()
    for number in range(10):
        bench.add(WHOLE[:32], 0, more=True, identification=number)
    assert len(bench.abandoned) == 7


def test_pieces_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "MAX_PIECES", 3)
    bench = Bench()
    for number in range(6):
        bench.add(bytes(8), 16 * number, more=True)
    assert bench.kinds().count("limit-fragments") == 3


@pytest.mark.parametrize(
    ("data", "offset", "more"), [(bytes(12), 0, True), (b"", 8, False), (bytes(16), 65_528, False)]
)
def test_fragments_that_cannot_be(data: bytes, offset: int, more: bool) -> None:
    bench = Bench()
    assert bench.add(data, offset, more=more) is None
    assert bench.kinds() == ["wire-fragment-length"]


def test_ping_of_death_ends_at_the_limit() -> None:
    bench = Bench()
    for offset in range(0, 65_520, 1480):
        bench.add(bytes(1480), offset, more=True)
    assert "wire-fragment-length" in bench.kinds()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_whole_has_the_number_and_ttl_of_its_first_fragment(order: tuple[int, int]) -> None:
    """Its copy at another point is known by them, as that of a packet in one piece."""
    reassembler = Bench().reassembler
    whole = None
    for place in order:
        data, fragment = (WHOLE[:16], WHOLE[16:])[place], Fragment(7, place * 16, place == 0)
        hop = bytes((0, 7, 0x20, place, 64 - place, 17, 0, place))
        packet = IpPacket(PAIR, UDP, Span(data, 0, len(data), 0, in_frame=True), fragment, hop)
        whole = reassembler.add(packet, fragment, place + 1, 0)
    assert whole is not None
    assert whole.hop == bytes((0, 7, 0x20, 0, 64, 17, 0, 0))
