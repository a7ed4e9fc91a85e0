"""Docks in a window that is otherwise empty: which are shown, what is remembered."""

from typing import Any

import pytest
from PySide6.QtWidgets import QMainWindow

from spinviz.app.run.controller import Controller
from spinviz.app.window.docks import Docks
from spinviz.app.window.full_screen import FullScreen
from spinviz.app.window.parts import Parts
from spinviz.app.window.theme import ThemeSwitch


@pytest.fixture
def docks(bare: QMainWindow, parts: Parts, themes: ThemeSwitch, controller: Controller) -> Docks:
    return Docks(bare, parts, themes, controller.store)


def shown(docks: Docks) -> set[str]:
    return {name for name in docks.widgets if docks.has(name)}


def test_panels_hidden_together_come_back_together(docks: Docks, qtbot: Any) -> None:
    with qtbot.waitSignal(docks.changed):
        docks.toggle("plots")
    docks.toggle_all()
    assert not docks.has_any()
    docks.toggle_all()
    assert shown(docks) == {"library", "controls"}


def test_another_system_brings_no_plots_back_while_all_panels_are_hidden(docks: Docks) -> None:
    docks.offer_plots(False)
    assert shown(docks) == {"library", "controls"}
    docks.offer_plots(True)
    docks.toggle_all()
    docks.offer_plots(True)
    assert not docks.has_any()
    docks.reset()
    assert len(shown(docks)) == 3


def test_the_search_shows_the_library_and_has_the_cursor(
    docks: Docks, bare: QMainWindow, parts: Parts, qtbot: Any
) -> None:
    docks.toggle("library")
    parts.library.search.setText("echo")
    bare.show()
    bare.activateWindow()
    docks.focus_search()
    qtbot.waitUntil(parts.library.search.hasFocus)
    assert docks.has("library")
    assert parts.library.search.selectedText() == "echo"


def test_a_hidden_panel_is_remembered_but_no_full_screen(
    docks: Docks, bare: QMainWindow, controller: Controller, qtbot: Any
) -> None:
    full_screen = FullScreen(bare)
    full_screen.toggle()
    qtbot.waitUntil(full_screen.is_on)
    assert bare.menuBar().isHidden()
    docks.keep()
    assert controller.store.shape("state").isEmpty()
    full_screen.toggle()
    qtbot.waitUntil(lambda: not full_screen.is_on())
    assert not bare.menuBar().isHidden()
    docks.toggle("library")
    docks.keep()
    docks.toggle("library")
    docks.restore()
    assert not docks.has("library")
