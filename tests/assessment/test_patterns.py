"""Every known pattern of failure, and what tells it: a diagnosis, a finding, or a column where it is no failure.

RECORDED are captures of real daemons, BUILT stories that nobody recorded. Where the wire cannot tell causes apart, all
of them are listed and the general one leads.
"""

from collections.abc import Callable
from functools import lru_cache

import pytest

import analyzer
from analyzer.negotiation.conclude.unused import doubt_unused
from analyzer.negotiation.seen import SeenIdentity, SeenNotify
from analyzer.tables.schema import SCHEMA
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, aggressive, diagnosed, healthy, icmp, ids, main_mode, sa1, sa2, story
from tests.fixtures.cases import case

# Pattern, recording, with keys, the diagnoses in order (...: and what follows)
RECORDED = [
    ("NO-REPLY-500", "ikev2-unreachable", False, ["no-response"]),
    ("ICMP-PORT-UNREACH", "ikev2-port-unreachable", False, ["port-unreachable", "no-response"]),
    ("ICMP-ADMIN", "ikev2-icmp-prohibited", False, ["icmp-filtered", ...]),
    ("ONE-WAY-CAPTURE", "ikev2-one-way", False, ["one-way-capture"]),
    ("4500-SILENT", "ikev2-udp-4500-blocked", False, ["udp-4500-blocked", "no-response"]),
    ("MTU-BLACKHOLE", "ikev2-ip-fragments-lost", False, ["path-mtu", "udp-4500-blocked", "no-response"]),
    ("CERT-SIZE", "ikev2-ip-fragments-lost", True, ["path-mtu", ...]),
    ("SKF-INCOMPLETE", "ikev2-fragment-lost", False, ["fragment-lost", ...]),
    ("WRONG-VERSION", "ikev2-to-v1-only-peer", False, ["ike-proposal-mismatch", "ike-version-mismatch"]),
    ("WRONG-VERSION", "ikev1-to-v2-only-peer", False, ["ike-proposal-mismatch", "ike-version-mismatch"]),
    ("NPC-IKE", "ikev2-no-proposal-ike", False, ["ike-proposal-mismatch", "ike-version-mismatch"]),
    ("NPC-V1-P1", "ikev1-no-proposal", False, ["ike-proposal-mismatch", "ike-version-mismatch"]),
    ("NPC-V1-P1", "ikev1-aggr-no-proposal", False, ["ike-proposal-mismatch", "ike-version-mismatch"]),
    ("NPC-CHILD", "ikev2-no-proposal-child", False, ["child-negotiation-failed", "child-proposal-mismatch", ...]),
    ("NPC-CHILD", "ikev2-no-proposal-child", True, ["child-proposal-mismatch"]),
    ("NPC-REKEY-PFS", "ikev2-rekey-pfs-mismatch", True, ["child-proposal-mismatch", "pfs-mismatch"]),
    (
        "NPC-REKEY-PFS",
        "ikev2-rekey-pfs-mismatch",
        False,
        ["child-negotiation-failed", "pfs-mismatch", "child-proposal-mismatch", "traffic-selector-mismatch"],
    ),
    (
        "QM-MISMATCH",
        "ikev1-quick-mismatch",
        False,
        ["child-negotiation-failed", "child-proposal-mismatch", "traffic-selector-mismatch", "pfs-mismatch"],
    ),
    ("QM-MISMATCH", "ikev1-quick-mismatch", True, ["child-proposal-mismatch", "pfs-mismatch"]),
    ("QM-PROXYID", "ikev1-quick-bad-ts", True, ["traffic-selector-mismatch"]),
    ("INVALID-KE-ONCE", "ikev2-invalid-ke", True, []),
    ("V1-MM-PSK", "ikev1-main-wrong-psk", False, ["psk-mismatch", "authentication-failed", "identity-rejected"]),
    ("V1-AGG-PSK", "ikev1-aggr-wrong-psk", False, ["psk-mismatch", "authentication-failed", "identity-rejected"]),
    ("V1-XAUTH-FAIL", "ikev1-main-xauth-badpass", False, ["xauth-failed"]),
    ("V2-AUTH-FAIL", "ikev2-auth-failed-psk", False, ["authentication-failed", "psk-mismatch", "identity-rejected"]),
    ("V2-ERR-65", "openiked-wrong-psk", False, ["authentication-failed", "psk-mismatch", "identity-rejected"]),
    ("V2-INIT-REJECTS", "ikev2-auth-rejected-by-initiator", False, ["authentication-failed", ...]),
    ("V2-EAP-FAIL", "ikev2-eap-mschapv2-badpass", False, ["eap-failed", "authentication-failed", ...]),
    ("V2-EAP-FAIL", "ikev2-eap-method-refused", True, ["eap-failed"]),
    ("CERT-CLOCK", "ikev2-cert-expired", True, ["authentication-failed", "certificate-rejected", ...]),
    ("INT-ADDR-FAIL", "ikev2-no-address", True, ["config-rejected"]),
    ("TS-UNACCEPTABLE", "ikev2-ts-unacceptable", True, ["traffic-selector-mismatch"]),
    ("REKEY-COLLISION", "ikev2-rekey-collision", False, ["rekey-collision"]),
    ("DUP-SIMUL", "ikev2-simultaneous", False, ["simultaneous-initiation"]),
    ("DPD-DEAD", "ikev2-dpd-dead-peer", False, ["peer-dead"]),
    ("DPD-DEAD-V1", "ikev1-dpd", False, ["peer-dead"]),
    ("PPK", "ikev2-ppk-unknown", False, ["initiator-stopped", ...]),
    ("LOAD-BALANCER", "ikev2-redirect", True, ["redirected"]),
]

