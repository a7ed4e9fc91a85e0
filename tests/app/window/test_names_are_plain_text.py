"""Names of files are what they are: no mark-up in a label, a tooltip or a message, and bytes that are no Unicode."""

import html
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app.window.user import drop, drop_content
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from spinviz.app.run import openings
from spinviz.app.run.faults import Faults
from spinviz.app.run.settings import SettingsStore
from spinviz.app.window.main_window import MainWindow
from spinviz.files.log import log_path, logged
from spinviz.files.pulseq.read import write_pulseq
from spinviz.panels.file_row import FileRow
from spinviz.panels.notes import Notes
from spinviz.systems.resonance.pulseq.small_sequences import small_sequence
from spinviz.systems.resonance.pulseq.system import Pulseq

MARKED = "<img src='x'> <b>bold<b> &amp; a"
NOT_UNICODE = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")


@pytest.fixture
def named(window: MainWindow, qtbot: Any, until: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A window on a sequence whose name is full of marks."""
    monkeypatch.setattr(openings, "systems", lambda: {"pulseq": Pulseq()})
    until(lambda: bool(window.controller.systems))
    window.controller.systems = {"pulseq": Pulseq()}
    Pulseq().received(Pulseq().Parameters.of(isochromats=4))  # compiles, for which no test waits
    path = tmp_path / f"{MARKED}.seq"
    write_pulseq(path, small_sequence("spin_echo"))
    with qtbot.waitSignal(window.controller.opened, timeout=30000):
        drop(window, path)
    return path


def texts_that_qt_could_dress(root: QWidget) -> Iterator[tuple[str, str]]:
    """Every text that Qt would take as mark-up, and where it is."""
    for widget in [root, *root.findChildren(QWidget)]:
        kind = type(widget).__name__
        if isinstance(widget, QLabel) and not widget.objectName().startswith("qt_"):
            if widget.textFormat() == Qt.TextFormat.AutoText and GuiQt.mightBeRichText(widget.text()):
                yield f"{kind} that guesses", widget.text()
            if widget.textFormat() == Qt.TextFormat.RichText:
                yield kind, widget.text()
        if GuiQt.mightBeRichText(widget.toolTip()):
            yield f"tooltip of {kind}", widget.toolTip()


def check_plain(root: QWidget) -> None:
    for where, text in texts_that_qt_could_dress(root):
        if not text:
            continue
        assert "guesses" not in where, text
        assert where == "Notes" or where.startswith("tooltip"), (where, text)
        for mark in ("<img", "<b>", "&amp; a"):
            assert mark not in text, (where, text)


def test_a_marked_name_is_written_letter_by_letter(
    window: MainWindow, qtbot: Any, until: Any, named: Path, tmp_path: Path
) -> None:
    rows = [row for row in window.findChildren(FileRow) if row.q.name == "input"]
    until(lambda: rows[0].path.text() == str(named))
    check_plain(window)
    assert window.corners.session.text().startswith(named.name)
    assert html.escape(named.name) in rows[0].path.toolTip()
    window.recent.fill()
    assert window.recent.actions()[0].text() == named.name.replace("&", "&&")
    assert html.escape(named.name) in window.recent.actions()[0].toolTip()
    named.with_suffix(".spinviz").write_text("[]")
    drop(window, named.with_suffix(".spinviz"))
    until(lambda: named.stem in window.messages.text)
    check_plain(window)
    window.messages.dismiss()
    window.popups.show_keys()
    window.popups.show_settings()
    window.files.ask_export()
    dialogs = window.findChildren(QDialog)
    assert len(dialogs) >= 3
    for dialog in dialogs:
        check_plain(dialog)
        dialog.close()


def test_notes_escape_what_a_preset_says(qtbot: Any) -> None:
    notes = Notes()
    qtbot.addWidget(notes)
    notes.set_notes(MARKED)
    check_plain(notes)
    assert html.escape(MARKED) in notes.text()


@NOT_UNICODE
def test_a_name_that_is_no_unicode_opens_saves_and_is_remembered(
    window: MainWindow, qtbot: Any, until: Any, tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(b"\xff<img>.spinviz")
    with qtbot.waitSignal(window.controller.written, timeout=15000):
        window.controller.save(path)
    assert path.exists()
    assert window.controller.path == path
    assert window.windowTitle() == "�<img>[*] – spinviz"
    assert window.messages.text == f"Saved {tmp_path}/�<img>.spinviz"
    assert window.controller.store.recent() == [path]
    assert SettingsStore(window.controller.store.path).recent() == [path]
    window.recent.fill()
    assert window.recent.actions()[0].text() == "�<img>.spinviz"
    with qtbot.waitSignal(window.controller.opened, timeout=15000):
        window.recent.actions()[0].trigger()
    assert window.controller.path == path
    check_plain(window)


@NOT_UNICODE
def test_a_name_that_is_no_unicode_is_dropped(
    window: MainWindow, qtbot: Any, named: Path, until: Any, tmp_path: Path
) -> None:
    path = tmp_path / os.fsdecode(b"\xff.seq")
    named.rename(path)
    content = QMimeData()
    content.setUrls([QUrl.fromEncoded(f"file://{tmp_path}/%FF.seq".encode())])
    with qtbot.waitSignal(window.controller.opened, timeout=30000):
        drop_content(window, content)
    assert window.controller.parameters.input == str(path.resolve())
    (row,) = [row for row in window.findChildren(FileRow) if row.q.name == "input"]
    until(lambda: row.path.text().endswith("/�.seq"))
    check_plain(window)


def test_an_unexpected_error_is_told_whatever_it_holds(tmp_path: Path) -> None:
    class Unspeakable(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    told: list[str] = []
    faults = Faults(lambda line, details: told.append(line))
    with logged(lambda line: None):
        sys.excepthook(Unspeakable, Unspeakable(), None)
        sys.excepthook(ValueError, ValueError("\udcff"), None)
    faults.leave()
    assert len(told) == 2
    assert "Unspeakable" in told[0]
    assert "\\udcff" in log_path().read_text(encoding="utf-8")


def test_an_error_while_an_error_is_told_goes_to_the_log(tmp_path: Path) -> None:
    def tell(line: str, details: str) -> None:
        raise RuntimeError("the window is gone")

    faults = Faults(tell)
    with logged(lambda line: None):
        sys.excepthook(ValueError, ValueError("first"), None)
    faults.leave()
    written = log_path().read_text(encoding="utf-8")
    assert "first" in written
    assert "the window is gone" in written
    assert logging.getLogger("spinviz").handlers == []
