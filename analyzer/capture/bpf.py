"""What a capture filter certainly leaves out, by its text in the language of tcpdump (pcap-filter(7)).

Only simple forms are understood: protocols, hosts, ports and port ranges, joined by and, or, not and parentheses. What
else stands in it may let a packet pass, so that of anything unknown nothing is said.
"""

import re
from typing import Final, NamedTuple

MAX_TEXT: Final = 1024  # characters of a filter that is looked at
_MAX_DEPTH: Final = 64
_PART: Final = r"[()!]|&&|\|\||[^\s()!&|]+"  # compiled when there is a filter: few captures have one
_ARITHMETIC: Final = r"[\[\]<>=+*^]|(?<!&)&(?!&)|(?<!\|)\|(?!\|)"
_PROTOCOLS: Final = {"udp": 17, "tcp": 6, "icmp": 1, "icmp6": 58, "esp": 50, "ah": 51, "sctp": 132, "igmp": 2}
_NAMED_PORTS: Final = {"isakmp": 500, "ipsec-nat-t": 4500, "domain": 53, "http": 80, "https": 443, "ssh": 22}
_WITH_PORTS: Final = frozenset((6, 17, 132))
_WORDS: Final = frozenset(("and", "or", "not", "&&", "||", "!", "(", ")"))
_QUALIFIERS: Final = frozenset(("src", "dst", "host", "port", "portrange", "net", "proto", "ip", "ip6"))


class Packet(NamedTuple):
    """A packet that a filter is asked about; None: any. ports: source and destination; empty where it has none.

    protocol: number of the IP protocol. A later IP fragment has a protocol and no ports.
    """

    protocol: int
    source: str | None = None
    destination: str | None = None
    ports: tuple[int | None, int | None] | None = None


class _UnknownError(Exception):
    """The filter has a form that is not understood."""


def leaves_out(text: str, packet: Packet) -> bool:
    """Whether a filter certainly does not let such a packet pass."""
    if not text or len(text) > MAX_TEXT or re.search(_ARITHMETIC, text):
        return False
    try:
        reader = _Reader([*_tokens(text)], packet)
        found = reader.expression(0)
    except _UnknownError:
        return False
    return found is False and reader.at == len(reader.tokens)


def _tokens(text: str) -> list[str]:
    return [token.lower() for token in re.findall(_PART, text)]


class _Reader:
    """Reads an expression and says of a packet: True it passes, False it does not, None that depends."""

    def __init__(self, tokens: list[str], packet: Packet) -> None:
        self.tokens, self.at = tokens, 0
        self._packet = packet
        self._before: tuple[str, ...] = ()  # qualifiers of the last term: "port 500 or 4500"

    def expression(self, depth: int) -> bool | None:
        """Terms from left to right: `and` and `or` bind alike."""
        if depth > _MAX_DEPTH:
            raise _UnknownError
        found = self._term(depth)
        while self.at < len(self.tokens) and self.tokens[self.at] != ")":
            word = self.tokens[self.at]
            joins_all = word not in ("or", "||")
            if word in ("and", "&&", "or", "||"):
                self.at += 1
            elif word not in ("(", "not", "!"):
                raise _UnknownError
            other = self._term(depth)
            found = _all(found, other) if joins_all else _any(found, other)
        return found

    def _term(self, depth: int) -> bool | None:
        word = self._next()
        if word in ("not", "!"):
            found = self._term(depth + 1)
            return None if found is None else not found
        if word == "(":
            found = self.expression(depth + 1)
            if self._next() != ")":
                raise _UnknownError
            return found
        if word in _WORDS:
            raise _UnknownError
        return self._primitive(word)

    def _next(self) -> str:
        if self.at >= len(self.tokens):
            raise _UnknownError
        self.at += 1
        return self.tokens[self.at - 1]

    def _primitive(self, word: str) -> bool | None:
        """Words up to the next `and`, `or` or parenthesis."""
        words = [word]
        while self.at < len(self.tokens) and self.tokens[self.at] not in _WORDS:
            words.append(self._next())
        if len(words) == 1 and word not in _QUALIFIERS and word not in _PROTOCOLS:
            if not word[0].isdigit():
                return None  # a word of its own, such as vlan, or a name
            words = [*self._before, word]  # the qualifiers of the term before hold for it
        self._before = tuple(words[:-1])
        return self._asked(words)

    def _asked(self, words: list[str]) -> bool | None:
        packet, rest = self._packet, list(words)
        holds: bool | None = True
        version = rest[0] if rest[0] in ("ip", "ip6") else ""
        if version:
            rest.pop(0)
            holds = _version(packet, version)
        if rest[:1] == ["proto"] and len(rest) == 2:
            number = rest[1].lstrip("\\")
            kind = _PROTOCOLS.get(number, _port(number))
            return None if kind is None else _all(holds, packet.protocol == kind)
        if rest and rest[0] in _PROTOCOLS:
            holds = _all(holds, packet.protocol == _PROTOCOLS[rest.pop(0)])
        if not rest:
            return holds
        side = rest.pop(0) if rest[0] in ("src", "dst") else ""
        if len(rest) == 1 and rest[0] not in _QUALIFIERS:
            rest.insert(0, "host")
        if len(rest) != 2:
            return None if holds is not False else False
        return _all(holds, self._at(side, *rest))

    def _at(self, side: str, kind: str, value: str) -> bool | None:
        packet = self._packet
        if kind == "host":
            hosts = {"src": (packet.source,), "dst": (packet.destination,)}.get(
                side, (packet.source, packet.destination)
            )
            return _some([None if host is None or not _is_address(value) else host == value for host in hosts])
        if kind not in ("port", "portrange"):
            return None
        if packet.ports is None or packet.protocol not in _WITH_PORTS:
            return False
        first, _, last = value.partition("-")
        low, high = _port(first), _port(last or first)
        if low is None or high is None:
            return None
        ports = {"src": packet.ports[:1], "dst": packet.ports[1:]}.get(side, packet.ports)
        return _some([None if port is None else low <= port <= high for port in ports])


def _port(text: str) -> int | None:
    if text in _NAMED_PORTS:
        return _NAMED_PORTS[text]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else None


def _is_address(text: str) -> bool:
    """Whether it is written as addresses are compared: IPv4, or IPv6 in its usual form."""
    from ipaddress import ip_address  # noqa: PLC0415  (only where a filter names a host)

    try:
        return str(ip_address(text)) == text
    except ValueError:
        return False


def _version(packet: Packet, version: str) -> bool | None:
    address = packet.source or packet.destination
    return None if address is None else (":" in address) == (version == "ip6")


def _all(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _any(one: bool | None, other: bool | None) -> bool | None:
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def _some(answers: list[bool | None]) -> bool | None:
    found: bool | None = False
    for answer in answers:
        found = _any(found, answer)
    return found
