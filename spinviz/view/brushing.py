"""The brush over a view: which point of the lattice is under the pointer, and the ring that shows the radius."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import tau
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from spinviz.model.brush import Point, Sites
from spinviz.model.theme import Theme
from spinviz.model.visuals import Arrows, Visual
from spinviz.view.camera import Lens
from spinviz.view.picking import count_of, picked_at, place_of, ray_of

CORNERS = 72
"""Of the ring."""
CROSS = 4.0
"""Half a side of the cross in the middle of the ring, in pixels."""
ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip
"""Keys that move a brush, and where to."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
STRIDE, PART = 12.0, 0.25
"""How far a key moves the brush: so many pixels, or this part of the width of its ring."""
AS_EVER = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
"""With these keys a drag turns or moves the picture and the wheel zooms although a brush is in hand."""

Values = NDArray[np.float64]


def touched(sites: Sites, visuals: Sequence[Visual], lens: Lens, at: tuple[float, float]) -> Values | None:
    """Return the point (3,) of the lattice under the pixel ``at``; None where there is none.

    Of a flat lattice it is a point of its plane, of others the middle of the site that is seen there.
    """
    plane = sites.plane
    if plane is not None:
        origin, ray = ray_of(lens, np.asarray(at, np.float64))
        along = (plane - origin[2]) / ray[2] if abs(ray[2]) > 1e-6 else -1.0
        return np.asarray(origin + along * ray) if along > 0 else None
    whole = [visual for visual in visuals if count_of(visual) == sites.count]
    picked = picked_at(whole, lens, at)
    if picked is None:
        return None
    visual = whole[picked.slot]
    if isinstance(visual, Arrows):
        return np.asarray(visual.positions[picked.index], np.float64)
    return place_of(picked, whole)


def ring_about(point: Values, radius: float, flat: bool, lens: Lens) -> Values:
    """Return the pixels (n, 2) of a circle about a point: in the plane of a flat lattice, else facing the viewer."""
    t = np.linspace(0, tau, CORNERS, endpoint=False)
    right, up = (np.eye(3)[:2]) if flat else lens.rotation[:2]
    circle = point + radius * (np.cos(t)[:, None] * right + np.sin(t)[:, None] * up)
    return np.asarray(lens.project(circle)[0])


class Ring(QWidget):
    """Draws the ring over a view, light on dark so that it is seen on everything; deaf to the mouse."""

    def __init__(self, view: QWidget, theme: Theme) -> None:
        super().__init__(view)
        self.theme = theme
        self.points: Values | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()

    def show_points(self, points: Values | None) -> None:
        """Show the ring through these pixels (n, 2); None for no ring."""
        self.points = points
        self.setVisible(points is not None)
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line in the colour of letters on a wider one in that of the window, and a cross in the middle."""
        if self.points is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QPolygonF([QPointF(x, y) for x, y in self.points])
        middle = QPointF(*self.points.mean(axis=0))
        for color, width in ((self.theme.window, 4.5), (self.theme.text, 2.0)):
            painter.setPen(QPen(QColor(color), width))
            painter.drawPolygon(ring)
            painter.drawLine(middle - QPointF(CROSS, 0), middle + QPointF(CROSS, 0))
            painter.drawLine(middle - QPointF(0, CROSS), middle + QPointF(0, CROSS))
        painter.end()


class Eye(Protocol):
    """What the hand asks of the view over which it moves."""

    @property
    def drawn_visuals(self) -> tuple[Visual, ...]:
        """The visuals of the frame."""

    def lens(self) -> Lens:
        """The camera placed before the stage, in the widget's own pixels."""


