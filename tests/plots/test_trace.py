"""Traces show observables, laws, actions and the present at the times and in the units that their axes name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from plots.fake_systems import Decay, Lattice
from spinviz.plots.board import PlotBoard

T2 = 0.098


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard()
    qtbot.addWidget(widget)
    widget.set_system(Decay())
    return widget


@pytest.fixture
def coil(board: PlotBoard) -> Any:
    """Millivolts over milliseconds, 288 of them."""
    frame = Decay().frame()
    history = replace(frame.history, marks=((0.0, "90° x"), (0.1, "180° y")))
    board.render_frame(QSize(1200, 200), replace(frame, history=history))
    return board.panels[0]


def test_signal_and_law_stand_in_the_units_of_the_axes(coil: Any) -> None:
    x, y = coil._curves[0].getData()
    assert (x[0], x[-1]) == pytest.approx((0.0, 288.0), abs=2)
    t = np.arange(0.0, 0.288, 2e-4)
    signal = 2 * np.exp(-t / T2) * np.cos(2 * np.pi * 4 * t)
    assert (y.min(), y.max()) == pytest.approx((signal.min(), signal.max()))
    x, y = coil._laws[0][1].getData()
    assert x[-1] == pytest.approx(400.0)
    later = x > 290
    np.testing.assert_allclose(y[later], 2 * np.exp(-x[later] / (1e3 * T2)), rtol=1e-6)
    assert np.all(np.diff(x) >= 0), "what was recorded is not drawn twice"


def test_cursor_head_and_actions_stand_at_their_times(coil: Any) -> None:
    assert list(coil._cursor.getData()[0]) == pytest.approx([288.0, 288.0])
    assert list(coil._marks.getData()[0]) == pytest.approx([0, 0, 100, 100])
    last = 2 * np.exp(-0.288 / T2) * np.cos(2 * np.pi * 4 * 0.288)
    assert (coil._heads[0].x(), coil._heads[0].y()) == pytest.approx((288.0, last))


@pytest.mark.parametrize(("now", "end"), [(0.288, 300.0), (0.147, 150.0), (0.55, 600.0)])
def test_without_a_window_the_whole_run_is_shown(board: PlotBoard, now: float, end: float) -> None:
    class Whole(Decay):
        plots = (replace(Decay.plots[1], window=None),)
        laws = ()

    board.set_system(Whole())
    board.render_frame(QSize(1200, 200), Whole().frame(now))
    assert board.panels[0].box.viewRange()[0] == pytest.approx([0.0, end])
    assert board.panels[0].caption.accessibleName() == "Mz/M0, time, ms →"


def test_laws_are_dashed_in_the_colour_of_theory(coil: Any) -> None:
    pen = coil._laws[0][1].opts["pen"]
    assert pen.dashPattern() == [4.0, 3.0]
    assert pen.color().name() == coil.look.color("theory").name()


@pytest.mark.parametrize("time", [50.0, 50.04, 100.0, 287.9])
def test_the_read_out_is_the_nearest_sample(coil: Any, time: float) -> None:
    row = round(time / 0.2)
    value = 2 * np.exp(-row * 2e-4 / T2) * np.cos(2 * np.pi * 4 * row * 2e-4)
    shown = coil.read_out(time, 0.0).split("   ")
    assert float(shown[0].split()[0]) == pytest.approx(0.2 * row, abs=0.05)
    number, unit = shown[1].removeprefix("U ").replace("−", "-").split()
    assert float(number) * {"mV": 1.0, "µV": 1e-3}[unit] == pytest.approx(value, rel=1e-3, abs=1e-6)


def test_the_read_out_of_a_law_has_its_unit(board: PlotBoard) -> None:
    """A law stood as a bare number in base units beside the observable with its prefix."""

    class Volts(Decay):
        laws = (replace(Decay.laws[0], observable="voltage"),)

    board.set_system(Volts())
    board.render_frame(QSize(1200, 200), Volts().frame())
    assert board.panels[0].read_out(0.0, 0.0) == "0 s   U 2 mV   law 2 mV   90° x"


def test_components_have_the_colours_of_their_axes(board: PlotBoard) -> None:
    board.set_system(Lattice())
    board.render_frame(QSize(1200, 200), Lattice().frame())
    panel = next(p for p in board.panels if p.plot.name == "components")
    shown = [curve.opts["pen"].color().name() for curve in panel._curves]
    assert shown == [panel.look.color(axis).name() for axis in "xyz"]
