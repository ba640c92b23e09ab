"""What is known of post-quantum key exchanges and pre-shared keys in each IKE SA, and what nobody can know."""

from typing import Any

import pytest

import analyzer
from analyzer.report.post_quantum import (
    AGREED,
    ALONE,
    HYBRID,
    NONE_CHOSEN,
    NONE_OFFERED,
    NOT_TAKEN,
    OFFERED,
    PROPOSED,
    REFUSED,
    UNASKED,
    UNKNOWN,
    UNUSED,
    USED,
    VERSION_1,
    key_exchanges,
    preshared,
)
from analyzer.tables.store import Tables
from tests.fixtures.cases import case
from tests.report.sample import put
from tests.report.test_inventory import transform

PRF, KE, ADDKE1 = 2, 4, 6
USE_PPK, PPK_IDENTITY, USE_PPK_INT = 16435, 16436, 16445


@pytest.mark.parametrize(
    ("version", "offered", "chosen", "expected"),
    [
        (2, (19, 36), {"ke_id": 19, "additional_ke_ids": (36,)}, HYBRID),
        (2, (19, 36), {"ke_id": 36, "additional_ke_ids": ()}, ALONE),
        (2, (19, 36), {"ke_id": 19, "additional_ke_ids": ()}, NOT_TAKEN),
        (2, (19, 36), {}, OFFERED),
        (2, (19,), {"ke_id": 19}, NONE_OFFERED),
        (2, (19,), {}, NONE_CHOSEN),
        (2, (), {"ke_id": 19}, UNASKED),
        (2, (), {}, UNKNOWN),
        (1, (14,), {"ke_id": 14}, VERSION_1),
    ],
)
def test_key_exchanges(version: int, offered: tuple[int, ...], chosen: dict[str, Any], expected: str) -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, outcome="failed", ike_version=version, **chosen)
    for ident in offered:
        transform(tables, 1, "offered", ADDKE1 if ident == 36 else KE, "x", ident)
    transform(tables, 1, "offered", PRF, "PRF_HMAC_SHA2_256", 36, child=2)  # of a child SA, and no key exchange
    assert [(group.what, group.negotiations, group.numbers) for group in key_exchanges(tables)] == [(expected, 1, (1,))]


def test_of_a_damaged_choice_or_offer_nothing_is_known() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, outcome="established", ike_version=2, ke_id=19, additional_ke_ids=())
    for frame, side in ((1, "offered"), (2, "chosen")):
        transform(tables, 1, side, KE, "x", 19)
        put(tables, "proposals", negotiation=1, side=side, capture="a", frame_number=frame)
    assert [group.what for group in key_exchanges(tables)] == [NONE_OFFERED]
    put(tables, "messages", capture="a", frame_number=2, defects=("cut",))
    assert [group.what for group in key_exchanges(tables)] == [NONE_CHOSEN]
    put(tables, "messages", capture="a", frame_number=1, defects=("cut",))
    assert [group.what for group in key_exchanges(tables)] == [UNKNOWN]


@pytest.mark.parametrize(
    ("said", "auth", "expected"),
    [
        ([(USE_PPK, True), (USE_PPK, False)], None, AGREED),
        ([(USE_PPK, True), (USE_PPK, False)], (36, 39), UNUSED),
        ([(USE_PPK, True), (USE_PPK, False)], (36, 39, 48), AGREED),  # EAP: it is named later
        ([(USE_PPK_INT, True), (USE_PPK_INT, False)], (36, 39), AGREED),
        ([(USE_PPK, True), (USE_PPK, False), (PPK_IDENTITY, True), (PPK_IDENTITY, False)], (36, 39), USED),
        ([(USE_PPK, True), (USE_PPK, False), (PPK_IDENTITY, True)], None, AGREED),
        ([(USE_PPK, True)], None, REFUSED),
        ([(USE_PPK, False)], None, AGREED),
        ([(PPK_IDENTITY, True)], None, AGREED),
    ],
)
def test_pre_shared_keys(said: list[tuple[int, bool]], auth: tuple[int, ...] | None, expected: str) -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, outcome="established", ike_version=2, ke_id=19)
    for frame, (kind, from_initiator) in enumerate(said, 1):
        put(tables, "notifications", negotiation=1, capture="a", frame_number=frame, notify_type=kind)
        put(tables, "messages", negotiation=1, capture="a", frame_number=frame, from_initiator=from_initiator)
    if auth:
        cells = {"exchange": "IKE_AUTH", "from_initiator": False, "decrypted_payload_types": auth}
        put(tables, "messages", negotiation=1, capture="a", frame_number=9, **cells)
    assert [(group.what, group.numbers) for group in preshared(tables)] == [(expected, (1,))]


def test_recorded_ones() -> None:
    found = {}
    for name in ("ikev2-mlkem", "ikev2-ppk", "ikev2-ppk-unknown", "ikev2-psk-gcm"):
        one = case(name)
        for keys in {None, one.keys}:
            tables = analyzer.read_pcap(one.capture, keys=keys).tables
            groups = key_exchanges(tables) + preshared(tables)
            found[name, bool(keys)] = [(group.what, group.numbers) for group in groups]
    assert found["ikev2-mlkem", False] == [(HYBRID, (1,)), (UNKNOWN, (2,))]  # the rekeyed one is encrypted
    assert found["ikev2-mlkem", True] == [(HYBRID, (1, 2))]
    assert found["ikev2-ppk", False] == [(NONE_OFFERED, (1,)), (AGREED, (1,))]
    assert found["ikev2-ppk", True] == [(NONE_OFFERED, (1,)), (USED, (1,))]
    assert found["ikev2-ppk-unknown", False][1][0] in (AGREED, REFUSED)
    assert found["ikev2-psk-gcm", True] == [(NONE_OFFERED, (1,))]
    assert PROPOSED not in {what for groups in found.values() for what, _ in groups}
