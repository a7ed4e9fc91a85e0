"""Bands: up to the right, down to the left, filled to the Fermi level."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from plots.fake_systems import Electrons
from spinviz.model.plots import Bands
from spinviz.plots.board import PlotBoard
from spinviz.plots.kinds import table

ENERGY = np.linspace(0.0, 8e-3, 81)
UP, DOWN = np.full(81, 2.0), np.linspace(0.0, 1.0, 81)
FILLED_UP, FILLED_DOWN = np.where(ENERGY < 5.05e-3, 1.0, 0.0), np.where(ENERGY < 3.05e-3, 1.0, 0.0)
FERMI = 5e-3


class Metal(Electrons):
    plots = (Bands("bands", "Bands", lambda s, p: None),)  # type: ignore[arg-type, return-value]

    def shown(self) -> Any:
        bands = (ENERGY, UP, DOWN, FILLED_UP, FILLED_DOWN, FERMI)
        return replace(self.frame(), plots={"bands": bands})


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard()
    qtbot.addWidget(widget)
    widget.set_system(Metal())
    return widget


@pytest.fixture
def panel(board: PlotBoard) -> Any:
    board.render_frame(QSize(500, 300), Metal().shown())
    return board.panels[0]


def test_states_are_to_the_right_for_up_and_to_the_left_for_down(panel: Any) -> None:
    x, y = panel._up.getData()
    np.testing.assert_allclose(x / UP, x[0] / 2.0)
    assert 0 < x[0] <= 1
    np.testing.assert_allclose(y, 1e3 * ENERGY)
    left, _ = panel._down.getData()
    np.testing.assert_allclose(left, -DOWN * x[0] / 2.0)
    assert "energy, meV" in panel.caption.accessibleName()


def test_each_band_is_filled_with_its_own_occupation(panel: Any) -> None:
    x, y = panel._up_fill.getData()
    assert x.min() == 0.0
    assert y[x > 0].max() == pytest.approx(5.0)
    x, y = panel._down_fill.getData()
    assert x.max() == 0.0
    assert y[x < 0].max() == pytest.approx(3.0)


def test_the_fermi_level_stands_at_its_energy(panel: Any) -> None:
    assert list(panel._fermi.getData()[1]) == pytest.approx([5.0, 5.0])
    assert panel._fermi_name.y() == pytest.approx(5.0)


def test_the_read_out_is_that_of_the_side_under_the_mouse(panel: Any) -> None:
    assert panel.read_out(0.4, 4.0) == "up   4 meV   occupied 1.000   states 2   Fermi level 5 meV"
    assert panel.read_out(-0.4, 4.0) == "down   4 meV   occupied 0.000   states 0.5   Fermi level 5 meV"


def test_the_table_holds_both_bands() -> None:
    header, rows = table(Metal.plots[0], Metal().shown(), Metal())
    assert header == [
        "energy [eV]", "states up [1/eV]", "states down [1/eV]", "occupation up", "occupation down", "Fermi level [eV]",
    ]  # fmt: skip
    for column, expected in enumerate((ENERGY, UP, DOWN, FILLED_UP, FILLED_DOWN, np.full(81, FERMI))):
        np.testing.assert_array_equal(rows[:, column], expected)
