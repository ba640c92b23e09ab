from analyzer.negotiation.seen import SeenIdentity
from tests.assessment.build import Talk, aggressive, found

ID = "identity-enumeration"


def guesses(names: list[str], gap: float = 1.0, outcome: str = "failed") -> list[Talk]:
    talks = []
    for k, name in enumerate(names):
        talk = aggressive(k + 1, frame=10 * k + 1, at=k * gap, outcome=outcome)
        talk.n.identities = [SeenIdentity(10 * k + 1, True, 11, name)]
        talks.append(talk)
    return talks


def test_five_names_within_a_minute() -> None:
    (finding,) = found(ID, *guesses(["admin", "vpn", "users", "staff", "guest"]))
    assert finding.subject == "192.0.2.10"
    assert finding.detail == ("5 identities tried on 192.0.2.20 within 60 s; a proposal was chosen in 5 of 5 tries.")


def test_one_name_again_and_again_or_users_who_go_on() -> None:
    assert found(ID, *guesses(["vpn"] * 9)) == []
    assert found(ID, *guesses(list("abcdefgh"), outcome="established")) == []
    assert found(ID, *guesses(list("abcdefgh"), gap=30)) == []
    refused = guesses(list("abcdefgh"))
    for talk in refused:
        talk.say("AGGRESSIVE", encrypted=True)
    assert found(ID, *refused) == [], "each goes on, and is refused later"
