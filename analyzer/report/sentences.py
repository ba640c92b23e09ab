"""What is said of a negotiation in whole sentences, made from its rows: the headline, the facts, the child SAs."""

from collections import Counter
from typing import Any, Final

from analyzer.report.courses import course_asides
from analyzer.report.dossier import Dossier, Record
from analyzer.report.ladder import repetitions, sent_by_initiator
from analyzer.report.life import life_in_short
from analyzer.report.words import adverb, endpoint, frames_text, keyed, listed, plural, seconds, sentence, version_mode
from analyzer.tables.text import iso_time

_INSIDE: Final = "not visible: inside encryption"
_SIDES: Final = {"initiator": "the initiator", "responder": "the responder"}
# Diagnoses that say no more than the sentence about the outcome does already.
_TOLD_BY_THE_OUTCOME: Final = frozenset({"no-response", "child-negotiation-failed"})
_SETUP: Final = frozenset({"IKE_SA_INIT", "IKE_INTERMEDIATE", "IKE_AUTH", "IDENTITY_PROTECTION", "AGGRESSIVE", "BASE"})
_MOST_REPEATED: Final = 4
_FRAGMENTATION: Final = {"used": "used", "supported": "supported by both sides", "offered": "offered by one side"}


def headline(d: Dossier, *, short: bool = False) -> str:
    """One sentence: who with whom, what, how it ended and why, and how sure that is.

    short: without the times and counts in which equal stories differ.
    """
    n = d.n
    outcome = n["outcome"]
    if outcome == "established":
        return _established(d, short=short)
    if outcome == "failed":
        return f"{version_mode(n)} from {_who(n)} failed{_reason(d)}."
    if outcome == "unanswered":
        return f"{_initiator(n)} got no answer from {_responder(n)}{'' if short else _attempts(n)}{_cause(d)}."
    if outcome == "redirected":
        return f"{_responder(n)} redirected {_initiator(n)} to another gateway{_cause(d)}."
    if outcome == "probe":
        answered = any(not sent_by_initiator(n, m) for m in d.messages)
        heard = "was answered" if answered else "got no answer in this capture"
        return f"{_initiator(n)} probed {_responder(n)} with a scanner's first message and {heard}{_cause(d)}."
    return f"Only a part of this {version_mode(n)} negotiation from {_who(n)} is in the capture{_cause(d)}."


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
    start = f"{_initiator(n)} and {_responder(n)} {sure}established an {version_mode(n)} SA"
    if n["failed_at"]:
        return f"{start}, but {_trouble(n)} failed{_reason(d)}."
    suite = suite_text(n)
    took = "" if short else _took(d)
    again = f" in place of negotiation {n['rekeyed_from']}" if n["rekeyed_from"] is not None else ""
    parts = [start + again + took + (f" with {suite}" if suite else "")]
    parts += [] if short else _carried(d)
    later = f" Later: {_cause(d)[2:]}." if d.diagnoses else ""
    return ", ".join(parts) + "." + later


def _took(d: Dossier) -> str:
    """How long the exchanges that set up the IKE SA took; of one made inside another nothing can be said."""
    times = [m["time"] for m in d.messages if m["exchange"] in _SETUP and m["retransmission_of"] is None]
    if len(times) < 2 or None in times:
        return ""
    return f" in {seconds((max(times) - min(times)) / 1e9)}"


def _carried(d: Dossier) -> list[str]:
    """Child SAs by what became of them, and the traffic seen."""
    outcomes = Counter(c["outcome"] for c in d.child_sas)
    parts = [
        plural(outcomes[outcome], "child SA") + text
        for outcome, text in (("established", ""), ("failed", " refused"), ("unknown", " of unknown outcome"))
        if outcomes[outcome]
    ]
    packets: Counter[str] = Counter()
    for s in d.esp_streams:
        packets["AH" if s["encapsulation"] == "ah" else "ESP"] += s["packets"] or 0
    return parts + [f"{plural(count, f'{protocol} packet')} seen" for protocol, count in packets.items() if count]


def asides(d: Dossier) -> list[str]:
    """What else is worth knowing of a negotiation, as short sentences: identities, NAT, repetitions, its end."""
    n = d.n
    found = []
    if n["initiator_id"] or n["responder_id"]:
        who = [f"{n[f'{side}_id']} ({side})" for side in _SIDES if n[f"{side}_id"]]
        method = f", authentication by {n['auth_method']}" if n["auth_method"] else ""
        found.append(f"Identities: {' and '.join(who)}{method}.")
    if n["outcome"] != "established" and suite_text(n):
        found.append(f"Agreed before that: {suite_text(n)}.")
    if n["nat"] not in (None, "none"):
        found.append(sentence(_nat(n)))
    if n["retransmissions"]:
        found.append(f"{plural(n['retransmissions'], 'retransmission')}: {repeated_text(d)}.")
    found += _odd_exchanges(d)
    found += course_asides(d)
    found += life_in_short(d)
    if n["deleted_at"] is not None and not any(e["event"] == "deleted" for e in d.events):
        found.append(f"Deleted {_deleted(n)}.")
    return found


