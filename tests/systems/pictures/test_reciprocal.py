"""A lattice over wave vectors: where spots are on the sheet, what averaging keeps, and lines of correlations."""

import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.engine.picture import drawn_with
from spinviz.model.visuals import Cells
from spinviz.physics.lattice.correlations import centred, plane_structure_factor
from spinviz.systems import system_named, systems
from spinviz.systems.pictures.reciprocal import (
    LEAST,
    PIXELS,
    RECIPROCAL,
    averaged,
    correlation_lines,
    correlation_lines_by_axis,
    structure_picture,
    structure_stage,
)


def wave(ny: int, nx: int, kx: int, ky: int) -> np.ndarray:
    y, x = np.indices((ny, nx))
    return np.cos(2 * np.pi * (kx * x / nx + ky * y / ny))[None]


@pytest.mark.parametrize(("ny", "nx"), [(24, 16), (9, 15), (600, 512)])
def test_a_wave_is_two_spots_at_its_wave_vector(ny: int, nx: int) -> None:
    (sheet,) = [v for v in structure_picture(wave(ny, nx, 3, -2)) if isinstance(v, Cells)]
    values = sheet.values[0]
    bright = np.argwhere(values > np.log10(nx * ny / 4) - 1.2)
    middles = np.array(sheet.origin[:2]) + (bright[:, ::-1] + 0.5) * np.array(sheet.spacing[:2])
    q = 2 * np.pi * np.array([3 / nx, -2 / ny])
    near = [np.abs(middles - end).max(axis=1).argmin() for end in (q, -q)]
    for end, spot in zip((q, -q), near):
        blurred = max(sheet.spacing[:2]) / 2 if max(nx, ny) > PIXELS else 0
        assert np.abs(middles[spot] - end).max() <= blurred + 1e-5
    assert len(bright) == 2 or max(nx, ny) > PIXELS
    assert np.ptp(middles, axis=0) == pytest.approx(2 * np.abs(q), abs=2 * max(sheet.spacing[:2]))


def test_order_is_the_brightest_colour_and_nothing_the_darkest() -> None:
    (sheet,) = [v for v in structure_picture(np.ones((1, 8, 8), np.int8)) if isinstance(v, Cells)]
    assert sheet.values[0, 4, 4] == pytest.approx(sheet.high) == pytest.approx(np.log10(64))
    assert np.delete(sheet.values.ravel(), 4 * 8 + 4) == pytest.approx(LEAST)
    assert structure_stage(64).high_value == pytest.approx(np.log10(64), abs=0.06)


@pytest.mark.parametrize("n", [512, 768, 1024])
def test_averages_keep_the_mean_and_the_middle(n: int) -> None:
    spins = np.random.default_rng(1).choice(np.array([-1, 1], np.int8), (1, n, n))
    S = centred(plane_structure_factor(spins)).astype(float)
    few = averaged(S)
    assert few.shape[0] <= PIXELS
    assert few.mean() == pytest.approx(1.0, rel=1e-5), "sum rule"
    S[:] = 0
    S[n // 2, n // 2] = 1
    few = averaged(S)
    assert np.unravel_index(few.argmax(), few.shape) == (few.shape[0] // 2, few.shape[1] // 2)
    np.testing.assert_allclose(few[1:, 1:], few[1:, 1:][::-1, ::-1], err_msg="even about q = 0")


def test_stripes_correlate_along_their_length() -> None:
    spins = np.where(np.arange(32) % 8 < 4, 1, -1).astype(np.int8) * np.ones((1, 32, 1), np.int8)
    everywhere, axes = correlation_lines(spins, 8)
    assert axes.y[[0, 4, 8]] == pytest.approx([1, 0, 1], abs=1e-5), "along x -1 at half a period, along y 1"
    assert everywhere.x[0] == 0
    assert everywhere.x[-1] <= 8
    along_x, along_y = correlation_lines_by_axis(spins[..., None].astype(float), (2.0, 3.0, 1.0), (True, True, True))
    assert (along_x.x[4], along_y.x[4]) == (8, 12)
    assert (along_x.y[4], along_y.y[4]) == pytest.approx((-1, 1))


SHOWING = [
    s.name
    for s in systems().values()
    if any(RECIPROCAL in q.choices for q in s.Parameters.quantities().values())
    and (hasattr(s.Parameters, "geometry") or hasattr(s.Parameters, "shape"))
]
"""Those that compute: files bring their own mesh."""


def test_of_a_large_lattice_some_rows_are_taken_and_that_is_said() -> None:
    angle = 0.3 * np.arange(400)[None, None, :] + np.zeros((40, 50, 1))
    spins = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1)
    x, y, z = correlation_lines_by_axis(spins, (1.0, 1.0, 1.0), (False, True, True))
    assert x.label == "along x, 238 rows", "14 times 17: every third of 40 and of 50"
    # A spiral turns by its angle, whichever rows are taken.
    np.testing.assert_allclose(x.y[:-1], np.cos(0.3 * x.x[:-1]), atol=1e-9)
    np.testing.assert_allclose(y.y, 1.0, atol=1e-9)
    np.testing.assert_allclose(z.y, 1.0, atol=1e-9)


@pytest.mark.parametrize("name", SHOWING)
def test_the_next_choice_beside_a_lattice_is_its_structure_factor(name: str) -> None:
    loop = Loop(system_named(name))
    loop.advance(3)
    choice = next(q for q in loop.system.Parameters.quantities().values() if RECIPROCAL in q.choices)
    assert choice.choices[1] == RECIPROCAL, "the second view opens on it"
    second = drawn_with(loop.frame(), loop.system, loop.state, {choice.name: RECIPROCAL})
    sheet = second.visuals[0]
    p = loop.system.Parameters()
    sites = p.geometry.count if hasattr(p, "geometry") else np.prod(p.shape)
    assert sheet.values.max() <= np.log10(sites) + 1e-3
    assert second.stage.legend_title == "log₁₀ S(q)"
    assert any(plot.name == "correlations" for plot in loop.system.plots)


def test_there_are_four_such_systems_at_least() -> None:
    assert len(SHOWING) >= 4
