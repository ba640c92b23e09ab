"""Rows that are known only at the end: the file, flows, streams, negotiations, and what was judged of them."""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from itertools import islice
from typing import Any

from analyzer.assessment import flooded
from analyzer.assessment.model import Assessment, Finding
from analyzer.capture.datagram import CaptureInfo, Flow
from analyzer.defects import Defect
from analyzer.isakmp import registry
from analyzer.negotiation.conclude.pfs import pfs_of
from analyzer.negotiation.conclude.verdict import side
from analyzer.negotiation.follow.nat import Intervals, interval_of, keepalive_intervals
from analyzer.negotiation.life import Event, Life, Lives
from analyzer.negotiation.life.model import ChildKey, End
from analyzer.negotiation.life.moves import path_text, paths
from analyzer.negotiation.life.streams import Joined, in_udp
from analyzer.negotiation.model import ChildSa, Flood, Negotiation, SeenIdentity, Story, Suite
from analyzer.negotiation.read.identities import asked_identity, own_identity
from analyzer.negotiation.read.lifetimes import offered_s
from analyzer.tables.exchanges import exchange_rows
from analyzer.tables.store import Tables

Row = tuple[Any, ...]

_NS = 1e9
_SHAPES = 20  # told of one flood
_AT_ONCE = 1024  # rows that are objects at one time
_V2 = {
    "encryption": "ikev2-encr",
    "integrity": "ikev2-integ",
    "prf": "ikev2-prf",
    "ke": "ikev2-ke",
    "auth": "ikev2-auth-methods",
}
_V1 = {
    "encryption": "ikev1-encryption",
    "integrity": "ikev1-hash",
    "prf": "ikev2-prf",
    "ke": "ikev1-groups",
    "auth": "ikev1-auth-methods",
}
_V1_CHILD = {**_V1, "encryption": "ikev1-esp-transforms", "integrity": "ikev1-ipsec-auth-algorithms"}
_EMPTY = Suite()


JUDGED = frozenset({"negotiations", "findings", "diagnoses", "mismatches", "responders"})  # tables that hold judgement
LIFE = frozenset({"negotiations", "child_sas", "events"})  # tables that tell of an SA's life
AT_THE_END = JUDGED | {
    "captures", "child_sas", "defects", "esp_streams", "events", "exchanges", "floods", "flows", "icmp_errors",
}  # fmt: skip


def finish(
    tables: Tables,
    wanted: Collection[str],
    info: CaptureInfo,
    flows: list[Flow],
    defects: list[Defect],
    lives: Lives,
    assessment: Assessment,
    ike_messages: int,
) -> None:
    """Fill the wanted ones of the tables that are known only once the capture has been read."""
    story, joined = lives.story, lives.joined
    life = lives.life if LIFE.intersection(wanted) else Life()
    counts = _esp_counts(joined)
    keepalives, encapsulated = keepalive_intervals(flows), in_udp(joined)
    rows: dict[str, Callable[[], Iterable[Row]]] = {
        "defects": lambda: (
            (info.path, d.frame_number, d.offset, d.kind, d.expected, d.found, d.effect) for d in defects
        ),
        "flows": lambda: (_flow_row(number, info.path, f) for number, f in enumerate(flows, len(tables["flows"]) + 1)),
        "esp_streams": lambda: (_stream_row(j, info.path) for j in joined),
        "negotiations": lambda: (
            _negotiation_row(n, assessment, life, keepalives, esp_in_udp=n.number in encapsulated)
            for n in story.negotiations
        ),
        "child_sas": lambda: (row for n in story.negotiations for row in _child_rows(n, counts, life)),
        "events": lambda: (_event_row(e, info.path) for e in life.events),
        "exchanges": lambda: exchange_rows(story),
        "diagnoses": lambda: _diagnosis_rows(story, assessment),
        "mismatches": lambda: ((*m, info.path) for m in assessment.mismatches),
        "icmp_errors": lambda: _icmp_rows(info.path, story),
        "findings": lambda: (_finding_row(f, info.path) for f in assessment.findings),
        "floods": lambda: (
            _flood_row(number, info.path, f) for number, f in enumerate(story.floods, len(tables["floods"]) + 1)
        ),
        "responders": lambda: ((*r, info.path) for r in assessment.responders),
        "captures": lambda: [_capture_row(tables, info, story, ike_messages)],
    }
    for name, make in rows.items():
        if name in wanted:
            made = iter(make())
            while some := list(islice(made, _AT_ONCE)):
                tables[name].extend(some)


