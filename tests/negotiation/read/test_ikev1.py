"""What one IKEv1 message adds to its SA."""

import struct

import pytest

from analyzer.decryption.keyfile import load_keys
from analyzer.negotiation.story import Story
from analyzer.negotiation.tracker import Tracker
from tests.fixtures.cases import case
from tests.negotiation.build import (
    AGGRESSIVE,
    MAIN,
    QUICK_MODE,
    SPI_I,
    V1_INFORMATIONAL,
    ZERO,
    A,
    B,
    Talk,
    ke1,
    main_1,
    main_2,
    main_ke,
    main_mode,
    nonce1,
    notify1,
    phase1,
    sa1,
    sealed1,
    v1,
    vendor1,
)
from tests.negotiation.recorded import read


def test_offered_and_chosen_are_kept_apart() -> None:
    talk = Talk()
    offers = [phase1(7, 4, 1, 14, 256), phase1(5, 2, 1, 2, None)]
    talk.say(main_1(*offers))
    talk.answer(main_2(offers[1]))
    n = talk.only()
    assert [(o.from_initiator, o.chosen, len(o.sa.proposals[0].transforms)) for o in n.offers] == [
        (True, False, 2),
        (False, True, 1),
    ]
    assert n.suite is not None
    assert (n.suite.encryption_id, n.suite.integrity_id, n.suite.auth_method, n.suite.ke_id) == (5, 2, 1, 2)
    assert n.chosen_frame == 2


@pytest.mark.parametrize(
    ("offers", "chosen", "groups"),
    [
        ([phase1(group=14), phase1(group=14)], phase1(group=14), [14, 14]),
        ([phase1(group=14), phase1(group=2)], phase1(group=2), [2, 2]),
    ],
)
def test_the_group_of_a_key_exchange_is_the_chosen_one(offers: list, chosen: dict, groups: list[int]) -> None:
    talk = Talk()
    talk.say(main_1(*offers))
    talk.answer(main_2(chosen))
    placed = [talk.say(main_ke("i")), talk.answer(main_ke("r"))]
    assert [p.ikev1_group for p in placed] == groups


def test_aggressive_mode_says_its_group_before_the_choice_only_if_there_is_one() -> None:
    for offers, group in (([phase1(group=2), phase1(5, group=2)], 2), ([phase1(group=2), phase1(group=14)], None)):
        talk = Talk()
        placed = talk.say(v1(AGGRESSIVE, sa1(*offers), ke1("i"), nonce1("i"), spis=(SPI_I, ZERO)))
        assert placed.ikev1_group == group
        assert [s.key_exchanges for s in talk.only().steps()] == [((None, 256),)]  # it is not in the payload


def test_vendor_ids_and_identities() -> None:
    talk = Talk()
    talk.say(v1(AGGRESSIVE, sa1(phase1()), ke1(), (5, b"\2\x11\1\xf4me"), vendor1(b"v"), spis=(SPI_I, ZERO)))
    n = talk.only()
    assert [s.vendor_ids for s in n.steps()] == [(b"v",)]
    assert [(i.from_initiator, i.text) for i in n.identities] == [(True, "me")]
    assert n.mode == "aggressive"


def test_identities_that_are_encrypted_to_the_peer_are_not_read() -> None:
    """RSA encryption, of aggressive mode whose messages are in clear (RFC 2409 section 5.2)."""

    def identities(*methods: int, chosen: int = 4) -> list[bool]:
        talk, sealed = Talk(), (5, bytes(range(1, 129)))
        offers = sa1(*(phase1(auth=method) for method in methods))
        talk.say(v1(AGGRESSIVE, offers, ke1(), sealed, nonce1("i"), spis=(SPI_I, ZERO)))
        talk.answer(v1(AGGRESSIVE, sa1(phase1(auth=chosen)), ke1("r"), sealed, nonce1("r")))
        return [i.from_initiator for i in talk.only().identities]

    assert identities(4) == identities(4, 5) == identities(65007, chosen=65007) == []
    assert identities(3, chosen=3) == [True, False]
    assert identities(1, 4, chosen=1) == [True, False], "a peer that offers a shared key too sends it in clear"


