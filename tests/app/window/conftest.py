"""What parts of the window are given in their tests: no MainWindow, and a picture without OpenGL."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow

from spinviz.app.run.controller import Controller
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
