"""The field that shows and takes one number with its unit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QShowEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from spinviz.model.parameters import Quantity
from spinviz.model.units import show
from spinviz.panels.parts import repolish
from spinviz.panels.scales import stepped

DIGITS = 5


class NumberField(QAbstractSpinBox):
    """Accepts "12 ms", "3 T", "0.5"; Enter takes it, Escape gives up, both are told on to the window, which ends the
    typing when the text was taken; arrows and (focused) wheel step.

    Signals: ``entered(str)`` a text to be read and checked; ``stepped(object)`` a number; ``left()`` focus went away.
    """

    entered = Signal(str)
    stepped = Signal(object)
    left = Signal()

    def __init__(self, q: Quantity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._q = q
        self._value: float | int = q.value
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.lineEdit().textEdited.connect(self._typing)
        self.show_value(q.value)

    def show_value(self, value: float | int) -> None:
        """Show ``value`` as valid."""
        self._value = value
        self.lineEdit().setText(show(float(value), self._q.unit, DIGITS))
        self.lineEdit().setModified(False)
        self.mark(False)

    def mark(self, invalid: bool) -> None:
        """Mark the text as impossible, or not."""
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            repolish(self)

    def is_being_edited(self) -> bool:
        """Whether there is text that was not taken yet."""
        return self.hasFocus() and self.lineEdit().isModified()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Up and down always; limits are kept by clipping."""
        return QAbstractSpinBox.StepEnabledFlag.StepUpEnabled | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled

    def stepBy(self, steps: int) -> None:
        """Go to the next round number."""
        value = stepped(self._q, self._value, steps)
        if value != self._value:
            self.show_value(value)
            self.stepped.emit(value)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed; it is checked when it is entered."""
        return QValidator.State.Acceptable, text, position

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes the text, Escape brings back the value; a text that is impossible stays to be mended."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.take()
            self.selectAll()
            event.setAccepted(self.lineEdit().isModified())
        elif event.key() == Qt.Key.Key_Escape:
            self.show_value(self._value)
            self.left.emit()
            event.ignore()
        else:
            super().keyPressEvent(event)

    def take(self) -> None:
        """Offer the text if it was changed."""
        if self.lineEdit().isModified():
            self.entered.emit(self.lineEdit().text())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select everything: typing replaces."""
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the text; what is impossible goes back to the last value."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        self.take()
        if self.lineEdit().isModified():
            self.show_value(self._value)
        self.left.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only when focused: otherwise the panel scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the text the whole field."""
        super().resizeEvent(event)
        self._place_text()

    def changeEvent(self, event: QEvent) -> None:
        """Give the text the whole field again after a style change."""
        super().changeEvent(event)
        self._place_text()

    def showEvent(self, event: QShowEvent) -> None:
        """Give the text the whole field."""
        super().showEvent(event)
        self._place_text()

    def _place_text(self) -> None:
        # A style sheet without buttons makes Qt compute an edit field one pixel wide.
        self.lineEdit().setGeometry(self.rect().adjusted(1, 1, -3, -1))

    def _typing(self) -> None:
        self.mark(False)
