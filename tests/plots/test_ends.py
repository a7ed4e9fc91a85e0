"""Names at the ends of curves keep off each other, off what is drawn beside them, and inside the graph."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from plots.fake_systems import Decay
from spinviz.plots.board import PlotBoard
from spinviz.plots.ends import below, rises
from spinviz.plots.trace import TracePlot

FREE = np.zeros((0, 0))
INSIDE = (7.0, 93.0)


def level(height: float) -> Any:
    return np.full((12, 1), height)


def test_a_name_stands_at_its_end_where_nothing_else_is() -> None:
    assert rises([50.0], [FREE], 14.0, INSIDE, [0.0]) == [0.0]


@pytest.mark.parametrize("ends", [(50.0, 50.0), (50.0, 48.0), (48.0, 50.0), (92.0, 91.0, 90.0), (8.0, 9.0)])
def test_names_of_ends_close_to_each_other_stand_apart_and_inside(ends: tuple[float, ...]) -> None:
    found = rises(ends, [FREE] * len(ends), 14.0, INSIDE, [0.0] * len(ends))
    middles = [end + 14 * rise for end, rise in zip(ends, found)]
    assert all(abs(a - b) >= 14 for a, b in combinations(middles, 2))
    assert all(INSIDE[0] <= middle <= INSIDE[1] for middle in middles)


@pytest.mark.parametrize("law", [50.0, 53.0, 46.0])
def test_a_name_is_not_written_over_a_curve(law: float) -> None:
    (rise,) = rises([50.0], [level(law)], 14.0, INSIDE, [0.0])
    assert 7 <= abs(50 + 14 * rise - law) <= 14, "beside it, and no further away"


def test_a_name_rather_covers_a_curve_than_another_name_or_leaves_the_graph() -> None:
    for ends in ((10.0, 10.0), (12.0, 9.0)):
        drawn = [np.tile(np.arange(0.0, 40.0, 4.0), (12, 1))] * 2
        low, high = sorted(end + 14 * rise for end, rise in zip(ends, rises(ends, drawn, 14.0, (7.0, 33.0), [0, 0])))
        assert 7 <= low <= high - 14 <= 33 - 14


def test_a_name_keeps_its_place_until_another_is_clearly_better() -> None:
    above, at = [0.25], [0.0]
    assert rises([50.0], [FREE], 14.0, INSIDE, above) == above
    assert rises([50.0], [level(50.0)], 14.0, INSIDE, at) != at


def test_what_is_drawn_beside_an_end_is_found() -> None:
    x = np.array([0.0, 1.0, 2.0])
    found = below([(x, 10 * x), (x + 5, x), (np.zeros(0), np.zeros(0))], 1.0, 2.0)
    assert found.shape == (12, 2)
    assert found[[0, -1], 0] == pytest.approx([10.0, 20.0])
    assert np.isnan(found[:, 1]).all()


class Two(Decay):
    """Two components of a decay in one plot: their ends meet, and a law goes on from one of them."""

    plots = (replace(Decay.plots[1], observables=("voltage", "Mz")),)


@pytest.mark.parametrize("now", [0.05, 0.25, 0.55])
@pytest.mark.parametrize("width", [200, 320, 900])
def test_names_have_room_right_of_the_curves(qtbot: QtBot, now: float, width: int) -> None:
    """While the axis followed the run, names stood to the left, over the curves."""
    board = PlotBoard()
    qtbot.addWidget(board)
    board.set_system(Two())
    board.render_frame(QSize(width, 200), Two().frame(now))
    (panel,) = board.panels
    assert isinstance(panel, TracePlot)
    assert all(head._align == 1.0 for head in panel._heads)
    right = panel.box.viewRange()[0][1]
    for head in panel._heads:
        assert (right - head.x()) / panel.box.viewPixelSize()[0] > head.width()
