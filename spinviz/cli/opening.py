"""``spinviz [FILE|SYSTEM]``: open the window, or say why there cannot be one."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from spinviz.cli.problems import BadInput
from spinviz.cli.starting import find, find_system
from spinviz.files.errors import FileError, short_path
from spinviz.files.ovf.series import files_of, is_several


def command(options: argparse.Namespace) -> int:
    """Open the window on what was named."""
    if options.theme:
        find_theme(options.theme)
    _check(options.what, options.preset)
    if not has_display():
        from spinviz.systems import OPENING

        raise BadInput(
            f"no display for the window: start from a desktop, use 'ssh -X', or write a movie with "
            f"'spinviz export {short_path(options.what or OPENING)} --out movie.mp4'"
        )
    from spinviz.app.start import start

    return int(start(options.what, preset=options.preset, theme=options.theme) or 0)


def find_theme(name: str) -> str:
    """Return the name of a theme. Errors: `UnknownName` with a guess."""
    from spinviz.model.theme import THEMES

    return find(name, THEMES, "unknown theme")


def _check(what: str | None, preset: str) -> None:
    """Refuse before the window opens what nobody can open. Errors: `UnknownName`, `FileError`."""
    if what is None or os.path.exists(what):
        return
    if is_several(what):
        files_of(what)
        return
    if os.sep in what or Path(what).suffix:
        try:
            os.stat(what)
        except OSError as error:
            raise FileError.reading(what, error) from error
        except ValueError as error:
            raise FileError.naming(what, error) from error
    from spinviz.systems import is_built_in

    if not preset and is_built_in(what):
        return  # known without importing it: the window does that beside its own imports
    system = find_system(what)
    if preset:
        find(preset, (p.name for p in system.presets), f"{system.name} has no preset")


def has_display() -> bool:
    """Whether a window could appear."""
    if sys.platform in ("win32", "darwin"):
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or platform not in (
        "",
        "xcb",
        "wayland",
    )
