"""Menus of any commands, the keys of actions, and the corners of the menu bar."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QToolButton
from toy import Toy

from spinviz.app.window.commands import Command
from spinviz.app.window.corners import Corners
from spinviz.app.window.menus import Menus, NumberKeys, StopMenu


def test_menus_run_what_can_be_done_and_show_what_is_on(bare: QMainWindow) -> None:
    called: list[str] = []
    state = {"on": False, "possible": False}
    menus = Menus(bare.menuBar(), bare)
    assert not menus.commands
    menus.fill(
        (
            Command(
                "switch", "Switch", "Edit", ("Ctrl+1",), lambda: called.append("switch"), state=lambda: state["on"]
            ),
            Command("later", "Later", "Edit", (), lambda: called.append("later"), 1, enabled=lambda: state["possible"]),
        )
    )
    assert [a.text() for a in menus.menus["Edit"].actions() if not a.isSeparator()] == ["Switch", "Later"]
    assert len(menus.menus["Edit"].actions()) == 3
    for command in menus.commands:
        menus.run(command)
    assert called == ["switch"]
    state.update(on=True, possible=True)
    menus.refresh()
    assert menus.actions["switch"].isChecked()
    menus.actions["later"].trigger()
    assert called == ["switch", "later"]


def test_what_the_run_can_be_stopped_at_is_offered(bare: QMainWindow) -> None:
    asked: list[str] = []
    offered = Toy.landmarks
    menu = StopMenu(lambda: offered, asked.append, bare.menuBar().addMenu("System"))
    menu.fill()
    assert [action.text() for action in menu.actions()] == ["Half", "Crest"]
    menu.actions()[1].trigger()
    assert asked == ["wave"]
    offered = ()
    menu.fill()
    assert not menu.actions()[0].isEnabled()


def test_number_keys_press_as_many_actions_as_there_are(bare: QMainWindow) -> None:
    pressed: list[int] = []
    keys = NumberKeys(bare, pressed.append)
    keys.enable(2)
    for action in bare.actions():
        action.trigger()
    assert pressed == [1, 2]


def test_corners_name_the_session_and_open_the_commands(bare: QMainWindow, qtbot: Any) -> None:
    opened: list[bool] = []
    corners = Corners(bare.menuBar(), lambda: opened.append(True))
    corners.show_title("Hahn echo", False)
    narrow = bare.menuBar().cornerWidget(Qt.Corner.TopRightCorner).width()
    corners.show_title("Hahn echo", True)
    assert corners.session.text() == "Hahn echo – unsaved ●"
    assert bare.menuBar().cornerWidget(Qt.Corner.TopRightCorner).width() > narrow
    bare.menuBar().findChild(QToolButton, "").click()
    assert opened
