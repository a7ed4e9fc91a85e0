"""Unsaved work in the menu."""

from typing import Any

from PySide6.QtWidgets import QMenu
from toy import Toy, ToyParameters

from spinviz.app.run.controller import Controller
from spinviz.app.window.unsaved_menu import UnsavedMenu
from spinviz.files.log import state_folder
from spinviz.files.session import Session, save_session


def choose(menu: UnsavedMenu, number: int, title: str) -> None:
    menu.aboutToShow.emit()
    one = [action.menu() for action in menu.actions()][number]
    next(action for action in one.actions() if action.text() == title).trigger()


def test_unsaved_work_is_opened_or_discarded_from_the_menu(
    bare: Any, controller: Controller, qtbot: Any, until: Any
) -> None:
    menu = UnsavedMenu(controller, QMenu(bare))
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["No unsaved work"]
    state_folder().mkdir(parents=True, exist_ok=True)
    for name in ("autosave-1", "closed-2"):
        save_session(state_folder() / f"{name}.spinviz", Session(Toy(), ToyParameters(rate=6.0)))
    controller.find_systems()
    until(lambda: bool(controller.systems))
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions()]
    assert all(text.startswith(f"{Toy.title}, 20") for text in texts)
    assert {text.rpartition(", ")[2] for text in texts} == {"closed", "not closed properly"}
    choose(menu, 0, "Discard")
    assert len(controller.unsaved) == 1
    with qtbot.waitSignal(controller.opened, timeout=15000):
        choose(menu, 0, "Open")
    assert controller.parameters.rate == 6.0
    until(lambda: not controller.unsaved)


def test_the_window_has_the_menu(window: Any) -> None:
    titles = [action.text() for action in window.menus.menus["File"].actions()]
    at = titles.index("Unsaved work")
    assert titles[at - 1 : at + 2] == ["Open recent", "Unsaved work", "Reopen last unsaved session"]
