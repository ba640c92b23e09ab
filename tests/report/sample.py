"""Tables filled by hand with what a gateway's capture could hold: views are tested on rows, not on captures."""

from collections.abc import Iterable
from typing import Any

from analyzer.report.dossier import Dossier, dossiers
from analyzer.report.provenance import Provenance
from analyzer.tables.store import Tables

CAPTURE = "captures/gateway.pcapng"
START = 1_700_000_000_000_000_000
MS = 1_000_000
ZERO = "0" * 16
BAD = '<img src=x onerror="window.alive=1"><script>window.alive=1</script>'
BIDI = "invoice\u202efdp.exe"
ESC = "\x1b]0;owned\x07\x1b[31mred"
FORMULA = '=HYPERLINK("http://evil.example","open")'
TEMPLATE = "{{ 7*7 }}{% raw %}"

PROVENANCE = Provenance(
    version="0.1.0",
    policy="ietf",
    policies=("ietf",),
    policy_title="IETF algorithm requirements: RFC 8247, RFC 8221, RFC 9395",
    policy_note="How they were learned: 120 read, 12 second-hand.",
    ports=(500, 4500),
    keys=None,
)


def put(tables: Tables, table: str, **cells: Any) -> None:
    """One row; columns not named are missing."""
    names = tables[table].schema.names
    assert set(cells) <= set(names), set(cells) - set(names)
    tables[table].append(tuple(cells.get(name) for name in names))


def alone(**cells: object) -> Dossier:
    """The dossier of one negotiation without messages."""
    tables = Tables()
    base = {"negotiation": 1, "ike_version": 2, "mode": "ikev2", "initiator_ip": "10.0.0.1", "responder_ip": "10.0.0.2"}
    put(tables, "negotiations", **base | {"initiator_port": 500, "responder_port": 500} | cells)
    return dossiers(tables, [1])[0]


class Peer:
    """Two addresses that talk: appends message rows of one IKE SA, times in milliseconds from the capture's start."""

    def __init__(self, tables: Tables, number: int, spis: tuple[str, str], ips: tuple[str, str], version: int) -> None:
        self.tables, self.number, self.spis, self.ips, self.version = tables, number, spis, ips, version
        self.ports = (500, 500)
        self.transport = "udp"

    def send(
        self, frame: int, at: float, who: str, exchange: tuple[int, str], types: Iterable[int], **more: Any
    ) -> None:
        out = who == "i"
        src, dst = (0, 1) if out else (1, 0)
        two = self.version == 2
        response = bool(more.pop("response", not out)) if two else None
        cells: dict[str, Any] = {
            "capture": CAPTURE,
            "frame_number": frame,
            "time": START + int(at * MS),
            "src_ip": self.ips[src],
            "src_port": self.ports[src],
            "dst_ip": self.ips[dst],
            "dst_port": self.ports[dst],
            "transport": self.transport,
            "negotiation": self.number,
            "initiator_spi": self.spis[0],
            "responder_spi": self.spis[1],
            "major_version": self.version,
            "minor_version": 0,
            "exchange_type": exchange[0],
            "exchange": exchange[1],
            "flags": (0x08 if out else 0) | (0x20 if response else 0) if two else int(bool(more.get("encrypted"))),
            "is_initiator": out if two else None,
            "from_initiator": out,
            "is_response": response,
            "message_id": 0,
            "length": 300,
            "payload_types": tuple(types),
            "encrypted": False,
            "defects": (),
            "duplicate": False,
        }
        cells["next_payload"] = (cells["payload_types"] or (None,))[0]
        put(self.tables, "messages", **cells | more)

    def notify(
        self, frame: int, number: int, name: str, kind: str, data: str | None = None, meaning: str | None = None
    ) -> None:
        cells = {"notify_type": number, "notify": name, "class": kind, "data": data, "meaning": meaning}
        put(self.tables, "notifications", frame_number=frame, negotiation=self.number, capture=CAPTURE, **cells)

    def proposal(
        self, frame: int, side: str, number: int, transforms: list[tuple[Any, ...]], child: int | None = None
    ) -> None:
        """IKEv2 transforms as (type, type name, id, name, key bits)."""
        protocol = (3, "ESP") if child else (1, "IKE")
        head = {"frame_number": frame, "negotiation": self.number, "child": child, "side": side}
        head |= {"proposal_number": number, "protocol_id": protocol[0], "capture": CAPTURE}
        names = tuple(f"{t[3]}-{t[4]}" if t[4] else t[3] for t in transforms)
        put(self.tables, "proposals", protocol=protocol[1], transforms=names, **head)
        for place, (kind, kind_name, ident, name, bits) in enumerate(transforms, 1):
            put(
                self.tables,
                "transforms",
                transform_number=place,
                transform_type=kind,
                transform_type_name=kind_name,
                transform_id=ident,
                transform=name,
                key_bits=bits,
                attributes=(f"Key Length={bits}",) if bits else (),
                **head,
            )

    def suites(self, frame: int, side: str, suites: list[tuple[str, ...]], child: int | None = None) -> None:
        """IKEv1 transforms, each as its attributes."""
        protocol = (3, "PROTO_IPSEC_ESP", "ESP_AES-CBC", 12) if child else (1, "PROTO_ISAKMP", "KEY_IKE", 1)
        head = {"frame_number": frame, "negotiation": self.number, "child": child, "side": side}
        head |= {"proposal_number": 1, "protocol_id": protocol[0], "capture": CAPTURE}
        texts = tuple("/".join(part.split("=")[1] for part in suite[:4]) for suite in suites)
        put(self.tables, "proposals", protocol=protocol[1], transforms=texts, **head)
        for place, suite in enumerate(suites, 1):
            put(
                self.tables,
                "transforms",
                transform_number=place,
                transform_id=protocol[3],
                transform=protocol[2],
                key_bits=256 if "Key Length=256" in suite else None,
                attributes=suite,
                **head,
            )


