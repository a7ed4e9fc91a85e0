"""What the measurements share that open the whole window in a process of their own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer


def wait(seconds: float) -> None:
    """Run the event loop for some time."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def answer(measure: Callable[[int], dict[str, float]]) -> None:
    """Measure with the number of the command line and settings of its own, and print the result as JSON."""
    with tempfile.TemporaryDirectory(prefix="spinviz-bench-", ignore_cleanup_errors=True) as folder:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = os.environ["XDG_DATA_HOME"] = folder
        print(json.dumps(measure(int(sys.argv[1]))))
