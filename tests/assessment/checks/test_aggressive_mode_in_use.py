from pathlib import Path

from tests.assessment.build import Talk, aggressive, found, main_mode, sa1

ID = "aggressive-mode-in-use"


def test_a_policy_that_speaks_of_it() -> None:
    (finding,) = found(ID, aggressive(), policy="nist80077r1")
    assert (finding.severity, finding.evidence, finding.evidence_frames) == ("medium", "second-hand", (2,))
    assert finding.detail.startswith("NIST SP 800-77r1 Table 1; 7.2.6: should not")


def test_a_policy_that_does_not() -> None:
    assert found(ID, aggressive()) == []


def test_a_policy_that_speaks_of_pre_shared_keys_in_it() -> None:
    (finding,) = found(ID, aggressive(), policy="pci")
    assert (finding.severity, finding.evidence) == ("medium", "believed")
    signed = aggressive()
    signed.choose(encryption_id=7, key_bits=128, integrity_id=2, ke_id=2, auth_method=3)
    assert found(ID, signed, policy="pci") == []


def test_main_mode_and_no_choice() -> None:
    assert found(ID, main_mode(outcome="established"), policy="nist80077r1") == []
    unanswered = Talk(version=1, mode="aggressive", outcome="unanswered").offer(sa1((7, 2, 1, 2, 128)))
    unanswered.say("AGGRESSIVE")
    assert found(ID, unanswered, policy="nist80077r1") == []


def test_what_is_not_listed_is_not_called_weak() -> None:
    (finding,) = found(ID, aggressive(), policy="ncsc-uk")
    assert (finding.severity, finding.title) == ("info", "Aggressive mode in use, outside the policy")


def test_the_heaviest_of_both_statements_counts(tmp_path: Path) -> None:
    rule = '[[rule]]\nkind = "mode"\nverdict = "{}"\nitem = "{}"\n'
    path = tmp_path / "acme.toml"
    path.write_text(f'name = "acme"\n{rule.format("legacy", "aggressive")}{rule.format("MUST NOT", "aggressive-psk")}')
    (finding,) = found(ID, aggressive(), policy=str(path))
    assert finding.severity == "high"
    signed = aggressive()
    signed.choose(encryption_id=7, key_bits=128, integrity_id=2, ke_id=2, auth_method=3)
    (finding,) = found(ID, signed, policy=str(path))
    assert finding.severity == "low"
