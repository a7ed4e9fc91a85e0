"""Distributions have the area 1 in the unit that their axis names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from plots.fake_systems import Lattice, law
from spinviz.model.plots import Histogram
from spinviz.plots.board import PlotBoard

X = np.linspace(-2e3, 2e3, 400)


class Gas(Lattice):
    """Speeds between -2 and 2 km/s, all equally likely, in bars of 100 m/s."""

    plots = (Histogram("speeds", "Speeds", lambda s, p: np.zeros(1), "v", "m/s", -2e3, 2e3, 40),)
    laws = (law("even", "mx", "Even", plots=("speeds",)),)

    def shown(self, values: Any) -> Any:
        density = np.full(len(X), 1 / 4e3)
        return replace(self.frame(), plots={"speeds": np.asarray(values)}, curves={("speeds", "even"): (X, density)})


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard()
    qtbot.addWidget(widget)
    widget.set_system(Gas())
    return widget


def test_bars_and_law_have_the_area_one_over_the_axis_shown(board: PlotBoard) -> None:
    values = np.random.default_rng(1).uniform(-2e3, 2e3, 4000)
    board.render_frame(QSize(600, 200), Gas().shown(values))
    panel: Any = board.panels[0]
    edges, heights = panel._bars.getData()
    assert (edges[0], edges[-1], len(edges), len(heights)) == (-2.0, 2.0, 41, 40)
    assert np.sum(heights * np.diff(edges)) == pytest.approx(1.0)
    x, y = panel._laws[0][1].getData()
    assert (x[0], x[-1]) == (-2.0, 2.0)
    np.testing.assert_allclose(y, 0.25)
    assert panel.caption.accessibleName() == "Speeds, v, km/s →"


def test_what_is_beyond_the_ends_counts_in_the_density(board: PlotBoard) -> None:
    board.render_frame(QSize(600, 200), Gas().shown([550.0, 9e3, -9e3, 50.0]))
    edges, heights = board.panels[0]._bars.getData()  # type: ignore[attr-defined]
    assert np.sum(heights * np.diff(edges)) == pytest.approx(0.5)


def test_the_read_out_is_the_bar_under_the_mouse(board: PlotBoard) -> None:
    board.render_frame(QSize(600, 200), Gas().shown([550.0, 560.0, 1250.0, -1950.0]))
    panel: Any = board.panels[0]
    # Half of the values in a bar 100 m/s wide.
    assert panel.read_out(0.58, 0.0) == "v 500 m/s … 600 m/s   density 0.005"
    assert panel.read_out(-1.93, 0.0).endswith("density 0.0025")
    assert panel.read_out(0.65, 0.0).endswith("density 0")
    assert panel.read_out(2.5, 0.0) == ""
