"""Public values and nonces that no sound implementation sends."""

from collections.abc import Iterator
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x448 import X448PrivateKey, X448PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from analyzer.isakmp import registry
from analyzer.isakmp.weak_values import _groups, ke_fault, nonce_fault

MODP = {1: 768, 2: 1024, 5: 1536, 14: 2048, 15: 3072, 16: 4096, 17: 6144, 18: 8192}
MIXED = {1: 149686, 2: 129093, 5: 741804, 14: 124476, 15: 1690314, 16: 240904, 17: 929484, 18: 4743158}
CURVES = {
    19: ec.SECP256R1(), 20: ec.SECP384R1(), 21: ec.SECP521R1(), 28: ec.BrainpoolP256R1(),
    29: ec.BrainpoolP384R1(), 30: ec.BrainpoolP512R1(),
}  # fmt: skip


def pi(bits: int) -> int:
    """The largest integer not above pi * 2**bits (Machin's formula)."""

    def arctan(x: int) -> int:
        term = total = (1 << bits + 64) // x
        for place in range(3, 2 * (bits + 64), 2):
            term //= -x * x if term > 0 else x * x * -1
            if not term:
                break
            total += term // place
        return total

    return (4 * (4 * arctan(5) - arctan(239))) >> 64


@pytest.mark.parametrize("group", MODP)
def test_primes_are_those_of_their_formula(group: int) -> None:
    """RFC 2409 section 6, RFC 3526: 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + c)."""
    bits = MODP[group]
    prime = (1 << bits) - (1 << bits - 64) - 1 + ((pi(bits - 130) + MIXED[group]) << 64)
    assert _groups()[group].prime == prime


def test_sizes_are_those_of_the_registry() -> None:
    sizes = {int(row["group"]): int(row["ke_bytes_initiator"]) for row in registry.rows("ke-sizes")}
    for number, group in _groups().items():
        assert sizes[number] == group.size * (1 if group.a is None else 2), number


@pytest.mark.parametrize("group", [*MODP, 22, 23, 24])
def test_integers(group: int) -> None:
    known = _groups()[group]

    def said(y: int) -> str | None:
        return ke_fault(group, y.to_bytes(known.size, "big"), answer=False)

    assert [said(y) for y in (0, 1, known.prime - 1, known.prime)] == [
        "zero",
        "one",
        "minus one",
        "not below the prime",
    ]
    # A power of the generator is odd, but is no value that RFC 6989 has a receiver refuse
    assert [said(y) for y in (2, 1 << 500, known.prime - 2, pow(2, 1025, known.prime))] == [None] * 4
    another = known.size - 1  # cut, or another group's: its length says so
    assert ke_fault(group, (1).to_bytes(another, "big"), answer=False) is None
    assert ke_fault(group, bytes(another), answer=False) == ke_fault(group, b"\0", answer=False) == "zero"
    assert ke_fault(group, b"", answer=False) is None


@pytest.mark.parametrize("group", CURVES)
def test_curves(group: int) -> None:
    size = _groups()[group].size
    for _ in range(5):
        numbers = ec.generate_private_key(CURVES[group]).public_key().public_numbers()
        x, y = numbers.x.to_bytes(size, "big"), numbers.y.to_bytes(size, "big")
        assert ke_fault(group, x + y, answer=False) is None
        assert ke_fault(group, y + x, answer=False) == "not on the curve"
        assert ke_fault(group, x + bytes(size), answer=False) == "not on the curve"
    assert ke_fault(group, bytes(2 * size), answer=False) == "zero"
    assert ke_fault(group, x + b"\xff" * size, answer=False) == "not below the prime"


def low_order() -> Iterator[tuple[int, bytes]]:
    p25519, p448 = 2**255 - 19, 2**448 - 2**224 - 1
    eighth = 325606250916557431795983626356110631294008115727848805560023387167927233504
    for u in (0, 1, p25519 - 1, p25519, p25519 + 1, eighth, eighth + 2**255):
        yield 31, u.to_bytes(32, "little")
    for u in (0, 1, p448 - 1, p448, p448 + 1):
        yield 32, u.to_bytes(56, "little")


