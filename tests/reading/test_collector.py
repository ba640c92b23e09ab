import gc

import pytest

from analyzer.reading.collector import collector_paused


@pytest.mark.parametrize("before", [True, False])
def test_it_is_held_and_afterwards_as_it_was(before: bool) -> None:
    was_enabled = gc.isenabled()
    (gc.enable if before else gc.disable)()
    try:
        with collector_paused():
            assert not gc.isenabled()
        assert gc.isenabled() == before
    finally:
        (gc.enable if was_enabled else gc.disable)()
