"""The one door to the `cryptography` package: decrypt with a cipher of suites.py, compute a MAC of suites.py.

Nothing here knows IKE. Key and IV sizes have been checked by the callers; what the library refuses all the same (a
cipher that this build of OpenSSL lacks) raises UnsupportedAlgorithm, which callers turn into a reason.
"""

import hmac
from collections.abc import Callable

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers import algorithms as decrepit
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.cmac import CMAC

from analyzer.decryption.suites import Encryption, Integrity

__all__ = ["UnsupportedAlgorithm", "decrypt", "mac", "open_aead"]

_CIPHERS: dict[str, Callable[[bytes], BlockCipherAlgorithm]] = {
    "AES": algorithms.AES,
    "Camellia": decrepit.Camellia,
    "Blowfish": decrepit.Blowfish,
    "CAST5": decrepit.CAST5,
    "IDEA": decrepit.IDEA,
    "3DES": decrepit.TripleDES,
    "DES": lambda key: decrepit.TripleDES(key * 3),  # three times the same key is single DES
}


def decrypt(method: Encryption, key: bytes, salt: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    """Plaintext of a cipher without integrity: CBC (whole blocks), CTR (RFC 5930: nonce, IV, counter from 1), NULL."""
    if method.mode == "NULL":
        return ciphertext
    mode = modes.CBC(iv) if method.mode == "CBC" else modes.CTR(salt + iv + b"\0\0\0\1")
    decryptor = Cipher(_CIPHERS[method.cipher](key), mode).decryptor()
    return decryptor.update(ciphertext) + decryptor.finalize()


def open_aead(method: Encryption, key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes | None:
    """Plaintext of ciphertext plus ICV; None if the ICV does not fit."""
    try:
        if method.mode == "CCM":
            return AESCCM(key, tag_length=method.icv_bytes).decrypt(nonce, sealed, associated)
        if method.mode == "POLY1305":
            return ChaCha20Poly1305(key).decrypt(nonce, sealed, associated)
        # AESGCM takes whole tags only; RFC 5282 has tags of 8 and 12 bytes too
        tag = sealed[-method.icv_bytes :]
        gcm = Cipher(algorithms.AES(key), modes.GCM(nonce, tag, min_tag_length=method.icv_bytes)).decryptor()
        gcm.authenticate_additional_data(associated)
        return gcm.update(sealed[: -method.icv_bytes]) + gcm.finalize()
    except InvalidTag:
        return None


def mac(method: Integrity, key: bytes, data: bytes) -> bytes:
    """The ICV over data, truncated as the method says."""
    if method.mac == "hmac":
        whole = hmac.digest(key, data, method.hash)
    elif method.mac == "cmac":
        code = CMAC(algorithms.AES(key))
        code.update(data)
        whole = code.finalize()
    else:
        whole = _xcbc(key, data)
    return whole[: method.icv_bytes]


def _xcbc(key: bytes, data: bytes) -> bytes:
    """AES-XCBC-MAC, RFC 3566 section 4: CBC-MAC under K1, the last block masked with K2 (whole) or K3 (padded)."""
    derive = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305  (three constants, as the RFC says)
    k1, k2, k3 = (derive.update(bytes([n]) * 16) for n in (1, 2, 3))
    whole = bool(data) and len(data) % 16 == 0
    last_at = (len(data) - 1) // 16 * 16 if data else 0
    last = data[last_at:] if whole else (data[last_at:] + b"\x80").ljust(16, b"\0")
    masked = bytes(a ^ b for a, b in zip(last, k2 if whole else k3, strict=True))
    chain = Cipher(algorithms.AES(k1), modes.CBC(bytes(16))).encryptor()
    return (chain.update(data[:last_at] + masked) + chain.finalize())[-16:]
