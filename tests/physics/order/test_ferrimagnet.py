"""Two-sublattice mean field: checked temperatures, the equations solved by iteration, and its limits."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from spinviz.physics.order import mean_field
from spinviz.physics.order.ferrimagnet import Ferrimagnet

CASE = Ferrimagnet(J_AA=2.0, J_BB=0.3, J_AB=1.0, mu_A=1.0, mu_B=1.3)


def test_checked_temperatures() -> None:
    assert CASE.critical_temperature == pytest.approx(0.820813, abs=5.1e-7)
    assert CASE.compensation_temperature == pytest.approx(0.374684, abs=5.1e-7)


def test_sublattices_by_iteration() -> None:
    """Damped iteration of the pair of equations from (1, -1)."""
    for T in (0.05, 0.374684, 0.8):
        a, b = 1.0, -1.0
        for _ in range(3000):
            new_a = float(mean_field.response(inf, (CASE.J_AA * a - CASE.J_AB * b) / T))
            new_b = float(mean_field.response(inf, (CASE.J_BB * b - CASE.J_AB * a) / T))
            a, b = (a + new_a) / 2, (b + new_b) / 2
        np.testing.assert_allclose(CASE.order(T), (a, b), atol=1e-10)


def test_magnetization_changes_its_sign() -> None:
    assert CASE.magnetization(0.01) == pytest.approx(1.0 - 1.3, abs=0.02)  # B has the larger moment
    assert CASE.magnetization(0.6) > 0  # and loses its order first
    assert CASE.magnetization(0.9) == 0.0
    assert np.all(CASE.order(np.array([0.1, 0.8]))[1] < 0)


def test_no_compensation_is_none() -> None:
    assert replace(CASE, mu_B=0.9).compensation_temperature is None
    assert replace(CASE, mu_B=3.0).compensation_temperature is None
    assert Ferrimagnet(1.0, 1.0, 1.0, 1.0, 1.0).compensation_temperature is None


@pytest.mark.parametrize("S", [0.5, 2.5, inf])
def test_equal_sublattices_are_an_antiferromagnet(S: float) -> None:
    """Then a = -b is the order parameter of one sublattice with J_AA + J_AB, and M = 0."""
    equal = Ferrimagnet(0.4, 0.4, 1.1, 1.0, 1.0, S, S)
    Tc = 1.5 * mean_field.slope_at_zero(S)
    assert equal.critical_temperature == pytest.approx(Tc)
    T = np.array([0.2, 0.7, 0.95]) * Tc
    np.testing.assert_allclose(equal.order(T)[0], mean_field.order_parameter(S, T / Tc), atol=1e-12)
    np.testing.assert_allclose(equal.magnetization(T), 0.0, atol=1e-12)


def test_order_vanishes_at_the_eigenvalue() -> None:
    mixed = Ferrimagnet(0.5, 0.0, 1.0, 5.0, 1.0, S_A=2.5, S_B=0.5)
    Tc = mixed.critical_temperature
    below, above = (np.array(mixed.order(k * Tc)) for k in (1 - 1e-6, 1 + 1e-6))
    assert 0 < below[0] < 0.01
    assert -0.01 < below[1] < 0
    assert not above.any()


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="antiparallel"):
        Ferrimagnet(1.0, 1.0, 0.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="cants"):
        Ferrimagnet(1.0, -0.1, 1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="above 0"):
        CASE.order(0.0)
