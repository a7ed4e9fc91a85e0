"""The energy of every cell: its sum is the energy, and it lies where it should."""

import numpy as np
import pytest

from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.cubic import Cubic
from spinviz.physics.lattice.terms.dmi import DMI
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.lattice.textures import wall
from spinviz.physics.micromagnetics.energy_density import energy_densities, stray_density
from spinviz.physics.micromagnetics.stepping import STRAY, Motion

CELL = (4e-9, 3e-9, 5e-9)
VOLUME = 6e-26


@pytest.mark.parametrize("periodic", [False, True])
def test_its_sum_is_the_energy_of_each_term(periodic: bool) -> None:
    geometry = mesh((7, 6, 3), (periodic, periodic, False))
    m = np.random.default_rng(3).normal(size=(3, 6, 7, 3))
    m[1, 2:4, 3] = 0
    spins = Spins.of_vectors(geometry, m[..., None, :], dtype=np.float64)
    motion = Motion.of(geometry, CELL, 8e5, A=1.3e-11, K1=2e5, axis=(0.6, 0.0, 0.8), B=(0.1, 0.2, -0.3), D=3e-3)
    vectors = spins.vectors()[..., 0, :]
    found = energy_densities(motion.hamiltonian, geometry, vectors, VOLUME)
    found[STRAY] = stray_density(vectors, np.moveaxis(motion.stray_field(spins), 0, -1), 8e5)
    expected = motion.energies(spins)
    assert found.keys() == expected.keys()
    for name, energy in expected.items():
        assert found[name].shape == (3, 6, 7)
        assert VOLUME * found[name].sum() == pytest.approx(energy, rel=1e-10), name
        assert not found[name][1, 2:4, 3].any()


def test_of_a_wall_is_twice_the_anisotropy_in_its_middle() -> None:
    """A (theta')^2 = K sin^2(theta): both have K in the middle of a wall and nothing in the domains."""
    K, width = 5e5, 12.0
    A = K * (width * 2e-9) ** 2
    geometry = mesh((161, 1, 1), False)
    motion = Motion.of(geometry, (2e-9,) * 3, 1e6, A=A, K1=K, stray=False)
    found = energy_densities(motion.hamiltonian, geometry, wall((1, 1, 161), width), 8e-27)
    exchange, anisotropy = found[Exchange.name][0, 0], found[Uniaxial.name][0, 0]
    assert exchange[80] == pytest.approx(K, rel=3e-3)
    assert anisotropy[80] == pytest.approx(0.0, abs=1e-3 * K)
    assert exchange[[2, -3]] == pytest.approx(0.0, abs=1e-3 * K)
    assert anisotropy[[2, -3]] == pytest.approx(-K, rel=1e-3)


def test_of_field_and_of_a_thin_film() -> None:
    geometry = mesh((4, 4, 1), (True, True, False))
    up = np.zeros((1, 4, 4, 3))
    up[..., 2] = 1.0
    motion = Motion.of(geometry, (5e-9, 5e-9, 1e-9), 6e5, A=1e-11, B=(0, 0, 0.4))
    spins = Spins.of_vectors(geometry, up[..., None, :], dtype=np.float64)
    assert energy_densities(motion.hamiltonian, geometry, up, 2.5e-26)[Zeeman.name] == pytest.approx(-2.4e5)
    stray = stray_density(up, np.moveaxis(motion.stray_field(spins), 0, -1), 6e5)
    assert stray == pytest.approx(VACUUM_PERMEABILITY * 6e5**2 / 2, rel=1e-6), "N_z is 1"
    half = stray_density(up, np.moveaxis(motion.stray_field(spins), 0, -1), 6e5, np.full((1, 4, 4), 0.5))
    assert half == pytest.approx(stray / 2)


def test_terms_of_one_name_are_added() -> None:
    geometry = mesh((3, 3, 1), True)
    m = np.random.default_rng(0).normal(size=(1, 3, 3, 3))
    one, two = (energy_densities(Hamiltonian((DMI(1.0),) * n), geometry, m, 1.0)[DMI.name] for n in (1, 2))
    assert two == pytest.approx(2 * one)


def test_terms_of_any_degree_have_their_own_energy() -> None:
    """Field times vectors is twice the energy of pairs and m^2, four times that of m^4, once that of a field."""
    geometry = mesh((3, 4, 2), True)
    m = np.random.default_rng(7).normal(size=(2, 4, 3, 3))
    m /= np.linalg.norm(m, axis=-1, keepdims=True)
    for term in (Cubic(2.0), Uniaxial(3.0, (0, 0.6, 0.8)), Zeeman(1.5, (1, 2, 3)), DMI(0.7)):
        found = energy_densities(Hamiltonian((term,)), geometry, m, 0.5)[term.name]
        assert 0.5 * found.sum() == pytest.approx(term.energy(geometry, m[..., None, :]), rel=1e-12), term.name
