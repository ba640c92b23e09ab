import hashlib

import pytest

from analyzer.dissect import Around, Opening, dissect, dissect_payloads
from analyzer.isakmp import Node
from tests.isakmp.wire import (
    SA_1,
    SPI_I,
    chain,
    find,
    header,
    message,
    nodes,
    payload,
)

HERE, THERE = ("192.0.2.1", 500), ("2001:db8::2", 4500)
AROUND = Around(HERE, THERE)
STRONGSWAN = bytes.fromhex("882fe56d6fd20dbc2251613b2ebe5beb")
NT5 = bytes.fromhex("1e2b516905991c7d7c96fcbfb587e46100000004")
XAUTH = bytes.fromhex("09002689dfd6b712")


def digest(algorithm: str, ip: bytes, port: int) -> bytes:
    return hashlib.new(algorithm, SPI_I + bytes(8) + ip + port.to_bytes(2, "big")).digest()


SOURCE = digest("sha1", bytes((192, 0, 2, 1)), 500)
DESTINATION = digest("sha1", bytes.fromhex("20010db8000000000000000000000002"), 4500)


def notify(kind: int, data: bytes = b"") -> bytes:
    return bytes(2) + kind.to_bytes(2, "big") + data


def told(tree: Node, name: str) -> list[str]:
    return [node.meaning for node in nodes(tree) if node.name == name]


def test_ikev2_nat_detection_is_compared_with_the_packet() -> None:
    data = message((41, notify(16388, SOURCE)), (41, notify(16389, DESTINATION)), (41, notify(16388, bytes(20))))
    same, there, other = told(dissect(data, 0, AROUND), "notification_data")
    assert same == "hash of 192.0.2.1 port 500, this packet's source"
    assert there == "hash of 2001:db8::2 port 4500, this packet's destination"
    assert other.startswith("not the hash of 192.0.2.1 port 500, this packet's source: translated on the way")
    assert told(dissect(data), "notification_data") == ["", "", ""]


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha384", "sha512"])
def test_ikev1_nat_detection_begins_with_the_destination(algorithm: str) -> None:
    hashes = [digest(algorithm, bytes.fromhex("20010db8000000000000000000000002"), 4500)]
    hashes += [digest(algorithm, bytes((192, 0, 2, 1)), 500), bytes(hashes[0])]
    data = message(*((20, value) for value in hashes), version=0x10, exchange=2, flags=0)
    there, here, other = told(dissect(data, 0, AROUND), "hash_of_address_and_port")
    assert there == "hash of 2001:db8::2 port 4500, this packet's destination"
    assert here == "hash of 192.0.2.1 port 500, this packet's source"
    assert other.startswith("not the hash of 192.0.2.1")
    unknown = message((20, bytes(24)), version=0x10, exchange=2, flags=0)
    assert told(dissect(unknown, 0, AROUND), "hash_of_address_and_port") == [""]


def test_nat_detection_inside_encryption_takes_the_spis_of_the_message() -> None:
    around = AROUND._replace(spis=SPI_I + bytes(8))
    (tree,) = dissect_payloads(chain((41, notify(16388, SOURCE))), 41, 2, 300, around)
    assert told(tree, "notification_data") == ["hash of 192.0.2.1 port 500, this packet's source"]


def test_early_nat_detection_keeps_its_number() -> None:
    tree = dissect(message((1, SA_1), (15, bytes(20)), version=0x10, exchange=2, flags=0))
    detection = tree.children[-1]
    assert (detection.value, detection.meaning) == ("15", "NAT Discovery")
    assert detection.reference == "draft-ietf-ipsec-nat-t-ike-00"
    announced = find(tree.children[-2], "next_payload")
    assert (announced.value, announced.meaning) == ("15", "NAT Discovery")
    alone = dissect(message((15, bytes(20)), version=0x10, exchange=2, flags=0))
    assert find(alone, "next_payload").meaning == "NAT Discovery"


