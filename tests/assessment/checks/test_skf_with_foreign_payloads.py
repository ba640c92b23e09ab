import pytest

from tests.assessment.build import Talk, found, healthy

ID = "skf-with-foreign-payloads"


def talk(*chains: tuple[int, ...], by: str = "i") -> Talk:
    made = Talk(outcome="incomplete").ike_sa_init()
    for number, chain in enumerate(chains, 1):
        made.say("IKE_AUTH", by=by, message_id=1, fragment=(number, len(chains)))
        made.change(made.frame - 1, payload_types=chain)
    return made


def test_many_in_each_fragment() -> None:
    (finding,) = found(ID, talk((*[200] * 40, 53), (*[200] * 39, 53)))
    assert (finding.severity, finding.subject, finding.evidence_frames) == ("low", "192.0.2.10", (3, 4))
    assert finding.detail == "Of the initiator: up to 40 unknown payloads in 2 fragments."


@pytest.mark.parametrize("foreign", [55, 127, 128, 132, 255])
def test_whatever_has_no_meaning(foreign: int) -> None:
    (finding,) = found(ID, talk((foreign, 53), by="r"))
    assert finding.detail == "Of the responder: 1 unknown payload in 1 fragment."
    assert finding.subject == "192.0.2.20"


def test_fragments_alone_or_behind_payloads_that_are_known() -> None:
    assert found(ID, talk((53,), (53,))) == []
    assert found(ID, talk((41, 43, 53), (53,))) == []  # may stand in the first fragment


def test_what_is_no_fragment() -> None:
    other = Talk(outcome="incomplete").ike_sa_init()
    other.say("IKE_AUTH", message_id=1)
    other.change(3, payload_types=(200, 200, 46))
    assert found(ID, other) == []
    assert found(ID, healthy()) == []
