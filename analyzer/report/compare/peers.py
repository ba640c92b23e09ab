"""Who they are: identities, certificates, authentication, vendor IDs, implementations."""

from collections.abc import Iterator
from typing import Final

from analyzer.report.compare.case import FIRST, Case, why
from analyzer.report.compare.model import UNKNOWN, Answer, Aspect, seen, unknown
from analyzer.report.dossier import Record

_SIDES: Final = ("initiator", "responder")
_IDENTIFYING: Final = FIRST | {2: ("IKE_AUTH",)}
_MAIN: Final = "IDENTITY_PROTECTION"
_NAMED: Final = 24  # hexadecimal digits of a vendor ID without a name


def peers(a: Case, b: Case) -> Iterator[Aspect]:
    """Identities and what stands for them, then what the implementations say of themselves."""
    for side in _SIDES:
        name = f"{side}_id"
        yield Aspect("Peers", f"Identity of the {side}", _identity(a, name, side), _identity(b, name, side))
    one, other = (_identity(case, "responder_id_asked", "initiator") for case in (a, b))
    yield Aspect("Peers", "IDr of the request", one, other)
    yield Aspect("Peers", "Authentication", _method(a), _method(b))
    for side in _SIDES:
        yield Aspect("Peers", f"Certificates of the {side}", _certificates(a, side), _certificates(b, side))
    for side in _SIDES:
        name = f"{side}_implementation"
        yield Aspect("Peers", f"Implementation of the {side}", _likely(a, name, side), _likely(b, name, side))
    if a.version == b.version:  # each version has its own
        yield from _vendor_ids(a, b)


def _identity(case: Case, column: str, side: str) -> Answer:
    text = case.n[column]
    frames = [row["frame_number"] for row in case.identities if row["identity"] == text]
    return seen(text, frames) if text else _unsaid(case, side)


def _unsaid(case: Case, side: str) -> Answer:
    """Why a side's message that says who it is does not show something; in main mode its encrypted one, 5 or 6."""
    said = (
        sent
        for key, sent in case.messages.items()
        if key.exchange in _IDENTIFYING.get(case.version, ())
        and key.from_initiator == (side == "initiator")
        and (key.exchange != _MAIN or sent.encrypted)
    )
    return why(said)


def _method(case: Case) -> Answer:
    """IKEv1 negotiates it with the suite."""
    if case.version == 1 and not case.n["auth_method"]:
        return case.opening("SA", from_initiator=False)
    return case.known(case.n["auth_method"], (), _IDENTIFYING.get(case.version, ()))


def _certificates(case: Case, side: str) -> Answer:
    rows = [c for c in case.certificates if c["side"] == side]
    shown = dict.fromkeys(f"{c['subject'] or 'unnamed'} ({(c['sha256'] or '')[:16]})" for c in rows)
    return seen(", ".join(shown), [c["frame_number"] for c in rows]) if shown else _unsaid(case, side)


def _likely(case: Case, column: str, side: str) -> Answer:
    """Of no implementation nothing is known: who does not show what it is, is one nevertheless."""
    if case.n[column]:
        return seen(case.n[column])
    unread = case.opening(from_initiator=side == "initiator")
    return unread if unread.state == UNKNOWN else unknown("its messages fit no implementation that is known")


def _vendor_ids(a: Case, b: Case) -> Iterator[Aspect]:
    for side in _SIDES:
        mine, theirs = (
            {_name(row): row["frame_number"] for row in c.vendor_ids if row["side"] == side} for c in (a, b)
        )
        for name in dict.fromkeys([*mine, *theirs]):
            one, other = _sent(a, mine, name, side), _sent(b, theirs, name, side)
            yield Aspect("Peers", f"Vendor ID of the {side}", one, other, matters=False)


def _name(row: Record) -> str:
    data = str(row["data"])
    return row["name"] or (data if len(data) <= _NAMED else f"{data[:_NAMED]}...")


def _sent(case: Case, found: dict[str, int], name: str, side: str) -> Answer:
    """Vendor IDs stand in the first messages of a side, in clear."""
    if name in found:
        return seen(name, [found[name]])
    return case.opening(from_initiator=side == "initiator").or_absent(f"without {name}")
