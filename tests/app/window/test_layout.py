"""No text of the window covers another, none is cut off: every system in every theme, from 1024 x 600 on."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from app.window.painted_texts import Box, boxes_of, missing_from
from PySide6.QtWidgets import QApplication

from spinviz.app.run.settings import Settings, SettingsStore
from spinviz.app.window import theme as dress
from spinviz.app.window.main_window import MainWindow
from spinviz.engine.live import speed_of
from spinviz.engine.loop import Loop
from spinviz.model.frame import Frame
from spinviz.model.theme import THEMES
from spinviz.plots.look import SMALL
from spinviz.systems import system_named, systems

SIZES = ((1024, 600), (1280, 720), (1920, 1080))
DRAWERS = ("library", "controls")
SLACK = 2.0
"""Pixels that boxes may share: ascents and descents are the font's, not the letters'."""


@pytest.fixture(scope="module")
def frames() -> dict[str, tuple[Loop, Frame]]:
    """A second on screen into the first preset of every system."""
    return {name: shown(name, system_named(name).presets[0].name) for name in systems()}


@pytest.fixture(scope="module")
def all_frames() -> dict[str, tuple[Loop, Frame]]:
    """Every preset of every system, half a second on screen after its start."""
    pairs = [(name, preset.name) for name in systems() for preset in system_named(name).presets]
    return {f"{name} {preset}": shown(name, preset, 0.5) for name, preset in pairs}


def shown(name: str, preset: str, seconds: float = 1.0) -> tuple[Loop, Frame]:
    """A run and its frame so many seconds after it began on screen."""
    loop = Loop(system_named(name), preset=preset, memory=1)
    speed = speed_of(loop)
    loop.advance_to(seconds * speed)
    return loop, loop.frame(running=True, speed=speed, actual_speed=speed)


def show(window: MainWindow, loop: Loop, frame: Frame) -> None:
    """Open a system as the controller does, without a thread."""
    builder = window.reactions._builder
    window.reactions._plot.forget()
    window.reactions._latest = None
    builder.begin(loop.system, loop.parameters, loop.preset.name, speed_of(loop))
    while builder.is_active:
        QApplication.processEvents()
    window.parts.picture.show_frame(frame)
    window.parts.transport.show_frame(frame)


def give(window: MainWindow, frame: Frame) -> None:
    """Let plots and table show ``frame`` in the sizes they have now."""
    for _ in range(3):
        QApplication.processEvents()
        window.parts.plots.show_frame(frame)
        window.parts.side.table._fill(frame)


def faults_of(boxes: list[Box]) -> list[str]:
    """What is wrong with the texts of a window."""
    found = []
    for box in boxes:
        seen, rect = box.seen.adjusted(-SLACK, -SLACK, SLACK, SLACK), box.rect
        across = seen.left() <= rect.left() and rect.right() <= seen.right()
        along = seen.top() <= rect.top() and rect.bottom() <= seen.bottom()
        if not (across and (along or box.scrolls)):
            found.append(f"cut off: {box}")
        if "PlotBoard" in box.place and "…" in box.text.strip("…"):
            found.append(f"shortened: {box}")
    for a, b in itertools.combinations(boxes, 2):
        common = a.rect.intersected(a.seen).intersected(b.rect.intersected(b.seen))
        if min(common.width(), common.height()) > SLACK:
            found.append(f"{a}\n   covers {b}")
    return found


def faults_with_drawers(window: MainWindow, frame: Frame) -> list[str]:
    """What is wrong while the user has both drawers open."""
    for name in DRAWERS:
        window.docks.toggle(name)
    give(window, frame)
    found = faults_of(boxes_of(window))
    for name in DRAWERS:
        window.docks.toggle(name)
    return found


def opened(qtbot: Any, tmp_path: Any, theme: str, letters: int) -> MainWindow:
    """A window with all systems in its library and none open."""
    dress.load_fonts()
    store = SettingsStore(tmp_path / "settings.ini")
    store.save(Settings(letters=letters))
    window = MainWindow(store, theme)
    window.set_theme(theme)
    qtbot.addWidget(window)
    window.picture.animate = False
    window.picture.view.setUpdatesEnabled(False)  # what is written over the picture is asked for, not painted
    window.parts.library.set_systems(systems().values())
    window.show()
    return window


@pytest.mark.parametrize(
    ("letters", "sizes", "theme"),
    # Larger letters in the themes whose letters are the smallest and the largest.
    [*((100, SIZES, theme) for theme in THEMES), *((130, SIZES[1:], theme) for theme in ("dark", "projector"))],
)
def test_texts_stay_apart_and_whole(
    qtbot: Any,
    tmp_path: Any,
    frames: dict[str, tuple[Loop, Frame]],
    theme: str,
    letters: int,
    sizes: tuple[tuple[int, int], ...],
) -> None:
    window = opened(qtbot, tmp_path, theme, letters)
    faults = []
    for name, (loop, frame) in frames.items():
        show(window, loop, frame)
        for size in sizes:
            window.resize(*size)
            give(window, frame)
            assert (window.width(), window.height()) == size
            assert window.docks.is_folded == (size[0] < 1200 * window.theme.font_scale)
            least = 2.5 * window.parts.plots._look.text_px(SMALL)
            assert min(panel.box.height() for panel in window.parts.plots.shown) >= least, "graphs are flat"
            faults += [f"{name} {size} {fault}" for fault in faults_of(boxes_of(window))]
            faults += [f"{name} {size} no room for: {text}" for text in missing_from(window.picture.view)]
            if window.docks.is_folded:
                faults += [f"{name} {size} open {fault}" for fault in faults_with_drawers(window, frame)]
    window.close()
    QApplication.instance().setStyleSheet("")
    assert not faults, "\n".join(faults[:40])


def test_words_of_plots_stay_apart_and_whole_in_every_preset(
    qtbot: Any, tmp_path: Any, all_frames: dict[str, tuple[Loop, Frame]]
) -> None:
    """Also those that stand under other tabs, in the theme with the largest letters; openings are seen in all."""
    window = opened(qtbot, tmp_path, "projector", 100)
    window.resize(1280, 720)
    board, faults = window.parts.plots, []
    least = 2.5 * board._look.text_px(SMALL)
    for name, (loop, frame) in all_frames.items():
        show(window, loop, frame)
        seen: set[str] = set()
        while not {panel.plot.name for panel in board.panels} <= seen:
            give(window, frame)
            seen |= {panel.plot.name for panel in board.shown}
            boxes = boxes_of(window, board)
            assert boxes
            faults += [f"{name} {fault}" for fault in faults_of(boxes)]
            faults += [f"{name} flat: {p.plot.name}" for p in board.shown if p.box.height() < least]
            board.turn(1)
    window.close()
    QApplication.instance().setStyleSheet("")
    assert not faults, f"{len(faults)}\n" + "\n".join(faults[:40])
