from pathlib import Path

import pytest

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.policies import Policy, Rule, load
from analyzer.assessment.policies.own_rule import one_of, shown
from analyzer.errors import PolicyError

HEAD = 'name = "acme"\ntitle = "Acme 2026"\n'


def made(folder: Path, *rules: str, extends: str = "[]") -> Policy:
    path = folder / "acme.toml"
    path.write_text(HEAD + f"extends = {extends}\n" + "".join(f"[[rule]]\n{rule}\n" for rule in rules), "utf-8")
    return load(str(path))


def v2(kind: str, number: int, bits: int | None = None, scope: str = "ikev2") -> Algorithm:
    return Algorithm(scope, kind, f"ikev2-{'auth-methods' if kind == 'auth' else kind}", number, bits)


def v1(kind: str, table: str, number: int, bits: int | None = None) -> Algorithm:
    return Algorithm("ikev1", kind, table, number, bits)


def word(policy: Policy, algorithm: Algorithm) -> str | None:
    verdict = policy.judge(algorithm)
    return verdict.word if verdict else None


AES256 = 'kind = "encr"\nscope = ["ikev2", "esp"]\nitem = ["ENCR_AES_CBC", 20]\nlimit = 256\nverdict = "MUST"'
OTHERS = 'kind = "encr"\nscope = ["ikev2", "esp"]\nitem = "*"\nverdict = "MUST NOT"'
GROUP14 = 'kind = "ke"\nscope = "ikev2"\nitem = 14\nverdict = "allowed"'


def test_a_rule_as_a_statement(tmp_path: Path) -> None:
    rule = made(tmp_path, AES256 + '\nclause = "2.1"\nnote = "since May"').rules[0]
    assert rule == Rule(
        "acme", "ikev2 esp", "encr", "12,20", "256", "ENCR_AES_CBC, ENCR_AES_GCM_16", "MUST", "since May", "read",
        "Acme 2026 2.1",
    )  # fmt: skip


def test_items_by_name_number_and_range(tmp_path: Path) -> None:
    text = 'kind = "ke"\nscope = "ikev2"\nitem = ["ml-kem-768", "15-17", 20, "31"]\nverdict = "required"'
    assert made(tmp_path, text).rules[0].item == "36,15-17,20,31"
    names = 'kind = "ke"\nscope = "ikev1"\nitem = "2048-bit modp group"\nverdict = "required"'
    assert made(tmp_path, names).rules[0].item == "14"
    none = 'kind = "integ"\nscope = "esp"\nitem = "NONE"\nverdict = "required"'
    assert made(tmp_path, none).rules[0].item == "0"


def test_what_is_named_and_what_is_every_other(tmp_path: Path) -> None:
    policy = made(tmp_path, AES256, OTHERS)
    assert policy.judge(v2("encr", 20, 256)) is None
    assert word(policy, v2("encr", 20, 128)) == "MUST NOT"
    assert word(policy, v2("encr", 28)) == "MUST NOT"
    assert policy.judge(v2("prf", 1)) is None  # no rule about it
    assert word(policy, v1("encr", "ikev1-encryption", 7, 128)) == "MUST NOT"  # said of IKEv2's AES-CBC
    assert policy.judge(v1("encr", "ikev1-encryption", 7, 256)) is None


def test_a_rule_lifts_what_the_extended_policy_says_of_the_same(tmp_path: Path) -> None:
    policy = made(tmp_path, GROUP14, extends='"bsi"')
    assert word(load("bsi"), v2("ke", 14)) == "not recommended since 2023"
    assert policy.judge(v2("ke", 14)) is None
    assert policy.judge(v2("ke", 14, scope="esp")) is None  # of the group, wherever it is used
    assert word(policy, v2("ke", 23)) == "not recommended since 2023"  # near it, and not named
    assert word(policy, v2("prf", 2)) == "not recommended"


def test_a_rule_overrules_in_both_directions(tmp_path: Path) -> None:
    stricter = made(tmp_path, GROUP14.replace("14", "19").replace("allowed", "MUST NOT"), extends='"bsi"')
    verdict = stricter.judge(v2("ke", 19))
    assert verdict is not None
    assert (verdict.word, verdict.clause, verdict.severity) == ("MUST NOT", "Acme 2026", "high")
    assert "Also" not in verdict.text
    assert load("bsi").judge(v2("ke", 19)) is None


