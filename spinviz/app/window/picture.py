"""The centre of the window: messages, the 3D view (or what is missing for it), the transport bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from spinviz.app.run.pacing import OneInFlight
from spinviz.app.window.camera_views import KeptViews, camera_in, state_of
from spinviz.app.window.message_bar import MessageBar
from spinviz.app.window.second_pane import NARROWEST, Chooser, SecondPane, side_by_side
from spinviz.export.composer import Beside
from spinviz.export.still import AS_SHOWN, Shown, Still, draw
from spinviz.export.words import texts_of
from spinviz.files.session import CameraState
from spinviz.model.frame import Frame
from spinviz.model.kept import Kept
from spinviz.model.parameters import Quantity
from spinviz.model.switches import PARTS, without
from spinviz.model.system import System
from spinviz.model.theme import Theme
from spinviz.panels.drawers import DrawerButton
from spinviz.view.camera import Camera, along, home
from spinviz.view.canvas import View
from spinviz.view.lettering import parts_of, typeset
from spinviz.view.painted import device_pixels
from spinviz.view.probe import MissingOpenGL, Probe

TRANSPORT_MARGINS = (12, 6, 12, 10)
ROOMY = 760.0
"""Width from which on the buttons beside the transport bar have their titles, in pixels of the design."""


class Picture(QWidget):
    """Shows frames and calls ``release`` when one is on the screen.

    ``opengl`` is what was found of it; where it does not work, a panel says what is missing.
    """

    shown = Signal(object)
    """`Frame`: the view has drawn it, and is painted together with whatever else changes now."""
    failed = Signal(str)
    camera_moved = Signal()
    view_made = Signal()
    """There is another view."""
    stroked = Signal(object, bool)
    lifted = Signal()
    radius_asked = Signal(float)
    """See `Hand`."""
    clicked = Signal(str, int, int)
    """A pixel of an image in the view: the plot that shows the same, row, column."""

    def __init__(
        self,
        theme: Theme,
        release: Callable[[], None],
        transport: QWidget,
        opengl: Probe | None = None,
        samples: int = 0,
    ) -> None:
        super().__init__()
        self.messages = MessageBar(self)
        self.view: View | None = None
        self.second: SecondPane | None = None
        """The same moment drawn otherwise, at the right of the view."""
        self.chooser: Chooser | None = None
        """How the view itself is drawn; there while there are two."""
        self.animate = True
        self._alone = 0
        self._theme = theme
        self._flight = OneInFlight(release, self)
        self._system: System[Any, Any] | None = None
        self._frame: Frame | None = None
        self._told: Frame | None = None
        self._hidden: tuple[str, ...] = ()
        self._pending_camera: Camera | None = None
        self.views = KeptViews()
        self._layout = layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._opengl, self._samples = opengl or Probe(software=True), samples
        self.above = self._make_first() if self._opengl.works else MissingOpenGL(self._opengl)
        self.above.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._both = QSplitter(Qt.Orientation.Horizontal, self)
        self._both.setChildrenCollapsible(False)
        first = QWidget(self._both)
        self._first = QVBoxLayout(first)
        self._first.setContentsMargins(0, 0, 0, 0)
        self._first.setSpacing(0)
        self._first.addWidget(self.above, 1)
        self._both.addWidget(first)
        layout.addWidget(self._both, 1)
        self._foot = QWidget(self)
        place = QHBoxLayout(self._foot)
        place.setContentsMargins(*TRANSPORT_MARGINS)
        place.setSpacing(8)
        self.drawers = {
            "library": DrawerButton(theme, "Library", "library", "Library: choose a system (Ctrl+1)", self),
            "controls": DrawerButton(theme, "Parameters", "sliders", "Parameters and observables (Ctrl+3)", self),
        }
        place.addWidget(self.drawers["library"])
        self.brush_button = DrawerButton(theme, "Brush", "brush", "Paint on the lattice (B)", self)
        self.brush_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        place.addWidget(transport, 1)
        place.addWidget(self.brush_button)
        place.addWidget(self.drawers["controls"])
        layout.addWidget(self._foot)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the message at the foot of the view, titles on buttons where there is room."""
        super().resizeEvent(event)
        self._fit_drawers()
        self._layout.activate()
        self.messages.place(self._both.geometry().bottom())

    def _fit_drawers(self) -> None:
        for button in self.drawers.values():
            button.set_room(self.width() >= ROOMY * self._theme.font_scale)

    def _make_first(self) -> View:
        self.view = self._make_view()
        self.view.taken.connect(self._flight.painted)
        self.view.ready.connect(self._tell)
        self.view.camera_changed.connect(self.camera_moved)
        return self.view

    def _make_view(self) -> View:
        view = View(self._theme, self, self._opengl.budget, self._samples, self._opengl.software)
        view.failed.connect(self.failed)
        view.clicked.connect(self.clicked)
        view.hand.stroked.connect(self.stroked)
        view.hand.lifted.connect(self.lifted)
        view.hand.radius_asked.connect(self.radius_asked)
        return view

    @property
    def all_views(self) -> tuple[View, ...]:
        """One view, two or none."""
        second = self.second.view if self.second is not None else None
        return tuple(view for view in (self.view, second) if view is not None)

    def put_above(self, bar: QWidget) -> None:
        """Have ``bar`` over the picture."""
        self._layout.insertWidget(0, bar)

    def take_away(self, bar: QWidget) -> None:
        """Free a bar that was put above, and give the view the keys that it had."""
        focus = QApplication.focusWidget()
        if focus is not None and bar.isAncestorOf(focus):
            self.above.setFocus()
        self._layout.removeWidget(bar)
        bar.setParent(None)
        bar.deleteLater()

    # --- a second view ------------------------------------------------------------------------------------------

    def split(self, choices: tuple[Quantity, ...]) -> SecondPane:
        """Have a second view at the right, and a chooser of ``choices`` over both; the picture must have a view."""
        assert self.view is not None
        self.unite()
        self.chooser = Chooser(choices, "first")
        self._first.insertWidget(0, self.chooser)
        second = self._make_view()
        self._alone = self.view.minimumWidth()
        for view in (self.view, second):
            view.setMinimumWidth(NARROWEST)
        self.second = SecondPane(choices, self.view, second)
        self._both.addWidget(self.second)
        self._both.setSizes([1 << 16, 1 << 16])  # as wide as each other
        self.view_made.emit()
        return self.second

    def unite(self) -> None:
        """Have one view again, and free the second."""
        if self.second is None or self.chooser is None or self.view is None:
            return
        gone = (self.chooser, self.second)
        focus = QApplication.focusWidget()
        if focus is not None and any(part.isAncestorOf(focus) for part in gone):
            self.view.setFocus()
        self.second.release()
        self.second = self.chooser = None
        for part in gone:
            part.setParent(None)
            part.deleteLater()
        self.view.setMinimumWidth(self._alone)

    def release(self) -> None:
        """Free what belongs to OpenGL."""
        if self.second is not None:
            self.second.view.release()
        if self.view is not None:
            self.view.release()

    def prepare(self, system: System[Any, Any]) -> None:
        """Set the equation of what comes next, in whichever thread: it takes a moment."""
        if self.view is not None:
            for row in (system.equation, *parts_of(system.equation)):
                typeset(row)

    # --- what is shown ------------------------------------------------------------------------------------------

    def set_system(self, system: System[Any, Any]) -> None:
        """Another system is on."""
        self._system = system
        self._frame = None
        if self.view is not None:
            self.view.forget_moments()
            self.view.follow(None)
            self._write_equation()

    def set_hidden(self, hidden: tuple[str, ...]) -> None:
        """Leave out the switches of `model.switches` named, from now on and in the frame that is shown."""
        if hidden == self._hidden:
            return
        if self.view is not None and PARTS.keys() & ({*hidden} ^ {*self._hidden}):
            self.view.follow_numbered()
        self._hidden = hidden
        self._write_equation()
        if self.view is not None and self._frame is not None:
            self._draw(self.view, self._frame)

    def show_transport(self, wanted: bool) -> None:
        """Have the bar below the view or not."""
        if wanted == self._foot.isHidden():
            self._foot.setVisible(wanted)
            self._layout.activate()
            self.messages.place(self._both.geometry().bottom())

    def show_frame(self, frame: Frame) -> None:
        """Show ``frame``; the next one may come when it is painted."""
        self._frame = frame
        self._flight.given()
        if self.view is None:
            self._flight.painted()
            self._tell(frame)
            return
        self._write()
        self._draw(self.view, frame)
        if self._pending_camera is not None:
            self.view.set_camera(self._pending_camera)
            self._pending_camera = None

    def _tell(self, frame: Frame) -> None:
        """Say once that ``frame`` is drawn: turning the camera draws it again."""
        if frame is not self._told:
            self._told = frame
            self.shown.emit(frame)

    def _write_equation(self) -> None:
        if self.view is not None and self._system is not None:
            self.view.set_equation("" if "equation" in self._hidden else self._system.equation)

    def _draw(self, view: View, frame: Frame) -> None:
        shown = without(frame, self._hidden)
        view.show_frame(shown, frame)
        if self.second is not None and shown.second is not None:
            self.second.show_frame(shown.second)

    def _write(self) -> None:
        if self.view is None or self._system is None or self._frame is None:
            return
        texts = texts_of(self._system, self._frame, self._hidden)
        self.view.set_texts(texts.time, texts.lens, texts.caption)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme."""
        self._theme = theme
        for button in (*self.drawers.values(), self.brush_button):
            button.set_theme(theme)
        self._fit_drawers()
        if self.view is not None:
            self.view.set_theme(theme)
        if self.second is not None:
            self.second.view.set_theme(theme)

    def complete(self) -> None:
        """Have the picture drawn as large and in the theme in which it is to be painted."""
        self._layout.activate()
        for view in (self.view, self.second.view if self.second is not None else None):
            if view is not None and view.isVisible():
                view.complete()

    # --- the camera ---------------------------------------------------------------------------------------------

    def look(self, preset: str) -> None:
        """Look from "home" or along an axis."""
        if self.view is None:
            return
        if self.animate:
            self.view.look(preset)
        else:
            stage = self.view.stage
            self.view.set_camera(home(stage) if preset == "home" else along(preset, stage))

    def orbit(self, right: float, up: float) -> None:
        """Turn by degrees."""
        if self.view is not None:
            self.view.orbit(right, up)

    def zoom(self, factor: float) -> None:
        """Magnify."""
        if self.view is not None:
            self.view.zoom(factor)

    @property
    def is_parallel(self) -> bool:
        """Whether the projection is parallel."""
        return self.view is not None and self.view.camera.parallel

    def toggle_projection(self) -> None:
        """Change between perspective and parallel projection."""
        if self.view is not None:
            self.view.set_parallel(not self.is_parallel)

    def keep_view(self, number: int) -> None:
        """Keep the camera under a number."""
        if self.view is not None:
            self.views.keep(number, self.view.camera)
            self.messages.say(f"Kept as view {number}", "info", stays=False)

    def has_view(self, number: int) -> bool:
        """Whether a camera is kept under ``number``."""
        return self.views.get(number) is not None

    def go_to_view(self, number: int) -> None:
        """Glide to what is kept under ``number``."""
        camera = self.views.get(number)
        if self.view is not None and camera is not None:
            self.view.set_camera(camera, smoothly=self.animate)

    def camera_state(self) -> CameraState:
        """Return the camera and the kept views as a session keeps them."""
        return state_of(self.view.camera) | self.views.state() if self.view is not None else {}

    def use_camera(self, state: CameraState) -> None:
        """Take camera and views of a session, once its first frame has set the stage."""
        if state:
            self._pending_camera = camera_in(state)
            self.views.use(state)

    # --- pictures of the picture --------------------------------------------------------------------------------

    def image(self, still: Still = AS_SHOWN, kept: tuple[Kept, ...] = ()) -> QImage:
        """Return what the view shows, as ``still`` says; plots have the ``kept`` curves beside those of the run.

        Errors: `PlanError`, `OpenGLMissing`.
        """
        if self.view is None or self._system is None or self._frame is None:
            return self.grab().toImage()
        second = self.second
        if still == AS_SHOWN:
            image = self.view.image()
            return image if second is None else side_by_side(image, second.view.image())
        (width, height), beside = device_pixels(self.view), None
        if second is not None and self._frame.second is not None:
            whole = width + device_pixels(second.view)[0]
            width, beside = whole, Beside(second.view.camera, width / whole)
        shown = Shown(
            self._system, self._frame, self._theme, self.view.camera, (width, height), kept, self._hidden, beside
        )
        return draw(still, shown)
