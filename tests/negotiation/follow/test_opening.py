"""Opening messages with keys."""

import random
from collections.abc import Callable
from itertools import permutations

import pytest

from analyzer.decryption.keyfile import Ikev2Keys, KeyStore, load_keys
from analyzer.decryption.suites import encryption_by_name, integrity_by_name
from analyzer.negotiation.follow.opening import named_by
from analyzer.negotiation.seen import UNOPENED_KEPT, Suite
from analyzer.negotiation.tracker import Tracker
from tests.fixtures.cases import case
from tests.negotiation.build import (
    IKE_AUTH,
    INFORMATIONAL,
    SPI_I,
    SPI_R,
    Talk,
    init_done,
)
from tests.negotiation.keyed import auth, authenticated, child_offer, identity, keys, locked, locked_fragments
from tests.negotiation.recorded import Items, read
from tests.negotiation.sealer import SEALERS, Sealer

REQUEST = (identity(True, "client"), auth(), *child_offer(b"\1\1\1\1"))


def test_a_fragmented_message_is_read_once_whole() -> None:
    for order in ((0, 1, 2), (2, 0, 1)):
        talk = Talk(keys())
        init_done(talk)
        pieces = locked_fragments(IKE_AUTH, *REQUEST, pieces=3)
        placed = [talk.say(pieces[i]) for i in order]
        assert [p.inside is not None for p in placed] == [False, False, True]
        inside = placed[2].inside
        assert inside is not None
        assert [p.type for p in inside.payloads] == [35, 39, 33, 44, 45]
        assert inside.verified
        (n,) = talk.negotiations()
        assert n.decrypted
        assert not n.unopened
        assert n.verified_pieces == (3, 4)
        assert n.exchanges[0].exchange == "IKE_SA_INIT"
        assert n.exchanges[1].steps[-1].inner_types == (35, 39, 33, 44, 45)


def test_keys_that_open_nothing_are_said() -> None:
    store = KeyStore()
    store.add(Ikev2Keys(SPI_I, SPI_R, bytes(36), bytes(36), b"", b"", None, None))
    talk = Talk(store)
    authenticated(talk)
    n = talk.only()
    assert n.unopened
    assert not n.decrypted


def test_one_message_that_does_not_open_is_not_the_keys_fault() -> None:
    talk = Talk(keys())
    authenticated(talk)
    damaged = bytearray(locked(INFORMATIONAL, mid=2))
    damaged[-1] ^= 1
    placed = talk.say(bytes(damaged))
    assert placed.decrypted is False
    n = talk.only()
    assert n.decrypted
    assert n.unopened == (5,)


@pytest.mark.parametrize("sealer", [s for s in SEALERS if s.row().integrity is not None], ids=lambda s: s.name)
def test_integrity_keys_of_the_sa_with_encryption_keys_of_another(sealer: Sealer) -> None:
    """Every message verifies, and what comes out of it is none: nothing is decrypted, in fragments neither."""
    for fault, opens in ((None, True), ("encryption", False)):
        talk = Talk(sealer.keys(fault))
        init_done(talk, sealer.suite)
        for number in (1, 2, 3):
            last = talk.say(sealer.seal(IKE_AUTH, *REQUEST, fragment=(number, 3)))
        empty = [talk.say(sealer.seal(INFORMATIONAL, mid=mid)).decrypted for mid in range(2, 12)]
        n = talk.only()
        assert (last.decrypted, n.decrypted, {*empty}) == (opens, opens, {opens})
        assert not n.unopened


def test_fragments_that_verify_are_noted_up_to_a_limit() -> None:
    talk = Talk(keys())
    init_done(talk)
    for mid in range(1, 30):
        first, last = locked_fragments(IKE_AUTH, *REQUEST, pieces=2, mid=mid)
        talk.say(first)
        talk.say(last[:-1] + bytes([last[-1] ^ 1]))
    n = talk.only()
    assert not n.decrypted
    assert len(n.verified_pieces) == len(n.unopened) == UNOPENED_KEPT