def test_cisco_fragments_are_put_together() -> None:
    """The fifth message of main mode in three pieces, as Cisco's and others' IKEv1 fragmentation does."""
    whole = sealed1(MAIN, 1500, first=5)
    talk = Talk()
    main_mode(talk, last=4)
    pieces = [whole[i : i + 600] for i in range(0, len(whole), 600)]
    for number, piece in enumerate(pieces, 1):
        placed = talk.say(fragment(number, piece, last=number == len(pieces)))
        assert placed.fragment == (number, 3 if number == 3 else None)
        assert talk.tracker._lives[0].state == "auth-sent", "they are what is due of their side"
    talk.answer(sealed1(MAIN, 92, first=5))
    n = talk.only()
    assert (n.outcome, n.fragmentation) == ("established", "used")


def fragment(number: int, piece: bytes, *, last: bool, ident: int = 7) -> bytes:
    return v1(MAIN, (132, struct.pack(">HBB", ident, number, last) + piece))


def test_a_fragmented_first_message_of_aggressive_mode_is_an_offer() -> None:
    whole = v1(AGGRESSIVE, sa1(phase1(group=2)), ke1("i"), nonce1("i"), spis=(SPI_I, ZERO))
    talk = Talk()
    for number, piece in enumerate((whole[:200], whole[200:]), 1):
        talk.say(v1(AGGRESSIVE, (132, struct.pack(">HBB", 1, number, number == 2) + piece), spis=(SPI_I, ZERO)))
    n = talk.only(100)
    assert n.outcome == "unanswered"
    assert len(n.offers) == 1


@pytest.mark.parametrize("damage", ["lost", "inside itself", "no message", "too many"])
def test_broken_fragments(damage: str) -> None:
    talk = Talk()
    main_mode(talk, last=4)
    if damage == "lost":
        talk.say(fragment(1, b"a" * 100, last=False))
        talk.say(fragment(3, b"c" * 100, last=True))
    elif damage == "inside itself":
        talk.say(fragment(1, fragment(1, b"x", last=True), last=True))
    elif damage == "no message":
        talk.say(fragment(1, b"short", last=True))
        talk.say(fragment(0, b"", last=True, ident=8))
    else:
        for number in range(256):
            talk.say(fragment(number, b"x", last=False))
    assert talk.tracker._lives[0].state == "auth-sent"
    assert talk.only().outcome == "incomplete"


def test_messages_that_fit_no_place_change_nothing() -> None:
    talk = Talk()
    main_mode(talk, last=2)
    talk.say(v1(MAIN, vendor1(b"v")))
    talk.say(v1(V1_INFORMATIONAL, vendor1(b"v"), mid=3))
    talk.answer(v1(3, sa1(phase1())))
    assert talk.tracker._lives[0].state == "chosen"


def test_without_keys_quick_mode_is_only_counted() -> None:
    talk = Talk()
    main_mode(talk)
    talk.say(sealed1(QUICK_MODE, 188, mid=9))
    child = talk.only().children[0]
    assert (child.basis, child.protocol, child.suite) == ("inferred", None, None)


def test_errors_in_clear_by_the_initiator() -> None:
    talk = Talk()
    main_mode(talk, last=2)
    talk.say(v1(V1_INFORMATIONAL, notify1(14), mid=3))
    n = talk.only()
    assert (n.outcome, n.failed_by, n.failure) == ("failed", "initiator", "NO-PROPOSAL-CHOSEN")
    assert (n.initiator_ip, n.responder_ip) == (A[0], B[0])


# -- with keys: recordings of strongSwan


