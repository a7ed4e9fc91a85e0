"""Levels stand at their energies, bars end at their populations, ticks at the law's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from plots.fake_systems import Lattice, scheme
from spinviz.model.plots import Levels, LevelScheme
from spinviz.plots.board import PlotBoard
from spinviz.plots.items import Tag
from spinviz.plots.kinds import table
from spinviz.plots.look import SMALL, Look

ENERGIES = np.array([2e-3, -1e-3, 0.5e-3])
POPULATIONS = np.array([0.1, 0.6, 0.3])
THEORY = np.array([0.15, 0.5, 0.35])


class Split(Lattice):
    plots = (Levels("levels", "Populations", scheme, "eV"),)
    laws = ()

    def shown(self) -> Any:
        names = ("top", "ground", "middle")
        return replace(self.frame(), plots={"levels": LevelScheme(ENERGIES, POPULATIONS, THEORY, names)})


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard()
    qtbot.addWidget(widget)
    widget.set_system(Split())
    return widget


@pytest.fixture
def panel(board: PlotBoard) -> Any:
    board.render_frame(QSize(900, 300), Split().shown())
    return board.panels[0]


def population_at(panel: Any, x: Any) -> Any:
    """The population at a place on the axis, by the numbers below it."""
    named = panel.x_axis._named
    return np.interp(x, [place for place, _ in named], [float(text) for _, text in named])


def test_levels_stand_at_their_energies(panel: Any) -> None:
    _, y = panel._levels.getData()
    np.testing.assert_allclose(y[::2], [2.0, -1.0, 0.5])
    np.testing.assert_array_equal(y[::2], y[1::2])
    (low, high) = panel.box.viewRange()[1]
    assert low < -1.0 < 2.0 < high
    assert "energy, meV" in panel.caption.accessibleName()


def test_bars_end_at_the_populations_and_ticks_at_those_of_the_law(panel: Any) -> None:
    places = [place for place, _ in panel.x_axis._named]
    assert places[0] > panel._levels.getData()[0].max(), "bars begin beside the levels"
    assert places[-1] < panel.box.viewRange()[0][1], "all spins in one level are in the picture"
    x, y = (part.reshape(3, 6) for part in panel._bars.getData())
    np.testing.assert_allclose(population_at(panel, np.nanmin(x, axis=1)), 0.0, atol=1e-12)
    np.testing.assert_allclose(population_at(panel, np.nanmax(x, axis=1)), POPULATIONS)
    np.testing.assert_allclose(np.nanmean(y[:, :4], axis=1), [2.0, -1.0, 0.5], atol=1e-9)
    x, y = panel._ticks.getData()
    np.testing.assert_allclose(population_at(panel, x[::2]), THEORY)
    np.testing.assert_allclose((y[::2] + y[1::2]) / 2, [2.0, -1.0, 0.5], atol=1e-9)
    assert [tag.y() for tag in panel._names] == pytest.approx([2.0, -1.0, 0.5])


def test_the_read_out_is_the_nearest_level(panel: Any) -> None:
    assert panel.read_out(0.5, -0.9) == "ground   −1 meV   population 0.6000   law 0.5000"
    assert panel.read_out(0.5, 1.9).startswith("top   2 meV")


def test_the_table_holds_the_scheme() -> None:
    header, rows = table(Split.plots[0], Split().shown(), Split())
    assert header == ["level", "energy [eV]", "population", "law population"]
    assert list(rows[1]) == ["ground", -1e-3, 0.6, 0.5]


def test_names_of_crowded_levels_get_smaller_rather_than_overlap(qtbot: QtBot) -> None:
    tag = Tag(Look(), "text", text="m = +7/2")
    usual = tag.height()
    tag.fit(0.8 * usual)
    assert tag.height() == pytest.approx(0.8 * usual, rel=0.01)
    assert tag._font().pixelSize() < Look().font(SMALL).pixelSize()
    tag.fit(3 * usual)
    assert tag.height() == usual, "never larger than elsewhere"
