"""Who answers IKE to whom, what outside scanners can say of it, and rules that let in known peers only.

Rules are text for somebody to read and change: nothing here is run. Addresses come from a capture, and stand in a rule
only as the address that they are (`ip_address`); what is none is left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from string import Template
from typing import Any, Final, NamedTuple

from analyzer import data
from analyzer.report.story import Line
from analyzer.report.unopened import COUNTED
from analyzer.report.words import listed, plural
from analyzer.tables.store import Tables
from analyzer.tables.text import visible
from analyzer.vocabulary import few

MOST_PEERS: Final = 64
"""Of more, an allow-list by address is no use; and one that lacks some would lock them out."""
MOST_HOSTS: Final = 20  # on a page
_NAMED: Final = 5
_PORTS: Final = (500, 4500)
_SURE: Final = ("certain", "likely")
NEEDED: Final[Mapping[str, Sequence[str]]] = {
    "captures": ("capture", *COUNTED),
    "defects": ("kind", "effect", "capture", "frame_number"),
    "negotiations": ("initiator_ip", "responder_ip", "outcome", "outcome_confidence", "paths"),
    "responders": (
        *("ip", "port", "transport", "versions", "modes", "answered_peers", "implementation"),
        *("state", "confidence", "inside", "outside_peers", "all_peers"),
    ),
    "floods": ("kind", "target_ip", "sources"),
}
TITLES: Final = {
    "nftables": "nftables",
    "iptables": "iptables and ip6tables",
    "ufw": "ufw",
    "firewalld": "firewalld",
    "pf": "pf (lines of /etc/pf.conf)",
    "windows": "Windows (PowerShell, as administrator)",
}
_SPECIAL: Final = {
    "iptables": "The jumps out of INPUT come last, so that nothing is dropped before the list is complete. Peers, and "
    "conversations that are up, go on to the rules that follow.",
    "nftables": "Peers go on to the rules that are there. Packets of conversations that are up pass in front of the "
    "list. nft list ruleset > FILE saves all of it.",
    "ufw": "The first rule that fits decides: delete what allows these ports to anybody by its number, and see that "
    "incoming is denied by default (ufw status verbose).",
    "firewalld": "For the default zone; another one is named with --zone. The service ipsec has UDP 500 and 4500, ESP "
    "and AH; other ports need rules of their own. Remove what else lets them in. --reload drops all that was set "
    "without --permanent: look at it before (--list-all without and with --permanent).",
    "pf": "The lines stand behind those of translation (nat, rdr) and before all that pass these ports quick. "
    "pfctl -nf only checks the file.",
    "windows": "The last command lists the other rules that may allow this to others, those for any port or a range of "
    "ports and those of Group Policy too: narrow or disable each that is not for another program or service alone, or "
    "a range without these ports. Make no rule that blocks these ports: a block wins over every allow, also over that "
    "of the peers.",
}
_NOT_RUN: Final = "Nothing was run. Read the rules, change them, and try them from a second session that stays open."
_ONLY_SEEN: Final = (
    "The addresses are those with which an SA came up in this capture, for certain or likely, and no others: roaming "
    "clients, peers with changing addresses, behind another NAT, or silent while it ran are locked out until they are "
    "added."
)
_ONE_HOST: Final = (
    "The rules are for the host itself: on a router in front of it they belong to what is forwarded. Both families are "
    "named; one without a peer lets nobody in. ESP and AH are let in for the same peers; behind a NAT they are in UDP "
    "4500."
)
_UP: Final = (
    "What is up stays up: a stranger that has a conversation goes on in it until the host forgets it, where the rules "
    "let established ones through."
)
_TWO: Final = (
    "Where two of the addresses here are of one machine, it needs the rules of both, and their peers in one list: with "
    "one address's rules alone the other's peers are locked out."
)
_REDACTED: Final = "In a redacted copy all addresses are other ones: make the rules from the original capture."
CAUTIONS: Final = (_NOT_RUN, _ONLY_SEEN, _ONE_HOST, _UP, _TWO, _REDACTED)
SCANNERS: Final = (
    "Shadowserver's ISAKMP report lists hosts that answer its probe, by SPIs, next payload, exchange type and notify. "
    "In the records that are public a refusal in clear (exchange type 5, notify 14) has the tag isakmp-vulnerable: a "
    "host that refuses is listed too. This is known from the test data of a parser; what Censys and Shodan say is not "
    "known."
)


class Firewall(NamedTuple):
    """Its rules as lines, what to run behind them, how to add a peer, how to take all back, and what to know of it."""

    name: str
    title: str
    lines: tuple[str, ...]
    checks: tuple[str, ...]
    add: str
    undo: str
    note: str


@dataclass(frozen=True, slots=True)
class Exposed:
    """A host that answered IKE or accepted a TCP connection. all_outside, all_elsewhere: whether all peers are there.

    places: what it did on which port, a sentence each. outside: peers outside that got through to IKE, or to a port of
    its own; elsewhere: to another port. reports: what scanners can say of it. left_out: peers that no rule lets in, and
    why. firewalls: rules for it; none where why says why there are none.
    """

    ip: str
    inside: bool
    places: tuple[str, ...]
    outside: tuple[str, ...]
    elsewhere: tuple[str, ...]
    reports: tuple[str, ...]
    left_out: tuple[str, ...]
    firewalls: tuple[Firewall, ...]
    why: str
    all_outside: bool
    all_elsewhere: bool

    @property
    def outside_text(self) -> str:
        """Whom it let in from outside, in a sentence or two; "": nobody."""
        texts = []
        if self.outside:
            texts.append(
                f"Outside it answered, or accepted connections of, {_peers_text(self.outside, self.all_outside)}."
            )
        if self.elsewhere:
            of = _peers_text(self.elsewhere, self.all_elsewhere)
            texts.append(f"On ports that are none of IKE's it accepted connections from outside, of {of}.")
        return " ".join(texts)

    @property
    def is_reached(self) -> bool:
        """Whether it lies inside and let in somebody from outside, or may have."""
        return self.inside and not (self.all_outside and self.all_elsewhere and not self.outside_text)


def exposed(tables: Tables) -> list[Exposed]:
    """All of them: those inside that got through to somebody outside first."""
    hosts: dict[str, list[Mapping[str, Any]]] = {}
    for row in tables["responders"].records():
        if row["state"] in (None, "answered", "open") and row["ip"]:
            hosts.setdefault(row["ip"], []).append(row)
    peers = _peers(tables)
    found = [_host(ip, rows, peers.get(ip, {})) for ip, rows in hosts.items()]
    return sorted(found, key=lambda host: (not (host.inside and host.outside), not host.is_reached, not host.outside))


class View(NamedTuple):
    """The hosts inside that somebody outside got through to, the first few of them; how many more there are."""

    hosts: list[Exposed]
    more: int
    scanners: str
    cautions: tuple[str, ...]


def view(tables: Tables) -> View | None:
    """What a page shows of it; None: nobody outside got through to a host inside."""
    hosts = [host for host in exposed(tables) if host.is_reached]
    scanners = SCANNERS if any(host.reports for host in hosts) else ""
    return View(hosts[:MOST_HOSTS], len(hosts[MOST_HOSTS:]), scanners, CAUTIONS) if hosts else None


def _peers(tables: Tables) -> dict[str, dict[str, bool]]:
    """With whom each address had an IKE SA, on each of its paths; whether one of these is more than possible."""
    found: dict[str, dict[str, bool]] = {}
    for initiator, responder, outcome, confidence, paths in tables["negotiations"].cells(*NEEDED["negotiations"]):
        if outcome == "established":
            sure = confidence in _SURE
            for one, other in {(initiator, responder): None} | dict.fromkeys(map(_ends, paths or ())):
                for host, peer in ((other, one), (one, other)):
                    known = found.setdefault(host, {})
                    known[peer] = sure or known.get(peer, False)
    return found


def _ends(path: str) -> tuple[str, str]:
    """The two addresses of a path: 192.0.2.10:500 - [2001:db8::20]:500."""
    one, _, other = path.partition(" - ")
    return one.rpartition(":")[0].strip("[]"), other.rpartition(":")[0].strip("[]")


def _host(ip: str, rows: Iterable[Mapping[str, Any]], peers: Mapping[str, bool]) -> Exposed:
    rows = list(rows)
    of_ike, others = list(filter(_is_of_ike, rows)), [row for row in rows if not _is_of_ike(row)]
    outside, elsewhere = _outside(of_ike), _outside(others)
    inside = any(row["inside"] for row in rows)
    known = [address for peer, sure in peers.items() if sure and (address := _address(peer)) is not None]
    ports: dict[str, set[int]] = {"udp": {*_PORTS}, "tcp": set()}
    for row in filter(_is_surely_of_ike, of_ike):
        ports["tcp" if row["transport"] == "tcp" else "udp"].add(row["port"])
    whole, whole_elsewhere = _has_all(of_ike), _has_all(others)
    places, reports, left_out = tuple(map(_place, rows)), tuple(_reports(rows)), tuple(_left_out(peers))
    why = _why(inside=inside, outside=bool(outside), whole=whole, known=len(known))
    rules = () if why else tuple(_firewall(name, known, ports) for name in TITLES)
    return Exposed(ip, inside, places, outside, elsewhere, reports, left_out, rules, why, whole, whole_elsewhere)


def _outside(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(peer for row in rows for peer in _texts(row["outside_peers"])))


def _has_all(rows: Iterable[Mapping[str, Any]]) -> bool:
    return all(row["all_peers"] is not False for row in rows)


def _is_of_ike(row: Mapping[str, Any]) -> bool:
    """Whether IKE answered there, or it is one of IKE's own ports.

    Anybody can make any other TCP port accept connections and acknowledge the prefix: rules on it would lock people out
    of what it is really for.
    """
    return row["state"] != "open" or row["port"] in _PORTS


def _is_surely_of_ike(row: Mapping[str, Any]) -> bool:
    """Whether a rule may be about it: an answer that nobody was seen to ask for may be forged, from any port."""
    return row["confidence"] != "likely" or row["port"] in _PORTS


def _left_out(peers: Mapping[str, bool]) -> Iterator[str]:
    """Which peers no rule lets in, and why."""
    unsure = [peer for peer, sure in peers.items() if not sure]
    if unsure:
        yield (
            f"It is only possible that an SA came up with {few(unsure, _NAMED)}: no rule lets in who may be a "
            "stranger. Add those that you know; with the keys the capture may show it."
        )
    odd = [peer for peer, sure in peers.items() if sure and _address(peer) is None]
    if odd:
        yield f"{few(odd, _NAMED)}: no address of one host that a rule can name."


def _peers_text(peers: Sequence[str], whole: bool) -> str:
    more = "" if whole else "; there may be others, it accepted connections of more than are kept"
    return f"{few(peers, _NAMED)}{more}"


def _why(*, inside: bool, outside: bool, whole: bool, known: int) -> str:
    """Why there are no rules; "": there are some."""
    if not inside:
        return "It does not lie inside: --internal CIDR says which networks do."
    if not outside and not whole:
        return (
            "It accepted connections of more addresses than are kept, and those that are kept lie inside: whether "
            "somebody outside is among the others cannot be known."
        )
    if not outside:
        return (
            "In this capture it answered IKE to nobody outside, and accepted no connection from there on a port of "
            "IKE's own."
        )
    if not known:
        return (
            "No SA came up with it in this capture, for certain or likely, so that no peer of it is known: rules "
            "without peers lock all out."
        )
    if known > MOST_PEERS:
        return f"{known} peers had an SA with it: so many change, and a list of addresses locks out who changed."
    return ""


def _place(row: Mapping[str, Any]) -> str:
    transport = "TCP" if row["transport"] == "tcp" else "UDP"
    if row["state"] == "open":
        said = f"{transport} {row['port']}: accepts connections; no IKE answer came over it."
        return said if _is_of_ike(row) else f"{said} That says nothing of IKE: no rule is about this port."
    said = listed([f"IKEv{version}" for version in _texts(row["versions"])]) or "IKE"
    modes = ", ".join(_texts(row["modes"]))
    peers = plural(len(_texts(row["answered_peers"])), "peer")
    text = f"{transport} {row['port']}: answers {said} ({modes}) to {peers}"
    if row["confidence"] == "likely":
        text += " (likely: the capture has no request that it answers)"
    return f"{text}." if _is_surely_of_ike(row) else f"{text}; no rule is about this port."


def _reports(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What any scanner can say of a host that answers it."""
    answers = [row for row in rows if row["state"] != "open"]
    if not answers:
        return
    looks = next((row["implementation"] for row in answers if row["implementation"]), "")
    versions = listed(sorted({f"IKEv{version}" for row in answers for version in _texts(row["versions"])}))
    like = f", and that it is {looks}" if looks else ""
    yield f"Whoever asks from where it answers learns that it speaks {versions}{like}."
    if any("aggressive" in _texts(row["modes"]) for row in answers):
        yield "It answers aggressive mode: with a pre-shared key a scanner gets a hash to guess it from (RFC 2409 5.4)."


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address that a rule may hold: of one host, and as a firewall reads it."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    odd = found.is_multicast or found.is_unspecified or "%" in text
    return None if odd else found


