"""Kept curves stand in the units of the axes, are named above the graph, and go into the table."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from plots.fake_sequences import Echo
from plots.fake_systems import Decay, Lattice
from spinviz.model.kept import MOST_POINTS, ROLES, Kept, KeptLine
from spinviz.model.theme import DARK, LIGHT
from spinviz.plots.axes import Scale
from spinviz.plots.board import PlotBoard
from spinviz.plots.pinned import DASHES

SIZE = QSize(1200, 260)


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard()
    qtbot.addWidget(widget)
    widget.set_system(Decay())
    widget.render_frame(SIZE, Decay().frame())
    return widget


def kept_now(board: PlotBoard, **changes: Any) -> tuple[Kept, ...]:
    found = []
    for panel in board.panels:
        assert panel.frame is not None
        if lines := panel.keepable(panel.frame):
            found.append(Kept(panel.plot.name, lines, parameters=panel.frame.parameters.change(**changes)))
    return tuple(found)


def test_a_kept_trace_lies_on_the_run_that_it_was(board: PlotBoard) -> None:
    board.set_kept(kept_now(board))
    panel = board.panels[1]
    board.render_frame(SIZE, Decay().frame())
    (_, item), *_ = panel.pinned._items
    x, y = item.getData()
    own_x, own_y = panel._curves[0].getData()
    assert len(x) <= MOST_POINTS
    assert (x[0], x[-1]) == pytest.approx((own_x[0], own_x[-1]), rel=1e-2, abs=1e-9)
    np.testing.assert_allclose(np.interp(own_x, x, y), own_y, atol=0.02 * np.ptp(own_y))


def test_the_legend_names_what_differed(board: PlotBoard) -> None:
    board.set_kept(kept_now(board, T2=0.08))
    board.render_frame(SIZE, Decay().frame())
    words = [entry.label for entry in board.panels[1].pinned.legend.entries]
    now = Decay().frame().parameters.quantity_named("T2")
    symbol = now.symbol or now.title
    assert words == [f"{symbol} = {now.show(Decay().frame().parameters.T2)}, now", f"{symbol} = 80 ms"]


def test_axes_hold_what_is_kept(board: PlotBoard) -> None:
    panel = board.panels[1]
    frame = Decay().frame()
    tall = KeptLine("", np.array([0.0, 0.2]), np.array([0.0, 30.0]))
    board.set_kept((Kept(panel.plot.name, (tall,), "measured", "measured: tall.csv"),))
    board.render_frame(SIZE, frame)
    assert panel.box.state["viewRange"][1][1] * panel.factors()[1] >= 30.0
    board.set_kept(())
    board.render_frame(SIZE, frame)
    assert panel.box.state["viewRange"][1][1] * panel.factors()[1] < 30.0
    assert panel.pinned.legend.isHidden()


@pytest.mark.parametrize(
    ("system", "name", "place"),
    [
        (Decay, "coil", (1 / 7, 2.0)),
        (Lattice, "m(T)", (1 / 7, 2.0)),
        (Echo, "profile", (1 / 7, 2.0)),
        (Decay, "spectrum", (1 / 7, 1.0)),
        (Lattice, "cos", (1 / 7, 7.0)),
    ],
)
def test_kept_numbers_are_divided_as_the_axes_are(
    board: PlotBoard, system: Any, name: str, place: tuple[float, float]
) -> None:
    """x in units of 7 and y in units of 1/2; a density per unit becomes one per 7 units."""
    board.set_system(system())
    board.render_frame(SIZE, system().frame())
    panel: Any = next(panel for panel in board.panels if panel.plot.name == name)
    panel.zoomed = True
    for attribute, factor in (("_x_scale", 7.0), ("_y_scale", 0.5), ("_scale", 7.0)):
        if hasattr(panel, attribute):
            setattr(panel, attribute, Scale(factor))
    panel.set_kept((Kept(name, (KeptLine("", np.ones(1), np.ones(1)),), "sketch", "one"),))
    x, y = panel.pinned._items[0][1].getData()
    assert (x[0], y[0]) == pytest.approx(place)


def test_a_kept_histogram_has_the_area_of_one(board: PlotBoard) -> None:
    board.set_system(Lattice())
    board.render_frame(SIZE, Lattice().frame())
    (panel,) = [panel for panel in board.panels if panel.plot.name == "cos"]
    (line,) = panel.keepable(panel.frame)
    assert np.trapezoid(line.y, line.x) == pytest.approx(1.0)


def test_a_drag_draws_in_the_declared_units(qtbot: QtBot) -> None:
    live = PlotBoard()
    qtbot.addWidget(live)
    live.set_system(Decay())
    live.resize(1200, 260)
    with qtbot.waitExposed(live):
        live.show()
    live.show_frame(Decay().frame())
    live.set_sketching(True)
    panel = live.panels[0]
    assert panel.factors() == pytest.approx((1e-3, 1e-3)), "millivolts over milliseconds"
    viewport, left = panel.graph.viewport(), Qt.MouseButton.LeftButton
    ends = [panel.graph.mapFromScene(panel.box.mapViewToScene(QPointF(*end))) for end in ((100, 1.0), (300, -1.0))]
    with qtbot.waitSignal(live.sketched) as drawn:
        QTest.mousePress(viewport, left, pos=ends[0])
        QTest.mouseMove(viewport, ends[1])
        QTest.mouseRelease(viewport, left, pos=ends[1])
    plot, x, y = drawn.args
    dx, dy = panel.box.viewPixelSize()
    assert plot == "coil"
    assert list(x) == pytest.approx([0.1, 0.3], abs=1e-3 * dx)
    assert list(y) == pytest.approx([1e-3, -1e-3], abs=1e-3 * dy)
    live.set_sketching(False)
    with qtbot.assertNotEmitted(live.sketched):
        QTest.mousePress(viewport, left, pos=ends[0])
        QTest.mouseMove(viewport, ends[1])
        QTest.mouseRelease(viewport, left, pos=ends[1])


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_kept_curves_are_thin_and_never_amber(board: PlotBoard, theme: Any) -> None:
    board.set_theme(theme)
    first = kept_now(board)
    sets = tuple(Kept(one.plot, one.lines, parameters=one.parameters) for one in first for _ in range(3))
    board.set_kept(sets)
    board.render_frame(SIZE, Decay().frame())
    panel = board.panels[1]
    own = panel._curves[0].opts["pen"]
    pens = [item.opts["pen"] for _, item in panel.pinned._items]
    assert len(pens) == 3
    assert all(pen.widthF() < own.widthF() for pen in pens)
    assert len({tuple(pen.dashPattern()) for pen in pens}) == 3
    amber = panel.look.color("theory").name()
    assert amber not in {pen.color().name() for pen in pens}
    assert "theory" not in ROLES
    assert (4.0, 3.0) not in DASHES


def test_the_table_has_the_kept_columns(board: PlotBoard) -> None:
    panel = board.panels[1]
    measured = KeptLine("", np.array([0.0, 0.1, 0.2]), np.array([1.0, np.nan, 3.0]))
    board.set_kept((Kept(panel.plot.name, (measured,), "measured", "measured: coil.csv"),))
    header, rows = panel._table(panel.frame)
    assert header[:2] == ["time [s]", "Mz"]
    assert header[-2:] == ["measured: coil.csv: x [s]", "measured: coil.csv: y"]
    np.testing.assert_array_equal(rows[:4, -2], [0.0, 0.1, 0.2, np.nan])
    np.testing.assert_array_equal(rows[:4, -1], [1.0, np.nan, 3.0, np.nan])
    assert len(rows) == len(panel.frame.history.time)


@pytest.mark.parametrize("system", [Decay, Lattice])
def test_whatever_has_axes_can_be_kept(qtbot: QtBot, board: PlotBoard, system: Any) -> None:
    board.set_system(system())
    board.render_frame(SIZE, system().frame())
    every = kept_now(board)
    assert {one.plot for one in every} <= {panel.plot.name for panel in board.panels if panel.units() is not None}
    assert len(every) >= 2
    board.set_kept(every)
    board.render_frame(SIZE, system().frame())
    for panel in board.panels:
        shown = [item for _, item in panel.pinned._items if len(item.getData()[0])]
        assert len(shown) == sum(len(one.lines) for one in every if one.plot == panel.plot.name)


def test_the_pin_is_in_the_window_and_in_no_export(qtbot: QtBot, board: PlotBoard) -> None:
    live = PlotBoard()
    qtbot.addWidget(live)
    live.set_system(Decay())
    live.resize(1200, 260)
    live.show()
    panel = live.panels[0]
    assert panel._keep.isVisible()
    assert not board.panels[0]._keep.isVisibleTo(board.panels[0])
    with qtbot.waitSignal(live.keep_asked) as asked:
        qtbot.mouseClick(panel._keep, Qt.MouseButton.LeftButton)
    assert asked.args == [panel.plot.name]


def test_the_first_picture_of_an_export_leaves_no_gap(qtbot: QtBot, board: PlotBoard) -> None:
    kept = kept_now(board, T2=0.08)
    fresh = PlotBoard()
    qtbot.addWidget(fresh)
    fresh.set_system(Decay())
    fresh.set_kept(kept)
    first = fresh.render_frame(SIZE, Decay().frame())
    for panel in fresh.panels:
        legend = panel.pinned.legend
        assert legend.height() == round(panel.look.text_px(15))
        assert panel.graph.y() <= legend.geometry().bottom() + 2
    assert fresh.render_frame(SIZE, Decay().frame()) == first
