"""What messages hold, payload by payload. The rows are made by hand in `analyzer/tables/messages.py`."""

from typing import Any, Final

from analyzer.tables.kinds import (
    BOOL,
    CAPTURE,
    CHILD,
    FRAME,
    INT,
    LIST,
    NEGOTIATION,
    STR,
    TIME,
    Column,
    Need,
    TableSchema,
    one_of,
)
from analyzer.tables.naming import payload_names
from analyzer.vocabulary import KeFault, NonceFault, NotifyClass, OfferSide, Side

# fmt: off
PAYLOADS: Final = TableSchema[Any](
    "payloads", "One row per payload of a message, those inside encryption too where it was decrypted.", (
    Column("frame_number", INT, FRAME),
    Column("position", INT, "Place in its chain, from 1."),
    Column("payload_type", INT, "Payload type number."),
    Column("payload", STR, "Name of the payload type in this IKE version.", words=payload_names),
    Column("critical", BOOL, "IKEv2 critical bit. Missing for IKEv1."),
    Column("length", INT, "Length field of the payload header as it is."),
    Column("offset", INT, "Bytes from the start of the ISAKMP message; inside encryption, of the decrypted content."),
    Column("encrypted", BOOL, "It came out of decryption."),
    Column("summary", STR, "What it holds, in a few words."),
    Column("capture", STR, CAPTURE),
), own_needs=Need.PLACING)
# fmt: on

# fmt: off
PROPOSALS: Final = TableSchema[Any](
    "proposals", "One row per proposal of an SA payload, offered or chosen.", (
    Column("frame_number", INT, FRAME),
    Column("negotiation", INT, NEGOTIATION),
    Column("child", INT, CHILD),
    Column("side", STR, "offered or chosen: an answer's one proposal is the chosen one.", words=one_of(OfferSide)),
    Column("proposal_number", INT, "Proposal number; in IKEv1 several rows of one number belong together (ESP and AH).",
           ),
    Column("protocol_id", INT, "Security protocol number."),
    Column("protocol", STR, "Name of protocol_id: ISAKMP or IKE, AH, ESP, IPCOMP ..."),
    Column("spi", STR, "SPI of the proposal in hexadecimal; missing where it has none."),
    Column("transforms", LIST, "IKEv2: names, with key length (ENCR_AES_CBC-256). IKEv1: each a suite, parts joined by "
           "'/'.", items=STR),
    Column("capture", STR, CAPTURE),
), own_needs=Need.PLACING)
# fmt: on

# fmt: off
TRANSFORMS: Final = TableSchema[Any](
    "transforms", "One row per transform of a proposal.", (
    Column("frame_number", INT, FRAME),
    Column("proposal_number", INT, "Number of its proposal."),
    Column("transform_number", INT, "IKEv1: transform number. IKEv2 has none: its place in the proposal, from 1."),
    Column("transform_type", INT, "IKEv2 transform type (1 ENCR, 2 PRF, 3 INTEG, 4 KE, 5 SN, 6 ADDKE1 ...). Not in "
           "IKEv1."),
    Column("transform_type_name", STR, "Name of transform_type."),
    Column("transform_id", INT, "Transform ID. IKEv1 phase 1: 1, KEY_IKE; its algorithms are attributes."),
    Column("transform", STR, "Name of transform_id."),
    Column("key_bits", INT, "Key length as negotiated by the key length attribute."),
    Column("attributes", LIST, "Attributes as NAME=VALUE: Encryption Algorithm=AES-CBC, Life Duration=3600 ...",
           items=STR),
    Column("negotiation", INT, NEGOTIATION),
    Column("child", INT, CHILD),
    Column("side", STR, "offered or chosen.", words=one_of(OfferSide)),
    Column("protocol_id", INT, "Security protocol number of its proposal."),
    Column("capture", STR, CAPTURE),
), own_needs=Need.PLACING)
# fmt: on

