import dataclasses
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.assessment import Asked
from analyzer.assessment.judge import rank
from analyzer.assessment.model import Diagnosis
from analyzer.assessment.ranking import place
from analyzer.capture import open_capture
from analyzer.capture.datagram import Datagram
from analyzer.decryption.keyfile import load_keys
from analyzer.errors import PolicyError
from analyzer.isakmp import decode
from analyzer.negotiation.conclude.unread import Unread
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.seen import Suite
from analyzer.negotiation.story import Story
from analyzer.negotiation.tracker import Tracker
from analyzer.reading.heard import gaps_of
from analyzer.vocabulary import CONFIDENCES, SEVERITIES
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, diagnosed, healthy, icmp, ids, main_mode, sa1, sa2, story
from tests.conftest import FIXTURES, ROOT, SHARED, captures_in
from tests.negotiation import build as tracked
from tests.work import lines_by_code


def read(path: Path, keys: Path | None = None) -> Story:
    reader = open_capture(str(path))
    tracker = Tracker(str(path), load_keys(str(keys)) if keys else None)
    tracker.watch(reader.points)
    for item in reader:
        if isinstance(item, Datagram):
            tracker.feed(item, decode(item.payload, item.missing))
        else:
            tracker.icmp(item)
    times = reader.info.first_time, reader.info.last_time
    return tracker.finish(reader.flows, reader.streams, *times, gaps_of(reader, Unread()))


def test_a_healthy_sa_has_nothing_to_find_and_nothing_to_explain() -> None:
    result = assess(story(healthy()))
    assert result.findings == []
    assert result.diagnoses == {}


def test_findings_come_by_negotiation_and_weight() -> None:
    weak = healthy(2, 20)
    weak.choose(21, encryption_id=2, prf_id=2, integrity_id=1, ke_id=2)
    other = main_mode(1, 1, outcome="established")
    severities = [(f.negotiation, f.severity) for f in assess(story(other, weak)).findings]
    assert severities[0] == (1, "medium")
    assert [s for n, s in severities if n == 2] == ["critical", "high", "high", "medium", "medium", "low"]


def test_unknown_policy() -> None:
    with pytest.raises(PolicyError):
        assess(story(), "no-such-policy")


def test_the_empty_story() -> None:
    result = assess(story())
    assert (result.findings, result.diagnoses, result.responders, result.implementations) == ([], {}, [], {})


def test_ranking() -> None:
    def made(name: str, confidence: str, word: str = "") -> Diagnosis:
        return Diagnosis(name, "x", place(name, word), confidence, (), "", "", "")

    ranked = rank(
        [
            made("rekey-collision", "certain"),
            made("port-unreachable", "possible"),
            made("authentication-failed", "likely"),
            made("udp-4500-blocked", "likely", "reported"),
            made("psk-mismatch", "likely"),
            made("initiator-stopped", "certain"),
        ]
    )
    assert [(d.rank, d.diagnosis) for d in ranked] == [
        (1, "initiator-stopped"),
        (2, "psk-mismatch"),
        (3, "authentication-failed"),
        (4, "udp-4500-blocked"),
        (5, "port-unreachable"),
        (6, "rekey-collision"),
    ]


def test_same_story_same_words() -> None:
    weak = healthy()
    weak.choose(2, encryption_id=2, prf_id=1, integrity_id=1, ke_id=1)
    first, second = assess(story(weak)), assess(story(weak))
    assert dataclasses.asdict(first) == dataclasses.asdict(second)


# -- real captures

