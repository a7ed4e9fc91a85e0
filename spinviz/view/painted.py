"""The parts of the view: the 3D picture, by OpenGL in the window or read back from it, and the texts on top."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent, QSurfaceFormat
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QWidget

from spinviz.model.theme import Theme
from spinviz.model.visuals import Stage, Visual
from spinviz.view.camera import Camera, Lens
from spinviz.view.context import GlooHost, use_backend
from spinviz.view.offscreen import Offscreen
from spinviz.view.overlay import Overlay, Texts
from spinviz.view.renderer import Renderer

SHORTEST_DRAWING, LONGEST_DRAWING = 2, 40
"""Milliseconds that software OpenGL is given for a picture before the window asks for it."""
BLOCKED, BLOCKED_PIXEL = 2.0, 2e-6
"""Milliseconds of fetching a picture, and of each of its pixels, above which it was not yet drawn."""


class Scene(Protocol):
    """What the parts ask of the view that they fill."""

    visuals: tuple[Visual, ...]
    stage: Stage
    camera: Camera
    texts: Texts
    moment: object
    """What is drawn belongs to this; None for nothing."""

    def lens(self) -> Lens:
        """The camera placed before the stage, in the widget's own pixels."""

    def tell(self, message: str) -> None:
        """Take what a picture left out."""

    def complain(self, error: Exception) -> None:
        """Take an error."""


class ByHardware(QWidget):
    """The 3D picture drawn by a graphics card, the texts on top by Qt."""

    drawn = Signal()
    taken = Signal()
    ready = Signal(object)

    def __init__(self, view: QWidget, scene: Scene, theme: Theme, budget: int, samples: int) -> None:
        super().__init__(view)
        self._scene = scene
        self._card = Card(self, scene, theme, budget, samples)
        self._card.frameSwapped.connect(self.drawn)
        self._card.frameSwapped.connect(self.taken)
        self._written = Written(self, scene, theme)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self._card.theme = self._written.overlay.theme = theme

    def redraw(self) -> None:
        """Draw again soon."""
        self._card.update()
        self._written.update()
        if self._scene.moment is not None:  # Qt composes the picture with all else that changed
            self.ready.emit(self._scene.moment)

    def forget(self) -> None:
        """What is being drawn belongs to nothing any more."""

    def complete(self) -> None:
        """Nothing is ever left to be fetched."""

    def release(self) -> None:
        """Qt frees the context with the widget."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both fill the view."""
        self._card.setGeometry(self.rect())
        self._written.setGeometry(self.rect())
        self._written.raise_()


class Card(QOpenGLWidget):
    """The 3D picture drawn by a graphics card. It remakes its buffers when Qt gives it a new context."""

    def __init__(self, view: QWidget, scene: Scene, theme: Theme, budget: int, samples: int) -> None:
        super().__init__(view)
        self._scene, self.theme, self._budget = scene, theme, budget
        self._host: GlooHost | None = None
        self._renderer: Renderer | None = None
        surface = QSurfaceFormat()
        surface.setDepthBufferSize(24)
        surface.setSwapInterval(1)
        surface.setSamples(samples)
        self.setFormat(surface)
        self.setUpdateBehavior(QOpenGLWidget.UpdateBehavior.NoPartialUpdate)

    def initializeGL(self) -> None:
        """Make what belongs to the context."""
        self._guarded(self._make)

    def paintGL(self) -> None:
        """Draw the frame."""
        self._guarded(self._paint)

    def _guarded(self, work: Callable[[], None]) -> None:
        """Tell whatever fails: an exception that leaves an OpenGL callback leaves PySide in disorder."""
        try:
            work()
        except Exception as error:
            self._scene.complain(error)

    def _make(self) -> None:
        use_backend()
        if self._host is not None:
            self._host.close()
        self._host = GlooHost()
        self._renderer = None

    def _paint(self) -> None:
        if self._host is None:
            return
        self._host.enter(self.defaultFramebufferObject())
        if self._renderer is None:
            self._renderer = Renderer(self.theme, self._budget)
        self._renderer.theme = self.theme
        scene = self._scene
        self._renderer.draw(scene.visuals, scene.stage, scene.camera, device_pixels(self))
        self._host.flush()
        scene.tell(self._renderer.message)


