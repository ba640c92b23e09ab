from tests.assessment.build import found, healthy, main_mode

ID = "ke-value-too-short"


def test_shorter_than_the_method_s() -> None:
    (finding,) = found(ID, healthy().change(1, key_exchanges=((14, 200),)))
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("medium", "KE 14", (1,))
    assert finding.detail == "200 bytes from the initiator; a value of method 14 has 256."


def test_none_at_all_and_a_ciphertext_in_place_of_a_key() -> None:
    assert len(found(ID, healthy().change(1, key_exchanges=((19, 0),)))) == 1
    assert len(found(ID, healthy().change(1, key_exchanges=((36, 1088),)))) == 1
    assert found(ID, healthy().change(2, key_exchanges=((36, 1088),))) == []


def test_ikev1_takes_the_chosen_group() -> None:
    talk = main_mode(outcome="established").change(4, key_exchanges=((None, 255),))
    assert [f.detail for f in found(ID, talk)] == ["255 bytes from the responder; a value of method 14 has 256."]


def test_longer_ones_whole_ones_and_those_of_a_cut_capture() -> None:
    assert found(ID, healthy().change(1, key_exchanges=((14, 300),))) == []
    assert found(ID, healthy().change(1, key_exchanges=((14, 256),))) == []
    assert found(ID, healthy(cut=True).change(1, key_exchanges=((14, 200),))) == []
