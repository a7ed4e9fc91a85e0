"""Images from the samples of any sequence: where things are, how strong, whatever path k-space was passed on."""

from math import pi

import numpy as np
import pytest

from spinviz.physics.imaging.sampled import image_plan
from spinviz.physics.imaging.trajectories import radial, spiral
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Sample, Sequence
from spinviz.physics.sequence.engine import simulate
from spinviz.physics.sequence.timeline import Timeline

FOV, N = 0.2, 32
ORIGIN, SIZE = np.zeros(3), np.full(3, 0.1)
EXCITE = HardPulse(pi / 2, use="excitation")


def scan(n: int = N, lines: int = N, axes: tuple[int, int] = (0, 1), over: int = 1, kz: tuple[float, ...] = (0.0,),
         passes: int = 1) -> Timeline:  # fmt: skip
    """One line per excitation, ``over`` times as many samples along it; k from -n/2 to n/2 - 1 in steps of 1/FOV."""
    blocks = []
    third = next(axis for axis in range(3) if axis not in axes)
    dwell = 1e-5 / over
    read = Gradient(np.array([0.0, 1e-5 * n]), np.full(2, 1 / (FOV * 1e-5)))
    for z in kz:
        for line in range(lines):
            for _ in range(passes):
                first: list[Gradient | None] = [None] * 3
                # Samples lie in the middle of their dwell times.
                areas = {axes[0]: -(n / 2) / FOV - 0.5 / FOV / over, axes[1]: (line - lines / 2) / FOV, third: z}
                for axis, area in areas.items():
                    first[axis] = Gradient(np.array([0.0, 1e-3]), np.full(2, area / 1e-3))
                along: list[Gradient | None] = [None] * 3
                along[axes[0]] = read
                blocks += [Block(1e-5, EXCITE), Block(1e-3, None, tuple(first))]
                blocks += [Block(1e-5 * n, None, tuple(along), Readout(n * over, dwell)), Block(0.0, spoil=True)]
    return Timeline(Sequence(tuple(blocks)))


def signal_of(timeline: Timeline, *places: tuple[float, float, float]) -> np.ndarray:
    """By the signal equation: M+ = i M0 exp(-2 pi i k.r)."""
    weights = np.arange(len(places)) + 1.0
    return 1j * np.exp(-2j * pi * (timeline.kspace.T @ np.array(places).T)) @ weights


PIXEL = FOV / N
THERE = ((3.5 * PIXEL, -5.5 * PIXEL, 0.0), (-8.5 * PIXEL, 10.5 * PIXEL, 0.0))
"""Middles of pixels: column 16 + 3, row 16 - 6; column 16 - 9, row 16 + 10."""


def test_points_on_a_raster_come_out_where_and_as_strong_as_they_are():
    timeline = scan()
    plan = image_plan(timeline, ORIGIN, SIZE)
    assert plan.raster is not None
    assert (plan.plane, plan.shape, plan.count) == ((0, 1), (N, N), 1)
    assert plan.pixel == pytest.approx(PIXEL)
    wanted = np.zeros((N, N), complex)
    wanted[10, 19], wanted[26, 7] = 1j, 2j
    np.testing.assert_allclose(plan.image(signal_of(timeline, *THERE)), wanted, atol=1e-9)


@pytest.mark.parametrize("axes", [(1, 2), (2, 0)])
def test_other_planes(axes):
    """Columns along the earlier axis, rows along the later one."""
    timeline = scan(axes=axes)
    plan = image_plan(timeline, ORIGIN, SIZE)
    low, high = sorted(axes)
    assert plan.plane == (low, high)
    place = [0.0, 0.0, 0.0]
    place[low], place[high] = 3.5 * PIXEL, -5.5 * PIXEL
    image = np.abs(plan.image(signal_of(timeline, tuple(place))))
    assert np.unravel_index(np.argmax(image), image.shape) == (10, 19)


