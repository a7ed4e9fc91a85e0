"""Dynamics on any lattice against closed forms, the readable torque, and thermal equilibrium."""

from math import pi, sqrt

import numpy as np
import pytest
from lattices import NAMES, SAMPLES, directions, sample, terms_of

from spinviz.physics.lattice import dynamics_kernels
from spinviz.physics.lattice.dynamics import Dynamics
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.cubic import Cubic
from spinviz.physics.lattice.terms.dmi import DMI
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.term import Term
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import LocalField, Oscillation, Tip, Zeeman
from spinviz.physics.lattice.unit_cells import UnitCell, unit_cell
from spinviz.physics.moments.macrospin import precession

ONE = Geometry.of(unit_cell("chain"), (1, 1, 1), False)
APART = UnitCell("chains", ((1, 0, 0), (0, 9, 0), (0, 0, 9)), ((0, 0, 0),), 3)
"""Chains along x too far from each other to be coupled."""


def everything(geometry: Geometry, alpha: float = 0.2) -> Dynamics:
    """Every term, and moments, damping and gyromagnetic ratios of its own for each site of the unit cell."""
    n = len(geometry.cell.sites)
    terms = Hamiltonian(tuple(terms_of(geometry).values()))
    return Dynamics(geometry, terms, np.linspace(0.8, 1.5, n), np.linspace(alpha, 2 * alpha, n), np.linspace(1, 1.4, n))


def heun(dynamics: Dynamics, S: np.ndarray, dt: float, t: float) -> np.ndarray:
    """One step of Heun's method as it is written."""
    slope = dynamics.torque(S, t)
    corrected = S + dt / 2 * (slope + dynamics.torque(S + dt * slope, t + dt))
    length = np.linalg.norm(corrected, axis=-1, keepdims=True)
    return np.asarray(corrected / np.where(length > 0, length, 1))


@pytest.mark.parametrize(("name", "shells", "periodic"), SAMPLES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_kernels_step_as_the_sum_of_the_terms(name: str, shells: int, periodic: bool, dtype: type) -> None:
    geometry = sample(name, shells, periodic)
    dynamics, S = everything(geometry), directions(geometry)
    spins = Spins.of_vectors(geometry, S, dtype=dtype)
    dynamics.heun(spins, dt=0.02, steps=3, t=0.3)
    for k in range(3):
        S = heun(dynamics, S, 0.02, 0.3 + k * 0.02)
    assert np.abs(spins.vectors() - S).max() < 20 * np.finfo(dtype).eps


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize("name", ["chain", "honeycomb", "kagome", "bcc"])
def test_kernels_know_each_term(name: str, which: str) -> None:
    """Alone: a kernel begins with neighbours, an odd number too, with a local field, or with nothing."""
    geometry = sample(name, 2)
    dynamics = Dynamics(geometry, Hamiltonian((terms_of(geometry)[which],)), 1.3, 0.1, 1.0)
    S = directions(geometry)
    spins = Spins.of_vectors(geometry, S, dtype=np.float64)
    dynamics.heun(spins, dt=0.02, t=0.3)
    assert np.abs(spins.vectors() - heun(dynamics, S, 0.02, 0.3)).max() < 1e-14
    moved = Spins.of_vectors(geometry, S, dtype=np.float64)
    still = Dynamics(geometry, dynamics.hamiltonian, 1.3, 0.0, 1.0)
    still.turn(moved, dt=2e-4, t=0.3)
    middle = S + 1e-4 * still.torque(S, 0.3)
    error = np.abs(moved.vectors() - S - 2e-4 * still.torque(middle, 0.3001)).max()
    assert error < 2e-8  # of order dt^3


def test_a_sample_of_many_chunks_steps_like_the_sum_of_the_terms() -> None:
    geometry = Geometry.of(unit_cell("kagome"), (140, 80, 1), (True, False, True))
    dynamics, S = everything(geometry), directions(geometry)
    spins = Spins.of_vectors(geometry, S, dtype=np.float64)
    _, places = dynamics_kernels.extent(spins.values, geometry.halo)
    assert places > dynamics_kernels.CHUNK
    dynamics.heun(spins, dt=0.02)
    assert np.abs(spins.vectors() - heun(dynamics, S, 0.02, 0)).max() < 1e-14


def test_damped_precession_closed_form() -> None:
    """Two orders of accuracy: from 1,000 to 2,000 steps the error falls to a quarter."""
    t, alpha, errors = 20.0, 0.1, []
    dynamics = Dynamics(ONE, Hamiltonian((Zeeman(2.0),)), 2.0, alpha, 1.0)
    for steps in (1000, 2000):
        spins = Spins.of_vectors(ONE, np.array([1.0, 0, 0]).reshape(1, 1, 1, 1, 3), dtype=np.float64)
        dynamics.heun(spins, dt=t / steps, steps=steps)
        errors.append(np.abs(spins.vectors()[0, 0, 0, 0] - precession(np.array(t), 1.0, alpha, 1.0)).max())
    assert errors[1] < 2e-4
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.02)


