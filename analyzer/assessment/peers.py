"""What the user says that peers accept: a small TOML file, `--peer-config`.

    [peer."192.0.2.20"]            # an address, or a network: "192.0.2.0/24"
    versions = [2]                 # IKE versions it speaks; optional
    ike = ["aes256-sha256-modp2048", "aes256gcm16-prfsha384-ecp384"]
    esp = ["aes256gcm16-ecp384", ["ENCR_AES_CBC-256", "AUTH_HMAC_SHA2_256_128"]]

A proposal is one text of keywords joined by "-", as strongSwan writes them, or a list of keywords and registry names.
A kind may be named several times: these are alternatives.
"""

import ipaddress
from functools import cache
from typing import NamedTuple, NoReturn

from analyzer.assessment import combinations, keywords
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.combinations import Combination
from analyzer.errors import PeerConfigError
from analyzer.settings import read_small

_USES = ("ike", "esp", "ah")
_KEYS = ("versions", *_USES)
_NEEDED = {"ike": "encr", "esp": "encr", "ah": "integ"}
_EXAMPLE = 'For example: [peer."192.0.2.20"] with ike = ["aes256-sha256-modp2048"]'
_PROTOCOLS = {"esp": 3, "ah": 2}
_LARGEST_FILE = 1 << 20
_MOST_SHOWN = 200  # characters of what is wrong
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class _Peer(NamedTuple):
    """One table of the file. accepted: by IKE version, and IKE SA or child SA."""

    network: _Network
    versions: frozenset[int] | None
    accepted: dict[tuple[int, bool], list[Combination]]


class Peers:
    """Configured peers; of several networks that hold an address the smallest counts."""

    def __init__(self, peers: list[_Peer] | None = None) -> None:
        self._peers = sorted(peers or [], key=lambda p: -p.network.prefixlen)
        self._of = cache(self._find)

    def _find(self, address: str) -> _Peer | None:
        if not self._peers:
            return None
        ip = ipaddress.ip_address(address)
        return next((p for p in self._peers if ip.version == p.network.version and ip in p.network), None)

    def accepted(self, address: str, version: int, *, child: bool) -> list[Combination]:
        """Proposals that the address accepts; none: the file says nothing of it."""
        peer = self._of(address)
        return peer.accepted.get((version, child), []) if peer is not None else []

    def versions(self, address: str) -> frozenset[int] | None:
        """IKE versions that the address speaks; None: the file does not say."""
        peer = self._of(address)
        return peer.versions if peer is not None else None


def load(path: str) -> Peers:
    """Read a file of peers. PeerConfigError: it cannot be read, or says something that is not understood."""
    import tomllib  # noqa: PLC0415  (only such a file needs it)

    data = read_small(path, _LARGEST_FILE, "a TOML file", PeerConfigError)
    try:
        content = tomllib.loads(data.decode("utf-8"))
    except RecursionError:
        raise PeerConfigError(f"{path}: not TOML of peers: brackets too deep in one another. {_EXAMPLE}") from None
    except ValueError as error:  # no UTF-8, no TOML, or a number of thousands of digits
        raise PeerConfigError(f"{path}: not TOML: {error}. {_EXAMPLE}") from error
    tables = content.pop("peer", None)
    if content or not isinstance(tables, dict) or not tables:
        extra = f"unknown: {', '.join(content)[:_MOST_SHOWN]}" if content else "no peer in it"
        raise PeerConfigError(f"{path}: {extra}. {_EXAMPLE}")
    return Peers([_peer(path, address, table) for address, table in tables.items()])


