from pathlib import Path

import pytest

from analyzer.assessment import combinations, peers
from analyzer.errors import PeerConfigError
from tests.assessment.build import sa2


def load(tmp_path: Path, text: str) -> peers.Peers:
    path = tmp_path / "peers.toml"
    path.write_text(text)
    return peers.load(str(path))


def names(found: peers.Peers, address: str, version: int, *, child: bool = False) -> list[dict[str, list[str]]]:
    return [
        {kind: [a.name for a in algorithms] for kind, algorithms in c.kinds.items()}
        for c in found.accepted(address, version, child=child)
    ]


def test_a_proposal_of_keywords_in_both_versions(tmp_path: Path) -> None:
    found = load(tmp_path, '[peer."192.0.2.20"]\nike = ["aes128-aes256-sha256-modp2048"]\n')
    assert names(found, "192.0.2.20", 2) == [
        {
            "encr": ["ENCR_AES_CBC-128", "ENCR_AES_CBC-256"],
            "integ": ["AUTH_HMAC_SHA2_256_128"],
            "ke": ["2048-bit MODP Group"],
            "prf": ["PRF_HMAC_SHA2_256"],
        }
    ]
    assert names(found, "192.0.2.20", 1) == [
        {"encr": ["AES-CBC-128", "AES-CBC-256"], "hash": ["SHA2-256"], "ke": ["2048-bit MODP group"]}
    ]
    assert names(found, "192.0.2.21", 2) == []
    assert names(found, "192.0.2.20", 2, child=True) == []


def test_ciphers_that_protect_integrity_want_none_beside_them(tmp_path: Path) -> None:
    found = load(tmp_path, '[peer."2001:db8::1"]\nike = ["aes256gcm16-prfsha384-ecp384-ke1_mlkem768"]\n')
    (v2,) = names(found, "2001:db8::1", 2)
    assert v2["integ"] == ["NONE"]
    assert v2["prf"] == ["PRF_HMAC_SHA2_384"]
    assert v2["addke1"] == ["ml-kem-768"]
    assert names(found, "2001:db8::1", 1) == []  # phase 1 has no such cipher


def test_child_proposals(tmp_path: Path) -> None:
    text = '[peer."192.0.2.20"]\nesp = ["aes256-sha256-modp2048-noesn", ["ENCR_AES_GCM_16-128"]]\nah = ["sha1"]\n'
    found = load(tmp_path, text)
    with_group, without, ah = names(found, "192.0.2.20", 2, child=True)
    assert (with_group["ke"], with_group["sn"]) == (["2048-bit MODP Group"], ["32-bit Sequential Numbers"])
    assert (without["ke"], without["integ"]) == (["NONE"], ["NONE"])
    assert (ah["protocol"], ah["integ"]) == (["AH"], ["AUTH_HMAC_SHA1_96"])
    quick = names(found, "192.0.2.20", 1, child=True)
    assert [p["protocol"] for p in quick] == [["ESP"], ["AH"]]  # the second names IKEv2's own number only
    assert quick[0]["integ"] == ["HMAC-SHA2-256"]


def test_the_smallest_network_counts(tmp_path: Path) -> None:
    text = '[peer."192.0.2.0/24"]\nversions = [1, 2]\n[peer."192.0.2.20"]\nversions = [2]\n'
    found = load(tmp_path, text)
    assert found.versions("192.0.2.20") == {2}
    assert found.versions("192.0.2.99") == {1, 2}
    assert found.versions("198.51.100.1") is None
    assert found.versions("2001:db8::1") is None
    assert peers.Peers().versions("not an address") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ike = [", "not TOML"),
        ("", "no peer in it"),
        ("[peers.x]\n", "unknown: peers"),
        ('[peer."gateway.example"]\n', "no address or network"),
        ('[peer]\n"192.0.2.1" = 3\n', "not a table"),
        ('[peer."192.0.2.1"]\nikev2 = []\n', "unknown: ikev2. Known: versions, ike, esp, ah"),
        ('[peer."192.0.2.1"]\nversions = [3]\n', "versions is not a list of 1 and 2"),
        ('[peer."192.0.2.1"]\nversions = [true]\n', "versions is not a list of 1 and 2"),
        ('[peer."192.0.2.1"]\nike = "aes256"\n', "not a list of proposals"),
        ('[peer."192.0.2.1"]\nike = [3]\n', "3 is no proposal"),
        ('[peer."192.0.2.1"]\nike = ["aes257-sha1"]\n', "unknown algorithm 'aes257'"),
        ('[peer."192.0.2.1"]\nike = ["aes256-"]\n', "unknown algorithm ''"),
        ('[peer."192.0.2.1"]\nike = ["sha1-modp2048"]\n', "Name its encryption too"),
        ('[peer."192.0.2.1"]\nah = ["aes256"]\n', "Name its integrity too"),
        ('[peer."192.0.2.1"]\nike = [["ENCR_AES_CBC"]]\n', "Name one: ENCR_AES_CBC-256"),
    ],
)
def test_errors_say_where_and_what_to_do(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(PeerConfigError) as caught:
        load(tmp_path, text)
    assert reason in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PeerConfigError, match="No such file"):
        peers.load(str(tmp_path / "missing.toml"))
    with pytest.raises(PeerConfigError, match="directory"):
        peers.load(str(tmp_path))
    with pytest.raises(PeerConfigError, match="/dev/zero: not a regular file"):
        peers.load("/dev/zero")
    (tmp_path / "large.toml").write_bytes(b"#" * (1 << 20) + b"\n")
    with pytest.raises(PeerConfigError, match="larger than 1 MiB"):
        peers.load(str(tmp_path / "large.toml"))
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PeerConfigError, match="not TOML"):
        peers.load(str(tmp_path / "binary.toml"))


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000,
        "a = " + "[" * 5000 + "]" * 5000,
        "a = " + "{b = " * 3000,
        "a = " + "9" * 5000,
        "a." * 5000 + "a = 1",
        '[peer."' + "9" * 5000 + '"]\nike = []',
        '[peer."192.0.2.1"]\nike = ["' + "x" * 100_000 + '"]',
        '[peer."192.0.2.1"]\nike = [[["aes256"]]]',
        '[peer."192.0.2.1"]\n' + "x" * 100_000 + " = 1",
        "x" * 100_000 + " = 1",
        '[peer."192.0.2.1"]\nike = ["aes256-sha256-modp2048"]\n#' + "x" * (1 << 20),
    ],
)
def test_hostile_files_are_refused_in_a_short_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(PeerConfigError, match=r"peers\.toml") as raised:
        load(tmp_path, text)
    assert len(str(raised.value)) < 1000


def test_a_file_of_brackets_that_are_not_too_deep_is_told_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(PeerConfigError, match="unknown: a"):
        load(tmp_path, "a = " + "[" * 50 + "]" * 50)


def test_an_additional_key_exchange_is_the_same_as_on_the_wire(tmp_path: Path) -> None:
    known = load(tmp_path, '[peer."192.0.2.20"]\nike = ["aes256gcm16-prfsha384-x25519-ke1_mlkem768"]')
    offer = sa2({"encr": [(20, 256)], "prf": [6], "ke": [31], "addke": [36]})
    (mine,) = combinations.of_sa(2, offer, 1, child=False)
    (accepted,) = known.accepted("192.0.2.20", 2, child=False)
    assert accepted.kinds == mine.kinds
