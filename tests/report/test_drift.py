from typing import Any

from analyzer.report import drift
from analyzer.report.change import Change
from analyzer.report.snapshot import snapshot
from analyzer.tables.store import Tables
from tests.report.sample import put, sample


def compare(old: Tables, new: Tables, *unread: int, **more: int) -> list[Change]:
    return drift.compare(snapshot(old), snapshot(new), *unread, **more)


def host(tables: Tables, ip: str, **cells: object) -> None:
    base = {
        "ip": ip,
        "port": 500,
        "transport": "udp",
        "versions": (2,),
        "modes": ("ikev2",),
        "answered_peers": ("10.0.0.9",),
    }
    put(tables, "responders", **base | cells)


def agreed(tables: Tables, encryption: str, outcome: str = "established") -> None:
    number = len(tables["negotiations"]) + 1
    base = {
        "negotiation": number,
        "ike_version": 2,
        "mode": "ikev2",
        "initiator_ip": "10.0.0.9",
        "responder_ip": "10.0.0.1",
    }
    put(tables, "negotiations", outcome=outcome, encryption=encryption, **base)


def kinds(changes: list[Change]) -> list[tuple[str, bool]]:
    return [(change.kind, change.drift) for change in changes]


def test_the_same_capture_has_no_drift() -> None:
    assert compare(sample(), sample()) == []


def test_a_new_responder_is_drift_and_a_silent_one_is_not() -> None:
    old, new = Tables(), Tables()
    host(old, "10.0.0.1")
    host(new, "10.0.0.2")
    changes = compare(old, new)
    assert kinds(changes) == [("responder-new", True), ("responder-not-seen", False)]
    assert changes[0].subject == "10.0.0.2:500/udp"
    assert "does not prove it closed" in changes[1].text


def test_what_a_known_responder_does_anew() -> None:
    old, new = Tables(), Tables()
    host(old, "10.0.0.1", implementation="consistent with strongSwan")
    peers = ("10.0.0.9", "198.51.100.1")
    known = {"versions": (1, 2), "modes": ("ikev2", "aggressive"), "answered_peers": peers}
    host(new, "10.0.0.1", implementation="consistent with Cisco", **known)
    changes = {change.kind: change.text for change in compare(old, new)}
    assert list(changes) == ["version-new", "mode-new", "peer-new", "implementation-changed"]
    assert "aggressive" in changes["mode-new"]
    assert "198.51.100.1" in changes["peer-new"]
    assert changes["implementation-changed"] == "was consistent with strongSwan, is consistent with Cisco now"


def test_the_same_implementation_known_by_something_else_is_no_drift() -> None:
    old, new = Tables(), Tables()
    host(old, "10.0.0.1", implementation="consistent with strongSwan (by the order of its notifies)")
    host(new, "10.0.0.1", implementation="consistent with strongSwan (by the order of its vendor IDs)")
    assert compare(old, new) == []
    host(old, "10.0.0.2", implementation="consistent with racoon (ipsec-tools) (by vendor ID)")
    host(new, "10.0.0.2", implementation="consistent with racoon (Apple) (by vendor ID)")
    assert kinds(compare(old, new)) == [("implementation-changed", True)]


def test_another_suite_between_the_same_peers() -> None:
    old, new = Tables(), Tables()
    agreed(old, "ENCR_AES_GCM_16")
    agreed(new, "ENCR_AES_GCM_16")
    assert compare(old, new) == []
    agreed(new, "ENCR_3DES")
    (change,) = compare(old, new)
    assert (change.kind, change.subject) == ("suite-changed", "10.0.0.9 and 10.0.0.1")
    assert "IKEv2 with ENCR_3DES now; in the baseline on IKEv2 with ENCR_AES_GCM_16" in change.text


def test_a_pair_that_no_longer_gets_up() -> None:
    old, new = Tables(), Tables()
    agreed(old, "ENCR_AES_GCM_16")
    agreed(new, "ENCR_AES_GCM_16", outcome="failed")
    assert kinds(compare(old, new)) == [("outcome-changed", True)]
    assert compare(new, old) == []


def test_another_certificate() -> None:
    old, new = Tables(), Tables()
    for tables, sha in ((old, "aa" * 32), (new, "bb" * 32)):
        agreed(tables, "ENCR_AES_GCM_16")
        put(tables, "certificates", negotiation=1, side="responder", sha256=sha, subject="CN=gw")
    (change,) = compare(old, new)
    assert (change.kind, change.subject) == ("certificate-new", "10.0.0.1 as responder")
    assert "CN=gw (bbbbbbbbbbbbbbbb)" in change.text


