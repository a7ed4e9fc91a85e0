"""Spin waves of two sublattices: resonance, dispersion, the equation of motion itself, damping."""

import numpy as np
import pytest

from spinviz.physics.lattice.dynamics import Dynamics
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.lattice.unit_cells import unit_cell
from spinviz.physics.order import spin_flop
from spinviz.physics.order.antiferromagnet_waves import amplitudes, frequencies, structure_factor


def sample(lattice: str) -> Geometry:
    sides = {"chain": (8, 1, 1), "square": (8, 2, 1), "honeycomb": (6, 1, 1), "simple cubic": (8, 2, 2)}
    return Geometry.of(unit_cell(lattice), sides.get(lattice, (6, 1, 1)))


def test_uniform_modes_are_those_of_antiferromagnetic_resonance() -> None:
    slow, fast = spin_flop.antiparallel_modes(0.7, 6.0, 0.4, gamma=1.0)
    assert np.allclose(frequencies([1.0], 6.0, 0.4, 0.7)[:, 0], [fast, slow])


def test_the_chain_has_the_dispersion_of_a_sine() -> None:
    """w = 2 |sin k| of the classical chain with z |J| = 2."""
    k = np.linspace(0, np.pi, 13)
    gamma_k = structure_factor(sample("chain"), k)
    assert np.allclose(gamma_k, np.cos(k))
    assert np.allclose(frequencies(gamma_k, 2.0, 0.0, 0.0), 2 * np.abs(np.sin(k)), atol=1e-6)


@pytest.mark.parametrize("lattice", ["chain", "square", "honeycomb", "simple cubic", "bcc"])
def test_amplitudes_obey_the_equation_of_motion(lattice: str) -> None:
    """The torque on a small wave of the sublattices, by the readable reference of the dynamics, is their slope."""
    g = sample(lattice) if lattice != "bcc" else Geometry.of(unit_cell("bcc"), (4, 2, 2))
    h, K, alpha, k = 0.6, 0.3, 0.15, 2 * np.pi / (g.sides[0] * g.cell.vectors[0][0])
    z = int(g.neighbour_count[0, 0, 0, 0])
    moves = Dynamics(g, Hamiltonian((Exchange(-1.0), Uniaxial(K), Zeeman(1.0, (0, 0, h)))), 1.0, alpha, 1.0)
    a, b = 1e-6 * (0.7 + 0.2j), 1e-6 * (-0.4 + 0.9j)
    phase = np.exp(1j * k * g.positions[..., 0])
    S_plus = np.where(g.colours == 0, a, b) * phase
    S = np.stack([S_plus.real, S_plus.imag, np.where(g.colours == 0, 1.0, -1.0)], axis=-1)
    torque = moves.torque(S)
    slope = (torque[..., 0] + 1j * torque[..., 1]) / phase
    gamma_k = complex(structure_factor(g, k))
    dt = 1e-6
    after = amplitudes([dt], [a, b], gamma_k, z, 2 * K, h, alpha)[:, 0]
    for colour, start in ((0, a), (1, b)):
        assert np.allclose(slope[g.colours == colour], (after[colour] - start) / dt, rtol=1e-4, atol=1e-11)


def test_amplitudes_turn_at_both_frequencies_and_decay() -> None:
    """Start in one mode: it turns at its frequency, and its damping is alpha (B_E + B_A) for alpha << 1."""
    E, A, h, alpha = 6.0, 0.4, 0.5, 1e-3
    gap = spin_flop.leaves_at(E, A)
    ratio = (gap - E - A) / E  # b/a of the mode that turns with +i(gap + h)
    t = np.linspace(0, 20, 9)
    a, b = amplitudes(t, [1.0, ratio], 1.0, E, A, h, 0.0)
    assert np.allclose(a, np.exp(1j * (gap + h) * t))
    assert np.allclose(b, ratio * a)
    damped = np.abs(amplitudes(t, [1.0, ratio], 1.0, E, A, 0.0, alpha)[0])
    assert np.allclose(np.log(damped), -alpha * (E + A) * t, rtol=2e-2, atol=1e-3)


def test_without_anisotropy_the_uniform_rotation_costs_nothing() -> None:
    turned = amplitudes([0.0, 30.0], [0.01, -0.01], 1.0, 6.0, 0.0, 0.0, 0.0)
    assert np.allclose(turned[:, 1], [0.01, -0.01])
    canted = amplitudes([0.0, 1.0], [0.01, 0.0], 1.0, 6.0, 0.0, 0.0, 0.0)
    assert np.allclose(canted[:, 1], [0.01 + 0.06j, -0.06j])


def test_frustrated_lattices_are_refused() -> None:
    with pytest.raises(ValueError, match="3 sublattices"):
        structure_factor(Geometry.of(unit_cell("triangular"), (3, 1, 1)), [0.0])
