"""Table `negotiations`: a row for each IKE SA."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from analyzer.negotiation.exchanges.timing import went_back
from analyzer.negotiation.follow.nat import interval_of
from analyzer.negotiation.life.model import End, Liveness
from analyzer.negotiation.life.moves import path_text, paths
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.read.identities import asked_identity, own_identity
from analyzer.negotiation.read.lifetimes import offered_s
from analyzer.negotiation.seen import SeenIdentity, Suite
from analyzer.tables.kinds import BOOL, CAPTURE, FLOAT, INT, LIST, STR, TIME, Column, Need, TableSchema, file_of, one_of
from analyzer.tables.naming import IKEV1, IKEV2, cause_ids, exchange_names, named, seconds, side_name
from analyzer.tables.run import Run
from analyzer.vocabulary import (
    Basis,
    Confidence,
    FailedBy,
    Fragmentation,
    Mode,
    Nat,
    Outcome,
    PostQuantum,
    PpkUse,
    Side,
)

if TYPE_CHECKING:
    from analyzer.assessment.post_quantum import Stand

_NO_SUITE: Final = Suite()


class Span(NamedTuple):
    """Where the messages of an SA lie, and how many they are. Times in ns; None: it has none of its own.

    went_back: in the order of the file time goes back by more than packets overtake each other; the clock was set.
    """

    first_frame: int | None
    last_frame: int | None
    first_time: int | None
    last_time: int | None
    messages: int
    retransmissions: int
    went_back: bool = False
    one_clock_ns: int | None = None  # of an SA that several points saw: from the first to the last by one clock

    @property
    def duration_s(self) -> float | None:
        """From its first message to its last; None too where the clock was set between them."""
        if self.one_clock_ns is not None:
            return seconds(self.one_clock_ns)
        if self.went_back:
            return None
        return None if self.first_time is None or self.last_time is None else seconds(self.last_time - self.first_time)


def span_of(n: Negotiation) -> Span:
    """Of all messages of an SA."""
    sent = sorted(n.log.sent(n), key=itemgetter(0))
    times = [time for _, time, _ in sent if time is not None]
    frames = (sent[0][0], sent[-1][0]) if sent else (None, None)
    ends = frames[0], frames[1], min(times, default=None), max(times, default=None)
    return Span(*ends, len(sent), sum(again for _, _, again in sent), went_back(times))


class IkeSa:
    """What a row is about: an IKE SA and what is known of it, each part worked out when the first column asks."""

    def __init__(self, n: Negotiation, run: Run) -> None:
        self.n = n
        self.run = run
        self.suite = n.suite or _NO_SUITE
        self._algorithms = IKEV2 if n.ike_version == 2 else IKEV1

    def named(self, kind: str, number: int | None) -> str | None:
        """Name of an algorithm of this IKE version."""
        return named(self._algorithms[kind], number)

    @cached_property
    def span(self) -> Span:
        """Its first and its last message."""
        points = self.run.story.points
        if points is None:
            return span_of(self.n)
        from analyzer.negotiation.conclude.sights import sights_of  # noqa: PLC0415  (nearly all have one point)

        sights = sights_of(self.n, points)
        return span_of(self.n) if sights is None else span_of(self.n)._replace(one_clock_ns=sights.span_ns)

    @property
    def diagnosis(self) -> str | None:
        """That which ranks first."""
        ranked = self.run.assessment.diagnoses.get(self.n.number)
        return ranked[0].diagnosis if ranked else None

    @property
    def implementations(self) -> tuple[str | None, str | None]:
        """Of initiator and responder."""
        looks = self.run.assessment.implementations.get(self.n.number, (None, None))
        return looks[0] and looks[0].text, looks[1] and looks[1].text

    @property
    def end(self) -> End | None:
        """The Delete that ended it."""
        return self.run.life.ends.get(self.n.number)

    @property
    def liveness(self) -> Liveness | tuple[None, None]:
        """Liveness checks, and of these the missed ones."""
        return self.run.life.liveness.get(self.n.number) or (None, None)

    @property
    def suite_partly_read(self) -> bool | None:
        """Whether the capture, or its sender, left the choice without an end; None where none was seen."""
        n = self.n
        made = (o.sa for o in n.offers if o.chosen and o.child is None and o.frame_number == n.chosen_frame)
        return None if n.chosen_frame is None else not all(sa.whole for sa in made)

    @property
    def additional_ke_ids(self) -> tuple[int, ...] | None:
        """Of half a choice they may be in the other half."""
        found = self.n.suite.additional_ke_ids if self.n.suite and self.n.chosen_frame is not None else None
        return found or (None if self.suite_partly_read else found)

    @cached_property
    def stand(self) -> "Stand":
        """Against a quantum computer."""
        return self.run.stands.of(self.n)

    @property
    def auth_method(self) -> str | None:
        """IKEv1 negotiates one; in IKEv2 each side says its own, inside encryption."""
        from analyzer.negotiation.read.auth import by_eap  # noqa: PLC0415  (for those who ask)

        n = self.n
        if n.ike_version == 1:
            return self.named("auth", self.suite.auth_method)
        sides = zip(by_eap(n), (n.auth_method_initiator, n.auth_method_responder), strict=True)
        seen = ["EAP" if eap else self.named("auth", method) for eap, method in sides if eap or method is not None]
        return " / ".join(dict.fromkeys(str(s) for s in seen)) or None


def _rows(run: Run) -> Iterator[IkeSa]:
    return (IkeSa(n, run) for n in run.negotiations)


def _text(identity: SeenIdentity | None) -> str | None:
    return None if identity is None else identity.text


def _community_ids(n: Negotiation) -> tuple[str, ...]:
    from analyzer.capture.evidence import PROTOCOLS, community_id  # noqa: PLC0415  (for those who ask)

    places = sorted(n.addresses)
    starts = [place[0] for place in places]
    found: dict[str, None] = {}
    for step in n.steps():
        _, *ends = places[max(0, bisect_right(starts, step.frame_number) - 1)]
        found[community_id(*ends, PROTOCOLS[step.transport])] = None
    return tuple(found)


# fmt: off
NEGOTIATIONS: Final = TableSchema[IkeSa](
    "negotiations", "One row per IKE SA: its whole life in this capture, and how it ended.", (
    Column("negotiation", INT, "Number of the IKE SA, from 1 in order of its first frame.", lambda r: r.n.number),
    Column("capture", STR, CAPTURE, lambda r: r.n.capture),
    Column("ike_version", INT, "IKE version, from the header: 1 or 2.", lambda r: r.n.ike_version),
    Column("mode", STR, "main, aggressive, base (IKEv1), ikev2; group-rekey: a key server's messages to all "
           "members of a group; unknown if the capture begins later.",
           lambda r: r.n.mode, words=one_of(Mode)),
    Column("initiator_spi", STR, "Initiator's SPI (IKEv1: cookie).", lambda r: r.n.initiator_spi),
    Column("responder_spi", STR, "Responder's SPI (IKEv1: cookie); all zeros if no answer was seen.",
           lambda r: r.n.responder_spi),
    Column("initiator_ip", STR, "Initiator's address at its first message.", lambda r: r.n.initiator_ip),
    Column("initiator_port", INT, "Port of initiator_ip.", lambda r: r.n.initiator_port),
    Column("responder_ip", STR, "Responder's address at the first message.", lambda r: r.n.responder_ip),
    Column("responder_port", INT, "Port of responder_ip.", lambda r: r.n.responder_port),
    Column("outcome", STR, "established, failed, unanswered, redirected, incomplete (the capture begins or ends inside "
           "it), probe (a scanner's). Established with failed_at: a child SA or a later request failed.",
           lambda r: r.n.outcome, words=one_of(Outcome)),
    Column("failed_at", STR, "Exchange in which it (or a child SA, or a request) failed.", lambda r: r.n.failed_at,
           words=exchange_names),
    Column("failed_by", STR, "Who refused: initiator, responder, none (no answer). Missing where sides are guessed.",
           lambda r: r.n.failed_by, words=one_of(FailedBy)),
    Column("failure", STR, "Name of the error notify, or what else stopped it.", lambda r: r.n.failure),
    Column("diagnosis", STR, "Id of the diagnosis that ranks first.", lambda r: r.diagnosis, needs=Need.DIAGNOSES,
           words=cause_ids),
    Column("encryption_id", INT, "Chosen encryption algorithm; not seen chosen: the one that keys open it with.",
           lambda r: r.suite.encryption_id),
    Column("encryption", STR, "Name of encryption_id.", lambda r: r.named("encryption", r.suite.encryption_id)),
    Column("key_bits", INT, "Chosen key length, where it was negotiated.", lambda r: r.suite.key_bits),
    Column("integrity_id", INT, "Chosen integrity algorithm; IKEv1: the hash. Missing with AEAD ciphers.",
           lambda r: r.suite.integrity_id),
    Column("integrity", STR, "Name of integrity_id.", lambda r: r.named("integrity", r.suite.integrity_id)),
    Column("prf_id", INT, "Chosen pseudo-random function; IKEv1: missing unless negotiated.", lambda r: r.suite.prf_id),
    Column("prf", STR, "Name of prf_id.", lambda r: r.named("prf", r.suite.prf_id)),
    Column("ke_id", INT, "Chosen key exchange method (Diffie-Hellman group).", lambda r: r.suite.ke_id),
    Column("ke_method", STR, "Name of ke_id.", lambda r: r.named("ke", r.suite.ke_id)),
    Column("additional_ke_ids", LIST, "Additional key exchange methods chosen (RFC 9370); missing where the choice "
           "could not be read so far.", lambda r: r.additional_ke_ids, items=INT),
    Column("auth_method", STR, "Authentication method. IKEv2 shows it only inside encryption; both if they differ. "
           "EAP, where that is a side's proof.",
           lambda r: r.auth_method),
    Column("initiator_id", STR, "Initiator's identity, where it could be read.",
           lambda r: _text(own_identity(r.n, initiator=True))),
    Column("responder_id", STR, "Responder's identity as it says itself, where it could be read.",
           lambda r: _text(own_identity(r.n, initiator=False))),
    Column("lifetime_s", INT, "Lifetime chosen, in seconds (IKEv1 only: IKEv2 negotiates none).",
           lambda r: r.suite.lifetime_s),
    Column("nat", STR, "Who is behind NAT, likely, as NAT detection hashes differ from the addresses or ports of "
           "packets: none, initiator, responder, both.",
           lambda r: r.n.nat, words=one_of(Nat)),
    Column("nat_t", BOOL, "IKE with the non-ESP marker, or ESP in UDP, was seen. Port 4500 alone is no NAT.",
           lambda r: r.n.nat_t or r.n.number in r.run.esp_in_udp),
    Column("fragmentation", STR, "IKE fragmentation: used, supported (both said so), offered (one side).",
           lambda r: r.n.fragmentation, words=one_of(Fragmentation)),
    Column("initiator_implementation", STR, "What the initiator is consistent with, from vendor IDs and behaviour; "
           '"possibly": in another negotiation.',
           lambda r: r.implementations[0], needs=Need.IMPLEMENTATIONS),
    Column("responder_implementation", STR, "What the responder is consistent with.", lambda r: r.implementations[1],
           needs=Need.IMPLEMENTATIONS),
    Column("child_sas", INT, "Rows of `child_sas` for it.", lambda r: len(r.n.children)),
    Column("rekeyed_from", INT, "Number of the negotiation whose IKE SA this one replaces.",
           lambda r: r.n.rekeyed_from),
    Column("first_frame", INT, "First frame of the negotiation.", lambda r: r.span.first_frame),
    Column("last_frame", INT, "Last frame of the negotiation.", lambda r: r.span.last_frame),
    Column("first_time", TIME, "Time of its first message.", lambda r: r.span.first_time),
    Column("last_time", TIME, "Time of its last message.", lambda r: r.span.last_time),
    Column("duration_s", FLOAT, "Seconds between them; missing where times go back in the order of the file: the clock "
           "was set, or packets are out of order. By one clock where several points saw it (`sights`).",
           lambda r: r.span.duration_s),
    Column("messages", INT, "ISAKMP messages of it, retransmissions included.", lambda r: r.span.messages),
    Column("retransmissions", INT, "Retransmissions of earlier messages (copies made by mirror ports left out).",
           lambda r: r.span.retransmissions),
    Column("outcome_basis", STR, "What the outcome rests on.", lambda r: r.n.outcome_basis),
    Column("outcome_confidence", STR, "certain, likely or possible.", lambda r: r.n.outcome_confidence,
           words=one_of(Confidence)),
    Column("deleted_at", TIME, "When a Delete for the IKE SA was seen.", lambda r: r.end.time_ns if r.end else None),
    Column("deleted_by", STR, "Who sent it: initiator or responder.",
           lambda r: side_name(r.end.by_initiator) if r.end else None, words=one_of(Side)),
    Column("deleted_basis", STR, "seen: the Delete was read; inferred: the last messages look like one.",
           lambda r: r.end.basis if r.end else None, words=one_of(Basis)),
    Column("paths", LIST, "Addresses and ports it was seen on, in order: initiator's end, then responder's.",
           lambda r: tuple(map(path_text, paths(r.n))), items=STR),
    Column("nat_keepalive_s", FLOAT, "Shortest time between NAT keepalives on its paths: the interval of who sends "
           "them.", lambda r: seconds(interval_of(r.n, r.run.keepalives))),
    Column("replaced_by", INT, "Number of the negotiation that takes its place: by rekeying, reauthentication, or "
           "because one side had lost it (`events` says which).", lambda r: r.run.life.successors.get(r.n.number)),
    Column("liveness_checks", INT, "Liveness checks (empty INFORMATIONAL, R-U-THERE). Missing: "
           "they cannot be distinguished from other messages.", lambda r: r.liveness[0]),
    Column("liveness_missed", INT, "Of these, retransmitted or never answered.", lambda r: r.liveness[1]),
    Column("lifetimes_offered_s", LIST, "Lifetimes offered for the IKE SA, in seconds (IKEv1 only).",
           lambda r: offered_s(r.n.ike_version, r.n.offers).get(None), items=INT),
    Column("lifetime_announced_s", INT, "Lifetime that a notify announced: RESPONDER-LIFETIME (IKEv1); AUTH_LIFETIME "
           "(IKEv2), by when the client has to reauthenticate.",
           lambda r: r.run.assessment.announced.get(r.n.number)),
    Column("responder_id_asked", STR, "Responder's identity that the initiator asks for (IDr of its request). No word "
           "of the responder: compare it with responder_id.", lambda r: _text(asked_identity(r.n))),
    Column("suite_partly_read", BOOL, "Part of what was chosen could not be read (cut by the capture, or broken by its "
           "sender): an algorithm that is missing here may have been chosen.", lambda r: r.suite_partly_read),
    file_of("last_frame"),
    Column("post_quantum", STR, "Where it stands against a quantum computer. classical; hybrid: ML-KEM chosen beside a "
           "classical key exchange; ml-kem: ML-KEM alone; ppk: classical with a post-quantum pre-shared key (RFC 8784, "
           "RFC 9867); offered-not-taken: ML-KEM or a PPK was offered, the choice is classical; downgraded: it is, "
           "although both sides can do ML-KEM, or an offer with it failed before. Missing: it cannot be known.",
           lambda r: r.stand.word, words=one_of(PostQuantum)),
    Column("post_quantum_basis", STR, "What that rests on, or why it cannot be known.", lambda r: r.stand.basis),
    Column("ppk", STR, "A PPK: used; agreed (both can, whether they did is encrypted); unused (both can, and did not); "
           "refused (offered and not taken up); offered (no answer seen). Missing: nobody speaks of one.",
           lambda r: r.stand.ppk, words=one_of(PpkUse)),
    Column("quantum_exposed", BOOL, "Whether a large quantum computer opens ESP under its keys that was recorded with "
           "the key exchange: classical, without a PPK, and so are the IKE SAs it was made in. Missing: it cannot be "
           "known.", lambda r: r.stand.exposed),
    Column("community_id", LIST, "Community IDs (version 1, seed 0) of the flows its messages went in, in order of "
           "their first, as Zeek and Suricata have them.",
           lambda r: _community_ids(r.n), items=STR, needs=Need.EVIDENCE),
), rows=_rows, by_negotiation=True)
# fmt: on