def _odd_exchanges(d: Dossier) -> list[str]:
    """Fragments that never came, and what is out of order."""
    found = []
    lost = {e["request_frame"]: e["fragments_missing"] for e in d.exchanges if e["fragments_missing"]}
    if lost:
        frames = frames_text([frame for frame in lost if frame is not None])
        found.append(f"{plural(sum(lost.values()), 'fragment')} never came (exchange of {frames}).")
    disorder = list(dict.fromkeys(text for e in d.exchanges for text in e["disorder"] or ()))
    if disorder:
        found.append(f"Out of order: {listed(disorder)}.")
    return found


def repeated_text(d: Dossier) -> str:
    """Which messages were sent again, and how long their sender waited each time."""
    texts = repetitions(d)
    more = f" and {plural(len(texts) - _MOST_REPEATED, 'other message')}" if len(texts) > _MOST_REPEATED else ""
    return "; ".join(texts[:_MOST_REPEATED]) + more


def _deleted(n: Record) -> str:
    by = f"by {_SIDES[n['deleted_by']]} " if n["deleted_by"] in _SIDES else ""
    if n["first_time"] is None or n["deleted_at"] < n["first_time"]:
        return f"{by}at {iso_time(n['deleted_at'])}"
    return f"{by}{seconds((n['deleted_at'] - n['first_time']) / 1e9)} after its first message"


def _trouble(n: Record) -> str:
    return "a child SA" if n["failed_at"] in ("IKE_AUTH", "CREATE_CHILD_SA", "QUICK_MODE") else "it"


def _place(n: Record) -> str:
    by = n["failed_by"]
    if by in _SIDES:
        return f"{_where(n)}, refused by {_SIDES[by]}"
    return _where(n) + (", without an answer" if by == "none" and n["outcome"] != "unanswered" else "")


def _where(n: Record) -> str:
    return f" in {n['failed_at']}" if n["failed_at"] else ""


def _attempts(n: Record) -> str:
    if not n["messages"]:
        return ""
    spent = f" in {seconds(n['duration_s'])}" if n["duration_s"] else ""
    return f" to {plural(n['messages'], 'message')}{spent}"


def _reason(d: Dossier) -> str:
    """Where it failed, who refused, and the first diagnosis or, failing that, the notify."""
    if d.diagnoses:
        return _place(d.n) + _cause(d)
    return _place(d.n) + (f" with {d.n['failure']}" if d.n["failure"] else "")


def _cause(d: Dossier) -> str:
    if not d.diagnoses:
        return ""
    first = d.diagnoses[0]
    if first["diagnosis"] in _TOLD_BY_THE_OUTCOME:
        return "" if d.n["outcome"] == "unanswered" else f" ({first['confidence']})"
    title = str(first["title"] or first["diagnosis"])
    if not title[1:2].isupper():  # not an abbreviation
        title = title[0].lower() + title[1:]
    return f": {title} ({first['confidence']})"


def suite_text(row: Record) -> str:
    """The chosen algorithms of an IKE SA or a child SA in one line."""
    names = [keyed(row["encryption"], row["key_bits"]), row["integrity"], row.get("prf")]
    names += [row.get("ke_method") or row.get("pfs_ke_method")]
    parts = [name for name in names if name]
    extra = [str(number) for number in row.get("additional_ke_ids") or ()]
    return ", ".join(parts) + (f" + additional key exchange {', '.join(extra)}" if extra else "")


def facts(d: Dossier) -> list[tuple[str, str]]:
    """What is known of the IKE SA, as label and text; what matters and is not known says so."""
    n = d.n
    found = [
        ("Initiator", _side(n, "initiator")),
        ("Responder", _side(n, "responder")),
        ("SPIs", f"{n['initiator_spi']} (initiator), {n['responder_spi']} (responder)"),
        ("Outcome", _outcome(n)),
        ("Agreed", suite_text(n) or "nothing that this capture shows"),
        ("Authentication", n["auth_method"] or _authentication(d)),
    ]
    life = _lifetimes(n)
    if life:
        found.append(("Lifetime", life))
    found.append(("NAT", _nat(n)))
    if n["fragmentation"]:
        found.append(("Fragmentation", _FRAGMENTATION.get(n["fragmentation"], n["fragmentation"])))
    if n["rekeyed_from"] is not None:
        found.append(("Replaces", f"negotiation {n['rekeyed_from']}"))
    if n["replaced_by"] is not None:
        found.append(("Replaced by", f"negotiation {n['replaced_by']}"))
    if n["liveness_checks"]:
        missed = f"{n['liveness_missed']:,} asked again or never answered" if n["liveness_missed"] else "all answered"
        found.append(("Liveness", f"{plural(n['liveness_checks'], 'check')}, {missed}"))
    if n["retransmissions"]:
        found.append(("Sent again", sentence(repeated_text(d))))
    if n["deleted_at"] is not None:
        inferred = " Inferred: the last messages look like it." if n["deleted_basis"] == "inferred" else ""
        found.append(("Deleted", sentence(_deleted(n)) + inferred))
    found.append(("Seen", _seen(n)))
    return found


