"""What an algorithm number means for decryption: key, salt, IV, ICV and block sizes.

The tables are data: encryption.csv (both versions' registries), integrity.csv (IKEv2), names.csv (the names that
Wireshark's key table uses for them). Sizes are bytes unless a name says bits. Registry numbers without a row are
algorithms that cannot be opened here.
"""

from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from analyzer import data


class SuiteIds(Protocol):
    """What decryption must know of a negotiated suite: IANA's IKEv2 transform ids. None: not known."""

    @property
    def encryption_id(self) -> int | None:
        """Transform type 1."""

    @property
    def key_bits(self) -> int | None:
        """Key Length attribute; None where the algorithm has one length only."""

    @property
    def integrity_id(self) -> int | None:
        """Transform type 3; None or 0 with an AEAD cipher."""


class Encryption(NamedTuple):
    """One encryption algorithm. `mode`: CBC, CTR, GCM, CCM, POLY1305, NULL. `salt_bytes` end SK_e (RFC 5282, 5930)."""

    encryption_id: int
    name: str
    cipher: str
    mode: str
    key_sizes: frozenset[int]
    salt_bytes: int
    iv_bytes: int
    icv_bytes: int
    block_bytes: int

    @property
    def aead(self) -> bool:
        """The cipher checks integrity itself; there is no SK_a."""
        return self.mode in ("GCM", "CCM", "POLY1305")


class Integrity(NamedTuple):
    """One integrity algorithm. `mac`: none, hmac, xcbc, cmac, unchecked (an ICV of this size that nobody can check)."""

    integrity_id: int | None
    name: str
    mac: str
    hash: str
    key_bytes: int
    icv_bytes: int


@lru_cache(1024)
def encryption(major_version: int, encryption_id: int | None) -> Encryption | None:
    """The row of an encryption id: IKEv2 transform type 1 or the IKEv1 attribute. None: cannot be opened here."""
    for row in _rows("encryption.csv"):
        if int(row["version"]) == major_version and int(row["id"]) == encryption_id:
            return Encryption(
                encryption_id=encryption_id,
                name=row["name"],
                cipher=row["cipher"],
                mode=row["mode"],
                key_sizes=_key_sizes(row["key_bits"]),
                salt_bytes=int(row["salt_bytes"]),
                iv_bytes=int(row["iv_bytes"]),
                icv_bytes=int(row["icv_bytes"]),
                block_bytes=int(row["block_bytes"]),
            )
    return None


@lru_cache(1024)
def integrity(integrity_id: int | None) -> Integrity | None:
    """The row of an IKEv2 integrity id; None (nothing negotiated) reads as NONE. None: cannot be checked here."""
    return next((i for i in _integrities() if i.integrity_id == (integrity_id or 0)), None)


@lru_cache(256)
def encryption_by_name(name: str) -> Encryption | None:
    """An IKEv2 cipher by the name in a key row: Wireshark's ("AES-CBC-256 [RFC3602]") or IANA's ("ENCR_AES_CBC")."""
    known = _known_as("encryption", name)
    ids = (int(row["id"]) for row in _rows("encryption.csv") if row["name"] == known and row["version"] == "2")
    return encryption(2, next(ids, None))


@lru_cache(256)
def integrity_by_name(name: str) -> Integrity | None:
    """An IKEv2 integrity algorithm by the name in a key row; "ANY 96-bits ..." gives an unchecked one."""
    known = _known_as("integrity", name)
    return next((i for i in _integrities() if i.name == known), None)


def _known_as(column: str, name: str) -> str:
    bare = name.partition("[")[0].strip()  # what stands in brackets is Wireshark's reference or remark
    return next((row["means"] for row in _rows("names.csv") if row["column"] == column and row["name"] == bare), bare)


@cache
def _integrities() -> tuple[Integrity, ...]:
    return tuple(
        Integrity(
            integrity_id=int(row["id"]) if row["id"] else None,
            name=row["name"],
            mac=row["mac"],
            hash=row["hash"],
            key_bytes=int(row["key_bytes"] or 0),
            icv_bytes=int(row["icv_bytes"]),
        )
        for row in _rows("integrity.csv")
    )


def _key_sizes(bits: str) -> frozenset[int]:
    """Bytes from "128 192 256" or, for a variable length, "40-448"."""
    if "-" in bits:
        low, high = bits.split("-")
        return frozenset(range(int(low) // 8, int(high) // 8 + 1))
    return frozenset(int(b) // 8 for b in bits.split())


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    return tuple(data.rows(__file__, name))
