from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.ikev1.gdoi_kd import KeyDownload, KeyPacket
from tests.isakmp.wire import body_of, find, kinds, long, tree_of

PACKET = bytes.fromhex("0100000d04aabbccdd") + long(1, b"")


def test_key_packets() -> None:
    data = bytes.fromhex("00010000") + PACKET
    packet = KeyPacket(1, bytes.fromhex("aabbccdd"), (Attribute(1, None, b""),))
    assert body_of(17, data, version=1) == (KeyDownload((packet,)), [])
    tree = tree_of(17, data, version=1)
    assert (find(tree, "key_packet").meaning, find(tree, "attribute").meaning) == ("TEK", "TEK_ALGORITHM_KEY")


def test_counts_and_lengths_that_disagree() -> None:
    body, defects = body_of(17, bytes.fromhex("00030000") + PACKET, version=1)
    assert isinstance(body, KeyDownload)
    assert (len(body.packets), kinds(defects)) == (1, ["wire-packet-count"])
    body, defects = body_of(17, bytes.fromhex("000100000100000004"), version=1)
    assert isinstance(body, KeyDownload)
    assert (len(body.packets), kinds(defects)) == (0, ["wire-payload-length", "wire-packet-count"])