# What no failure is made of, or what no single capture can show: where it stands all the same
ELSEWHERE = {
    "NAT-PORT-REMAP": ("negotiations", "paths"),
    "NAT-DETECTED": ("negotiations", "nat"),
    "MOBIKE": ("negotiations", "paths"),
    "HASHURL": ("exchanges", "round_trip_s"),  # slow answers: a time, no cause
    "NARROWED": ("child_sas", "responder_ts"),
    "DELETE-STORM": ("events", "event"),
    "DPD-VID-MISSING": ("vendor_ids", "name"),
    "UP-NO-DATA": ("child_sas", "esp_packets_to_initiator"),
    "UP-NO-ESP": ("child_sas", "esp_packets_to_initiator"),  # no traffic, or a firewall: the wire does not say
    "ESP-SEQ": ("esp_streams", "missing"),
    "SHA256-TRUNC": ("child_sas", "integrity"),  # truncation shows in what ESP carries, which is not looked into
}


@lru_cache(maxsize=1)
def told(name: str, keyed: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Diagnoses of the recording's first troubled negotiation, and their confidences."""
    fixture = case(name)
    rows = list(analyzer.read_pcap(fixture.capture, keys=fixture.keys if keyed else None).tables["diagnoses"].records())
    mine = [r for r in rows if r["negotiation"] == rows[0]["negotiation"]]
    return tuple(r["diagnosis"] for r in mine), tuple(r["confidence"] for r in mine)


@pytest.mark.parametrize(("pattern", "name", "keyed", "expected"), RECORDED)
def test_recordings_of_a_pattern(pattern: str, name: str, keyed: bool, expected: list) -> None:
    found, _ = told(name, keyed)
    if expected[-1:] == [...]:
        assert list(found[: len(expected) - 1]) == expected[:-1], pattern
    else:
        assert list(found) == expected, pattern


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ikev2-no-proposal-child", "ikev2-ts-unacceptable"),
        ("ikev1-quick-mismatch", "ikev1-quick-bad-ts"),
        ("ikev1-quick-mismatch", "ikev1-quick-pfs-mismatch"),
        ("ikev2-second-child-refused", "ikev2-second-child-ts"),
        ("ikev2-auth-failed-psk", "ikev2-auth-failed-idr"),
        ("ikev2-auth-failed-psk", "ikev2-auth-failed-idi"),
        ("ikev2-no-proposal-ike", "ikev2-to-v1-only-peer"),
    ],
)
def test_what_looks_the_same_is_told_the_same(one: str, other: str) -> None:
    """Without keys; and the general diagnosis, the surer one, leads its candidates."""
    assert told(one, False) == told(other, False)
    _, confidences = told(one, False)
    assert confidences[0] != "possible"
    assert set(confidences[1:]) == {"possible"}


