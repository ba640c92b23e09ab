"""What is said of one row in a sentence: of algorithms, a child SA, a mismatch, a finding, its evidence."""

from typing import Any, Final

from analyzer.isakmp import registry
from analyzer.report.dossier import Record
from analyzer.report.words import frames_text, keyed, listed, plural, seconds

SOURCES: Final = {
    "configured": "given by --peer-config",
    "chose": "chosen elsewhere in this capture",
    "offered": "offered by that side itself",
}


def suite_text(row: Record) -> str:
    """The chosen algorithms of an IKE SA or a child SA in one line; of a choice that is cut, as far as it goes."""
    names = [keyed(row["encryption"], row["key_bits"]), row["integrity"], row.get("prf")]
    names += [row.get("ke_method") or row.get("pfs_ke_method")]
    parts = [name for name in names if name]
    extra = [registry.name("ikev2-ke", number) for number in row.get("additional_ke_ids") or ()]
    rest = " (the rest of the choice could not be read)" if parts and row.get("suite_partly_read") else ""
    return ", ".join(parts) + "".join(f" + {name}" for name in extra) + rest


def lifetimes_text(row: Record) -> str:
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
    life = lifetimes_text(c)
    text += f"; lifetime {life}" if life else ""
    text += f"; replaces child SA {c['rekeys']}" if c["rekeys"] is not None else ""
    return text + ("; inferred from encrypted messages." if c["basis"] == "inferred" else ".")


def mismatch_text(m: Record) -> str:
    """One kind of algorithm of a refused offer beside what the refusing side is known to accept."""
    whose = "IKE SA" if m["child"] is None else f"child SA {m['child']}"
    verdict = {True: "fits", False: "does not fit"}.get(m["fits"], "cannot be known whether it fits")
    offered, accepted = (", ".join(m[name] or ()) or "nothing" for name in ("offered", "accepted"))
    frames = f", {frames_text(m['evidence_frames'])}" if m["evidence_frames"] else ""
    known = SOURCES.get(m["source"] or "", m["source"])
    return f"{whose}, {m['kind']}: offered {offered}; accepted {accepted} ({known}{frames}): {verdict}."


def selectors(texts: Any) -> str:
    """Traffic selectors, or that none were seen."""
    return ", ".join(texts) if texts else "selectors not visible"


def finding_text(f: Record) -> str:
    """A finding in one line behind its severity."""
    rule = f" [{f['clause']}]" if f["clause"] else ""
    doubt = f" (policy text: {f['evidence']})" if f["evidence"] in ("second-hand", "believed") else ""
    return f"{f['title'] or f['finding']}: {f['subject']}{rule}{doubt}"


def evidence_text(frames: Any) -> str:
    """The frames to look at, or that none shows it."""
    if not frames:
        return "no frame shows it"
    return frames_text(frames)
