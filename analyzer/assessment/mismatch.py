"""Which transforms of a refused offer do not fit.

Against what the responder chose elsewhere in the capture, and what it offered itself.
"""

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.case import Case
from analyzer.assessment.scene import Comparison

_ORDER = {1: ("encr", "hash", "auth", "ke"), 2: ("encr", "prf", "integ", "ke")}
_WORDS = {
    "encr": "encryption",
    "prf": "PRF",
    "integ": "integrity",
    "ke": "key exchange",
    "hash": "hash",
    "auth": "authentication method",
}
_SHOWN = 6


def compare(case: Case) -> Comparison:
    """First kind whose intersection is empty, by the responder's own choices and then by its own offers."""
    n = case.n
    key = (n.responder_ip, n.ike_version, tuple(id(o.sa) for o in case.ike_offers()))
    found = case.scene.comparisons.get(key)
    if found is None:
        found = case.scene.comparisons[key] = _compare(case)
    return found


def _compare(case: Case) -> Comparison:
    offered = _offered(case)
    text = _listed(offered)
    known = case.scene.knowledge.get(case.n.responder_ip)
    if not offered:
        return Comparison(False, "The offer is not in this capture.", "", (), None)
    if known is None:
        return Comparison(False, f"{text} Nothing else in this capture shows what the responder accepts.", "", (), None)
    for word, table in (
        ("chose elsewhere in this capture", known.chose),
        ("offered itself as initiator", known.offered),
    ):
        version = case.n.ike_version
        kinds = [k for k in _ORDER.get(version, ()) if (version, k) in table and k in offered]
        for kind in kinds:
            theirs = table[version, kind]
            if not set(theirs) & set(offered[kind]):
                return _differs(kind, offered[kind], theirs, word)
        if kinds:
            reason = (
                f"{text} Each kind has something in common with what the responder {word}; the combination may not."
            )
            return Comparison(False, reason, f"what the responder {word}", (), None)
    return Comparison(False, f"{text} The responder is seen only in another IKE version.", "", (), None)


def _differs(kind: str, mine: list[Algorithm], theirs: dict[Algorithm, int], word: str) -> Comparison:
    frames = tuple(sorted(set(theirs.values())))[:_SHOWN]
    text = f"No common {_WORDS[kind]}: offered {_names(mine)}; the responder {word}: {_names(list(theirs))}."
    advice = (
        f"Add one of {_names(list(theirs))} to the initiator's proposal, or one of {_names(mine)} to the responder's."
    )
    return Comparison(True, text, f"what the responder {word}", frames, advice)


def _offered(case: Case) -> dict[str, list[Algorithm]]:
    """What the initiator offered, by kind, in wire order, each once."""
    found: dict[str, dict[Algorithm, None]] = {}
    for offer in case.ike_offers():
        for algorithm in case.scene.verdicts.sa(case.n.ike_version, offer.sa, child=False).algorithms:
            found.setdefault(algorithm.kind, {})[algorithm] = None
    return {kind: list(algorithms) for kind, algorithms in found.items()}


def _listed(offered: dict[str, list[Algorithm]]) -> str:
    return f"Offered: {'; '.join(_names(algorithms) for algorithms in offered.values())}."


def _names(algorithms: list[Algorithm]) -> str:
    names = list(dict.fromkeys(a.name for a in algorithms))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
