"""Order of an alloy: the checked number, the free energy at its minimum, compositions, the magnetization of MnAl."""

from math import log

import numpy as np
import pytest

from spinviz.physics.order import bragg_williams as bw


def test_order_of_the_equal_alloy() -> None:
    assert bw.order(0.6) == pytest.approx(0.907332, abs=5.1e-7)
    assert bw.order(1.0) == 0.0


@pytest.mark.parametrize(("c", "t"), [(0.5, 0.6), (0.5, 0.99), (0.45, 0.5), (0.2, 0.3), (0.7, 0.8)])
def test_order_is_the_least_free_energy(c: float, t: float) -> None:
    S = np.linspace(0, 2 * min(c, 1 - c), 200_001)
    F = -(S**2) / 2 - t * bw.mixing_entropy(S, c)
    assert bw.order(t, c) == pytest.approx(S[np.argmin(F)], abs=1e-4)


def test_composition_lowers_the_ordering_temperature() -> None:
    for c in (0.3, 0.5, 0.6):
        Tc = bw.ordering_temperature(c)
        assert bw.order(Tc * 1.001, c) == 0.0
        assert 0 < bw.order(Tc * 0.999, c) < 0.12
    # Atoms that are too few for all sites of a order completely when cold; near c = 1/2 both forms meet.
    assert bw.order(0.01, 0.3) == pytest.approx(0.6)
    assert bw.order(0.6, 0.5 + 1e-9) == pytest.approx(float(bw.order(0.6)), abs=1e-7)


def test_mixing_entropy() -> None:
    assert bw.mixing_entropy(0.0) == pytest.approx(log(2))
    assert bw.mixing_entropy(1.0) == pytest.approx(0.0)
    assert bw.mixing_entropy(0.0, 0.25) == pytest.approx(-0.25 * log(0.25) - 0.75 * log(0.75))


def test_magnetization_of_mnal_is_linear_in_the_order() -> None:
    full = bw.magnetization(2.3, 2.77e-10, 3.57e-10, 1.0)
    assert full == pytest.approx(778.695e3, rel=1e-6)
    np.testing.assert_allclose(bw.magnetization(2.3, 2.77e-10, 3.57e-10, np.array([0, 0.5, 1])), full * [0, 0.5, 1])


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        bw.order(0.5, 1.2)
    with pytest.raises(ValueError, match="above 0"):
        bw.order(-0.5, 0.3)