def _capture_row(tables: Tables, info: CaptureInfo, story: Story, ike_messages: int) -> Row:
    return (
        info.path, info.sha256 or None, info.size_bytes, info.format, tuple(info.link_types), info.packets,
        info.first_time, info.last_time, ike_messages, sum(s.packets for s in story.streams),
        sum(1 for path in tables["defects"].column("capture") if path == info.path),
    )  # fmt: skip


def _diagnosis_rows(story: Story, assessment: Assessment) -> Iterable[Row]:
    for n in story.negotiations:
        for d in assessment.diagnoses.get(n.number, ()):
            yield (n.number, d.diagnosis, d.rank, d.confidence, d.evidence_frames, d.detail, d.advice, d.title, d.basis)


def _flood_row(number: int, capture: str, f: Flood) -> Row:
    return (
        number, capture, f.kind, f.confidence, f.target_ip, f.target_ports, f.sources, f.initiator_spis, f.messages,
        len(f.numbers), f.messages * _NS / f.span_ns if f.span_ns else None,
        tuple(flooded.form_text(form, count) for form, count in f.forms[:_SHAPES]), max(0, len(f.forms) - _SHAPES),
        f.first_frame, f.last_frame, f.first_time, f.last_time, f.samples, flooded.detail(f), flooded.basis(f),
        flooded.title(f), flooded.advice(f),
    )  # fmt: skip


def _finding_row(f: Finding, capture: str) -> Row:
    return (
        f.finding, f.severity, f.confidence, f.negotiation, f.subject, f.evidence_frames, f.policy, f.clause, f.detail,
        f.evidence, f.title, capture,
    )  # fmt: skip


def _flow_row(number: int, capture: str, flow: Flow) -> Row:
    return (
        number, capture, flow.transport, flow.client_ip, flow.client_port, flow.server_ip, flow.server_port,
        flow.first_frame, flow.last_frame, flow.messages, flow.esp_packets, flow.keepalives, flow.bytes,
        flow.keepalives_from_client, _seconds(flow.keepalive_gap_ns),
    )  # fmt: skip


def _seconds(ns: int | None) -> float | None:
    return None if ns is None else ns / _NS


def _stream_row(joined: Joined, capture: str) -> Row:
    s = joined.stream
    return (
        s.spi, s.src_ip, s.dst_ip, s.encapsulation, s.packets, s.bytes, s.first_seq, s.last_seq, s.missing,
        s.duplicates, joined.negotiation, joined.child, capture, s.first_frame, s.last_frame,
        s.first_time, s.last_time, joined.basis, _side(joined.to_initiator), joined.returned,
        _seconds(joined.past_delete_ns),
    )  # fmt: skip


def _esp_counts(joined: Iterable[Joined]) -> dict[ChildKey, list[int]]:
    """Packets to initiator and to responder by (negotiation, child)."""
    counts: dict[ChildKey, list[int]] = {}
    for j in joined:
        if j.negotiation is not None and j.child is not None:
            counts.setdefault((j.negotiation, j.child), [0, 0])[0 if j.to_initiator else 1] += j.stream.packets
    return counts


@cache
def _named(table: str, value: int | None) -> str | None:
    return None if value is None else registry.name(table, value)


