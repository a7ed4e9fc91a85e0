"""What all plots share: graph, caption, zoom, read-out under the mouse, copy and save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

import pyqtgraph as pg
from PySide6.QtCore import QKeyCombination, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QKeySequence, QPainter, QShowEvent
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QVBoxLayout, QWidget

from spinviz.model.frame import Frame
from spinviz.model.kept import Kept, KeptLine
from spinviz.model.plots import Plot, Spot
from spinviz.model.symbols import plain_text
from spinviz.model.system import System
from spinviz.model.verdict import Verdict
from spinviz.plots import share
from spinviz.plots.axes import RIGHT_MARGIN, Fit, QuietAxis
from spinviz.plots.caption import Caption
from spinviz.plots.corners import ReadOut, ResetZoom
from spinviz.plots.items import Stroke
from spinviz.plots.keep_button import KeepButton, offer
from spinviz.plots.laws import badge, laws_of
from spinviz.plots.lean import without_controls
from spinviz.plots.legend import Legend
from spinviz.plots.look import Look
from spinviz.plots.pinned import Pinned
from spinviz.plots.sketch import Sketching
from spinviz.plots.table import Columns, Table, padded, table_of

Kind = TypeVar("Kind", bound=Plot)

UNDER = -1000.0
"""Where axes and grid are drawn: below everything else."""
COPY_IMAGE = QKeyCombination(Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_C)


class PlotPanel(QWidget, Generic[Kind]):
    """One plot of a system. Subclasses draw a frame in `draw`, describe a point in `read_out`, and know their table.

    Signals: ``edited(parameters, name, final)``: new validated parameters, as of the form of parameters;
    ``complained(text)``: why an edit is not possible, empty when it is again; ``seek(plot, time, step)``: the run
    shall go to a time on the axis that the plot had at ``step``; ``picked(plot, row, column)``: a pixel was clicked;
    ``pointed(plot, spot)``: a point of a curve was clicked, a `Spot`; ``explain(plot)``: its laws shall be explained;
    ``keep_asked(plot)``: its curves shall stay; ``drop_asked(kept)``: kept ones shall go; ``measured_asked(plot)``: a
    table shall be chosen to compare with.
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
    grid: ClassVar[bool] = True
    """Whether thin lines mark the heights."""
    wide: ClassVar[bool] = False
    """Whether the plot gets half as much room again as others."""

    def __init__(self, plot: Kind, system: System[Any, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = plot
        self.system = system
        self.look = look
        self.zoomed = False
        self.frame: Frame | None = None
        self._stale = False
        self._unseen = False
        self._spot: Spot | None = None
        """What was clicked and is not told yet."""
        self._styles: list[Callable[[Look], None]] = []
        self._build()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Plot {plain_text(plot.title)}")
        law = " Enter explains the law." if laws_of(plot, system) else ""
        self.setAccessibleDescription(f"Context menu: copy data, save as CSV, copy image, reset zoom.{law}")

    def draw(self, frame: Frame) -> None:
        """Show ``frame``."""
        raise NotImplementedError

    def read_out(self, x: float, y: float) -> str:
        """Return what the plot shows near (x, y), in axis numbers; empty for nothing."""
        return ""

    def spot(self, x: float, y: float) -> Spot | None:
        """Return the point of a curve that is meant at (x, y), in axis numbers; None for none."""
        return None

    def pixel(self) -> tuple[float, float]:
        """Width and height of a pixel in axis numbers."""
        (left, right), (low, high) = self.box.state["viewRange"]
        return (right - left) / max(self.box.width(), 1.0), (high - low) / max(self.box.height(), 1.0)

    def judged(self, frame: Frame) -> tuple[Verdict, str, str]:
        """Return verdict, text and explanation of the badge."""
        return badge(self.plot, self.system, frame)

    def comparison(self) -> str:
        """Return how far apart the curves drawn and their laws are, where the plot itself measures it."""
        return ""

    def keepable(self, frame: Frame) -> tuple[KeptLine, ...]:
        """Return the curves of the run that can be kept, in the declared units; none where a plot has no curves."""
        return ()

    def units(self) -> tuple[str, str] | None:
        """Return the declared units of x and y; None where the plot has no such axes."""
        return None

    def factors(self) -> tuple[float, float]:
        """Return by what values in the declared units are divided on the axes now."""
        return 1.0, 1.0

    def set_kept(self, kept: tuple[Kept, ...]) -> None:
        """Show those of ``kept`` that belong to this plot."""
        self.pinned.set_kept(kept)
        self._keep.appear(self.units() is not None and not self._unseen)
        self.refresh()

    def hold_axes(self, on: bool) -> None:
        """Keep the room that the curves had, although a law that needs it is hidden or the run begins again."""
        for part in vars(self).values():
            if isinstance(part, Fit):
                part.held = on

    @staticmethod
    def numbers(plot: Kind, frame: Frame, system: System[Any, Any]) -> Columns:
        """Return the columns of the table behind ``plot``."""
        raise NotImplementedError

    def show_frame(self, frame: Frame) -> None:
        """Show ``frame``, at once when visible, otherwise when it becomes visible."""
        self.frame = frame
        if self.isVisible() or self._unseen:
            self.refresh()
        else:
            self._stale = True

    def draw_unseen(self) -> None:
        """Draw every frame although the plot is on no screen."""
        self._unseen = True
        self._keep.hide()

    def lay_out_now(self) -> None:
        """Settle the sizes of the graph's parts without waiting for events."""
        if column := self.layout():
            column.activate()
        self.graph.getPlotItem().layout.activate()
        self.graph.getPlotItem().getViewBox().updateMatrix()

    def refresh(self) -> None:
        """Draw the last frame again."""
        self._stale = False
        if self.frame is None:
            return
        self.draw(self.frame)
        self.pinned.draw()
        self.caption.set_badge(*self.judged(self.frame))

    def set_look(self, look: Look) -> None:
        """Take a theme and a size."""
        self.look = look
        for restyle in self._styles:
            restyle(look)
        self._lay_out()
        self.refresh()

    def reset_zoom(self) -> None:
        """Follow the run again."""
        self.zoomed = False
        self._reset.hide()
        self.refresh()

    def _build(self) -> None:
        self.x_axis = QuietAxis("bottom", self.look, grid=False)
        self.y_axis = QuietAxis("left", self.look, grid=self.grid)
        self.graph = pg.PlotWidget(
            axisItems={"bottom": self.x_axis, "left": self.y_axis},
            viewBox=self.make_box(),
            background=None,
            enableMenu=False,
        )
        self.graph.setFrameShape(self.graph.Shape.NoFrame)
        # Where there is too little height for both, the graph gets lower and no word is cut off.
        self.graph.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.graph.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # It paints all of itself: otherwise everything below it would be painted with every frame.
        self.graph.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.graph.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        item = self.graph.getPlotItem()
        for axis in (self.x_axis, self.y_axis):
            axis.setZValue(UNDER)  # pyqtgraph has put it over the numbers
        item.hideButtons()
        without_controls(item)
        self.box = item.getViewBox()
        self.box.disableAutoRange()
        self.box.sigRangeChangedManually.connect(self._zoom_changed)
        self.graph.scene().sigMouseMoved.connect(self._mouse_moved)
        self.graph.scene().sigMouseClicked.connect(self._mouse_clicked)
        self.caption = Caption(self.look, self)
        self.caption.explain.connect(self.explain_law)
        layout = QVBoxLayout(self)
        layout.setSpacing(0)
        layout.addWidget(self.graph, 1)
        layout.addWidget(self.caption)
        self._read_out = ReadOut(self.look, self.graph)
        self._keep = KeepButton(self.look, self)
        self._keep.clicked.connect(lambda: self.keep_asked.emit(self.plot.name))
        self.pinned = Pinned(self, self)
        self.sketching = Sketching(self, self)
        self._reset = ResetZoom(self.look, self.graph)
        self._reset.clicked.connect(self.reset_zoom)
        parts = (self.x_axis, self.y_axis, self.caption, self._read_out, self._reset, self._keep, self.pinned)
        self._styles += [part.set_look for part in parts]
        self._lay_out()

    def make_box(self) -> pg.ViewBox | None:
        """Return the part of the graph that shows numbers; None for the usual one."""
        return None

    def _lay_out(self) -> None:
        px = self.look.px
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(round(px(6)), round(px(8)), round(px(10)), round(px(6)))
        top, right = self.look.text_px(7), self.look.text_px(RIGHT_MARGIN)
        self.graph.getPlotItem().layout.setContentsMargins(0, top, right, 0)
        self.graph.setBackground(self.look.theme.window)

    # Parts that subclasses add, restyled with the theme.

    def add_curve(
        self,
        role: str,
        width: float = 2.0,
        *,
        dashed: bool = False,
        pattern: int = 0,
        z: float = 10.0,
        alpha: float = 1.0,
    ) -> pg.PlotCurveItem:
        """Add a line."""
        item = Stroke(antialias=True)
        item.setZValue(z)
        self.box.addItem(item, ignoreBounds=True)
        self._style(lambda look: item.setPen(look.pen(role, width, dashed=dashed, pattern=pattern, alpha=alpha)))
        return item

    def add_fill(self, role: str, alpha: float, *, z: float = 5.0, item: pg.PlotCurveItem | None = None) -> Any:
        """Add a filled line."""
        filled = item if item is not None else pg.PlotCurveItem(antialias=True)
        filled.setZValue(z)
        self.box.addItem(filled, ignoreBounds=True)

        def restyle(look: Look) -> None:
            filled.setBrush(look.brush(role, alpha))
            filled.setPen(look.pen(role, 1.2))

        self._style(restyle)
        return filled

    def add_legend(self) -> Legend:
        """Add a legend above the graph."""
        legend = Legend(self.look, self)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, legend)
        self._style(legend.set_look)
        return legend

    def add_item(self, item: Any) -> Any:
        """Add anything with ``set_look``."""
        self.box.addItem(item, ignoreBounds=True)
        self._style(item.set_look)
        return item

    def _style(self, restyle: Callable[[Look], None]) -> None:
        self._styles.append(restyle)
        restyle(self.look)

    def set_view(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show this part of the plane, unless the user has zoomed."""
        if self.zoomed or not (x[1] > x[0] and y[1] > y[0]):
            return
        shown = self.box.state["viewRange"]
        if tuple(shown[0]) != x or tuple(shown[1]) != y:
            self.box.setRange(xRange=x, yRange=y, padding=0)
            width = self.y_axis.fit_width(*y, self.box.height())
            self.caption.set_inset(width)
            self.pinned.legend.set_inset(width)

    def columns(self) -> int:
        """Return how many columns of the graph can be told apart."""
        return max(50, int(self.box.width() / 1.5))

    # Mouse and keys.

    def _zoom_changed(self, *_: object) -> None:
        self.zoomed = True
        self._reset.appear()
        self.refresh()

    def _mouse_moved(self, at: QPointF) -> None:
        text = ""
        inside = self.box.sceneBoundingRect()
        if self.frame is not None and inside.contains(at):
            point = self.box.mapSceneToView(at)
            text = self.read_out(point.x(), point.y())
        self._read_out.say(text, at, inside)

    def _mouse_clicked(self, event: Any) -> None:
        """Tell the point of a curve; while the zoom can be reset a double click is waited for."""
        at = QPointF(event.scenePos().x(), event.scenePos().y())
        if event.button() != Qt.MouseButton.LeftButton or not self.box.sceneBoundingRect().contains(at):
            return
        self._spot = None
        if event.double():
            return
        point = self.box.mapSceneToView(at)
        self._spot = self.spot(point.x(), point.y()) if self.frame is not None else None
        if self._spot is not None and not self.zoomed:
            self._tell_spot()
        elif self._spot is not None:
            QTimer.singleShot(QApplication.doubleClickInterval(), self, self._tell_spot)

    def _tell_spot(self) -> None:
        spot, self._spot = self._spot, None
        if spot is not None:
            self.pointed.emit(self.plot.name, spot)

    def leaveEvent(self, event: Any) -> None:
        """Hide the read-out."""
        self._read_out.hide()
        super().leaveEvent(event)

    def mouseDoubleClickEvent(self, event: Any) -> None:
        """Reset the zoom."""
        self.reset_zoom()
        super().mouseDoubleClickEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the run."""
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the data, Ctrl+Shift+C the image, 0 resets the zoom, Enter explains the law."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_table()
        elif event.keyCombination() == COPY_IMAGE:
            share.copy_image(self)
        elif event.key() == Qt.Key.Key_0 and not event.modifiers():
            self.reset_zoom()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and laws_of(self.plot, self.system):
            self.explain_law()
        else:
            super().keyPressEvent(event)

    def explain_law(self) -> None:
        """Ask for an explanation of what is drawn dashed."""
        self.explain.emit(self.plot.name)

    def copy_table(self) -> None:
        """Put the numbers on the clipboard."""
        if self.frame is not None:
            share.copy_table(self._table(self.frame))

    def save_table(self, path: str = "") -> None:
        """Write the numbers as CSV; ask for the file when no ``path`` is given."""
        if self.frame is None:
            return
        path = path or share.ask_for_file(self, f"{self.system.name}-{self.plot.name}.csv")
        if path:
            share.save_table(path, self._table(self.frame), self)

    def _table(self, frame: Frame) -> Table:
        columns, units = self.numbers(self.plot, frame, self.system), self.units()
        if self.pinned.kept and units is not None:
            columns = padded(columns + self.pinned.columns(units))
        return table_of(columns)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the plot."""
        menu = self.menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def menu(self) -> QMenu:
        """Return a new menu with what can be done with the plot."""
        menu = QMenu(self)
        entries: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("&Copy data", "Ctrl+C", self.copy_table),
            ("&Save data as CSV…", "", self.save_table),
            ("Copy &image", "Ctrl+Shift+C", lambda: share.copy_image(self)),
            ("&Reset zoom", "0", self.reset_zoom),
        )
        if laws_of(self.plot, self.system):
            entries += (("&Explain the law", "Return", self.explain_law),)
        for title, key, run in entries:
            action = QAction(title, menu)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(lambda _=False, run=run: run())
            menu.addAction(action)
        if self.units() is not None:
            name, kept = self.plot.name, self.pinned.kept
            offer(
                menu,
                self.pinned.words(),
                lambda: self.keep_asked.emit(name),
                lambda: self.measured_asked.emit(name),
                lambda n: self.drop_asked.emit(kept[n]),
            )
        return menu

    def paintEvent(self, event: Any) -> None:
        """Show keyboard focus as a line at the left edge."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(self.look.pen("accent", 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 5, 5)
            painter.end()
