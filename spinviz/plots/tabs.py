"""The strip above plots of which only some have room: a tab for each, those on view underlined."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from spinviz.model.symbols import plain_text
from spinviz.plots.look import TEXT, Look

ROW = 26.0
"""Height of a row of tabs in pixels of the design."""


class PlotTabs(QWidget):
    """A button for each plot, in as many rows as they need. Signal: ``chosen(n)``: show the n-th plot."""

    chosen = Signal(int)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._titles: tuple[str, ...] = ()
        self._buttons: list[QToolButton] = []
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Tabs of plots")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_look(look)

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        """The tabs in order."""
        return tuple(self._buttons)

    def set_look(self, look: Look) -> None:
        """Take the theme and the size."""
        self._look, theme = look, look.theme
        size, line = look.font(TEXT).pixelSize(), max(2, round(2 * theme.line_scale))
        self.setStyleSheet(
            f"PlotTabs {{ background: {theme.window}; }}"
            f"QToolButton {{ background: transparent; color: {theme.secondary}; border: none; border-radius: 0;"
            f" border-bottom: {line}px solid transparent; font-size: {size}px; min-height: 0; padding: 0 4px; }}"
            f"QToolButton:checked {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}"
            f"QToolButton:hover {{ color: {theme.text}; }}"
            f"QToolButton:focus {{ color: {theme.accent}; }}"
        )
        self._fold()

    def set_titles(self, titles: Sequence[str]) -> None:
        """Have a tab for each of ``titles``."""
        if tuple(titles) == self._titles:
            return
        self._titles = tuple(titles)
        for button in self._buttons:
            button.setParent(None)
            button.deleteLater()
        self._buttons = [self._button(n, plain_text(title)) for n, title in enumerate(titles)]
        self._fold()

    def _button(self, n: int, title: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(title.replace("&", "&&"))
        button.setAccessibleName(f"Plot {title}")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.chosen.emit(n))
        button.show()
        return button

    def mark(self, shown: range) -> None:
        """Underline the tabs of the plots on view."""
        for n, button in enumerate(self._buttons):
            button.setChecked(n in shown)

    def sizeHint(self) -> QSize:
        """As high as its rows, as wide as it gets."""
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the tabs out again."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        row_height, gap = round(self._look.text_px(ROW)), round(self._look.text_px(8))
        x, y = gap, 0
        for button in self._buttons:
            button.ensurePolished()
            width = button.sizeHint().width()
            if x > gap and x + width > self.width():
                x, y = gap, y + row_height
            button.setGeometry(x, y, width, row_height)
            x += width + gap
        self.setFixedHeight(y + row_height if self._buttons else 0)