def _negotiation_row(
    n: Negotiation, assessment: Assessment, life: Life, keepalives: Intervals, *, esp_in_udp: bool
) -> Row:
    names = _V2 if n.ike_version == 2 else _V1
    suite = n.suite or _EMPTY
    ranked = assessment.diagnoses.get(n.number)
    diagnosis = ranked[0].diagnosis if ranked else None
    steps = list(n.steps())
    frames = [s.frame_number for s in steps]
    times = [s.time_ns for s in steps if s.time_ns is not None]
    first, last = (min(times), max(times)) if times else (None, None)
    initiator, responder = assessment.implementations.get(n.number, (None, None))
    return (
        n.number, n.capture, n.ike_version, n.mode, n.initiator_spi, n.responder_spi, n.initiator_ip, n.initiator_port,
        n.responder_ip, n.responder_port, n.outcome, n.failed_at, n.failed_by, n.failure, diagnosis,
        suite.encryption_id, _named(names["encryption"], suite.encryption_id), suite.key_bits,
        suite.integrity_id, _named(names["integrity"], suite.integrity_id),
        suite.prf_id, _named(names["prf"], suite.prf_id), suite.ke_id, _named(names["ke"], suite.ke_id),
        suite.additional_ke_ids if n.suite else None, _auth_method(n, names["auth"]),
        _text(own_identity(n, initiator=True)), _text(own_identity(n, initiator=False)),
        suite.lifetime_s, n.nat, n.nat_t or esp_in_udp, n.fragmentation,
        initiator, responder, len(n.children), n.rekeyed_from,
        min(frames, default=None), max(frames, default=None), first, last,
        (last - first) / _NS if first is not None and last is not None else None,
        len(steps), sum(1 for s in steps if s.retransmission_of is not None and not s.duplicate),
        n.outcome_basis, n.outcome_confidence, *_end_cells(life.ends.get(n.number)),
        tuple(map(path_text, paths(n))), _seconds(interval_of(n, keepalives)), life.successors.get(n.number),
        *(life.liveness.get(n.number) or (None, None)), offered_s(n).get(None), assessment.announced.get(n.number),
        _text(asked_identity(n)),
    )  # fmt: skip


def _auth_method(n: Negotiation, table: str) -> str | None:
    """IKEv1 negotiates one; in IKEv2 each side says its own, inside encryption."""
    if n.ike_version == 1:
        return _named(table, n.suite.auth_method) if n.suite else None
    seen = [_named(table, m) for m in (n.auth_method_initiator, n.auth_method_responder) if m is not None]
    return " / ".join(dict.fromkeys(str(s) for s in seen)) or None


def _text(identity: SeenIdentity | None) -> str | None:
    return None if identity is None else identity.text


def _child_rows(n: Negotiation, counts: dict[ChildKey, list[int]], life: Life) -> Iterable[Row]:
    if n.children:
        pfs, lifetimes = pfs_of(n), offered_s(n)
        for c in n.children:
            yield (*_child_row(n, c, counts, life), *pfs.get(c.child, (None, None)), lifetimes.get(c.child))


def _child_row(n: Negotiation, c: ChildSa, counts: dict[ChildKey, list[int]], life: Life) -> Row:
    names = _V2 if n.ike_version == 2 else _V1_CHILD
    suite = c.suite or _EMPTY
    to_initiator, to_responder = counts.get((n.number, c.child), (None, None))
    end = life.child_ends.get((n.number, c.child))
    older = life.replaces.get((n.number, c.child), (None, None))
    return (
        n.number, c.child, c.protocol, c.initiator_spi_in, c.responder_spi_in, c.mode,
        suite.encryption_id, _named(names["encryption"], suite.encryption_id), suite.key_bits,
        suite.integrity_id, _named(names["integrity"], suite.integrity_id), suite.esn, c.pfs_ke_id,
        c.initiator_ts, c.responder_ts, c.outcome, c.created_by, older[1], end.time_ns if end else None,
        to_initiator, to_responder,
        _named(names["ke"], c.pfs_ke_id), suite.lifetime_s, suite.lifetime_kb, c.basis, c.frame_number,
        c.response_frame, older[0], *_end_cells(end)[1:],
    )  # fmt: skip


def _side(initiator: bool | None) -> str | None:
    return None if initiator is None else side(initiator)


def _end_cells(end: End | None) -> Row:
    """When, by whom, and how that is known."""
    return (None, None, None) if end is None else (end.time_ns, _side(end.by_initiator), end.basis)


def _event_row(e: Event, capture: str) -> Row:
    return (
        e.negotiation, e.child, e.event, e.time_ns, e.frame_number, _side(e.by_initiator), e.other, e.confidence,
        e.basis, e.detail, capture,
    )  # fmt: skip


def _icmp_rows(capture: str, story: Story) -> Iterable[Row]:
    of = {id(error): n.number for n in story.negotiations for error in n.icmp_errors}
    for e in story.icmp_errors:
        spi = e.quoted[:8].hex() if len(e.quoted) >= 8 else None
        yield (
            capture, e.frame_number, e.time_ns, e.reporter_ip, e.icmp_type, e.icmp_code, e.kind, e.mtu, e.src_ip,
            e.src_port, e.dst_ip, e.dst_port, spi, of.get(id(e)),
        )  # fmt: skip
