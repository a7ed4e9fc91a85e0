"""Everything the window can do, once: menus, keys, the palette and the list of keys follow from this table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from spinviz.app.run.changes import has_frames, next_frame, open_neighbour, reset_parameters
from spinviz.app.run.controller import Controller
from spinviz.app.window.brush import BrushMode
from spinviz.app.window.camera_views import NUMBERS
from spinviz.app.window.commands import Command
from spinviz.app.window.docks import Docks
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.full_screen import FullScreen
from spinviz.app.window.kept_actions import KeptActions
from spinviz.app.window.parts import Parts
from spinviz.app.window.picture import Picture
from spinviz.app.window.popups import Popups
from spinviz.app.window.prediction import Prediction
from spinviz.app.window.second_view import SecondView
from spinviz.app.window.sounds import SoundActions
from spinviz.app.window.stills import StillActions
from spinviz.app.window.sweep_actions import SweepActions
from spinviz.app.window.switches import Switches
from spinviz.app.window.theme import ThemeSwitch
from spinviz.panels.transport import Transport
from spinviz.plots.board import PlotBoard


def command_table(
    *,
    controller: Controller,
    parts: Parts,
    docks: Docks,
    files: FileActions,
    stills: StillActions,
    sounds: SoundActions,
    sweeps: SweepActions,
    kept: KeptActions,
    switches: Switches,
    prediction: Prediction,
    second: SecondView,
    brush: BrushMode,
    popups: Popups,
    themes: ThemeSwitch,
    full_screen: FullScreen,
    close: Callable[[], object],
) -> tuple[Command, ...]:
    """Return all commands of a window. Sequences are written out: some platforms have no standard key for them."""
    return (
        *_file(controller, files, stills, sounds, close),
        *_edit(controller, stills, popups, brush),
        *_view(parts.picture, second, themes),
        *_show(switches),
        *_compare(kept, prediction),
        *_shape(docks, parts.plots, full_screen),
        *_system(controller, parts.transport, docks, popups, sweeps),
        *_help(popups),
    )


def _file(
    c: Controller, files: FileActions, stills: StillActions, sounds: SoundActions, close: Callable[[], object]
) -> tuple[Command, ...]:
    return (
        Command("new", "New run", "File", ("Ctrl+N",), c.new, icon="reset"),
        Command("open", "Open…", "File", ("Ctrl+O",), files.ask_open, icon="open"),
        Command("reopen", "Reopen last unsaved session", "File", (), files.reopen_last, enabled=files.has_last),
        Command("save", "Save session", "File", ("Ctrl+S",), files.save, 1, icon="save"),
        Command("save-as", "Save session as…", "File", ("Ctrl+Shift+S",), files.ask_save, 1),
        Command("save-sequence", "Save sequence as .seq…", "File", (), files.ask_save_sequence, 1,
                enabled=files.has_sequence),
        Command("save-image", "Save image or raw data…", "File", (), files.ask_save_image, 1, enabled=files.has_image),
        Command("export", "Export animation…", "File", ("Ctrl+E",), files.ask_export, 2, icon="export"),
        Command("snapshot", "Save picture", "File", ("F12",), stills.snapshot, 2, icon="camera"),
        Command("picture", "Save picture as…", "File", ("Shift+F12",), stills.ask, 2),
        Command(
            "record", "Record observables…", "File", ("Ctrl+R",), files.toggle_recording, 2,
            state=lambda: c.recorder is not None, icon="record",
        ),
        Command("play", "Play the signal", "File", ("Ctrl+Shift+L",), sounds.play, 3, icon="play"),
        Command("sound", "Save the signal as sound…", "File", (), sounds.ask_save, 3),
        Command("quit", "Quit", "File", ("Ctrl+Q",), close, 4),
    )  # fmt: skip


def _edit(c: Controller, stills: StillActions, popups: Popups, brush: BrushMode) -> tuple[Command, ...]:
    undo = c.undo
    return (
        Command("undo", "Undo", "Edit", ("Ctrl+Z",), undo.undo, enabled=undo.canUndo, icon="undo"),
        Command("redo", "Redo", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), undo.redo, enabled=undo.canRedo, icon="redo"),
        Command("defaults", "Reset parameters to the preset", "Edit", ("Ctrl+0",), partial(reset_parameters, c), 1),
        Command("brush", "Paint on the lattice", "Edit", ("B",), brush.toggle, 1, state=brush.is_on,
                enabled=brush.is_possible, reason=brush.reason, icon="brush", submenu="Brush"),
        Command("next-brush", "Next brush", "Edit", ("V",), brush.choose_next, 1, enabled=brush.is_on,
                submenu="Brush"),
        Command("larger-brush", "Larger brush", "Edit", (".",), lambda: brush.enlarge(1), 1, enabled=brush.is_on,
                submenu="Brush"),
        Command("smaller-brush", "Smaller brush", "Edit", (",",), lambda: brush.enlarge(-1), 1, enabled=brush.is_on,
                submenu="Brush"),
        Command("copy-picture", "Copy picture", "Edit", ("Ctrl+Shift+C",), stills.copy, 2, icon="copy"),
        Command("settings", "Settings…", "Edit", ("Ctrl+,",), popups.show_settings, 3, icon="sliders"),
    )  # fmt: skip


def _view(picture: Picture, second: SecondView, themes: ThemeSwitch) -> tuple[Command, ...]:
    return (
        Command("home", "Home view", "View", ("H",), lambda: picture.look("home"), icon="home"),
        *_camera(picture),
        Command(
            "parallel", "Parallel projection", "View", ("P",), picture.toggle_projection,
            state=lambda: picture.is_parallel, icon="orthographic",
        ),
        Command(
            "second", "Second view", "View", ("D",), second.toggle, state=second.is_on, enabled=second.is_possible,
            reason=second.reason,
        ),
        *(Command(f"view-{n}", f"Go to view {n}", "View", (f"Alt+{n}",), partial(picture.go_to_view, n),
                  enabled=partial(picture.has_view, n), submenu="Kept views") for n in NUMBERS),
        *(Command(f"keep-view-{n}", f"Keep as view {n}", "View", (f"Ctrl+Alt+{n}",), partial(picture.keep_view, n),
                  submenu="Kept views") for n in NUMBERS),
        Command("theme", "Next theme", "View", ("T",), themes.choose_next, 2, icon="theme"),
        # With Alt: on many keyboards a plus needs Shift, and Ctrl and plus zoom.
        Command("letters-larger", "Larger letters", "View", ("Alt++", "Alt+="), lambda: themes.enlarge(1), 2,
                submenu="Letters"),
        Command("letters-smaller", "Smaller letters", "View", ("Alt+-",), lambda: themes.enlarge(-1), 2,
                submenu="Letters"),
        Command("letters-usual", "Letters of usual size", "View", ("Alt+0",), lambda: themes.enlarge(0), 2,
                submenu="Letters"),
    )  # fmt: skip


def _camera(picture: Picture) -> tuple[Command, ...]:
    """Where to look from: a menu of its own, for a long one has no room on a small screen."""
    table: tuple[tuple[str, str, tuple[str, ...], Callable[[], object], str], ...] = (
        ("look-x", "Look along x", ("X",), lambda: picture.look("x"), "axis-x"),
        ("look-y", "Look along y", ("Y",), lambda: picture.look("y"), "axis-y"),
        ("look-z", "Look along z", ("Z",), lambda: picture.look("z"), "axis-z"),
        ("look-x-back", "Look along −x", ("Shift+X",), lambda: picture.look("-x"), "axis-x"),
        ("look-y-back", "Look along −y", ("Shift+Y",), lambda: picture.look("-y"), "axis-y"),
        ("look-z-back", "Look along −z", ("Shift+Z",), lambda: picture.look("-z"), "axis-z"),
        ("zoom-in", "Zoom in", ("Ctrl++", "Ctrl+="), lambda: picture.zoom(1.25), ""),
        ("zoom-out", "Zoom out", ("Ctrl+-",), lambda: picture.zoom(0.8), ""),
        ("turn-left", "Rotate left", ("Ctrl+Left",), lambda: picture.orbit(-10, 0), ""),
        ("turn-right", "Rotate right", ("Ctrl+Right",), lambda: picture.orbit(10, 0), ""),
        ("turn-up", "Rotate up", ("Ctrl+Up",), lambda: picture.orbit(0, 10), ""),
        ("turn-down", "Rotate down", ("Ctrl+Down",), lambda: picture.orbit(0, -10), ""),
    )
    return tuple(
        Command(name, title, "View", keys, call, icon=icon, submenu="Camera") for name, title, keys, call, icon in table
    )


def _shape(docks: Docks, plots: PlotBoard, full_screen: FullScreen) -> tuple[Command, ...]:
    return (
        Command("panels", "Panels", "View", ("F9",), docks.toggle_all, 3, state=docks.has_any),
        Command("library", "Library", "View", ("Ctrl+1",), lambda: docks.toggle("library"), 3,
                state=lambda: docks.has("library")),
        Command("plots", "Plots", "View", ("Ctrl+2",), lambda: docks.toggle("plots"), 3,
                state=lambda: docks.has("plots")),
        Command("controls", "Parameters and observables", "View", ("Ctrl+3",), lambda: docks.toggle("controls"), 3,
                state=lambda: docks.has("controls")),
        Command("next-plot", "Next plot", "View", ("Alt+PgDown",), lambda: plots.turn(1), 3,
                enabled=lambda: plots.has_tabs),
        Command("previous-plot", "Previous plot", "View", ("Alt+PgUp",), lambda: plots.turn(-1), 3,
                enabled=lambda: plots.has_tabs),
        Command("fullscreen", "Full screen", "View", ("F11",), full_screen.toggle, 4, state=full_screen.is_on,
                icon="fullscreen"),
    )  # fmt: skip


SHOWN = (
    ("law", "Laws", "Shift+H"),
    ("equation", "Equation", "E"),
    ("legend", "Legend", "Shift+L"),
    ("axes", "Axes", "A"),
    ("spins", "Spins", "S"),
    ("trails", "Trails", "Shift+T"),
    ("net", "Net magnetization", "M"),
    ("transport", "Transport bar in full screen", "Shift+B"),
)
"""The switches, their titles and keys."""


def _show(switches: Switches) -> tuple[Command, ...]:
    return tuple(
        Command(
            f"show-{name}", title, "View", (key,), partial(switches.toggle, name), 2,
            state=partial(switches.is_on, name), enabled=partial(switches.is_there, name), submenu="Show",
        )
        for name, title, key in SHOWN
    )  # fmt: skip


def _compare(kept: KeptActions, prediction: Prediction) -> tuple[Command, ...]:
    return (
        Command("keep", "Keep curves for comparison", "View", ("K",), kept.keep_all, 2, submenu="Compare"),
        Command(
            "predict",
            "Predict, then reveal",
            "View",
            ("G",),
            prediction.toggle,
            2,
            state=prediction.is_on,
            submenu="Compare",
        ),
        Command("measured", "Compare with measured data…", "View", (), kept.ask_measured, 2, submenu="Compare"),
        Command(
            "unkeep",
            "Remove kept curves",
            "View",
            ("Shift+K",),
            kept.remove_all,
            2,
            enabled=kept.any,
            submenu="Compare",
        ),
    )


def _system(
    c: Controller, transport: Transport, docks: Docks, popups: Popups, sweeps: SweepActions
) -> tuple[Command, ...]:
    return (
        Command("run", "Run or pause", "System", ("Space",), c.toggle, icon="play"),
        Command("forward", "One step forwards", "System", ("Right",), lambda: c.step_by(1), icon="step"),
        Command("back", "One step back", "System", ("Left",), lambda: c.step_by(-1), icon="step-back"),
        Command("forward-10", "Ten steps forwards", "System", ("Shift+Right",), lambda: c.step_by(10)),
        Command("back-10", "Ten steps back", "System", ("Shift+Left",), lambda: c.step_by(-10)),
        Command("rewind", "Rewind", "System", ("Home",), c.rewind, icon="rewind"),
        Command("stop-next", "Stop at the next event", "System", ("N",), c.stop_at, enabled=lambda: bool(c.landmarks()),
                icon="pause"),
        Command("sweep", "Sweep a parameter…", "System", (), sweeps.ask, 1, enabled=sweeps.is_possible, icon="chart"),
        Command("slower", "Slower", "System", ("[",), transport.slower, 1, icon="slower"),
        Command("faster", "Faster", "System", ("]",), transport.faster, 1, icon="faster"),
        Command("law", "Explain the law", "System", ("L",), popups.toggle_law, 1, enabled=popups.has_laws,
                state=popups.law_is_open),
        Command("frame", "Change frame of reference", "System", ("R",), partial(next_frame, c), 1,
                enabled=partial(has_frames, c)),
        Command("next-system", "Next system", "System", ("Ctrl+PgDown",), partial(open_neighbour, c, 1), 2),
        Command("previous-system", "Previous system", "System", ("Ctrl+PgUp",), partial(open_neighbour, c, -1), 2),
        Command("search", "Search systems", "System", ("Ctrl+F",), docks.focus_search, 2, icon="search"),
    )  # fmt: skip


def _help(popups: Popups) -> tuple[Command, ...]:
    return (
        Command("palette", "Commands…", "Help", ("Ctrl+Shift+P",), popups.show_palette, icon="search"),
        Command("keys", "Keys", "Help", ("F1",), popups.show_keys, icon="help"),
        Command("log", "Copy diagnostics", "Help", (), popups.copy_diagnostics, 1, icon="copy"),
        Command("about", "About spinviz", "Help", (), popups.show_about, 1, icon="info"),
    )