def refused(notify: int, *, at: str = "IKE_SA_INIT", data: bytes = b"") -> Talk:
    talk = Talk(outcome="failed", failed_at=at, failed_by="responder").offer(sa2({"encr": [(12, 128)], "ke": [14]}))
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[(notify, data)])
    return talk


def phase1_refused(notify: int) -> Talk:
    talk = main_mode(messages=5, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, encrypted=False, notifies=[notify])
    return talk


def first_refused(notify: int) -> Talk:
    talk = Talk(version=1, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="responder")
    talk.offer(sa1((7, 2, 1, 14, 128))).say("IDENTITY_PROTECTION")
    talk.say("INFORMATIONAL", by="r", begun_by="r", message_id=9, encrypted=False, notifies=[notify])
    return talk


def child_refused(notify: int) -> Talk:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(notify, b"", True)])
    return talk.child(outcome="failed", created_by="CREATE_CHILD_SA", frame_number=5, response_frame=6)


def silent(talk: Talk, exchange: str, **step) -> Talk:
    for again in (False, True, True):
        talk.say(exchange, again=again, after=4, **step)
    return talk


def main_mode_silent(transport: str) -> Talk:
    talk = main_mode(messages=4, outcome="failed", failed_at="IDENTITY_PROTECTION", failed_by="none")
    talk.transport = transport
    return silent(talk, "IDENTITY_PROTECTION", encrypted=True, length=108)


def too_large(exchange: str, **fields) -> Talk:
    talk = Talk(**{"failed_by": "none", **fields}).ike_sa_init()
    talk.choose(2, encryption_id=20, key_bits=256, prf_id=5, ke_id=19)
    return silent(talk, exchange, message_id=1, length=1900)


def mtu_reported() -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="none").ike_sa_init()
    silent(talk, "IKE_AUTH", message_id=1, length=800)
    talk.n.icmp_errors.append(icmp("fragmentation-needed", reporter="192.0.2.1", mtu=576))
    return talk


def ended_at_once() -> Talk:
    talk = main_mode(outcome="established")
    talk.say("INFORMATIONAL", message_id=9, after=0.01)
    doubt_unused(talk.n, {}, None)
    return talk


def unknown_group() -> list[Talk]:
    talk = Talk(version=1, mode="aggressive", outcome="unanswered", failed_at="AGGRESSIVE", failed_by="none")
    silent(talk, "AGGRESSIVE", payloads=(1, 4, 10, 5))
    other = aggressive(2)
    for each, name in ((talk, "sales"), (other, "staff")):
        each.n.identities.append(SeenIdentity(1, True, 11, name))
    return [talk, other]


def rounds(notify: int, times: int) -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="none").offer(sa2({"ke": [14, 19]}))
    for k in range(times):
        talk.say("IKE_SA_INIT", message_id=k)
        talk.say("IKE_SA_INIT", by="r", message_id=k, notifies=[(notify, b"\x00\x13")])
    return talk


def quick_mode_silent() -> Talk:
    talk = main_mode(outcome="established", failed_at="QUICK_MODE", failed_by="none")
    silent(talk, "QUICK_MODE", message_id=9)
    return talk.child(created_by="QUICK_MODE", outcome="failed", frame_number=7)


def flapping() -> list[Talk]:
    return [healthy(k + 1, 10 * k + 1, at=2 * k) for k in range(8)]


