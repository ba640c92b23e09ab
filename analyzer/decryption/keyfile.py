"""Key files: rows of Wireshark's `ikev1_decryption_table` and `ikev2_decryption_table`, both in one file if need be.

    initiator cookie,encryption key                                            IKEv1: 2 fields
    SPIi,SPIr,SK_ei,SK_er,"encryption",SK_ai,SK_ar,"integrity"                  IKEv2: 8 fields

Everything is hexadecimal but the two names: Wireshark's, or IANA's (ENCR_CHACHA20_POLY1305, AUTH_AES_CMAC_96) for
what Wireshark has no name for. An empty name means "as negotiated". Lines that begin with '#' are comments, with one
exception: a comment that is a key row as soon as the '#' is taken off is read as one. Capture tools put rows that
Wireshark would refuse there: algorithms without a name, and IKEv1 keys of a responder that differ from the
initiator's (`cookie,,key`), as after a wrong pre-shared key.

Several rows for the same SPIs are kept, all of them:
the keys of an IKE SA change under its SPIs with each IKE_INTERMEDIATE (RFC 9370).

No error repeats text of the file: what stands in the wrong column may be a key. Errors say line, column and length.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.decryption.suites import Encryption, Integrity, encryption_by_name, integrity_by_name
from analyzer.errors import KeyFileError
from analyzer.settings import read_small

_LARGEST_FILE = 128 << 20  # some 400,000 rows of IKEv2, which take three times that in memory
_COMMENTED_ROW = re.compile(r"#\s*[0-9a-fA-F]{16}\s*,")


@dataclass(slots=True, frozen=True)
class Ikev1Keys:
    """The phase 1 encryption key (RFC 2409 appendix B, "Ka" where SKEYID_e was too short)."""

    initiator_spi: str
    encryption_key: bytes = field(repr=False)


@dataclass(slots=True, frozen=True)
class Ikev2Keys:
    """SK_e and SK_a of both directions (RFC 7296 section 2.14); the salt of AEAD and CTR ends SK_e.

    encryption, integrity: what the row names; None: it names none.
    """

    initiator_spi: str
    responder_spi: str
    sk_ei: bytes = field(repr=False)
    sk_er: bytes = field(repr=False)
    sk_ai: bytes = field(repr=False)
    sk_ar: bytes = field(repr=False)
    encryption: Encryption | None
    integrity: Integrity | None


@dataclass(slots=True)
class KeyStore:
    """All rows of a key file, in its order."""

    _ikev1: dict[str, dict[Ikev1Keys, None]] = field(default_factory=dict)
    _ikev2: dict[tuple[str, str], dict[Ikev2Keys, None]] = field(default_factory=dict)

    def ikev1(self, initiator_spi: str) -> list[Ikev1Keys]:
        """Rows for an IKEv1 initiator cookie."""
        return list(self._ikev1.get(initiator_spi, ()))

    def ikev2(self, initiator_spi: str, responder_spi: str) -> list[Ikev2Keys]:
        """Rows for an IKEv2 SPI pair."""
        return list(self._ikev2.get((initiator_spi, responder_spi), ()))

    def add(self, keys: Ikev1Keys | Ikev2Keys) -> None:
        """Take one more row; the same row twice is one."""
        if isinstance(keys, Ikev1Keys):
            self._ikev1.setdefault(keys.initiator_spi, {})[keys] = None
        else:
            self._ikev2.setdefault((keys.initiator_spi, keys.responder_spi), {})[keys] = None

    def __len__(self) -> int:
        return sum(map(len, self._ikev1.values())) + sum(map(len, self._ikev2.values()))


def load_keys(path: str | Path) -> KeyStore:
    """Read a key file. KeyFileError: it cannot be read, holds a line that is no key row, or holds no row at all."""
    try:
        text = read_small(path, _LARGEST_FILE, "a key file", KeyFileError).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise KeyFileError(f"{path}: not a text file; expected rows of Wireshark's IKE decryption tables") from None
    store = KeyStore()
    _take_rows(io.StringIO(text), store, str(path))
    if not len(store):
        raise KeyFileError(f"{path}: no key rows in it; expected rows of Wireshark's IKE decryption tables")
    return store


def parse_keys(text: str, name: str = "keys") -> KeyStore:
    """The rows of a key file's text; `name` is what an error calls it. KeyFileError as for `load_keys`."""
    store = KeyStore()
    _take_rows(text.splitlines(), store, name)
    return store


def _take_rows(lines: Iterable[str], store: KeyStore, name: str) -> None:
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if not line:
            continue
        if not line.startswith("#"):
            try:
                store.add(_row(line))
            except ValueError as error:
                raise KeyFileError(f"{name}: line {number}: {error}") from None
        elif _COMMENTED_ROW.match(line):
            try:
                store.add(_row(line[1:].partition("#")[0]))
            except ValueError:
                continue  # it looked like a row; it is a comment after all


def _row(line: str) -> Ikev1Keys | Ikev2Keys:
    """One row; ValueError says what is wrong with it."""
    try:
        fields = [f.strip() for f in next(csv.reader([line], skipinitialspace=True))]
    except csv.Error:
        raise ValueError(f"{len(line)} characters that are not comma-separated text") from None
    if len(fields) == 3 and not fields[1]:
        del fields[1]
    if len(fields) == 2:
        return Ikev1Keys(_spi(fields[0], "1 (initiator cookie)"), _hex(fields[1], "2 (encryption key)", required=True))
    if len(fields) != 8:
        raise ValueError(f"{len(fields)} fields; an IKEv1 row has 2, an IKEv2 row has 8")
    cipher, check = encryption_by_name(fields[4]), integrity_by_name(fields[7])
    if cipher is None:
        _refuse_unknown(fields[4], "5 (encryption algorithm)")
    if check is None:
        _refuse_unknown(fields[7], "8 (integrity algorithm)")
    return Ikev2Keys(
        initiator_spi=_spi(fields[0], "1 (SPIi)"),
        responder_spi=_spi(fields[1], "2 (SPIr)"),
        sk_ei=_hex(fields[2], "3 (SK_ei)"),
        sk_er=_hex(fields[3], "4 (SK_er)"),
        sk_ai=_hex(fields[5], "6 (SK_ai)"),
        sk_ar=_hex(fields[6], "7 (SK_ar)"),
        encryption=cipher,
        integrity=check,
    )


def _refuse_unknown(name: str, column: str) -> None:
    if name and name != "-":
        raise ValueError(
            f"column {column}: {len(name)} characters that are no name known; use Wireshark's or IANA's, or leave it "
            "empty"
        )


def _spi(text: str, column: str) -> str:
    data = _hex(text, column)
    if len(data) != 8:
        raise ValueError(f"column {column}: {len(text)} characters, not 16 hexadecimal digits")
    return data.hex()


def _hex(text: str, column: str, *, required: bool = False) -> bytes:
    digits = text.replace(":", "").removeprefix("0x")
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        raise ValueError(f"column {column}: {len(text)} characters that are not hexadecimal") from None
    if required and not data:
        raise ValueError(f"column {column} is empty")
    return data
