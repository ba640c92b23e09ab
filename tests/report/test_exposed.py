"""Who answers whom, and rules that let in known peers only."""

import re
import shutil
import subprocess
from typing import Any

import pytest

from analyzer.notebook import read_pcap
from analyzer.report.exposed import (
    CAUTIONS,
    MOST_PEERS,
    SCANNERS,
    TITLES,
    Exposed,
    exposed,
    exposed_lines,
    flood_lines,
    view,
)
from analyzer.report.html import render
from analyzer.tables.store import Tables
from tests.conftest import FIXTURES
from tests.report.sample import put
from tests.report.test_html import PROVENANCE

HOST, PEER, PEER6 = "10.0.0.1", "203.0.113.5", "2001:db8::5"


def tables(*peers: str, outcome: str = "established", confidence: str = "certain", **cells: Any) -> Tables:
    found = Tables()
    row = {
        "ip": HOST,
        "port": 500,
        "transport": "udp",
        "versions": (1, 2),
        "modes": ("main", "ikev2"),
        "state": "answered",
    }
    row |= {"answered_peers": peers, "inside": True, "outside_peers": peers}
    put(found, "responders", **row | cells)
    for number, peer in enumerate(peers, 1):
        ends = {"initiator_ip": peer, "responder_ip": HOST}
        put(found, "negotiations", negotiation=number, outcome=outcome, outcome_confidence=confidence, **ends)
    return found


def one(of: Tables) -> Exposed:
    (host,) = exposed(of)
    return host


def rules(of: Tables) -> dict[str, tuple[str, ...]]:
    return {firewall.name: firewall.lines for firewall in one(of).firewalls}


def test_a_host_inside_that_answers_outside_gets_rules_for_each_firewall() -> None:
    host = one(tables(PEER, PEER6))
    assert (host.ip, host.inside, host.outside, host.why) == (HOST, True, (PEER, PEER6), "")
    assert host.places == ("UDP 500: answers IKEv1 and IKEv2 (main, ikev2) to 2 peers.",)
    assert [firewall.name for firewall in host.firewalls] == list(TITLES)
    for firewall in host.firewalls:
        text = "\n".join(firewall.lines)
        assert PEER in text, firewall.name
        assert PEER6 in text, firewall.name
        assert "500" in text or "ipsec" in text
        assert "$" not in text.replace("$_", "").replace(")$'", "")
        assert firewall.undo
        assert firewall.note


def test_nothing_is_dropped_before_the_list_is_complete() -> None:
    made = rules(tables(PEER))
    lines = made["iptables"]
    for command in ("iptables", "ip6tables"):
        own = [line for line in lines if line.startswith(f"{command} ")]
        jumps = [place for place, line in enumerate(own) if " -I INPUT " in line]
        assert jumps == list(range(len(own) - len(jumps), len(own)))
        assert own[jumps[0] - 1] == f"{command} -A IKE-PEERS -j DROP"
    assert made["nftables"][-1].endswith("drop")
    assert not any("block" in line.lower() for line in made["windows"])
    assert made["pf"][0] == f"table <ike_peers> {{ {PEER} }}"


def test_a_family_without_a_peer_has_an_empty_list_and_no_broken_rule() -> None:
    made = rules(tables(PEER))
    assert not any("{  }" in line or "add element inet ike_peers peers6" in line for line in made["nftables"])
    assert any("ip6 saddr != @peers6 udp" in line for line in made["nftables"])
    assert not any(line.startswith("ip6tables") and " -s " in line for line in made["iptables"])


def test_tcp_has_rules_where_it_is_open() -> None:
    closed, opened = tables(PEER), tables(PEER)
    put(opened, "responders", ip=HOST, port=4500, transport="tcp", state="open", inside=True, outside_peers=())
    assert "TCP 4500: accepts connections; no IKE answer came over it." in one(opened).places
    for name in ("nftables", "iptables", "ufw", "pf", "windows"):
        assert not any("tcp" in line.lower() for line in rules(closed)[name] if "-notin" not in line)
        assert any("tcp" in line.lower() for line in rules(opened)[name])


