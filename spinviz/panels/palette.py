"""The command palette: every command by a few letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from spinviz.model.theme import DARK, Theme
from spinviz.panels.search import score
from spinviz.panels.style import text_px

Entry: TypeAlias = tuple[str, str, str]
"""Title, shortcut as shown, identifier."""
SHORTCUT = Qt.ItemDataRole.UserRole + 1


class CommandPalette(QFrame):
    """A popup over the window. Signal: ``chosen(identifier)``."""

    chosen = Signal(str)

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("look", "popup")
        self._entries: list[Entry] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText("Search commands")
        self.field.setAccessibleName("Search commands")
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Commands")
        self.list.setItemDelegate(_EntryPainter(self.list))
        self.list.itemClicked.connect(lambda _: self._take())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme."""
        self._theme = theme
        self.resize(text_px(theme, 520), text_px(theme, 380))

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Offer ``entries``: (title, shortcut, identifier)."""
        self._entries = list(entries)
        self._fill()

    def open_over(self, window: QWidget) -> None:
        """Show the palette at the top of ``window``."""
        self.field.clear()
        self._fill()
        self.resize(min(self.width(), window.width() - 20), min(self.height(), window.height() - 60))
        at = window.mapToGlobal(QPoint((window.width() - self.width()) // 2, 48))
        self.move(at)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self, *_: object) -> None:
        query = self.field.text()
        rated = [(score(query, (title, shortcut)), n) for n, (title, shortcut, _) in enumerate(self._entries)]
        self.list.clear()
        for _rating, row in sorted((pair for pair in rated if pair[0] > 0), key=lambda pair: (-pair[0], pair[1])):
            title, shortcut, identifier = self._entries[row]
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, identifier)
            item.setData(SHORTCUT, shortcut)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title} {shortcut}".strip())
            item.setSizeHint(QSize(100, text_px(self._theme, 27)))
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _take(self) -> None:
        item = self.list.currentItem()
        self.hide()
        if item is not None:
            self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while typing goes on; Enter takes."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        key = Qt.Key(event.key())
        if key in moves and self.list.count():
            row = min(max(self.list.currentRow() + moves[key], 0), self.list.count() - 1)
            self.list.setCurrentRow(row)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
            return True
        return False


class _EntryPainter(QStyledItemDelegate):
    """Title at the left, shortcut at the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the entry, then its shortcut."""
        super().paint(painter, option, index)
        shortcut = str(index.data(SHORTCUT) or "")
        if not shortcut:
            return
        rect: QRect = option.rect
        color: QColor = option.palette.placeholderText().color()
        painter.save()
        painter.setPen(color)
        painter.drawText(
            rect.adjusted(0, 0, -10, 0), int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), shortcut
        )
        painter.restore()
