"""IKEv2 messages under any cipher, sealed step by step (RFC 7296 section 3.14), and key rows that fit or do not."""

import hashlib
import struct
from dataclasses import dataclass, replace
from typing import Literal

from cryptography.hazmat.decrepit.ciphers import algorithms as decrepit
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, ChaCha20Poly1305

from analyzer.decryption import ciphers
from analyzer.decryption.keyfile import Ikev2Keys, KeyStore
from analyzer.decryption.suites import encryption, integrity
from tests.isakmp.wire import chain, header
from tests.negotiation.build import SPI_I, SPI_R

Payload = tuple[int, bytes]
Fault = Literal["encryption", "integrity", "of-initiator", "of-responder", "swapped", "cut", "other-suite", "other-set"]


@dataclass(frozen=True)
class Sealer:
    """One suite with its keys, which another `salt` makes others. suite: transforms as `init_done` takes them."""

    name: str
    suite: tuple[tuple[int, ...], ...]
    salt: str = ""

    @property
    def _cipher(self):
        return encryption(2, self.suite[0][1])

    @property
    def _check(self):
        return integrity(next((t[1] for t in self.suite if t[0] == 3), None))

    def _key(self, kind: str, initiator: bool) -> bytes:
        """SK_e with its salt, or SK_a."""
        bits = self.suite[0][2] if len(self.suite[0]) > 2 else max(self._cipher.key_sizes) * 8
        size = bits // 8 + self._cipher.salt_bytes if kind == "e" else self._check.key_bytes
        return hashlib.shake_128(f"{self.name}{self.salt}{kind}{initiator}".encode()).digest(size)

    def row(self) -> Ikev2Keys:
        e, a = [[self._key(kind, side) for side in (True, False)] for kind in "ea"]
        return Ikev2Keys(SPI_I, SPI_R, *e, *a, self._cipher, None if self._cipher.aead else self._check)

    def keys(self, fault: Fault | None = None) -> KeyStore:
        """The right ones, or with a fault. of-initiator, of-responder: the other side's are wrong."""
        right, store = self.row(), KeyStore()
        other = replace(self, salt="other").row()
        faulty = {
            None: right,
            "encryption": replace(right, sk_ei=other.sk_ei, sk_er=other.sk_er),
            "integrity": replace(right, sk_ai=other.sk_ai, sk_ar=other.sk_ar),
            "of-initiator": replace(right, sk_er=other.sk_er, sk_ar=other.sk_ar),
            "of-responder": replace(right, sk_ei=other.sk_ei, sk_ai=other.sk_ai),
            "swapped": replace(right, sk_ei=right.sk_er, sk_er=right.sk_ei, sk_ai=right.sk_ar, sk_ar=right.sk_ai),
            "cut": replace(right, sk_ei=right.sk_ei[:-1], sk_er=right.sk_er[:-1]),
            "other-suite": replace(other, encryption=encryption(2, 23), integrity=integrity(14)),
            "other-set": other,
        }[fault]
        store.add(faulty)
        return store

    def seal(
        self,
        exchange: int,
        *payloads: Payload,
        initiator: bool = True,
        response: bool = False,
        mid: int = 1,
        fragment: tuple[int, int] | None = None,
    ) -> bytes:
        """A message, or with (number, total) that fragment of it."""
        cipher, check = self._cipher, self._check
        inside, first = chain(*payloads) if payloads else b"", payloads[0][0] if payloads else 0
        own = b""
        if fragment:
            size = -(-len(inside) // fragment[1])
            inside = inside[(fragment[0] - 1) * size : fragment[0] * size]
            own, first = struct.pack(">HH", *fragment), first if fragment[0] == 1 else 0
        padding = -(len(inside) + 1) % max(cipher.block_bytes, 4)
        plain = inside + bytes(padding) + bytes([padding])
        tag = cipher.icv_bytes or check.icv_bytes
        length = 4 + len(own) + cipher.iv_bytes + len(plain) + tag
        flags = (0x08 if initiator else 0) | (0x20 if response else 0)
        kind, raw = 53 if fragment else 46, (bytes.fromhex(SPI_I), bytes.fromhex(SPI_R))
        head = header(kind, 28 + length, version=0x20, exchange=exchange, flags=flags, message_id=mid, spis=raw)
        head += struct.pack(">BBH", first, 0, length) + own
        return head + self._closed(head, plain, initiator, bytes([exchange, mid, *(fragment or (0, 0))]))

    def _closed(self, head: bytes, plain: bytes, initiator: bool, salt: bytes) -> bytes:
        cipher, check, sk_e = self._cipher, self._check, self._key("e", initiator)
        iv = hashlib.shake_128(head + salt).digest(cipher.iv_bytes)
        key, nonce = sk_e[: len(sk_e) - cipher.salt_bytes], sk_e[len(sk_e) - cipher.salt_bytes :] + iv
        if cipher.mode == "CCM":
            return iv + AESCCM(key, tag_length=cipher.icv_bytes).encrypt(nonce, plain, head)
        if cipher.mode == "POLY1305":
            return iv + ChaCha20Poly1305(key).encrypt(nonce, plain, head)
        if cipher.mode == "GCM":
            gcm = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
            gcm.authenticate_additional_data(head)
            return iv + gcm.update(plain) + gcm.finalize() + gcm.tag[: cipher.icv_bytes]
        kind = decrepit.TripleDES if cipher.cipher == "3DES" else algorithms.AES
        mode = modes.CBC(iv) if cipher.mode == "CBC" else modes.CTR(nonce + b"\0\0\0\1")
        box = Cipher(kind(key), mode).encryptor()
        body = iv + box.update(plain) + box.finalize()
        return body + ciphers.mac(check, self._key("a", initiator), head + body)


_PRF, _KE = (2, 5), (4, 19)
SEALERS = (
    Sealer("aes-cbc-sha1", ((1, 12, 128), _PRF, (3, 2), _KE)),
    Sealer("aes-cbc-sha256", ((1, 12, 256), _PRF, (3, 12), _KE)),
    Sealer("3des-md5", ((1, 3), _PRF, (3, 1), _KE)),
    Sealer("aes-ctr-sha384", ((1, 13, 256), _PRF, (3, 13), _KE)),
    Sealer("aes-gcm-16", ((1, 20, 256), _PRF, _KE)),
    Sealer("aes-gcm-8", ((1, 18, 128), _PRF, _KE)),
    Sealer("aes-ccm-12", ((1, 15, 256), _PRF, _KE)),
    Sealer("chacha20", ((1, 28), _PRF, _KE)),
)
