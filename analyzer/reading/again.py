"""Frames of what was read, read from the files again: their bytes, and the fields of their messages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from analyzer.capture import read_frames
from analyzer.capture.placed_frame import texts_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from analyzer.capture import Frame
    from analyzer.capture.places import Places
    from analyzer.decryption.keyfile import KeyStore
    from analyzer.dissect import Dissection, Dissections
    from analyzer.tables.store import Tables


class Again(ABC):
    """What reads frames again. paths: of what was read; places: of each set of captures where its frames stand."""

    paths: list[str]
    places: dict[str, Places]
    ports: tuple[int, ...]
    max_expansion: int | None
    _keys: KeyStore | None

    @property
    @abstractmethod
    def _all_tables(self) -> Tables:
        """Those of all that was read, also where this is a part of it."""

    def _path_of(self, capture: str | None) -> str:
        several = len(self.paths) + sum(len(places.members) - 1 for places in self.places.values())
        if capture is None and several != 1:
            raise ValueError(f"{several} captures were read: name one with capture=")
        # What was read from bytes has them with its name, which is equal to the one in the tables.
        return self.paths[0] if capture is None else next((path for path in self.paths if path == capture), capture)

    def _asked(self, frame_numbers: Collection[int], capture: str | None) -> tuple[str, dict[int, int]]:
        """Where frames are read, by path, and their numbers there with those that they are asked for by.

        Of a file that was read as one with others that is all of them, since messages stand in parts in several.
        """
        for name, places in self.places.items():
            if capture in places.members:
                found = {places.number(str(capture), number): number for number in frame_numbers}
                return self._path_of(name), {of_set: own for of_set, own in found.items() if of_set is not None}
        return self._path_of(capture), {number: number for number in frame_numbers}

    def frame(self, frame_number: int, capture: str | None = None) -> Frame | None:
        """One frame read from the file again: its bytes and what it carries; None if there is no such frame.

        Of captures that were read as one each is named by its own path, and counts its own frames.
        """
        path, asked = self._asked((frame_number,), capture)
        found = read_frames(path, asked, self.ports, self.max_expansion)
        return next((frame._replace(frame_number=frame_number) for frame in found.values()), None)

    def dissect(self, frame_number: int, capture: str | None = None) -> list[Dissection]:
        """Field trees of the ISAKMP messages of one frame.

        With keys, the payloads inside an encrypted message follow as a tree of their own, offsets from the start of the
        decrypted content; with the last fragment of an IKEv1 message, the message. For both the capture is read again.
        """
        return self.dissect_frames((frame_number,), capture).get(frame_number, [])

    def dissect_frames(self, frame_numbers: Collection[int], capture: str | None = None) -> dict[int, list[Dissection]]:
        """What `dissect` gives, of several frames by number: the capture is read once or twice for all.

        Numbers that the capture does not have are left out.
        """
        return {number: found.trees for number, found in self.dissected(frame_numbers, capture).items()}

    def dissected(self, frame_numbers: Collection[int], capture: str | None = None) -> Dissections:
        """The same, each frame with its bytes; its trees are made when the frame is asked for."""
        from analyzer.dissect import Dissections  # noqa: PLC0415  (what only reads tables needs no trees)

        path, asked = self._asked(frame_numbers, capture)
        with texts_of(self.places.get(path)):
            frames = read_frames(path, asked, self.ports, self.max_expansion)
            return Dissections(path, frames, self._all_tables, self.ports, self._keys, self.max_expansion, asked)
