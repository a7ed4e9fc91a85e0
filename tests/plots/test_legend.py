"""Legends show each kind of line as it is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from plots.test_board import near, pixels
from spinviz.model.theme import DARK
from spinviz.plots.legend import Entry, Legend
from spinviz.plots.look import SMALL, Look, runs_width


def drawn(qtbot: QtBot, *entries: Entry) -> Any:
    legend = Legend(Look(DARK))
    qtbot.addWidget(legend)
    legend.resize(400, 20)
    legend.setStyleSheet(f"background: {DARK.window}")
    legend.set_entries(entries)
    legend.resize(400, legend.height())
    return pixels(legend.grab().toImage())


@pytest.mark.parametrize("role", ["x", "net", "theory", "up"])
def test_a_line_has_its_own_colour(qtbot: QtBot, role: str) -> None:
    picture = drawn(qtbot, Entry("law", role))
    assert near(picture[:, :15], QColor(DARK.color(role)).name()).sum() >= 15


def test_theory_is_dashed_and_others_are_not(qtbot: QtBot) -> None:
    for dashed in (False, True):
        row = near(drawn(qtbot, Entry("law", "theory", dashed)), DARK.theory).any(axis=0)[:15]
        assert (np.abs(np.diff(row.astype(int))).sum() >= 2) == dashed


def test_entries_take_the_rows_they_need_and_lose_no_word(qtbot: QtBot) -> None:
    legend = Legend(Look(DARK))
    qtbot.addWidget(legend)
    legend.show()
    legend.resize(150, 20)
    labels = ("decay, transformed", "Gutowsky and Holm", "law", "a label that is wider than the whole plot")
    legend.set_entries(tuple(Entry(label, "theory") for label in labels))
    said = " ".join(text for piece in legend._pieces for text, _ in piece.words)
    assert said == " ".join(labels)
    look, rows = Look(DARK), max(piece.row for piece in legend._pieces) + 1
    assert legend.height() == round(rows * look.text_px(15))
    for piece in legend._pieces:
        assert piece.x + legend._sample() + runs_width(piece.words, look.font(SMALL)) <= 150
    starts = [(piece.row, piece.x) for piece in legend._pieces]
    assert len(set(starts)) == len(starts)


@pytest.mark.parametrize("inset", [0, 44, 66])
def test_the_rows_of_a_legend_do_not_depend_on_its_inset(qtbot: QtBot, inset: int) -> None:
    legend = Legend(Look(DARK))
    qtbot.addWidget(legend)
    legend.show()
    legend.resize(230, 20)
    legend.set_inset(inset)
    legend.set_entries((Entry("simulation", "net"), Entry("law of Curie", "theory")))
    assert [piece.row for piece in legend._pieces] == [0, 0], "from the left edge they fit"
    assert legend._pieces[0].x == 0
    legend.resize(300, 20)
    assert legend._pieces[0].x == inset
