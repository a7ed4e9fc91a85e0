"""Files dragged over the window: a sign says what a drop will do, or why it does nothing; they are never moved."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QWidget

from spinviz.files.errors import printable
from spinviz.model.file_names import URI, of_text
from spinviz.panels.parts import repolish

NAMED = 3
"""Files whose names the sign shows."""


class Drops(QObject):
    """Takes the drags of a window and calls ``opened(paths)`` for a drop.

    ``refusal`` says why a file cannot be opened; empty: it can. ``purpose`` says as what files are opened.
    """

    def __init__(
        self,
        window: QWidget,
        opened: Callable[[list[Path]], None],
        refusal: Callable[[Path], str] = lambda path: "",
        purpose: Callable[[list[Path]], str] = lambda paths: "",
    ) -> None:
        super().__init__(window)
        self._window, self._opened, self._refusal, self._purpose = window, opened, refusal, purpose
        self._refused = False
        self.sign = QLabel(window)
        self.sign.setTextFormat(Qt.TextFormat.PlainText)
        self.sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sign.setProperty("look", "drop")
        self.sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.sign.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the sign while files hover, take those that are dropped."""
        if watched is not self._window:
            return False
        if isinstance(event, QDragEnterEvent):
            return self._entered(event)
        if event.type() == QEvent.Type.DragLeave:
            self.sign.hide()
            return True
        if event.type() == QEvent.Type.DragMove:
            assert isinstance(event, QDropEvent)
            return self._answered(event)
        if isinstance(event, QDropEvent):
            self.sign.hide()
            paths = files_of(event)
            if paths:
                self._copied(event)
                self._opened(paths)
            return True
        return False

    def _entered(self, event: QDragEnterEvent) -> bool:
        paths = files_of(event)
        if not paths:
            event.ignore()
            return True
        refusal = self._refusal(paths[0])
        self._refused = bool(refusal)
        self.sign.setText(printable(refusal) or words(paths, self._purpose(paths)))
        self.sign.setProperty("look", "refusal" if refusal else "drop")
        repolish(self.sign)
        self.sign.adjustSize()
        self.sign.resize(self.sign.width() + 60, self.sign.height() + 40)
        self.sign.move(
            (self._window.width() - self.sign.width()) // 2, (self._window.height() - self.sign.height()) // 2
        )
        self.sign.show()
        self.sign.raise_()
        return self._answered(event)

    def _answered(self, event: QDropEvent) -> bool:
        if not self._refused:
            return self._copied(event)
        event.ignore()
        return True

    @staticmethod
    def _copied(event: QDropEvent) -> bool:
        """Whoever drags must not think that the file was moved, and delete it."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return True


def files_of(event: QDropEvent) -> list[Path]:
    """The files that are dragged."""
    return [_local(url) for url in event.mimeData().urls() if url.isLocalFile()]


def _local(url: QUrl) -> Path:
    """The file of a URL; Qt itself reads only names that are Unicode."""
    if os.name == "posix":
        return Path(of_text(URI + url.path(QUrl.ComponentFormattingOption.FullyEncoded)))
    return Path(url.toLocalFile())


def words(paths: list[Path], purpose: str = "") -> str:
    """What a drop of these files will do, and as what they are opened."""
    names = [short(path) for path in paths[:NAMED]]
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return printable(f"Drop to open {', '.join(names)}{more} {purpose}".rstrip())


def short(path: Path) -> str:
    """The name of a file, not too long for the sign."""
    return path.name if len(path.name) <= 60 else f"{path.name[:40]}…{path.name[-16:]}"
