from analyzer.assessment.model import Finding
from tests.assessment.assessed import assess
from tests.assessment.build import Talk, story

ID = "ml-kem-init-in-fragments"


def talk(group: int, length: int = 1680) -> Talk:
    made = Talk(outcome="incomplete")
    made.say("IKE_SA_INIT", length=length, key_exchanges=((group, 1568),))
    made.say("IKE_SA_INIT", by="r", length=length, key_exchanges=((group, 1568),))
    return made


def found(made: Talk, *reassembled: int, begun: tuple[int, ...] = ()) -> list[Finding]:
    made_of = story(made, beginnings=frozenset(begun), later_fragments=1)
    made_of.reassembled = frozenset(reassembled)
    return [f for f in assess(made_of).findings if f.finding == ID]


def test_of_both_sides() -> None:
    (finding,) = found(talk(37), 1, 2)
    assert (finding.severity, finding.confidence, finding.evidence_frames) == ("info", "certain", (1, 2))
    assert finding.detail == "IKE_SA_INIT of 1680 bytes with ml-kem-1024 in IP fragments."


def test_of_which_only_the_first_is_there() -> None:
    assert [f.evidence_frames for f in found(talk(36, 1400), begun=(1,))] == [(1,)]


def test_in_one_packet_or_classical() -> None:
    assert found(talk(35, 900)) == []
    assert found(talk(36, 1400), 7) == []  # other messages came in fragments
    assert found(talk(18, 1700), 1, 2) == []


def test_later_messages_are_ikes_to_fragment() -> None:
    made = talk(31)
    made.say("IKE_INTERMEDIATE", message_id=1, length=1680, key_exchanges=((36, 1184),))
    assert found(made, 3) == []
