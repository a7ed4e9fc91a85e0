"""A message over the foot of the picture for what went wrong or is going on: it never blocks and can be copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QTextOption
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from spinviz.files.errors import printable
from spinviz.panels.parts import repolish

Severity = Literal["info", "warning", "error"]
MARKS: dict[Severity, tuple[str, str]] = {
    "info": ("Note", "accent"),
    "warning": ("Warning", "warning"),
    "error": ("Problem", "bad"),
}
"""Word and colour role: colour alone never tells."""
SHORT_LIVED = 6000
WIDEST, GAP = 720, 12
LINES = 6


class Words(QTextEdit):
    """A message as lines that break anywhere, as paths need it; more than `LINES` of them scroll."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._needed = 0
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("QTextEdit { background: transparent; border: none; padding: 0; min-height: 0; }")
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)

    def sizeHint(self) -> QSize:
        """Room for all of it on one line, as high as its lines are now."""
        return QSize(self.fontMetrics().horizontalAdvance(self.toPlainText()) + 12, self._needed)

    def minimumSizeHint(self) -> QSize:
        """Some letters."""
        return QSize(40, self._needed)

    def show_line(self, text: str) -> None:
        """Show ``text``."""
        self.setPlainText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def fit(self) -> None:
        """Become as high as the lines that the width needs."""
        line = self.fontMetrics().lineSpacing()
        self.document().setTextWidth(self.width())
        needed = round(self.document().size().height())
        more = needed > LINES * line + 1
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if more else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        # A fixed height would be lost when a style sheet is applied.
        self._needed = min(needed, LINES * line) + 1
        self.updateGeometry()


class MessageBar(QWidget):
    """Shows one message; a newer one replaces it. Hidden when there is nothing to say.

    It lies over its parent instead of in a layout, so that the picture does not jump: `place` puts it there.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.severity: Severity = "info"
        self.text = ""
        self._bottom = 0
        self._next: tuple[str, Severity, str] | None = None
        self._mark, self._line = QLabel(self), Words(self)
        self._mark.setTextFormat(Qt.TextFormat.PlainText)
        self._mark.setObjectName("messageMark")
        self._progress = QProgressBar(self)
        self._progress.setMaximumWidth(160)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("Progress")
        self._buttons: list[QPushButton] = []
        self._more = self._tool("Details", "Show the whole message", self._toggle_details)
        self._copy = self._tool("Copy", "Copy the message", self.copy)
        self._close = self._tool("✕", "Close the message", self.dismiss)
        self._details = QPlainTextEdit(self)
        self._details.setReadOnly(True)
        self._details.setAccessibleName("Whole message")
        self._details.hide()
        self._row = QHBoxLayout()
        self._row.setContentsMargins(14, 5, 8, 5)
        self._row.setSpacing(10)
        self._row.addWidget(self._mark)
        self._row.addWidget(self._line, 1)
        for widget in (self._progress, self._more, self._copy, self._close):
            self._row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._row)
        column.addWidget(self._details)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self.hide()

    def say(
        self,
        text: str,
        severity: Severity = "error",
        *,
        details: str = "",
        actions: tuple[tuple[str, Callable[[], None]], ...] = (),
        progress: float | None = None,
        stays: bool = True,
    ) -> None:
        """Show ``text``, whole. ``actions`` become buttons; ``progress`` < 0 is of unknown length."""
        self.text, self.severity = printable(" ".join(text.split())), severity
        word, _ = MARKS[severity]
        self._mark.setText(word)
        self.setProperty("severity", severity)
        repolish(self)
        repolish(self._mark)
        self._line.show_line(self.text)
        self._details.setPlainText(details or text)
        self._details.hide()
        self._set_buttons(actions)
        self._progress.setVisible(progress is not None)
        if progress is not None:
            self._progress.setRange(0, 0 if progress < 0 else 100)
            self._progress.setValue(round(100 * progress))
        self._copy.setVisible(severity != "info")
        self._more.setVisible(severity != "info" and (bool(details) and details != text))
        self.show()
        self.place()
        self.raise_()
        self._timer.stop()
        if not stays:
            self._timer.start(SHORT_LIVED)

    def say_next(self, text: str, severity: Severity, *, details: str = "") -> None:
        """Show ``text`` as soon as nothing else is shown: a message that asks something is not taken away."""
        self._next = (text, severity, details)
        if not self.text:
            self._say_next()

    def _say_next(self) -> None:
        if self._next is not None:
            (text, severity, details), self._next = self._next, None
            self.say(text, severity, details=details)

    @property
    def is_progress(self) -> bool:
        """Whether work under way is shown."""
        return bool(self.text) and not self._progress.isHidden()

    def place(self, bottom: int | None = None) -> None:
        """Lie in the middle above ``bottom`` (pixels from the top of the parent), or where it was."""
        if bottom is not None:
            self._bottom = bottom
        parent = self.parentWidget()
        if parent is None:
            return
        if column := self.layout():
            column.activate()
        width = WIDEST if self._details.isVisible() else min(WIDEST, self.sizeHint().width())
        width = min(width, parent.width() - 2 * GAP)
        self._fit(width)
        self.move((parent.width() - width) // 2, max(self._bottom - self.height() - GAP, 0))

    def _fit(self, width: int) -> None:
        """Become so wide, and as high as the message then needs."""
        self.resize(width, self.height())
        if column := self.layout():
            column.invalidate()
            column.activate()
            self._line.fit()
            column.activate()
        self.resize(width, self.sizeHint().height())

    def copy(self) -> None:
        """Put the whole message on the clipboard."""
        QGuiApplication.clipboard().setText(self._details.toPlainText())

    def dismiss(self) -> None:
        """Take the message away."""
        self.text = ""
        self._timer.stop()
        self.hide()
        self._say_next()

    def _tool(self, text: str, name: str, call: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.clicked.connect(call)
        return button

    def _set_buttons(self, actions: tuple[tuple[str, Callable[[], None]], ...]) -> None:
        if self.is_progress and [title for title, _ in actions] == [button.text() for button in self._buttons]:
            return  # progress goes on: a button that is just being pressed stays
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        for n, (title, call) in enumerate(actions):
            button = QPushButton(title, self)
            button.setAccessibleName(title)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(call)
            self._row.insertWidget(2 + n, button)
            button.show()  # a layout leaves no room for what is hidden
            self._buttons.append(button)

    def _toggle_details(self) -> None:
        self._details.setVisible(not self._details.isVisible())
        self._details.setFixedHeight(self._details.fontMetrics().lineSpacing() * LINES + 12)
        self.place()
