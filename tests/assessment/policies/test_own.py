import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.assessment.policies import load, own, path_of
from analyzer.assessment.policies.model import Document
from analyzer.errors import PolicyError
from tests.conftest import ROOT

GOOD = ROOT / "fixtures" / "policies" / "acme.toml"


def written(folder: Path, text: str | bytes) -> str:
    path = folder / "p.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_what_a_file_says() -> None:
    found = own.read(str(GOOD))
    assert found.document == Document("acme", "Acme's rules for VPNs, 2026", "no", "")
    assert found.extends == (("bsi", {}),)
    assert found.note == "Kept by the network team."
    assert [rule.kind for rule in found.rules] == ["encr", "encr", "ke", "lifetime"]
    assert found.sha256 == hashlib.sha256(GOOD.read_bytes()).hexdigest()


def test_what_a_path_is() -> None:
    assert path_of("my.toml") == "my.toml"
    assert path_of("/etc/My.TOML:date=2031") == "/etc/My.TOML"
    assert path_of("bsi") is None
    assert path_of("bsi:date=2031") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"p\.toml: no name\. Write name = \"acme\""),
        ('\n\nname = "Acme Inc"', r"line 3: 'Acme Inc' is no name"),
        ("name = 7", r"line 1: 7 is no name"),
        ('name = "bsi"', r"line 1: 'bsi' is what comes with the program\. Choose"),
        ('name = "rfc8247"', r"line 1: 'rfc8247' is what comes"),
        ('name = "a.toml"', r"line 1: 'a\.toml' looks like a file's name"),
        ('name = "acme"', r"it says nothing\. Write a \[\[rule\]\]"),
        ('name = "acme"\nextend = "bsi"', r"line 2: unknown key 'extend'\. Did you mean 'extends'\? There are: name,"),
        ('name = "acme"\n\nextends = ["bsi", "nsit"]', r"line 3: 'nsit' is no policy\. Did you mean 'nist'\?"),
        ('name = "acme"\nextends = ["bsi", "bsi:date=2035"]', r"line 2: bsi stands there twice\. Name each once"),
        ('name = "acme"\nextends = ["cyc.toml"]', r"line 2: 'cyc\.toml' is a file, and only policies that come with"),
        (b'\xef\xbb\xbfname = "acme"\nextends = "bsi"', r"byte order mark \(BOM\).*Save it without"),
        ('name = "acme"\nextends = [1]', r"line 2: 1 is no policy\. There are: ietf,"),
        ('name = "acme"\nextends = "bsi"\ntitle = "a\\nb"', r"line 3: title is no text of one line"),
        ('name = "acme"\nextends = "bsi"\nnote = 1', r"line 3: note is no text of one line"),
        ('name = "acme"\nrule = 1', r"line 2: rule is no list of tables"),
        ('name = "acme"\n[rule]\nkind = "ke"', r"line 2: rule is no list of tables"),
        ('name = = "acme"', r"not TOML: .*line 1, column 8.*For example"),
        ("name = " + "[" * 5000, r"brackets too deep|not TOML"),
        (b'name = "\xff"', r"not TOML: .*utf-8"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        own.read(written(tmp_path, text))


def test_too_many_rules_and_too_large_a_file(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="more than 2000 rules"):
        own.read(written(tmp_path, 'name = "acme"\n' + "[[rule]]\n" * 2001))
    with pytest.raises(PolicyError, match="larger than 1 MiB"):
        own.read(written(tmp_path, "#" * ((1 << 20) + 1)))


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"missing\.toml: No such file"):
        load(str(tmp_path / "missing.toml"))
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(PolicyError, match="directory"):
        load(str(tmp_path / "folder.toml"))


WORDS = st.sampled_from(
    [
        "encr",
        "ke",
        "rsa-bits",
        "mode",
        "lifetime",
        "pfs",
        "ikev1",
        "ikev2",
        "esp",
        "*",
        "14-16",
        "<3072",
        "MUST",
        "allowed",
        "x",
        "",
    ]
)
VALUES = st.recursive(
    WORDS | st.integers(-5, 70_000) | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
KEYS = st.sampled_from(["kind", "scope", "item", "limit", "verdict", "clause", "note", "name", "x"])


def toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, str):
        return (
            '"'
            + "".join(f"\\U{ord(c):08x}" if not c.isalnum() else c for c in value if not "\ud800" <= c <= "\udfff")
            + '"'
        )
    return repr(value)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("policies")


@given(rules=st.lists(st.dictionaries(KEYS, VALUES, max_size=6), max_size=3), extends=VALUES)
def test_any_rules_are_a_policy_or_an_error(folder: Path, rules: list[dict[str, object]], extends: object) -> None:
    text = f'name = "acme"\nextends = {toml(extends)}\n'
    for rule in rules:
        text += "[[rule]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in rule.items())
    judged(written(folder, text))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_policy_or_an_error(folder: Path, data: bytes) -> None:
    judged(written(folder, b'name = "acme"\n' + data))


def judged(path: str) -> None:
    """It is read, and judges; or it is refused in words that name the file and end with what to do."""
    try:
        policy = load(path)
    except PolicyError as error:
        said = str(error)
    else:
        said = f"{path}: no error"
        assert policy.key_size("rsa-bits", 1024) is None or policy.rules
        assert policy.rules
    assert said.startswith(path)
    assert "\n" not in said
