"""What the mouse does in plots reaches the run: spans edit, diagrams seek, pixels pick."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from toy import Toy, ToyParameters, ToyState

from spinviz.app.run.controller import Controller
from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.run.settings import SettingsStore
from spinviz.app.window import theme as dress
from spinviz.app.window.main_window import MainWindow
from spinviz.model.parameters import ParameterError
from spinviz.model.plots import Diagram, DiagramRow, DiagramScheme, DiagramSpan, Image
from spinviz.plots.diagram import DiagramPlot


class SequenceParameters(ToyParameters):
    def change(self, **values: Any) -> "SequenceParameters":
        changed = super().change(**values)
        if changed.noise > 0.6:
            raise ParameterError(f"noise = {changed.noise:g} is too long: choose at most 0.6")
        return changed


class SequenceToy(Toy):
    """A toy with a diagram of one second, whose span is its noise [s], and an image."""

    name = "sequence"
    Parameters = SequenceParameters
    laws = ()
    plots = (
        Diagram("diagram", "diagram", lambda s, p: SequenceToy.scheme(s, p)),
        Image("image", "image", lambda s, p: np.arange(12.0).reshape(3, 4), low=0, high=12),
    )

    @staticmethod
    def scheme(state: ToyState, p: ToyParameters) -> DiagramScheme:
        row = DiagramRow("RF", np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0]))
        return DiagramScheme((row,), state.time, 0.0, 1.0, (DiagramSpan("noise", "noise", 0.0, p.noise),))

    def pick(self, p: ToyParameters, plot: str, row: int, column: int) -> ToyParameters | None:
        if (row, column) == (0, 0):
            return None
        return p.change(count=1 + 4 * row + column, noise=0.9 if row == 2 else p.noise)


@pytest.fixture
def window(
    qtbot: Any, tmp_path: Path, only_toys: dict[str, Any], monkeypatch: pytest.MonkeyPatch, until: Any
) -> Iterator[MainWindow]:
    """A window on the toy with a diagram, paused after some steps."""
    monkeypatch.setitem(only_toys, "sequence", SequenceToy())
    dress.load_fonts()
    made = MainWindow(SettingsStore(tmp_path / "settings.ini"))
    made.picture.animate = False
    qtbot.addWidget(made)
    c = made.controller
    c.start(open_choice(Choice("sequence", "plain", SequenceParameters(noise=0.3))))
    made.show()
    until(lambda: c.last_frame is not None and c.last_frame.step > 60)
    c.set_running(False)
    until(lambda: not c.last_frame.running)
    # One plot after the other gets the last frame.
    until(lambda: [panel.frame for panel in made.parts.plots.panels] == [c.last_frame] * 2)
    yield made
    made.close()
    QApplication.instance().setStyleSheet("")


def diagram(window: MainWindow) -> DiagramPlot:
    panel = window.parts.plots.panels[0]
    assert isinstance(panel, DiagramPlot)
    return panel


def mouse(window: MainWindow, *times: float, y: float = 0.7) -> None:
    """Press at the first of ``times`` [s], move over the others, release at the last."""
    panel = diagram(window)
    # The places are those when the button goes down.
    at = [panel.graph.mapFromScene(panel.box.mapViewToScene(QPointF(time, y))) for time in times]
    view = panel.graph.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at[0])
    for place in at[1:]:
        QTest.mouseMove(view, place)
        QTest.qWait(30)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at[-1])


def test_a_dragged_span_is_one_edit_that_can_be_undone(window: MainWindow, until: Any) -> None:
    c = window.controller
    height = diagram(window)._spans.ends[0][1]
    mouse(window, 0.3, 0.35, 0.4, 0.5, y=height)
    until(lambda: abs(c.last_frame.parameters.noise - 0.5) < 0.01)
    assert c.undo.count() == 1
    assert window.parts.side.form.parameters.noise == c.parameters.noise
    c.undo.undo()
    until(lambda: c.last_frame.parameters.noise == 0.3)


def test_a_drag_that_is_not_allowed_says_why_and_keeps_what_is(window: MainWindow, until: Any) -> None:
    c = window.controller
    height = diagram(window)._spans.ends[0][1]
    mouse(window, 0.3, 0.4, 0.8, 0.9, y=height)
    assert "choose at most 0.6" in window.messages.text
    assert window.messages.severity == "warning"
    assert abs(c.parameters.noise - 0.4) < 0.01
    until(lambda: abs(c.last_frame.parameters.noise - 0.4) < 0.01)
    # The drag ended: the next one is undone separately.
    until(lambda: diagram(window).frame is not None and diagram(window).frame.parameters == c.parameters)
    mouse(window, c.parameters.noise, 0.45, 0.5, y=diagram(window)._spans.ends[0][1])
    assert c.undo.count() == 2


def test_clicking_and_dragging_in_a_diagram_scrubs(window: MainWindow, until: Any) -> None:
    c = window.controller
    last = c.last_frame.last_step
    mouse(window, 0.2)
    until(lambda: c.last_frame.step == 20)
    assert c.last_frame.last_step == last
    mouse(window, 0.2, 0.3, 0.4, 0.1)
    until(lambda: c.last_frame.step == 10)
    mouse(window, 0.2, 0.9)
    until(lambda: c.last_frame.step == last or c.last_frame.time > 0.88)
    assert c.last_frame.last_step == last
    assert not c.undo.canUndo()


def test_a_picked_pixel_is_an_edit(window: MainWindow, until: Any) -> None:
    c = window.controller
    window.parts.plots.picked.emit("image", 0, 0)
    assert not c.undo.canUndo()
    window.parts.plots.picked.emit("image", 1, 2)
    until(lambda: c.last_frame.parameters.count == 7)
    window.parts.plots.picked.emit("image", 2, 0)
    assert "choose at most 0.6" in window.messages.text
    c.undo.undo()
    until(lambda: c.last_frame.parameters.count == 3)


def test_systems_without_an_answer_ignore_a_pick(controller: Controller) -> None:
    before = controller.parameters
    controller.pick("image", 1, 2)
    assert controller.parameters == before
    assert not controller.undo.canUndo()