def _peer(path: str, address: str, table: object) -> _Peer:
    where = f'{path}: peer "{address[:_MOST_SHOWN]}"'
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        raise PeerConfigError(f"{where}: no address or network. {_EXAMPLE}") from None
    unknown = [key for key in table if key not in _KEYS] if isinstance(table, dict) else []
    if not isinstance(table, dict) or unknown:
        _reject(where, f"unknown: {', '.join(unknown)}" if unknown else "not a table", f"Known: {', '.join(_KEYS)}")
    accepted: dict[tuple[int, bool], list[Combination]] = {}
    for use in _USES:
        proposals = table.get(use, [])
        if not isinstance(proposals, list):
            _reject(f"{where}, {use}", "not a list of proposals", 'Write ike = ["aes256-sha256-modp2048"]')
        for proposal in proposals:
            for version, found in _read(f"{where}, {use}", use, proposal).items():
                accepted.setdefault((version, use != "ike"), []).append(found)
    return _Peer(network, _versions(where, table.get("versions")), accepted)


def _reject(where: str, reason: str, advice: str) -> NoReturn:
    raise PeerConfigError(f"{where}: {reason[:_MOST_SHOWN]}. {advice}")


def _versions(where: str, value: object) -> frozenset[int] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not value or any(v not in (1, 2) or isinstance(v, bool) for v in value):
        _reject(where, "versions is not a list of 1 and 2", "Write versions = [2]")
    return frozenset(value)


def _read(where: str, use: str, proposal: object) -> dict[int, Combination]:
    """One proposal as a combination of each IKE version that can say it."""
    words = proposal.split("-") if isinstance(proposal, str) else proposal
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        _reject(where, f"{proposal!r} is no proposal", "A proposal is a text or a list of texts")
    for word in words:
        if not any(keywords.algorithm(word, *place) for place in keywords.TABLES):
            _reject(where, f"unknown algorithm {word!r}", "Use keywords like aes256, sha256, modp2048, or IANA's names")
    found = {}
    for version in (2, 1):
        algorithms = [keywords.algorithm(word, version, use) for word in words]
        for a in algorithms:
            if a is not None and keywords.lacks_key_length(a):
                _reject(where, f"{a.name} has keys of several lengths", f"Name one: {a.name}-256")
        kinds = _kinds(version, use, words, algorithms)
        if kinds is not None:
            found[version] = Combination(kinds, "-".join(words), None)
    if not found:
        _reject(
            where, f"{'-'.join(words)} is no proposal for {use}", f"Name its {combinations.WORDS[_NEEDED[use]]} too"
        )
    return found


def _kinds(
    version: int, use: str, words: list[str], algorithms: list[Algorithm | None]
) -> dict[str, tuple[Algorithm, ...]] | None:
    """Alternatives by kind; None: this version cannot say it. A PRF is no matter of IKEv1 and of child SAs."""
    kinds: dict[str, tuple[Algorithm, ...]] = {}
    for word, found in zip(words, algorithms, strict=True):
        if found is not None:
            kind, added = found.kind, found.kind.startswith("addke")
            kinds[kind] = (*kinds.get(kind, ()), found._replace(kind="ke", additional=True) if added else found)
        elif not _beside_the_point(word):
            return None
    if _NEEDED[use] not in kinds:
        return None
    _complete(version, use, kinds)
    return kinds


def _beside_the_point(word: str) -> bool:
    meant = keywords.algorithm(word, 2, "ike") or keywords.algorithm(word, 2, "esp")
    return meant is not None and meant.kind in ("prf", "sn")


def _complete(version: int, use: str, kinds: dict[str, tuple[Algorithm, ...]]) -> None:
    """What proposals leave unsaid: the PRF follows integrity; child SAs without a group want none."""
    scope = f"ikev{version}" if use == "ike" else use
    if (version, use) == (2, "ike") and "prf" not in kinds and "integ" in kinds:
        prfs = tuple(p for a in kinds["integ"] if (p := keywords.pseudo_random_function(a)) is not None)
        kinds |= {"prf": prfs} if prfs else {}
    if use != "ike":
        number = _PROTOCOLS[use]
        kinds["protocol"] = (Algorithm(scope, "protocol", "ikev2-protocol-ids", number, None),)
        kinds.setdefault("ke", (combinations.none(scope, "ke"),))
    if use == "esp" or (version == 2 and combinations.aead(kinds.get("encr", ()))):
        kinds.setdefault("integ", (combinations.none(scope, "integ"),))
