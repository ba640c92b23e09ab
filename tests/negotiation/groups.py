"""Members, key servers and groups, message by message: G-IKEv2 (RFC 9838) and GDOI (RFC 6407)."""

from tests.negotiation.build import (
    AUTH_CHILDLESS,
    AUTH_REQUEST,
    MAIN,
    Talk,
    init_answer,
    init_request,
    main_1,
    main_2,
    main_ke,
    sealed,
    sealed1,
)

GM, KS, GROUP = ("192.0.2.10", 848), ("192.0.2.20", 848), ("239.1.2.3", 848)
REKEY_SPIS = "c1c2c3c4c5c6c7c8", "d1d2d3d4d5d6d7d8"
GSA_AUTH, GSA_REGISTRATION, GSA_REKEY, GSA_INBAND_REKEY = 39, 40, 41, 42
PULL, PUSH, PUSH_ACK = 32, 33, 35
GSA_ANSWER = AUTH_CHILDLESS + 200  # IDr, AUTH, GSA, KD


def registered(talk: Talk, answer: int | None = GSA_ANSWER) -> None:
    """IKE_SA_INIT and GSA_AUTH; answer: the length of the key server's, None for none."""
    talk.say(init_request(), GM, KS)
    talk.say(init_answer(), KS, GM)
    talk.say(sealed(GSA_AUTH, AUTH_REQUEST), GM, KS)
    if answer is not None:
        talk.say(sealed(GSA_AUTH, answer, initiator=False, response=True), KS, GM)


def phase_1(talk: Talk, member: tuple[str, int] = GM, server: tuple[str, int] = KS, doi: int = 2) -> None:
    """Main mode between a member and its key server."""
    offer, choice = (under_doi(doi, data) for data in (main_1(), main_2()))
    proofs = [sealed1(MAIN, length, first=5, salt=str(length)) for length in (108, 92)]
    for number, data in enumerate((offer, choice, main_ke("i"), main_ke("r"), *proofs)):
        talk.say(data, *((server, member) if number % 2 else (member, server)))


def under_doi(doi: int, data: bytes) -> bytes:
    """The same message with another DOI in the SA payload that it begins with."""
    return data[:32] + doi.to_bytes(4, "big") + data[36:]


def pull(talk: Talk, last: int = 4, member: tuple[str, int] = GM, server: tuple[str, int] = KS) -> None:
    """GROUPKEY-PULL up to its `last` message."""
    for number in range(last):
        data = sealed1(PULL, 108 + 100 * (number % 2), mid=7, salt=str(number))
        talk.say(data, *((server, member) if number % 2 else (member, server)))
