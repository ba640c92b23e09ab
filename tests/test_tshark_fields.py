"""Field by field against tshark, where it is installed: what stands in clear, and with keys what is inside."""

import csv
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer.isakmp import Node
from tests.conftest import FIXTURES, SHARED, captures_in
from tests.isakmp.wire import nodes

AGREEMENT = 0.995  # of the compared fields
PORTS = (500, 4500)  # where tshark 4.0 looks for ISAKMP
NOTIFY, DELETE, TS, ID = ("p11", "p41"), ("p12", "p42"), ("p44", "p45"), ("p5", "p35", "p36")
KEY_ID = "ID 11"  # the only one of which tshark prints the bytes

# Fields of tshark, and where they stand in our trees: the group around a field, and its name. A group is the message, a
# payload by its number, or a structure by its name; the attributes of a transform are groups by their own name.
FIELDS: dict[str, tuple[tuple[str, ...], str]] = {
    "isakmp.ispi": (("message",), "initiator_spi"),
    "isakmp.rspi": (("message",), "responder_spi"),
    "isakmp.version": (("message",), "version"),
    "isakmp.exchangetype": (("message",), "exchange_type"),
    "isakmp.flags": (("message",), "flags"),
    "isakmp.messageid": (("message",), "message_id"),
    "isakmp.length": (("message",), "length"),
    "isakmp.typepayload": (("chain",), "type"),
    "isakmp.payloadlength": (("chain",), "length"),
    "isakmp.sa.doi": (("p1",), "doi"),
    "isakmp.prop.number": (("proposal",), "proposal_number"),
    "isakmp.prop.protoid": (("proposal",), "protocol_id"),
    "isakmp.prop.transforms": (("proposal",), "transform_count"),
    "isakmp.spisize": (("proposal", *NOTIFY, *DELETE), "spi_size"),
    "isakmp.trans.number": (("transform",), "transform_number"),
    "isakmp.tf.type": (("transform",), "transform_type"),
    "isakmp.tf.id.encr": (("transform 1",), "transform_id"),
    "isakmp.tf.id.prf": (("transform 2",), "transform_id"),
    "isakmp.tf.id.integ": (("transform 3",), "transform_id"),
    "isakmp.tf.id.dh": (("transform 4",), "transform_id"),
    "isakmp.tf.id.esn": (("transform 5",), "transform_id"),
    "isakmp.ike2.attr.key_length": (("Key Length 2",), "attribute_value"),
    "isakmp.ike.attr.key_length": (("Key Length 1.14",), "attribute_value"),
    "isakmp.ike.attr.encryption_algorithm": (("Encryption Algorithm 1",), "attribute_value"),
    "isakmp.ike.attr.hash_algorithm": (("Hash Algorithm 1",), "attribute_value"),
    "isakmp.ike.attr.authentication_method": (("Authentication Method 1",), "attribute_value"),
    "isakmp.ike.attr.group_description": (("Group Description 1.4",), "attribute_value"),
    "isakmp.ike.attr.life_type": (("Life Type 1",), "attribute_value"),
    "isakmp.ipsec.attr.life_type": (("SA Life Type 1",), "attribute_value"),
    "isakmp.ipsec.attr.key_length": (("Key Length 1.6",), "attribute_value"),
    "isakmp.ipsec.attr.group_description": (("Group Description 1.3",), "attribute_value"),
    "isakmp.ipsec.attr.encap_mode": (("Encapsulation Mode 1",), "attribute_value"),
    "isakmp.ipsec.attr.auth_algorithm": (("Authentication Algorithm 1",), "attribute_value"),
    "isakmp.key_exchange.dh_group": (("p34",), "key_exchange_method"),
    "isakmp.key_exchange.data": (("p4", "p34"), "key_exchange_data"),
    "isakmp.nonce": (("p10", "p40"), "nonce_data"),
    "isakmp.hash": (("p8",), "hash_data"),
    "isakmp.sig": (("p9",), "signature_data"),
    "isakmp.auth.method": (("p39",), "auth_method"),
    "isakmp.cert.encoding": (("p6", "p37"), "certificate_encoding"),
    "isakmp.id.type": (ID, "id_type"),
    "isakmp.id.protoid": (ID, "protocol"),
    "isakmp.id.port": (ID, "port"),
    "isakmp.id.data.ipv4_addr": (("ID 1",), "identification_data"),
    "isakmp.id.data.fqdn": (("ID 2",), "identification_data"),
    "isakmp.id.data.user_fqdn": (("ID 3",), "identification_data"),
    "isakmp.id.data.ipv6_addr": (("ID 5",), "identification_data"),
    "isakmp.id.data.ipv4_subnet": (("ID 4",), "netmask"),
    "isakmp.id.data.ipv6_subnet": (("ID 6",), "netmask"),
    "isakmp.id.data.ipv4_range_start": (("ID 7",), "first_address"),
    "isakmp.id.data.ipv4_range_end": (("ID 7",), "last_address"),
    "isakmp.id.data.ipv6_range_start": (("ID 8",), "first_address"),
    "isakmp.id.data.ipv6_range_end": (("ID 8",), "last_address"),
    "isakmp.id.data.key_id": ((KEY_ID,), "identification_data"),
    "isakmp.notify.doi": (NOTIFY, "doi"),
    "isakmp.notify.protoid": (NOTIFY, "protocol_id"),
    "isakmp.notify.msgtype": (NOTIFY, "notify_type"),
    "isakmp.notify.data": (NOTIFY, "notification_data"),
    "isakmp.delete.doi": (DELETE, "doi"),
    "isakmp.delete.protoid": (DELETE, "protocol_id"),
    "isakmp.delete.spi": (DELETE, "spi"),
    "isakmp.vid_bytes": (("p13", "p43"), "vendor_id"),
    "isakmp.ike.nat_hash": (("p15", "p20", "p130"), "hash_of_address_and_port"),
    "isakmp.ts.number": (TS, "selector_count"),
    "isakmp.ts.type": (("traffic_selector",), "ts_type"),
    "isakmp.ts.protoid": (("traffic_selector",), "ip_protocol"),
    "isakmp.ts.start_port": (("traffic_selector",), "start_port"),
    "isakmp.ts.end_port": (("traffic_selector",), "end_port"),
    "isakmp.ts.start_ipv4": (("traffic_selector 7",), "starting_address"),
    "isakmp.ts.end_ipv4": (("traffic_selector 7",), "ending_address"),
    "isakmp.cfg.type": (("p14", "p47"), "cfg_type"),
    "isakmp.frag.number": (("p53",), "fragment_number"),
    "isakmp.frag.total": (("p53",), "total_fragments"),
    "isakmp.frag.packetid": (("p132",), "fragment_id"),
    "isakmp.frag.seq": (("p132",), "fragment_number"),
    "eap.code": (("p48",), "code"),
    "eap.id": (("p48",), "identifier"),
    "eap.type": (("p48",), "type"),
}
NAMES = ("x509sat.uTF8String", "x509sat.printableString")  # parts of distinguished names, wherever they stand
ABOUT = ("subject", "issuer")  # of a certificate
HALVED = {"ID 4": "ID 1", "ID 6": "ID 5", "ID 7": "", "ID 8": ""}
GROUPS = ("payload", "proposal", "transform", "attribute", "traffic_selector", "tls_record", "handshake")
DECRYPTED = "isakmp.enc.decrypted"
Told = list[tuple[str, str, str]]  # group, name, value as tshark prints it


