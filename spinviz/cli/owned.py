"""Work for a window ends with the window, also where that was killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from spinviz.files.lock import is_held
from spinviz.files.owner import OWNER

LOOK = 0.5
"""Seconds between two looks at the window."""


def end_with_owner() -> None:
    """Let this program be told to end, as by SIGTERM, when the one that it works for is gone."""
    if lock := os.environ.get(OWNER):
        threading.Thread(target=_wait, args=(Path(lock),), name="owner", daemon=True).start()


def _wait(lock: Path) -> None:
    while is_held(lock):
        time.sleep(LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
