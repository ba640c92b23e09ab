from collections.abc import Sequence
from pathlib import Path

import pytest

from analyzer.capture.joining.glance import Glance, glance
from analyzer.capture.joining.kin import Bond, Kind, by_names, by_sas, overlap
from analyzer.capture.joining.names import numbers_of
from tests.capture.joining.made import AUTH, INIT, Packet, checks, message, negotiation, noise, write

HOUR = 3600.0
NATED = ("203.0.113.9", "198.51.100.2")


def looks(folder: Path, *captures: Sequence[Packet]) -> list[Glance]:
    paths = [write(folder / f"{chr(97 + place)}.pcap", packets) for place, packets in enumerate(captures)]
    found = [glance(path, (500, 4500)) for path in paths]
    return sorted(found, key=lambda seen: (seen.first or 0, seen.last or 0))


def bonds(folder: Path, *captures: Sequence[Packet]) -> set[tuple[str, int, int]]:
    return {(bond.kind.value, bond.one, bond.other) for bond in by_sas(looks(folder, *captures))}


def request(at: float, ident: int = 0, **more: object) -> Packet:
    return at, message(INIT, answered=False, ident=ident, **more)  # type: ignore[arg-type]


def test_an_sa_goes_on_in_the_next_file_however_long_it_is_silent(tmp_path: Path) -> None:
    assert bonds(tmp_path, negotiation(0), checks([10, 20])) == {("follows", 0, 1)}
    assert bonds(tmp_path, negotiation(0), checks([9 * HOUR])) == {("follows", 0, 1)}


def test_other_sas_are_no_bond(tmp_path: Path) -> None:
    assert bonds(tmp_path, negotiation(0, sa=1), negotiation(1, sa=2)) == set()


def test_the_border_may_be_behind_the_first_message(tmp_path: Path) -> None:
    whole = negotiation(0)
    for cut in range(1, 4):
        assert bonds(tmp_path, whole[:cut], whole[cut:]) == {("follows", 0, 1)}, cut


def test_a_first_message_is_sent_again_in_the_next_file(tmp_path: Path) -> None:
    assert ("follows", 0, 1) in bonds(tmp_path, [request(0, 1), request(4, 2)], [request(12, 3), request(30, 4)])


def test_an_initiator_spi_alone_is_no_key(tmp_path: Path) -> None:
    """Other hosts, or so much later that nobody retransmits: a tool that always takes the same SPI."""
    assert bonds(tmp_path, [request(0)], [request(4, hosts=("192.0.2.1", "192.0.2.77"))]) == set()
    assert bonds(tmp_path, [request(0, 1)], [request(24 * HOUR, 2)]) == set()


def test_two_taps_have_the_same_packets(tmp_path: Path) -> None:
    (bond, *_) = by_sas(looks(tmp_path, negotiation(0, ident=9), negotiation(0.012, ident=9)))
    assert (bond.kind, bond.off) == (Kind.BESIDE, 12_000_000)


def test_clocks_may_be_hours_apart(tmp_path: Path) -> None:
    """In the wrong time zone: the same packets, by their numbers."""
    found = list(by_sas(looks(tmp_path, negotiation(0, ident=9), negotiation(2 * HOUR, ident=9))))
    assert {(bond.kind, bond.off) for bond in found} == {(Kind.BESIDE, int(2 * HOUR) * 10**9)}


def test_first_messages_are_held_to_the_first_capture_too(tmp_path: Path) -> None:
    """Between the two is the next file of the same tap."""
    taps = [request(0, 1)], [request(4, 2)], [request(50, 1)]
    assert bonds(tmp_path, *taps) == {("follows", 0, 1), ("beside", 0, 2), ("follows", 1, 2)}


def test_packets_without_numbers_are_known_by_how_many_are_the_same(tmp_path: Path) -> None:
    assert ("beside", 0, 1) in bonds(tmp_path, negotiation(0), negotiation(60))


@pytest.mark.parametrize("late", [9, 20])
def test_a_tap_that_begins_late_is_one_all_the_same(tmp_path: Path, late: int) -> None:
    """Whatever it has is far behind the first messages of the other."""
    whole = [*negotiation(0), *checks(range(1, 30))]
    found = list(by_sas(looks(tmp_path, whole, [(at + 500, frame) for at, frame in whole[late:]])))
    assert [(bond.kind, bond.off) for bond in found] == [(Kind.BESIDE, 500 * 10**9)]


