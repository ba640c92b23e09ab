"""Hardware addresses under other names, and the interface identifiers of IPv6 that are made of them."""

from analyzer.redact.key import Key

SIZE = 6
_GROUP_AND_LOCAL = 3  # bits of the first byte: group address, locally administered
_LOCAL = 2
_EUI_64 = b"\xff\xfe"
# What groups everybody knows begin with: IEEE 802.1's, Cisco's; and of those that stand for a group of IP
_KNOWN = (b"\x01\x80\xc2\x00\x00", b"\x01\x00\x0c\xcc\xcc")
_OF_IPV4, _OF_IPV6 = b"\x01\x00\x5e", b"\x33\x33"


class Macs:
    """Pseudonyms of MAC addresses; `known` has them all. A group stays a group, a local address stays local."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self.known: dict[bytes, bytes] = {}

    def of(self, mac: bytes) -> bytes:
        """The pseudonym of six bytes."""
        if len(set(mac)) == 1 or mac.startswith(_KNOWN):
            return mac
        found = self.known.get(mac)
        if found is None:
            kept = _OF_IPV4 if mac.startswith(_OF_IPV4) else _OF_IPV6 if mac.startswith(_OF_IPV6) else b""
            made = self._key.stream("mac", mac, SIZE)
            first = made[0] & ~_GROUP_AND_LOCAL | mac[0] & _GROUP_AND_LOCAL
            found = self.known[mac] = kept + (bytes([first]) + made[1:])[len(kept) :]
        return found

    def interface(self, identifier: bytes) -> bytes | None:
        """The interface identifier of the pseudonym, of one made of a MAC (RFC 4291 appendix A); None: of another."""
        if identifier[3:5] != _EUI_64:
            return None
        mac = self.of(bytes([identifier[0] ^ _LOCAL]) + identifier[1:3] + identifier[5:])
        return bytes([mac[0] ^ _LOCAL]) + mac[1:3] + _EUI_64 + mac[3:]
