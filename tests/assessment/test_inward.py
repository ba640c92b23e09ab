import pytest

from analyzer.assessment.inward import host_of, is_inward

OUTSIDE = "198.51.100.7"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (b"http://ca.example/x.cer", "ca.example"),
        (b"HTTP://CA.Example:8080?q", "ca.example"),
        (b"http://user:secret@127.0.0.1/x", "127.0.0.1"),
        (b"http://ca.example@127.0.0.1/", "127.0.0.1"),
        (b"http://127.0.0.1#@ca.example/", "127.0.0.1"),
        (b"http://[::1]:80/x", "::1"),
        (b"http://localhost./x", "localhost"),
        (b"http://a\x1b[31m\n/x", "a\\x1b[31m\\n"),
        (b"http://" + 4000 * b"a", 255 * "a"),
        (b"ca.example/x", ""),
        (b"http:///x", ""),
        (b"\xff\x00", ""),
        (b"", ""),
    ],
)
def test_the_host(url: bytes, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "a.localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "169.254.169.254",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
    ],
)
def test_inward(host: str) -> None:
    assert is_inward(host, OUTSIDE)


@pytest.mark.parametrize(
    "host",
    [
        "ca.example",
        "localhost.example",
        "192.0.2.1",
        "172.32.0.1",
        "11.0.0.1",
        "2001:db8::1",
        "::ffff:192.0.2.1",
        "999.1.1.1",
        "0x",
        "....",
        "face",
        "1.2.3.4.5",
    ],
)
def test_outward(host: str) -> None:
    assert not is_inward(host, OUTSIDE)


def test_a_private_network_that_the_sender_is_in() -> None:
    assert not is_inward("10.1.2.3", "10.9.9.9")
    assert not is_inward("", OUTSIDE)
    assert not is_inward("", OUTSIDE)
    assert not is_inward("", OUTSIDE)
    assert not is_inward("", OUTSIDE)
    assert not is_inward("", OUTSIDE)
    assert not is_inward("fd00::1", "fd00::2")
    assert is_inward("127.0.0.1", "10.9.9.9")