def _firewall(name: str, peers: list[IPv4Address | IPv6Address], ports: dict[str, set[int]]) -> Firewall:
    of = {4: [str(p) for p in peers if p.version == 4], 6: [str(p) for p in peers if p.version == 6]}
    both, udp, tcp = [*of[4], *of[6]], sorted(ports["udp"]), sorted(ports["tcp"])
    words = {
        "peers4": ", ".join(of[4]), "peers6": ", ".join(of[6]), "peers": ", ".join(both), "list": ",".join(both),
        "udp": ", ".join(map(str, udp)), "tcp": ", ".join(map(str, tcp)),
        "ports": ",".join(map(str, udp)), "tcp_ports": ",".join(map(str, tcp)),
        "pattern": "|".join(map(str, sorted({*udp, *tcp}))), "protocols": "|".join(["UDP", *["TCP"][: len(tcp)]]),
    }  # fmt: skip
    times = {
        "once": [""], "ipv4": of[4][:1], "ipv6": of[6][:1], "tcp": both[:1] if tcp else [],
        "each": both, "each-ipv4": of[4], "each-ipv6": of[6], "each-tcp": both if tcp else [],
    }  # fmt: skip
    made = [(when, Template(line)) for firewall, when, line in _lines() if firewall == name]
    lines = [t.substitute(words, peer=peer) for when, t in made for peer in times.get(when, ())]
    checks = [t.substitute(words) for when, t in made if when == "check"]
    (add,) = (t.substitute(words) for when, t in made if when == "add")
    (undo,) = (t.substitute(words) for when, t in made if when == "undo")
    return Firewall(name, TITLES[name], tuple(lines), tuple(checks), add, undo, _SPECIAL[name])


