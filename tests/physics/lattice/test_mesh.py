"""Dynamics and energies on plain meshes: the stencil against the sum of the terms, and both against closed forms."""

from math import atan, exp, pi, sqrt

import numpy as np
import pytest
from lattices import NAMES, SAMPLES, directions, sample, terms_of

from spinviz.physics.lattice import energy_kernels, mesh_kernels
from spinviz.physics.lattice.discrete import Model, sweeps
from spinviz.physics.lattice.dynamics import Dynamics
from spinviz.physics.lattice.energies import Energies
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import Stencil, mesh, micromagnetic
from spinviz.physics.lattice.monte_carlo import Sampler, sweep
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.cubic import Cubic
from spinviz.physics.lattice.terms.dmi import DMI, bulk
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Oscillation, Tip, Zeeman
from spinviz.physics.lattice.unit_cells import unit_cell

MU = 2.0
EVERY_TERM = Hamiltonian(
    (
        Exchange(2.0, (1.0, 0.7, 0.4)),
        DMI(1.0, along=(0.5, 0.7, 0.3)),
        Uniaxial(0.6, (1, 2, -1)),
        Uniaxial(-0.2, (0, 1, 1)),
        Zeeman(MU, (0.3, -0.2, 0.5)),
    )
)
SIDES = [(1, 1, 1), (7, 1, 1), (6, 5, 1), (70, 150, 1), (4, 3, 2), (5, 4, 3), (20, 3, 7), (1, 1, 5)]
BOUNDARIES = [
    (False, False, False),
    (True, True, True),
    (True, False, False),
    (False, True, False),
    (False, False, True),
]


def dynamics_on(geometry: Geometry, hamiltonian: Hamiltonian = EVERY_TERM, alpha: float = 0.3) -> Dynamics:
    return Dynamics(geometry, hamiltonian, MU, alpha, 1.0)


def random_spins(sides=(5, 4, 3), *, empty=0.0, dtype=np.float64, periodic=True, key=0) -> Spins:
    geometry = mesh(sides, periodic)
    return Spins.of_vectors(geometry, directions(geometry, empty), dtype=dtype, key=key)


def chain(m: np.ndarray, axis: int = 0, periodic: bool = True) -> Spins:
    """Vectors (n, 3) along an axis."""
    sides = tuple(len(m) if a == axis else 1 for a in range(3))
    geometry = mesh((sides[0], sides[1], sides[2]), periodic)
    return Spins.of_vectors(geometry, m.reshape(*geometry.shape, 3), dtype=np.float64)


def energy(hamiltonian: Hamiltonian, spins: Spins) -> float:
    return sum(Energies(spins.geometry, hamiltonian).of(spins).values())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("periodic", BOUNDARIES)
@pytest.mark.parametrize("sides", SIDES)
def test_stencil_steps_as_the_sum_of_the_terms(sides, periodic, dtype):
    spins = random_spins(sides, empty=0.2, dtype=dtype, periodic=periodic)
    dynamics, m, dt = dynamics_on(spins.geometry), np.asarray(spins.vectors(), float), 0.05
    assert Stencil.of(spins.geometry, dynamics.compiled) is not None
    for _ in range(3):
        slope = dynamics.torque(m)
        corrected = m + dt / 2 * (slope + dynamics.torque(m + dt * slope))
        length = np.linalg.norm(corrected, axis=-1, keepdims=True)
        m = corrected / np.where(length > 0, length, 1)
    dynamics.heun(spins, dt=dt, steps=3)
    assert np.abs(spins.vectors() - m).max() < 20 * np.finfo(dtype).eps


@pytest.mark.parametrize("periodic", BOUNDARIES)
@pytest.mark.parametrize("sides", [(6, 5, 1), (5, 4, 3)])
def test_kernels_of_any_lattice_step_a_mesh_as_the_stencil_does(sides, periodic):
    one, other = (random_spins(sides, empty=0.2, periodic=periodic) for _ in range(2))
    local = Hamiltonian((*EVERY_TERM.terms, Tip(MU, (0.0, 0.0, 0.0))))
    assert Dynamics(one.geometry, local)._stencil is None
    dynamics_on(one.geometry).heun(one, dt=0.05, steps=50)
    dynamics_on(one.geometry, local).heun(other, dt=0.05, steps=50)
    assert np.abs(one.vectors() - other.vectors()).max() < 1e-12


