"""Whatever was pressed last, by mouse or by Tab, the next key is a command's, unless a text is being typed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QTreeWidget,
    QWidget,
)
from shiboken6 import isValid
from toy import Toy, ToyParameters

from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.run.settings import SettingsStore
from spinviz.app.window import theme as dress
from spinviz.app.window.dialogs import KeysDialog
from spinviz.app.window.hands import KEYS_HELP
from spinviz.app.window.main_window import MainWindow
from spinviz.model.parameters import choice, file
from spinviz.panels.fields import NumberField
from spinviz.panels.parts import Segments

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView)
PLAYED = {
    "run": (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
    "forward": (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
    "back-10": (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier),
    "rewind": (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier),
    "look-z-back": (Qt.Key.Key_Z, Qt.KeyboardModifier.ShiftModifier),
}
"""Keys that play, by their commands."""


class Everything(ToyParameters):
    frame: Literal["still", "turning"] = choice("still", "Frame.")
    method: Literal["euler", "heun", "midpoint", "exact"] = choice("euler", "How to step.")
    start: str = file("Start from a file.", (".ovf",))


class EveryControl(Toy):
    """A toy with a parameter of each kind."""

    name = "everything"
    title = "Everything"
    Parameters = Everything


@pytest.fixture
def window(
    qtbot: Any, tmp_path: Path, only_toys: dict[str, Any], monkeypatch: pytest.MonkeyPatch, until: Any
) -> Iterator[MainWindow]:
    """A wide window on a toy with every kind of control; file dialogs are given up at once."""
    monkeypatch.setitem(only_toys, "everything", EveryControl())
    for asking in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, asking, lambda *_: ("", ""))
    dress.load_fonts()
    made = MainWindow(SettingsStore(tmp_path / "settings.ini"))
    made.picture.animate = False
    monkeypatch.setattr(made.stills, "snapshot", lambda: None)
    qtbot.addWidget(made)
    made.resize(1600, 1150)
    made.controller.start(open_choice(Choice("everything", "plain")))
    made.show()
    made.activateWindow()
    until(made.isActiveWindow)
    until(lambda: bool(made.controller.systems) and len(made.parts.plots.panels) == 3)
    yield made
    made.close()
    QApplication.instance().setStyleSheet("")


@pytest.fixture
def done(window: MainWindow) -> list[str]:
    """The commands that keys have called."""
    called: list[str] = []
    for identifier in PLAYED:
        window.menus.actions[identifier].triggered.connect(lambda *_, one=identifier: called.append(one))
    return called


def press(window: MainWindow, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key the way the system delivers it."""
    QTest.keyClick(window.windowHandle(), key, modifier)


def type_in(window: MainWindow, text: str) -> None:
    for letter in text:
        QTest.keyClick(window.windowHandle(), letter)


def play(window: MainWindow, done: list[str]) -> list[str]:
    """Press all keys that play; return the commands that were called."""
    done.clear()
    for key, modifier in PLAYED.values():
        press(window, key, modifier)
    return list(done)


def controls(window: MainWindow) -> list[QWidget]:
    """All that can be pressed or typed into and is on view."""
    found = [
        one
        for kind in CONTROLS
        for one in window.findChildren(kind)
        if one.window() is window and one.isVisible() and one.isEnabled() and not one.visibleRegion().isEmpty()
    ]
    # What a control is made of is not pressed for itself: the line of a field, the lists of popups.
    return [one for one in found if not isinstance(one.parent(), (QAbstractSpinBox, QComboBox, QLineEdit))]


def named(one: QWidget) -> str:
    return f"{type(one).__name__} {one.accessibleName()}"