def faults() -> dict[tuple[str, int], str]:
    """Frames where tshark is the one that is wrong, and why."""
    with (Path(__file__).parent / "isakmp" / "tshark_faults.csv").open(newline="") as file:
        return {(row["capture"], int(row["frame"])): row["reason"] for row in csv.DictReader(file)}


def tell(node: Node, data: bytes, group: str, version: int) -> Iterator[tuple[str, str, str]]:
    """All fields of a tree in wire order, each with the group it belongs to."""
    fields = {child.name: child for child in node.children}
    if node.name in ("payload", "proposal", "transform"):
        number = {"payload": node.value, "proposal": "2", "transform": "3"}[node.name]
        yield "chain", "type", number
        yield "chain", "length", next((f.value for name, f in fields.items() if name.endswith("_length")), "")
    groups = groups_of(node, group, version)
    if "id_type" in fields:
        groups.append(f"ID {fields['id_type'].value}")
    for child in node.children:
        if child.name in GROUPS:
            yield from tell(child, data, groups[0], version)
        elif not child.name.startswith("next_"):
            for name in groups:
                text = name.startswith("ID ") and name != KEY_ID and child.name == "identification_data"
                yield name, child.name, child.meaning if text else shown(child, data)
                if name in HALVED:
                    yield from halves(name, child)
            yield from (
                ("name", fact.name, fact.value) for fact in child.children if fact.name in ("subject", "issuer")
            )
            yield "name", child.name, child.meaning


def groups_of(node: Node, group: str, version: int) -> list[str]:
    """The groups that the fields of a structure belong to, the widest first."""
    match node.name:
        case "payload":
            return [f"p{node.value}"]
        case "proposal":
            return ["proposal"]
        case "traffic_selector":
            return ["traffic_selector", f"traffic_selector {node.value}"]
        case "attribute":
            return [f"{node.meaning} {version}", f"{node.meaning} {version}.{node.value}"]
        case "transform":
            kinds = [child.value for child in node.children if child.name == "transform_type"]
            return ["transform", *(f"transform {kind}" for kind in kinds)]
    return [group]


def halves(group: str, data: Node) -> Iterator[tuple[str, str, str]]:
    """Both values of a subnet or a range; tshark has the address of a subnet in the field of mere addresses."""
    for half in data.children:
        alone = half.name == "address"
        yield HALVED[group] if alone else group, "identification_data" if alone else half.name, half.meaning


