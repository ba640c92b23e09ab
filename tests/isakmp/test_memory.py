"""What a run remembers: one object for what repeats, bounded in bytes, its own for every run."""

import functools
import gc
import importlib
import pkgutil
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from random import Random
from sys import getsizeof

import pytest

import analyzer
from analyzer.analysis import Analysis
from analyzer.assessment import policies
from analyzer.isakmp import Memory, decode
from analyzer.isakmp.memory import NOTHING, size_of
from analyzer.isakmp.payloads.notify import Notify
from analyzer.tables.messages import _notify_row
from tests.capture.packets import ike_frame, pcap
from tests.capture.readers import read_in_bulk
from tests.fixtures.cases import case
from tests.isakmp.test_x509 import of_many_names
from tests.isakmp.wire import SA_1, SA_2, long, message, proposal, short, transform1, transform2

LIMIT = 1 << 20
Make = Callable[[int], bytes]


def sa_2(n: int) -> bytes:
    transforms = [transform2(1, 31 * n % 65000 + i, more=i < 29, attributes=short(14, i + n % 999)) for i in range(30)]
    return message((33, proposal(1, transforms)))


def sa_1(n: int, attributes: int) -> bytes:
    suite = b"".join(short(1000 + i, 5000 + n) for i in range(attributes))
    sa = bytes.fromhex("0000000100000001") + proposal(
        1, [transform1(i, more=i < 7, attributes=suite) for i in range(8)]
    )
    return message((1, sa), version=0x10, exchange=2, flags=0)


@pytest.mark.parametrize(
    ("make", "count"),  # as many as would take more than the limit
    [
        (lambda n: message((43, n.to_bytes(4, "big"))), 8000),
        (lambda n: message((43, n.to_bytes(4, "big") * 60)), 4000),
        (lambda n: message((41, bytes.fromhex("00004000") + n.to_bytes(4, "big"))), 6000),
        (sa_2, 200),
        (lambda n: sa_1(n, 4), 300),
        (lambda n: sa_1(n, 100), 40),
    ],
    ids=["vendor-ids", "long-vendor-ids", "notifies", "sa-of-ikev2", "sa-of-ikev1", "many-attributes"],
)
def test_a_flood_of_distinct_bodies_takes_no_more_than_the_limit(make: Make, count: int) -> None:
    memory, most = Memory(LIMIT), 0
    tracemalloc.start()
    kept = tracemalloc.get_traced_memory()[0]
    decode(make(0), 0, memory)
    for number in range(1, count):
        decode(make(number), 0, memory)
        if number % 20 == 0:
            most = max(most, tracemalloc.get_traced_memory()[0] - kept)
    tracemalloc.stop()
    assert LIMIT / 50 < most < LIMIT
    assert decode(make(7), 0, memory) == decode(make(7))
    assert not decode(make(7)).defects


def test_a_flood_of_distinct_results_takes_no_more_than_the_limit() -> None:
    memory, most = Memory(LIMIT), 0
    row = memory.remembering(_notify_row)
    tracemalloc.start()
    kept = tracemalloc.get_traced_memory()[0]
    for number in range(3000):
        row(2, Notify(None, 0, b"", 40000, number.to_bytes(4, "big") * 500))
        memory.shared[Notify, Notify(None, 0, b"", 40000, number.to_bytes(4, "big") * 100)]
        most = max(most, tracemalloc.get_traced_memory()[0] - kept)
    tracemalloc.stop()
    assert LIMIT / 50 < most < LIMIT


def test_what_is_forgotten_is_decoded_again() -> None:
    memory = Memory()
    data = message((33, SA_2))
    before = decode(data, 0, memory).payloads[0].body
    assert decode(data, 0, memory).payloads[0].body is before
    memory.forget()
    after = decode(data, 0, memory).payloads[0].body
    assert after == before
    assert after is not before


