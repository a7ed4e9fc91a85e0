"""Lattice dynamics against closed forms, the readable reference, and the promises of the stepper."""

from math import atan, exp, pi, sqrt

import numpy as np
import pytest

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.lattice import effective_field, llg, llg_kernels
from spinviz.physics.lattice import energy as lattice_energy
from spinviz.physics.lattice.spin_lattice import (
    LatticeField,
    SpinLattice,
    atomistic_field,
    micromagnetic_field,
    thermal_field,
)
from spinviz.physics.moments.macrospin import precession

EVERY_TERM = LatticeField((1.0, 0.7, 0.4), 0.6, (1, 2, -1), (0.3, -0.2, 0.5), (0.25, 0.35))
SHAPES = [(1, 1, 1), (1, 1, 7), (1, 5, 6), (1, 150, 70), (2, 3, 4), (3, 4, 5), (7, 3, 20), (5, 1, 1)]
BOUNDARIES = [
    (False, False, False),
    (True, True, True),
    (True, False, False),
    (False, True, False),
    (False, False, True),
]
OPEN, TORUS = BOUNDARIES[:2]


def random_vectors(shape: tuple[int, int, int], empty: float = 0.0, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(*shape, 3))
    vectors[rng.random(shape) < empty] = 0.0
    return vectors


def random_lattice(shape=(3, 4, 5), *, empty=0.0, dtype=np.float64, periodic=TORUS, key=0) -> SpinLattice:
    return SpinLattice.from_vectors(random_vectors(shape, empty), dtype=dtype, periodic=periodic, key=key)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("periodic", BOUNDARIES)
@pytest.mark.parametrize("shape", SHAPES)
def test_three_steps_equal_the_readable_reference(shape, periodic, dtype):
    lattice = random_lattice(shape, empty=0.2, dtype=dtype, periodic=periodic)
    m = lattice.to_vectors()
    for _ in range(3):
        m = effective_field.heun_step(m, EVERY_TERM, periodic, dt=0.05, alpha=0.3, gamma=1.0)
    llg.step(lattice, EVERY_TERM, dt=0.05, steps=3, alpha=0.3, gamma=1.0)
    rounding = 20 * np.finfo(dtype).eps
    assert np.abs(lattice.vectors - m).max() < rounding


@pytest.mark.parametrize("periodic", BOUNDARIES)
def test_field_is_the_negative_gradient_of_the_energy(periodic):
    """B_i = -dE/dm_i per moment, by central differences: exact for a quadratic energy up to rounding."""
    m = random_lattice((2, 3, 4), empty=0.1).to_vectors()
    B = effective_field.effective_field(m, EVERY_TERM, periodic)
    h = 1e-3
    for index in np.ndindex(m.shape):
        up, down = m.copy(), m.copy()
        up[index] += h
        down[index] -= h
        difference = (
            effective_field.energy(up, EVERY_TERM, periodic).total
            - effective_field.energy(down, EVERY_TERM, periodic).total
        )
        assert -difference / (2 * h) == pytest.approx(B[index], abs=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("periodic", BOUNDARIES)
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 5, 6), (3, 4, 5)])
def test_fast_energy_equals_the_readable_one(shape, periodic, dtype):
    lattice = random_lattice(shape, empty=0.2, dtype=dtype, periodic=periodic)
    fast = lattice_energy.lattice_energy(lattice, EVERY_TERM, moment=2.0)
    readable = effective_field.energy(lattice.vectors, EVERY_TERM, periodic)
    assert fast == pytest.approx([2.0 * term for term in readable], abs=1e-12)
    assert fast.total == pytest.approx(2.0 * readable.total, abs=1e-12)


def test_damped_precession_closed_form():
    t, alpha = 20.0, 0.1
    lattice = SpinLattice.from_vectors(np.array([[[[1.0, 0, 0]]]]), dtype=np.float64)
    llg.step_rk4(lattice, LatticeField(zeeman=(0, 0, 1)), dt=t / 8000, steps=8000, alpha=alpha, gamma=1.0)
    assert np.abs(lattice.vectors[0, 0, 0] - precession(np.array(t), 1.0, alpha, 1.0)).max() < 1e-10


@pytest.mark.parametrize(("step", "steps", "ratio"), [(llg.step, 200, 4.0), (llg.step_rk4, 50, 16.0)])
def test_order_of_convergence(step, steps, ratio):
    """Halving the step divides the error by 2^order, with every term on a lattice with empty cells."""
    results = []
    for count in (steps, 2 * steps, 32 * steps):
        lattice = random_lattice(empty=0.1)
        step(lattice, EVERY_TERM, dt=2.0 / count, steps=count, alpha=0.2, gamma=1.0)
        results.append(lattice.to_vectors())
    errors = [np.abs(result - results[-1]).max() for result in results[:2]]
    assert errors[0] / errors[1] == pytest.approx(ratio, rel=0.08)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("mode", [1, 5, 16])
