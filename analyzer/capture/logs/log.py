"""A log as a container of packets: what the reader of captures asks of one."""

from collections.abc import Iterator

from analyzer.capture.damage import Damage
from analyzer.capture.decoder import Packet
from analyzer.capture.link import link_name
from analyzer.capture.logs import LOOKED_AT, guess
from analyzer.capture.logs.lines import joined, lines
from analyzer.capture.logs.message import Format
from analyzer.capture.text_notes import ADDRESS, DUMP, INSIDE, NUMBERS, SHOWN, TCP, TIME
from analyzer.capture.window import Window


class Log:
    """Reads a log from its beginning to its end. The attributes are complete afterwards.

    Frame numbers of its packets are lines, but of Wireshark's JSON, which has them.
    """

    dropped = 0
    ran = None

    def __init__(self, made: type[Format], damage: Damage) -> None:
        self.format = made.NAME
        self.packets = 0
        self._damage = damage
        self._reader = made()
        self._link_types: set[int] = set()
        self._shown = 0

    @property
    def link_names(self) -> list[str]:
        """Link types of the frames in it; messages alone have none."""
        return [link_name(one) for one in sorted(self._link_types)]

    def read(self, window: Window) -> Iterator[Packet]:
        """All messages or frames, in the order of the log."""
        reader = self._reader
        for number, text in joined(lines(window, reader.LINE_END), reader.begins):
            reader.read(number, text)
            yield from self._counted(reader.talk.ready())
        reader.finish()
        yield from self._counted(reader.talk.ready(0))
        self._report()

    def _counted(self, found: Iterator[Packet]) -> Iterator[Packet]:
        for packet in found:
            self.packets += 1
            self._shown += packet.sent is not None and packet.sent.shown is not None
            if packet.link_type is not None:
                self._link_types.add(packet.link_type)
            yield packet

    def _report(self) -> None:
        """What its numbers are, and what the log does not say."""
        clock, talk = self._reader.clock, self._reader.talk
        add = self._damage.add
        if self._reader.LINE_END == "\n":
            add(NUMBERS, 0, "frames", "lines", "frame numbers are numbers of its lines")
        if clock.no_date:
            effect = "1970-01-01 stands for the day: the times between messages are known, the date is not"
            add(TIME, 0, "times with a date", "times of day", effect)
        elif clock.no_year:
            effect = "1972 stands for the year: the times between messages are known, the year is not"
            add(TIME, 0, "times with a year", "times without one", effect)
        elif clock.no_zone:
            add(TIME, 0, "times with a zone", "times without one", "its times name no zone, and are read as UTC")
        if talk.unplaced:
            effect = f"0.0.0.0 or :: stands for what {talk.unplaced:,} of its messages do not say of their addresses"
            add(ADDRESS, 0, "addresses of each message", "none", effect)
        if self._shown:
            effect = f"it shows {self._shown:,} encrypted messages decrypted, which nothing verifies"
            add(SHOWN, 0, "ciphertext", "plaintext beside it", effect)
        if talk.cut:
            found = f"{talk.cut:,} with fewer"
            effect = "what there is of them is read, where it is enough"
            add(DUMP, 0, "as many bytes as each dump says", found, effect, talk.first_cut)
        left_out, line = talk.left_out()
        if left_out:
            found = f"{left_out:,} of no message that is sure"
            effect = f"what it shows decrypted is not used there ({left_out:,} in all)"
            add(INSIDE, 0, "decrypted content of messages in the log", found, effect, line)
        if talk.over_tcp:
            found = f"{talk.over_tcp:,} over TCP"
            add(TCP, 0, "dumps of messages over UDP", found, "they are not read", talk.first_over_tcp)


def opened(window: Window, damage: Damage) -> Log | None:
    """The log that an input is; None: no message is in its first MiB."""
    window.grow(LOOKED_AT)
    while window.limit - window.position < LOOKED_AT and window.refill():
        pass
    found = guess(bytes(memoryview(window.data)[window.position : min(window.limit, window.position + LOOKED_AT)]))
    return None if found is None else Log(found, damage)
