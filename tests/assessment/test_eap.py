import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.assessment.eap import ending
from analyzer.negotiation.seen import SeenEap
from tests.assessment.build import Talk

IDENTITY, NOTIFICATION, NAK, TLS, MSCHAPV2 = 1, 2, 3, 13, 26
FAILURE = (4, None, b"")


def told(*packets: tuple[int, int | None, bytes]) -> tuple[str, tuple[int, ...]] | None:
    """Text and frames, of packets as code, type, data: one a frame, requests and results from the responder."""
    talk = Talk()
    talk.n.eap = tuple(SeenEap(k, p[0] == 2, *p) for k, p in enumerate(packets, 1))
    found = ending(talk.n)
    return None if found is None else (found.text, found.frames)


def mschapv2_error(text: bytes) -> tuple[int, int, bytes]:
    return 1, MSCHAPV2, b"\4\1\0\x20" + text


def test_without_a_failure_there_is_nothing_to_say() -> None:
    assert told() is None
    assert told((1, IDENTITY, b""), (2, IDENTITY, b"alice")) is None
    assert told((1, TLS, b""), (2, NAK, b"\x1a"), (1, MSCHAPV2, b"\1")) is None  # the other method is tried
    assert told(mschapv2_error(b"E=691"), (2, MSCHAPV2, b"\4"), (1, MSCHAPV2, b"\3"), (3, None, b"")) is None


def test_a_declined_method() -> None:
    asked, declined = (1, TLS, b"\x20"), (2, NAK, bytes([26, 4]))
    text = (
        "The responder asks for EAP-TLS; the initiator declines it and asks for EAP-MSCHAPv2 or MD5-Challenge instead."
    )
    assert told(asked, declined, FAILURE) == (f"{text} EAP-Failure follows.", (1, 2, 3))
    last = told(asked, (2, NAK, b"\0"), FAILURE)
    assert last is not None
    assert "names no other one" in last[0]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"E=691 R=1 C=00", "error 691: the user name or the password is wrong."),
        (b"E=648 R=0", "error 648: the password has expired."),
        (b"E=7", "error 7."),
        (b"nothing of use", "an error."),
    ],
)
def test_errors_of_ms_chap(said: bytes, words: str) -> None:
    error = mschapv2_error(said)
    assert told(error) == (f"EAP-MSCHAPv2 ends with {words}", (1,))
    assert told(error, (2, MSCHAPV2, b"\4"), FAILURE) == (
        f"EAP-MSCHAPv2 ends with {words} EAP-Failure follows.",
        (1, 3),
    )


@pytest.mark.parametrize(("code", "side", "whose"), [(1, "responder", "client's"), (2, "initiator", "server's")])
def test_a_fatal_tls_alert_names_who_refuses_what(code: int, side: str, whose: str) -> None:
    said = told((code, 13, bytes.fromhex("00 15 0303 0002 02 30")))
    assert said is not None
    assert said[0] == (
        f"The {side} ends EAP-TLS with the fatal TLS alert unknown_ca. It does not accept the {whose} certificate."
    )
    assert told((code, 13, bytes.fromhex("00 15 0303 0002 01 00"))) is None, "a warning"
    assert told((code, 13, bytes.fromhex("00 14 0303 0001 01 15 0303 0002 02 30"))) is None, "encrypted by then"
    assert told((code, 4, bytes.fromhex("00 15 0303 0002 02 30"))) is None, "not a method of TLS"


def test_a_failure_without_a_reason_names_user_method_and_what_was_said() -> None:
    found = told((2, IDENTITY, b"alice"), (1, NOTIFICATION, b"bad day"), (2, TLS, b""), FAILURE)
    assert found is not None
    assert found[0] == ("The user is alice. The method was EAP-TLS. EAP-Failure follows. The responder says: bad day.")


@given(st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 255), st.binary(max_size=40)), max_size=6))
def test_whatever_packets_say(packets: list[tuple[int, int | None, bytes]]) -> None:
    found = told(*packets)
    if found is not None:
        assert found[0].endswith(".")
        assert set(found[1]) <= set(range(1, len(packets) + 1))
