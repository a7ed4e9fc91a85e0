"""A sweep of the run on screen, begun, stopped, gone on with and returned to with the mouse."""

from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QPushButton
from scatter import Scatter, ScatterParameters

from spinviz.app.window.main_window import MainWindow
from spinviz.app.window.sweep_dialog import SweepDialog, around
from spinviz.model.theme import THEMES


@pytest.fixture
def dialog(qtbot: Any) -> SweepDialog:
    made = SweepDialog(Scatter(), ScatterParameters(), THEMES["dark"])
    qtbot.addWidget(made)
    made.show()
    return made


def press(qtbot: Any, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_offers_numbers_that_change_more_than_the_picture(dialog: SweepDialog) -> None:
    offered = [dialog.parameter.itemData(n) for n in range(dialog.parameter.count())]
    assert offered == ["level", "rate", "noise", "start", "size"]
    assert dialog.observable.currentData() == "x"  # the one with a law
    assert (dialog.start.text(), dialog.stop.text()) == ("500 mT", "1.5 T")


def test_it_hands_over_what_is_written(qtbot: Any, dialog: SweepDialog) -> None:
    dialog.start.setText("3 T")
    dialog.stop.setText("-500 mT")
    dialog.count.setValue(8)
    dialog.error.setValue(2.0)
    dialog.steps.setValue(5000)
    dialog.back.setChecked(True)
    with qtbot.waitSignal(dialog.begun) as begun:
        press(qtbot, dialog.run)
    axis, wanted, back = begun.args
    assert (axis.name, axis.values[0], axis.values[-1], len(axis.values)) == ("level", 3.0, -0.5, 8)
    assert (wanted.precision, wanted.limit, back) == (0.02, 5000.0, True)


@pytest.mark.parametrize(
    ("start", "stop", "words"),
    [("nonsense", "1", "is no number"), ("1", "5 kT", "out of range"), ("1", "1", "or 1 point"), ("1 s", "2", "'1 s'")],
)
def test_what_cannot_be_is_a_line_in_the_dialog(
    qtbot: Any, dialog: SweepDialog, start: str, stop: str, words: str
) -> None:
    dialog.start.setText(start)
    dialog.stop.setText(stop)
    with qtbot.assertNotEmitted(dialog.begun):
        press(qtbot, dialog.run)
    assert words in dialog.note.text()


@pytest.mark.parametrize("name", ["level", "rate", "noise", "start", "size"])
def test_the_range_proposed_can_be_swept(dialog: SweepDialog, name: str) -> None:
    dialog.parameter.setCurrentIndex(dialog.parameter.findData(name))
    axis, _ = dialog.wanted()
    assert len(axis.values) == 21
    q = ScatterParameters.quantity_named(name)
    for value in (0.0, float(q.high or 0.0), float(q.low or 0.0)):
        low, high = around(q, value)
        assert low < high


def test_the_law_of_the_plot_can_be_explained(qtbot: Any, dialog: SweepDialog) -> None:
    assert dialog.plot is not None
    with qtbot.waitSignal(dialog.explained) as explained:
        dialog.plot.explain_law()
    assert [law.name for law in explained.args[0]] == ["level"]


def test_points_come_stop_go_on_and_can_be_returned_to(qtbot: Any, window: MainWindow) -> None:
    window.menus.actions["sweep"].trigger()
    dialog = window.sweeps.dialog
    assert dialog is not None
    dialog.parameter.setCurrentIndex(dialog.parameter.findData("rate"))
    dialog.observable.setCurrentIndex(dialog.observable.findData("rate"))
    dialog.start.setText("1")
    dialog.stop.setText("4")
    dialog.count.setValue(4)
    dialog.steps.setValue(1000)
    press(qtbot, dialog.run)
    found = lambda: window.controller.last_frame.sweep  # noqa: E731
    qtbot.waitUntil(lambda: found() is not None and len(found().points) >= 1, timeout=60000)
    press(qtbot, dialog.pause)
    qtbot.waitUntil(lambda: not found().going, timeout=20000)
    assert not window.controller.running
    if len(found().points) < 4:
        assert dialog.pause.text() == "Go on"
        press(qtbot, dialog.pause)
    qtbot.waitUntil(lambda: len(found().points) == 4, timeout=60000)
    qtbot.waitUntil(lambda: not window.controller.running, timeout=20000)
    assert [point.value for point in found().points] == [1.0, 2.0, 3.0, 4.0]
    assert [point.means["rate"] for point in found().points] == [1.0, 2.0, 3.0, 4.0]
    assert dialog.note.text().startswith("4 of 4 points")
    plot = dialog.plot
    assert plot is not None
    at = plot.box.mapViewToScene(QPointF(2.0, 2.0))
    plot._clicked(at)
    qtbot.waitUntil(lambda: window.controller.parameters.rate == 2.0, timeout=20000)
    assert window.controller.last_frame.step < window.controller.last_frame.last_step
    window.controller.open_preset("plain")
    qtbot.waitUntil(lambda: window.sweeps.dialog is None, timeout=20000)


def test_closing_it_stops_the_sweep(qtbot: Any, window: MainWindow) -> None:
    window.sweeps.ask()
    dialog = window.sweeps.dialog
    assert dialog is not None
    dialog.parameter.setCurrentIndex(dialog.parameter.findData("noise"))
    dialog.start.setText("0.1")
    dialog.stop.setText("0.9")
    dialog.steps.setValue(10_000_000)
    press(qtbot, dialog.run)
    frame = lambda: window.controller.last_frame  # noqa: E731
    qtbot.waitUntil(lambda: frame().sweep is not None and frame().sweep.going, timeout=20000)
    window.themes.use("light")
    dialog.close()
    qtbot.waitUntil(lambda: not frame().sweep.going, timeout=20000)
    assert not window.controller.running
