"""Building the panels for another system, step by step: all at once would hold the window up."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from spinviz.app.window.docks import Docks
from spinviz.app.window.menus import Menus, NumberKeys
from spinviz.app.window.parts import Parts
from spinviz.model.parameters import Parameters
from spinviz.model.system import System

BUILD = 0.01
"""Seconds of building panels without a look at what else is to be done."""


class Builder(QObject):
    """Gives every part what belongs to a system."""

    built = Signal()
    """All panels are there: a paused run sends no frame that would fill them."""

    def __init__(self, parent: QObject, parts: Parts, docks: Docks, keys: NumberKeys, menus: Menus) -> None:
        super().__init__(parent)
        self._parts, self._docks, self._keys, self._menus = parts, docks, keys, menus
        self._steps: Iterator[None] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_active(self) -> bool:
        """Whether panels are still to be built."""
        return self._timer.isActive()

    def begin(self, system: System[Any, Any], parameters: Parameters, preset: str, speed: float) -> None:
        """Do the first step now and the others soon; ``speed`` is what counts as the usual one."""
        self._steps = self._build(system, parameters, preset, speed)
        next(self._steps)
        self._timer.start()

    def _go_on(self) -> None:
        end = monotonic() + BUILD
        while monotonic() < end:
            if next(self._steps, self) is self:
                self._timer.stop()
                self.built.emit()
                return

    def _build(self, system: System[Any, Any], parameters: Parameters, preset: str, speed: float) -> Iterator[None]:
        parts = self._parts
        parts.picture.set_system(system)
        self._docks.offer_plots(bool(system.plots))
        parts.transport.set_system(system.time_unit, speed)
        self._keys.enable(len(system.actions))
        self._menus.refresh()
        side = parts.side.build(system, parameters, preset)
        next(side)  # rows of the last system are gone before anybody shows them parameters of this one
        yield
        parts.library.show_chosen(system.name, preset)
        yield
        yield from side
        if not preset:
            parts.side.presets.setPlaceholderText("From a file")
            parts.side.presets.setCurrentIndex(-1)
        yield from parts.plots.build(system)