CASES = [p for folder in sorted(FIXTURES.glob("*")) for p in captures_in(folder)[:1]] if FIXTURES.is_dir() else []


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.parent.name)
@pytest.mark.parametrize("keyed", [False, True], ids=["plain", "keys"])
def test_fixtures_are_explained_as_expected(path: Path, keyed: bool) -> None:
    import tomllib

    expected = tomllib.loads((path.parent / "case.toml").read_text())["expect"]
    keys = path.parent / "capture.keys"
    if keyed and not keys.exists():
        pytest.skip("no keys")
    told = read(path, keys if keyed else None)
    result = assess(told)
    mine = _the_one(told, expected, result.diagnoses)
    made = ids(result.diagnoses.get(mine.number, [])) if mine else []
    wanted = (expected.get("keyed_diagnosis") if keyed else None) or expected.get("diagnosis")
    if wanted:
        assert made
        assert made[0] in wanted
    elif expected.get("healthy"):
        notes = {"simultaneous-initiation", "rekey-collision", "capture-starts-late", "sa-flapping"}
        spis = {sa["initiator_spi"] for sa in expected.get("ike_sas", [])}
        for n in told.negotiations:
            if n.initiator_spi in spis and n.unused_end is None:  # by a script that ended it: looks like a refusal
                assert set(ids(result.diagnoses.get(n.number, []))) <= notes


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.parent.name)
def test_findings_and_diagnoses_do_not_need_each_other(path: Path) -> None:
    told = read(path)
    both = assess(told)
    assert assess(told, asked=Asked(diagnoses=False)) == dataclasses.replace(both, diagnoses={})
    assert assess(told, asked=Asked(findings=False)) == dataclasses.replace(both, findings=[])


