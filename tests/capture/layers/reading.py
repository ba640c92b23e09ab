"""What both readers find behind a layer, whole and cut anywhere."""

from analyzer.capture.datagram import Datagram
from tests.capture.layers.frames import FRAMES
from tests.capture.packets import SPI_I, isakmp, pcap
from tests.capture.readers import read_in_bulk, read_serially


def datagrams(data: bytes) -> list[Datagram]:
    """Those of a capture, in which both readers find the same."""
    bulk, serial = read_in_bulk(data), read_serially(data)
    assert bulk == serial
    return [item for item in bulk.items if isinstance(item, Datagram)]


def leads_to_ike(layer: str, name: str) -> None:
    """The message is found behind the layer; of a frame cut anywhere it is its beginning, or nothing."""
    link_type, frame = FRAMES[layer][name]
    (found,) = datagrams(pcap([frame], link_type=link_type))
    assert (found.payload, found.src_port, found.missing) == (isakmp(), 500, 0)
    cut = {n + 1: len(frame) for n in range(len(frame))}
    for part in datagrams(pcap([frame[:n] for n in range(len(frame))], link_type=link_type, originals=cut)):
        assert part.payload[:8] == SPI_I[: len(part.payload)]
        assert (part.src_ip, part.src_port) == (found.src_ip, 500)


def is_left(link_type: int, frame: bytes) -> None:
    """Nothing is found in a frame, and nothing is made of it."""
    assert datagrams(pcap([frame], link_type=link_type)) == []
