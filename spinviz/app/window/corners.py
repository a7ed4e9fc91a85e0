"""The corners of the menu bar: the wordmark, the name of the session, and a button for all commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenuBar, QToolButton, QWidget

from spinviz.app.window.dialogs import shown
from spinviz.files.errors import printable


class Corners:
    """Fills them; the button calls ``show_commands``."""

    def __init__(self, bar: QMenuBar, show_commands: Callable[[], None]) -> None:
        self._bar = bar
        mark = QLabel("spinviz", bar)
        mark.setTextFormat(Qt.TextFormat.PlainText)
        mark.setObjectName("wordmark")
        bar.setCornerWidget(mark, Qt.Corner.TopLeftCorner)
        self._right = QWidget(bar)
        row = QHBoxLayout(self._right)
        row.setContentsMargins(0, 0, 10, 0)
        row.setSpacing(10)
        self.session = QLabel(self._right)
        self.session.setTextFormat(Qt.TextFormat.PlainText)
        self.session.setObjectName("sessionName")
        self.session.setAccessibleName("Session")
        row.addWidget(self.session)
        row.addWidget(_button(self._right, show_commands))
        bar.setCornerWidget(self._right, Qt.Corner.TopRightCorner)

    def show_title(self, title: str, modified: bool) -> None:
        """Name what is open."""
        self.session.setText(printable(f"{title} – unsaved ●" if modified else title))
        self.fit()

    def fit(self) -> None:
        """Take the room that the words need: the menu bar gives a corner its room only when the corner is set."""
        self._right.setFixedWidth(self._right.sizeHint().width())
        self._bar.setCornerWidget(self._right, Qt.Corner.TopRightCorner)
        self._right.show()


def _button(parent: QWidget, call: Callable[[], None]) -> QToolButton:
    button = QToolButton(parent)
    button.setText("Commands")
    button.setProperty("look", "flat")
    button.setToolTip(f"All commands ({shown('Ctrl+Shift+P')})")
    button.setAccessibleName("Commands")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(call)
    return button
