"""The brush taken and put down: what it can do on this lattice, its radius, and the drags that become strokes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from spinviz.app.run.controller import Controller
from spinviz.app.window.brush_bar import LEAST, MOST, BrushBar
from spinviz.app.window.picture import Picture
from spinviz.model.abilities import Brushable
from spinviz.model.brush import BRUSHES, Point, Sites, stroke_of

NO_VIEW = "There is no 3D view"
NO_LATTICE = "This system has no lattice to paint on"
RADII = (LEAST, 1.0, 1.5, *(float(part * 2**n) for n in range(9) for part in (2, 3) if part * 2**n <= MOST))
"""What the wheel goes through, in sites."""
FIRST = 1 / 16
"""Radius at first, as a part of the side of the lattice."""


class BrushMode(QObject):
    """Gives the views a brush. Signal: ``changed``: it was taken or put down."""

    changed = Signal()

    def __init__(self, parent: QObject, controller: Controller, picture: Picture) -> None:
        super().__init__(parent)
        self._controller, self._picture = controller, picture
        self._bar: BrushBar | None = None
        self._brush, self._radius = "", 0.0
        self._sites: Sites | None = None
        self._path: list[Point] = []
        self._last: Point | None = None
        self._drag = 0
        self._waiting = False
        """A stroke was sent and no frame has come since: what is drawn meanwhile becomes one stroke."""
        controller.parameters_changed.connect(self._take)
        controller.frame.connect(self._on_frame)
        picture.view_made.connect(self._take)
        picture.brush_button.clicked.connect(lambda _: self.toggle())
        picture.stroked.connect(self.draw)
        picture.lifted.connect(self.lift)
        picture.radius_asked.connect(self.enlarge)

    @property
    def bar(self) -> BrushBar | None:
        """The row over the view, while a brush is in hand."""
        return self._bar

    @property
    def radius(self) -> float:
        """Radius in sites."""
        return self._radius

    @property
    def brush(self) -> str:
        """Name of the brush chosen last."""
        return self._brush

    def is_on(self) -> bool:
        """Whether a brush is in hand."""
        return self._bar is not None

    def reason(self) -> str:
        """Why there is nothing to paint on; empty where there is."""
        if self._picture.view is None:
            return NO_VIEW
        return "" if self._lattice() is not None else NO_LATTICE

    def is_possible(self) -> bool:
        """Whether there is a lattice to paint on."""
        return not self.reason()

    def toggle(self) -> None:
        """Take the brush or put it down."""
        if self.is_on():
            self.leave()
        elif self.is_possible():
            self._bar = BrushBar()
            self._bar.chosen.connect(self.choose)
            self._bar.radius_chosen.connect(self.set_radius)
            self._bar.done.connect(self.leave)
            self._picture.put_above(self._bar)
            self._take()
            self.changed.emit()

    def leave(self) -> None:
        """Put the brush down."""
        if self._bar is None:
            return
        self._end()
        for view in self._picture.all_views:
            view.hand.hold(None)
            view.describe("")
        bar, self._bar = self._bar, None
        self._picture.take_away(bar)
        self._picture.brush_button.setChecked(False)
        self.changed.emit()

    def choose(self, name: str) -> None:
        """Paint with another brush."""
        self._end()
        self._brush = name
        self._take()

    def choose_next(self) -> None:
        """Paint with the next brush of the list."""
        lattice, p = self._lattice(), self._controller.parameters
        if self.is_on() and lattice is not None and p is not None:
            names = lattice.brushes(p)
            self.choose(names[(names.index(self._brush) + 1) % len(names)])

    def set_radius(self, radius: float) -> None:
        """Paint with another radius."""
        self._radius = min(max(radius, LEAST), MOST)
        self._take()

    def enlarge(self, notches: float) -> None:
        """Go to the next larger or smaller radius."""
        if not self.is_on():
            return
        larger = [one for one in RADII if one > self._radius + 1e-6]
        smaller = [one for one in RADII if one < self._radius - 1e-6]
        if notches > 0 and larger:
            self.set_radius(larger[0])
        elif notches < 0 and smaller:
            self.set_radius(smaller[-1])

    def _lattice(self) -> Brushable[object, object] | None:  # type: ignore[type-var]
        system = self._controller.system
        return system if isinstance(system, Brushable) else None

    def _take(self, *_: object) -> None:
        """Have the brush that fits the lattice of now in every view, or put it down."""
        lattice, p = self._lattice(), self._controller.parameters
        self._picture.brush_button.setVisible(self.is_possible())
        self._picture.brush_button.setChecked(self.is_on())
        if self._bar is None:
            return
        if lattice is None or p is None:
            self.leave()
            return
        names = lattice.brushes(p)
        if self._brush not in names:
            self._brush = names[0]
        sites = lattice.sites(p)
        if self._sites is None or sites.count != self._sites.count or not self._radius:
            side = sites.count ** (1 / 2 if sites.plane is not None else 1 / 3)
            self._radius = min(RADII, key=lambda one: abs(one - max(FIRST * side, 1.0)))
        self._sites = sites
        self._bar.offer(names, self._brush)
        self._bar.show_radius(self._radius)
        for view in self._picture.all_views:
            view.hand.hold(sites, self._radius)
            view.describe(f"{BRUSHES[self._brush].title}, radius {self._radius:g} sites")

    # --- drags --------------------------------------------------------------------------------------------------

    def draw(self, place: Point, begins: bool) -> None:
        """Paint at a place in lattice constants."""
        if begins:
            self._end()
            self._drag += 1
        self._path.append(place)
        if not self._waiting:
            self._send()

    def lift(self) -> None:
        """End the drag."""
        self._end()

    def _end(self) -> None:
        if self._path:
            self._send()
        self._last = None

    def _send(self) -> None:
        goes_on = self._last is not None
        path = [self._last, *self._path] if self._last is not None else self._path
        self._last, self._path = path[-1], []
        self._waiting = True
        self._controller.paint(stroke_of(self._brush, path, self._radius, goes_on), self._drag)

    def _on_frame(self) -> None:
        self._waiting = False
        if self._path:
            self._send()
