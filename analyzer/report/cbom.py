"""The cryptography that captures show: algorithms, protocols in use, certificates. `cyclonedx.py` writes it.

An algorithm is one that was offered or chosen, a protocol one suite that was chosen, with the SAs that have it; what
scanners offer, and floods, are left out. What could not be read is in none: without keys no child SA and no certificate
of IKEv2. Security levels are given where a standard gives one: of classical attacks NIST SP 800-57 Part 1 Rev. 5
tables 2 and 3, SP 800-56A Rev. 3 table 26, SP 800-186 table 1; of quantum ones FIPS 203 section 8 and NIST's call for
proposals of 2016 section 4.A.5 (AES, SHA-2), and 0 for what rests on factoring or discrete logarithms (NIST IR 8547).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, Generic, NamedTuple, TypeVar

from analyzer import data
from analyzer.isakmp import registry
from analyzer.report.dossier import Record
from analyzer.report.filtered import filtered
from analyzer.report.inventory import inventory, ours
from analyzer.report.sentences import suite_text
from analyzer.report.words import keyed
from analyzer.tables.store import Tables

T = TypeVar("T")

WANTED: Final = dict.fromkeys(("captures", "negotiations", "child_sas", "certificates", "transforms", "floods"))
"""The tables that a bill is made of, with all their columns."""

MOST_ASSETS: Final = 1000  # of each kind; what is beyond is counted
MOST_PLACES: Final = 20  # of one asset, likewise

_NOTHING: Final = (None, "", "NONE")
_AES: Final = {128: 1, 192: 3, 256: 5}
_MODULI: Final = {1024: 80, 2048: 112, 3072: 128, 7680: 192, 15360: 256}  # of RSA and DSA keys


class Algorithm(NamedTuple):
    """One algorithm, by the registry's name with its key length. Missing values and levels are not given.

    use: by how many negotiations it was offered or chosen, for which protocol and as what.
    """

    name: str
    primitive: str = "unknown"
    parameter: str | None = None
    curve: str | None = None
    mode: str | None = None
    classical: int | None = None
    quantum: int | None = None
    use: tuple[tuple[str, int], ...] = ()


class Protocol(NamedTuple):
    """A suite in use. kind: ike or ipsec; parts: algorithms by transform type, as encr, prf, integ, ke, auth.

    by_ikev2: the version of IKE that it was negotiated by. whole: all of the choice could be read.
    """

    name: str
    kind: str
    version: str | None
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    esn: bool | None
    by_ikev2: bool
    whole: bool

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Names of all, each once."""
        return tuple(dict.fromkeys(name for _, names in self.parts for name in names))


class Certificate(NamedTuple):
    """What a certificate says. key, signature: names of algorithms; times in ns."""

    sha256: str
    subject: str | None
    issuer: str | None
    not_before: int | None
    not_after: int | None
    key: str | None
    key_bits: int | None
    signature: str | None

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Those of its key and its signature, as far as they are known."""
        return tuple(name for name in (self.key, self.signature) if name)


class Place(NamedTuple):
    """Where an asset was seen: a capture, and what is there."""

    capture: str
    text: str


class Asset(NamedTuple, Generic[T]):
    """An asset with the places it was seen at, the first ones. counts: of all, by the SA's outcome, or the sender."""

    what: T
    places: tuple[Place, ...]
    counts: tuple[tuple[str, int], ...]


class Bill(NamedTuple):
    """All of it. captures: with their SHA-256.

    beyond: how many assets of each kind are left out for the bound; not_in_it: what of the captures is in no asset, as
    far as there is any: SAs of which no choice was read, what scanners and floods offer, what a filter left out.
    """

    captures: tuple[tuple[str, str | None], ...]
    algorithms: tuple[Algorithm, ...]
    protocols: tuple[Asset[Protocol], ...]
    certificates: tuple[Asset[Certificate], ...]
    beyond: tuple[tuple[str, int], ...]
    not_in_it: tuple[tuple[str, str | int], ...]


def bill(tables: Tables) -> Bill:
    """The assets of these captures, in an order that rests on what they are alone."""
    negotiations = {row["negotiation"]: row for row in tables["negotiations"].records()}
    suites = _Gathered[Protocol]()
    for row in _chosen(negotiations, tables):
        suites.add(_protocol(row, negotiations), _place(row, negotiations), row["outcome"] or "unknown")
    sent = _Gathered[Certificate]()
    for row in tables["certificates"].records():
        if row["subject"] is not None or row["key_type"] is not None:  # else it is none, or a reference to one
            sent.add(_certificate(row), _place(row, negotiations), row["side"] or "unknown")
    protocols, certificates = suites.assets(), sent.assets()
    used = _used(tables)
    named = {name for p in protocols[:MOST_ASSETS] for name in p.what.algorithms}
    named |= {name for c in certificates[:MOST_ASSETS] for name in c.what.algorithms}
    others = sorted(used.keys() - named)
    algorithms = (described(name)._replace(use=used.get(name, ())) for name in sorted({*named, *others[:MOST_ASSETS]}))
    counts = {"algorithms": len(others), "protocols": len(protocols), "certificates": len(certificates)}
    return Bill(
        tuple(sorted(tables["captures"].cells("capture", "sha256"))),
        tuple(algorithms),
        protocols[:MOST_ASSETS],
        certificates[:MOST_ASSETS],
        tuple((kind, count - MOST_ASSETS) for kind, count in counts.items() if count > MOST_ASSETS),
        tuple(_not_in_it(negotiations, tables)),
    )


