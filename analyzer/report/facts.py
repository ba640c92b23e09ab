"""What is known of a negotiation beside its headline: the list of facts, and in short what else is worth knowing."""

from typing import Final

from analyzer.negotiation.model import AUTHENTICATING
from analyzer.report.courses import course_asides
from analyzer.report.dossier import MOST_ROWS, Dossier, Record
from analyzer.report.headline import SIDES, failure_text, place_text, trouble_text
from analyzer.report.ladder import retransmissions
from analyzer.report.life import life_in_short
from analyzer.report.nat import behind_nat
from analyzer.report.sentences import lifetimes_text, suite_text
from analyzer.report.sights import sights_lines
from analyzer.report.words import endpoint, frames_text, listed, plural, seconds, sentence, span_text

_INSIDE: Final = "not visible: inside encryption"
_MOST_RETRANSMITTED: Final = 4
_OPENED: Final = {
    True: "opened by a quantum computer",
    False: "not opened by a quantum computer",
    None: "whether a quantum computer opens it cannot be known",
}
_FRAGMENTATION: Final = {"used": "used", "supported": "supported by both sides", "offered": "offered by one side"}


def facts(d: Dossier) -> list[tuple[str, str]]:
    """What is known of the IKE SA, as label and text; what matters and is not known says so."""
    n = d.n
    found = [
        ("Initiator", _side(n, "initiator")),
        ("Responder", _side(n, "responder")),
        ("SPIs", f"{n['initiator_spi']} (initiator), {n['responder_spi']} (responder)"),
        ("Outcome", _outcome(d)),
        ("Agreed" if _is_taken(d) else "Chosen", suite_text(n) or "nothing that this capture shows"),
        ("Authentication", n["auth_method"] or _authentication(d)),
    ]
    life = lifetimes_text(n)
    if life:
        found.append(("Lifetime", life))
    found += [("Post-quantum", _post_quantum(n))] if n["post_quantum_basis"] else []
    found.append(("NAT", _nat(d)))
    if n["fragmentation"]:
        found.append(("Fragmentation", _FRAGMENTATION.get(n["fragmentation"], n["fragmentation"])))
    if n["rekeyed_from"] is not None:
        found.append(("Replaces", f"negotiation {n['rekeyed_from']}"))
    if n["replaced_by"] is not None:
        found.append(("Replaced by", f"negotiation {n['replaced_by']}"))
    if n["liveness_checks"]:
        missed = f"{n['liveness_missed']:,} retransmitted or never answered" if n["liveness_missed"] else "all answered"
        found.append(("Liveness", f"{plural(n['liveness_checks'], 'check')}, {missed}"))
    if n["retransmissions"]:
        found.append(("Retransmissions", sentence(_retransmitted(d))))
    if n["deleted_at"] is not None:
        inferred = " Inferred: the last messages look like it." if n["deleted_basis"] == "inferred" else ""
        found.append(("Deleted", sentence(_deleted(d)) + inferred))
    found.append(("Seen", _seen(d)))
    found += [("Seen at" if place == 0 else "and at", text) for place, text in enumerate(sights_lines(d))]
    return found


def _authentication(d: Dossier) -> str:
    if d.n["rekeyed_from"] is not None:
        return f"that of negotiation {d.n['rekeyed_from']}"
    if d.n["ike_version"] == 1:
        return "not seen"
    return _INSIDE if any(m["exchange"] in AUTHENTICATING for m in d.messages) else "no IKE_AUTH in this negotiation"


def _post_quantum(n: Record) -> str:
    opened = _OPENED[n["quantum_exposed"]]
    return f"{n['post_quantum'] or 'cannot be known'} ({n['post_quantum_basis']}); recorded ESP: {opened}"


def _side(n: Record, side: str) -> str:
    parts = [endpoint(n[f"{side}_ip"], n[f"{side}_port"])]
    if n[f"{side}_id"]:
        parts.append(f"identity {n[f'{side}_id']}")
    if side == "responder" and n["responder_id_asked"] not in (None, n["responder_id"]):
        parts.append(f"IDr of the request {n['responder_id_asked']}")
    if n[f"{side}_implementation"]:
        parts.append(n[f"{side}_implementation"])
    return ", ".join(parts)


def _outcome(d: Dossier) -> str:
    """The outcome and how sure it is; of an SA with trouble beside it that, and how sure its cause is."""
    n = d.n
    sure = f" ({n['outcome_confidence']})" if n["outcome_confidence"] else ""
    text = (n["outcome"] or "unknown") + sure
    if n["failed_at"] and n["outcome"] in ("established", "incomplete"):
        cause = f" ({d.diagnoses[0]['confidence']})" if d.diagnoses else ""
        text += f"; {trouble_text(d)} failed{place_text(d)}{failure_text(n)}{cause}"
    elif n["failed_at"]:
        text = f"{n['outcome']}{place_text(d)}{failure_text(n)}{sure}"
    return text + (f". {sentence(n['outcome_basis'])}" if n["outcome_basis"] else "")


def _is_taken(d: Dossier) -> bool:
    """Whether what the responder chose was agreed: the initiator went on with it. True where no choice was seen."""
    if d.n["outcome"] in ("established", "probe"):
        return bool(d.n["outcome"] == "established")
    chosen = [p["frame_number"] for p in d.proposals if p["side"] == "chosen" and p["child"] is None]
    return not chosen or any(
        m["from_initiator"] and m["frame_number"] > min(chosen) and m["exchange"] != "IKE_SA_INIT"
        for m in d.messages
        if m["retransmission_of"] is None and not m["duplicate"]
    )


