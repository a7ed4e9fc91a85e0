"""Filling the screen with the window, without its menu bar; the keys of the menus go on working."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow


class FullScreen(QObject):
    """The way there and back. Signal: ``changed``."""

    changed = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window

    def is_on(self) -> bool:
        """Whether the window fills the screen."""
        return self._window.isFullScreen()

    def toggle(self) -> None:
        """Fill the screen, or leave it."""
        if self.is_on():
            self.leave()
        else:
            self._window.menuBar().hide()
            self._window.showFullScreen()
            self.changed.emit()

    def leave(self) -> None:
        """Leave the full screen, if it is on."""
        if not self.is_on():
            return
        self._window.menuBar().show()
        self._window.showNormal()
        self.changed.emit()