def test_spin_wave_dispersion(axis, mode):
    """w = (2 gamma J/mu)(1 - cos ka) + gamma (B + 2K/mu) in a chain; error of order amplitude^2."""
    sites, amplitude = 32, 1e-4
    phase = 2 * pi * mode / sites * np.arange(sites)
    wave = np.stack((amplitude * np.cos(phase), amplitude * np.sin(phase), np.ones(sites)), axis=-1)
    shape = [1, 1, 1]
    shape[2 - axis] = sites
    lattice = SpinLattice.from_vectors(wave.reshape(*shape, 3), dtype=np.float64, periodic=TORUS)
    moment, J, K, B, gamma = 2.0, 3.0, 0.5, 0.7, 1.3
    t = 5.0
    field = atomistic_field(moment, J=J, K=K, B=(0, 0, B))
    llg.step_rk4(lattice, field, dt=t / 5000, steps=5000, gamma=gamma)
    w = 2 * gamma * J / moment * (1 - np.cos(2 * pi * mode / sites)) + gamma * (B + 2 * K / moment)
    x, y = lattice.vectors.reshape(sites, 3)[:, :2].T
    turned = np.angle((x + 1j * y) * np.exp(-1j * (phase + w * t)))
    assert np.abs(turned).max() < 1e-6


def test_domain_wall_profile_and_energy():
    """theta = 2 atan exp(x/D), D = sqrt(A/K), energy 4 sqrt(AK): cobalt, 7.5955 nm and 15.799 mJ/m^2.

    The cell adds an error of order (cell/D)^2/10 = 2e-3 in angle and energy.
    """
    A, K, Ms, d, cells = 30e-12, 520e3, 1.4e6, 1e-9, 160
    x = (np.arange(cells) - (cells - 1) / 2) * d
    start = np.stack(
        (0 * x, np.cos(np.clip(x / 30e-9, -1, 1) * pi / 2), -np.sin(np.clip(x / 30e-9, -1, 1) * pi / 2)), -1
    )
    lattice = SpinLattice.from_vectors(start[None, None], dtype=np.float64)
    field = micromagnetic_field(Ms, (d, d, d), A=A, K1=K)
    llg.step(lattice, field, dt=llg.stable_timestep(field, angle=0.5), steps=40_000, alpha=1.0)
    D = sqrt(A / K)
    assert abs(D - 7.5955e-9) < 1e-13
    theta = np.array([2 * atan(exp(value / D)) for value in x])
    assert np.abs(np.arccos(lattice.vectors[0, 0, :, 2]) - theta).max() < 2e-3
    wall = lattice_energy.lattice_energy(lattice, field, Ms * d**3).total
    uniform = SpinLattice.from_vectors(np.tile([0.0, 0, 1], (1, 1, cells, 1)), dtype=np.float64)
    excess = wall - lattice_energy.lattice_energy(uniform, field, Ms * d**3).total
    assert excess / d**2 == pytest.approx(15.799e-3, rel=2e-3)


@pytest.mark.parametrize("turns", [-3, 0, 3])
@pytest.mark.parametrize("axis", [0, 1])
def test_cycloid_energy_density(turns, axis):
    """A q^2 + D q for m = (sin qx, 0, cos qx): the sign of D chooses the handedness; lattice error (qd)^2/6."""
    A, D, Ms, d, cells = 1e-11, 2e-3, 8e5, 1e-9, 240
    q = 2 * pi * turns / (cells * d)
    phase = q * d * np.arange(cells)
    m = np.zeros((cells, 3))
    m[:, axis], m[:, 2] = np.sin(phase), np.cos(phase)
    shape = (1, 1, cells, 3) if axis == 0 else (1, cells, 1, 3)
    lattice = SpinLattice.from_vectors(m.reshape(shape), dtype=np.float64, periodic=TORUS)
    field = micromagnetic_field(Ms, (d, d, d), A=A, D=D)
    uniform = SpinLattice.from_vectors(np.tile([0.0, 0, 1], (*shape[:3], 1)), dtype=np.float64, periodic=TORUS)
    energies = [lattice_energy.lattice_energy(each, field, Ms * d**3).total for each in (lattice, uniform)]
    density = (energies[0] - energies[1]) / (cells * d**3)
    assert density == pytest.approx(A * q**2 + D * q, rel=2e-3, abs=1e-3)


