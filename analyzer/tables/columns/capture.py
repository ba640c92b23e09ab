"""What a capture holds besides messages: the file itself, its flows and streams, ICMP errors, damage."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from analyzer.capture.datagram import Flow, IcmpError
from analyzer.capture.notes import Note, Notes
from analyzer.defects import Defect, kinds
from analyzer.negotiation.life.streams import Joined
from analyzer.tables.kinds import (
    BOOL,
    CAPTURE,
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
from analyzer.tables.naming import seconds, side_name
from analyzer.tables.run import Entry, File, Run
from analyzer.vocabulary import Encapsulation, FlowTransport, NoteKind, Side, StreamBasis

if TYPE_CHECKING:
    from analyzer.capture.evidence import Evidence


def _flows(run: Run) -> Iterator[Entry[Flow]]:
    return (Entry(flow, run, number) for number, flow in enumerate(run.flows, run.before.get("flows", 0) + 1))


def _first(entry: Entry[Flow]) -> "Evidence":
    """What stands around the first packet of a flow."""
    from analyzer.capture.evidence import NOTHING  # noqa: PLC0415  (for those who ask)

    seen = entry.run.seen
    return NOTHING if seen is None else seen.frames.get(entry.item.first_frame, NOTHING)


def _ttls(entry: Entry[Flow], *, from_client: bool) -> tuple[int, ...]:
    flow, seen = entry.item, entry.run.seen
    client, server = (flow.client_ip, flow.client_port), (flow.server_ip, flow.server_port)
    source, destination = (client, server) if from_client else (server, client)
    return () if seen is None else tuple(seen.ttls.get((*source, *destination, flow.transport == "tcp"), ()))


def _community_id(flow: Flow) -> str:
    from analyzer.capture.evidence import PROTOCOLS, community_id  # noqa: PLC0415

    ends = flow.client_ip, flow.client_port, flow.server_ip, flow.server_port
    return community_id(*ends, PROTOCOLS[flow.transport])


def _interfaces(notes: Notes) -> tuple[str, ...]:
    left = notes.interfaces_left
    return (*notes.interfaces, *([f"{left:,} more interfaces"] if left else []))


def _joined(known: dict[str, None]) -> str | None:
    return "; ".join(known) or None


def _comments(run: Run) -> Iterator[Entry[Note]]:
    """Texts of the file; of a packet's with the number of the negotiation whose message it carries."""
    of_files = [info.notes for info in (run.files.infos if run.files is not None else (run.info,))]
    frames = {note.frame_number for notes in of_files for note in notes.of_packets}
    of: dict[int | None, int] = {}
    for n in run.story.negotiations if frames else ():
        of |= {step.frame_number: n.number for step in n.steps() if step.frame_number in frames}
    for note in (note for notes in of_files for note in (*notes.comments, *notes.of_packets)):
        yield Entry(note, run, of.get(note.frame_number, 0))


def _icmp_errors(run: Run) -> Iterator[Entry[IcmpError]]:
    of = {id(error): n.number for n in run.story.negotiations for error in n.icmp_errors}
    of |= {id(error): number for number, errors in run.lives.reported.items() for error in errors}
    return (Entry(error, run, of.get(id(error), 0)) for error in run.story.icmp_errors)


