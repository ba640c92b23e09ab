from pathlib import Path

from analyzer.assessment import peers, policies
from analyzer.assessment.case import Case
from analyzer.assessment.causes import failed_child
from analyzer.assessment.mismatch import compare, compare_child, refused_offers
from analyzer.assessment.scene import Comparison, Scene
from tests.assessment.build import INITIATOR, RESPONDER, Talk, esp1, healthy, main_mode, sa1, sa2, story
from tests.work import lines_run

WEAK = sa2({"encr": [(12, 128)], "integ": [2], "prf": [2], "ke": [14]})


def refused(sa=None, number: int = 1, **fields) -> Talk:
    talk = Talk(number=number, outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder", **fields)
    talk.offer(sa or WEAK)
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[14])
    return talk


def comparison(*talks: Talk, config: peers.Peers | None = None) -> Comparison:
    return compare(Case(Scene(story(*talks), policies.load("ietf"), config), talks[0].n))


def child_comparison(*talks: Talk, config: peers.Peers | None = None) -> Comparison:
    case = Case(Scene(story(*talks), policies.load("ietf"), config), talks[0].n)
    child = failed_child(case)
    assert child is not None
    return compare_child(case, child)


def configured(tmp_path: Path, text: str) -> peers.Peers:
    (tmp_path / "peers.toml").write_text(text)
    return peers.load(str(tmp_path / "peers.toml"))


def test_nothing_known_of_the_responder() -> None:
    found = comparison(refused())
    assert not found.found
    assert found.text == (
        "Offered: ENCR_AES_CBC-128; PRF_HMAC_SHA1; AUTH_HMAC_SHA1_96; 2048-bit MODP Group. "
        "Nothing in this capture shows what the responder accepts."
    )


def test_of_an_offer_that_was_cut_nobody_can_say_that_it_does_not_fit() -> None:
    found = comparison(refused(WEAK._replace(whole=False)), healthy(2, 20, initiator="192.0.2.77"))
    assert not found.found
    assert found.advice is None
    assert found.text.startswith("No common encryption: offered ENCR_AES_CBC-128; ")
    assert found.text.endswith("Not all of the offer could be read: what is missing may have fitted.")


def test_every_kind_that_has_nothing_in_common_with_what_it_chose() -> None:
    found = comparison(refused(), healthy(2, 20, initiator="192.0.2.77"))
    assert found.found
    assert found.text.startswith(
        "No common encryption: offered ENCR_AES_CBC-128; "
        "the responder chose elsewhere in this capture: ENCR_AES_GCM_16-256. No common PRF: offered PRF_HMAC_SHA1;"
    )
    assert "integrity" not in found.text  # goes with the cipher
    assert found.frames == (21,)
    assert found.advice is not None
    assert found.advice.startswith(
        "Smallest change: give the initiator's proposal 1 ENCR_AES_GCM_16-256 with PRF_HMAC_SHA2_256 with "
        "256-bit random ECP group. It is the strongest that the responder chose elsewhere in this capture (frame 21) "
        "and the policy ietf allows."
    )
    assert "in this capture is known.)" in found.advice


def test_key_length_alone_makes_a_difference() -> None:
    found = comparison(refused(sa2({"encr": [(20, 128)], "prf": [5], "ke": [19]})), healthy(2, 20))
    assert found.text.count("No common") == 1
    assert "offered ENCR_AES_GCM_16-128" in found.text
    assert "give the initiator's proposal 1 ENCR_AES_GCM_16-256." in (found.advice or "")


def test_of_several_proposals_the_one_that_needs_least() -> None:
    far = {"encr": [(12, 128)], "integ": [2], "prf": [2], "ke": [14]}
    near = {"encr": [(20, 256)], "prf": [5], "ke": [14, 15]}
    found = comparison(refused(sa2(far, near)), healthy(2, 20))
    assert found.text == (
        "No common key exchange: offered 2048-bit MODP Group, 3072-bit MODP Group; "
        "the responder chose elsewhere in this capture: 256-bit random ECP group."
    )
    assert "the initiator's proposal 2 256-bit random ECP group" in (found.advice or "")


