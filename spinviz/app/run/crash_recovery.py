"""Autosaved sessions: written beside each other by running windows, offered again after a crash."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

from spinviz.files.atomic import is_running
from spinviz.files.log import state_folder
from spinviz.files.session import SUFFIX, Session, save_session

LAST = f"last{SUFFIX}"
"""Unsaved work of a window that was closed on purpose."""


class Autosave:
    """The autosaved session of this process, and the one that a crashed process left."""

    def __init__(self) -> None:
        self.folder = state_folder()
        self.due = False
        """Whether anything changed since the last time."""
        self._path = self.folder / f"autosave-{os.getpid()}{SUFFIX}"
        self._written = threading.Event()
        self._written.set()
        self._found = self._search()

    def begin(self) -> None:
        """Note that `write` was asked for."""
        self.due = False
        self._written.clear()

    def write(self, session: Session) -> None:
        """Write the session; called in the simulation thread. Errors: `FileError`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            save_session(self._path, session)
        finally:
            self._written.set()

    def wait(self, timeout: float = 2.0) -> bool:
        """Wait for a write under way."""
        return self._written.wait(timeout)

    def leave(self, keep: bool) -> None:
        """End without a crash: unsaved work becomes the last session, a recovered one is no longer needed."""
        self.discard_found()
        with suppress(OSError):
            if keep and self._path.exists():
                os.replace(self._path, self.folder / LAST)
            else:
                self._path.unlink(missing_ok=True)

    @property
    def last(self) -> Path | None:
        """Unsaved work of the window that was closed last."""
        path = self.folder / LAST
        return path if path.is_file() else None

    def found(self) -> Path | None:
        """What a crash left behind."""
        return self._found

    def discard_found(self) -> None:
        """Remove it."""
        if self._found is not None:
            with suppress(OSError):
                self._found.unlink()
        self._found = None

    def _search(self) -> Path | None:
        left = [path for path in self.folder.glob(f"autosave-*{SUFFIX}") if not _alive(path)]
        return max(left, key=lambda path: path.stat().st_mtime, default=None)


def _alive(path: Path) -> bool:
    """Whether the process that writes ``path`` still runs."""
    number = path.stem.removeprefix("autosave-")
    if not number.isdigit() or int(number) == os.getpid():
        return not number.isdigit()
    return is_running(int(number), path.stat().st_mtime)
