from tests.isakmp.wire import form_of, nodes, pairs

KEY = bytes.fromhex("000703005f000000000000000000000a") + b"k" * 16


def test_a_wrapped_key() -> None:
    told = pairs(form_of("wrapped-key", bytes.fromhex("0000000000000005") + b"key"))
    assert told == [("key_id", "0"), ("key_wrap_key_id", "5"), ("encrypted_key", b"key".hex())]


def test_lkh_arrays() -> None:
    tree = form_of("lkh-download", bytes.fromhex("01000200") + 2 * KEY)
    assert [n.value for n in tree.children if n.name == "lkh_key"] == ["7", "7"]
    assert [n.meaning for n in nodes(tree) if n.name == "key_type"] == ["KEK_ALG_AES"] * 2
    hidden = [n for n in nodes(tree) if n.name == "key_data"]
    assert [(n.value, n.meaning) for n in hidden] == [("", "16 bytes, a key")] * 2
    update = form_of("lkh-update", bytes.fromhex("01000100000300000000000b") + KEY)
    assert [n.name for n in update.children][-2:] == ["key_handle", "lkh_key"]


def test_keys_that_cannot_be_told_apart_stay_bytes() -> None:
    for count in (0, 3, 200):
        tree = form_of("lkh-download", b"\1" + count.to_bytes(2, "big") + b"\0" + 2 * KEY)
        assert [n.name for n in tree.children][-1] == "undecoded_keys"


def test_a_count_that_lies_shows_no_byte_of_a_key() -> None:
    secret = bytes(range(0xA0, 0xB0)) * 2
    keys = 2 * (KEY[:16] + secret)
    for count in range(1, 8):
        tree = form_of("lkh-download", b"\1" + count.to_bytes(2, "big") + b"\0" + keys)
        shown = " ".join(f"{n.value} {n.meaning}" for child in tree.children for n in nodes(child))
        assert not any(secret[i : i + 4].hex() in shown for i in range(len(secret) - 3))
        numbers = {str(int.from_bytes(secret[i : i + 4], "big")) for i in range(len(secret) - 3)}
        assert numbers.isdisjoint(shown.split())


def test_keys_are_not_shown() -> None:
    tree = form_of("key", b"secret")
    assert (tree.value, tree.meaning) == ("", "6 bytes, a key")