def test_free_precession_by_exact_rotations() -> None:
    """The angle of an implicit midpoint step is 2 atan(gamma B dt/2), about the field, in the sense of an electron."""
    dynamics = Dynamics(ONE, Hamiltonian((Zeeman(2.0),)), 2.0, 0.0, 1.0)
    spins = Spins.of_vectors(ONE, np.array([0.6, 0, 0.8]).reshape(1, 1, 1, 1, 3), dtype=np.float64)
    dynamics.turn(spins, dt=0.01, steps=500)
    x, y, z = spins.vectors()[0, 0, 0, 0]
    assert z == pytest.approx(0.8, abs=1e-12)
    assert np.angle((x + 1j * y) * np.exp(-5j)) == pytest.approx(0, abs=5e-5)


@pytest.mark.parametrize("mode", [1, 3, 6])
@pytest.mark.parametrize("name", ["chain", "square", "triangular", "simple cubic", "bcc", "fcc"])
@pytest.mark.parametrize("shells", [1, 2])
def test_spin_wave_dispersion(name: str, mode: int, shells: int) -> None:
    """w = (gamma/mu) [sum over neighbours J (1 - cos k.r) + 2K] + gamma B along x; error of order amplitude^2."""
    geometry = sample(name, shells, lengths=(12, 4, 4))
    length = geometry.sides[0] * geometry.cell.vectors[0][0]
    k, amplitude = 2 * pi * mode / length, 1e-4
    phase = k * geometry.positions[..., 0]
    wave = np.stack([amplitude * np.cos(phase), amplitude * np.sin(phase), np.ones_like(phase)], axis=-1)
    mu, J, K, B, gamma, t = 2.0, (1.0, 0.4)[:shells], 0.5, 0.7, 1.3, 2.0
    terms = Hamiltonian((Exchange(J), Uniaxial(K), Zeeman(mu, (0, 0, B))))
    spins = Spins.of_vectors(geometry, wave, dtype=np.float64)
    Dynamics(geometry, terms, mu, 0.0, gamma).turn(spins, dt=t / 2000, steps=2000)
    bonds = [b for b in geometry.bonds if b.a == 0]
    w = gamma / mu * (sum(J[b.shell] * (1 - np.cos(k * b.vector[0])) for b in bonds) + 2 * K) + gamma * B
    x, y, _ = np.moveaxis(spins.vectors(), -1, 0)
    assert np.abs(np.angle((x + 1j * y) * np.exp(-1j * (phase + w * t)))).max() < 1e-4


