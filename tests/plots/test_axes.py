"""Numbers on the axes are short, round and hold still."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from plots.fake_systems import Decay
from spinviz.plots.axes import Fit, QuietAxis, Scale, numbers, round_up, scale_for, tick_text, ticks
from spinviz.plots.board import PlotBoard
from spinviz.plots.levels import spread


@pytest.mark.parametrize(
    ("largest", "unit", "scale"),
    [
        (0.4, "s", Scale(1e-3, "ms")),
        (4e-10, "s", Scale(1e-12, "ps")),
        (4e5, "A/m", Scale(1e3, "kA/m")),
        (300.0, "K", Scale(1.0, "K")),
        (1.0, "", Scale(1.0, "")),
        (3e-7, "", Scale(1e-7, "10⁻⁷")),
        (4.5e-23, "J", Scale(1e-23, "10⁻²³ J")),
        (0.0, "T", Scale(1.0, "T")),
    ],
)
def test_scale(largest: float, unit: str, scale: Scale) -> None:
    found = scale_for(largest, unit)
    assert found.unit == scale.unit
    assert found.factor == pytest.approx(scale.factor)


def test_ticks_are_round_and_inside() -> None:
    values, step = ticks(-1.04, 1.04, 5)
    assert step == 0.5
    assert values == pytest.approx([-1, -0.5, 0, 0.5, 1])
    assert [tick_text(v, step) for v in values] == ["−1.0", "−0.5", "0.0", "0.5", "1.0"]
    assert ticks(1.0, 1.0, 5)[0] == []


@pytest.mark.parametrize(("low", "high"), [(-432.0, 432.0), (0.1, 0.9), (-1.04, 1.04), (2.3, 2.4), (-0.03, 1.05)])
def test_even_a_short_axis_has_two_numbers(low: float, high: float) -> None:
    shown = numbers(low, high, 2)
    assert 2 <= len(shown) <= 9
    assert all(low - 1e-9 <= value <= high + 1e-9 for value, _ in shown)


@pytest.mark.parametrize(("value", "above"), [(1.0, 1.0), (1.01, 1.5), (0.034, 0.04), (9.1, 10.0)])
def test_round_up(value: float, above: float) -> None:
    assert round_up(value) == pytest.approx(above)


@pytest.mark.parametrize("axis", ["x_axis", "y_axis"])
def test_numbers_stand_where_the_plot_has_their_values(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, axis: str
) -> None:
    written: dict[str, QPointF] = {}
    monkeypatch.setattr(QuietAxis, "_write", lambda self, painter, at, text, font: written.update({text: QPointF(at)}))
    board = PlotBoard()
    qtbot.addWidget(board)
    board.set_system(Decay())
    board.render_frame(QSize(1200, 300), Decay().frame())
    panel = board.panels[0]
    shown = getattr(panel, axis)
    written.clear()
    image = QImage(1200, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    shown._draw(painter)
    painter.end()
    assert len(written) >= 3
    for text, at in written.items():
        value = float(text.replace("−", "-"))
        there = shown.mapFromScene(panel.box.mapViewToScene(QPointF(value, value)))
        # Letters stand on their base line and are centred: less than their height and width away.
        if axis == "y_axis":
            assert at.y() == pytest.approx(there.y(), abs=8)
        else:
            assert at.x() == pytest.approx(there.x(), abs=16)


def test_limits_grow_at_once_and_shrink_late() -> None:
    fit = Fit()
    assert fit.around(-0.9, 0.9) == (-1.0, 1.0)
    assert fit.around(-0.5, 0.5) == (-1.0, 1.0)
    low, high = fit.around(-1.2, 0.9)
    assert low <= -1.2
    assert high >= 0.9
    low, high = fit.around(-0.1, 0.1)
    assert high - low < 0.5


def test_declared_limits_hold_until_a_number_goes_beyond() -> None:
    fit = Fit(0.0, 1.0)
    assert fit.around(0.3, 0.4) == (0.0, 1.0)
    assert fit.around(0.3, 1.7)[1] >= 1.7


def test_a_little_beyond_a_declared_limit_does_not_open_the_axis() -> None:
    assert Fit(0.0, 1.0).around(-0.01, 1.02) == (0.0, 1.0)
    assert Fit(0.0).around(-0.001, 0.9) == (0.0, 1.0)


def test_a_constant_gets_room() -> None:
    low, high = Fit().around(5.0, 5.0)
    assert low < 5 < high
    low, high = Fit().around(0.0, 0.0)
    assert low < 0 < high


def test_spread_keeps_order_and_distance_and_moves_nothing_needlessly() -> None:
    import numpy as np

    far = np.array([3.0, -1.0, 1.0])
    np.testing.assert_allclose(spread(far, 1.0), far)
    placed = spread(np.zeros(5), 2.0)
    np.testing.assert_allclose(np.sort(placed), [-4, -2, 0, 2, 4])
    crowded = np.array([0.0, 0.1, 0.2, 10.0])
    placed = spread(crowded, 1.0)
    assert np.all(np.diff(placed) >= 1 - 1e-12)
    assert placed[3] == 10.0
    assert placed[:3].mean() == pytest.approx(0.1)
