"""Whether what a log shows decrypted is the inside of a message, and all of it.

A logger drops lines, so the order in which a log prints things proves nothing. What does: the message's header, its
ciphertext, IV and ICV printed beside the plaintext, and their lengths.
"""

from typing import Final, NamedTuple

from analyzer.capture.datagram import Shown
from analyzer.capture.natt import HEADER_LENGTH, NON_ESP_MARKER

IKE_SA_INIT: Final = 34
_ENCRYPTED_EXCHANGES: Final = {
    1: (32, 33),  # Quick Mode, New Group Mode: RFC 2409 sections 5.5, 5.6
    # IKE_AUTH, CREATE_CHILD_SA, INFORMATIONAL, GSA_AUTH, GSA_REGISTRATION, GSA_REKEY, IKE_INTERMEDIATE, IKE_FOLLOWUP_KE
    2: (*range(35, 38), *range(39, 42), 43, 44),
}
_NOTIFY: Final = 41
_UNPROTECTED: Final = (4, 5)  # INVALID_IKE_SPI, INVALID_MAJOR_VERSION: there is no IKE SA (RFC 7296 section 3.10.1)
_ALIKE: Final = slice(17, 24)  # of a header: version, exchange, flags, message ID
_NEXT_PAYLOAD_AT, _VERSION_AT, _EXCHANGE_AT, _FLAGS_AT, _ID_AT, _LENGTH_AT = 16, 17, 18, 19, 20, 24
_ENCRYPTED, _RESPONSE = 0x01, 0x20  # RFC 2408 section 3.1, RFC 7296 section 3.1
_SK, _SKF = 46, 53  # RFC 7296 section 3.14, RFC 7383 section 2.5
_PAYLOAD_HEADER: Final = 4
_LONGEST_BLOCK: Final = 16
_IVS: Final = (8, 16)
_ICVS: Final = (8, 12, 16, 20, 24, 32)
_SURE: Final = 8  # bytes by which a message is known
_AROUND: Final = frozenset(iv + icv for iv in _IVS for icv in _ICVS)


class Name(NamedTuple):
    """Which message of an IKE SA: fragment 0 is a whole one. Of IKEv1 the message ID alone says it."""

    message_id: int
    is_response: bool = False
    fragment: int = 0


class Sealed(NamedTuple):
    """The encrypted part of a message that is whole.

    first_payload: what it begins with. body: in IKEv1 the ciphertext; in IKEv2 IV, ciphertext and ICV.
    """

    version: int
    name: Name
    first_payload: int
    body: bytes


def unmarked(payload: bytes) -> bytes:
    """A message without the non-ESP marker."""
    return payload[len(NON_ESP_MARKER) :] if payload[: len(NON_ESP_MARKER)] == NON_ESP_MARKER else payload


def exchange(message: bytes) -> tuple[int, int]:
    """Major version and exchange type that a header says."""
    return message[_VERSION_AT] >> 4, message[_EXCHANGE_AT]


def is_decrypted(message: bytes) -> bool:
    """Whether a message cannot have been sent as it is printed: unencrypted, and of an exchange that is not.

    Not those that say that there is no IKE SA; INVALID_SPI may be sent without one, but does not show that it was.
    """
    version, kind = exchange(message)
    if kind not in _ENCRYPTED_EXCHANGES.get(version, ()):
        return False
    if version == 1:
        return not message[_FLAGS_AT] & _ENCRYPTED
    first = message[_NEXT_PAYLOAD_AT]
    notify = int.from_bytes(message[HEADER_LENGTH + 6 : HEADER_LENGTH + 8], "big")
    alone = first == _NOTIFY and not message[HEADER_LENGTH]
    return first not in (_SK, _SKF) and not (alone and notify in _UNPROTECTED)


def sealed(payload: bytes) -> Sealed | None:
    """What is encrypted in a message; None of one that is not, is not whole, or has other payloads before it."""
    message = unmarked(payload)
    if len(message) < HEADER_LENGTH or int.from_bytes(message[_LENGTH_AT:HEADER_LENGTH], "big") != len(message):
        return None
    version, flags, first = message[_VERSION_AT] >> 4, message[_FLAGS_AT], message[_NEXT_PAYLOAD_AT]
    message_id = int.from_bytes(message[_ID_AT:_LENGTH_AT], "big")
    if version == 1:
        return Sealed(1, Name(message_id), first, message[HEADER_LENGTH:]) if flags & _ENCRYPTED else None
    start = HEADER_LENGTH + (_PAYLOAD_HEADER if first == _SK else 2 * _PAYLOAD_HEADER)
    length = int.from_bytes(message[HEADER_LENGTH + 2 : HEADER_LENGTH + 4], "big")
    if version != 2 or first not in (_SK, _SKF) or len(message) < start or length != len(message) - HEADER_LENGTH:
        return None
    fragment = int.from_bytes(message[HEADER_LENGTH + 4 : HEADER_LENGTH + 6], "big") if first == _SKF else 0
    return Sealed(2, Name(message_id, bool(flags & _RESPONSE), fragment), message[HEADER_LENGTH], message[start:])


def _chain(plaintext: bytes, first_payload: int) -> int:
    """Where the last payload ends, which an encrypted one of IKEv2 is; -1 where the chain goes on behind the end."""
    following, at = first_payload, 0
    while following:
        length = int.from_bytes(plaintext[at + 2 : at + 4], "big")
        if length < _PAYLOAD_HEADER or at + length > len(plaintext):
            return -1
        following, at = (0 if following in (_SK, _SKF) else plaintext[at]), at + length
    return at


