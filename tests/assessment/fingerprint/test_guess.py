from analyzer.assessment.fingerprint import Fingerprinter, shown_in, text_of
from analyzer.isakmp.payloads.sa import SecurityAssociation
from tests.assessment.build import Talk, sa1, sa2
from tests.assessment.fingerprint.ids import (
    DPD,
    DRAFT02N,
    FRAGMENTATION,
    OPENIKED,
    RFC3947,
    STRONGSWAN,
    UNITY,
    WINDOWS,
    XAUTH,
)


def repeated(version: int, *gaps: float, by: str = "i") -> Talk:
    name = "IKE_SA_INIT" if version == 2 else "IDENTITY_PROTECTION"
    talk = Talk(version=version)
    if by == "r":
        talk.say(name)
    talk.say(name, by=by)
    for gap in gaps:
        talk.say(name, by=by, again=True, after=gap)
    return talk


def guess(talk: Talk) -> tuple[str | None, str | None]:
    initiator, responder = Fingerprinter().guess(talk.n)
    return text_of(initiator), text_of(responder)


def init(talk: Talk, *words: int, by: str = "i", vendor_ids: tuple[bytes, ...] = ()) -> None:
    """IKE_SA_INIT with these notifies, and vendor IDs behind them."""
    payloads = (33, 34, 40, *(41,) * len(words), *(43,) * len(vendor_ids))
    talk.say("IKE_SA_INIT", by=by, payloads=payloads, notifies=words, vendor_ids=vendor_ids)


def test_three_gaps_tell_and_two_do_not() -> None:
    expected = "consistent with strongSwan (by the times of 3 retransmissions)"
    assert guess(repeated(2, 4.0, 7.2, 12.96)) == (expected, None)
    assert guess(repeated(2, 4.0, 7.2)) == (None, None)
    assert guess(repeated(2, 4.0, 7.2, 9.0)) == (None, None)
    assert guess(repeated(2, 4.02, 7.15, 13.0)) == (expected, None)


def test_gaps_are_those_of_the_side_that_repeats() -> None:
    assert guess(repeated(1, 7, 9, 11, 13, by="r")) == (
        None,
        "consistent with FreeBSD/OpenBSD-isakmpd (by the times of 4 retransmissions)",
    )
    assert guess(repeated(1, 7, 9, 11)) == (None, None)  # measured for responders only


def test_ambiguous_gaps_name_both_or_nobody() -> None:
    text = guess(repeated(1, 1, 2, 4, by="r"))[1]
    assert text is not None
    assert " or " in text


def test_missing_times_tell_nothing() -> None:
    talk = repeated(2, 4.0, 7.2, 12.96)
    assert guess(talk.change(2, time_ns=None)) == (None, None)


def test_a_vendor_id_and_the_order_of_notifies_agree_and_sides_are_apart() -> None:
    talk = Talk()
    talk.say(
        "IKE_SA_INIT", payloads=(33, 34, 40, 43, 41, 41, 41), notifies=(16388, 16389, 16431), vendor_ids=(OPENIKED,)
    )
    init(talk, 16388, 16389, 16431, 16418, 16404, by="r")
    looks = Fingerprinter().guess(talk.n)
    assert (text_of(looks[0]), text_of(looks[1])) == (
        "consistent with OpenIKED (by vendor ID; 7.2)",
        "consistent with strongSwan (by the order of its notifies; 5.8.0 or later)",
    )
    assert looks[0] is not None
    assert looks[1] is not None
    assert looks[0].basis == ("vendor-id", "message-order")
    assert (looks[0].confidence, looks[1].confidence) == ("likely", "likely")
    assert (shown_in(talk.n, True, looks[0]), shown_in(talk.n, False, looks[1])) == ((1,), (2,))


def test_witnesses_that_contradict_each_other_name_nobody() -> None:
    """libreswan can be configured to send strongSwan's vendor ID."""
    talk = Talk()
    init(talk, 16430, 16388, 16389, vendor_ids=(STRONGSWAN,))
    assert guess(talk) == (None, None)
    windows = Talk()  # of which it is not known how it builds IKE_SA_INIT: then what it says counts
    init(windows, 16388, 16389, vendor_ids=(WINDOWS,))
    assert guess(windows)[0] == "consistent with Windows-8 or later (by vendor ID)"


def test_who_writes_an_offer_otherwise_is_somebody_else() -> None:
    notifies = 16388, 16389, 16430, 16431, 16406
    mine = Talk().offer(sa2({"encr": [(12, 256)], "integ": [12], "prf": [5], "ke": [14]}))
    init(mine, *notifies)
    assert guess(mine)[0] == "consistent with strongSwan (by the order of its notifies; 5.4.0 or later)"
    look = Fingerprinter().guess(mine.n)[0]
    assert look is not None
    assert look.basis == ("message-order", "offer")
    other = Talk().offer(sa2({"encr": [(12, 256)], "prf": [5], "integ": [12], "ke": [14]}))
    init(other, *notifies)
    assert guess(other)[0] is None
    cut = Talk().offer(sa2({"encr": [(12, 256)], "prf": [5], "integ": [12], "ke": [14]})._replace(whole=False))
    init(cut, *notifies)
    assert guess(cut)[0] is not None


