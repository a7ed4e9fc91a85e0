"""The form of a system's parameters: shows them and proposes new ones, never changes any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from spinviz.model.parameters import ParameterError, Parameters
from spinviz.model.system import System
from spinviz.model.theme import DARK, Theme
from spinviz.panels.file_row import FileRow
from spinviz.panels.rows import ChoiceRow, NumberRow, Row, SwitchRow

ROWS: dict[str, type[Row]] = {
    "number": NumberRow,
    "integer": NumberRow,
    "switch": SwitchRow,
    "choice": ChoiceRow,
    "file": FileRow,
}


class ParameterForm(QWidget):
    """A row for every declared parameter.

    Signals: ``edited(parameters, name, final)``: new validated parameters, the name of the one changed, and whether
    the edit is complete (False while its slider is being dragged: further edits of the same name follow, and a final
    one ends the drag).
    """

    edited = Signal(object, str, bool)

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parameters: Parameters | None = None
        self._rows: dict[str, Row] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(7)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName("Parameters")

    @property
    def rows(self) -> dict[str, Row]:
        """The rows by name of their parameter."""
        return dict(self._rows)

    @property
    def parameters(self) -> Parameters | None:
        """What is shown."""
        return self._parameters

    def set_system(self, system: System[Any, Any], parameters: Parameters) -> None:
        """Replace the rows by those of ``system`` and show ``parameters``."""
        for _ in self.build(system, parameters):
            pass

    def build(self, system: System[Any, Any], parameters: Parameters) -> Iterator[None]:
        """Do what `set_system` does in steps of one row, between which a window can answer."""
        for row in self._rows.values():
            self._layout.removeWidget(row)
            row.hide()
            row.setParent(None)
            row.deleteLater()
        self._rows = {}
        self._parameters = parameters
        for name in self._declared(system):
            yield
            row = self._rows[name] = self._row(name)
            row.show_value(getattr(self._parameters, name))
            row.idle(self._parameters.unused().get(name, ""))

    def _declared(self, system: System[Any, Any]) -> list[str]:
        self._quantities = system.Parameters.quantities()
        return list(self._quantities)

    def _row(self, name: str) -> Row:
        row = ROWS[self._quantities[name].kind](self._quantities[name], self._theme)
        row.changed.connect(lambda value, final, name=name: self._change(name, value, final))
        row.typed.connect(lambda text, name=name: self._read(name, text))
        self._layout.addWidget(row)
        return row

    def show_parameters(self, parameters: Parameters) -> None:
        """Show ``parameters`` without a signal."""
        self._parameters = parameters
        unused = parameters.unused()
        for name, row in self._rows.items():
            row.show_value(getattr(parameters, name))
            row.idle(unused.get(name, ""))

    def set_theme(self, theme: Theme) -> None:
        """Take another theme."""
        self._theme = theme
        for row in self._rows.values():
            row.set_theme(theme)

    def _change(self, name: str, value: Any, final: bool) -> None:
        if self._parameters is None:
            return
        try:
            changed = self._parameters.change(**{name: value})
        except ParameterError as error:
            self._rows[name].complain(str(error))
            return
        self._rows[name].complain("")
        self._propose(changed, name, final)

    def _read(self, name: str, text: str) -> None:
        if self._parameters is None:
            return
        row = self._rows[name]
        try:
            changed = self._parameters.read(name, text)
        except ParameterError as error:
            row.complain(str(error))
            return
        if isinstance(row, NumberRow):
            row.accept(getattr(changed, name))
        self._propose(changed, name, True)

    def _propose(self, changed: Parameters, name: str, final: bool) -> None:
        """Show the edit and tell everybody. A final edit is told even when equal: it ends a drag."""
        self._parameters = changed
        self._rows[name].show_value(getattr(changed, name))
        unused = changed.unused()
        for other, row in self._rows.items():
            row.idle(unused.get(other, ""))
        self.edited.emit(changed, name, final)