def test_a_responder_of_several_captures_is_one() -> None:
    old, new = Tables(), Tables()
    host(old, "10.0.0.1", versions=(1, 2), modes=("main", "ikev2"), answered_peers=("10.0.0.8", "10.0.0.9"))
    host(new, "10.0.0.1", versions=(1,), modes=("main",))
    host(new, "10.0.0.1", answered_peers=("10.0.0.8",))
    assert compare(old, new) == compare(new, old) == []
    host(new, "10.0.0.1", answered_peers=("10.0.0.7",))
    assert kinds(compare(old, new)) == [("peer-new", True)]


def test_an_implementation_that_one_of_several_captures_shows_is_known() -> None:
    old, new = Tables(), Tables()
    for name in ("strongSwan (by vendor ID)", "libreswan (by vendor ID)"):
        host(old, "10.0.0.1", implementation=f"consistent with {name}")
    host(new, "10.0.0.1", implementation="consistent with libreswan (by the order of its notifies)")
    host(new, "10.0.0.1", implementation=None)
    assert compare(old, new) == []
    (change,) = compare(new, old)
    assert change.text == (
        "was consistent with libreswan (by the order of its notifies), is consistent with libreswan (by vendor ID) and "
        "consistent with strongSwan (by vendor ID) now"
    )


def scan(tables: Tables, peer: str = "10.0.0.9", responder: str = "10.0.0.1", outcome: str = "probe") -> None:
    put(tables, "negotiations", outcome=outcome, initiator_ip=peer, responder_ip=responder)


def test_a_scanners_probe_is_no_drift() -> None:
    old, new = Tables(), Tables()
    for tables in (old, new):
        host(tables, "10.0.0.1")
    agreed(old, "ENCR_AES_GCM_16")
    scan(new)  # from the address of a peer: no attempt at an SA
    host(new, "10.0.0.1", answered_peers=("10.0.0.9", "203.0.113.5"))
    scan(new, "203.0.113.5")
    assert compare(old, new) == []
    scan(new, "203.0.113.5", outcome="failed")
    assert kinds(compare(old, new)) == [("peer-new", True)]


def test_an_answer_without_its_request_is_likely() -> None:
    old, new = Tables(), Tables()
    host(new, "10.0.0.2", confidence="likely")
    (change,) = compare(old, new)
    assert change.text == ("likely answers IKE now (no request is seen), to 10.0.0.9; the baseline does not show that")
    host(new, "10.0.0.2", confidence="certain")
    (change,) = compare(old, new)
    assert change.text == "answers IKE now, to 10.0.0.9; the baseline does not show that"


def test_whom_a_scan_found_is_new_and_a_peer_that_scanned_before_was_answered() -> None:
    old, new = Tables(), Tables()
    host(new, "10.0.0.2", answered_peers=("203.0.113.5", "10.0.0.9"))
    scan(new, "203.0.113.5", "10.0.0.2")
    (change,) = compare(old, new)
    assert change.text == "answers IKE now, to 10.0.0.9 and 203.0.113.5 (a scanner); the baseline does not show that"
    scan(old, "203.0.113.5", "10.0.0.2")
    host(old, "10.0.0.2", answered_peers=("203.0.113.5", "10.0.0.9"))
    scan(new, "203.0.113.5", "10.0.0.2", outcome="failed")
    assert compare(old, new) == []


def test_nothing_is_said_to_be_lost_that_an_unread_capture_may_hold() -> None:
    old, new = Tables(), Tables()
    host(old, "10.0.0.1")
    agreed(old, "ENCR_AES_GCM_16")
    agreed(new, "ENCR_AES_GCM_16", outcome="failed")
    assert kinds(compare(old, new)) == [("outcome-changed", True), ("responder-not-seen", False)]
    not_seen, outcome = compare(old, new, unread=2)
    assert kinds([not_seen, outcome]) == [("responder-not-seen", False), ("outcome-changed", False)]
    assert not_seen.text.endswith("whether it does cannot be known: 2 captures were not read, or not to the end")
    assert outcome.text.startswith("established SAs in the baseline; in what was read now: failed. Whether")
    assert compare(old, new, unread=1)[0].text.endswith("1 capture was not read, or not to the end")
    host(new, "10.0.0.2")  # what is seen is new, whatever was not read
    assert kinds(compare(old, new, unread=2))[0] == ("responder-new", True)


def test_what_an_unread_part_of_the_baseline_may_hold_is_perhaps_not_new() -> None:
    new = sample()
    plain, perhaps = (compare(Tables(), new, 0, unread) for unread in (0, 3))
    assert [(c.kind, c.subject, c.drift) for c in plain] == [(c.kind, c.subject, c.drift) for c in perhaps]
    found = [c.text for c in perhaps if c.kind == "responder-new"]
    assert found
    assert all(
        text.endswith("cannot be known: of the baseline 3 captures were not read, or not to the end") for text in found
    )


