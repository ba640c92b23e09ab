"""Who drew which value."""

from analyzer.assessment.drawn import again, by_host, came_up, host_of, of_both_sides
from analyzer.assessment.policies import load
from analyzer.assessment.scene import Scene
from tests.assessment.build import story
from tests.assessment.lives import drawn, several


def scene(*hosts: str) -> Scene:
    return Scene(story(*several(*hosts)), load("ietf"))


def test_a_value_is_of_who_sent_it() -> None:
    made = scene("192.0.2.1")
    assert host_of(made, drawn("a")[0]) == "192.0.2.1"
    assert host_of(made, drawn("a", by_initiator=False)[0]) == "192.0.2.20"


def test_values_that_came_again_with_their_hosts() -> None:
    made = scene("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.3")
    (found,) = again(made, [*drawn("a", "a", "a", "b"), *drawn("c", "d", "e", "f", "unknown")])
    assert (found.hosts, found.frames, found.first.digest) == (("192.0.2.1", "192.0.2.2"), [10, 20, 30], "a")
    assert came_up(made, found.values)


def test_values_of_both_sides() -> None:
    made = scene("192.0.2.1", "192.0.2.2")
    ((first, second),) = of_both_sides(made, [*drawn("a", "b"), *drawn("a", "c", by_initiator=False)])
    assert (first.frame_number, second.frame_number) == (10, 11)
    assert list(of_both_sides(made, drawn("a", "a"))) == []


def test_negotiations_of_a_host_in_order_of_time() -> None:
    talks = several("192.0.2.1", "192.0.2.2", "192.0.2.1")
    made = Scene(story(*reversed(talks)), load("ietf"))
    assert [[n.number for n in some] for some in by_host(made).values()] == [[1, 3], [2]]
