from tests.assessment.build import Talk, aggressive, found, main_mode, sa1

ID = "aggressive-hash-i-in-clear"


def talk(third: tuple[int, ...] = (8,), *, method: int = 1, encrypted: bool = False) -> Talk:
    made = aggressive(outcome="incomplete")
    made.choose(encryption_id=7, key_bits=128, integrity_id=2, ke_id=2, auth_method=method, lifetime_s=28800)
    made.say("AGGRESSIVE", payloads=third, encrypted=encrypted)
    return made


def test_the_third_message_in_clear() -> None:
    (finding,) = found(ID, talk())
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("high", "certain", (1, 2, 3))
    assert found(ID, talk(method=65001)), "XAUTH with a pre-shared key"
    assert found(ID, talk(third=(20, 20, 8)))[0].subject == "192.0.2.10", "NAT-D before it"


def test_without_a_message_that_goes_into_the_hash_it_weighs_less() -> None:
    for missing in (1, 2):
        (finding,) = found(ID, talk().leave_out(missing))
        assert finding.severity == "medium"
        assert finding.detail.endswith("Not all that HASH_I is made of is in this capture.")


def test_a_choice_that_is_not_in_the_capture_is_one_of_the_offers() -> None:
    def offering(*methods: int) -> Talk:
        made = talk().leave_out(2)
        made.n.suite, made.n.chosen_frame, made.n.offers = None, None, []
        return made.offer(sa1(*((7, 2, method, 2, 128) for method in methods)))

    assert found(ID, offering(1, 65001))[0].severity == "medium"
    assert found(ID, offering(1, 3)) == [], "it may have been signatures"


def test_encrypted_signed_or_of_another_mode_it_is_none() -> None:
    assert found(ID, talk(encrypted=True)) == []
    assert found(ID, talk(third=(9,), method=3)) == [], "SIG"
    assert found(ID, talk(method=3)) == [], "a hash beside signatures"
    assert found(ID, talk(third=(11,))) == [], "an error notify"
    assert found(ID, aggressive()) == []
    assert found(ID, main_mode(outcome="established")) == []
