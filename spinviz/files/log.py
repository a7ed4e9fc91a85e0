"""The log file: what nobody expected, and warnings of libraries, which no terminal shows."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path

import platformdirs

LOG = "spinviz.log"
MOST_LOG_BYTES = 1_000_000
LINE = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"

_LOGGED = ("spinviz", "py.warnings")
"""Our own log, and where Python sends warnings that are captured."""


def state_folder() -> Path:
    """Where autosaved sessions and the log are."""
    return Path(platformdirs.user_state_dir("spinviz", appauthor=False))


def log_path() -> Path:
    """Where the log file is."""
    return state_folder() / LOG


@contextmanager
def logged(say: Callable[[str], None]) -> Iterator[None]:
    """Write log and warnings to the file meanwhile; ``say`` gets our own warnings, which are lines for people.

    What warnings do is left as it is: where they are errors, as in tests, they stay errors.
    """
    told = _Told(say)
    ours = logging.getLogger("spinviz")
    ours.addHandler(told)
    open_log()
    logging.captureWarnings(True)
    before = sys.unraisablehook
    if before is sys.__unraisablehook__:
        sys.unraisablehook = _log_unraisable
    try:
        yield
    finally:
        sys.unraisablehook = before
        logging.captureWarnings(False)
        close_log()
        ours.removeHandler(told)


def _log_unraisable(ignored: sys.UnraisableHookArgs) -> None:
    """Log an error in a finalizer: Ctrl+C may interrupt a library while it makes an object."""
    logging.getLogger("spinviz").error("ignored in %r", ignored.object, exc_info=ignored.exc_value)


def open_log() -> None:
    """Write the log to its file; a windowed build has no standard error at all."""
    if _files():
        return
    handler = _LogFile(log_path())
    handler.setFormatter(logging.Formatter(LINE))
    for name in _LOGGED:
        logging.getLogger(name).addHandler(handler)


def close_log() -> None:
    """Close the log file."""
    for handler in _files():
        for name in _LOGGED:
            logging.getLogger(name).removeHandler(handler)
        handler.close()


def _files() -> list[logging.Handler]:
    return [handler for handler in logging.getLogger("spinviz").handlers if isinstance(handler, _LogFile)]


class _LogFile(logging.FileHandler):
    """Made with the first line; where it cannot be written nothing is logged."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace", delay=True)

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            if path.stat().st_size > MOST_LOG_BYTES:
                path.replace(path.with_suffix(".old.log"))
        return super()._open()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; without a place for it, none."""
        with suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Say nothing: there is no better place."""


class _Told(logging.Handler):
    """Passes warnings of our own on, each as its line."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on a warning; errors are told where they happen."""
        if record.levelno == logging.WARNING:
            self._say(f"warning: {record.getMessage()}")
