"""Unsaved work: each window writes its own down, and what windows that are gone left stays until opened or discarded.

What belongs to a running window is told by a lock that it holds, not by the number of its process: numbers are given
again. Work of a window that was closed on purpose is kept as well, but not asked about.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from spinviz.files.lock import FileLock, is_held
from spinviz.files.log import state_folder
from spinviz.files.session import SUFFIX, Session, save_session

RUNNING, CLOSED = "autosave-", "closed-"
"""How names of files begin: of windows that run or crashed, and of windows that were closed."""
LAST = f"last{SUFFIX}"
"""Where earlier versions kept the work of the window closed last."""
MOST_CLOSED = 50
"""Closed windows whose work is kept; of those that crashed, all are."""
HEAD = 4096
"""Bytes at the beginning of a session that name its system."""
_SYSTEM = re.compile(rb'"system": "(\w{1,80})"')


@dataclass(frozen=True)
class Kept:
    """Unsaved work of a window that is gone. ``time``: when it was written [s since the epoch]."""

    path: Path
    time: float
    crashed: bool

    def system(self) -> str:
        """Return the name of the system, empty where the file does not say."""
        with suppress(OSError), open(self.path, "rb") as stream:
            if found := _SYSTEM.search(stream.read(HEAD)):
                return found[1].decode()
        return ""


class Autosave:
    """The unsaved work of this window."""

    def __init__(self) -> None:
        self.folder = state_folder()
        self.due = False
        """Whether anything changed since the last time."""
        self._token = secrets.token_hex(6)
        self._path = self.folder / f"{RUNNING}{self._token}{SUFFIX}"
        self._lock = FileLock(_lock_of(self._path))
        self._written = threading.Event()
        self._written.set()
        self._opened: Path | None = None

    def begin(self) -> None:
        """Note that `write` was asked for."""
        self.due = False
        self._written.clear()

    def write(self, session: Session) -> None:
        """Write the session; called in the simulation thread. Errors: `FileError`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            save_session(self._path, session)
            opened, self._opened = self._opened, None
            if opened is not None:
                discard(opened)
        finally:
            self._written.set()

    def wait(self, timeout: float = 2.0) -> bool:
        """Wait for a write under way."""
        return self._written.wait(timeout)

    def take_over(self, path: Path) -> None:
        """Let the work that was opened from ``path`` be this window's: the next `write` removes the old file."""
        self._opened, self.due = path, True

    def leave(self, keep: bool) -> None:
        """End without a crash; ``keep``: there is unsaved work."""
        with suppress(OSError):
            if keep and self._path.exists():
                os.replace(self._path, self.folder / f"{CLOSED}{self._token}{SUFFIX}")
                _forget_oldest()
            else:
                self._path.unlink(missing_ok=True)
        self._lock.release()


def kept() -> list[Kept]:
    """Return the unsaved work of all windows that are gone, latest first."""
    found: list[Kept] = []
    with suppress(OSError):
        for entry in os.scandir(state_folder()):
            path = Path(entry.path)
            with suppress(OSError):  # another window opened it, or a link leads nowhere
                crashed = path.name.startswith(RUNNING)
                if is_kept(path) and entry.is_file() and not (crashed and is_held(_lock_of(path))):
                    found.append(Kept(path, entry.stat().st_mtime, crashed))
    return sorted(found, key=lambda one: one.time, reverse=True)


def is_kept(path: Path) -> bool:
    """Whether ``path`` is where unsaved work is kept."""
    name = path.name
    ours = name.startswith((RUNNING, CLOSED)) and path.suffix == SUFFIX
    return path.parent == state_folder() and (ours or name == LAST)


def discard(path: Path) -> None:
    """Remove unsaved work, unless the window that it belongs to runs."""
    lock = _lock_of(path)
    if is_kept(path) and not is_held(lock):
        for one in (path, lock):
            with suppress(OSError):
                one.unlink()


def _forget_oldest() -> None:
    for one in [one for one in kept() if not one.crashed][MOST_CLOSED:]:
        discard(one.path)


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")
