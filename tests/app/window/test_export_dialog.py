"""The export dialog with mouse and keys: what it asks for, keeps, shows before it begins, and copies."""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from app.window.user import pause
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from spinviz.app.run import export_job
from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.window.export_choices import Run
from spinviz.app.window.export_dialog import ExportDialog
from spinviz.app.window.main_window import MainWindow
from spinviz.cli.exporting import wanted_of
from spinviz.cli.parser import arguments
from spinviz.export.plan import ExportPlan

RUN = Run("free", 0.04, "s", "dark", 0.1, 10.0)


@pytest.fixture
def dialog(qtbot: Any) -> ExportDialog:
    return shown(qtbot, ExportDialog(RUN))


def shown(qtbot: Any, made: ExportDialog) -> ExportDialog:
    qtbot.addWidget(made)
    made.show()
    return made


def write(qtbot: Any, field: Any, text: str) -> None:
    """Replace what is in a field, key by key, and leave it."""
    line = field.lineEdit() if hasattr(field, "lineEdit") else field
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Tab)


def click(qtbot: Any, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center() / 8 + widget.rect().bottomLeft() / 2)


def test_end_and_length_follow_each_other(qtbot: Any, dialog: ExportDialog) -> None:
    assert dialog.stop.text() == "400 ms"
    write(qtbot, dialog.stop, "200 ms")
    assert dialog.length.value() == 5.0
    assert (dialog.plan().stop, dialog.plan().length) == ("0.2 s", "")
    write(qtbot, dialog.start, "100 ms")
    assert dialog.length.value() == 2.5
    assert dialog.numbers().frames == 75
    write(qtbot, dialog.length, "4")
    assert dialog.stop.text() == "260 ms"
    assert (dialog.plan().stop, dialog.plan().length) == ("", "4")
    write(qtbot, dialog.stop, "50 ms")
    assert "is not after the start" in dialog.note.text()
    assert not dialog.go.isEnabled()


def test_a_gif_has_its_own_size_and_rate_and_colours(qtbot: Any, dialog: ExportDialog) -> None:
    assert not dialog.colors.isVisible()
    dialog.kind.setFocus()
    qtbot.keyClick(dialog.kind, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.kind, Qt.Key.Key_Down)
    assert dialog.colors.isVisible()
    plan = dialog.plan()
    assert (Path(plan.out).suffix, plan.size, plan.fps, plan.colors) == (".gif", "800x450", "20", "")
    dialog.colors.setFocus()
    qtbot.keyClick(dialog.colors, Qt.Key.Key_Down)
    assert dialog.plan().colors == "128"
    qtbot.keyClick(dialog.kind, Qt.Key.Key_Home)
    plan = dialog.plan()
    assert (Path(plan.out).suffix, plan.size, plan.fps, plan.colors) == (".mp4", "1920x1080", "30", "")


def test_a_loop_where_something_repeats_itself(qtbot: Any, dialog: ExportDialog) -> None:
    assert not dialog.loop.isEnabled()
    assert "nothing repeats itself" in dialog.loop.text()
    assert dialog.loop.toolTip()
    other = shown(qtbot, ExportDialog(Run("free", 0.04, "s", "dark", 0.1, 10.0, period=0.031)))
    click(qtbot, other.loop)
    assert other.loop.isChecked()
    write(qtbot, other.periods, "2")
    plan, numbers = other.plan(), other.numbers()
    assert (plan.loop, plan.length, plan.stop, plan.start) == ("2", "", "", "0.1 s")
    assert numbers.frames * numbers.speed / numbers.fps == pytest.approx(0.062)
    assert other.stop.text() == "162 ms"
    assert not other.stop.isEnabled()


def test_what_cannot_be_transparent_is_not_asked_to_be(qtbot: Any, dialog: ExportDialog) -> None:
    assert not dialog.transparent.isEnabled()
    dialog.kind.setFocus()
    qtbot.keyClick(dialog.kind, Qt.Key.Key_End)
    click(qtbot, dialog.transparent)
    assert dialog.plan().transparent
    qtbot.keyClick(dialog.kind, Qt.Key.Key_Home)
    assert not dialog.plan().transparent


def test_the_plan_of_the_dialog_is_that_of_its_command(qtbot: Any, dialog: ExportDialog) -> None:
    write(qtbot, dialog.turn, "-90")
    write(qtbot, dialog.stop, "200 ms")
    click(qtbot, dialog.plots)
    plan = dialog.plan()
    assert (plan.turn, plan.plots) == ("-90", False)
    assert wanted_of(arguments(plan.arguments("a b.spinviz"))) == plan
    assert wanted_of(arguments(ExportPlan("x.gif").arguments("toy"))) == ExportPlan("x.gif")


