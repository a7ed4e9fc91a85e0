"""Micromagnetic steps against the equation written out, closed forms and conservation; the guard of the stray field."""

from dataclasses import replace

import numpy as np
import pytest

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.zeeman import LocalField, Oscillation, Zeeman
from spinviz.physics.micromagnetics.cells import Cells
from spinviz.physics.micromagnetics.relaxation import relax
from spinviz.physics.micromagnetics.stepping import STRAY, History, Motion
from spinviz.physics.micromagnetics.stray_field import StrayField

GAMMA, MU0 = ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
PERMALLOY = {"Ms": 8e5, "A": 1.3e-11}
CELL = (4e-9, 5e-9, 3e-9)


def random(motion, seed=1, dtype=np.float64):
    vectors = np.random.default_rng(seed).normal(size=(*motion.geometry.shape, 3)) + np.array([2.0, 0, 0])
    return Spins.of_vectors(motion.geometry, vectors, dtype=dtype)


def rate(motion, spins, m, t=0.0):
    """Right-hand side with vectors (nz, ny, nx, 3): the readable reference.

    On a mesh the differences of unit vectors also have parts along m, which turn nothing.
    """
    given = Spins(spins.geometry, spins.values.copy(), spins.rng)
    given.values[0, :, 1:-1, 1:-1, 1:-1] = np.moveaxis(m, -1, 0)
    given.fill_halo()
    T = -motion.gamma * np.cross(m, motion.field(given, t))
    s = np.zeros_like(m)
    for axis, (u, d, n, closed) in enumerate(zip(motion.u, CELL, motion.geometry.sides, motion.geometry.periodic)):
        if n > 1:
            pads = [(1, 1) if a == 2 - axis else (0, 0) for a in range(4)]
            padded = np.pad(m, pads, mode="wrap" if closed else "edge")
            ahead, behind = (np.take(padded, range(k, k + n), axis=2 - axis) for k in (2, 0))
            s += u * (ahead - behind) / (2 * d)
    T += -np.cross(np.cross(m, s), m) + motion.beta * np.cross(m, s)
    return (T + motion.alpha * np.cross(m, T)) / (1 + motion.alpha**2)


def runge_kutta(motion, spins, dt, t=0.0):
    m = spins.vectors()[..., 0, :]
    k1 = rate(motion, spins, m, t)
    k2 = rate(motion, spins, m + dt / 2 * k1, t + dt / 2)
    k3 = rate(motion, spins, m + dt / 2 * k2, t + dt / 2)
    k4 = rate(motion, spins, m + dt * k3, t + dt)
    m = m + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return m / np.linalg.norm(m, axis=-1, keepdims=True)


