"""A file becomes datagrams: containers, link layers, IP reassembly, UDP and TCP, and what is IKE in them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from analyzer.capture.datagram import CaptureInfo, Datagram, EspStream, Flow, IcmpError
    from analyzer.capture.open import CaptureReader, Frame, open_capture, read_frame, read_frames

__all__ = [
    "CaptureInfo",
    "CaptureReader",
    "Datagram",
    "EspStream",
    "Flow",
    "Frame",
    "IcmpError",
    "open_capture",
    "read_frame",
    "read_frames",
]
_READING: Final = frozenset({"CaptureReader", "Frame", "open_capture", "read_frame", "read_frames"})


def __getattr__(name: str) -> Any:
    """Loaded when it is asked for: who only names captures, or their frames, opens none."""
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    value = getattr(import_module(f"analyzer.capture.{'open' if name in _READING else 'datagram'}"), name)
    globals()[name] = value
    return value
