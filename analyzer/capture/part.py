"""A file in an archive, as what reads captures wants it."""

import io


class Part(io.RawIOBase):
    """One file of an archive, read from its beginning to its end, once.

    size_bytes: of the file as it would be unpacked. inside: in what kind of archive it is, "zip" or "tar.gz". trouble:
    why its bytes ended early, if they did. is_packed: whether the archive stores it compressed, so that it may become
    much more than was read of the archive.
    """

    inside = ""
    size_bytes = 0
    trouble = ""
    is_packed = False

    @property
    def stored_bytes(self) -> int:
        """How many bytes of the archive were used for what was read of the file."""
        raise NotImplementedError

    def readable(self) -> bool:
        """Always."""
        return True
