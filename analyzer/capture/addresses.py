"""Address pairs as text, remembered: most packets of a capture are between few hosts."""

import socket

_REMEMBERED = 8192
_texts: dict[bytes, tuple[str, str]] = {}


def pair_text(pair: bytes) -> tuple[str, str]:
    """Source and destination of a pair of packed addresses (8 bytes: IPv4; 32 bytes: IPv6)."""
    texts = _texts.get(pair)
    if texts is None:
        half = len(pair) // 2
        family = socket.AF_INET if half == 4 else socket.AF_INET6
        texts = socket.inet_ntop(family, pair[:half]), socket.inet_ntop(family, pair[half:])
        if len(_texts) >= _REMEMBERED:
            _texts.clear()
        _texts[pair] = texts
    return texts


def reversed_key(key: bytes) -> bytes:
    """The opposite direction of a key of address pair and ports (12 or 36 bytes)."""
    half = (len(key) - 4) // 2
    return key[half : 2 * half] + key[:half] + key[-2:] + key[-4:-2]
