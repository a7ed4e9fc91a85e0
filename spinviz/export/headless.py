"""Qt and OpenGL without a display: what has to be set before either is imported, and the typefaces."""

from __future__ import annotations

import os
import sys
from typing import Any


def prepare() -> Any:
    """Return the application of this process; without one, make one that needs no display.

    Pictures are drawn in memory, so an export looks the same on a desktop and on a server.
    """
    from PySide6.QtWidgets import QApplication

    found = QApplication.instance()
    if found is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        if sys.platform.startswith("linux"):
            os.environ.setdefault("EGL_PLATFORM", "surfaceless")
        # The offscreen platform complains about what it cannot do, which nobody asked it to.
        os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
        found = QApplication(["spinviz"])
    load_fonts()
    return found


def load_fonts() -> None:
    """Make the typefaces that travel with spinviz known to Qt, once."""
    from PySide6.QtGui import QFontDatabase

    from spinviz.resources import fonts

    known = set(QFontDatabase.families())
    if "Inter" not in known:
        for font in fonts():
            QFontDatabase.addApplicationFont(str(font))