@pytest.mark.parametrize("sides", [(6, 5, 1), (4, 3, 3), (7, 1, 1)])
@pytest.mark.parametrize("periodic", [(False, False, False), (True, False, False), (True, True, True)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_step_is_that_of_the_equation(sides, periodic, dtype):
    motion = Motion.of(
        mesh(sides, periodic), CELL, **PERMALLOY, K1=2e5, axis=(0, 0.6, 0.8), B=(0.1, -0.2, 0.3), D=1e-3, alpha=0.1,
        u=(300.0, -200.0, 100.0), beta=0.3,
    )  # fmt: skip
    spins = random(motion, dtype=dtype)
    dt = 0.3e-12
    expected = runge_kutta(motion, spins, dt)
    moved = abs(expected - spins.vectors()[..., 0, :]).max()
    motion.advance(spins, History.of(spins), dt)
    assert moved > 0.1
    assert spins.vectors()[..., 0, :] == pytest.approx(expected, abs=1e-13 if dtype == np.float64 else 2e-6)


def test_each_term_counts_and_empty_cells_stay_empty():
    motion = Motion.of(mesh((6, 5, 1), False), CELL, **PERMALLOY, alpha=0.1)
    vectors = np.random.default_rng(3).normal(size=(1, 5, 6, 1, 3))
    vectors[0, 2, 3] = vectors[0, 0, 0] = 0.0
    spins = Spins.of_vectors(motion.geometry, vectors, dtype=np.float64)
    motion.advance(spins, History.of(spins), 1e-13, 5)
    length = np.linalg.norm(spins.vectors()[..., 0, :], axis=-1)
    assert length[0, 2, 3] == length[0, 0, 0] == 0
    assert sorted(set(np.round(length.ravel(), 12))) == [0, 1]


def with_places(motion, terms, cell=CELL):
    stray = StrayField(motion.geometry.sides, cell, PERMALLOY["Ms"], motion.geometry.periodic)
    return replace(motion, hamiltonian=Hamiltonian(terms), stray=stray)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kinds", ["still", "swinging", "both"])
def test_local_fields_act_where_and_when_they_are(dtype, kinds):
    motion = Motion.of(mesh((6, 5, 2), (True, False, False)), CELL, **PERMALLOY, B=(0.1, -0.2, 0.3), alpha=0.1)
    rng = np.random.default_rng(8)
    terms = list(motion.hamiltonian.terms)
    if kinds != "swinging":
        terms.append(LocalField(motion.moment, rng.normal(size=(2, 5, 6, 1, 3))))
    if kinds != "still":
        terms.append(LocalField(motion.moment, rng.normal(size=(2, 5, 6, 1, 3)), lambda t: np.sin(4e12 * t) + 0.5))
    motion = with_places(motion, tuple(terms))
    spins = random(motion, dtype=dtype)
    dt, start = 0.3e-12, 0.2e-12
    expected = runge_kutta(motion, spins, dt, start)
    m = spins.vectors()[..., 0, :].astype(np.float64)
    torque = np.moveaxis(motion.torque(spins, start)[:, 1:-1, 1:-1, 1:-1], 0, -1)
    assert torque == pytest.approx(np.cross(m, motion.field(spins, start)), abs=1e-12 if dtype == np.float64 else 1e-5)
    history = History.of(spins)
    slope = np.moveaxis(motion.slope(spins, history.copy().fields, start)[:, 1:-1, 1:-1, 1:-1], 0, -1)
    assert slope == pytest.approx(rate(motion, spins, m, start), rel=1e-4, abs=1e7 if dtype == np.float32 else 1e2)
    motion.advance(spins, history, dt, t=start)
    assert spins.vectors()[..., 0, :] == pytest.approx(expected, abs=1e-13 if dtype == np.float64 else 2e-6)


def test_local_fields_have_energies_and_shorten_the_step():
    motion = Motion.of(mesh((4, 3, 1), False), CELL, **PERMALLOY)
    B = np.zeros((1, 3, 4, 1, 3))
    B[0, 1, 2, 0] = 0.0, 0.0, 30.0
    swinging = LocalField(motion.moment, B, lambda t: t / 1e-9)
    placed = with_places(motion, (*motion.hamiltonian.terms, swinging))
    spins = random(motion)
    mz = spins.vectors()[0, 1, 2, 0, 2]
    assert placed.energies(spins, 2e-9)[LocalField.name] == pytest.approx(-60 * motion.moment * mz, abs=0)
    assert placed.largest_field(2e-9) - motion.largest_field() == pytest.approx(60)
    assert placed.longest_step(t=2e-9) < motion.longest_step()
    with pytest.raises(ValueError, match="2 local fields vary"):
        with_places(motion, (*placed.hamiltonian.terms, swinging))


@pytest.mark.parametrize("several", [False, True])
def test_a_descent_ends_also_with_periodic_edges(several):
    """Torques that kernels leave in the halo count for nothing."""
    constants = {"A": 1.3e-11, "K1": 4e5, "axis": (1, 0, 0)}
    if several:
        motion = Motion.of_cells(Cells((2, 6, 8), CELL, (True, True, False), 8e5, **constants), B=(0, 0.1, 0))
    else:
        motion = Motion.of(mesh((8, 6, 2), (True, True, False)), CELL, 8e5, **constants, B=(0, 0.1, 0))
    spins = random(motion)
    for values in (motion.torque(spins), motion.slope(spins, History.of(spins).fields)):
        assert not values[:, [0, -1]].any()
        assert not values[:, :, [0, -1]].any()
        assert not values[..., [0, -1]].any()
    found = relax(motion, spins, 1e-9)
    assert found.reached
    assert found.iterations < 2000
    # In the plane, towards the field: sin = B Ms/(2 K1).
    assert spins.vectors()[..., 1] == pytest.approx(0.1 * 8e5 / 8e5, abs=1e-6)


def test_ferromagnetic_resonance_of_a_film():
    """Kittel: omega = gamma sqrt(B (B + mu0 Ms)), a film in a field in its plane; from y to z about x."""
    Ms, B = 8e5, 0.2
    motion = Motion.of(mesh((4, 4, 1), (True, True, False)), (5e-9, 5e-9, 2e-9), Ms, A=1.3e-11, B=(B, 0, 0))
    spins = Spins.of_vectors(motion.geometry, np.broadcast_to([1, 1e-4, 0], (1, 4, 4, 1, 3)), dtype=np.float64)
    omega = GAMMA * np.sqrt(B * (B + MU0 * Ms))
    steps = 2000
    dt = 2.25 * 2 * np.pi / omega / steps
    motion.advance(spins, History.of(spins), dt, steps)
    _, y, z = spins.sums()[0] / 16
    assert y == pytest.approx(0, abs=1e-9)
    assert z == pytest.approx(1e-4 * np.sqrt(B / (B + MU0 * Ms)), rel=1e-4)


def bar(alpha=0.0, B=(0.0, 0.0, 0.0), dtype=np.float64, sides=(40, 10)):
    nx, ny = sides
    motion = Motion.of(mesh((nx, ny, 1), False), (200e-9 / nx, 50e-9 / ny, 3e-9), **PERMALLOY, alpha=alpha, B=B)
    spins = Spins.of_vectors(motion.geometry, np.broadcast_to([1, 0.4, 0.1], (1, ny, nx, 1, 3)), dtype=dtype)
    return motion, spins


@pytest.mark.parametrize("tolerance", [1e-3, -1.0])
def test_error_falls_with_the_fourth_power_of_the_step(tolerance):
    def after(steps):
        motion, spins = bar(0.1, (-0.02, 0.01, 0.0))
        relax(motion, spins, 1e-2)
        motion.advance(spins, History.of(spins), 20e-12 / steps, steps, tolerance=tolerance)
        return spins.vectors()

    one, two, four = (after(steps) for steps in (40, 80, 160))
    assert np.log2(abs(two - one).max() / abs(four - two).max()) == pytest.approx(4, abs=0.5)


@pytest.mark.parametrize(("parts", "tolerance"), [(6, -1.0), (10, 1e-3)])
def test_energy_is_kept_without_damping(parts, tolerance):
    """Less than 1e-6 of the energy in a nanosecond, by short steps; extrapolated fields want shorter ones."""
    motion, spins = bar(B=(-0.02, 0.01, 0.0))
    first = sum(motion.energies(spins).values())
    history = History.of(spins)
    dt = motion.longest_step() / parts
    motion.advance(spins, history, dt, round(1e-9 / dt), tolerance=tolerance)
    assert (history.counts[3] > 0.9e-9 / dt) == (tolerance > 0)
    assert abs(sum(motion.energies(spins).values()) / first - 1) < 1e-6


def test_with_damping_the_energy_falls_as_it_must():
    """dE/dt = -alpha gamma Ms V/(1 + alpha^2) sum (m x B)^2, all terms and signs."""
    motion, spins = bar(0.05, (0.0, 0.05, 0.0))
    m, B = spins.vectors()[..., 0, :], motion.field(spins)
    loss = -0.05 * GAMMA * motion.moment / (1 + 0.05**2) * (np.cross(m, B) ** 2).sum()
    dt = 2e-16
    before = sum(motion.energies(spins).values())
    motion.advance(spins, History.of(spins), dt)
    after = sum(motion.energies(spins).values())
    assert (after - before) / dt == pytest.approx(loss, rel=1e-2, abs=0)


def test_steps_in_one_call_or_many_and_from_a_snapshot_are_the_same_bits():
    runs = []
    for parts in ((12,), (5, 4, 3), (1,) * 12):
        motion, spins = bar(0.1)
        history = History.of(spins)
        for part in parts:
            motion.advance(spins, history, 4e-13, part)
            spins, history = Spins(spins.geometry, spins.values.copy(), spins.rng.copy()), history.copy()
        runs.append(spins.values.tobytes() + history.counts.tobytes())
    assert len(set(runs)) == 1


def test_fields_are_extrapolated_after_four_steps_and_a_field_that_does_not_fit_is_not_used():
    motion, spins = bar(0.1)
    history = History.of(spins)
    motion.advance(spins, history, 2e-13, 4)
    assert history.counts.tolist()[2:] == [16, 0], "four fields are needed and one to compare"
    motion.advance(spins, history, 2e-13, 10)
    assert history.counts.tolist()[2:] == [26, 10]
    spins.sites[:, 4:, :, 0, 0] *= -1
    spins.fill_halo()
    other, empty = Spins(spins.geometry, spins.values.copy(), spins.rng), History.of(spins)
    motion.advance(spins, history, 2e-13, 2)
    motion.advance(other, empty, 2e-13, 2)
    assert history.counts.tolist()[2:] == [34, 10], "an edit that nobody has told of is noticed"
    assert np.array_equal(spins.values, other.values)


def test_an_empty_history_is_not_used_even_if_it_would_fit():
    motion, spins = bar(0.1)
    history = History.of(spins)
    motion.advance(spins, history, 2e-13, 8)
    history.empty()
    motion.advance(spins, history, 2e-13, 4)
    assert history.counts.tolist() == [4, history.counts[1], 16 + 4 + 16, 4]


def test_extrapolated_and_full_evaluation_agree():
    results = []
    for tolerance in (1e-3, -1.0):
        motion, spins = bar(0.02, (-0.03, 0.01, 0))
        history = History.of(spins)
        motion.advance(spins, history, 5e-13, 400, tolerance=tolerance)
        results.append(spins.sums()[0] / 400)
        assert bool(history.counts[3]) == (tolerance > 0)
    assert results[0] == pytest.approx(results[1], abs=2e-4)


def test_walls_drift_with_the_current():
    """For alpha = beta the texture moves as a whole, with the velocity u of the spins."""
    n, d, u, alpha = 160, 1e-9, 100.0, 0.2
    motion = Motion.of(
        mesh((n, 1, 1), (True, False, False)), (d, d, d), 5e5, A=1e-11, K1=4e5, alpha=alpha, stray=False,
        u=(u, 0, 0), beta=alpha,
    )  # fmt: skip
    x = np.arange(n)
    profile = np.tanh((x - 40) / 5) - np.tanh((x - 120) / 5) - 1
    vectors = np.stack([0 * x, np.sqrt(np.maximum(1 - profile**2, 0)), profile], axis=-1).reshape(1, 1, n, 1, 3)
    spins = Spins.of_vectors(motion.geometry, vectors, dtype=np.float64)
    start = spins.vectors()[0, 0, :, 0]
    dt = motion.longest_step()
    steps = round(12 * d / u / dt)
    motion.advance(spins, History.of(spins), 12 * d / u / steps, steps)
    assert spins.vectors()[0, 0, :, 0] == pytest.approx(np.roll(start, 12, axis=0), abs=0.02)
    assert abs(spins.vectors()[0, 0, :, 0] - start).max() > 0.5


def test_a_varying_field_is_sampled_in_the_middle_of_the_step():
    """A spin along x in a field along z turns by the integral of the field: sin(omega t)/omega."""
    Ms, V, f = 8e5, 1e-27, 20e9
    field = Zeeman(Ms * V, (0.0, 0.0, 0.0), Oscillation((0, 0, 0.2), f))
    motion = Motion(mesh((1, 1, 1), False), Hamiltonian((field,)), Ms * V)
    spins = Spins.of_vectors(motion.geometry, np.array([1.0, 0, 0]).reshape(1, 1, 1, 1, 3), dtype=np.float64)
    history, dt = History.of(spins), 0.25e-12
    motion.advance(spins, history, dt, 20)
    motion.advance(spins, history, dt, 28, t=20 * dt)
    angle = GAMMA * 0.2 * np.sin(2 * np.pi * f * 48 * dt) / (2 * np.pi * f)
    assert spins.vectors().ravel() == pytest.approx([np.cos(angle), np.sin(angle), 0], abs=1e-9)


def test_thermal_equilibrium():
    """Langevin in a field, and <mz^2> = 0.626185 for K V = 3 kT; 4096 moments, of which each is a sample of its own."""
    kT, Ms, d = 4e-21, 8e5, 2e-9
    volume = d**3
    for B, K1, power, expected, spread in (
        ((0.0, 0.0, 3 * kT / (Ms * volume)), 0.0, 1, 0.671636, 0.26),
        ((0.0, 0.0, 0.0), 3 * kT / volume, 2, 0.626185, 0.3),
    ):
        motion = Motion.of(mesh((64, 64, 1), True), (d,) * 3, Ms, A=0.0, K1=K1, B=B, alpha=0.5, stray=False)
        spins = random(motion, dtype=np.float32)
        history = History.of(spins)
        rate = 2 * 0.5 * GAMMA * kT / (Ms * volume)
        motion.advance(spins, history, 0.02 / rate, 500, kT=kT)
        assert np.mean(spins.vectors()[..., 2].astype(float) ** power) == pytest.approx(expected, abs=4 * spread / 64)


def test_noise_is_the_same_however_it_is_asked_for_and_no_field_is_extrapolated():
    runs = []
    for parts in ((8,), (5, 3)):
        motion, spins = bar(0.1)
        history = History.of(spins)
        for part in parts:
            motion.advance(spins, history, 2e-13, part, kT=4e-21)
        assert history.counts.tolist()[2:] == [32, 0]
        runs.append(spins.values.tobytes())
    assert runs[0] == runs[1]
    motion, spins = bar(0.1)
    history = History.of(spins)
    motion.advance(spins, history, 2e-13, 8, kT=1e-32)
    assert history.counts.tolist()[2:] == [32, 0], "also where the noise is weak"
    cold, quiet = bar(0.1)
    cold.advance(quiet, History.of(quiet), 2e-13, 8)
    assert quiet.values.tobytes() != runs[0]


def test_relaxation_ends_without_torque_and_lower():
    motion, spins = bar()
    before = sum(motion.energies(spins).values())
    ended = relax(motion, spins, 1e-8)
    assert ended.reached
    m, B = spins.vectors()[..., 0, :], motion.field(spins)
    assert np.linalg.norm(np.cross(m, B), axis=-1).max() == pytest.approx(ended.torque, rel=1e-6)
    assert np.linalg.norm(m, axis=-1) == pytest.approx(1, abs=1e-12)
    assert sum(motion.energies(spins).values()) < before
    assert motion.energies(spins)[STRAY] > 0


def test_a_descent_that_is_too_short_says_so():
    motion, spins = bar()
    ended = relax(motion, spins, 1e-8, most=3)
    assert not ended.reached
    assert ended.iterations == 3


def test_steps_that_are_too_long_are_halved_and_counted():
    motion, spins = bar(0.1)
    history = History.of(spins)
    longest = motion.longest_step()
    assert motion.advance(spins, history, longest, 50) == 1
    assert history.counts[3] > 20
    _, other = bar(0.1)
    motion.advance(other, one := History.of(other), longest, 50)
    # 2.4 rad of the stiffest wave are taken, 2.8 borne: three times as much is divided by four.
    assert motion.advance(spins, history, 3 * longest, 2) == 4
    assert history.counts[0] == 4
    one.empty()
    assert motion.advance(other, one, 0.75 * longest, 8) == 1
    assert np.array_equal(spins.values, other.values)
    for dt in (np.nan, np.inf):
        with pytest.raises(ValueError, match="give a finite time"):
            motion.advance(spins, history, dt)


def test_another_step_empties_the_history():
    motion, spins = bar(0.1)
    history = History.of(spins)
    motion.advance(spins, history, 1e-13, 6)
    assert history.counts[0] == 4
    motion.advance(spins, history, 2e-13, 1)
    assert history.counts[0] == 1
    assert history.copy().step == 2e-13


def test_a_negative_temperature_is_refused():
    motion, spins = bar()
    with pytest.raises(ValueError, match="0 or more"):
        motion.advance(spins, History.of(spins), 1e-13, kT=-1e-21)


def test_longest_step_of_a_film():
    """omega = gamma [8A/Ms (1/dx^2 + 1/dy^2) + mu0 Ms/2] of the wave in which all neighbours are opposed."""
    motion, _ = bar(0.5)
    field = 8 * 1.3e-11 / 8e5 * 2 / 5e-9**2 + MU0 * 8e5 / 2
    assert motion.longest_step(1.0) == pytest.approx(1.25 / (GAMMA * field), abs=0)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"alpha": -0.1}, "damping"),
        ({"u": (1.0, 0, 0), "cell": None}, "edges of the cells"),
        ({"stray": StrayField((2, 2, 1), CELL, 8e5, factors=np.ones((1, 2, 2)))}, "several Ms"),
    ],
)
def test_impossible_motions_are_refused(given, says):
    terms = Motion.of(mesh((2, 2, 1), False), CELL, **PERMALLOY).hamiltonian
    with pytest.raises(ValueError, match=says):
        Motion(mesh((2, 2, 1), False), terms, 1e-20, **given)
