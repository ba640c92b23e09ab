"""Steps and exchanges made by hand, as the tests of tables and readings want them."""

from analyzer.negotiation.model import Exchange, Negotiation, Step
from analyzer.negotiation.seen import SeenNotify, Suite
from tests.negotiation.logged import logged
from tests.negotiation.logged import negotiation as no_exchanges

GCM = Suite(encryption_id=20, key_bits=256, prf_id=5, ke_id=19)


def step(
    frame: int,
    *,
    out: bool = True,
    answer: bool = False,
    length: int = 100,
    inner: tuple[int, ...] | None = None,
    notifies: tuple[int, ...] = (),
    again: int | None = None,
    copy: bool = False,
    fragment: tuple[int, int | None] | None = None,
) -> Step:
    seen = tuple(SeenNotify(kind, 0, b"", True) for kind in notifies)
    return Step(frame, frame, again, copy, out, answer, length, "udp", True, (46,), inner, seen, fragment)


def exchange(*steps: Step, kind: int = 36) -> Exchange:
    return logged(kind, 2, True, steps)


def negotiation(suite: Suite | None = GCM, ike_version: int = 2) -> Negotiation:
    return no_exchanges(suite=suite, ike_version=ike_version)
