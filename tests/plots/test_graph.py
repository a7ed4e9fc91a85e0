"""Graphs show their lines where the numbers say, and what they are above them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize
from pytestqt.qtbot import QtBot

from plots.fake_sequences import Echo
from plots.test_board import near, pixels
from spinviz.model.plots import Graph, Line, Sheet
from spinviz.model.theme import DARK, THEMES, Theme
from spinviz.plots.board import PlotBoard
from spinviz.plots.graph import GraphPlot, entries_of
from spinviz.plots.kinds import table

SIZE = QSize(1000, 200)


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard(most=4)
    qtbot.addWidget(widget)
    widget.set_system(Echo())
    return widget


def graph(board: PlotBoard, name: str) -> GraphPlot:
    return next(p for p in board.panels if isinstance(p, GraphPlot) and p.plot.name == name)


def with_lines(name: str, *lines: Line) -> Any:
    frame = Echo().frame()
    return replace(frame, plots={**frame.plots, name: lines})


def test_equal_axes_have_one_scale_and_show_everything(board: PlotBoard) -> None:
    frame = Echo().frame()
    for size in (SIZE, QSize(1400, 500)):
        board.render_frame(size, frame)
        k = graph(board, "k")
        (x0, x1), (y0, y1) = k.box.viewRange()
        assert (x1 - x0) / k.box.width() == pytest.approx((y1 - y0) / k.box.height(), rel=1e-9)
        whole = frame.plots["k"][0]
        assert x0 < whole.x.min() < whole.x.max() < x1
        assert y0 < whole.y.min() < whole.y.max() < y1


def test_lines_stand_at_their_numbers_in_prefixed_units(board: PlotBoard) -> None:
    board.render_frame(SIZE, Echo().frame())
    profile = graph(board, "profile")
    x, y = profile._drawn[2]._stroke.getData()
    assert x.min() == pytest.approx(-10)  # mm
    assert set(np.unique(y)) == {0.0, 1.0}
    assert profile.box.viewRange()[1] == pytest.approx([-0.2 - 0.05 * 1.3, 1.1 + 0.05 * 1.3])
    assert profile.caption.accessibleName() == "slice profile, ↑ M   z, mm →"


def test_theory_is_dashed_in_amber_marks_are_dots_and_a_head_is_at_the_end(board: PlotBoard) -> None:
    picture = pixels(board.render_frame(SIZE, Echo().frame()))
    profile = graph(board, "profile")
    x = profile.mapTo(board, profile.rect().topLeft()).x()
    part = picture[:, x : x + profile.width()]
    assert near(part, DARK.theory).any()
    assert near(part, DARK.x).any()
    pen = profile._drawn[2]._stroke.opts["pen"]
    assert pen.dashPattern() == [4.0, 3.0]
    marks = profile._drawn[3]
    assert not marks._stroke.isVisible()
    assert len(marks._marks.getData()[0]) == 11
    path = Echo().frame().plots["k"][1]
    head = graph(board, "k")._drawn[1]._head
    assert (head.x(), head.y()) == pytest.approx((path.x[-1], path.y[-1]))


def test_the_legend_has_its_own_room_and_names_every_kind_once(board: PlotBoard) -> None:
    z = np.linspace(0, 1, 5)
    lines = [Line(z, z + n, "pathway", "muted") for n in range(4)] + [Line(z, -z, "F_0", "net")]
    board.render_frame(SIZE, with_lines("profile", *lines))
    profile = graph(board, "profile")
    assert [entry.label for entry in profile.legend.entries] == ["pathway", "F_0"]
    assert profile.legend.accessibleName() == "pathway, F0"
    assert profile.legend.geometry().bottom() < profile.graph.geometry().top() + 1
    board.render_frame(SIZE, with_lines("profile", Line(z, z)))
    assert profile.legend.height() == 0 or profile.legend.isHidden()


def test_gaps_are_left_open_and_nothing_is_no_error(board: PlotBoard) -> None:
    z = np.array([0.0, 1.0, np.nan, 2.0, 3.0])
    board.render_frame(SIZE, with_lines("profile", Line(z, np.where(np.isnan(z), np.nan, 0.5), "M")))
    drawn = graph(board, "profile")._drawn
    assert np.isnan(drawn[0]._stroke.getData()[0]).sum() == 1
    assert drawn[0]._stroke.opts["connect"] == "finite"
    assert not any(d._stroke.isVisible() for d in drawn[1:])
    for empty in ((), (Line(np.zeros(0), np.zeros(0), "nothing", head=True),), (Line(z * np.nan, z * np.nan),)):
        assert not board.render_frame(SIZE, with_lines("profile", *empty)).isNull()
        assert not board.render_frame(SIZE, with_lines("k", *empty)).isNull()


def test_read_out_finds_the_nearest_line(board: PlotBoard) -> None:
    board.render_frame(SIZE, Echo().frame())
    profile = graph(board, "profile")
    assert profile.read_out(0.0, 0.11) == "z 0 m   M 0.1   My"
    assert profile.read_out(-2.0, 0.99) == "z −2 mm   M 1   hard edges"
    assert profile.read_out(1e4, 1e4) == ""


def test_limits_may_be_functions_of_the_parameters(qtbot: QtBot) -> None:
    z = np.linspace(-1, 1, 11)

    class Limited(Echo):
        plots = (
            Graph("limited", "limited", lambda s, p: (), "x", "y", x_low=lambda p: -p.TE, x_high=lambda p: p.TR),
        )  # fmt: skip

    board = PlotBoard()
    qtbot.addWidget(board)
    board.set_system(Limited())
    board.render_frame(SIZE, with_lines("limited", Line(z, 3e3 * z)))
    assert board.panels[0].box.viewRange()[0] == pytest.approx([-0.02, 0.05])
    low, high = board.panels[0].box.viewRange()[1]
    assert low < -3e3 < 3e3 < high


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_drawn_in_every_theme(board: PlotBoard, theme: Theme) -> None:
    board.set_theme(theme)
    picture = pixels(board.render_frame(SIZE, Echo().frame(), scale=1.0))
    assert near(picture, theme.window).mean() > 0.4
    for role in ("simulation", "theory", "x", "y", "net"):
        assert near(picture, theme.color(role), 60).any(), role


def test_items_are_made_once(board: PlotBoard) -> None:
    board.render_frame(SIZE, Echo().frame())
    count = len(graph(board, "profile").box.addedItems)
    for now in (0.01, 0.02, 0.03):
        board.render_frame(SIZE, Echo().frame(now=now))
    assert len(graph(board, "profile").box.addedItems) == count


def test_the_table_has_two_columns_for_each_line() -> None:
    system = Echo()
    plot = next(p for p in system.plots if p.name == "k")
    header, rows = table(plot, system.frame(), system)
    assert header == ["line 1: kx [1/m]", "line 1: ky [1/m]", "k(t): kx [1/m]", "k(t): ky [1/m]"]
    assert rows.shape == (2000, 4)
    assert np.isnan(rows[700:, 2]).all()
    np.testing.assert_array_equal(rows[:700, 2], rows[:700, 0])


def test_the_table_holds_x_before_y() -> None:
    system = Echo()
    plot = next(p for p in system.plots if p.name == "profile")
    z = np.array([-2e-3, 0.0, 2e-3])
    header, rows = table(plot, with_lines("profile", Line(z, z**2, "M_x")), system)
    assert header == ["Mx: z [m]", "Mx: M"]
    np.testing.assert_array_equal(rows, np.column_stack([z, z**2]))


def test_theory_counts_as_dashed_in_the_legend() -> None:
    z = np.zeros(1)
    assert entries_of((Line(z, z, "law", "theory"),))[0].dashed


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_the_grid_lies_under_the_lines(board: PlotBoard, theme: Theme) -> None:
    board.set_theme(theme)
    z = np.linspace(-0.01, 0.01, 301)
    board.render_frame(QSize(3000, 600), with_lines("profile", Line(z, 0 * z)), scale=3.0)
    panel = graph(board, "profile")
    assert 0.0 in [round(value, 6) for value, _ in panel.y_axis._labels(*panel.y_axis.range, panel.box.height(), True)]
    image = panel.graph.grab().toImage()
    at = panel.box.mapViewToScene(panel.box.viewRect().center())
    y = round(panel.box.mapViewToScene(QPointF(0.0, 0.0)).y())
    column = pixels(image)[y - 1 : y + 2, round(at.x())][:, None]  # the line is 6 pixels wide, the grid 3
    assert near(column, theme.simulation, 40).all(), "the grid line at 0 does not show through"


def sheet_of(values: Any) -> Sheet:
    return Sheet(np.array([-2e-3, 2e-3]), np.array([0.0, 1.0]), values=np.asarray(values, float), low=0.0, high=1.0)


def test_a_sheet_lies_between_its_ends_below_the_lines_in_the_blue_of_the_theme(board: PlotBoard) -> None:
    z = np.array([-1e-3, 1e-3])
    lines = sheet_of([[0.0, 0.0], [0.0, 0.7]]), Line(z, np.zeros(2), "law", "theory", law=True)
    picture = pixels(board.render_frame(SIZE, with_lines("profile", *lines), scale=1.0))
    profile = graph(board, "profile")
    (painted,) = profile._painted
    assert painted._image.isVisible()
    assert painted._image.zValue() < profile._drawn[0]._stroke.zValue()
    # Upper right: the second column of the second row, in mm.
    for x, y, blue in ((1.0, 0.75, True), (-1.0, 0.75, False), (1.0, 0.25, False)):
        inside = profile.box.mapToScene(profile.box.mapFromView(QPointF(x, y)))
        at = profile.mapTo(board, profile.graph.mapTo(profile, inside.toPoint()))
        colour = picture[at.y(), at.x(), :3].astype(int)
        near_blue = np.abs(colour - np.array(DARK.rgb("simulation")) * 255).max() < 8
        assert bool(near_blue) == blue, (x, y, colour)
    assert [entry.label for entry in entries_of(lines[1:])] == ["law"]
    assert profile.read_out(-2.0, 1.0) == ""  # a corner of the sheet, far from the line
    board.render_frame(SIZE, with_lines("profile", *lines[1:]))
    assert not painted._image.isVisible()


def test_a_sheet_takes_the_colours_of_a_new_theme(board: PlotBoard) -> None:
    frame = with_lines("profile", sheet_of([[0.0, 1.0]]))
    tables = []
    for theme in THEMES.values():
        board.set_theme(theme)
        board.render_frame(SIZE, frame)
        tables.append(graph(board, "profile")._painted[0]._image.lut.tobytes())
    assert len(set(tables)) == len(tables)


def test_a_sheet_is_no_line_of_a_table() -> None:
    system = Echo()
    plot = next(p for p in system.plots if p.name == "k")
    frame = with_lines("k", sheet_of([[0.0]]), Line(np.zeros(1), np.ones(1), "one"))
    assert table(plot, frame, system)[0] == ["one: kx [1/m]", "one: ky [1/m]"]
