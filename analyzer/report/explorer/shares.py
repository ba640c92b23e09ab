"""Frames taken apart by several processes, each a run of them, and put together as one would have."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Final, TypeVar

from analyzer import net
from analyzer.processes import START_METHOD, Channel, LostError, counted, forked

T = TypeVar("T")

LEAST: Final = 200
"""Frames of a capture that are worth it: to fork and to send back what was made costs as much as some dozens."""


def shared(frames: Sequence[int], make: Callable[[Sequence[int]], T], jobs: int) -> list[T] | None:
    """What `make` makes of each of as many runs of these frames; None if one process shall do it, or one was lost."""
    if jobs < 2 or START_METHOD != "fork" or len(frames) < max(LEAST, jobs):
        return None
    bounds = [len(frames) * place // jobs for place in range(jobs + 1)]
    own, *others = (frames[start:stop] for start, stop in pairwise(bounds))
    try:
        with forked([partial(_send, make=make, frames=some) for some in others]) as channels:
            made = [make(own)]
            received = [channel.receive() for channel in channels]
    except LostError:  # somebody has ended one of them: all of it is done here
        return None
    for one, faults in received:
        made.append(one)
        net.faults.update(faults)
    return made


def _send(channel: Channel, make: Callable[[Sequence[int]], object], frames: Sequence[int]) -> None:
    channel.send((make(frames), counted()))
