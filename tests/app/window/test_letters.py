"""The size of letters in the whole window: by key, by the preferences, and at the next start."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from spinviz.app.run.settings import Settings, SettingsStore
from spinviz.app.window.main_window import MainWindow
from spinviz.model.theme import THEMES
from spinviz.view.lettering import Lettering
from spinviz.view.paper import Paper


def press(window: MainWindow, key: Any, modifier: Any = Qt.KeyboardModifier.AltModifier) -> None:
    QTest.keyClick(window.windowHandle(), key, modifier)
    window.themes.settle()


def pixels(widget: QWidget) -> int:
    widget.ensurePolished()
    return widget.font().pixelSize()


def letters_of(window: MainWindow) -> dict[str, float]:
    """The size of letters [pixels] in every part of the window."""
    image = QImage(window.picture.view.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    page = Paper(painter, window.picture.view.theme, Lettering(), image.width(), image.height())
    painter.end()
    return {
        "picture": page.em,
        "plots": window.parts.plots._look.font().pixelSize(),
        "axes": window.parts.plots.panels[0].y_axis._look.font().pixelSize(),
        "tabs": window.parts.plots.tabs._look.font().pixelSize(),
        "table": pixels(window.parts.side.table),
        "form": pixels(next(iter(window.parts.side.form.rows.values()))._title),
        "library": pixels(window.parts.library.tree),
        "transport": pixels(window.parts.transport.time_label),
        "menu bar": pixels(window.menuBar()),
        "menus": pixels(window.menus.menus["View"]),
        "palette": pixels(window.popups.palette.list),
    }


@pytest.mark.parametrize("theme", THEMES)
def test_letters_of_the_whole_window_grow_and_shrink_by_key(window: MainWindow, theme: str) -> None:
    window.set_theme(theme)
    usual = letters_of(window)
    for _ in range(3):
        press(window, Qt.Key.Key_Plus)
    assert window.controller.store.load().letters == 130
    for place, size in letters_of(window).items():
        assert size == pytest.approx(1.3 * usual[place], abs=1.0), place
    for _ in range(10):
        press(window, Qt.Key.Key_Minus)
    for place, size in letters_of(window).items():
        assert size == pytest.approx(0.8 * usual[place], abs=1.0), place
    assert window.themes.letters == 80
    press(window, Qt.Key.Key_T, Qt.KeyboardModifier.NoModifier)
    assert window.theme.font_scale == pytest.approx(0.8 * THEMES[window.theme.name].font_scale), "a theme keeps them"
    press(window, Qt.Key.Key_0)
    assert window.theme == THEMES[window.theme.name]


def test_letters_are_those_of_the_last_time(qtbot: Any, tmp_path: Path, only_toys: None) -> None:
    store = SettingsStore(tmp_path / "settings.ini")
    store.save(Settings(letters=120))
    window = MainWindow(store)
    qtbot.addWidget(window)
    assert window.theme.font_scale == window.parts.plots._look.theme.font_scale == pytest.approx(1.2)
    window.close()
