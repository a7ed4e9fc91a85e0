"""Makes the pictures of the README anew: ``xvfb-run -s "-screen 0 2000x1200x24" python docs/make_images.py``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

IMAGES = Path(__file__).parent / "images"
GAP = 3
TILE = 644, 364
GALLERY = (
    ("imaging", "t1w", "45 s"),
    ("pulses", "bir4", "3.9 ms"),
    ("gradient_echo", "band", "200 ms"),
    ("slice_selection", "ninety", "2 ms"),
    ("chemical_exchange", "slow", "60 ms"),
    ("spin_echoes", "hahn", "30 ms"),
    ("macrospin", "switching", "800 ps"),
    ("exchange_lattice", "labyrinth", "120 ps"),
    ("ising_domains", "quench", "60 sweep"),
    ("ferromagnet", "vortices", "40 sweep"),
    ("antiferromagnet", "hidden", "60 sweep"),
    ("alloy_order", "antisites", "5 sweep"),
)
"""System, preset and moment."""


def gallery(folder: Path) -> Image.Image:
    """Systems in rows of three."""
    width, height = TILE
    rows = -(-len(GALLERY) // 3)
    whole = Image.new("RGB", (3 * width + 2 * GAP, rows * height + (rows - 1) * GAP), "#0d1014")
    for n, (system, preset, start) in enumerate(GALLERY):
        out = folder / f"{n}.png"
        words = ["export", system, "--preset", preset, "--start", start, "--no-plots", "--out", str(out)]
        subprocess.run([sys.executable, "-m", "spinviz", *words, "--size", f"{2 * width}x{2 * height}"], check=True)
        tile = Image.open(out).convert("RGB").resize(TILE, Image.Resampling.LANCZOS)
        whole.paste(tile, (n % 3 * (width + GAP), n // 3 * (height + GAP)))
    return whole


def window(folder: Path) -> None:
    """The window as it opens, a little later."""
    os.environ |= {"XDG_CONFIG_HOME": str(folder), "XDG_STATE_HOME": str(folder)}
    from spinviz.app.start import make_application, make_window, opening_of

    application = make_application()
    made = make_window("dark")
    made.controller.start(opening_of("", "", 2**28))
    made.resize(1600, 900)
    made.show()
    end = time.monotonic() + 30
    while made.controller.last_frame is None or made.controller.last_frame.time < 0.045:
        application.processEvents()
        if time.monotonic() > end:
            raise SystemExit("the window did not run")
    made.controller.set_running(False)
    end = time.monotonic() + 3
    while time.monotonic() < end:
        application.processEvents()
    made.grab().save(str(IMAGES / "window.png"))
    made.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made_there:
        gallery(Path(made_there)).save(IMAGES / "gallery.jpg", quality=88)
        window(Path(made_there))
