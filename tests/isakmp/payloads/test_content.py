import pytest

from analyzer.isakmp import registry
from analyzer.isakmp.payloads import content
from tests.isakmp.registry.test_tables import PLAIN
from tests.isakmp.wire import form_of, kinds, nodes, pairs


@pytest.mark.parametrize(
    ("form", "data", "meaning"),
    [
        ("address", "c0000201", "192.0.2.1"),
        ("subnet", "0a000000ff000000", "10.0.0.0/8"),
        ("range", "0a0000010a000002", "10.0.0.1-10.0.0.2"),
        ("text", b"moon".hex(), "moon"),
        ("number", "0100", "256"),
        ("general-name", "82026d6f", "DNS:mo"),
        ("prefix", "20010db800000000000000000000000040", "2001:db8::/64"),
        ("networks", "0a010000ffff0000000000000000" + "0a020000ffff0000000000000000", "10.1.0.0/16, 10.2.0.0/16"),
        ("3gpp-timer", "0105", "3000 seconds"),
        ("3gpp-timer", "01e5", "deactivated"),
    ],
)
def test_forms_with_a_meaning(form: str, data: str, meaning: str) -> None:
    assert form_of(form, bytes.fromhex(data)).meaning == meaning


def test_encrypted_dns() -> None:
    data = bytes.fromhex("00010104c0000201") + b"dns." + b"alpn"
    assert pairs(form_of("encrypted-dns:4", data))[3:] == [
        ("address", "192.0.2.1"),
        ("authentication_domain_name", "dns."),
        ("service_parameters", b"alpn".hex()),
    ]


def test_home_agent_addresses() -> None:
    data = bytes(15) + b"\x01" + bytes((192, 0, 2, 1))
    assert pairs(form_of("addresses", data)) == [("address", "::1"), ("address", "192.0.2.1")]


def test_dnssec_anchor() -> None:
    assert pairs(form_of("dnssec-anchor", bytes.fromhex("4f660802aabb"))) == [
        ("key_tag", "20326"),
        ("algorithm", "8"),
        ("digest_type", "2"),
        ("digest", "aabb"),
    ]


def test_a_credential_is_not_shown() -> None:
    node = form_of("secret", b"hunter2")
    assert (node.value, node.meaning) == ("", "7 bytes, a credential")


def test_bytes_of_another_form() -> None:
    node = form_of("address", bytes(5))
    assert (node.meaning, kinds(node.defects)) == ("", ["wire-value"])
    assert form_of("unheard-of", b"abc").children == []


def test_text_of() -> None:
    assert content.text_of("address", bytes(4)) == "0.0.0.0"
    assert content.text_of("address", b"") is None
    assert content.text_of("fields:>H x", b"ab") is None
    assert content.text_of("", b"ab") is None


def test_every_form_of_the_registry_is_known() -> None:
    elsewhere = {
        "lifetime",
        "attributes",
        "tls",
        "aka",
        "mschapv2",
        "challenge",
        "expanded",
        "token",
    }  # notify_data, eap_method
    for table in PLAIN:
        for entry in registry.entries(table):
            kind = entry.data.partition(":")[0]
            known = content.is_form(kind) or kind in elsewhere or kind.startswith("aka-")
            assert not kind or known, (table, entry)


@pytest.mark.parametrize(
    "form", sorted({entry.data for table in PLAIN for entry in registry.entries(table) if entry.data})
)
def test_every_form_survives_every_length(form: str) -> None:
    for size in range(40):
        for filler in (b"\0", b"\xff", b"\x01"):
            node = form_of(form, filler * size) if size else None
            spans = [] if node is None else list(nodes(node))
            assert all(n.offset >= 0 and n.offset + n.length <= size for n in spans)


def test_several_addresses_where_one_is_expected() -> None:
    node = form_of("address:4", bytes.fromhex("c0000201c0000202"))
    assert node.meaning == "192.0.2.1, 192.0.2.2"
    assert pairs(node) == [("address", "192.0.2.1"), ("address", "192.0.2.2")]
    assert kinds(node.defects + node.children[0].defects) == ["wire-value"]
