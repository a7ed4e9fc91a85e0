"""All plots of a system in a row: live in the window, or painted at any size for an export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QRegion, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from spinviz.model.frame import Frame
from spinviz.model.plots import Plot
from spinviz.model.system import System
from spinviz.model.theme import DARK, Theme
from spinviz.plots.kinds import panel_of
from spinviz.plots.look import Look
from spinviz.plots.panel import PlotPanel

ROW = 4
"""Plots beside each other; more are put into two rows."""
LEAST_WIDTH, LEAST_HEIGHT = 170.0, 150.0
DESIGN_HEIGHT = 200.0
"""Height of a row of plots in the design, in pixels of a 720-line window."""


class PlotBoard(QWidget):
    """The plots of a system, side by side; at ``most`` that many, the first that have a say.

    Signals: those of the plots, see `PlotPanel`.
    """

    edited = Signal(object, str, bool)
    complained = Signal(str)
    seek = Signal(str, float, int)
    picked = Signal(str, int, int)

    def __init__(
        self, theme: Theme = DARK, scale: float = 1.0, parent: QWidget | None = None, *, most: int | None = None
    ) -> None:
        super().__init__(parent)
        self._most = most
        self._look = Look(theme, scale)
        self._all: list[PlotPanel[Any]] = []
        self._panels: list[PlotPanel[Any]] = []
        self._laid_out = False
        self._unseen = False
        self._arranged = 0
        self._row = QWidget()
        self._row.setObjectName("row")
        self._grid = QGridLayout(self._row)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._row)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._scroll)
        self.setAccessibleName("Plots")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._paint_background()

    @property
    def panels(self) -> tuple[PlotPanel[Any], ...]:
        """The plots that have something to say with the present parameters, in order."""
        return tuple(self._panels)

    def sizeHint(self) -> QSize:
        """Room for the rows in the design's size."""
        rows = max(1, self._grid.rowCount()) if self._panels else 1
        return QSize(900, round(self._look.text_px(DESIGN_HEIGHT) * rows))

    def minimumSizeHint(self) -> QSize:
        """Small enough for any window."""
        return QSize(200, round(self._look.text_px(130)))

    def set_system(self, system: System[Any, Any]) -> None:
        """Replace the plots by those of ``system``."""
        for _ in self.build(system):
            pass

    def build(self, system: System[Any, Any]) -> Iterator[None]:
        """Do what `set_system` does in steps of one plot, between which a window can answer."""
        for panel in self._all:
            self._grid.removeWidget(panel)
            panel.hide()
            panel.setParent(None)
            panel.deleteLater()
        self._all, self._panels = [], []
        for plot in system.plots:
            yield
            self._all.append(self._panel(plot, system))
        self._panels = list(self._all)
        self._arrange()
        self.updateGeometry()

    def choose(self, parameters: Any) -> None:
        """Leave out the plots that have nothing to say with ``parameters``."""
        telling = [panel for panel in self._all if panel.plot.tells(parameters)]
        chosen = telling[: self._most]
        if chosen == self._panels:
            return
        for panel in self._all:
            self._grid.removeWidget(panel)
            panel.setVisible(panel in chosen)
        self._panels = chosen
        self._arrange()
        self.updateGeometry()

    def _columns(self) -> int:
        """Columns of the grid: room for all, unless there are many and room (or, in an export, need) for two rows."""
        parts = [_part(panel) for panel in self._panels]
        tall = self._unseen or self.height() >= 2 * self._look.text_px(LEAST_HEIGHT)
        if len(parts) <= ROW or not tall:
            return sum(parts)
        return next(n for n in range(max(parts), sum(parts) + 1) if places(parts, n)[-1][0] <= 1)

    def _arrange(self) -> None:
        """Put the plots into their places."""
        columns = max(self._columns(), 1)
        for n in range(max(self._grid.columnCount(), self._grid.rowCount())):
            self._grid.setColumnStretch(n, 0)
            self._grid.setRowStretch(n, 0)
        parts = [_part(panel) for panel in self._panels]
        for panel, part, (row, column) in zip(self._panels, parts, places(parts, columns)):
            self._grid.addWidget(panel, row, column, 1, part)
            self._grid.setRowStretch(row, 1)
            for n in range(column, column + part):
                self._grid.setColumnStretch(n, 1)
        # On screen plots keep a width at which they can be read, and scroll; an export shows all of them.
        self._row.setMinimumWidth(0 if self._unseen else round(self._look.text_px(LEAST_WIDTH) * (columns // 2)))
        self._arranged = columns
        self._laid_out = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use two rows when there is room."""
        super().resizeEvent(event)
        if self._panels and self._columns() != self._arranged:
            self._arrange()

    def _panel(self, plot: Plot, system: System[Any, Any]) -> PlotPanel[Any]:
        panel = panel_of(plot)(plot, system, self._look, self._row)
        panel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        panel.edited.connect(self.edited)
        panel.complained.connect(self.complained)
        panel.seek.connect(self.seek)
        panel.picked.connect(self.picked)
        return panel

    def show_frame(self, frame: Frame) -> None:
        """Show ``frame`` in every plot."""
        self.choose(frame.parameters)
        for panel in self._panels:
            panel.show_frame(frame)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme."""
        self._set_look(Look(theme, self._look.scale))

    def set_scale(self, scale: float) -> None:
        """Draw everything ``scale`` times as large: texts, lines and distances."""
        self._set_look(Look(self._look.theme, scale))

    def _set_look(self, look: Look) -> None:
        if look == self._look:
            return
        self._look = look
        self._laid_out = False
        self._paint_background()
        self._arrange()
        for panel in self._all:
            panel.set_look(look)

    def _paint_background(self) -> None:
        # A rule of its own: the window's style sheet would paint a scroll area as a panel.
        self._scroll.setStyleSheet(f"QScrollArea, #row {{ background: {self._look.theme.window}; border: none; }}")

    def render_frame(self, size: QSize, frame: Frame | None = None, scale: float | None = None) -> QImage:
        """Return the plots at ``size`` pixels, showing ``frame`` (the last one without).

        ``scale``: how many times as large as in a 720-line window; by default what makes a row 200 design pixels high.
        For a board that is not on screen; a board in a window would change its size.
        """
        if frame is not None:
            self.choose(frame.parameters)
        self._fit_to(size, scale)
        if frame is not None:
            self.show_frame(frame)
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(self._look.color("window"))
        painter = QPainter(image)
        self._paint(painter, QPoint(0, 0))
        painter.end()
        return image

    def paint_to(self, painter: QPainter, rect: QRect, frame: Frame, scale: float | None = None) -> None:
        """Paint the plots of ``frame`` into ``rect`` of a painter, as `render_frame` does."""
        painter.drawImage(rect.topLeft(), self.render_frame(rect.size(), frame, scale))

    def _fit_to(self, size: QSize, scale: float | None) -> None:
        rows = 1 if len(self._panels) <= ROW else 2
        self.set_scale(scale if scale is not None else size.height() / rows / DESIGN_HEIGHT)
        if not self._unseen:
            self._unseen = True
            self._arrange()
        for panel in self._panels:
            panel.draw_unseen()
        if self.size() != size or not self._laid_out:
            self.resize(size)
            self._lay_out()

    def _lay_out(self) -> None:
        """Settle all sizes now: without a window no event does it."""
        self.grab()
        self._grid.activate()
        for panel in self._panels:
            panel.lay_out_now()
        self._laid_out = True

    def _paint(self, painter: QPainter, at: QPoint) -> None:
        self.render(painter, at, QRegion(), QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren)


def _part(panel: PlotPanel[Any]) -> int:
    """Columns of the grid that a plot takes."""
    return 3 if panel.wide else 2


def places(parts: list[int], columns: int) -> list[tuple[int, int]]:
    """Return (row, column) of plots that are ``parts`` columns wide, one after another in rows of ``columns``."""
    found, row, column = [], 0, 0
    for part in parts:
        if column and column + part > columns:
            row, column = row + 1, 0
        found.append((row, column))
        column += part
    return found
