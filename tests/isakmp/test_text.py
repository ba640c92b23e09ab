import ast

import pytest

from analyzer.isakmp import text
from tests.conftest import ROOT


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


def strict_decodings(source: str) -> list[int]:
    """Lines that make text of bytes and would raise for some: `decode` without a word for errors.

    Two are let through: text that was bytes a moment ago (`encode` before it), and bytes asked whether they are ASCII
    in the same function.
    """
    tree = ast.parse(source)
    asked = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and "isascii" in ast.dump(function)
        for node in ast.walk(function)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "decode"
        and all(isinstance(a, ast.Constant) for a in node.args)  # no cursor: a payload module's own `decode`
        and len(node.args) < 2
        and not node.keywords
        and not any(
            isinstance(n, ast.Attribute) and n.attr in {"encode", "b64encode"} for n in ast.walk(node.func.value)
        )
        and id(node) not in asked
    ]


# Not captured bytes: what is no text there is a PeerConfigError, a PolicyError, a KeyFileError
CAUGHT = {"assessment/peers.py", "assessment/policies/own.py", "decryption/keyfile.py", "redact/pseudonyms.py"}


def test_bytes_become_text_only_where_that_cannot_raise() -> None:
    package = ROOT / "analyzer"
    found = {
        path.relative_to(package).as_posix(): lines
        for path in package.rglob("*.py")
        if (lines := strict_decodings(path.read_text("utf-8")))
    }
    assert set(found) == CAUGHT


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("data.decode()", [1]),
        ("data.decode('utf-8')", [1]),
        ("data.decode('utf-8', 'replace')", []),
        ("data.decode(errors='backslashreplace')", []),
        ("text.encode().decode()", []),
        ("nonce.decode(cursor)", []),
        ("def f(data):\n    return data.isascii() and data.decode()", []),
    ],
)
def test_a_decoding_that_may_raise_is_found(source: str, lines: list[int]) -> None:
    assert strict_decodings(source) == lines
