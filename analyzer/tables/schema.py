"""Every table and column: name, type and meaning, in one place. `isakmp-analyzer fields` prints this file.

Conventions. SPIs are 16 lower-case hexadecimal digits (ESP and AH SPIs 8), as text. Times are nanoseconds since
1970-01-01 UTC in storage and `datetime64[ns, UTC]` in frames. An id is the number on the wire, in the registry of that
IKE version; the column after it holds its name. A missing value is missing (None), never 0 or "": it was not seen, or
cannot be known from this capture. Frame numbers are Wireshark's: 1 for the first packet of the file. Columns are only
ever added behind the last one.
"""

from typing import Final, NamedTuple

SCHEMA_VERSION: Final = 1

STR: Final = "str"
INT: Final = "Int64"
BOOL: Final = "boolean"
FLOAT: Final = "Float64"
TIME: Final = "datetime64[ns, UTC]"
LIST: Final = "list"


class Column(NamedTuple):
    """One column. `dtype` is the pandas dtype, or "list" with the dtype of its items in `items`."""

    name: str
    dtype: str
    doc: str
    items: str | None = None


class TableSchema(NamedTuple):
    """One table: what a row is, and its columns in order."""

    name: str
    doc: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)


def _strings(name: str, doc: str) -> Column:
    return Column(name, LIST, doc, STR)


def _numbers(name: str, doc: str) -> Column:
    return Column(name, LIST, doc, INT)


_CAPTURE = Column("capture", STR, "Path of the capture as it was given.")
_FRAME = Column(
    "frame_number", INT, "Frame that carries it (the last one, where IP fragments or TCP segments carry it)."
)
_NEGOTIATION = Column("negotiation", INT, "Number of the IKE SA it belongs to (row of `negotiations`).")
_CHILD = Column("child", INT, "Number of the child SA within the negotiation; missing: it concerns the IKE SA itself.")
_SIDE = Column("side", STR, "Who sent it: initiator or responder of the IKE SA.")
_EVIDENCE = _numbers("evidence_frames", "Frames to look at in Wireshark.")

_CAPTURES = TableSchema(
    "captures",
    "One row per input file.",
    (
        _CAPTURE,
        Column("sha256", STR, "SHA-256 of the file as it lies on disk, compressed if it is."),
        Column("size_bytes", INT, "Size of that file."),
        Column("format", STR, "Container format, byte order and time resolution; compression, if any."),
        _strings("link_types", "Link types of its packets."),
        Column("packets", INT, "Packet records in the file."),
        Column("first_time", TIME, "Earliest packet time."),
        Column("last_time", TIME, "Latest packet time."),
        Column("ike_messages", INT, "ISAKMP messages found."),
        Column("esp_packets", INT, "ESP and AH packets found, those inside UDP or TCP included."),
        Column("defects", INT, "Rows of `defects` for this capture: damage, protocol violations, limits reached."),
    ),
)

_FLOWS = TableSchema(
    "flows",
    "One row per transport flow that carries IKE, ESP or AH. A flow is no SA: SAs can share one, an SA can change it.",
    (
        Column("flow", INT, "Number of the flow, in order of its first frame."),
        _CAPTURE,
        Column("transport", STR, "udp, tcp, esp or ah."),
        Column("client_ip", STR, "Address that sent the first packet seen."),
        Column("client_port", INT, "Port of client_ip; missing for ESP and AH without UDP or TCP."),
        Column("server_ip", STR, "The other address."),
        Column("server_port", INT, "Port of server_ip."),
        Column("first_frame", INT, "First frame of the flow."),
        Column("last_frame", INT, "Last frame of the flow."),
        Column("messages", INT, "ISAKMP messages in it."),
        Column("esp_packets", INT, "ESP or AH packets in it."),
        Column("keepalives", INT, "NAT keepalives in it (one byte 0xFF, RFC 3948 section 2.3)."),
        Column("bytes", INT, "Bytes of its transport payloads."),
    ),
)

