"""The picture drawn in software while its window goes away."""

from types import SimpleNamespace
from typing import Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from spinviz.model.theme import DARK
from spinviz.view.painted import BySoftware


def test_a_window_may_close_while_its_picture_is_fetched(qtbot: QtBot) -> None:
    """Quitting logged "'NoneType' object has no attribute 'message'"."""
    told: list[str] = []
    complaints: list[Exception] = []
    scene: Any = SimpleNamespace(tell=told.append, complain=complaints.append)
    view = QWidget()
    qtbot.addWidget(view)
    software = BySoftware(view, scene, DARK, 10**6, 1)

    class Closing:
        message = "drawn"
        closed = False

        def fetch(self) -> None:
            software.release()

        def finish(self, texts: object, ratio: float) -> QImage:
            return QImage(4, 4, QImage.Format.Format_RGB32)

        def close(self) -> None:
            self.closed = True

    offscreen: Any = Closing()
    software._offscreen = offscreen
    software._fetch()
    software._fetch()
    assert offscreen.closed
    assert (told, complaints) == (["drawn"], [])