INIT, AUTH, CHILD, INFO = (34, "IKE_SA_INIT"), (35, "IKE_AUTH"), (36, "CREATE_CHILD_SA"), (37, "INFORMATIONAL")
MAIN, AGGRESSIVE, INFO1, QUICK = (2, "IDENTITY_PROTECTION"), (4, "AGGRESSIVE"), (5, "INFORMATIONAL"), (32, "QUICK_MODE")
ENCR, PRF, INTEG, KE = "Encryption Algorithm", "Pseudo-random Function", "Integrity Algorithm", "Key Exchange Method"
GCM = (1, ENCR, 20, "ENCR_AES_GCM_16", 256)
CBC = (1, ENCR, 12, "ENCR_AES_CBC", 256)
DES3 = (1, ENCR, 3, "ENCR_3DES", None)
SHA256 = (2, PRF, 5, "PRF_HMAC_SHA2_256", None)
SHA1 = (2, PRF, 2, "PRF_HMAC_SHA1", None)
INT256 = (3, INTEG, 12, "AUTH_HMAC_SHA2_256_128", None)
INT1 = (3, INTEG, 2, "AUTH_HMAC_SHA1_96", None)
G14, G2, G19 = (
    (4, KE, 14, "2048-bit MODP Group", None),
    (4, KE, 2, "1024-bit MODP Group", None),
    (4, KE, 19, "256-bit random ECP group", None),
)


def sample() -> Tables:
    """Six negotiations of one capture: established, wrong PSK, no proposal, quick mode refused, dead port, hostile."""
    tables = Tables()
    put(
        tables,
        "captures",
        capture=CAPTURE,
        sha256="ab" * 32,
        size_bytes=123_456,
        format="pcapng, little-endian, nanoseconds",
        link_types=("Ethernet",),
        packets=1200,
        first_time=START,
        last_time=START + 90_000 * MS,
        ike_messages=31,
        esp_packets=900,
        defects=2,
    )
    _established(tables)
    _wrong_psk(tables)
    _no_proposal(tables)
    _quick_mode(tables)
    _dead_port(tables)
    _hostile(tables)
    _around(tables)
    return tables


def _negotiation(tables: Tables, number: int, spis: tuple[str, str], ips: tuple[str, str], **cells: Any) -> None:
    base = {
        "negotiation": number,
        "capture": CAPTURE,
        "ike_version": 2,
        "mode": "ikev2",
        "initiator_spi": spis[0],
        "responder_spi": spis[1],
        "initiator_ip": ips[0],
        "initiator_port": 500,
        "responder_ip": ips[1],
        "responder_port": 500,
        "additional_ke_ids": (),
        "nat_t": False,
        "child_sas": 0,
        "retransmissions": 0,
        "outcome_confidence": "certain",
    }
    put(tables, "negotiations", **base | cells)


