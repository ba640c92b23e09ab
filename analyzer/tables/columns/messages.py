"""Table `messages`. Its rows are made by hand in `analyzer/tables/messages.py`: a capture may have millions."""

from typing import Any, Final

from analyzer.tables.kinds import (
    BOOL,
    CAPTURE,
    FRAME,
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
from analyzer.tables.naming import exchange_names
from analyzer.vocabulary import DecryptedBy, Direction, Transport

# fmt: off
MESSAGES: Final = TableSchema[Any](
    "messages", "One row per ISAKMP message (per datagram: an IKE fragment is a message).", (
    Column("capture", STR, CAPTURE),
    Column("frame_number", INT, FRAME),
    Column("time", TIME, "Capture time of that frame."),
    Column("src_ip", STR, "Sender's address."),
    Column("src_port", INT, "Sender's port."),
    Column("dst_ip", STR, "Receiver's address."),
    Column("dst_port", INT, "Receiver's port."),
    Column("transport", STR, "udp; udp-4500: with the non-ESP marker of RFC 3948; tcp: RFC 9329 framing or bare.",
           words=one_of(Transport)),
    Column("negotiation", INT, NEGOTIATION, needs=Need.PLACING),
    Column("initiator_spi", STR, "Initiator's SPI (IKEv1: cookie)."),
    Column("responder_spi", STR, "Responder's SPI (IKEv1: cookie); all zeros in the first message."),
    Column("major_version", INT, "Major version of the header: 1 or 2; this and the other numbers of the header are 0 "
           "where it is cut before them."),
    Column("minor_version", INT, "Minor version of the header."),
    Column("exchange_type", INT, "Exchange type number."),
    Column("exchange", STR, "Name of the exchange type, e.g. IKE_SA_INIT, IDENTITY_PROTECTION.", words=exchange_names),
    Column("flags", INT, "Flags byte of the header as it is."),
    Column("is_initiator", BOOL, "IKEv2 flag I: sent by the original initiator of the IKE SA. Missing for IKEv1."),
    Column("is_response", BOOL, "IKEv2 flag R. Missing for IKEv1, which has no such flag."),
    Column("message_id", INT, "Message ID."),
    Column("length", INT, "Length field of the header as it is; it can lie. Missing where the header is not whole."),
    Column("next_payload", INT, "Type of the first payload."),
    Column("payload_types", LIST, "Types of the payloads outside encryption, in wire order.", items=INT),
    Column("encrypted", BOOL, "IKEv1: flag E; IKEv2: it has an SK or SKF payload."),
    Column("decrypted", BOOL, "The keys decrypted it, or a log shows its inside. Missing where nothing is encrypted, "
           "for retransmissions, and for fragments that were decrypted with the last of their set.",
           needs=Need.PLACING),
    Column("decrypted_payload_types", LIST, "Types of the payloads inside encryption, in wire order; missing if not "
           "decrypted.", items=INT, needs=Need.PLACING),
    Column("fragment_number", INT, "Number of this IKE fragment, from 1 (RFC 7383 or Cisco fragments).",
           needs=Need.PLACING),
    Column("fragment_total", INT, "How many fragments there are; missing if the fragment does not say.",
           needs=Need.PLACING),
    Column("retransmission_of", INT, "Frame of the first transmission of these same bytes.", needs=Need.PLACING),
    Column("defects", LIST, "What is wrong with this message's bytes; details in `defects`.",
           items=STR, needs=Need.PLACING),
    Column("duplicate", BOOL, "A copy of the same datagram within a moment, as mirror ports make; no retransmission.",
           needs=Need.PLACING),
    Column("from_initiator", BOOL, "The initiator of its IKE SA sent it: IKEv2's flag I, or the ends of IKEv1's SA so "
           "far.", needs=Need.PLACING),
    Column("decrypted_by", STR, "Whence its decrypted content is known. keys: those given; log: the log that the "
           "message is from shows it, and nothing verifies that. Missing where nothing was decrypted.",
           words=one_of(DecryptedBy), needs=Need.PLACING),
    file_of("retransmission_of")._replace(value=None),
    Column("vlan", LIST, "VLAN IDs of its frame, the outer first.", items=INT, needs=Need.EVIDENCE),
    Column("tunnel", LIST, "Tunnels that it came in, the outer first: what each is, its number, and between which "
           "addresses.", items=STR, needs=Need.EVIDENCE),
    Column("tunnel_id", INT, "Number of the innermost tunnel that has one: VNI of VXLAN and Geneve, TEID of GTP-U, key "
           "of GRE.", needs=Need.EVIDENCE),
    Column("outer_src_ip", STR, "Source of its frame's first IP header, where the message stands behind another one.",
           needs=Need.EVIDENCE),
    Column("outer_dst_ip", STR, "Destination of that header.", needs=Need.EVIDENCE),
    Column("interface", STR, "Interface that captured it (pcapng): its name, or its number where it has none.",
           needs=Need.EVIDENCE),
    Column("direction", STR, "Which way it went there, where the file says so: inbound or outbound.",
           needs=Need.EVIDENCE, words=one_of(Direction)),
    Column("src_mac", STR, "Source of its frame, where the link layer is Ethernet or Linux's cooked one.",
           needs=Need.EVIDENCE),
    Column("dst_mac", STR, "Destination of its frame, where the link layer is Ethernet.", needs=Need.EVIDENCE),
    Column("ttl", INT, "TTL of its IP header, of IPv6 the hop limit, as it came to the capture point.",
           needs=Need.EVIDENCE),
    Column("dscp", INT, "DSCP of its IP header.", needs=Need.EVIDENCE),
    Column("ip_id", INT, "Identification of its IPv4 header.", needs=Need.EVIDENCE),
    Column("community_id", STR, "Community ID of its flow (version 1, seed 0), as Zeek and Suricata have it.",
           needs=Need.EVIDENCE),
))
# fmt: on
