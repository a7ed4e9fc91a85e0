"""Words of a system are shown as they are written: neither as rich text nor as marks of keys."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QTableWidget, QWidget
from toy import Toy, ToyParameters

from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.run.settings import SettingsStore
from spinviz.app.window import theme as dress
from spinviz.app.window.main_window import MainWindow
from spinviz.model.parameters import choice, quantity
from spinviz.model.system import Action, Observable, Preset
from spinviz.panels.texts import tip
from spinviz.plots.corners import ReadOut
from spinviz.plots.look import Look

ODD = "<b>x</b>&amp; $\\alpha$"
LINK = f"<a href='x'>{ODD}</a>."


class OddParameters(ToyParameters):
    k: float = quantity(1.0, "", LINK, title=ODD, symbol=ODD, ge=0, le=9)
    which: Literal["<b>a</b>&", "b"] = choice("<b>a</b>&", "Which.", title=ODD)


class Odd(Toy):
    name, title, chapter, summary, notes, equation = "odd", ODD, ODD, LINK, LINK, ODD
    Parameters = OddParameters
    observables = (Observable("mean", ODD, ODD, "s"), Observable("rate", ODD, ODD))
    plots = tuple(replace(plot, title=ODD) for plot in Toy.plots)
    laws = tuple(replace(law, title=ODD, latex=ODD, validity=ODD, because=ODD, reference=ODD) for law in Toy.laws)
    presets = (Preset("plain", ODD, LINK, notes=LINK), Preset("kicked", ODD))
    actions = (Action("kick", ODD, LINK, lambda s, p: Toy.kick(s)),)

    def caption(self, state: Any, p: Any) -> str:
        return ODD


def shown_tip(text: str) -> str:
    """What a tooltip shows: Qt takes it as rich text from its first tag on."""
    if not re.search(r"<\w|&lt;", text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


@pytest.fixture
def window(qtbot: Any, tmp_path: Path, only_toys: dict[str, Any]) -> Iterator[MainWindow]:
    dress.load_fonts()
    only_toys["odd"] = Odd()
    made = MainWindow(SettingsStore(tmp_path / "settings.ini"))
    qtbot.addWidget(made)
    made.controller.start(open_choice(Choice("odd", "plain")))
    with qtbot.waitSignal(made.controller.frame, timeout=20000):
        made.show()
    qtbot.waitUntil(lambda: made.parts.side.form.rows.keys() == OddParameters.quantities().keys(), timeout=20000)
    yield made
    del only_toys["odd"]
    made.close()
    QApplication.instance().setStyleSheet("")


def test_words_of_a_system_are_shown_letter_by_letter(window: MainWindow, until: Any) -> None:
    until(lambda: len(window.parts.plots.panels) == len(Odd.plots))
    until(lambda: all(item_tips(window)))
    seen = {"label": 0, "tip": 0, "button": 0}
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel) and "<b>" in widget.text():
            assert widget.textFormat() == Qt.TextFormat.PlainText, widget.text()
            seen["label"] += 1
        if isinstance(widget, QAbstractButton) and "<b>" in widget.text():
            assert "&" not in widget.text().replace("&&", ""), widget.text()
            seen["button"] += 1
        if "b>" in widget.toolTip() or "&lt;" in widget.toolTip():
            assert "<b>" in shown_tip(widget.toolTip()), widget.toolTip()
            seen["tip"] += 1
    assert min(seen.values()) >= 1, seen
    assert all(ODD in shown_tip(text) for text in item_tips(window)), item_tips(window)


def item_tips(window: MainWindow) -> list[str]:
    """Tooltips of items: of presets, of observables, of laws."""
    presets = window.parts.side.findChildren(QComboBox)[0]
    table = window.parts.side.findChild(QTableWidget)
    assert table is not None
    return [
        str(presets.itemData(0, Qt.ItemDataRole.ToolTipRole)),
        *(table.item(0, column).toolTip() for column in (0, 2)),
    ]


def test_notes_show_the_tags(window: MainWindow) -> None:
    document = QTextDocument()
    document.setHtml(window.parts.side.notes.text())
    assert document.toPlainText() == f"What to notice. {LINK}"


def test_the_read_out_of_a_plot_draws_the_tags(qtbot: Any) -> None:
    """In pixels: the label of a text with tags is as wide as its letters, and unlike the one that the tags mean."""
    parent = QWidget()
    qtbot.addWidget(parent)
    pictures = []
    for text in ("<b>x</b>", "x"):
        label = ReadOut(Look(), parent)
        label.setText(text)
        label.adjustSize()
        picture = QImage(label.size(), QImage.Format.Format_RGB32)
        label.render(picture, QPoint())
        pictures.append(np.array(picture.constBits()).reshape(picture.height(), -1, 4)[..., 1])
        assert label.width() >= label.fontMetrics().horizontalAdvance(text)
    assert pictures[0].shape[1] > pictures[1].shape[1] + 20


def test_tips_without_marks_stay_as_they_are() -> None:
    assert tip("From 0 to 9.\nUnit: T.") == "From 0 to 9.\nUnit: T."
    assert shown_tip(tip("a < b\n& c")) == "a < b\n& c"
