"""Who sent an IKEv1 message, wherever it is seen."""

import struct
from itertools import pairwise
from pathlib import Path

import pytest

from analyzer import read_pcap
from analyzer.report.dossier import dossiers
from analyzer.report.headline import headline
from analyzer.report.ladder import ladder, listing
from tests.fixtures.cases import case
from tests.negotiation.build import MAIN, QUICK_MODE, A, B, C, Talk, main_1, main_2, main_ke, main_mode, sealed1, v1

D = ("203.0.113.9", 500)
MOVED = {bytes([192, 0, 2, 10]): bytes([198, 51, 100, 1]), bytes([192, 0, 2, 20]): bytes([203, 0, 113, 9])}


def moved(pcap: bytes, first: int) -> bytes:
    """A pcap of IPv4 over Ethernet in which both hosts have other addresses from this frame on."""
    out, at, frame = bytearray(pcap[:24]), 24, 0
    while at < len(pcap):
        frame += 1
        end = at + 16 + int.from_bytes(pcap[at + 8 : at + 12], "little")
        record = bytearray(pcap[at:end])
        for place in (42, 46) if frame >= first else ():
            record[place : place + 4] = MOVED.get(bytes(record[place : place + 4]), record[place : place + 4])
        out += record
        at = end
    return bytes(out)


# Frame 6, the first answer, is left out: between other hosts it is another SA's (sa_index.py)
@pytest.mark.parametrize("first", [5, *range(7, 16)])
@pytest.mark.parametrize("keyed", [False, True])
def test_every_view_agrees_where_both_addresses_change_inside_an_sa(first: int, keyed: bool, tmp_path: Path) -> None:
    recorded = case("ikev1-main-psk")
    copy = tmp_path / "moved.pcap"
    copy.write_bytes(moved(recorded.capture.read_bytes(), first))
    keys = recorded.keys if keyed else None
    before, after = read_pcap(recorded.capture, keys=keys), read_pcap(copy, keys=keys)

    sent = [m["from_initiator"] for m in before.tables["messages"].records()]
    assert sent == [True, False, True, False, True, False, True, False, True, True, True]
    assert [m["from_initiator"] for m in after.tables["messages"].records()] == sent
    (d,) = dossiers(after.tables, [1])
    (was,) = dossiers(before.tables, [1])
    assert [rung.from_initiator for rung in ladder(d) if rung.kind == "message"] == sent
    assert [rung.from_initiator for rung in listing(d, 100)] == sent
    for column in ("outcome", "failed_at", "failed_by", "failure", "outcome_basis", "outcome_confidence", "diagnosis"):
        assert d.n[column] == was.n[column], column
    assert "unexpected-message" not in after.tables["findings"].column("finding")
    assert headline(d).partition("established")[2] == headline(was).partition("established")[2] != ""
    steps = [(e["exchange"], e["state"], e["initiated_by"]) for e in after.tables["exchanges"].records()]
    assert steps == [(e["exchange"], e["state"], e["initiated_by"]) for e in before.tables["exchanges"].records()]


def sides(talk: Talk) -> list[bool]:
    return [step.from_initiator for step in talk.only().steps()]


def test_one_end_is_enough() -> None:
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(QUICK_MODE, 200, mid=5), C, B)
    talk.say(sealed1(QUICK_MODE, 180, mid=5, salt="r"), B, C)
    talk.say(sealed1(QUICK_MODE, 60, mid=5, salt="3"), C, D)
    assert sides(talk)[-3:] == [True, False, True]


def test_between_a_host_and_itself_the_ports_say_it() -> None:
    talk, client, server = Talk(), ("127.0.0.1", 5000), ("127.0.0.1", 500)
    talk.say(main_1(), client, server)
    talk.say(main_2(), server, client)
    talk.say(sealed1(QUICK_MODE, 200, mid=5), ("127.0.0.1", 5001), server)
    assert sides(talk) == [True, False, True]


def test_the_same_bytes_are_from_the_same_side() -> None:
    """Both sides of two address translations in one capture: nothing of the second sight is known, but the bytes."""
    talk = Talk()
    main_mode(talk)
    for near, far in (((A, B), (C, D)), ((B, A), (D, C))):
        message = sealed1(QUICK_MODE, 200, mid=5, salt=near[0][0])
        talk.say(message, *near)
        talk.say(message, *far)
    assert sides(talk)[-4:] == [True, True, False, False]


def test_an_earlier_place_counts_before_any_guess() -> None:
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(QUICK_MODE, 200, mid=5), C, D)
    talk.say(sealed1(QUICK_MODE, 200, mid=6), B, A)
    assert sides(talk)[-2:] == [True, False], "a new exchange would be guessed to be the initiator's"


@pytest.mark.parametrize(
    ("spoken", "data"),
    [
        (2, main_ke("i")),
        (3, main_ke("r")),
        (4, sealed1(MAIN, 108, first=5, salt="i")),
        (5, sealed1(MAIN, 92, first=5, salt="r")),
    ],
)
def test_between_new_ends_it_is_the_other_sides_turn(spoken: int, data: bytes) -> None:
    talk = Talk()
    main_mode(talk, last=spoken)
    talk.say(data, *((D, C) if spoken % 2 else (C, D)))
    assert all(a != b for a, b in pairwise(sides(talk)))


@pytest.mark.parametrize("server", [500, 4500])
@pytest.mark.parametrize("from_client", [True, False])
def test_the_side_with_another_port_is_the_client_behind_a_nat(server: int, from_client: bool) -> None:
    """Whoever is heard first, where the capture begins behind main mode's first two messages."""
    client, gateway = ("203.0.113.89", 40500), ("192.0.2.20", server)
    talk = Talk()
    talk.say(sealed1(MAIN, 92, first=5), *((client, gateway) if from_client else (gateway, client)))
    assert sides(talk) == [from_client]


def test_fragments_of_one_message_are_no_turns() -> None:
    talk = Talk()
    main_mode(talk, last=4)
    pieces = [v1(MAIN, (132, struct.pack(">HBB", 7, number, number == 2) + b"x" * 40)) for number in (1, 2)]
    talk.say(pieces[0])
    talk.say(pieces[1], C, D)
    assert sides(talk)[-2:] == [True, True]
