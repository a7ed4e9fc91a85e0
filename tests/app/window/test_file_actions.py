"""Pictures, drops and names of files, with a picture that somebody else drew."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QMainWindow

from spinviz.app.run.controller import Controller
from spinviz.app.window import file_actions
from spinviz.app.window.export_dialog import ExportDialog
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.message_bar import MessageBar
from spinviz.app.window.theme import ThemeSwitch


def green() -> QImage:
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(QColor("green"))
    return image


@pytest.fixture
def files(bare: QMainWindow, controller: Controller, messages: MessageBar, themes: ThemeSwitch) -> FileActions:
    return FileActions(bare, controller, messages, themes, green)


def test_pictures_are_saved_and_copied(
    files: FileActions, messages: MessageBar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_actions.platformdirs, "user_pictures_dir", lambda: str(tmp_path / "pictures"))
    files.snapshot()
    (saved,) = (tmp_path / "pictures").iterdir()
    assert saved.name.startswith("Plain ")
    assert QImage(str(saved)).pixelColor(1, 1) == QColor("green")
    assert messages.text == f"Saved {saved}"
    files.copy_picture()
    assert QApplication.clipboard().image().size() == green().size()


def test_a_folder_of_pictures_that_cannot_be_made_is_told(
    files: FileActions, messages: MessageBar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(file_actions.platformdirs, "user_pictures_dir", lambda: str(tmp_path / "file" / "pictures"))
    files.snapshot()
    assert "choose another folder of pictures" in messages.text


def test_a_session_asked_for_gets_its_ending(
    files: FileActions, controller: Controller, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_actions.QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a"), ""))
    with qtbot.waitSignal(controller.written, timeout=15000):
        files.save()
    assert controller.path == tmp_path / "a.spinviz"


def test_of_files_that_do_not_go_together_the_first_opens(
    files: FileActions, controller: Controller, messages: MessageBar, tmp_path: Path, qtbot: Any
) -> None:
    paths = [tmp_path / "a.spinviz", tmp_path / "b.spinviz"]
    for path in paths:
        with qtbot.waitSignal(controller.written, timeout=15000):
            controller.save(path)
    with qtbot.waitSignal(controller.opened, timeout=15000):
        files.drop(paths)
        assert messages.text == "Opened a.spinviz, the first of 2 files"
    assert controller.path == paths[0]


def test_the_export_proposes_the_theme_in_use(files: FileActions, themes: ThemeSwitch, bare: QMainWindow) -> None:
    themes.use("projector")
    files.ask_export()
    dialog = bare.findChild(ExportDialog)
    assert dialog.theme.currentData() == "projector"
    dialog.close()