# fmt: off
NOTIFICATIONS: Final = TableSchema[Any](
    "notifications", "One row per Notify payload that could be read. In the clear anyone could have sent it.", (
    Column("frame_number", INT, FRAME),
    Column("negotiation", INT, NEGOTIATION),
    Column("notify_type", INT, "Notify message type number."),
    Column("notify", STR, "Name of notify_type."),
    Column("class", STR, "error or status.", words=one_of(NotifyClass)),
    Column("protocol_id", INT, "Security protocol it concerns; missing if 0."),
    Column("spi", STR, "SPI it concerns, in hexadecimal."),
    Column("data", STR, "Notification data in hexadecimal."),
    Column("meaning", STR, "What the data says, where it is known."),
    Column("capture", STR, CAPTURE),
), own_needs=Need.PLACING)
# fmt: on

# fmt: off
VENDOR_IDS: Final = TableSchema[Any](
    "vendor_ids", "One row per Vendor ID payload.", (
    Column("frame_number", INT, FRAME),
    Column("negotiation", INT, NEGOTIATION),
    Column("side", STR, "Who sent it: initiator or responder of the IKE SA.", words=one_of(Side)),
    Column("data", STR, "Vendor ID in hexadecimal."),
    Column("name", STR, "Known name of this vendor ID."),
    Column("vendor", STR, "Who uses it."),
    Column("kind", STR, "implementation, capability or uncertain."),
    Column("detail", STR, "What the bytes behind the known part say, and where the name comes from."),
    Column("capture", STR, CAPTURE),
), own_needs=Need.PLACING)
# fmt: on

# fmt: off
IDENTITIES: Final = TableSchema[Any](
    "identities", "One row per Identification payload that could be read.", (
    Column("frame_number", INT, FRAME),
    Column("negotiation", INT, NEGOTIATION),
    Column("side", STR, "Who sent it: initiator or responder of the IKE SA.", words=one_of(Side)),
    Column("id_type", INT, "ID type number."),
    Column("id_type_name", STR, "Name of id_type."),
    Column("identity", STR, "The identity as text; what is no text in hexadecimal."),
    Column("capture", STR, CAPTURE),
), own_needs=Need.PLACING)
# fmt: on

# fmt: off
CERTIFICATES: Final = TableSchema[Any](
    "certificates", "One row per Certificate payload that could be read.", (
    Column("frame_number", INT, FRAME),
    Column("negotiation", INT, NEGOTIATION),
    Column("side", STR, "Who sent it: initiator or responder of the IKE SA.", words=one_of(Side)),
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
    Column("subject_alt_names", LIST, "Subject alternative names.", items=STR),
    Column("sha256", STR, "SHA-256 of the certificate data: its fingerprint."),
    Column("capture", STR, CAPTURE),
    Column("signature_algorithm", STR, "Algorithm of the issuer's signature, as its object identifier is called."),
), own_needs=Need.PLACING)
# fmt: on

# fmt: off
KE_VALUES: Final = TableSchema[Any](
    "ke_values", "One row per public key exchange value.", (
    Column("frame_number", INT, FRAME),
    Column("negotiation", INT, NEGOTIATION),
    Column("side", STR, "Who sent it: initiator or responder of the IKE SA.", words=one_of(Side)),
    Column("ke_id", INT, "Key exchange method. The payload does not say it in IKEv1: from the offer, if unambiguous."),
    Column("ke_method", STR, "Name of ke_id."),
    Column("length", INT, "Bytes of the value."),
    Column("sha256", STR, "SHA-256 of the value, to find repetitions."),
    Column("capture", STR, CAPTURE),
    Column("fault", STR, "What no sound sender's value is: with most such values the key is known, or one of a few. "
           "Missing: nothing that its bytes show, or its length is another one's.", words=one_of(KeFault)),
), own_needs=Need.PLACING | Need.READING)
# fmt: on

# fmt: off
NONCES: Final = TableSchema[Any](
    "nonces", "One row per nonce.", (
    Column("frame_number", INT, FRAME),
    Column("negotiation", INT, NEGOTIATION),
    Column("side", STR, "Who sent it: initiator or responder of the IKE SA.", words=one_of(Side)),
    Column("length", INT, "Bytes of the nonce."),
    Column("sha256", STR, "SHA-256 of the nonce, to find repetitions."),
    Column("fault", STR, "Why it does not look random; missing: it may be.", words=one_of(NonceFault)),
    Column("capture", STR, CAPTURE),
), own_needs=Need.PLACING)
# fmt: on
