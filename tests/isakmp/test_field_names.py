import ast
import csv
import re
from collections.abc import Iterator

import pytest

from analyzer.analysis import Analysis
from analyzer.capture import read_frames
from analyzer.defects import Defect
from analyzer.dissect import dissect
from analyzer.dissect.layers import frame_headers
from analyzer.isakmp import Node
from analyzer.isakmp.field_names import label
from analyzer.isakmp.message import decode, read
from analyzer.isakmp.recorder import Recorder
from tests.conftest import FIXTURES, ROOT
from tests.every_field import everything

FILE = ROOT / "analyzer" / "isakmp" / "field_names.csv"
NAMERS = {"take", "rest", "begin", "fact", "field", "Node", "Layout", "_layout", "_bytes", "_list"}
FORMS = r"(?:fields:|bytes:|aka-(?:bits|text|bare|reserved):)"
NO_FIELDS = {"aka", "big"}  # texts in such calls that name no field
NAME = re.compile(r"[a-z][a-z0-9_]*")


def rows() -> dict[str, str]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["field"]: row["label"] for row in csv.DictReader(file)}


def in_the_code() -> Iterator[str]:
    """Names that decoders give to what they read: texts in the calls that note a field."""
    for folder in ("isakmp", "dissect"):
        for path in sorted((ROOT / "analyzer" / folder).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in NAMERS:
                    for part in ast.walk(call):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            yield from (name for word in part.value.split() if (name := named(word)))


def named(word: str) -> str:
    name = word.partition("=")[0]
    return name if NAME.fullmatch(name) and ("=" in word or word.isidentifier()) else ""


def in_registries() -> Iterator[str]:
    for path in sorted((ROOT / "analyzer" / "isakmp" / "registry").glob("*.csv")):
        for form in re.findall(FORMS + r"([^,\n]+)", path.read_text("utf-8")):
            for word in form.replace(":", " ").split():
                if name := named(word):
                    yield name


def in_trees() -> Iterator[Node]:
    for data in everything():
        yield from dissect(data).walk()
    for case in ("ikev2-eap-tls", "ikev1-main-xauth-mod", "ikev2-link-vlan", "ikev2-link-gre", "ikev2-any-sll2"):
        for capture in FIXTURES.glob(f"{case}*/capture.pcap*"):
            keys = next(iter(capture.parent.glob("*.keys")), None)
            analysis = Analysis(keys=keys)
            analysis.add(capture)
            numbers = analysis.tables["messages"].column("frame_number")
            for trees in analysis.dissect_frames(numbers).values():
                for tree in trees:
                    yield from tree.root.walk()
            for frame in read_frames(capture, numbers[:1]).values():
                headers = frame_headers(frame)
                assert headers is not None
                yield from headers.root.walk()


def test_every_name_in_the_code_has_a_label() -> None:
    found = {*in_the_code(), *in_registries()}
    assert {"critical_and_reserved", "last_substruct", "iv_ciphertext_icv", "ticket", "rand"} <= found
    assert found - rows().keys() - NO_FIELDS == set()


def test_every_name_in_trees_has_a_label_or_is_that_of_a_bit() -> None:
    known, found, bits = rows(), set[str](), set[str]()
    for node in in_trees():
        found.add(node.name)
        bits |= {bit.name for bit in node.children if node.name in ("flags", "situation") and bit.value in ("0", "1")}
    assert len(found) > 100
    assert {name for name in found - bits if name not in known} == set()


def test_labels_are_words() -> None:
    for name, text in rows().items():
        assert text
        assert "_" not in text.replace("R_CTL", "").replace("PPK_ID", ""), name
        assert text[0].isupper() or text[0].isdigit(), name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("initiator_spi", "Initiator SPI"),
        ("critical_and_reserved", "Critical"),
        ("next_payload", "Next payload"),
        ("SIT_IDENTITY_ONLY", "SIT_IDENTITY_ONLY"),
        ("I", "I"),
    ],
)
def test_label(name: str, expected: str) -> None:
    assert label(name) == expected


def test_no_defect_shows_a_name_of_the_code() -> None:
    """Every message, cut and with a byte changed at one place in three, read for the tables and for trees."""
    inner = re.compile(r"\b[a-z]+_[a-z0-9_]+\b|of the form")
    found = list[Defect]()
    for data in everything():
        for place in range(28, len(data), 3):
            for changed in (data[:place], data[:place] + bytes((data[place] ^ 0x5A,)) + data[place + 1 :]):
                found += decode(changed).defects
                read(Recorder(changed, 0, found, 0, Node("message", 0, len(changed))), 0)
    assert len({defect.kind for defect in found}) > 10
    named = {text for d in found for text in (d.expected, d.found, d.effect) if inner.search(text)}
    assert not named, sorted(named)[:5]
