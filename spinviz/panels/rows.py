"""One parameter in the form: title, symbol, control, slider, reset, message."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from spinviz.model.parameters import Quantity
from spinviz.model.symbols import plain_text
from spinviz.model.theme import Theme
from spinviz.panels import scales
from spinviz.panels.fields import NumberField
from spinviz.panels.parts import ElidedLabel, QuietCombo, QuietSlider, Segments, SymbolLabel, Toggle
from spinviz.panels.style import icon, text_px
from spinviz.panels.texts import tip

DRAG_INTERVAL = 16
"""Milliseconds between two edits while a slider is dragged."""
SEGMENTS = 3
"""More choices than this become a combo box."""
LETTERS = 26
"""More letters than this in all choices have no room beside each other."""
BESIDE = 12
"""Letters of the longest word with which a combo box stands beside its title, not below it."""


class Row(QWidget):
    """A parameter. ``changed(value, final)``: a new value, not final while a slider is dragged; ``typed(text)``."""

    changed = Signal(object, bool)
    typed = Signal(str)

    def __init__(self, q: Quantity, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.q = q
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(2)
        self._title = ElidedLabel(_headed(q.title))
        self._title.setToolTip(tip(q.title))
        self._title.setProperty("look", "title")
        self._symbol = SymbolLabel(q.symbol)
        self._reset = QToolButton()
        self._reset.setProperty("look", "flat")
        self._reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._reset.setToolTip(tip(f"Back to {q.said(q.value)}"))
        self._reset.setAccessibleName(f"Reset {q.title} to {q.said(q.value)}")
        self._reset.clicked.connect(lambda: self.changed.emit(self.q.value, True))
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setProperty("look", "error")
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message.hide()
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._title)
        head.addWidget(self._symbol)
        head.addStretch(1)
        head.addWidget(self._reset)
        self._head = head
        self._grid.addLayout(head, 0, 0)
        self._grid.addWidget(self._message, 3, 0)
        self._reason = QLabel()
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setProperty("look", "small")
        self._reason.setWordWrap(True)
        self._reason.hide()
        self._grid.addWidget(self._reason, 2, 0)
        self.setToolTip(tip(tooltip(q)))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme."""
        self._reset.setIcon(icon("reset", theme, "secondary"))
        self._reset.setFixedSize(text_px(theme, 20), text_px(theme, 20))
        self._title.setMinimumHeight(text_px(theme, 20))

    def show_value(self, value: Any) -> None:
        """Show ``value`` silently."""
        self._reset.setVisible(value != self.q.value)
        self.display(value)

    def display(self, value: Any) -> None:
        """Put ``value`` into the control, silently."""
        raise NotImplementedError

    def idle(self, reason: str) -> None:
        """Say why it has no effect now, in place of a control that would do nothing; empty: it has."""
        for control in self.controls():
            control.setEnabled(not reason)
        self._title.setEnabled(not reason)
        self._symbol.setEnabled(not reason)
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))
        self.setToolTip(tip(f"No effect now: {reason}." if reason else tooltip(self.q)))

    def controls(self) -> tuple[QWidget, ...]:
        """What changes the value."""
        raise NotImplementedError

    def complain(self, message: str) -> None:
        """Show what is wrong with the last entry; nothing when empty."""
        self._message.setText(message)
        self._message.setVisible(bool(message))
        self._message.setAccessibleName(message)

    @property
    def message(self) -> str:
        """The complaint shown; empty for none."""
        return self._message.text() if not self._message.isHidden() else ""

    def _name(self, control: QWidget) -> None:
        self._title.setBuddy(control)
        symbol = f" {plain_text(self.q.symbol)}" if self.q.symbol else ""
        control.setAccessibleName(f"{self.q.title}{symbol}")
        control.setAccessibleDescription(f"{self.q.help} {self.q.limits()}")


