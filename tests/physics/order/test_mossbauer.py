"""Six lines of 57Fe: positions and areas, limits of a fluctuating field, and Kubo's average in the time domain."""

from math import pi

import numpy as np
import pytest
from scipy.linalg import expm

from spinviz.physics.order import mossbauer
from spinviz.physics.resonance.chemical_exchange import Sites, line

V = np.linspace(-8e-3, 8e-3, 801)


def test_lines_of_iron_metal() -> None:
    expected = np.array([-5.32146, -3.08085, -0.84024, 0.84024, 3.08085, 5.32146]) * 1e-3
    np.testing.assert_allclose(mossbauer.lines(33.0), expected, atol=5.1e-9)
    assert mossbauer.lines(np.array([1.0, 2.0])).shape == (2, 6)
    assert mossbauer.field_of_splitting(5.32146e-3) == pytest.approx(33.0, rel=1e-6)


def test_areas() -> None:
    np.testing.assert_allclose(mossbauer.areas() * 12, [3, 2, 1, 1, 2, 3])
    np.testing.assert_allclose(mossbauer.areas(0.0) * 8, [3, 0, 1, 1, 0, 3], atol=1e-15)  # along: no dm = 0
    np.testing.assert_allclose(mossbauer.areas(pi / 2) * 16, [3, 4, 1, 1, 4, 3])
    # A powder is the mean over all directions, of areas that are not normalized one by one.
    c, w = np.polynomial.legendre.leggauss(8)
    mean = sum(weight * mossbauer.areas(np.arccos(x)) for x, weight in zip(c, w)) / 2
    np.testing.assert_allclose(mean, mossbauer.areas(), rtol=1e-12)


def test_natural_width_is_that_of_the_lifetime() -> None:
    """98.3 ns half-life: hbar/tau is 0.097 mm/s, and twice the half width of jumps at that rate."""
    assert 2 * mossbauer.jump_width(np.log(2) / 98.3e-9) / 2 == pytest.approx(mossbauer.NATURAL_WIDTH, rel=0.01)


def test_area_is_one() -> None:
    wide = np.linspace(-2, 2, 100_001)
    for rate in (0.0, 1e8):
        seen = mossbauer.spectrum(wide, np.array([20.0, -33.0]), np.array([0.3, 0.7]), rate, 0.3e-3)
        assert np.trapezoid(seen, wide) == pytest.approx(1.0, abs=5e-4)  # the wings beyond


def test_slow_limit_shows_every_field() -> None:
    fields, p = np.array([33.0, -20.0]), np.array([0.6, 0.4])
    width = 0.25e-3
    lorentz = sum(
        q * a * (width / 2 / pi) / ((V - x) ** 2 + (width / 2) ** 2)
        for B, q in zip(fields, p)
        for x, a in zip(mossbauer.lines(B), mossbauer.areas())
    )
    np.testing.assert_allclose(mossbauer.spectrum(V, fields, p, 0.0, width), lorentz, rtol=1e-12)
    np.testing.assert_allclose(mossbauer.spectrum(V, fields, p, 1e3, width), lorentz, rtol=1e-3)


def test_fast_limit_shows_the_mean_field() -> None:
    fields, p = mossbauer.two_signs(np.array([30.0, 36.0]), np.array([0.5, 0.5]), 12.0)
    assert p.sum() == pytest.approx(1.0)
    assert p @ fields == pytest.approx(12.0)
    fast = mossbauer.fast_spectrum(V, 12.0)
    np.testing.assert_allclose(mossbauer.spectrum(V, fields, p, 1e13), fast, rtol=1e-3, atol=1e-3 * fast.max())
    # The next order: each line is wider by its variance over the rate.
    rate, x = 1e11, mossbauer.lines(fields)[:, 5]
    extra = 2 * float(p @ x**2 - (p @ x) ** 2) / mossbauer.jump_width(rate)
    seen = mossbauer.spectrum(V, fields, p, rate)
    inside = np.abs(V - mossbauer.lines(12.0)[5]) < 0.05e-3
    half = mossbauer.NATURAL_WIDTH + extra / 2
    peak = mossbauer.areas()[5] / (pi * half)
    assert seen[inside].max() == pytest.approx(peak, rel=0.02)


def generator(p: np.ndarray, rate: float) -> np.ndarray:
    """Rates W (n, n) of drawing a new field, d p/dt = W p."""
    return rate * (np.outer(p, np.ones(len(p))) - np.eye(len(p)))


@pytest.mark.parametrize("rate", [2e6, 3e7, 1e9])
def test_kubo_in_the_time_domain(rate: float) -> None:
    """The Fourier integral of <exp(i int w dt)>, the matrix exponential of jumps and precession, step by step."""
    fields, p = np.array([33.0, 10.0, -25.0]), np.array([0.5, 0.2, 0.3])
    width, per_second = 0.4e-3, 1 / mossbauer.jump_width(1.0)  # velocity to angular frequency
    v, total = np.linspace(-7e-3, 7e-3, 29), np.zeros(29)
    dt = 2e-11 if rate > 1e8 else 5e-11
    steps = int(12 / (width / 2 * per_second) / dt)
    t = np.arange(steps + 1) * dt
    weight = np.full(steps + 1, dt)
    weight[[0, -1]] /= 2
    for slope, area in zip(mossbauer.SLOPES, mossbauer.areas()):
        turn = np.diag(1j * slope * fields * per_second)
        once = expm((generator(p, rate) + turn) * dt)
        state, left = p.astype(complex), np.empty(steps + 1, complex)
        for k in range(steps + 1):
            left[k] = state.sum()
            state = once @ state
        decay = left * np.exp(-width / 2 * per_second * t) * weight
        total += area * (np.exp(-1j * np.outer(v * per_second, t)) @ decay).real * per_second / pi
    np.testing.assert_allclose(mossbauer.spectrum(v, fields, p, rate, width), total, rtol=2e-3)


def test_two_fields_are_chemical_exchange() -> None:
    """The same equations: lines at +-B whose nucleus leaves + at rate p- and - at rate p+ times the rate of draws."""
    p, rate, B, width = 0.7, 4e7, 33.0, 0.3e-3
    per_second = 1 / mossbauer.jump_width(1.0)
    f = V * per_second / (2 * pi)
    total = np.zeros(len(V))
    for slope, area in zip(mossbauer.SLOPES, mossbauer.areas()):
        w = -slope * B * per_second  # there a positive offset is minus a frequency of the receiver
        T2 = 1 / (width / 2 * per_second)
        sites = Sites(p, rate / 2, w, -w, T2A=T2, T2B=T2)
        total += area * line(sites, -f) * per_second / pi
    seen = mossbauer.spectrum(V, np.array([B, -B]), np.array([p, 1 - p]), rate, width)
    np.testing.assert_allclose(seen, total, rtol=1e-9)
