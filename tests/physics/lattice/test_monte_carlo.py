"""Monte Carlo of continuous spins: exact rings, Langevin, conservation, cuts of a run."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from spinviz.physics.lattice import vector_kernels
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.monte_carlo import Sampler, field_sums, sweep
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.cubic import Cubic
from spinviz.physics.lattice.terms.dmi import DMI
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.term import Term
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.lattice.unit_cells import CELLS, unit_cell

ALL = (("heat bath",), ("metropolis",), ("heat bath", "over-relaxation"), ("metropolis", "over-relaxation"))


def sample(name: str, sides: tuple[int, int, int], *, plane: bool = False, key: int = 5, free: bool = False) -> Spins:
    geometry = Geometry.of(unit_cell(name), sides, not free)
    vectors = np.random.default_rng(key).normal(size=(*geometry.shape, 3))
    if plane:
        vectors[..., 2] = 0
    return Spins.of_vectors(geometry, vectors, key=key)


def sampler(spins: Spins, *terms: Term) -> Sampler:
    """The terms, or exchange J = 1."""
    return Sampler.of(Hamiltonian(terms or (Exchange(1.0),)).compiled(spins.geometry))


def measured(
    spins: Spins, couplings: Sampler, T: float, methods: Sequence[str], sweeps: int, *, plane: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Energies of the bonds and mean vectors after each sweep, without the first tenth."""
    energies, means = [], []
    for _ in range(sweeps):
        sweep(spins, couplings, T, methods, plane=plane)
        energies.append(field_sums(spins, couplings).bonds)
        means.append(spins.sums().sum(axis=0) / spins.geometry.count)
    return np.array(energies)[sweeps // 10 :], np.array(means)[sweeps // 10 :]


def departure(values: NDArray[np.float64], exact: float) -> float:
    """By how many standard errors the mean differs; 50 blocks hold the correlation."""
    blocks = values[: len(values) // 50 * 50].reshape(50, -1).mean(axis=1)
    return float((blocks.mean() - exact) / (blocks.std(ddof=1) / np.sqrt(50)))


def ring(spins: float, T: float, methods: Sequence[str], plane: bool) -> tuple[float, float]:
    chain = sample("chain", (4, 1, 1), plane=plane)
    couplings = sampler(chain)
    e, m = measured(chain, couplings, T, methods, 20000, plane=plane)
    return departure(e / 4, spins), departure((m**2).sum(axis=1), 0.466893 if not plane else np.nan)


@pytest.mark.parametrize("methods", ALL)
def test_a_ring_of_four_heisenberg_spins_is_exact(methods: Sequence[str]) -> None:
    energy, square = ring(-0.337838, 1.0, methods, False)
    assert abs(energy) < 4
    assert abs(square) < 4


@pytest.mark.parametrize("methods", ALL)
def test_a_ring_of_four_plane_rotators_is_exact(methods: Sequence[str]) -> None:
    assert abs(ring(-0.505197, 1.0, methods, True)[0]) < 4


@pytest.mark.parametrize("methods", ALL)
def test_a_pair_with_a_double_bond_far_below_and_above_its_coupling(methods: Sequence[str]) -> None:
    """Two spins that couple twice: e = -2 L(2/T), Langevin's L; weak and strong fields of the heat bath."""
    for T in (0.02, 0.5, 100.0):
        pair = sample("chain", (2, 1, 1))
        couplings = sampler(pair)
        x = 2 / T
        energy = measured(pair, couplings, T, methods, 8000)[0] / 2
        assert abs(departure(energy, -(1 / np.tanh(x) - 1 / x))) < 4


@pytest.mark.parametrize("method", ["heat bath", "metropolis"])
def test_free_spins_in_a_field_follow_langevin(method: str) -> None:
    spins = sample("simple cubic", (8, 8, 8))
    couplings = sampler(spins, Zeeman(1.0, (0.0, 0.6, -0.8)))
    m = measured(spins, couplings, 0.5, (method,), 1500)[1]
    along = m @ np.array([0.0, 0.6, -0.8])
    assert abs(departure(along, 1 / np.tanh(2) - 0.5)) < 4
    assert abs(departure(m[:, 0], 0.0)) < 4


@pytest.mark.parametrize("methods", ALL)
def test_anisotropy_and_a_field_give_the_distribution_of_one_spin(methods: Sequence[str]) -> None:
    """<S_z> and <S_z^2> of a spin with K, a cubic term and a field, by quadrature over the sphere."""
    spins = sample("simple cubic", (8, 8, 8))
    couplings = sampler(spins, Zeeman(1.0, (0.3, 0.0, 0.4)), Uniaxial(0.7, (0.6, 0.0, 0.8)), Cubic(-0.9))
    m = measured(spins, couplings, 0.4, methods, 1500)[1]
    z, w = np.polynomial.legendre.leggauss(80)
    phi = np.arange(160) * 2 * np.pi / 160
    x, y = np.sqrt(1 - z[:, None] ** 2) * np.cos(phi), np.sqrt(1 - z[:, None] ** 2) * np.sin(phi)
    zz = np.broadcast_to(z[:, None], x.shape)
    H = -0.3 * x - 0.4 * zz - 0.7 * (0.6 * x + 0.8 * zz) ** 2 - 0.9 * (x**2 * y**2 + y**2 * zz**2 + zz**2 * x**2)
    p = w[:, None] * np.exp(-H / 0.4)
    for k, component in enumerate((x, y, zz)):
        assert abs(departure(m[:, k], float((p * component).sum() / p.sum()))) < 4


def test_bonds_with_a_dmi_vector_weigh_as_their_energy() -> None:
    """A pair with J and D along z: the angle from one to the other prefers tan = D/J, <cos> by quadrature."""
    pair = sample("chain", (2, 1, 1), free=True)
    couplings = sampler(pair, Exchange(1.0), DMI(-0.8, lambda bond: (0.0, 0.0, bond.vector[0])))
    twists = []
    for _ in range(12000):
        sweep(pair, couplings, 0.5, ("heat bath",))
        s = pair.vectors().reshape(2, 3)
        twists.append(float(np.cross(s[0], s[1])[2]))
    # d = z from left to right, D = -0.8: H = -S1.S2 - 0.8 (S1 x S2)_z, by quadrature over both directions
    z, w = np.polynomial.legendre.leggauss(60)
    phi = np.arange(120) * 2 * np.pi / 120
    st = np.sqrt(1 - z**2)
    plane = st[:, None, None] * st[None, :, None]
    dot = z[:, None, None] * z[None, :, None] + plane * np.cos(phi)
    cross = plane * np.sin(phi)
    weight = w[:, None, None] * w[None, :, None] * np.exp((dot + 0.8 * cross) / 0.5)
    assert abs(departure(np.array(twists), float((weight * cross).sum() / weight.sum()))) < 4


def test_over_relaxation_conserves_the_energy_and_moves_every_spin() -> None:
    for name, cell in CELLS.items():
        x, y, z = (6 if axis < cell.axes else 1 for axis in range(3))
        spins = sample(name, (x, y, z))
        couplings = sampler(spins)
        before, energy = spins.vectors(), field_sums(spins, couplings).bonds
        sweep(spins, couplings, 1.0, ("over-relaxation",))
        assert field_sums(spins, couplings).bonds == pytest.approx(energy, abs=1e-4)
        assert np.all(np.linalg.norm(spins.vectors() - before, axis=-1) > 0)


def test_at_zero_temperature_every_spin_points_along_its_field() -> None:
    spins = sample("fcc", (3, 3, 3))
    sweep(spins, sampler(spins, Zeeman(1.0, (0.0, -2.0, 0.0))), 0.0, ("heat bath",))
    assert np.allclose(spins.vectors(), (0, -1, 0), atol=1e-3)


@pytest.mark.parametrize("plane", [False, True])
@pytest.mark.parametrize("methods", ALL)
def test_a_run_cut_into_calls_has_the_same_bits(methods: Sequence[str], plane: bool) -> None:
    whole, cut = (sample("triangular", (6, 4, 1), plane=plane) for _ in range(2))
    couplings = sampler(whole)
    sweep(whole, couplings, 0.7, methods, sweeps=7, plane=plane)
    for n in (1, 4, 2):
        sweep(cut, couplings, 0.7, methods, sweeps=n, plane=plane)
    assert np.array_equal(whole.values, cut.values)
    assert np.array_equal(whole.rng, cut.rng)
    assert np.abs(np.linalg.norm(whole.vectors(), axis=-1) - 1).max() < 1e-5
    assert not plane or np.all(whole.vectors()[..., 2] == 0)


@pytest.mark.parametrize("free", [False, True])
@pytest.mark.parametrize("method", ["heat bath", "metropolis", "over-relaxation"])
def test_vacancies_stay_empty_and_energies_are_those_of_the_definition(method: str, free: bool) -> None:
    for name, cell in CELLS.items():
        x, y, z = ((5 if free else 6) if axis < cell.axes else 1 for axis in range(3))
        full = sample(name, (x, y, z), free=free)
        vectors = full.vectors()
        holes = np.random.default_rng(1).random(full.geometry.shape) < 0.2
        vectors[holes] = 0
        spins = Spins.of_vectors(full.geometry, vectors, key=3)
        couplings = sampler(spins)
        sweep(spins, couplings, 0.5, (method,), sweeps=3)
        after = spins.vectors()
        assert np.all(after[holes] == 0)
        assert np.allclose(np.linalg.norm(after[~holes], axis=-1), 1, atol=1e-5)
        defined = -sum(float((after[..., k] * spins.geometry.summed(after[..., k])).sum()) for k in range(3)) / 2
        found = field_sums(spins, couplings)
        assert found.bonds == pytest.approx(defined, abs=1e-3)
        assert found.spins == pytest.approx(spins.sums(), abs=1e-3)


@pytest.mark.parametrize("plane", [False, True])
@pytest.mark.parametrize("name", ["simple cubic", "triangular", "kagome", "bcc"])
def test_the_temperature_of_the_configuration_is_that_of_the_bath(name: str, plane: bool) -> None:
    """Also with anisotropy, a field, DMI and frustrated couplings."""
    x, y, z = (6 if axis < unit_cell(name).axes else 1 for axis in range(3))
    spins = sample(name, (x, y, z), plane=plane)
    terms: tuple[Term, ...] = (Exchange(-1.0), Zeeman(1.0, (0.7, 0.0, 0.0 if plane else 0.4)))
    if not plane:
        terms += (Uniaxial(0.6, (0.6, 0.0, 0.8)), Cubic(-0.9), DMI(0.3))
    hamiltonian = sampler(spins, *terms)
    found = []
    for _ in range(3000):
        sweep(spins, hamiltonian, 0.6, ("heat bath",), plane=plane)
        found.append(field_sums(spins, hamiltonian, plane=plane)[1:3])
    squares, laplacians = np.array(found)[300:].T
    # the mean of square - T laplacian is zero
    assert abs(departure(squares - 0.6 * laplacians, 0.0)) < 4
    assert squares.mean() / laplacians.mean() == pytest.approx(0.6, rel=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("T", "energy", "order"), [(1.0, -1.85422, 0.70702), (2.0, -0.56398, 0.09787)])
def test_the_cubic_lattice_of_eight_agrees_with_published_means(T: float, energy: float, order: float) -> None:
    """Their own errors, 0.00027 and 0.00012 at T = 1, are added."""
    spins = sample("simple cubic", (8, 8, 8))
    couplings = sampler(spins)
    e, m = measured(spins, couplings, T, ("heat bath", "over-relaxation", "over-relaxation"), 20000)
    blocks = (e / 512)[: len(e) // 50 * 50].reshape(50, -1).mean(axis=1)
    error = np.hypot(blocks.std(ddof=1) / np.sqrt(50), 0.00027)
    assert abs(blocks.mean() - energy) < 4 * error
    size = np.linalg.norm(m, axis=1)
    assert abs(size.mean() - order) < 4 * np.hypot(
        abs(size.mean() - order) / max(abs(departure(size, order)), 1e-9), 2e-4
    )


def test_bad_input_is_one_line() -> None:
    spins = sample("square", (4, 4, 1))
    couplings = sampler(spins)
    with pytest.raises(ValueError, match="T = -1 is below the limit 0"):
        sweep(spins, couplings, -1.0, ("heat bath",))
    with pytest.raises(ValueError, match="no method is called 'magic': use heat bath"):
        sweep(spins, couplings, 1.0, ("magic",))
    with pytest.raises(ValueError, match="reach of 2 is outside 0 to 1"):
        sweep(spins, couplings, 1.0, ("metropolis",), reach=2.0, plane=True)


@pytest.mark.parametrize(("name", "sides"), [("square", (200, 200, 1)), ("simple cubic", (44, 44, 44))])
@pytest.mark.parametrize("free", [False, True])
@pytest.mark.parametrize("K", [0.0, 0.7])
def test_samples_of_many_pieces(name: str, sides: tuple[int, int, int], free: bool, K: float) -> None:
    """Sums, a sweep at T = 0 and one that conserves energy, where an array is longer than what is treated at once."""
    spins = sample(name, sides, free=free)
    geometry = spins.geometry
    assert geometry.grid[0] * geometry.grid[1] * geometry.grid[2] > vector_kernels.PIECE
    terms = Hamiltonian((Exchange(1.3), Uniaxial(K), Zeeman(0.4)))
    couplings = Sampler.of(terms.compiled(geometry))

    def field() -> NDArray[np.float64]:
        return terms.field(geometry, spins.vectors().astype(np.float64))

    S, H = spins.vectors().astype(np.float64), field()
    found = field_sums(spins, couplings)
    exchange = Hamiltonian((Exchange(1.3),)).energy(geometry, S)
    assert found.bonds == pytest.approx(exchange, abs=3e-6 * geometry.count)
    assert found.square == pytest.approx((np.cross(S, H) ** 2).sum(), rel=3e-6)
    z2 = (S[..., 2] ** 2).sum()
    # On the sphere the Laplacian of -S.h is 2 S.h, and that of -K z^2 is 6 K z^2 - 2 K.
    laplacian = 2 * (S * H).sum() + 2 * K * z2 - 2 * K * geometry.count
    assert found.laplacian == pytest.approx(laplacian, abs=3e-5 * geometry.count)
    np.testing.assert_allclose(found.spins.sum(axis=0), S.sum(axis=(0, 1, 2, 3)), atol=1e-2)
    if K:
        return
    before = found.bonds - 0.4 * found.spins.sum(axis=0)[2]
    sweep(spins, couplings, 1.0, ("over-relaxation",))
    after = field_sums(spins, couplings)
    assert after.bonds - 0.4 * after.spins.sum(axis=0)[2] == pytest.approx(before, abs=1e-5 * geometry.count)
    assert np.abs(spins.vectors() - S).max() > 1
    sweep(spins, couplings, 0.0, ("heat bath",))
    H = field()
    H /= np.linalg.norm(H, axis=-1, keepdims=True)
    along = (spins.vectors() * H).sum(axis=-1)
    last = geometry.packed(along)[-1]
    inside = geometry.packed(np.ones(along.shape))[-1] > 0
    assert last[inside].min() > 1 - 1e-3, "the array that was last follows its field everywhere"
