"""The right dock: preset, actions, parameters, observables and notes, scrolling together."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

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


class SidePanel(QScrollArea):
    """Everything about the system that is open; connect to the signals of its parts."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notes = ""
        self.presets = Presets()
        self.actions_grid = Actions()
        self.form = ParameterForm(theme)
        self.table = ObservableTable(theme)
        self.notes = Notes()
        self._actions_heading = Heading("Actions")
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(14, 12, 12, 14)
        layout.setSpacing(7)
        parts: tuple[tuple[QWidget, ...], ...] = (
            (Heading("Preset"), self.presets, self._actions_heading, self.actions_grid),
            (Heading("Parameters"), self.form),
            (Heading("Observables and laws"), self.table, self.notes),
        )
        for group in parts:
            for part in group:
                layout.addWidget(part)
            layout.addSpacing(4)
        layout.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Parameters and observables")

    def sizeHint(self) -> QSize:
        """As wide as in the design."""
        return QSize(text_px(self._theme, 300), 600)

    def minimumSizeHint(self) -> QSize:
        """Room for field, title and scroll bar."""
        return QSize(text_px(self._theme, 270), 200)

    def set_system(self, system: System[Any, Any], parameters: Parameters, preset: str = "") -> None:
        """Show ``system`` with ``parameters`` that began with ``preset``."""
        self.presets.set_system(system, preset)
        self.actions_grid.set_system(system)
        self._actions_heading.setVisible(bool(system.actions))
        self.form.set_system(system, parameters)
        self.table.set_system(system)
        notes = next((p.notes for p in system.presets if p.name == preset and p.notes), system.notes)
        self._notes = notes
        self.notes.set_notes(notes, self._theme)

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
