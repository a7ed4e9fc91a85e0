"""Images: their window of values, what is under the mouse, and pixels that can be picked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from plots.fake_sequences import Echo, EchoParameters
from plots.test_board import pixels
from spinviz.model.plots import Image
from spinviz.model.theme import THEMES
from spinviz.plots.board import PlotBoard
from spinviz.plots.image import ImagePlot, lookup_table, window
from spinviz.plots.kinds import table

P = EchoParameters()


def image(**more: Any) -> Image:
    return Image("image", "image", lambda s, p: np.zeros((2, 2)), colormap="gray", **more)


def test_limits_are_numbers_functions_or_found() -> None:
    values = np.linspace(0, 10, 1001)
    assert window(image(low=-2, high=3), P, values, None) == (-2, 3)
    assert window(image(low=0, high=lambda p: p.TR), P, values, None) == (0, 0.05)
    low, high = window(image(low=None, high=None), P, values, None)
    assert low == 0
    assert high == pytest.approx(9.95)
    low, high = window(image(low=None, high=None), P, values - 5, None)
    assert (low, high) == pytest.approx((-4.95, 4.95))
    assert window(image(low=None, high=9), P, values + 1, None) == (0, 9)


def test_found_limits_hold_still_until_they_no_longer_fit() -> None:
    plot = image(low=None, high=None)
    values = np.linspace(0, 10, 1001)
    before = window(plot, P, values, None)
    assert window(plot, P, 1.1 * values, before) == before
    assert window(plot, P, 2.0 * values, before)[1] == pytest.approx(19.9)


def test_pictures_without_numbers_or_contrast_are_shown() -> None:
    plot = image(low=None, high=None)
    assert window(plot, P, np.full((2, 2), np.nan), None) == (0, 1)
    low, high = window(plot, P, np.zeros((4, 4)), None)
    assert low < high
    low, high = window(plot, P, np.full((4, 4), -3.0), None)
    assert low < high


def test_every_named_colour_map_exists() -> None:
    from spinviz.model.theme import DARK

    for name in ("gray", "viridis", "direction", "spin", "signal"):
        assert lookup_table(name, DARK).shape == (256, 3)


class Pixels(Echo):
    plots = (image(low=None, high=None, unit="V", chosen=lambda p: (1, 2)), *Echo.plots[1:2])

    def shown(self, values: Any) -> Any:
        return replace(self.frame(), plots={"image": np.asarray(values, dtype=float)})


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard()
    qtbot.addWidget(widget)
    widget.set_system(Pixels())
    return widget


def panel(board: PlotBoard) -> ImagePlot:
    first = board.panels[0]
    assert isinstance(first, ImagePlot)
    return first


def test_square_pixels_from_the_bottom_in_their_greys(board: PlotBoard) -> None:
    values = np.array([[0.0, 1.0, 2.0], [4.0, 3.0, np.nan]])
    picture = pixels(board.render_frame(QSize(800, 300), Pixels().shown(values), scale=1.0))
    shown = panel(board)
    (x0, x1), (y0, y1) = shown.box.viewRange()
    assert (x1 - x0) / shown.box.width() == pytest.approx((y1 - y0) / shown.box.height(), rel=1e-6)
    high = np.percentile([0, 1, 2, 3, 4], 99.5)
    for row, column, value in ((0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 1, 3), (1, 0, 4)):
        # Beside the middle, where the frame of the chosen pixel does not run.
        at = shown.graph.mapTo(board, shown.graph.mapFromScene(shown.box.mapViewToScene(
            QPointF(column + 0.4, row + 0.4)
        )))  # fmt: skip
        assert picture[at.y(), at.x()] == pytest.approx([255 * min(value / high, 1)] * 3, abs=2)


def test_a_click_picks_the_pixel_below_it_and_none_beside_the_picture(qtbot: QtBot, board: PlotBoard) -> None:
    board.resize(800, 220)
    board.show()
    qtbot.waitExposed(board)
    board.show_frame(Pixels().shown(np.arange(12).reshape(3, 4)))
    picked: list[tuple[str, int, int]] = []
    board.picked.connect(lambda *pixel: picked.append(pixel))
    view, box = panel(board).graph.viewport(), panel(board).box
    for x, y in ((2.5, 1.5), (3.1, 0.2), (-0.5, 1.0), (4.5, 1.0)):
        at = panel(board).graph.mapFromScene(box.mapViewToScene(QPointF(x, y)))
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert picked == [("image", 1, 2), ("image", 0, 3)]
    assert panel(board).read_out(2.5, 1.5) == "column 2   row 1   6 V"
    assert panel(board).read_out(4.5, 1.5) == ""


def test_the_chosen_pixel_is_framed(board: PlotBoard) -> None:
    board.render_frame(QSize(800, 300), Pixels().shown(np.zeros((8, 8))))
    x, y = panel(board)._frame_line.getData()
    assert (x.min(), x.max(), y.min(), y.max()) == (1, 4, 0, 3)


def test_the_colour_bar_is_numbered_from_below_and_has_the_colours_of_the_values(board: PlotBoard) -> None:
    picture = pixels(board.render_frame(QSize(800, 300), Pixels().shown(np.linspace(0, 10, 200).reshape(10, 20))))
    shown = panel(board)
    numbered = {tag._text: tag for tag in shown._tags if tag.isVisible()}
    assert {"0", "4", "8"} <= numbered.keys()
    high = np.percentile(np.linspace(0, 10, 200), 99.5)
    for text, tag in numbered.items():
        assert tag.y() == pytest.approx(10 * float(text) / high)
        at = shown.graph.mapTo(board, shown.graph.mapFromScene(shown.box.mapViewToScene(
            QPointF(20.75, min(max(tag.y(), 0.1), 9.9))
        )))  # fmt: skip
        assert picture[at.y(), at.x()] == pytest.approx([255 * float(text) / high] * 3, abs=6)


def test_the_spin_map_goes_from_the_down_to_the_up_colour() -> None:
    for theme in THEMES.values():
        table = lookup_table("spin", theme)
        assert np.abs(table[0] / 255 - theme.rgb("down")).max() < 0.01
        assert np.abs(table[-1] / 255 - theme.rgb("up")).max() < 0.01


def test_the_table_has_a_column_for_each_column() -> None:
    values = np.arange(6.0).reshape(2, 3)
    header, rows = table(Pixels.plots[0], Pixels().shown(values), Pixels())
    assert header == ["column 0 [V]", "column 1 [V]", "column 2 [V]"]
    np.testing.assert_array_equal(rows, values)


class Sided(Pixels):
    plots = (image(low=None, high=None, sides=lambda p: ("R", "L", "P", "A")), *Echo.plots[1:2])


def test_sides_are_lettered_inside_their_edges(qtbot: QtBot) -> None:
    widget = PlotBoard()
    qtbot.addWidget(widget)
    widget.set_system(Sided())
    widget.render_frame(QSize(800, 400), Sided().shown(np.zeros((6, 8))))
    tags = {tag._text: tag for tag in panel(widget)._sides}
    size = panel(widget).box.viewPixelSize()[0]
    where = {text: tag.boundingRect().center() * size + QPointF(tag.x(), -tag.y()) for text, tag in tags.items()}
    assert 0 < where["R"].x() < 2 < 6 < where["L"].x() < 8
    assert where["P"].x() == pytest.approx(4, abs=0.2)
    assert 0 < -where["P"].y() < 2 < 4 < -where["A"].y() < 6