@pytest.mark.parametrize(("findings", "most"), [(False, 105), (True, 116)])
def test_a_further_message_of_an_sa_that_is_up_costs_few_lines(findings: bool, most: int) -> None:
    """Verdict, lives and all checks or diagnoses together: a new pass over an SA's exchanges or messages shows here."""

    def work(messages: int) -> int:
        talk = tracked.Talk()
        tracked.established(talk)
        for mid in range(2, 2 + messages // 2):
            talk.say(tracked.sealed(tracked.INFORMATIONAL, 80, mid=mid))
            talk.answer(tracked.sealed(tracked.INFORMATIONAL, 80, initiator=False, response=True, mid=mid))

        def judged() -> None:
            assess(talk.story(100), asked=Asked(findings=findings, diagnoses=not findings))

        return lines_by_code(judged, ROOT / "analyzer").total()

    work(4)  # what is remembered from then on
    assert (work(160) - work(80)) / 80 < most


def _the_one(told: Story, expected: dict, diagnoses: dict) -> Negotiation | None:
    """The negotiation that the expectation is about: the daemon's one SA, else the first with a diagnosis."""
    spis = [sa["initiator_spi"] for sa in expected.get("ike_sas", [])]
    if len(spis) == 1:
        return next((n for n in told.negotiations if n.initiator_spi == spis[0]), None)
    return next((n for n in told.negotiations if n.number in diagnoses), None)


@pytest.mark.parametrize("policy", ["bsi", "cnsa2", "disa-vpn", "anssi-dr", "ncsc-uk"])
def test_any_policy_over_any_fixture(policy: str) -> None:
    for path in CASES[::6]:
        for finding in assess(read(path), policy).findings:
            assert finding.policy in (policy, None)
            assert (finding.clause is None) == (finding.policy is None)
            assert finding.evidence_frames == tuple(sorted(finding.evidence_frames))


def test_public_captures_never_raise() -> None:
    folder = SHARED / "public"
    if not folder.is_dir():
        pytest.skip("no collection of captures beside the checkout")
    for path in captures_in(folder):
        assess(read(path))


# -- cost


def test_cost_is_linear_in_negotiations() -> None:
    def crowd(size: int) -> Story:
        weak = sa2({"encr": [3, (12, 128)], "prf": [2], "integ": [2], "ke": [2, 14]})
        talks = []
        for k in range(size):
            talk = healthy(k + 1, 4 * k + 1, at=k / 100, outcome="failed" if k % 3 else "established")
            talk.n.offers.clear()
            talks.append(talk.offer(weak, 4 * k + 1))
        return story(*talks)

    def calls(size: int) -> int:
        told, count = crowd(size), 0

        def profile(frame: object, event: str, arg: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(profile)
        try:
            assess(told)
        finally:
            sys.setprofile(None)
        return count

    calls(10)  # fill the caches of the registries
    small, large = calls(200), calls(1600)
    assert large < 9 * small, (small, large)  # all between the same two hosts; quadratic would be 64 times


def test_hostile_offers_and_names_are_only_data() -> None:
    talk = Talk(outcome="failed", failed_at="IKE_SA_INIT", failed_by="responder", initiator="<script>", responder="'")
    talk.offer(sa2({"encr": list(range(3000)), "ke": list(range(3000))}))
    talk.say("IKE_SA_INIT")
    talk.say("IKE_SA_INIT", by="r", notifies=[14])
    (first, *_) = diagnosed(talk)
    assert first.diagnosis == "ike-proposal-mismatch"
    assert len(first.detail) < 1000
    assert assess(story(talk)).responders[0].answered_peers == ("<script>",)


# -- anything at all

OUTCOMES = ["established", "failed", "unanswered", "incomplete", "redirected", "probe"]
EXCHANGES = {
    1: ["IDENTITY_PROTECTION", "AGGRESSIVE", "BASE", "QUICK_MODE", "INFORMATIONAL", "TRANSACTION", "EXCHANGE_250"],
    2: ["IKE_SA_INIT", "IKE_AUTH", "CREATE_CHILD_SA", "INFORMATIONAL", "IKE_INTERMEDIATE", "EXCHANGE_250"],
}
NUMBERS = st.integers(min_value=0, max_value=65535) | st.sampled_from([1, 2, 3, 5, 7, 12, 14, 20, 65001])
NOTIFIES = st.tuples(
    st.sampled_from([4, 5, 7, 11, 14, 16, 17, 18, 22, 24, 36, 38, 43, 16384, 16390, 16407, 16431, 40000]),
    st.binary(max_size=12),
    st.booleans(),
)


@st.composite
def talks(draw: st.DrawFn, number: int) -> Talk:
    version = draw(st.sampled_from([1, 2, 2]))
    names = EXCHANGES[version]
    maybe = st.none() | st.sampled_from(names)
    talk = Talk(
        version=version,
        mode=draw(st.sampled_from(["main", "aggressive", "base", "unknown"])) if version == 1 else "ikev2",
        number=number,
        frame=number * 1000,
        at=draw(st.floats(min_value=0, max_value=100)),
        outcome=draw(st.sampled_from(OUTCOMES)),
        failed_at=draw(maybe),
        failed_by=draw(st.sampled_from([None, "none", "initiator", "responder"])),
        failure=draw(st.sampled_from([None, "no answer", "COOKIE", "INVALID_KE_PAYLOAD"])),
        outcome_confidence=draw(st.sampled_from(["certain", "likely", "possible"])),
        starts_late=draw(st.booleans()),
        decrypted=draw(st.booleans()),
        rekeyed_from=draw(st.none() | st.just(99)),
        auth_method_initiator=draw(st.none() | st.integers(0, 20)),
    )
    if draw(st.booleans()):
        talk.n.initiator_ip, talk.n.responder_ip = talk.n.responder_ip, talk.n.initiator_ip
    if draw(st.booleans()):
        suite = {
            name: draw(st.none() | NUMBERS)
            for name in ("encryption_id", "key_bits", "integrity_id", "prf_id", "ke_id", "auth_method", "lifetime_s")
        }
        talk.choose(number * 1000 + 1, **suite)
    for _ in range(draw(st.integers(0, 2))):
        ids = draw(st.lists(NUMBERS, max_size=3))
        sa = (
            sa2({"encr": ids, "prf": ids, "integ": ids, "ke": ids})
            if version == 2
            else sa1(*((i, i, i, i) for i in ids))
        )
        talk.offer(sa, number * 1000, from_initiator=draw(st.booleans()), child=draw(st.none() | st.just(1)))
    for _ in range(draw(st.integers(1, 8))):
        repeat = draw(st.booleans()) and bool(talk.n.exchanges)
        side = draw(st.sampled_from("ir"))
        name, message_id, begun_by = draw(st.sampled_from(names)), draw(st.integers(0, 3)), draw(st.sampled_from("ir"))
        exchange = talk.exchange(name, message_id, begun_by == "i")
        again = repeat and any(s.from_initiator == (side == "i") and not s.retransmission_of for s in exchange.steps)
        talk.say(
            name,
            by=side,
            message_id=message_id,
            begun_by=begun_by,
            after=draw(st.floats(min_value=0, max_value=5)),
            length=draw(st.integers(0, 3000)),
            encrypted=draw(st.booleans()),
            notifies=draw(st.lists(NOTIFIES, max_size=2)),
            payloads=tuple(draw(st.lists(st.integers(0, 60), max_size=5))),
            again=again,
            fragment=draw(st.none() | st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5))),
            vendor_ids=tuple(draw(st.lists(st.binary(max_size=20), max_size=2))),
            key_exchanges=tuple(draw(st.lists(st.tuples(st.none() | NUMBERS, NUMBERS), max_size=2))),
        )
    if draw(st.booleans()):
        talk.child(
            outcome=draw(st.sampled_from(["established", "failed", "unknown"])),
            created_by=draw(st.sampled_from(names)),
            protocol=draw(st.sampled_from([None, "ESP", "AH", "IPCOMP"])),
            suite=Suite(encryption_id=draw(st.none() | NUMBERS), integrity_id=draw(st.none() | NUMBERS)),
        )
    for kind in draw(
        st.lists(st.sampled_from(["port-unreachable", "admin-prohibited", "fragmentation-needed"]), max_size=2)
    ):
        talk.n.icmp_errors.append(icmp(kind))
    return talk


