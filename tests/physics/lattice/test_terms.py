"""Every term of a Hamiltonian: field and energy on every lattice, energies of known states, signs."""

from math import cos, pi, sin

import numpy as np
import pytest
from lattices import NAMES, SAMPLES, directions, sample, terms_of

from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.cubic import Cubic
from spinviz.physics.lattice.terms.dmi import DMI, bulk
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Compiled, Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Gradient, Oscillation, Tip, Zeeman
from spinviz.physics.lattice.unit_cells import CELLS, NEIGHBOURS, UnitCell, unit_cell

TIME = 0.3


@pytest.mark.parametrize("which", NAMES)
@pytest.mark.parametrize(("name", "shells", "periodic"), SAMPLES)
def test_field_is_the_negative_gradient_of_the_energy(name: str, shells: int, periodic: bool, which: str) -> None:
    """Central differences along random directions, and along single components of some sites, vacancies too."""
    geometry = sample(name, shells, periodic)
    term = terms_of(geometry)[which]
    vectors = directions(geometry)
    h = term.field(geometry, vectors, TIME)
    scale = max(float(np.abs(h).max()), 1e-3)
    rng = np.random.default_rng(8)
    step = 1e-3
    for trial in range(12):
        change = np.zeros(vectors.shape)
        if trial < 2:
            change[...] = rng.normal(size=vectors.shape) / np.sqrt(vectors.size)
        else:
            change.flat[rng.integers(vectors.size)] = 1.0
        up, down = (term.energy(geometry, vectors + s * step * change, TIME) for s in (1, -1))
        assert -(up - down) / (2 * step) == pytest.approx(float(np.sum(h * change)), rel=1e-6, abs=1e-6 * scale)


def fields_of_arrays(compiled: Compiled, spins: Spins) -> np.ndarray:
    """What the documentation of `Compiled` says, slice by slice."""
    geometry, table, flat = spins.geometry, compiled.table, np.asarray(spins.flat, float)
    h = np.zeros_like(flat)
    for k in range(geometry.arrays):
        S, b = flat[k], compiled.basis[k]
        for n in range(table.first[k], table.first[k + 1]):
            there = np.roll(flat[table.other[n]], -table.offset[n], axis=-1)
            h[k] += compiled.J[n] * there
            if compiled.D is not None:
                h[k] += np.cross(compiled.D[n], there, axisb=0, axisc=0)
        h[k] += 2 * compiled.quadratic[b] @ S + compiled.uniform[b][:, None]
        h[k] -= 2 * compiled.quartic[b] * S * ((S**2).sum(axis=0) - S**2)
        if compiled.local is not None:
            h[k] += compiled.local[k].reshape(3, -1)
    return np.asarray(geometry.natural(h.reshape(spins.values.shape)))


@pytest.mark.parametrize(("name", "shells", "periodic"), SAMPLES)
def test_what_the_kernels_read_is_the_sum_of_the_terms(name: str, shells: int, periodic: bool) -> None:
    geometry = sample(name, shells, periodic)
    vectors = directions(geometry)
    spins = Spins.of_vectors(geometry, vectors, dtype=np.float64)
    every = terms_of(geometry)
    for terms in (*((term,) for term in every.values()), tuple(every.values())):
        whole = Hamiltonian(terms)
        found = fields_of_arrays(whole.compiled(geometry, TIME), spins)
        assert np.allclose(found, whole.field(geometry, vectors, TIME), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", CELLS)
def test_ferromagnet_has_minus_J_for_each_pair(name: str) -> None:
    geometry = sample(name)
    up = np.broadcast_to([0.0, 0, 1], (*geometry.shape, 3))
    assert Exchange(0.7).energy(geometry, up) == pytest.approx(-0.7 * geometry.count * NEIGHBOURS[name] / 2)
    free = sample(name, periodic=False)
    pairs = free.neighbour_count.sum() / 2
    assert Exchange(0.7).energy(free, np.broadcast_to([0.0, 0, 1], (*free.shape, 3))) == pytest.approx(-0.7 * pairs)


@pytest.mark.parametrize("name", ["chain", "square", "honeycomb", "simple cubic", "bcc"])
def test_neel_state_has_plus_J_for_each_pair(name: str) -> None:
    geometry = sample(name)
    assert geometry.colouring.count == 2
    neel = (1.0 - 2.0 * geometry.colours)[..., None] * np.array([0.6, 0, 0.8])
    assert Exchange(1.0).energy(geometry, neel) == pytest.approx(geometry.count * NEIGHBOURS[name] / 2)


@pytest.mark.parametrize(("name", "pairs"), [("triangular", 3), ("kagome", 2)])
def test_120_degree_state_has_half_of_J_for_each_pair(name: str, pairs: int) -> None:
    geometry = sample(name)
    angle = 2 * pi / 3 * geometry.colours
    vectors = np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)], axis=-1)
    assert Exchange(-1.0).energy(geometry, vectors) == pytest.approx(-geometry.count * pairs / 2)


