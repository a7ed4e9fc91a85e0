"""Pictures without a window: repeatable, seamless, and possible without a display."""

import os
import subprocess
import sys

import numpy as np
import pytest

from spinviz.model.theme import DARK, THEMES
from spinviz.model.visuals import Arrows, Lines, Stage, float32
from spinviz.view import offscreen
from spinviz.view.camera import home
from spinviz.view.context import EglHidden
from spinviz.view.offscreen import Offscreen, tiles
from spinviz.view.overlay import Texts

STAGE = Stage(bloch_sphere=True)
VISUALS = (
    Arrows(float32([[0, 0, 0]]), float32([[0.6, 0.3, 0.5]]), color="net", label="M"),
    Lines(float32(np.random.default_rng(0).normal(size=(20, 3)) * 0.4), color="theory", fade=True),
)
TEXTS = Texts(r"M = \chi H", "caption", "1 ms", "1 s = 1 ms")


@pytest.mark.parametrize("samples", [1, 2])
def test_the_same_picture_twice(qapp, samples):
    pictures = []
    for _ in range(2):
        with Offscreen((320, 180), DARK, samples) as made:
            pictures += [made.picture(VISUALS, STAGE, home(STAGE), TEXTS) for _ in range(2)]
    assert pictures[0].shape == (180, 320, 3)
    assert pictures[0].dtype == np.uint8
    assert all(np.array_equal(pictures[0], other) for other in pictures[1:])


@pytest.mark.parametrize("samples", [1, 2])
def test_tiles_join_without_a_seam(qapp, monkeypatch, samples):
    with Offscreen((330, 190), DARK, samples) as made:
        whole = made.picture(VISUALS, STAGE, home(STAGE), TEXTS).astype(int)
    monkeypatch.setattr(offscreen, "LARGEST_TILE", 128)
    with Offscreen((330, 190), DARK, samples) as made:
        parts = made.picture(VISUALS, STAGE, home(STAGE), TEXTS).astype(int)
    # The dither of the background follows the tile: one grey level.
    assert np.abs(whole - parts).max() <= 2


def test_tiles_cover_every_pixel_once():
    count = np.zeros((100, 230), int)
    for x, y, w, h in tiles((230, 100), 64):
        count[y : y + h, x : x + w] += 1
    assert np.all(count == 1)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_background_is_the_theme_s(qapp, theme):
    bare = Stage(axes=False)
    with Offscreen((320, 180), DARK, 1) as made:
        made.set_theme(theme)
        picture = made.picture((), bare, home(bare))
    assert np.abs(picture[86, 160] / 255 - theme.rgb("background")).max() < 0.012
    assert np.abs(picture[0, 0] / 255 - theme.rgb("background_edge")).max() < 0.03


def test_many_samples_smooth_the_picture(qapp):
    """Twice the samples along each side agree with the average of a picture twice as large."""
    with Offscreen((320, 180), DARK, 2) as made:
        smooth, _ = made.draw(VISUALS, STAGE, home(STAGE))
    with Offscreen((640, 360), DARK, 1) as made:
        large, _ = made.draw(VISUALS, STAGE, home(STAGE))
    averaged = large.reshape(180, 2, 320, 2, 3).mean(axis=(1, 3))
    assert np.abs(smooth - averaged).max() <= 2


def test_a_large_and_a_small_picture_show_the_same(qapp):
    pictures = []
    for size in ((320, 180), (960, 540)):
        with Offscreen(size, DARK, 2) as made:
            pictures.append(made.draw(VISUALS, STAGE, home(STAGE))[0].astype(float))
    shrunk = pictures[1].reshape(180, 3, 320, 3, 3).mean(axis=(1, 3))
    assert np.abs(shrunk - pictures[0]).mean() < 1.0


@pytest.mark.skipif(sys.platform != "linux", reason="EGL without a display is for Linux servers")
def test_without_a_display_the_picture_is_the_same(qapp, tmp_path):
    program = (
        "import sys, numpy as np\n"
        "from PySide6.QtGui import QGuiApplication\n"
        "app = QGuiApplication([])\n"
        "from spinviz.model.theme import DARK\n"
        "from spinviz.model.visuals import Arrows, Stage, float32\n"
        "from spinviz.view.camera import home\n"
        "from spinviz.view.offscreen import Offscreen\n"
        "arrow = Arrows(float32([[0, 0, 0]]), float32([[0.6, 0.3, 0.5]]), color='net')\n"
        "stage = Stage(bloch_sphere=True)\n"
        "with Offscreen((320, 180), DARK) as made:\n"
        "    np.save(sys.argv[1], made.draw((arrow,), stage, home(stage))[0])\n"
    )
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    file = tmp_path / "picture.npy"
    run = subprocess.run(
        [sys.executable, "-c", program, str(file)], env=environment, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    with Offscreen((320, 180), DARK) as made:
        here, _ = made.draw(VISUALS[:1], STAGE, home(STAGE))
    assert np.abs(np.load(file).astype(int) - here).max() <= 2


def test_egl_says_what_is_wrong(monkeypatch):
    from vispy import app

    def refuse(*unused, **ignored):
        raise RuntimeError("no display")

    monkeypatch.setattr(app, "Canvas", refuse)
    from spinviz.view.context import OpenGLMissing

    with pytest.raises(OpenGLMissing, match="no display"):
        EglHidden()