def test_a_port_that_anybody_can_open_stands_in_no_rule() -> None:
    """Who sends the prefix to an SSH daemon must not lock people out of it."""
    of = tables(PEER)
    more = {"ip": HOST, "transport": "tcp", "inside": True}
    put(of, "responders", port=22, state="open", outside_peers=("198.51.100.9",), **more)
    put(of, "responders", port=8443, state="answered", versions=(2,), outside_peers=(PEER,), **more)
    host = one(of)
    assert host.places[1].startswith(
        "TCP 22: accepts connections; no IKE answer came over it. That says nothing of IKE"
    )
    assert host.outside == (PEER,)
    for name in ("nftables", "iptables", "ufw", "pf", "windows"):
        text = "\n".join(rules(of)[name])
        assert "8443" in text, name
        assert not re.search(r"\b22\b", text), name


def test_an_open_port_that_is_none_of_ike_is_no_answer_and_no_silence_either() -> None:
    of = tables(PEER, outside_peers=())
    assert not one(of).is_reached
    ssh = {"ip": HOST, "port": 22, "transport": "tcp", "state": "open", "inside": True, "outside_peers": (PEER,)}
    put(of, "responders", **ssh)
    host = one(of)
    assert host.is_reached
    assert host.why.startswith("In this capture it answered IKE to nobody outside")
    assert host.outside_text == f"On ports that are none of IKE's it accepted connections from outside, of {PEER}."
    assert f"  {host.outside_text}" in [line.text for line in exposed_lines([host])]
    put(of, "responders", **{**ssh, "port": 23, "all_peers": False})
    assert "there may be others" in one(of).outside_text


def test_an_answer_that_may_be_forged_is_said_and_puts_no_other_port_into_rules() -> None:
    of = tables(PEER, confidence="certain")
    more = {"ip": HOST, "transport": "udp", "inside": True, "state": "answered", "versions": (2,), "modes": ("ikev2",)}
    put(of, "responders", port=53, confidence="likely", answered_peers=(PEER,), outside_peers=(PEER,), **more)
    put(of, "responders", port=4500, confidence="likely", answered_peers=(PEER,), outside_peers=(PEER,), **more)
    host = one(of)
    said = "answers IKEv2 (ikev2) to 1 peer (likely: the capture has no request that it answers)"
    assert host.places[1:] == (f"UDP 53: {said}; no rule is about this port.", f"UDP 4500: {said}.")
    for name, lines in rules(of).items():
        assert not re.search(r"\b53\b", "\n".join(lines)), name


def test_a_flood_of_answers_is_said() -> None:
    of = Tables()
    put(of, "floods", flood=1, kind="half-open", target_ip=None, sources=9)
    assert list(flood_lines(of)) == []
    put(of, "floods", flood=2, kind="unsolicited-answers", target_ip=PEER, sources=40)
    (line,) = flood_lines(of)
    assert line.text.startswith(f"40 hosts answer {PEER}, which sent no request in this capture")


def test_a_peer_that_is_only_possible_is_left_out_and_named() -> None:
    of = tables(PEER)
    ends = {"initiator_ip": "198.51.100.9", "responder_ip": HOST}
    put(of, "negotiations", negotiation=8, outcome="established", outcome_confidence="possible", **ends)
    assert f"table <ike_peers> {{ {PEER} }}" in rules(of)["pf"]
    (left,) = one(of).left_out
    assert left.startswith("It is only possible that an SA came up with 198.51.100.9:")
    assert f"  {left}" in [line.text for line in exposed_lines(exposed(of))]
    put(of, "negotiations", negotiation=9, outcome="established", outcome_confidence="likely", **ends)
    assert f"table <ike_peers> {{ {PEER}, 198.51.100.9 }}" in rules(of)["pf"]
    assert one(of).left_out == ()
    assert "for certain or likely" in one(tables(PEER, confidence="possible")).why