def test_second_shell_of_the_neel_state_is_parallel() -> None:
    geometry = sample("square", 2, lengths=(8, 8, 1))
    _, y, x = np.indices(geometry.shape[:3])
    neel = np.zeros((*geometry.shape, 3))
    neel[..., 0, 2] = (-1.0) ** (x + y)
    assert Exchange((-1.0, 0.25)).energy(geometry, neel) == pytest.approx(-geometry.count * (2 + 2 * 0.25))


def test_pairs_of_sites_have_their_own_J() -> None:
    """CsCl with J_AB for nearest, J_AA and J_BB for next neighbours: 8 and 6 bonds of a site."""
    cell = UnitCell("CsCl", ((1, 0, 0), (0, 1, 0), (0, 0, 1)), ((0, 0, 0), (0.5, 0.5, 0.5)), 3)
    geometry = Geometry.of(cell, (4, 4, 4), shells=2)
    J = np.zeros((2, 2, 2))
    J[0, 0, 1] = J[0, 1, 0] = -1.0
    J[1] = np.diag([2.0, 0.3])
    spins = np.zeros((*geometry.shape, 3))
    spins[..., 0, 2], spins[..., 1, 2] = 1, -1
    assert Exchange(J).energy(geometry, spins) == pytest.approx(-64 * (8 * 1.0 + 3 * 2.0 + 3 * 0.3))


@pytest.mark.parametrize("name", CELLS)
def test_local_terms_of_uniform_states(name: str) -> None:
    geometry = sample(name)
    n = geometry.count

    def all_along(x: float, y: float, z: float) -> np.ndarray:
        return np.broadcast_to(np.array([x, y, z]) / np.sqrt(x * x + y * y + z * z), (*geometry.shape, 3))

    assert Uniaxial(0.3, (0, 0, 5)).energy(geometry, all_along(0, 0, -1)) == pytest.approx(-0.3 * n)
    assert Uniaxial(0.3).energy(geometry, all_along(1, 1, 0)) == pytest.approx(0)
    assert Cubic(1.2).energy(geometry, all_along(0, 1, 0)) == pytest.approx(0)
    assert Cubic(1.2).energy(geometry, all_along(1, 0, 1)) == pytest.approx(1.2 * n / 4)
    assert Cubic(1.2).energy(geometry, all_along(1, 1, 1)) == pytest.approx(1.2 * n / 3)
    assert Zeeman(2.0, (0, 0, 0.5)).energy(geometry, all_along(0, 0, 1)) == pytest.approx(-n)


def test_moments_of_the_sites_weigh_the_field() -> None:
    geometry = sample("bcc")
    up = np.zeros((*geometry.shape, 3))
    up[..., 0, 2], up[..., 1, 2] = 1, -1
    assert Zeeman((1.0, 1.3), (0, 0, 2)).energy(geometry, up) == pytest.approx(-2 * (1 - 1.3) * geometry.count / 2)


def test_an_oscillating_field_follows_its_cosine() -> None:
    geometry = sample("chain")
    term = Zeeman(2.0, (0, 0, 1), Oscillation((3.0, 0, 0), 0.25))
    for t, swing in ((0, 1), (1, 0), (2, -1), (0.5, cos(pi / 4))):
        assert np.allclose(term.uniform(geometry, t), [[6 * swing, 0, 2]], atol=1e-12)
    assert term.varies
    assert not Zeeman().varies
    assert np.allclose(Zeeman(drive=lambda t: (t, 0, 0), B=(0, 0, 0)).uniform(geometry, 0.3), [[0.3, 0, 0]])


def test_gradient_and_tip_are_where_they_should_be() -> None:
    geometry = Geometry.of(unit_cell("square"), (5, 3, 1), False)
    up = np.zeros((*geometry.shape, 3))
    dBz_dx = Gradient(2.0, ((0, 0, 0), (0, 0, 0), (0.5, 0, 0))).field(geometry, up)
    assert np.allclose(dBz_dx[0, 1, :, 0, 2], [-2, -1, 0, 1, 2])
    assert not dBz_dx[..., :2].any()
    tip = Tip(1.0, (0, 0, 3), (1, 0, 0), 0.5).field(geometry, up)
    assert tip[0, 1, 3, 0, 2] == pytest.approx(3)
    assert tip[0, 1, 4, 0, 2] == pytest.approx(3 * np.exp(-2))


def spiral(k: float, first: int, second: int) -> tuple[Geometry, np.ndarray]:
    """Spins of a chain that turn by ``k`` from site to site, from one axis towards another."""
    geometry = Geometry.of(unit_cell("chain"), (24, 1, 1))
    x = np.arange(24)
    vectors = np.zeros((*geometry.shape, 3))
    vectors[0, 0, :, 0, first], vectors[0, 0, :, 0, second] = np.cos(k * x), np.sin(k * x)
    return geometry, vectors