@pytest.mark.parametrize(("method", "value"), [*low_order()])
def test_points_of_low_order_are_those_that_cryptography_refuses(method: int, value: bytes) -> None:
    assert ke_fault(method, value, answer=False) in ("zero", "low order")
    exchange = _x25519 if method == 31 else _x448
    with pytest.raises(ValueError, match="computing shared key"):
        exchange(value)


def _x25519(value: bytes) -> None:
    X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(value))


def _x448(value: bytes) -> None:
    X448PrivateKey.generate().exchange(X448PublicKey.from_public_bytes(value))


def test_other_points_of_these_curves() -> None:
    for method, kind in ((31, X25519PrivateKey), (32, X448PrivateKey)):
        for _ in range(20):
            assert ke_fault(method, kind.generate().public_key().public_bytes_raw(), answer=False) is None
    assert ke_fault(31, bytes(30) + b"\1", answer=False) is None
    assert ke_fault(31, bytes(31), answer=False) == "zero"
    assert ke_fault(31, bytes(31) + b"\x80", answer=False) == "zero", "the highest bit counts nothing"


@pytest.mark.parametrize(("method", "rank"), [(35, 2), (36, 3), (37, 4)])
def test_ml_kem(method: int, rank: int) -> None:
    random = Random(method)

    def key(*coefficients: int) -> bytes:
        chosen = [*coefficients, *(random.randrange(3329) for _ in range(256 * rank - len(coefficients)))]
        coded = sum(c << 12 * place for place, c in enumerate(chosen)).to_bytes(384 * rank, "little")
        return coded + random.randbytes(32)

    fault = "coefficient not below the modulus"
    assert [ke_fault(method, key(*some), answer=False) for some in ((), (3328,), (0, 3328))] == [None] * 3
    assert [ke_fault(method, key(*some), answer=False) for some in ((3329,), (0, 3329), (5, 5, 4095))] == [fault] * 3
    assert ke_fault(method, bytes(384 * rank + 32), answer=False) == "zero"
    for _ in range(5):  # a ciphertext of ML-KEM-1024 is as long as an encapsulation key
        assert ke_fault(method, random.randbytes({35: 768, 36: 1088, 37: 1568}[method]), answer=True) is None


@pytest.mark.parametrize(
    ("nonce", "fault"),
    [
        (bytes(32), "zeros"), (bytes(20) + b"\x9a\x01\xd7\x33\x51\x8e\x44\xc2\x19\x70\x0b\xf5", "mostly zeros"),
        (b"\x41" * 16, "repeats"), (b"\x01\x02\x03\x04" * 8, "repeats"), (bytes(range(32)), "counts"),
        (bytes(range(64, 0, -2)), "counts"), (b"this is a nonce, really it is", "text"),
        (b"nonce_1234567890", "text"), (bytes.fromhex("9ad733518ec219b5700b21f40c6682e1") * 2, "repeats"),
        (bytes.fromhex("9ad733518ec219b5") * 3, "repeats"),
    ],
)  # fmt: skip
def test_nonces_that_are_not_random(nonce: bytes, fault: str) -> None:
    assert nonce_fault(nonce) == fault


def test_random_nonces_are_never_doubted() -> None:
    random = Random(7)
    for size in (8, 10, 16, 20, 32, 64, 256):
        assert {nonce_fault(random.randbytes(size)) for _ in range(4000)} == {None}, size
    assert nonce_fault(b"abcdefgz") is None  # eight letters are chance
    assert nonce_fault(b"nonce=123456789\n") is None  # 16 printable bytes are
    assert nonce_fault(bytes(7)) is None


@given(method=st.integers(0, 70000) | st.integers(1, 40), value=st.binary(max_size=1600))
def test_it_never_raises(method: int, value: bytes) -> None:
    ke_fault(method, value, answer=False)
    nonce_fault(value)
