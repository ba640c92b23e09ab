"""Tables fill themselves: only the wanted columns, and only what these need is worked out."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import Analysis
from analyzer.assessment import Asked, Assessment, Judging
from analyzer.negotiation.follow.log import StepLog
from analyzer.negotiation.life import Lives
from analyzer.negotiation.model import Exchange
from analyzer.negotiation.read import ikev1, ikev2
from analyzer.negotiation.story import Story
from analyzer.tables import build
from analyzer.tables.columns import child_sas, exchanges, negotiations
from analyzer.tables.kinds import STR, Column
from analyzer.tables.schema import SCHEMA
from analyzer.tables.store import Tables
from benchmarks.make_capture import make_capture
from tests.fixtures.cases import Case, case, cases
from tests.negotiation.build import Talk, established
from tests.tables.made import filled, read, run_of

AT_THE_END = [name for name, schema in SCHEMA.items() if schema.rows is not None]
_NOTHING = Asked(findings=False, diagnoses=False, verdicts=False, implementations=False, responders=False)
ALONE = ["ikev2-rekey", "ikev1-main-psk-pfs", "ikev2-natt-data", "ikev2-unreachable", "noise-on-ike-ports"]


def test_what_is_not_wanted_is_not_filled() -> None:
    one = case("ikev2-psk-gcm")
    analysis = Analysis(wanted={"messages": None})
    analysis.add(one.capture)
    assert len(analysis.tables["messages"]) == 6
    assert not any(len(analysis.tables[name]) for name in AT_THE_END)


@pytest.mark.parametrize("one", [one for one in cases() if one.name in ALONE], ids=str)
def test_a_column_alone_holds_what_it_holds_among_all(one: Case) -> None:
    """What a column needs is not left to another column."""
    whole = Analysis(keys=one.keys)
    whole.add(one.capture)
    for name in AT_THE_END:
        for column in SCHEMA[name].usual or SCHEMA[name].names:
            alone = Analysis(keys=one.keys, wanted={name: [column]})
            alone.add(one.capture)
            assert alone.tables[name].column(column) == whole.tables[name].column(column), (name, column)


@pytest.mark.sweep
@pytest.mark.parametrize("one", cases(), ids=str)
def test_rows_of_messages_need_nothing_of_what_negotiations_keep(one: Case) -> None:
    """Where each message belongs takes none of the offers, identities and hashes that the negotiations keep."""
    whole = Analysis(keys=one.keys)
    whole.add(one.capture)
    for name in ("messages", "payloads", "transforms", "notifications", "ke_values"):
        alone = Analysis(keys=one.keys, wanted={name: None})
        alone.add(one.capture)
        assert list(alone.tables[name].rows()) == list(whole.tables[name].rows()), name


@pytest.mark.parametrize("one", [one for one in cases() if one.name in ALONE], ids=str)
def test_what_negotiations_keep_is_not_taken_in_for_messages(one: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Counter[str]()
    for version in (ikev1, ikev2):
        for name in ("Offer", "SeenIdentity", "detect_nat"):
            counted = partial(lambda n, do, *args: (kept.update([n]), do(*args))[1], name, getattr(version, name))
            monkeypatch.setattr(version, name, counted)
    Analysis(wanted={"messages": None}).add(one.capture)
    assert not kept
    Analysis(wanted={"negotiations": ["nat"]}).add(one.capture)
    assert kept["Offer"] or one.name == "noise-on-ike-ports"


class Calls(Counter[str]):
    """How often functions were called that take long."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        for module, names in (
            (negotiations, ("span_of", "paths", "offered_s", "interval_of", "own_identity", "asked_identity")),
            (child_sas, ("pfs_of", "offered_s")),
            (exchanges, ("courses", "windows", "gaps", "timing")),
        ):
            for name in names:
                monkeypatch.setattr(module, name, self.counted(name, getattr(module, name)))
        life = Lives.__dict__["life"].func
        monkeypatch.setattr(Lives, "life", property(self.counted("life", life)))

    def counted(self, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self[name] += 1
            return do(*args, **named)

        return call


@pytest.mark.parametrize(
    ("table", "columns", "needed"),
    [
        ("negotiations", ["negotiation", "outcome", "failure", "encryption", "child_sas"], {}),
        ("negotiations", ["messages", "first_frame", "duration_s", "retransmissions"], {"span_of": 1}),
        ("negotiations", ["outcome", "diagnosis"], {"assess": 1}),
        ("negotiations", ["replaced_by"], {"life": 1}),
        ("negotiations", ["paths", "lifetimes_offered_s"], {"paths": 1, "offered_s": 1}),
        ("child_sas", ["child", "outcome", "encryption"], {}),
        ("child_sas", ["pfs", "pfs_basis"], {"pfs_of": 1}),
        ("child_sas", ["lifetimes_offered_s"], {"offered_s": 1}),
        ("exchanges", ["exchange", "state"], {"courses": 1}),
        ("exchanges", ["window"], {"courses": 1, "windows": 1}),
        ("exchanges", ["missing"], {"courses": 1, "gaps": 1}),
        ("exchanges", ["copies", "backoff"], {"courses": 1, "timing": 2}),
        ("diagnoses", ["diagnosis"], {"assess": 1}),
        ("floods", ["kind"], {}),
    ],
)
def test_only_what_wanted_columns_need_is_worked_out(
    monkeypatch: pytest.MonkeyPatch, table: str, columns: Sequence[str], needed: dict[str, int]
) -> None:
    talk = Talk()
    established(talk)
    run = run_of(talk.story(10))
    calls = Calls(monkeypatch)
    run.judge = calls.counted("assess", Assessment)
    filled(run, [table], {table: columns})
    assert dict(calls) == needed


def test_an_export_of_a_few_columns_judges_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls(monkeypatch)
    monkeypatch.setattr("analyzer.assessment.Judging", calls.counted("assess", Judging))
    for columns, judged in ((["negotiation", "outcome"], 0), (["diagnosis"], 1)):
        analysis = Analysis(wanted={"negotiations": columns})
        analysis.add(case("ikev2-unreachable").capture)
        assert len(analysis.tables["negotiations"]) == 1
        assert calls["assess"] == judged


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ({"findings": None}, _NOTHING._replace(findings=True)),
        ({"negotiations": None}, _NOTHING._replace(diagnoses=True, implementations=True)),
        ({"negotiations": ["diagnosis"]}, _NOTHING._replace(diagnoses=True)),
        (
            {"diagnoses": ["negotiation"], "responders": None},
            _NOTHING._replace(diagnoses=True, responders=True, implementations=True),
        ),
        ({"responders": ["ip"]}, _NOTHING._replace(responders=True)),
        ({"negotiations": ["responder_implementation"]}, _NOTHING._replace(implementations=True)),
        ({"verdicts": ["verdict"]}, _NOTHING._replace(verdicts=True)),
        (None, Asked()),
    ],
)
def test_checks_and_diagnoses_are_asked_for_the_tables_that_show_them(
    monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Sequence[str] | None] | None, asked: Asked
) -> None:
    given: list[Asked] = []

    def judge(*args: Any, **named: Any) -> Judging:
        given.append(named["asked"])
        return Judging(*args, **named)

    monkeypatch.setattr("analyzer.assessment.Judging", judge)
    Analysis(wanted=wanted).add(case("ikev2-unreachable").capture)
    assert given == [asked]


