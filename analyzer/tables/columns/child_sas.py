"""Table `child_sas`: a row for each IPsec SA pair."""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

from analyzer.negotiation.conclude.pfs import Pfs, pfs_of
from analyzer.negotiation.life.model import End
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.read.lifetimes import offered_s
from analyzer.negotiation.seen import ChildSa, Suite
from analyzer.tables.kinds import BOOL, CAPTURE, INT, LIST, NEGOTIATION, STR, TIME, Column, TableSchema, file_of, one_of
from analyzer.tables.naming import IKEV1_CHILD, IKEV2, exchange_names, named, side_name
from analyzer.tables.run import Run
from analyzer.vocabulary import Basis, ChildOutcome, PostQuantum, Side

_NO_SUITE: Final = Suite()


class Family:
    """What the child SAs of one IKE SA have in common, worked out when the first column asks."""

    def __init__(self, n: Negotiation, run: Run) -> None:
        self.n = n
        self.run = run

    @cached_property
    def pfs(self) -> dict[int, Pfs]:
        """By child: whether it made a key exchange of its own."""
        return pfs_of(self.n)

    @cached_property
    def lifetimes(self) -> dict[int | None, tuple[int, ...]]:
        """By child: lifetimes offered, in seconds."""
        return offered_s(self.n.ike_version, self.n.offers)


class Child:
    """What a row is about: one child SA."""

    def __init__(self, c: ChildSa, family: Family) -> None:
        self.c = c
        self.n = family.n
        self.family = family
        self.suite = c.suite or _NO_SUITE
        self._key = family.n.number, c.child

    def named(self, kind: str, number: int | None) -> str | None:
        """Name of an algorithm of this IKE version."""
        return named((IKEV2 if self.n.ike_version == 2 else IKEV1_CHILD)[kind], number)

    @property
    def additional_ke_ids(self) -> tuple[int, ...] | None:
        """The additional key exchange methods of the answer; only IKEv2 has such."""
        return self.c.suite.additional_ke_ids if self.n.ike_version == 2 and self.c.suite else None

    @property
    def end(self) -> End | None:
        """The Delete that ended it."""
        return self.family.run.life.child_ends.get(self._key)

    @property
    def replaces(self) -> tuple[int | None, int | None]:
        """Negotiation and number of the child SA before it."""
        return self.family.run.life.replaces.get(self._key, (None, None))

    @property
    def packets(self) -> tuple[int | None, int | None]:
        """ESP and AH packets to initiator and responder."""
        return self.family.run.esp_packets.get(self._key, (None, None))

    @cached_property
    def stand(self) -> "tuple[PostQuantum | None, bool | None]":
        """Against a quantum computer: the word, and whether its ESP is exposed."""
        return self.family.run.stands.child(self.n, self.c, self.pfs[0])

    @property
    def pfs(self) -> Pfs | tuple[None, None]:
        """Whether it made a key exchange of its own, and how that is known."""
        return self.family.pfs.get(self.c.child, (None, None))


def _rows(run: Run) -> Iterator[Child]:
    for n in run.negotiations:
        family = Family(n, run)
        yield from (Child(c, family) for c in n.children)


