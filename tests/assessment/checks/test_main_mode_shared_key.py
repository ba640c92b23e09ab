from tests.assessment.build import Talk, aggressive, found, healthy, main_mode

ID = "main-mode-shared-key"


def with_method(method: int) -> Talk:
    talk = main_mode(outcome="established")
    return talk.choose(encryption_id=7, key_bits=256, integrity_id=4, ke_id=14, auth_method=method)


def test_a_chosen_shared_key() -> None:
    (finding,) = found(ID, main_mode(outcome="established"))
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("info", "possible", (2,))
    assert "listener cannot" in finding.detail
    assert found(ID, with_method(65001))


def test_other_methods_modes_and_versions() -> None:
    for method in (2, 3, 4, 64221):
        assert found(ID, with_method(method)) == []
    assert found(ID, aggressive()) == []
    assert found(ID, healthy()) == []


def test_what_was_offered_only_is_not_in_use() -> None:
    talk = main_mode(outcome="failed", messages=1)
    talk.n.suite = talk.n.chosen_frame = None
    assert found(ID, talk) == []
