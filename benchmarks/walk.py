"""How a message walks through the code: changes of module between `Tracker.feed` and its return.

python -m benchmarks.walk

A change is a call into another module of the package, or the return from one. Few of them mean that what belongs
together stands together, and that a call asks for a whole answer.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from analyzer.capture import open_capture
from analyzer.capture.datagram import Datagram
from analyzer.isakmp import Memory, Message, decode
from analyzer.negotiation.follow.placed import Placed
from analyzer.negotiation.tracker import Tracker

FIXTURES = Path(__file__).parent.parent / "fixtures" / "pcaps"
# What walks, the recording it is taken from, the exchange type of which the first message is taken, and the most
# changes of module that it may make: what is more has become a detour
WALKS = (
    ("first IKE_SA_INIT", "ikev2-psk-gcm", 34, 34),
    ("IKE_AUTH", "ikev2-psk-gcm", 35, 14),
    ("quick mode", "ikev1-main-psk", 32, 8),
)


def messages(capture: Path) -> Iterator[tuple[Datagram, Message]]:
    """The ISAKMP messages of a capture."""
    for item in open_capture(str(capture)):
        message = decode(item.payload, item.missing) if isinstance(item, Datagram) else None
        if isinstance(item, Datagram) and message is not None:
            yield item, message


def modules_walked(feed: Callable[[], Placed]) -> list[str]:
    """The modules of the package that `feed` runs in, one after the other."""
    here = Tracker.__module__
    walked = [here]

    def step(frame: FrameType, event: str, _: object) -> None:
        inner = frame if event == "call" else frame.f_back if event == "return" else None
        module = inner.f_globals.get("__name__", "") if inner is not None else ""
        if module.startswith("analyzer.") and module != walked[-1]:
            walked.append(module)

    was_enabled = gc.isenabled()
    gc.disable()  # what it would close on the way is no part of the walk
    sys.setprofile(step)
    try:
        feed()
    finally:
        sys.setprofile(None)
        if was_enabled:
            gc.enable()
    return walked


def walk(fixture: str, exchange_type: int, memory: Memory) -> list[str]:
    """The walk of the first message of this type in a recording, all before it fed as usual."""
    tracker = Tracker("walk", memory=memory)
    for datagram, message in messages(FIXTURES / fixture / "capture.pcap"):
        if message.exchange_type == exchange_type:
            return modules_walked(lambda d=datagram, m=message: tracker.feed(d, m))  # type: ignore[misc]
        tracker.feed(datagram, message)
    raise LookupError(f"{fixture} has no exchange of type {exchange_type}")


def known_walk(fixture: str, exchange_type: int) -> list[str]:
    """The walk of a message like one seen before: what is remembered on the way is part of no walk."""
    memory = Memory()
    walk(fixture, exchange_type, memory)
    return walk(fixture, exchange_type, memory)


def main() -> None:
    """Print each walk: how many changes of module, and where it led."""
    for what, fixture, exchange_type, most in WALKS:
        walked = known_walk(fixture, exchange_type)
        names = " ".join(module.removeprefix("analyzer.") for module in walked)
        print(f"{what}: {len(walked) - 1} changes of module, {most} at most: {names}")


if __name__ == "__main__":
    main()