def dismiss() -> None:
    """Close the menu, popup or dialog that was opened."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    for one in QApplication.topLevelWidgets():
        if isinstance(one, QDialog) and one.isVisible():
            one.close()


def click(one: QWidget) -> None:
    """Click as a user does, into what is seen of it; a menu that waits for a choice is closed."""
    target = one.viewport() if isinstance(one, QAbstractItemView) else one
    QTimer.singleShot(100, dismiss)
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.visibleRegion().boundingRect().center())
    QTest.qWait(1)
    dismiss()


def field(window: MainWindow, name: str) -> NumberField:
    found: NumberField = window.parts.side.form.rows[name].field
    return found


def test_the_view_has_the_keys_when_the_window_opens(window: MainWindow, done: list[str]) -> None:
    assert window.focusWidget() is window.picture.view
    assert play(window, done) == list(PLAYED)


def test_after_every_control_pressed_by_mouse_the_keys_play(
    window: MainWindow, done: list[str], until: Callable[[Any], None]
) -> None:
    """A choice in the library, a slider, a plot's caption kept the keys to themselves."""
    pressed = []
    walked: set[str] = set()
    # Asked for anew every time: a choice in the library makes other controls.
    while left := [one for one in controls(window) if named(one) not in walked]:
        one, kind = left[0], type(left[0])
        walked.add(name := named(one))
        until(window.isActiveWindow)
        click(one)
        until(window.isActiveWindow)
        if not isValid(one):
            # What was chosen before opened only now, with controls of its own.
            walked.discard(name)
            continue
        if issubclass(kind, (QLineEdit, QAbstractSpinBox)):
            assert one.hasFocus(), name
            press(window, Qt.Key.Key_Return)
        until(lambda: not window.reactions._builder.is_active)
        assert window.focusWidget() is window.picture.view, name
        assert play(window, done) == list(PLAYED), name
        pressed.append(kind)
    for kind in CONTROLS:
        assert any(issubclass(one, kind) for one in pressed), kind


def test_after_a_click_into_every_plot_the_keys_play(window: MainWindow, done: list[str]) -> None:
    for panel in window.parts.plots.panels:
        QTest.mouseClick(panel.graph.viewport(), Qt.MouseButton.LeftButton)
        assert play(window, done) == list(PLAYED)
    QTest.mouseClick(window.parts.side.notes, Qt.MouseButton.LeftButton)
    assert play(window, done) == list(PLAYED)


def test_at_every_control_reached_by_tab_space_pauses_and_escape_gives_the_keys_back(
    window: MainWindow, done: list[str], until: Callable[[Any], None]
) -> None:
    # The timeline can be pressed from the second step on: of one that is enabled while Tab walks nothing can be said.
    play(window, done)
    press(window, Qt.Key.Key_Right)
    until(window.parts.transport.timeline.isEnabled)
    reached: list[QWidget] = []
    while True:
        press(window, Qt.Key.Key_Tab)
        here = window.focusWidget()
        assert here is not None
        if here in reached or here is window.picture.view:
            break
        reached.append(here)
        done.clear()
        press(window, Qt.Key.Key_Space)
        assert done == ["run"], named(here)
        assert window.focusWidget() is here
    for here in reached:
        here.setFocus(Qt.FocusReason.TabFocusReason)
        press(window, Qt.Key.Key_Escape)
        assert window.focusWidget() is window.picture.view, named(here)
        assert play(window, done) == list(PLAYED), named(here)
    missed = [one for one in controls(window) if one not in reached and one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [named(one) for one in missed] == []


def test_enter_presses_what_tab_has_reached(window: MainWindow, until: Any) -> None:
    """Space pauses there, so that Enter has to press."""
    c = window.controller
    action = window.parts.side.actions_grid.buttons[1]
    action.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Qt.Key.Key_Return)
    until(lambda: c.last_frame.parameters.rate == 2.0)
    assert action.hasFocus()
    toggle = window.parts.side.form.rows["broken"].toggle
    toggle.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Qt.Key.Key_Return)
    assert c.parameters.broken
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not c.parameters.broken
    combo = window.parts.side.form.rows["method"].combo
    combo.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Qt.Key.Key_Return)
    assert combo.view().isVisible()
    combo.hidePopup()


def test_a_reset_that_leaves_gives_the_keys_back(window: MainWindow, done: list[str]) -> None:
    """The button is gone when it was pressed; the next field in the row got its keys."""
    row = window.parts.side.form.rows["rate"]
    row.field.setFocus()
    type_in(window, "3")
    press(window, Qt.Key.Key_Return)
    row._reset.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Qt.Key.Key_Return)
    assert window.controller.parameters.rate == 1.0
    assert play(window, done) == list(PLAYED)


