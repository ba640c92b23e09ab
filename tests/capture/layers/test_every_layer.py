"""Every layer of analyzer/capture/layers/: messages behind it are read, whole and cut anywhere, and nothing else is."""

import pytest

from analyzer.capture import layers
from tests.capture.layers.frames import FRAMES
from tests.capture.layers.others import OTHERS
from tests.capture.layers.reading import is_left, leads_to_ike
from tests.conftest import ROOT

MODULES = {path.stem for path in (ROOT / "analyzer" / "capture" / "layers").glob("*.py")} - {"__init__"}


@pytest.mark.parametrize(("layer", "name"), [(layer, name) for layer in sorted(MODULES) for name in FRAMES[layer]])
def test_a_message_behind_it_is_read(layer: str, name: str) -> None:
    leads_to_ike(layer, name)


@pytest.mark.parametrize(("layer", "name"), [(layer, name) for layer, frames in OTHERS.items() for name in frames])
def test_nothing_else_is(layer: str, name: str) -> None:
    is_left(*OTHERS[layer][name])


def test_every_layer_has_frames_near_misses_and_a_place_where_it_is_met() -> None:
    met = {module for _, module in layers.LINK_TYPES.values()} | {
        *layers.ETHERTYPES.values(),
        *layers.UDP_PORTS.values(),
    }
    assert MODULES == met == set(OTHERS)
    assert set(FRAMES) >= MODULES
    assert set(layers.NAMES) == set(layers.UDP_PORTS.values())