def _exchange(
    tables: Tables, number: int, name: str, message_id: int, request: int | None, response: int | None, **more: Any
) -> None:
    cells = {"initiated_by": "initiator", "round_trip_s": 0.012 if response and request else None, "retransmissions": 0}
    cells["outcome"] = "answered" if response and request else "unanswered"
    cells |= {"negotiation": number, "exchange": name, "message_id": message_id}
    put(tables, "exchanges", request_frame=request, response_frame=response, **cells | more)


def _established(tables: Tables) -> None:
    spis, ips = ("7b0a9f1091dd2be5", "587d3ee7183b3e0a"), ("10.1.0.1", "203.0.113.2")
    p = Peer(tables, 1, spis, ips, 2)
    p.send(1, 0, "i", INIT, (33, 34, 40, 41, 41, 41, 43), responder_spi=ZERO, length=464)
    p.notify(1, 16388, "NAT_DETECTION_SOURCE_IP", "status", "00" * 20)
    p.notify(1, 16389, "NAT_DETECTION_DESTINATION_IP", "status", "00" * 20)
    p.notify(1, 16430, "IKEV2_FRAGMENTATION_SUPPORTED", "status")
    p.proposal(1, "offered", 1, [GCM, SHA256, G14, G19])
    p.proposal(1, "offered", 2, [CBC, DES3, SHA256, SHA1, INT256, INT1, G14, G2])
    p.send(2, 14.2, "r", INIT, (33, 34, 40, 41, 41, 41), length=456)
    p.notify(2, 16388, "NAT_DETECTION_SOURCE_IP", "status", "00" * 20)
    p.notify(2, 16389, "NAT_DETECTION_DESTINATION_IP", "status", "00" * 20)
    p.notify(2, 16430, "IKEV2_FRAGMENTATION_SUPPORTED", "status")
    p.proposal(2, "chosen", 1, [GCM, SHA256, G14])
    p.ports, p.transport = (4500, 4500), "udp-4500"
    p.send(3, 21, "i", AUTH, (46,), message_id=1, encrypted=True, length=353)
    p.send(5, 1021, "i", AUTH, (46,), message_id=1, encrypted=True, length=353, retransmission_of=3)
    p.send(6, 1060, "r", AUTH, (46,), message_id=1, encrypted=True, length=273)
    p.send(700, 31_060, "r", INFO, (46,), message_id=0, encrypted=True, length=57, response=False)
    p.send(701, 31_061, "i", INFO, (46,), message_id=0, encrypted=True, length=57, response=True)
    _negotiation(
        tables,
        1,
        spis,
        ips,
        outcome="established",
        encryption_id=20,
        encryption="ENCR_AES_GCM_16",
        key_bits=256,
        prf_id=5,
        prf="PRF_HMAC_SHA2_256",
        ke_id=14,
        ke_method="2048-bit MODP Group",
        nat="initiator",
        nat_t=True,
        fragmentation="supported",
        initiator_implementation="consistent with strongSwan",
        child_sas=1,
        first_frame=1,
        last_frame=701,
        first_time=START,
        last_time=START + 31_061 * MS,
        duration_s=31.061,
        messages=7,
        retransmissions=1,
        outcome_basis="IKE_AUTH was answered with a message too long for an error, and ESP followed.",
        outcome_confidence="likely",
    )
    _exchange(tables, 1, "IKE_SA_INIT", 0, 1, 2, round_trip_s=0.0142)
    _exchange(tables, 1, "IKE_AUTH", 1, 3, 6, round_trip_s=0.039, retransmissions=1)
    _exchange(tables, 1, "INFORMATIONAL", 0, 700, 701, initiated_by="responder")
    put(
        tables,
        "child_sas",
        negotiation=1,
        child=1,
        protocol="ESP",
        initiator_spi_in="c1a2b3c4",
        responder_spi_in="0a1b2c3d",
        outcome="established",
        created_by="IKE_AUTH",
        esp_packets_to_initiator=400,
        esp_packets_to_responder=500,
        basis="inferred",
        first_frame=3,
        response_frame=6,
    )
    for spi, src, dst, packets in (("c1a2b3c4", *ips[::-1], 400), ("0a1b2c3d", *ips, 500)):
        stream = {"spi": spi, "src_ip": src, "dst_ip": dst, "encapsulation": "udp", "packets": packets}
        stream |= {"bytes": packets * 100, "first_seq": 1, "last_seq": packets + 2, "missing": 2, "duplicates": 0}
        stream |= {"negotiation": 1, "child": 1, "capture": CAPTURE, "first_frame": 7, "last_frame": 690}
        put(
            tables, "esp_streams", first_time=START + 1100 * MS, last_time=START + 31_000 * MS, basis="likely", **stream
        )
    _finding(
        tables, "weak-encryption-offered", "medium", 1, "ENCR_3DES", (1,), "Weak encryption offered", "RFC 8247 2.1"
    )
    _finding(
        tables, "weak-ke-offered", "medium", 1, "1024-bit MODP Group", (1,), "Weak key exchange offered", "RFC 8247 2.4"
    )