def test_twice_the_samples_along_a_line_show_twice_the_width():
    timeline = scan(over=2)
    plan = image_plan(timeline, ORIGIN, SIZE)
    assert plan.shape == (N, 2 * N)
    image = np.abs(plan.image(signal_of(timeline, THERE[0])))
    assert np.unravel_index(np.argmax(image), image.shape) == (10, 19 + N // 2)
    cut = image_plan(timeline, ORIGIN, SIZE, np.full(3, FOV))
    np.testing.assert_allclose(np.abs(cut.image(signal_of(timeline, THERE[0]))), image[:, N // 2 : -N // 2], atol=1e-9)


def test_a_part_of_kspace_shows_pixels_of_the_whole():
    """The upper 20 of 32 lines: a point is as wide as they make it, but where it is; rows are counted from -16."""
    whole = scan()
    blocks = whole.sequence.blocks[12 * 4 :]
    timeline = Timeline(Sequence(blocks))
    plan = image_plan(timeline, ORIGIN, SIZE)
    assert (plan.shape, plan.pixel) == ((N, N), pytest.approx(PIXEL))
    assert (plan.raster.half.tolist(), plan.raster.offset.tolist()) == ([16, 16], [0, 12])
    assert plan.raster.centre.tolist() == [16, 16]
    image = np.abs(plan.image(signal_of(timeline, THERE[0])))
    assert np.unravel_index(np.argmax(image), image.shape) == (10, 19)
    assert image.max() == pytest.approx(20 / 32)


def test_a_raster_of_which_outer_lines_are_left_out():
    """Every second line beyond the middle 16: a raster all the same, and a point where it is."""
    whole = scan()
    lines = [n for n in range(N) if 8 <= n < 24 or n % 2 == 0]
    timeline = Timeline(Sequence(tuple(b for n in lines for b in whole.sequence.blocks[4 * n : 4 * n + 4])))
    plan = image_plan(timeline, ORIGIN, SIZE)
    assert plan.raster is not None
    assert plan.shape == (N, N)
    image = np.abs(plan.image(signal_of(timeline, THERE[0])))
    assert np.unravel_index(np.argmax(image), image.shape) == (10, 19)
    assert image.max() == pytest.approx(len(lines) / N)


def test_a_raster_that_begins_one_step_later_is_whole():
    """From -15 to 16: 32 pixels, and k = 0 is number 15."""
    blocks = list(scan().sequence.blocks)
    one = Gradient(np.array([0.0, 1e-3]), np.full(2, 1e3 / FOV))
    shift = Block(1e-3, None, (one, one, None))
    for k in reversed(range(1, len(blocks), 4)):
        blocks.insert(k, shift)
    timeline = Timeline(Sequence(tuple(blocks)))
    plan = image_plan(timeline, ORIGIN, SIZE)
    assert plan.shape == (N, N)
    assert (plan.raster.half.tolist(), plan.raster.offset.tolist()) == ([16, 16], [0, 0])
    assert plan.raster.centre.tolist() == [15, 15]
    image = np.abs(plan.image(signal_of(timeline, THERE[0])))
    assert np.unravel_index(np.argmax(image), image.shape) == (10, 19)


def test_partitions_show_the_plane_through_the_middle_of_the_object():
    """Eight partitions of 1/(8 cm): 1 cm apart they are told apart exactly."""
    timeline = scan(kz=tuple((i - 4) / 0.08 for i in range(8)))
    places = tuple((x, y, z) for (x, y, _), z in zip(THERE, (0.02, 0.03)))
    signal = signal_of(timeline, *places)
    for z, wanted, strength in ((0.02, (10, 19), 1.0), (0.03, (26, 7), 2.0)):
        plan = image_plan(timeline, np.array([0.0, 0.0, z]), np.full(3, 0.5))
        image = np.abs(plan.image(signal))
        assert (plan.shape, plan.count) == ((N, N), 1)
        assert np.unravel_index(np.argmax(image), image.shape) == wanted
        assert image.max() == pytest.approx(strength)
        assert np.sort(image.ravel())[-2] < 1e-9


def test_passes_through_kspace_are_images_of_their_own():
    timeline = scan(passes=3, n=8, lines=8)
    plan = image_plan(timeline, ORIGIN, SIZE)
    assert plan.count == 3
    signal = signal_of(timeline, (0.5 * FOV / 8, 0.5 * FOV / 8, 0.0))
    scaled = (signal.reshape(8, 3, 8) * np.array([1.0, 2.0, 6.0])[:, None]).ravel()
    for number, wanted in ((0, 3.0), (1, 1.0), (2, 2.0), (3, 6.0), (9, 6.0)):
        assert np.abs(plan.image(scaled, number)).max() == pytest.approx(wanted)


def test_samples_still_missing_are_zero():
    """Half the lines: half the strength, as when they are 0."""
    timeline = scan()
    plan = image_plan(timeline, ORIGIN, SIZE)
    signal = signal_of(timeline, THERE[0])
    half = signal.copy()
    half[len(half) // 2 :] = 0
    np.testing.assert_allclose(plan.image(signal[: len(half) // 2]), plan.image(half), atol=1e-12)


def test_readouts_without_gradients_make_no_image():
    """A noise scan before, and a sequence with nothing else."""
    noise = Block(1e-3, EXCITE, (None,) * 3, Readout(50, 1e-5, 1e-4))
    timeline = scan(n=8, lines=8)
    both = Timeline(Sequence((noise, *timeline.sequence.blocks)))
    plan = image_plan(both, ORIGIN, SIZE)
    assert plan.used[0] == 50
    assert image_plan(Timeline(Sequence((noise,))), ORIGIN, SIZE) is None
    one_line = scan(lines=1)
    assert image_plan(one_line, ORIGIN, SIZE) is None
    assert image_plan(Timeline(Sequence((Block(1e-3),))), ORIGIN, SIZE) is None


@pytest.mark.parametrize("made", [
    radial(32, 5e-3, 20e-3, flip=pi / 2, dummies=0),
    spiral(32, 2e-3, 30e-3, flip=pi / 2, dummies=0),
], ids=["radial", "spiral"])  # fmt: skip
def test_paths_off_a_raster_are_gridded(made):
    """A disc of 8 cm: its sum and its middle are those of the object to some per cent, and outside is nothing."""
    timeline = Timeline(made.sequence)
    edge = np.arange(-0.1, 0.1, 2e-3) + 1e-3
    x, y = (grid.ravel() for grid in np.meshgrid(edge, edge))
    inside = np.hypot(x - 0.02, y) < 0.04
    place = np.stack([x[inside], y[inside], np.zeros(int(inside.sum()))])
    sample = Sample.of(place, T1=1e-6, M0=1 / inside.sum())
    signal = simulate(timeline, sample)
    plan = image_plan(timeline, ORIGIN, SIZE, np.full(3, made.fov))
    assert plan.raster is None
    assert plan.shape == (32, 32)
    image = np.abs(plan.image(signal))
    per_pixel = plan.pixel**2 / (pi * 0.04**2)
    centres = (np.arange(32) - 15.5) * plan.pixel
    away = np.hypot(centres[None, :] - 0.02, centres[:, None])
    np.testing.assert_allclose(image[away < 0.025], per_pixel, rtol=0.2)
    assert image[away < 0.025].mean() == pytest.approx(per_pixel, rel=0.05)
    assert image[(away > 0.06) & (away < 0.09)].mean() < 0.06 * per_pixel


def test_without_a_field_of_view_half_as_wide_again_as_the_object():
    made = radial(32, 5e-3, 20e-3, flip=pi / 2, dummies=0)
    plan = image_plan(Timeline(made.sequence), ORIGIN, np.array([0.1, 0.05, 0.0]))
    assert np.array(plan.shape) * plan.pixel == pytest.approx([0.075, 0.15], abs=2 * plan.pixel)
