"""Lines of a log, by their numbers in an editor."""

import codecs
from collections.abc import Iterator

from analyzer.capture.logs.folded import LONGEST
from analyzer.capture.logs.text import clean, encoding_of
from analyzer.capture.window import Window


def lines(window: Window, line_end: str = "\n") -> Iterator[tuple[int, str]]:
    """Number, from 1, and text of each line that is not empty. What is too long is cut."""
    first = bytes(memoryview(window.data)[window.position : min(window.limit, window.position + 4)])
    decoder = codecs.getincrementaldecoder(encoding_of(first))(errors="replace")
    number, rest = 1, ""
    passing = False  # over the rest of a line that was too long
    while True:
        data = bytes(memoryview(window.data)[window.position : window.limit])
        window.position = window.limit
        pieces = decoder.decode(data, final=not data).split(line_end)
        pieces[0] = rest + pieces[0]
        rest = pieces.pop()
        for piece in pieces:
            if not passing and (text := clean(piece[:LONGEST])).strip():
                yield number, text
            number, passing = number + 1, False
        if passing:
            rest = ""
        elif len(rest) > LONGEST:
            yield number, clean(rest[:LONGEST])
            rest, passing = "", True
        if not window.refill():
            break
    if not passing and (text := clean(rest + decoder.decode(b"", final=True))).strip():
        yield number, text
