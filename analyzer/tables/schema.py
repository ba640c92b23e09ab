"""Every table and column: name, type and meaning, in one place. `isakmp-analyzer fields` prints what stands here.

Conventions. SPIs are 16 lower-case hexadecimal digits (ESP and AH SPIs 8), as text. Times are nanoseconds since
1970-01-01 UTC in storage and `datetime64[ns, UTC]` in frames. An id is the number on the wire, in the registry of that
IKE version; the column after it holds its name. A missing value is missing (None), never 0 or "": it was not seen, or
cannot be known from this capture. Frame numbers are Wireshark's: 1 for the first packet of the file. Columns are only
ever added behind the last one.
"""

import re
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


# A table stands at the margin; its columns below it with type and meaning; deeper lines continue the line before them.
# Types: str, Int64, boolean, Float64, time; with [] a list of them.
_DEFINITION: Final = """
captures: One row per input file.
  capture      str     Path of the capture as it was given.
  sha256       str     SHA-256 of the file as it lies on disk, compressed if it is.
  size_bytes   Int64   Size of that file.
  format       str     Container format, byte order and time resolution; compression, if any.
  link_types   str[]   Link types of its packets.
  packets      Int64   Packet records in the file.
  first_time   time    Earliest packet time.
  last_time    time    Latest packet time.
  ike_messages Int64   ISAKMP messages found.
  esp_packets  Int64   ESP and AH packets found, those inside UDP or TCP included.
  defects      Int64   Rows of `defects` for this capture: damage, protocol violations, limits reached.

flows: One row per transport flow that carries IKE, ESP or AH. SAs can share a flow, an SA can change it.
  flow        Int64   Number of the flow, in order of its first frame.
  capture     str     Path of the capture as it was given.
  transport   str     udp, tcp, esp or ah.
  client_ip   str     Address that sent the first packet seen.
  client_port Int64   Port of client_ip; missing for ESP and AH without UDP or TCP.
  server_ip   str     The other address.
  server_port Int64   Port of server_ip.
  first_frame Int64   First frame of the flow.
  last_frame  Int64   Last frame of the flow.
  messages    Int64   ISAKMP messages in it.
  esp_packets Int64   ESP or AH packets in it.
  keepalives  Int64   NAT keepalives in it (one byte 0xFF, RFC 3948 section 2.3).
  bytes       Int64   Bytes of its transport payloads.

messages: One row per ISAKMP message (per datagram: an IKE fragment is a message).
  capture                 str     Path of the capture as it was given.
  frame_number            Int64   Frame that carries it (the last one, where IP fragments or TCP segments carry it).
  time                    time    Capture time of that frame.
  src_ip                  str     Sender's address.
  src_port                Int64   Sender's port.
  dst_ip                  str     Receiver's address.
  dst_port                Int64   Receiver's port.
  transport               str     udp; udp-4500: with the non-ESP marker of RFC 3948; tcp: RFC 9329 framing or bare.
  negotiation             Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  initiator_spi           str     Initiator's SPI (IKEv1: cookie).
  responder_spi           str     Responder's SPI (IKEv1: cookie); all zeros in the first message.
  major_version           Int64   Major version of the header: 1 or 2.
  minor_version           Int64   Minor version of the header.
  exchange_type           Int64   Exchange type number.
  exchange                str     Name of the exchange type, e.g. IKE_SA_INIT, IDENTITY_PROTECTION.
  flags                   Int64   Flags byte of the header as it is.
  is_initiator            boolean IKEv2 flag I: sent by the original initiator of the IKE SA. Missing for IKEv1.
  is_response             boolean IKEv2 flag R. Missing for IKEv1, which has no such flag.
  message_id              Int64   Message ID.
  length                  Int64   Length field of the header as it is; it can lie.
  next_payload            Int64   Type of the first payload.
  payload_types           Int64[] Types of the payloads outside encryption, in wire order.
  encrypted               boolean IKEv1: flag E; IKEv2: it has an SK or SKF payload.
  decrypted               boolean Keys opened it. Missing where nothing is encrypted, for repeats, and for fragments
                                  that were opened with the last of their set.
  decrypted_payload_types Int64[] Types of the payloads inside encryption, in wire order; missing if not decrypted.
  fragment_number         Int64   Number of this IKE fragment, from 1 (RFC 7383 or Cisco fragments).
  fragment_total          Int64   How many fragments there are; missing if the fragment does not say.
  retransmission_of       Int64   Frame of the first transmission of these same bytes.
  defects                 str[]   What is wrong with this message's bytes; details in `defects`.
  duplicate               boolean A copy of the same datagram within a moment, as mirror ports make; not sent again.

payloads: One row per payload of a message, those inside encryption too where keys opened it.
  frame_number Int64   Frame that carries it (the last one, where IP fragments or TCP segments carry it).
  position     Int64   Place in its chain, from 1.
  payload_type Int64   Payload type number.
  payload      str     Name of the payload type in this IKE version.
  critical     boolean IKEv2 critical bit. Missing for IKEv1.
  length       Int64   Length field of the payload header as it is.
  offset       Int64   Bytes from the start of the ISAKMP message; inside encryption, of the decrypted content.
  encrypted    boolean It came out of decryption.
  summary      str     What it holds, in a few words.
  capture      str     Path of the capture as it was given.

proposals: One row per proposal of an SA payload, offered or chosen.
  frame_number    Int64   Frame that carries it (the last one, where IP fragments or TCP segments carry it).
  negotiation     Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  child           Int64   Number of the child SA within the negotiation; missing: it concerns the IKE SA itself.
  side            str     offered or chosen: an answer's one proposal is the chosen one.
  proposal_number Int64   Proposal number; in IKEv1 several rows of one number belong together (ESP and AH).
  protocol_id     Int64   Security protocol number.
  protocol        str     Name of protocol_id: ISAKMP or IKE, AH, ESP, IPCOMP ...
  spi             str     SPI of the proposal in hexadecimal; missing where it has none.
  transforms      str[]   IKEv2: names, with key length (ENCR_AES_CBC-256). IKEv1: each a suite, parts joined by '/'.
  capture         str     Path of the capture as it was given.

transforms: One row per transform of a proposal.
  frame_number        Int64   Frame that carries it (the last one, where IP fragments or TCP segments carry it).
  proposal_number     Int64   Number of its proposal.
  transform_number    Int64   IKEv1: transform number. IKEv2 has none: its place in the proposal, from 1.
  transform_type      Int64   IKEv2 transform type (1 ENCR, 2 PRF, 3 INTEG, 4 KE, 5 SN, 6 ADDKE1 ...). Not in IKEv1.
  transform_type_name str     Name of transform_type.
  transform_id        Int64   Transform ID. IKEv1 phase 1: 1, KEY_IKE; its algorithms are attributes.
  transform           str     Name of transform_id.
  key_bits            Int64   Key length as negotiated by the key length attribute.
  attributes          str[]   Attributes as NAME=VALUE: Encryption Algorithm=AES-CBC, Life Duration=3600 ...
  negotiation         Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  child               Int64   Number of the child SA within the negotiation; missing: it concerns the IKE SA itself.
  side                str     offered or chosen.
  protocol_id         Int64   Security protocol number of its proposal.
  capture             str     Path of the capture as it was given.

notifications: One row per Notify payload that could be read. In the clear anyone could have sent it.
  frame_number Int64   Frame that carries it (the last one, where IP fragments or TCP segments carry it).
  negotiation  Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  notify_type  Int64   Notify message type number.
  notify       str     Name of notify_type.
  class        str     error or status.
  protocol_id  Int64   Security protocol it concerns; missing if 0.
  spi          str     SPI it concerns, in hexadecimal.
  data         str     Notification data in hexadecimal.
  meaning      str     What the data says, where it can be told.
  capture      str     Path of the capture as it was given.

vendor_ids: One row per Vendor ID payload.
  frame_number Int64   Frame that carries it (the last one, where IP fragments or TCP segments carry it).
  negotiation  Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  side         str     Who sent it: initiator or responder of the IKE SA.
  data         str     Vendor ID in hexadecimal.
  name         str     Known name of this vendor ID.
  vendor       str     Who uses it.
  kind         str     implementation, capability or uncertain.
  detail       str     What the bytes behind the known part say, and where the name comes from.
  capture      str     Path of the capture as it was given.

identities: One row per Identification payload that could be read.
  frame_number Int64   Frame that carries it (the last one, where IP fragments or TCP segments carry it).
  negotiation  Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  side         str     Who sent it: initiator or responder of the IKE SA.
  id_type      Int64   ID type number.
  id_type_name str     Name of id_type.
  identity     str     The identity as text; what is no text in hexadecimal.
  capture      str     Path of the capture as it was given.

certificates: One row per Certificate payload that could be read.
  frame_number      Int64   Frame that carries it (the last one, where IP fragments or TCP segments carry it).
  negotiation       Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  side              str     Who sent it: initiator or responder of the IKE SA.
  encoding          Int64   Certificate encoding number.
  encoding_name     str     Name of encoding.
  subject           str     Subject as RFC 4514 text.
  issuer            str     Issuer as RFC 4514 text.
  serial            str     Serial number in hexadecimal.
  not_before        time    Start of validity.
  not_after         time    End of validity.
  key_type          str     RSA, EC, Ed25519 ...
  key_bits          Int64   Size of the public key.
  signature_hash    str     Hash of the issuer's signature.
  subject_alt_names str[]   Subject alternative names.
  sha256            str     SHA-256 of the certificate data: its fingerprint.
  capture           str     Path of the capture as it was given.

ke_values: One row per public key exchange value.
  frame_number Int64   Frame that carries it (the last one, where IP fragments or TCP segments carry it).
  negotiation  Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  side         str     Who sent it: initiator or responder of the IKE SA.
  ke_id        Int64   Key exchange method. The payload does not say it in IKEv1: from the offer, if unambiguous.
  ke_method    str     Name of ke_id.
  length       Int64   Bytes of the value.
  sha256       str     SHA-256 of the value, to find repetitions.
  capture      str     Path of the capture as it was given.

negotiations: One row per IKE SA: its whole life in this capture, and how it ended.
  negotiation              Int64   Number of the IKE SA, from 1 in order of its first frame.
  capture                  str     Path of the capture as it was given.
  ike_version              Int64   IKE version, from the header: 1 or 2.
  mode                     str     main, aggressive, base (IKEv1), ikev2; unknown if the capture begins later.
  initiator_spi            str     Initiator's SPI (IKEv1: cookie).
  responder_spi            str     Responder's SPI (IKEv1: cookie); all zeros if no answer was seen.
  initiator_ip             str     Initiator's address at its first message.
  initiator_port           Int64   Port of initiator_ip.
  responder_ip             str     Responder's address at the first message.
  responder_port           Int64   Port of responder_ip.
  outcome                  str     established, failed, unanswered, redirected, incomplete (the capture begins or ends
                                   inside it), probe (a scanner's). Established with failed_at: its child SA failed.
  failed_at                str     Exchange in which it (or its child SA) failed.
  failed_by                str     Who refused: initiator, responder, none (silence).
  failure                  str     Name of the error notify, or what else stopped it.
  diagnosis                str     Id of the diagnosis that ranks first.
  encryption_id            Int64   Chosen encryption algorithm.
  encryption               str     Name of encryption_id.
  key_bits                 Int64   Chosen key length, where it was negotiated.
  integrity_id             Int64   Chosen integrity algorithm; IKEv1: the hash. Missing with AEAD ciphers.
  integrity                str     Name of integrity_id.
  prf_id                   Int64   Chosen pseudo-random function; IKEv1: missing unless negotiated.
  prf                      str     Name of prf_id.
  ke_id                    Int64   Chosen key exchange method (Diffie-Hellman group).
  ke_method                str     Name of ke_id.
  additional_ke_ids        Int64[] Additional key exchange methods chosen (RFC 9370).
  auth_method              str     Authentication method. IKEv2 shows it only inside encryption; both if they differ.
  initiator_id             str     Initiator's identity, where it could be read.
  responder_id             str     Responder's identity, where it could be read.
  lifetime_s               Int64   Lifetime chosen, in seconds (IKEv1 only: IKEv2 negotiates none).
  nat                      str     Who is behind NAT by the detection hashes: none, initiator, responder, both.
  nat_t                    boolean IKE with the non-ESP marker, or ESP in UDP, was seen. Port 4500 alone is no NAT.
  fragmentation            str     IKE fragmentation: used, supported (both said so), offered (one side).
  initiator_implementation str     What the initiator is consistent with, from vendor IDs and behaviour.
  responder_implementation str     What the responder is consistent with.
  child_sas                Int64   Rows of `child_sas` for it.
  rekeyed_from             Int64   Number of the negotiation whose IKE SA this one replaces.
  first_frame              Int64   First frame of the negotiation.
  last_frame               Int64   Last frame of the negotiation.
  first_time               time    Time of its first message.
  last_time                time    Time of its last message.
  duration_s               Float64 Seconds between them.
  messages                 Int64   ISAKMP messages of it, retransmissions included.
  retransmissions          Int64   Messages that repeat an earlier one (copies made by mirror ports left out).
  outcome_basis            str     What the outcome rests on.
  outcome_confidence       str     certain, likely or possible.
  deleted_at               time    When a Delete for the IKE SA was seen.
  deleted_by               str     Who sent it: initiator or responder.

child_sas: One row per IPsec SA pair (IKEv1 phase 2, IKEv2 child SA) negotiated or attempted.
  negotiation              Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  child                    Int64   Number of the child SA within the negotiation, from 1.
  protocol                 str     Security protocol: ESP or AH.
  initiator_spi_in         str     SPI on which the IKE SA's initiator receives.
  responder_spi_in         str     SPI on which its responder receives.
  mode                     str     tunnel or transport (and their UDP variants), BEET.
  encryption_id            Int64   Chosen encryption algorithm.
  encryption               str     Name of encryption_id.
  key_bits                 Int64   Chosen key length, where it was negotiated.
  integrity_id             Int64   Chosen integrity algorithm; IKEv1: the hash. Missing with AEAD ciphers.
  integrity                str     Name of integrity_id.
  esn                      Int64   Sequence numbers chosen (transform type 5): 0 32 bits, 1 64 bits (ESN).
  pfs_ke_id                Int64   Key exchange method of its own (PFS). Missing: none seen, or inside encryption.
  initiator_ts             str[]   Traffic selectors of the initiator's side.
  responder_ts             str[]   Traffic selectors of the responder's side.
  outcome                  str     established, failed, unknown.
  created_by               str     Exchange that made it: IKE_AUTH, CREATE_CHILD_SA, QUICK_MODE.
  rekeys                   Int64   Number of the child SA that it replaces.
  deleted_at               time    When a Delete for it was seen.
  esp_packets_to_initiator Int64   ESP or AH packets joined to it, towards the initiator.
  esp_packets_to_responder Int64   ESP or AH packets joined to it, towards the responder.
  pfs_ke_method            str     Name of pfs_ke_id.
  lifetime_s               Int64   Lifetime chosen in seconds (IKEv1 only).
  lifetime_kb              Int64   Lifetime chosen in kilobytes (IKEv1 only).
  basis                    str     seen: payloads read, in clear or decrypted; inferred: from order and lengths.
  first_frame              Int64   First frame of the exchange that made it.
  response_frame           Int64   Frame of the answer.

exchanges: One row per exchange: messages of one type and message ID that answer each other.
  negotiation     Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  exchange        str     Name of the exchange type.
  message_id      Int64   Message ID they share.
  initiated_by    str     Side of the IKE SA that began this exchange: initiator or responder.
  request_frame   Int64   Frame of the first message.
  response_frame  Int64   Frame of the first answer.
  round_trip_s    Float64 Seconds from the last transmission of the request before the answer to the answer.
  retransmissions Int64   Repeated messages of either side.
  outcome         str     answered, unanswered (request only), unrequested (response only).

esp_streams: One row per ESP or AH SPI in one direction.
  spi           str     SPI, 8 hexadecimal digits.
  src_ip        str     Sender's address.
  dst_ip        str     Receiver's address.
  encapsulation str     esp, ah, udp (ESP in UDP), tcp.
  packets       Int64   Packets seen.
  bytes         Int64   Their bytes, ESP or AH header included.
  first_seq     Int64   First sequence number seen (its low 32 bits).
  last_seq      Int64   Highest sequence number seen.
  missing       Int64   Sequence numbers never seen between them; missing once it cannot be known.
  duplicates    Int64   Sequence numbers seen again.
  negotiation   Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  child         Int64   Number of the child SA it was joined to.
  capture       str     Path of the capture as it was given.
  first_frame   Int64   First frame of the stream.
  last_frame    Int64   Last frame of the stream.
  first_time    time    Time of the first packet.
  last_time     time    Time of the last packet.
  basis         str     How it was joined to its negotiation: spi, or likely (endpoints and time).

icmp_errors: One row per ICMP or ICMPv6 error that quotes a datagram of an IKE port: evidence about a message.
  capture       str     Path of the capture as it was given.
  frame_number  Int64   Frame of the ICMP error.
  time          time    Capture time.
  reporter_ip   str     Address that sent the error.
  icmp_type     Int64   ICMP type; of ICMPv6 if the addresses are IPv6.
  icmp_code     Int64   ICMP code: what exactly is unreachable.
  kind          str     port-unreachable, host-unreachable, admin-prohibited, fragmentation-needed, time-exceeded ...
  mtu           Int64   Largest packet the path takes, where the error says so.
  src_ip        str     Source of the quoted datagram.
  src_port      Int64   Source port of the quoted datagram.
  dst_ip        str     Destination of the quoted datagram.
  dst_port      Int64   Destination port of the quoted datagram.
  initiator_spi str     Initiator's SPI in the quotation, where it reaches that far.
  negotiation   Int64   Number of the IKE SA it belongs to (row of `negotiations`).

findings: One row per finding: a judgement about security, by a named policy.
  finding         str     Id of the check; `isakmp-analyzer explain ID` tells what it means.
  severity        str     critical, high, medium, low or info.
  confidence      str     certain, likely or possible.
  negotiation     Int64   Number of the IKE SA concerned; missing: the capture as a whole.
  subject         str     What is judged: an algorithm, a host, a certificate ...
  evidence_frames Int64[] Frames to look at in Wireshark.
  policy          str     Policy it is judged by; missing where no policy is needed.
  clause          str     Document and section.
  detail          str     What was seen.
  evidence        str     Whether the policy's text was read: read, second-hand (a public copy or summary), believed.
  title           str     The finding in a few words.
  capture         str     Path of the capture as it was given.

diagnoses: One row per possible cause of a failure, likeliest first. Where indistinguishable, the general one leads.
  negotiation     Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  diagnosis       str     Id of the cause; `isakmp-analyzer explain ID` tells what it means.
  rank            Int64   1 for the likeliest.
  confidence      str     certain, likely or possible.
  evidence_frames Int64[] Frames to look at in Wireshark.
  detail          str     What was seen.
  advice          str     What to check and what to change.
  title           str     The cause in a few words.
  basis           str     What the diagnosis rests on: seen, decrypted, inferred from lengths ...

responders: One row per address and port that answered IKE: what is seen exposed. Absence proves no closed port.
  ip              str     Address that answered.
  port            Int64   Port it answered from.
  transport       str     udp, udp-4500 or tcp, as in `messages`.
  versions        Int64[] IKE versions it answered: 1, 2.
  modes           str[]   Modes it answered: main, aggressive, ikev2 ...
  answered_peers  str[]   Addresses it answered.
  first_time      time    First answer.
  last_time       time    Last answer.
  implementation  str     What it is consistent with, from vendor IDs and behaviour.
  evidence_frames Int64[] Frames to look at in Wireshark.
  capture         str     Path of the capture as it was given.

defects: One row per piece of damage or protocol violation, with its place.
  capture      str     Path of the capture as it was given.
  frame_number Int64   Frame it was found in; missing: the file itself.
  offset       Int64   Bytes from the start of the ISAKMP message (wire-), of the frame or of the file (capture-).
  kind         str     capture-...: damage of the file; wire-...: protocol violations; limit-...: our own limits.
  expected     str     What should stand there.
  found        str     What stands there.
  effect       str     What could not be read because of it.
"""


def _column(name: str, kind: str, doc: str) -> Column:
    items = kind[:-2] if kind.endswith("[]") else None
    return Column(name, LIST if items else TIME if kind == "time" else kind, doc, items)


def _table(lines: list[str]) -> TableSchema:
    name, _, doc = lines[0].partition(": ")
    columns = [line.split(maxsplit=2) for line in lines[1:]]
    return TableSchema(name, doc, tuple(_column(name, kind, doc) for name, kind, doc in columns))


def _read(definition: str) -> dict[str, TableSchema]:
    joined = re.sub(r"\n {3,}", " ", definition.strip())
    return {table.name: table for table in (_table(block.splitlines()) for block in joined.split("\n\n"))}


SCHEMA: Final[dict[str, TableSchema]] = _read(_DEFINITION)
