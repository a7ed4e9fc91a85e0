"""One look for everything: palette, style sheet and typeface of the application from a theme."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
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

    ``remember`` keeps name and letters for the next start. A window that is seen takes a theme part by part, each in a
    turn of the event loop, and is painted when all parts have it: it is never seen half dressed, and answers meanwhile.
    """

    changed = Signal(object)
    """`Theme`: all ``wearers`` have it, and the window has yet to be laid out."""

    def __init__(
        self, theme: Theme, remember: Callable[[str, int], None], parent: QObject | None = None, letters: int = 100
    ) -> None:
        super().__init__(parent)
        self.current = theme.lettered(letters)
        self.letters = letters
        """Percent of the theme's own size."""
        self.wearers: list[Callable[[Theme], None]] = []
        """What takes another theme, in this order."""
        self.finishers: list[Callable[[], None]] = []
        """What is done once all have it, before the window is painted."""
        self._remember = remember
        self._left: deque[Callable[[], None]] = deque()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)
        self._dress_application()
        self._dress_window()

    def use(self, name: str, letters: int | None = None) -> None:
        """Dress everything in a theme, with ``letters`` of another size or those in use; soon, if it is seen."""
        self.letters = self.letters if letters is None else letters
        self.current = theme = THEMES[name].lettered(self.letters)
        worn = [partial(wear, theme) for wear in self.wearers]
        tell = partial(self.changed.emit, theme)
        self._left = deque((self._dress_application, self._dress_window, *worn, tell, *self.finishers, self._show))
        window = self._window()
        if window is None or not window.isVisible():
            self.settle()
        else:
            window.setUpdatesEnabled(False)
            self._timer.start()

    def settle(self) -> None:
        """Do now what is left to be done for the theme in use."""
        while self._left:
            self._go_on()

    @property
    def is_settled(self) -> bool:
        """Whether everything wears the theme in use."""
        return not self._left

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

    def _go_on(self) -> None:
        """Take the next step; one that fails does not keep the others from theirs."""
        step = self._left.popleft()
        if not self._left:
            self._timer.stop()
        step()

    def _dress_application(self) -> None:
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply(application, self.current)

    def _dress_window(self) -> None:
        window = self._window()
        if window is not None:
            dress(window, self.current)

    def _show(self) -> None:
        window = self._window()
        if window is not None:
            window.setUpdatesEnabled(True)
            # Qt waits for ever with an update that was asked for before, and fell due meanwhile.
            window.repaint()

    def _window(self) -> QWidget | None:
        window = self.parent()
        return window if isinstance(window, QWidget) else None


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
    if application.font() != font:  # a font polishes all widgets, the same one too
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
