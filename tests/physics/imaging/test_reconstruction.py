"""Images: the point-spread function of the sampling, the head from its exact k-space, all paths alike."""

import numpy as np
import pytest

from spinviz.physics.imaging.head import FOV, pixel_centres, rasterise, transform
from spinviz.physics.imaging.lines import Acquisition, balanced_ssfp, gradient_echo, spin_echo
from spinviz.physics.imaging.reconstruction import Gridder, adjoint_image, gridder_of, image_of, kspace_picture, on_grid
from spinviz.physics.imaging.tissues import TISSUES, properties
from spinviz.physics.imaging.trajectories import echo_planar, radial, spiral
from spinviz.physics.sequence.blocks import Sample
from spinviz.physics.sequence.engine import simulate
from spinviz.physics.sequence.reference import play
from spinviz.physics.sequence.timeline import Timeline

CARTESIAN = {
    "spin echo": spin_echo(16, 20e-3, 1.0, dummies=0),
    "centric": spin_echo(16, 20e-3, 1.0, dummies=0, order="centric"),
    "gradient echo": gradient_echo(16, 8e-3, 20e-3, flip=np.pi / 2, dummies=0),
    "EPI": echo_planar(16, 20e-3),
}
EACH_CARTESIAN = pytest.mark.parametrize("made", CARTESIAN.values(), ids=CARTESIAN.keys())


def dirichlet(x: np.ndarray, n: int, fov: float) -> np.ndarray:
    """Image of a point by the samples k = (i - n/2)/fov: a sum of n waves, each standing for 1/fov of k-space."""
    k = (np.arange(n) - n / 2) / fov
    return np.exp(2j * np.pi * np.outer(x, k)).sum(axis=1) / fov


@EACH_CARTESIAN
def test_image_of_a_point_is_the_point_spread_function(made: Acquisition) -> None:
    x0, y0 = 0.0213, -0.0345
    # Without relaxation: in equilibrium before the excitation, M0 comes back within one repetition (T1 short).
    sample = Sample.of([[x0], [y0], [0.0]], T1=1e-3)
    image = image_of(made, simulate(Timeline(made.sequence), sample))
    centres = pixel_centres(16)
    expected = np.outer(dirichlet(centres - y0, 16, FOV), dirichlet(centres - x0, 16, FOV))
    assert np.abs(image - expected).max() < 1e-8 * np.abs(expected).max()


def test_width_of_the_point_spread_function_is_a_pixel() -> None:
    x = np.linspace(0, FOV / 32, 4001)
    real = dirichlet(x, 32, FOV).real / dirichlet(np.zeros(1), 32, FOV).real
    # The first zero lies one pixel away, half of the height at 0.6034 pixels.
    assert np.interp(0.5, -real + 1, x) == pytest.approx(0.6034 * FOV / 32, rel=2e-3)


def test_odd_lines_of_epi_are_turned_round() -> None:
    made = echo_planar(8, 20e-3)
    k = made.k[0].ravel() + 1j * made.k[1].ravel()
    grid = on_grid(made, k.astype(complex))
    line = (np.arange(8) - 4) / FOV
    assert np.abs(grid - (line[None, :] + 1j * line[:, None])).max() < 1e-9


def exact_signal(made: Acquisition, field: float = 1.5) -> np.ndarray:
    densities = np.array([properties(name, field).density for name in TISSUES])
    return transform(made.k[0], made.k[1], densities).ravel()


def test_cartesian_image_of_the_exact_kspace_is_the_density() -> None:
    made = spin_echo(128, 20e-3, 0.5)
    image = image_of(made, exact_signal(made))
    white = TISSUES.index("white matter")
    head = rasterise(128)
    # Ringing at the edges averages out inside a large region.
    assert image.real[head.label == white].mean() == pytest.approx(0.70, abs=0.01)
    assert np.abs(image.imag).max() < 0.03


@pytest.mark.parametrize("made", [radial(48, 8e-3, 20e-3, flip=0.3), spiral(48, 2e-3, 20e-3, flip=0.3)])
def test_gridding_is_the_plain_sum(made: Acquisition) -> None:
    gridder, signal, k = gridder_of(made), exact_signal(made), made.k.reshape(2, -1)
    plain = adjoint_image(k, signal, gridder.weights, 48, FOV)
    assert np.abs(gridder.image(signal) - plain).max() < 2e-4


