"""The headline of a negotiation: who with whom, what, how it ended and why, and how sure that is."""

from collections import Counter
from typing import Final

from analyzer.assessment.case import MAKE_CHILDREN
from analyzer.isakmp.numbers import PayloadV1
from analyzer.negotiation.exchanges.timing import went_back
from analyzer.negotiation.model import KEYING_A_GROUP, SETTING_UP
from analyzer.report.dossier import Dossier, Record
from analyzer.report.sentences import suite_text
from analyzer.report.words import adverb, endpoint, listed, plural, seconds, version_mode

SIDES: Final = {"initiator": "the initiator", "responder": "the responder"}

# Diagnoses that say no more than the sentence about the outcome does already.
IKE_REKEY: Final = "ike-rekey-refused"
_IN_THE_OUTCOME: Final = frozenset({"no-response", "child-negotiation-failed", IKE_REKEY})
# The states of IKEv1's phase 1 (docs/states.md) in order: each is reached by one message.
PHASE1: Final = {
    "IDENTITY_PROTECTION": ("offered", "chosen", "keys-sent", "keyed", "proved", "complete"),
    "AGGRESSIVE": ("offered", "answered", "complete"),
    "BASE": ("offered", "chosen", "proved", "complete"),
}


def headline(d: Dossier, *, short: bool = False) -> str:
    """One sentence: who with whom, what, how it ended and why, and how sure that is.

    short: without the times and counts in which equal stories differ.
    """
    n = d.n
    outcome = n["outcome"]
    if n["mode"] == "group-rekey":
        return _group_rekey(d, short=short)
    if outcome == "established":
        return _established(d, short=short)
    if outcome == "incomplete" and n["failed_at"]:
        return (
            f"An {version_mode(n)} SA of {_who(n)} is up before the capture, but {trouble_text(d)} failed{_reason(d)}."
        )
    if outcome == "failed":
        return f"{version_mode(n)} from {_who(n)} failed{_reason(d)}."
    if outcome == "unanswered":
        return f"{_initiator(n)} got no answer from {_responder(n)}{'' if short else _attempts(d)}{_cause(d)}."
    if outcome == "redirected":
        return f"{_responder(n)} redirected {_initiator(n)} to another gateway{_cause(d)}."
    if outcome == "probe":
        answered = any(not m["from_initiator"] for m in d.messages)
        answered |= any(e["response_frame"] is not None for e in d.exchanges)
        errors = dict.fromkeys(str(x["notify"]) for x in d.notifications if x["class"] == "error")
        result = "was answered" if answered else "got no answer in this capture"
        result += f" with {listed(list(errors))}" if answered and errors else ""
        return f"{_initiator(n)} probed {_responder(n)} with a scanner's first message and {result}{_cause(d)}."
    return f"{version_mode(n)} from {_who(n)} {_as_far_as_seen(d, short=short)}{_cause(d)}."


def kind_text(d: Dossier) -> str:
    """The headline without who, when and how many: what negotiations of one kind have in common."""
    n = d.n
    start = version_mode(n)
    if n["mode"] == "group-rekey":
        return f"{start} group rekeys{_cause(d)}"
    if n["failed_at"] and n["outcome"] in ("established", "incomplete"):
        up = "established" if n["outcome"] == "established" else "up before the capture"
        return f"{start} {up}, but {trouble_text(d)} failed{_reason(d)}"
    if n["outcome"] == "failed":
        return f"{start} failed{_reason(d)}"
    if n["outcome"] == "established":
        sure = "" if n["outcome_confidence"] in ("certain", None) else adverb(n["outcome_confidence"]) + " "
        return f"{start} {sure}established{_cause(d)}"
    if n["outcome"] == "incomplete" or n["outcome"] is None:
        return f"{start} {_as_far_as_seen(d, short=True).removeprefix('is ')}{_cause(d)}"
    return f"{start} {n['outcome']}{_cause(d)}"


def _group_rekey(d: Dossier, *, short: bool) -> str:
    """A key server sends keys to all members: an SA of no two parties."""
    n = d.n
    names = list(dict.fromkeys(str(e["exchange"]) for e in d.exchanges))
    count = "" if short else f", {plural(d.sent, 'message')}"
    start = f"Key server {_initiator(n)} sends IKEv{n['ike_version']} group rekeys to {_responder(n)}"
    return f"{start}: {listed(names)}{count}{_cause(d)}."


def _as_far_as_seen(d: Dossier, *, short: bool) -> str:
    """Of a negotiation without an outcome: with which exchange it ends in this capture."""
    last = next((m["exchange"] for m in reversed(d.messages) if m["exchange"]), None)
    if short or last is None:
        return "is incomplete in this capture"
    if d.diagnoses and d.diagnoses[0]["diagnosis"] == "initiator-stopped":
        return f"stopped after {last}"
    return f"is incomplete in this capture (last seen: {last})"


