"""What is said of a negotiation in whole sentences, made from its rows: the headline, the facts, the child SAs."""

from typing import Any, Final

from analyzer.report.dossier import Dossier, Record
from analyzer.report.ladder import sent_by_initiator
from analyzer.report.words import adverb, endpoint, frame_list, keyed, plural, seconds, sentence, version_mode
from analyzer.tables.text import iso_time

_INSIDE: Final = "not visible: inside encryption"
_SIDES: Final = {"initiator": "the initiator", "responder": "the responder"}
_FRAGMENTATION: Final = {"used": "used", "supported": "supported by both sides", "offered": "offered by one side"}


def headline(d: Dossier) -> str:
    """One sentence: who with whom, what, how it ended and why, and how sure that is."""
    n = d.n
    outcome = n["outcome"]
    if outcome == "established":
        return _established(d)
    if outcome == "failed":
        return f"{version_mode(n)} from {_who(n)} failed{_reason(d)}."
    if outcome == "unanswered":
        return f"{_initiator(n)} got no answer from {_responder(n)}{_attempts(n)}{_cause(d)}."
    if outcome == "redirected":
        return f"{_responder(n)} redirected {_initiator(n)} to another gateway{_cause(d)}."
    if outcome == "probe":
        answered = any(not sent_by_initiator(n, m) for m in d.messages)
        heard = "was answered" if answered else "got no answer in this capture"
        return f"{_initiator(n)} probed {_responder(n)} with a scanner's first message and {heard}{_cause(d)}."
    return f"Only a part of this {version_mode(n)} negotiation from {_who(n)} is in the capture{_cause(d)}."


def _initiator(n: Record) -> str:
    return endpoint(n["initiator_ip"], None if n["initiator_port"] == 500 else n["initiator_port"])


def _responder(n: Record) -> str:
    return endpoint(n["responder_ip"], None if n["responder_port"] == 500 else n["responder_port"])


def _who(n: Record) -> str:
    return f"{_initiator(n)} to {_responder(n)}"


def _established(d: Dossier) -> str:
    n = d.n
    sure = "" if n["outcome_confidence"] in ("certain", None) else adverb(n["outcome_confidence"]) + " "
    start = f"{_initiator(n)} and {_responder(n)} {sure}established an {version_mode(n)} SA"
    if n["failed_at"]:
        return f"{start}, but {_trouble(n)} failed{_reason(d)}."
    suite = suite_text(n)
    again = f" in place of negotiation {n['rekeyed_from']}" if n["rekeyed_from"] is not None else ""
    parts = [start + again + (f" with {suite}" if suite else "")]
    if d.child_sas:
        up = sum(c["outcome"] == "established" for c in d.child_sas)
        parts.append(plural(up, "child SA") + ("" if up == len(d.child_sas) else f" of {len(d.child_sas)}"))
    packets = sum(s["packets"] or 0 for s in d.esp_streams)
    if packets:
        parts.append(f"{plural(packets, 'ESP packet')} seen")
    later = f" Later: {_cause(d)[2:]}." if d.diagnoses else ""
    return ", ".join(parts) + "." + later


def _trouble(n: Record) -> str:
    return "a child SA" if n["failed_at"] in ("IKE_AUTH", "CREATE_CHILD_SA", "QUICK_MODE") else "it"


def _place(n: Record) -> str:
    by = _SIDES.get(n["failed_by"] or "")
    return _where(n) + (f", refused by {by}" if by else "")


def _where(n: Record) -> str:
    return f" in {n['failed_at']}" if n["failed_at"] else ""


def _attempts(n: Record) -> str:
    if not n["messages"]:
        return ""
    spent = f" in {seconds(n['duration_s'])}" if n["duration_s"] else ""
    return f" to {plural(n['messages'], 'message')}{spent}"


def _reason(d: Dossier) -> str:
    """Where it failed, and the first diagnosis or, failing that, who refused with what."""
    if d.diagnoses:
        return _where(d.n) + _cause(d)
    return _place(d.n) + (f" with {d.n['failure']}" if d.n["failure"] else "")


def _cause(d: Dossier) -> str:
    if not d.diagnoses:
        return ""
    first = d.diagnoses[0]
    title = str(first["title"] or first["diagnosis"])
    if title[1:2].islower():  # not an abbreviation
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
    if n["lifetime_s"] is not None:
        found.append(("Lifetime", seconds(n["lifetime_s"])))
    found.append(("NAT", _nat(n)))
    if n["fragmentation"]:
        found.append(("Fragmentation", _FRAGMENTATION.get(n["fragmentation"], n["fragmentation"])))
    if n["rekeyed_from"] is not None:
        found.append(("Replaces", f"negotiation {n['rekeyed_from']}"))
    if n["deleted_at"] is not None:
        by = f" by {_SIDES[n['deleted_by']]}" if n["deleted_by"] in _SIDES else ""
        found.append(("Deleted", f"{iso_time(n['deleted_at'])}{by}"))
    found.append(("Seen", _seen(n)))
    return found


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
    if n["nat"] is None:
        return "cannot be known from this capture" + floated
    if n["nat"] == "none":
        return "none detected" + floated
    where = "both sides are" if n["nat"] == "both" else f"the {n['nat']} is"
    return f"{where} behind NAT{floated}"


def _seen(n: Record) -> str:
    again = f", {plural(n['retransmissions'], 'retransmission')}" if n["retransmissions"] else ""
    span = f" over {seconds(n['duration_s'])}" if n["duration_s"] is not None else ""
    start = f" from {iso_time(n['first_time'])}" if n["first_time"] is not None else ""
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
    return f"frame{'' if len(frames) == 1 else 's'} {frame_list(frames)}"
