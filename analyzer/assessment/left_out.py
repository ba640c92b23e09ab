"""What the capture's own filter certainly leaves out: of that nothing in the capture can be missed.

A filter is what the file says. It is about the outermost headers: of packets in a tunnel it says nothing. So where it
would have left out messages that are in the capture, it is not used.
"""

from functools import cached_property
from itertools import islice
from typing import Final

from analyzer.capture.bpf import Packet, leaves_out
from analyzer.capture.natt import NAT_T_PORT
from analyzer.capture.network import AH, ESP, ICMP, ICMPV6, TCP, UDP
from analyzer.negotiation.story import Story

_MOST_SHOWN: Final = 200  # characters of a filter
_LOOKED_AT: Final = 256  # flows that a filter must let pass
_ON_4500: Final = Packet(UDP, ports=(NAT_T_PORT, NAT_T_PORT))


class LeftOut:
    """Asked of a capture. has_udp_4500: whether UDP 4500 of whatever hosts is in it."""

    def __init__(self, story: Story, *, has_udp_4500: bool) -> None:
        self._story, self._has_udp_4500 = story, has_udp_4500

    def of(self, packet: Packet) -> str:
        """The filter, in words, where it certainly lets no such packet pass; "" else, or where none is known."""
        filters = self._story.filters
        if not filters or self._is_of_others or not all(leaves_out(text, packet) for text in filters):
            return ""
        first = filters[0]
        return f"the capture filter '{first if len(first) <= _MOST_SHOWN else f'{first[:_MOST_SHOWN]} ...'}'"

    @cached_property
    def _is_of_others(self) -> bool:
        """Whether it would have left out what is there: messages came in a tunnel, or the file says what is not so."""
        talked = (flow for flow in self._story.flows if flow.messages)
        seen = (
            Packet(TCP if f.transport == "tcp" else UDP, f.client_ip, f.server_ip, (f.client_port, f.server_port))
            for f in islice(talked, _LOOKED_AT)
        )
        back = ((packet, _back(packet)) for packet in seen)
        return any(all(leaves_out(text, way) for text in self._story.filters for way in ways) for ways in back)

    @cached_property
    def udp_4500(self) -> str:
        """The filter, in words, where it lets no UDP 4500 pass and the capture has none; "" else."""
        return "" if self._has_udp_4500 else self.of(_ON_4500)

    @cached_property
    def icmp(self) -> str:
        """The same of ICMP errors, of either IP version."""
        return "" if self._story.icmp_errors else self.of(Packet(ICMP)) and self.of(Packet(ICMPV6))

    @cached_property
    def esp(self) -> str:
        """The same of ESP and AH, with UDP around it and without."""
        if self._story.streams or self._has_udp_4500:
            return ""
        kinds = Packet(ESP), Packet(AH), _ON_4500
        return self.of(kinds[0]) if all(map(self.of, kinds)) else ""


def _back(packet: Packet) -> Packet:
    """The other way."""
    ports = packet.ports
    return Packet(packet.protocol, packet.destination, packet.source, None if ports is None else ports[::-1])
