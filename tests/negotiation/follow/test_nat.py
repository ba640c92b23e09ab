import hashlib
import struct

import pytest

from analyzer.negotiation.follow.nat import NatFindings, endpoint, ikev1_digest, ikev2_compared, ikev2_digest
from tests.negotiation.build import (
    A_4500,
    GCM,
    SPI_I,
    SPI_R,
    ZERO,
    A,
    B,
    C,
    Talk,
    datagram,
    init_answer,
    init_request,
    main_1,
    main_2,
    main_ke,
    nat2,
    nat_hash,
    notify2,
    phase1,
)

SPIS = SPI_I, SPI_R
OPEN = SPI_I, ZERO
INSIDE = ("10.0.0.5", 500)


def test_hashes_by_the_book() -> None:
    raw = bytes.fromhex(SPI_I + SPI_R)
    assert ikev2_digest(raw, *A) == nat_hash(SPIS, A)
    assert endpoint("2001:db8::1", 4500) == bytes.fromhex("20010db8000000000000000000000001") + b"\x11\x94"
    for size, name in ((16, "md5"), (20, "sha1"), (32, "sha256"), (48, "sha384"), (64, "sha512")):
        expected = hashlib.new(name, raw + bytes([192, 0, 2, 10]) + struct.pack(">H", 500)).digest()
        assert ikev1_digest(size, raw, *A) == expected
    assert ikev1_digest(24, raw, *A) is None, "Tiger"


@pytest.mark.parametrize(
    ("believed_by_initiator", "believed_by_responder", "verdict"),
    [
        ((A, B), (B, A), "none"),
        ((INSIDE, B), (B, A), "initiator"),
        ((A, INSIDE), (B, A), "responder"),
        ((A, B), (INSIDE, A), "responder"),
        ((A, B), (B, INSIDE), "initiator"),
        ((INSIDE, C), (B, A), "both"),
    ],
)
def test_who_is_behind_a_nat(believed_by_initiator: tuple, believed_by_responder: tuple, verdict: str) -> None:
    talk = Talk()
    talk.say(init_request(extra=nat2(OPEN, *believed_by_initiator)))
    talk.answer(init_answer(extra=nat2(SPIS, *believed_by_responder)))
    assert talk.only().nat == verdict


def test_one_side_alone_cannot_say_there_is_none() -> None:
    talk = Talk()
    talk.say(init_request(extra=nat2(OPEN, A, B)))
    assert talk.only().nat is None


def test_one_side_alone_can_say_there_is_one() -> None:
    talk = Talk()
    talk.say(init_request(extra=nat2(OPEN, INSIDE, B)))
    assert talk.only().nat == "initiator"


def test_without_hashes_it_cannot_be_known() -> None:
    talk = Talk()
    talk.say(init_request())
    talk.answer(init_answer())
    assert talk.only().nat is None


def test_one_of_several_source_hashes_is_enough() -> None:
    """A host with several addresses sends one hash for each (RFC 7296 section 2.23)."""
    talk = Talk()
    talk.say(init_request(extra=[notify2(16388, nat_hash(OPEN, INSIDE)), *nat2(OPEN, A, B)]))
    talk.answer(init_answer(extra=nat2(SPIS, B, A)))
    assert talk.only().nat == "none"


def test_hashes_of_any_length_are_only_compared() -> None:
    talk = Talk()
    talk.say(init_request(GCM, extra=[notify2(16388, b""), notify2(16389, bytes(300))]))
    assert talk.only().nat == "both", "false hashes, as a daemon sends them to force encapsulation"


@pytest.mark.parametrize(("source", "verdict"), [(A, "none"), (INSIDE, "initiator")])
def test_ikev1_hashes_destination_first(source: tuple[str, int], verdict: str) -> None:
    raw = bytes.fromhex(SPI_I + SPI_R)

    def nat_d(destination: tuple[str, int], own: tuple[str, int]) -> list[tuple[int, bytes]]:
        return [(20, ikev1_digest(20, raw, *end) or b"") for end in (destination, own)]

    for choice in (main_2(phase1(hash_id=2)), None):  # which hash was chosen is told by the size, too
        talk = Talk()
        talk.say(main_1(phase1(hash_id=2)))
        if choice is not None:
            talk.answer(choice)
        talk.say(main_ke("i", extra=nat_d(B, source)))
        talk.answer(main_ke("r", extra=nat_d(A, B)))
        assert talk.only().nat == verdict


def test_nat_t_is_the_marker_not_the_nat() -> None:
    talk = Talk()
    talk.say(init_request(), A_4500, ("192.0.2.20", 4500))
    negotiation = talk.only()
    assert negotiation.nat_t
    assert negotiation.nat is None


def test_findings_of_neither_side() -> None:
    findings = NatFindings()
    assert findings.verdict is None
    findings.add(True, [], [], b"x", b"y")
    assert findings.verdict is None, "no hashes, nothing compared"
    findings.add(True, [b"x"], [b"y"], b"x", None)
    findings.add(False, [b"x"], [b"y"], None, b"y")
    assert findings.verdict == "none"


@pytest.mark.parametrize("nowhere", ["0.0.0.0", "::"])
def test_of_an_address_that_a_log_does_not_say_nothing_is_known(nowhere: str) -> None:
    sent, hashes = datagram(b"")._replace(src_ip=nowhere), [bytes(20)]
    findings = ikev2_compared(None, True, bytes(16), hashes, hashes, sent._replace(dst_ip=nowhere))
    assert (findings.heard, findings.verdict) == (0, None)
    findings = ikev2_compared(findings, True, bytes(16), hashes, hashes, sent)
    assert (findings.heard, findings.verdict) == (1, "responder")
