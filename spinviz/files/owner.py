"""Whose a temporary file is: that of a program that lives as long as it holds a lock, not of the number of a process.

A program that makes temporary files holds a lock in the system's folder for such, and notes beside it in which folders
it makes them. What it leaves when it is killed is found by these notes.
"""

from __future__ import annotations

import atexit
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from spinviz.files.errors import FileError
from spinviz.files.lock import FileLock, is_held
from spinviz.files.log import state_folder

OWNER = "SPINVIZ_OWNER"
"""Name in the environment of the lock of the program for which this one works: it ends with that."""
UNKNOWN = 86_400.0
"""Seconds after which a temporary file is left behind whose owner has no lock: folders for locks may be emptied."""
MOST_NOTES = 10**7
_BEGIN, _NOTES = "spinviz-owner-", ".folders"


def token() -> str:
    """Return what names this program in its temporary files."""
    return _lock().path.stem.removeprefix(_BEGIN)


def lock_path() -> Path | None:
    """Return the lock that this program holds as long as it lives; None where locks do not work."""
    path = _lock().path
    return path if is_held(path) else None


def note(folder: Path) -> None:
    """Note that this program makes temporary files in ``folder``."""
    if folder not in _noted():
        _noted().add(folder)
        with suppress(OSError):
            notes = os.open(_lock().path.with_suffix(_NOTES), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
            with open(notes, "ab") as stream:
                stream.write(os.fsencode(folder.absolute()) + b"\0")


def is_gone(token: str, path: Path) -> bool:
    """Whether the program of this ``token``, which made ``path``, no longer lives. Errors: `OSError`.

    What belongs to another user is nothing that we can tell of.
    """
    status = path.lstat()
    if not _is_ours(status):
        return False
    lock = _place() / f"{_BEGIN}{token}.lock"
    return not is_held(lock) and (lock.exists() or time.time() - status.st_mtime > UNKNOWN)


@contextmanager
def killed() -> Iterator[list[Path]]:
    """Lend the folders in which programs that are gone made temporary files; they are forgotten when the block ends."""
    notes = [path for path in _place().glob(f"{_BEGIN}*{_NOTES}") if not is_held(path.with_suffix(".lock"))]
    folders: list[Path] = []
    for path in notes:
        with suppress(OSError):
            if _is_ours(path.lstat()) and path.is_file() and not path.is_symlink():
                with open(path, "rb") as stream:
                    folders += [Path(os.fsdecode(name)) for name in stream.read(MOST_NOTES).split(b"\0") if name]
    yield list(dict.fromkeys(folders))
    for path in notes:
        for one in (path, path.with_suffix(".lock")):
            with suppress(OSError):
                one.unlink()


def _is_ours(status: os.stat_result) -> bool:
    return not hasattr(os, "getuid") or status.st_uid == os.getuid()


def _place() -> Path:
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:  # all are full
        return state_folder()


@cache
def _lock() -> FileLock:
    lock = FileLock(_place() / f"{_BEGIN}{secrets.token_hex(6)}.lock")
    with suppress(FileError):
        lock.acquire()
    atexit.register(_leave, lock)
    return lock


@cache
def _noted() -> set[Path]:
    return set()


def _leave(lock: FileLock) -> None:
    with suppress(OSError):
        lock.path.with_suffix(_NOTES).unlink()
    lock.release()
