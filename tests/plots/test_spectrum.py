"""Spectra of the signal since the last action, over the frequencies that the axis names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from plots.fake_systems import Decay, law
from spinviz.model.frame import History, LawNow
from spinviz.model.plots import Spectrum
from spinviz.plots.board import PlotBoard
from spinviz.plots.kinds import table

T2 = 5e-3
LAW_AT = np.linspace(-20e3, 20e3, 40001)


class Quick(Decay):
    """Before the pulse at 20 ms a signal at +12 kHz, afterwards one that precesses the other way at -4 kHz."""

    plots = (Spectrum("spectrum", "spectrum", "Mx", "My", span=lambda p: (-20e3, 20e3)),)
    laws = (law("line", "Mxy", "Line", plots=("spectrum",)),)

    def shown(self) -> Any:
        t = np.arange(0.0, 0.08, 1e-5)
        after = np.maximum(t - 0.02, 0.0)
        signal = np.where(t < 0.02 - 5e-6, np.exp(2j * np.pi * 12e3 * t), np.exp((-2j * np.pi * 4e3 - 1 / T2) * after))
        history = History(t, {"Mx": signal.real, "My": signal.imag}, {}, ((0.0, "90° x"), (0.02, "90° x")))
        lorentzian = 1 / (1 + (2 * np.pi * (LAW_AT + 4e3) * T2) ** 2)
        return replace(self.frame(), history=history, curves={("spectrum", "line"): (LAW_AT, lorentzian)})


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard()
    qtbot.addWidget(widget)
    widget.set_system(Quick())
    return widget


@pytest.fixture
def panel(board: PlotBoard) -> Any:
    board.render_frame(QSize(900, 200), Quick().shown())
    return board.panels[0]


def test_line_and_law_stand_at_the_frequency_with_its_sign(panel: Any) -> None:
    x, y = panel._curve.getData()
    assert x[np.argmax(y)] == pytest.approx(-4.0, abs=0.1)
    assert (x[0], x[-1]) == pytest.approx((-20.0, 20.0), abs=0.1)
    # The signal from before the pulse is not in it.
    assert np.abs(y[x > 5]).max() < 0.05
    x, y = panel._laws[0][1].getData()
    assert x[np.argmax(y)] == pytest.approx(-4.0)
    assert "frequency, kHz" in panel.caption.accessibleName()


def test_the_read_out_gives_amplitude_and_the_line(panel: Any) -> None:
    shown = panel.read_out(-4.0, 0.5).split("   ")
    assert shown[0] == "−4 kHz"
    assert float(shown[1]) == pytest.approx(1.0, abs=0.02)
    # 1/(pi T2) = 63.7 Hz
    assert shown[2].startswith("line at −4")
    assert "kHz, 63" in shown[2] or "kHz, 64" in shown[2]
    assert float(panel.read_out(12.0, 0.5).split("   ")[1]) == pytest.approx(0.0, abs=0.02)


def test_the_table_is_in_hertz() -> None:
    header, rows = table(Quick.plots[0], Quick().shown(), Quick())
    assert header == ["frequency [Hz]", "amplitude (absorption)", "law line"]
    assert rows[np.argmax(rows[:, 1]), 0] == pytest.approx(-4e3, abs=20)
    np.testing.assert_allclose(rows[:, 1], rows[:, 2], atol=0.02)


@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "good"), (1.06, "warning"), (1.3, "bad")])
def test_the_badge_judges_the_curve_that_is_drawn(board: PlotBoard, factor: float, verdict: str) -> None:
    """A green badge stood below a law that visibly differed: a number that was read off the run was right."""
    frame = Quick().shown()
    x, y = frame.curves["spectrum", "line"]
    good = LawNow(1.0, 1.0, 0.0, 1.0, True)
    shown = replace(frame, laws={"line": good}, curves={("spectrum", "line"): (x, factor * y)})
    board.render_frame(QSize(900, 200), shown)
    panel = board.panels[0]
    assert panel.caption.verdict == verdict
    assert float(panel.caption.badge_text.split()[2]) == pytest.approx(100 * (factor - 1), abs=1.5)
    assert "of the height at most, 2 % allowed" in panel.comparison()


def test_without_a_law_drawn_the_badge_is_that_of_the_law(board: PlotBoard) -> None:
    now = LawNow(1.0, np.nan, np.nan, 1.0, False)
    board.render_frame(QSize(900, 200), replace(Quick().shown(), laws={"line": now}, curves={}))
    assert board.panels[0].caption.badge_text == "– out of its range"
    assert board.panels[0].comparison() == ""
