"""What parts of the window are given in their tests: no MainWindow, and a picture without OpenGL."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app.window.user import step
from PySide6.QtWidgets import QApplication, QMainWindow

from spinviz.app.run.controller import Controller
from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.run.settings import SettingsStore
from spinviz.app.window import theme as dress
from spinviz.app.window.main_window import MainWindow
from spinviz.app.window.message_bar import MessageBar
from spinviz.app.window.parts import Parts
from spinviz.app.window.theme import ThemeSwitch
from spinviz.model.theme import THEMES
from spinviz.view.probe import Probe


@pytest.fixture
def bare(qtbot: Any) -> QMainWindow:
    """A window with nothing in it."""
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def themes(bare: QMainWindow, controller: Controller) -> Iterator[ThemeSwitch]:
    yield ThemeSwitch(THEMES["dark"], controller.remember_theme, bare)
    QApplication.instance().setStyleSheet("")


@pytest.fixture
def parts(bare: QMainWindow, controller: Controller, themes: ThemeSwitch) -> Parts:
    made = Parts.made(themes.current, controller.settings, Probe(failure="not wanted"), controller.worker.shown)
    bare.setCentralWidget(made.picture)
    return made


@pytest.fixture
def messages(parts: Parts) -> MessageBar:
    return parts.picture.messages


@pytest.fixture
def window(qtbot: Any, tmp_path: Path, only_toys: None) -> Iterator[MainWindow]:
    """A window on the running toy, after its first painted frame."""
    dress.load_fonts()
    made = MainWindow(SettingsStore(tmp_path / "settings.ini"))
    made.picture.animate = False
    qtbot.addWidget(made)
    assert made.picture.view is not None
    made.controller.start(open_choice(Choice("toy", "plain")))
    with qtbot.waitSignal(made.controller.frame, timeout=20000):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: step(made) > 2, timeout=20000)
    yield made
    made.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "simulation"]
    QApplication.instance().setStyleSheet("")
