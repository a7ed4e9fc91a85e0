"""Opening a stranger's file: a plain file of bounded size, every refusal of the system in one clear line."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from spinviz.files.errors import FileError


@contextmanager
def open_bounded(path: str | os.PathLike[str], max_bytes: int) -> Iterator[BinaryIO]:
    """Open ``path`` for reading in binary.

    Raises
    ------
    FileError
        The file is missing, empty, a folder, a device, unreadable or larger than ``max_bytes``.
    """
    try:
        _check_plain(path, _status(path), max_bytes)
        with open(path, "rb") as stream:
            yield stream
    except OSError as error:
        raise FileError.reading(path, error) from error


def bytes_left(stream: BinaryIO) -> int:
    """Return how many bytes of the file follow the present position."""
    return os.fstat(stream.fileno()).st_size - stream.tell()


def _check_plain(path: str | os.PathLike[str], status: os.stat_result, max_bytes: int) -> None:
    """Refuse what would block (a pipe), never end (a device) or not fit, before it is opened."""
    if stat.S_ISDIR(status.st_mode):
        raise FileError(path, "this is a folder", "choose a file inside it")
    if not stat.S_ISREG(status.st_mode):
        raise FileError(path, "this is a device or a pipe, not a plain file", "copy its content to a file")
    if status.st_size == 0:
        raise FileError(path, "the file is empty (0 bytes)", "choose another file or write it again")
    if status.st_size > max_bytes:
        problem = f"the file has {status.st_size} bytes, the limit is {max_bytes}"
        raise FileError(path, problem, "choose a smaller file or reduce this one")


def _status(path: str | os.PathLike[str]) -> os.stat_result:
    try:
        return os.stat(path)
    except ValueError as error:
        raise FileError.naming(path, error) from error
