"""Public values and nonces that no sound implementation sends, by their form alone.

A key exchange with such a value gives a key that everybody can compute, or that is one of a few (RFC 6989 section 2,
RFC 7748 section 6, FIPS 203 section 7.2). Of another length than the right one, which is a defect, only zeros are.
"""

from functools import cache
from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.vocabulary import KeFault, NonceFault

_X25519, _X448 = 31, 32
_PRIMES = {_X25519: 2**255 - 19, _X448: 2**448 - 2**224 - 1}
# u-coordinates of the points of order 8 of Curve25519; those of smaller order, of both curves, are 0, 1 and -1
_ORDER_8 = frozenset(
    (
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    )
)
_ML_KEM = {35: 2, 36: 3, 37: 4}  # rank of its matrix
_Q, _SEED = 3329, 32  # modulus of ML-KEM; bytes behind the coefficients of an encapsulation key
_LEAST_NONCE = 8
_LONG = 24  # bytes of a nonce that are text by chance once in 10**10
_TEXT = frozenset((*range(0x20, 0x7F), *range(9, 14)))  # with white space
# Of these alone 16 bytes are once in 10**9
_WORDS = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_. ")


class _Group(NamedTuple):
    """A group of integers modulo a prime, or a curve y**2 = x**3 + a*x + b over such a field; a, b None: no curve."""

    prime: int
    a: int | None
    b: int | None

    @property
    def size(self) -> int:
        """Bytes of a number modulo the prime."""
        return (self.prime.bit_length() + 7) // 8


@cache
def _groups() -> dict[int, _Group]:
    return {
        int(row["group"]): _Group(int(row["prime"], 16), *(int(row[c], 16) if row[c] else None for c in "ab"))
        for row in registry.rows("ke-groups")
    }


def ke_fault(method: int, value: bytes, *, answer: bool) -> KeFault | None:
    """What is wrong with a public value of a key exchange method; None: nothing that its bytes show.

    answer: it stands in the exchange's answer. There ML-KEM has a ciphertext, which has no form, and which with
    ML-KEM-1024 is as long as an encapsulation key.
    """
    group = _groups().get(method)
    if (group is not None or method in _PRIMES) and value and not any(value):
        return "zero"
    if method in _PRIMES:
        return _of_montgomery(method, value)
    if method in _ML_KEM:
        return None if answer else _of_ml_kem(_ML_KEM[method], value)
    if group is None:
        return None
    if group.a is not None and group.b is not None:
        return _of_curve(group, value)
    return _of_integers(group, value)


def _of_integers(group: _Group, value: bytes) -> KeFault | None:
    if len(value) != group.size:
        return None
    y = int.from_bytes(value, "big")
    if y == 1:
        return "one"
    if y < group.prime - 1:
        return None
    return "minus one" if y == group.prime - 1 else "not below the prime"


def _of_curve(group: _Group, value: bytes) -> KeFault | None:
    size, p, a, b = group.size, group.prime, group.a or 0, group.b or 0
    if len(value) != 2 * size:
        return None
    x, y = int.from_bytes(value[:size], "big"), int.from_bytes(value[size:], "big")
    if x >= p or y >= p:
        return "not below the prime"
    return None if (y * y - (x * x + a) * x - b) % p == 0 else "not on the curve"


def _of_montgomery(method: int, value: bytes) -> KeFault | None:
    p = _PRIMES[method]
    if len(value) != (p.bit_length() + 7) // 8:
        return None
    u = int.from_bytes(value, "little")
    if method == _X25519:
        u &= (1 << 255) - 1  # the highest bit counts nothing (RFC 7748 section 5)
    if u == 0:
        return "zero"  # but for that bit
    return "low order" if u % p in (0, 1, p - 1) or (method == _X25519 and u % p in _ORDER_8) else None


def _of_ml_kem(rank: int, value: bytes) -> KeFault | None:
    """Two coefficients of 12 bits in three bytes, little-endian."""
    if len(value) != 384 * rank + _SEED:
        return None
    coded = value[:-_SEED]
    for low, middle, high in zip(coded[::3], coded[1::3], coded[2::3], strict=True):
        if low + ((middle & 15) << 8) >= _Q or (middle >> 4) + (high << 4) >= _Q:
            return "coefficient not below the modulus"
    return None if any(coded) else "zero"


def nonce_fault(value: bytes) -> NonceFault | None:
    """Why a nonce does not look random; None: it may be. By chance one in 10**9 does not."""
    size = len(value)
    if size < _LEAST_NONCE:
        return None
    if not any(value):
        return "zeros"
    step = value[1] - value[0] & 255
    if (value[2] - value[1] & 255) == step and value == bytes(value[0] + step * place & 255 for place in range(size)):
        return "counts" if step else "repeats"
    if size >= 2 * _LEAST_NONCE and 2 * value.count(0) > size:
        return "mostly zeros"
    if 4 * len(set(value)) <= size or (size >= 2 * _LEAST_NONCE and _comes_again(value)):
        return "repeats"
    text = size >= 2 * _LEAST_NONCE and (_TEXT if size >= _LONG else _WORDS).issuperset(value)
    return "text" if text else None


def _comes_again(value: bytes) -> bool:
    """It is one part two times, or three times."""
    half, third = value[: len(value) // 2], value[: len(value) // 3]
    return value in (half * 2, third * 3)
