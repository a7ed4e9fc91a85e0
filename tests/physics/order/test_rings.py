"""Rings and chains: checked numbers, small rings by direct integration, limits of low and high temperature."""

from math import pi

import numpy as np
import pytest

from spinviz.physics.order import rings


def test_checked_numbers() -> None:
    assert rings.ring_energy(4, 1.0) == pytest.approx(-0.337838, abs=5.1e-7)
    assert rings.ring_mean_square(4, 1.0) == pytest.approx(0.466893, abs=5.1e-7)
    assert rings.ring_energy(4, 1.0, spins="xy") == pytest.approx(-0.505197, abs=5.1e-7)


@pytest.mark.parametrize(("T", "u"), [(0.5, 0.537315), (1.0, 0.313035), (2.0, 0.163953)])
def test_chain_of_fisher(T: float, u: float) -> None:
    # physics.md lists bond energies at these temperatures for K = J/T = 2, 1 and 1/2.
    assert rings.chain_bond(T) == pytest.approx(u, abs=5.1e-7)


@pytest.mark.parametrize("J", [1.0, -0.7])
def test_ring_of_three_or_four_xy_spins_by_direct_sums(J: float) -> None:
    """The trapezoidal rule over angles is exact to rounding for a periodic integrand."""
    N = 3 if J > 0 else 4
    angle = np.arange(48) * 2 * pi / 48
    K = J / 0.4
    matrix = np.exp(K * np.cos(angle[:, None] - angle))
    cosine = np.cos(angle[:, None] - angle)
    Z = np.trace(np.linalg.matrix_power(matrix, N))
    expected = [1.0] + [
        (np.linalg.matrix_power(matrix, r) * cosine * np.linalg.matrix_power(matrix, N - r).T).sum() / Z
        for r in range(1, N)
    ]
    np.testing.assert_allclose(rings.ring_correlations(N, 0.4, J, "xy"), expected, atol=1e-12)


@pytest.mark.parametrize(("N", "K"), [(2, 1.3), (3, 2.0), (4, -1.5)])
def test_heisenberg_ring_by_quadrature_over_directions(N: int, K: float) -> None:
    """The transfer matrix on Gauss points of the sphere."""
    z, w = np.polynomial.legendre.leggauss(16)
    phi = np.arange(32) * 2 * pi / 32
    s = np.sqrt(1 - z**2)
    at = np.stack([np.outer(s, np.cos(phi)), np.outer(s, np.sin(phi)), np.outer(z, np.ones(32))], -1).reshape(-1, 3)
    weight = np.repeat(w, 32) / 64
    dot = at @ at.T
    root = np.sqrt(weight)
    matrix = root[:, None] * np.exp(K * dot) * root
    rest = np.linalg.matrix_power(matrix, N - 1)
    expected = (matrix * dot * rest).sum() / (matrix * rest).sum()
    J = 1.0 if K > 0 else -1.0
    assert rings.ring_energy(N, 1 / abs(K), J) == pytest.approx(-J * expected, abs=1e-10)


@pytest.mark.parametrize("spins", ["heisenberg", "xy"])
def test_cold_rings_obey_equipartition(spins: rings.Spins) -> None:
    """(n - 1)(N - 1) angles cost kT/2 each: one rotation of the whole ring is free (Heisenberg: two of three)."""
    N, components = 6, 3 if spins == "heisenberg" else 2
    for T in (1e-3, 1e-5, 1e-7):
        cost = (1 + rings.ring_energy(N, T, spins=spins)) * N / T
        assert cost == pytest.approx((components - 1) * (N - 1) / 2, rel=2 * T + 1e-7 / T * 1e-8)
    assert rings.ring_mean_square(N, 1e-6, spins=spins) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("spins", ["heisenberg", "xy"])
def test_long_rings_are_chains(spins: rings.Spins) -> None:
    u = float(rings.chain_bond(0.7, spins=spins))
    assert rings.ring_energy(400, 0.7, spins=spins) == pytest.approx(-u, rel=1e-12)
    np.testing.assert_allclose(rings.ring_correlations(400, 0.7, spins=spins)[:5], u ** np.arange(5), rtol=1e-10)


def test_hot_rings_know_only_their_bonds() -> None:
    assert rings.ring_energy(5, 1e5) == pytest.approx(-1e-5 / 3, rel=1e-6)
    assert rings.ring_energy(5, 1e5, spins="xy") == pytest.approx(-1e-5 / 2, rel=1e-6)
    assert rings.ring_energy(4, 1.0, J=0.0) == 0.0
    assert rings.ring_mean_square(5, 1e9) == pytest.approx(1 / 5)


def test_antiferromagnetic_even_ring_is_the_ferromagnet_with_flipped_neighbours() -> None:
    both = [rings.ring_correlations(6, 0.5, J) for J in (1.0, -1.0)]
    np.testing.assert_allclose(both[1], both[0] * (-1.0) ** np.arange(6))
    assert rings.ring_energy(6, 0.5, -1.0) == pytest.approx(rings.ring_energy(6, 0.5))


def test_open_chain_mean_square_by_all_pairs() -> None:
    u, i = float(rings.chain_bond(0.3, -1.0)), np.arange(7)
    assert u < 0
    assert rings.chain_mean_square(7, 0.3, -1.0) == pytest.approx((u ** np.abs(i[:, None] - i)).mean())


def test_bad_input() -> None:
    for call in (lambda: rings.ring_energy(4, 0.0), lambda: rings.ring_energy(4, 1e-9)):
        with pytest.raises(ValueError, match="temperature"):
            call()
    with pytest.raises(ValueError, match="even number"):
        rings.ring_energy(5, 1.0, -1.0)
    with pytest.raises(ValueError, match="2 or more"):
        rings.ring_energy(1, 1.0)