# fmt: off
CHILD_SAS: Final = TableSchema[Child](
    "child_sas", "One row per IPsec SA pair (IKEv1 phase 2, IKEv2 child SA) negotiated or attempted.", (
    Column("negotiation", INT, NEGOTIATION, lambda r: r.n.number),
    Column("child", INT, "Number of the child SA within the negotiation, from 1.", lambda r: r.c.child),
    Column("protocol", STR, "Security protocol: ESP or AH.", lambda r: r.c.protocol),
    Column("initiator_spi_in", STR, "SPI on which the IKE SA's initiator receives.", lambda r: r.c.initiator_spi_in),
    Column("responder_spi_in", STR, "SPI on which its responder receives.", lambda r: r.c.responder_spi_in),
    Column("mode", STR, "tunnel or transport (and their UDP variants), BEET.", lambda r: r.c.mode),
    Column("encryption_id", INT, "Chosen encryption algorithm.", lambda r: r.suite.encryption_id),
    Column("encryption", STR, "Name of encryption_id.", lambda r: r.named("encryption", r.suite.encryption_id)),
    Column("key_bits", INT, "Chosen key length, where it was negotiated.", lambda r: r.suite.key_bits),
    Column("integrity_id", INT, "Chosen integrity algorithm; IKEv1: the hash. Missing with AEAD ciphers.",
           lambda r: r.suite.integrity_id),
    Column("integrity", STR, "Name of integrity_id.", lambda r: r.named("integrity", r.suite.integrity_id)),
    Column("esn", INT, "Sequence numbers chosen (transform type 5): 0 32 bits, 1 64 bits (ESN).",
           lambda r: r.suite.esn),
    Column("pfs_ke_id", INT, "Key exchange method of its own (PFS). Missing: none seen, or inside encryption.",
           lambda r: r.c.pfs_ke_id),
    Column("initiator_ts", LIST, "Traffic selectors of the initiator's side.", lambda r: r.c.initiator_ts, items=STR),
    Column("responder_ts", LIST, "Traffic selectors of the responder's side.", lambda r: r.c.responder_ts, items=STR),
    Column("outcome", STR, "established, failed, unknown.", lambda r: r.c.outcome, words=one_of(ChildOutcome)),
    Column("created_by", STR, "Exchange that made it: IKE_AUTH, CREATE_CHILD_SA, QUICK_MODE.",
           lambda r: r.c.created_by, words=exchange_names),
    Column("rekeys", INT, "Number of the child SA that it replaces.", lambda r: r.replaces[1]),
    Column("deleted_at", TIME, "When a Delete for it was seen.", lambda r: r.end.time_ns if r.end else None),
    Column("esp_packets_to_initiator", INT, "ESP or AH packets joined to it, towards the initiator.",
           lambda r: r.packets[0]),
    Column("esp_packets_to_responder", INT, "ESP or AH packets joined to it, towards the responder.",
           lambda r: r.packets[1]),
    Column("pfs_ke_method", STR, "Name of pfs_ke_id.", lambda r: r.named("ke", r.c.pfs_ke_id)),
    Column("lifetime_s", INT, "Lifetime chosen in seconds (IKEv1 only).", lambda r: r.suite.lifetime_s),
    Column("lifetime_kb", INT, "Lifetime chosen in kilobytes (IKEv1 only).", lambda r: r.suite.lifetime_kb),
    Column("basis", STR, "seen: payloads read, in clear or decrypted; inferred: from order and lengths, "
           "at least whether it came up.",
           lambda r: r.c.basis, words=one_of(Basis)),
    Column("first_frame", INT, "First frame of the exchange that made it.", lambda r: r.c.frame_number),
    Column("response_frame", INT, "Frame of the answer.", lambda r: r.c.response_frame),
    Column("rekeys_negotiation", INT, "Number of the negotiation that made the child SA which it replaces.",
           lambda r: r.replaces[0]),
    Column("deleted_by", STR, "Who sent the Delete: initiator or responder of the IKE SA.",
           lambda r: side_name(r.end.by_initiator) if r.end else None, words=one_of(Side)),
    Column("deleted_basis", STR, "seen: the Delete was read; inferred: from lengths and order.",
           lambda r: r.end.basis if r.end else None, words=one_of(Basis)),
    Column("pfs", BOOL, "Whether it made a key exchange of its own (PFS). Missing: it cannot be known.",
           lambda r: r.pfs[0]),
    Column("pfs_basis", STR, "What pfs rests on, or why it cannot be known.", lambda r: r.pfs[1]),
    Column("lifetimes_offered_s", LIST, "Lifetimes offered for it, in seconds (IKEv1 only).",
           lambda r: r.family.lifetimes.get(r.c.child), items=INT),
    Column("additional_ke_ids", LIST, "Additional key exchange methods chosen (RFC 9370); empty: chosen without any.",
           lambda r: r.additional_ke_ids, items=INT),
    Column("additional_ke_methods", LIST, "Names of additional_ke_ids.",
           lambda r: None if (ids := r.additional_ke_ids) is None else tuple(str(r.named("ke", k)) for k in ids),
           items=STR),
    Column("capture", STR, CAPTURE, lambda r: r.n.capture),
    file_of("response_frame"),
    Column("post_quantum", STR, "Where its keys stand, as in `negotiations`: by its own key exchange, or without one "
           "by that of the IKE SA. Missing: it cannot be known.", lambda r: r.stand[0], words=one_of(PostQuantum)),
    Column("quantum_exposed", BOOL, "Whether a large quantum computer opens its ESP that was recorded with the key "
           "exchanges: neither that of the IKE SA nor its own protects it. Missing: it cannot be known.",
           lambda r: r.stand[1]),
), rows=_rows, by_negotiation=True)
# fmt: on
