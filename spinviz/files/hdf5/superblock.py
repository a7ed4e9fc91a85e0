"""The first 48 bytes of an HDF5 file (superblock version 3) and a view of files that were never closed.

Source: HDF5 File Format Specification, "Disk Format: Level 0A"; checksum: Bob Jenkins's lookup3. HDF5 itself
opens such files only as a live reader, which waits for minutes where the file has been cut.
"""

from __future__ import annotations

import io
import os
import struct
from typing import Any, BinaryIO

SIZE = 48
_VERSION = 8
_FLAGS = 11
_END_OF_FILE = slice(28, 36)
_CHECKSUM = slice(44, 48)
_WORD = 0xFFFFFFFF


class ClosedView(io.RawIOBase):
    """Shows a file as if its writer had closed it, without changing it.

    Parameters
    ----------
    stream
        An HDF5 file with a superblock of version 3; ValueError for any other.
    """

    def __init__(self, stream: BinaryIO) -> None:
        block = bytearray(stream.read(SIZE))
        if len(block) < SIZE or block[_VERSION] != 3:
            raise ValueError("superblock is not of version 3")
        self._end = os.fstat(stream.fileno()).st_size
        block[_FLAGS] = 0
        block[_END_OF_FILE] = struct.pack("<Q", self._end)
        block[_CHECKSUM] = struct.pack("<I", checksum(bytes(block[:44])))
        self._block = bytes(block)
        self._stream = stream
        self._position = 0

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` from the present position."""
        view = memoryview(buffer).cast("B")
        self._stream.seek(self._position)
        content = self._stream.read(len(view))
        ahead = self._block[self._position : self._position + len(content)]
        content = ahead + content[len(ahead) :]
        view[: len(content)] = content
        self._position += len(content)
        return len(content)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to ``offset``; the end is where it was when the view was made."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._end}[whence]
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        """Return the present position."""
        return self._position

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True


def end_of_file(block: bytes) -> int:
    """Return the size that the file has according to its superblock [bytes]."""
    return int(struct.unpack("<Q", block[_END_OF_FILE])[0])


def checksum(content: bytes) -> int:
    """Jenkins's lookup3 (hashlittle, initial value 0) of a multiple of four bytes."""
    words = struct.unpack(f"<{len(content) // 4}I", content)
    a = b = c = (0xDEADBEEF + len(content)) & _WORD
    while len(words) > 3:
        a, b, c = _mix((a + words[0]) & _WORD, (b + words[1]) & _WORD, (c + words[2]) & _WORD)
        words = words[3:]
    a, b, c = ((x + y) & _WORD for x, y in zip((a, b, c), (*words, 0, 0, 0)))
    return _final(a, b, c)


def _rotated(x: int, bits: int) -> int:
    return (x << bits | x >> (32 - bits)) & _WORD


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for bits in (4, 6, 8, 16, 19, 4):
        a = (a - c) & _WORD ^ _rotated(c, bits)
        c = (c + b) & _WORD
        a, b, c = b, c, a
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    for bits in (14, 11, 25, 16, 4, 14, 24):
        c = ((c ^ b) - _rotated(b, bits)) & _WORD
        a, b, c = b, c, a
    return b
