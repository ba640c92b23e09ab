"""Equal negotiations together: those with the same responder, outcome, cause and algorithms are shown once.

Where even these are too many, negotiations of one kind are: what happened is the same, whoever it was.
"""

from collections import defaultdict
from collections.abc import Collection
from itertools import islice, zip_longest
from typing import Any, Final, NamedTuple

from analyzer.report.dossier import Record, in_floods, outcome_rank
from analyzer.report.headline import PHASE1, is_silence, phase1_message
from analyzer.report.sentences import suite_text
from analyzer.tables.store import Tables

_ASKED: Final = (
    "capture", "ike_version", "mode", "responder_ip", "outcome", "outcome_confidence", "failed_at", "failed_by",
    "failure", "rekeyed_from",
)  # fmt: skip
_RESPONDER: Final = _ASKED.index("responder_ip")
_SUITE: Final = ("encryption", "key_bits", "integrity", "prf", "ke_method", "additional_ke_ids", "suite_partly_read")


class Group(NamedTuple):
    """Negotiations that are equal but for times and counts. The details shown are those of the first of `numbers`.

    initiators, responders: how many addresses began them, and with how many. kind: only what happened is equal.
    """

    numbers: tuple[int, ...]
    initiators: int
    responders: int = 1
    kind: bool = False


def groups(tables: Tables) -> list[Group]:
    """All groups but floods: the worst outcome first, then the most frequent; within a group in order of number."""
    return _together(tables, kinds=False)


def kinds(tables: Tables) -> list[Group]:
    """The same, but together is what ended alike for the same cause: of any responder, with any algorithms."""
    return _together(tables, kinds=True)


def _together(tables: Tables, *, kinds: bool) -> list[Group]:
    causes = {x["negotiation"]: (x["diagnosis"], x["confidence"]) for x in tables["diagnoses"].select("rank", {1})}
    flooded = in_floods(tables)
    exchanges = tables["exchanges"]
    states = exchanges.at(exchanges.places("exchange", PHASE1), "negotiation", "exchange", "state")
    reached = {number: phase1_message(exchange, state) for number, exchange, state in states}
    alike: defaultdict[tuple[Any, ...], list[_Who]] = defaultdict(list)  # by all of their cells: a few of very many
    columns = ("negotiation", "initiator_ip", *_ASKED, *(() if kinds else _SUITE))
    for number, initiator, *cells in tables["negotiations"].cells(*columns):
        if number not in flooded:
            who = _Who(number, initiator, cells[_RESPONDER])
            alike[*cells, causes.get(number), reached.get(number)].append(who)
    texts: dict[tuple[Any, ...], str] = {(): ""}  # of equal suites one
    found: defaultdict[_Key, list[_Who]] = defaultdict(list)
    for (*cells, cause, phase1), some in alike.items():
        n, suite = dict(zip(_ASKED, cells, strict=False)), tuple(cells[len(_ASKED) :])
        if kinds:
            _leave_out(n, cause)
        if suite not in texts:
            texts[suite] = suite_text(dict(zip(_SUITE, suite, strict=True)))
        found[_key(n, texts[suite], cause, phase1)] += some
    for some in found.values():
        some.sort(key=lambda who: who.number or 0)
    ranked = sorted(found.items(), key=lambda item: (item[0].rank, -len(item[1]), item[1][0].number or 0))
    return [Group(tuple(who.number for who in some), *_addresses(some), kinds) for _, some in ranked]


def _leave_out(n: Record, cause: tuple[str, str] | None) -> None:
    """What is not said of a kind: who; how sure an outcome is that has a failure to it; a notify that has a cause."""
    n["responder_ip"] = None
    if n["failed_at"] or n["outcome"] != "established":
        n["outcome_confidence"] = None
    if cause and not is_silence(n["failure"]):
        n["failure"] = None


def _addresses(some: Collection["_Who"]) -> tuple[int, int]:
    """How many initiators and responders these are."""
    return len({who.initiator for who in some}), len({who.responder for who in some})


class _Who(NamedTuple):
    """One negotiation: its number and its two hosts."""

    number: int
    initiator: str | None
    responder: str | None


class _Key(NamedTuple):
    """What makes two stories equal, how bad it is first."""

    rank: int
    same: tuple[Any, ...]


def _key(n: Record, suite: str, cause: tuple[str, str] | None, phase1: int | None) -> _Key:
    rank = outcome_rank(n["outcome"], trouble=n["failed_at"] is not None or cause is not None)
    same = (
        n["capture"],
        n["ike_version"],
        n["mode"],
        n["responder_ip"],
        n["outcome"],
        n["outcome_confidence"],
        n["failed_at"],
        phase1 if n["failed_at"] in PHASE1 else None,
        n["failed_by"],
        n["failure"],
        cause,
        suite,
        n["rekeyed_from"] is not None,
    )
    return _Key(rank, same)


def spread(found: Collection[Group], most: int) -> list[int]:
    """Up to `most` numbers that show as many different stories as possible: first one of each group, then a second."""
    rounds = zip_longest(*(group.numbers for group in found))
    return list(islice((number for turn in rounds for number in turn if number is not None), most))
