from typing import Any

from analyzer.report.compare.case import Case, cases
from analyzer.report.compare.model import ABSENT, SEEN, UNKNOWN, Aspect, unknown
from analyzer.report.compare.offers import MOST_PROPOSALS, offers
from analyzer.tables.store import Tables
from tests.report.compare.sides import asked, cut_side, side
from tests.report.sample import START, Peer, put

TYPES = (
    "ENCR_AES_CBC-256",
    "ENCR_AES_CBC-128",
    "PRF_HMAC_SHA2_256",
    "AUTH_HMAC_SHA2_256_128",
    "AUTH_HMAC_SHA1_96",
    "G",
)


def made(*proposals: tuple[str, ...]) -> Case:
    """A side that offers these proposals in frame 1."""
    tables = Tables()
    put(tables, "negotiations", negotiation=1, ike_version=2, mode="ikev2", first_time=START, first_frame=1)
    Peer(tables, 1, ("a" * 16, "b" * 16), ("10.0.0.1", "10.0.0.2"), 2).send(
        1, 0, "i", (34, "IKE_SA_INIT"), (33, 34, 40)
    )
    for number, transforms in enumerate(proposals, 1):
        cells = {"proposal_number": number, "protocol_id": 1, "protocol": "IKE", "transforms": transforms}
        put(tables, "proposals", frame_number=1, negotiation=1, side="offered", **cells)
    return cases(tables, [1])[1]


def offer(a: Case, b: Case) -> dict[str, Aspect]:
    return {name: aspect for name, aspect in asked(offers, a, b).items() if "offer" in name}


def test_proposal_by_proposal() -> None:
    found = offer(side("ikev2-psk-gcm"), side("ikev2-no-proposal-ike"))
    assert found["IKE SA, offer 1"].differs
    assert found["IKE SA, offer 1"].a.text == (
        "proposal 1 (IKE): ENCR_AES_GCM_16-256, PRF_HMAC_SHA2_256, 2048-bit MODP Group"
    )
    assert found["IKE SA, offer 2"].a.text == "no such proposal"
    assert found["IKE SA, offer 2"].differs
    assert found["IKE SA, offer 2"].b.frames == (5,)


def test_of_many_transforms_what_only_one_side_has() -> None:
    more = (*TYPES, "H")
    (one,) = offer(made(more), made((*TYPES, "I", "J"))).values()
    assert one.differs
    assert one.a.text == "proposal 1 (IKE): only here H; 6 transforms that the other side has too"
    assert one.b.text == "proposal 1 (IKE): only here I and J; 6 transforms that the other side has too"
    (equal,) = offer(made(more), made(more)).values()
    assert not equal.differs


def test_another_order_is_a_difference_and_says_where_it_begins() -> None:
    more = (*TYPES, "H")
    (turned,) = offer(made(more), made((more[1], more[0], *more[2:]))).values()
    assert turned.differs
    assert turned.a.text.endswith("the same 7 transforms in another order: ENCR_AES_CBC-256 as number 1")


def test_an_offer_inside_encryption_cannot_be_known() -> None:
    found = asked(offers, side("ikev2-psk-gcm", keys=True), side("ikev2-psk-gcm"))["Child SA 1, offer"]
    assert (found.a.state, found.b.state) == ("seen", UNKNOWN)
    assert found.b.text == "inside encryption, not decrypted (frame 5)"


def test_more_proposals_than_are_compared_are_counted() -> None:
    many = [(f"T{number}",) for number in range(MOST_PROPOSALS + 3)]
    found = offer(made(*many), made(*many))
    assert f"IKE SA, offer {MOST_PROPOSALS}" in found
    assert found["IKE SA, offers left out"].a.text == "3 more proposals of A, not compared"


def test_groups_of_ke_values_and_suites() -> None:
    found = asked(offers, side("ikev2-psk-gcm"), side("ikev2-invalid-ke"))
    assert found["KE values of the initiator"].differs
    assert len(found["KE values of the initiator"].b.frames) == 2
    weak = asked(offers, side("ikev1-main-psk"), side("ikev1-weak-des-md5-modp768"))
    assert weak["Agreed for the IKE SA"].differs
    assert weak["Agreed for the IKE SA"].b.text.startswith("DES-CBC, MD5")
    assert asked(offers, side("ikev1-main-psk"), side("ikev1-main-psk"))["Lifetime of the IKE SA"].a.text.startswith(
        "15840"
    )


SUITE: dict[str, Any] = {"encryption_id": 12, "encryption": "ENCR_AES_CBC", "key_bits": 256}
WHOLE = (33, 34, 40)


def test_offer_and_suite_of_a_cut_sa_payload_cannot_be_known() -> None:
    whole = cut_side(WHOLE, WHOLE, defects=(), **SUITE)
    found = asked(offers, whole, cut_side((33,), (33,), **SUITE))
    assert (found["IKE SA, offer"].a.state, found["Agreed for the IKE SA"].a.state) == (SEEN, SEEN)
    assert found["IKE SA, offer"].b.text == "cut in this capture (frame 1)"
    assert found["Agreed for the IKE SA"].b.text == "cut in this capture (frame 2)"
    assert found["KE values of the responder"].b.text == "cut in this capture (frame 2)"
    assert not any(aspect.differs for aspect in found.values())


def test_a_cut_behind_the_sa_payload_leaves_offer_and_suite() -> None:
    found = asked(offers, cut_side((33, 34), (33, 34), **SUITE), cut_side(WHOLE, WHOLE, **SUITE))
    for name in ("IKE SA, offer", "Agreed for the IKE SA"):
        assert (found[name].a.state, found[name].b.state) == (SEEN, SEEN)
    ke = found["KE values of the initiator"]
    assert (ke.a.state, ke.b.text) == (UNKNOWN, "22 bytes, of an unknown group")


def test_what_the_other_direction_would_show_is_not_in_the_capture() -> None:
    found = asked(offers, side("ikev2-psk-gcm"), cut_side(WHOLE, defects=()))
    assert found["IKE SA, offer"].differs
    assert found["Agreed for the IKE SA"].b == unknown("not in this capture")
    assert found["KE values of the responder"].b == unknown("not in this capture")
    late = asked(offers, side("ikev2-psk-gcm"), side("ikev2-capture-starts-late"))
    assert late["IKE SA, offer"].b == late["Agreed for the IKE SA"].b == unknown("not in this capture")


def test_a_whole_message_without_the_payload_has_none() -> None:
    found = asked(offers, cut_side(WHOLE, WHOLE, defects=()), cut_side((40,), (41,), defects=()))
    assert found["IKE SA, offer"].b.text == "no such proposal"
    assert found["Agreed for the IKE SA"].b.state == found["KE values of the responder"].b.state == ABSENT
    assert found["KE values of the responder"].differs


def test_a_lifetime_that_could_not_be_read_is_not_absent() -> None:
    found = asked(offers, side("ikev2-psk-gcm"), side("ikev2-psk-gcm", keys=True))["Lifetime of the IKE SA"]
    assert found.a == unknown("inside encryption, not decrypted (frame 6)")
    assert found.b.state == ABSENT