def _not_in_it(negotiations: Mapping[int, Record], tables: Tables) -> Iterator[tuple[str, str | int]]:
    known = ours(tables)
    judged = filtered(tables["captures"].records(), len(negotiations))
    unread = sum(not suite_text(row) for number, row in negotiations.items() if number in known)
    children = sum(not suite_text(row) for row in tables["child_sas"].records() if row["negotiation"] in known)
    counts = {
        "IKE SAs without a choice that could be read": unread,
        "child SAs without a choice that could be read": children,
        "negotiations of scanners and floods": len(negotiations) - len(known),
        "negotiations that the filter leaves out": judged.total - judged.matching,
    }
    yield from ((what, count) for what, count in counts.items() if count)
    if judged.filter:
        yield "filter", judged.filter


def described(name: str) -> Algorithm:
    """What is known of an algorithm by its name, behind which its key length may stand: ENCR_AES_CBC-256, RSA-2048."""
    row, bits = _known().get(name), None
    if row is None:
        plain, _, length = name.rpartition("-")
        row, bits = _known().get(plain), int(length) if length.isdecimal() else None
    if row is None:
        return Algorithm(name)
    said = {"key": bits, "modulus": _MODULI.get(bits or 0), "aes": _AES.get(bits or 0)}
    parameter, classical, quantum = (
        said[text] if text in said else int(text) if text else None
        for text in (row["parameter"], row["classical"], row["quantum"])
    )
    curve, mode = row["curve"] or None, row["mode"] or None
    shown = None if parameter is None else str(parameter)
    return Algorithm(name, row["primitive"], shown, curve, mode, classical, quantum)


def _one_name(name: str) -> str:
    """The first of the names of a key exchange method: the registries of IKEv1 and IKEv2 spell one group two ways."""
    row = _known().get(name)
    return row["names"].partition(";")[0] if row is not None and row["primitive"] == "key-agree" else name


@cache
def _known() -> dict[str, dict[str, str]]:
    return {name: row for row in data.rows(__file__, "cbom_algorithms.csv") for name in row["names"].split(";")}


class _Gathered(Generic[T]):
    """Assets with where they were seen."""

    def __init__(self) -> None:
        self._places: dict[T, list[Place]] = defaultdict(list)
        self._counts: dict[T, Counter[str]] = defaultdict(Counter)

    def add(self, what: T, place: Place, kind: str) -> None:
        """One more place, of this kind."""
        if len(self._places[what]) < MOST_PLACES:
            self._places[what].append(place)
        self._counts[what][kind] += 1

    def assets(self) -> tuple[Asset[T], ...]:
        """All of them in order of their names."""
        return tuple(
            Asset(what, tuple(places), tuple(sorted(self._counts[what].items())))
            for what, places in sorted(self._places.items(), key=lambda item: repr(item[0]))
        )


def _chosen(negotiations: Mapping[int, Record], tables: Tables) -> Iterator[Record]:
    """Rows of IKE SAs and child SAs of which a choice was seen; those of child SAs have a number `child`."""
    known = ours(tables)
    yield from (row for number, row in negotiations.items() if number in known and suite_text(row))
    yield from (row for row in tables["child_sas"].records() if row["negotiation"] in known and suite_text(row))


def _protocol(row: Record, negotiations: Mapping[int, Record]) -> Protocol:
    child, version = "child" in row, negotiations[row["negotiation"]]["ike_version"]
    exchanges = (_one_name(row.get("ke_method") or row.get("pfs_ke_method") or ""), *map(_one_name, _additional(row)))
    methods = (row.get("auth_method") or "").split(" / ")
    parts = {
        "encr": (keyed(row["encryption"], row["key_bits"]),),
        "prf": (row.get("prf"),),
        "integ": (row["integrity"],),
        "ke": exchanges,
        "auth": methods,
    }
    named = ((kind, tuple(name for name in names if name not in _NOTHING)) for kind, names in parts.items())
    found = tuple((kind, names) for kind, names in named if names)
    esn = None if row.get("esn") is None else row["esn"] == 1
    if child:
        name = f"{row['protocol'] or 'IPsec'} by IKEv{version}: {suite_text(row)}"
        return Protocol(name, "ipsec", None, found, esn, version == 2, whole=True)
    name = f"IKEv{version}: {', '.join(filter(None, (suite_text(row), *methods)))}"
    return Protocol(name, "ike", f"{version}.0", found, esn, version == 2, whole=not row["suite_partly_read"])


def _additional(row: Record) -> tuple[str, ...]:
    return tuple(registry.name("ikev2-ke", number) for number in row.get("additional_ke_ids") or ())


def _certificate(row: Record) -> Certificate:
    kind, bits = row["key_type"], row["key_bits"]
    said = {name: row[name] for name in ("sha256", "subject", "issuer", "not_before", "not_after")}
    key = keyed(kind, bits) if kind in ("RSA", "DSA") else kind
    return Certificate(**said, key=key, key_bits=bits, signature=row["signature_algorithm"])


def _place(row: Record, negotiations: Mapping[int, Record]) -> Place:
    """Its negotiation, the hosts, and the frame that shows it."""
    number = row["negotiation"]
    n = negotiations.get(number)
    frame = row.get("frame_number") or row.get("response_frame") or row["first_frame"]
    child = f", child SA {row['child']}" if "child" in row else ""
    hosts = f", {n['initiator_ip']} to {n['responder_ip']}" if n is not None else ""
    return Place(row["capture"], f"negotiation {number}{child}{hosts}, from frame {frame}")


def _used(tables: Tables) -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for item in inventory(tables):
        for side, count in (("offered", item.offered), ("chosen", item.chosen)):
            if count and item.name not in _NOTHING:
                use, known = f"{side}:{item.purpose}:{item.kind}", found[_one_name(item.name)]
                known[use] = known.get(use, 0) + count
    return {name: tuple(sorted(use.items())) for name, use in found.items()}
