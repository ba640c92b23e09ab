"""Lines made once for each distinct case are those of rows made one by one."""

from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.report import csv_rows
from analyzer.report.csv_rows import PROPOSALS, WEAK, _sets, headline_lines
from analyzer.report.words import endpoint
from analyzer.tables.store import Tables
from analyzer.tables.write import csv_encoder
from tests.report.sample import FORMULA, put, sample

IKEV2 = st.tuples(
    st.integers(1, 6),
    st.sampled_from(["Encryption Algorithm", None, "a,b"]),
    st.integers(0, 3),
    st.sampled_from(["ENCR_AES_CBC", None, FORMULA, 'a"b;c']),
    st.sampled_from([None, 128, 256]),
    st.none(),
)
IKEV1 = st.tuples(
    st.none(),
    st.none(),
    st.integers(0, 3),
    st.sampled_from(["KEY_IKE", "ESP_AES-CBC", None]),
    st.none(),
    st.lists(
        st.sampled_from(
            ["Encryption Algorithm=AES-CBC", "Key Length=256", "Life Type=seconds", "Life Duration=60", "x"]
        ),
        max_size=4,
    ).map(tuple),
)
PROPOSAL = st.tuples(
    st.sampled_from([1, 2, 9, None]),
    st.sampled_from([None, 1]),
    st.sampled_from(["offered", "chosen", None]),
    st.lists(IKEV2, max_size=3) | st.lists(IKEV1, max_size=3),
)
NAMES = ("transform_type", "transform_type_name", "transform_id", "transform", "key_bits", "attributes")


def filled(proposals: list[tuple[Any, ...]]) -> Tables:
    tables = Tables()
    for number, port in ((1, 500), (2, None)):
        put(
            tables,
            "negotiations",
            capture="a,b.pcap",
            negotiation=number,
            initiator_ip="192.0.2.1",
            initiator_port=port,
            responder_ip="2001:db8::1",
            responder_port=4500,
            outcome="failed",
            ike_version=2,
        )
    for frame, (number, child, side, transforms) in enumerate(proposals, 1):
        place = {"negotiation": number, "child": child, "side": side, "frame_number": frame, "capture": "c.pcap"}
        put(
            tables, "proposals", proposal_number=frame % 3, protocol="IKE", transforms=("t",) * len(transforms), **place
        )
        for cells in transforms:
            put(tables, "transforms", **dict(zip(NAMES, cells, strict=True)), **place)
    return tables


def one_by_one(tables: Tables) -> list[tuple[Any, ...]]:
    """The rows of proposals.csv, each made for itself."""
    who = {
        n["negotiation"]: (
            n["capture"],
            n["negotiation"],
            endpoint(n["initiator_ip"], n["initiator_port"]),
            endpoint(n["responder_ip"], n["responder_port"]),
            n["ike_version"],
            n["mode"],
            n["outcome"],
        )
        for n in tables["negotiations"].records()
    }
    transforms = tables["transforms"].records()
    rows = []
    for p in tables["proposals"].records():
        own = list(islice(transforms, len(p["transforms"])))
        whose = who.get(p["negotiation"], (None, p["negotiation"], *[None] * 5))
        head = (p["capture"], *whose[1:])
        sa = "IKE SA" if p["child"] is None else f"child SA {p['child']}"
        place = (sa, p["side"], p["frame_number"], p["proposal_number"], p["protocol"])
        names = PROPOSALS[len(head) + len(place) :]
        rows += [(*head, *place, *(tuple(found.get(name, ())) or None for name in names)) for found in _sets(own)]
    return rows


@given(st.lists(PROPOSAL, max_size=8), st.booleans())
@settings(max_examples=60, deadline=None)
def test_proposals_are_what_they_are_one_by_one(proposals: list[tuple[Any, ...]], raw: bool) -> None:
    tables, encode = filled(proposals), csv_encoder(raw=raw)
    lines, _, _ = headline_lines(tables, encode)
    assert list(lines) == [",".join(map(encode, row)) + "\n" for row in one_by_one(tables)]


def test_equal_proposals_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def looked_at(own: list[dict[str, Any]]) -> list[dict[str, list[str]]]:
        seen.append(own)
        return [{}]

    monkeypatch.setattr(csv_rows, "_sets", looked_at)
    suites = [[(1, "ENCR", number, "ENCR_AES_CBC", 256, None)] * 20 for number in (12, 13)]
    lines = headline_lines(filled([(1, None, "offered", suite) for suite in suites * 100]), csv_encoder())[0]
    assert len(list(lines)) == 200
    assert len(seen) == 2


def test_weak_algorithms_have_every_column() -> None:
    _, failures, weak = headline_lines(sample(), csv_encoder())
    assert {line.count(",") >= len(WEAK) - 1 for line in weak} == {True}
    assert len(list(failures)) == 4


def test_a_finding_without_a_negotiation_names_its_capture() -> None:
    tables = Tables()
    put(tables, "findings", finding="weak-encr-chosen", severity="high", capture="c.pcap", evidence_frames=(1, 2))
    put(tables, "findings", finding="ike-exposed", severity="high", capture="c.pcap", evidence_frames=(1, 2))
    assert list(headline_lines(tables, csv_encoder())[2]) == ["c.pcap,,,,,,,high,chosen,,weak-encr-chosen,,,,,,,1;2,\n"]
