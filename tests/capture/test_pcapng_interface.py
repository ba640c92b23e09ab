"""An interface in a line."""

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from analyzer.capture.pcapng_interface import Counts, filter_text, interface_text


def test_all_of_it() -> None:
    options = (
        (2, b"eth0"),
        (3, b"uplink"),
        (4, ip_address("192.0.2.1").packed + bytes((255, 255, 255, 0))),
        (5, ip_address("2001:db8::1").packed + b"\x40"),
        (6, bytes.fromhex("020000000001")),
        (8, (10**9).to_bytes(8, "little")),
        (11, b"\0udp port 500"),
        (12, b"Linux"),
        (15, b"NIC"),
    )
    assert interface_text(1, 262144, options, 0, Counts(received=10, accepted=8, delivered=7), 3) == (
        "eth0 (ETHERNET, uplink, address 192.0.2.1 mask 255.255.255.0, address 2001:db8::1/64, MAC 02:00:00:00:00:01, "
        "1,000,000,000 bit/s, filter udp port 500, on Linux, hardware NIC, snap length 262,144, 10 received, "
        "8 accepted by the filter, 7 delivered, 3 dropped)"
    )
    assert filter_text(options) == "udp port 500"


def test_nothing_of_it() -> None:
    assert interface_text(1, 0, (), 3, Counts(), 0) == "interface 3 (ETHERNET)"
    assert interface_text(1, 0, (), 3, Counts(dropped=0), 0) == "interface 3 (ETHERNET, 0 dropped)"


def test_filters_that_are_no_text() -> None:
    for value, text in (
        (b"\1" + bytes(16), "filter of 2 BPF instructions"),
        (b"\7ab", "filter of an unknown kind, 3 bytes"),
    ):
        assert interface_text(1, 0, ((11, value),), 0, Counts(), 0) == f"interface 0 (ETHERNET, {text})"
        assert filter_text(((11, value),)) == ""


@given(
    st.lists(
        st.tuples(st.integers(2, 16).filter(lambda c: c in (2, 3, 4, 5, 6, 7, 8, 11, 12, 15)), st.binary(max_size=20))
    )
)
def test_no_option_raises(options: list[tuple[int, bytes]]) -> None:
    interface_text(1, 0, options, 0, Counts(), 0)
    filter_text(options)