def keyed(name: str) -> Story:
    recording = case(name)
    assert recording.keys is not None
    tracker = Tracker(name, load_keys(recording.keys))
    items, end = read(recording.capture)
    placed = [tracker.feed(sent, message) for sent, message in items]
    assert any(p.inside is not None for p in placed)
    story = tracker.finish([], [], None, end)
    assert all(n.decrypted for n in story.negotiations)
    return story


def test_quick_mode_with_pfs_is_read() -> None:
    (n,) = keyed("ikev1-main-psk-pfs").negotiations
    expected = case("ikev1-main-psk-pfs").expect.child_sas[0]
    child = n.children[0]
    assert (child.basis, child.outcome, child.protocol, child.mode) == ("seen", "established", "ESP", "tunnel")
    assert {child.initiator_spi_in, child.responder_spi_in} == set(expected.spis)
    assert child.suite is not None
    assert child.pfs_ke_id == child.suite.ke_id
    assert child.pfs_ke_id is not None
    assert child.initiator_ts
    assert child.responder_ts
    assert {i.from_initiator for i in n.identities} == {True, False}


@pytest.mark.parametrize("name", ["ikev1-main-psk-pfs", "vpnc-to-strongswan", "ikev1-ah-and-ipcomp"])
def test_an_offer_behind_its_answer_is_no_choice(name: str) -> None:
    """Two capture points, or files appended: the second message of quick mode stands first."""
    recording = case(name)
    items, _ = read(recording.capture)
    quick = [i for i, (_, m) in enumerate(items) if m.exchange_type == QUICK_MODE]
    items[quick[0]], items[quick[1]] = items[quick[1]], items[quick[0]]
    tracker = Tracker("", load_keys(recording.keys))
    for sent, message in items:
        tracker.feed(sent, message)
    (n,) = (n for n in tracker.finish([], [], None, None).negotiations if n.children)
    known = next(n for n in keyed(name).negotiations if n.children)
    child = n.children[0]
    assert child.suite in (None, known.children[0].suite)


def test_ah_and_a_bundle_with_ipcomp_are_read() -> None:
    (n,) = keyed("ikev1-ah-and-ipcomp").negotiations
    expected = case("ikev1-ah-and-ipcomp").expect.child_sas
    found = [(c.protocol, {c.initiator_spi_in, c.responder_spi_in}) for c in n.children]
    assert found == [(child.protocol, set(child.spis)) for child in expected]
    bundle, ah = (c.suite for c in n.children)
    assert bundle is not None
    assert ah is not None
    assert (bundle.encryption_id, bundle.integrity_id) == (12, 2)  # AES-CBC and HMAC-SHA: of ESP, not of IPComp
    assert (ah.encryption_id, ah.integrity_id) == (None, 2)


def test_the_group_of_a_quick_modes_key_exchange_is_the_childs() -> None:
    recording = case("ikev1-main-psk-pfs")
    assert recording.keys is not None
    tracker = Tracker("x", load_keys(recording.keys))
    items, end = read(recording.capture)
    quick = [p for p in (tracker.feed(d, m) for d, m in items) if p.child is not None and p.inside is not None]
    (n,) = tracker.finish([], [], None, end).negotiations
    with_key_exchange = [p for p in quick if p.inside is not None and any(x.type == 4 for x in p.inside.payloads)]
    assert {p.ikev1_group for p in with_key_exchange} == {n.children[0].pfs_ke_id}


def test_xauth_and_mode_config_are_read() -> None:
    (n,) = keyed("ikev1-main-xauth-modecfg").negotiations
    assert (n.outcome, n.xauth_failed) == ("established", False)
    assert n.of_type("TRANSACTION")


def test_rekeys_and_deletes_are_read() -> None:
    story = keyed("ikev1-rekey")
    children = [c for n in story.negotiations for c in n.children]
    assert len(children) == len(case("ikev1-rekey").expect.child_sas)
    assert any(c.deleted_at is not None for c in children)


def test_a_wrong_key_is_said_and_leaves_what_can_be_seen() -> None:
    (n,) = keyed("ikev1-main-wrong-psk").negotiations
    assert n.outcome == "failed"
