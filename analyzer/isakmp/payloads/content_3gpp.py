"""Forms of notification data that 3GPP defines for access from other networks (TS 24.302, TS 24.502)."""

from collections.abc import Callable

from analyzer.isakmp.cursor import Cursor, Layout

IDENTITY = Layout(">HB", "length", "identity_type=3gpp-device-identity-types")
TIMER = Layout(">BB", "length", "timer=hex")
LENGTH = Layout(">B", "length")
NUMBER = Layout(">BB", "length", "service_categories=&3gpp-emergency-categories")
QOS_CLASS = Layout(">B", "qos_class_identifier")
RATES = Layout(">BB", "downlink", "uplink")
SESSION = Layout(">B", "pdu_session_identity")
FLOWS = Layout(">BB", "pdu_session_identity", "number_of_qos_flows")
FLOW = Layout(">B", "qos_flow_identifier")
FLOW_FLAGS = Layout(">B", "flags=&3gpp-qos-flags")
MARK = Layout(">B", "dscp")

_TIMER_UNITS = {0: 600, 1: 3600, 2: 36000, 3: 2, 4: 30, 5: 60, 6: 1152000}  # seconds, TS 24.008 section 10.5.7.4a
_TIMER_OFF = 7
_MARKED = 0x01
_RATE_STEPS = ((0x40, 0, 0, 1), (0x80, 0x40, 64, 8), (0xFF, 0x80, 576, 64))  # below, from, kbit/s there, step


def _device_identity(cursor: Cursor) -> None:
    """IMEI or IMEISV in binary coded decimal (TS 24.302 section 8.2.9.2); a request has no identity."""
    cursor.fields(IDENTITY)
    cursor.rest("identity", _digits)


def _digits(cursor: Cursor) -> None:
    digits = "".join(f"{byte & 15:x}{byte >> 4:x}" for byte in cursor.body)
    cursor.tell(digits.rstrip("f"))


def _backoff_timer(cursor: Cursor) -> None:
    _, timer = cursor.fields(TIMER)
    unit = timer >> 5
    cursor.tell("deactivated" if unit == _TIMER_OFF else f"{(timer & 31) * _TIMER_UNITS[unit]} seconds")


def _emergency_numbers(cursor: Cursor) -> None:
    """An emergency number list (TS 24.008 section 10.5.3.13) behind its length."""
    cursor.fields(LENGTH)
    found: list[int] = []
    while cursor.more(found, NUMBER.size):
        length, categories = cursor.fields(NUMBER)
        found.append(categories)
        cursor.take(max(length - 1, 0), "number", _digits)


def _has_length(cursor: Cursor) -> bool:
    """Whether the first byte is the length of the others; data of another release stay bytes."""
    return cursor.size > 1 and cursor.peek() == cursor.size - 1


def _eps_qos(cursor: Cursor) -> None:
    """EPS quality of service (TS 24.301 section 9.9.4.3) behind its length."""
    if _has_length(cursor):
        cursor.fields(LENGTH)
        cursor.fields(QOS_CLASS)
        cursor.rest("bit_rates")


def _aggregate_rate(cursor: Cursor) -> None:
    """APN aggregate maximum bit rate (TS 24.301 section 9.9.4.2) behind its length."""
    if _has_length(cursor) and cursor.size > RATES.size:
        cursor.fields(LENGTH)
        for name, rate in zip(("downlink", "uplink"), cursor.fields(RATES), strict=True):
            cursor.mean(name, _rate_text(rate))
        cursor.rest("extended_rates")


def _rate_text(rate: int) -> str:
    for below, start, least, step in _RATE_STEPS:
        if 0 < rate < below:
            return f"{least + (rate - start) * step} kbit/s"
    return "0 kbit/s" if rate == 0xFF else "reserved"


def _session(cursor: Cursor) -> None:
    if _has_length(cursor):
        cursor.fields(LENGTH)
        cursor.fields(SESSION)
        cursor.rest("more")


def _qos_flows(cursor: Cursor) -> None:
    """5G_QOS_INFO (TS 24.502 section 9.3.1.1)."""
    cursor.fields(LENGTH)
    _, count = cursor.fields(FLOWS)
    for _ in range(count):
        if not cursor.remaining:
            return
        cursor.fields(FLOW)
    (flags,) = cursor.fields(FLOW_FLAGS)
    if flags & _MARKED:
        cursor.fields(MARK)
    cursor.rest("additional_qos_information")


FORMS: dict[str, Callable[[Cursor], None]] = {
    "3gpp-aggregate-rate": _aggregate_rate,
    "3gpp-device-identity": _device_identity,
    "3gpp-emergency-numbers": _emergency_numbers,
    "3gpp-eps-qos": _eps_qos,
    "3gpp-qos-flows": _qos_flows,
    "3gpp-session": _session,
    "3gpp-timer": _backoff_timer,
}