class NumberRow(Row):
    """Field and slider."""

    def __init__(self, q: Quantity, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(q, theme, parent)
        self.field = NumberField(q)
        self.slider = QuietSlider()
        self.slider.setRange(0, scales.positions(q))
        self.slider.setSingleStep(max(1, scales.positions(q) // 100))
        self.slider.setPageStep(max(1, scales.positions(q) // 10))
        self._head.addWidget(self.field)
        self._grid.addWidget(self.slider, 1, 0)
        self._name(self.field)
        self._name(self.slider)
        self.slider.setAccessibleName(f"{q.title}, slider")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DRAG_INTERVAL)
        self._timer.timeout.connect(self._send_pending)
        self._pending: float | int | None = None
        self.field.entered.connect(self._entered)
        self.field.stepped.connect(lambda value: self.changed.emit(value, True))
        self.field.left.connect(self._left)
        self.field.lineEdit().textEdited.connect(lambda _: self.complain(""))
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self._released)
        self._size(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme."""
        super().set_theme(theme)
        if hasattr(self, "field"):
            self._size(theme)

    def _size(self, theme: Theme) -> None:
        self.field.setFixedWidth(text_px(theme, 90))
        self.field.setFixedHeight(text_px(theme, 25))
        self.slider.setFixedHeight(text_px(theme, 16))

    def display(self, value: Any) -> None:
        """Show ``value`` in field and slider; text being typed and a slider being dragged stay."""
        if not self.field.is_being_edited():
            self.field.show_value(value)
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(scales.position(self.q, float(value)))
            self.slider.blockSignals(False)
            self.slider.update()

    def controls(self) -> tuple[QWidget, ...]:
        """Field and slider."""
        return self.field, self.slider

    def idle(self, reason: str) -> None:
        """The reason stands where the slider was."""
        super().idle(reason)
        self.slider.setVisible(not reason)

    def complain(self, message: str) -> None:
        """Mark the field and say why."""
        super().complain(message)
        self.field.mark(bool(message))

    def accept(self, value: Any) -> None:
        """Show a value just entered."""
        self.complain("")
        self.field.show_value(value)
        self.show_value(value)

    def _entered(self, text: str) -> None:
        self.typed.emit(text)

    def _left(self) -> None:
        self.field.mark(False)

    def _slid(self, at: int) -> None:
        value = scales.value_at(self.q, at)
        self.complain("")
        self.field.show_value(value)
        if not self.slider.isSliderDown():
            self.changed.emit(value, True)
            return
        first = not self._timer.isActive() and self._pending is None
        self._pending = value
        if first:
            self._send_pending()

    def _send_pending(self) -> None:
        """Send the latest value of a drag; then nothing for an interval."""
        if self._pending is not None:
            value, self._pending = self._pending, None
            self._timer.start()
            self.changed.emit(value, False)

    def _released(self) -> None:
        self._timer.stop()
        self._pending = None
        self.changed.emit(scales.value_at(self.q, self.slider.value()), True)


class SwitchRow(Row):
    """A toggle."""

    def __init__(self, q: Quantity, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(q, theme, parent)
        self.toggle = Toggle()
        self._head.addWidget(self.toggle)
        self._name(self.toggle)
        self.toggle.clicked.connect(lambda on: self.changed.emit(bool(on), True))

    def controls(self) -> tuple[QWidget, ...]:
        """The toggle."""
        return (self.toggle,)

    def display(self, value: Any) -> None:
        """Show on or off."""
        self.toggle.setChecked(bool(value))


class ChoiceRow(Row):
    """Segments for a few short words, a combo box for more."""

    def __init__(self, q: Quantity, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(q, theme, parent)
        self.segments: Segments | None = None
        self.combo: QuietCombo | None = None
        if len(q.words) <= SEGMENTS and sum(map(len, q.words)) <= LETTERS:
            self.segments = Segments(q.words)
            self.segments.chosen.connect(self._chosen)
            self._grid.addWidget(self.segments, 1, 0)
            self._name(self.segments)
        else:
            self.combo = QuietCombo()
            self.combo.addItems(list(q.words))
            self.combo.textActivated.connect(self._chosen)
            if max(map(len, q.words)) > BESIDE:
                self._grid.addWidget(self.combo, 1, 0)
            else:
                self._head.addWidget(self.combo)
            self._name(self.combo)

    def display(self, value: Any) -> None:
        """Show the word chosen."""
        if self.segments is not None:
            self.segments.choose(self.q.word(str(value)))
        elif self.combo is not None:
            self.combo.setCurrentText(self.q.word(str(value)))

    def controls(self) -> tuple[QWidget, ...]:
        """Segments or combo box."""
        return tuple(control for control in (self.segments, self.combo) if control is not None)

    def _chosen(self, word: str) -> None:
        self.changed.emit(self.q.choices[self.q.words.index(word)], True)


def _headed(title: str) -> str:
    """Return ``title`` with a capital, unless it begins with a symbol ("g-factor")."""
    return title[:1].upper() + title[1:] if title[1:2].isalpha() else title


def tooltip(q: Quantity) -> str:
    """Return help, range, unit and what a change costs."""
    limits = f"one of {', '.join(q.words)}" if q.kind == "choice" else q.limits()
    unit = f" Unit: {q.unit}." if q.unit else ""
    rebuild = "\nA change restarts the run." if q.rebuild else ""
    return f"{q.help}\n{limits[:1].upper()}{limits[1:]}.{unit}{rebuild}"
