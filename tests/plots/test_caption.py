"""The badge below a plot has the colour of its verdict, besides its sign."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from plots.test_board import near, pixels
from spinviz.model.theme import DARK
from spinviz.model.verdict import SIGNS, Verdict
from spinviz.plots.caption import Caption
from spinviz.plots.look import Look


@pytest.mark.parametrize("verdict", ["good", "warning", "bad", "off"])
def test_a_badge_has_the_colour_of_its_verdict(qtbot: QtBot, verdict: Verdict) -> None:
    caption = Caption(Look(DARK))
    qtbot.addWidget(caption)
    caption.setStyleSheet(f"background: {DARK.window}")
    caption.resize(500, caption.height())
    caption.set_texts("plot", "", "")
    caption.set_badge(verdict, f"{SIGNS[verdict]} Δ 13 %", "")
    picture = pixels(caption.grab().toImage())
    seen = [role for role in ("good", "warning", "bad") if near(picture, DARK.color(role), 60).any()]
    assert seen == ([verdict] if verdict != "off" else [])
