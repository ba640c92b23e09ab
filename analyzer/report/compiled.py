"""What jinja2 makes of the templates, kept where Python keeps what it makes of modules, and on the same terms.

To compile them takes as long as the report of a small capture. As for modules, nothing is kept where the folder cannot
be written or under PYTHONDONTWRITEBYTECODE, and PYTHONPYCACHEPREFIX says where it lies.
"""

import marshal
import os
import sys
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final

import jinja2
from jinja2.bccache import Bucket

_DIGEST: Final = 64  # signs of one in hexadecimal


class Compiled(jinja2.BytecodeCache):
    """The compiled templates, a file each: what it was made from and what it is, as digests, and the code.

    makers: the files that code depends on besides its template. If one of them has changed it is made again.
    """

    def __init__(self, *makers: str) -> None:
        self._folder = Path(cache_from_source(__file__)).parent
        stats = [os.stat(path) for path in makers]  # noqa: PTH116  (as they stand)
        self._maker = "".join(f"{stat.st_mtime_ns} {stat.st_size} " for stat in stats)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002  (jinja2's signature)
        """The name of the file."""
        return f"{name.replace('/', '-')}.{sys.implementation.cache_tag}"

    def get_source_checksum(self, source: str) -> str:
        """What it is made from."""
        return sha256((self._maker + source).encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the code, if it is what was made from this template and nobody has changed it since."""
        try:
            data = (self._folder / bucket.key).read_bytes()
        except OSError:
            return
        head, code = data[: 2 * _DIGEST], data[2 * _DIGEST :]
        if head == self._head(bucket, code):
            bucket.code = marshal.loads(code)  # noqa: S302  (as trusted as Python's own, which lies beside it)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code, if that may be."""
        if sys.dont_write_bytecode or bucket.code is None:
            return
        code, begun = marshal.dumps(bucket.code), self._folder / f"{bucket.key}.{os.getpid()}"
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                begun.write_bytes(self._head(bucket, code) + code)
                begun.replace(self._folder / bucket.key)
            except OSError:
                begun.unlink(missing_ok=True)
                raise

    def _head(self, bucket: Bucket, code: bytes) -> bytes:
        return (bucket.checksum + sha256(code).hexdigest()).encode()