def test_a_tap_may_begin_with_a_retransmission(tmp_path: Path) -> None:
    first, again = (message(number=7, ident=ident) for ident in (1, 2))
    (bond,) = by_sas(looks(tmp_path, [(0, first), (4, again)], [(54, again)]))
    assert (bond.kind, bond.off) == (Kind.BESIDE, 50 * 10**9)


def test_two_messages_without_numbers_are_enough_where_all_else_fits(tmp_path: Path) -> None:
    whole = negotiation(0)[:2]
    later = [(at + 50, frame) for at, frame in whole]
    assert ("beside", 0, 1) in bonds(tmp_path, whole, later)
    assert ("beside", 0, 1) in bonds(tmp_path, [*checks([-9]), *whole, *noise([9])], later)
    uneven = [(at * 5 + 50, frame) for at, frame in whole]
    assert ("beside", 0, 1) not in bonds(tmp_path, whole, uneven)
    more = [*later, *checks([52])]  # which the first, by the same clock, would have as well
    assert ("beside", 0, 1) not in bonds(tmp_path, [*whole, *noise([9])], more)
    assert ("beside", 0, 1) in bonds(tmp_path, [*whole, *noise([1])], more)


def test_fragments_of_one_message_that_are_sent_again_are_no_tap(tmp_path: Path) -> None:
    parts = [message(AUTH, 1, body=bytes([part]) * 48) for part in range(4)]
    first, again = ([(at + part / 1000, frame) for part, frame in enumerate(parts)] for at in (1, 5))
    assert bonds(tmp_path, [*negotiation(0)[:2], *first], [*again, *checks([5.5])]) == {("follows", 0, 1)}


def test_the_same_packets_a_day_later_are_no_tap(tmp_path: Path) -> None:
    kinds = {kind for kind, _, _ in bonds(tmp_path, negotiation(0, ident=9), negotiation(30 * HOUR, ident=9))}
    assert kinds == {"again"}


def test_a_nat_changes_addresses_and_not_the_pair_of_spis(tmp_path: Path) -> None:
    assert ("beside", 0, 1) in bonds(tmp_path, negotiation(0, ident=9), negotiation(0.001, ident=9, hosts=NATED))


def test_a_retransmission_in_the_next_file_is_no_tap(tmp_path: Path) -> None:
    first, again = message(number=7, ident=1), message(number=7, ident=2)
    assert bonds(tmp_path, [*negotiation(0), (5, first)], [(7, again), *checks([9], first=8)]) == {("follows", 0, 1)}


def test_taps_of_one_direction_each_have_no_message_in_common(tmp_path: Path) -> None:
    packets = negotiation(0, ident=9) + [(place, frame) for place, frame in checks([1, 2, 3])]
    assert ("beside", 0, 1) in bonds(tmp_path, packets[0::2], packets[1::2])


def test_fixed_spis_of_a_test_are_two_negotiations(tmp_path: Path) -> None:
    """Both begin, with other messages, hours apart."""
    other = [(at, frame.replace(b"\0\0\0\x22", b"\0\0\0\x44")) for at, frame in negotiation(5 * HOUR)]
    assert bonds(tmp_path, negotiation(0), other) == {("other", 0, 1)}


def test_each_negotiation_under_the_same_spis_goes_on_for_itself(tmp_path: Path) -> None:
    other = [(at, frame.replace(b"\0\0\0\x22", b"\0\0\0\x44")) for at, frame in negotiation(5 * HOUR)]
    again = [(at + 60, frame) for at, frame in other]
    found = bonds(tmp_path, negotiation(0), other, again)
    assert ("beside", 1, 2) in found
    assert ("other", 0, 2) in found


def test_altered_copies_are_no_taps(tmp_path: Path) -> None:
    assert bonds(tmp_path, [request(0, 9)], [request(0, 9, body=b"altered")]) == {("other", 0, 1)}