def test_each_drift_names_what_is_new_and_the_first_frame_that_shows_it() -> None:
    old, new = Tables(), Tables()
    host(old, "10.0.0.1")
    host(new, "10.0.0.1", versions=(1, 2), modes=("ikev2", "main"), answered_peers=("10.0.0.7", "10.0.0.8", "10.0.0.9"))
    host(new, "10.0.0.2", answered_peers=("10.0.0.6", "10.0.0.7"))
    probe = {"initiator_ip": "10.0.0.7", "outcome": "probe"}
    said: tuple[dict[str, Any], ...] = (
        {"capture": "c.pcap", "first_frame": 1, "initiator_ip": "10.0.0.8", "outcome": "failed"},
        {"capture": "b.pcap", "first_frame": 9, "initiator_ip": "10.0.0.8", "outcome": "failed"},
        {"capture": "b.pcap", "first_frame": 5, "initiator_ip": "10.0.0.7", "ike_version": 1, "mode": "main"},
        {"capture": "a.pcap", "first_frame": 2, "initiator_ip": "10.0.0.7", "outcome": "unanswered"},
        {"capture": "d.pcap", "first_frame": 3, "responder_ip": "10.0.0.2", "initiator_ip": "10.0.0.6"},
        {"capture": "d.pcap", "first_frame": 7, "responder_ip": "10.0.0.2", **probe},
    )
    for row in said:
        base = {"ike_version": 2, "mode": "ikev2", "responder_ip": "10.0.0.1", "outcome": "established"}
        put(new, "negotiations", **base | row)
    found = {change.kind: change[4:] for change in compare(old, new)}
    assert found == {
        "version-new": (("1",), "b.pcap", 5),
        "mode-new": (("main",), "b.pcap", 5),
        "peer-new": (("10.0.0.7", "10.0.0.8"), "b.pcap", 5),
        "responder-new": (("10.0.0.6",), "d.pcap", 3),
    }
    assert compare(old, Tables())[0][4:] == ((), None, None)


def test_what_a_capture_has_a_part_of_is_no_drift() -> None:
    old, new = Tables(), Tables()
    host(old, "10.0.0.1")
    agreed(old, "AES")
    host(new, "10.0.0.1", modes=("ikev2", "unknown"))
    agreed(new, "AES", "incomplete")
    for unread in (0, 1):
        (change,) = compare(old, new, unread)
        assert (change.kind, change.drift, change.may_be_drift) == ("outcome-changed", False, False)
        assert change.text.endswith("now: incomplete, which does not prove that none is established")
    agreed(new, "AES", "failed")
    (change,) = compare(old, new)
    assert (change.drift, change.new) == (True, ("failed", "incomplete"))
    (change,) = compare(old, new, 1)
    assert (change.drift, change.may_be_drift) == (False, True)


def test_a_port_that_accepts_tcp_connections_now() -> None:
    old, new = Tables(), Tables()
    host(old, "10.0.0.1", transport="tcp", state="refused")
    host(new, "10.0.0.1", transport="tcp", state="open", capture="now.pcap", evidence_frames=(7,))
    (change,) = compare(old, new)
    assert (change.kind, change.drift, change.capture, change.frame_number) == ("tcp-open-new", True, "now.pcap", 7)
    assert change.text.endswith("the baseline refused them")
    assert compare(new, new) == compare(new, old) == []
    answers = Tables()
    host(answers, "10.0.0.1", transport="tcp", state="answered")
    assert compare(answers, new)[0].kind == "responder-not-seen"
    (change,) = compare(old, answers)
    assert change.text.endswith("the baseline shows that it was refused")


def test_what_did_not_answer_is_no_responder() -> None:
    new = Tables()
    for state in ("refused", "filtered", "unreachable", "unanswered"):
        host(new, f"10.0.0.{len(state)}", state=state)
    assert compare(Tables(), new) == []


def test_an_initiator_whose_sa_the_capture_begins_in_is_no_new_responder() -> None:
    old, new = Tables(), Tables()
    agreed(old, "AES")
    host(new, "10.0.0.9", versions=(1,), modes=("unknown",), answered_peers=("10.0.0.1",))
    assert compare(old, new) == []
    assert kinds(compare(Tables(), new)) == [("responder-new", True)]
    other = Tables()
    host(other, "10.0.0.9", versions=(1,), modes=("main",), answered_peers=("10.0.0.1",))
    assert kinds(compare(old, other)) == [("responder-new", True)]
