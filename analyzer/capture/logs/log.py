"""A log as a container of packets: what the reader of captures asks of one."""

from collections.abc import Iterator

from analyzer.capture.damage import Damage
from analyzer.capture.decoder import Packet
from analyzer.capture.link import link_name
from analyzer.capture.logs import LOOKED_AT, guess
from analyzer.capture.logs.lines import lines
from analyzer.capture.logs.message import Format, Talk
from analyzer.capture.logs.text import text_of
from analyzer.capture.logs.writers import Writers, known_writers
from analyzer.capture.text_notes import (
    ADDRESS,
    BROKEN,
    DUMP,
    INSIDE,
    NUMBERS,
    OTHER,
    OTHERS,
    OVER_TCP,
    SHOWN,
    TCP,
    TIME,
)
from analyzer.capture.window import Window


class Log:
    """Reads a log from its beginning to its end. The attributes are complete afterwards.

    Frame numbers of its packets are lines, but of Wireshark's JSON, which has them.
    """

    dropped = 0
    ran = None

    def __init__(self, known: dict[str, type[Format]], damage: Damage) -> None:
        """known: formats by who writes in them (writers.py), one at least."""
        self.packets = 0
        self._damage = damage
        self._talk = Talk()
        self._first = next(iter(known.values()))
        self._writers = Writers(self._talk, known)
        self._link_types: set[int] = set()
        self._shown = 0

    @property
    def format(self) -> str:
        """The format, or all that were read."""
        return " and ".join(self._writers.names or (self._first.NAME,))

    @property
    def link_names(self) -> list[str]:
        """Link types of the frames in it; messages alone have none."""
        return [link_name(one) for one in sorted(self._link_types)]

    @property
    def left(self) -> dict[str, tuple[int, int]]:
        """What of it was not read, by its name: how many dumps, and the line of the first."""
        talk = self._talk
        found = {BROKEN: (talk.cut, talk.first_cut), OVER_TCP: (talk.over_tcp, talk.first_over_tcp)}
        found |= {f"{OTHERS} ({name})": some for name, some in talk.others.items()}
        return {name: some for name, some in found.items() if some[0]}

    def read(self, window: Window) -> Iterator[Packet]:
        """All messages or frames, in the order of the log."""
        for number, text in lines(window, self._first.LINE_END):
            self._writers.take(number, text)
            yield from self._counted(self._talk.ready())
        self._writers.finish()
        yield from self._counted(self._talk.ready(0))
        if not self.packets and not self.left:
            self._talk.broke_off(1)  # a line announces a message, or it would be no log
        self.packets += sum(count for count, _ in self.left.values())
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
        clock, talk = self._writers, self._talk
        add = self._damage.add
        if self._first.LINE_END == "\n":
            add(NUMBERS, 0, "frames", "lines", "frame numbers are numbers of its lines")
        if clock.no_date:
            effect = "the times between messages are known, the date is not"
            add(TIME, 0, "times with a date", "times of day", effect)
        elif clock.no_year:
            effect = "the times between messages are known, the year is not"
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
            found = f"{talk.cut:,} that may not be whole"
            effect = "they are counted, and no message is made of them"
            add(DUMP, 0, "every byte of each dump", found, effect, talk.first_cut)
        left_out, line = talk.left_out()
        if left_out:
            found = f"{left_out:,} of no message that is sure"
            effect = f"what it shows decrypted is not used there ({left_out:,} in all)"
            add(INSIDE, 0, "decrypted content of messages in the log", found, effect, line)
        for name, (count, line) in talk.others.items():
            effect = "they are counted, not read: give that log in a file of its own"
            add(OTHER, 0, f"dumps of a {self.format}", f"{count:,} of a {name}", effect, line)
        if talk.over_tcp:
            found = f"{talk.over_tcp:,} over TCP"
            add(TCP, 0, "dumps of messages over UDP", found, "they are not read", talk.first_over_tcp)


def opened(window: Window, damage: Damage) -> Log | None:
    """The log that an input is; None: no message is in its first MiB."""
    window.grow(LOOKED_AT)
    while window.limit - window.position < LOOKED_AT and window.refill():
        pass
    head = bytes(memoryview(window.data)[window.position : min(window.limit, window.position + LOOKED_AT)])
    found = guess(head)
    if found is None:
        return None
    if found.LINE_END != "\n":
        return Log({"": found}, damage)
    known = known_writers((text_of(head) or "").splitlines())
    return Log(known or {"": found}, damage)
