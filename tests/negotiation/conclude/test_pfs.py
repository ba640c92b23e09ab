import hashlib
from pathlib import Path

import pytest

import analyzer
from analyzer.isakmp.numbers import HashAlgorithmV1
from analyzer.negotiation.conclude.pfs import _V1_HASH_BYTES, Pfs, pfs_of
from tests.assessment.build import Talk, healthy, main_mode
from tests.fixtures.cases import Case, cases


def answer(talk: Talk, **fields) -> Pfs:
    given = {"created_by": "CREATE_CHILD_SA", "frame_number": 5, "response_frame": 6, **fields}
    talk.child(**given)
    return pfs_of(talk.n)[1]


def rekeyed(length: int) -> Talk:
    talk = healthy()
    talk.say("CREATE_CHILD_SA", message_id=2, length=length)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, length=length)
    return talk


def test_seen_and_seen_not() -> None:
    assert answer(healthy(), suite=healthy().n.suite, pfs_ke_id=19).own_exchange is True
    assert answer(healthy(), suite=healthy().n.suite).own_exchange is False
    quick = answer(main_mode(), created_by="QUICK_MODE", suite=healthy().n.suite)
    assert (quick.own_exchange, quick.basis) == (False, "seen: no KE payload")


def test_the_first_child_of_ikev2_cannot_show_it() -> None:
    first = answer(healthy(), created_by="IKE_AUTH", suite=healthy().n.suite)
    assert first.own_exchange is None
    assert "first rekey" in first.basis


def test_without_keys_an_answer_too_short_for_a_key_exchange() -> None:
    """AES-GCM-16: 57 bytes around the payloads; 140 are the least with a KE payload."""
    assert answer(rekeyed(57 + 139), basis="inferred").own_exchange is False
    longer = answer(rekeyed(57 + 140), basis="inferred")
    assert (longer.own_exchange, longer.basis) == (None, "not observable: the exchange is encrypted")


def test_an_exchange_that_was_read_in_part_is_not_called_encrypted() -> None:
    talk = healthy()
    talk.say("CREATE_CHILD_SA", message_id=2, length=400, inner=(33, 40))
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, length=400)
    assert answer(talk, basis="inferred") == Pfs(None, "not observable: not all of the exchange could be read")


@pytest.mark.parametrize(("inner", "found"), [((8, 1, 10, 4, 5, 5), True), ((8, 1, 10), False)])
@pytest.mark.parametrize("by", ["i", "r"])
def test_a_quick_mode_that_lost_a_message_shows_it_in_the_other(by: str, inner: tuple[int, ...], found: bool) -> None:
    talk = main_mode()
    talk.say("QUICK_MODE", by=by, message_id=7, length=188, inner=inner)
    talk.say("QUICK_MODE", by="i" if by == "r" else "r", message_id=7, length=60, inner=(8,))
    child = talk.n.exchanges[-1].first_frame
    known = answer(talk, created_by="QUICK_MODE", frame_number=child, basis="seen")
    assert (known.own_exchange, known.basis.split(":")[0]) == (found, "seen")


def test_a_quick_mode_of_which_only_the_last_message_is_there() -> None:
    talk = main_mode()
    talk.say("QUICK_MODE", message_id=7, length=60, inner=(8,))
    child = talk.n.exchanges[-1].first_frame
    known = answer(talk, created_by="QUICK_MODE", frame_number=child)
    assert known == Pfs(None, "not observable: messages of the exchange are not in the capture")


def test_the_answer_of_a_lost_request_shows_it() -> None:
    for inner, found in (((33, 40, 34, 44, 45), True), ((33, 40, 44, 45), False)):
        talk = healthy()
        talk.say("CREATE_CHILD_SA", by="r", message_id=2, length=400, inner=inner)
        child = talk.n.exchanges[-1].first_frame
        assert answer(talk, frame_number=child, basis="inferred").own_exchange is found


@pytest.mark.parametrize(
    ("length", "group", "found"),
    [
        (172, 2, False),
        (227, 14, False),
        (228, 14, None),
        (204, 19, None),
        (299, 2, None),
        (300, 2, True),
        (588, 15, True),
    ],
)
def test_quick_modes_that_are_shut_are_told_by_the_length_of_the_answer(
    length: int, group: int, found: bool | None
) -> None:
    """AES-CBC and SHA-256: 64 bytes of header and HASH, 64 to 220 of SA, nonce, identities; MODP-768 takes 100 more."""
    talk = main_mode()
    talk.choose(2, encryption_id=7, key_bits=256, integrity_id=4, ke_id=group)
    first = talk.say("QUICK_MODE", message_id=5, length=300)
    talk.say("QUICK_MODE", by="r", message_id=5, length=length)
    told = answer(talk, created_by="QUICK_MODE", basis="inferred", frame_number=first.frame_number)
    assert told.own_exchange is found
    assert ("likely" in told.basis) == (found is not None)


@pytest.mark.parametrize(("length", "known"), [(60, False), (127, False), (128, True)])
def test_the_third_message_of_a_quick_mode_is_no_answer(length: int, known: bool) -> None:
    """Without the first one the responder's, which is the second, stands as the request. HASH alone: 64 bytes."""
    talk = main_mode()
    talk.choose(2, encryption_id=7, key_bits=256, integrity_id=4, ke_id=14)
    first = talk.say("QUICK_MODE", by="r", begun_by="r", message_id=5, length=300)
    talk.say("QUICK_MODE", by="i", begun_by="r", message_id=5, length=length)
    found = answer(talk, created_by="QUICK_MODE", basis="inferred", frame_number=first.frame_number)
    assert (found.own_exchange is not None) is known
    assert known or found.basis == "not observable: messages of the exchange are not in the capture"


def test_what_cannot_be_known_and_children_that_failed() -> None:
    shut = answer(main_mode(), created_by="QUICK_MODE", basis="inferred")
    assert shut.own_exchange is None
    talk = healthy().child(outcome="failed")
    assert pfs_of(talk.n) == {}


def test_what_lengths_say_of_recordings_is_what_keys_show() -> None:
    inferred = 0
    for fixture in cases():
        later = ("CREATE_CHILD_SA", "QUICK_MODE")
        if fixture.keys and any(name in message for message in fixture.messages for name in later):
            shut, opened = answers(fixture, None), answers(fixture, fixture.keys)
            for frame, found in shut.items():
                if found is not None and opened.get(frame) is not None:
                    inferred += 1
                    assert found == opened[frame], fixture.name
    assert inferred >= 20


def answers(fixture: Case, keys: Path | None) -> dict[int, bool | None]:
    """Own key exchange or not, by the first frame of the exchange."""
    rows = analyzer.read_pcap(fixture.capture, keys=keys).tables["child_sas"].records()
    return {row["first_frame"]: row["pfs"] for row in rows}


def test_the_hashes_of_ikev1_are_as_long_as_they_are() -> None:
    names = {HashAlgorithmV1.MD5: "md5", HashAlgorithmV1.SHA: "sha1", HashAlgorithmV1.SHA2_256: "sha256"}
    names |= {HashAlgorithmV1.SHA2_384: "sha384", HashAlgorithmV1.SHA2_512: "sha512"}
    assert {kind: hashlib.new(name).digest_size for kind, name in names.items()} == _V1_HASH_BYTES
