"""The table of observables: now, law, deviation; below it what to notice."""

from __future__ import annotations

import html
import math
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from spinviz.model.frame import Frame, LawNow
from spinviz.model.law import Law
from spinviz.model.symbols import plain_text, runs
from spinviz.model.system import Observable, System
from spinviz.model.theme import DARK, Theme
from spinviz.model.units import plain, prefix_for
from spinviz.model.verdict import SIGNS, WORDS, Verdict, deviation_text, deviation_words, value_text, verdict, worst
from spinviz.panels.style import font, text_px
from spinviz.panels.texts import tip

INTERVAL = 100
"""Milliseconds between two updates: numbers that change faster cannot be read."""
ROLES: dict[Verdict, str] = {"good": "good", "warning": "warning", "bad": "bad"}
"""Colours of verdicts; others are secondary."""
VERDICT = Qt.ItemDataRole.UserRole
HEADERS = ("", "now", "law", "deviation")


class ObservableTable(QTableWidget):
    """One row per observable that had a number since the system was opened. Ctrl+C copies the selected rows, or all;
    a click or Enter asks what the law of a row is.
    """

    fitted = Signal()
    """Other rows are shown than before."""
    explain = Signal(str)
    """The laws of this observable shall be explained: its row was clicked, or Enter pressed on it."""
    moved = Signal(str)
    """Another observable was chosen by keys."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(0, len(HEADERS), parent)
        self._theme = theme
        self._system: System[Any, Any] | None = None
        self._frame: Frame | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._late)
        self._stale = False
        self._known: list[bool] = []
        self._first = True
        self.setHorizontalHeaderLabels(list(HEADERS))
        self.setAccessibleName("Observables and laws")
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setItemDelegate(_CellPainter(self))
        self.cellClicked.connect(self._ask)
        self.currentCellChanged.connect(self._tell_moved)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(20)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    @property
    def theme(self) -> Theme:
        """The theme now."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Take another theme."""
        self._theme = theme
        self._fit()
        self.viewport().update()

    def set_system(self, system: System[Any, Any]) -> None:
        """Replace the rows by the observables of ``system``."""
        self._system = system
        self._frame = None
        self.setRowCount(len(system.observables))
        self._known = [True] * self.rowCount()
        self._first = True
        for row, observable in enumerate(system.observables):
            symbol = QTableWidgetItem(observable.symbol or observable.title)
            symbol.setToolTip(tip(observable.title + (f" [{observable.unit}]" if observable.unit else "")))
            symbol.setData(Qt.ItemDataRole.AccessibleTextRole, observable.title)
            self.setItem(row, 0, symbol)
            self.setRowHidden(row, False)
            for column in (1, 2, 3):
                cell = QTableWidgetItem("")
                cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, cell)
        self._fit()

    def show_frame(self, frame: Frame) -> None:
        """Show the numbers of ``frame``, at most ten times a second; the last ones are always shown."""
        self._frame = frame
        if self._timer.isActive():
            self._stale = True
            return
        self._fill(frame)
        self._timer.start()

    def _late(self) -> None:
        if self._stale and self._frame is not None:
            self._stale = False
            self._fill(self._frame)
            self._timer.start()

    def _fill(self, frame: Frame) -> None:
        if self._system is None:
            return
        self._choose_rows(frame)
        self._choose_columns(bool(frame.laws) or not self._system.laws)
        for row, observable in enumerate(self._system.observables):
            value = frame.observables.get(observable.name, math.nan)
            laws = [law for law in self._system.laws if law.observable == observable.name]
            law = worst(laws, frame.laws)
            self._put(row, 1, steady(value, observable.unit))
            if law is not None:
                self._fill_law(row, observable, law, frame, value)

    def _choose_rows(self, frame: Frame) -> None:
        """Leave out what has no number in this run so far; what had one keeps its row, so that rows do not jump."""
        assert self._system is not None
        numbers = [frame.observables.get(observable.name, math.nan) for observable in self._system.observables]
        before = [False] * len(numbers) if self._first else self._known
        known = [old or not math.isnan(number) for old, number in zip(before, numbers)]
        self._first = False
        if known != self._known:
            self._known = known
            for row, shown in enumerate(known):
                self.setRowHidden(row, not shown)
            self._fit()
            self.fitted.emit()

    def _choose_columns(self, laws: bool) -> None:
        """Leave out law and deviation where the laws of the system are hidden."""
        if self.isColumnHidden(2) == laws:
            for column in (2, 3):
                self.setColumnHidden(column, not laws)
            self._share_width()

    def _fill_law(self, row: int, observable: Observable, law: Law, frame: Frame, value: float) -> None:
        now = frame.laws.get(law.name)
        state = verdict(now)
        holds = state not in ("off", "unseen")
        theory = now.theory if now is not None and holds else math.nan
        self._put(row, 2, steady(theory, observable.unit, like=value))
        text = deviation_text(law, now, observable.unit)
        self._put(row, 3, {"off": "–", "unseen": "–", "waits": SIGNS["waits"]}.get(state, f"{SIGNS[state]} {text}"))
        cell = self._cell(row, 3)
        if cell.data(VERDICT) != state:
            cell.setData(VERDICT, state)
            cell.setData(Qt.ItemDataRole.AccessibleDescriptionRole, WORDS[state])
        tooltip = _explanation(law, now, observable.unit)
        for column in (2, 3):
            if self._cell(row, column).toolTip() != tooltip:
                self._cell(row, column).setToolTip(tooltip)

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        cell = self.item(row, column)
        assert cell is not None  # `set_system` made one for every place.
        return cell

    def _put(self, row: int, column: int, text: str) -> None:
        cell = self._cell(row, column)
        if cell.text() != text:
            cell.setText(text)

    def _fit(self) -> None:
        """Rows as high as the text needs, no scroll bar: the panel scrolls as a whole."""
        height = text_px(self._theme, 25)
        for row in range(self.rowCount()):
            self.setRowHeight(row, height)
        header = text_px(self._theme, 24)
        self.horizontalHeader().setFixedHeight(header)
        self.setFixedHeight(header + height * sum(self._known) + 2)
        self._share_width()

    def resizeEvent(self, event: Any) -> None:
        """Share the width."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        width = self.viewport().width()
        parts = (0.45, 0.55, 0.0, 0.0) if self.isColumnHidden(2) else (0.23, 0.27, 0.22, 0.28)
        widths = [int(part * width) for part in parts]
        widths[0] += width - sum(widths)
        for column, wide in enumerate(widths):
            self.setColumnWidth(column, wide)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies, Enter explains the law."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.as_text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._ask(self.currentRow())
        else:
            super().keyPressEvent(event)

    @property
    def chosen(self) -> str:
        """The observable of the current row; empty without one that has a law."""
        return self._with_law(self.currentRow())

    def _with_law(self, row: int) -> str:
        if self._system is None or not 0 <= row < len(self._system.observables):
            return ""
        name = self._system.observables[row].name
        return name if any(law.observable == name for law in self._system.laws) else ""

    def _ask(self, row: int, *_: int) -> None:
        if name := self._with_law(row):
            self.explain.emit(name)

    def _tell_moved(self, row: int, *_: int) -> None:
        if self.hasFocus() and (name := self._with_law(row)):
            self.moved.emit(name)

    def as_text(self) -> str:
        """Return the selected rows (all without a selection) divided by tabs."""
        chosen = sorted({index.row() for index in self.selectedIndexes()}) or [
            row for row, known in enumerate(self._known) if known
        ]
        lines = ["\t".join(("observable", *HEADERS[1:]))]
        for row in chosen:
            cells = [self._cell(row, column).text() for column in range(len(HEADERS))]
            lines.append("\t".join([plain_text(cells[0]), *cells[1:]]))
        return "\n".join(lines) + "\n"


class _CellPainter(QStyledItemDelegate):
    """Symbols with lowered letters, numbers at the right, deviations in the colour of their verdict."""

    def __init__(self, table: ObservableTable) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Rows are sized by the table."""
        return QSize(20, text_px(self._table.theme, 25))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        theme = self._table.theme
        rect = QRectF(option.rect)
        painter.save()
        selected = index.row() in {i.row() for i in self._table.selectedIndexes()} and self._table.hasFocus()
        if selected:
            painter.fillRect(rect, QColor(theme.line))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), QColor(theme.line))
        text = str(index.data() or "")
        if index.column() == 0:
            self._symbol(painter, rect, text, theme)
        else:
            state: Verdict = index.data(VERDICT) or "off"
            role = ROLES.get(state, "secondary") if index.column() == 3 else "text"
            face = font(theme, 12.0)
            if QFontMetricsF(face).horizontalAdvance(text) > rect.width() - 4:
                face.setPixelSize(max(8, round(face.pixelSize() * 0.86)))
            painter.setFont(face)
            painter.setPen(QColor(theme.color(role)))
            inner = rect.adjusted(2, 0, -2, 0)
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _symbol(self, painter: QPainter, rect: QRectF, symbol: str, theme: Theme) -> None:
        face = font(theme, 12.5)
        room, wide = rect.width() - 4, _symbol_width(symbol, face)
        if wide > room:
            face.setPixelSize(max(8, int(face.pixelSize() * room / wide)))
        small = _small(face)
        painter.setPen(QColor(theme.text))
        x, base = rect.left() + 2, rect.center().y() + 0.36 * QFontMetricsF(face).ascent()
        for text, level in runs(symbol):
            painter.setFont(face if level == "base" else small)
            shift = {"base": 0.0, "sub": 0.22, "sup": -0.38}[level] * face.pixelSize()
            painter.drawText(QPointF(x, base + shift), text)
            x += QFontMetricsF(painter.font()).horizontalAdvance(text)