@pytest.mark.parametrize("turn", [1, -1])
def test_the_lower_chirality(turn: int) -> None:
    """D sin k per bond for S that turns from z to x along x (interface), or from y to z (bulk)."""
    k = turn * 2 * pi / 12
    assert DMI(0.4).energy(*spiral(k, 2, 0)) == pytest.approx(24 * 0.4 * sin(k))
    assert DMI(0.4, bulk).energy(*spiral(k, 1, 2)) == pytest.approx(24 * 0.4 * sin(k))
    assert DMI(0.4).energy(*spiral(k, 1, 2)) == pytest.approx(0)
    assert DMI(0.4, bulk).energy(*spiral(k, 2, 0)) == pytest.approx(0)


def test_interfacial_field_on_a_square_lattice_is_made_of_differences() -> None:
    """h = D {[Sz(+x) - Sz(-x)] x - [Sx(+x) - Sx(-x)] z + [Sz(+y) - Sz(-y)] y - [Sy(+y) - Sy(-y)] z}."""
    geometry = Geometry.of(unit_cell("square"), (4, 6, 1))
    S = directions(geometry)
    x, y, z = np.moveaxis(S, -1, 0)

    def along(component: np.ndarray, axis: int) -> np.ndarray:
        return np.roll(component, -1, axis) - np.roll(component, 1, axis)

    expected = np.stack([along(z, 2), along(z, 1), -along(x, 2) - along(y, 1)], axis=-1)
    assert np.allclose(DMI(0.3).field(geometry, S), 0.3 * expected, atol=1e-12)


def test_couplings_along_the_axes_differ_by_their_factors() -> None:
    """A bond between two axes takes its part of both: cos^2."""
    geometry = Geometry.of(unit_cell("simple cubic"), (4, 4, 4))
    S = directions(geometry)
    for factors, axis in (((1.0, 0, 0), 2), ((0, 1.0, 0), 1), ((0, 0, 1.0), 0)):
        dots = np.sum(S * np.roll(S, 1, axis))
        assert Exchange(1.3, (2 * factors[0], 2 * factors[1], 2 * factors[2])).energy(geometry, S) == pytest.approx(
            -2.6 * dots
        )
    x, _, z = np.moveaxis(S, -1, 0)
    turns = np.sum(z * np.roll(x, -1, 2) - x * np.roll(z, -1, 2))
    assert DMI(0.4, along=(3, 0, 5)).energy(geometry, S) == pytest.approx(1.2 * turns)
    bcc = Geometry.of(unit_cell("bcc"), (2, 2, 2))
    S = directions(bcc)
    assert Exchange(1.0, (1, 2, 6)).energy(bcc, S) == pytest.approx(3 * Exchange().energy(bcc, S))


def test_the_hamiltonian_is_printed_with_signs_and_factors() -> None:
    whole = Hamiltonian((Exchange(1.0), Uniaxial(0.1), DMI(0.2), Zeeman()))
    assert whole.equation == (
        r"H = - J \sum_{\langle ij \rangle} \mathbf{S}_i \cdot \mathbf{S}_j"
        r" - K \sum_i \left( \mathbf{S}_i \cdot \mathbf{u} \right)^2"
        r" + D \sum_{\langle ij \rangle} \left( \mathbf{\hat z} \times \mathbf{\hat r}_{ij} \right)"
        r" \cdot \left( \mathbf{S}_i \times \mathbf{S}_j \right)"
        r" - \mu \sum_i \mathbf{B} \cdot \mathbf{S}_i"
    )
    assert Hamiltonian((Cubic(1.0),)).equation.startswith("H = K_1")
    assert Hamiltonian(()).equation == "H = 0"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_equation_is_drawn() -> None:
    import ziamath

    for term in terms_of(sample("kagome", 2)).values():
        assert "svg" in ziamath.Latex(term.equation).svg()


def test_energies_by_term_add_up() -> None:
    geometry = sample("fcc")
    whole = Hamiltonian(tuple(terms_of(geometry).values()))
    vectors = directions(geometry)
    assert sum(whole.energies(geometry, vectors, TIME).values()) == pytest.approx(whole.energy(geometry, vectors, TIME))


def test_bad_terms_are_refused_in_one_line() -> None:
    geometry = sample("bcc")
    with pytest.raises(ValueError, match="give it more shells"):
        Exchange((1, 2)).energy(geometry, directions(geometry))
    with pytest.raises(ValueError, match="a pair has one energy"):
        Exchange([[[0, 1], [2, 0]]])
    with pytest.raises(ValueError, match="3 sites of the unit cell, the lattice has 2"):
        Exchange(np.ones((1, 3, 3))).couplings(geometry)
    with pytest.raises(ValueError, match="finite"):
        Exchange(float("nan"))
    with pytest.raises(ValueError, match="minus d of its reverse"):
        DMI(1.0, lambda bond: (0, 0, 1)).bond_vectors(geometry)
    with pytest.raises(ValueError, match="2 for the sites"):
        Uniaxial((1, 2, 3)).quadratic(geometry)
    with pytest.raises(ValueError, match="width 0"):
        Tip(width=0)
    with pytest.raises(ValueError, match="length above zero"):
        Uniaxial(1.0, (0, 0, 0))
    with pytest.raises(ValueError, match="shell 1"):
        DMI(1.0, bulk, 1).bond_vectors(geometry)