def test_many_captures_of_one_sa_take_a_bond_or_two_each(tmp_path: Path) -> None:
    """Not one of each two."""
    seen = [Glance(str(n), n, n + 1) for n in range(500)]
    one = glance(write(tmp_path / "a.pcap", checks([0])), (500, 4500))
    for place, look in enumerate(seen):
        (sa,) = one.pairs.values()
        look.pairs = {pair: type(sa)(sa.hosts, place, place) for pair in one.pairs}
    assert len(list(by_sas(seen))) < 1000


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [((0, 10), (10, 20), False), ((0, 10), (9.5, 20), False), ((0, 10), (8, 20), True), ((0, 0.2), (0.1, 0.3), True),
     ((0, 0), (0, 0), True), ((0, 10), (0, 0), True)],
)  # fmt: skip
def test_files_that_follow_each_other_overlap_by_a_second_at_most(
    first: tuple[float, float], second: tuple[float, float], expected: bool
) -> None:
    a, b = (Glance("", *(int(at * 1e9) for at in times)) for times in (first, second))
    assert overlap(a, b) == expected


def named(*captures: tuple[str, float, float, int]) -> list[Bond]:
    """Captures by name, begin, end, and how many packets."""
    seen = [Glance(name, int(a * 1e9), int(b * 1e9), n, ("pcap", "ETHERNET")) for name, a, b, n in captures]
    found = by_names(sorted(seen, key=lambda one: one.first or 0), numbers_of(one.capture for one in seen))
    return [bond for bond in found if bond.kind is Kind.NAMES]


def test_names_of_one_rotation_join_where_no_time_is_missing() -> None:
    names = ("/a/gw.pcap", "/a/gw.pcap1", "/a/gw.pcap2")
    found = named(*((name, n * 60, n * 60 + 59.5, 1000) for n, name in enumerate(names)))
    assert {(bond.one, bond.other) for bond in found} == {(0, 1), (1, 2)}


def test_a_ring_that_has_wrapped_is_in_order_of_time() -> None:
    """With -W 4 the oldest is the one that would be written next: 2, 3, 0, 1."""
    names = ("/a/gw-2.pcap", "/a/gw-3.pcap", "/a/gw-0.pcap", "/a/gw-1.pcap")
    found = named(*((name, n * 60, n * 60 + 59.5, 1000) for n, name in enumerate(names)))
    assert {(bond.one, bond.other) for bond in found} == {(0, 1), (1, 2), (2, 3)}


def test_quiet_captures_may_pause_as_long_as_between_their_packets() -> None:
    quiet = ("/a/gw_00001_20261129120000.pcapng", 0, 3600, 121), ("/a/gw_00002_20261129130000.pcapng", 3700, 7200, 121)
    assert named(*quiet)
    busy = (
        ("/a/gw_00001_20261129120000.pcapng", 0, 3600, 10**6),
        ("/a/gw_00002_20261129130000.pcapng", 3700, 7200, 10**6),
    )
    assert not named(*busy)


@pytest.mark.parametrize(
    "captures",
    [
        (("/a/gw.pcap", 0, 60, 100), ("/a/gw.pcap1", 86_460, 86_520, 100)),  # a day
        (("/a/gw.pcap", 0, 60, 100), ("/b/gw.pcap1", 60, 120, 100)),  # two folders
        (("/a/gw.pcap", 0, 60, 100), ("/a/gw.pcap1", 30, 90, 100)),  # at the same time
        (("/a/gw-1.pcap", 0, 60, 100), ("/a/gw-3.pcap", 60, 120, 100)),  # one is missing
        (("/a/gw.pcap1", 0, 60, 100), ("/a/gw.pcap3", 60, 120, 100)),
        (("/a/gw.pcap", 0, 60, 100), ("/a/gw.pcap2", 60, 120, 100)),
        (("/a/gw.pcap.3", 0, 60, 100), ("/a/gw.pcap.1", 60, 120, 100)),
        (("/a/gw_00001_20261129120000.pcapng", 0, 60, 100), ("/a/gw_00003_20261129120100.pcapng", 60, 120, 100)),
        (("/a/gw-20261129-120000.pcap1", 0, 60, 100), ("/a/gw-20261129-120000.pcap3", 60, 120, 100)),
        (("/a/gw-1.pcap", 0, 60, 10), ("/a/gw-2.pcap", 65, 120, 10)),  # numbered by hand, five seconds apart
        (("/a/monday.pcap", 0, 60, 100), ("/a/tuesday.pcap", 60, 120, 100)),
    ],
)
def test_names_alone_do_not_join(captures: tuple[tuple[str, float, float, int], ...]) -> None:
    assert not named(*captures)


