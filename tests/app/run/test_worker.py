"""The simulation thread ends quietly."""

import pytest
from pytestqt.qtbot import QtBot

from spinviz.app.run.worker import Opened, Progress, Worker
from spinviz.model import interrupts


@pytest.mark.parametrize("asked", [KeyboardInterrupt, interrupts.Terminated])
def test_work_that_a_closed_window_left_behind_ends_without_a_traceback(
    qtbot: QtBot, asked: type[BaseException]
) -> None:
    """An error in a thread that nobody catches fails a test."""
    worker = Worker()

    def opening(progress: Progress) -> Opened:
        raise asked

    worker.open(opening)
    qtbot.waitUntil(lambda: not worker.is_running)
