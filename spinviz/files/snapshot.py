"""Snapshots of runs, so that a session opens without repeating it: this user's own, in a bounded folder.

A session is a recipe and may come from anybody; a snapshot holds arrays that compiled code trusts, so it stays where
this program wrote it and is found by what the recipe says. Without one the recipe is repeated.
"""

from __future__ import annotations

import os
import platform
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

import spinviz
from spinviz.files.atomic import atomic_write
from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError
from spinviz.files.log import state_folder
from spinviz.files.ovf.series import files_of
from spinviz.files.plain_values import Unfit, packed, unpacked
from spinviz.files.session import Session, digest
from spinviz.model.parameters import Parameters

MOST_BYTES = 256 * 2**20
"""Of one snapshot."""
MOST_KEPT = 2**30
"""Bytes of all; the oldest go first."""
SUFFIX = ".snapshot"


def snapshot_path(session: Session, part: str = "") -> Path:
    """Return where the snapshot of a run is kept; ``part`` names what the run is a part of."""
    name = digest(session) + (f"-{sha256(part.encode()).hexdigest()[:32]}" if part else "")
    return state_folder() / "snapshots" / f"{name}{SUFFIX}"


def write_snapshot(session: Session, content: Any, part: str = "") -> bool:
    """Keep ``content`` for the recipe of ``session``; return whether it is plain and small. Errors: `FileError`."""
    try:
        written = packed({"made": _made_by(session), "content": content}, *_names(session))
    except Unfit:
        return False
    if len(written) > MOST_BYTES:
        return False
    path = snapshot_path(session, part)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError.writing(path, error) from error
    with atomic_write(path) as stream:
        stream.write(written)
    _forget_oldest(path.parent)
    return True


def read_snapshot(session: Session, part: str = "") -> Any:
    """Return what was kept for the recipe of ``session``, None where nothing was. Errors: `Unfit`, which says why."""
    path = snapshot_path(session, part)
    if not path.is_file():
        return None
    try:
        with open_bounded(path, MOST_BYTES) as stream:
            found = unpacked(stream.read(MOST_BYTES), *_names(session))
        made, content = found["made"], found["content"]
    except (FileError, Unfit, KeyError, TypeError) as error:
        raise Unfit("its snapshot is damaged") from error
    now = _made_by(session)
    if changed := [what for what in now if now[what] != made.get(what)]:
        raise Unfit(f"its snapshot was made with {_WORDS[changed[0]]}")
    with suppress(OSError):
        os.utime(path)
    return content


_WORDS = {
    "program": "another version of spinviz or of the system",
    "machine": "another processor or another version of its libraries",
    "files": "other content of its files",
}


def _made_by(session: Session) -> dict[str, Any]:
    """What the bits of a run depend on beside its recipe."""
    from spinviz.physics.kernel_cache import folder

    machine = [folder().name, np.__version__, platform.platform()]
    program = [spinviz.__version__, _sources("spinviz"), _sources(_package(session))]
    return {"program": program, "machine": machine, "files": _files(session)}


@cache
def _sources(package: str) -> str:
    """Tell the code of a package, or of a module, from one that was changed under the same version."""
    module = sys.modules[package]
    tops = [Path(folder) for folder in getattr(module, "__path__", ())]
    files = [path for top in tops for path in top.rglob("*.py")] or [Path(module.__file__ or "")]
    found = sha256()
    for path in sorted(files):
        with suppress(OSError):
            status = path.stat()
            found.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode(errors="replace"))
    return found.hexdigest()


def _files(session: Session) -> list[Any]:
    """Size and time of every file that the run starts from."""
    found = {}
    for p in (session.parameters, *(event for _, event in session.events if isinstance(event, Parameters))):
        for name, q in p.quantities().items():
            if q.kind == "file" and (path := str(getattr(p, name))):
                with suppress(OSError, ValueError):
                    for one in files_of(path):
                        status = os.stat(one)
                        found[one] = [status.st_size, status.st_mtime_ns]
    return [[path, *status] for path, status in sorted(found.items())]


def _names(session: Session) -> tuple[str, dict[str, Any]]:
    """The package of the system, and the system itself, which snapshots name and do not hold."""
    return _package(session), {"system": session.system}


def _package(session: Session) -> str:
    return type(session.system).__module__.partition(".")[0]


def _forget_oldest(folder: Path) -> None:
    with suppress(OSError):
        total = 0
        for path in sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: -path.stat().st_mtime):
            total += path.stat().st_size
            if total > MOST_KEPT:
                path.unlink(missing_ok=True)