def with_error(notify: int, **fields) -> Talk:
    talk = healthy(**fields)
    talk.say("INFORMATIONAL", message_id=2)
    talk.say("INFORMATIONAL", by="r", message_id=2, encrypted=False, notifies=[notify])
    return talk


def busy() -> Talk:
    talk = healthy()
    talk.say("CREATE_CHILD_SA", message_id=2)
    talk.say("CREATE_CHILD_SA", by="r", message_id=2, notifies=[(43, b"", True)])
    return talk


def behind_a_nat() -> Talk:
    talk = healthy(nat="initiator")
    talk.say("INFORMATIONAL", message_id=2, length=57, after=90)
    for k in range(4):
        talk.say("INFORMATIONAL", message_id=2, length=57, again=True, after=2.0**k)
    return talk


def with_ppk() -> Talk:
    talk = Talk(outcome="failed", failed_at="IKE_AUTH", failed_by="responder").ike_sa_init()
    return talk.change(1, notifies=(SeenNotify(16435, 0, b"", False),)).ike_auth(answer=65)


def over_tcp() -> list[Talk]:
    udp = Talk(outcome="unanswered", failed_at="IKE_SA_INIT", failed_by="none")
    silent(udp, "IKE_SA_INIT")
    tcp = Talk(number=2, frame=40, at=30, outcome="established")
    tcp.transport = "tcp"
    return [udp, tcp.ike_sa_init().ike_auth()]


Story = Callable[[], "Talk | list[Talk]"]


# Pattern, story, the diagnoses in order, words of the first one's detail
def ike_rekey_refused() -> Talk:
    talk = healthy(failed_at="CREATE_CHILD_SA", failed_by="responder")
    asked = talk.say("CREATE_CHILD_SA", message_id=2, length=257, after=2880).frame_number
    answer = talk.say("CREATE_CHILD_SA", by="r", message_id=2, length=65).frame_number
    child = {"created_by": "CREATE_CHILD_SA", "basis": "inferred", "outcome": "failed"}
    talk.child(**child, frame_number=asked, response_frame=answer)
    talk.say("INFORMATIONAL", message_id=3, length=65)
    talk.say("INFORMATIONAL", by="r", message_id=3, length=57)
    return talk


