"""Packed addresses as text, remembered: most packets are between few hosts, and equal texts are one object."""

_REMEMBERED = 8192
_IPV4 = 4  # bytes


class Addresses:
    """The texts of one capture's addresses."""

    def __init__(self) -> None:
        self._texts: dict[bytes, str] = {}

    def pair(self, pair: bytes) -> tuple[str, str]:
        """Source and destination of a pair of packed addresses (8 bytes: IPv4; 32 bytes: IPv6)."""
        half = len(pair) // 2
        source, destination = pair[:half], pair[half:]
        return self._texts.get(source) or self._new(source), self._texts.get(destination) or self._new(destination)

    def text(self, address: bytes) -> str:
        """A packed address (4 bytes: IPv4; 16 bytes: IPv6)."""
        return self._texts.get(address) or self._new(address)

    def _new(self, address: bytes) -> str:
        if len(self._texts) >= _REMEMBERED:
            self._texts.clear()
        text = text_of(address)
        self._texts[address] = text
        return text


def packed_address(text: str) -> bytes:
    """The bytes of an address as `text_of` writes it: 4 of IPv4, 16 of IPv6."""
    if ":" not in text:
        return bytes(map(int, text.split(".")))
    import socket  # noqa: PLC0415  (takes longer to load than most captures to read)

    return socket.inet_pton(socket.AF_INET6, text)


def text_of(address: bytes) -> str:
    """A packed address as text."""
    if len(address) == _IPV4:
        return ".".join(map(str, address))
    import socket  # noqa: PLC0415  (takes longer to load than most captures to read)

    return socket.inet_ntop(socket.AF_INET6, address)


def reversed_key(key: bytes) -> bytes:
    """The opposite direction of a key of address pair and ports (12 or 36 bytes)."""
    half = (len(key) - 4) // 2
    return key[half : 2 * half] + key[:half] + key[-2:] + key[-4:-2]