def test_a_message_cut_by_the_snap_length_is_not_the_keys_fault() -> None:
    talk = Talk(keys())
    init_done(talk)
    whole = locked(IKE_AUTH, *REQUEST)
    talk.say(whole[:90], missing=len(whole) - 90)
    assert not talk.only().unopened


def test_damaged_messages_with_keys_never_raise() -> None:
    rng = random.Random(7)
    messages = [
        locked(IKE_AUTH, *REQUEST),
        locked(IKE_AUTH, identity(False, "s"), auth(), *child_offer(b"\2" * 4), initiator=False, response=True),
        *locked_fragments(IKE_AUTH, *REQUEST, pieces=3, mid=2),
        locked(INFORMATIONAL, mid=3),
    ]
    for _ in range(300):
        talk = Talk(keys())
        init_done(talk)
        for data in rng.sample(messages, 3):
            changed = bytearray(data)
            for _ in range(rng.randrange(3)):
                changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
            talk.say(bytes(changed[: rng.choice([len(changed), rng.randrange(len(changed))])]))
        assert all(n.outcome for n in talk.negotiations())


GCM_ROW, CBC_ROW = ("ENCR_AES_GCM_16", ""), ("ENCR_AES_CBC", "AUTH_HMAC_SHA2_256_128")


def row(cipher: str, check: str, key: int = 36, first: int = 0, sk_a: bytes = b"") -> Ikev2Keys:
    """Of both sides, as keyed.py has them where `first` is 0."""
    sides = bytes(range(first, first + key)), bytes(range(first + 100, first + 100 + key))
    named = encryption_by_name(cipher), integrity_by_name(check) if check else None
    return Ikev2Keys(SPI_I, SPI_R, *sides, sk_a, sk_a, *named)


def late(*rows: Ikev2Keys) -> Talk:
    store = KeyStore()
    for one in rows:
        store.add(one)
    talk = Talk(store)
    talk.say(locked(INFORMATIONAL, mid=5))
    talk.answer(locked(INFORMATIONAL, mid=5, initiator=False, response=True))
    return talk


def test_the_cipher_of_an_sa_whose_beginning_is_missing_is_that_of_the_keys() -> None:
    n = late(row("ENCR_CHACHA20_POLY1305", "", first=7), row(*GCM_ROW)).only()
    assert n.suite == Suite(protocol_id=1, encryption_id=20, key_bits=256)
    assert (n.chosen_frame, n.starts_late, n.decrypted) == (None, True, True)


def test_keys_that_open_nothing_say_nothing_of_the_suite() -> None:
    assert late(row(*GCM_ROW, first=7)).only().suite is None
    assert late(row("ENCR_AES_GCM_12", "")).only().suite is None


def test_what_was_chosen_comes_before_what_keys_name() -> None:
    """IKE_SA_INIT stands behind the rest in a merged capture."""
    talk = late(row(*GCM_ROW))
    init_done(talk)
    n = talk.only()
    assert n.suite is not None
    assert (n.suite.encryption_id, n.suite.ke_id, n.chosen_frame) == (20, 19, 4)


@pytest.mark.parametrize(
    ("named", "key", "suite"),
    [
        (CBC_ROW, 16, (12, 128, 12)),
        (CBC_ROW, 32, (12, 256, 12)),
        (("ENCR_3DES", "AUTH_HMAC_SHA1_96"), 24, (3, None, 2)),
        (GCM_ROW, 20, (20, 128, None)),
        (("ENCR_CHACHA20_POLY1305", ""), 36, (28, None, None)),
        (("ENCR_AES_CTR", "AUTH_AES_XCBC_96"), 20, (13, 128, 5)),
    ],
)
def test_what_a_row_names(named: tuple[str, str], key: int, suite: tuple[int, int | None, int | None]) -> None:
    said = named_by(row(*named, key=key))
    assert said is not None
    assert (said.encryption_id, said.key_bits, said.integrity_id) == suite
    assert (said.prf_id, said.ke_id) == (None, None)


