"""Moments of variable length: checked numbers, adaptive quadrature, limits, and small numbers of moments exactly."""

from math import exp, inf, sqrt

import numpy as np
import pytest
from scipy.integrate import quad

from spinviz.physics.order import mean_field
from spinviz.physics.order.local_moments import LocalMoments, finite, in_field, length_density

CASE = LocalMoments(a=1.0, b=0.5, J0=1.0)


def test_checked_numbers() -> None:
    assert CASE.ground_length == pytest.approx(1.224745, abs=5.1e-7)
    Tc = CASE.critical_temperature
    assert Tc == pytest.approx(0.417008, abs=5.1e-7)
    T = np.array([0.5, 0.9]) * Tc
    np.testing.assert_allclose(CASE.magnetization(T) / CASE.ground_length, (0.784380, 0.388337), atol=5.1e-7)
    np.testing.assert_allclose(np.sqrt(CASE.mean_square(T)) / CASE.ground_length, (0.973055, 0.928934), atol=5.1e-7)


@pytest.mark.parametrize(("a", "b"), [(1.0, 0.5), (-0.3, 0.2), (3.0, 5.0), (0.0, 0.05)])
@pytest.mark.parametrize(("T", "h"), [(0.02, 0.7), (0.4, 0.0), (2.0, 0.3)])
def test_averages_by_adaptive_quadrature(a: float, b: float, T: float, h: float) -> None:
    seen = in_field(LocalMoments(a, b), np.array([T]), np.array([h]))

    def density(m: float) -> float:
        field = exp(h * m / T) * (1 - exp(-2 * h * m / T)) / (2 * h * m / T) if h * m else 1.0
        return m * m * exp((a * m**2 - b * m**4) / T - shift) * field

    peak = sqrt(max(a, 0) / (2 * b)) + 1e-3
    shift = max((a * m**2 - b * m**4 + h * m) / T for m in np.linspace(0, 4 * peak + 3, 4000))
    breaks = list(np.linspace(0.01, 6, 60))

    def mean(f) -> float:  # type: ignore[no-untyped-def]
        parts = [
            quad(lambda m: f(m) * density(m), x, y, epsabs=1e-13)[0] for x, y in zip([1e-12, *breaks], [*breaks, 9])
        ]
        return sum(parts)

    z = mean(lambda m: 1.0)
    assert seen.square[0] == pytest.approx(mean(lambda m: m * m) / z, rel=1e-8)
    assert seen.length[0] == pytest.approx(mean(lambda m: m) / z, rel=1e-8)
    assert seen.fourth[0] == pytest.approx(mean(lambda m: m**4) / z, rel=1e-8)
    along = mean(lambda m: m * float(mean_field.response(inf, h * m / T))) / z
    assert seen.along[0] == pytest.approx(along, rel=1e-8, abs=1e-14)
    assert seen.log_z[0] == pytest.approx(np.log(z) + shift, rel=1e-8)


def test_response_is_the_variance() -> None:
    T, h, d = np.full(3, 0.3), np.array([0.0, 0.2, 1.5]), 1e-5
    up, down = (in_field(CASE, T, h + k * d).along for k in (1, 0))
    middle = (in_field(CASE, T, h + d / 2).slope) / T
    np.testing.assert_allclose((up - down) / d, middle, rtol=1e-6)


def test_stiff_moments_are_those_of_fixed_length() -> None:
    """With a = 2 b and large b the length is 1: Langevin's mean field with Tc = J0/3."""
    stiff = LocalMoments(a=4e4, b=2e4)
    assert stiff.critical_temperature == pytest.approx(1 / 3, rel=1e-4)
    m = mean_field.order_parameter(inf, np.array([0.3, 0.5, 0.9]))
    np.testing.assert_allclose(stiff.magnetization(np.array([0.3, 0.5, 0.9]) / 3), m, rtol=2e-4)


def test_order_needs_a_moment() -> None:
    assert LocalMoments(-0.6, 0.5).critical_temperature == 0.0
    assert LocalMoments(-0.6, 0.5).magnetization(0.01)[0] == 0.0
    weak = LocalMoments(-0.45, 0.5)
    assert 0 < weak.critical_temperature < 0.1
    assert weak.magnetization(0.01 * weak.critical_temperature)[0] == pytest.approx(weak.ground_length, rel=0.02)


@pytest.mark.parametrize("T", [0.01, 0.2, 0.4169, 0.418, 2.0])
def test_magnetization_solves_its_equation(T: float) -> None:
    M = CASE.magnetization(T)
    assert in_field(CASE, np.array([T]), M).along == pytest.approx(M, abs=1e-10)
    assert (M[0] > 0) == (CASE.critical_temperature > T)


def test_two_moments_by_direct_integration() -> None:
    """<m^2> and <M^2> of two moments: lengths and the angle between them on Gauss points."""
    T, J0 = 0.35, 1.0
    node, weight = np.polynomial.legendre.leggauss(80)
    m, w = 2.0 * (node + 1), 2.0 * weight
    c, wc = np.polynomial.legendre.leggauss(60)
    one = w * m**2 * np.exp((CASE.a * m**2 - CASE.b * m**4) / T)
    S2 = m[:, None, None] ** 2 + m[None, :, None] ** 2 + 2 * m[:, None, None] * m[None, :, None] * c
    p = one[:, None, None] * one[None, :, None] * wc * np.exp(J0 * S2 / (4 * T))
    p /= p.sum()
    seen = finite(CASE, T, 2)
    assert seen.square == pytest.approx((p * m[:, None, None] ** 2).sum(), rel=1e-9)
    assert seen.length == pytest.approx((p * m[:, None, None]).sum(), rel=1e-9)
    assert seen.M_square == pytest.approx((p * S2).sum() / 4, rel=1e-9)
    half = (m[:, None, None] ** 2 + m[None, :, None] ** 2) / 2
    assert seen.scatter == pytest.approx(sqrt((p * half**2).sum() - (p * half).sum() ** 2), rel=1e-9)
    own = -CASE.a * m**2 + CASE.b * m**4
    energy = (p * own[:, None, None]).sum() - J0 * (p * S2).sum() / 8
    assert seen.energy == pytest.approx(energy, rel=1e-9)
    x = np.linspace(0.01, 3, 50)
    at = length_density(CASE, T, 2, x)
    assert np.isfinite(at).all()
    fine = np.linspace(0, 4, 4001)
    assert np.trapezoid(length_density(CASE, T, 2, fine), fine) == pytest.approx(1.0, rel=1e-6)
    assert np.trapezoid(fine**2 * length_density(CASE, T, 2, fine), fine) == pytest.approx(seen.square, rel=1e-6)


def test_many_moments_tend_to_the_mean_field() -> None:
    for T in (0.2, 0.35, 0.6):
        away = []
        for N in (1000, 4000):
            seen = finite(CASE, T, N)
            M = float(CASE.magnetization(T)[0])
            away.append((seen.square - float(CASE.mean_square(T)[0]), seen.M_square - M * M))
            if T < 0.4:
                assert pytest.approx(sqrt(seen.M_square), rel=3 / N) == seen.M
        # Corrections fall as 1/N.
        np.testing.assert_allclose(np.array(away[0]) / np.array(away[1]), 4.0, rtol=0.1)
    assert np.isnan(finite(CASE, 0.6, 1000).M)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="without limit"):
        LocalMoments(1.0, 0.0)
    with pytest.raises(ValueError, match="orders no"):
        LocalMoments(1.0, 0.5, 0.0)
