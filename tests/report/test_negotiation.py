"""One negotiation in a notebook: its tables, its story, and the numbers there are."""

import re

import pytest

import analyzer
from analyzer.report.negotiation import Negotiation
from tests.cli.running import run
from tests.fixtures.cases import case

CAPTURES = [case(name).capture for name in ("ikev2-psk-gcm", "ikev2-many-sas")]


def test_its_rows_and_no_others() -> None:
    analysis = analyzer.read_pcap(CAPTURES)
    found = analysis.negotiation(3)
    assert isinstance(found, Negotiation)
    assert found.row.negotiation == 3
    for name in ("negotiations", "exchanges", "messages", "findings", "diagnoses"):
        whole = getattr(analysis, name)
        assert set(getattr(found, name).negotiation) <= {3}
        assert len(getattr(found, name)) == (whole.negotiation == 3).sum()
    assert len(found.messages) > 2
    assert "negotiations" in dir(found)


def test_nothing_of_it_can_be_set() -> None:
    found = analyzer.read_pcap(CAPTURES[0]).negotiation(1)
    with pytest.raises(AttributeError):
        found.number = 2  # type: ignore[misc]


def test_its_text_is_that_of_show() -> None:
    capture = case("ikev2-auth-failed-psk").capture
    found = analyzer.read_pcap(capture).negotiation(1)
    assert repr(found) == found.story
    assert run("show", str(capture), "--negotiation", "1").stdout.split() == found.story.split()
    assert "failed in IKE_AUTH" in re.sub(r"<[^>]+>", "", found._repr_html_())


def test_a_number_that_is_not_there() -> None:
    analysis = analyzer.read_pcap(CAPTURES)
    total = len(analysis.negotiations)
    with pytest.raises(ValueError, match=rf"no negotiation {total + 1}: .* has {total}, 1 to {total}$"):
        analysis.negotiation(total + 1)
    part = analysis.where(f"negotiation == {total}")
    assert part.negotiation(total).number == total
    with pytest.raises(ValueError, match=rf"no negotiation 1: .* has 1: {total}$"):
        part.negotiation(1)
    with pytest.raises(ValueError, match=r"no negotiation 1: .* has 0$"):
        analysis.where("negotiation == 0").negotiation(1)
