"""``spinviz doctor``: what this machine has, what is missing, and the command that gets it."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, requires, version

from spinviz.cli.opening import has_display
from spinviz.cli.output import tell
from spinviz.cli.problems import BadInput
from spinviz.files.programs import completed

PATIENCE = 60.0
"""Seconds that a probe may take."""
ENCODERS = {
    "libx264": ".mp4",
    "libvpx-vp9": ".webm",
    "gif": ".gif",
    "libx264rgb": ".gif (its first pass)",
    "apng": ".apng",
}
DEBIAN = "sudo apt-get install"
GL_PACKAGES = f"{DEBIAN} libgl1 libegl1 libegl-mesa0"
XCB_PACKAGES = f"{DEBIAN} libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxkbcommon-x11-0 libegl1 libgl1"


_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what was found, and what to do otherwise."""

    name: str
    ok: bool
    value: str
    remedy: str = ""


def command(options: argparse.Namespace) -> int:
    """Print the findings; 1 when something is missing."""
    if options.probe:
        return probe(options.probe)
    findings = list(examine())
    if options.json:
        tell(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        tell("\n".join(_line(finding) for finding in findings))
    return 0 if all(finding.ok for finding in findings) else 1


def _line(finding: Finding) -> str:
    word = "ok     " if finding.ok else "MISSING"
    remedy = f"\n{'':10}{finding.remedy}" if finding.remedy else ""
    return f"{word}  {finding.name}: {finding.value}{remedy}"


def examine() -> Iterator[Finding]:
    """Look at everything."""
    yield from _versions()
    yield _window()
    yield _opengl("window", "OpenGL in a window", XCB_PACKAGES) if has_display() else _no_display()
    yield _opengl("headless", "OpenGL for exports", GL_PACKAGES)
    yield _threads()
    yield from _codecs()
    yield _fonts()
    yield from _folders()
    yield from _systems()


def _versions() -> Iterator[Finding]:
    import spinviz

    recent = sys.version_info >= (3, 11)
    remedy = "" if recent else "install Python 3.11 or newer and run: bash packaging/setup.sh"
    yield Finding("Python", recent, f"{platform.python_version()} on {platform.platform()}", remedy)
    yield Finding("spinviz", True, spinviz.__version__)
    for name in _dependencies():
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, "not installed", f"{sys.executable} -m pip install {name}")


def _dependencies() -> list[str]:
    """Names of the packages that spinviz cannot do without."""
    try:
        declared = requires("spinviz") or []
    except PackageNotFoundError:
        return []
    return [name[0] for line in declared if "extra ==" not in line and (name := _NAME.match(line))]


def _window() -> Finding:
    shown = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM")
    return Finding(
        "display", True, shown or ("the system's own" if has_display() else "none: exports work, windows do not")
    )


def _no_display() -> Finding:
    return Finding("OpenGL in a window", True, "not looked at, there is no display")


def _opengl(which: str, title: str, remedy: str) -> Finding:
    """Ask another process: a broken driver takes only that one down."""
    words = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "spinviz"]
    environment = dict(os.environ)
    if which == "headless":
        environment["QT_QPA_PLATFORM"] = "offscreen"
    try:
        done = completed([*words, "doctor", "--probe", which], PATIENCE, environment)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding(title, False, f"the probe failed: {error}", remedy)
    if done.returncode == 0:
        return Finding(title, True, done.stdout.strip())
    said = (done.stderr.strip().splitlines() or [f"the probe ended with code {done.returncode}"])[-1]
    return Finding(title, False, said.removeprefix("spinviz: "), remedy)


def probe(which: str) -> int:
    """In the other process: make a context, draw, and print what draws."""
    if which == "headless":
        from spinviz.export.headless import prepare

        application = prepare()
    else:
        from PySide6.QtWidgets import QApplication

        application = QApplication(["spinviz"])
    from vispy import gloo

    from spinviz.view.context import OpenGLMissing, hidden_context

    try:
        context = hidden_context()
        context.enter()
    except OpenGLMissing as error:
        raise BadInput(str(error)) from error
    texts = [gloo.gl.glGetParameter(getattr(gloo.gl, name)) for name in ("GL_VERSION", "GL_RENDERER")]
    context.leave()
    context.close()
    tell(", ".join(map(str, texts)))
    return 0 if application is not None else 1


def _threads() -> Finding:
    """Which of numba's threading layers can be had; a safe one runs kernels while others start."""
    import importlib

    import numba

    found = []
    for name in ("tbb", "omp", "workqueue"):
        try:
            importlib.import_module(f"numba.np.ufunc.{name}pool")
        except ImportError:
            continue
        found.append(name)
    remedy = "" if found else f"{sys.executable} -m pip install --force-reinstall numba"
    text = f"{', '.join(found) or 'none'}; {numba.config.NUMBA_NUM_THREADS} threads"
    return Finding("threading layer", bool(found), text, remedy)


def _codecs() -> Iterator[Finding]:
    try:
        from av.codec import Codec
    except ImportError as error:
        yield Finding("encoders", False, str(error), f"{sys.executable} -m pip install --force-reinstall av")
        return
    for encoder, ending in ENCODERS.items():
        has = _has(Codec, encoder)
        remedy = "" if has else f"{sys.executable} -m pip install --force-reinstall --only-binary :all: av"
        yield Finding(f"encoder for {ending}", has, encoder if has else f"{encoder} is not in this PyAV", remedy)


def _has(codec: Callable[[str, str], object], name: str) -> bool:
    try:
        codec(name, "w")
    except ValueError:  # PyAV's UnknownCodecError
        return False
    return True


def _fonts() -> Finding:
    from spinviz.resources import fonts

    try:
        return Finding("fonts", True, ", ".join(font.stem for font in fonts()))
    except FileNotFoundError as missing:
        return Finding("fonts", False, "none", str(missing))


def _folders() -> Iterator[Finding]:
    import platformdirs

    from spinviz.physics import kernel_cache

    for name, folder in (
        ("settings folder", platformdirs.user_config_path("spinviz")),
        ("data folder", platformdirs.user_data_path("spinviz")),
        ("folder of compiled kernels", kernel_cache.folder()),
    ):
        nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
        can = os.access(nearest, os.W_OK)
        remedy = "" if can else f"permit writing: chmod u+w '{nearest}'"
        yield Finding(name, can, str(folder) if can else f"{folder} cannot be written", remedy)


def _systems() -> Iterator[Finding]:
    """Systems of other distributions, and those that are left out."""
    from spinviz.systems import foreign, skipped

    for found in foreign():
        yield Finding(f"system '{found.system.name}'", True, f"of {found.distribution}")
    for one in skipped():
        remedy = f"ask its authors, or: {sys.executable} -m pip uninstall {one.distribution}"
        yield Finding(f"system '{one.system}'", False, f"of {one.distribution}, skipped: {one.reason}", remedy)
