"""Closed forms of spin waves in a film: limits, the tensor of the mesh, and the engine made linear by differences."""

from math import e, pi, sqrt

import numpy as np
import pytest
from scipy.linalg import expm

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.micromagnetics.spin_waves import Film, dipole_factor, evolved, mesh_dipole_factor
from spinviz.physics.micromagnetics.stepping import History, Motion
from spinviz.physics.micromagnetics.stray_field import transformed

GEOMETRIES = ("backward volume", "Damon-Eshbach", "forward volume")
AXES = {
    "backward volume": ((0, 1, 0), (0, 0, 1), (1, 0, 0)), "Damon-Eshbach": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    "forward volume": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}  # fmt: skip
Ms, A, d, dx = 1.4e5, 3.65e-12, 1.5e-7, 1.5e-8
M = VACUUM_PERMEABILITY * Ms
GAMMA = ELECTRON_GYROMAGNETIC_RATIO


def film(geometry, **changes):
    given = {"B": 0.25 if geometry == "forward volume" else 0.05, "d": d, "Ms": Ms, "A": A}
    return Film(geometry, **given | changes)


def test_factor_of_charges_along_the_wave():
    assert float(dipole_factor(1 / d, d)) == pytest.approx(1 / e, rel=1e-14)
    assert float(dipole_factor(-2 / d, d)) == pytest.approx(1 - (1 - e**-2) / 2, rel=1e-14)
    # The series and the closed form meet.
    below, above = dipole_factor(np.array([0.9999e-4, 1.0001e-4]), 1.0)
    assert above - below == pytest.approx(1e-8, rel=1e-3)
    assert float(dipole_factor(0.0, d)) == 0


