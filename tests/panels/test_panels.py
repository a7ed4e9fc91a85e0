"""Actions, presets, observables, transport, library, palette, style."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from plots.fake_systems import Decay, Electrons, Lattice
from plots.test_board import near, pixels
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from spinviz.model.frame import LawNow
from spinviz.model.theme import DARK, LIGHT, THEMES, Theme
from spinviz.model.verdict import deviation_text, verdict
from spinviz.panels.actions import Actions, Presets
from spinviz.panels.library import Library
from spinviz.panels.observables import ObservableTable, steady
from spinviz.panels.palette import CommandPalette
from spinviz.panels.search import score
from spinviz.panels.side import SidePanel
from spinviz.panels.style import GLYPHS, icon, mix, palette, stylesheet
from spinviz.panels.transport import Transport


def show(qtbot: QtBot, widget: QWidget, width: int = 300, height: int = 500) -> None:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


# Actions and presets


def test_actions_are_buttons_and_keys(qtbot: QtBot) -> None:
    actions = Actions()
    show(qtbot, actions)
    actions.set_system(Decay())
    assert [b.text() for b in actions.buttons] == ["90° x", "180° y", "Spoil", "90° y", "180° x", "Reset M"]
    assert "key 2" in actions.buttons[1].toolTip()
    with qtbot.waitSignal(actions.action) as blocker:
        qtbot.mouseClick(actions.buttons[1], Qt.MouseButton.LeftButton)
    assert blocker.args == ["180y"]
    with qtbot.waitSignal(actions.action) as blocker:
        assert actions.press(3)
    assert blocker.args == ["spoil"]
    assert not actions.press(7)
    assert not actions.press(0)
    actions.set_system(Lattice())
    assert len(actions.buttons) == 1
    actions.set_system(Electrons())
    assert actions.isHidden()


def test_presets(qtbot: QtBot) -> None:
    presets = Presets()
    show(qtbot, presets)
    with qtbot.assertNotEmitted(presets.preset):
        presets.set_system(Decay(), "echo")
    assert presets.currentText() == "Hahn echo"
    with qtbot.waitSignal(presets.preset) as blocker:
        qtbot.keyClick(presets, Qt.Key.Key_Down)
    assert blocker.args == ["inversion"]


# Observables


def table_of(qtbot: QtBot, system: Any) -> ObservableTable:
    table = ObservableTable()
    show(qtbot, table)
    table.set_system(system)
    return table


def cells(table: ObservableTable, row: int) -> list[str]:
    return [table.item(row, column).text() for column in range(4)]


def test_observables_law_and_deviation(qtbot: QtBot) -> None:
    table = table_of(qtbot, Decay())
    table.show_frame(Decay().frame())
    assert cells(table, 3) == ["M_z/M₀", "0.6697", "0.6698", "! 3·10⁻⁹"]
    assert cells(table, 4) == ["line width", "3.248 Hz", "3.240", "✗ 13 %"]
    assert cells(table, 5)[2:] == ["", ""]
    tooltip = table.item(3, 3).toolTip()
    for part in ("Recovery", "free precession", "Above the tolerance", "Click or Enter"):
        assert part in tooltip
    assert "{" not in tooltip


def test_a_law_that_does_not_hold_shows_no_numbers(qtbot: QtBot) -> None:
    table = table_of(qtbot, Lattice())
    table.show_frame(Lattice().frame())
    assert cells(table, 4)[2:] == ["–", "–"]
    assert "Out of its range now" in table.item(4, 3).toolTip()


def test_a_law_stands_beside_its_observable_in_the_same_prefix_and_the_deviation_in_its_unit(qtbot: QtBot) -> None:
    class Close(Decay):
        laws = (replace(Decay.laws[2], scale=1.0), replace(Decay.laws[0], observable="voltage"))

    table = table_of(qtbot, Close())
    frame = Close().frame()
    now = {"line": LawNow(900.0, 1100.0, 200.0, 150.0, True), "transverse": LawNow(2e-3, 1e-3, 1e-3, 1e-2, True)}
    table.show_frame(replace(frame, observables={**frame.observables, "width": 900.0, "voltage": 2e-3}, laws=now))
    assert cells(table, 4) == ["line width", "900.0 Hz", "1100", "! 200 Hz"]
    assert cells(table, 5) == ["U", "2.000 mV", "1.000", "✓ 1 mV"]


def test_a_deviation_is_explained_in_its_own_measure(qtbot: QtBot) -> None:
    class Means(Decay):
        laws = (Decay.laws[2], replace(Decay.laws[1], averaged=True, scale="theory", tolerance=4.0))

    table = table_of(qtbot, Means())
    frame = Means().frame()
    now = {**frame.laws, "longitudinal": LawNow(0.5, 0.6, 2.0, 4.0, True, 0.05)}
    table.show_frame(replace(frame, laws=now))
    assert "10 mHz off, 32 mHz allowed" in table.item(4, 3).toolTip()
    assert "0.1 off, 2.0 of 4 standard errors" in table.item(3, 3).toolTip()
    assert "mean since the last change 0.5 ± 0.05," in table.item(3, 2).toolTip()


@pytest.mark.parametrize(("deviation", "state"), [(0.5, "good"), (2.0, "warning"), (9.0, "bad")])
def test_a_deviation_has_the_colour_of_its_verdict(qtbot: QtBot, deviation: float, state: str) -> None:
    table = table_of(qtbot, Decay())
    frame = Decay().frame()
    table.show_frame(replace(frame, laws={"line": LawNow(1.0, 1.0, deviation, 1.0, True)}))
    picture = pixels(table.grab().toImage())
    seen = [role for role in ("good", "warning", "bad") if near(picture, DARK.color(role), 60).any()]
    assert seen == [state]


def test_observables_change_at_most_ten_times_a_second_and_end_right(qtbot: QtBot) -> None:
    system = Decay()
    table = table_of(qtbot, system)
    frame = system.frame()
    filled: list[object] = []
    original = table._fill
    table._fill = lambda f: (filled.append(f), original(f))  # type: ignore[method-assign, assignment, func-returns-value]
    for n in range(50):
        table.show_frame(replace(frame, observables={**frame.observables, "Mz": n / 100}))
    assert len(filled) == 1
    qtbot.waitUntil(lambda: cells(table, 3)[1] == "0.4900", timeout=1000)
    assert len(filled) == 2


def test_observables_without_a_number_wait_until_they_have_one(qtbot: QtBot) -> None:
    table = table_of(qtbot, Decay())
    frame = Decay().frame()
    known = frame.observables
    without = replace(frame, observables={**known, "Mz": float("nan")})
    table.show_frame(without)
    assert table.isRowHidden(3)
    assert not table.isRowHidden(2)
    assert not any(line.startswith("Mz/M0") for line in table.as_text().splitlines())
    low = table.height()
    with qtbot.waitSignal(table.fitted):
        table.show_frame(frame)
    assert not table.isRowHidden(3)
    assert table.height() > low
    with qtbot.assertNotEmitted(table.fitted, wait=250):
        table.show_frame(without)
    assert cells(table, 3)[1] == "–"
    assert not table.isRowHidden(3)


def test_observables_are_copied_as_a_table(qtbot: QtBot) -> None:
    table = table_of(qtbot, Decay())
    table.show_frame(Decay().frame())
    lines = table.as_text().splitlines()
    assert lines[0] == "observable\tnow\tlaw\tdeviation"
    assert lines[4].startswith("Mz/M0\t0.6697\t0.6698")


@pytest.mark.parametrize(
    ("deviation", "tolerance", "holds", "state"),
    [
        (1e-10, 1e-9, True, "good"),
        (1e-9, 1e-9, True, "good"),
        (3e-9, 1e-9, True, "warning"),
        (3e-8, 1e-9, True, "bad"),
        (0.0, 1e-9, False, "off"),
        (float("nan"), 1e-9, True, "off"),
        (float("inf"), 1e-9, True, "bad"),
    ],
)
def test_verdict(deviation: float, tolerance: float, holds: bool, state: str) -> None:
    assert verdict(LawNow(1.0, 1.0, deviation, tolerance, holds)) == state


@pytest.mark.parametrize(
    ("scale", "deviation", "unit", "text"),
    [
        (1.0, 2e-14, "", "2·10⁻¹⁴"),
        ("theory", 0.0043, "", "0.4 %"),
        ("theory", 0.13, "", "13 %"),
        ("theory", 2e-14, "", "2·10⁻¹⁴"),
        (1.0, 3e-3, "s", "3 ms"),
        (0.1, 2.5, "s", "2"),
        (1.0, 0.0, "", "0"),
        (lambda s, p, d: 1.0, 0.52, "", "0.52 ≤ 1"),
        (lambda s, p, d: 1.0, 3.14159, "s", "3.1 > 1"),
    ],
)
def test_deviation_text(scale: Any, deviation: float, unit: str, text: str) -> None:
    law = replace(Decay.laws[0], scale=scale)
    assert deviation_text(law, LawNow(1.0, 1.0, deviation, 1.0, True), unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "like", "text"),
    [
        (0.5, "", None, "0.5000"),
        (-0.05, "", None, "−0.0500"),
        (0.1, "s", None, "100.0 ms"),
        (398123.0, "A/m", None, "398.1 kA/m"),
        (398123.0, "A/m", 1234567.0, "0.3981"),
        (float("nan"), "T", None, "–"),
        (0.0, "", None, "0.0000"),
        (1e-15, "", None, "0.0000"),
        (90.0, "°", None, "90.00°"),
    ],
)
def test_steady_numbers(value: float, unit: str, like: float | None, text: str) -> None:
    assert steady(value, unit, like=like) == text


# Transport


@pytest.fixture
def transport(qtbot: QtBot) -> Transport:
    bar = Transport()
    bar.set_system("s", 0.04)
    show(qtbot, bar, 800, 60)
    return bar


def test_transport_shows_the_frame_silently(qtbot: QtBot, transport: Transport) -> None:
    frame = replace(Decay().frame(), step=40, first_step=10, last_step=90)
    with qtbot.assertNotEmitted(transport.seek), qtbot.assertNotEmitted(transport.speed):
        transport.show_frame(frame)
    assert (transport.timeline.minimum(), transport.timeline.maximum(), transport.timeline.value()) == (10, 90, 40)
    assert transport.time_label.text() == "288 ms"
    assert transport.lens_label.text() == "1 s = 40 ms"
    assert transport.factor_button.text() == "× 1"
    assert transport.run_button.accessibleName() == "Pause"


def test_the_timeline_of_a_film_reaches_to_its_end(transport: Transport) -> None:
    frame = replace(Decay().frame(), step=0, first_step=0, last_step=0)
    transport.show_frame(frame)
    assert not transport.timeline.isEnabled()
    transport.show_frame(replace(frame, reach=60))
    assert transport.timeline.isEnabled()
    assert (transport.timeline.maximum(), transport.timeline.value()) == (60, 0)


def test_transport_buttons(qtbot: QtBot, transport: Transport) -> None:
    transport.show_frame(Decay().frame())
    for button, signal, args in (
        (transport.run_button, transport.run, [False]),
        (transport.rewind_button, transport.rewind, []),
        (transport.back_button, transport.step, [-1]),
        (transport.step_button, transport.step, [1]),
        (transport.record_button, transport.record, [True]),
        (transport.snapshot_button, transport.snapshot, []),
        (transport.export_button, transport.export, []),
        (transport.faster_button, transport.speed, [0.05]),
        (transport.slower_button, transport.speed, [0.02]),
        (transport.slower_button, transport.speed, [0.01]),
    ):
        with qtbot.waitSignal(signal) as blocker:
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert blocker.args == pytest.approx(args) if args else blocker.args == []


def test_frames_made_before_a_speed_was_asked_for_do_not_undo_it(transport: Transport, monkeypatch: Any) -> None:
    """Two quick presses on faster were one."""
    now, frame = [100.0], Decay().frame()
    monkeypatch.setattr("spinviz.panels.transport.monotonic", lambda: now[0])
    transport.show_frame(frame)
    transport.faster()
    transport.show_frame(frame)
    transport.faster()
    assert transport.factor == pytest.approx(0.1 / 0.04)
    now[0] += 1.0
    transport.show_frame(frame)
    assert transport.factor == 1.0, "a speed that was not taken is not claimed for ever"


def test_scrubbing_asks_for_steps_and_holds_the_hand(qtbot: QtBot, transport: Transport) -> None:
    transport.show_frame(replace(Decay().frame(), step=90, last_step=90))
    transport.timeline.setSliderDown(True)
    with qtbot.waitSignal(transport.seek) as blocker:
        transport.timeline.setSliderPosition(30)
    assert blocker.args == [30]
    transport.show_frame(replace(Decay().frame(), step=31, last_step=95))
    assert transport.timeline.value() == 30
    transport.timeline.setSliderDown(False)


def test_a_slow_machine_is_said_so(transport: Transport) -> None:
    frame = Decay().frame()
    transport.show_frame(replace(frame, actual_speed=0.4 * frame.speed))
    assert transport.lens_label.text() == "! only 0.4×"
    assert transport.lens_label.property("look") == "warning"
    transport.show_frame(replace(frame, actual_speed=0.4 * frame.speed, running=False))
    assert transport.lens_label.text() == "1 s = 40 ms"


def test_speed_menu_offers_lenses(transport: Transport) -> None:
    transport.set_system("s", 0.05)
    menu = transport.speed_menu()
    texts = [action.text() for action in menu.actions()]
    lenses = ("500 µs", "1 ms", "2 ms", "5 ms", "10 ms", "20 ms", "50 ms", "100 ms", "200 ms", "500 ms", "1 s")
    factors = (0.01, 0.02, 0.04, 0.1, 0.2, 0.4, 1, 2, 4, 10, 20)
    assert texts[::-1][:11] == [f"× {factor:g}     1 s = {lens}" for factor, lens in zip(factors, lenses)]
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["× 1     1 s = 50 ms"]
    menu.deleteLater()


def test_a_narrow_transport_leaves_out_but_clips_nothing(qtbot: QtBot, transport: Transport) -> None:
    for width in (300, 340, 480, 560, 900):
        transport.resize(width, 60)
        qtbot.wait(5)
        shown = [w for w in transport.findChildren(QToolButton) if w.isVisible()] + [transport.time_label]
        edges = sorted((w.x(), w.x() + w.width()) for w in shown if w.parent() is transport)
        assert all(end <= start for (_, end), (start, _) in pairwise(edges))
        assert transport.timeline.width() >= 60


def test_buttons_give_way_to_a_long_time_and_do_not_come_and_go_with_it(qtbot: QtBot, transport: Transport) -> None:
    frame = Decay().frame()
    transport.show_frame(frame)
    optional = [*transport.findChildren(QToolButton), transport.lens_label]
    transport.setFixedWidth(transport.layout().minimumSize().width() + 1)
    qtbot.wait(5)
    assert all(w.isVisible() for w in optional)
    transport.show_frame(replace(frame, time=1.25e18))
    hidden = [w for w in optional if w.isHidden()]
    assert hidden
    qtbot.wait(5)
    assert transport.time_label.width() >= transport.time_label.sizeHint().width()
    transport.show_frame(frame)
    assert [w for w in optional if w.isHidden()] == hidden
    transport.setFixedWidth(1200)
    assert all(w.isVisible() for w in optional)


# Library, search, palette


@pytest.fixture
def library(qtbot: QtBot) -> Library:
    widget = Library()
    show(qtbot, widget, 215, 500)
    widget.set_systems([Electrons(), Lattice(), Decay()])
    return widget


def titles(library: Library) -> list[str]:
    return [item.text(0).strip() for item in library._leaves()]


def test_library_is_ordered_by_chapters(library: Library) -> None:
    tree = library.tree
    chapters = [tree.topLevelItem(n).text(0) for n in range(tree.topLevelItemCount())]
    assert chapters == ["ORDER", "MAGNETIC RESONANCE", "ELECTRONS"]
    assert titles(library) == ["Domains", "Free induction", "Pauli paramagnet"]


def test_library_shows_the_presets_of_what_is_open(library: Library) -> None:
    library.show_chosen("decay", "echo")
    assert titles(library)[1:5] == ["Free induction", "Free induction decay", "Hahn echo", "Inversion recovery"]


def heading(library: Library, number: int) -> QTreeWidgetItem:
    item = library.tree.topLevelItem(number)
    assert item is not None
    return item


def test_chapters_fold_by_mouse(qtbot: QtBot, library: Library) -> None:
    for folded, left in ((["Order"], ["Free induction", "Pauli paramagnet"]), ([], ["Domains", "Free induction"])):
        middle = library.tree.visualItemRect(heading(library, 0)).center()
        with qtbot.waitSignal(library.folded) as blocker:
            qtbot.mouseClick(library.tree.viewport(), Qt.MouseButton.LeftButton, pos=middle)
        assert blocker.args == [folded]
        assert titles(library)[:2] == left
        assert heading(library, 0).isExpanded() == (not folded)
        assert ("folded" in heading(library, 0).data(0, Qt.ItemDataRole.AccessibleTextRole)) == bool(folded)


def test_chapters_fold_by_keys(qtbot: QtBot, library: Library) -> None:
    library.tree.setFocus()
    library.tree.setCurrentItem(heading(library, 1))
    for key, opened in (
        (Qt.Key.Key_Right, True),
        (Qt.Key.Key_Left, False),
        (Qt.Key.Key_Left, False),
        (Qt.Key.Key_Right, True),
        (Qt.Key.Key_Return, False),
        (Qt.Key.Key_Return, True),
    ):
        qtbot.keyClick(library.tree, key)
        assert heading(library, 1).isExpanded() == opened


def test_folded_chapters_open_for_a_search_and_for_the_system_that_is_opened(qtbot: QtBot, library: Library) -> None:
    library.fold(["Order", "Electrons"])
    assert titles(library) == ["Free induction"]
    qtbot.keyClicks(library.search, "curie")
    assert titles(library) == ["Domains"]
    library.search.clear()
    assert titles(library) == ["Free induction"]
    library.show_chosen("lattice", "cool")
    assert titles(library)[0] == "Domains"
    assert not heading(library, 2).isExpanded()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("echo", ["Free induction", "Hahn echo"]),
        ("HAHN", ["Free induction", "Hahn echo"]),
        ("t1", ["Free induction"]),
        ("relax", ["Free induction"]),
        ("curie", ["Domains"]),
        ("pauli", ["Pauli paramagnet"]),
        ("que", ["Domains", "Quench"]),
        ("frind", ["Free induction"]),
        ("electrons", ["Pauli paramagnet"]),
        ("xyzzy", []),
    ],
)
def test_search(qtbot: QtBot, library: Library, query: str, found: list[str]) -> None:
    qtbot.keyClicks(library.search, query)
    assert titles(library) == found


def test_library_by_keyboard(qtbot: QtBot, library: Library) -> None:
    library.search.setFocus()
    qtbot.keyClicks(library.search, "echo")
    with qtbot.waitSignal(library.chosen) as blocker:
        qtbot.keyClick(library.search, Qt.Key.Key_Return)
    assert blocker.args == ["decay", "echo"]
    qtbot.keyClick(library.search, Qt.Key.Key_Escape)
    assert library.search.text() == ""
    qtbot.keyClick(library.search, Qt.Key.Key_Down)
    assert library.tree.hasFocus()
    qtbot.keyClick(library.tree, Qt.Key.Key_Down)
    qtbot.keyClick(library.tree, Qt.Key.Key_Down)
    with qtbot.waitSignal(library.chosen) as blocker:
        qtbot.keyClick(library.tree, Qt.Key.Key_Return)
    assert blocker.args == ["decay", "fid"]


def test_score_prefers_what_begins_with_the_query() -> None:
    assert score("dom", ("Domains",)) > score("dom", ("Random walk",)) > 0
    assert score("mag dom", ("Domains", "magnetization")) > 0
    assert score("mag xyz", ("Domains", "magnetization")) == 0
    assert score("", ("anything",)) > 0
    assert score("bohr van", ("Bohr–van Leeuwen",)) > 0


def test_palette_by_keyboard(qtbot: QtBot) -> None:
    window = QWidget()
    show(qtbot, window, 800, 600)
    commands = CommandPalette(DARK, window)
    commands.set_entries(
        [("Run or pause", "Space", "run"), ("Export animation", "Ctrl+E", "export"), ("Theme: light", "", "light")]
    )
    commands.open_over(window)
    assert commands.list.count() == 3
    qtbot.keyClicks(commands.field, "the")
    assert commands.list.currentItem().text() == "Theme: light"
    with qtbot.waitSignal(commands.chosen) as blocker:
        qtbot.keyClick(commands.field, Qt.Key.Key_Return)
    assert blocker.args == ["light"]
    assert not commands.isVisible()
    commands.open_over(window)
    qtbot.keyClick(commands.field, Qt.Key.Key_Down)
    with qtbot.waitSignal(commands.chosen) as blocker:
        qtbot.keyClick(commands.field, Qt.Key.Key_Return)
    assert blocker.args == ["export"]


# Style


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_style_sheet_is_complete_and_understood(qtbot: QtBot, theme: Theme, capfd: pytest.CaptureFixture[str]) -> None:
    sheet = stylesheet(theme)
    assert "@" not in sheet
    panel = SidePanel(theme)
    panel.setPalette(palette(theme))
    panel.setStyleSheet(sheet)
    show(qtbot, panel)
    system = Decay()
    panel.set_system(system, system.frame().parameters, "fid")
    panel.show_frame(system.frame())
    image = panel.grab().toImage()
    assert QColor(image.pixel(3, 3)) == QColor(theme.panel)
    assert "Could not parse" not in capfd.readouterr().err


def test_palette_and_theme_switch(qtbot: QtBot) -> None:
    colors = palette(LIGHT)
    assert colors.color(QPalette.ColorRole.Window) == QColor(LIGHT.panel)
    assert colors.color(QPalette.ColorRole.Highlight) == QColor(LIGHT.accent)
    assert mix(DARK, "text", "panel", 0.0) == DARK.panel
    assert mix(DARK, "text", "panel", 1.0) == DARK.text


@pytest.mark.parametrize("name", [*GLYPHS, "no-such-icon"])
def test_icons_are_tinted(qapp: QApplication, name: str) -> None:
    image = icon(name, LIGHT, "accent").pixmap(24, 24).toImage()
    seen = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    opaque = [color for color in seen if color.alpha() > 250]
    assert opaque
    wanted = QColor(LIGHT.accent)
    assert all(abs(c.red() - wanted.red()) + abs(c.blue() - wanted.blue()) < 12 for c in opaque)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_side_panel_switches_themes_and_systems(qtbot: QtBot, theme: Theme) -> None:
    panel = SidePanel()
    show(qtbot, panel)
    for system in (Decay(), Lattice(), Electrons()):
        panel.set_system(system, system.frame().parameters, system.presets[0].name)
        panel.show_frame(system.frame())
        panel.set_theme(theme)
    assert panel.notes.isHidden()


def test_every_button_has_a_name(qtbot: QtBot, transport: Transport) -> None:
    panel = SidePanel()
    show(qtbot, panel)
    system = Decay()
    panel.set_system(system, system.frame().parameters)
    for parent in (panel, transport):
        for kind in (QToolButton, QPushButton):
            assert all(button.accessibleName() for button in parent.findChildren(kind) if isinstance(button, kind))
    assert "What to notice" in panel.notes.text()
    panel.notes.set_notes("Inside, M_z and T₁ are < 10^-3, and E_{F} stays.")
    assert "M<sub>z</sub> and T<sub>1</sub> are &lt; 10" in panel.notes.text()
    assert "E<sub>F</sub> stays" in panel.notes.text()
    assert "_" not in panel.notes.accessibleDescription()
    assert panel.findChildren(QLabel)