def _finding(
    tables: Tables,
    ident: str,
    severity: str,
    number: int | None,
    subject: str,
    frames: tuple[int, ...],
    title: str,
    clause: str | None,
) -> None:
    cells = {"finding": ident, "severity": severity, "confidence": "certain", "negotiation": number, "subject": subject}
    cells |= {"evidence_frames": frames, "policy": "ietf" if clause else None, "clause": clause, "title": title}
    cells |= {"evidence": "read" if clause else None, "capture": CAPTURE}
    put(tables, "findings", detail=f"{subject} is not what the document asks for.", **cells)


def _diagnosis(
    tables: Tables,
    number: int,
    rank: int,
    ident: str,
    confidence: str,
    title: str,
    frames: tuple[int, ...],
    **text: str,
) -> None:
    cells = {
        "negotiation": number,
        "diagnosis": ident,
        "rank": rank,
        "confidence": confidence,
        "evidence_frames": frames,
    }
    cells |= {"detail": "What was seen.", "advice": "What to do.", "basis": "seen in clear"}
    put(tables, "diagnoses", title=title, **cells | text)


def _wrong_psk(tables: Tables) -> None:
    spis, ips = ("1111111111111111", "2222222222222222"), ("198.51.100.7", "203.0.113.2")
    p = Peer(tables, 2, spis, ips, 2)
    p.send(20, 2000, "i", INIT, (33, 34, 40, 41, 41), responder_spi=ZERO)
    p.proposal(20, "offered", 1, [GCM, SHA256, G14])
    p.send(21, 2010, "r", INIT, (33, 34, 40, 41, 41))
    p.proposal(21, "chosen", 1, [GCM, SHA256, G14])
    p.send(22, 2015, "i", AUTH, (46,), message_id=1, encrypted=True)
    p.send(23, 2022, "r", AUTH, (46,), message_id=1, encrypted=True, length=65)
    _negotiation(
        tables,
        2,
        spis,
        ips,
        outcome="failed",
        failed_at="IKE_AUTH",
        failed_by="responder",
        failure="AUTHENTICATION_FAILED",
        diagnosis="authentication-failed",
        encryption_id=20,
        encryption="ENCR_AES_GCM_16",
        key_bits=256,
        prf_id=5,
        prf="PRF_HMAC_SHA2_256",
        ke_id=14,
        ke_method="2048-bit MODP Group",
        nat="none",
        first_frame=20,
        last_frame=23,
        first_time=START + 2000 * MS,
        last_time=START + 2022 * MS,
        duration_s=0.022,
        messages=4,
        outcome_basis="The IKE_AUTH response of 65 bytes cannot hold IDr and AUTH.",
        responder_implementation="strongSwan",
    )
    _exchange(tables, 2, "IKE_SA_INIT", 0, 20, 21)
    _exchange(tables, 2, "IKE_AUTH", 1, 22, 23)
    _diagnosis(
        tables,
        2,
        1,
        "authentication-failed",
        "certain",
        "The responder refused the authentication",
        (22, 23),
        detail="The IKE_AUTH response is 65 bytes long: with AES-GCM that is one notify and nothing else.",
        basis="inferred from the length of the encrypted message",
        advice="Compare the pre-shared keys, then the identities.\nThe responder's log names the one that failed.",
    )
    _diagnosis(tables, 2, 2, "psk-mismatch", "possible", "The pre-shared keys differ", (22, 23))
    _diagnosis(tables, 2, 3, "identity-rejected", "possible", "The responder does not know this identity", (22, 23))


