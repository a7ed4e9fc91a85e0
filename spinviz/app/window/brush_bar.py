"""The row over the view while a brush is in hand: which brush, its radius, what the hand does, and an end."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from spinviz.model.brush import BRUSHES
from spinviz.panels.parts import DecimalSpin, ElidedLabel, QuietCombo
from spinviz.panels.texts import tip

HINT = "Drag paints, the wheel changes the radius; with Ctrl or Shift they rotate, move and zoom"
LEAST, MOST = 0.5, 512.0
"""Radii that can be chosen, in sites."""


class BrushBar(QWidget):
    """Signals: ``chosen(name)``: another brush; ``radius_chosen(sites)``: another radius; ``done()``."""

    chosen = Signal(str)
    radius_chosen = Signal(float)
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self.box = QuietCombo(self)
        self.box.setAccessibleName("Brush")
        self.box.activated.connect(lambda index: self.chosen.emit(self.box.itemData(index)))
        self.radius = DecimalSpin(self, LEAST, MOST, " sites")
        self.radius.setAccessibleName("Radius of the brush")
        self.radius.setToolTip("Radius of the brush, in sites: the wheel changes it, too")
        self.radius.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.radius.valueChanged.connect(self.radius_chosen)
        self.hint = ElidedLabel(HINT, self)
        self.hint.setProperty("look", "small")
        self.end = QToolButton(self)
        self.end.setText("Done")
        self.end.setAccessibleName("Put the brush down")
        self.end.setToolTip("Put the brush down (Esc)")
        self.end.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.end.clicked.connect(self.done)
        for text, control in (("Brush", self.box), ("Radius", self.radius)):
            row.addWidget(QLabel(text, self))
            row.addWidget(control)
        row.addWidget(self.hint, 1)
        row.addWidget(self.end)

    def offer(self, brushes: tuple[str, ...], chosen: str) -> None:
        """Offer ``brushes``, one of them ``chosen``."""
        if [self.box.itemData(n) for n in range(self.box.count())] != list(brushes):
            self.box.clear()
            for n, name in enumerate(brushes):
                self.box.addItem(BRUSHES[name].title, name)
                self.box.setItemData(n, tip(BRUSHES[name].help), Qt.ItemDataRole.ToolTipRole)
        self.box.setCurrentIndex(brushes.index(chosen))
        self.box.setToolTip(tip(BRUSHES[chosen].help))

    def show_radius(self, radius: float) -> None:
        """Show a radius, without a signal."""
        with QSignalBlocker(self.radius):
            self.radius.setValue(radius)
