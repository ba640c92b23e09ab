from ipaddress import ip_address

from analyzer.capture.addresses import packed_address
from analyzer.negotiation.follow.nat import ikev1_digest, ikev2_digest
from analyzer.redact.key import Key
from analyzer.redact.nat import MAX_ENDS, NatHashes
from analyzer.redact.values import Values

VALUES = Values(Key(b"a secret"))
SPIS = bytes(range(16))
OWN = ((packed_address("10.0.0.1"), 500), (packed_address("2001:db8::2"), 500))


def text(address: str) -> str:
    return str(ip_address(VALUES.addresses.of(packed_address(address))))


def test_a_hash_of_the_packet_s_own_ends_is_made_anew() -> None:
    hashes = NatHashes(VALUES, ())
    for address, port in (("10.0.0.1", 500), ("2001:db8::2", 4500)):
        old = ikev2_digest(SPIS, address, port)
        assert hashes.replace(2, SPIS, old, OWN) == ikev2_digest(SPIS, text(address), port)
    old = ikev1_digest(16, SPIS, "10.0.0.1", 500) or b""
    assert hashes.replace(1, SPIS, old, OWN) == ikev1_digest(16, SPIS, text("10.0.0.1"), 500)
    assert (hashes.recomputed, hashes.unequal) == (3, 0)


def test_so_is_that_of_another_end_in_the_capture() -> None:
    old = ikev2_digest(SPIS, "192.168.1.2", 4500)
    known = NatHashes(VALUES, [(packed_address("192.168.1.2"), 31337)])
    assert known.replace(2, SPIS, old, OWN) == ikev2_digest(SPIS, text("192.168.1.2"), 4500)


def test_of_others_nobody_can_try_the_addresses() -> None:
    hashes = NatHashes(VALUES, ())
    old = ikev2_digest(SPIS, "192.168.1.2", 500)
    found = hashes.replace(2, SPIS, old, OWN)
    assert found not in (old, ikev2_digest(SPIS, text("192.168.1.2"), 500))
    assert hashes.replace(2, SPIS, old, OWN) == found
    assert hashes.unequal == 2
    assert len(hashes.replace(1, SPIS, b"odd size", OWN)) == 8


def test_it_is_compared_with_a_bounded_number_of_ends() -> None:
    many = [(n.to_bytes(4, "big"), 500) for n in range(5000)]
    assert len(NatHashes(VALUES, many)._ends) == MAX_ENDS