def test_something_in_common_of_each_kind_but_no_combination() -> None:
    one, two = {"encr": [(20, 256)], "prf": [5], "ke": [14]}, {"encr": [(20, 128)], "prf": [5], "ke": [19]}
    found = comparison(refused(sa2(one, two)), healthy(2, 20))
    assert found.found
    assert found.text.startswith("No common combination: proposal 2 comes closest and differs in encryption: offered")


def test_what_the_responder_offered_itself() -> None:
    own = Talk(number=2, frame=30, initiator=RESPONDER, responder="192.0.2.30", outcome="unanswered")
    own.offer(sa2({"encr": [(12, 128)], "integ": [2], "prf": [2], "ke": [19, 20]}), 30)
    own.say("IKE_SA_INIT")
    found = comparison(refused(), own)
    assert found.found
    assert "No common key exchange" in found.text
    assert found.basis == "what the responder offered itself as initiator"
    assert found.frames == (30,)


def test_an_accepted_proposal_means_another_reason() -> None:
    found = comparison(refused(sa2({"encr": [(20, 256)], "prf": [5], "ke": [19]})), healthy(2, 20))
    assert not found.found
    assert found.text.endswith(
        "unless another configuration applied here, the refusal has another reason than the algorithms."
    )
    assert found.frames == (21,)


def test_the_configuration_given_comes_first(tmp_path: Path) -> None:
    config = configured(tmp_path, f'[peer."{RESPONDER}"]\nike = ["aes128-sha1-ecp256"]\n')
    found = comparison(refused(), healthy(2, 20), config=config)
    assert found.text == (
        "No common key exchange: offered 2048-bit MODP Group; "
        "the responder accepts by the configuration given: 256-bit random ECP group."
    )
    assert (found.basis, found.frames) == ("what the responder accepts by the configuration given", ())
    assert "in this capture is known.)" not in (found.advice or "")


def test_configuration_of_another_peer_says_nothing(tmp_path: Path) -> None:
    config = configured(tmp_path, '[peer."198.51.100.9"]\nike = ["aes128-sha1-ecp256"]\n')
    assert comparison(refused(), config=config).basis == ""


def test_another_version_says_nothing_about_algorithms() -> None:
    v1 = Talk(version=1, number=2, outcome="established").offer(sa1((7, 2, 1, 14, 128)))
    v1.choose(5, encryption_id=7, key_bits=128, integrity_id=2, ke_id=14, auth_method=1)
    v1.say("IDENTITY_PROTECTION")
    found = comparison(refused(), v1)
    assert not found.found
    assert "only in another IKE version" in found.text


