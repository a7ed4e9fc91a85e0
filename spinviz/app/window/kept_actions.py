"""Keeping curves, comparing with measured ones, removing them. Every outcome is a line in the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from spinviz.app.run.controller import Controller
from spinviz.app.window.message_bar import MessageBar
from spinviz.files.errors import FileError
from spinviz.files.kept_curves import LETTERS
from spinviz.files.measured import Measured, UnitsDiffer, read_measured
from spinviz.files.odt import SUFFIX, Odt, read_odt
from spinviz.model.kept import MOST_KEPT, Kept, KeptLine, thinned
from spinviz.model.symbols import plain_text
from spinviz.plots.board import PlotBoard
from spinviz.plots.panel import PlotPanel

TABLES = "Tables (*.csv *.txt *.dat *.tsv *.odt);;All files (*)"


class KeptActions(QObject):
    """What commands, buttons at the plots and their menus do; the curves themselves are the controller's."""

    def __init__(self, parent: QWidget, controller: Controller, board: PlotBoard, messages: MessageBar) -> None:
        super().__init__(parent)
        self._parent, self._controller, self._board, self._messages = parent, controller, board, messages
        self._kept = controller.kept
        self._folder = Path.home()
        self._kept.changed.connect(board.set_kept)
        board.keep_asked.connect(self.keep)
        board.drop_asked.connect(self.drop)
        board.measured_asked.connect(self.ask_measured)

    # --- curves of the run --------------------------------------------------------------------------------------

    def keep_all(self) -> None:
        """Keep the curves of all plots."""
        self._keep(self._board.panels)

    def keep(self, plot: str) -> None:
        """Keep the curves of one plot."""
        self._keep([panel for panel in self._board.panels if panel.plot.name == plot])

    def _keep(self, panels: Sequence[PlotPanel[Any]]) -> None:
        found = []
        for panel in panels:
            lines = panel.keepable(panel.frame) if panel.frame is not None else ()
            if panel.frame is not None and lines:
                found.append(Kept(panel.plot.name, lines, parameters=panel.frame.parameters))
        if not found:
            self._messages.say("There are no curves to keep yet: let the run go first", "warning", stays=False)
            return
        if self._add(found):
            plots = "the curves of this plot" if len(found) == 1 else f"the curves of {len(found)} plots"
            text = f"Kept {plots}: change a parameter and compare"
            self._messages.say(text, "info", actions=(("Remove", self.remove_all),), stays=False)

    def _add(self, found: list[Kept]) -> bool:
        refused = self._kept.add(found)
        if len(refused) < len(found):
            self._controller.touch()
        if not refused:
            return True
        text = f"{MOST_KEPT} sets of curves are kept on a plot, which is the limit: remove some first"
        self._messages.say(text, "warning", actions=(("Remove all", self.remove_all),))
        return False

    def any(self) -> bool:
        """Whether anything is kept."""
        return bool(self._kept.now)

    def drop(self, one: Kept) -> None:
        """Remove one set of curves."""
        self._remove([one])

    def remove_all(self) -> None:
        """Remove all kept curves."""
        self._remove(self._kept.now)

    def _remove(self, gone: Sequence[Kept]) -> None:
        before = self._kept.now
        left = tuple(one for one in before if not any(one is other for other in gone))
        if len(left) == len(before):
            return
        self._set(left)
        text = "Removed the kept curves" if not left else "Removed a kept curve"
        self._messages.say(text, "info", actions=(("Undo", partial(self._put_back, before)),), stays=False)

    def _put_back(self, kept: tuple[Kept, ...]) -> None:
        self._messages.dismiss()
        self._set(kept)

    def _set(self, kept: tuple[Kept, ...]) -> None:
        self._kept.set(kept)
        self._controller.touch()

    # --- measured curves ----------------------------------------------------------------------------------------

    def ask_measured(self, plot: str = "") -> None:
        """Ask for a table to compare with, on ``plot`` or on one that is then asked for."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Compare with measured data", str(self._folder), TABLES)
        if name:
            self.open_measured(Path(name), plot)

    def open_measured(self, path: Path, plot: str = "") -> None:
        """Show a table on ``plot``, or on the one that fits, or on one of several that is asked for."""
        self._folder = path.absolute().parent
        try:
            if path.suffix.lower() == SUFFIX:
                self._open_columns(read_odt(path), plot)
                return
            measured = read_measured(path)
        except FileError as error:
            self._messages.say(str(error))
            return
        self._open(measured, plot)

    def _open_columns(self, table: Odt, plot: str) -> None:
        """Show the columns that are called like what the plots show; where none is, one that is asked for."""
        found: list[Kept] = []
        names: list[str] = []
        for panel in self._board.panels:
            curves = table.curves(*panel.plot.compares()) if plot in ("", panel.plot.name) and panel.units() else ()
            with suppress(UnitsDiffer):
                found += [self._curve(curve, panel, curve.y_column.name) for curve in curves]
                names += [curve.y_column.name for curve in curves]
        if not found:
            self._ask_for_column(table, plot)
        elif self._add(found):
            self._messages.say(_of_table(table, f": {', '.join(dict.fromkeys(names))}"), "info", stays=False)

    def _ask_for_column(self, table: Odt, plot: str) -> None:
        over = table.time or 0
        titles = [f"{n}  {name}" for n, name in enumerate(table.names, start=1)]

        def chosen(title: str) -> None:
            self._open(table.measured(over, titles.index(title)), plot)

        text = f"{_of_table(table, '')}. Column that is shown over {table.names[over]}"
        self._ask(text, titles, chosen)

    def _open(self, measured: Measured, plot: str) -> None:
        able = [panel for panel in self._board.panels if panel.units() is not None]
        able = [panel for panel in able if plot in ("", panel.plot.name)]
        if not able:
            self._messages.say("No plot here has axes on which measured data could stand: open another system")
            return
        fitting, refusals = [], []
        for panel in able:
            try:
                self._curve(measured, panel)
                fitting.append(panel)
            except UnitsDiffer as error:
                refusals.append(f"{plain_text(panel.plot.title)}: {error}")
        if not fitting:
            text = f"{measured.name}: {refusals[0].partition(': ')[2]}; change the unit in its header"
            self._messages.say(text, details="\n".join(refusals))
        elif len(fitting) == 1:
            self._show(measured, fitting[0])
        else:
            self._ask_for_plot(measured, fitting)

    def _ask_for_plot(self, measured: Measured, panels: Sequence[PlotPanel[Any]]) -> None:
        titles = [f"{n}  {plain_text(panel.plot.title)}" for n, panel in enumerate(panels, start=1)]
        text = f"Plot on which {measured.name} is shown"
        self._ask(text, titles, lambda title: self._show(measured, panels[titles.index(title)]))

    def _ask(self, text: str, titles: Sequence[str], chosen: Callable[[str], None]) -> None:
        dialog = QInputDialog(self._parent)
        dialog.setWindowTitle("Compare with measured data")
        dialog.setLabelText(text)
        dialog.setComboBoxItems(titles)
        dialog.textValueSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _curve(self, measured: Measured, panel: PlotPanel[Any], column: str = "") -> Kept:
        x, y = measured.in_units(*(panel.units() or ("", "")))
        title = ", ".join(filter(None, (f"measured: {measured.name}", column)))[:LETTERS]
        return Kept(panel.plot.name, (KeptLine("", *thinned(x, y), "text"),), "measured", title)

    def _show(self, measured: Measured, panel: PlotPanel[Any]) -> None:
        one = self._curve(measured, panel)
        if self._add([one]):
            self._messages.say(_told(measured, one, panel.units() or ("", "")), "info", stays=False)


def _of_table(table: Odt, what: str) -> str:
    """The rows of a table, and what was taken of several."""
    remark = f", {table.remark}" if table.remark else ""
    return f"{table.name}{what}{remark}, {len(table.values)} points"


def _told(measured: Measured, one: Kept, units: tuple[str, str]) -> str:
    """Say what was taken for granted."""
    count, shown = len(measured.x), len(one.lines[0].x)
    text = f"{measured.name}: {count} points"
    if shown < count:
        text += f", of which {shown} are shown"
    if measured.columns > 2:
        text += f", the first 2 of {measured.columns} columns"
    for name, column, unit in zip("xy", (measured.x_column, measured.y_column), units):
        if unit and not column.unit:
            text += f", {name} taken in {unit}"
    return text