_MESSAGES = TableSchema(
    "messages",
    "One row per ISAKMP message (per datagram: an IKE fragment is a message).",
    (
        _CAPTURE,
        _FRAME,
        Column("time", TIME, "Capture time of that frame."),
        Column("src_ip", STR, "Sender's address."),
        Column("src_port", INT, "Sender's port."),
        Column("dst_ip", STR, "Receiver's address."),
        Column("dst_port", INT, "Receiver's port."),
        Column("transport", STR, "udp; udp-4500: with the non-ESP marker of RFC 3948; tcp: RFC 9329 framing or bare."),
        _NEGOTIATION,
        Column("initiator_spi", STR, "Initiator's SPI (IKEv1: cookie)."),
        Column("responder_spi", STR, "Responder's SPI (IKEv1: cookie); all zeros in the first message."),
        Column("major_version", INT, "Major version of the header: 1 or 2."),
        Column("minor_version", INT, "Minor version of the header."),
        Column("exchange_type", INT, "Exchange type number."),
        Column("exchange", STR, "Name of the exchange type, e.g. IKE_SA_INIT, IDENTITY_PROTECTION."),
        Column("flags", INT, "Flags byte of the header as it is."),
        Column("is_initiator", BOOL, "IKEv2 flag I: sent by the original initiator of the IKE SA. Missing for IKEv1."),
        Column("is_response", BOOL, "IKEv2 flag R. Missing for IKEv1, which has no such flag."),
        Column("message_id", INT, "Message ID."),
        Column("length", INT, "Length field of the header as it is; it can lie."),
        Column("next_payload", INT, "Type of the first payload."),
        _numbers("payload_types", "Types of the payloads outside encryption, in wire order."),
        Column("encrypted", BOOL, "IKEv1: flag E; IKEv2: it has an SK or SKF payload."),
        Column("decrypted", BOOL, "Keys opened it and its integrity check held. Missing where nothing is encrypted."),
        _numbers(
            "decrypted_payload_types",
            "Types of the payloads inside encryption, in wire order; missing if not decrypted.",
        ),
        Column("fragment_number", INT, "Number of this IKE fragment, from 1 (RFC 7383 or Cisco fragments)."),
        Column("fragment_total", INT, "How many fragments there are; missing if the fragment does not say."),
        Column("retransmission_of", INT, "Frame of the first transmission of these same bytes."),
        _strings("defects", "What is wrong with this message's bytes; details in `defects`."),
        Column(
            "duplicate",
            BOOL,
            "A copy of the same datagram within a moment, as mirror ports make; it was not sent again.",
        ),
    ),
)

_PAYLOADS = TableSchema(
    "payloads",
    "One row per payload of a message, those inside encryption too where keys opened it.",
    (
        _FRAME,
        Column("position", INT, "Place in its chain, from 1."),
        Column("payload_type", INT, "Payload type number."),
        Column("payload", STR, "Name of the payload type in this IKE version."),
        Column("critical", BOOL, "IKEv2 critical bit. Missing for IKEv1."),
        Column("length", INT, "Length field of the payload header as it is."),
        Column(
            "offset", INT, "Bytes from the start of the ISAKMP message; inside encryption, of the decrypted content."
        ),
        Column("encrypted", BOOL, "It came out of decryption."),
        Column("summary", STR, "What it holds, in a few words."),
        _CAPTURE,
    ),
)

_PROPOSALS = TableSchema(
    "proposals",
    "One row per proposal of an SA payload, offered or chosen.",
    (
        _FRAME,
        _NEGOTIATION,
        _CHILD,
        Column("side", STR, "offered or chosen: an answer's one proposal is the chosen one."),
        Column(
            "proposal_number", INT, "Proposal number; in IKEv1 several rows of one number belong together (ESP and AH)."
        ),
        Column("protocol_id", INT, "Security protocol number."),
        Column("protocol", STR, "Name of protocol_id: ISAKMP or IKE, AH, ESP, IPCOMP ..."),
        Column("spi", STR, "SPI of the proposal in hexadecimal; missing where it has none."),
        _strings(
            "transforms",
            "IKEv2: names of the transforms, key length appended (ENCR_AES_CBC-256); alternatives side by side. "
            "IKEv1: each transform is one whole suite, its parts joined by '/'.",
        ),
        _CAPTURE,
    ),
)

