"""What a notebook begins with: captures, however they are given, read into an Analysis."""

import os
import warnings
from collections.abc import Iterable
from typing import cast

from analyzer.analysis import PORTS, Analysis, Capture, PathLike, Progress
from analyzer.capture.found import captures_at
from analyzer.capture.given import Given
from analyzer.decryption.keyfile import KeyStore
from analyzer.errors import CaptureError


def read_pcap(  # noqa: PLR0913  (what a notebook says, by name)
    path: Capture | Iterable[Capture],
    keys: PathLike | KeyStore | None = None,
    policy: str | Iterable[str] = "ietf",
    ports: Iterable[int] = PORTS,
    progress: Progress | None = None,
    peer_config: PathLike | None = None,
    max_expansion: int | None = None,
    max_negotiations: int | None = None,
    *,
    internal: Iterable[str] = (),
    as_one: bool | None = None,
) -> Analysis:
    """Read one capture or several into an Analysis.

    - `path`: a file, pcap, pcapng or snoop, also gzip, zstd, xz or bzip2; "-" for standard input; a folder, a zip or
      tar archive or a pattern like "*.pcap" or "2026/**/*.pcap", for the captures there in order of their names;
      `evidence.zip/monday/gw.pcap`, for one capture in an archive; bytes of a capture; a file opened to read bytes,
      read from where it stands; or several of them
    - `keys`: a key file (Wireshark's IKE decryption tables)
    - `policy`: what findings and verdicts are judged by, a name that `isakmp-analyzer policies` lists, or the path of a
      TOML file; or several of them
    - `ports`: UDP and TCP ports on which IKE is looked for in any case; on others it is found where it looks like IKE
      beyond doubt
    - `progress`: called with bytes done and bytes in all (None if unknown)
    - `peer_config`: a TOML file that says what peers accept (`[peer."192.0.2.20"]`)
    - `max_expansion`, `max_negotiations`, `internal`: as for Analysis
    - `as_one`: True, all captures are one: files that follow each other, or taps of the same traffic, read in order of
      time; False, each is by itself, and copies are read as well; None, what belongs together is recognised.
      `Analysis.notes` says what was joined, and why

    Raises CaptureError, KeyFileError, PolicyError, PeerConfigError, NetworkError: the input cannot be used. ValueError:
    what can be read only once, such as standard input, shall be one with others. Of a folder, a pattern or several that
    are one, what cannot be read is in `Analysis.unread` and a warning, and the others are read.
    """
    analysis = Analysis(
        keys=keys,
        policy=policy,
        ports=ports,
        peer_config=peer_config,
        max_expansion=max_expansion,
        max_negotiations=max_negotiations,
        internal=internal,
    )
    alone = isinstance(path, str | os.PathLike | bytes | bytearray | memoryview) or hasattr(path, "read")
    captures: list[str] = []
    named: set[str] = set()  # not found in a folder
    for one in cast("Iterable[Capture]", [path] if alone else path):
        found = captures_at(one, analysis.unread.append, max_expansion) if isinstance(one, str | os.PathLike) else None
        if found is None:
            captures.append(os.fspath(one) if isinstance(one, str | os.PathLike) else Given(one, tuple(captures)))
            named.add(captures[-1])
        else:
            captures += found
    for capture in _joined(analysis, captures, as_one):
        try:
            analysis.add(capture, progress=progress)
        except CaptureError as error:
            if as_one or capture in named:
                raise
            analysis.unread.append(error)
    for unread in analysis.unread:
        warnings.warn(str(unread), stacklevel=2)
    return analysis


def _joined(analysis: Analysis, captures: list[str], as_one: bool | None) -> list[str]:
    """What is to be read: single captures, and those that belong together as one."""
    if len(captures) < 2 or as_one is False:
        return captures
    from analyzer.capture.joining.sources import sources  # noqa: PLC0415  (one capture needs none of it)

    found = sources(captures, analysis.ports, as_one=as_one, max_expansion=analysis.max_expansion)
    analysis.notes, analysis.copies = found.notes, found.copies
    return found.captures
