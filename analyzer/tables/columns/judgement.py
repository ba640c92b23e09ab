"""What is judged: `findings`, `verdicts`, `diagnoses`, `mismatches`, `implementations`, `floods`, `responders`."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from analyzer.assessment import flooded
from analyzer.assessment.fingerprint import NOBODY, Look, shown_in
from analyzer.assessment.fingerprint.model import Candidate
from analyzer.assessment.model import Diagnosis, Finding, Mismatch, Reason, Responder, Ruled
from analyzer.negotiation.story import Flood, FloodKind
from analyzer.tables.kinds import (
    BOOL,
    CAPTURE,
    CHILD,
    FLOAT,
    INT,
    LIST,
    NEGOTIATION,
    STR,
    TIME,
    Column,
    Need,
    TableSchema,
    file_of,
    one_of,
)
from analyzer.tables.naming import cause_ids, check_ids, side_name
from analyzer.tables.run import Entry, Run
from analyzer.vocabulary import (
    Confidence,
    Evidence,
    FingerprintBasis,
    MismatchSource,
    Mode,
    PolicyVerdict,
    Severity,
    Side,
    TargetState,
    Transport,
)

_SHAPES: Final = 20  # shown of one flood


def _diagnoses(run: Run) -> Iterator[Entry[Diagnosis]]:
    judged = run.assessment.diagnoses
    return (Entry(d, run, n.number) for n in run.negotiations for d in judged.get(n.number, ()))


class Seen(NamedTuple):
    """One candidate for one side of a negotiation."""

    look: Look
    candidate: Candidate
    initiator: bool
    frames: tuple[int, ...]


def _implementations(run: Run) -> Iterator[Entry[Seen]]:
    judged = run.assessment.implementations
    for n in run.negotiations:
        for look, initiator in zip(judged.get(n.number, NOBODY), (True, False), strict=True):
            if look is not None:
                frames = shown_in(n, initiator, look)
                yield from (Entry(Seen(look, c, initiator, frames), run, n.number) for c in look.candidates)


def _floods(run: Run) -> Iterator[Entry[Flood]]:
    before = run.before.get("floods", 0)
    return (Entry(flood, run, number) for number, flood in enumerate(run.story.floods, before + 1))


def _worst(ruled: Ruled) -> Reason | tuple[None, ...]:
    """Subject, word, clause and evidence of the reason that decides."""
    reasons = ruled.ruling.reasons
    return reasons[0] if reasons else (None,) * 4


def _rate(f: Flood) -> float | None:
    return f.messages * 1e9 / f.span_ns if f.span_ns else None


# fmt: off
FINDINGS: Final = TableSchema[Entry[Finding]](
    "findings", "One row per finding: a judgement about security, by a named policy.", (
    Column("finding", STR, "Id of the check; `isakmp-analyzer explain ID` says what it means.",
           lambda r: r.item.finding, words=check_ids),
    Column("severity", STR, "critical, high, medium, low or info.", lambda r: r.item.severity, words=one_of(Severity)),
    Column("confidence", STR, "certain, likely or possible.", lambda r: r.item.confidence, words=one_of(Confidence)),
    Column("negotiation", INT, "Number of the IKE SA concerned; missing: the capture as a whole.",
           lambda r: r.item.negotiation),
    Column("subject", STR, "What is judged: an algorithm, a host, a certificate ...", lambda r: r.item.subject),
    Column("evidence_frames", LIST, "Frames to look at in Wireshark.", lambda r: r.item.evidence_frames, items=INT),
    Column("policy", STR, "Policy it is judged by; missing where no policy is needed.", lambda r: r.item.policy),
    Column("clause", STR, "Document and section.", lambda r: r.item.clause),
    Column("detail", STR, "What was seen.", lambda r: r.item.detail),
    Column("evidence", STR, "Whether the policy's text was read: read, second-hand (a public copy or summary), "
           "believed.", lambda r: r.item.evidence, words=one_of(Evidence)),
    Column("title", STR, "The finding in a few words.", lambda r: r.item.title),
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    file_of("evidence_frames", lists=True),
), rows=lambda run: (Entry(finding, run) for finding in run.assessment.findings), own_needs=Need.FINDINGS,
   by_negotiation=True)
# fmt: on

# fmt: off
VERDICTS: Final = TableSchema[Entry[Ruled]](
    "verdicts",
    "One row per IKE SA that agreed on anything, and policy asked for: what the policy says of what was agreed. "
    "Negotiations that ended without a choice, probes and floods have none.", (
    Column("negotiation", INT, NEGOTIATION, lambda r: r.item.negotiation),
    Column("policy", STR, "Policy that judges.", lambda r: r.item.ruling.policy),
    Column("verdict", STR, "fail: it prohibits something of it, or has a suite without it. warn: it discourages "
           "something, does not list it, or allows it for a time only. not-observable: neither, and not all could be "
           "seen. pass: neither, and all that it asks for was seen.", lambda r: r.item.ruling.verdict,
           words=one_of(PolicyVerdict)),
    Column("subject", STR, "What decides: the heaviest of what the policy objects to. Missing: it objects to nothing.",
           lambda r: _worst(r.item)[0]),
    Column("word", STR, "The policy's own word for it.", lambda r: _worst(r.item)[1]),
    Column("clause", STR, "Document and section.", lambda r: _worst(r.item)[2]),
    Column("evidence", STR, "Whether the policy's text was read: read, second-hand (a public copy or summary), "
           "believed.", lambda r: _worst(r.item)[3], words=one_of(Evidence)),
    Column("reasons", LIST, "All that it objects to, the heaviest first: subject, word and clause.",
           lambda r: r.item.ruling.texts, items=STR),
    Column("not_observable", LIST, "What of the IKE SA and its child SAs is encrypted or not in the capture.",
           lambda r: r.item.ruling.agreement.hidden, items=STR),
    Column("silent", LIST, "Kinds of what was agreed of which the policy says nothing.",
           lambda r: r.item.ruling.silent, items=STR),
    Column("agreed", LIST, "What was judged: version, algorithms, and what else policies speak of.",
           lambda r: r.item.ruling.names, items=STR),
    Column("agreed_ids", LIST, "The same by numbers: version; scope, kind, registry, number, key bits of an algorithm; "
           "kind, item, value of what is none. Equal in all SAs that agreed on the same.",
           lambda r: r.item.ruling.ids, items=STR),
    Column("capture", STR, CAPTURE, lambda r: r.capture),
), rows=lambda run: (Entry(ruled, run) for ruled in run.assessment.rulings), own_needs=Need.VERDICTS,
   by_negotiation=True)
# fmt: on

# fmt: off
DIAGNOSES: Final = TableSchema[Entry[Diagnosis]](
    "diagnoses",
    "One row per possible cause of a failure, likeliest first. Where indistinguishable, the general one leads.", (
    Column("negotiation", INT, NEGOTIATION, lambda r: r.number),
    Column("diagnosis", STR, "Id of the cause; `isakmp-analyzer explain ID` says what it means.",
           lambda r: r.item.diagnosis, words=cause_ids),
    Column("rank", INT, "1 for the likeliest.", lambda r: r.item.rank),
    Column("confidence", STR, "certain, likely or possible.", lambda r: r.item.confidence, words=one_of(Confidence)),
    Column("evidence_frames", LIST, "Frames to look at in Wireshark.", lambda r: r.item.evidence_frames, items=INT),
    Column("detail", STR, "What was seen.", lambda r: r.item.detail),
    Column("advice", STR, "What to check and what to change.", lambda r: r.item.advice),
    Column("title", STR, "The cause in a few words.", lambda r: r.item.title),
    Column("basis", STR, "What the diagnosis rests on: seen, decrypted, inferred from lengths ...",
           lambda r: r.item.basis),
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    file_of("evidence_frames", lists=True),
), rows=_diagnoses, own_needs=Need.DIAGNOSES, by_negotiation=True)
# fmt: on

# fmt: off
MISMATCHES: Final = TableSchema[Entry[Mismatch]](
    "mismatches",
    "One row per kind of algorithm of a refused offer: of the proposal that comes closest to what is known.", (
    Column("negotiation", INT, NEGOTIATION, lambda r: r.item.negotiation),
    Column("child", INT, CHILD, lambda r: r.item.child),
    Column("place", STR, "The proposal, or transform of IKEv1, that comes closest to what is known to be accepted.",
           lambda r: r.item.place),
    Column("kind", STR, "encryption, PRF, integrity, hash, key exchange ...", lambda r: r.item.kind),
    Column("offered", LIST, "What it offers of this kind; NONE: it offers none.", lambda r: r.item.offered, items=STR),
    Column("accepted", LIST, "What the refusing side is known to accept with the rest. Missing: nothing is known.",
           lambda r: r.item.accepted, items=STR),
    Column("fits", BOOL, "Whether the two have something in common. Missing: it cannot be known.",
           lambda r: r.item.fits),
    Column("source", STR, "How that is known: configured (--peer-config), chose (elsewhere in this capture), offered "
           "(by that side as initiator).", lambda r: r.item.source, words=one_of(MismatchSource)),
    Column("evidence_frames", LIST, "Frames that show what is accepted.", lambda r: r.item.evidence_frames, items=INT),
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    file_of("evidence_frames", lists=True),
), rows=lambda run: (Entry(mismatch, run) for mismatch in run.assessment.mismatches), by_negotiation=True)
# fmt: on

# fmt: off
IMPLEMENTATIONS: Final = TableSchema[Entry[Seen]](
    "implementations",
    "One row per implementation that one side is consistent with; several where all of them send the same.", (
    Column("negotiation", INT, NEGOTIATION, lambda r: r.number),
    Column("side", STR, "initiator or responder of the IKE SA.", lambda r: side_name(r.item.initiator),
           words=one_of(Side)),
    Column("implementation", STR, "Name of the implementation or family; `isakmp-analyzer explain NAME` says how it is "
           "known.", lambda r: r.item.candidate.implementation),
    Column("versions", STR, 'Versions that fit: "5.8.0 or later", "3.14 to 4.6". Missing: nothing is known of them.',
           lambda r: r.item.candidate.versions or None),
    Column("confidence", STR, "likely or possible, never certain: anybody can send the same bytes.",
           lambda r: r.item.look.confidence, words=one_of(Confidence)),
    Column("basis", LIST, "What it is known by: vendor-id, vendor-id-order, message-order (payloads of IKE_SA_INIT), "
           "offer (how it is written), retransmission-times; of another negotiation: continued-sa, other-negotiation.",
           lambda r: r.item.look.basis, items=STR, words=one_of(FingerprintBasis)),
    Column("detail", STR, "The same in words.", lambda r: r.item.look.detail),
    Column("evidence_frames", LIST, "Frames that show it.", lambda r: r.item.frames, items=INT),
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    file_of("evidence_frames", lists=True),
), rows=_implementations, own_needs=Need.IMPLEMENTATIONS, by_negotiation=True)
# fmt: on

# fmt: off
FLOODS: Final = TableSchema[Entry[Flood]](
    "floods", "One row per flood: very many messages that are one event. Pages show it in place of its negotiations.", (
    Column("flood", INT, "Number of the flood, from 1 in order of the captures.", lambda r: r.number),
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    Column("kind", STR, "unsolicited-answers: answers to one address that sent no request for any of them. "
           "half-open: first messages without an answer, which are no rows of `negotiations`.",
           lambda r: r.item.kind, words=one_of(FloodKind)),
    Column("confidence", STR, "likely, or possible where something else looks the same.", lambda r: r.item.confidence,
           words=one_of(Confidence)),
    Column("target_ip", STR, "Address that all of its messages go to; missing: they go to many.",
           lambda r: r.item.target_ip),
    Column("target_ports", INT, "How many ports of it.", lambda r: r.item.target_ports),
    Column("sources", INT, "How many addresses sent them.", lambda r: r.item.sources),
    Column("initiator_spis", INT, "How many initiator's SPIs they carry.", lambda r: r.item.initiator_spis),
    Column("messages", INT, "How many messages it has.", lambda r: r.item.messages),
    Column("negotiations", INT, "Rows of `negotiations` that are one answer of it each (diagnosis unsolicited-"
           "answers).", lambda r: len(r.item.numbers)),
    Column("rate", FLOAT, "Messages a second, from the first to the last. Missing: all at once, or without time.",
           lambda r: _rate(r.item)),
    Column("shapes", LIST, "What they look like, the most frequent first: how many, exchange, length, what was chosen "
           "or refused, vendor IDs. At most 20.",
           lambda r: tuple(flooded.form_text(form, count) for form, count in r.item.forms[:_SHAPES]), items=STR),
    Column("other_shapes", INT, "How many more shapes there are.", lambda r: max(0, len(r.item.forms) - _SHAPES)),
    Column("first_frame", INT, "Its first frame.", lambda r: r.item.first_frame),
    Column("last_frame", INT, "Its last frame.", lambda r: r.item.last_frame),
    Column("first_time", TIME, "Time of its first message.", lambda r: r.item.first_time),
    Column("last_time", TIME, "Time of its last message.", lambda r: r.item.last_time),
    Column("samples", LIST, "A few of its frames, to look at in Wireshark.", lambda r: r.item.samples, items=INT),
    Column("detail", STR, "What was seen.", lambda r: flooded.detail(r.item)),
    Column("basis", STR, "What it rests on.", lambda r: flooded.basis(r.item)),
    Column("title", STR, "What it is, in a few words.", lambda r: flooded.title(r.item)),
    Column("advice", STR, "What to do.", lambda r: flooded.advice(r.item)),
    Column("folded", INT, "First messages of it, each a negotiation that is not in `negotiations`; 0 of answers.",
           lambda r: r.item.folded),
    Column("peak_rate", INT, "Most messages in one second of the capture's clock; missing of answers.",
           lambda r: r.item.peak or None),
    Column("not_kept", INT, "Of `folded`, those for which there was no room: what came for them later is not joined "
           "to them.", lambda r: r.item.forgotten),
    Column("all_counted", BOOL, "Whether `sources` and `initiator_spis` count all; else there are more.",
           lambda r: r.item.counted),
    file_of("last_frame"),
    file_of("samples", lists=True),
), rows=_floods)
# fmt: on

# fmt: off
RESPONDERS: Final = TableSchema[Entry[Responder]](
    "responders",
    "One row per address and port asked for IKE, those that answered first. Silence proves no closed port.", (
    Column("ip", STR, "Address that answered, or was asked.", lambda r: r.item.ip),
    Column("port", INT, "Port it answered from, or was asked on.", lambda r: r.item.port),
    Column("transport", STR, "udp, udp-4500 or tcp, as in `messages`.", lambda r: r.item.transport,
           words=one_of(Transport)),
    Column("versions", LIST, "IKE versions it answered: 1, 2.", lambda r: r.item.versions, items=INT),
    Column("modes", LIST, "Modes it answered: main, aggressive, ikev2 ...", lambda r: r.item.modes, items=STR,
           words=one_of(Mode)),
    Column("answered_peers", LIST, "Addresses it answered.", lambda r: r.item.answered_peers, items=STR),
    Column("first_time", TIME, "First answer, or what else came back.", lambda r: r.item.first_time),
    Column("last_time", TIME, "Last of these.", lambda r: r.item.last_time),
    Column("implementation", STR, "What it is consistent with, from vendor IDs and behaviour.",
           lambda r: r.item.implementation, needs=Need.IMPLEMENTATIONS),
    Column("evidence_frames", LIST, "Frames to look at in Wireshark.", lambda r: r.item.evidence_frames, items=INT),
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    file_of("evidence_frames", lists=True),
    Column("state", STR, "answered: IKE, also where the request is not in the capture. open: a TCP connection "
           "was accepted, on a port of IKE or behind the prefix IKETCP, and no IKE answer came over it. "
           "refused: ICMP port unreachable, or an RST for a SYN. filtered: ICMP administratively prohibited. "
           "unreachable: ICMP host, network or protocol unreachable. unanswered: nothing came back in this capture. "
           "What a flood asks, and who outside sends the answers of one, is in `floods` only.",
           lambda r: r.item.state, words=one_of(TargetState)),
    Column("confidence", STR, "How sure that is. answered is likely where the capture has no request that it answers. "
           "open is certain where the SYN, or the prefix, is in the capture with what accepts it; an ICMP error, which "
           "anybody may forge, makes a state likely. Missing: unanswered, which proves nothing.",
           lambda r: r.item.confidence, words=one_of(Confidence)),
    Column("requests", INT, "Requests without an IKE answer, retransmissions too: IKE messages, copies left out, and "
           "SYNs. Missing: it answered.", lambda r: r.item.requests),
    Column("askers", INT, "Addresses that sent them; missing: it answered, or there are more than were counted.",
           lambda r: r.item.askers),
    Column("asked_by", LIST, "The first 20 of these addresses.", lambda r: r.item.asked_by, items=STR),
    Column("inside", BOOL, "Whether it lies inside: in a network of --internal, or without any in private address "
           "space (RFC 1918, RFC 6598, RFC 4193, link-local, loopback).", lambda r: r.item.inside),
    Column("outside_peers", LIST, "Of the addresses that it answered, or whose connections it accepted, those that do "
           "not.", lambda r: r.item.outside_peers, items=STR),
    Column("all_peers", BOOL, "Whether all addresses whose connections it accepted were looked at for that; no: it "
           "accepted more than are kept. Missing: it answered IKE.", lambda r: r.item.all_peers),
), rows=lambda run: (Entry(responder, run) for responder in run.assessment.responders), own_needs=Need.RESPONDERS)
# fmt: on