def test_what_comes_once_does_not_drive_out_what_repeats() -> None:
    """Once half the room is taken, what came before is remembered, and what is new is not."""
    memory, often = Memory(LIMIT), message((33, SA_2))
    before = decode(often, 0, memory).payloads[0].body
    for number in range(100):  # several times the limit, were all of it remembered
        decode(sa_2(number), 0, memory)
    assert decode(often, 0, memory).payloads[0].body is before
    new = sa_2(1000)
    bodies = [decode(new, 0, memory).payloads[0].body for _ in range(3)]
    assert bodies[0] is not bodies[1]
    assert bodies[1] is bodies[2]
    assert bodies[0] == bodies[1]


def test_forgetting_makes_room() -> None:
    memory = Memory(1000)
    one, other = memory.shared[tuple, (1, b"a" * 300)], (2, b"b" * 300)
    assert memory.shared[tuple, (1, b"a" * 300)] is one
    assert memory.shared[tuple, other] is other
    again = (1, b"a" * 300)
    assert memory.shared[tuple, again] is again  # the first one had to go


def test_what_would_never_fit_drives_nothing_out() -> None:
    memory = Memory(1000)
    small = memory.shared[tuple, (1, b"a")]
    memory.shared[tuple, (2, b"b" * 2000)]
    assert memory.shared[tuple, (1, b"a")] is small


def test_equal_values_of_two_types_stay_two() -> None:
    memory = Memory()
    notify = Notify(None, 0, b"", 17, b"")
    assert type(memory.shared[tuple, tuple(notify)]) is tuple
    assert type(memory.shared[Notify, notify]) is Notify


def test_results_are_remembered_by_their_arguments() -> None:
    asked: list[tuple[int, ...]] = []

    def function(*numbers: int) -> tuple[int, ...]:
        asked.append(numbers)
        return numbers

    remembered = Memory().remembering(function)
    assert [remembered(1, 2), remembered(2, 1), remembered(1, 2)] == [(1, 2), (2, 1), (1, 2)]
    assert asked == [(1, 2), (2, 1)]


def test_the_size_of_a_value_counts_its_parts() -> None:
    assert size_of((b"ab", ("c", 1))) == sum(map(getsizeof, ((1, 2), b"ab", (1, 2), "c", 1)))


def test_two_runs_remember_apart() -> None:
    data, one, other = message((1, SA_1), version=0x10, exchange=2, flags=0), Memory(), Memory()
    assert decode(data, 0, one).payloads[0].body is not decode(data, 0, other).payloads[0].body
    assert not any(NOTHING._all)


def rows(analysis: Analysis) -> list[object]:
    return [list(analysis.tables[name].rows()) for name in analysis.tables]


