"""Direction colours: the same in the shader and in numpy, distinct, and visible."""

import numpy as np
import pytest

from spinviz.model.theme import DARK, THEMES
from spinviz.model.visuals import SUBLATTICES, Cells, Shades, Stage, float32
from spinviz.view.colors import direction_rgb, lights, lookup, shaded


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_shader_and_numpy_agree(draw, clear_air, theme):
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(1, 8, 8, 3))
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    stage = Stage((0, 0, 0), (8, 8, 1), azimuth=0, elevation=90, parallel=True, axes=False)
    picture = draw(Cells(float32(vectors)), stage=stage, theme=theme)
    from spinviz.view.camera import home

    lens = home(stage).lens(stage, (240, 160))
    j, i = np.indices((8, 8))
    centers = np.column_stack([i.ravel() + 0.5, j.ravel() + 0.5, np.full(64, 0.5)])
    x, y = lens.project(centers)[0].T.astype(int)
    expected = direction_rgb(vectors[0].reshape(-1, 3), theme)
    # Vectors travel as bytes (1/127), and the dark end of the square root is steep.
    assert np.abs(picture[y, x] - expected).max() < 0.03


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_hues_follow_the_azimuth_counter_clockwise_from_red(theme):
    """+x is red, +y yellow-green, -x blue-green, -y blue to violet: the way of the hues from x to y, not back."""
    (x, y, back, down) = direction_rgb(np.array([[1.0, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]]), theme)
    assert x[0] == x.max()
    assert y[2] == y.min()
    assert y[1] > 2 * y[2]
    assert back[0] == back.min()
    assert down[2] == down.max()
    north, south = direction_rgb(np.array([[0, 0, 1.0], [0, 0, -1]]), theme)
    assert north.min() > south.max(), "z up is light"


def test_opposite_directions_differ_clearly():
    rng = np.random.default_rng(0)
    d = rng.normal(size=(500, 3))
    difference = np.abs(direction_rgb(d, DARK) - direction_rgb(-d, DARK)).sum(axis=1)
    assert difference.min() > 0.35


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_direction_stands_out_from_the_background(theme):
    """WCAG asks 3:1 of graphics; lit solids also show edges, so 1.5 bounds the worst direction."""
    d = np.random.default_rng(1).normal(size=(2000, 3))
    ratios = contrast(direction_rgb(d, theme), np.array(theme.rgb("background")))
    assert ratios.min() > 1.5


def contrast(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    bright, dim = (luminance(x) + 0.05 for x in (a, b))
    return np.maximum(bright / dim, dim / bright)


def luminance(rgb: np.ndarray) -> np.ndarray:
    return (np.asarray(rgb, float) ** 2.2) @ np.array([0.2126, 0.7152, 0.0722])


def test_the_spin_map_ends_in_the_roles_of_the_theme():
    table = lookup("spin", DARK)
    assert table.shape == (256, 3)
    assert np.abs(table[0] / 255 - DARK.rgb("down")).max() < 0.01
    assert np.abs(table[-1] / 255 - DARK.rgb("up")).max() < 0.01


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_sublattices_have_the_colours_of_their_roles(theme):
    rgb = shaded(Shades(np.arange(4, dtype=np.float32), "sublattices", 0.0, 3.0), theme)
    assert np.abs(rgb - [theme.rgb(role) for role in SUBLATTICES]).max() < 0.01
    apart = np.abs(rgb[:, None] - rgb[None]).max(axis=-1) + np.eye(4)
    assert apart.min() > 0.15


def test_other_maps_come_from_cmap():
    assert np.abs(lookup("viridis", DARK)[0].astype(int) - [68, 1, 84]).max() <= 1


def test_a_wrong_number_of_colours_is_named():
    with pytest.raises(ValueError, match=r"\(2, 3\) for 5 items"):
        lights(np.zeros((2, 3), np.float32), DARK, 5)