@pytest.mark.parametrize("D", [-1e-3, 1e-3, 2e-3])
def test_edge_canting(D):
    """sin(theta) = -D sqrt(A/K)/2A at the right edge, opposite at the left (Rohart and Thiaville 2013).

    The missing bond is the boundary condition, centred on the outer face of the last cell: error (d/Delta)^2/12.
    """
    A, K, Ms, d, cells = 1e-11, 5e5, 1e6, 0.5e-9, 100
    lattice = SpinLattice.from_vectors(np.tile([0.01, 0, 1.0], (1, 1, cells, 1)), dtype=np.float64)
    field = micromagnetic_field(Ms, (d, d, d), A=A, K1=K, D=D)
    llg.step(lattice, field, dt=llg.stable_timestep(field, angle=0.5), steps=30_000, alpha=1.0)
    Delta = sqrt(A / K)
    m = lattice.vectors[0, 0]
    theta = np.arctan2(m[[0, -1], 0], m[[0, -1], 2])
    at_edge = 2 * np.arctan(np.tan(theta / 2) * exp(d / (2 * Delta)))
    assert np.sin(at_edge) == pytest.approx([D * Delta / (2 * A), -D * Delta / (2 * A)], rel=1e-3)


def test_both_pictures_agree():
    """A = J/2a, K1 = K/a^3, D = D_bond/a^2, Ms = mu/a^3 for a simple cubic lattice of constant a."""
    mu, J, K, D, a = 2e-23, 3e-21, 1e-22, 4e-22, 3e-10
    micro = micromagnetic_field(mu / a**3, (a, a, a), A=J / (2 * a), K1=K / a**3, D=D / a**2)
    atomistic = atomistic_field(mu, J=J, K=K, D=D)
    assert micro.exchange == pytest.approx(atomistic.exchange)
    assert micro.anisotropy == pytest.approx(atomistic.anisotropy)
    assert micro.dmi == pytest.approx(atomistic.dmi)