BUILT: list[tuple[str, Story, list, str]] = [
    ("IKE-REKEY-REFUSED", ike_rekey_refused, ["ike-rekey-refused", ...], "deletes the IKE SA"),
    ("ICMP-FRAG-NEEDED", mtu_reported, ["path-mtu", ...], "at most 576 bytes"),
    ("V1-4500-SILENT", lambda: main_mode_silent("udp-4500"), ["udp-4500-blocked", "no-response", ...], "never on 4500"),
    (
        "V1-MM5-SILENT",
        lambda: main_mode_silent("udp"),
        ["no-response", "authentication-failed", "psk-mismatch"],
        "had answered before",
    ),
    (
        "V1-MM6-THEN-DELETE",
        ended_at_once,
        ["authentication-failed", "identity-rejected"],
        "0.01 s after the responder's proof",
    ),
    ("V1-AGG-SILENT", unknown_group, ["no-response", "identity-rejected"], "no answer"),
    ("V1-ATTR", lambda: first_refused(13), ["ike-proposal-mismatch"], "ATTRIBUTES-NOT-SUPPORTED"),
    ("V1-ATTR", lambda: first_refused(15), ["ike-proposal-mismatch"], "BAD-PROPOSAL-SYNTAX"),
    ("V1-HASH", lambda: phase1_refused(23), [..., "authentication-failed", ...], ""),
    ("V1-HASH", lambda: phase1_refused(24), [..., "authentication-failed", ...], ""),
    ("V1-ID", lambda: phase1_refused(18), ["identity-rejected"], "INVALID-ID-INFORMATION"),
    ("GENERAL-V1-INFO-CLEAR", lambda: first_refused(29), ["message-rejected"], "UNSUPPORTED-EXCHANGE-TYPE"),
    ("INVALID-KE-PINGPONG", lambda: rounds(17, 3), ["ke-group-mismatch", ...], "INVALID_KE_PAYLOAD 3 times"),
    ("COOKIE-LOOP", lambda: rounds(16390, 3), ["cookie-loop", ...], "COOKIE asked for 3 times"),
    ("FAILED-CP", lambda: child_refused(37), ["config-rejected"], "FAILED_CP_REQUIRED"),
    ("SINGLE-PAIR", lambda: child_refused(34), ["traffic-selector-mismatch"], "SINGLE_PAIR_REQUIRED"),
    ("NO-ADDITIONAL-SAS", lambda: child_refused(35), ["child-negotiation-failed"], "NO_ADDITIONAL_SAS"),
    ("TEMP-FAILURE", busy, ["rekey-collision"], "TEMPORARY_FAILURE"),
    (
        "QM-PROXYID",
        quick_mode_silent,
        ["child-negotiation-failed", "peer-dead", "child-proposal-mismatch", "traffic-selector-mismatch"],
        "not answered",
    ),
    ("REKEY-FLAP", flapping, ["sa-flapping"], "one after the other"),
    ("INVALID-SPI", lambda: with_error(11), ["peer-restarted"], "INVALID_SPI"),
    ("INVALID-SPI", lambda: with_error(4), ["peer-restarted"], "INVALID_IKE_SPI"),
    ("IDLE-NAT", behind_a_nat, ["peer-dead"], "long enough"),
    ("CRITICAL", lambda: refused(1), ["message-rejected"], "UNSUPPORTED_CRITICAL_PAYLOAD"),
    ("INVALID-MAJOR", lambda: refused(5), ["ike-version-mismatch"], "INVALID_MAJOR_VERSION"),
    ("INVALID-SYNTAX", lambda: refused(7), ["message-rejected"], "INVALID_SYNTAX"),
    ("INVALID-MSGID", lambda: refused(9), ["message-rejected"], "INVALID_MESSAGE_ID"),
    ("PPK", with_ppk, ["authentication-failed", ...], "Only the initiator announces a post-quantum"),
    (
        "PQ-FRAG",
        lambda: too_large("IKE_INTERMEDIATE", outcome="incomplete", failed_by=None),
        ["path-mtu", ...],
        "1900 bytes",
    ),
    ("TCP-FALLBACK", over_tcp, ["no-response"], "came through over TCP"),
]


@pytest.mark.parametrize(("pattern", "make", "expected", "words"), BUILT, ids=[row[0] for row in BUILT])
def test_stories_of_a_pattern(pattern: str, make: Story, expected: list, words: str) -> None:
    talks = make()
    made = diagnosed(*(talks if isinstance(talks, list) else [talks]))
    found = ids(made)
    if expected[0] is ...:
        assert expected[1] in found, pattern
    elif expected[-1] is ...:
        assert found[: len(expected) - 1] == expected[:-1], pattern
    else:
        assert found == expected, pattern
    assert words in made[0].detail


def test_lifetimes_that_differ_are_a_finding_and_no_failure() -> None:
    talk = main_mode(outcome="established").choose(2, encryption_id=7, ke_id=14, auth_method=1, lifetime_s=60)
    result = assess(story(talk))
    assert "lifetime-differs" in {f.finding for f in result.findings}
    assert not result.diagnoses


@pytest.mark.parametrize("pattern", ELSEWHERE)
def test_what_is_no_failure_has_a_column(pattern: str) -> None:
    table, column = ELSEWHERE[pattern]
    assert column in SCHEMA[table].names


def test_every_pattern_is_told_somewhere() -> None:
    patterns = {row[0] for row in RECORDED} | {row[0] for row in BUILT} | ELSEWHERE.keys() | {"LIFETIME-MISMATCH"}
    assert len(patterns) == 69
