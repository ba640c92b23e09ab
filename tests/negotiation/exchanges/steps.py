"""Steps and exchanges made by hand, as the tests of tables and readings want them."""

from analyzer.negotiation.model import Exchange, Negotiation, SeenNotify, Step, Suite

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
    return Step(frame, frame, out, answer, length, "udp", True, (46,), inner, seen, again, copy, fragment)


def exchange(*steps: Step, kind: tuple[int, str] = (36, "CREATE_CHILD_SA")) -> Exchange:
    return Exchange(*kind, 2, True, steps)


def negotiation(suite: Suite | None = GCM) -> Negotiation:
    n = Negotiation(1, "x", 2, "ikev2", "a" * 16, "b" * 16, "192.0.2.1", 500, "192.0.2.2", 500)
    n.suite = suite
    return n
