"""RSA moduli of the form that Infineon's library made (CVE-2017-15361, "Return of Coppersmith's Attack").

Its primes are k * M + (65537 ** a mod M), M being the product of the first primes. So their product is a power of 65537
modulo each of these, which a random modulus is for all of them by a chance below 2 ** -27.
"""

from functools import cache
from typing import Final

_GENERATOR: Final = 65537
# Those that divide M whatever the length of the key
_PRIMES: Final = (
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
)  # fmt: skip


def has_the_form(modulus: int) -> bool:
    """Whether a modulus is a power of 65537 modulo each of the primes."""
    return all(modulus % prime in powers for prime, powers in _powers())


@cache
def _powers() -> tuple[tuple[int, frozenset[int]], ...]:
    """Of each prime the powers of 65537; without those of which all numbers but 0 are one."""
    found = ((prime, frozenset(pow(_GENERATOR, k, prime) for k in range(prime - 1))) for prime in _PRIMES)
    return tuple((prime, powers) for prime, powers in found if len(powers) < prime - 1)
