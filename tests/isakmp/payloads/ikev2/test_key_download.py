from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.ikev2.key_download import KeyBag, KeyDownload
from tests.isakmp.wire import body_of, long, nodes, tree_of

KD = bytes.fromhex("0304000eaabbccdd") + long(1, b"\xaa\xbb") + bytes.fromhex("00000008") + long(3, b"")


def test_key_bags() -> None:
    group = KeyBag(3, bytes.fromhex("aabbccdd"), (Attribute(1, 0xAABB, b"\xaa\xbb"),))
    member = KeyBag(0, b"", (Attribute(3, None, b""),))
    assert body_of(52, KD) == (KeyDownload((group, member)), [])
    assert [n.meaning for n in nodes(tree_of(52, KD)) if n.name == "attribute"] == ["SA_KEY", "GM_SENDER_ID"]