@pytest.mark.parametrize("term", [DMI(0.3, bulk), Cubic(0.2), DMI(0.1, lambda bond: bond.vector, along=(0, 0, 1))])
def test_other_terms_and_lattices_have_no_stencil(term):
    plain = mesh((4, 4, 4), True)
    assert Stencil.of(plain, EVERY_TERM.compiled(plain)) is not None
    assert Stencil.of(plain, Hamiltonian((*EVERY_TERM.terms, term)).compiled(plain)) is None
    for name, coloured, shells in (("simple cubic", True, 1), ("simple cubic", False, 2), ("bcc", False, 1)):
        geometry = Geometry.of(unit_cell(name), (4, 4, 4), True, shells, coloured=coloured)
        assert Stencil.of(geometry, Hamiltonian((Exchange(),)).compiled(geometry)) is None


def test_field_that_varies_turns_by_its_integral():
    """About z by sin(2 pi f t)/(2 pi f), the integral of cos(2 pi f t)."""
    spins, f, t = chain(np.array([[1.0, 0, 0]])), 0.1, 2.0
    terms = Hamiltonian((Zeeman(1.0, (0, 0, 0), Oscillation((0.0, 0.0, 1.0), f)),))
    Dynamics(spins.geometry, terms, 1.0, 0.0, 1.0).heun(spins, dt=t / 2000, steps=2000)
    angle = np.sin(2 * pi * f * t) / (2 * pi * f)
    assert spins.vectors().ravel() == pytest.approx([np.cos(angle), np.sin(angle), 0], abs=1e-5)


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize(("name", "shells", "periodic"), SAMPLES)
def test_fast_energies_equal_those_of_the_terms(name, shells, periodic, which):
    geometry = sample(name, shells, periodic)
    spins = Spins.of_vectors(geometry, directions(geometry), dtype=np.float64)
    whole = Hamiltonian((terms_of(geometry)[which],))
    expected = whole.energies(geometry, spins.vectors(), 0.3)
    assert Energies(geometry, whole).of(spins, 0.3) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("periodic", BOUNDARIES)
@pytest.mark.parametrize("sides", [(1, 1, 1), (6, 5, 1), (5, 4, 3)])
def test_fast_energies_of_meshes_equal_those_of_the_terms(sides, periodic, dtype):
    spins = random_spins(sides, empty=0.2, dtype=dtype, periodic=periodic)
    expected = EVERY_TERM.energies(spins.geometry, spins.vectors())
    assert Energies(spins.geometry, EVERY_TERM).of(spins) == pytest.approx(expected, abs=1e-12)
    # The same without a direction: all spins along z.
    along_z = spins.vectors().any(axis=-1)[..., None] * np.array([0, 0, 1.0])
    aligned = EVERY_TERM.terms[0].energy(spins.geometry, along_z)
    counted = Energies(spins.geometry, EVERY_TERM, from_aligned=True).of(spins)
    assert counted["exchange"] == pytest.approx(expected["exchange"] - aligned, abs=1e-12)


def test_order_of_convergence():
    """Halving the step divides the error by four, with every term on a mesh with empty cells."""
    results = []
    for count in (200, 400, 6400):
        spins = random_spins(empty=0.1)
        dynamics_on(spins.geometry, alpha=0.2).heun(spins, dt=2.0 / count, steps=count)
        results.append(spins.vectors())
    errors = [np.abs(result - results[-1]).max() for result in results[:2]]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.08)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("mode", [1, 5, 16])
def test_spin_wave_dispersion(axis, mode):
    """w = (2 gamma J/mu)(1 - cos ka) + gamma (B + 2K/mu) in a chain; Heun's steps are ahead by w t (w dt)^2/6."""
    sites, amplitude, gamma, t, steps = 32, 1e-4, 1.3, 5.0, 20_000
    phase = 2 * pi * mode / sites * np.arange(sites)
    spins = chain(np.stack((amplitude * np.cos(phase), amplitude * np.sin(phase), np.ones(sites)), axis=-1), axis)
    J, K, B = 3.0, 0.5, 0.7
    terms = Hamiltonian((Exchange(J), Uniaxial(K), Zeeman(MU, (0, 0, B))))
    Dynamics(spins.geometry, terms, MU, 0.0, gamma).heun(spins, dt=t / steps, steps=steps)
    w = 2 * gamma * J / MU * (1 - np.cos(2 * pi * mode / sites)) + gamma * (B + 2 * K / MU)
    x, y = spins.vectors().reshape(sites, 3)[:, :2].T
    turned = np.angle((x + 1j * y) * np.exp(-1j * (phase + w * t)))
    assert np.abs(turned).max() < w * t * (w * t / steps) ** 2 / 6 + 1e-6


