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
from spinviz.plots.look import Look


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
