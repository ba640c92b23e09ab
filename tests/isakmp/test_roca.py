import random
from math import prod

import pytest

from analyzer.isakmp.roca import _PRIMES, has_the_form

M = prod((2, *_PRIMES))


def modulus(bits: int, power: int) -> int:
    """An odd number of so many bits that is a power of 65537 modulo M."""
    rest = pow(65537, power, M)
    return ((1 << (bits - 1)) // M + 1) * M + rest


@pytest.mark.parametrize(("bits", "power"), [(512, 2), (1024, 77), (2048, 5), (4096, 10**9)])
def test_products_of_such_primes_have_the_form(bits: int, power: int) -> None:
    number = modulus(bits, power)
    assert number.bit_length() == bits
    assert has_the_form(number)


def test_a_product_of_two_has_it_too() -> None:
    assert has_the_form(modulus(1024, 3) * modulus(1024, 1000))


def test_others_have_not() -> None:
    rng = random.Random(7)
    assert not any(has_the_form(rng.getrandbits(2048) | 1) for _ in range(20_000))
    assert not has_the_form(modulus(2048, 5) + 2)
    assert not has_the_form(0)
