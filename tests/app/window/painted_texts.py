"""What a window says and where: every widget paints itself onto a device that keeps nothing but the boxes of texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QImage, QPaintDevice, QPaintEngine, QPainter, QRegion
from PySide6.QtWidgets import QAbstractScrollArea, QGraphicsView, QScrollArea, QWidget

from spinviz.plots.items import Tag
from spinviz.view.canvas import View
from spinviz.view.legend import entries
from spinviz.view.lettering import Lettering
from spinviz.view.overlay import Page
from spinviz.view.paper import Written


@dataclass(frozen=True)
class Box:
    """A text on the window: its box, what is seen of the widget that wrote it, and what kind of place that is."""

    text: str
    rect: QRectF
    seen: QRectF
    place: str
    scrolls: bool = False

    def __str__(self) -> str:
        at = self.rect
        return f"{self.place}: {self.text!r} at {at.x():.0f}, {at.y():.0f}, {at.width():.0f} x {at.height():.0f}"


class Listener(QPaintEngine):
    """Hears what is written."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.heard: list[tuple[str, QRectF]] = []

    def drawTextItem(self, at, item):
        box = QRectF(at.x(), at.y() - item.ascent(), item.width(), item.ascent() + item.descent())
        if item.text().strip():
            self.heard.append((item.text(), self.painter().combinedTransform().mapRect(box)))

    def begin(self, device):
        return True

    def end(self):
        return True

    def type(self):
        return QPaintEngine.Type.User

    def nothing(self, *_):
        return None

    updateState = drawPixmap = drawImage = drawRects = drawLines = drawPath = nothing
    drawPolygon = drawEllipse = drawPoints = drawTiledPixmap = nothing


class Ear(QPaintDevice):
    """A device as large as a widget, of 96 dots per inch."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.engine = Listener()
        kinds = QPaintDevice.PaintDeviceMetric
        self._metrics = {
            kinds.PdmWidth: widget.width(), kinds.PdmHeight: widget.height(), kinds.PdmWidthMM: 300,
            kinds.PdmHeightMM: 200, kinds.PdmDpiX: 96, kinds.PdmDpiY: 96, kinds.PdmPhysicalDpiX: 96,
            kinds.PdmPhysicalDpiY: 96, kinds.PdmDepth: 32, kinds.PdmNumColors: 2**24, kinds.PdmDevicePixelRatio: 1,
            kinds.PdmDevicePixelRatioScaled: 65536,
        }  # fmt: skip

    def paintEngine(self):
        return self.engine

    def metric(self, metric):
        return self._metrics.get(metric, 0)


def written_by(widget: QWidget) -> list[tuple[str, QRectF]]:
    """Texts that ``widget`` itself paints, without its children, in its own coordinates."""
    ear = Ear(widget)
    painter = QPainter(ear)
    widget.render(painter, QPoint(0, 0), QRegion(), QWidget.RenderFlag(0))
    painter.end()
    return ear.engine.heard


def tags_of(graph: QGraphicsView) -> Iterator[tuple[str, QRectF]]:
    """Texts at curves: they are drawn as pictures, of which a device hears nothing."""
    for item in graph.scene().items():
        if isinstance(item, Tag) and item.isVisible() and item._text:
            at, width = item._base_line()
            corner = QPointF(graph.mapFromScene(item.scenePos())) + at - QPointF(0, 0.8 * item.height())
            yield item._text, QRectF(corner.x(), corner.y(), width, item.height())


def page_of(view: View) -> list[Written]:
    """The texts over the picture."""
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    page = Page(painter, view.theme, Lettering(), view.width(), view.height())
    page.blocks(view.texts, view.visuals, view.stage, view.lens())
    page.letters(view.visuals, view.stage, view.lens())
    painter.end()
    return page.written


def missing_from(view: View) -> list[str]:
    """What the picture has no room for: words that are shortened; letters, entries of the legend, a key left out."""
    written = page_of(view)
    said = " ".join(one.text for one in written)
    wanted = [entry.text for entry in entries(view.visuals, view.stage)]
    wanted += [text for visual in view.visuals for labels in visual.written() for text in labels.texts]
    if view.stage.legend in ("direction", "wheel", "colormap"):
        wanted.append(view.stage.legend_title)
    return [one.text for one in written if not one.whole] + [text for text in wanted if text not in said]


def boxes_of(window: QWidget, part: QWidget | None = None) -> list[Box]:
    """All texts of a window that is shown, or of a part of it."""
    found = []
    for widget in (part or window).findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window:
            continue
        # Children that fill the view take all of its visible region.
        region = QRegion(widget.rect()) if isinstance(widget, View) else widget.visibleRegion()
        if region.isEmpty():
            continue
        texts = list(written_by(widget)) if not isinstance(widget.parent(), View) else []
        if isinstance(widget, View):
            texts += [(one.text, one.rect) for one in page_of(widget)]
        if isinstance(widget.parent(), QGraphicsView) and widget is widget.parent().viewport():
            texts += list(tags_of(widget.parent()))
        at = QPointF(widget.mapTo(window, QPoint(0, 0)))
        seen = QRectF(region.boundingRect()).translated(at)
        found += [
            Box(text, rect.translated(at), seen, place_of(widget), in_scroll_area(widget)) for text, rect in texts
        ]
    return found


def place_of(widget: QWidget) -> str:
    """What wrote a text, for people: the classes from the outermost part of the window to the widget."""
    names = []
    while widget is not None and widget.parent() is not None:
        names.append(type(widget).__name__)
        widget = widget.parent()
    return "/".join(reversed(names))


def in_scroll_area(widget: QWidget) -> bool:
    """Whether the user can move the text into sight."""
    while widget is not None:
        if isinstance(widget.parent(), QAbstractScrollArea) and not isinstance(widget.parent(), QGraphicsView):
            return widget is widget.parent().viewport() or isinstance(widget.parent(), QScrollArea)
        widget = widget.parent()
    return False
