"""Rows of what messages hold are made by place: of payloads with a value of its own in each field."""

from hashlib import sha256

import pytest

from analyzer.isakmp import Message, Payload
from analyzer.isakmp.payloads.certificate import Certificate
from analyzer.isakmp.payloads.identification import Identification
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.isakmp.payloads.nonce import Nonce
from analyzer.isakmp.payloads.notify import Notify
from analyzer.isakmp.payloads.sa import Proposal, SecurityAssociation
from analyzer.isakmp.payloads.transform import Transform
from analyzer.isakmp.payloads.vendor_id import VendorID
from analyzer.negotiation.follow.fragments import Inside
from analyzer.negotiation.follow.placed import Placed
from analyzer.tables.kinds import Need
from analyzer.tables.messages import MessageRows
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from tests.negotiation.build import datagram

HEAD = {"frame_number": 11, "negotiation": 20}
BY_MESSAGE = [name for name, schema in SCHEMA.items() if schema.rows is None]
DPD = bytes.fromhex("afcad71368a1f1c96b8696fc77570100")
SA = SecurityAssociation(None, None, (Proposal(7, 3, b"\1\2\3\4", (Transform(None, 2, 5, (), 256),), 1, 0, 0),))


def rows(table: str, body: object, number: int = 41) -> list[dict[str, object]]:
    """Of a payload inside an encrypted answer of the responder, for child SA 21 of negotiation 20."""
    tables = Tables()
    message = Message("i" * 16, "r" * 16, 46, 2, 0, 35, 0x20, 1, 99, (), (), True, None, 0, True)
    inside = Inside((Payload(number, True, 30, 31, body),), (), True)
    placed = Placed(20, from_initiator=False, answering=True, child=21, inside=inside)
    MessageRows(tables, "x", (table,)).add(datagram(b"", frame=11), message, placed)
    return list(tables[table].records())


def test_a_payload() -> None:
    assert rows("payloads", KeyExchange(19, b"abc"), 34) == [
        {
            "frame_number": 11,
            "position": 1,
            "payload_type": 34,
            "payload": "KE",
            "critical": True,
            "length": 30,
            "offset": 31,
            "encrypted": True,
            "summary": "256-bit random ECP group, 3 bytes",
            "capture": "x",
        }
    ]


def test_a_proposal_and_its_transforms() -> None:
    beside = {"child": 21, "side": "chosen", "proposal_number": 7, "protocol_id": 3, "capture": "x"}
    assert rows("proposals", SA, 33) == [
        {**HEAD, **beside, "protocol": "ESP", "spi": "01020304", "transforms": ("PRF_HMAC_SHA2_256-256",)}
    ]
    (row,) = rows("transforms", SA, 33)
    assert row == {
        **HEAD,
        **beside,
        "transform_number": 1,
        "transform_type": 2,
        "transform_type_name": "Pseudo-random Function",
        "transform_id": 5,
        "transform": "PRF_HMAC_SHA2_256",
        "key_bits": 256,
        "attributes": (),
    }


def test_a_notification() -> None:
    assert rows("notifications", Notify(None, 3, b"\1\2", 17, b"\0\x13")) == [
        {
            **HEAD,
            "notify_type": 17,
            "notify": "INVALID_KE_PAYLOAD",
            "class": "error",
            "protocol_id": 3,
            "spi": "0102",
            "data": "0013",
            "meaning": "key exchange method 256-bit random ECP group",
            "capture": "x",
        }
    ]


def test_a_vendor_id() -> None:
    (row,) = rows("vendor_ids", VendorID(DPD), 43)
    assert row == {
        **HEAD,
        "side": "responder",
        "data": DPD.hex(),
        "name": "Dead Peer Detection v1.0",
        "vendor": "(protocol) IETF",
        "kind": "capability",
        "detail": "version 1.0",
        "capture": "x",
    }


def test_an_identity() -> None:
    assert rows("identities", Identification(2, None, None, b"peer.example"), 36) == [
        {
            **HEAD,
            "side": "responder",
            "id_type": 2,
            "id_type_name": "ID_FQDN",
            "identity": "peer.example",
            "capture": "x",
        }
    ]


def test_a_certificate() -> None:
    (row,) = rows("certificates", Certificate(12, b"abc"), 37)
    facts = dict.fromkeys(SCHEMA["certificates"].names[5:14], None)
    assert row == {
        **facts,
        **HEAD,
        "side": "responder",
        "encoding": 12,
        "encoding_name": "Hash and URL of X.509 certificate",
        "subject_alt_names": row["subject_alt_names"],
        "sha256": sha256(b"abc").hexdigest(),
        "capture": "x",
        "signature_algorithm": None,
    }
    assert not row["subject_alt_names"]


def test_a_key_exchange_value() -> None:
    (row,) = rows("ke_values", KeyExchange(19, b"abc"), 34)
    value = {"ke_id": 19, "ke_method": "256-bit random ECP group", "length": 3, "sha256": sha256(b"abc").hexdigest()}
    assert row == {**HEAD, "side": "responder", **value, "capture": "x", "fault": None}
    (row,) = rows("ke_values", KeyExchange(19, bytes(64)), 34)
    assert row["fault"] == "zero"
    (row,) = rows("ke_values", KeyExchange(37, b"\xff" * 1568), 34)  # a ciphertext of ML-KEM, which has no form
    assert row["fault"] is None


def test_a_nonce() -> None:
    value = {"length": 16, "sha256": sha256(bytes(16)).hexdigest(), "fault": "zeros"}
    (row,) = rows("nonces", Nonce(bytes(16)), 40)
    assert row == {**HEAD, "side": "responder", **value, "capture": "x"}


@pytest.mark.parametrize("table", BY_MESSAGE)
def test_made_by_hand_is_the_whole_table(table: str) -> None:
    """No column of them takes its value by itself, and what keys open is among their rows."""
    schema = SCHEMA[table]
    assert [column.value for column in schema.columns] == [None] * len(schema.columns)
    assert table == "messages" or Need.PLACING in schema.select(["capture"]).needs