def _no_proposal(tables: Tables) -> None:
    spis, ips = ("3333333333333333", "4444444444444444"), ("2001:db8::7", "2001:db8::2")
    p = Peer(tables, 3, spis, ips, 2)
    p.send(30, 4000, "i", INIT, (33, 34, 40), responder_spi=ZERO)
    p.proposal(30, "offered", 1, [DES3, SHA1, INT1, G2])
    p.send(31, 4008, "r", INIT, (41,), length=36)
    p.notify(31, 14, "NO_PROPOSAL_CHOSEN", "error")
    _negotiation(
        tables,
        3,
        spis,
        ips,
        outcome="failed",
        failed_at="IKE_SA_INIT",
        failed_by="responder",
        failure="NO_PROPOSAL_CHOSEN",
        diagnosis="ike-proposal-mismatch",
        first_frame=30,
        last_frame=31,
        first_time=START + 4000 * MS,
        last_time=START + 4008 * MS,
        duration_s=0.008,
        messages=2,
        outcome_basis="A clear-text NO_PROPOSAL_CHOSEN ended it; nobody has authenticated that notify.",
        outcome_confidence="likely",
    )
    _exchange(tables, 3, "IKE_SA_INIT", 0, 30, 31)
    _diagnosis(
        tables,
        3,
        1,
        "ike-proposal-mismatch",
        "likely",
        "No IKE proposal in common",
        (30, 31),
        detail="Encryption: offered ENCR_3DES; this responder chose ENCR_AES_GCM_16 elsewhere (frame 2).",
        advice="Offer ENCR_AES_GCM_16 with group 14.",
    )
    _finding(
        tables,
        "weak-ke-offered",
        "medium",
        3,
        "1024-bit MODP Group",
        (30,),
        "Weak key exchange offered",
        "RFC 8247 2.4",
    )


V1 = (
    "Encryption Algorithm=AES-CBC",
    "Key Length=256",
    "Hash Algorithm=SHA2-256",
    "Authentication Method=pre-shared key",
)
V1_REST = ("Group Description=2048-bit MODP group", "Life Type=seconds", "Life Duration=28800")
V1_3DES = ("Encryption Algorithm=3DES-CBC", "Hash Algorithm=SHA", "Authentication Method=pre-shared key")
V1_3DES += ("Group Description=alternate 1024-bit MODP group", "Life Duration=28800")


