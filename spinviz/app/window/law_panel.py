"""What a law says, over the picture: equation, its symbols, how well it holds now, where, and who found it."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from spinviz.app.window.equation import Equation
from spinviz.model.frame import Frame
from spinviz.model.law import Law
from spinviz.model.law_words import Meaning, comparison, judgement, sentences, symbols_in
from spinviz.model.symbols import rich
from spinviz.model.system import System
from spinviz.model.theme import Theme
from spinviz.model.verdict import SIGNS, verdict, worst
from spinviz.panels.style import text_px

WIDTH, MARGIN = 470, 10
"""Pixels of the design: width, and distance from the edge of the picture."""
INTERVAL = 200
"""Milliseconds between two updates: sentences with numbers are read more slowly than a table."""
ROLES = {"good": "good", "warning": "warning", "bad": "bad"}


class LawPanel(QFrame):
    """Lies over the upper right corner of ``ground``, above its part ``foot``; Esc and ✕ close it."""

    def __init__(self, theme: Theme, ground: QWidget, foot: QWidget) -> None:
        super().__init__(ground)
        self._theme, self._ground, self._foot = theme, ground, foot
        self._system: System[Any, Any] | None = None
        self._laws: tuple[Law, ...] = ()
        self._law: Law | None = None
        self._frame: Frame | None = None
        self._drawn: Callable[[], str] = str
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL)
        self._timer.timeout.connect(self._tell)
        self.setObjectName("lawPanel")
        self.setProperty("look", "popup")
        self.setAccessibleName("Law")
        self._title, self._count = _label("title"), _label("secondary")
        self._equation = Equation(theme)
        self._symbols, self._verdict = _label("", Qt.TextFormat.RichText), _label("")
        self._numbers, self._sentences = _label(""), _label("", Qt.TextFormat.RichText)
        self._before = self._button("‹", "Previous law", lambda: self.turn(-1))
        self._after = self._button("›", "Next law", lambda: self.turn(1))
        self._close = self._button("✕", "Close (Esc)", self.hide)
        self._lay_out()
        ground.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title, 1)
        for widget in (self._count, self._before, self._after, self._close):
            head.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self._inside = QWidget()
        self._column = column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        for part in (self._equation, self._verdict, self._numbers, self._symbols, self._sentences):
            column.addWidget(part)
        column.addStretch(1)
        self._area = QScrollArea(self)
        self._area.setWidget(self._inside)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._area.setAccessibleName("About the law")
        self._outside = outside = QVBoxLayout(self)
        outside.setContentsMargins(14, 10, 8, 10)
        outside.setSpacing(6)
        outside.addLayout(head)
        outside.addWidget(self._area, 1)

    def _button(self, text: str, name: str, call: Any) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(call)
        return button

    # --- which law ----------------------------------------------------------------------------------------------

    @property
    def law(self) -> Law | None:
        """The law that is explained."""
        return self._law

    def set_system(self, system: System[Any, Any]) -> None:
        """Another system is on: nothing of the last one stays."""
        if system is not self._system:
            self._system, self._laws, self._law, self._frame = system, (), None, None
            self._drawn = str
            self.hide()

    def explain(self, laws: tuple[Law, ...], drawn: Callable[[], str] = str) -> None:
        """Open on the one of ``laws`` that is furthest from its theory now; without laws stay as it is.

        ``drawn`` tells how far apart curve and law are in the plot that was asked, or nothing.
        """
        law = worst(laws, self._frame.laws if self._frame is not None else {})
        if law is None:
            return
        self._laws, self._drawn = laws, drawn
        self._choose(law)
        self.show()
        self.place()

    def turn(self, by: int) -> None:
        """Explain the law so many further, round and round."""
        if self._law is not None:
            self._choose(self._laws[(self._laws.index(self._law) + by) % len(self._laws)])
            self.place()

    def _choose(self, law: Law) -> None:
        self._law = law
        several = len(self._laws) > 1
        self._count.setText(f"{self._laws.index(law) + 1} of {len(self._laws)}")
        for widget in (self._count, self._before, self._after):
            widget.setVisible(several)
        self._title.setText(law.title)
        self._equation.show_equation(law.latex, law.title)
        self._area.verticalScrollBar().setValue(0)
        self._tell()

    # --- what is said -------------------------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Say how well the law holds in ``frame``, some times a second; the last frame is always told of."""
        self._frame = frame
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        law, system, frame = self._law, self._system, self._frame
        if law is None or system is None:
            return
        now = frame.laws.get(law.name) if frame is not None else None
        state = verdict(now)
        unit = system.observable(law.observable).unit
        self._verdict.setText(f"{SIGNS[state]} {judgement(law, now, unit)}")
        color = self._theme.color(ROLES.get(state, "secondary"))
        self._verdict.setStyleSheet(f"color: {color}; font-weight: 600;")
        numbers = comparison(law, now, unit)
        numbers = "\n".join(filter(None, (numbers[:1].upper() + numbers[1:], self._drawn())))
        self._numbers.setText(numbers)
        self._numbers.setVisible(bool(numbers))
        symbols = symbols_in(law, system, frame.parameters if frame is not None else None)
        self._symbols.setText("<br>".join(map(self._meaning, symbols)))
        self._symbols.setVisible(bool(symbols))
        self._sentences.setText("".join(map(self._sentence, sentences(law))))
        if self.isVisible():
            self.place()

    def _meaning(self, one: Meaning) -> str:
        value = f" = {html.escape(one.value)}" if one.value else ""
        title = one.title[:1].upper() + one.title[1:] if one.title[:1].isascii() else one.title
        words = f'<span style="color: {self._theme.secondary}">{rich(title)}</span>'
        return f"{rich(one.symbol)}{value} &nbsp;{words}"

    def _sentence(self, one: tuple[str, str]) -> str:
        heading, text = map(html.escape, one)
        return f'<p style="margin: 0 0 5px 0"><span style="color: {self._theme.secondary}">{heading}: </span>{text}</p>'

    def set_theme(self, theme: Theme) -> None:
        """Take another theme."""
        self._theme = theme
        self._equation.set_theme(theme)
        self._tell()

    # --- where --------------------------------------------------------------------------------------------------

    def place(self) -> None:
        """Take the upper right corner of the ground, as high as is needed; what has no room there scrolls."""
        room = self._ground.rect()
        if self._foot.isVisible():
            room.setBottom(self._foot.mapTo(self._ground, QPoint()).y() - 1)
        width = min(text_px(self._theme, WIDTH), room.width() - 2 * MARGIN)
        margins, frame = self._outside.contentsMargins(), 2 * self.frameWidth()
        inner = width - margins.left() - margins.right() - frame
        head = max(self._title.heightForWidth(self._title_room(inner)), self._close.sizeHint().height())
        body = self._column.heightForWidth(inner - self._area.verticalScrollBar().sizeHint().width())
        height = margins.top() + head + self._outside.spacing() + body + margins.bottom() + frame + 4
        height = min(height, room.height() - 2 * MARGIN)
        self.setGeometry(room.right() - width - MARGIN, room.top() + MARGIN, width, height)

    def _title_room(self, inner: int) -> int:
        shown = [w for w in (self._count, self._before, self._after, self._close) if not w.isHidden()]
        return inner - sum(widget.sizeHint().width() + 4 for widget in shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the picture."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisible():
            QTimer.singleShot(0, self, self.place)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


def _label(look: str, form: Qt.TextFormat = Qt.TextFormat.PlainText) -> QLabel:
    label = QLabel()
    label.setTextFormat(form)
    label.setWordWrap(True)
    if look:
        label.setProperty("look", look)
    label.setWordWrap(look != "secondary")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