class Hand(QObject):
    """Holds a brush over ``view``, or nothing: what it is told of mouse and keys it uses only with a brush.

    Signals: ``stroked(place, begins)``: the brush paints at a place (x, y, z) in lattice constants, in a drag that
    begins there or goes on; ``lifted``: the drag is over; ``radius_asked(notches)``: the wheel was turned, up for a
    larger radius.
    """

    stroked = Signal(object, bool)
    lifted = Signal()
    radius_asked = Signal(float)

    def __init__(self, view: QWidget, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._sites: Sites | None = None
        self._radius = 1.0
        self._pointer: QPointF | None = None
        self._painting = False
        self.ring = Ring(view, theme)

    @property
    def _eye(self) -> Eye:
        return self._view  # type: ignore[return-value]

    @property
    def is_full(self) -> bool:
        """Whether it holds a brush."""
        return self._sites is not None

    def hold(self, sites: Sites | None, radius: float = 1.0) -> None:
        """Hold a brush for ``sites`` of ``radius`` lattice constants from now on; None puts it down."""
        self._sites, self._radius = sites, radius
        self._view.setMouseTracking(sites is not None)
        if sites is None:
            self._view.unsetCursor()
            self._pointer, self._painting = None, False
        else:
            self._view.setCursor(Qt.CursorShape.CrossCursor)
            if self._pointer is None and self._view.underMouse():
                self._pointer = QPointF(self._view.mapFromGlobal(QCursor.pos()))
        self.place_ring()

    # --- where it is --------------------------------------------------------------------------------------------

    def _point(self) -> Values | None:
        if self._sites is None or self._pointer is None:
            return None
        at = (self._pointer.x(), self._pointer.y())
        return touched(self._sites, self._eye.drawn_visuals, self._eye.lens(), at)

    def place_ring(self) -> None:
        """Show the ring where the brush is."""
        point = self._point()
        if point is None or self._sites is None:
            self.ring.show_points(None)
            return
        self.ring.setGeometry(self._view.rect())
        flat = self._sites.plane is not None
        self.ring.show_points(ring_about(point, self._radius * self._sites.constant, flat, self._eye.lens()))

    def follow(self) -> None:
        """Take note of another frame: what was in front of a volume may be gone."""
        if self._sites is not None and self._sites.plane is None:
            self.place_ring()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Show no ring meanwhile: it belongs to the hand and not to the picture."""
        points = self.ring.points
        self.ring.show_points(None)
        yield
        self.ring.show_points(points)

    # --- what is done with it -----------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> bool:
        """Begin to paint; return whether the press was the brush's."""
        if not self.is_full or event.button() != Qt.MouseButton.LeftButton or event.modifiers() & AS_EVER:
            return False
        self._pointer, self._painting = event.position(), True
        self.place_ring()
        self._dab(begins=True)
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Go along; return whether it paints."""
        if self.is_full:
            self._pointer = event.position()
            self.place_ring()
        if self._painting:
            self._dab(begins=False)
        return self._painting

    def lift(self, event: QMouseEvent) -> bool:
        """End the drag; return whether there was one."""
        if not self._painting or event.button() != Qt.MouseButton.LeftButton:
            return False
        self._painting = False
        self.lifted.emit()
        return True

    def leave(self) -> None:
        """Show no ring where no pointer is."""
        if self.is_full and not self._painting:
            self._pointer = None
            self.place_ring()

    def turn(self, event: QWheelEvent, notches: float) -> bool:
        """Ask for another radius; return whether the wheel was the brush's."""
        if not self.is_full or event.modifiers() & AS_EVER:
            return False
        self.radius_asked.emit(notches)
        return True

    def wants(self, event: QKeyEvent) -> bool:
        """Whether a key that may be a command's moves the brush."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self.is_full and plain and event.key() in ARROWS

    def type(self, event: QKeyEvent) -> bool:
        """Move the brush, or paint; return whether the key was the brush's."""
        paints = self.is_full and event.key() in ENTER
        if not paints and not self.wants(event):
            return False
        size = self._view.size()
        if self._pointer is None:
            self._pointer = QPointF(size.width() / 2, size.height() / 2)
        elif not paints:
            points = self.ring.points
            stride = max(STRIDE, PART * float(np.ptp(points[:, 0]))) if points is not None else STRIDE
            x, y = ARROWS[event.key()]
            at = self._pointer + QPointF(stride * x, stride * y)
            self._pointer = QPointF(min(max(at.x(), 0.0), size.width()), min(max(at.y(), 0.0), size.height()))
        self.place_ring()
        if paints:
            self._dab(begins=True)
            self.lifted.emit()
        return True

    def _dab(self, begins: bool) -> None:
        point = self._point()
        if point is not None and self._sites is not None:
            self.stroked.emit(in_constants(point, self._sites), begins)


def in_constants(point: Values, sites: Sites) -> Point:
    """Return a point of the picture in lattice constants."""
    x, y, z = (float(one) / sites.constant for one in point)
    return x, y, z