_TRANSFORMS = TableSchema(
    "transforms",
    "One row per transform of a proposal.",
    (
        _FRAME,
        Column("proposal_number", INT, "Number of its proposal."),
        Column("transform_number", INT, "IKEv1: transform number. IKEv2 has none: its place in the proposal, from 1."),
        Column(
            "transform_type",
            INT,
            "IKEv2 transform type (1 ENCR, 2 PRF, 3 INTEG, 4 KE, 5 SN, 6 ADDKE1 ...). Missing for IKEv1.",
        ),
        Column("transform_type_name", STR, "Name of transform_type."),
        Column("transform_id", INT, "Transform ID. IKEv1 phase 1: 1, KEY_IKE; its algorithms are attributes."),
        Column("transform", STR, "Name of transform_id."),
        Column("key_bits", INT, "Key length as negotiated by the key length attribute."),
        _strings(
            "attributes",
            "Attributes as NAME=VALUE. Enumerated values as name and number: 'Encryption Algorithm=AES-CBC (7)'; "
            "quantities as a number: 'Life Duration=3600'; other data in hexadecimal: 0x...",
        ),
        _NEGOTIATION,
        _CHILD,
        Column("side", STR, "offered or chosen."),
        Column("protocol_id", INT, "Security protocol number of its proposal."),
        _CAPTURE,
    ),
)

_NOTIFICATIONS = TableSchema(
    "notifications",
    "One row per Notify payload that could be read. In the clear it is unauthenticated: anyone could have sent it.",
    (
        _FRAME,
        _NEGOTIATION,
        Column("notify_type", INT, "Notify message type number."),
        Column("notify", STR, "Name of notify_type."),
        Column("class", STR, "error or status."),
        Column("protocol_id", INT, "Security protocol it concerns; missing if 0."),
        Column("spi", STR, "SPI it concerns, in hexadecimal."),
        Column("data", STR, "Notification data in hexadecimal."),
        Column("meaning", STR, "What the data says, where it can be told."),
        _CAPTURE,
    ),
)

_VENDOR_IDS = TableSchema(
    "vendor_ids",
    "One row per Vendor ID payload.",
    (
        _FRAME,
        _NEGOTIATION,
        _SIDE,
        Column("data", STR, "Vendor ID in hexadecimal."),
        Column("name", STR, "Known name of this vendor ID."),
        Column("vendor", STR, "Who uses it."),
        Column("kind", STR, "implementation, capability or uncertain."),
        Column("detail", STR, "What the bytes behind the known part say, and where the name comes from."),
        _CAPTURE,
    ),
)

_IDENTITIES = TableSchema(
    "identities",
    "One row per Identification payload that could be read.",
    (
        _FRAME,
        _NEGOTIATION,
        _SIDE,
        Column("id_type", INT, "ID type number."),
        Column("id_type_name", STR, "Name of id_type."),
        Column("identity", STR, "The identity as text; what is no text in hexadecimal."),
        _CAPTURE,
    ),
)

_CERTIFICATES = TableSchema(
    "certificates",
    "One row per Certificate payload that could be read.",
    (
        _FRAME,
        _NEGOTIATION,
        _SIDE,
        Column("encoding", INT, "Certificate encoding number."),
        Column("encoding_name", STR, "Name of encoding."),
        Column("subject", STR, "Subject as RFC 4514 text."),
        Column("issuer", STR, "Issuer as RFC 4514 text."),
        Column("serial", STR, "Serial number in hexadecimal."),
        Column("not_before", TIME, "Start of validity."),
        Column("not_after", TIME, "End of validity."),
        Column("key_type", STR, "RSA, EC, Ed25519 ..."),
        Column("key_bits", INT, "Size of the public key."),
        Column("signature_hash", STR, "Hash of the issuer's signature."),
        _strings("subject_alt_names", "Subject alternative names."),
        Column("sha256", STR, "SHA-256 of the certificate data: its fingerprint."),
        _CAPTURE,
    ),
)

_KE_VALUES = TableSchema(
    "ke_values",
    "One row per public key exchange value.",
    (
        _FRAME,
        _NEGOTIATION,
        _SIDE,
        Column(
            "ke_id",
            INT,
            "Key exchange method. IKEv1 does not carry it in the payload: from the offer, where it is unambiguous.",
        ),
        Column("ke_method", STR, "Name of ke_id."),
        Column("length", INT, "Bytes of the value."),
        Column("sha256", STR, "SHA-256 of the value, to find repetitions."),
        _CAPTURE,
    ),
)

