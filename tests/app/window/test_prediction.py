"""Predict, then reveal: with real keys and the mouse in a plot."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from toy import Toy, ToyParameters

from spinviz.app.window.main_window import MainWindow
from spinviz.files.session import Session, save_session
from spinviz.model.kept import MOST_POINTS
from spinviz.plots.sketch import joined


def press(window: MainWindow, key: Qt.Key) -> None:
    view = window.picture.view
    assert view is not None
    view.setFocus()
    QTest.keyClick(view, key)


def trace(window: MainWindow) -> Any:
    return window.parts.plots.panels[0]


def at(panel: Any, x: float, y: float) -> QPoint:
    """Where axis numbers are in the graph."""
    scene = panel.box.mapViewToScene(QPointF(x, y))
    return panel.graph.mapFromScene(scene)


def draw(panel: Any, points: list[tuple[float, float]]) -> None:
    viewport = panel.graph.viewport()
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(viewport, left, pos=at(panel, *points[0]))
    for point in points[1:]:
        QTest.mouseMove(viewport, at(panel, *point))
        QApplication.processEvents()
    QTest.mouseRelease(viewport, left, pos=at(panel, *points[-1]))


@pytest.fixture
def predicting(window: MainWindow, until: Any) -> MainWindow:
    """The window at its beginning after G."""
    until(lambda: len(window.parts.plots.panels) == 3)
    until(lambda: trace(window).frame is not None and trace(window).frame.step > 30)
    press(window, Qt.Key.Key_G)
    until(lambda: window.controller.last_frame.step == 0)
    until(lambda: trace(window).frame.step == 0 and not trace(window).caption.badge_text)
    return window


def test_the_law_is_hidden_and_the_run_waits_at_its_beginning(predicting: MainWindow) -> None:
    assert predicting.controller.hidden == ("law",)
    assert not predicting.controller.running
    assert predicting.menus.actions["predict"].isChecked()
    assert predicting.messages.text.startswith("Draw what you expect")
    assert trace(predicting).frame.laws == {}


def test_a_drag_draws_where_the_mouse_was(predicting: MainWindow) -> None:
    panel = trace(predicting)
    points = [(0.2, 0.8), (0.6, 0.5), (1.0, 0.3), (1.6, 0.1)]
    view = [list(side) for side in panel.box.state["viewRange"]]
    draw(panel, points)
    (one,) = predicting.controller.kept.now
    assert (one.plot, one.kind, one.title) == ("trace", "sketch", "prediction")
    dx, dy = (abs(size) for size in panel.box.viewPixelSize())
    x, y = np.array(points).T
    np.testing.assert_allclose(one.lines[0].x, x * panel.factors()[0], atol=dx)
    np.testing.assert_allclose(one.lines[0].y, y * panel.factors()[1], atol=dy)
    assert [list(side) for side in panel.box.state["viewRange"]] == view, "a drag no longer moves the plot"
    assert [entry.label for entry in panel.pinned.legend.entries] == ["prediction"]
    draw(panel, [(0.2, 0.2), (0.4, 0.2)])
    (one,) = predicting.controller.kept.now
    assert np.isnan(one.lines[0].x).sum() == 1


def test_space_runs_with_the_law_hidden_and_g_reveals_it(predicting: MainWindow, until: Any) -> None:
    panel = trace(predicting)
    draw(panel, [(0.2, 0.8), (1.6, 0.1)])
    press(predicting, Qt.Key.Key_Space)
    until(lambda: panel.frame.step > 20)
    assert panel.frame.laws == {}
    assert predicting.messages.text == "The law is hidden: G reveals it"
    assert not panel.sketching.active
    press(predicting, Qt.Key.Key_G)
    until(lambda: bool(panel.caption.badge_text))
    assert predicting.controller.running
    assert predicting.controller.hidden == ()
    assert [one.kind for one in predicting.controller.kept.now] == ["sketch"]
    assert not predicting.menus.actions["predict"].isChecked()


def test_g_alone_runs_and_reveals(predicting: MainWindow, until: Any) -> None:
    press(predicting, Qt.Key.Key_G)
    until(lambda: predicting.controller.last_frame.step > 5)
    until(lambda: bool(trace(predicting).caption.badge_text))
    assert not trace(predicting).sketching.active
    assert not predicting.messages.text.startswith("Draw")


def test_the_switch_of_the_law_and_another_run_end_it(predicting: MainWindow, until: Any) -> None:
    predicting.switches.toggle("law")
    assert not predicting.prediction.is_on()
    press(predicting, Qt.Key.Key_G)
    predicting.controller.open_system("toy", "kicked")
    until(lambda: predicting.controller.preset.name == "kicked")
    assert not predicting.prediction.is_on()
    assert predicting.controller.hidden == ()


def test_a_session_that_hides_the_law_goes_on_hiding_it(
    predicting: MainWindow, tmp_path: Path, qtbot: Any, until: Any
) -> None:
    """Opened during a prediction it once showed the law."""
    path = tmp_path / "hidden.spinviz"
    save_session(path, Session(Toy(), ToyParameters(), step=3, hidden=("law", "axes")))
    with qtbot.waitSignal(predicting.controller.opened, timeout=15000):
        predicting.files.open(path)
    assert not predicting.prediction.is_on()
    assert predicting.controller.hidden == ("law", "axes")


def test_a_new_prediction_begins_empty(predicting: MainWindow, until: Any) -> None:
    draw(trace(predicting), [(0.2, 0.8), (1.6, 0.1)])
    press(predicting, Qt.Key.Key_G)
    press(predicting, Qt.Key.Key_G)
    assert predicting.controller.kept.now == ()


def test_strokes_are_bounded() -> None:
    x = y = np.zeros(0)
    for _ in range(40):
        x, y = joined(x, y, np.linspace(0, 1, 300), np.linspace(0, 1, 300))
        assert len(x) == len(y) <= MOST_POINTS
    assert np.isnan(x).sum() == 39
    x = y = np.zeros(0)
    for _ in range(MOST_POINTS + 5):
        x, y = joined(x, y, np.ones(2), np.ones(2))
    assert len(x) <= MOST_POINTS


def test_the_message_has_room_for_its_words_and_its_button(predicting: MainWindow, until: Any) -> None:
    press(predicting, Qt.Key.Key_Space)
    until(lambda: predicting.messages.text == "The law is hidden: G reveals it")
    assert predicting.messages._line.toPlainText() == predicting.messages.text, "the button took the room of the words"