@pytest.mark.parametrize("periodic", BOUNDARIES)
def test_energy_falls_without_noise(periodic):
    lattice = random_lattice((3, 4, 5), empty=0.1, periodic=periodic)
    energies = []
    for _ in range(400):
        energies.append(lattice_energy.lattice_energy(lattice, EVERY_TERM).total)
        llg.step(lattice, EVERY_TERM, dt=0.02, alpha=0.3, gamma=1.0)
    assert np.all(np.diff(energies) < 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_length_is_kept_and_empty_cells_stay_empty(dtype):
    lattice = random_lattice((4, 9, 11), empty=0.3, dtype=dtype)
    empty = ~np.any(lattice.vectors, axis=3)
    llg.step(lattice, EVERY_TERM, dt=0.05, steps=500, alpha=0.1, noise=2.0, gamma=1.0)
    assert np.all(lattice.vectors[empty] == 0)
    length = np.linalg.norm(lattice.vectors[~empty], axis=1)
    assert np.abs(length - 1).max() < 4 * np.finfo(dtype).eps


def test_empty_cells_separate_the_lattice():
    """A chain cut by an empty cell moves as its two halves do alone."""
    vectors = random_vectors((1, 1, 9))
    vectors[0, 0, 4] = 0
    whole = SpinLattice.from_vectors(vectors, dtype=np.float64)
    halves = [SpinLattice.from_vectors(part, dtype=np.float64) for part in (vectors[:, :, :4], vectors[:, :, 5:])]
    for lattice in (whole, *halves):
        llg.step(lattice, EVERY_TERM, dt=0.05, steps=100, alpha=0.1, gamma=1.0)
    assert np.allclose(whole.vectors[0, 0, :4], halves[0].vectors[0, 0], rtol=0, atol=1e-13)
    assert np.allclose(whole.vectors[0, 0, 5:], halves[1].vectors[0, 0], rtol=0, atol=1e-13)


@pytest.mark.parametrize("shape", [(3, 5, 7), (1, 200, 40), (1, 1, 9)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_do_not_depend_on_steps_per_call(shape, dtype):
    once, twice = (random_lattice(shape, dtype=dtype, key=7) for _ in range(2))
    llg.step(once, EVERY_TERM, dt=0.05, steps=5, alpha=0.1, noise=1.0, gamma=1.0)
    for steps in (2, 3):
        llg.step(twice, EVERY_TERM, dt=0.05, steps=steps, alpha=0.1, noise=1.0, gamma=1.0)
    assert np.array_equal(once.m, twice.m)
    assert np.array_equal(once.rng, twice.rng)


def test_copied_arrays_repeat_the_noise_and_another_key_does_not():
    lattice = random_lattice(key=7)
    llg.step(lattice, EVERY_TERM, dt=0.05, steps=3, alpha=0.1, noise=1.0, gamma=1.0)
    copy = SpinLattice(lattice.m.copy(), lattice.periodic, lattice.rng.copy())
    other = SpinLattice(lattice.m.copy(), lattice.periodic, lattice.rng + np.array([1, 0], np.uint64))
    for each in (lattice, copy, other):
        llg.step(each, EVERY_TERM, dt=0.05, steps=3, alpha=0.1, noise=1.0, gamma=1.0)
    assert np.array_equal(lattice.m, copy.m)
    assert not np.array_equal(lattice.m, other.m)


def thermal_lattice(field: LatticeField, shape: tuple[int, int, int], kT: float) -> SpinLattice:
    """A lattice in equilibrium, reduced units: moment, gamma and damping 1."""
    dt = 0.01
    lattice = SpinLattice.from_vectors(random_vectors(shape), periodic=TORUS, key=3)
    llg.step(lattice, field, dt=dt, steps=2000, alpha=1.0, noise=thermal_field(1.0, kT, 1.0, dt, 1.0), gamma=1.0)
    return lattice


@pytest.mark.parametrize("shape", [(16, 32, 32), (1, 128, 128)])
def test_langevin_magnetization(shape):
    """<mz> = coth x - 1/x = .537315 at x = 2; the step adds a bias below 2e-3."""
    mz = thermal_lattice(LatticeField(zeeman=(0, 0, 2.0)), shape, 1.0).vectors[..., 2]
    assert abs(float(mz.mean(dtype=float)) - 0.537315) < 4 * float(mz.std()) / sqrt(mz.size) + 2e-3


@pytest.mark.parametrize(("kT", "expected"), [(0.5, 0.537315), (1.0, 0.313035)])
def test_fisher_chain_bond_energy(kT, expected):
    """<mi.mj> = coth K - 1/K, K = J/kT, in a chain (Fisher 1964); the step adds a bias below 2e-3."""
    m = thermal_lattice(LatticeField(exchange=(1.0, 0, 0)), (16, 32, 64), kT).vectors
    bonds = np.sum(m * np.roll(m, 1, axis=2), axis=3, dtype=float)
    assert abs(bonds.mean() - expected) < 4 * bonds.std() / sqrt(bonds.size) + 2e-3


def test_vectors_of_any_length_go_in_and_unit_vectors_come_out():
    given = random_vectors((2, 3, 4), empty=0.3)
    lattice = SpinLattice.from_vectors(1e300 * given, dtype=np.float64)
    length = np.linalg.norm(given, axis=3, keepdims=True)
    assert np.allclose(lattice.to_vectors(), given / np.where(length > 0, length, 1), atol=1e-15)
    assert lattice.shape == (2, 3, 4)
    assert lattice.occupied == int((length > 0).sum())
    assert np.allclose(lattice.mean(), lattice.to_vectors().sum(axis=(0, 1, 2)) / lattice.occupied)


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.zeros((2, 3)), "nz, ny, nx, 3"),
        (np.full((1, 1, 1, 3), np.nan), "not finite"),
        (np.zeros((0, 1, 1, 3)), "at least 1"),
    ],
)
def test_bad_vectors_name_the_remedy(vectors, message):
    with pytest.raises(ValueError, match=message):
        SpinLattice.from_vectors(vectors)


def test_bad_coefficients_name_the_value():
    with pytest.raises(ValueError, match="dt nan"):
        llg.step(random_lattice(), EVERY_TERM, dt=float("nan"))
    with pytest.raises(ValueError, match="0 or more"):
        llg.step(random_lattice(), EVERY_TERM, dt=0.1, steps=-1)
    with pytest.raises(ValueError, match="axis"):
        llg.step(random_lattice(), LatticeField(axis=(0, 0, 0)), dt=0.1)
    with pytest.raises(ValueError, match="float64"):
        llg.step_rk4(random_lattice(dtype=np.float32), EVERY_TERM, dt=0.1)


def test_one_compiled_version_per_precision():
    """An int where a float was must not compile a second version in the middle of a lecture."""
    for dtype in (np.float32, np.float64):
        for shape in ((1, 2, 3), (2, 2, 2)):
            lattice = random_lattice(shape, dtype=dtype)
            llg.step(
                lattice, LatticeField((1, 1, 1), zeeman=(0, 0, 1)), dt=1, steps=np.int32(1), alpha=0, noise=0, gamma=1
            )
            llg.step(lattice, EVERY_TERM, dt=0.1, gamma=ELECTRON_GYROMAGNETIC_RATIO * 1e-12)
            lattice_energy.lattice_energy(lattice, EVERY_TERM)
    assert sorted(str(signature[0].dtype) for signature in llg_kernels.heun_steps.signatures) == ["float32", "float64"]
    assert len(lattice_energy._sums.signatures) == 2
