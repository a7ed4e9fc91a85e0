"""A file being written is claimed: no other process writes to its name meanwhile.

Whoever claims it holds the lock on a file beside it, ``.NAME-DIGEST.lock``, which the system lets go however the
process ends.
"""

from __future__ import annotations

import os
import re
import threading
from hashlib import sha256
from pathlib import Path
from time import sleep
from types import TracebackType

from spinviz.files.errors import FileError
from spinviz.files.lock import FileLock

_TRIES, _PAUSE = 5, 0.02
"""A lock may be taken for a moment by somebody who clears up. [s]"""
_NAME = re.compile(r"\..{0,20}-[0-9a-f]{12}\.lock", re.DOTALL)

_mutex = threading.Lock()
_held: dict[Path, tuple[FileLock, int]] = {}
"""The locks of this process, and how many of its writers share each: a run and the writer of its file."""


class Claim:
    """The right to write to ``path``, until `release` or the end of a ``with`` block. Links are followed.

    Raises
    ------
    FileError
        Another process writes to ``path``, or its folder takes no files.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._place: Path | None = _lock_beside(Path(os.path.realpath(path)))
        with _mutex:
            lock, sharing = _held.get(self._place) or (_locked(path, self._place), 0)
            _held[self._place] = lock, sharing + 1

    def release(self) -> None:
        """Let others write; may be called twice."""
        place, self._place = self._place, None
        if place is None:
            return
        with _mutex:
            lock, sharing = _held.pop(place)
            if sharing > 1:
                _held[place] = lock, sharing - 1
            else:
                lock.release()

    def __enter__(self) -> Claim:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def is_lock(name: str) -> bool:
    """Whether a file of this name is the lock of a claim."""
    return _NAME.fullmatch(name) is not None


def clear_lock(path: Path) -> None:
    """Remove the lock that a killed process left; one that is held stays. Errors: `FileError`."""
    with _mutex:
        lock = FileLock(path)
        if path not in _held and lock.acquire():
            lock.release()


def _lock_beside(target: Path) -> Path:
    digest = sha256(os.fsencode(os.path.normcase(target.name))).hexdigest()[:12]
    return target.with_name(f".{target.stem[:20]}-{digest}.lock")


def _locked(path: str | os.PathLike[str], place: Path) -> FileLock:
    lock = FileLock(place)
    for _ in range(_TRIES):
        try:
            if lock.acquire():
                return lock
        except FileError as error:
            raise FileError(path, error.problem, error.remedy) from error
        sleep(_PAUSE)
    raise FileError(path, "another spinviz is writing this file", "choose another name or wait until it has ended")