@pytest.mark.parametrize(
    "names",
    [
        ("gw.pcap3", "gw.pcap4", "gw.pcap0", "gw.pcap1"),
        ("gw.pcap.2", "gw.pcap.1", "gw.pcap"),  # logrotate
        ("gw-20261129-120000.pcap", "gw-20261129-120000.pcap1", "gw-20261129-120100.pcap", "gw-20261129-120200.pcap"),
    ],
)
def test_nothing_is_missing_where_a_ring_has_wrapped(names: tuple[str, ...]) -> None:
    found = named(*((f"/a/{name}", n * 60, n * 60 + 59.5, 1000) for n, name in enumerate(names)))
    assert {(bond.one, bond.other) for bond in found} == {(n, n + 1) for n in range(len(names) - 1)}


def test_a_file_without_a_packet_is_not_missing() -> None:
    """It has no time, or is a copy of another without one."""
    looked = [Glance(f"/a/gw.pcap{n}", n, n + 1, 1, ("pcap", "ETHERNET")) for n in (1, 3)]
    for empty, kind in ((["/a/gw.pcap2"], Kind.NAMES), ([], Kind.PAUSED)):
        numbers = numbers_of([*(seen.capture for seen in looked), *empty])
        assert [bond.kind for bond in by_names(looked, numbers)] == [kind]


def test_a_pause_in_a_rotation_is_noted() -> None:
    looked = [Glance(f"/a/gw.pcap{n}", n * 600 * 10**9, n * 600 * 10**9, 1, ("pcap", "ETHERNET")) for n in (1, 2)]
    assert list(by_names(looked, {})) == [Bond(Kind.PAUSED, 0, 1, gap=600 * 10**9)]


def test_a_rotation_does_not_change_its_form() -> None:
    a, b = Glance("/a/gw.pcap", 0, 9, 9, ("pcap", "ETHERNET")), Glance("/a/gw.pcap1", 10, 19, 9, ("pcap", "LINUX_SLL"))
    assert not list(by_names([a, b], {}))


def test_noise_alone_is_joined_by_its_names(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"gw.pcap{n}", noise(range(n * 10, n * 10 + 10))) for n in range(2)]
    assert [bond.kind for bond in by_names([glance(path, (500,)) for path in paths], {})] == [Kind.NAMES]


def test_a_packet_and_its_copy_may_be_in_two_files(tmp_path: Path) -> None:
    """Behind a port that shows each twice: the one file ends before the other begins, by one clock."""
    whole = negotiation(0, ident=9)
    assert bonds(tmp_path, whole, [(at + 0.0001, frame) for at, frame in whole[-1:]]) == {("follows", 0, 1)}
    assert ("beside", 0, 1) in bonds(tmp_path, whole, [(at + 5, frame) for at, frame in whole[-1:]])


def test_what_comes_twice_in_one_rotation_is_not_from_two_taps(tmp_path: Path) -> None:
    looked = looks(tmp_path, negotiation(0, ident=9), negotiation(300, ident=9))
    assert {bond.kind for bond in by_sas(looked)} == {Kind.BESIDE}
    for seen in looked:
        seen.rotation = 1
    assert {bond.kind for bond in by_sas(looked)} == {Kind.FOLLOWS}


def test_only_names_that_a_program_gives_are_surely_a_rotation() -> None:
    counted = ("/a/gw-1.pcap", 0, 60, 10), ("/a/gw-2.pcap", 61, 120, 10)
    rotated = ("/a/gw_00001_20261129120000.pcapng", 0, 60, 10), ("/a/gw_00002_20261129120100.pcapng", 61, 120, 10)
    assert [[bond.surely for bond in named(*some)] for some in (counted, rotated)] == [[False], [True]]