@pytest.mark.parametrize("made", [radial(64, 8e-3, 20e-3, flip=0.3), spiral(64, 2e-3, 20e-3, flip=0.3)])
def test_radial_and_spiral_images_agree_with_the_cartesian_one(made: Acquisition) -> None:
    image = image_of(made, exact_signal(made))
    reference = spin_echo(64, 20e-3, 0.5)
    expected = image_of(reference, exact_signal(reference))
    centres = pixel_centres(64)
    inside = np.hypot(centres[:, None], centres[None, :]) < 0.1
    # They ring differently, as k-space ends in a circle instead of a square: 4 % at edges.
    assert np.sqrt(np.mean(np.abs(image - expected)[inside] ** 2)) < 0.05
    assert image.real[inside].mean() == pytest.approx(expected.real[inside].mean(), rel=0.01)


def test_weights_of_gridding_add_up_to_the_disc_of_kspace() -> None:
    made = radial(32, 8e-3, 20e-3, flip=0.3)
    assert Gridder(made.k.reshape(2, -1), 32, FOV).weights.sum() == pytest.approx(np.pi * (16 / FOV) ** 2, rel=0.05)


def test_image_of_the_head_by_a_gradient_echo_has_the_signal_of_each_tissue() -> None:
    TE, TR, flip = 6e-3, 50e-3, np.radians(25)
    made = gradient_echo(32, TE, TR, flip=flip, dummies=200)
    head = rasterise(32, field=1.5, effective=True)
    image = image_of(made, simulate(Timeline(made.sequence), head.sample))
    for name in ("white matter", "grey matter"):
        tissue = properties(name, 1.5)
        E1 = np.exp(-TR / tissue.T1)
        law = tissue.density * np.sin(flip) * (1 - E1) / (1 - E1 * np.cos(flip)) * np.exp(-TE / tissue.T2star)
        own = np.abs(image)[head.label == TISSUES.index(name)]
        # One isochromat in each pixel: no ringing; only decay during the readout of 0.64 ms blurs.
        assert np.median(own) == pytest.approx(law, rel=5e-3)


def test_a_late_epi_readout_makes_a_ghost_half_a_field_of_view_away() -> None:
    sample = Sample.of([[0.04], [0.02], [0.0]])
    clean, ghosted = (
        np.abs(image_of(made, simulate(Timeline(made.sequence), sample)))
        for made in (echo_planar(32, 20e-3), echo_planar(32, 20e-3, late=5e-6))
    )
    row = int(np.argmax(clean.max(axis=1)))
    ghost = (row + 16) % 32
    assert clean[ghost].max() < 0.1 * clean.max()
    assert ghosted[ghost].max() > 0.25 * ghosted.max()


def test_balanced_ssfp_gives_an_image_without_ghosts() -> None:
    made = balanced_ssfp(16, 5e-3, flip=0.7, dummies=100)
    sample = Sample.of([[pixel_centres(16)[11]], [pixel_centres(16)[4]], [0.0]], T1=0.1, T2=0.08)
    image = np.abs(image_of(made, simulate(Timeline(made.sequence), sample)))
    assert np.unravel_index(np.argmax(image), image.shape) == (4, 11)
    # What is left elsewhere is the transient that half a pulse did not remove, and decay while lines are read.
    image[4, 11] = 0
    assert image.max() < 0.05 * 16**2 / FOV**2


def test_a_part_of_the_signal_gives_a_part_of_kspace() -> None:
    for made in (CARTESIAN["spin echo"], radial(16, 8e-3, 20e-3, flip=0.3)):
        part = kspace_picture(made, np.ones(5 * 16, complex))
        assert 0 < np.count_nonzero(part) <= 5 * 16
        assert image_of(made, np.ones(5 * 16, complex)).shape == (16, 16)


def test_the_fast_image_is_that_of_the_readable_method() -> None:
    head = rasterise(12, field=3.0, inhomogeneity=0.3)
    for made in (spin_echo(8, 20e-3, 0.5, TI=0.1), balanced_ssfp(8, 5e-3, flip=0.7, dummies=4), echo_planar(8, 20e-3)):
        timeline = Timeline(made.sequence)
        m = head.sample.in_equilibrium()
        slow = image_of(made, play(timeline, head.sample, m, 0.0, made.sequence.duration))
        fast = image_of(made, simulate(timeline, head.sample))
        assert np.abs(fast - slow).max() < 1e-10 * np.abs(slow).max()