def _quick_mode(tables: Tables) -> None:
    spis, ips = ("106a69209c97f49e", "3e46bb39733328ac"), ("192.0.2.10", "192.0.2.20")
    p = Peer(tables, 4, spis, ips, 1)
    p.send(40, 6000, "i", MAIN, (1, 13, 13), responder_spi=ZERO, length=236)
    p.suites(40, "offered", [(*V1, *V1_REST), V1_3DES])
    p.send(41, 6010, "r", MAIN, (1, 13), length=160)
    p.suites(41, "chosen", [(*V1, *V1_REST)])
    for frame, who, types in ((42, "i", (4, 10, 20, 20)), (43, "r", (4, 10, 20, 20))):
        p.send(frame, 5980 + frame, who, MAIN, types)
    p.send(44, 6030, "i", MAIN, (), encrypted=True, decrypted=True, decrypted_payload_types=(5, 8), length=108)
    p.send(45, 6040, "r", MAIN, (), encrypted=True, decrypted=True, decrypted_payload_types=(5, 8), length=92)
    quick = {"message_id": 0xA1B2C3D4, "encrypted": True, "decrypted": True}
    p.send(46, 6050, "i", QUICK, (), decrypted_payload_types=(8, 1, 10, 5, 5), length=188, **quick)
    p.suites(46, "offered", [("Authentication Algorithm=HMAC-SHA", "Key Length=256", "SA Life Duration=3600")], child=1)
    p.send(47, 6060, "r", INFO1, (), decrypted_payload_types=(8, 11), length=76, **quick | {"message_id": 0x55667788})
    p.notify(47, 14, "NO-PROPOSAL-CHOSEN", "error")
    for frame, side, text in ((44, "initiator", "192.0.2.10"), (45, "responder", "gw.example.org")):
        ident = {"id_type": 1, "id_type_name": "ID_IPV4_ADDR", "identity": text, "capture": CAPTURE}
        put(tables, "identities", frame_number=frame, negotiation=4, side=side, **ident)
    _negotiation(
        tables,
        4,
        spis,
        ips,
        ike_version=1,
        mode="main",
        outcome="established",
        failed_at="QUICK_MODE",
        failed_by="responder",
        failure="NO-PROPOSAL-CHOSEN",
        diagnosis="child-proposal-mismatch",
        encryption_id=7,
        encryption="AES-CBC",
        key_bits=256,
        integrity_id=4,
        integrity="SHA2-256",
        ke_id=14,
        ke_method="2048-bit MODP group",
        auth_method="pre-shared key",
        initiator_id="192.0.2.10",
        responder_id="gw.example.org",
        lifetime_s=28800,
        child_sas=1,
        first_frame=40,
        last_frame=47,
        first_time=START + 6000 * MS,
        last_time=START + 6060 * MS,
        duration_s=0.06,
        messages=8,
        outcome_basis="Main mode completed; its messages were decrypted.",
    )
    _exchange(tables, 4, "IDENTITY_PROTECTION", 0, 40, 41)
    _exchange(tables, 4, "QUICK_MODE", 0xA1B2C3D4, 46, None)
    put(
        tables,
        "child_sas",
        negotiation=4,
        child=1,
        protocol="ESP",
        initiator_spi_in="deadbeef",
        outcome="failed",
        created_by="QUICK_MODE",
        initiator_ts=("10.1.0.0/16",),
        responder_ts=("10.2.0.0/16",),
        lifetime_s=3600,
        basis="seen",
        first_frame=46,
        response_frame=47,
    )
    text = {"detail": "Decrypted: NO-PROPOSAL-CHOSEN answers quick mode.", "basis": "decrypted notify"}
    text["advice"] = "Make the ESP proposals alike on both sides."
    _diagnosis(tables, 4, 1, "child-proposal-mismatch", "certain", "No child SA proposal in common", (46, 47), **text)
    _finding(tables, "ikev1-in-use", "medium", 4, "IKEv1", (40,), "IKEv1 is in use", "RFC 9395 3")
    _finding(tables, "weak-hash-offered", "low", 4, "SHA", (40,), "Weak hash offered", "RFC 8247 2.3")


def _dead_port(tables: Tables) -> None:
    spis, ips = ("5555555555555555", ZERO), ("10.1.0.1", "203.0.113.99")
    p = Peer(tables, 5, spis, ips, 2)
    for frame, at in ((50, 8000), (52, 8500), (54, 9400), (56, 11_020), (58, 13_936), (60, 19_184)):
        p.send(frame, at, "i", INIT, (33, 34, 40), retransmission_of=50 if frame > 50 else None)
    p.proposal(50, "offered", 1, [GCM, SHA256, G14])
    icmp = {"capture": CAPTURE, "reporter_ip": ips[1], "icmp_type": 3, "icmp_code": 3, "kind": "port-unreachable"}
    icmp |= {"src_ip": ips[0], "src_port": 500, "dst_ip": ips[1], "dst_port": 500, "negotiation": 5}
    put(tables, "icmp_errors", frame_number=51, time=START + 8001 * MS, initiator_spi=spis[0], **icmp)
    _negotiation(
        tables,
        5,
        spis,
        ips,
        outcome="unanswered",
        failed_at="IKE_SA_INIT",
        failed_by="none",
        failure="port-unreachable",
        diagnosis="port-unreachable",
        first_frame=50,
        last_frame=60,
        first_time=START + 8000 * MS,
        last_time=START + 19_184 * MS,
        duration_s=11.184,
        messages=6,
        retransmissions=5,
        outcome_basis="Six requests, no answer, an ICMP error.",
    )
    _exchange(tables, 5, "IKE_SA_INIT", 0, 50, None, retransmissions=5)
    text = {"detail": "203.0.113.99 reports that UDP port 500 is closed.", "advice": "Start the IKE service there."}
    _diagnosis(tables, 5, 1, "port-unreachable", "certain", "Nothing listens on the responder's port", (50, 51), **text)


