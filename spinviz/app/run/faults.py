"""Errors nobody expected: to the log file and to the window's message bar, never a traceback dialog."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from spinviz import __version__
from spinviz.files.log import log_path

log = logging.getLogger("spinviz")


class Faults:
    """Takes over ``sys.excepthook`` until `leave`; ``tell`` gets a line and the details."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self._tell = tell
        self._before = sys.excepthook
        self._telling = False
        sys.excepthook = self._caught

    def leave(self) -> None:
        """Give the hook back."""
        sys.excepthook = self._before

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._before(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        log.error("unexpected\n%s", details)
        if self._telling:
            return
        self._telling = True
        try:
            what = traceback.format_exception_only(kind, error)[-1].strip()
            line = f"An unexpected error: {what}. The window goes on; save your work."
            self._tell(line, f"{details}\n{diagnostics()}")
        except Exception:  # the last handler there is: what fails in it must not be lost
            log.exception("an unexpected error could not be told")
        finally:
            self._telling = False


def diagnostics() -> str:
    """Return versions and paths that help to find a fault."""
    import numpy
    import PySide6

    lines = (
        f"spinviz {__version__}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"PySide6 {PySide6.__version__}, numpy {numpy.__version__}",
        f"log file {log_path()}",
    )
    return "\n".join(lines)
