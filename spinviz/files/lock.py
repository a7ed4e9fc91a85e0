"""A lock on a file: held by a living program, and let go by the system when the program ends in whatever way."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

from spinviz.files.errors import FileError

_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
"""What the system says of a lock that somebody else has; others mean that this disk knows no locks."""


class FileLock:
    """The lock on the file ``path``, which is made for it and holds nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock; return whether it is ours, or the disk knows no locks. Errors: `FileError`."""
        if self._descriptor is not None:
            return True
        while True:
            try:
                descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)
            except OSError as error:
                raise FileError.writing(self.path, error) from error
            if not _lock(descriptor, alone=True):
                os.close(descriptor)
                return False
            if self._is_file_of(descriptor):
                self._descriptor = descriptor
                return True
            os.close(descriptor)  # whoever had it before has just removed it

    def release(self) -> None:
        """Let go, and remove the file."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        # While it is ours, where the system can: later it may be another's.
        with suppress(OSError):
            self.path.unlink()
        os.close(descriptor)
        if sys.platform == "win32":
            with suppress(OSError):
                self.path.unlink()

    def _is_file_of(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(descriptor))
        except OSError:
            return False


def is_held(path: Path) -> bool:
    """Whether a program that runs holds the lock on ``path``."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _lock(descriptor, alone=False)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, alone: bool) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return error.errno not in _HELD
        if not alone:
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        return True

else:
    import fcntl

    def _lock(descriptor: int, *, alone: bool) -> bool:
        """Lock; those who only look share theirs, so that two of them do not take each other for an owner."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno not in _HELD
        return True
