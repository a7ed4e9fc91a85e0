"""Plots without the controls that pyqtgraph makes for its own menu: fifty widgets in every plot that nobody ever sees.

They would be styled again with every change of the theme, and cost more than all that is seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from PySide6.QtWidgets import QAbstractButton, QGroupBox, QSlider, QSpinBox, QWidgetAction


@dataclass(frozen=True)
class Setting:
    """What a control was set to when it went: all that the plot still asks of it."""

    checked: bool = False
    number: int = 0
    most: int = 0

    def isChecked(self) -> bool:
        """Whether it was on."""
        return self.checked

    def value(self) -> int:
        """Its number."""
        return self.number

    def maximum(self) -> int:
        """Its largest number."""
        return self.most

    def count(self) -> int:
        """Curves to be averaged: none."""
        return 0

    def findItems(self, *_: object) -> list[object]:
        """Return no parameters to average over."""
        return []

    def addItem(self, *_: object) -> None:
        """List no parameter to average over."""

    def clear(self) -> None:
        """Forget no parameter."""


def without_controls(item: Any) -> None:
    """Delete the menu of a `pyqtgraph.PlotItem` and the controls in it; the plot stays as they are set."""
    item.ctrl = SimpleNamespace(**{name: _setting(control) for name, control in vars(item.ctrl).items()})
    item.stateGroup = None
    item.ctrlMenu.clear()
    for action in item.findChildren(QWidgetAction):
        action.deleteLater()
    # pyqtgraph's menu has no parent and would outlive the plot.
    item.ctrlMenu.deleteLater()
    item.ctrlMenu = None


def _setting(control: Any) -> Setting:
    checked = isinstance(control, QAbstractButton | QGroupBox) and control.isChecked()
    if isinstance(control, QSlider | QSpinBox):
        return Setting(checked, control.value(), control.maximum())
    return Setting(checked)
