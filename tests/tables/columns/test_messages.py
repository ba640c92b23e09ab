"""The rows of messages are made by place: of a message with a value of its own in each field."""

from analyzer.capture.datagram import Datagram
from analyzer.defects import Defect
from analyzer.isakmp import Message, Payload
from analyzer.negotiation.follow.fragments import Inside
from analyzer.negotiation.follow.placed import Placed
from analyzer.tables.kinds import Need
from analyzer.tables.messages import MessageRows
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables


def payload(number: int) -> Payload:
    return Payload(number, False, 4, 28, b"")


def row(flags: int, major: int, repeats: int | None = 9, *, duplicate: bool = False) -> dict[str, object]:
    sent = Datagram(11, 12, "udp-4500", "192.0.2.1", 13, "192.0.2.2", 14, b"", 0, 0)
    damage = Defect("wire-length", 1, "a", "b", "c")
    chain = payload(17), payload(18)
    message = Message("i" * 16, "r" * 16, 33, major, 3, 34, flags, 15, 16, chain, (), True, None, 0, True)
    inside = Inside((payload(19),), (damage,), True)
    placed = Placed(20, False, True, 21, repeats, duplicate, True, inside, (22, 23), 24)
    tables = Tables()
    MessageRows(tables, "x", ("messages",)).add(sent, message, placed)
    (made,) = tables["messages"].records()
    return made


def test_each_value_stands_in_its_column() -> None:
    expected = {
        "capture": "x",
        "frame_number": 11,
        "time": 12,
        "src_ip": "192.0.2.1",
        "src_port": 13,
        "dst_ip": "192.0.2.2",
        "dst_port": 14,
        "transport": "udp-4500",
        "negotiation": 20,
        "initiator_spi": "i" * 16,
        "responder_spi": "r" * 16,
        "major_version": 2,
        "minor_version": 3,
        "exchange_type": 34,
        "exchange": "IKE_SA_INIT",
        "flags": 0x28,
        "is_initiator": True,
        "is_response": True,
        "message_id": 15,
        "length": 16,
        "next_payload": 33,
        "payload_types": (17, 18),
        "encrypted": True,
        "decrypted": True,
        "decrypted_payload_types": (19,),
        "fragment_number": 22,
        "fragment_total": 23,
        "retransmission_of": 9,
        "defects": (str(Defect("wire-length", 1, "a", "b", "c")),),
        "duplicate": False,
        "from_initiator": False,
        "decrypted_by": "keys",
        "retransmission_of_capture": None,
    }
    assert row(0x28, 2) == expected
    assert tuple(expected) == SCHEMA["messages"].usual


def test_flags_and_copies_are_told_apart() -> None:
    """Values that could stand for each other above."""
    initiator, response = row(0x08, 2), row(0x20, 2)
    assert (initiator["is_initiator"], initiator["is_response"]) == (True, False)
    assert (response["is_initiator"], response["is_response"]) == (False, True)
    assert (row(0, 1)["is_initiator"], row(0, 1)["is_response"]) == (None, None)
    copy = row(0, 2, duplicate=True)
    assert (copy["duplicate"], copy["retransmission_of"], copy["from_initiator"]) == (True, None, False)


def test_what_takes_placing_says_so() -> None:
    placing = {c.name for c in SCHEMA["messages"].columns if Need.PLACING in c.needs}
    assert placing == {
        "negotiation", "decrypted", "defects", "decrypted_payload_types", "fragment_number", "fragment_total",
        "retransmission_of", "duplicate", "from_initiator", "decrypted_by",
    }  # fmt: skip