@given(st.tuples(talks(1), talks(2)), st.sampled_from(["ietf", "cnsa2", "anssi-dr", "disa-vpn"]))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_story_is_judged_in_full_sentences(pair: tuple[Talk, Talk], policy: str) -> None:
    told = story(*pair)
    result = assess(told, policy)
    for finding in result.findings:
        assert finding.severity in SEVERITIES
        assert finding.confidence in CONFIDENCES
        assert finding.subject
        assert finding.detail.endswith((".", ".)"))
        assert finding.evidence_frames
    for diagnoses in result.diagnoses.values():
        assert [d.rank for d in diagnoses] == list(range(1, len(diagnoses) + 1))
        assert len(set(ids(diagnoses))) == len(diagnoses)
        for diagnosis in diagnoses:
            assert diagnosis.confidence in CONFIDENCES
            assert diagnosis.detail.endswith(".")
            assert diagnosis.advice.endswith(".")
            assert diagnosis.evidence_frames == tuple(sorted(set(diagnosis.evidence_frames)))
            assert diagnosis.evidence_frames
    assert assess(told, policy) == result


def test_the_first_cause_says_how_often_the_initiator_began_again() -> None:
    def refused(number: int, at: float) -> Talk:
        talk = Talk(
            number=number, frame=10 * number, at=at, outcome="failed", failed_at="IKE_AUTH", failed_by="responder"
        )
        return talk.ike_sa_init().ike_auth(answer=65)

    talks = [refused(k + 1, 60.0 * k) for k in range(4)]
    first, *others = diagnosed(*talks, number=2)
    assert first.detail.endswith(" The initiator starts over: 4 such negotiations, again every 60 s.")
    assert not any("starts over" in d.detail for d in others)
    assert "starts over" not in diagnosed(talks[0])[0].detail
    for talk in talks:  # of an SA from before the capture nobody saw the beginning
        talk.n.outcome, talk.n.starts_late = "incomplete", True
    assert "starts over" not in diagnosed(*talks, number=2)[0].detail
