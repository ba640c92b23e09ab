"""How EAP ended, in its own words, as far as they could be read (RFC 3748, RFC 2759 for MS-CHAPv2's errors)."""

import re
from typing import NamedTuple

from analyzer.isakmp import registry
from analyzer.isakmp.payloads import content
from analyzer.negotiation.model import Negotiation
from analyzer.negotiation.read.eap import fatal_alert, is_mschapv2_failure
from analyzer.negotiation.seen import SeenEap

_REQUEST, _RESPONSE, _FAILURE = 1, 2, 4  # codes
_IDENTITY, _NOTIFICATION, _NAK = 1, 2, 3  # types
_ONE_METHOD = (
    "Configure one EAP method that both sides, and the authentication server, take, of those that make a key (RFC 7296 "
    "section 2.16)."
)
_ABOUT_CERTIFICATES = frozenset({*range(41, 47), 48, 49})  # alerts (RFC 5246 section 7.2)
_ERROR = re.compile(rb"E=(\d{1,10})")
_ERRORS = {  # RFC 2759 section 6
    646: "logon is not allowed at this hour",
    647: "the account is disabled",
    648: "the password has expired",
    649: "the account has no permission to dial in",
    691: "the user name or the password is wrong",
    709: "the password could not be changed",
}
_SHOWN = 80  # characters of a text from the capture


class Ending(NamedTuple):
    """Why EAP failed: the packets that show it, the words for it, what to do."""

    frames: tuple[int, ...]
    text: str
    advice: str


def ending(n: Negotiation) -> Ending | None:
    """EAP's own reason, if the last packets read are a failure; None where EAP goes on, succeeds, or cannot be read."""
    packets = [p for p in n.eap if p.eap_type != _NOTIFICATION]
    if packets and packets[-1].code == _FAILURE:
        *packets, last = packets
        frames: tuple[int, ...] = (last.frame_number,)
        closing = " EAP-Failure follows."
    else:
        frames, closing = (), ""
    refused = next((p for p in reversed(packets[-2:]) if is_mschapv2_failure(p)), None)
    alerted = next((p for p in reversed(packets[-2:]) if fatal_alert(p) is not None), None)
    if alerted is not None:
        found = _alert(alerted)
    elif refused is not None:
        found = _error(refused)
    elif packets and closing and packets[-1].code == _RESPONSE and packets[-1].eap_type == _NAK:
        found = _declined(packets)
    elif packets and closing:
        found = _unexplained(packets)
    else:
        return None
    said = _notification(n)
    text = f"{_who(n)}{found.text}{closing}{said}"
    return Ending((*found.frames, *frames), text, found.advice)


def method_name(eap_type: int | None) -> str:
    """The method's name in the registry."""
    return "no method" if eap_type is None else registry.name("eap-types", eap_type)


def _alert(packet: SeenEap) -> Ending:
    number = fatal_alert(packet)
    name = registry.name("tls-alerts", number or 0)
    who, whose = ("initiator", "server's") if packet.from_initiator else ("responder", "client's")
    text = f"The {who} ends {method_name(packet.eap_type)} with the fatal TLS alert {name}."
    advice = f"Read the log of the {who}: it names what TLS refuses."
    if number in _ABOUT_CERTIFICATES:
        text += f" It does not accept the {whose} certificate."
        advice = f"Check the {whose} certificate for EAP: trust anchors, validity, name; then the log of the {who}."
    return Ending((packet.frame_number,), text, advice)


def _error(packet: SeenEap) -> Ending:
    found = _ERROR.search(packet.data[4:])
    number = int(found[1]) if found else None
    meaning = _ERRORS.get(number or 0)
    what = "an error" if number is None else f"error {number}" + (f": {meaning}" if meaning else "")
    advice = "Check the user name and the password at the initiator and at the authentication server."
    if number in _ERRORS and number != 691:
        advice = "Look at the account in the authentication server."
    return Ending((packet.frame_number,), f"EAP-MSCHAPv2 ends with {what}.", advice)


def _declined(packets: list[SeenEap]) -> Ending:
    nak = packets[-1]
    asked = next((p for p in reversed(packets) if p.code == _REQUEST and p.eap_type != _IDENTITY), None)
    offered = method_name(asked.eap_type) if asked is not None else "the method"
    wanted = [method_name(kind) for kind in nak.data[:8] if kind]
    instead = f"asks for {' or '.join(wanted)} instead" if wanted else "names no other one"
    frames = (*((asked.frame_number,) if asked is not None else ()), nak.frame_number)
    text = f"The responder asks for {offered}; the initiator declines it and {instead}."
    return Ending(frames, text, _ONE_METHOD)


def _unexplained(packets: list[SeenEap]) -> Ending:
    advice = "Read the log of the authentication server; check the credentials for this method."
    return Ending((packets[-1].frame_number,), f"The method was {method_name(packets[-1].eap_type)}.", advice)


def _who(n: Negotiation) -> str:
    """The identity given inside EAP, which need not be that of the ID payload."""
    given = next((p for p in n.eap if p.code == _RESPONSE and p.eap_type == _IDENTITY), None)
    text = content.text_of("text", given.data) if given is not None else None
    return f"The user is {text[:_SHOWN]}. " if text else ""


def _notification(n: Negotiation) -> str:
    said = [p for p in n.eap if p.code == _REQUEST and p.eap_type == _NOTIFICATION]
    text = content.text_of("text", said[-1].data) if said else None
    return f" The responder says: {text[:_SHOWN]}." if text else ""
