"""Pulse diagrams: rows, cursor and spans are where the times say; dragging proposes, clicking seeks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from plots.fake_sequences import Echo, EchoParameters, scheme
from plots.test_board import near, pixels
from spinviz.model.plots import DiagramRow, DiagramScheme, DiagramSpan
from spinviz.model.theme import DARK, THEMES, Theme
from spinviz.plots.board import PlotBoard, places
from spinviz.plots.diagram import DiagramPlot, value_at
from spinviz.plots.kinds import table
from spinviz.plots.shapes import grounded
from spinviz.plots.spans import Drag, rounded, within

SIZE = QSize(1000, 220)


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard(most=3)
    qtbot.addWidget(widget)
    widget.set_system(Echo())
    return widget


@pytest.fixture
def shown(qtbot: QtBot, board: PlotBoard) -> DiagramPlot:
    """The diagram of a board on screen."""
    board.resize(SIZE)
    board.show()
    qtbot.waitExposed(board)
    board.show_frame(Echo().frame())
    return diagram(board)


def diagram(board: PlotBoard) -> DiagramPlot:
    panel = board.panels[0]
    assert isinstance(panel, DiagramPlot)
    return panel


def with_scheme(**changes: Any) -> Any:
    frame = Echo().frame()
    return replace(frame, plots={**frame.plots, "sequence": replace(frame.plots["sequence"], **changes)})


def test_rows_stand_below_each_other_with_their_names(board: PlotBoard) -> None:
    board.render_frame(SIZE, Echo().frame())
    names = diagram(board).y_axis._named
    assert [name for _, name in names] == ["RF", "G_x", "G_y", "G_z", "ADC"]
    heights = [height for height, _ in names]
    assert heights == sorted(heights, reverse=True)
    bounds = [(shape.y.min(), shape.y.max()) for shape in diagram(board)._shapes.shapes]
    for (low, _), (_, high) in pairwise(bounds):
        assert high < low
    assert 0 < bounds[-1][0] < bounds[0][1] < 1


def test_shapes_are_filled_from_the_base_line_at_their_times(board: PlotBoard) -> None:
    board.render_frame(SIZE, Echo().frame())
    adc = diagram(board)._shapes.shapes[4]
    on = adc.x[adc.y == adc.y.max()]
    assert (on.min(), on.max()) == pytest.approx((18, 26))  # ms: TE + 2 ms, 4 ms to both sides
    assert adc.y[0] == adc.y[-1] == adc.base
    assert adc.x[-1] == pytest.approx(50)


def test_a_shape_is_filled_where_it_is_on_and_only_there(board: PlotBoard) -> None:
    picture = pixels(board.render_frame(SIZE, Echo().frame(), scale=1.0))
    panel = diagram(board)
    adc = panel._shapes.shapes[4]

    def color(time: float) -> list[int]:
        at = panel.box.mapViewToScene(QPointF(time, 0.5 * (adc.base + adc.y.max())))
        place = panel.graph.mapTo(board, panel.graph.mapFromScene(at))
        return list(picture[place.y(), place.x()])

    ground, blue = QColor(DARK.window), QColor(DARK.simulation)
    mixed = [
        round(0.62 * g + 0.38 * b)
        for g, b in zip((ground.red(), ground.green(), ground.blue()), (blue.red(), blue.green(), blue.blue()))
    ]
    assert color(20.0) == pytest.approx(mixed, abs=3)
    assert color(25.0) == pytest.approx(mixed, abs=3)
    assert color(40.0) == [ground.red(), ground.green(), ground.blue()]


def test_gaps_divide_the_shapes() -> None:
    x = np.arange(7.0)
    y = np.array([1.0, 2.0, np.nan, np.nan, 3.0, 4.0, 5.0])
    outline_x, outline_y = grounded(x, y, 0.5)
    np.testing.assert_array_equal(outline_x, [0, 0, 1, 1, np.nan, 4, 4, 5, 6, 6, np.nan])
    np.testing.assert_array_equal(outline_y, [0.5, 1, 2, 0.5, np.nan, 0.5, 3, 4, 5, 0.5, np.nan])
    assert len(grounded(x, np.full(7, np.nan), 0.0)[0]) == 0


def test_the_cursor_follows_and_nothing_else_is_drawn_again(board: PlotBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = Echo().frame()
    board.render_frame(SIZE, frame)
    monkeypatch.setattr(DiagramPlot, "_draw_scheme", lambda *_: pytest.fail("drawn again"))
    for cursor in (0.0, 0.021, 0.05):
        moved = replace(scheme(EchoParameters(), 0.0), cursor=cursor)
        board.show_frame(replace(frame, plots={**frame.plots, "sequence": moved}))
        np.testing.assert_allclose(diagram(board)._cursor.getData()[0], 1e3 * cursor)


def test_spans_that_overlap_have_lanes_of_their_own(board: PlotBoard) -> None:
    spans = (
        DiagramSpan("TE", "TE", 2e-3, 22e-3),
        DiagramSpan("TR", "TR", 0.0, 50e-3),
        DiagramSpan("", "gap", 30e-3, 50e-3),
    )
    board.render_frame(SIZE, with_scheme(spans=spans))
    panel = diagram(board)
    assert panel._spans.lanes(spans, panel.box.width() / 0.05) == [0, 1, 0]
    assert [span.parameter for _, _, span in panel._spans.ends] == ["TE", "TR"]
    assert [x for x, _, _ in panel._spans.ends] == pytest.approx([22, 50])
    texts = [tag._text for tag in panel._spans._tags if tag.isVisible()]
    assert texts == ["TE 20 ms", "TR 50 ms", "gap 20 ms"]
    board.render_frame(SIZE, with_scheme(spans=()))
    assert not any(tag.isVisible() for tag in panel._spans._tags)


def test_a_diagram_without_rows_or_time_is_no_error(board: PlotBoard) -> None:
    nothing = DiagramScheme((), 0.0, 0.0, 1.0)
    for changed in (nothing, replace(nothing, end=0.0)):
        frame = replace(Echo().frame(), plots={"sequence": changed})
        assert not board.render_frame(SIZE, frame).isNull()
    assert diagram(board).read_out(0.5, 0.5).endswith("ms")


def test_read_out_says_the_time_and_what_is_on(board: PlotBoard) -> None:
    board.render_frame(SIZE, Echo().frame())
    assert diagram(board).read_out(22.0, 0.9) == "22 ms   Gx 0.6   ADC 1"
    assert diagram(board).read_out(40.0, 0.9) == "40 ms"
    x, y, _ = diagram(board)._spans.ends[0]
    assert diagram(board).read_out(x, y) == "TE 20 ms   drag to change"


def test_outside_its_times_a_row_is_off() -> None:
    row = DiagramRow("RF", np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    assert value_at(row, 1.5) == 1.0
    assert value_at(row, 0.5) == 0.0
    assert value_at(row, 2.5) == 0.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_drawn_in_every_theme(board: PlotBoard, theme: Theme) -> None:
    board.set_theme(theme)
    picture = pixels(board.render_frame(SIZE, Echo().frame(), scale=1.0))[:, : diagram(board).width()]
    for role in ("simulation", "net", "x", "y", "z"):
        assert near(picture, theme.color(role), 60).any(), role


def test_a_diagram_is_half_as_wide_again(board: PlotBoard) -> None:
    board.render_frame(SIZE, Echo().frame())
    widths = [panel.width() for panel in board.panels]
    assert widths[0] == pytest.approx(1.5 * widths[1], abs=4)


def test_wide_plots_keep_together_when_rows_are_folded() -> None:
    assert places([2, 1, 1, 1, 1], 3) == [(0, 0), (0, 2), (1, 0), (1, 1), (1, 2)]
    assert places([1, 1, 2, 1], 3) == [(0, 0), (0, 1), (1, 0), (1, 2)]


def test_the_table_has_times_and_values_of_each_row() -> None:
    system = Echo()
    header, rows = table(system.plots[0], system.frame(), system)
    assert header[:4] == ["RF: time [s]", "RF", "Gx: time [s]", "Gx"]
    assert len(header) == 10
    adc = scheme(EchoParameters(), 0.0).rows[4]
    np.testing.assert_array_equal(rows[: len(adc.times), 8], adc.times)
    assert np.isnan(rows[len(adc.times) :, 8]).all()


# --- editing ----------------------------------------------------------------------------------------------------


def place(panel: DiagramPlot, x: float, y: float) -> QPoint:
    return panel.graph.mapFromScene(panel.box.mapViewToScene(QPointF(x, y)))


def drag(viewport: QWidget, start: QPoint, *ends: QPoint, release: bool = True) -> None:
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for end in ends:
        QTest.mouseMove(viewport, end)
        QTest.qWait(20)
    if release:
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=ends[-1])


def test_dragging_the_end_of_a_span_proposes_its_parameter(board: PlotBoard, shown: DiagramPlot) -> None:
    edits: list[tuple[Any, str, bool]] = []
    board.edited.connect(lambda *edit: edits.append(edit))
    x, y, _ = shown._spans.ends[0]
    drag(shown.graph.viewport(), place(shown, x, y), place(shown, x + 2, y), place(shown, x + 5, y))
    assert [final for _, _, final in edits] == [*[False] * (len(edits) - 1), True]
    assert {name for _, name, _ in edits} == {"TE"}
    assert len(edits) >= 3
    assert abs(edits[-1][0].TE - 0.025) < 2e-4
    assert edits[-1][0].TR == 0.05


def test_a_drag_far_away_ends_at_the_limit(board: PlotBoard, shown: DiagramPlot) -> None:
    edits: list[Any] = []
    board.edited.connect(lambda p, name, final: edits.append(p.TE))
    x, y, _ = shown._spans.ends[0]
    drag(shown.graph.viewport(), place(shown, x, y), place(shown, 12, y), place(shown, 0.1, y))
    assert edits[-1] == 4e-3


def test_clicking_and_dragging_elsewhere_moves_the_run(board: PlotBoard, shown: DiagramPlot) -> None:
    sought: list[tuple[str, float, int]] = []
    board.seek.connect(lambda *seek: sought.append(seek))
    QTest.mouseClick(shown.graph.viewport(), Qt.MouseButton.LeftButton, pos=place(shown, 10, 0.5))
    assert sought[0][0] == "sequence"
    assert sought[0][1] == pytest.approx(0.010, abs=2e-4)
    drag(shown.graph.viewport(), place(shown, 10, 0.5), place(shown, 20, 0.5), place(shown, 40, 0.5))
    assert sought[-1][1] == pytest.approx(0.040, abs=2e-4)
    drag(shown.graph.viewport(), place(shown, 10, 0.5), place(shown, 20, 0.5), place(shown, 60, 0.5))
    assert sought[-1][1] == 0.05
    assert {step for _, _, step in sought} == {170}
    assert not shown.zoomed


def test_a_drag_moves_by_the_scale_of_its_span() -> None:
    half = Drag(DiagramSpan("TE", "TE/2", 2e-3, 12e-3, scale=2.0), EchoParameters(), 100.0, 1e-4)
    assert half.moved_to(110.0) == pytest.approx(0.022)
    assert half.moved_to(1e6) == 0.08
    whole = Drag(DiagramSpan("lines", "N", 0.0, 16e-3, scale=1e3), EchoParameters(), 0.0, 1e-3)
    assert whole.moved_to(3.4) == 19


def test_values_are_round_and_inside_their_range() -> None:
    assert rounded(0.0203847, 2.6e-4) == 0.0204
    assert rounded(0.5, 0.0) == 0.5
    TR = EchoParameters.quantity_named("TR")
    assert 0 < within(TR, -1.0) < 1e-5
    assert within(TR, 3.0) == 2.0