def test_ikev1_transforms_are_combinations(tmp_path: Path) -> None:
    talk = Talk(version=1, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.offer(sa1((5, 2, 1, 2), (7, 2, 1, 14, 256))).say("IDENTITY_PROTECTION")
    found = comparison(talk, main_mode(number=2, frame=40, outcome="established"))
    assert found.text == ("No common hash: offered SHA; the responder chose elsewhere in this capture: SHA2-256.")
    assert "proposal 1, transform 2 SHA2-256" in (found.advice or "")
    config = configured(tmp_path, f'[peer."{RESPONDER}"]\nike = ["aes256-sha1-modp1536"]\n')
    found = comparison(talk, config=config)
    assert "offered alternate 1024-bit MODP group, 2048-bit MODP group" in found.text
    assert "authentication" not in found.text  # the file does not say


def test_offer_not_seen() -> None:
    talk = refused()
    talk.n.offers.clear()
    assert comparison(talk).text == "The offer is not in this capture."


def child_refused(created_by: str = "IKE_AUTH", by: str = "responder", ke: tuple = (), addke: tuple = ()) -> Talk:
    """An SA whose first child asked for AES-CBC-128 with SHA1 and was refused."""
    talk = healthy(failed_at=created_by, failed_by=by)
    kinds = {"encr": [(12, 128)], "integ": [2], "sn": [0], "ke": list(ke), "addke": list(addke)}
    talk.offer(sa2(kinds, protocol=3), 3, child=1, from_initiator=by == "responder")
    return talk.child(created_by=created_by, outcome="failed", frame_number=3, response_frame=4)


def with_child(number: int = 2, ke: tuple = (), created_by: str = "IKE_AUTH", integ: int = 12) -> Talk:
    """Another SA of the responder, whose child came up with AES-CBC-256."""
    talk = healthy(number, 20, initiator="192.0.2.77")
    kinds = {"encr": [(12, 256)], "integ": [integ], "sn": [0], **({"ke": list(ke)} if ke else {})}
    talk.child(created_by=created_by, frame_number=22)
    return talk.answer(sa2(kinds, protocol=3), 23, child=1)


def test_child_sa_against_what_the_responder_chose_for_another() -> None:
    found = child_comparison(child_refused(), with_child(integ=2))
    assert found.text == (
        "No common encryption: offered ENCR_AES_CBC-128; "
        "the responder chose elsewhere in this capture: ENCR_AES_CBC-256."
    )
    assert found.frames == (23,)


def test_the_choice_for_an_ike_sa_says_nothing_about_child_sas() -> None:
    found = child_comparison(child_refused(), healthy(2, 20))
    assert not found.found
    assert found.text.startswith("Offered: ENCR_AES_CBC-128; AUTH_HMAC_SHA1_96. Nothing")


def test_the_first_child_has_no_key_exchange_to_compare(tmp_path: Path) -> None:
    config = configured(tmp_path, f'[peer."{RESPONDER}"]\nesp = ["aes128-sha1-modp2048"]\n')
    assert not child_comparison(child_refused(), config=config).found
    later = child_comparison(child_refused("CREATE_CHILD_SA"), config=config)
    assert later.text == (
        "No common key exchange: offered NONE; the responder accepts by the configuration given: 2048-bit MODP Group."
    )
    other = child_comparison(child_refused("CREATE_CHILD_SA", ke=(14,)), config=config)
    assert not other.found


def test_what_is_left_when_all_that_is_known_fits() -> None:
    """The responder chose the cipher in IKE_AUTH, where groups are no matter; asked with a group it refuses."""
    found = child_comparison(child_refused("CREATE_CHILD_SA", ke=(14,)), with_cipher_of_first_child())
    assert found.found
    assert found.kinds == ("ke",)
    assert found.text.endswith("as far as that is known; not known of it: key exchange.")
    assert found.advice == "Set the same PFS group on both sides: the initiator asks for 2048-bit MODP Group."


def test_an_additional_key_exchange_is_as_unknown_as_the_group() -> None:
    """Of a refused X25519 with ML-KEM, neither is known to be accepted: X25519 alone is no advice."""
    talk = child_refused("CREATE_CHILD_SA", ke=(31,), addke=(36,))
    found = child_comparison(talk, with_cipher_of_first_child())
    assert (found.found, found.kinds) == (True, ("ke",))
    assert found.text.endswith("not known of it: key exchange and additional key exchange 1.")
    assert found.advice == (
        "Set the same PFS group on both sides: "
        "the initiator asks for Curve25519 with ml-kem-768 as additional key exchange."
    )


def with_cipher_of_first_child() -> Talk:
    talk = healthy(2, 20, initiator="192.0.2.77").child(frame_number=22)
    return talk.answer(sa2({"encr": [(12, 128)], "integ": [2], "sn": [0]}, protocol=3), 23, child=1)


def test_an_unknown_kind_of_an_ike_sa_accuses_nothing(tmp_path: Path) -> None:
    talk = Talk(version=1, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.offer(sa1((7, 2, 1, 2, 256))).say("IDENTITY_PROTECTION")
    config = configured(tmp_path, f'[peer."{RESPONDER}"]\nike = ["aes256-sha1-modp1024"]\n')
    found = comparison(talk, config=config)
    assert not found.found
    assert found.text.endswith("not known of it: authentication method.")


def test_a_child_refused_by_the_initiator(tmp_path: Path) -> None:
    config = configured(tmp_path, f'[peer."{INITIATOR}"]\nesp = ["aes256-sha1"]\n')
    found = child_comparison(child_refused("CREATE_CHILD_SA", by="initiator"), config=config)
    assert "the initiator accepts by the configuration given: ENCR_AES_CBC-256" in found.text
    assert "give the responder's proposal 1" in (found.advice or "")


def test_esp_against_ah(tmp_path: Path) -> None:
    config = configured(tmp_path, f'[peer."{RESPONDER}"]\nah = ["sha256"]\n')
    found = child_comparison(child_refused(), config=config)
    assert found.text == "No common protocol: offered ESP; the responder accepts by the configuration given: AH."


def test_ikev1_quick_mode_group_and_mode(tmp_path: Path) -> None:
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="responder")
    talk.child(created_by="QUICK_MODE", outcome="failed", frame_number=7)
    talk.offer(esp1((12, {5: 2, 4: 3, 3: 14}, 256)), 7, child=1)
    config = configured(tmp_path, f'[peer."{RESPONDER}"]\nesp = ["aes256-sha1"]\n')
    found = child_comparison(talk, config=config)
    assert found.text == (
        "No common key exchange: offered 2048-bit MODP group; the responder accepts by the configuration given: NONE."
    )
    other = main_mode(number=2, frame=30, outcome="established", initiator="192.0.2.77")
    other.child(created_by="QUICK_MODE", frame_number=40)
    other.answer(esp1((12, {5: 2, 4: 2, 3: 14}, 256)), 41, child=1)
    found = child_comparison(talk, other)
    assert found.text == (
        "No common encapsulation mode: offered Tunnel; the responder chose elsewhere in this capture: Transport."
    )


def test_equal_questions_are_answered_once_and_large_ones_are_bounded() -> None:
    large = sa2(*({"encr": [(12, 128 + k)], "integ": [2], "prf": [2], "ke": [14]} for k in range(300)))
    talks = [refused(large, number=k) for k in range(1, 40)]
    known = [healthy(100 + k, 20, initiator=f"192.0.2.{k}") for k in range(40)]
    scene = Scene(story(*talks, *known), policies.load("ietf"))
    cases = [Case(scene, t.n) for t in talks]
    first = lines_run(lambda: compare(cases[0]))
    rest = lines_run(lambda: [compare(c) for c in cases[1:]])
    assert first < 100_000
    assert rest < 2_000


def test_each_kind_of_the_closest_proposal_with_three_answers() -> None:
    talk = child_refused("CREATE_CHILD_SA", ke=(14,))
    case = Case(Scene(story(talk, with_child(integ=2)), policies.load("ietf")), talk.n)
    ((child, compared),) = refused_offers(case)
    assert (child, compared.place, compared.source, compared.frames) == (1, "proposal 1", "chose", (23,))
    assert [(r.kind, r.offered, r.accepted, r.fits) for r in compared.rows] == [
        ("protocol", ("ESP",), ("ESP",), True),
        ("encryption", ("ENCR_AES_CBC-128",), ("ENCR_AES_CBC-256",), False),
        ("integrity", ("AUTH_HMAC_SHA1_96",), ("AUTH_HMAC_SHA1_96",), True),
        ("key exchange", ("2048-bit MODP Group",), None, None),
        ("sequence numbers", ("32-bit Sequential Numbers",), ("32-bit Sequential Numbers",), True),
    ]


def test_rows_where_nothing_is_known_and_none_where_nothing_was_refused() -> None:
    talk = refused()
    ((child, compared),) = refused_offers(Case(Scene(story(talk), policies.load("ietf")), talk.n))
    assert (child, compared.source) == (None, None)
    assert {(r.accepted, r.fits) for r in compared.rows} == {(None, None)}
    assert [r.kind for r in compared.rows] == ["encryption", "PRF", "integrity", "key exchange"]
    well = healthy()
    assert list(refused_offers(Case(Scene(story(well), policies.load("ietf")), well.n))) == []


def chose(number: int, frame: int, kinds: dict) -> Talk:
    """Another SA of the responder, with this choice."""
    talk = healthy(number, frame, initiator=f"192.0.2.{60 + number}")
    talk.n.offers.clear()
    return talk.answer(sa2(kinds), frame + 1)


SEVERAL = (
    chose(2, 20, {"encr": [3], "integ": [2], "prf": [5], "ke": [2]}),
    chose(3, 30, {"encr": [(20, 256)], "prf": [5], "ke": [14]}),
    chose(4, 40, {"encr": [(12, 128)], "integ": [12], "prf": [5], "ke": [19]}),
)


def test_what_is_truly_not_common_is_named_and_the_rest_left_open() -> None:
    talk = refused(sa2({"encr": [(12, 256)], "integ": [12], "prf": [5], "ke": [1]}))
    ((_, found),) = refused_offers(Case(Scene(story(talk, *SEVERAL), policies.load("ietf")), talk.n))
    assert found.text == (
        "No common key exchange: offered 768-bit MODP Group; the responder chose elsewhere in this capture: 1024-bit "
        "MODP Group, 2048-bit MODP Group, 256-bit random ECP group. Whether it accepts ENCR_AES_CBC-256 is open. The "
        "policy ietf rejects 768-bit MODP Group."
    )
    assert (found.kinds, set(found.frames)) == (("ke",), {21, 31, 41})
    assert {r.kind: (r.accepted is None, r.fits) for r in found.rows} == {
        "encryption": (True, None),
        "PRF": (False, True),
        "integrity": (False, True),
        "key exchange": (False, False),
    }
    assert found.advice is not None
    assert found.advice.startswith(
        "Smallest change: give the initiator's proposal 1 ENCR_AES_CBC-128 with 256-bit random ECP group. It is the "
        "strongest that the responder chose elsewhere in this capture (frame 41) and the policy ietf allows."
    )


def test_with_two_kinds_never_accepted_and_none_rejected_both_are_named() -> None:
    talk = refused(sa2({"encr": [(12, 256)], "integ": [12], "prf": [5], "ke": [20]}))
    found = comparison(talk, *SEVERAL)
    assert found.kinds == ("encr", "ke")
    assert "open" not in found.text
    assert "rejects" not in found.text


def test_each_kind_accepted_once_but_never_together_accuses_the_closest() -> None:
    talk = refused(sa2({"encr": [(20, 256)], "prf": [5], "ke": [19]}))
    found = comparison(talk, *SEVERAL)
    assert found.text.startswith("No common combination: proposal 1 comes closest and differs in")


def test_an_additional_key_exchange_that_the_peer_does_without() -> None:
    talk = refused(sa2({"encr": [(20, 256)], "prf": [5], "ke": [14], "addke": [36]}))
    found = comparison(talk, *SEVERAL)
    assert found.text.startswith("No common additional key exchange 1: offered ml-kem-768; the responder chose")
    assert found.advice is not None
    assert "Let the responder accept" in found.advice
    assert "ml-kem-768" in found.advice
    either = sa2({"encr": [(20, 256)], "prf": [5], "ke": [14], "addke": [36, 0]})
    assert comparison(refused(either), *SEVERAL).text.endswith("another reason than the algorithms.")