def _explanation(law: Law, now: LawNow | None, unit: str) -> str:
    """How well a law holds now, and where it holds, as rich text. The rest is in the panel of the law."""
    state = verdict(now)
    known = now is not None and not math.isnan(now.value) and state not in ("off", "unseen")
    found = [value_text(law, now, unit)] if known and now is not None else []
    found += [words] if (words := deviation_words(law, now, unit)) else []
    numbers = f"{html.escape(', '.join(found))}<br>" if found else ""
    return (
        f"<b>{html.escape(law.title)}</b><br>{numbers}{html.escape(WORDS[state].capitalize())}.<br>"
        f"Holds for: {html.escape(law.validity)}<br>"
        f"<i>Click or Enter: the law</i>"
    )


def _small(face: QFont) -> QFont:
    small = QFont(face)
    small.setPixelSize(round(face.pixelSize() * 0.74))
    return small


def _symbol_width(symbol: str, face: QFont) -> float:
    small = _small(face)
    return sum(
        QFontMetricsF(face if level == "base" else small).horizontalAdvance(text) for text, level in runs(symbol)
    )


def steady(value: float, unit: str = "", *, like: float | None = None) -> str:
    """Return ``value`` with four significant digits that all stay, so that a column of changing numbers holds still.

    With ``like`` in the prefix of that value and without unit: the law beside what it is compared with.
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    reference = like if like is not None and math.isfinite(like) and like != 0 else value
    prefix, factor = prefix_for(reference, unit)
    number = value / factor
    magnitude = abs(number)
    if magnitude and not 1e-4 <= magnitude < 1e5:
        text = "0.0000" if magnitude < 1e-9 and not unit else plain(number, 3)
    else:
        decimals = 4 if magnitude < 1 else max(0, 3 - math.floor(math.log10(magnitude)))
        text = f"{number:.{decimals}f}".replace("-", "−")
    full = f"{prefix}{unit}"
    if like is not None or not full:
        return text
    return f"{text}{'' if unit in ('°', '%') else ' '}{full}"
