"""How strong algorithms are, in bits, as far as a choice between them needs it.

NIST SP 800-57 Part 1 Rev. 5 tables 2 and 3, RFC 3526 section 8, FIPS 203 section 8.
"""

from analyzer.assessment.algorithms import NEEDS_KEY_LENGTH, Algorithm
from analyzer.assessment.policies.policy import in_ikev2_numbers

_CIPHERS = {3: 112, 28: 256, 31: 256}  # those whose keys have one length; 3DES; ChaCha20
_NONE = frozenset({0, 1, 2, 9, 11, 21})  # DES and its kin, NULL, GMAC
_LEAST_KEY = 128  # of AES and Camellia where no length is given
_BY_BITS: dict[str, dict[int, tuple[int, ...]]] = {
    "prf": {128: (4, 8), 160: (2,), 256: (5,), 384: (6,), 512: (7,)},
    "integ": {96: (2, 5, 8), 128: (9, 12), 160: (7,), 192: (10, 13), 256: (11, 14)},
    "ke": {
        80: (2, 22),
        90: (5,),
        96: (25,),
        112: (14, 23, 24, 26, 27),
        128: (15, 19, 28, 31, 35),
        152: (16,),
        176: (17,),
        192: (20, 29, 36),
        200: (18,),
        224: (32,),
        256: (21, 30, 37),
    },
}
_BITS = {(kind, n): bits for kind, table in _BY_BITS.items() for bits, numbers in table.items() for n in numbers}


def is_known(algorithm: Algorithm) -> bool:
    """Whether `bits` knows the algorithm; of other ciphers it takes the least key of AES."""
    kind, number = in_ikev2_numbers(algorithm)
    if number is None or kind != "encr":
        return (kind, number or 0) in _BITS
    return number in _NONE or number in _CIPHERS or algorithm.number in NEEDS_KEY_LENGTH.get(algorithm.table, ())


def bits(algorithm: Algorithm) -> int:
    """The strength; 0 of what is not known or does nothing (NONE, NULL)."""
    kind, number = in_ikev2_numbers(algorithm)
    if number is None or kind != "encr":
        return _BITS.get((kind, number or 0), 0)
    if number in _NONE:
        return 0
    return _CIPHERS.get(number, algorithm.key_bits or _LEAST_KEY)
