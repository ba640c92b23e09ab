"""Prefix-preserving permutation of addresses: Crypto-PAn.

Xu, Fan, Ammar, Moon: "Prefix-Preserving IP Address Anonymization: Measurement-Based Security Evaluation and a New
Cryptography-Based Scheme" (ICNP 2002). Two addresses that share their first n bits share n bits in their images, and no
more. Whether a bit is flipped depends by AES on the bits before it, and on the key alone.

The authors' program fills the bits before it up with those of the padding. Prefixes of an address that goes on as the
padding does are filled up to the same block then, and flip alike: one network of 24 bits in a thousand would keep its
address. Here a one and zeros stand behind the bits: no two prefixes ask the same, as the paper's proof wants it.
"""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 16
KEY_SIZE = 2 * _BLOCK


class CryptoPan:
    """The permutation of one key: 16 bytes for AES, and 16 that become the padding."""

    def __init__(self, key: bytes) -> None:
        # Block by block is what the paper asks for: each block is one question to a random function
        self._aes = Cipher(algorithms.AES(key[:_BLOCK]), modes.ECB()).encryptor()  # noqa: S305
        self._pad = int.from_bytes(self._aes.update(key[_BLOCK:KEY_SIZE]), "big")

    def permute(self, address: bytes, keep: int = 0) -> bytes:
        """The image of an address of 4 or 16 bytes whose first `keep` bits stay what they are."""
        bits = 8 * len(address)
        value = int.from_bytes(address, "big")
        high = value << (128 - bits)
        blocks = bytearray()
        for place in range(keep, bits):
            end = 1 << (127 - place)
            blocks += ((high & -2 * end | end) ^ self._pad).to_bytes(_BLOCK, "big")
        answers = self._aes.update(bytes(blocks))
        flips = 0
        for at in range(0, len(answers), _BLOCK):
            flips = flips << 1 | answers[at] >> 7
        return (value ^ flips).to_bytes(len(address), "big")
