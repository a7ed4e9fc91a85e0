"""Drops, names of files and exports."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from toy import Toy

from spinviz.app.run.controller import Controller
from spinviz.app.window import file_actions
from spinviz.app.window.export_dialog import ExportDialog
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.main_window import MainWindow
from spinviz.app.window.message_bar import MessageBar
from spinviz.app.window.theme import ThemeSwitch
from spinviz.model.system import Preset
from spinviz.systems import system_named


@pytest.fixture
def files(bare: QMainWindow, controller: Controller, messages: MessageBar, themes: ThemeSwitch) -> FileActions:
    return FileActions(bare, controller, messages, themes)


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


def test_the_export_proposes_the_length_of_the_preset_or_of_the_film() -> None:
    toy, film = Toy(), system_named("ovf_series")
    p = film.Parameters.of()
    assert file_actions.seconds_of(toy, toy.Parameters.of(), Preset("", "", length=3.0), 2.0) == 1.5
    assert file_actions.seconds_of(toy, toy.Parameters.of(), Preset("", ""), 2.0) == 10.0
    assert file_actions.seconds_of(film, p, Preset("", ""), 5.0) == pytest.approx(61 / 5)


def test_there_is_one_export_dialog(files: FileActions, bare: QMainWindow, qtbot: Any) -> None:
    """Of two the first once never got a preview."""
    files.ask_export()
    files.ask_export()
    (dialog,) = bare.findChildren(ExportDialog)
    dialog.close()
    qtbot.waitUntil(lambda: not bare.findChildren(ExportDialog))
    files.ask_export()
    (dialog,) = bare.findChildren(ExportDialog)
    dialog.close()


def test_a_recording_is_offered_as_hdf5_and_as_tables(
    window: MainWindow, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = []

    def answer(parent: Any, title: str, suggestion: str, offered: str) -> tuple[str, str]:
        kinds.extend(offered.split(";;"))
        return str(tmp_path / "r"), kinds[1]

    monkeypatch.setattr(file_actions.QFileDialog, "getSaveFileName", answer)
    for _ in range(2):
        qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        qtbot.wait(300)
    qtbot.waitUntil(lambda: window.messages.text.startswith("Recorded "), timeout=15000)
    assert [kind.partition("*")[2] for kind in kinds] == [".h5)", ".csv)", ".odt)"]
    rows = (tmp_path / "r.csv").read_text().splitlines()
    assert rows[0].startswith("time [s],")
    assert window.messages.text == f"Recorded {len(rows) - 1} samples in {tmp_path / 'r.csv'}"