def test_private_notifies_by_vendor() -> None:
    unknown = dissect(message((41, notify(40961))))
    expected = "private number, perhaps USE_BEET_MODE of strongSwan or REACTIVATION_REQUESTED_CAUSE of 3GPP"
    assert find(unknown, "notify_type").meaning == expected
    named = dissect(message((41, notify(40961)), (43, STRONGSWAN)))
    assert find(named, "notify_type").meaning == "USE_BEET_MODE"
    given = dissect(message((41, notify(40961))), 0, Around(vendors=frozenset({"3GPP"})))
    assert find(given, "notify_type").meaning == "REACTIVATION_REQUESTED_CAUSE"
    realm = b"\x03\0\0\0user@nai.epc.mnc001.mcc001.3gppnetwork.org"
    inside = dissect(message((35, realm), (41, notify(40961)), exchange=35))
    assert find(inside, "notify_type").meaning == "REACTIVATION_REQUESTED_CAUSE"


def test_parts_of_an_encrypted_payload() -> None:
    data = message((46, b"12345678" + b"cipher" * 4 + b"i" * 16), exchange=35)
    envelope = find(dissect(data, 0, Around(iv_bytes=8, icv_bytes=16)), "iv_ciphertext_icv")
    assert [(n.name, n.offset, n.length) for n in envelope.children] == [
        ("iv", 32, 8),
        ("ciphertext", 40, 24),
        ("icv", 64, 16),
    ]
    assert envelope.children[0].value == b"12345678".hex()
    assert find(dissect(data), "iv_ciphertext_icv").children == []
    assert find(dissect(data, 0, Around(iv_bytes=40, icv_bytes=16)), "iv_ciphertext_icv").children == []


def test_what_a_payload_is_protected_with() -> None:
    data = message((46, bytes(48)), exchange=35)
    found = find(
        dissect(data, 0, Around(suite="AES, 256 bits", opened=Opening(None, False, None, "no keys"))),
        "iv_ciphertext_icv",
    )
    assert found.meaning == "AES, 256 bits, not decrypted: no keys"
    assert find(dissect(data), "iv_ciphertext_icv").meaning == ""
    sealed = message(version=0x10, exchange=32, flags=1, extra=bytes(16))
    assert find(dissect(sealed, 0, Around(suite="DES")), "ciphertext").meaning == "DES"


def test_the_critical_bit() -> None:
    body = header(200, 36) + payload(0, bytes(4), flags=0x80)
    assert find(dissect(body), "critical_and_reserved").meaning.startswith("critical: ")
    assert find(dissect(message((43, bytes(4)))), "critical_and_reserved").meaning == "not critical"


def test_padding_of_a_payload_that_keys_opened() -> None:
    data = message((46, b"12345678" + b"c" * 24 + b"i" * 16), exchange=35)

    def parts(inside: int, *, verified: bool = True) -> list[tuple[str, int, int, str]]:
        around = Around(iv_bytes=8, icv_bytes=16, opened=Opening(inside, verified))
        tree = find(dissect(data, 0, around), "iv_ciphertext_icv")
        assert find(tree, "icv").meaning.startswith("verified" if verified else "not verified")
        return [(n.name, n.offset, n.length, n.value) for n in find(tree, "ciphertext").children]

    assert parts(20) == [("payloads", 40, 20, ""), ("padding", 60, 3, ""), ("pad_length", 63, 1, "3")]
    assert parts(23, verified=False) == [("payloads", 40, 23, ""), ("pad_length", 63, 1, "0")]
    assert parts(24) == []
    assert parts(0)[0] == ("padding", 40, 23, "")
    fragment = message((53, bytes.fromhex("00020002") + b"12345678" + b"c" * 24 + b"i" * 16), exchange=35)
    around = Around(iv_bytes=8, icv_bytes=16, opened=Opening(20, verified=True))
    parts_of_fragment = [(n.name, n.length) for n in find(dissect(fragment, 0, around), "ciphertext").children]
    assert parts_of_fragment == [("payloads", 20), ("padding", 3), ("pad_length", 1)]


def test_exchanges_that_ipsec_and_gdoi_share() -> None:
    data = message((8, bytes(20)), version=0x10, exchange=32, flags=0)
    assert find(dissect(data, 0, AROUND), "exchange_type").meaning == "Quick Mode"
    gdoi = Around(("192.0.2.1", 848), ("192.0.2.2", 848))
    assert find(dissect(data, 0, gdoi), "exchange_type").meaning == "GROUPKEY-PULL"
    by_doi = AROUND._replace(gdoi=True)
    assert find(dissect(data, 0, by_doi), "exchange_type").meaning == "GROUPKEY-PULL"
    assert "GDOI" in find(dissect(data), "exchange_type").meaning