@cache
def _lines() -> tuple[tuple[str, str, str], ...]:
    return tuple((row["firewall"], row["for"], row["line"]) for row in data.rows(__file__, "exposed.csv"))


def _texts(values: Iterable[Any] | None) -> list[str]:
    return [str(value) for value in values or () if value is not None]


def flood_lines(tables: Tables) -> Iterator[Line]:
    """Who answers what nobody asked, in such numbers that only those inside are hosts here."""
    for kind, target, sources in tables["floods"].cells("kind", "target_ip", "sources"):
        if kind == "unsolicited-answers":
            yield Line(
                visible(
                    f"{plural(sources, 'host')} answer {target}, which sent no request in this capture (table floods): "
                    "those that do not lie inside are not listed."
                ),
                "warn",
            )


def exposed_lines(hosts: Iterable[Exposed]) -> Iterator[Line]:
    """All of it for a terminal, a host after the other; the cautions once, in front of the first rules."""
    warned = explained = False
    for host in hosts:
        if host.reports and not explained:
            explained = True
            yield Line(SCANNERS, "dim")
        where = "inside" if host.inside else "not inside"
        yield Line(visible(f"{host.ip} ({where})"), "title")
        for text in host.places:
            yield Line(visible(f"  {text}"))
        if host.outside_text:
            yield Line(visible(f"  {host.outside_text}"), "warn" if host.inside else "")
        for text in host.reports:
            yield Line(visible(f"  {text}"))
        for text in host.left_out:
            yield Line(visible(f"  {text}"), "warn")
        if host.why:
            yield Line(f"  No rules: {host.why}", "dim")
        elif not warned:
            warned = True
            yield from (Line(f"  {text}", "warn") for text in CAUTIONS)
        for firewall in host.firewalls:
            yield Line(f"  {firewall.title}", "title")
            yield Line(f"    {firewall.note}", "dim")
            yield from (Line(visible(f"    {text}")) for text in (*firewall.lines, *firewall.checks))
            yield Line(f"    One more peer: {firewall.add}", "dim")
            yield Line(f"    Taken back by: {firewall.undo}", "dim")