_ENDPOINTS = (
    Column("initiator_spi", STR, "Initiator's SPI (IKEv1: cookie)."),
    Column("responder_spi", STR, "Responder's SPI (IKEv1: cookie); all zeros if no answer was seen."),
    Column("initiator_ip", STR, "Initiator's address at its first message."),
    Column("initiator_port", INT, "Port of initiator_ip."),
    Column("responder_ip", STR, "Responder's address at the first message."),
    Column("responder_port", INT, "Port of responder_ip."),
)
_SUITE = (
    Column("encryption_id", INT, "Chosen encryption algorithm."),
    Column("encryption", STR, "Name of encryption_id."),
    Column("key_bits", INT, "Chosen key length, where it was negotiated."),
    Column("integrity_id", INT, "Chosen integrity algorithm; IKEv1: the hash. Missing with AEAD ciphers."),
    Column("integrity", STR, "Name of integrity_id."),
)

_NEGOTIATIONS = TableSchema(
    "negotiations",
    "One row per IKE SA: its whole life in this capture, and how it ended.",
    (
        Column("negotiation", INT, "Number of the IKE SA, from 1 in order of its first frame."),
        _CAPTURE,
        Column("ike_version", INT, "IKE version, from the header: 1 or 2."),
        Column("mode", STR, "main, aggressive, base (IKEv1), ikev2; unknown if the capture begins later."),
        *_ENDPOINTS,
        Column(
            "outcome",
            STR,
            "established, failed, unanswered, redirected, incomplete (the capture begins or ends inside it), "
            "probe (a scanner's first message). An IKE SA that came up while its child SA did not is established, with "
            "failed_at and diagnosis of the child.",
        ),
        Column("failed_at", STR, "Exchange in which it (or its child SA) failed."),
        Column("failed_by", STR, "Who refused: initiator, responder, none (silence)."),
        Column("failure", STR, "Name of the error notify, or what else stopped it."),
        Column("diagnosis", STR, "Id of the diagnosis that ranks first."),
        *_SUITE,
        Column("prf_id", INT, "Chosen pseudo-random function; IKEv1: missing unless negotiated."),
        Column("prf", STR, "Name of prf_id."),
        Column("ke_id", INT, "Chosen key exchange method (Diffie-Hellman group)."),
        Column("ke_method", STR, "Name of ke_id."),
        _numbers("additional_ke_ids", "Additional key exchange methods chosen (RFC 9370)."),
        Column(
            "auth_method",
            STR,
            "Authentication method. IKEv2 shows it only inside encryption; initiator's and responder's if they differ.",
        ),
        Column("initiator_id", STR, "Initiator's identity, where it could be read."),
        Column("responder_id", STR, "Responder's identity, where it could be read."),
        Column("lifetime_s", INT, "Lifetime chosen, in seconds (IKEv1 only: IKEv2 negotiates none)."),
        Column(
            "nat",
            STR,
            "Who is behind NAT by the NAT detection hashes: none, initiator, responder, both. Missing: not knowable.",
        ),
        Column(
            "nat_t", BOOL, "IKE with the non-ESP marker, or ESP in UDP, was seen. Port 4500 alone does not mean NAT."
        ),
        Column("fragmentation", STR, "IKE fragmentation: used, supported (both said so), offered (one side)."),
        Column(
            "initiator_implementation", STR, "What the initiator is consistent with, from vendor IDs and behaviour."
        ),
        Column("responder_implementation", STR, "What the responder is consistent with."),
        Column("child_sas", INT, "Rows of `child_sas` for it."),
        Column("rekeyed_from", INT, "Number of the negotiation whose IKE SA this one replaces."),
        Column("first_frame", INT, "First frame of the negotiation."),
        Column("last_frame", INT, "Last frame of the negotiation."),
        Column("first_time", TIME, "Time of its first message."),
        Column("last_time", TIME, "Time of its last message."),
        Column("duration_s", FLOAT, "Seconds between them."),
        Column("messages", INT, "ISAKMP messages of it, retransmissions included."),
        Column("retransmissions", INT, "Messages that repeat an earlier one (copies made by mirror ports left out)."),
        Column("outcome_basis", STR, "What the outcome rests on."),
        Column("outcome_confidence", STR, "certain, likely or possible."),
        Column("deleted_at", TIME, "When a Delete for the IKE SA was seen."),
        Column("deleted_by", STR, "Who sent it: initiator or responder."),
    ),
)

