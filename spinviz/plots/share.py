"""Copy and save what a plot shows."""

from __future__ import annotations

import html

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from spinviz.files.errors import FileError
from spinviz.plots.table import Table, save, text


def copy_table(table: Table) -> None:
    """Put numbers on the clipboard, divided by tabs for spreadsheets."""
    content = QMimeData()
    content.setText(text(*table, "\t"))
    QGuiApplication.clipboard().setMimeData(content)


def copy_image(widget: QWidget) -> None:
    """Put the picture of a widget on the clipboard."""
    QGuiApplication.clipboard().setPixmap(widget.grab())


def ask_for_file(parent: QWidget, suggestion: str) -> str:
    """Return the file that the user chooses for a table; empty for none."""
    return QFileDialog.getSaveFileName(parent, "Save data", suggestion, "CSV (*.csv)")[0]


def save_table(path: str, table: Table, parent: QWidget) -> None:
    """Write numbers as CSV. A failure is shown over ``parent`` and can be copied."""
    try:
        save(path, *table)
    except FileError as error:
        QMessageBox.warning(parent, "Data not saved", f"<p>{html.escape(str(error))}</p>")
