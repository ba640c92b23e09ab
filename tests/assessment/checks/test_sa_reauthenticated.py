import pytest

from tests.assessment.build import healthy
from tests.assessment.lives import fixtures_with, judged, recorded

ID = "sa-reauthenticated"


@pytest.mark.parametrize("keyed", [False, True])
def test_recorded_break_before_make(keyed: bool) -> None:
    (finding,) = recorded(ID, "ikev2-reauth", keyed=keyed)
    assert (finding.negotiation, finding.subject, finding.confidence) == (1, "negotiation 2", "possible")
    assert finding.severity == "info"


@pytest.mark.parametrize("keyed", [False, True])
def test_recorded_make_before_break(keyed: bool) -> None:
    found = recorded(ID, "ikev2-reauth-overlap", keyed=keyed)
    assert [(f.negotiation, f.subject, f.confidence) for f in found] == [
        (1, "negotiation 2", "likely"),
        (2, "negotiation 3", "likely"),
    ]


def test_only_there() -> None:
    assert fixtures_with(ID) == {"ikev2-reauth", "ikev2-reauth-overlap"}


def test_make_before_break_is_likely() -> None:
    old, new = healthy(), healthy(number=2, frame=50, at=100)
    old.now = 101
    old.say("INFORMATIONAL", message_id=2, length=65)
    (finding,) = judged(ID, old, new)
    assert (finding.confidence, finding.detail) == (
        "likely",
        "Negotiation 2 takes its place: the older SA is deleted once the new one is up.",
    )
    assert judged(ID, old) == []