# fmt: off
CAPTURES: Final = TableSchema[File](
    "captures", "One row per input file.", (
    Column("capture", STR, "Path of the capture as it was given.", lambda r: r.info.path),
    Column("sha256", STR, "SHA-256 of the file as it lies on disk, compressed if it is.",
           lambda r: r.info.sha256 or None, needs=Need.HASHING),
    Column("size_bytes", INT, "Size of that file.", lambda r: r.info.size_bytes),
    Column("format", STR, "Container format, byte order and time resolution; compression, if any.",
           lambda r: r.info.format),
    Column("link_types", LIST, "Link types of its packets.", lambda r: tuple(r.info.link_types), items=STR),
    Column("packets", INT, "Packet records in the file.", lambda r: r.info.packets),
    Column("first_time", TIME, "Earliest packet time; of what `extract` wrote, of the capture it is from.",
           lambda r: r.info.first_time),
    Column("last_time", TIME, "Latest packet time; of what `extract` wrote, of the capture it is from.",
           lambda r: r.info.last_time),
    Column("ike_messages", INT, "ISAKMP messages found.", lambda r: r.ike_messages),
    Column("esp_packets", INT, "ESP and AH packets found, those inside UDP or TCP included.",
           lambda r: r.esp_packets),
    Column("defects", INT, "Rows of `defects` for this capture: damage, protocol violations, limits reached.",
           lambda r: r.defects),
    Column("filter", STR, "Filter that all negotiations in these tables match; missing: nothing was left out.",
           lambda _: None),
    Column("negotiations_left_out", INT, "Negotiations that do not match it; they are in no table.", lambda _: None),
    Column("findings_left_out", INT, "Findings about the capture as a whole, which belong to no negotiation and are "
           "left out with a filter.", lambda _: None),
    Column("floods_left_out", INT, "Floods that no matching negotiation is part of.", lambda _: None),
    Column("packets_not_opened", INT, "Packets that were not looked into: of link types, tunnels and other layers that "
           "are not read, or with headers that the capture cut; dumps of a log that may not be whole. What is not seen "
           "is not seen in the others.",
           lambda r: sum(r.info.unopened.values())),
    Column("not_opened", LIST, "What they are, the most frequent first; `defects` has how many of each, and the first "
           "frame.", lambda r: tuple(r.info.unopened), items=STR),
    Column("dropped", INT, "Packets that the capturing host counted and did not write; missing: the file does not say.",
           lambda r: r.info.dropped if r.info.notes.counts_drops else None),
    Column("comment", STR, "Comments of the file about itself (pcapng sections); `comments` has each.",
           lambda r: "; ".join(n.text for n in r.info.notes.comments if n.kind == "section") or None),
    Column("interfaces", LIST, "Interfaces as the file describes them: name, link layer, filter, snap length, what "
           "they counted.", lambda r: _interfaces(r.info.notes), items=STR),
    Column("capture_filter", LIST, "Filters the packets were captured by, as the file says (pcapng), each once.",
           lambda r: tuple(dict.fromkeys(filter(None, r.info.notes.filters))), items=STR),
    Column("application", STR, "Program that wrote the file, as it says.",
           lambda r: _joined(r.info.notes.applications)),
    Column("os", STR, "Operating system it was written on, as it says.", lambda r: _joined(r.info.notes.systems)),
    Column("hardware", STR, "Hardware it was written on, as it says.", lambda r: _joined(r.info.notes.hardware)),
    Column("packet_comments", INT, "Comments of packets in the file; `comments` has them.",
           lambda r: r.info.notes.packet_comments),
    Column("secrets", LIST, "Keys in the file (decryption secrets blocks), by kind: how many blocks and bytes. The "
           "keys themselves are not read.", lambda r: r.info.notes.secret_texts, items=STR),
    Column("other_blocks", LIST, "Other blocks of the file without a packet, by kind: how many.",
           lambda r: r.info.notes.block_texts, items=STR),
    Column("set", STR, "Name of the captures that it was read with as one; it is the `capture` of rows that are about "
           "no frame. Missing: it was read alone.", lambda r: r.set_name),
    Column("joined", STR, "Why they were read as one.", lambda r: r.why),
    Column("clock_offset_s", FLOAT, "Of captures of several points that were read as one: seconds that its clock shows "
           "more than that of the first of them, as far as messages take equally long both ways; 0 below 0.001, or "
           "below 0.1 where all messages in both went the same way. All times but those of this table are by that "
           "clock. Missing: it has no message in common with them, and its times are its own.",
           lambda r: seconds(r.info.clock_ns)),
), rows=lambda run: run.captures)
# fmt: on