def test_domain_wall_profile_and_energy():
    """theta = 2 atan exp(x/D), D = sqrt(A/K), energy 4 sqrt(AK): cobalt, 7.5955 nm and 15.799 mJ/m^2.

    The cell adds an error of order (cell/D)^2/10 = 2e-3 in angle and energy.
    """
    A, K, Ms, d, cells = 30e-12, 520e3, 1.4e6, 1e-9, 160
    x = (np.arange(cells) - (cells - 1) / 2) * d
    angle = np.clip(x / 30e-9, -1, 1) * pi / 2
    spins = chain(np.stack((0 * x, np.cos(angle), -np.sin(angle)), -1), periodic=False)
    terms = micromagnetic(spins.geometry, Ms, (d, d, d), A=A, K1=K)
    dynamics = Dynamics(spins.geometry, terms, Ms * d**3, 1.0)
    dynamics.heun(spins, dt=dynamics.stable_timestep(0.5), steps=40_000)
    D = sqrt(A / K)
    assert abs(D - 7.5955e-9) < 1e-13
    theta = np.array([2 * atan(exp(value / D)) for value in x])
    assert np.abs(np.arccos(spins.vectors().reshape(-1, 3)[:, 2]) - theta).max() < 2e-3
    excess = energy(terms, spins) - energy(terms, chain(np.tile([0.0, 0, 1], (cells, 1)), periodic=False))
    assert excess / d**2 == pytest.approx(15.799e-3, rel=2e-3)


@pytest.mark.parametrize("turns", [-3, 0, 3])
@pytest.mark.parametrize("axis", [0, 1])
def test_cycloid_energy_density(turns, axis):
    """A q^2 + D q for m = (sin qx, 0, cos qx): the sign of D chooses the handedness; mesh error (qd)^2/6."""
    A, D, Ms, cell, cells = 1e-11, 2e-3, 8e5, (1e-9, 1.5e-9, 2e-9), 240
    d = cell[axis]
    q = 2 * pi * turns / (cells * d)
    phase = q * d * np.arange(cells)
    m = np.zeros((cells, 3))
    m[:, axis], m[:, 2] = np.sin(phase), np.cos(phase)
    spins, uniform = chain(m, axis), chain(np.tile([0.0, 0, 1], (cells, 1)), axis)
    terms = micromagnetic(spins.geometry, Ms, cell, A=A, D=D)
    density = (energy(terms, spins) - energy(terms, uniform)) / (cells * np.prod(cell))
    assert density == pytest.approx(A * q**2 + D * q, rel=4e-3, abs=1e-3)


@pytest.mark.parametrize("D", [-1e-3, 1e-3, 2e-3])
def test_edge_canting(D):
    """sin(theta) = -D sqrt(A/K)/2A at the right edge, opposite at the left (Rohart and Thiaville 2013).

    The missing bond is the boundary condition, centred on the outer face of the last cell: error (d/Delta)^2/12.
    """
    A, K, Ms, d, cells = 1e-11, 5e5, 1e6, 0.5e-9, 100
    spins = chain(np.tile([0.01, 0, 1.0], (cells, 1)), periodic=False)
    terms = micromagnetic(spins.geometry, Ms, (d, d, d), A=A, K1=K, D=D)
    dynamics = Dynamics(spins.geometry, terms, Ms * d**3, 1.0)
    dynamics.heun(spins, dt=dynamics.stable_timestep(0.5), steps=30_000)
    Delta = sqrt(A / K)
    m = spins.vectors().reshape(-1, 3)
    theta = np.arctan2(m[[0, -1], 0], m[[0, -1], 2])
    at_edge = 2 * np.arctan(np.tan(theta / 2) * exp(d / (2 * Delta)))
    assert np.sin(at_edge) == pytest.approx([D * Delta / (2 * A), -D * Delta / (2 * A)], rel=1e-3)


def test_both_pictures_agree():
    """A = J/2a, K1 = K/a^3, D = D_bond/a^2, Ms = mu/a^3 for a simple cubic lattice of constant a."""
    mu, J, K, D, a = 2e-23, 3e-21, 1e-22, 4e-22, 3e-10
    geometry = mesh((4, 3, 2), True)
    micro = micromagnetic(geometry, mu / a**3, (a, a, a), A=J / (2 * a), K1=K / a**3, B=(0, 0, 2), D=D / a**2)
    atoms = Hamiltonian((Exchange(J), DMI(D), Uniaxial(K), Zeeman(mu, (0, 0, 2))))
    m = directions(geometry)
    assert np.allclose(micro.field(geometry, m), atoms.field(geometry, m), rtol=1e-12, atol=0)


