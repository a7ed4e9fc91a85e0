"""A run that opens paused fills view, plots and table at once: no step comes that would."""

import math
from pathlib import Path
from typing import Any

import pytest
from app.window.user import step

from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.window.main_window import MainWindow
from spinviz.files.session import Session, save_session
from spinviz.systems import systems


def empty(window: MainWindow) -> list[str]:
    """What does not show the last frame."""
    frame, parts = window.controller.last_frame, window.parts
    assert frame is not None
    board, table = parts.plots, parts.side.table
    system = window.controller.system
    assert system is not None
    tell = [plot.title for plot in system.plots if plot.tells(frame.parameters)]
    assert [panel.plot.title for panel in board.panels] == tell
    found = [panel.plot.title for panel in board.panels if panel.frame is not frame]
    found += [panel.plot.title for panel in board.shown if panel._stale]
    known = sum(math.isfinite(value) for value in frame.observables.values())
    return [*found, *(["table"] if table._frame is not frame or (known and not table.as_text()) else [])]


def opens_full(window: MainWindow, until: Any) -> None:
    until(lambda: not window.reactions._builder.is_active)
    until(lambda: not window.controller.last_frame.running)
    until(lambda: not empty(window))


@pytest.mark.parametrize("name", list(systems()))
def test_a_system_opens_paused_with_full_panels(window: MainWindow, until: Any, qtbot: Any, name: str) -> None:
    """They stayed empty until the next step, because frames came while the panels were built."""
    with qtbot.waitSignal(window.controller.opened, timeout=60000):
        window.controller.worker.open(open_choice(Choice(name, running=False)))
    opens_full(window, until)
    assert len(window.parts.plots.panels) > 1
    assert step(window) == 0


def test_a_session_opens_with_full_panels(window: MainWindow, until: Any, tmp_path: Path, qtbot: Any) -> None:
    path = tmp_path / "run.spinviz"
    system = systems()["macrospin"]
    save_session(path, Session(system, system.Parameters.of(), step=40))
    for _ in range(2):  # over another system, and over a run of the same
        with qtbot.waitSignal(window.controller.opened, timeout=15000):
            window.files.open(path)
        opens_full(window, until)
        assert step(window) == 40


def test_a_choice_that_is_undone_fills_its_panels(window: MainWindow, until: Any, qtbot: Any) -> None:
    controller = window.controller
    for name in ("macrospin", "ising_domains"):
        with qtbot.waitSignal(controller.opened, timeout=15000):
            controller.open_system(name)
        controller.set_running(False)
        until(lambda: not controller.last_frame.running)
    for undo in (controller.undo.undo, controller.undo.redo):
        before = controller.system.name
        with qtbot.waitSignal(controller.opened, timeout=15000):
            undo()
        assert controller.system.name != before
        controller.set_running(False)
        opens_full(window, until)