def _hostile(tables: Tables) -> None:
    spis, ips = ("6666666666666666", "7777777777777777"), ("198.51.100.66", "203.0.113.2")
    p = Peer(tables, 6, spis, ips, 1)
    p.send(
        80, 20_000, "i", AGGRESSIVE, (1, 4, 10, 5, 13), responder_spi=ZERO, defects=(f"wire-length at byte 9: {BAD}",)
    )
    p.suites(80, "offered", [V1_3DES, (f"Encryption Algorithm={BAD}", f"Life Duration={FORMULA}")])
    p.send(81, 20_010, "r", (250, BAD), (1, 4, 10, 5, 8, 200))
    p.suites(81, "chosen", [V1_3DES])
    p.notify(81, 40_000, BAD, "error", meaning=BIDI)
    _negotiation(
        tables,
        6,
        spis,
        ips,
        ike_version=1,
        mode="aggressive",
        outcome="incomplete",
        encryption_id=5,
        encryption="3DES-CBC",
        integrity_id=2,
        integrity="SHA",
        ke_id=2,
        ke_method="alternate 1024-bit MODP group",
        auth_method="pre-shared key",
        initiator_id=BAD,
        responder_id=BIDI,
        initiator_implementation=ESC,
        responder_implementation=FORMULA,
        failure=TEMPLATE,
        first_frame=80,
        last_frame=81,
        first_time=START + 20_000 * MS,
        last_time=START + 20_010 * MS,
        duration_s=0.01,
        messages=2,
        outcome_basis=BAD,
        outcome_confidence="possible",
    )
    _exchange(tables, 6, "AGGRESSIVE", 0, 80, 81)
    for frame, side, text in ((80, "initiator", BAD), (81, "responder", BIDI)):
        ident = {"id_type": 2, "id_type_name": "ID_FQDN", "identity": text, "capture": CAPTURE}
        put(tables, "identities", frame_number=frame, negotiation=6, side=side, **ident)
    vendor = {"negotiation": 6, "side": "initiator", "data": "3c696d67", "capture": CAPTURE}
    put(tables, "vendor_ids", frame_number=80, name=ESC, vendor=FORMULA, kind="uncertain", detail=BAD, **vendor)
    text = {"detail": BAD, "advice": f"{ESC}\n{BIDI}", "basis": TEMPLATE}
    _diagnosis(tables, 6, 1, "capture-ends-early", "possible", BAD, (80, 81), **text)
    _finding(tables, "weak-ke-chosen", "critical", 6, BAD, (81,), BIDI, FORMULA)
    _finding(tables, "weak-encryption-chosen", "high", 6, "3DES-CBC", (81,), "Weak encryption in use", "RFC 9395 5")


def _around(tables: Tables) -> None:
    flow = {"capture": CAPTURE, "transport": "udp", "client_ip": "10.1.0.1", "client_port": 500, "server_port": 500}
    flow |= {"server_ip": "203.0.113.2", "first_frame": 1, "last_frame": 701, "messages": 7, "esp_packets": 900}
    put(tables, "flows", flow=1, keepalives=3, bytes=90_000, **flow)
    responder = {
        "ip": "203.0.113.2",
        "port": 500,
        "transport": "udp",
        "versions": (1, 2),
        "modes": ("ikev2", "aggressive"),
    }
    responder |= {"answered_peers": ("10.1.0.1", "198.51.100.7"), "first_time": START, "last_time": START + 20_010 * MS}
    put(tables, "responders", implementation="strongSwan", evidence_frames=(2, 21), capture=CAPTURE, **responder)
    defect = {
        "capture": CAPTURE,
        "kind": "wire-length",
        "offset": 9,
        "expected": "at most 300",
        "effect": "the payload chain stops here",
    }
    put(tables, "defects", frame_number=80, found=BAD, **defect)
    cut = {"capture": CAPTURE, "kind": "capture-truncated", "offset": 123_400, "expected": "a packet of 400 bytes"}
    put(tables, "defects", found="56 bytes", effect="the last packet could not be read", **cut)
    _finding(tables, "ike-exposed", "low", None, "203.0.113.2:500", (2, 21), "An IKE responder is exposed", None)
