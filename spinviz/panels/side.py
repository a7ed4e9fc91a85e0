"""The right dock: preset, actions and parameters above; observables, laws and notes below, always in sight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from spinviz.model.frame import Frame
from spinviz.model.parameters import Parameters
from spinviz.model.system import System
from spinviz.model.theme import DARK, Theme
from spinviz.panels.actions import Actions, Presets
from spinviz.panels.notes import Notes
from spinviz.panels.observables import ObservableTable
from spinviz.panels.parameters import ParameterForm
from spinviz.panels.parts import Heading
from spinviz.panels.style import text_px

MOST_BELOW = 0.45
"""Part of the height that observables and notes take at most, until the user moves the border."""


class SidePanel(QSplitter):
    """Everything about the system that is open; connect to the signals of its parts."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._theme = theme
        self._notes = ""
        self._moved = False
        self.presets = Presets()
        self.actions_grid = Actions()
        self.form = ParameterForm(theme)
        self.table = ObservableTable(theme)
        self.notes = Notes()
        self._actions_heading = Heading("Actions")
        above = (Heading("Preset"), self.presets, self._actions_heading, self.actions_grid)
        self._above = _column((*above, Heading("Parameters"), self.form))
        self._below = _column((Heading("Observables and laws"), self.table, self.notes))
        self.addWidget(self._above)
        self.addWidget(self._below)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(5)
        self.splitterMoved.connect(self._on_moved)
        self.table.fitted.connect(self._share, Qt.ConnectionType.QueuedConnection)
        self.setAccessibleName("Parameters and observables")

    def sizeHint(self) -> QSize:
        """As wide as in the design."""
        return QSize(text_px(self._theme, 300), 600)

    def minimumSizeHint(self) -> QSize:
        """Room for field, title and scroll bar."""
        return QSize(text_px(self._theme, 270), 200)

    def resizeEvent(self, event: Any) -> None:
        """Share the height until the user has moved the border."""
        super().resizeEvent(event)
        self._share()

    def _on_moved(self, *_: object) -> None:
        self._moved = True

    def _share(self) -> None:
        """Give observables and notes what they need, but not more than their part."""
        inside = self._below.widget()
        if self._moved or inside is None:
            return
        # Texts wrap: what they need depends on the width they have.
        wanted = inside.heightForWidth(max(1, self.width() - 12)) if inside.hasHeightForWidth() else 0
        below = min(max(wanted, inside.sizeHint().height()) + 4, round(MOST_BELOW * self.height()))
        self.setSizes([self.height() - below, below])

    def set_system(self, system: System[Any, Any], parameters: Parameters, preset: str = "") -> None:
        """Show ``system`` with ``parameters`` that began with ``preset``."""
        for _ in self.build(system, parameters, preset):
            pass

    def build(self, system: System[Any, Any], parameters: Parameters, preset: str = "") -> Iterator[None]:
        """Do what `set_system` does in steps, between which a window can answer."""
        self.presets.set_system(system, preset)
        self.actions_grid.set_system(system)
        self._actions_heading.setVisible(bool(system.actions))
        yield from self.form.build(system, parameters)
        yield
        self.table.set_system(system)
        yield
        notes = next((p.notes for p in system.presets if p.name == preset and p.notes), system.notes)
        self._notes = notes
        self.notes.set_notes(notes, self._theme)
        self._share()

    def show_parameters(self, parameters: Parameters) -> None:
        """Show ``parameters`` without a signal."""
        self.form.show_parameters(parameters)

    def show_frame(self, frame: Frame) -> None:
        """Show the numbers of ``frame``."""
        self.table.show_frame(frame)

    def set_theme(self, theme: Theme) -> None:
        """Take another theme."""
        self._theme = theme
        self.form.set_theme(theme)
        self.table.set_theme(theme)
        self.notes.set_notes(self._notes, theme)
        self.updateGeometry()


def _column(parts: tuple[QWidget, ...]) -> QScrollArea:
    """Return ``parts`` below each other, scrolling when there is no room."""
    inside = QWidget()
    layout = QVBoxLayout(inside)
    layout.setContentsMargins(14, 12, 12, 10)
    layout.setSpacing(7)
    for part in parts:
        layout.addWidget(part)
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