def _initiator(n: Record) -> str:
    return _end(n, "initiator")


def _responder(n: Record) -> str:
    return _end(n, "responder")


def _end(n: Record, side: str) -> str:
    """Address and port; the port is left out where it is the usual one."""
    usual = (500,) if n["rekeyed_from"] is None else (500, 4500)
    port = n[f"{side}_port"]
    return endpoint(n[f"{side}_ip"], None if port in usual else port)


def _who(n: Record) -> str:
    return f"{_initiator(n)} to {_responder(n)}"


def _established(d: Dossier, *, short: bool) -> str:
    n = d.n
    sure = "" if n["outcome_confidence"] in ("certain", None) else adverb(n["outcome_confidence"]) + " "
    old = _is_from_before(d)
    verb, before = ("have", " from before the capture") if old else ("established", "")
    start = f"{_initiator(n)} and {_responder(n)} {sure}{verb} an {version_mode(n)} SA{before}"
    if n["failed_at"]:
        return f"{start}, but {trouble_text(d)} failed{_reason(d)}."
    suite = suite_text(n)
    took = "" if short else _took(d)
    old_one = "another" if short else f"negotiation {n['rekeyed_from']}"
    again = f" in place of {old_one}" if n["rekeyed_from"] is not None else ""
    again += _by_ticket(d)
    parts = [start + again + took + (f" with {suite}" if suite else "")]
    parts += [] if short else _carried(d)
    when = "Ended soon and unused" if n["outcome_confidence"] == "possible" else "Later"
    if d.diagnoses and d.diagnoses[0]["diagnosis"] in _NOT_LATER:
        when = "Note"
    later = f" {when}: {_cause(d)[2:]}." if d.diagnoses and not (old and _is_note_of_it(d)) else ""
    return ", ".join(parts) + "." + later


def _is_from_before(d: Dossier) -> bool:
    """Nothing of its setting up is in the capture, nor was it made inside another SA."""
    return (
        d.n["rekeyed_from"] is None and bool(d.exchanges) and all(e["exchange"] not in SETTING_UP for e in d.exchanges)
    )


def _is_note_of_it(d: Dossier) -> bool:
    return bool(d.diagnoses) and d.diagnoses[0]["diagnosis"] == "capture-starts-late"


_NOT_LATER: Final = (
    "capture-starts-late",
    "capture-ends-early",
    "one-way-capture",
    "simultaneous-initiation",
    "childless-initiation",
)


def _by_ticket(d: Dossier) -> str:
    """Session resumption (RFC 5723), or that it was refused."""
    exchanges = [e["exchange"] for e in d.exchanges]
    if "IKE_SESSION_RESUME" not in exchanges:
        return ""
    if "IKE_SA_INIT" in exchanges:
        return " in full, after its session ticket was refused (TICKET_NACK)"
    return " by session resumption (IKE_SESSION_RESUME)"


def _took(d: Dossier) -> str:
    """How long the exchanges that set up the IKE SA took; of one made inside another nothing can be said."""
    own = [m for m in d.messages if m["exchange"] in SETTING_UP and m["retransmission_of"] is None]
    while own and own[-1]["major_version"] == 2 and not own[-1]["is_response"]:
        own.pop()  # asked again in other words, or behind the end: the last answer was it
    times = [m["time"] for m in own]
    if len(times) < 2 or None in times or went_back(times) or not _begins(own[0]):
        return ""
    if any(e["outcome"] is None for e in d.exchanges) or {m["from_initiator"] for m in own} != {True, False}:
        return ""  # messages of it were not read, or not captured
    spent = (max(times) - min(times)) / 1e9
    return f" in {seconds(spent)}" if spent else ""  # a file without times has the same one for all


def _begins(m: Record) -> bool:
    """A message is what an IKE SA begins with: what came before it is not missing."""
    if m["major_version"] == 2:
        return m["exchange"] in ("IKE_SA_INIT", "IKE_SESSION_RESUME") and not m["is_response"]
    return m["from_initiator"] and PayloadV1.SA in m["payload_types"]


def _carried(d: Dossier) -> list[str]:
    """Child SAs by what became of them, and the traffic seen."""
    packets: Counter[str] = Counter()
    duplicates: Counter[str] = Counter()
    for s in d.esp_streams:
        protocol = "AH" if s["encapsulation"] == "ah" else "ESP"
        packets[protocol] += s["packets"] or 0
        duplicates[protocol] += s["duplicates"] or 0
    return _children(d) + [
        f"{plural(count, f'{protocol} packet')} seen"
        + (f" ({plural(duplicates[protocol], 'duplicate')})" if duplicates[protocol] else "")
        for protocol, count in packets.items()
        if count
    ]