@pytest.mark.parametrize("table", ["negotiations", "findings", None])
def test_an_sa_is_read_from_the_log_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, table: str | None) -> None:
    """By verdict, lives, judgement and tables together. While messages arrive some are read once more."""
    calls: Counter[str] = Counter()

    def counted(owner: type, name: str) -> None:
        do = getattr(owner, name)

        def call(*args: Any) -> Any:
            calls[name] += 1
            return do(*args)

        monkeypatch.setattr(owner, name, call)

    make_capture(tmp_path / "ike.pcap", "ike", 1500)
    analysis = Analysis(wanted={"messages": ["frame_number"], "exchanges": ["exchange"]})
    analysis.add(tmp_path / "ike.pcap")
    messages, begun = len(analysis.tables["messages"]), len(analysis.tables["exchanges"])
    for name in ("_read", "rows", "row"):
        counted(StepLog, name)
    counted(Exchange, "__init__")
    settle, before = StepLog.settle, Counter[str]()
    monkeypatch.setattr(StepLog, "settle", lambda log: (before.update(calls), calls.clear(), settle(log)))
    Analysis(wanted=None if table is None else {table: None}).add(tmp_path / "ike.pcap")
    assert calls == {"_read": messages, "__init__": begun, "rows": begun, "row": 2 * begun}
    assert before["_read"] < messages / 4
    assert before["__init__"] < begun / 4


def test_sas_beyond_the_bound_are_read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Some are kept, and whether an SA is or not, tables say the same."""
    make_capture(tmp_path / "ike.pcap", "ike", 1500)
    stories: list[Story] = []
    found, pack = [], Story.pack
    monkeypatch.setattr(Story, "pack", lambda story: (stories.append(story), pack(story)))
    for bound in (1 << 16, 300, 0):
        monkeypatch.setattr("analyzer.negotiation.follow.log._KEPT", bound)
        analysis = Analysis()
        analysis.add(tmp_path / "ike.pcap")
        found.append({name: list(table.records()) for name, table in analysis.tables.items()})
    whole, part, none = ({n.kept is not None for n in story.negotiations} for story in stories)
    assert (whole, part, none) == ({True}, {True, False}, {False})
    assert found[0] == found[1] == found[2]


def test_one_line_adds_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is filled, it has its place in rows and frames, and nobody else has to know of it."""
    table = SCHEMA["negotiations"]
    new = Column[Any]("ends", STR, "Both ends in short.", lambda r: f"{r.n.initiator_ip} {r.n.responder_ip}")
    monkeypatch.setattr(negotiations, "NEGOTIATIONS", replace(table, columns=(*table.columns, new)))
    (row,) = read("ikev2-psk-gcm").tables["negotiations"].records()
    assert list(row)[-1] == "ends"
    assert row["ends"] == f"{row['initiator_ip']} {row['responder_ip']}"
    assert list(read("ikev2-psk-gcm").negotiations["ends"]) == [row["ends"]]


def test_numbers_go_on_behind_the_rows_of_captures_before() -> None:
    talk = Talk()
    established(talk)
    run, tables = run_of(talk.story(10)), Tables()
    for before in (0, 1):
        build.finish(tables, ["negotiations"], run)
        assert run.before["negotiations"] == before


def test_a_capture_that_could_not_be_judged_has_no_row() -> None:
    talk, tables = Talk(), Tables()
    established(talk)
    run = run_of(talk.story(10))
    run.judge = lambda: Assessment(announced={1: 1 // 0})
    with pytest.raises(ZeroDivisionError):
        build.finish(tables, tuple(SCHEMA), run)
    assert not len(tables["captures"])
