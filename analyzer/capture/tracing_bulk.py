"""ESP and AH packets of wanted streams, found in the columns of a batch."""

import numpy as np

from analyzer.capture.batch import Batch
from analyzer.capture.belonging import NotingLedger
from analyzer.capture.bulk import BulkLedger, group_keys
from analyzer.capture.rows import EspRows


class NotingBulkLedger(NotingLedger, BulkLedger):
    """The same, of many packets at once."""

    def close_batch(self, batch: Batch, rows: dict[int, EspRows]) -> None:
        """Note those of a batch: SPIs first, of which few packets have a wanted one, then the whole key."""
        streams = self._wanted.streams
        if not streams:
            return
        spis = np.array([int.from_bytes(key[-5:-1], "big") for key in streams], np.uint32)
        for width, mine in rows.items():
            spi = np.ascontiguousarray(mine.head.view(np.uint32)[:, 1]).view(">u4").astype(np.uint32)
            near = np.flatnonzero(np.isin(spi, spis))
            if not len(near):
                continue
            keys = group_keys(batch, mine, width)[near]
            named = np.ascontiguousarray(np.hstack((keys[:, :width], keys[:, width + 4 : width + 9])))
            frames: dict[bytes, list[int]] = {}
            found = zip(named.view(f"V{width + 5}").ravel().tolist(), batch.frame[mine.row[near]].tolist(), strict=True)
            for key, frame in found:
                if key in streams:
                    frames.setdefault(key, []).append(frame)
            for key, some in frames.items():
                self._wanted.frames.update(np.array(list(self._wanted.see_stream(key, sorted(some))), np.int64))