def _lifetimes(row: Record) -> str:
    """Lifetimes chosen, offered where that differs, and announced by a notify; "" where none was seen."""
    chosen, announced = row["lifetime_s"], row.get("lifetime_announced_s")
    parts = [] if chosen is None else [_lifetime(chosen)]
    offered = [value for value in row["lifetimes_offered_s"] or () if value != chosen]
    if offered:
        parts.append(f"offered {listed([_lifetime(value) for value in offered[:4]])}")
    if announced is not None:
        parts.append(f"announced {_lifetime(announced)}")
    return "; ".join(parts)


def _lifetime(value: int) -> str:
    """Seconds as configured, and what they are in a reader's units."""
    return f"{value} s" if value < 60 else f"{value} s ({seconds(value)})"


def _authentication(d: Dossier) -> str:
    if d.n["rekeyed_from"] is not None:
        return f"that of negotiation {d.n['rekeyed_from']}"
    if d.n["ike_version"] == 1:
        return "not seen"
    return _INSIDE if any(m["exchange"] == "IKE_AUTH" for m in d.messages) else "not reached in this capture"


def _side(n: Record, side: str) -> str:
    parts = [endpoint(n[f"{side}_ip"], n[f"{side}_port"])]
    if n[f"{side}_id"]:
        parts.append(f"identity {n[f'{side}_id']}")
    if n[f"{side}_implementation"]:
        parts.append(n[f"{side}_implementation"])
    return ", ".join(parts)


def _outcome(n: Record) -> str:
    text = n["outcome"] or "unknown"
    if n["failed_at"]:
        what = f"; {_trouble(n)} failed" if text == "established" else ""
        text += what + _place(n) + (f" with {n['failure']}" if n["failure"] else "")
    sure = n["outcome_confidence"]
    return text + (f" ({sure})" if sure else "") + (f". {sentence(n['outcome_basis'])}" if n["outcome_basis"] else "")


def _nat(n: Record) -> str:
    floated = "; UDP encapsulation was used" if n["nat_t"] else ""
    if n["nat_keepalive_s"] is not None:
        floated += f"; keepalives every {seconds(n['nat_keepalive_s'])}"
    if n["nat"] is None:
        return "cannot be known from this capture" + floated
    if n["nat"] == "none":
        return "none detected" + floated
    where = "both sides are" if n["nat"] == "both" else f"the {n['nat']} is"
    return f"{where} behind NAT{floated}"


def _seen(n: Record) -> str:
    again = f", {plural(n['retransmissions'], 'retransmission')}" if n["retransmissions"] else ""
    span = f" over {seconds(n['duration_s'])}" if n["duration_s"] is not None else ""
    start = f", from {iso_time(n['first_time'])}" if n["first_time"] is not None else ""
    return (
        f"{plural(n['messages'] or 0, 'message')}{again} in frames {n['first_frame']} to {n['last_frame']}{span}{start}"
    )


def child_text(c: Record) -> str:
    """A child SA in one sentence."""
    what = " ".join(part for part in (c["protocol"], c["mode"]) if part) or "protocol not visible"
    text = f"Child SA {c['child']} ({what}, {c['created_by']}): {c['outcome']}"
    suite = suite_text(c)
    text += f" with {suite}" if suite else ""
    if c["initiator_ts"] or c["responder_ts"]:
        text += f"; {selectors(c['initiator_ts'])} to {selectors(c['responder_ts'])}"
    counts = [
        f"{plural(c[f'esp_packets_to_{side}'], 'packet')} to the {side}"
        for side in ("initiator", "responder")
        if c[f"esp_packets_to_{side}"] is not None
    ]
    text += "; " + ", ".join(counts) if counts else ""
    text += {True: "; with PFS", False: "; without PFS"}.get(c["pfs"], "")
    life = _lifetimes(c)
    text += f"; lifetime {life}" if life else ""
    text += f"; replaces child SA {c['rekeys']}" if c["rekeys"] is not None else ""
    return text + ("; inferred from encrypted messages." if c["basis"] == "inferred" else ".")


def selectors(texts: Any) -> str:
    """Traffic selectors, or that none were seen."""
    return ", ".join(texts) if texts else "selectors not visible"


def finding_text(f: Record) -> str:
    """A finding in one line behind its severity."""
    rule = f" [{f['clause']}]" if f["clause"] else ""
    doubt = f" (policy text: {f['evidence']})" if f["evidence"] in ("second-hand", "believed") else ""
    return f"{f['title'] or f['finding']}: {f['subject']}{rule}{doubt}"


def evidence_text(frames: Any) -> str:
    """Where to look."""
    if not frames:
        return "no frame shows it"
    return frames_text(frames)