def test_the_first_version_that_sends_something_is_the_least() -> None:
    talk = Talk()
    init(talk, 16388, 16389, 16430, 16431, 16406, 16438)
    init(talk, 16388, 16389, 16404, by="r")
    assert guess(talk) == (
        "consistent with strongSwan (by the order of its notifies; 6.0.0 or later)",
        "consistent with strongSwan (by the order of its notifies; 4.3.0 or later)",
    )
    old = Talk(version=1).offer(sa1((5, 2, 1, 2)))
    old.n.offers[0] = old.n.offers[0]._replace(sa=rewritten(old.n.offers[0].sa, 11, 12, 1, 2, 3, 4))
    old.say("IDENTITY_PROTECTION", payloads=(1, 13), vendor_ids=(STRONGSWAN,))
    assert guess(old)[0] == "consistent with strongSwan (by vendor ID; up to 4.6)"


def rewritten(sa: SecurityAssociation, *kinds: int) -> SecurityAssociation:
    """An IKEv1 SA payload with the attributes of each transform in this order."""
    (proposal,) = sa.proposals
    transforms = [
        t._replace(attributes=tuple(sorted(t.attributes, key=lambda a: kinds.index(a.attribute_type))))
        for t in proposal.transforms
    ]
    return sa._replace(proposals=(proposal._replace(transforms=tuple(transforms)),))


SCANNED = sa1(*((e, h, 1, g) for g in (2, 1) for e in (5, 1) for h in (2, 1)))


def test_a_scanner_is_known_by_its_offer_alone() -> None:
    probe = Talk(version=1).offer(SCANNED)
    probe.say("IDENTITY_PROTECTION", payloads=(1,))
    assert guess(probe)[0] == "consistent with ike-scan (by its offer)"
    for change in ({"payloads": (1, 13), "vendor_ids": (DPD,)}, {"payloads": (1,), "encrypted": True}):
        other = Talk(version=1).offer(SCANNED if "vendor_ids" in change else sa1((5, 2, 1, 2)))
        other.say("IDENTITY_PROTECTION", **change)
        assert guess(other)[0] is None


def test_two_vendor_ids_that_many_send_need_an_answer_of_the_own_hand() -> None:
    """XAUTH and DPD alone, to a scanner: strongSwan writes the chosen transform in an order of its own."""
    for kinds, name in (((1, 2, 4, 3, 11, 12), "strongSwan"), ((1, 2, 3, 4, 11, 12), None)):
        talk = Talk(version=1).offer(SCANNED)
        talk.answer(rewritten(sa1((5, 2, 1, 2)), *kinds))
        talk.say("IDENTITY_PROTECTION", payloads=(1,))
        talk.say("IDENTITY_PROTECTION", by="r", payloads=(1, 13, 13), vendor_ids=(XAUTH, DPD))
        found = guess(talk)[1]
        assert found == (name and f"consistent with {name} (by the order of its vendor IDs; 5.0.0 or later)")


def test_a_message_of_which_a_notify_was_not_read_names_nobody() -> None:
    talk = Talk()
    talk.say("IKE_SA_INIT", payloads=(33, 34, 40, 41, 41, 41, 41, 41, 41), notifies=(16388, 16389, 16430, 16431, 16406))
    assert guess(talk) == (None, None)


def test_equal_beginnings_with_other_offers_are_judged_apart() -> None:
    fingerprinter = Fingerprinter()
    found = []
    for sa in (SCANNED, sa1((5, 2, 1, 2)), SCANNED):
        talk = Talk(version=1).offer(sa)
        talk.say("IDENTITY_PROTECTION", payloads=(1,))
        found.append(text_of(fingerprinter.guess(talk.n)[0]))
    assert found == ["consistent with ike-scan (by its offer)", None, "consistent with ike-scan (by its offer)"]


def test_what_keys_add_does_not_change_the_order_in_clear() -> None:
    talk = Talk(version=1, mode="aggressive")
    talk.say("AGGRESSIVE", vendor_ids=(XAUTH, UNITY, RFC3947, DRAFT02N, DPD))
    talk.say("AGGRESSIVE", by="r", vendor_ids=(XAUTH, DPD, UNITY, RFC3947))
    expected = (
        "consistent with vpnc (by the order of its vendor IDs)",
        "consistent with strongSwan (by the order of its vendor IDs; 5.0.0 or later)",
    )
    assert guess(talk) == expected
    talk.say("AGGRESSIVE", encrypted=True, inner=(8, 13), vendor_ids=(FRAGMENTATION,))
    assert guess(talk) == expected
    talk.say("AGGRESSIVE", encrypted=True, inner=(8, 13), vendor_ids=(STRONGSWAN,))
    assert guess(talk) == expected


def test_an_implementation_named_inside_encryption() -> None:
    talk = Talk(version=1)
    talk.say("IDENTITY_PROTECTION", vendor_ids=(DPD,))
    talk.say("IDENTITY_PROTECTION", encrypted=True, inner=(5, 13), vendor_ids=(STRONGSWAN,))
    assert guess(talk) == ("consistent with strongSwan (by vendor ID)", None)


def test_the_last_round_is_the_one_that_is_known() -> None:
    """INVALID_KE_PAYLOAD comes before the answer that has everything."""
    talk = Talk()
    init(talk)
    talk.say("IKE_SA_INIT", by="r", payloads=(41,), notifies=((17, b"\0\x13"),))
    talk.n.last_exchange = -1
    init(talk)
    init(talk, 16388, 16389, 16430, 16431, 16418, 16404, by="r")
    assert guess(talk)[1] == "consistent with strongSwan (by the order of its notifies; 5.8.0 or later)"