_CHILD_SAS = TableSchema(
    "child_sas",
    "One row per IPsec SA pair (IKEv1 phase 2, IKEv2 child SA) negotiated or attempted.",
    (
        _NEGOTIATION,
        Column("child", INT, "Number of the child SA within the negotiation, from 1."),
        Column("protocol", STR, "Security protocol: ESP or AH."),
        Column("initiator_spi_in", STR, "SPI on which the IKE SA's initiator receives."),
        Column("responder_spi_in", STR, "SPI on which its responder receives."),
        Column("mode", STR, "tunnel or transport (and their UDP variants), BEET."),
        *_SUITE,
        Column("esn", INT, "Sequence numbers chosen (transform type 5): 0 32 bits, 1 64 bits (ESN)."),
        Column("pfs_ke_id", INT, "Key exchange method of its own (PFS). Missing: none seen, or inside encryption."),
        _strings("initiator_ts", "Traffic selectors of the initiator's side."),
        _strings("responder_ts", "Traffic selectors of the responder's side."),
        Column("outcome", STR, "established, failed, unknown."),
        Column("created_by", STR, "Exchange that made it: IKE_AUTH, CREATE_CHILD_SA, QUICK_MODE."),
        Column("rekeys", INT, "Number of the child SA that it replaces."),
        Column("deleted_at", TIME, "When a Delete for it was seen."),
        Column("esp_packets_to_initiator", INT, "ESP or AH packets joined to it, towards the initiator."),
        Column("esp_packets_to_responder", INT, "ESP or AH packets joined to it, towards the responder."),
        Column("pfs_ke_method", STR, "Name of pfs_ke_id."),
        Column("lifetime_s", INT, "Lifetime chosen in seconds (IKEv1 only)."),
        Column("lifetime_kb", INT, "Lifetime chosen in kilobytes (IKEv1 only)."),
        Column(
            "basis",
            STR,
            "seen: payloads read, in clear or decrypted; inferred: from the order and lengths of encrypted messages.",
        ),
        Column("first_frame", INT, "First frame of the exchange that made it."),
        Column("response_frame", INT, "Frame of the answer."),
    ),
)

_EXCHANGES = TableSchema(
    "exchanges",
    "One row per exchange: messages of one type and message ID that answer each other.",
    (
        _NEGOTIATION,
        Column("exchange", STR, "Name of the exchange type."),
        Column("message_id", INT, "Message ID they share."),
        Column("initiated_by", STR, "Side of the IKE SA that began this exchange: initiator or responder."),
        Column("request_frame", INT, "Frame of the first message."),
        Column("response_frame", INT, "Frame of the first answer."),
        Column(
            "round_trip_s", FLOAT, "Seconds from the last transmission of the request before the answer to the answer."
        ),
        Column("retransmissions", INT, "Repeated messages of either side."),
        Column("outcome", STR, "answered, unanswered (request only), unrequested (response only)."),
    ),
)

_ESP_STREAMS = TableSchema(
    "esp_streams",
    "One row per ESP or AH SPI in one direction.",
    (
        Column("spi", STR, "SPI, 8 hexadecimal digits."),
        Column("src_ip", STR, "Sender's address."),
        Column("dst_ip", STR, "Receiver's address."),
        Column("encapsulation", STR, "esp, ah, udp (ESP in UDP), tcp."),
        Column("packets", INT, "Packets seen."),
        Column("bytes", INT, "Their bytes, ESP or AH header included."),
        Column("first_seq", INT, "First sequence number seen (its low 32 bits)."),
        Column("last_seq", INT, "Highest sequence number seen."),
        Column("missing", INT, "Sequence numbers never seen between them; missing once it cannot be known."),
        Column("duplicates", INT, "Sequence numbers seen again."),
        _NEGOTIATION,
        Column("child", INT, "Number of the child SA it was joined to."),
        _CAPTURE,
        Column("first_frame", INT, "First frame of the stream."),
        Column("last_frame", INT, "Last frame of the stream."),
        Column("first_time", TIME, "Time of the first packet."),
        Column("last_time", TIME, "Time of the last packet."),
        Column("basis", STR, "How it was joined to its negotiation: spi, or likely (endpoints and time)."),
    ),
)

