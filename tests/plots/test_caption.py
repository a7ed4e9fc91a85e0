"""The badge below a plot has the colour of its verdict, besides its sign."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from plots.fake_systems import Decay
from plots.test_board import near, pixels
from spinviz.model.symbols import runs
from spinviz.model.theme import DARK, THEMES, Theme
from spinviz.model.verdict import SIGNS, Verdict
from spinviz.plots.board import PlotBoard
from spinviz.plots.caption import Caption
from spinviz.plots.look import SMALL, Look, runs_width, wrapped


@pytest.mark.parametrize("verdict", ["good", "warning", "bad", "off"])
def test_a_badge_has_the_colour_of_its_verdict(qtbot: QtBot, verdict: Verdict) -> None:
    caption = Caption(Look(DARK))
    qtbot.addWidget(caption)
    caption.setStyleSheet(f"background: {DARK.window}")
    caption.resize(500, caption.height())
    caption.set_texts("plot", "", "")
    caption.set_badge(verdict, f"{SIGNS[verdict]} Δ 13 %", "")
    words = round(caption._badge_width()) - 28
    picture = pixels(caption.grab().toImage())[:, -words:]
    seen = [role for role in ("good", "warning", "bad") if near(picture, DARK.color(role), 60).any()]
    assert seen == ([verdict] if verdict != "off" else [])


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_the_badge_says_what_the_dashes_in_amber_are(qtbot: QtBot, theme: Theme) -> None:
    caption = Caption(Look(theme))
    qtbot.addWidget(caption)
    caption.setStyleSheet(f"background: {theme.window}")
    caption.resize(500, caption.height())
    caption.set_badge("good", "✓ Δ 0", "")
    picture = pixels(caption.grab().toImage())
    left = 500 - round(caption._badge_width())
    along = near(picture[:, left : left + round(25 * theme.font_scale)], theme.theory, 60).any(axis=0)
    assert along.any()
    assert np.count_nonzero(np.diff(along.astype(int)) == 1) >= 2, "at least two dashes"
    caption.set_badge("off", "", "")
    assert not near(pixels(caption.grab().toImage()), theme.theory, 60).any(), "without laws there is no badge"


def lines(caption: Caption) -> list[str]:
    """What stands on the rows, from above."""
    found = [""] * caption.rows
    for piece in caption._pieces:
        found[piece.row] += "".join(text for text, _ in piece.words).replace("\N{NO-BREAK SPACE}", " ")
    return found


def test_a_narrow_caption_wraps_and_shortens_nothing(qtbot: QtBot) -> None:
    caption = Caption(Look(DARK))
    qtbot.addWidget(caption)
    caption.show()
    caption.resize(600, 25)
    caption.set_texts("Magnetization over temperature", "A/m", "T, J/k_B →")
    assert lines(caption) == ["Magnetization over temperature, A/m   T, J/kB →"]
    caption.resize(190, 25)
    assert lines(caption) == ["Magnetization over", "temperature, A/m", "T, J/kB →"]
    caption.set_badge("off", "– no law", "")
    assert caption.rows == 3, "there is room beside the axis"
    assert caption._badge_row == 2
    caption.set_badge("good", "✓ Δ 0.123 ≤ 4.5 standard errors", "")
    assert caption.rows == 4
    assert caption._badge_row == 3
    high = caption.height()
    caption.set_badge("good", "✓ Δ 0", "")
    assert caption.height() == high, "the height does not change with every number"


def test_the_rows_of_a_caption_do_not_depend_on_the_width_of_the_axis(qtbot: QtBot) -> None:
    """They would go up and down: the axis is as wide as its numbers, which depend on the height of the graph."""
    caption = Caption(Look(DARK))
    qtbot.addWidget(caption)
    caption.show()
    caption.set_texts("Magnetization over temperature", "", "T →")
    for width in range(120, 500, 7):
        caption.resize(width, 25)
        rows = set()
        for inset in (44, 50, 58, 66):
            caption.set_inset(inset)
            rows.add(caption.rows)
            look = Look(DARK)
            for piece in caption._pieces:
                assert piece.x + runs_width(piece.words, look.font(piece.size)) <= width
        assert len(rows) == 1


def test_arrows_stay_with_their_words_and_subscripts_whole() -> None:
    font = Look(DARK).font(SMALL)
    assert wrapped("↑ energy, meV   states →", font, 70) == [
        runs("↑\N{NO-BREAK SPACE}energy,"), runs("meV"), runs("states\N{NO-BREAK SPACE}→"),
    ]  # fmt: skip
    assert wrapped("T_{A B}", font, 1) == [runs("T_{A B}")]
    assert wrapped("", font, 100) == []


def test_a_low_plot_cuts_off_its_graph_and_not_its_caption(qtbot: QtBot) -> None:
    board = PlotBoard(DARK)
    qtbot.addWidget(board)
    board.set_system(Decay())
    board.render_frame(QSize(500, 110), Decay().frame(), scale=1.0)
    for panel in board.panels:
        assert panel.caption.rows > 1
        assert panel.mapTo(board, panel.caption.geometry().bottomLeft()).y() < 110
