"""Curves show path, means, error bars and laws in the units that their axes name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from plots.fake_systems import LatticeParameters, Made, law
from spinviz.model.frame import Frame, History
from spinviz.model.plots import Curve
from spinviz.model.system import Observable
from spinviz.model.visuals import Stage
from spinviz.plots.board import PlotBoard
from spinviz.plots.kinds import table

FIELDS = np.array([1e-3, 2e-3, 4e-3])
MOMENTS = np.array([2e3, 5e3, 6e3])


class Magnet(Made):
    """A magnetization of some kA/m in some mT: neither axis is in its base unit."""

    name = title = "magnet"
    chapter = "Order"
    summary = equation = ""
    Parameters = LatticeParameters
    observables = (Observable("B", "Field", "B", "T"), Observable("M", "Magnetization", "M", "A/m"))
    plots = (Curve("means", "Means", "B", "M", mean=True), Curve("path", "Path", "B", "M"))
    laws = (law("linear", "M", "Linear", averaged=True, tolerance=4.0),)

    def frame(self) -> Frame:
        x = np.linspace(0.0, 4e-3, 9)
        history = History(np.arange(3.0), {"B": FIELDS, "M": MOMENTS}, {"linear": np.full(3, np.nan)})
        curve = (x[::-1], 1.5e6 * x[::-1])
        return Frame(
            system="magnet", parameters=LatticeParameters(), step=3, time=2.0, visuals=(), stage=Stage(), caption="",
            observables={"B": 4e-3, "M": 6e3}, laws={}, history=history, last_step=3,
            plots={"means": np.column_stack([FIELDS, MOMENTS, [100.0, np.nan, 300.0]])},
            curves={("means", "linear"): curve, ("path", "linear"): curve},
        )  # fmt: skip


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard()
    qtbot.addWidget(widget)
    widget.set_system(Magnet())
    return widget


@pytest.fixture
def panels(board: PlotBoard) -> Any:
    board.render_frame(QSize(900, 200), Magnet().frame())
    return board.panels


def test_means_and_their_errors_stand_in_the_units_of_the_axes(panels: Any) -> None:
    x, y = panels[0]._points.getData()
    np.testing.assert_allclose(x, [1, 2, 4])
    np.testing.assert_allclose(y, [2, 5, 6])
    at, ends = panels[0]._errors.getData()
    # One standard error to both sides; none where none is known.
    np.testing.assert_allclose(at, [1, 1, 4, 4])
    np.testing.assert_allclose(ends, [1.9, 2.1, 5.7, 6.3])
    assert panels[0].caption.accessibleName() == "Means, kA/m, B, mT →"


@pytest.mark.parametrize("plot", [0, 1])
def test_law_and_head_stand_in_the_same_units(panels: Any, plot: int) -> None:
    x, y = panels[plot]._laws[0][1].getData()
    np.testing.assert_allclose(y, 1.5 * x)
    assert (x.min(), x.max()) == (0.0, 4.0)
    assert (panels[plot]._head.x(), panels[plot]._head.y()) == pytest.approx((4.0, 6.0))


def test_declared_ends_are_those_of_the_axis(qtbot: QtBot) -> None:
    class Loop(Magnet):
        plots = (replace(Magnet.plots[1], x_low=-8e-3, x_high=lambda p: 9e-3),)

    board = PlotBoard()
    qtbot.addWidget(board)
    board.set_system(Loop())
    board.render_frame(QSize(900, 200), Loop().frame())
    assert board.panels[0].box.viewRange()[0] == pytest.approx([-8.0, 9.0])


def test_the_path_is_that_of_the_history(panels: Any) -> None:
    x, y = panels[1]._path.getData()
    np.testing.assert_allclose(x, [1, 2, 4])
    np.testing.assert_allclose(y, [2, 5, 6])


@pytest.mark.parametrize("plot", [0, 1])
def test_the_read_out_gives_values_and_the_law_there(panels: Any, plot: int) -> None:
    assert panels[plot].read_out(2.0, 5.0) == "B 2 mT   M 5 kA/m   law 3 kA/m"


def test_tables_are_in_base_units() -> None:
    system = Magnet()
    header, rows = table(system.plots[1], system.frame(), system)
    assert header == ["time [s]", "B [T]", "M [A/m]", "law linear [A/m]"]
    np.testing.assert_array_equal(rows[:, 1], FIELDS)
    np.testing.assert_array_equal(rows[:, 2], MOMENTS)
    header, rows = table(system.plots[0], system.frame(), system)
    assert header == ["B [T]", "mean M [A/m]", "standard error M [A/m]", "law linear [A/m]"]
    np.testing.assert_allclose(rows[:, 3], 1.5e6 * FIELDS)


class Twofold(Magnet):
    """Two laws of one magnetization."""

    laws = (*Magnet.laws, law("square", "M", "Square", averaged=True, tolerance=4.0))


@pytest.mark.parametrize("both", [False, True])
def test_laws_that_are_drawn_together_differ_and_are_named(qtbot: QtBot, both: bool) -> None:
    """Three amber curves, all dashed alike, did not say which was Curie's."""
    board, frame, x = PlotBoard(), Twofold().frame(), np.linspace(0.0, 4e-3, 9)
    qtbot.addWidget(board)
    board.set_system(Twofold())
    square = (x, 1e9 * x**2 if both else np.full(9, np.nan))
    board.render_frame(QSize(900, 200), replace(frame, curves={**frame.curves, ("means", "square"): square}))
    panel: Any = board.panels[0]
    patterns = [tuple(curve.opts["pen"].dashPattern()) for _, curve in panel._laws]
    assert len(set(patterns)) == 2
    assert [entry.label for entry in panel.legend.entries] == (["Linear", "Square"] if both else [])
    for entry, pattern in zip(panel.legend.entries, patterns):
        shown = panel.look.sample_pen(entry.role, 30.0, dashed=entry.dashed, pattern=entry.pattern).dashPattern()
        np.testing.assert_allclose(np.divide(shown, shown[0]), np.divide(pattern, pattern[0]))
