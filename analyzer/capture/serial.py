"""The careful reader: record after record in plain Python.

It is the oracle of the fast one, and what small files are read with.
"""

from collections.abc import Iterator

from analyzer.capture.decoder import Packet
from analyzer.capture.formats import Container, Records
from analyzer.capture.window import Window


def packets(container: Container, window: Window) -> Iterator[Packet]:
    """All packet records of the input, the one that the end of the file cuts off included."""
    if not isinstance(container, Records):
        yield from container.read(window)
        return
    while True:
        starts, position = container.walk(window.data, window.position, window.limit)
        for start in starts:
            packet = container.packet(window.data, start, window.limit)
            if packet is not None:
                yield packet
        progress = position > window.position
        window.position = position
        if container.broken:
            container.report_broken(window.data, position)
            return
        if progress or window.refill():
            continue
        if window.position < window.limit and not window.stopped:
            packet = container.rest(window.data, window.position, window.limit)
            window.position = window.limit
            if packet is not None:
                yield packet
        return