# fmt: off
FLOWS: Final = TableSchema[Entry[Flow]](
    "flows", "One row per transport flow that carries IKE, ESP or AH. SAs can share a flow, an SA can change it.", (
    Column("flow", INT, "Number of the flow, in order of its first frame.", lambda r: r.number),
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    Column("transport", STR, "udp, tcp, esp or ah.", lambda r: r.item.transport, words=one_of(FlowTransport)),
    Column("client_ip", STR, "Address that sent the first packet seen.", lambda r: r.item.client_ip),
    Column("client_port", INT, "Port of client_ip; missing for ESP and AH without UDP or TCP.",
           lambda r: r.item.client_port),
    Column("server_ip", STR, "The other address.", lambda r: r.item.server_ip),
    Column("server_port", INT, "Port of server_ip.", lambda r: r.item.server_port),
    Column("first_frame", INT, "First frame of the flow.", lambda r: r.item.first_frame),
    Column("last_frame", INT, "Last frame of the flow.", lambda r: r.item.last_frame),
    Column("messages", INT, "ISAKMP messages in it.", lambda r: r.item.messages),
    Column("esp_packets", INT, "ESP or AH packets in it.", lambda r: r.item.esp_packets),
    Column("keepalives", INT, "NAT keepalives in it (one byte 0xFF, RFC 3948 section 2.3).",
           lambda r: r.item.keepalives),
    Column("bytes", INT, "Bytes of its transport payloads.", lambda r: r.item.bytes),
    Column("keepalives_from_client", INT, "Keepalives that client_ip sent.", lambda r: r.item.keepalives_from_client),
    Column("keepalive_interval_s", FLOAT, "Shortest time between two keepalives of one side; with nothing else sent, "
           "its interval.", lambda r: seconds(r.item.keepalive_gap_ns)),
    Column("first_keepalive_frame", INT, "Frame of the first keepalive.", lambda r: r.item.first_keepalive_frame),
    Column("last_keepalive_frame", INT, "Frame of the last keepalive.", lambda r: r.item.last_keepalive_frame),
    *map(file_of, ("last_frame", "first_keepalive_frame", "last_keepalive_frame")),
    Column("vlan", LIST, "VLAN IDs of its first frame, the outer first.", lambda r: _first(r).vlan, items=INT,
           needs=Need.EVIDENCE),
    Column("tunnel", LIST, "Tunnels around its first packet, as in `messages`.", lambda r: _first(r).tunnel, items=STR,
           needs=Need.EVIDENCE),
    Column("interface", STR, "Interface that captured its first packet.", lambda r: _first(r).interface,
           needs=Need.EVIDENCE),
    Column("ttls_from_client", LIST, "TTLs of the messages that client_ip sent, each once, in order of their first.",
           lambda r: _ttls(r, from_client=True), items=INT, needs=Need.EVIDENCE),
    Column("ttls_from_server", LIST, "The same of server_ip: several of one end are several paths, or several senders.",
           lambda r: _ttls(r, from_client=False), items=INT, needs=Need.EVIDENCE),
    Column("community_id", STR, "Its Community ID (version 1, seed 0), as Zeek and Suricata have it.",
           lambda r: _community_id(r.item), needs=Need.EVIDENCE),
), rows=_flows)
# fmt: on

# fmt: off
ESP_STREAMS: Final = TableSchema[Entry[Joined]](
    "esp_streams", "One row per ESP or AH SPI in one direction.", (
    Column("spi", STR, "SPI, 8 hexadecimal digits.", lambda r: r.item.stream.spi),
    Column("src_ip", STR, "Sender's address.", lambda r: r.item.stream.src_ip),
    Column("dst_ip", STR, "Receiver's address.", lambda r: r.item.stream.dst_ip),
    Column("encapsulation", STR, "esp, ah, udp (ESP in UDP), tcp.", lambda r: r.item.stream.encapsulation,
           words=one_of(Encapsulation)),
    Column("packets", INT, "Packets seen.", lambda r: r.item.stream.packets),
    Column("bytes", INT, "Their bytes, ESP or AH header included.", lambda r: r.item.stream.bytes),
    Column("first_seq", INT, "First sequence number seen (its low 32 bits).", lambda r: r.item.stream.first_seq),
    Column("last_seq", INT, "Highest sequence number seen.", lambda r: r.item.stream.last_seq),
    Column("missing", INT, "Sequence numbers never seen between them; missing once it cannot be known.",
           lambda r: r.item.stream.missing),
    Column("duplicates", INT, "Sequence numbers seen again.", lambda r: r.item.stream.duplicates),
    Column("negotiation", INT, NEGOTIATION, lambda r: r.item.negotiation),
    Column("child", INT, "Number of the child SA it was joined to.", lambda r: r.item.child),
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    Column("first_frame", INT, "First frame of the stream.", lambda r: r.item.stream.first_frame),
    Column("last_frame", INT, "Last frame of the stream.", lambda r: r.item.stream.last_frame),
    Column("first_time", TIME, "Time of the first packet.", lambda r: r.item.stream.first_time),
    Column("last_time", TIME, "Time of the last packet.", lambda r: r.item.stream.last_time),
    Column("basis", STR, "How it was joined to its negotiation: spi, or likely (endpoints and time).",
           lambda r: r.item.basis, words=one_of(StreamBasis)),
    Column("to", STR, "Who it goes to: initiator or responder of the IKE SA.",
           lambda r: side_name(r.item.to_initiator), words=one_of(Side)),
    Column("returned", BOOL, "Traffic went the other way too: of the child SA and its rekeyings, else of the IKE SA or "
           "hosts.", lambda r: r.item.returned),
    Column("past_delete_s", FLOAT, "Seconds from the Delete of its SA to the last packet; missing: none came after it, "
           "or no Delete is known.", lambda r: seconds(r.item.past_delete_ns)),
    Column("late_32", INT, "Packets that an anti-replay window of 32 drops, as they come so far out of order.",
           lambda r: r.item.stream.late_32),
    Column("late_64", INT, "The same for a window of 64.", lambda r: r.item.stream.late_64),
    file_of("last_frame"),
    Column("quantum_exposed", BOOL, "Whether a large quantum computer opens it, if the key exchanges were recorded "
           "too: that of its child SA, or of all that it may be of. Missing: it cannot be known; AH, which does not "
           "encrypt.", lambda r: r.run.stands.stream(r.item)),
), rows=lambda run: (Entry(joined, run) for joined in run.lives.joined))
# fmt: on

