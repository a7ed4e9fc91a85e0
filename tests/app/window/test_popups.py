"""The command palette and the preferences over an empty window."""

from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QMainWindow

from spinviz.app.run.controller import Controller
from spinviz.app.window.commands import Command
from spinviz.app.window.dialogs import SettingsDialog
from spinviz.app.window.docks import Docks
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.menus import Menus
from spinviz.app.window.message_bar import MessageBar
from spinviz.app.window.parts import Parts
from spinviz.app.window.popups import Popups
from spinviz.app.window.theme import ThemeSwitch
from spinviz.model.theme import THEMES


@pytest.fixture
def menus(bare: QMainWindow) -> Menus:
    made = Menus(bare.menuBar(), bare)
    made.fill((Command("shout", "Shout", "Help", ("Ctrl+U",), Mock()),))
    return made


@pytest.fixture
def popups(
    bare: QMainWindow, controller: Controller, messages: MessageBar, menus: Menus, themes: ThemeSwitch, parts: Parts
) -> Popups:
    files, docks = Mock(spec=FileActions), Mock(spec=Docks)
    return Popups(bare, controller, messages, menus, files, themes, parts, docks)


def titles(popups: Popups) -> list[str]:
    return [popups.palette.list.item(row).text() for row in range(popups.palette.list.count())]


def test_the_palette_offers_and_runs_commands_actions_themes_files_and_presets(
    popups: Popups, menus: Menus, controller: Controller, themes: ThemeSwitch, parts: Parts, until: Any, tmp_path: Path
) -> None:
    (tmp_path / "a.spinviz").touch()
    controller.store.remember(tmp_path / "a.spinviz")
    controller.find_systems()
    until(lambda: bool(controller.systems))
    popups.show_palette()
    expected = {"Shout", "Action: Kick", "Theme: Light", "Open a.spinviz", "Toy: Kicked", "Stop at the next crest"}
    assert expected <= set(titles(popups))
    run = popups.palette.chosen.emit
    run("shout")
    menus.commands[0].call.assert_called_once_with()
    run("stop:half")
    assert controller.running
    run("theme:light")
    assert themes.current.name == controller.store.load().theme == "light"
    run(f"file:{tmp_path / 'a.spinviz'}")
    popups._files.open.assert_called_once_with(tmp_path / "a.spinviz")
    run("open:toy:kicked")
    until(lambda: controller.preset.name == "kicked")
    popups.palette.hide()


def test_preferences_count_at_once_and_can_be_reset(
    popups: Popups, controller: Controller, themes: ThemeSwitch, parts: Parts, bare: QMainWindow
) -> None:
    popups.show_settings()
    dialog = bare.findChild(SettingsDialog)
    dialog.animate.setChecked(False)
    dialog.theme.setCurrentIndex(dialog.theme.findData("projector"))
    assert not parts.picture.animate
    assert themes.current.name == controller.settings.theme == "projector"
    dialog.letters.setValue(130)
    assert themes.letters == controller.settings.letters == 130
    assert themes.current.font_scale == pytest.approx(1.3 * THEMES["projector"].font_scale)
    dialog._start_over()
    assert themes.letters == 100
    assert parts.picture.animate
    assert themes.current.name == "dark"
    popups._docks.reset.assert_called_once_with()
    dialog.close()


def test_the_theme_that_is_worn_stays_when_another_preference_changes(
    popups: Popups, controller: Controller, themes: ThemeSwitch, bare: QMainWindow
) -> None:
    """A session wore projector: a change of the memory put the window back into the theme of the preferences."""
    themes.use("projector")
    popups.show_settings()
    dialog = bare.findChild(SettingsDialog)
    assert dialog.theme.currentData() == "projector"
    dialog.memory.setValue(512)
    assert (themes.current.name, controller.settings.theme) == ("projector", "dark")
    themes.choose("light")
    dialog.memory.setValue(1024)
    assert (themes.current.name, controller.settings.theme) == ("light", "light")
    assert controller.settings.memory == 1024
    themes.enlarge(2)
    dialog.memory.setValue(256)
    assert themes.letters == controller.settings.letters == dialog.letters.value() == 120
    themes.use("dark")
    dialog._start_over()
    assert controller.settings.theme == "dark"
    dialog.close()


@pytest.mark.parametrize("theme", list(THEMES))
def test_numbers_of_the_preferences_have_arrows_and_whole_words(
    popups: Popups, themes: ThemeSwitch, bare: QMainWindow, theme: str
) -> None:
    """In dark themes the arrows were not to be seen, elsewhere frames without any; a list ended in "(faste"."""
    themes.use(theme)
    popups.show_settings()
    dialog = bare.findChild(SettingsDialog)
    image = dialog.memory.grab(QRect(dialog.memory.width() - 22, 4, 14, dialog.memory.height() - 8)).toImage()
    colors = [
        {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(top, top + image.height() // 2)}
        for top in (0, image.height() // 2)
    ]
    assert all(len(half) > 2 for half in colors)
    room = dialog.samples.width() - 22 - 14
    assert dialog.samples.fontMetrics().horizontalAdvance(dialog.samples.currentText()) <= room
    dialog.close()


def test_what_spinviz_is_becomes_a_line(popups: Popups, messages: MessageBar) -> None:
    popups.show_about()
    assert "how countless spins become one magnetization" in messages.text
    popups.copy_diagnostics()
    assert messages.text == "Copied the diagnostics"
