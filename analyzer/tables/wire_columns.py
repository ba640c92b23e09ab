"""What was on the wire, table by table: name, type and meaning of each column, in the notation that schema.py reads."""

from typing import Final

WIRE: Final = """
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
  keepalives_from_client Int64 Keepalives that client_ip sent.
  keepalive_interval_s Float64 Shortest time between two keepalives of one side; with nothing else sent, its interval.

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
  from_initiator          boolean The initiator of its IKE SA sent it: IKEv2's flag I, or the ends of IKEv1's SA so far.

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
"""
