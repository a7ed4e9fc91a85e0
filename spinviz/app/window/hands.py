"""Who gets a key: the control that needs it, a text being typed, or else the commands; and the way back to the view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QWidget,
)

from spinviz.panels.parts import Segment

SIDEWAYS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})
ENDS = frozenset({Qt.Key.Key_Home, Qt.Key.Key_End})
KEYS_OF_CONTROLS: tuple[tuple[type[QWidget], frozenset[Qt.Key]], ...] = (
    (QAbstractSlider, SIDEWAYS | ENDS),
    (QAbstractItemView, SIDEWAYS | ENDS),
    (Segment, SIDEWAYS),
)
"""Keys of commands that a control needs itself once Tab has gone to it: those that move in it. Space is nobody's."""
KEYS_HELP = (
    ("Run or pause, wherever no text is being typed", "Space"),
    ("Go from control to control", "Tab, Shift+Tab"),
    ("Press a button, open a list", "Enter"),
    ("Move in the slider, choice or list that Tab has reached", "Arrows, Home, End"),
    ("Take a value and go back to the picture", "Enter"),
    ("Move the brush, paint with it", "Arrows, Enter"),
    ("Change the radius of the brush, zoom meanwhile", "Wheel, Ctrl+Wheel"),
    ("Give up a value, leave a control, put the brush down, leave the full screen", "Esc"),
)
"""What the list of keys says about controls: the rule that this file keeps."""
ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


def keeps_key(widget: QWidget | None, event: QKeyEvent) -> bool:
    """Whether ``widget`` should get the key although it is a command's."""
    if event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier:
        return False
    return any(isinstance(widget, kind) and event.key() in keys for kind, keys in KEYS_OF_CONTROLS)


def is_override(event: QEvent) -> bool:
    """Whether ``event`` asks if a key belongs to the focused control, and it does."""
    return (
        event.type() == QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and keeps_key(QApplication.focusWidget(), event)
    )


def text_of(widget: QObject | None) -> QLineEdit | None:
    """Return the line of text that ``widget`` is, or None."""
    if isinstance(widget, QAbstractSpinBox):
        return widget.lineEdit()
    return widget if isinstance(widget, QLineEdit) else None


class Hands(QObject):
    """Lets text fields and controls have their own keys in ``window``; all others are those of the commands.

    Controls take the focus by Tab only: a click on them gives it to ``view``, which stands in for the window. ``leave``
    is what Esc means beyond that.
    """

    def __init__(self, window: QMainWindow, view: QWidget, leave: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._view, self._leave = window, view, leave
        self._control: QWidget | None = None
        window.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        window.setFocusProxy(view)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._watch)

    def give_back(self) -> None:
        """Give the view the keys."""
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def give_back_unless_typing(self) -> None:
        """Give the view the keys, but not those of a text that is being typed."""
        text = text_of(self._window.focusWidget())
        if text is None or not text.isModified():
            self.give_back()

    def take(self, event: QKeyEvent) -> bool:
        """Do what Enter and Esc mean where no control wanted them; return whether it was one of them."""
        if event.key() == Qt.Key.Key_Escape:
            if text_of(self._window.focusWidget()) is None:
                self._leave()
            self.give_back()
            return True
        if event.key() not in ENTER:
            return False
        control = self._window.focusWidget()
        if isinstance(control, QComboBox):
            control.showPopup()
        elif isinstance(control, QAbstractButton):
            control.click()
            if not control.isVisible():
                self.give_back()
        else:
            self.give_back()
        return True

    def _watch(self, old: QWidget | None, new: QWidget | None) -> None:
        """Watch the control that has the focus: a filter of the application would see every event there is."""
        if self._control is not None and self._control is old:
            self._control.removeEventFilter(self)
        own = new is not None and new is not self._view and new.window() is self._window
        self._control = new if own else None
        if self._control is not None:
            self._control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave Space and undo to the commands as long as nothing was typed into a field; Esc is never a menu bar's."""
        if not isinstance(event, QKeyEvent):
            return False
        text = text_of(watched)
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape and text is None:
            return self.take(event)
        if event.type() != QEvent.Type.ShortcutOverride or text is None or text.isModified():
            return False
        if _is_of_commands(event):
            event.ignore()
            return True
        return False


def _is_of_commands(event: QKeyEvent) -> bool:
    plain = event.key() == Qt.Key.Key_Space and not event.modifiers()
    return plain or event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)
