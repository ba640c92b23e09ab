"""Packed addresses as text, remembered: most packets are between few hosts, and equal texts are one object."""

import socket

_REMEMBERED = 8192
_texts: dict[bytes, str] = {}


def pair_text(pair: bytes) -> tuple[str, str]:
    """Source and destination of a pair of packed addresses (8 bytes: IPv4; 32 bytes: IPv6)."""
    half = len(pair) // 2
    source, destination = pair[:half], pair[half:]
    return _texts.get(source) or _text(source), _texts.get(destination) or _text(destination)


def _text(address: bytes) -> str:
    if len(_texts) >= _REMEMBERED:
        _texts.clear()
    text = _texts[address] = socket.inet_ntop(socket.AF_INET if len(address) == 4 else socket.AF_INET6, address)
    return text


def reversed_key(key: bytes) -> bytes:
    """The opposite direction of a key of address pair and ports (12 or 36 bytes)."""
    half = (len(key) - 4) // 2
    return key[half : 2 * half] + key[:half] + key[-2:] + key[-4:-2]