# fmt: off
ICMP_ERRORS: Final = TableSchema[Entry[IcmpError]](
    "icmp_errors",
    "One row per ICMP or ICMPv6 error that quotes IKE, ESP, AH or, between hosts of an SA, a later IP fragment. "
    "Evidence about a message or about traffic.", (
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    Column("frame_number", INT, "Frame of the ICMP error.", lambda r: r.item.frame_number),
    Column("time", TIME, "Capture time.", lambda r: r.item.time_ns),
    Column("reporter_ip", STR, "Address that sent the error.", lambda r: r.item.reporter_ip),
    Column("icmp_type", INT, "ICMP type; of ICMPv6 if the addresses are IPv6.", lambda r: r.item.icmp_type),
    Column("icmp_code", INT, "ICMP code: what exactly is unreachable.", lambda r: r.item.icmp_code),
    Column("kind", STR, "port-unreachable, host-unreachable, admin-prohibited, fragmentation-needed, time-exceeded ...",
           lambda r: r.item.kind),
    Column("mtu", INT, "Largest packet the path takes, where the error says so.", lambda r: r.item.mtu),
    Column("src_ip", STR, "Source of the quoted datagram.", lambda r: r.item.src_ip),
    Column("src_port", INT, "Source port of the quoted datagram.", lambda r: r.item.src_port),
    Column("dst_ip", STR, "Destination of the quoted datagram.", lambda r: r.item.dst_ip),
    Column("dst_port", INT, "Destination port of the quoted datagram.", lambda r: r.item.dst_port),
    Column("initiator_spi", STR, "Initiator's SPI in the quotation, where it reaches that far.",
           lambda r: r.item.quoted[:8].hex() if len(r.item.quoted) >= 8 else None),
    Column("negotiation", INT, NEGOTIATION, lambda r: r.number or None),
    Column("protocol", STR, "What is quoted: udp, esp, ah, or fragment (a later IP fragment, without ports or SPI).",
           lambda r: r.item.protocol),
    Column("spi", STR, "SPI of the quoted ESP (in UDP too) or AH.", lambda r: r.item.spi),
), rows=_icmp_errors)
# fmt: on

# fmt: off
DEFECTS: Final = TableSchema[Entry[Defect]](
    "defects", "One row per piece of damage or protocol violation, with its place.", (
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    Column("frame_number", INT, "Frame it was found in; missing: the file itself.", lambda r: r.item.frame_number),
    Column("offset", INT, "Bytes from the start of the ISAKMP message (wire-), of the frame or of the file (capture-).",
           lambda r: r.item.offset),
    Column("kind", STR, "capture-: the file's damage; wire-: protocol violations; limit-: our limits; internal: our "
           "fault. `explain KIND` says what each is.", lambda r: r.item.kind, words=kinds),
    Column("expected", STR, "What should stand there.", lambda r: r.item.expected),
    Column("found", STR, "What stands there.", lambda r: r.item.found),
    Column("effect", STR, "What could not be read because of it.", lambda r: r.item.effect),
), rows=lambda run: (Entry(defect, run) for defect in run.defects))
# fmt: on

# fmt: off
COMMENTS: Final = TableSchema[Entry[Note]](
    "comments",
    "One row per text that the capture file holds beside its packets (pcapng): comments, and names of addresses. "
    "It is what the file claims, and was not on the wire.", (
    Column("capture", STR, CAPTURE, lambda r: r.capture),
    Column("kind", STR, "What it is about: section, interface, statistics, packet; custom: an option that only one "
           "maker knows; name: of an address; other: a block of names or secrets.",
           lambda r: r.item.kind, words=one_of(NoteKind)),
    Column("frame_number", INT, "Frame that it stands with; missing: it is about no packet.",
           lambda r: r.item.frame_number),
    Column("subject", STR, "Of others what exactly it is about: a section, an interface, an address, a maker's number "
           "(PEN).", lambda r: r.item.subject or None),
    Column("text", STR, "The text; of a custom option that is no text, its size. Cut behind 4,096 bytes.",
           lambda r: r.item.text),
    Column("negotiation", INT, NEGOTIATION, lambda r: r.number or None),
), rows=_comments)
# fmt: on
