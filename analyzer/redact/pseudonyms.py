"""Names and bytes under other names of the same length: the same one wherever it stands.

Of text each run of letters and digits is replaced, letters by letters and digits by digits; what stands between them
stays, so that a host name keeps its dots and a mail address its sign. A run that stands in two names is the same in
both: who has the certificate of a gateway and its ID sees that they belong together.
"""

import re
from collections.abc import Callable
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

from analyzer.redact.key import Key

_TRIES: Final = 64
_NOBODY: Final = frozenset(
    (b"sh", b"bash", b"dash", b"zsh", b"wget", b"curl", b"bin")
)  # commands, for which checks look
_REMEMBERED: Final = 1 << 18
_RUN: Final = re.compile(rb"[0-9A-Za-z\x80-\xff]+")
_LETTER: Final = {c: kind.encode() for kind in (ascii_lowercase, ascii_uppercase, digits) for c in kind.encode()}
_OTHER: Final = ascii_lowercase.encode()  # for bytes above ASCII, each of which becomes one letter

Note = Callable[[bytes, bytes], None]


class Pseudonyms:
    """Pseudonyms by one key. note: is given each text or run of bytes and its pseudonym, when it is first asked for."""

    def __init__(self, key: Key, note: Note = lambda _a, _b: None) -> None:
        self._key = key
        self._note = note
        self._known: dict[tuple[str, bytes], bytes] = {}
        self._taken: set[tuple[str, bytes]] = set()

    def of(self, data: bytes) -> bytes:
        """Of bytes that are a text or none: `text` or `opaque`."""
        return self.text(data) if is_text(data) else self.opaque(data)

    def text(self, data: bytes) -> bytes:
        """Of text in ASCII, or in what has ASCII in it; a byte above it counts as a letter.

        One letter, however often, says nothing and stays.
        """
        if len(set(data)) < 2:
            return data
        known = self._known.get(("text", data))
        if known is None:
            known = _RUN.sub(lambda run: self._replaced(run.group()), data)
            self._keep("text", data, known)
            self._note(data, known)
        return known

    def _replaced(self, run: bytes) -> bytes:
        return run if run in _NOBODY else self._remembered("run", run, self._run)

    def opaque(self, data: bytes) -> bytes:
        """Of any bytes; those that are all alike stay too."""
        if len(set(data)) < 2:
            return data
        known = self._known.get(("bytes", data))
        if known is None:
            known = self._remembered("bytes", data, lambda salted, like: self._key.stream("bytes", salted, len(like)))
            self._note(data, known)
        return known

    def number(self, data: bytes) -> bytes:
        """Of a number with its sign and size: the first bits stay in place, so that it is as long as it was."""
        return self._remembered("number", data, self._number)

    def _remembered(self, kind: str, data: bytes, make: Callable[[bytes, bytes], bytes]) -> bytes:
        """What `make` says, and once more where that is the original or another one's pseudonym."""
        known = self._known.get((kind, data))
        if known is not None:
            return known
        made = data
        for turn in range(_TRIES):
            made = make(bytes([turn]) + data, data)
            if made != data and (kind, made) not in self._taken:
                break
        self._taken.add((kind, made))
        self._keep(kind, data, made)
        return made

    def _keep(self, kind: str, data: bytes, made: bytes) -> None:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
            self._taken.clear()
        self._known[kind, data] = made

    def _run(self, salted: bytes, like: bytes) -> bytes:
        made = self._key.stream("text", salted, 2 * len(like))
        found = bytearray()
        for place, byte in enumerate(like):
            letters = _LETTER.get(byte, _OTHER)
            found.append(letters[int.from_bytes(made[2 * place : 2 * place + 2], "big") % len(letters)])
        return bytes(found)

    def _number(self, salted: bytes, like: bytes) -> bytes:
        """The first byte that is not zero keeps its highest bit; the last bit stays, which says odd or even."""
        made = bytearray(self._key.stream("number", salted, len(like)))
        lead = next((place for place, byte in enumerate(like) if byte), 0)
        made[:lead] = bytes(lead)
        top = 1 << max(like[lead].bit_length() - 1, 0)
        made[lead] = made[lead] & (top - 1) | (like[lead] & top)
        made[-1] = made[-1] & 0xFE | like[-1] & 1
        return bytes(made)


def is_text(data: bytes) -> bool:
    """Whether bytes are printable text, by ASCII or UTF-8, zeros and line ends at their end aside."""
    try:
        text = data.rstrip(b"\0\r\n\t").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(text) and all(part.isprintable() for part in text.splitlines())