def shown(node: Node, data: bytes) -> str:
    """A field's value as tshark prints it: numbers in decimal, bytes in hexadecimal, addresses as text."""
    if node.name.endswith("ing_address"):
        return node.meaning
    if node.value.startswith("0x"):
        return str(int(node.value, 16))
    return (
        node.value
        if node.value.isdecimal() and node.length <= 4
        else data[node.offset : node.offset + node.length].hex()
    )


def ours(path: Path, keys: Path | None) -> dict[int, tuple[Told, bool]]:
    """What our trees tell of each frame with one message, and whether the inside was decrypted."""
    analysis = analyzer.read_pcap(path, keys=keys, ports=PORTS)
    found: dict[int, tuple[Told, bool]] = {}
    numbers = {row["frame_number"] for row in analysis.tables["messages"].records()}
    for number, trees in analysis.dissect_frames(numbers).items():
        told = [
            field for tree in trees for field in tell(tree.root, tree.data, tree.root.name, version_of(trees[0].data))
        ]
        whole = [tree for tree in trees if "decrypted" not in tree.title and "put together" not in tree.title]
        opened = any(tree.root.name == "decrypted" for tree in trees)
        opened |= any(node.name == "pad_length" for tree in trees for node in nodes(tree.root))  # of a fragment
        if len(whole) == 1:
            found[number] = told, opened
    return found


def version_of(message: bytes) -> int:
    return message[17] >> 4 if len(message) > 17 else 0


def theirs(path: Path, keys: Path | None) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """What tshark tells of each frame with a message that it does not call malformed."""
    names = ("frame.number", DECRYPTED, *FIELDS, *NAMES)
    command = ["tshark", "-r", str(path), "-Y", "isakmp && !icmp && !icmpv6 && !_ws.malformed", "-T", "fields"]
    command += ["-E", "aggregator=|"] + [part for name in names for part in ("-e", name)]
    for line in keys.read_text().splitlines() if keys is not None else ():
        if line and not line.startswith("#"):
            table = "ikev1_decryption_table" if line.count(",") == 1 else "ikev2_decryption_table"
            command += ["-o", f"uat:{table}:{line}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout
    for line in answer.splitlines():
        number, *values = line.split("\t")
        parts = ([v for v in value.split("|") if v not in ("", "<MISSING>")] for value in values)
        yield int(number), dict(zip(names[1:], parts, strict=True))


def opened_there(fields: dict[str, list[str]]) -> bool:
    """Whether tshark decrypted a message; of IKEv1 nothing but the payloads of an encrypted message shows it."""
    sealed = fields["isakmp.version"][:1] == ["0x10"] and any(int(flags, 0) & 1 for flags in fields["isakmp.flags"])
    return bool(fields.pop(DECRYPTED)) or (sealed and any(kind != "132" for kind in fields["isakmp.typepayload"]))


def plain(value: str) -> str:
    """A value of tshark without what is only its way of writing it."""
    if value.startswith("0x"):
        return str(int(value, 16))
    return value.replace(":", "") if value.count(":") != 0 and "." not in value else value


def compare(path: Path, keys: Path | None) -> tuple[int, int, list[str]]:
    """Fields compared, frames left out (decrypted by one side only, several messages), and what differs."""
    told = ours(path, keys)
    compared, left_out, differing = 0, 0, []
    known = faults()
    for number, fields in theirs(path, keys):
        mine, opened = told.get(number, ([], False))
        if not mine or opened != opened_there(fields):
            left_out += 1
            continue
        if any((name, number) in known for name in (path.name, path.parent.name, f"{path.parent.name}.pcap")):
            continue
        said = " ".join(value for group, _, value in mine if group == "name")
        for name in NAMES:
            values = fields.pop(name)
            compared += len(values)
            missing = [value for value in values if value not in said]
            differing += [f"{path.parent.name}/{path.name} frame {number} {name}: {value}" for value in missing]
        for name, values in fields.items():
            groups, field = FIELDS[name]
            want = [plain(value) for value in values]
            got = [value for group, other, value in mine if other == field and group in groups]
            compared += max(len(want), len(got))
            if want != got:
                differing.append(f"{path.parent.name}/{path.name} frame {number} {name}: {want} / {got}")
    return compared, left_out, differing


def everything() -> list[tuple[Path, Path | None]]:
    """Captures with the key file beside them, if there is one."""
    found: list[tuple[Path, Path | None]] = []
    for path in captures_in(FIXTURES) + captures_in(SHARED):
        beside = (path.with_suffix(".keys"), path.with_name(path.name + ".keys"))
        found.append((path, next((p for p in beside if p.is_file()), None)))
    return found


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_fields_agree_with_tshark() -> None:
    captures = everything()
    total, problems = 0, list[Any]()
    for path, keys in captures[:: max(1, len(captures) // 16)]:
        compared, _, differing = compare(path, keys)
        total += compared
        problems += differing
    assert total > 1000
    assert len(problems) <= (1 - AGREEMENT) * total, problems
