"""A message was rejected as such."""

from analyzer.assessment.authentication import refusal
from analyzer.assessment.case import Case, ErrorSeen
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.ranking import named
from analyzer.assessment.traits import Trait
from analyzer.assessment.unverified import ADVICE, TITLE, stopped_at
from analyzer.isakmp.numbers import NotifyV1

ABOUT = Explanation(
    id="message-rejected",
    kind="diagnosis",
    title="A message was rejected",
    what=(
        "The peer answered with an error that is neither about proposals nor about authentication, or dropped a "
        "message that does not verify."
    ),
    why=(
        "The message is malformed for the peer, carries something critical that it does not know, or "
        "belongs to nothing it knows. Or a device between the peers changed bytes of it: what cannot be verified is "
        "dropped without a word."
    ),
    wire=(
        "INVALID_SYNTAX, UNSUPPORTED_CRITICAL_PAYLOAD, INVALID_MESSAGE_ID, PAYLOAD-MALFORMED and the like. With keys: "
        "an SK or SKF payload whose checksum or AEAD tag does not fit while others of the same side do, in an exchange "
        "that stays unanswered."
    ),
    lookalikes=(
        "In IKEv1 PAYLOAD-MALFORMED after decryption mostly means a wrong pre-shared key. Clear-text "
        "notifies are unauthenticated. Keys under which nothing else of its sender verifies say nothing of a message: "
        "they may be wrong."
    ),
    advice="Look at the rejected message for defects, and at the peer's log; update the side that lacks an extension.",
    references=("RFC 7296 2.4, 2.21, 3.10.1", "RFC 2408 3.14.1", "3GPP TS 24.302 8.1.2.2"),
)
NEEDS = (Trait.IKE_FAILED, Trait.UNOPENED)

NO_AGGRESSIVE = (
    "Use main mode, or better IKEv2: the responder is not configured for aggressive mode, or not for this peer. To "
    "allow aggressive mode there would show the hash of a pre-shared key to whoever asks."
)
NO_MAIN = "Use IKEv2, or see in the responder's log which exchanges it is configured for with this peer."
CHOSEN_BEFORE = (
    "See the log of the side that refused: the proposal for the IKE SA had been chosen, so it refuses what came "
    "after, such as an identity that it has no connection for, or the method of authentication."
)
_OPERATOR = "Have the operator check, in the subscriber data (HSS) and in the AAA server's log, "
_BY_OPERATOR = {  # 3GPP TS 24.302 section 8.1.2.2: number of the notify: what it says, what to look at
    8193: ("no more connections are allowed to this APN", "how many connections the subscription allows."),
    9000: ("the subscription does not allow access from outside the mobile network", "the access that is allowed."),
    9001: ("the user is not known", "that this IMSI has a subscription, and the realm of its identity."),
    9002: ("the subscription does not include this APN", "that the APN in IDr is part of the subscription."),
    9003: ("the user is not authorized", "what the subscription allows."),
    9006: ("the device is barred (ILLEGAL_ME)", "the equipment register."),
    10500: ("the operator's network failed", "that the gateway reaches the AAA server and the packet core."),
    11001: ("the subscription does not allow this type of access", "the types of access that are allowed."),
    11005: ("the device's identity (IMEI) is not accepted", "the equipment register."),
    11011: ("this network (PLMN) is not allowed", "the networks and the roaming that the subscription allows."),
}


def diagnose(case: Case) -> Diagnosis | None:
    """The last error of a failed IKE SA, if no other diagnosis explains its type; or a message that does not verify."""
    found = stopped_at(case)
    if found is not None:
        made = case.diagnosis(
            ABOUT,
            found.confidence,
            found.frames,
            found.detail,
            found.basis,
            ADVICE,
            place="unverified",
            absence=found.request,
        )
        return made._replace(title=TITLE)
    if not case.ike_failed or refusal(case) is not None:
        return None
    version = case.n.ike_version
    error = next((e for e in reversed(case.errors) if named("IKE SA", version, e.notify.notify_type) is None), None)
    return None if error is None else _by(case, error, *_meaning(case, error))


def unexplained(case: Case) -> list[Diagnosis]:
    """Of a failed IKE SA without any diagnosis: its last error, which names a cause that cannot be the one here.

    Never certain: what stands before it, and says why, may be missing.
    """
    if not case.ike_failed or not case.errors:
        return []
    error = case.errors[-1]
    if case.n.chosen_frame is not None and error.exchange.exchange != "IKE_SA_INIT":
        found = _by(case, error, " It comes after the choice of a proposal.", CHOSEN_BEFORE)
    else:
        found = _by(case, error, "", None)
    return [found._replace(confidence="likely") if found.confidence == "certain" else found]


def _by(case: Case, error: ErrorSeen, meaning: str, advice: str | None) -> Diagnosis:
    side = "initiator" if error.step.from_initiator else "responder"
    detail = f"{case.notify_name(error)} from the {side} in {error.exchange.exchange}.{meaning}"
    basis = "clear-text notify, which is unauthenticated" if error.clear else "decrypted notify"
    return case.diagnosis(ABOUT, error.confidence, (error.step.frame_number,), detail, basis, advice)


def _meaning(case: Case, error: ErrorSeen) -> tuple[str, str | None]:
    """What an error that has a meaning of its own says, and what to do about it."""
    n, kind = case.n, error.notify.notify_type
    if n.ike_version == 1 and kind == NotifyV1.INVALID_EXCHANGE_TYPE and not error.step.from_initiator:
        if n.mode == "aggressive":
            return " The responder takes no aggressive mode.", NO_AGGRESSIVE
        return (" The responder takes no main mode.", NO_MAIN) if n.mode == "main" else ("", None)
    if n.ike_version == 2 and kind in _BY_OPERATOR and not error.step.from_initiator:
        meaning, look = _BY_OPERATOR[kind]
        return f" The operator's gateway says: {meaning}.", f"{_OPERATOR}{look}"
    return "", None