_ICMP_ERRORS = TableSchema(
    "icmp_errors",
    "One row per ICMP or ICMPv6 error that quotes a datagram of an IKE port: evidence about a message, not a message.",
    (
        _CAPTURE,
        Column("frame_number", INT, "Frame of the ICMP error."),
        Column("time", TIME, "Capture time."),
        Column("reporter_ip", STR, "Address that sent the error."),
        Column("icmp_type", INT, "ICMP type; of ICMPv6 if the addresses are IPv6."),
        Column("icmp_code", INT, "ICMP code: what exactly is unreachable."),
        Column(
            "kind", STR, "port-unreachable, host-unreachable, admin-prohibited, fragmentation-needed, time-exceeded ..."
        ),
        Column("mtu", INT, "Largest packet the path takes, where the error says so."),
        Column("src_ip", STR, "Source of the quoted datagram."),
        Column("src_port", INT, "Source port of the quoted datagram."),
        Column("dst_ip", STR, "Destination of the quoted datagram."),
        Column("dst_port", INT, "Destination port of the quoted datagram."),
        Column("initiator_spi", STR, "Initiator's SPI in the quotation, where it reaches that far."),
        _NEGOTIATION,
    ),
)

_FINDINGS = TableSchema(
    "findings",
    "One row per finding: a judgement about security, by a named policy.",
    (
        Column("finding", STR, "Id of the check; `isakmp-analyzer explain ID` tells what it means."),
        Column("severity", STR, "critical, high, medium, low or info."),
        Column("confidence", STR, "certain, likely or possible."),
        Column("negotiation", INT, "Number of the IKE SA concerned; missing: the capture as a whole."),
        Column("subject", STR, "What is judged: an algorithm, a host, a certificate ..."),
        _EVIDENCE,
        Column("policy", STR, "Policy it is judged by; missing where no policy is needed."),
        Column("clause", STR, "Document and section."),
        Column("detail", STR, "What was seen."),
        Column(
            "evidence",
            STR,
            "Whether the policy's text was read: read, second-hand (a public copy or summary), believed.",
        ),
        Column("title", STR, "The finding in a few words."),
        _CAPTURE,
    ),
)

_DIAGNOSES = TableSchema(
    "diagnoses",
    "One row per possible cause of a failure, likeliest first. Where they cannot be told apart, the general one leads.",
    (
        _NEGOTIATION,
        Column("diagnosis", STR, "Id of the cause; `isakmp-analyzer explain ID` tells what it means."),
        Column("rank", INT, "1 for the likeliest."),
        Column("confidence", STR, "certain, likely or possible."),
        _EVIDENCE,
        Column("detail", STR, "What was seen."),
        Column("advice", STR, "What to check and what to change."),
        Column("title", STR, "The cause in a few words."),
        Column("basis", STR, "What the diagnosis rests on: seen, decrypted, inferred from lengths ..."),
    ),
)

_RESPONDERS = TableSchema(
    "responders",
    "One row per address and port that answered IKE: what is seen exposed. Absence is no proof that a port is closed.",
    (
        Column("ip", STR, "Address that answered."),
        Column("port", INT, "Port it answered from."),
        Column("transport", STR, "udp or tcp."),
        _strings("versions", "IKE versions it answered."),
        _strings("modes", "Modes it answered: main, aggressive, ikev2 ..."),
        _strings("answered_peers", "Addresses it answered."),
        Column("first_time", TIME, "First answer."),
        Column("last_time", TIME, "Last answer."),
        Column("implementation", STR, "What it is consistent with, from vendor IDs and behaviour."),
        _EVIDENCE,
        _CAPTURE,
    ),
)

_DEFECTS = TableSchema(
    "defects",
    "One row per piece of damage or protocol violation, with its place.",
    (
        _CAPTURE,
        Column("frame_number", INT, "Frame it was found in; missing: the file itself."),
        Column(
            "offset", INT, "Bytes from the start of the ISAKMP message (wire-), of the frame or of the file (capture-)."
        ),
        Column(
            "kind",
            STR,
            "capture-...: damage of the file; wire-...: the sender broke the protocol; limit-...: our own limit.",
        ),
        Column("expected", STR, "What should stand there."),
        Column("found", STR, "What stands there."),
        Column("effect", STR, "What could not be read because of it."),
    ),
)

SCHEMA: Final[dict[str, TableSchema]] = {
    table.name: table
    for table in (
        _CAPTURES,
        _FLOWS,
        _MESSAGES,
        _PAYLOADS,
        _PROPOSALS,
        _TRANSFORMS,
        _NOTIFICATIONS,
        _VENDOR_IDS,
        _IDENTITIES,
        _CERTIFICATES,
        _KE_VALUES,
        _NEGOTIATIONS,
        _CHILD_SAS,
        _EXCHANGES,
        _ESP_STREAMS,
        _ICMP_ERRORS,
        _FINDINGS,
        _DIAGNOSES,
        _RESPONDERS,
        _DEFECTS,
    )
}
