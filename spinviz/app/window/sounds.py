"""Hearing the signal: played by what the machine has for sound, or saved as a WAV file."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess
from PySide6.QtWidgets import QFileDialog, QWidget

from spinviz.app.run.controller import Controller
from spinviz.app.window.message_bar import MessageBar
from spinviz.export.sound import SoundError, save_sound, sound_of
from spinviz.files.atomic import temporary_prefix
from spinviz.files.errors import FileError

PLAYERS = ("afplay", "pw-play", "paplay", "aplay")
"""Programs of macOS and of Linux's sound systems that play a WAV file given as their only argument."""


class SoundActions(QObject):
    """Plays and saves what a receiver would hear. Every outcome is a line in the window."""

    def __init__(self, parent: QWidget, controller: Controller, messages: MessageBar) -> None:
        super().__init__(parent)
        self._parent, self._controller, self._messages = parent, controller, messages
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: QProcess | None = None

    def play(self) -> None:
        """Play the signal recorded so far; a sound that still plays ends."""
        play = player(self._start)
        if play is None:
            self._messages.say(
                f"No program that plays sound was found: install one of {', '.join(PLAYERS[1:])}, "
                "or save the signal as sound and open it elsewhere",
                "warning",
            )
            return
        self.close()
        self._folder = tempfile.TemporaryDirectory(prefix=temporary_prefix("sound"), ignore_cleanup_errors=True)
        path = Path(self._folder.name) / "signal.wav"
        if self._write(path):
            play(path)
            self._messages.say("Playing the signal", "info", stays=False)

    def ask_save(self) -> None:
        """Ask for a name and save the signal recorded so far."""
        name, _ = QFileDialog.getSaveFileName(self._parent, "Save signal as sound", "signal.wav", "Sound (*.wav)")
        if name:
            path = Path(name) if Path(name).suffix else Path(f"{name}.wav")
            if self._write(path):
                self._messages.say(f"Saved {path}", "info", stays=False)

    def close(self) -> None:
        """End what plays and remove what it needed."""
        if self._process is not None:
            self._process.kill()
            self._process.waitForFinished(1000)
            self._process.deleteLater()
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _write(self, path: Path) -> bool:
        frame, system = self._controller.last_frame, self._controller.system
        try:
            if frame is None or system is None:
                raise SoundError("there is no signal yet: open a system first")
            save_sound(path, sound_of(system, frame.history))
        except (SoundError, FileError) as error:
            self._messages.say(str(error), "warning")
            return False
        return True

    def _start(self, program: str, path: Path) -> None:
        self._process = QProcess(self)
        self._process.start(program, [str(path)])


def player(start: Callable[[str, Path], None]) -> Callable[[Path], None] | None:
    """Return what plays a WAV file here: Windows itself, or a program that ``start`` runs; None where there is none."""
    if sys.platform == "win32":
        import winsound

        return lambda path: winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC)
    for name in PLAYERS:
        program = shutil.which(name)
        if program:
            return lambda path, program=program: start(program, path)  # type: ignore[misc]
    return None
