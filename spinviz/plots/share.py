"""Copy and save what a plot shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox

from spinviz.files.errors import FileError
from spinviz.plots import table

if TYPE_CHECKING:
    from spinviz.plots.panel import PlotPanel


def copy_table(panel: PlotPanel) -> None:
    """Put the numbers on the clipboard, divided by tabs for spreadsheets."""
    if panel.frame is None:
        return
    header, rows = table.table(panel.plot, panel.frame, panel.system)
    content = QMimeData()
    content.setText(table.text(header, rows, "\t"))
    QGuiApplication.clipboard().setMimeData(content)


def copy_image(panel: PlotPanel) -> None:
    """Put the picture on the clipboard."""
    QGuiApplication.clipboard().setPixmap(panel.grab())


def save_table(panel: PlotPanel, path: str = "") -> None:
    """Write the numbers as CSV; ask for the file when no ``path`` is given. A failure is shown and can be copied."""
    if panel.frame is None:
        return
    if not path:
        suggestion = f"{panel.system.name}-{panel.plot.name}.csv"
        path, _ = QFileDialog.getSaveFileName(panel, "Save data", suggestion, "CSV (*.csv)")
    if not path:
        return
    try:
        table.save(path, panel.plot, panel.frame, panel.system)
    except FileError as error:
        QMessageBox.warning(panel, "Data not saved", str(error))