def test_a_row_that_names_nothing() -> None:
    assert named_by(Ikev2Keys(SPI_I, SPI_R, b"", b"", b"", b"", None, None)) is None


QUICK = 32
OF_IKEV1 = ["ikev1-main-psk", "ikev1-main-psk-pfs", "ikev1-main-cert", "ikev1-aggr-psk", "ikev1-weak-des-md5-modp768"]


def opened_in(name: str, order: Callable[[Items], Items]) -> tuple[list[tuple[object, ...]], list[bool | None]]:
    """The child SAs of a recording whose messages come in another order; and which quick mode messages opened."""
    items, end = read(case(name).capture)
    keys_ = case(name).keys
    assert keys_ is not None
    tracker = Tracker(name, load_keys(str(keys_)))
    placed = [(message.exchange_type, tracker.feed(sent, message)) for sent, message in order(items)]
    story = tracker.finish([], [], items[0][0].time_ns, end)
    children = [
        (c.outcome, c.basis, c.suite, c.initiator_spi_in, c.responder_spi_in, c.mode, c.pfs_ke_id)
        for n in story.negotiations
        for c in n.children
    ]
    return children, [p.decrypted for kind, p in placed if kind == QUICK]


@pytest.mark.parametrize("name", OF_IKEV1)
@pytest.mark.parametrize("turns", list(permutations(range(3))))
def test_quick_mode_in_any_order_makes_the_same_child_sa(name: str, turns: tuple[int, int, int]) -> None:
    """Only HASH alone, the third message, needs the one before it."""

    def turned(items: Items) -> Items:
        of_first = [i for i, (_, m) in enumerate(items) if m.exchange_type == QUICK][:3]
        moved = list(items)
        for place, turn in zip(of_first, turns, strict=True):
            moved[place] = items[of_first[turn]]
        return moved

    known, opened = opened_in(name, list)
    children, after = opened_in(name, turned)
    assert children == known
    assert sum(o is True for o in opened) - sum(o is True for o in after) <= (turns.index(2) < turns.index(1))


@pytest.mark.parametrize("name", [name for name in OF_IKEV1 if "aggr" not in name])  # there it comes in fragments
def test_quick_mode_whose_first_message_is_not_in_the_capture(name: str) -> None:
    def without(items: Items) -> Items:
        lost = next(i for i, (_, m) in enumerate(items) if m.exchange_type == QUICK)
        return items[:lost] + items[lost + 1 :]

    _, opened = opened_in(name, list)
    _, after = opened_in(name, without)
    assert after == opened[1:]


@pytest.mark.parametrize("name", ["ikev1-main-psk", "ikev1-main-cert"])
def test_phase_1_out_of_order_or_without_its_last_message(name: str) -> None:
    """Main mode's messages 5 and 6 the other way round; then without 6, which phase 2 takes its IV from."""

    def places(items: Items) -> tuple[int, int]:
        five, six = [i for i, (_, m) in enumerate(items) if m.exchange_type == 2 and m.encrypted][:2]
        return five, six

    def crossed(items: Items) -> Items:
        five, six = places(items)
        moved = list(items)
        moved[five], moved[six] = items[six], items[five]
        return moved

    def without(items: Items) -> Items:
        _, six = places(items)
        return items[:six] + items[six + 1 :]

    known, _ = opened_in(name, list)
    assert opened_in(name, crossed)[0] == known
    assert [c[2:5] for c in opened_in(name, without)[0]] == [c[2:5] for c in known]


def test_what_was_not_decrypted_is_said() -> None:
    items, _ = read(case("ikev1-main-psk").capture)
    tracker = Tracker("x", load_keys(str(case("ikev1-main-psk").keys)))
    first = next(i for i, (_, m) in enumerate(items) if m.exchange_type == QUICK)
    placed = [tracker.feed(*item) for item in items[:first] + items[first + 1 : first + 2]]
    inside = placed[-1].inside
    assert inside is not None
    assert [d.kind for d in inside.defects] == ["capture-iv"]
    assert inside.plaintext[4:16] == bytes(12)
    assert not inside.verified
