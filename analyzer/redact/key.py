"""The secret that pseudonyms are made with: the same key gives the same pseudonyms, in every capture."""

import hmac
import os
from hashlib import sha256
from itertools import count

SIZE = 32
LEAST = 16
"""Bytes of a key that a user gives: fewer could be guessed."""


class Key:
    """Bytes that nobody can foresee who does not have the secret (RFC 2104, by HMAC-SHA-256)."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = os.urandom(SIZE) if secret is None else secret

    def part(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose."""
        return self.stream(purpose, b"", SIZE)

    def stream(self, purpose: str, data: bytes, size: int) -> bytes:
        """`size` bytes that depend on all of the secret, the purpose and the data."""
        seed = hmac.digest(self._secret, purpose.encode() + b"\0" + data, sha256)
        if size <= len(seed):
            return seed[:size]
        found = bytearray()
        for number in count():
            found += hmac.digest(seed, number.to_bytes(4, "big"), sha256)
            if len(found) >= size:
                return bytes(found[:size])
        raise AssertionError("count ends")  # pragma: no cover