def test_a_slider_that_tab_has_reached_has_its_arrows(window: MainWindow, done: list[str]) -> None:
    slider = window.parts.side.form.rows["rate"].slider
    slider.setFocus(Qt.FocusReason.TabFocusReason)
    before = slider.value()
    press(window, Qt.Key.Key_Right)
    assert slider.value() > before
    press(window, Qt.Key.Key_Home)
    assert slider.value() == slider.minimum()
    assert done == []


def test_after_a_value_and_enter_space_pauses_and_undo_takes_it_back(
    window: MainWindow, done: list[str], until: Any
) -> None:
    """Space replaced the number by a blank and Ctrl+Z did nothing."""
    c = window.controller
    QTest.mouseClick(field(window, "rate"), Qt.MouseButton.LeftButton)
    type_in(window, "4 1/s")
    assert field(window, "rate").text() == "4 1/s"
    press(window, Qt.Key.Key_Return)
    assert c.parameters.rate == 4.0
    running = c.running
    press(window, Qt.Key.Key_Space)
    assert done == ["run"]
    assert c.running != running
    assert field(window, "rate").text() == "4 1/s"
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert c.parameters.rate == 1.0
    until(lambda: field(window, "rate").text() == "1 1/s")


def test_a_field_into_which_nothing_is_typed_leaves_space_and_undo_to_the_commands(
    window: MainWindow, done: list[str]
) -> None:
    c = window.controller
    c.set_value("rate", 3.0)
    QTest.mouseClick(field(window, "rate"), Qt.MouseButton.LeftButton)
    press(window, Qt.Key.Key_Space)
    assert done == ["run"]
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert c.parameters.rate == 1.0
    press(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert c.parameters.rate == 3.0


def test_a_text_that_is_being_typed_has_all_its_keys(window: MainWindow, done: list[str]) -> None:
    search = window.parts.library.search
    press(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    type_in(window, "every x")
    press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_Right)
    assert (search.text(), search.cursorPosition()) == ("every x", 1)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert search.text() != "every x"
    assert done == []


def test_enter_and_escape_in_a_field_give_the_keys_back(window: MainWindow, done: list[str]) -> None:
    c = window.controller
    search, path = window.parts.library.search, window.parts.side.form.rows["start"].path
    for line, text, left in ((search, "toy", ""), (path, "a.ovf", ""), (field(window, "rate"), "7", "1 1/s")):
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)
        type_in(window, text)
        assert line.text() == text
        press(window, Qt.Key.Key_Escape)
        assert line.text() == left
        assert play(window, done) == list(PLAYED)
    assert c.parameters == Everything()


