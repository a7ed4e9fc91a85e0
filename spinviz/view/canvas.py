"""The 3D view of the window: the picture with the overlay on top, turned and moved with the mouse."""

from __future__ import annotations

import traceback
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QCloseEvent, QImage, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from spinviz.model.frame import Frame
from spinviz.model.theme import Theme
from spinviz.model.visuals import Cells, Stage, Visual
from spinviz.view.brushing import Hand
from spinviz.view.camera import Camera, Lens, along, between, home
from spinviz.view.detail import SOFTWARE_BUDGET
from spinviz.view.overlay import Texts
from spinviz.view.painted import ByHardware, BySoftware
from spinviz.view.picking import Picked, mark, picked_at

ORBIT = 0.4
"""Degrees per pixel."""
STILL = 4
"""Pixels that a mouse may move in a click."""
DESCRIPTION = (
    "Picture of the running system. Drag to rotate, Shift and drag to move, "
    "wheel to zoom, click: follow what is there, double click: home."
)
BRUSH = (
    "Brush: {brush}. Drag to paint, or move it with the arrows and paint with Enter; wheel: radius; Esc: put it down."
)
GLIDE = 450
"""Milliseconds from one preset of the camera to another."""


class View(QWidget):
    """Shows frames. Left drag turns, right or middle or Shift drag moves, the wheel zooms, double click goes home.

    While ``hand`` holds a brush, it has left drag, wheel, arrows and Enter; with Ctrl or Shift they are as ever.

    ``budget``: arrows drawn before every n-th must do; ``samples``: multisampling, which costs much without a GPU;
    ``software``: OpenGL has no graphics card here.
    """

    camera_changed = Signal(object)
    drawn = Signal()
    """The frame last given is on the screen."""
    taken = Signal()
    """The frame last given is being drawn: the next may come."""
    ready = Signal(object)
    """A moment given to `show_frame`: its picture is painted together with whatever else changes now."""
    failed = Signal(str)
    clicked = Signal(str, int, int)
    """A pixel of a sheet that is an image: the plot that shows the same, row, column."""

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        budget: int = SOFTWARE_BUDGET,
        samples: int = 0,
        software: bool = True,
    ) -> None:
        super().__init__(parent)
        self.visuals: tuple[Visual, ...] = ()
        self.stage = Stage()
        self.camera = home(self.stage)
        self.texts = Texts()
        self.moment: object = None
        self._note = ""
        self._complaint = ""
        self._grip: QPointF | None = None
        self._pressed: QPointF | None = None
        self._drawn: tuple[Visual, ...] = ()
        self.picked: Picked | None = None
        self.theme = theme
        """The look."""
        self._painted = (BySoftware if software else ByHardware)(self, self, theme, budget, samples)
        self._painted.drawn.connect(self.drawn)
        self._painted.taken.connect(self.taken)
        self._painted.ready.connect(self.ready)
        self._flight: tuple[Camera, Camera] | None = None
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.setDuration(GLIDE)
        self._animation.valueChanged.connect(self._glide)
        self.hand = Hand(self, theme)
        """Holds a brush, or nothing."""
        self.setMinimumSize(320, 180)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("3D view")
        self.describe("")

    def describe(self, brush: str) -> None:
        """Tell screen readers what the mouse does, with a ``brush`` in hand or with none."""
        self.setAccessibleDescription(BRUSH.format(brush=brush) if brush else DESCRIPTION)

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self.theme = theme
        self._painted.set_theme(theme)
        self.hand.ring.theme = theme
        self.refresh()

    def show_frame(self, frame: Frame, moment: object = None) -> None:
        """Show a frame; a new stage brings the camera home. `ready` gives ``moment`` when the frame is drawn."""
        self.moment = moment
        if frame.caption != self.texts.caption:
            self.texts = replace(self.texts, caption=frame.caption)
        self.show_visuals(frame.visuals, frame.stage)

    def forget_moments(self) -> None:
        """Have no moment ready that was given before."""
        self.moment = None
        self._painted.forget()

    def show_visuals(self, visuals: tuple[Visual, ...], stage: Stage) -> None:
        """Show visuals on a stage."""
        moved = directions(stage) != directions(self.stage)
        self._drawn, self.stage = visuals, stage
        self._mark()
        if moved:
            self.set_camera(home(stage))
        self.hand.follow()
        self.refresh()

    @property
    def drawn_visuals(self) -> tuple[Visual, ...]:
        """The visuals of the frame, without the mark of what is followed."""
        return self._drawn

    def pick(self, at: tuple[float, float]) -> None:
        """Follow what is drawn at a point of the widget, or nothing; a pixel of an image is told to whoever listens."""
        self.picked = picked_at(self._drawn, self.lens(), at)
        if self.picked is not None:
            cells = self._drawn[self.picked.slot]
            if isinstance(cells, Cells) and cells.picks is not None:
                plot, finer = cells.picks
                row, column = divmod(self.picked.index, cells.values.shape[2])
                self.picked = None
                self.clicked.emit(plot, row // finer, column // finer)
        self._mark()
        self.refresh()

    def follow(self, picked: Picked | None) -> None:
        """Mark this one from now on; None for none."""
        self.picked = picked
        self._mark()
        self.refresh()

    def follow_numbered(self) -> None:
        """Go on following only what has a number: other visuals are drawn now, and places in them say nothing."""
        if self.picked is not None and self.picked.who is None:
            self.follow(None)

    def _mark(self) -> None:
        label = mark(self.picked, self._drawn) if self.picked is not None else None
        self.visuals = self._drawn if label is None else (*self._drawn, label)

    def set_camera(self, camera: Camera, smoothly: bool = False) -> None:
        """Look from elsewhere; ``smoothly`` glides there."""
        self._animation.stop()
        if smoothly and self.isVisible():
            self._flight = (self.camera, camera)
            self._animation.start()
            return
        if camera == self.camera:
            return
        self.camera = camera
        self.camera_changed.emit(camera)
        self.hand.place_ring()
        self.refresh()

    def look(self, preset: str) -> None:
        """Glide to "home", along "x", "y" or "z", or from the other side, along "-x", "-y" or "-z"."""
        self.set_camera(home(self.stage) if preset == "home" else along(preset, self.stage), smoothly=True)

    def orbit(self, right: float, up: float) -> None:
        """Turn by degrees."""
        self.set_camera(self.camera.orbit(right, up))

    def zoom(self, factor: float) -> None:
        """Magnify around the centre."""
        self.set_camera(self.camera.zoomed(factor))

    def set_parallel(self, parallel: bool) -> None:
        """Choose parallel or perspective projection."""
        self.set_camera(replace(self.camera, parallel=parallel))

    def set_equation(self, latex: str) -> None:
        """The equation in the upper left corner."""
        self._set_texts(replace(self.texts, equation=latex))

    def set_texts(self, time: str, lens: str, caption: str | None = None, banner: str = "") -> None:
        """Time, time lens, caption (None leaves the frame's) and a banner for what is the matter."""
        kept = self.texts.caption if caption is None else caption
        self._set_texts(replace(self.texts, time=time, lens=lens, caption=kept, banner=banner))

    def set_legend(self, wanted: bool) -> None:
        """Say what colours mean, or leave it to another view."""
        self._set_texts(replace(self.texts, legend=wanted))

    def lens(self) -> Lens:
        """The camera placed before the stage, in the widget's own pixels."""
        return self.camera.lens(self.stage, (self.width(), self.height()))

    def refresh(self) -> None:
        """Draw again soon."""
        self._painted.redraw()

    def complete(self) -> None:
        """Draw what is to be shown now."""
        self._painted.complete()

    def image(self) -> QImage:
        """What the view shows now."""
        self.complete()
        with self.hand.away():
            return self.grab().toImage()

    def release(self) -> None:
        """Free what belongs to OpenGL; the view draws again when it is shown again."""
        self._painted.release()

    def tell(self, message: str) -> None:
        """Take what a picture left out."""
        if message != self._note:
            self._note = message
            self._set_texts(replace(self.texts, note=message))

    def complain(self, error: Exception) -> None:
        """Tell an error once, not sixty times a second."""
        if str(error) != self._complaint:
            self._complaint = str(error)
            self.failed.emit(f"The picture could not be drawn: {error}\n\n{traceback.format_exc()}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture fills the view."""
        self._painted.setGeometry(self.rect())
        self.hand.place_ring()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Free the context."""
        self.release()
        super().closeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold."""
        self._animation.stop()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if not self.hand.press(event):
            self._grip = self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn or move."""
        if self.hand.move(event) or self._grip is None:
            return
        step = event.position() - self._grip
        self._grip = event.position()
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.buttons() & Qt.MouseButton.LeftButton and not shifted:
            self.orbit(-ORBIT * step.x(), ORBIT * step.y())
        else:
            height = max(self.height(), 1)
            self.set_camera(self.camera.panned(step.x() / height, -step.y() / height))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; where the mouse did not move it was a click."""
        if self.hand.lift(event):
            return
        pressed, self._grip, self._pressed = self._pressed, None, None
        still = pressed is not None and (event.position() - pressed).manhattanLength() <= STILL
        if still and event.button() == Qt.MouseButton.LeftButton:
            self.pick((event.position().x(), event.position().y()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go home."""
        if not self.hand.press(event):
            self._grip = self._pressed = None
            self.look("home")

    def leaveEvent(self, event: QEvent) -> None:
        """Show no ring where no pointer is."""
        super().leaveEvent(event)
        self.hand.leave()

    def event(self, event: QEvent) -> bool:
        """Have the arrows, which else step, while they move the brush."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.hand.wants(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the brush or paint, if it is a key for that."""
        if not self.hand.type(event):
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, keeping what is under the pointer."""
        turns = event.angleDelta().y() / 120 or event.pixelDelta().y() / 40
        if self.hand.turn(event, turns):
            event.accept()
            return
        place = event.position()
        height = max(self.height(), 1)
        at = ((place.x() - self.width() / 2) / height, (self.height() / 2 - place.y()) / height)
        self.set_camera(self.camera.zoomed(1.15**turns, at))
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        """A new palette or font may come with a new theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.refresh()

    def _glide(self, t: float) -> None:
        if self._flight is None:
            return
        self.camera = between(*self._flight, t)
        self.camera_changed.emit(self.camera)
        self.hand.place_ring()
        self.refresh()

    def _set_texts(self, texts: Texts) -> None:
        if texts != self.texts:
            self.texts = texts
            self.refresh()


def directions(stage: Stage) -> tuple[object, ...]:
    """What of a stage decides where its camera is at home."""
    return stage.low, stage.high, stage.azimuth, stage.elevation, stage.parallel
