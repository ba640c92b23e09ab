"""Logs of IKE daemons and gateways as captures: the messages that they print as hexadecimal digits.

Each format is a module here with a `Reader` (message.py says what that has): it is found by looking into the folder. A
log is known by a line that nothing else prints (`Reader.MARK`), wherever it stands in its first MiB.
"""

import pkgutil
from functools import cache
from importlib import import_module

from analyzer.capture.logs.folded import joined
from analyzer.capture.logs.message import Format
from analyzer.capture.logs.text import text_of

LOOKED_AT = 1 << 20
"""Bytes of a text in which one line must show what it is: a log may begin with hours of something else."""

_UNFOLDED = 1 << 16  # characters of it that are looked at as wrapped lines
_RESERVE = ("text2pcap",)  # looks like dumps of others, whose own words come first


@cache
def formats() -> tuple[type[Format], ...]:
    """Every format of a log, those last that have no words of their own."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__))
    readers = [(name in _RESERVE, getattr(import_module(f"{__name__}.{name}"), "Reader", None)) for name in names]
    return tuple(made for _, made in sorted(readers, key=lambda one: one[0]) if made is not None)


def guess_of(text: str) -> type[Format] | None:
    """The format of a text whose lines one program wrote; None: no message is announced in it as any of them does."""
    places = [(found.start(), made) for made in formats() if (found := made.MARK.search(text))]
    own = [one for one in places if one[1].MARK is not formats()[-1].MARK]
    # One that says more than another one, which it is built on, is known by that
    own = [one for one in own if not any(issubclass(other, one[1]) for _, other in own if other is not one[1])]
    return min(own or places, key=lambda one: one[0], default=(0, None))[1]


def guess(head: bytes) -> type[Format] | None:
    """The format of a log, by the first bytes of it; None: there is no dump of a message that is known here."""
    text = text_of(head[:LOOKED_AT])
    if text is None:
        return None
    return guess_of(text) or _guess_wrapped(text[:_UNFOLDED])


def _guess_wrapped(text: str) -> type[Format] | None:
    """The same of a text whose lines a terminal wrapped."""
    lines = [(0, line) for line in text.splitlines() if line.strip()]
    for made in formats():
        if made.begins is None:
            continue
        whole = "\n".join(line for _, line in joined(lines, made.begins))
        if made.MARK.search(whole) is not None:
            return made
    return None


@cache
def _signs() -> tuple[tuple[str, type[Format]], ...]:
    """What stands in lines that announce messages. A format that is built on another one comes before that."""
    made = sorted(formats(), key=lambda one: -len(one.__mro__))
    return tuple((sign, one) for one in made for sign in one.SIGNS)


def announced(text: str) -> type[Format] | None:
    """The format of which a line announces a message, or begins one."""
    for sign, made in _signs():
        if sign in text and made.ANNOUNCES.search(text):
            return made
    return None


def is_log(head: bytes) -> bool:
    """Whether a text is a log that is read here, by its first bytes (a MiB is enough)."""
    return guess(head) is not None
