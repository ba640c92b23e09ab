"""A file becomes datagrams: containers, link layers, IP reassembly, UDP and TCP, and what is IKE in them."""

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
