"""The gradient behind the picture has no bands: not in pictures, and not after the coding of a movie."""

from fractions import Fraction

import av
import numpy as np
import pytest

from spinviz.export.animation import write_animation
from spinviz.export.job import GRAIN
from spinviz.export.plan import Plan
from spinviz.model.theme import THEMES
from spinviz.model.visuals import Stage
from spinviz.view.background import glow
from spinviz.view.camera import Camera
from spinviz.view.offscreen import Offscreen

WIDTH, HEIGHT, BLOCK = 960, 540, 12


def exact(theme) -> np.ndarray:
    """The gradient before it is rounded to grey levels, (h, w, 3)."""
    x, y = (np.arange(WIDTH) + 0.5) / WIDTH * 2 - 1, 1 - (np.arange(HEIGHT) + 0.5) / HEIGHT * 2
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2).astype(np.float32)
    return 255.0 * glow(places, theme).reshape(HEIGHT, WIDTH, 3)


def means(picture: np.ndarray) -> np.ndarray:
    return picture.astype(float).reshape(HEIGHT // BLOCK, BLOCK, WIDTH // BLOCK, BLOCK, 3).mean((1, 3))


def longest_run(picture: np.ndarray) -> int:
    """Pixels of one level beside each other in the middle row: the width of the widest band."""
    row = picture[HEIGHT // 2, :, 2].astype(int)
    return int(np.diff(np.flatnonzero(np.diff(np.r_[-1, row, -1]))).max())


def ground(theme, samples: int, grain: float) -> np.ndarray:
    with Offscreen((WIDTH, HEIGHT), theme, samples, grain=grain) as made:
        return made.draw((), Stage(axes=False), Camera())[0]


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("samples", [1, 2])
def test_means_follow_the_gradient_and_not_its_grey_levels(qapp, name, samples):
    """The mean of four samples was rounded: pictures in PNG had the bands that those in the window had not."""
    theme = THEMES[name]
    wanted, picture = exact(theme), ground(theme, samples, 1.0)
    error, banded = (means(found) - means(wanted) for found in (picture, np.round(wanted)))
    # Rounding leaves 1/sqrt(12) of a level, less what the mean over a block takes away; the net of colours leaves 0.05.
    assert np.std(banded - banded.mean((0, 1))) > 0.12
    assert np.std(error - error.mean((0, 1))) < 0.08
    assert longest_run(np.round(wanted)) > 150
    assert longest_run(picture) < 60


@pytest.mark.parametrize("name", ["dark", "light"])
def test_no_band_is_left_by_the_coding_of_a_movie(qapp, tmp_path, name):
    runs = []
    for grain in (1.0, GRAIN):
        picture = ground(THEMES[name], 1, grain)
        plan = Plan((WIDTH, HEIGHT), Fraction(30), 0.3, 0.0, 1.0)
        write_animation(str(tmp_path / "a.mp4"), [picture] * plan.frames, plan)
        with av.open(str(tmp_path / "a.mp4")) as source:
            runs.append(longest_run([frame.to_ndarray(format="rgb24") for frame in source.decode(video=0)][-1]))
    assert runs[0] > 100, "the finer pattern is smoothed away"
    assert runs[1] < 40