def test_a_peer_that_was_missed_is_added_in_front_of_the_drop() -> None:
    for firewall in one(tables(PEER)).firewalls:
        assert firewall.add
        if firewall.name == "iptables":
            assert firewall.add.startswith("iptables -I IKE-PEERS -s ADDRESS -j RETURN")
            assert f"iptables -I IKE-PEERS -s {PEER} -j RETURN" in firewall.lines
            assert "-X IKE-PEERS" in firewall.undo
        if firewall.name == "firewalld":
            assert "only if it was there before" in firewall.undo
            assert "--remove-rich-rule" in firewall.undo
        if firewall.name == "windows":
            assert "IKE over TCP of known peers" in firewall.undo


def test_windows_lists_all_other_rules_that_may_let_in() -> None:
    """For any port, and for a range, as Get-NetFirewallPortFilter says them; not the new ones."""
    closed, opened = tables(PEER), tables(PEER)
    put(opened, "responders", ip=HOST, port=4500, transport="tcp", state="open", inside=True, outside_peers=())
    for of, of_tcp in ((closed, False), (opened, True)):
        *new, last = rules(of)["windows"]
        protocol, port = re.findall(r"-match '([^']+)'", last)
        for shown, listed in (("UDP", True), ("Any", True), ("50", True), ("51", True), ("TCP", of_tcp), ("47", False)):
            assert (re.search(protocol, shown) is not None) is listed, shown
        for shown in ("Any", "500", "4500", "400-600", "1-65535"):
            assert re.search(port, shown), shown
        for shown in ("5000", "1500", "RPC", "IPHTTPSIn"):
            assert not re.search(port, shown), shown
        for line in new:
            (name,) = re.findall(r"-DisplayName '([^']+)'", line)
            assert f"'{name}'" in last.partition("-notin")[2].partition("}")[0], name


def test_addresses_that_a_peer_moved_to_are_its_too() -> None:
    of = tables(PEER)
    paths = (f"{PEER}:500 - {HOST}:500", f"203.0.113.9:4500 - {HOST}:4500", "[2001:db8::9]:4500 - [2001:db8::1]:4500")
    ends = {"initiator_ip": PEER, "responder_ip": HOST, "paths": paths}
    put(of, "negotiations", negotiation=9, outcome="established", outcome_confidence="likely", **ends)
    assert f"table <ike_peers> {{ {PEER}, 203.0.113.9 }}" in rules(of)["pf"]


def test_where_no_rules_can_be_made_it_is_said_why() -> None:
    for of, why in (
        (tables(PEER, inside=False), "--internal"),
        (tables(PEER, outside_peers=()), "nobody outside"),
        (tables(PEER, outcome="failed"), "lock all out"),
        (tables(*(f"198.51.100.{k}" for k in range(MOST_PEERS + 1))), "65 peers"),
    ):
        host = one(of)
        assert host.firewalls == ()
        assert why in host.why


@pytest.mark.parametrize("hostile", ["203.0.113.5; reboot", "$(id)", "::1%eth0", "0.0.0.0", "224.0.0.1", "' }; drop"])
def test_only_addresses_stand_in_rules(hostile: str) -> None:
    assert one(tables(hostile)).firewalls == ()
    for lines in rules(tables(PEER, hostile)).values():
        assert not any(hostile in line for line in lines)
    assert "no address of one host" in one(tables(PEER, hostile)).left_out[0]


def test_who_did_not_answer_is_not_exposed() -> None:
    assert exposed(tables(PEER, state="unanswered")) == []
    assert len(exposed(tables(PEER, state=None))) == 1, "saved before there were states"


def test_the_order_is_by_what_matters() -> None:
    of = tables(PEER, inside=False)
    put(of, "responders", ip="10.0.0.9", port=500, transport="udp", inside=True, outside_peers=())
    put(of, "responders", ip="10.0.0.2", port=500, transport="udp", inside=True, outside_peers=(PEER,))
    assert [host.ip for host in exposed(of)] == ["10.0.0.2", HOST, "10.0.0.9"]


