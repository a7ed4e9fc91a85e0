"""What to notice: a few sentences beside the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from spinviz.model.symbols import plain_text, rich
from spinviz.model.theme import DARK, Theme


class Notes(QLabel):
    """What to notice: one to three sentences of the preset, or of the system."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setProperty("look", "secondary")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName("What to notice")

    def set_notes(self, notes: str, theme: Theme = DARK) -> None:
        """Show ``notes``; nothing when empty."""
        lead = f"<span style='font-weight:600; color:{theme.text}'>What to notice.</span> "
        self.setText(f"<p style='line-height:135%'>{lead}{rich(notes)}</p>" if notes else "")
        self.setAccessibleDescription(plain_text(notes))
        self.setVisible(bool(notes))