def test_the_users_own_folder_and_a_folder_with_a_dot_are_understood(
    window: MainWindow, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    """The exporter looked for a folder called ~, and the copied command took the folder for a file."""
    monkeypatch.setenv("HOME", str(tmp_path))
    dialog = opened(window)
    dialog.kind.setFocus()
    qtbot.keyClick(dialog.kind, Qt.Key.Key_End)
    write(qtbot, dialog.file, "~/frames.v2/")
    assert dialog.plan().out == f"{tmp_path}/frames.v2/"
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    until(lambda: f"--out {tmp_path}/frames.v2/" in QApplication.clipboard().text())
    assert (tmp_path / "frames.v2.spinviz").is_file()
    dialog.close()


def opened(window: MainWindow) -> ExportDialog:
    window.menus.actions["export"].trigger()
    return next(found for found in window.findChildren(ExportDialog) if found.isVisible())


def test_what_was_chosen_last_is_proposed(window: MainWindow, qtbot: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(export_job, "command", lambda words, **_: (sys.executable, ["-c", ""]))
    dialog = opened(window)
    dialog.kind.setFocus()
    qtbot.keyClick(dialog.kind, Qt.Key.Key_Down)
    write(qtbot, dialog.size_box, "640 x 360")
    write(qtbot, dialog.turn, "90")
    write(qtbot, dialog.file, str(tmp_path / "film.webm"))
    click(qtbot, dialog.plots)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.files.job is None, timeout=20000)
    again = opened(window)
    plan = again.plan()
    assert (plan.size, plan.turn, plan.plots) == ("640x360", "90", False)
    assert Path(plan.out).parent == tmp_path
    assert Path(plan.out).suffix == ".webm"
    again.kind.setFocus()
    qtbot.keyClick(again.kind, Qt.Key.Key_Up)
    assert again.plan().size == "1920x1080", "the other kinds have kept theirs"
    again.close()


def real(window: MainWindow, until: Any) -> None:
    """Open a system that other processes know, and let it pause."""
    window.controller.worker.open(open_choice(Choice("macrospin", "precession")))
    until(lambda: window.controller.system is not None and window.controller.system.name == "macrospin")
    until(lambda: window.controller.last_frame.system == "macrospin")
    pause(window, until)


def test_a_preview_and_an_estimate_come_before_the_export(
    window: MainWindow, qtbot: Any, until: Any, tmp_path: Path
) -> None:
    real(window, until)
    dialog = opened(window)
    write(qtbot, dialog.file, str(tmp_path / "a.mp4"))
    write(qtbot, dialog.size_box, "320 x 180")
    write(qtbot, dialog.length, "2")
    until(lambda: dialog.preview.estimate.text() == "Estimating size and time…")
    qtbot.waitUntil(lambda: "takes about" in dialog.preview.estimate.text(), timeout=60000)
    assert dialog.preview.estimate.text().startswith("60 frames, about ")
    assert dialog.preview.moment.text() == "Frame 1 of 60, at 0 s"
    first = dialog.preview.picture.pixmap().toImage()
    assert first.width() > 300
    dialog.preview.slider.setFocus()
    qtbot.keyClick(dialog.preview.slider, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: dialog.preview.moment.text().startswith("Frame 60 of 60, at "), timeout=60000)
    assert dialog.preview.picture.pixmap().toImage() != first
    folder = dialog.preview._folder
    dialog.close()
    assert not folder.exists()


def test_the_copied_command_makes_the_same_file(window: MainWindow, qtbot: Any, until: Any, tmp_path: Path) -> None:
    """The exact bytes that the dialog's own export writes."""
    real(window, until)
    dialog = opened(window)
    write(qtbot, dialog.file, str(tmp_path / "a film.gif"))
    dialog.kind.setCurrentIndex(2)
    write(qtbot, dialog.size_box, "320 x 180")
    write(qtbot, dialog.length, "0.3")
    write(qtbot, dialog.turn, "45")
    QApplication.clipboard().clear()
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    until(lambda: QApplication.clipboard().text().startswith("spinviz export"))
    words = shlex.split(QApplication.clipboard().text())
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Exported" in window.messages.text, timeout=60000)
    wanted = (tmp_path / "a film.gif").read_bytes()
    (tmp_path / "a film.gif").unlink()
    subprocess.run([sys.executable, "-m", *words], check=True, timeout=120)
    assert (tmp_path / "a film.gif").read_bytes() == wanted
    assert (tmp_path / "a film.gif.spinviz").is_file()
