from analyzer.isakmp import message
from analyzer.redact.spans import Field, Finder
from tests.isakmp import wire


def fields(data: bytes) -> list[Field]:
    cursor = Finder(data, 0, [])
    message.read(cursor)
    return cursor.found


def test_each_byte_of_a_message_is_of_one_field() -> None:
    identity = wire.payload(0, b"\2\0\0\0" + b"gw.example")
    data = wire.header(35, 28 + len(identity)) + identity
    found = fields(data)
    places = [place for f in found for place in range(f.offset, f.offset + f.size)]
    assert places == [*range(len(data))]
    assert [(f.name, f.form) for f in found if not f.number][-1] == ("identification_data", "text")


def test_what_a_reader_is_given_along_is_known() -> None:
    data = wire.message((41, b"\0\0" + (16388).to_bytes(2, "big") + bytes(range(20))))
    (hashed,) = [f for f in fields(data) if f.name == "notification_data"]
    assert hashed.about[0] == 16388
    assert hashed.size == 20


def test_a_credential_is_known_as_one() -> None:
    attributes = (16522).to_bytes(2, "big") + b"\0\6secret"  # XAUTH_USER_PASSWORD
    data = wire.message((14, b"\1\0\0\7" + attributes), version=0x10, exchange=6, flags=0)
    assert [f.size for f in fields(data) if f.secret] == [6]


def test_a_short_attribute_says_which_it_is() -> None:
    attributes = (0x8000 | 16521).to_bytes(2, "big") + b"ab"  # XAUTH_USER_NAME, of two letters
    data = wire.message((14, b"\1\0\0\7" + attributes), version=0x10, exchange=6, flags=0)
    assert fields(data)[-1].about == ("ikev1-cfg-attributes", 16521)
