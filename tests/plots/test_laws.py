"""What a plot says about its laws."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from plots.fake_systems import Decay, Electrons, Lattice
from spinviz.model.frame import Frame, LawNow
from spinviz.model.switches import without
from spinviz.model.theme import DARK
from spinviz.plots.board import PlotBoard
from spinviz.plots.laws import badge


def test_the_explanation_names_value_law_and_deviation() -> None:
    system = Decay()
    _, text, explanation = badge(system.plots[2], system, system.frame())
    assert text == "✗ Δ 13 %"
    assert explanation == (
        "Line width 1/(π T₂*): now 3.25 Hz, law 3.24 Hz, 10 mHz off, 32 mHz allowed, far above the tolerance"
    )


def test_a_mean_is_explained_with_its_error() -> None:
    system = Lattice()
    frame = replace(system.frame(), laws={"yang": LawNow(0.91, 0.92, 2.0, 4.0, True, 0.005)})
    law = replace(Lattice.laws[0], tolerance=4.0)
    system = type("Averaged", (Lattice,), {"laws": (law,)})()
    state, text, explanation = badge(system.plots[0], system, frame)
    assert (state, text) == ("good", "✓ Δ 2 ≤ 4")
    assert "mean since the last change 0.91 ± 0.005, law 0.92, 0.01 off, 2.0 of 4 standard errors" in explanation


def test_a_badge_says_why_nothing_is_compared() -> None:
    system = Decay()
    plot, frame = system.plots[2], system.frame()
    off = LawNow(3.25, math.nan, math.nan, 0.01, False)
    state, text, explanation = badge(plot, system, replace(frame, laws={"line": off}))
    assert (state, text) == ("off", "– out of its range")
    assert explanation == "Line width 1/(π T₂*): out of its range now. It holds for: free precession"
    assert badge(plot, system, replace(frame, laws={"line": replace(off, unseen=True)}))[1] == "… no value now"
    waits = LawNow(3.25, 3.25, math.nan, 4.0, True, math.nan)
    assert badge(plot, system, replace(frame, laws={"line": waits}))[1] == "… waits for equilibrium"


@pytest.mark.parametrize("system", [Decay, Lattice, Electrons])
def test_without_laws_nothing_is_amber(qtbot: QtBot, system: type) -> None:
    made = system()
    board = PlotBoard()
    qtbot.addWidget(board)
    board.set_system(made)

    def amber(frame: Frame) -> int:
        image = board.render_frame(QSize(1600, 260), frame)
        raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
        wanted = np.round(255 * np.array(DARK.rgb("theory")))[::-1]
        return int((np.abs(raw[..., :3].astype(int) - wanted).max(axis=-1) <= 1).sum())

    if made.laws:
        assert amber(made.frame()) > 20
    assert amber(without(made.frame(), ("law",))) == 0
    assert not any(panel.caption.badge_text for panel in board.panels)
    for panel in board.panels:
        assert not any("law" in name for name in panel._table(panel.frame)[0])
        (x0, x1), (y0, y1) = panel.box.state["viewRange"]
        assert "law" not in panel.read_out((x0 + x1) / 2, (y0 + y1) / 2)