def _children(d: Dossier) -> list[str]:
    """Child SAs, and the requests for one that were refused, in one phrase that says whether it is inferred."""
    outcomes = Counter(c["outcome"] for c in d.child_sas)
    parts = [plural(outcomes["established"], "child SA")] if outcomes["established"] else []
    if outcomes["unknown"]:
        again = f"{outcomes['unknown']:,} more" if parts else plural(outcomes["unknown"], "child SA")
        parts.append(f"{again} of unknown outcome")
    if outcomes["failed"]:
        parts.append(plural(outcomes["failed"], "refused request") + f" for {'one' if parts else 'a child SA'}")
    if not parts:
        return []
    inferred = sum(c["basis"] == "inferred" for c in d.child_sas)
    how = "" if not inferred else " (inferred)" if inferred == len(d.child_sas) else f" ({inferred:,} of them inferred)"
    return [listed(parts) + how]


def what_failed(outcome: str | None, failed_at: str | None, diagnosis: str | None) -> str:
    """What failed of an IKE SA that is up, by cells of its row; "": nothing, or the IKE SA itself."""
    if outcome not in ("established", "incomplete") or failed_at is None:
        return ""
    if diagnosis == IKE_REKEY:
        return "rekey of the IKE SA"
    if failed_at in KEYING_A_GROUP:
        return "group rekey" if failed_at == "GSA_INBAND_REKEY" else "registration with its group"
    return "child SA" if failed_at in MAKE_CHILDREN else "request"


def trouble_text(d: Dossier) -> str:
    """What failed: a child SA, the rekey of the IKE SA, a registration, another request, or the IKE SA itself."""
    what = what_failed(d.n["outcome"], d.n["failed_at"], d.n["diagnosis"])
    article = "the" if " of " in what or " with " in what else "a"
    return f"{article} {what}" if what else "it"


_STOPPED: Final = "initiator-stopped"  # who falls silent refuses nothing
_NOT_RECEIVED: Final = "answer not received"
_SILENCES: Final = {"no answer": "without an answer", _NOT_RECEIVED: "answered, but the answer was not received"}


def is_silence(failure: str | None) -> bool:
    """Whether what stopped a negotiation is that nothing came, which `place_text` says."""
    return failure in _SILENCES


def place_text(d: Dossier) -> str:
    """Where it failed, and who refused or did not answer."""
    n = d.n
    by = n["failed_by"]
    if by == "initiator" and not n["failure"] and d.diagnoses and d.diagnoses[0]["diagnosis"] == "eap-failed":
        return f"{_where(d)}, ended by the initiator after the EAP server's answer"
    if by in SIDES:
        stopped = n["diagnosis"] == _STOPPED or (n["failed_at"] == "GROUPKEY_PULL" and not n["failure"])
        done = "not continued" if stopped else "refused"
        return f"{_where(d)}, {done} by {SIDES[by]}"
    if by != "none" or n["outcome"] == "unanswered":
        return _where(d)
    return f"{_where(d)}, {_SILENCES.get(n['failure'] or '', 'without an answer')}"


def failure_text(n: Record) -> str:
    """With what it ended: the error notify; "" where `place_text` says already that no answer came."""
    return f" with {n['failure']}" if n["failure"] and n["failure"] not in _SILENCES else ""


def _where(d: Dossier) -> str:
    """The exchange it failed in; in IKEv1's phase 1 also which of its messages, counted from 1."""
    n = d.n
    if not n["failed_at"]:
        return ""
    states = (e["state"] for e in d.exchanges if e["exchange"] == n["failed_at"])
    number = phase1_message(n["failed_at"], next(states, None))
    if number and n["failure"] == _NOT_RECEIVED:  # the last message is the answer that did not arrive
        number -= 1
    return f" in {n['mode']} mode message {number} ({n['failed_at']})" if number else f" in {n['failed_at']}"


def phase1_message(exchange: str, state: str | None) -> int | None:
    """How many messages of main, aggressive or base mode have been sent in this state of its table; None: another."""
    states = PHASE1.get(exchange, ())
    return states.index(state) + 1 if state in states else None


def _attempts(d: Dossier) -> str:
    """How many messages were sent; copies that only the capture made do not count."""
    spent = f" in {seconds(d.n['duration_s'])}" if d.n["duration_s"] else ""
    return f" to {plural(d.sent, 'message')}{spent}" if d.sent else ""


def _reason(d: Dossier) -> str:
    """Where it failed, who refused, and the first diagnosis or, failing that, the notify."""
    if d.diagnoses:
        return place_text(d) + _cause(d)
    return place_text(d) + failure_text(d.n)


def _cause(d: Dossier) -> str:
    if not d.diagnoses:
        return ""
    first = d.diagnoses[0]
    if first["diagnosis"] in _IN_THE_OUTCOME:
        return "" if d.n["outcome"] == "unanswered" else f" ({first['confidence']})"
    title = str(first["title"] or first["diagnosis"])
    if not title[1:2].isupper():  # not an abbreviation
        title = title[0].lower() + title[1:]
    return f": {title} ({first['confidence']})"
