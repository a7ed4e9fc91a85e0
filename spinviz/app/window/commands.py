"""Everything the window can do, once: menus, keys, the palette and the list of keys follow from this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from spinviz.app.run import changes

if TYPE_CHECKING:
    from spinviz.app.window.main_window import MainWindow

MENUS = ("File", "Edit", "View", "System", "Help")


@dataclass(frozen=True)
class Command:
    """One thing to do. ``group`` separates entries of a menu by lines; ``state`` says whether a switch is on."""

    id: str
    title: str
    menu: str
    keys: tuple[str, ...]
    call: Callable[[], object]
    group: int = 0
    state: Callable[[], bool] | None = None
    enabled: Callable[[], bool] | None = None
    icon: str = ""


def command_table(window: MainWindow) -> tuple[Command, ...]:
    """Return all commands of a window. Sequences are written out: some platforms have no standard key for them."""
    return (*_file(window), *_edit(window), *_view(window), *_system(window), *_help(window))


def _file(w: MainWindow) -> tuple[Command, ...]:
    return (
        Command("new", "New run", "File", ("Ctrl+N",), w.controller.new, icon="reset"),
        Command("open", "Open…", "File", ("Ctrl+O",), w.files.ask_open, icon="open"),
        Command("reopen", "Reopen last unsaved session", "File", (), w.files.reopen_last, enabled=w.files.has_last),
        Command("save", "Save session", "File", ("Ctrl+S",), w.files.save, 1, icon="save"),
        Command("save-as", "Save session as…", "File", ("Ctrl+Shift+S",), w.files.ask_save, 1),
        Command("save-sequence", "Save sequence as .seq…", "File", (), w.files.ask_save_sequence, 1,
                enabled=w.files.has_sequence),
        Command("export", "Export animation…", "File", ("Ctrl+E",), w.files.ask_export, 2, icon="export"),
        Command("snapshot", "Save picture", "File", ("F12",), w.files.snapshot, 2, icon="camera"),
        Command(
            "record", "Record observables…", "File", ("Ctrl+R",), w.files.toggle_recording, 2,
            state=lambda: w.controller.recorder is not None, icon="record",
        ),
        Command("play", "Play the signal", "File", ("Ctrl+Shift+L",), w.sounds.play, 3, icon="play"),
        Command("sound", "Save the signal as sound…", "File", (), w.sounds.ask_save, 3),
        Command("quit", "Quit", "File", ("Ctrl+Q",), w.close, 4),
    )  # fmt: skip


def _edit(w: MainWindow) -> tuple[Command, ...]:
    undo = w.controller.undo
    return (
        Command("undo", "Undo", "Edit", ("Ctrl+Z",), undo.undo, enabled=undo.canUndo, icon="undo"),
        Command("redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), undo.redo, enabled=undo.canRedo, icon="redo"),
        Command(
            "defaults",
            "Reset parameters to the preset",
            "Edit",
            ("Ctrl+0",),
            partial(changes.reset_parameters, w.controller),
            1,
        ),
        Command("copy-picture", "Copy picture", "Edit", ("Ctrl+Shift+C",), w.files.copy_picture, 2, icon="copy"),
        Command("settings", "Settings…", "Edit", ("Ctrl+,",), w.popups.show_settings, 3, icon="sliders"),
    )


def _view(w: MainWindow) -> tuple[Command, ...]:
    return (
        Command("home", "Home view", "View", ("H",), lambda: w.picture.look("home"), icon="home"),
        Command("look-x", "Look along x", "View", ("X",), lambda: w.picture.look("x"), icon="axis-x"),
        Command("look-y", "Look along y", "View", ("Y",), lambda: w.picture.look("y"), icon="axis-y"),
        Command("look-z", "Look along z", "View", ("Z",), lambda: w.picture.look("z"), icon="axis-z"),
        Command(
            "parallel", "Parallel projection", "View", ("P",), w.picture.toggle_projection,
            state=lambda: w.picture.is_parallel, icon="orthographic",
        ),
        Command("zoom-in", "Zoom in", "View", ("Ctrl++", "Ctrl+="), lambda: w.picture.zoom(1.25), 1),
        Command("zoom-out", "Zoom out", "View", ("Ctrl+-",), lambda: w.picture.zoom(0.8), 1),
        Command("turn-left", "Turn left", "View", ("Ctrl+Left",), lambda: w.picture.orbit(-10, 0), 1),
        Command("turn-right", "Turn right", "View", ("Ctrl+Right",), lambda: w.picture.orbit(10, 0), 1),
        Command("turn-up", "Turn up", "View", ("Ctrl+Up",), lambda: w.picture.orbit(0, 10), 1),
        Command("turn-down", "Turn down", "View", ("Ctrl+Down",), lambda: w.picture.orbit(0, -10), 1),
        Command("theme", "Next theme", "View", ("T",), w.themes.choose_next, 2, icon="theme"),
        Command("panels", "Panels", "View", ("F9",), w.docks.toggle_all, 3, state=w.docks.has_any),
        Command("library", "Library", "View", ("Ctrl+1",), lambda: w.docks.toggle("library"), 3,
                state=lambda: w.docks.has("library")),
        Command("plots", "Plots", "View", ("Ctrl+2",), lambda: w.docks.toggle("plots"), 3,
                state=lambda: w.docks.has("plots")),
        Command("controls", "Parameters and observables", "View", ("Ctrl+3",), lambda: w.docks.toggle("controls"), 3,
                state=lambda: w.docks.has("controls")),
        Command("fullscreen", "Full screen", "View", ("F11",), w.full_screen.toggle, 4, state=w.full_screen.is_on,
                icon="fullscreen"),
    )  # fmt: skip


def _system(w: MainWindow) -> tuple[Command, ...]:
    c = w.controller
    return (
        Command("run", "Run or pause", "System", ("Space",), c.toggle, icon="play"),
        Command("forward", "One step forwards", "System", ("Right",), lambda: c.step_by(1), icon="step"),
        Command("back", "One step back", "System", ("Left",), lambda: c.step_by(-1), icon="step-back"),
        Command("forward-10", "Ten steps forwards", "System", ("Shift+Right",), lambda: c.step_by(10)),
        Command("back-10", "Ten steps back", "System", ("Shift+Left",), lambda: c.step_by(-10)),
        Command("rewind", "Rewind", "System", ("Home",), c.rewind, icon="rewind"),
        Command("slower", "Slower", "System", ("[",), w.parts.transport.slower, 1, icon="slower"),
        Command("faster", "Faster", "System", ("]",), w.parts.transport.faster, 1, icon="faster"),
        Command(
            "frame",
            "Change frame of reference",
            "System",
            ("R",),
            partial(changes.next_frame, c),
            1,
            enabled=partial(changes.has_frames, c),
        ),
        Command("next-system", "Next system", "System", ("Ctrl+PgDown",), lambda: changes.open_neighbour(c, 1), 2),
        Command(
            "previous-system", "Previous system", "System", ("Ctrl+PgUp",), lambda: changes.open_neighbour(c, -1), 2
        ),
        Command("search", "Search systems", "System", ("Ctrl+F",), w.docks.focus_search, 2, icon="search"),
    )


def _help(w: MainWindow) -> tuple[Command, ...]:
    return (
        Command("palette", "Commands…", "Help", ("Ctrl+Shift+P",), w.popups.show_palette, icon="search"),
        Command("keys", "Keys", "Help", ("F1",), w.popups.show_keys, icon="help"),
        Command("log", "Copy diagnostics", "Help", (), w.popups.copy_diagnostics, 1, icon="copy"),
        Command("about", "About spinviz", "Help", (), w.popups.show_about, 1, icon="info"),
    )