def test_analyses_in_two_threads_find_what_they_find_in_turn() -> None:
    captures = [case(name) for name in ("ikev2-psk-gcm", "ikev1-main-psk", "ikev2-cert-frag", "ikev2-many-sas")] * 2
    in_turn = [rows(analyzer.read_pcap(c.capture, keys=c.keys)) for c in captures]
    found: dict[int, list[object]] = {}

    def read(place: int) -> None:
        found[place] = rows(analyzer.read_pcap(captures[place].capture, keys=captures[place].keys))

    for pair in range(0, len(captures), 2):
        threads = [threading.Thread(target=read, args=(place,)) for place in (pair, pair + 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [found[place] for place in range(len(captures))] == in_turn


def test_an_analysis_has_a_memory_of_its_own() -> None:
    path = case("ikev2-psk-gcm").capture
    one, other = analyzer.read_pcap(path), analyzer.read_pcap(path)
    assert one._memory is not other._memory
    kept = [body for known in one._memory.bodies[2].values() for body in known.values()]
    others = [body for known in other._memory.bodies[2].values() for body in known.values()]
    assert kept == others != []
    assert not any(a is b for a, b in zip(kept, others, strict=True))


# -- what outlives a run

CONSTANT = {  # remembered without a limit: their arguments are words of our own files, states, or policies that exist
    "analyzer.assessment.keywords._names",
    "analyzer.assessment.policies.own_rule._names",
    "analyzer.assessment.policies.parameters._conditions",
    "analyzer.assessment.policies.parameters.parameters",
    "analyzer.assessment.policies.tables.rows",
    "analyzer.capture.layers.reader",
    "analyzer.decryption.suites._rows",
    "analyzer.isakmp.payloads.content._layout",
    "analyzer.isakmp.payloads.vendor_id._layout",
    "analyzer.isakmp.registry.tables._table",
    "analyzer.isakmp.registry.vendors._names",
    "analyzer.negotiation.exchanges.sa.ikev1_state",
    "analyzer.negotiation.exchanges.sa.ikev2_state",
    "analyzer.report.html._own",
    "analyzer.report.inline._style",
    "analyzer.report.sections._shown",
    "analyzer.tables.filter.fields._columns",
    "analyzer.tables.filter.fields.linked",
    "analyzer.tables.filter.fields.searched",
    "analyzer.tables.schema._module",
}


def every_module() -> None:
    for module in pkgutil.walk_packages(analyzer.__path__, "analyzer."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def strange(number: int) -> bytes:
    """Message 2 of main mode, all of it its own: vendor ID, certificate, numbers of algorithms, notify."""
    random = Random(number)
    der, at = of_many_names(300)
    der = der[:at] + random.randbytes(4) + der[at + 4 :]
    numbers = b"".join(long(kind, random.randbytes(8)) for kind in (1, 2, 3, 4, 12))
    sa = bytes.fromhex("0000000100000001") + proposal(1, [transform1(1, attributes=numbers)])
    notify = bytes.fromhex("00000001010060") + random.randbytes(2000)
    spis = random.randbytes(8), random.randbytes(8)
    bodies = (
        (1, sa),
        (13, random.randbytes(20_000)),
        (6, b"\x04" + der),
        (11, notify),
        (5, b"\2" + random.randbytes(900)),
    )
    return message(*bodies, version=0x10, exchange=2, flags=0, spis=spis)


def read_and_written(messages: range, folder: Path) -> None:
    path = folder / "strange.pcap"
    path.write_bytes(pcap([ike_frame(strange(number)) for number in messages]))
    analysis = analyzer.read_pcap(path)
    assert len(analysis.tables["certificates"]) == len(messages)
    assert all(analysis.tables["certificates"].column("subject"))
    analysis.to_html(folder / "report.html")
    analysis.to_csv(folder / "tables")
    analysis.to_json(folder / "report.json")


def test_nothing_of_a_capture_outlives_its_run(tmp_path: Path) -> None:
    every_module()
    read_in_bulk(pcap([ike_frame()] * 5))
    read_and_written(range(100, 140), tmp_path)  # registries, templates, scripts of a page with many negotiations
    tracemalloc.start()
    read_and_written(range(2, 4), tmp_path)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0]
    read_and_written(range(4, 44), tmp_path)
    for name in policies.names():
        policies.load(name).judge.cache_clear()  # what all policies say of the last 4,096 algorithms
    gc.collect()
    outlived = tracemalloc.get_traced_memory()[0] - kept
    tracemalloc.stop()
    assert outlived < 650_000  # numbers and their names; not vendor IDs of 800 kB, not what certificates say


def test_what_a_process_remembers_is_constant_or_few_numbers() -> None:
    every_module()
    found = [o for o in gc.get_objects() if isinstance(o, functools._lru_cache_wrapper)]
    found = [o for o in found if "." not in o.__qualname__]  # of a module: others go with what made them
    ours = {f"{o.__module__}.{o.__qualname__}": o for o in found if str(o.__module__).startswith("analyzer.")}
    assert len(ours) > 40
    endless = {name for name, o in ours.items() if o.cache_parameters()["maxsize"] is None}
    assert {name for name in endless if ours[name].__wrapped__.__code__.co_argcount} == CONSTANT
    assert all(o.cache_parameters()["maxsize"] <= 4096 for name, o in ours.items() if name not in endless)
