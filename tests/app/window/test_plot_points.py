"""A click on a point of a curve reaches the system, or takes the run to the time of the point."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from toy import Toy, ToyParameters

from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.run.settings import SettingsStore
from spinviz.app.window import theme as dress
from spinviz.app.window.main_window import MainWindow
from spinviz.model.plots import Curve, Graph, Histogram, Line, Spot, Trace
from spinviz.plots.panel import PlotPanel


class Answering(Toy):
    """A toy with a plot of every kind that has points; those of its means and bars set parameters."""

    name = "answering"
    plots = (
        *Toy.plots[:1],
        Curve("path", "Path", "rate", "mean"),
        *Toy.plots[1:],
        Graph("graph", "Graph", lambda s, p: (Line(np.arange(5.0), np.arange(5.0), "ramp"),), "x", "y"),
    )
    told: list[tuple[str, Spot]] = []

    def pick_point(self, p: ToyParameters, plot: str, spot: Spot) -> ToyParameters | None:
        self.told.append((plot, spot))
        return p.change(noise=0.5) if plot == "histogram" else p.change(rate=-1.0) if plot == "graph" else None


@pytest.fixture
def window(
    qtbot: Any, tmp_path: Path, only_toys: dict[str, Any], monkeypatch: pytest.MonkeyPatch, until: Any
) -> Iterator[MainWindow]:
    """A window on the toy, paused after some steps, all plots drawn."""
    monkeypatch.setitem(only_toys, "answering", Answering())
    monkeypatch.setattr(Answering, "told", [])
    dress.load_fonts()
    made = MainWindow(SettingsStore(tmp_path / "settings.ini"))
    made.picture.animate = False
    qtbot.addWidget(made)
    made.resize(1700, 1000)
    c = made.controller
    c.start(open_choice(Choice("answering", "plain")))
    made.show()
    until(lambda: c.last_frame is not None and c.last_frame.step > 60)
    c.set_running(False)
    until(lambda: not c.last_frame.running)
    until(lambda: [panel.frame for panel in made.parts.plots.panels] == [c.last_frame] * 5)
    yield made
    made.close()
    QApplication.instance().setStyleSheet("")


def panel(window: MainWindow, name: str) -> PlotPanel[Any]:
    return next(one for one in window.parts.plots.panels if one.plot.name == name)


def click(window: MainWindow, name: str, x: float, y: float, off: QPoint = QPoint(0, 0)) -> None:  # noqa: B008
    """Click at a point in axis numbers."""
    one = panel(window, name)
    at = one.graph.mapFromScene(one.box.mapViewToScene(QPointF(x, y))) + off
    QTest.mouseClick(one.graph.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_click_on_a_trace_goes_to_its_time(window: MainWindow, until: Any) -> None:
    c = window.controller
    last, fx = c.last_frame.last_step, panel(window, "trace").factors()[0]
    click(window, "trace", 0.3 / fx, np.exp(-0.3))
    until(lambda: abs(c.last_frame.time - 0.3) < 0.03)
    assert c.last_frame.last_step == last
    ((plot, spot),) = Answering.told
    assert plot == "trace"
    assert spot.curve == "mean"
    assert spot.time == spot.x == pytest.approx(c.last_frame.time)
    assert spot.y == pytest.approx(np.exp(-spot.x))
    assert not c.undo.canUndo()


def test_a_click_beside_the_curve_means_nothing(window: MainWindow) -> None:
    c = window.controller
    step, fx = c.last_frame.step, panel(window, "trace").factors()[0]
    click(window, "trace", 0.3 / fx, np.exp(-0.3), QPoint(0, 30))
    click(window, "trace", 1.9 / fx, 0.9)
    QTest.qWait(50)
    assert not Answering.told
    assert c.last_frame.step == step


def test_a_click_on_a_path_goes_to_the_time_of_its_point(window: MainWindow, until: Any) -> None:
    fx, fy = panel(window, "path").factors()
    click(window, "path", 1.0 / fx, np.exp(-0.4) / fy)
    until(lambda: abs(window.controller.last_frame.time - 0.4) < 0.05)
    assert Answering.told[0][1].time == pytest.approx(0.4, abs=0.05)


def test_a_mean_has_no_time_and_is_told_with_its_setting(window: MainWindow) -> None:
    frame = window.controller.last_frame
    fx, fy = panel(window, "curve").factors()
    x, y, _ = frame.plots["curve"][0]
    click(window, "curve", x / fx, y / fy)
    assert Answering.told == [("curve", Spot(x, y, "mean"))]
    assert window.controller.last_frame.step == frame.step


def test_a_bar_of_a_histogram_is_an_edit_that_can_be_undone(window: MainWindow, until: Any) -> None:
    c, value = window.controller, window.controller.last_frame.observables["mean"]
    click(window, "histogram", value, 1.0)
    until(lambda: c.last_frame.parameters.noise == 0.5)
    ((plot, spot),) = Answering.told
    assert plot == "histogram"
    assert abs(spot.x - value) <= 0.025  # half of one of 40 bars between -1 and 1
    assert spot.y == pytest.approx(1 / 0.05)  # all values are in it
    assert spot.time is None
    c.undo.undo()
    until(lambda: c.last_frame.parameters.noise == 0.0)


def test_a_line_is_told_by_its_name_and_what_does_not_fit_is_said(window: MainWindow) -> None:
    click(window, "graph", 2.1, 2.1)
    assert Answering.told == [("graph", Spot(2.0, 2.0, "ramp"))]
    assert "rate = −1" in window.messages.text


def test_a_double_click_resets_the_zoom_and_goes_nowhere(window: MainWindow, until: Any) -> None:
    one = panel(window, "trace")
    step, fx = window.controller.last_frame.step, one.factors()[0]
    one._zoom_changed()
    at = one.graph.mapFromScene(one.box.mapViewToScene(QPointF(0.3 / fx, np.exp(-0.3))))
    view = one.graph.viewport()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    # The system delivers the second press as a double click and nothing else.
    left, place = Qt.MouseButton.LeftButton, QPointF(at)
    second = QMouseEvent(
        QEvent.Type.MouseButtonDblClick, place, view.mapToGlobal(place), left, left, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(view, second)
    QTest.mouseRelease(view, left, pos=at)
    assert not one.zoomed
    QTest.qWait(QApplication.doubleClickInterval() + 100)
    assert not Answering.told
    assert window.controller.last_frame.step == step


def test_every_kind_with_curves_is_here() -> None:
    assert {type(plot) for plot in Answering.plots} == {Trace, Curve, Histogram, Graph}
