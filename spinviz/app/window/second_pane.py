"""The second view: the same moment drawn with other display parameters, and the choice of them above it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from spinviz.model.frame import Frame
from spinviz.model.parameters import Parameters, Quantity
from spinviz.panels.parts import QuietCombo
from spinviz.panels.texts import label, tip
from spinviz.view.camera import Camera
from spinviz.view.canvas import View, directions
from spinviz.view.legend import says_the_same

NARROWEST = 220
"""Width of one of two views in pixels at least."""


class Chooser(QWidget):
    """A box for each of ``choices``; their titles are left out where there is no room for all. ``whose`` names them."""

    chosen = Signal(str, str)
    """Name of a parameter and the value wanted for it."""

    def __init__(self, choices: tuple[Quantity, ...], whose: str) -> None:
        super().__init__()
        self.boxes: dict[str, QuietCombo] = {}
        self.titles: list[QLabel] = []
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        for quantity in choices:
            title = QLabel(label(quantity.title), self)
            box = self._box(quantity, whose)
            row.addWidget(title)
            row.addWidget(box)
            self.titles.append(title)
        row.addStretch(1)
        self.setMinimumWidth(NARROWEST)

    def _box(self, quantity: Quantity, whose: str) -> QuietCombo:
        box = QuietCombo(self)
        for value, word in zip(quantity.choices, quantity.words, strict=True):
            box.addItem(word, value)
        box.setMinimumWidth(NARROWEST // 4)
        box.setAccessibleName(f"{quantity.title} of the {whose} view")
        box.setToolTip(tip(f"{quantity.title}: {quantity.help}"))
        box.activated.connect(partial(self._chosen, quantity.name))
        self.boxes[quantity.name] = box
        return box

    def _chosen(self, name: str, index: int) -> None:
        self.chosen.emit(name, self.boxes[name].itemData(index))

    def show_values(self, parameters: Parameters) -> None:
        """Show which values are chosen; a list that is open is left alone."""
        for name, box in self.boxes.items():
            if not box.view().isVisible():
                box.setCurrentIndex(box.findData(getattr(parameters, name)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the titles where there is room."""
        super().resizeEvent(event)
        parts: list[QWidget] = [*self.titles, *self.boxes.values()]
        margins = self._row.contentsMargins()
        needed = sum(part.sizeHint().width() + self._row.spacing() for part in parts)
        for title in self.titles:
            title.setVisible(self.width() >= needed + margins.left() + margins.right())


class SecondPane(QWidget):
    """A view of `Frame.second` below a chooser of how it is drawn. Its camera and that of ``first`` move together.

    They do while both stages have the same directions; else each has its own.
    """

    def __init__(self, choices: tuple[Quantity, ...], first: View, view: View) -> None:
        super().__init__()
        self.first, self.view = first, view
        self.chooser = Chooser(choices, "second")
        self._together = self._moving = False
        view.setAccessibleName("Second 3D view")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.chooser)
        layout.addWidget(view, 1)
        first.camera_changed.connect(self._follow_first)
        view.camera_changed.connect(self._lead_first)

    def show_frame(self, frame: Frame) -> None:
        """Show ``frame``, a `Frame.second`, once the first view has its own; a legend that this has is not repeated."""
        first = self.first
        self.view.set_legend(not says_the_same(first.visuals, first.stage, frame.visuals, frame.stage))
        self._moving = True  # a view that goes home on a new stage does not lead the other
        self.view.show_frame(frame)
        self._moving = False
        together = self._fit()
        if together and not self._together:
            self._follow_first(self.first.camera)
        self._together = together

    def release(self) -> None:
        """Let go of the first view and of OpenGL."""
        self.first.camera_changed.disconnect(self._follow_first)
        self.view.release()

    def _fit(self) -> bool:
        return directions(self.first.stage) == directions(self.view.stage)

    def _follow_first(self, camera: Camera) -> None:
        self._move(self.view, camera)

    def _lead_first(self, camera: Camera) -> None:
        self._move(self.first, camera)

    def _move(self, view: View, camera: Camera) -> None:
        if not self._moving and self._fit():
            self._moving = True
            view.set_camera(camera)
            self._moving = False


def side_by_side(left: QImage, right: QImage) -> QImage:
    """Return both, their feet at one height."""
    height = max(left.height(), right.height())
    whole = QImage(left.width() + right.width(), height, QImage.Format.Format_RGB32)
    whole.fill(right.pixelColor(0, 0))
    painter = QPainter(whole)
    x = 0
    for image in (left, right):
        image.setDevicePixelRatio(1.0)
        painter.drawImage(QPointF(x, height - image.height()), image)
        x += image.width()
    painter.end()
    return whole
