"""Playing the signal: by a program of the machine, or a line that says what is missing."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from toy import Toy

from spinviz.app.run.controller import Controller
from spinviz.app.window import sounds
from spinviz.app.window.message_bar import MessageBar
from spinviz.app.window.sounds import SoundActions
from spinviz.model.plots import Spectrum


@pytest.fixture
def actions(qtbot: Any, controller: Controller, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundActions]:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = SoundActions(parent, controller, MessageBar(parent))
    monkeypatch.setattr(Toy, "plots", (Spectrum("spectrum", "Spectrum", "mean", ""),))
    yield made
    made.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays sounds itself")
def test_a_program_plays_the_signal_and_ends_with_the_window(
    actions: SoundActions, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "aplay"
    program.write_text(f'#!/bin/sh\ncp "$1" {tmp_path}/heard.part && mv {tmp_path}/heard.part {tmp_path}/heard.wav\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(sounds, "PLAYERS", ("aplay",))
    until(lambda: actions._controller.last_frame.step > 2)
    actions.play()
    until(lambda: (tmp_path / "heard.wav").exists())
    assert (tmp_path / "heard.wav").read_bytes()[:4] == b"RIFF"
    folder = actions._folder.name
    actions.close()
    assert not os.path.exists(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays sounds itself")
def test_without_a_program_the_remedy_is_told(actions: SoundActions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    actions.play()
    assert "install one of pw-play" in actions._messages.text
    assert actions._folder is None


def test_saved_with_its_ending_or_told_why_not(
    actions: SoundActions, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: actions._controller.last_frame.step > 2)
    monkeypatch.setattr(sounds.QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "fid"), ""))
    actions.ask_save()
    assert (tmp_path / "fid.wav").read_bytes()[8:12] == b"WAVE"
    monkeypatch.setattr(Toy, "plots", ())
    actions.ask_save()
    assert "no signal to hear" in actions._messages.text
