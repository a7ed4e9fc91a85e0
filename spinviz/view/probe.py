"""Does OpenGL work here? Asked before the window opens, and by the doctor."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from vispy.gloo import gl

from spinviz.view.context import OpenGLMissing, hidden_context
from spinviz.view.detail import HARDWARE_BUDGET, SOFTWARE_BUDGET

SOFTWARE_NAMES = ("llvmpipe", "softpipe", "swrast", "software", "swiftshader", "basic render")
LEAST_VERSION = (2, 1)
POINT_SIZES = 0x846D  # GL_ALIASED_POINT_SIZE_RANGE

REMEDY = """What helps, in this order:
1. Debian and Ubuntu: sudo apt install libgl1 libegl1 libgl1-mesa-dri libxcb-cursor0
2. Draw in software: LIBGL_ALWAYS_SOFTWARE=1 spinviz
3. Update the driver of the graphics card.
4. Without a display, `spinviz export` needs no window."""


@dataclass(frozen=True)
class Probe:
    """What was found. ``failure`` is empty when OpenGL works."""

    renderer: str = ""
    version: str = ""
    software: bool = False
    largest_point: float = 0.0
    largest_texture: int = 0
    failure: str = ""

    @property
    def works(self) -> bool:
        """Whether pictures can be drawn."""
        return not self.failure

    @property
    def budget(self) -> int:
        """How many arrows are drawn at once before every n-th must do."""
        return SOFTWARE_BUDGET if self.software else HARDWARE_BUDGET

    @property
    def summary(self) -> str:
        """One line for people."""
        if self.failure:
            return f"OpenGL does not work: {self.failure}"
        return f"{self.renderer}, OpenGL {self.version}{' (software)' if self.software else ''}"

    @property
    def diagnostics(self) -> str:
        """Everything that somebody who helps would ask for."""
        names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "LIBGL_ALWAYS_SOFTWARE", "EGL_PLATFORM")
        settings = ", ".join(f"{name}={os.environ[name]}" for name in names if name in os.environ)
        platform = QGuiApplication.platformName() if QGuiApplication.instance() else "none"
        lines = [self.summary, f"system: {sys.platform}, Qt platform: {platform}", f"settings: {settings or 'none'}"]
        return "\n".join([*lines, "", REMEDY] if self.failure else lines)


def probe() -> Probe:
    """Make a hidden context, ask it, and let it go; never raises."""
    try:
        context = hidden_context()
        context.enter()
    except (OpenGLMissing, OSError, RuntimeError) as error:
        return Probe(failure=str(error))
    try:
        return _asked()
    except (RuntimeError, OSError) as error:
        return Probe(failure=f"the driver failed: {error}")
    finally:
        context.leave()
        context.close()


def _asked() -> Probe:
    renderer = str(gl.glGetParameter(gl.GL_RENDERER))
    version = str(gl.glGetParameter(gl.GL_VERSION))
    failure = ""
    if _number(version) < LEAST_VERSION:
        failure = f"the driver offers OpenGL {version}, spinviz needs {LEAST_VERSION[0]}.{LEAST_VERSION[1]}"
    sizes = gl.glGetParameter(POINT_SIZES)
    return Probe(
        renderer=renderer,
        version=version,
        software=any(name in renderer.lower() for name in SOFTWARE_NAMES),
        largest_point=float(sizes[1]) if isinstance(sizes, (tuple, list)) else float(sizes),
        largest_texture=int(gl.glGetParameter(gl.GL_MAX_TEXTURE_SIZE)),
        failure=failure,
    )


def _number(version: str) -> tuple[int, ...]:
    """(4, 5) of "4.5 (Compatibility Profile) Mesa 22.3.6"."""
    words = [word for word in version.replace("OpenGL ES", "").split() if word[:1].isdigit()]
    digits = words[0].split(".")[:2] if words else ["0"]
    return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in digits)


class MissingOpenGL(QWidget):
    """Stands where the picture would be: says what failed, what helps, and copies both."""

    def __init__(self, found: Probe, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found = found
        title = QLabel("The 3D view cannot be drawn on this machine")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setStyleSheet("font-size: 18px; font-weight: 600;")
        text = QPlainTextEdit(found.diagnostics)
        text.setReadOnly(True)
        text.setAccessibleName("Diagnostics")
        button = QPushButton("Copy diagnostics")
        button.clicked.connect(self.copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(40, 40, 40, 40)
        layout.addWidget(title)
        layout.addWidget(QLabel("Simulation, plots and observables go on working.", textFormat=Qt.TextFormat.PlainText))
        layout.addWidget(text)
        layout.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        self.setAccessibleName("OpenGL is missing")
        self.setAccessibleDescription(found.summary)

    def copy(self) -> None:
        """Put the diagnostics on the clipboard."""
        QGuiApplication.clipboard().setText(self._found.diagnostics)
