"""What was made of it, table by table: SAs, their lives, verdicts and damage, in the notation that schema.py reads."""

from typing import Final

STORY: Final = """
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
  responder_id             str     Responder's identity by its own word, where it could be read.
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
  deleted_basis            str     seen: the Delete was read; inferred: the last messages look like one.
  paths                    str[]   Addresses and ports it was seen on, in order: initiator's end, then responder's.
  nat_keepalive_s          Float64 Shortest time between NAT keepalives on its paths: the interval of who sends them.
  replaced_by              Int64   Number of the negotiation that takes its place: by rekeying, reauthentication, or
                                   because one side had lost it (`events` says which).
  liveness_checks          Int64   Questions whether the peer is alive (empty INFORMATIONAL, R-U-THERE). Missing: they
                                   cannot be told from other messages.
  liveness_missed          Int64   Of these, asked again or never answered.
  lifetimes_offered_s      Int64[] Lifetimes offered for the IKE SA, in seconds (IKEv1 only).
  lifetime_announced_s     Int64   Lifetime that a notify announced: RESPONDER-LIFETIME (IKEv1); AUTH_LIFETIME (IKEv2),
                                   by when the client has to authenticate again.
  responder_id_asked       str     Responder's identity that the initiator asks for (IDr of its request). No word of the
                                   responder: compare it with responder_id.

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
  rekeys_negotiation       Int64   Number of the negotiation that made the child SA which it replaces.
  deleted_by               str     Who sent the Delete: initiator or responder of the IKE SA.
  deleted_basis            str     seen: the Delete was read; inferred: from lengths and order.
  pfs                      boolean Whether it made a key exchange of its own (PFS). Missing: it cannot be known.
  pfs_basis                str     What pfs rests on, or why it cannot be known.
  lifetimes_offered_s      Int64[] Lifetimes offered for it, in seconds (IKEv1 only).

events: One row per event in the life of an SA that came up. Without keys most are inferred, and say so.
  negotiation  Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  child        Int64   Number of the child SA within the negotiation; missing: it concerns the IKE SA itself.
  event        str     moved, rekeyed, child-rekeyed, rekey-collision, reauthenticated (a new IKE SA of its own replaces
                       it), superseded (likewise, but it was never deleted: one side had lost it), deleted,
                       child-deleted, liveness-missed (answered at last), liveness-failed (never answered).
  time         time    When it happened.
  frame_number Int64   Frame to look at.
  by           str     Who did it: initiator or responder of the IKE SA. Missing: both, or it cannot be known.
  other        Int64   Number of the other negotiation concerned: the new IKE SA, or that of the child replaced.
  confidence   str     certain, likely or possible.
  basis        str     What it rests on.
  detail       str     The particulars: addresses, how often, which child.
  capture      str     Path of the capture as it was given.

exchanges: One row per exchange: messages of one type and message ID that answer each other.
  negotiation       Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  exchange          str     Name of the exchange type.
  message_id        Int64   Message ID they share.
  initiated_by      str     Side of the IKE SA that began this exchange: initiator or responder.
  request_frame     Int64   Frame of the first message.
  response_frame    Int64   Frame of the first answer.
  round_trip_s      Float64 Seconds from the last transmission of the request before the answer to the answer.
  retransmissions   Int64   Repeated messages of either side.
  outcome           str     answered, unanswered (request only), unrequested (response only).
  state             str     Last state of its state table (docs/states.md); rounds of IKE_SA_INIT and IKE_AUTH go on
                            where the round before ended. Missing: no table for this exchange type.
  due               str[]   What could come next by the book, with its document.
  unexpected_frames Int64[] Frames of messages that no lost packet explains: finding `unexpected-message`.
  missing           str[]   Frames that came too early, and what must have passed before them unseen, as events of the
                            tables or by message ID: `7: init, auth`, `9: requests 4 to 6`.
  pauses_ms         Int64[] Milliseconds between transmissions of the message that was sent most often; the first 64.
  backoff           str     What these have in common: doubling, growing, fixed, irregular; missing for fewer than two.
  copies            Int64   Copies of its datagrams within a moment, as mirror ports make; no retransmissions.
  fragments_missing Int64   Fragments of its messages that never came; missing: none was fragmented, or not known.
  disorder          str[]   What is out of order: response before request, time goes back, fragments out of order.
  open_requests     Int64   Requests of this side that were open when it began, this one included. Missing for IKEv1.
  window            Int64   How many may be open, as the other side said by SET_WINDOW_SIZE; missing: not seen, which is
                            one, or inside encryption.

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
  to            str     Who it goes to: initiator or responder of the IKE SA.
  returned      boolean Traffic went the other way too: of the child SA and its rekeyings, else of the IKE SA or hosts.
  past_delete_s Float64 Seconds from the Delete of its SA to the last packet; missing: none came after it, or no
                        Delete is known.

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

mismatches: One row per kind of algorithm of a refused offer: of the proposal that comes closest to what is known.
  negotiation     Int64   Number of the IKE SA it belongs to (row of `negotiations`).
  child           Int64   Number of the child SA within the negotiation; missing: it concerns the IKE SA itself.
  place           str     The proposal, or transform of IKEv1, that comes closest to what is known to be accepted.
  kind            str     encryption, PRF, integrity, hash, key exchange ...
  offered         str[]   What it offers of this kind; NONE: it offers none.
  accepted        str[]   What the refusing side is known to accept with the rest. Missing: nothing is known.
  fits            boolean Whether the two have something in common. Missing: it cannot be known.
  source          str     How that is known: configured (--peer-config), chose (elsewhere in this capture), offered (by
                          that side as initiator).
  evidence_frames Int64[] Frames that show what is accepted.
  capture         str     Path of the capture as it was given.

floods: One row per flood: very many messages that are one event. Their negotiations are told by it alone.
  flood          Int64   Number of the flood, from 1 in order of the captures.
  capture        str     Path of the capture as it was given.
  kind           str     unsolicited-answers: answers to one address that sent no request for any of them.
  confidence     str     likely, or possible where something else looks the same.
  target_ip      str     Address that all of its messages go to.
  target_ports   Int64   How many ports of it.
  sources        Int64   How many addresses sent them.
  initiator_spis Int64   How many initiator's SPIs they carry.
  messages       Int64   How many messages it has.
  negotiations   Int64   Rows of `negotiations` that are one answer of it each (diagnosis unsolicited-answers).
  rate           Float64 Messages a second, from the first to the last. Missing: all at once, or without time.
  shapes         str[]   What they look like, the most frequent first: how many, exchange, length, what was chosen or
                         refused, vendor IDs. At most 20.
  other_shapes   Int64   How many more shapes there are.
  first_frame    Int64   Its first frame.
  last_frame     Int64   Its last frame.
  first_time     time    Time of its first message.
  last_time      time    Time of its last message.
  samples        Int64[] A few of its frames, to look at in Wireshark.
  detail         str     What was seen.
  basis          str     What it rests on.
  title          str     What it is, in a few words.
  advice         str     What to do.

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
  kind         str     capture-: the file's damage; wire-: protocol violations; limit-: our limits; internal: our fault.
  expected     str     What should stand there.
  found        str     What stands there.
  effect       str     What could not be read because of it.
"""
