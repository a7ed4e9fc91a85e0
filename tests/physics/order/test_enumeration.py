"""Small lattices counted out: checked numbers of 4 x 4 Ising, closed forms of smaller ones, one model as another."""

from itertools import product
from math import cosh, exp, log, tanh

import numpy as np
import pytest

from spinviz.physics.ising.laws import torus
from spinviz.physics.order.enumeration import counted, square_bonds
from spinviz.physics.order.rings import ring_energy

FOUR = square_bonds(4, 4)


@pytest.mark.parametrize(
    ("T", "e", "C", "m"),
    [
        (2.0, -1.75538029, 0.60553266, 0.91894327),
        (2.269185, -1.56562403, 0.78326670, 0.84386055),
        (3.0, -1.01706963, 0.60313471, 0.60129133),
    ],
)
def test_ising_on_four_by_four(T: float, e: float, C: float, m: float) -> None:
    seen = counted(FOUR, 16).averages(T)
    assert seen.energy == pytest.approx(e, abs=5.1e-9)
    assert seen.specific_heat == pytest.approx(C, abs=5.1e-9)
    assert seen.abs_m == pytest.approx(m, abs=5.1e-9)
    assert seen.m == pytest.approx(0.0, abs=1e-14)
    assert (seen.energy, seen.specific_heat) == pytest.approx(torus(T, 4))


def test_two_by_two_periodic() -> None:
    """Eight bonds: e = -2 sinh 8K/(cosh 8K + 3), <m^2> = (exp 8K + 1)/... by the 16 states."""
    K = 0.4
    seen = counted(square_bonds(2, 2), 4).averages(1 / K)
    assert len(square_bonds(2, 2)) == 8
    assert seen.energy == pytest.approx(-2 * np.sinh(8 * K) / (cosh(8 * K) + 3))
    Z = 2 * exp(8 * K) + 12 + 2 * exp(-8 * K)
    assert seen.m2 == pytest.approx((2 * exp(8 * K) + 8 / 4) / Z)
    assert len(square_bonds(2, 2, periodic=False)) == 4


def test_number_of_states() -> None:
    for kind, q, sites in (("ising", 2, 4), ("potts", 3, 4), ("clock", 5, 4)):
        assert counted(square_bonds(2, 2), sites, kind, q).states.sum() == q**sites


def test_open_pair_in_a_field() -> None:
    pair = counted(((0, 1),), 2)
    T, J, h = 0.9, 0.6, 0.35
    states = list(product((1, -1), repeat=2))
    w = np.array([exp((J * a * b + h * (a + b)) / T) for a, b in states])
    m = np.array([(a + b) / 2 for a, b in states])
    E = np.array([-J * a * b - h * (a + b) for a, b in states])
    seen = pair.averages(T, J, h)
    assert seen.m == pytest.approx(w @ m / w.sum())
    assert seen.m > 0
    assert seen.m4 == pytest.approx(w @ m**4 / w.sum())
    assert seen.energy == pytest.approx(w @ E / w.sum() / 2)


def test_one_model_is_another() -> None:
    """Two clock states are Ising; four clock states are two Ising models of half the coupling; three are Potts."""
    bonds = square_bonds(3, 3)
    ising = counted(bonds, 9)
    two, three, potts = counted(bonds, 9, "clock", 2), counted(bonds, 9, "clock", 3), counted(bonds, 9, "potts", 3)
    assert two.averages(2.0).energy == pytest.approx(ising.averages(2.0).energy)
    assert two.averages(2.0).abs_m == pytest.approx(ising.averages(2.0).abs_m)
    assert three.averages(1.5).energy == pytest.approx(1.5 * potts.averages(1.0).energy + 1.0)
    four = counted(square_bonds(2, 2), 4, "clock", 4)
    assert four.averages(1.0).energy == pytest.approx(2 * counted(square_bonds(2, 2), 4).averages(1.0, 0.5).energy)


def test_potts_ring() -> None:
    """Z = (v + q)^N + (q - 1) v^N with v = exp K - 1."""
    q, N, K = 4, 5, 0.8
    ring = counted(tuple((i, (i + 1) % N) for i in range(N)), N, "potts", q)
    Z = lambda k: (exp(k) - 1 + q) ** N + (q - 1) * (exp(k) - 1) ** N  # noqa: E731
    expected = -(log(Z(K + 1e-5)) - log(Z(K - 1e-5))) / 2e-5 / N
    assert ring.averages(1 / K).energy == pytest.approx(expected, rel=1e-8)


def test_many_clock_states_become_xy() -> None:
    ring = counted(tuple((i, (i + 1) % 4) for i in range(4)), 4, "clock", 24)
    assert ring.averages(1.0).energy == pytest.approx(ring_energy(4, 1.0, spins="xy"), rel=1e-9)
    assert ring.averages(1e-3).abs_m == pytest.approx(1.0)


def test_order_of_potts_and_infinite_temperature() -> None:
    states = counted(square_bonds(2, 2), 4, "potts", 3)
    assert states.averages(1e-3).abs_m == pytest.approx(1.0)
    assert states.averages(1e9).energy == pytest.approx(-2 / 3, rel=1e-6)
    most = [max(s.count(k) for k in range(3)) / 4 for s in product(range(3), repeat=4)]
    assert states.averages(1e9).abs_m == pytest.approx(np.mean([(3 * part - 1) / 2 for part in most]), rel=1e-6)


def test_chain_of_ising_spins() -> None:
    chain = counted(((0, 1), (1, 2)), 3)
    assert chain.averages(1.3).energy == pytest.approx(-2 * tanh(1 / 1.3) / 3)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match=r"3\^25"):
        counted(square_bonds(5, 5), 25, "potts", 3)
    with pytest.raises(ValueError, match="number them"):
        counted(((0, 4),), 4)
    with pytest.raises(ValueError, match="above 0"):
        counted(FOUR, 16).averages(0.0)
