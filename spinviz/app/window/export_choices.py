"""What the export dialog offers, what it is told of the run, and its rows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from spinviz.panels.parts import QuietCombo

SIZES = (
    ("1920x1080", "1920 × 1080: full HD"),
    ("1280x720", "1280 × 720: small"),
    ("800x450", "800 × 450: for a web page"),
    ("2560x1440", "2560 × 1440: sharp"),
    ("3840x2160", "3840 × 2160: 4K"),
    ("1080x1080", "1080 × 1080: square"),
    ("1080x1920", "1080 × 1920: upright"),
)
RATES = ("30", "60", "25", "24", "20", "15", "10")
COLORS = (("", "256: as good as a GIF can be"), ("128", "128"), ("64", "64: a smaller file"), ("32", "32"))
NO_LOOP = "Nothing repeats itself exactly here with these parameters"
ON = {True: "on", False: "off"}


@dataclass(frozen=True)
class Run:
    """What is exported: its name, usual speed, unit of time, the time now, the length on screen [s] that it asks for.

    ``period``: simulated time after which its picture is the same again, 0 where it never is.
    """

    name: str
    speed: float
    unit: str
    theme: str
    now: float
    length: float
    period: float = 0.0
    part: str = ""
    """What of the picture the film shows, where that is not all."""


def combo(parent: QWidget, entries: tuple[tuple[str, str], ...]) -> QComboBox:
    """Return a combo box of values and what stands for them."""
    made = QuietCombo(parent)
    for value, title in entries:
        made.addItem(title, value)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    return made


def beside(first: QWidget, *others: QWidget) -> QHBoxLayout:
    """Return a row of widgets, of which the first takes the room."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(first, 1)
    for other in others:
        row.addWidget(other)
    return row