def test_lines_for_a_terminal() -> None:
    of = tables(PEER, *(f"198.51.100.{k}" for k in range(6)), modes=("aggressive",), implementation="like X")
    lines = [line.text for line in exposed_lines(exposed(of))]
    assert lines[:2] == [SCANNERS, "10.0.0.1 (inside)"]
    assert any(
        "203.0.113.5, 198.51.100.0, 198.51.100.1, 198.51.100.2, 198.51.100.3 and 2 more" in line for line in lines
    )
    assert any("aggressive mode" in line for line in lines)
    assert all(f"  {caution}" in lines for caution in CAUTIONS)
    assert "    nft delete table inet ike_peers" not in lines
    assert "    Taken back by: nft delete table inet ike_peers" in lines
    (why,) = [line.text for line in exposed_lines(exposed(tables(PEER, inside=False))) if "No rules" in line.text]
    assert why.startswith("  No rules: It does not lie inside")


@pytest.mark.skipif(shutil.which("bash") is None, reason="no shell to ask")
def test_a_shell_reads_them() -> None:
    made = rules(tables(PEER, PEER6))
    text = "\n".join(line for name in ("nftables", "iptables", "ufw", "firewalld") for line in made[name])
    subprocess.run(["bash", "-n"], input=text.encode(), check=True)


def test_a_page_has_the_rules_of_a_few_hosts_and_counts_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analyzer.report.exposed.MOST_HOSTS", 1)
    of = tables(PEER)
    assert view(tables(PEER, inside=False)) is None
    assert view(tables(PEER, outside_peers=())) is None, "it answered nobody outside"
    put(of, "responders", ip="10.0.0.2", port=500, transport="udp", inside=True, outside_peers=(PEER,))
    ends = {"initiator_ip": PEER, "responder_ip": "10.0.0.2"}
    put(of, "negotiations", negotiation=9, outcome="established", outcome_confidence="certain", **ends)
    shown = view(of)
    assert shown is not None
    assert ([host.ip for host in shown.hosts], shown.more) == ([HOST], 1)


def test_the_page() -> None:
    capture = FIXTURES / "ikev1-main-psk" / "capture.pcap"
    pages = ["".join(render(read_pcap(capture, internal=some).tables, PROVENANCE)) for some in ((), ["192.0.2.20"])]
    assert ["Rules for 192.0.2.20" in page for page in pages] == [False, True]
    assert "iptables -I IKE-PEERS -s 192.0.2.10 -j RETURN" in pages[1].splitlines()
    assert "<ike_peers>" not in pages[1], "escaped"


def test_the_page_has_hosts_without_rules_and_says_why() -> None:
    """A scanner came up with nothing, and has learned most: it is no reason to leave the host out."""
    capture = FIXTURES / "ikescan-aggressive" / "capture.pcap"
    pages = ["".join(render(read_pcap(capture, internal=some).tables, PROVENANCE)) for some in ((), ["192.0.2.20"])]
    assert ['id="exposure"' in page for page in pages] == [False, True]
    (section,) = re.findall(r'<section id="exposure".*?</section>', pages[1], re.S)
    assert "with a pre-shared key a scanner gets a hash to guess it from" in section
    assert "No rules: No SA came up with it in this capture" in section
    assert "<details>" not in section
    opened = tables(PEER, state="open", port=4500, transport="tcp", outcome="failed")
    shown = view(opened)
    assert shown is not None
    assert shown.scanners == "", "no answer, nothing that a scanner can say"


def test_more_peers_than_are_kept_are_not_nobody() -> None:
    of = tables(PEER, outside_peers=())
    more = {"ip": HOST, "port": 4500, "transport": "tcp", "state": "open", "inside": True, "all_peers": False}
    put(of, "responders", **more, outside_peers=())
    assert "cannot be known" in one(of).why
    put(of, "responders", **more, outside_peers=(PEER,))
    assert "there may be others" in one(of).outside_text
    assert "others" not in one(tables(PEER)).outside_text
