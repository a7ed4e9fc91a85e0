"""Buttons of a system's actions and the choice of its presets."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from spinviz.model.system import System
from spinviz.panels.parts import QuietCombo
from spinviz.panels.texts import label, tip

COLUMNS = 3
LONG = 11
"""Titles longer than this get two columns instead of three."""


class Actions(QWidget):
    """A grid of buttons. Signal: ``action(name)``. The first nine have the keys 1 to 9 (`press`)."""

    action = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self._buttons: list[QPushButton] = []
        self._names: list[str] = []
        self.setAccessibleName("Actions")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """The buttons in order."""
        return tuple(self._buttons)

    def set_system(self, system: System[Any, Any]) -> None:
        """Replace the buttons by those of ``system``."""
        for button in self._buttons:
            self._grid.removeWidget(button)
            button.hide()
            button.setParent(None)
            button.deleteLater()
        self._names = [action.name for action in system.actions]
        longest = max((len(action.title) for action in system.actions), default=0)
        columns = COLUMNS if longest <= LONG else 2
        self._buttons = []
        for n, action in enumerate(system.actions):
            hint = f" (key {n + 1})" if n < 9 else ""
            button = QPushButton(label(action.title), self)
            button.setProperty("look", "action")
            button.setToolTip(tip(f"{action.help}{hint}"))
            button.setAccessibleName(action.title)
            button.setAccessibleDescription(f"{action.help}{hint}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, name=action.name: self.action.emit(name))
            self._grid.addWidget(button, n // columns, n % columns)
            self._buttons.append(button)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self.setVisible(bool(self._buttons))

    def press(self, number: int) -> bool:
        """Do action ``number`` (1 to 9) if there is one; say whether there was."""
        if not 1 <= number <= min(9, len(self._names)):
            return False
        self.action.emit(self._names[number - 1])
        return True


class Presets(QuietCombo):
    """The presets of a system. Signal: ``preset(name)``, also when the same one is chosen again."""

    preset = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self.setAccessibleName("Preset")
        self.setToolTip("Preset: a named set of parameters")
        self.activated.connect(lambda row: self.preset.emit(self._names[row]))

    def set_system(self, system: System[Any, Any], preset: str = "") -> None:
        """Offer the presets of ``system`` and show ``preset``."""
        self.blockSignals(True)
        self.clear()
        self._names = [one.name for one in system.presets]
        for row, one in enumerate(system.presets):
            self.addItem(one.title)
            self.setItemData(row, tip(one.help or one.title), Qt.ItemDataRole.ToolTipRole)
        self.blockSignals(False)
        self.show_preset(preset or (self._names[0] if self._names else ""))

    def show_preset(self, preset: str) -> None:
        """Show ``preset`` as chosen, silently."""
        if preset in self._names:
            self.setCurrentIndex(self._names.index(preset))
