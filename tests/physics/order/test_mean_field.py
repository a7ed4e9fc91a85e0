"""Mean field of ordering spins: checked numbers, slopes by finite differences, limits at Tc and at 0."""

from math import inf, isinf

import numpy as np
import pytest

from spinviz.physics.order import mean_field as mf

SPINS = (0.5, 1.0, 2.5, inf)


@pytest.mark.parametrize(
    ("S", "expected"),
    [
        (0.5, (0.997414, 0.957504, 0.828635, 0.525430)),
        (2.5, (0.973591, 0.888806, 0.738564, 0.455429)),
        (inf, (0.887298, 0.788887, 0.647392, 0.396600)),
    ],
)
def test_order_parameter(S: float, expected: tuple[float, ...]) -> None:
    m = mf.order_parameter(S, np.array([0.3, 0.5, 0.7, 0.9]))
    np.testing.assert_allclose(m, expected, atol=5.1e-7)


def test_spin_one() -> None:
    assert mf.order_parameter(1.0, 0.6) == pytest.approx(0.879230, abs=5.1e-7)


@pytest.mark.parametrize("S", SPINS)
def test_solution_is_where_the_two_curves_cross(S: float) -> None:
    for t in (0.02, 0.4, 0.97, 0.999999, 1.5):
        for h in (-0.7, 0.0, 1e-3, 2.0):
            m = float(mf.order_parameter(S, t, h))
            assert mf.self_consistency(S, t, m, h) == pytest.approx(m, abs=1e-12)
    assert mf.order_parameter(S, 0.5) > 0
    assert mf.order_parameter(S, 0.5, -0.1) == -mf.order_parameter(S, 0.5, 0.1)


def test_critical_temperatures() -> None:
    assert mf.critical_temperature(0.5, 4, 1.5) == pytest.approx(6.0)  # Ising: z J
    assert mf.critical_temperature(inf, 6, 1.0) == pytest.approx(2.0)  # classical: z J/3
    # Quantum spins: J S^2 between unit moments gives 2 S (S + 1)/3 z J of Kittel's -2 J S.S.
    assert mf.critical_temperature(2.5, 8, 2 * 2.5**2) == pytest.approx(2 * 2.5 * 3.5 / 3 * 8)
    for z, J in ((4, 0.0), (6, -1.0), (0, 1.0)):
        with pytest.raises(ValueError, match="orders no spins"):
            mf.critical_temperature(0.5, z, J)


@pytest.mark.parametrize("S", SPINS)
def test_order_falls_with_the_square_root(S: float) -> None:
    """m^2 = 10 (S + 1)^2/(3 (2 S^2 + 2 S + 1)) (1 - t): the cubic term of B_S (Smart 1966); classical 5/3."""
    amplitude = 5 / 3 if isinf(S) else 10 * (S + 1) ** 2 / (3 * (2 * S * S + 2 * S + 1))
    m = float(mf.order_parameter(S, 1 - 1e-6))
    assert m**2 / 1e-6 == pytest.approx(amplitude, rel=1e-5)


@pytest.mark.parametrize("S", SPINS)
@pytest.mark.parametrize(("t", "h"), [(0.3, 0.0), (0.8, 0.0), (0.8, 0.4), (1.0, 0.2), (1.7, 0.0), (1.7, -0.9)])
def test_responses_are_derivatives(S: float, t: float, h: float) -> None:
    d = 1e-5
    m = [mf.order_parameter(S, t, h + k * d) for k in (-1, 1)]
    if h != 0 or t > 1:
        assert mf.susceptibility(S, t, h) == pytest.approx((m[1] - m[0]) / (2 * d), rel=1e-7)
    e = [mf.energy(S, t + k * d, h) for k in (-1, 1)]
    assert mf.specific_heat(S, t, h) == pytest.approx((e[1] - e[0]) / (2 * d), rel=1e-7, abs=1e-12)


def test_langevin_slope_at_every_size() -> None:
    x = np.array([0.0, 1e-9, 1e-3, 0.5, 1.99999, 2.0, 7.0, 500.0])
    series = 1 / 3 - x[:3] ** 2 / 15
    np.testing.assert_allclose(mf.response_slope(inf, x[:3]), series, rtol=1e-11)
    h = 1e-6
    middle = (mf.response(inf, x[3:] + h) - mf.response(inf, x[3:] - h)) / (2 * h)
    np.testing.assert_allclose(mf.response_slope(inf, x[3:]), middle, rtol=1e-4, atol=1e-10)


@pytest.mark.parametrize("S", SPINS)
def test_curie_weiss(S: float) -> None:
    t = np.array([1.1, 2.0, 5.0])
    np.testing.assert_allclose(mf.susceptibility(S, t) * (t - 1), mf.slope_at_zero(S), rtol=1e-12)
    assert mf.susceptibility(S, 1.0) > 1e14  # infinite, but for rounding
    # Below Tc it falls twice as fast.
    assert mf.susceptibility(S, 1 - 1e-5) * 2e-5 == pytest.approx(mf.slope_at_zero(S), rel=1e-3)


def test_specific_heat_jumps() -> None:
    assert mf.specific_heat(inf, 1 - 1e-7) == pytest.approx(2.5, rel=1e-5)
    assert mf.specific_heat(0.5, 1 - 1e-7) == pytest.approx(1.5, rel=1e-5)
    assert mf.specific_heat(inf, 1.001) == 0.0
    assert mf.specific_heat(inf, 0.001) == pytest.approx(1.0, abs=1e-3)  # two transverse components, kB/2 each
    assert mf.energy(inf, 0.01) == pytest.approx(-1.5 + 0.01, abs=1e-4)  # -z J/2 and equipartition


def test_susceptibilities_of_the_antiferromagnet() -> None:
    ratio = mf.antiferromagnet_parallel(inf, 0.5) / mf.antiferromagnet_perpendicular(inf, 0.5)
    assert ratio == pytest.approx(0.420156, abs=5.1e-7)
    assert mf.antiferromagnet_parallel(2.5, 0.01) == pytest.approx(0.0, abs=1e-12)
    for S in SPINS:
        assert mf.antiferromagnet_parallel(S, 1.0) == pytest.approx(mf.antiferromagnet_perpendicular(S, 1.0))
        assert mf.antiferromagnet_perpendicular(S, 3.0) == pytest.approx(mf.slope_at_zero(S) / 4)
        assert mf.antiferromagnet_parallel(S, 3.0) == pytest.approx(mf.slope_at_zero(S) / 4)


def test_parallel_susceptibility_is_that_of_two_sublattices() -> None:
    """Two equations solved by iteration in a small field, in units where z |J| = 1 and TN = 1/3."""
    T, h, a, b = 0.5 / 3, 1e-5, 0.8, -0.8
    for _ in range(5000):
        a, b = float(mf.response(inf, (h - b) / T)), float(mf.response(inf, (h - a) / T))
    assert (a + b) / 2 / h / 3 == pytest.approx(float(mf.antiferromagnet_parallel(inf, 0.5)), rel=1e-6)


def test_temperature_is_positive() -> None:
    with pytest.raises(ValueError, match="above 0"):
        mf.order_parameter(0.5, np.array([0.5, 0.0]))
    with pytest.raises(ValueError, match="half or whole"):
        mf.order_parameter(0.7, 0.5)
