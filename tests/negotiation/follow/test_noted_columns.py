"""Which messages of a block may be noted: those of which the decoder and the tracker say so, one by one."""

from pathlib import Path
from random import Random

import pytest

from analyzer.capture.ends import ends_of
from analyzer.isakmp import batch, decode
from analyzer.isakmp.message import _sealed
from analyzer.negotiation.follow.noted_columns import sealed_of
from analyzer.negotiation.follow.plausible import trackable
from tests.together import columns_of, made_capture, messages_of


@pytest.mark.parametrize("seed", range(12))
def test_they_are_sealed_and_of_exchanges_of_an_sa_that_is_up(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(made_capture(Random(seed), 400))
    may = other = 0
    for columns in columns_of(path):
        known = batch.heads(columns)
        found = sealed_of(columns, known, ends_of(columns, known.places))
        sealed, datagrams = batch.sealed(columns, known).tolist(), messages_of(columns)
        for at, place in enumerate(known.places.tolist()):
            datagram = datagrams[place]
            assert datagram is not None
            message = decode(datagram.payload)
            assert sealed[at] == (_sealed(datagram.payload) is not None)
            wanted = sealed[at] and trackable(message, datagram) and message[3:6:2] != (2, 34)
            assert (found.pair[at] is not None) == wanted
            assert (found.frame[at], found.time[at], found.hop[at]) == (*datagram[:2], datagram.hop)
            if not wanted:
                other += 1
                continue
            may += 1
            assert found.pair[at] == (message.major_version, message.initiator_spi, message.responder_spi)
            assert found.flagged[at] == message.is_initiator
            assert found.digest[at] == hash(datagram.payload)
            _, _, transport, src, sport, dst, dport, *_ = datagram
            assert found.there[at] == (src, sport, dst, dport, transport)
            assert found.back[at] == (dst, dport, src, sport, transport)
    assert may > 5
    assert other > 20