def test_antiferromagnet_resonance() -> None:
    """The two uniform modes at gamma [sqrt(2 B_E B_A + B_A^2) +- B] turn opposite ways (Keffer and Kittel 1952)."""
    geometry = Geometry.of(unit_cell("bcc"), (2, 2, 2))
    mu, J, K, B, gamma = 1.7, -0.3, 0.05, 0.2, 1.2
    B_E, B_A = 8 * abs(J) / mu, 2 * K / mu
    dynamics = Dynamics(geometry, Hamiltonian((Exchange(J), Uniaxial(K), Zeeman(mu, (0, 0, B)))), mu, 0.0, gamma)
    start = np.zeros((*geometry.shape, 3))
    start[..., 0, :], start[..., 1, :] = (1e-4, 0, 1), (0, 3e-5, -1)
    spins = Spins.of_vectors(geometry, start, dtype=np.float64)
    samples, apart = [], 0.4
    for _ in range(60):
        x, y, _ = spins.vectors()[..., 0, :].mean(axis=(0, 1, 2))
        samples.append(x + 1j * y)
        dynamics.turn(spins, dt=apart / 400, steps=400)
    s = np.array(samples)
    p, q = np.linalg.lstsq(np.stack([s[1:-1], s[:-2]], axis=1), s[2:], rcond=None)[0]
    found = sorted(np.angle(np.roots([1, -p, -q])) / apart)
    gap = sqrt(2 * B_E * B_A + B_A**2)
    assert found == pytest.approx([gamma * (B - gap), gamma * (B + gap)], rel=1e-5)


def test_ferrimagnet_precesses_with_its_net_angular_momentum() -> None:
    """Sublattices held antiparallel by exchange turn at (mu_A - mu_B) B/(mu_A/gamma_A - mu_B/gamma_B)."""
    geometry = Geometry.of(unit_cell("bcc"), (2, 2, 2))
    mu, gamma, B = np.array([2.0, 1.0]), np.array([1.0, 1.25]), 1e-3
    terms = Hamiltonian((Exchange(-1.0), Zeeman(mu, (0, 0, B))))
    start = np.zeros((*geometry.shape, 3))
    start[..., 0, 0], start[..., 1, 0] = 1, -1
    spins = Spins.of_vectors(geometry, start, dtype=np.float64)
    dynamics = Dynamics(geometry, terms, mu, 0.0, gamma)
    dynamics.turn(spins, dt=0.01, steps=40000)
    x, y, _ = spins.vectors()[..., 0, :].mean(axis=(0, 1, 2))
    w = (mu[0] - mu[1]) * B / (mu[0] / gamma[0] - mu[1] / gamma[1])
    assert np.angle(x + 1j * y) == pytest.approx(400 * w, rel=2e-3)


def test_undamped_motion_keeps_energy_and_runs_backwards() -> None:
    for name in ("chain", "triangular", "kagome", "fcc"):
        geometry = sample(name, 2)
        n = len(geometry.cell.sites)
        steady = tuple(term for term in terms_of(geometry).values() if not term.varies and term.name != Cubic.name)
        dynamics = Dynamics(geometry, Hamiltonian(steady), np.linspace(0.8, 1.5, n), 0.0, 1.0)
        S = directions(geometry)
        spins = Spins.of_vectors(geometry, S, dtype=np.float64)
        dt = dynamics.stable_timestep()
        before = dynamics.hamiltonian.energy(geometry, spins.vectors())
        dynamics.turn(spins, dt=dt, steps=1000)
        after = dynamics.hamiltonian.energy(geometry, spins.vectors())
        assert np.abs(spins.vectors() - S).max() > 1
        assert after == pytest.approx(before, abs=1e-9 * geometry.count)
        dynamics.turn(spins, dt=dt, steps=20)
        there = spins.vectors()
        dynamics.turn(spins, dt=dt, steps=20)
        dynamics.turn(spins, dt=-dt, steps=20)
        assert np.abs(spins.vectors() - there).max() < 1e-9


def test_order_of_convergence_of_undamped_motion() -> None:
    geometry = sample("kagome", 2)
    dynamics = everything(geometry, 0.0)
    results = []
    for steps in (400, 800, 12800):
        spins = Spins.of_vectors(geometry, directions(geometry), dtype=np.float64)
        dynamics.turn(spins, dt=1.0 / steps, steps=steps)
        results.append(spins.vectors())
    errors = [np.abs(result - results[-1]).max() for result in results[:2]]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)