class Written(QWidget):
    """The overlay part: transparent, deaf to the mouse."""

    def __init__(self, view: QWidget, scene: Scene, theme: Theme) -> None:
        super().__init__(view)
        self._scene = scene
        self.overlay = Overlay(theme)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint texts and legends for the picture below."""
        scene = self._scene
        painter = QPainter(self)
        size = (self.width(), self.height())
        try:
            self.overlay.paint(painter, scene.texts, scene.visuals, scene.stage, scene.lens(), size)
        except Exception as error:
            scene.complain(error)
        finally:
            painter.end()


class BySoftware(QWidget):
    """The 3D picture and its texts drawn without a graphics card and painted like any other widget.

    With an OpenGL widget Qt would compose the whole window in OpenGL whenever any part of it changes, which costs more
    in software than the picture itself. Software OpenGL draws in threads of its own: the window begins a picture, goes
    on answering people, and fetches it a little later.
    """

    drawn = Signal()
    taken = Signal()
    """The frame is with OpenGL: the next may be made while this one is drawn."""
    ready = Signal(object)
    """The scene's moment: its picture is painted together with whatever else changes now."""

    def __init__(self, view: QWidget, scene: Scene, theme: Theme, budget: int, samples: int) -> None:
        super().__init__(view)
        self._scene, self._theme, self._budget, self._samples = scene, theme, budget, samples
        self._offscreen: Offscreen | None = None
        self._image: QImage | None = None
        self._texts = Texts()
        self._moment: object = None
        self._is_new = self._again = False
        self._drawing = float(SHORTEST_DRAWING)
        self._begin_timer = QTimer(self, singleShot=True, interval=0)
        self._begin_timer.timeout.connect(self._begin)
        self._fetch_timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._fetch_timer.timeout.connect(self._fetch)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_theme(self, theme: Theme) -> None:
        """Change the look."""
        self._theme = theme

    def redraw(self) -> None:
        """Draw again soon; what nobody sees is drawn when it is shown."""
        if not self.isVisible():
            self._image, self._moment = None, self._scene.moment
            self._tell()
        elif self._fetch_timer.isActive():
            self._again = True
        else:
            self._begin_timer.start()

    def complete(self) -> None:
        """Draw what waits now."""
        self._begin()
        self._fetch()

    def forget(self) -> None:
        """What is being drawn belongs to nothing any more."""
        self._moment = None

    def release(self) -> None:
        """Free the context; a later picture makes another."""
        self._begin_timer.stop()
        self._fetch_timer.stop()
        if self._offscreen is not None:
            self._offscreen.close()
            self._offscreen = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture fetched last; one of another size is drawn at once."""
        if self._image is None or self._image.size().toTuple() != device_pixels(self):
            self.complete()
        if self._image is not None:
            painter = QPainter(self)
            painter.drawImage(0, 0, self._image)
            painter.end()
        if self._is_new:
            self._is_new = False
            self.drawn.emit()

    def _begin(self) -> None:
        self._begin_timer.stop()
        self._again = False
        scene, size = self._scene, device_pixels(self)
        self._texts, self._moment = scene.texts, scene.moment
        try:
            if self._offscreen is None:
                self._offscreen = Offscreen(size, self._theme, self._samples, self._budget)
            self._offscreen.resize(size)
            self._offscreen.set_theme(self._theme)
            self._offscreen.begin(scene.visuals, scene.stage, scene.camera)
        except Exception as error:
            self._fail(error)
        else:
            self._fetch_timer.start(round(self._drawing))
        self.taken.emit()

    def _fetch(self) -> None:
        offscreen = self._offscreen  # the window may be closed while this goes on
        if offscreen is None:
            return
        self._fetch_timer.stop()
        begun = perf_counter()
        try:
            offscreen.fetch()
            blocked = 1000 * (perf_counter() - begun)
            self._image = offscreen.finish(self._texts, self.devicePixelRatioF())
        except Exception as error:
            self._fail(error)
            return
        width, height = device_pixels(self)
        late = blocked > BLOCKED + BLOCKED_PIXEL * width * height
        wanted = self._drawing + (blocked if late else -1)
        self._drawing = min(max(wanted, SHORTEST_DRAWING), LONGEST_DRAWING)
        self._show()
        self._scene.tell(offscreen.message)

    def _fail(self, error: Exception) -> None:
        """Tell the error; the next frame may come."""
        self._scene.complain(error)
        self._show()

    def _show(self) -> None:
        self._is_new = True
        self._tell()
        self.update()
        if self._again:
            self._begin_timer.start()

    def _tell(self) -> None:
        moment, self._moment = self._moment, None
        if moment is not None:
            self.ready.emit(moment)


def device_pixels(widget: QWidget) -> tuple[int, int]:
    """Width and height of a widget in the pixels of its screen."""
    ratio = widget.devicePixelRatioF()
    return max(round(widget.width() * ratio), 1), max(round(widget.height() * ratio), 1)
