"""What tests do to a window on the toy: read its step, pause it, drop files on it."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from spinviz.app.window.main_window import MainWindow


def step(window: MainWindow) -> int:
    frame = window.controller.last_frame
    return -1 if frame is None else frame.step


def drop(window: MainWindow, *paths: Path) -> None:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    drop_content(window, content)


def drop_content(window: MainWindow, content: QMimeData) -> None:
    copy, left, plain = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # Qt gives a drop to whom it gave the enter before.
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(100, 100), copy, content, left, plain))
    QApplication.sendEvent(window, QDropEvent(QPointF(100, 100), copy, content, left, plain))


def pause(window: MainWindow, until: Any) -> int:
    window.controller.set_running(False)
    until(lambda: not window.controller.last_frame.running)
    return step(window)