def test_both_methods_agree() -> None:
    geometry = sample("honeycomb", 2)
    dynamics = everything(geometry, 0.0)
    one, two = (Spins.of_vectors(geometry, directions(geometry), dtype=np.float64) for _ in range(2))
    dynamics.turn(one, dt=1e-4, steps=5000, t=0.1)
    dynamics.heun(two, dt=1e-4, steps=5000, t=0.1)
    assert np.abs(one.values - two.values).max() < 1e-5


@pytest.mark.parametrize("name", ["chain", "kagome", "simple cubic"])
def test_energy_falls_without_noise(name: str) -> None:
    geometry = sample(name)
    terms = Hamiltonian(tuple(term for term in terms_of(geometry).values() if not term.varies))
    dynamics = Dynamics(geometry, terms, 1.0, 0.3, 1.0)
    spins = Spins.of_vectors(geometry, directions(geometry), dtype=np.float64)
    energies = []
    for _ in range(200):
        energies.append(terms.energy(geometry, spins.vectors()))
        dynamics.heun(spins, dt=0.02)
    assert np.all(np.diff(energies) < 0)


@pytest.mark.parametrize("name", ["chain", "kagome", "bcc"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_length_is_kept_and_vacancies_stay_empty(name: str, dtype: type) -> None:
    geometry = sample(name, periodic=False)
    dynamics = everything(geometry)
    spins = Spins.of_vectors(geometry, directions(geometry, 0.3), dtype=dtype)
    empty, nothing = ~np.any(spins.vectors(), axis=-1), spins.values == 0
    dynamics.heun(spins, dt=0.02, steps=300, kT=2.0)
    assert np.all(spins.vectors()[empty] == 0)
    assert np.all(spins.values[nothing & (spins.values == 0).all(axis=1, keepdims=True)] == 0)
    length = np.linalg.norm(spins.vectors()[~empty], axis=-1)
    assert np.abs(length - 1).max() < 4 * np.finfo(dtype).eps
    for _ in range(2):
        halo = spins.values.copy()
        spins.fill_halo()
        assert np.array_equal(halo, spins.values)


def test_vacancies_separate_a_chain() -> None:
    geometry, part = (Geometry.of(unit_cell("chain"), (n, 1, 1), False) for n in (9, 4))
    S = directions(geometry, 0)
    S[0, 0, 4] = 0
    whole = Spins.of_vectors(geometry, S, dtype=np.float64)
    halves = [Spins.of_vectors(part, half, dtype=np.float64) for half in (S[:, :, :4], S[:, :, 5:])]
    terms = Hamiltonian((Exchange(1.0), DMI(0.3), Uniaxial(0.2)))
    for spins in (whole, *halves):
        Dynamics(spins.geometry, terms, 1.0, 0.1, 1.0).heun(spins, dt=0.05, steps=100)
    assert np.allclose(whole.vectors()[:, :, :4], halves[0].vectors(), rtol=0, atol=1e-13)
    assert np.allclose(whole.vectors()[:, :, 5:], halves[1].vectors(), rtol=0, atol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_do_not_depend_on_steps_per_call(dtype: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spinviz.physics.lattice.dynamics.MOST_TIMES", 2)
    geometry = sample("kagome", 2)
    dt = 2.0**-6  # times are exact
    once, twice = (Spins.of_vectors(geometry, directions(geometry), dtype=dtype, key=7) for _ in range(2))
    everything(geometry).heun(once, dt=dt, steps=5, kT=0.5, t=1.0)
    for start, steps in ((0, 2), (2, 3)):
        everything(geometry).heun(twice, dt=dt, steps=steps, kT=0.5, t=1.0 + start * dt)
    assert np.array_equal(once.values, twice.values)
    assert np.array_equal(once.rng, twice.rng)


@pytest.mark.parametrize("threads", [2, 3])
def test_results_do_not_depend_on_the_number_of_threads(threads: int) -> None:
    geometry = Geometry.of(unit_cell("honeycomb"), (140, 80, 1), (True, False, True))
    alone, together = (Spins.of_vectors(geometry, directions(geometry), key=7) for _ in range(2))
    everything(geometry).heun(alone, dt=0.02, steps=4, kT=0.5, t=0.1)
    everything(geometry).heun(together, dt=0.02, steps=4, kT=0.5, t=0.1, threads=threads)
    assert np.array_equal(alone.values, together.values)
    assert np.array_equal(alone.rng, together.rng)


def test_copied_arrays_repeat_the_noise_and_another_key_does_not() -> None:
    geometry = sample("bcc")
    dynamics = everything(geometry)
    spins = Spins.of_vectors(geometry, directions(geometry), key=7)
    dynamics.heun(spins, dt=0.02, steps=3, kT=0.5)
    copy = Spins(geometry, spins.values.copy(), spins.rng.copy())
    other = Spins(geometry, spins.values.copy(), spins.rng + np.array([1, 0], np.uint64))
    for each in (spins, copy, other):
        dynamics.heun(each, dt=0.02, steps=3, kT=0.5)
    assert np.array_equal(spins.values, copy.values)
    assert not np.array_equal(spins.values, other.values)


def test_noise_of_the_sites_is_independent() -> None:
    """One step from S = z without field: Sx and Sy have the variance 2 alpha kT gamma dt/(mu (1 + alpha^2)).

    The damping part adds alpha^2 to one: hence (1 + alpha^2) in place of its square. No site knows another's noise.
    """
    geometry = Geometry.of(unit_cell("bcc"), (40, 40, 40))
    start = np.broadcast_to([0.0, 0, 1], (*geometry.shape, 3))
    spins = Spins.of_vectors(geometry, start, dtype=np.float64, key=5)
    alpha, kT, gamma, dt, mu = np.array([0.5, 1.0]), 0.3, 1.5, 1e-6, np.array([1.0, 4.0])
    Dynamics(geometry, Hamiltonian(()), mu, alpha, gamma).heun(spins, dt=dt, kT=kT)
    xy = spins.vectors()[..., :2].reshape(-1, 2, 2)
    expected = 2 * alpha * kT * gamma * dt / (mu * (1 + alpha**2))
    assert np.var(xy, axis=0) == pytest.approx(np.stack([expected, expected], axis=1), rel=4 * sqrt(2 / len(xy)))
    flat = xy.reshape(len(xy), 4) / np.std(xy, axis=0).reshape(4)
    correlation = flat.T @ flat / len(flat) - np.eye(4)
    along = [np.mean(flat[:-n] * flat[n:], axis=0) for n in (1, 2, 40, 1600, 20000)]
    assert np.abs([*correlation, *along]).max() < 4.5 / sqrt(len(flat))


def test_noise_is_added_to_a_local_field() -> None:
    """A tip so wide that its field is uniform does what a uniform field does."""
    geometry = sample("bcc")
    results = []
    for term in (Zeeman(2.0, (0.3, 0.5, -1)), Tip(2.0, (0.3, 0.5, -1), width=1e9)):
        spins = Spins.of_vectors(geometry, directions(geometry), dtype=np.float64, key=4)
        dynamics = Dynamics(geometry, Hamiltonian((term, Exchange(0.4))), 2.0, 0.3, 1.0)
        dynamics.heun(spins, dt=0.02, steps=5, kT=0.7)
        results.append(spins.values)
    assert np.abs(results[0] - results[1]).max() < 1e-14


def thermal(geometry: Geometry, terms: tuple[Term, ...], kT: float, moments: object = 1.0) -> tuple[Spins, Dynamics]:
    """A sample in equilibrium, in reduced units, damping 1."""
    spins = Spins.of_vectors(geometry, directions(geometry, 0), key=3)
    dynamics = Dynamics(geometry, Hamiltonian(terms), moments, 1.0, 1.0)  # type: ignore[arg-type]
    dynamics.heun(spins, dt=0.01, steps=2000, kT=kT)
    return spins, dynamics


def test_langevin_magnetization_of_each_sublattice() -> None:
    """<Sz> = coth x - 1/x with x = mu B/kT = 2 and 1; the step adds a bias below 2e-3."""
    geometry = Geometry.of(unit_cell("bcc"), (20, 20, 20))
    spins, _ = thermal(geometry, (Zeeman((1.0, 0.5), (0, 0, 2.0)),), 1.0, (1.0, 0.5))
    for site, expected in enumerate((0.537315, 0.313035)):
        Sz = spins.vectors()[..., site, 2].astype(float)
        assert abs(Sz.mean() - expected) < 4 * Sz.std() / sqrt(Sz.size) + 2e-3


def test_thermal_alignment_with_an_axis() -> None:
    """<(S.u)^2> = integral of z^2 exp(K z^2/kT) over that of exp(K z^2/kT) at K = 2 kT."""
    geometry = Geometry.of(unit_cell("square"), (128, 128, 1))
    spins, _ = thermal(geometry, (Uniaxial(2.0, (1, 1, 0)),), 1.0)
    z = np.linspace(0, 1, 100001)
    expected = np.trapezoid(z**2 * np.exp(2 * z**2), z) / np.trapezoid(np.exp(2 * z**2), z)
    square = (spins.vectors().astype(float) @ np.array([1, 1, 0])) ** 2 / 2
    assert abs(square.mean() - expected) < 4 * square.std() / sqrt(square.size) + 2e-3


@pytest.mark.slow
def test_rings_of_four_spins_have_their_exact_energy_and_magnetization() -> None:
    """N = 4, kT = J: e = -0.337838 J per bond, <m^2> = 0.466893, from sums of spherical Bessel functions."""
    geometry = Geometry.of(APART, (4, 64, 64), (True, False, False))
    assert len(geometry.bonds) == 2
    spins, dynamics = thermal(geometry, (Exchange(1.0),), 1.0)
    energies, squares = [], []
    for _ in range(40):
        dynamics.heun(spins, dt=0.005, steps=200, kT=1.0)
        rings = spins.vectors()[..., 0, :].astype(float)
        energies.append(-np.sum(rings * np.roll(rings, 1, axis=2), axis=-1).mean(axis=2))
        squares.append(np.sum(rings.mean(axis=2) ** 2, axis=-1))
    for found, expected in ((energies, -0.337838), (squares, 0.466893)):
        of_ring = np.mean(found, axis=0)
        assert abs(of_ring.mean() - expected) < 4 * of_ring.std() / sqrt(of_ring.size)


def test_stable_step_follows_the_largest_field() -> None:
    """Twice the neighbours and once the rest, of the site that turns fastest."""
    geometry = sample("bcc")
    terms = Hamiltonian((Exchange(-0.5), Uniaxial((0.1, 0.2)), Zeeman((1.0, 2.0), (0, 3.0, 0))))
    dynamics = Dynamics(geometry, terms, (1.0, 2.0), 0.1, (1.0, 3.0))
    assert dynamics.stable_timestep(0.1) == pytest.approx(0.1 / (3.0 * (2 * 8 * 0.5 + 2 * 0.2 + 6) / 2))
    field = np.linalg.norm(everything(geometry).hamiltonian.field(geometry, directions(geometry)), axis=-1)
    compiled = everything(geometry).compiled
    assert np.all(field.max(axis=(0, 1, 2)) <= compiled.pair_bound + compiled.site_bound)


def test_an_oscillating_field_turns_a_spin_at_resonance() -> None:
    """Rabi: B1 cos(gamma B0 t) across B0 >> B1 turns by gamma B1 t/2."""
    B0, B1 = 20.0, 0.2
    drive = Oscillation((B1, 0, 0), B0 / (2 * pi))
    dynamics = Dynamics(ONE, Hamiltonian((Zeeman(1.0, (0, 0, B0), drive),)), 1.0, 0.0, 1.0)
    spins = Spins.of_vectors(ONE, np.array([0.0, 0, 1]).reshape(1, 1, 1, 1, 3), dtype=np.float64)
    t, steps = pi / 2 / (B1 / 2), 40000
    dynamics.turn(spins, dt=t / steps, steps=steps)
    assert abs(spins.vectors()[0, 0, 0, 0, 2]) < 0.02
    dynamics.turn(spins, dt=t / steps, steps=steps, t=t)
    assert spins.vectors()[0, 0, 0, 0, 2] == pytest.approx(-1, abs=1e-3)


def test_bad_input_is_refused_in_one_line() -> None:
    geometry = sample("bcc")
    terms = Hamiltonian((Exchange(),))
    spins = Spins.of_vectors(geometry, directions(geometry))
    with pytest.raises(ValueError, match="above 0"):
        Dynamics(geometry, terms, (1.0, 0.0))
    with pytest.raises(ValueError, match="0 or more"):
        Dynamics(geometry, terms, 1.0, -0.1)
    with pytest.raises(ValueError, match="2 for the sites"):
        Dynamics(geometry, terms, (1.0, 1.0, 1.0))
    with pytest.raises(ValueError, match="kT -1"):
        Dynamics(geometry, terms).heun(spins, dt=1, kT=-1)
    with pytest.raises(ValueError, match="dt nan"):
        Dynamics(geometry, terms).heun(spins, dt=float("nan"))
    with pytest.raises(ValueError, match="alpha 0"):
        Dynamics(geometry, terms, 1.0, 0.1).turn(spins, dt=1)
    with pytest.raises(ValueError, match="0 or more"):
        Dynamics(geometry, terms).heun(spins, dt=1, steps=-1)
    with pytest.raises(ValueError, match="another lattice"):
        Dynamics(ONE, terms).heun(spins, dt=1)
    states = Spins.of_states(geometry, np.ones(geometry.shape, np.int8))
    with pytest.raises(ValueError, match="1 components"):
        Dynamics(geometry, terms).heun(states, dt=1)


def test_one_compiled_version_per_precision() -> None:
    """An int where a float was must not compile a second version in the middle of a lecture."""
    for name in ("chain", "bcc"):
        for dtype in (np.float32, np.float64):
            geometry = sample(name)
            spins = Spins.of_vectors(geometry, directions(geometry), dtype=dtype)
            Dynamics(geometry, Hamiltonian((Exchange(1),)), 1, 0, 1).heun(spins, dt=1, steps=np.int32(1), kT=0)  # type: ignore[arg-type]
            Dynamics(geometry, Hamiltonian((Exchange(1),)), 1, 0, 1).turn(spins, dt=1)
            everything(geometry).heun(spins, dt=0.01, kT=0.1)
            everything(geometry, 0.0).turn(spins, dt=0.01)
    for entry in (dynamics_kernels.heun_steps, dynamics_kernels.turning_steps):
        assert sorted(str(signature[0].dtype) for signature in entry.signatures) == ["float32", "float64"]


def test_local_fields_that_vary_are_refused():
    geometry = mesh((3, 2, 1), True)
    swinging = LocalField(1.0, np.ones((1, 2, 3, 1, 3)), lambda t: t)
    with pytest.raises(ValueError, match="local fields that vary"):
        Dynamics(geometry, Hamiltonian((swinging,)))
    assert Hamiltonian((swinging,)).compiled(geometry, 3.0).local[0, 0, 1:-1, 1:-1, 1:-1] == pytest.approx(3.0)
    with pytest.raises(ValueError, match="give finite numbers"):
        LocalField(1.0, np.ones((2, 3, 3)))
    with pytest.raises(ValueError, match=r"give \(1, 2, 3, 1, 3\)"):
        LocalField(1.0, np.ones((1, 2, 2, 1, 3))).at(geometry)
