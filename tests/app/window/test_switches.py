"""Switches by key, menu and session; what is hidden is gone from picture, plots, table and export."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from app.window.user import pause
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from toy import Toy

from spinviz.app.window.main_window import MainWindow
from spinviz.export.words import texts_of
from spinviz.files.session import read_session
from spinviz.model.switches import SWITCHES


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    view = window.picture.view
    assert view is not None
    view.setFocus()
    QTest.keyClick(view, key, modifier)


SHIFT = Qt.KeyboardModifier.ShiftModifier


def amber(window: MainWindow, image: QImage) -> int:
    """Pixels in the colour of laws."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    wanted = np.round(255 * np.array(window.theme.rgb("theory")))[::-1]
    return int((np.abs(raw[..., :3].astype(int) - wanted).max(axis=-1) <= 1).sum())


@pytest.fixture
def still(window: MainWindow, until: Any) -> MainWindow:
    """The window paused, its plots filled."""
    until(lambda: len(window.parts.plots.panels) == 3)
    pause(window, until)
    until(lambda: all(panel.frame is window.controller.last_frame for panel in window.parts.plots.panels))
    return window


def test_shift_h_hides_the_law_in_a_paused_run_and_shows_it_again(still: MainWindow, until: Any) -> None:
    plots, table = still.parts.plots, still.parts.side.table
    trace = plots.panels[0]
    assert amber(still, plots.grab().toImage()) > 20
    assert trace.caption.badge_text
    still.popups.toggle_law()
    assert still.popups.law.isVisible()
    press(still, Qt.Key.Key_H, SHIFT)
    assert still.controller.hidden == ("law",)
    assert still.popups.law.isHidden()
    still.popups.toggle_law()
    assert still.popups.law.isHidden()
    assert not still.menus.actions["show-law"].isChecked()
    until(lambda: not any(panel.caption.badge_text for panel in plots.panels))
    until(lambda: amber(still, plots.grab().toImage()) == 0)
    until(lambda: table.isColumnHidden(2) and table.isColumnHidden(3))
    assert "law" not in " ".join(trace._table(trace.frame)[0])
    press(still, Qt.Key.Key_H, SHIFT)
    until(lambda: bool(trace.caption.badge_text) and not table.isColumnHidden(2))
    until(lambda: amber(still, plots.grab().toImage()) > 20)


def test_e_hides_the_equation_and_it_stays_hidden(still: MainWindow, until: Any) -> None:
    view = still.picture.view
    assert view is not None
    assert view.texts.equation == Toy.equation
    press(still, Qt.Key.Key_E)
    assert view.texts.equation == ""
    still.controller.open_system("toy", "kicked")
    until(lambda: still.controller.preset.name == "kicked")
    assert view.texts.equation == ""
    frame = still.controller.last_frame
    assert texts_of(Toy(), frame, still.controller.hidden).equation == ""
    press(still, Qt.Key.Key_E)
    assert view.texts.equation == Toy.equation


def test_axes_go_from_the_picture(still: MainWindow) -> None:
    view = still.picture.view
    assert view is not None
    camera = view.camera
    press(still, Qt.Key.Key_A)
    assert not view.stage.axes
    assert view.camera == camera
    press(still, Qt.Key.Key_A)
    assert view.stage.axes


def test_what_is_not_there_cannot_be_hidden(still: MainWindow) -> None:
    assert not still.menus.actions["show-trails"].isEnabled()
    press(still, Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert still.controller.hidden == ()
    with pytest.raises(ValueError, match="there is no switch 'gravity': use one of law"):
        still.switches.toggle("gravity")


def test_the_transport_bar_leaves_the_full_screen_only(still: MainWindow) -> None:
    transport = still.parts.transport
    press(still, Qt.Key.Key_B, SHIFT)
    assert transport.isVisible()
    still.full_screen.toggle()
    assert not transport.isVisible()
    press(still, Qt.Key.Key_B, SHIFT)
    assert transport.isVisible()
    press(still, Qt.Key.Key_B, SHIFT)
    assert not transport.isVisible()
    still.full_screen.leave()
    assert transport.isVisible()


def test_a_session_keeps_what_is_hidden(still: MainWindow, until: Any, tmp_path: Path) -> None:
    still.switches.set_on("axes", False)
    still.switches.set_on("law", False)
    path = tmp_path / "hidden.spinviz"
    still.controller.save(path)
    until(lambda: still.controller.path == path)
    assert read_session(path, lambda name: Toy()).hidden == ("law", "axes")
    still.switches.set_on("axes", True)
    still.switches.set_on("law", True)
    still.controller.open_path(path)
    until(lambda: still.controller.hidden == ("law", "axes"))
    assert not still.menus.actions["show-law"].isChecked()


def test_menus_and_palette_offer_every_switch(still: MainWindow) -> None:
    view = still.menus.menus["View"]
    (show,) = [action.menu() for action in view.actions() if action.menu() and action.menu().title() == "Show"]
    assert len(show.actions()) == len(SWITCHES)
    show.actions()[0].trigger()
    assert still.controller.hidden == ("law",)
    still.popups.show_palette()
