"""The plots of a system: live in the window, beside each other or under tabs, or painted at any size for an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QRegion, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from spinviz.model.frame import Frame
from spinviz.model.kept import Kept
from spinviz.model.plots import Plot
from spinviz.model.system import System
from spinviz.model.theme import DARK, Theme
from spinviz.plots.kinds import panel_of
from spinviz.plots.look import Look
from spinviz.plots.panel import PlotPanel
from spinviz.plots.tabs import PlotTabs

ROW = 4
"""Plots beside each other; more are put into two rows."""
LEAST_WIDTH, LEAST_HEIGHT = 185.0, 150.0
"""A plot that can be read, in pixels of the design. What is narrower becomes a tab."""
COMFORTABLE = 360.0
"""Width of a plot in a small window, where legends and captions of narrow ones would take the height."""
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
    pointed = Signal(str, object)
    explain = Signal(str)
    keep_asked = Signal(str)
    drop_asked = Signal(object)
    measured_asked = Signal(str)
    sketched = Signal(str, object, object)
    """A plot, and x and y of a stroke that was drawn into it."""

    def __init__(
        self, theme: Theme = DARK, scale: float = 1.0, parent: QWidget | None = None, *, most: int | None = None
    ) -> None:
        super().__init__(parent)
        self._most = most
        self._look = Look(theme, scale)
        self._all: list[PlotPanel[Any]] = []
        self._panels: list[PlotPanel[Any]] = []
        self._kept: tuple[Kept, ...] = ()
        self._laid_out = False
        self._unseen = False
        self._least = LEAST_WIDTH
        self._arranged: tuple[int, range] = (0, range(0))
        self._first = 0
        self._row = QWidget()
        self._row.setObjectName("row")
        self._row.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._grid = QGridLayout(self._row)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self.tabs = PlotTabs(self._look)
        self.tabs.chosen.connect(self.turn_to)
        self.tabs.hide()
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.setSpacing(0)
        outside.addWidget(self.tabs)
        outside.addWidget(self._row, 1)
        self.setAccessibleName("Plots")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._paint_background()

    @property
    def panels(self) -> tuple[PlotPanel[Any], ...]:
        """The plots that have something to say with the present parameters, in order."""
        return tuple(self._panels)

    @property
    def shown(self) -> tuple[PlotPanel[Any], ...]:
        """Those of the plots that have room now."""
        return tuple(self._panels[n] for n in self._arranged[1])

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
        self._wear(self._all)  # the theme may have changed between two of them
        self._panels = list(self._all)
        self._first = 0
        self._arrange()
        self.updateGeometry()

    def set_kept(self, kept: tuple[Kept, ...]) -> None:
        """Have every plot show those of ``kept`` that belong to it, beside the curves of the run."""
        self._kept = kept
        self._laid_out = False
        for panel in self._all:
            panel.set_kept(kept)

    def hold_axes(self, on: bool) -> None:
        """Have no plot lose room for its curves."""
        for panel in self._all:
            panel.hold_axes(on)

    def set_sketching(self, on: bool) -> None:
        """Let the mouse draw into the plots that have axes, or no longer."""
        for panel in self._all:
            panel.sketching.set_active(on and panel.units() is not None)

    def choose(self, parameters: Any) -> None:
        """Leave out the plots that have nothing to say with ``parameters``."""
        telling = [panel for panel in self._all if panel.plot.tells(parameters)]
        chosen = telling[: self._most]
        if chosen == self._panels:
            return
        for panel in self._all:
            if panel not in chosen:
                self._grid.removeWidget(panel)
                panel.hide()
        first = self._panels[self._first] if self._first < len(self._panels) else None
        self._wear(chosen)
        self._panels = chosen
        self._first = chosen.index(first) if first in chosen else 0
        self._arrange()
        self.updateGeometry()

    def fold(self, on: bool) -> None:
        """Keep to plots of comfortable width, others under tabs; or put as many beside each other as can be read."""
        least = COMFORTABLE if on else LEAST_WIDTH
        if least != self._least:
            self._least = least
            self._rearrange()

    def keep(self, frame: Frame) -> None:
        """Give ``frame`` to the plots under other tabs, for the moment at which they are shown."""
        for panel in self._panels:
            if panel.isHidden():
                panel.show_frame(frame)

    # --- which have room ----------------------------------------------------------------------------------------

    @property
    def has_tabs(self) -> bool:
        """Whether some plots have no room now."""
        return len(self._arranged[1]) < len(self._panels)

    def turn_to(self, n: int) -> None:
        """Show the n-th plot, and as many behind it as have room."""
        self._first = min(max(n, 0), max(len(self._panels) - 1, 0))
        self._rearrange()

    def turn(self, by: int) -> None:
        """Show the tab so many further, from the last on to the first again."""
        shown, count = self._arranged[1], len(self._panels)
        if self.has_tabs:
            last = by > 0 and shown.stop == count
            first = by < 0 and shown.start == 0
            self.turn_to(0 if last else count - 1 if first else shown.start + by)

    def _plan(self) -> tuple[int, range]:
        """Columns of the grid and the plots in it: all where they have room, or need it in an export."""
        parts = [_part(panel) for panel in self._panels]
        whole = range(len(parts))
        tall = self._unseen or self.height() >= 2 * self._look.text_px(LEAST_HEIGHT)
        room = sum(parts) if self._unseen else int(2 * self.width() / self._look.text_px(self._least))
        if parts and tall and (len(parts) > ROW or sum(parts) > room):
            columns = next(n for n in range(max(parts), sum(parts) + 1) if places(parts, n)[-1][0] <= 1)
            if columns <= room:
                return columns, whole
        if sum(parts) <= room:
            return sum(parts), whole
        start = stop = self._first
        while stop < len(parts) and (stop == start or sum(parts[start : stop + 1]) <= room):
            stop += 1
        while start > 0 and sum(parts[start - 1 : stop]) <= room:
            start -= 1
        return sum(parts[start:stop]), range(start, stop)

    def _rearrange(self) -> None:
        if self._panels and self._plan() != self._arranged:
            self._arrange()

    def _arrange(self) -> None:
        """Put the plots into their places."""
        self._arranged = columns, shown = self._plan()
        for n in range(max(self._grid.columnCount(), self._grid.rowCount())):
            self._grid.setColumnStretch(n, 0)
            self._grid.setRowStretch(n, 0)
        for panel in self._panels:
            self._grid.removeWidget(panel)
            panel.setVisible(panel in self.shown)
        parts = [_part(panel) for panel in self.shown]
        for panel, part, (row, column) in zip(self.shown, parts, places(parts, max(columns, 1))):
            self._grid.addWidget(panel, row, column, 1, part)
            self._grid.setRowStretch(row, 1)
            for n in range(column, column + part):
                self._grid.setColumnStretch(n, 1)
        self.tabs.set_titles([panel.plot.title for panel in self._panels])
        self.tabs.mark(shown)
        self.tabs.setVisible(self.has_tabs)
        self._align()

    def _align(self) -> None:
        """Give the captions of a row the same height, so that the graphs above them end together."""
        self._laid_out = False
        rows: dict[int, list[PlotPanel[Any]]] = {}
        for panel in self.shown:
            row = self._grid.getItemPosition(self._grid.indexOf(panel))[0]  # type: ignore[index]
            rows.setdefault(row, []).append(panel)
        for panels in rows.values():
            most = max(panel.caption.rows for panel in panels)
            for panel in panels:
                panel.caption.set_least_rows(most)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room there is."""
        super().resizeEvent(event)
        self._rearrange()

    def _panel(self, plot: Plot, system: System[Any, Any]) -> PlotPanel[Any]:
        panel = panel_of(plot)(plot, system, self._look, self._row)
        panel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        panel.caption.folded.connect(self._align)
        panel.pinned.legend.folded.connect(self._align)
        panel.edited.connect(self.edited)
        panel.complained.connect(self.complained)
        panel.seek.connect(self.seek)
        panel.picked.connect(self.picked)
        panel.pointed.connect(self.pointed)
        panel.explain.connect(self.explain)
        panel.keep_asked.connect(self.keep_asked)
        panel.drop_asked.connect(self.drop_asked)
        panel.measured_asked.connect(self.measured_asked)
        panel.sketching.drawn.connect(lambda x, y: self.sketched.emit(plot.name, x, y))
        panel.set_kept(self._kept)
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
        self.tabs.set_look(look)
        self._wear(self._panels)
        self._arrange()

    def _wear(self, panels: Sequence[PlotPanel[Any]]) -> None:
        """Give these the present look; plots that have nothing to say wait until they have."""
        for panel in panels:
            if panel.look != self._look:
                panel.set_look(self._look)

    def _paint_background(self) -> None:
        # A rule of its own: the window's style sheet would paint it as a panel.
        self._row.setStyleSheet(f"#row {{ background: {self._look.theme.window}; border: none; }}")

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
            if not self._laid_out:  # its words take other rows than those of the frame before
                self._lay_out()
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
