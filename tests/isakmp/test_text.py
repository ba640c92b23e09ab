import pytest

from analyzer.isakmp import text


def test_printable_escapes_what_could_move_a_cursor() -> None:
    assert text.printable("plain é") == "plain é"
    assert text.printable("a\x1b[2Jb\n\u202e") == "a\\x1b[2Jb\\n\\u202e"


def test_string_text_of_any_bytes() -> None:
    assert text.string_text(b"moon\xff") == "moon\ufffd"


@pytest.mark.parametrize(
    ("data", "shown"),
    [("c0000201", "192.0.2.1"), ("20010db8000000000000000000000001", "2001:db8::1"), ("", None), ("c00002", None)],
)
def test_address_text(data: str, shown: str | None) -> None:
    assert text.address_text(bytes.fromhex(data)) == shown


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("0a010000ffffff00", "10.1.0.0/24"),
        ("0a010005ffffff00", "10.1.0.0/24"),
        ("0a010005ffffffff", "10.1.0.5/32"),
        ("0000000000000000", "0.0.0.0/0"),
        ("0a010000ff00ff00", "10.1.0.0/255.0.255.0"),
        ("20010db8" + "00" * 12 + "ffffffff" + "00" * 12, "2001:db8::/32"),
        ("0a0100", None),
    ],
)
def test_subnet_text(data: str, shown: str | None) -> None:
    assert text.subnet_text(bytes.fromhex(data)) == shown


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("0a0100000a0100ff", "10.1.0.0/24"),
        ("0a0100010a010002", "10.1.0.1-10.1.0.2"),
        ("0a0100020a010001", "10.1.0.2-10.1.0.1"),
        ("0a01000000", None),
    ],
)
def test_address_range_text(data: str, shown: str | None) -> None:
    assert text.address_range_text(bytes.fromhex(data)) == shown
