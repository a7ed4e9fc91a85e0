"""The buttons to which panels fold in a small window: each opens its panel beside the picture and closes it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from spinviz.model.theme import Theme
from spinviz.panels.style import icon, text_px


class DrawerButton(QToolButton):
    """Checked while its panel is open. In narrow windows it shows its icon alone."""

    def __init__(self, theme: Theme, title: str, picture: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self.setText(title)
        self.setAccessibleName(title)
        self.setToolTip(tooltip)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take another theme: icon and size."""
        size = text_px(theme, 18)
        self.setIcon(icon(self._picture, theme))
        self.setIconSize(QSize(size, size))
        self.setMinimumHeight(text_px(theme, 46))

    def set_room(self, roomy: bool) -> None:
        """Show the title beside the icon where there is room."""
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonTextBesideIcon if roomy else style.ToolButtonIconOnly)