@pytest.mark.parametrize(("n", "cell"), [(24, (1.5e-8, 2.4e-7, 1.5e-7)), (16, (5e-9, 8e-8, 2e-8))])
def test_averaged_factor_is_that_of_the_tensor_of_the_mesh(n, cell):
    tensor = transformed((n, 1, 1), cell, (True, True, False))[:, 0, 0]
    k = 2 * pi / (n * cell[0]) * np.arange(n // 2 + 1)
    along = mesh_dipole_factor(k, cell[2], cell[0])
    # A periodic tensor is good to 1e-9 of a cell, and this is a sum over n of them.
    assert tensor[0] == pytest.approx(along, abs=2e-8)
    assert tensor[2] == pytest.approx(1 - along, abs=2e-8)
    assert np.abs(tensor[1]).max() < 2e-8


@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("alpha", [0.0, 0.3])
def test_engine_made_linear_has_these_fields(geometry, alpha):
    """dm/dt of a faint wave, by the engine, against the matrix of the closed form: every sign and factor."""
    n, q, faint = 24, 5, 1e-6
    one = film(geometry, dx=dx, alpha=alpha)
    u, v, w = (np.array(axis, float) for axis in AXES[geometry])
    grid = mesh((n, 1, 1), (True, True, False))
    motion = Motion.of(grid, (dx, 16 * dx, d), Ms, A=A, B=tuple(one.B * w), alpha=alpha)
    phase = 2 * pi * q / n * np.arange(n)
    k = 2 * pi * q / (n * dx)
    found = np.zeros((2, 2))
    for column, axis in enumerate((u, v)):
        m = w + faint * np.cos(phase)[:, None] * axis
        spins = Spins.of_vectors(grid, m[None, None, :, None], dtype=np.float64)
        slope = motion.slope(spins, History.of(spins).fields)[:, 1, 1, 1:-1].T
        found[:, column] = [2 * np.mean(slope @ out * np.cos(phase)) / faint for out in (u, v)]
    bu, bv = (float(b[0]) for b in one.stiffness([k]))
    rate = GAMMA / (1 + alpha**2)
    # Rounding of the slope over the faint wave, and the square of the wave.
    assert found == pytest.approx(rate * np.array([[-alpha * bu, -bv], [bu, -alpha * bv]]), abs=1e-6 * rate)
    stiffened = sqrt(-found[0, 1] * found[1, 0] / rate**2) if alpha == 0 else sqrt(bu * bv)
    assert float(one.frequency([k])[0]) == pytest.approx(GAMMA * stiffened / (2 * pi), rel=1e-5)


def test_resonances_are_those_of_kittel():
    in_plane = GAMMA / (2 * pi) * sqrt(0.05 * (0.05 + M))
    assert in_plane == pytest.approx(2.978e9, rel=1e-3)
    for geometry in ("backward volume", "Damon-Eshbach"):
        assert float(film(geometry).frequency([0.0])[0]) == pytest.approx(in_plane, rel=1e-12)
    assert float(film("forward volume").frequency([0.0])[0]) == pytest.approx(GAMMA / (2 * pi) * (0.25 - M), rel=1e-12)


def test_short_waves_without_exchange():
    """Half of the charges on the faces, half along the wave are none: the edges of the bands."""
    k, bare = np.array([1e4 / d]), {"A": 0.0}
    wanted = {"backward volume": 0.05, "Damon-Eshbach": 0.05 + M / 2, "forward volume": sqrt((0.25 - M) * 0.25)}
    for geometry, field in wanted.items():
        if geometry == "Damon-Eshbach":
            field = sqrt((0.05 + M) * 0.05)  # of a film that is uniform across, see the next test
        assert float(film(geometry, **bare).frequency(k)[0]) == pytest.approx(GAMMA / (2 * pi) * field, rel=1e-3)


def test_damon_and_eshbach_where_the_charges_are_shared():
    """Their own law, w^2 = w_H(w_H + w_M) + (w_M/2)^2 (1 - exp(-2kd)), to first order in kd."""
    k = np.array([0.0, 1e-3 / d, 1e-2 / d])
    exact = GAMMA / (2 * pi) * np.sqrt(0.05 * (0.05 + M) + (M / 2) ** 2 * -np.expm1(-2 * k * d))
    assert film("Damon-Eshbach", A=0.0).frequency(k) == pytest.approx(exact, rel=2e-5)


def test_slopes_of_long_waves():
    """gamma^2 (mu0 Ms)^2 d/4w, -gamma^2 B mu0 Ms d/4w, gamma mu0 Ms d/4: the sign of the backward ones."""
    step = 1e-4 / d
    w = 2 * pi * float(film("Damon-Eshbach").frequency([0.0])[0])
    wanted = {
        "Damon-Eshbach": GAMMA**2 * M**2 * d / (4 * w), "backward volume": -(GAMMA**2) * 0.05 * M * d / (4 * w),
        "forward volume": GAMMA * M * d / 4,
    }  # fmt: skip
    for geometry, slope in wanted.items():
        assert film(geometry, A=0.0).group_velocity(2 * step, step) == pytest.approx(slope, rel=2e-3)


def test_exchange_of_cells_and_of_the_continuum():
    k = 0.3 / dx
    one = film("backward volume", dx=dx)
    assert float(one.continuum.exchange(k)) == pytest.approx(2 * A / Ms * k**2, rel=1e-12)
    assert float(one.exchange(k) / one.continuum.exchange(k)) == pytest.approx(1 - 0.3**2 / 12, rel=1e-4)


def test_unstable_films_have_no_frequency():
    assert np.isnan(film("forward volume", B=0.9 * M).frequency([0.0, 1e5])).all()
    assert np.isfinite(film("forward volume", B=1.01 * M).frequency([0.0, 1e5])).all()


@pytest.mark.parametrize(
    "matrix", [[[-0.1, -2.0], [1.0, -0.3]], [[-1.0, 0.0], [0.0, -1.0]], [[0.5, 0.4], [0.4, -0.2]], [[0, -1], [0, 0]]]
)
def test_linear_motion_is_the_exponential_of_the_matrix(matrix):
    matrix, start = np.array(matrix, float), np.array([0.3 + 0.1j, -0.2j])
    t = np.array([0.0, 0.3, 2.0])
    found = evolved(matrix, start, t)
    wanted = np.stack([expm(matrix * time) @ start for time in t], axis=1)
    assert found == pytest.approx(wanted, abs=1e-12)


def test_waves_turn_from_u_to_v():
    """dv/dt = gamma B_u u, du/dt = -gamma B_v v: the sense of precession about the field."""
    one, k, t = film("Damon-Eshbach", dx=dx), 2e7, np.array([1e-14])
    bu, bv = one.at(k)
    assert one.amplitudes(t, (1.0, 0.0), k)[1, 0] == pytest.approx(GAMMA * bu * 1e-14, rel=1e-5)
    assert one.amplitudes(t, (0.0, 1j), k)[0, 0] == pytest.approx(-1j * GAMMA * bv * 1e-14, rel=1e-5)


def test_waves_decay_at_half_the_damped_stiffness():
    one, k = film("backward volume", dx=dx, alpha=0.01), 2e7
    bu, bv = (float(b[0]) for b in one.stiffness([k]))
    rate = 0.01 * GAMMA / (1 + 0.01**2) * (bu + bv) / 2
    t = np.array([0.0, 1 / rate])
    u, v = one.amplitudes(t, (0.01, 0.0), k)
    size = np.sqrt(bu * np.abs(u) ** 2 + bv * np.abs(v) ** 2)
    assert size[1] / size[0] == pytest.approx(1 / e, rel=0.02)