def test_enter_in_the_search_opens_and_gives_the_keys_back(window: MainWindow, done: list[str], until: Any) -> None:
    press(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    type_in(window, "nothing like it")
    press(window, Qt.Key.Key_Return)
    assert window.parts.library.search.hasFocus()
    window.parts.library.search.clear()
    type_in(window, "toy")
    press(window, Qt.Key.Key_Return)
    assert play(window, done) == list(PLAYED)
    until(lambda: window.controller.system.name == "toy")
    until(lambda: not window.reactions._builder.is_active)
    assert play(window, done) == list(PLAYED)


def test_an_impossible_value_stays_to_be_mended(window: MainWindow) -> None:
    QTest.mouseClick(field(window, "rate"), Qt.MouseButton.LeftButton)
    type_in(window, "500")
    press(window, Qt.Key.Key_Return)
    assert field(window, "rate").hasFocus()
    assert field(window, "rate").text() == "500"
    press(window, Qt.Key.Key_Escape)
    assert window.focusWidget() is window.picture.view


def test_a_click_elsewhere_takes_the_value_that_was_typed(window: MainWindow) -> None:
    """Buttons took no focus, and the next key went into the field."""
    QTest.mouseClick(field(window, "rate"), Qt.MouseButton.LeftButton)
    type_in(window, "5")
    QTest.mouseClick(window.parts.transport.step_button, Qt.MouseButton.LeftButton)
    assert window.controller.parameters.rate == 5.0
    assert window.focusWidget() is window.picture.view


def test_panels_that_fold_give_the_keys_back(window: MainWindow, done: list[str]) -> None:
    """The focus went on to whatever field came next."""
    for key, inside in ((Qt.Key.Key_1, window.parts.library.tree), (Qt.Key.Key_3, window.parts.side.presets)):
        inside.setFocus(Qt.FocusReason.TabFocusReason)
        press(window, key, Qt.KeyboardModifier.ControlModifier)
        assert not inside.isVisible()
        assert play(window, done) == list(PLAYED)


def test_another_system_gives_the_keys_back(window: MainWindow, done: list[str], until: Any) -> None:
    """The control that had them is gone; a slider of the next system got them."""
    window.parts.side.presets.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    until(lambda: window.controller.system.name == "toy")
    until(lambda: not window.reactions._builder.is_active)
    assert window.focusWidget() is window.picture.view
    assert play(window, done) == list(PLAYED)


def test_shifted_letters_look_from_the_other_side(window: MainWindow, until: Any) -> None:
    view = window.picture.view
    for key in (Qt.Key.Key_X, Qt.Key.Key_Y, Qt.Key.Key_Z):
        press(window, key)
        front = view.lens().eye
        press(window, key, Qt.KeyboardModifier.ShiftModifier)
        centre = (view.lens().eye + front) / 2
        assert centre == pytest.approx((0, 0, 0.5 * (view.stage.low[2] + view.stage.high[2])), abs=1e-6)


def test_segments_that_tab_has_reached_move_left_and_right(window: MainWindow, done: list[str]) -> None:
    segments = window.parts.side.form.rows["frame"].segments
    assert isinstance(segments, Segments)
    segments._buttons["still"].setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Qt.Key.Key_Right)
    assert segments.word() == window.controller.parameters.frame == "turning"
    press(window, Qt.Key.Key_Left)
    assert segments.word() == window.controller.parameters.frame == "still"
    assert done == []


def test_the_list_of_keys_says_what_controls_keep(window: MainWindow, until: Callable[[Any], None]) -> None:
    press(window, Qt.Key.Key_F1)
    dialog = window.findChild(KeysDialog)
    tree = dialog.findChild(QTreeWidget)
    tops = {tree.topLevelItem(row).text(0): tree.topLevelItem(row) for row in range(tree.topLevelItemCount())}

    def keys_of(title: str) -> dict[str, str]:
        lines = (tops[title].child(row) for row in range(tops[title].childCount()))
        return {line.text(0): line.text(1) for line in lines}

    assert keys_of("Controls") == dict(KEYS_HELP)
    assert keys_of("View")["Look along −x"] == "Shift+X"
    assert {"Look along −y", "Look along −z"} <= keys_of("View").keys()
    running = window.controller.running
    dialog.activateWindow()
    until(dialog.isActiveWindow)
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Space)
    assert window.controller.running == running, "a dialog has its own keys"
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_Escape)
    window.activateWindow()
    until(window.isActiveWindow)


def test_a_popup_and_a_menu_keep_their_keys(window: MainWindow, done: list[str], until: Callable[[Any], None]) -> None:
    combo = window.parts.side.form.rows["method"].combo
    QTest.mouseClick(combo, Qt.MouseButton.LeftButton)
    popup = combo.view().window()
    until(popup.isVisible)
    QTest.keyClick(combo.view(), Qt.Key.Key_Down)
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)
    assert window.controller.parameters.method == "heun"
    menu = window.menus.menus["System"]
    menu.popup(window.mapToGlobal(window.rect().center()))
    QTest.keyClick(menu, Qt.Key.Key_Right)
    QTest.keyClick(menu, Qt.Key.Key_Home)
    assert done == []
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    until(lambda: QApplication.activePopupWidget() is None)
    assert play(window, done) == list(PLAYED)
