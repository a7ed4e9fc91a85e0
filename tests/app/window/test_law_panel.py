"""The panel that explains a law: what it says, how it opens and closes, and where it lies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plots.fake_systems import Decay, law
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from spinviz.app.window.equation import LETTERS, Equation
from spinviz.app.window.law_panel import LawPanel
from spinviz.app.window.main_window import MainWindow
from spinviz.model.frame import LawNow
from spinviz.model.theme import DARK, THEMES
from spinviz.systems import systems


@pytest.fixture
def panel(qtbot: QtBot) -> LawPanel:
    ground = QWidget()
    ground.resize(772, 477)
    foot = QWidget(ground)
    foot.setGeometry(12, 420, 748, 46)
    qtbot.addWidget(ground)
    made = LawPanel(DARK, ground, foot)
    ground.show()
    made.set_system(Decay())
    made.show_frame(replace(Decay().frame(), laws={"line": LawNow(3.4, 3.25, 0.046, 0.01, True)}))
    made.setProperty("kept", ground)
    return made


def written(panel: QWidget) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if not label.isHidden())


def test_it_says_all_about_a_law_and_no_markup(panel: LawPanel) -> None:
    panel.explain((replace(Decay.laws[2], latex=r"\frac{1}{\pi T_2}"),))
    text = written(panel)
    for words in (
        "Line width 1/(π T₂*)", "150 mHz off, 32 mHz allowed: above the tolerance", "Now 3.4 Hz, law 3.25 Hz",
        "98 ms", "Transverse relaxation", "free precession", "1 % of the law", "Abragam 1961",
    ):  # fmt: skip
        assert words in text, words
    assert "\\" not in text
    assert panel._equation.rows


def test_what_cannot_be_set_is_left_out(panel: LawPanel) -> None:
    panel.explain((replace(Decay.laws[2], latex=r"\frac{1"),))
    assert panel._equation.rows == ()
    assert "frac" not in written(panel)


def test_several_laws_are_leafed_through_from_the_worst(panel: LawPanel) -> None:
    panel.explain(Decay.laws)
    assert panel.law.name == "line"
    assert panel._count.text() == "3 of 3"
    panel._after.click()
    assert panel.law.name == "transverse"
    panel._before.click()
    panel._before.click()
    assert panel.law.name == "longitudinal"
    panel.explain((Decay.laws[0],))
    assert panel._after.isHidden()


def test_it_follows_the_run(panel: LawPanel, qtbot: QtBot) -> None:
    panel.explain((Decay.laws[2],))
    panel.show_frame(replace(Decay().frame(), laws={"line": LawNow(3.26, 3.25, 0.003, 0.01, True)}))
    qtbot.waitUntil(lambda: "within the tolerance" in panel._verdict.text())


@pytest.mark.parametrize(
    ("name", "theme"), [*((name, "projector") for name in systems()), *(("recovery", theme) for theme in THEMES)]
)
def test_every_law_fits_into_a_small_window(panel: LawPanel, name: str, theme: str) -> None:
    system = systems()[name]
    panel.set_system(system)
    panel.set_theme(THEMES[theme])
    for one in system.laws:
        panel.explain((one,))
        assert panel._equation.rows, one.name
        letters = LETTERS * THEMES[theme].font_scale
        heights = [row.deviceIndependentSize().height() / letters for row in panel._equation.rows]
        assert max(heights) < 5.5, f"{one.name}: bars of absolute values grew beyond the panel"
        assert panel._equation.width() >= max(row.deviceIndependentSize().width() for row in panel._equation.rows)
        assert QRect(0, 0, 772, 420).contains(panel.geometry()), "above the transport bar"
        assert "\\" not in written(panel)


def test_a_wide_equation_is_broken_before_its_letters_shrink(qtbot: QtBot) -> None:
    widget = Equation(DARK)
    qtbot.addWidget(widget)
    widget.resize(300, 10)
    widget.show()
    widget.show_equation(r"a=b+c+d+e+f,\quad g=h+i+j+k+l,\quad m=n+o+p+q+r", "sums")
    assert len(widget.rows) > 1
    widget.resize(900, 10)
    assert len(widget.rows) == 1


def test_keys_and_clicks_open_and_close_it(window: MainWindow, qtbot: QtBot) -> None:
    law_panel = window.popups.law
    plot = window.parts.plots.panels[0]
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert law_panel.isVisible()
    assert law_panel.law.name == "decay"
    qtbot.waitUntil(plot.hasFocus)
    qtbot.keyClick(plot, Qt.Key.Key_Escape)
    assert law_panel.isHidden(), "Esc led back to the view from a plot, and the law stayed"
    window.popups.toggle_law()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert law_panel.isHidden()
    table = window.parts.side.table
    cell = table.visualItemRect(table.item(0, 3)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert law_panel.isVisible()
    qtbot.keyClick(law_panel, Qt.Key.Key_Escape)
    assert law_panel.isHidden()
    window.popups.toggle_law()
    assert law_panel.isVisible()
    window.popups.toggle_law()
    assert law_panel.isHidden()
    qtbot.waitUntil(lambda: not plot.caption._badge_rect.isEmpty(), timeout=20000)
    badge = plot.caption._badge_rect.center().toPoint()
    qtbot.mouseClick(plot.caption, Qt.MouseButton.LeftButton, pos=QPoint(badge))
    assert law_panel.isVisible()


def test_a_system_leaves_with_its_law(panel: LawPanel) -> None:
    panel.explain(Decay.laws)
    panel.set_system(type("Other", (Decay,), {"laws": (law("x", "Mx", "X"),)})())
    assert panel.isHidden()
    assert panel.law is None
