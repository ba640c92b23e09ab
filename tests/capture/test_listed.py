"""Keys as numbers: groups, and what full tables surely do not list."""

from random import Random

import numpy as np
import pytest

from analyzer.capture import distinct
from analyzer.capture.addresses import reversed_key
from analyzer.capture.listed import Listed, blank_keys, group_order


def key(random: Random, width: int, *, kinds: int = 3) -> bytes:
    """Address pair, ports, SPI and encapsulation, of few each."""
    pair = b"".join(random.choice((b"\1", b"\2")).rjust(width // 2, b"\n") for _ in range(2))
    ports = b"".join(random.choice((b"\x11\x94", b"\7\7")) for _ in range(2))
    return pair + ports + random.randrange(4).to_bytes(4, "big") + bytes((random.randrange(kinds),))


def matrix(keys: list[bytes], width: int) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    found = blank_keys(len(keys), width)
    for row, one in enumerate(keys):
        found[row, : len(one)] = np.frombuffer(one, np.uint8)
    return found


@pytest.mark.parametrize("width", [8, 32])
@pytest.mark.parametrize("mixer", [int(distinct.MIXER), 0])
def test_groups(width: int, mixer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where all keys have one hash."""
    monkeypatch.setattr(distinct, "MIXER", np.uint64(mixer))
    random = Random(width)
    keys = [key(random, width) for _ in range(500)]
    order, begin = group_order(matrix(keys, width))
    found = [group.tolist() for group in np.split(order, begin[1:])]
    expected = [[row for row, other in enumerate(keys) if other == one] for one in dict.fromkeys(keys)]
    assert sorted(found) == expected
    assert group_order(matrix(keys[:1], width))[1].tolist() == [0]


@pytest.mark.parametrize("width", [8, 32])
@pytest.mark.parametrize("kind", [0, 2])
def test_what_is_listed_is_never_missed_and_little_else_found(width: int, kind: int) -> None:
    random = Random(kind + width)
    keys = [key(random, width)[:-1] + bytes((kind,)) for _ in range(400)]
    of_stream = [one[:width] + one[width + 4 :] for one in keys]
    of_flow = [one[: width + 4] for one in keys]
    streams, flows = set(random.sample(of_stream, 3)), set(random.sample(of_flow, 2))
    others = {key(random, 40 - width) for _ in range(9)} | {one[:-1] + bytes((1,)) for one in of_stream}
    table = Listed({*streams, *others}, flows, kind)
    expected = [
        stream in streams or flow in flows or reversed_key(flow) in flows
        for stream, flow in zip(of_stream, of_flow, strict=True)
    ]
    assert table.may_have(matrix(keys, width)).tolist() == expected  # of so few no two share a place
    assert any(expected)
    assert not all(expected)
    assert table.may_have(matrix([], width)).tolist() == []
