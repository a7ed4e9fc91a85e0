"""Small controls that several panels use: heading, elided label, toggle, segments, lists and numbers with arrows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)

from spinviz.model.symbols import plain_text, runs
from spinviz.panels.style import SERIF
from spinviz.panels.texts import label

SPIN_MARGINS = (5, 0, 24, 0)
"""Left, upper, right and lower margin of the letters of a number with arrows, in pixels."""


class Heading(QLabel):
    """A small spaced heading in capitals."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text.upper(), parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("look", "heading")
        self.setAccessibleName(text)
        self._space()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the spacing when a style sheet changes the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._space()

    def _space(self) -> None:
        spaced = self.font()
        if spaced.letterSpacing() != 0.6:
            spaced.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
            self.setFont(spaced)


class ElidedLabel(QLabel):
    """A label that shortens its text with an ellipsis instead of pushing its neighbours away."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Some letters."""
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        elided = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), elided)
        painter.end()


class SymbolLabel(QWidget):
    """A physicist's symbol in italic serif with lowered letters, on the base line of the text beside it."""

    def __init__(self, symbol: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs(symbol)
        self.setAccessibleName(plain_text(symbol))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _face(self, level: str = "base") -> QFont:
        face = QFont(SERIF)
        face.setItalic(True)
        size = 1.14 * self.fontInfo().pixelSize()
        face.setPixelSize(max(6, round(size if level == "base" else 0.72 * size)))
        return face

    def sizeHint(self) -> QSize:
        """As wide as the symbol."""
        width = sum(QFontMetrics(self._face(level)).horizontalAdvance(text) for text, level in self._runs)
        return QSize(width + 3 if self._runs else 0, QFontMetrics(self.font()).height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the symbol."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        x, base = 0.0, self.height() / 2 + 0.36 * QFontMetrics(self.font()).ascent()
        for text, level in self._runs:
            face = self._face(level)
            shift = {"base": 0.0, "sub": 0.2, "sup": -0.38}[level] * face.pixelSize() / 0.72
            painter.setFont(face)
            painter.drawText(QPointF(x, base + shift), text)
            x += QFontMetrics(face).horizontalAdvance(text)
        painter.end()


class Toggle(QAbstractButton):
    """On or off, as a sliding knob; Enter switches."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Follows the text."""
        height = QFontMetrics(self.font()).height() + 4
        return QSize(round(1.8 * height), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, knob, a bar for on and a ring for off, and the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = self.palette()
        track = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        on = self.isChecked()
        role = QPalette.ColorRole.Highlight if on else QPalette.ColorRole.Button
        focus = QPalette.ColorRole.Text if on else QPalette.ColorRole.Highlight
        painter.setBrush(colors.color(role))
        edge = focus if self.hasFocus() else (QPalette.ColorRole.Highlight if on else QPalette.ColorRole.Mid)
        painter.setPen(QPen(colors.color(edge), 1.5))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        radius = track.height() / 2 - 3
        x = track.right() - radius - 3 if on else track.left() + radius + 3
        knob = QPalette.ColorRole.HighlightedText if on else QPalette.ColorRole.PlaceholderText
        painter.setBrush(colors.color(knob))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(x, track.center().y()), radius, radius)
        painter.end()


class Segment(QToolButton):
    """One of the words of `Segments`."""


class Segments(QFrame):
    """One of a few words beside each other; Left and Right move."""

    chosen = Signal(str)

    def __init__(self, words: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "segments")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(1)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Segment] = {}
        for word in words:
            button = Segment(self)
            button.setText(label(word))
            button.setCheckable(True)
            button.setProperty("look", "segment")
            button.setAccessibleName(word)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(button)
            self._buttons[word] = button
            layout.addWidget(button)
        self._group.buttonClicked.connect(lambda button: self.chosen.emit(button.accessibleName()))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def choose(self, word: str) -> None:
        """Show ``word`` as chosen, silently."""
        if word in self._buttons:
            self._buttons[word].setChecked(True)

    def word(self) -> str:
        """The word chosen."""
        button = self._group.checkedButton()
        return button.accessibleName() if button is not None else ""


class QuietSlider(QSlider):
    """A horizontal slider that takes the wheel only when it has the focus, so that panels scroll."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless focused."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class QuietCombo(QComboBox):
    """A combo box that takes the wheel only when it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless focused."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow, which a style sheet can only take from a file of one colour."""
        super().paintEvent(event)
        _paint_arrows(self, (self.height() / 2, 1))


class Spin(QSpinBox):
    """A whole number with arrows in the colours of the theme."""

    def __init__(self, parent: QWidget, low: int, high: int, suffix: str, step: int = 1) -> None:
        super().__init__(parent, minimum=low, maximum=high, singleStep=step)
        self.setSuffix(suffix)
        self.lineEdit().setTextMargins(*SPIN_MARGINS)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrows."""
        super().paintEvent(event)
        _paint_arrows(self, (0.3 * self.height(), -1), (0.7 * self.height(), 1))


class DecimalSpin(QDoubleSpinBox):
    """A number with one decimal and arrows in the colours of the theme."""

    def __init__(self, parent: QWidget, low: float, high: float, suffix: str) -> None:
        super().__init__(parent, minimum=low, maximum=high, decimals=1)
        self.setSuffix(suffix)
        self.lineEdit().setTextMargins(*SPIN_MARGINS)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrows."""
        super().paintEvent(event)
        _paint_arrows(self, (0.3 * self.height(), -1), (0.7 * self.height(), 1))


def _paint_arrows(widget: QWidget, *arrows: tuple[float, int]) -> None:
    """Draw arrows at the right: each by its height in the widget, and 1 for down or -1 for up."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(widget.palette().color(QPalette.ColorRole.PlaceholderText), 1.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    x, reach = widget.width() - 15.0, 4.0
    for y, down in arrows:
        ends = y - 2 * down
        painter.drawPolyline([QPointF(x - reach, ends), QPointF(x, y + 2 * down), QPointF(x + reach, ends)])
    painter.end()


def repolish(widget: QWidget) -> None:
    """Apply the style sheet again after a property that it looks at has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
