"""Recordings of real daemons as the tracker gets them: read once, decoded once."""

import json
from functools import cache
from pathlib import Path

from analyzer.capture import open_capture
from analyzer.capture.datagram import Datagram
from analyzer.decryption.keyfile import load_keys
from analyzer.isakmp import Message, decode
from analyzer.negotiation.conclude.unread import Unread
from analyzer.negotiation.story import Story
from analyzer.negotiation.tracker import Tracker
from analyzer.reading.heard import gaps_of
from tests.conftest import SHARED
from tests.fixtures.cases import cases

Items = list[tuple[Datagram, Message]]

_MOST = 150  # messages: permutations of longer stories add time, not knowledge


def read(path: Path) -> tuple[Items, int]:
    """Messages of a capture, and the time of its last packet."""
    reader = open_capture(path)
    items = [(item, decode(item.payload, item.missing)) for item in reader if isinstance(item, Datagram)]
    return items, reader.info.last_time or 0


@cache
def healthy() -> dict[str, tuple[Items, int]]:
    """Captures in which everything went well, by name: the fixtures, and the larger collection where it is at hand."""
    found = {case.name: case.capture for case in cases() if case.expect.healthy and "noise" not in case.name}
    for path in sorted((SHARED / "lab").glob("*.expect.json")) if SHARED.is_dir() else ():
        capture = path.with_name(path.name.removesuffix(".expect.json"))
        name = capture.name.partition(".")[0]
        if json.loads(path.read_text("utf-8"))["healthy"] and name not in found and "noise" not in name:
            found[name] = capture
    stories: dict[str, tuple[Items, int]] = {}
    known = set()
    for name, path in sorted(found.items()):
        items, end = read(path)
        story = tuple(sent.payload for sent, _ in items)
        if 0 < len(items) <= _MOST and story not in known:  # some differ in what carries the messages only
            known.add(story)
            stories[name] = items, end
    return stories


@cache
def recorded() -> list[Items]:
    """Messages of all fixtures, healthy or not."""
    return [items for items in (read(case.capture)[0] for case in cases()) if items]


def story_of(items: Items) -> Story:
    """What these messages tell, without keys."""
    tracker = Tracker("x")
    for sent, message in items:
        tracker.feed(sent, message)
    return tracker.finish([], [], items[0][0].time_ns, items[-1][0].time_ns)


def read_story(path: Path, keys: Path | None = None) -> Story:
    """What a capture tells, as the analysis gets it."""
    reader = open_capture(path)
    tracker = Tracker(path.name, load_keys(str(keys)) if keys is not None else None)
    tracker.watch(reader.points)
    for item in reader:
        if isinstance(item, Datagram):
            tracker.feed(item, decode(item.payload, item.missing))
        else:
            tracker.icmp(item)
    times = reader.info.first_time, reader.info.last_time
    return tracker.finish(reader.flows, reader.streams, *times, gaps_of(reader, Unread()))
