"""The row of a parameter that names a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QSizePolicy, QToolButton, QWidget

from spinviz.files.errors import FileError, printable
from spinviz.files.ovf.series import DIVIDER, text_of
from spinviz.model.parameters import Quantity
from spinviz.model.theme import Theme
from spinviz.panels.rows import Row, tooltip
from spinviz.panels.style import icon
from spinviz.panels.texts import tip


class PathField(QLineEdit):
    """A path; Escape brings back the one that was there, and is told on to the window."""

    shown = ""

    def show_path(self, path: str) -> None:
        """Show ``path`` as the one that holds."""
        self.shown = path
        self.setText(path)
        self.setModified(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up what was typed."""
        if event.key() == Qt.Key.Key_Escape:
            self.show_path(self.shown)
            event.ignore()
        else:
            super().keyPressEvent(event)


def _together(names: list[str]) -> str:
    """One text for all; what no text can name is refused when it is opened."""
    try:
        return text_of(names)
    except FileError:
        return DIVIDER.join(names)


class FileRow(Row):
    """A path and a button that browses."""

    def __init__(self, q: Quantity, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(q, theme, parent)
        self.path = PathField()
        self.path.setPlaceholderText(f"none ({', '.join(q.suffixes)})")
        self.browse = QToolButton()
        self.browse.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.browse.setToolTip("Choose a file")
        self.browse.setAccessibleName(f"Choose a file for {q.title}")
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.path, 1)
        line.addWidget(self.browse)
        self._grid.addLayout(line, 1, 0)
        self._name(self.path)
        self.path.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.path.editingFinished.connect(self._entered)
        self.browse.clicked.connect(self._browse)
        self.browse.setIcon(icon("open", theme))

    def set_theme(self, theme: Theme) -> None:
        """Take the theme."""
        super().set_theme(theme)
        if hasattr(self, "browse"):
            self.browse.setIcon(icon("open", theme))

    def controls(self) -> tuple[QWidget, ...]:
        """Path and button."""
        return self.path, self.browse

    def display(self, value: Any) -> None:
        """Show the path; all of it in the tooltip."""
        self.path.show_path(printable(str(value)))
        self.path.setToolTip(tip(str(value) or tooltip(self.q)))

    def _entered(self) -> None:
        if self.path.isModified():
            self.path.setModified(False)
            self.typed.emit(self.path.text().strip())

    def _browse(self) -> None:
        start = str(Path(self.path.text()).parent) if self.path.text() else ""
        pattern = " ".join(f"*{suffix}" for suffix in self.q.suffixes) or "*"
        asked = (self, f"Open: {self.q.title}", start, f"Files ({pattern});;All (*)")
        if self.q.many:
            names, _ = QFileDialog.getOpenFileNames(*asked)
            if names:
                self.typed.emit(_together(names))
            return
        name, _ = QFileDialog.getOpenFileName(*asked)
        if name:
            self.typed.emit(name)
