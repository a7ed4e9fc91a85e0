"""One look for everything: palette, style sheet and typeface of the application from a theme."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget

from spinviz.app.run.settings import LIMITS
from spinviz.model.theme import THEMES, Theme
from spinviz.panels.style import palette, stylesheet
from spinviz.resources import fonts

FAMILY = "Inter"
POINTS = 10.0
STEP = 10
"""Percent by which letters grow and shrink."""
MESSAGES = {"info": "accent", "warning": "warning", "error": "bad"}


class ThemeSwitch(QObject):
    """The theme in use, which its ``parent`` wears, its letters, and the way to others.

    ``remember`` keeps name and letters for the next start.
    """

    changed = Signal(object)
    """`Theme`: wear this one."""

    def __init__(
        self, theme: Theme, remember: Callable[[str, int], None], parent: QObject | None = None, letters: int = 100
    ) -> None:
        super().__init__(parent)
        self.current = theme.lettered(letters)
        self.letters = letters
        """Percent of the theme's own size."""
        self._remember = remember
        self._dress()

    def use(self, name: str, letters: int | None = None) -> None:
        """Dress everything in a theme, with ``letters`` of another size or those in use."""
        self.letters = self.letters if letters is None else letters
        self.current = theme = THEMES[name].lettered(self.letters)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply(application, theme)
        self._dress()
        self.changed.emit(theme)

    def choose(self, name: str) -> None:
        """Take a theme and remember it."""
        self.use(name)
        self._remember(name, self.letters)

    def enlarge(self, steps: int) -> None:
        """Make all letters of the window larger, or smaller, by so many steps, and remember it; 0: the usual size."""
        low, high = LIMITS["letters"]
        letters = min(max(self.letters + steps * STEP, low), high) if steps else 100
        if letters != self.letters:
            self.use(self.current.name, letters)
            self._remember(self.current.name, letters)

    def choose_next(self) -> None:
        """Take the next of the four themes."""
        self.choose(next_name(self.current.name))

    def _dress(self) -> None:
        window = self.parent()
        if isinstance(window, QWidget):
            dress(window, self.current)


def load_fonts() -> None:
    """Make the typefaces that travel with spinviz known; once is enough."""
    if FAMILY not in QFontDatabase.families():
        for font in fonts():
            QFontDatabase.addApplicationFont(str(font))


def apply(application: QApplication, theme: Theme) -> None:
    """Give the application typeface and palette."""
    if application.style().name() != "fusion":  # a new style polishes all widgets, the same one too
        application.setStyle("Fusion")
    font = QFont(FAMILY)
    font.setPixelSize(round(13 * theme.font_scale))
    application.setFont(font)
    application.setPalette(palette(theme))


def dress(window: QWidget, theme: Theme) -> None:
    """Dress a window and all that it opens. A style sheet of the application would take six times as long to change."""
    window.setStyleSheet(stylesheet(theme) + window_style(theme))


def window_style(theme: Theme) -> str:
    """Style sheet of what belongs to the window itself: menu bar, message bar, docks."""
    marks = "".join(
        f'#messageBar[severity="{severity}"] {{ border-left: 4px solid {theme.color(role)}; }}'
        f'#messageBar[severity="{severity}"] #messageMark {{ color: {theme.color(role)}; font-weight: 600; }}'
        for severity, role in MESSAGES.items()
    )
    return f"""
#messageBar {{ background: {theme.control}; border: 1px solid {theme.line}; border-radius: 6px; color: {theme.text}; }}
#messageBar QLabel {{ background: transparent; }}
{marks}
QMainWindow {{ background: {theme.window}; }}
QMainWindow::separator {{ background: {theme.line}; width: 1px; height: 1px; }}
#wordmark {{ color: {theme.text}; font-weight: 700; font-size: {round(14 * theme.font_scale)}px; padding: 0 14px; }}
#sessionName {{ color: {theme.secondary}; padding: 0 8px; }}
"""


def next_name(name: str) -> str:
    """Return the theme after ``name``."""
    names = list(THEMES)
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