def test_a_direction_of_one_cell_does_not_shorten_the_step():
    film = mesh((8, 8, 1), True)
    steps = [
        Dynamics(film, micromagnetic(film, 1e6, (2e-9, 2e-9, dz), A=1e-11), 1e6 * 4e-18 * dz).stable_timestep()
        for dz in (2e-9, 1e-10)
    ]
    assert steps[0] == pytest.approx(steps[1], rel=1e-12, abs=0)


@pytest.mark.parametrize("periodic", BOUNDARIES)
def test_energy_falls_without_noise(periodic):
    spins = random_spins((5, 4, 3), empty=0.1, periodic=periodic)
    energies, dynamics = [], dynamics_on(spins.geometry)
    for _ in range(400):
        energies.append(energy(EVERY_TERM, spins))
        dynamics.heun(spins, dt=0.02)
    assert np.all(np.diff(energies) < 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_length_is_kept_and_empty_cells_stay_empty(dtype):
    spins = random_spins((11, 9, 4), empty=0.3, dtype=dtype)
    empty = ~spins.vectors().any(axis=-1)
    dynamics_on(spins.geometry, alpha=0.1).heun(spins, dt=0.05, steps=500, kT=2.0)
    assert np.all(spins.vectors()[empty] == 0)
    length = np.linalg.norm(spins.vectors()[~empty], axis=1)
    assert np.abs(length - 1).max() < 4 * np.finfo(dtype).eps


def test_empty_cells_separate_the_mesh():
    """A chain cut by an empty cell moves as its two halves do alone."""
    vectors = directions(mesh((9, 1, 1), False), 0.0).reshape(9, 3)
    vectors[4] = 0
    whole, *halves = (chain(part, periodic=False) for part in (vectors, vectors[:4], vectors[5:]))
    for spins in (whole, *halves):
        dynamics_on(spins.geometry, alpha=0.1).heun(spins, dt=0.05, steps=100)
    joined = np.concatenate([halves[0].sites, np.zeros((1, 1, 1, 1, 3)), halves[1].sites], axis=2)
    assert np.allclose(whole.sites, joined, rtol=0, atol=1e-13)


@pytest.mark.parametrize("sides", [(7, 5, 3), (40, 200, 1), (9, 1, 1)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_do_not_depend_on_steps_per_call(sides, dtype):
    once, twice = (random_spins(sides, dtype=dtype, key=7) for _ in range(2))
    dynamics = dynamics_on(once.geometry, alpha=0.1)
    dynamics.heun(once, dt=0.05, steps=5, kT=1.0)
    for steps in (2, 3):
        dynamics.heun(twice, dt=0.05, steps=steps, kT=1.0, threads=steps)
    assert np.array_equal(once.sites, twice.sites)
    assert np.array_equal(once.rng, twice.rng)


@pytest.mark.parametrize("threads", [2, 3, 5])
@pytest.mark.parametrize("periodic", [True, False, (True, False, False), (False, True, True)])
@pytest.mark.parametrize("sides", [(7, 5, 3), (9, 4, 11), (40, 400, 1), (300, 33, 1), (9, 1, 1)])
def test_results_do_not_depend_on_the_number_of_threads(sides, periodic, threads):
    """Also where a thread has one plane or strip, and where there are fewer than threads."""
    periodic = tuple(periodic and n > 1 for n in sides) if isinstance(periodic, bool) else periodic
    alone, together = (random_spins(sides, periodic=periodic, key=7) for _ in range(2))
    dynamics = dynamics_on(alone.geometry, alpha=0.1)
    dynamics.heun(alone, dt=0.05, steps=4, kT=1.0, threads=1)
    dynamics.heun(together, dt=0.05, steps=4, kT=1.0, threads=threads)
    assert np.array_equal(alone.values, together.values)
    assert np.array_equal(alone.rng, together.rng)


def test_copied_arrays_repeat_the_noise_and_another_key_does_not():
    spins = random_spins(key=7)
    dynamics = dynamics_on(spins.geometry)
    dynamics.heun(spins, dt=0.05, steps=3, kT=1.0)
    copy = Spins(spins.geometry, spins.values.copy(), spins.rng.copy())
    other = Spins(spins.geometry, spins.values.copy(), spins.rng + np.array([1, 0], np.uint64))
    for each in (spins, copy, other):
        dynamics.heun(each, dt=0.05, steps=3, kT=1.0)
    assert np.array_equal(spins.sites, copy.sites)
    assert not np.array_equal(spins.sites, other.sites)


def in_equilibrium(terms: Hamiltonian, sides: tuple[int, int, int], kT: float) -> np.ndarray:
    """Spins (nz, ny, nx, 3) in reduced units: moment, gamma and damping 1."""
    spins = random_spins(sides, dtype=np.float32, key=3)
    Dynamics(spins.geometry, terms, 1.0, 1.0, 1.0).heun(spins, dt=0.01, steps=2000, kT=kT)
    return spins.sites[..., 0, :]


@pytest.mark.parametrize("sides", [(32, 32, 16), (128, 128, 1)])
def test_langevin_magnetization(sides):
    """<mz> = coth x - 1/x = .537315 at x = 2; the step adds a bias below 2e-3."""
    mz = in_equilibrium(Hamiltonian((Zeeman(1.0, (0, 0, 2.0)),)), sides, 1.0)[..., 2]
    assert abs(float(mz.mean(dtype=float)) - 0.537315) < 4 * float(mz.std()) / sqrt(mz.size) + 2e-3


@pytest.mark.parametrize(("kT", "expected"), [(0.5, 0.537315), (1.0, 0.313035)])
def test_fisher_chain_bond_energy(kT, expected):
    """<mi.mj> = coth K - 1/K, K = J/kT, in a chain (Fisher 1964); the step adds a bias below 2e-3."""
    m = in_equilibrium(Hamiltonian((Exchange(1.0, (1.0, 0.0, 0.0)),)), (64, 32, 16), kT)
    bonds = np.sum(m * np.roll(m, 1, axis=2), axis=3, dtype=float)
    assert abs(bonds.mean() - expected) < 4 * bonds.std() / sqrt(bonds.size) + 2e-3


def test_sites_are_written_in_place_and_reach_their_neighbours():
    """Also across a periodic edge, whose copy in the halo is refreshed by the step."""
    spins = random_spins((5, 4, 3), dtype=np.float32)
    m = directions(spins.geometry, 0.0, 9)
    spins.sites[...] = m
    assert np.array_equal(spins.vectors(), spins.sites)
    fresh = Spins.of_vectors(spins.geometry, m)
    assert Energies(spins.geometry, EVERY_TERM).of(spins) == Energies(spins.geometry, EVERY_TERM).of(fresh)
    spins.sites[...] *= -1
    for each in (spins, fresh := Spins.of_vectors(spins.geometry, -m)):
        dynamics_on(spins.geometry).heun(each, dt=0.05)
    assert np.array_equal(spins.sites, fresh.sites)


def test_what_needs_sublattices_is_refused_on_a_mesh():
    spins = random_spins((5, 4, 3), dtype=np.float32)
    sampler = Sampler.of(EVERY_TERM.compiled(spins.geometry))
    states = Spins.of_states(spins.geometry, np.ones(spins.geometry.shape, np.int8))
    with pytest.raises(ValueError, match="not coloured"):
        sweep(spins, sampler, 1.0, ["heat bath"])
    with pytest.raises(ValueError, match="not coloured"):
        sweeps(states, Model(), 2.0, 1)
    with pytest.raises(ValueError, match="not coloured"):
        dynamics_on(spins.geometry, alpha=0.0).turn(spins, dt=0.1)
    coloured = Spins.of_vectors(sample("bcc"), directions(sample("bcc")))
    with pytest.raises(ValueError, match="use vectors"):
        _ = coloured.sites


def test_one_compiled_version_per_precision():
    """An int where a float was must not compile a second version in the middle of a lecture."""
    for dtype in (np.float32, np.float64):
        for sides in ((3, 2, 1), (2, 2, 2)):
            spins = random_spins(sides, dtype=dtype)
            Dynamics(spins.geometry, Hamiltonian((Exchange(1),)), 1, 0, 1).heun(spins, dt=1, steps=np.int32(1), kT=0)
            dynamics_on(spins.geometry).heun(spins, dt=0.1, kT=0.1)
            Energies(spins.geometry, EVERY_TERM).of(spins)
    for entry in (mesh_kernels.heun_steps, energy_kernels.sums):
        assert sorted(str(signature[0].dtype) for signature in entry.signatures) == ["float32", "float64"]