def _nat(d: Dossier) -> str:
    n = d.n
    inside_udp = any(s["encapsulation"] == "udp" for s in d.esp_streams)
    floated = "ESP in UDP" if inside_udp else "IKE on UDP 4500" if n["nat_t"] else ""
    if floated and n["nat"] == "none":  # RFC 4555 section 3.3: MOBIKE moves without a NAT too
        floated += (
            " all the same (forced encapsulation)"
            if inside_udp or n["ike_version"] == 1
            else (" all the same (MOBIKE or forced encapsulation)")
        )
    floated = floated and f"; {floated}"
    if n["nat_keepalive_s"] is not None:
        floated += f"; keepalives every {seconds(n['nat_keepalive_s'])}"
    if n["nat"] is None:
        return "cannot be known from this capture" + floated
    if n["nat"] == "none":
        return "none detected" + floated
    return behind_nat(n) + floated


def _seen(d: Dossier) -> str:
    n = d.n
    copies = d.copies
    notes = [plural(n["retransmissions"], "retransmission")] if n["retransmissions"] else []
    notes += [f"{copies:,} {'copy' if copies == 1 else 'copies'}"] if copies else []
    again = f" ({', '.join(notes)})" if notes else ""
    span = f" over {seconds(n['duration_s'])}" if n["duration_s"] is not None else ""
    start = f", from {d.zone.stamp(n['first_time'])}" if n["first_time"] is not None else ""
    first, last = n["first_frame"], n["last_frame"]
    frames = f"frame {first}" if first is not None and first == last else f"frames {span_text(first, last)}"
    return f"{plural(n['messages'] or 0, 'message')}{again} in {frames}{span}{start}"


def asides(d: Dossier) -> list[str]:
    """What else is worth knowing of a negotiation, as short sentences: identities, NAT, retransmissions, its end."""
    n = d.n
    found = []
    if n["outcome"] == "incomplete" and not d.diagnoses and n["outcome_basis"]:
        found.append(sentence(n["outcome_basis"]))
    if n["initiator_id"] or n["responder_id"]:
        who = [f"{n[f'{side}_id']} ({side})" for side in SIDES if n[f"{side}_id"]]
        method = f", authentication by {n['auth_method']}" if n["auth_method"] else ""
        found.append(f"Identities: {' and '.join(who)}{method}.")
    asked = n["responder_id_asked"]
    if asked and asked != n["responder_id"]:
        answered = f"; the responder's IDr is {n['responder_id']}" if n["responder_id"] else ""
        found.append(f"The initiator requests the responder identity {asked} (IDr){answered}.")
    if n["outcome"] != "established" and suite_text(n):
        word = "Agreed before that" if _is_taken(d) else "The answer chose"
        found.append(f"{word}: {suite_text(n)}.")
    if behind_nat(n):
        found.append(sentence(_nat(d)))
    if n["retransmissions"]:
        found.append(f"{plural(n['retransmissions'], 'retransmission')}: {_retransmitted(d)}.")
    if d.sights:
        found.append(f"Seen at {len(d.sights)} points: {'; '.join(sights_lines(d))}.")
    found += _odd_exchanges(d)
    found += course_asides(d)
    found += life_in_short(d)
    if n["deleted_at"] is not None and not any(e["event"] == "deleted" for e in d.events):
        found.append(f"Deleted {_deleted(d)}.")
    return found


def _odd_exchanges(d: Dossier) -> list[str]:
    """Fragments that are missing, and what is out of order."""
    found = []
    lost = {e["request_frame"]: e["fragments_missing"] for e in d.exchanges if e["fragments_missing"]}
    if lost:
        frames = frames_text([frame for frame in lost if frame is not None])
        count = sum(lost.values())
        found.append(f"{plural(count, 'fragment')} {'is' if count == 1 else 'are'} missing (exchange of {frames}).")
    disorder = list(dict.fromkeys(text for e in d.exchanges for text in e["disorder"] or ()))
    if disorder:
        found.append(f"Out of order: {listed(disorder)}.")
    return found


def _retransmitted(d: Dossier) -> str:
    """Which messages were retransmitted, and how long their sender waited each time."""
    texts = retransmissions(d)
    if d.left["messages"]:
        return f"among its first and last {MOST_ROWS:,} messages: {'; '.join(texts[:_MOST_RETRANSMITTED]) or 'none'}"
    more = (
        f"; and {plural(len(texts) - _MOST_RETRANSMITTED, 'other message')}" if len(texts) > _MOST_RETRANSMITTED else ""
    )
    return "; ".join(texts[:_MOST_RETRANSMITTED]) + more


def _deleted(d: Dossier) -> str:
    n = d.n
    by = f"by {SIDES[n['deleted_by']]} " if n["deleted_by"] in SIDES else ""
    if n["first_time"] is None or n["deleted_at"] < n["first_time"]:
        return f"{by}at {d.zone.stamp(n['deleted_at'])}"
    after = seconds((n["deleted_at"] - n["first_time"]) / 1e9)
    return f"{by}{after} after its first message ({d.zone.beside(n['deleted_at'], n['first_time'])})"