def is_cut(payload: bytes) -> bool:
    """Whether there are fewer bytes than the header of a message says."""
    message = unmarked(payload)
    return len(message) >= HEADER_LENGTH and int.from_bytes(message[_LENGTH_AT:HEADER_LENGTH], "big") > len(message)


def holds_together(payload: bytes) -> bool:
    """Whether bytes are a message from end to end, as far as can be seen: its length, and payloads or ciphertext.

    Not where a header says that it is encrypted and payloads follow: that is its inside, printed again.
    """
    message = unmarked(payload)
    if len(message) < HEADER_LENGTH:
        return True  # nothing that could be seen
    if int.from_bytes(message[_LENGTH_AT:HEADER_LENGTH], "big") != len(message):
        return False
    body, first, version = message[HEADER_LENGTH:], message[_NEXT_PAYLOAD_AT], message[_VERSION_AT] >> 4
    if version == 1 and message[_FLAGS_AT] & _ENCRYPTED:
        end = _chain(body, first)
        return end <= 0 or not _pads(body[end:])
    return version in (1, 2) and _chain(body, first) == len(body)


def is_encrypted(payload: bytes) -> bool:
    """Whether a message is encrypted, all of it, so that nobody can see whether it holds together."""
    return sealed(payload) is not None


def _pads(padding: bytes) -> bool:
    """IKEv1's (RFC 2409 appendix B): zeros; some end with its length, with that byte or without."""
    return not any(padding) or padding[-1] in (len(padding), len(padding) - 1)


def _says(plaintext: bytes, of: Sealed, *, padded: bool = True) -> bytes | None:
    """A plaintext, in IKEv2 without its padding (RFC 7296 section 3.14); in IKEv1 nothing says how long that is.

    None where it is not payloads and padding, or where a part of it is still encrypted.
    """
    end = len(plaintext)
    if padded and of.version == 2:
        end -= plaintext[-1] + 1 if plaintext else 1
    payloads = end if of.name.fragment else _chain(plaintext, of.first_payload)
    if min(end, payloads) < 0 or not (end == payloads or (of.version == 1 and _pads(plaintext[payloads:]))):
        return None
    encrypted = {of.body[at : at + _SURE] for at in range(len(of.body) - _SURE + 1)}
    if any(plaintext[at : at + _SURE] in encrypted for at in range(0, len(plaintext) - _SURE + 1, _SURE)):
        return None
    return plaintext[:end]


class Inside(NamedTuple):
    """What a log prints of one encryption or decryption: all that is printed must be the message's.

    plaintext: padding included. iv, icv, and header, which it begins with: empty where they are not printed. name: as
    words say.
    """

    plaintext: bytes
    ciphertext: bytes
    iv: bytes = b""
    icv: bytes = b""
    header: bytes = b""
    name: Name | None = None

    def of(self, payload: bytes) -> Shown | None:
        """What it shows of a message; None where it is not the message's."""
        one = sealed(payload)
        if one is None or not self.ciphertext or len(self.plaintext) != len(self.ciphertext):
            return None
        if not unmarked(payload).startswith(self.header):
            return None
        if one.version == 1:
            same = one.body == self.ciphertext and (self.name is None or self.name.message_id == one.name.message_id)
        else:
            same = self.name in (None, one.name) and self._fills(one.body)
        return _shown(None, _says(self.plaintext, one)) if same else None

    def _fills(self, body: bytes) -> bool:
        if len(self.iv + self.ciphertext) < _SURE or len(self.iv) not in (0, *_IVS):
            return False
        for size in (len(self.iv),) if self.iv else _IVS:
            icv = body[size + len(self.ciphertext) :]
            if body[:size].startswith(self.iv) and body[size:].startswith(self.ciphertext) and len(icv) in _ICVS:
                return not self.icv or icv == self.icv
        return False


def _shown(first_payload: int | None, content: bytes | None) -> Shown | None:
    return None if content is None else Shown(first_payload, content)


def before_encryption(plaintext: bytes, payload: bytes) -> Shown | None:
    """What a plaintext, padding included, shows of an IKEv2 message that is known to be the one; by lengths alone."""
    one = sealed(payload)
    if one is None or one.version != 2 or one.name.fragment or len(one.body) - len(plaintext) not in _AROUND:
        return None
    return _shown(one.first_payload, _says(plaintext, one))


def under_header(decrypted: bytes, first_payload: int, start: int, payload: bytes) -> Shown | None:
    """What a message that is printed again, decrypted, shows of this one: behind `start`, with padding or without.

    Their headers are the same, but for the length and what comes first; of IKEv2 no fragment is asked for.
    """
    one, message = sealed(payload), unmarked(payload)
    if one is None or message[:16] != decrypted[:16] or message[_ALIKE] != decrypted[_ALIKE]:
        return None
    plaintext = decrypted[start:]
    around = len(one.body) - len(plaintext)
    if first_payload != one.first_payload or one.name.fragment:
        return None
    if one.version == 1:
        says = int.from_bytes(decrypted[_LENGTH_AT:HEADER_LENGTH], "big")
        whole = around == 0 or (0 < around <= _LONGEST_BLOCK and says == len(decrypted))
        return _shown(first_payload, _says(plaintext, one)) if whole else None
    content = _says(plaintext, one, padded=False) if around > min(_AROUND) else None
    if content is None and around in _AROUND:
        content = _says(plaintext, one)
    return _shown(first_payload, content)
