"""Forms of notification data that 3GPP defines for access from other networks (TS 24.302, TS 24.502)."""

from collections.abc import Callable

from analyzer.isakmp.cursor import Cursor, Layout

IDENTITY = Layout(">HB", "length", "identity_type=3gpp-device-identity-types")
TIMER = Layout(">BB", "length", "timer=hex")
LENGTH = Layout(">B", "length")
NUMBER = Layout(">BB", "length", "service_categories=&3gpp-emergency-categories")
SESSION = Layout(">B", "pdu_session_identity")
SLICE = {
    size: Layout(form, *names)
    for size, form, names in (
        (1, ">B", ("sst",)),
        (2, ">BB", ("sst", "mapped_hplmn_sst")),
        (4, ">B3s", ("sst", "sd")),
        (5, ">B3sB", ("sst", "sd", "mapped_hplmn_sst")),
        (8, ">B3sB3s", ("sst", "sd", "mapped_hplmn_sst", "mapped_hplmn_sd")),
    )
}
FLOWS = Layout(">BB", "pdu_session_identity", "number_of_qos_flows")
FLOW = Layout(">B", "qos_flow_identifier")
FLOW_FLAGS = Layout(">B", "flags=&3gpp-qos-flags")
MARK = Layout(">B", "dscp")

_TIMER_UNITS = {0: 600, 1: 3600, 2: 36000, 3: 2, 4: 30, 5: 60, 6: 1152000}  # seconds, TS 24.008 section 10.5.7.4a
_TIMER_OFF = 7
_MARKED = 0x01
_COUNTRY = 2  # bytes of a mobile country code


def _device_identity(cursor: Cursor) -> None:
    """IMEI or IMEISV in binary coded decimal (TS 24.302 section 8.2.9.2); a request has no identity."""
    cursor.fields(IDENTITY)
    cursor.rest("identity", _digits)


def _digits(cursor: Cursor) -> None:
    """Binary coded decimal, the lower half of each byte first, filled up with 15."""
    digits = "".join(f"{byte & 15:x}{byte >> 4:x}" for byte in cursor.body)
    cursor.describe(digits.rstrip("f"))


def _backoff_timer(cursor: Cursor) -> None:
    _, timer = cursor.fields(TIMER)
    unit = timer >> 5
    cursor.describe("deactivated" if unit == _TIMER_OFF else f"{(timer & 31) * _TIMER_UNITS[unit]} seconds")


def _emergency_numbers(cursor: Cursor) -> None:
    """Emergency numbers as TS 24.008 section 10.5.3.13 lists them, behind the length of the list.

    Before it stands, in later releases, the mobile country code of the country that they are valid in.
    """
    body = cursor.body
    if not has_length(cursor) and body[_COUNTRY : _COUNTRY + 1] == bytes([max(len(body) - _COUNTRY - 1, 0) & 0xFF]):
        cursor.take(_COUNTRY, "mobile_country_code", _digits)
    (size,) = cursor.fields(LENGTH)
    numbers = cursor.sub(size)
    found: list[int] = []
    while numbers.more(found, NUMBER.size):
        length, categories = numbers.fields(NUMBER)
        found.append(categories)
        numbers.take(max(length - 1, 0), "number", _digits)
    numbers.rest("undecoded_bytes")
    cursor.rest("more")


def has_length(cursor: Cursor) -> bool:
    """Whether the first byte is the length of the others; data of another release stay bytes."""
    return cursor.size > 1 and cursor.peek() == cursor.size - 1


def _session(cursor: Cursor) -> None:
    if has_length(cursor):
        cursor.fields(LENGTH)
        cursor.fields(SESSION)
        cursor.rest("more")


def _slice(cursor: Cursor) -> None:
    """The network slice of a PDU session, S-NSSAI (TS 24.302 section 8.2.9.16, TS 24.501 section 9.11.2.8)."""
    if has_length(cursor):
        cursor.fields(LENGTH)
        layout = SLICE.get(cursor.remaining)
        if layout is not None:
            cursor.fields(layout)
        cursor.rest("s_nssai")


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
    "3gpp-device-identity": _device_identity,
    "3gpp-emergency-numbers": _emergency_numbers,
    "3gpp-qos-flows": _qos_flows,
    "3gpp-session": _session,
    "3gpp-slice": _slice,
    "3gpp-timer": _backoff_timer,
}
