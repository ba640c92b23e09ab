"""The tables of the bulk filter: what they leave out is what the careful reader makes nothing of."""

import numpy as np

from analyzer.capture import icmp, network, unopened
from analyzer.capture.meanings import CAREFUL, DROP, IPV4, TAG, TCP, UDP, as_read, ethertypes, icmp_errors, protocols


def test_ethertypes() -> None:
    table = ethertypes()
    assert [table[number] for number in (0x0800, 0x8100, 0x8864, 60, 0x0806)] == [IPV4, TAG, CAREFUL, CAREFUL, DROP]
    assert all(table[number] == CAREFUL for number in unopened.LAYERS if number < unopened.PPP)


def test_protocols() -> None:
    table = protocols()
    assert [table[0, number] for number in (6, 17, 47, 89, 0)] == [TCP, UDP, CAREFUL, DROP, DROP]
    assert table[1, network.HOP_BY_HOP] == CAREFUL
    assert (table[:, list(unopened.PROTOCOLS)] == CAREFUL).all()


def test_icmp_errors() -> None:
    table = icmp_errors()
    assert set(np.flatnonzero(table[0])) == set(icmp.ERRORS_V4)
    assert set(np.flatnonzero(table[1])) == set(icmp.ERRORS_V6)


def test_a_table_for_numbers_as_the_host_reads_them() -> None:
    table = np.zeros(65_536, np.uint8)
    table[0x0102] = 7
    place = int(np.frombuffer(b"\x01\x02", np.uint16)[0])
    assert np.flatnonzero(as_read(table)).tolist() == [place]
