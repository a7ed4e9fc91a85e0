"""The points of a sweep: where they are drawn, which are hollow, and which one a click means."""

from dataclasses import replace
from math import nan

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from scatter import Scatter

from spinviz.engine.loop import Loop
from spinviz.model.plots import SweptCurve
from spinviz.model.swept import Swept, SweptPoint
from spinviz.model.switches import without
from spinviz.plots.kinds import panel_of, table
from spinviz.plots.look import Look
from spinviz.plots.swept import SweptPlot

PLOT = SweptCurve("sweep", "Number over level", "level", "x")


def point(value, mean, error, *, equilibrated=True, theory=nan):
    means = {"x": mean, "level": value, "chi": 1.0}
    errors = {"x": error, "level": 0.0, "chi": nan}
    return SweptPoint(value, means, errors, {"level": theory}, equilibrated, error == error)


POINTS = (
    point(1.0, 1.1, 0.2, theory=1.0),
    point(2.0, 2.2, 0.1, theory=2.0),
    point(3.0, 2.9, nan),
    point(2.0, 2.6, 0.1, equilibrated=False),
)


@pytest.fixture
def frame():
    return replace(Loop(Scatter()).frame(), sweep=Swept("level", POINTS, 5, True, 0.25))


@pytest.fixture
def panel(qtbot, frame):
    made = panel_of(PLOT)(PLOT, Scatter(), Look())
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    made.show_frame(frame)
    made.lay_out_now()
    return made


def place(panel, x, y):
    return panel.box.mapViewToScene(QPointF(x / panel._x_scale.factor, y / panel._y_scale.factor))


def test_points_bars_and_laws_are_where_they_belong(panel):
    assert isinstance(panel, SweptPlot)
    fy = panel._y_scale.factor
    x, y = panel._points.getData()
    assert (x * panel._x_scale.factor).tolist() == [1.0, 2.0, 3.0, 2.0]
    assert (y * fy) == pytest.approx([1.1, 2.2, 2.9, 2.6])
    bars = panel._errors.getData()[1] * fy
    assert bars == pytest.approx([0.9, 1.3, 2.1, 2.3, 2.5, 2.7])  # none where there is no error
    law_x, law_y = panel._laws[0][1].getData()
    known = np.isfinite(law_y)
    assert (law_x[known] * panel._x_scale.factor).tolist() == [1.0, 2.0]
    assert (law_y[known] * fy).tolist() == [1.0, 2.0]


def test_what_is_not_in_equilibrium_or_has_no_error_is_hollow(panel):
    full = panel.look.brush("simulation").color()
    assert [spot.brush().color() == full for spot in panel._points.points()] == [True, True, False, False]


def test_a_click_means_the_point_under_it(qtbot, panel):
    with qtbot.waitSignal(panel.picked) as picked:
        panel._clicked(place(panel, 2.0, 2.6))
    assert picked.args == ["sweep", 3, 0]
    assert panel.point_at(place(panel, 1.0, 1.1)) == 0
    assert panel.point_at(place(panel, 1.5, 2.9)) is None


def test_the_read_out_says_what_is_known(panel):
    def said(x, y):
        return panel.read_out(x / panel._x_scale.factor, y / panel._y_scale.factor)

    assert said(1.0, 1.1) == "level 1 T   x 1.1 T ± 200 mT   law 1 T   click: go to this state"
    assert "not converged" in said(3.0, 2.9)
    assert "not in equilibrium" in said(2.0, 2.6)
    assert said(1.5, 2.9) == ""


def test_hidden_laws_are_not_drawn(panel, frame):
    panel.show_frame(without(frame, ("law",)))
    assert not np.isfinite(panel._laws[0][1].getData()[1]).any()
    assert "law" not in panel.read_out(1.0 / panel._x_scale.factor, 1.1 / panel._y_scale.factor)


def test_the_table_has_means_errors_laws_and_flags(frame):
    header, rows = table(PLOT, frame, Scatter())
    assert list(header) == ["level [T]", "x [T]", "error x [T]", "law level [T]", "equilibrated", "converged"]
    assert rows[:, 1].tolist() == [1.1, 2.2, 2.9, 2.6]
    assert rows[:, 4].tolist() == [1.0, 1.0, 1.0, 0.0]
    assert rows[:, 5].tolist() == [1.0, 1.0, 0.0, 1.0]
    assert len(table(PLOT, replace(frame, sweep=None), Scatter())[1]) == 0


def test_a_sweep_of_another_parameter_is_not_drawn(panel, frame):
    panel.show_frame(replace(frame, sweep=Swept("rate", POINTS, 5, True)))
    assert len(panel._points.points()) == 0
