"""Keeping curves and comparing with measured ones, with real keys and the mouse."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QInputDialog
from toy import Toy

from spinviz.app.window.main_window import MainWindow
from spinviz.cli.exporting import _look
from spinviz.cli.parser import arguments
from spinviz.files.session import read_session
from spinviz.model.kept import MOST_KEPT
from spinviz.systems import system_named


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = window.picture.view
    assert view is not None
    view.setFocus()
    QTest.keyClick(view, key, modifier)


def trace(window: MainWindow) -> Any:
    return window.parts.plots.panels[0]


@pytest.fixture
def filled(window: MainWindow, until: Any) -> MainWindow:
    """The window when every plot has something to keep."""
    until(lambda: len(window.parts.plots.panels) == 3)
    until(lambda: all(panel.frame is not None and panel.frame.step > 5 for panel in window.parts.plots.panels))
    return window


def test_k_keeps_every_plot_and_a_changed_parameter_names_it(filled: MainWindow, until: Any) -> None:
    assert not filled.menus.actions["unkeep"].isEnabled()
    press(filled, Qt.Key.Key_K)
    assert {one.plot for one in filled.controller.kept.now} >= {"trace", "histogram"}
    assert filled.controller.modified
    assert "change a parameter" in filled.messages.text
    filled.controller.set_value("rate", 2.0)
    until(lambda: len(trace(filled).pinned.legend.entries) == 2)
    words = lambda: [entry.label for entry in trace(filled).pinned.legend.entries]  # noqa: E731
    until(lambda: words() == ["Decay rate = 2 1/s, now", "Decay rate = 1 1/s"])
    press(filled, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert filled.controller.kept.now == ()
    assert trace(filled).pinned._items == []


def test_removed_curves_can_be_put_back(filled: MainWindow) -> None:
    press(filled, Qt.Key.Key_K)
    before = filled.controller.kept.now
    filled.menus.actions["unkeep"].trigger()
    (button,) = [button for button in filled.messages._buttons if button.text() == "Undo"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert filled.controller.kept.now == before


def test_the_pin_keeps_its_plot_and_the_menu_removes_it(filled: MainWindow) -> None:
    QTest.mouseClick(trace(filled)._keep, Qt.MouseButton.LeftButton)
    assert [one.plot for one in filled.controller.kept.now] == ["trace"]
    menu = trace(filled).menu()
    (remove,) = [action for action in menu.actions() if action.text().startswith("Remove ")]
    assert remove.text() == "Remove kept, same parameters"
    remove.trigger()
    menu.deleteLater()
    assert filled.controller.kept.now == ()


def test_the_limit_is_said(filled: MainWindow) -> None:
    for _ in range(MOST_KEPT):
        filled.kept.keep("trace")
    assert filled.messages.severity == "info"
    filled.kept.keep("trace")
    assert filled.messages.text.startswith("6 sets of curves are kept on a plot")
    assert len(filled.controller.kept.now) == MOST_KEPT


def test_a_session_and_its_export_have_them(
    filled: MainWindow, until: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(filled, Qt.Key.Key_K)
    before = filled.controller.kept.now
    path = tmp_path / "kept.spinviz"
    filled.controller.save(path)
    until(lambda: not filled.controller.modified)
    session = read_session(path, lambda name: Toy())
    np.testing.assert_array_equal(session.kept[0].lines[0].y, before[0].lines[0].y)
    filled.menus.actions["unkeep"].trigger()
    filled.controller.open_path(path)
    until(lambda: len(filled.controller.kept.now) == len(before))
    until(lambda: bool(filled.parts.plots.panels) and len(trace(filled).pinned.kept) == 1)
    monkeypatch.setattr("spinviz.systems.system_named", lambda name: Toy() if name == "toy" else system_named(name))
    look = _look(arguments(["export", str(path), "--out", "kept.png"]))
    assert [one.plot for one in look.kept] == [one.plot for one in before]


def test_another_system_has_none_and_the_first_has_them_again(filled: MainWindow, until: Any) -> None:
    press(filled, Qt.Key.Key_K)
    before = filled.controller.kept.now
    filled.controller.open_system("macrospin")
    until(lambda: filled.controller.system.name == "macrospin")
    assert filled.controller.kept.now == ()
    filled.controller.open_system("toy", "plain")
    until(lambda: filled.controller.system.name == "toy")
    assert filled.controller.kept.now == before


def test_a_measured_table_goes_to_the_only_plot_that_fits(filled: MainWindow, tmp_path: Path) -> None:
    table = tmp_path / "coil.csv"
    table.write_text("time [ms],mean\n0,1\n500,0.6\n1000,0.4\n")
    filled.kept.open_measured(table)
    (one,) = filled.controller.kept.now
    assert (one.plot, one.kind, one.title) == ("trace", "measured", "measured: coil.csv")
    np.testing.assert_allclose(one.lines[0].x, [0.0, 0.5, 1.0])
    assert filled.messages.text == "coil.csv: 3 points"


ODT = """\
# ODT 1.0
# Table Start
# Columns: My_toy::rate Oxs_Driver::mean {Oxs_TimeDriver::Simulation time} Oxs_Driver::Iteration
# Units: 1/ms {} ps {}
1e-3 1 0 0
2e-3 0.6 5e11 1
# Table End
"""


def test_columns_of_a_table_of_oommf_go_to_the_plots_that_show_them(filled: MainWindow, tmp_path: Path) -> None:
    table = tmp_path / "run.odt"
    table.write_text(ODT + ODT.replace("# ODT 1.0\n", "").replace("5e11", "1e12"))
    filled.kept.open_measured(table)
    over_time, over_rate = filled.controller.kept.now
    assert (over_time.plot, over_time.kind, over_time.title) == ("trace", "measured", "measured: run.odt, mean")
    np.testing.assert_allclose(over_time.lines[0].x, [0.0, 0.5, 0.0, 1.0])
    np.testing.assert_allclose(over_time.lines[0].y, [1, 0.6, 1, 0.6])
    assert over_rate.plot == "curve"
    np.testing.assert_allclose(over_rate.lines[0].x, [1, 2, 1, 2])
    assert filled.messages.text == "run.odt: mean, 2 tables joined, 4 points"


def test_a_table_without_known_columns_asks_for_one(filled: MainWindow, tmp_path: Path) -> None:
    table = tmp_path / "run.odt"
    table.write_text(ODT.replace("mean", "mx"))
    filled.kept.open_measured(table, "trace")
    (dialog,) = filled.findChildren(QInputDialog)
    box = dialog.findChild(QComboBox)
    assert [box.itemText(n) for n in range(box.count())] == ["1  rate", "2  mx", "3  Simulation time", "4  Iteration"]
    assert dialog.labelText() == "run.odt, 2 points. Column that is shown over Simulation time"
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    (one,) = filled.controller.kept.now
    assert one.plot == "trace"
    np.testing.assert_allclose(one.lines[0].y, [1, 0.6])
    assert filled.messages.text == "run.odt: 2 points"


def test_of_several_plots_the_user_chooses(filled: MainWindow, tmp_path: Path, until: Any) -> None:
    table = tmp_path / "coil.csv"
    table.write_text("0,1\n1,0.6\n")
    filled.kept.open_measured(table)
    (dialog,) = filled.findChildren(QInputDialog)
    box = dialog.findChild(QComboBox)
    assert [box.itemText(n) for n in range(box.count())] == ["1  Mean", "2  Mean over rate", "3  Values"]
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert [one.plot for one in filled.controller.kept.now] == ["curve"]
    assert filled.messages.text == "coil.csv: 2 points, x taken in 1/s"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("B [T],M\n0,1\n1,2\n", "coil.csv: 'B' is in 'T', the axis is in s; change the unit in its header"),
        ("time,M\nzero,one\n", "no line begins with a number"),
    ],
)
def test_what_does_not_fit_is_one_line(filled: MainWindow, tmp_path: Path, content: str, line: str) -> None:
    table = tmp_path / "coil.csv"
    table.write_text(content)
    filled.kept.open_measured(table)
    assert line in filled.messages.text
    assert filled.controller.kept.now == ()