def test_rules_about_what_has_no_number(tmp_path: Path) -> None:
    policy = made(
        tmp_path,
        'kind = "lifetime"\nitem = "ike"\nlimit = 3600\nverdict = "required"',
        'kind = "mode"\nitem = "pfs"\nverdict = "optional"',
        'kind = "rsa-bits"\nlimit = "<4096"\nverdict = "MUST NOT"',
        'kind = "version"\nitem = 1\nverdict = "allowed"',
        extends='["asd-ism", "cnsa1"]',
    )
    required = policy.requirement("lifetime", "ike")
    assert required is not None
    assert required[0].limit == "3600"
    child = policy.requirement("lifetime", "child")  # asd-ism's, which the file does not touch
    assert child is not None
    assert child[0].limit == "14399"
    assert policy.requirement("mode", "pfs") is None
    assert load("asd-ism").requirement("mode", "pfs") is not None
    short = policy.key_size("rsa-bits", 3072)
    assert short is not None
    assert short.clause == "Acme 2026"
    assert policy.key_size("rsa-bits", 4096) is None
    assert policy.against_ikev1() is None
    assert load("cnsa1").against_ikev1() is not None


def test_a_file_alone_says_no_more_than_its_rules(tmp_path: Path) -> None:
    policy = made(tmp_path, GROUP14.replace("allowed", "SHOULD NOT"))
    assert word(policy, v2("ke", 14)) == "SHOULD NOT"
    assert policy.judge(v2("ke", 15)) is None
    assert policy.against_ikev1() is None
    assert policy.requirement("lifetime", "ike") is None


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('item = 1', r"line 4: no kind\. There are: encr, prf"),
        ('kind = "enc"', r"line 5: 'enc' is no kind\. Did you mean 'encr'\?"),
        ('kind = "encr"\nitem = 20\nverdict = "MUST"', r"line 4: no scope\. There are: ikev1, ikev2, esp"),
        ('kind = "prf"\nscope = "esp"', r"line 6: 'esp' is no scope of this kind\. There are: ikev2"),
        ('kind = "encr"\nscope = []', r"line 6: no scope"),
        ('kind = "encr"\nscope = ["ikev1", "esp"]\nitem = 5', r"line 6: IKEv1 has other numbers for encr\. Write"),
        ('kind = "encr"\nscope = "esp"', r"line 4: no item\. Write names or numbers of the registry ikev2-encr"),
        ('kind = "encr"\nscope = "esp"\nitem = "ENCR_AES_GCM16"', r"line 7: .* mean 'ENCR_AES_GCM_16'"),
        ('kind = "ke"\nscope = "esp"\nitem = "16-14"', r"line 7: '16-14' is nothing"),
        ('kind = "ke"\nscope = "esp"\nitem = [14, 99999]', r"line 7: 99999 is nothing"),
        ('kind = "ke"\nscope = "esp"\nitem = true', r"line 7: True is nothing"),
        ('kind = "mode"\nitem = "pf"', r"line 6: 'pf' is no item of mode\. Did you mean 'pfs'\?"),
        ('kind = "version"', r"line 4: no item\. There are: 1, 2"),
        (GROUP14.replace("allowed", "alowed"), r"line 8: 'alowed' is no verdict\. Did you mean 'allowed'\?"),
        (GROUP14 + "\nlimit = 256", r"line 9: 256 is no limit of this kind\. This kind has no limit: leave it out"),
        (AES256.replace("256", "0"), r"line 8: 0 is no limit of this kind\. Write the least bits"),
        (AES256.replace("MUST", "allowed"), r"line 9: nothing would follow from 'allowed' here"),
        (AES256.replace("256", '"<256"'), r"line 9: nothing would follow from 'MUST' here\. Write one that says"),
        ('kind = "rsa-bits"\nlimit = 3072\nverdict = "MUST NOT"', r'line 6: 3072 is no limit .* limit = "<3072"'),
        ('kind = "lifetime"\nitem = "ike"\nverdict = "MUST"', r"line 4: no limit\. Write how many seconds"),
        ('kind = "mode"\nitem = "pfs"\nverdict = "MUST NOT"', r"line 7: nothing would follow from 'MUST NOT' here"),
        ('kind = "mode"\nitem = "ah"\nverdict = "required"', r"line 7: nothing would follow from 'required' here"),
        (GROUP14 + '\nnote = "\\u001b[2J"', r"line 9: note is no text of one line"),
        (GROUP14 + "\nclauses = 1", r"line 9: unknown key 'clauses'\. Did you mean 'clause'\?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_rule_is_said_with_its_line(tmp_path: Path, rule: str, said: str) -> None:
    with pytest.raises(PolicyError, match=r"acme\.toml, " + said):
        made(tmp_path, rule)


def test_what_is_wrong_is_shown_as_far_as_it_is_short() -> None:
    assert shown("abc") == "'abc'"
    assert len(shown("x" * 500)) < 70
    assert one_of("bsii", ("bsi", "ietf")) == "Did you mean 'bsi'? There are: bsi, ietf"
    assert one_of(7, ("bsi", "ietf")) == "There are: bsi, ietf"
    many = [f"until {year}" for year in range(30)]
    assert one_of("x", ["MUST", *many]) == "There are: MUST"
