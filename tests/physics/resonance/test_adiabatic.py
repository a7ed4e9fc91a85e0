"""Modulated pulses: their phase belongs to their sweep, and passages obey Landau and Zener."""

from math import inf, pi

import numpy as np
import pytest

from spinviz.physics.resonance import adiabatic, driven

PULSES = {
    "secant": adiabatic.hyperbolic_secant(0.01, 8000.0, 1250.0, 5.0),
    "sweep": adiabatic.linear_sweep(0.02, 3000.0, 2e6),
    "bir4": adiabatic.bir4(0.005, 1.1, 15000.0, 9e4),
}


@pytest.mark.parametrize("pulse", PULSES.values(), ids=PULSES)
def test_sweep_is_minus_the_slope_of_the_phase(pulse: adiabatic.Modulation) -> None:
    t = pulse.duration * np.array([0.03, 0.11, 0.22, 0.29, 0.41, 0.58, 0.7, 0.83, 0.97])
    h = 1e-6 * pulse.duration
    slope = (pulse.phase(t + h) - pulse.phase(t - h)) / (2 * h)
    # Differences of phases up to 500 rad over 2e-6 of the duration.
    np.testing.assert_allclose(-slope, pulse.sweep(t), rtol=1e-5, atol=1.0)


@pytest.mark.parametrize("peak", [600.0, 1131.0, 2000.0])
def test_landau_zener(peak: float) -> None:
    rate, duration = 2.5e6, 0.12
    pulse = adiabatic.linear_sweep(duration, peak, rate)
    reach = rate * duration / 2
    steps = driven.steps_for(duration, reach, 0.3)
    h = duration / steps
    # From along the field to along the field: what the finite sweep changes is of order w1 rate/reach^3.
    tilt = np.arctan2(peak, reach)
    m = np.array([[np.sin(tilt)], [0.0], [np.cos(tilt)]])
    turn = complex(pulse.at(np.zeros(1))[0]) / peak
    m[1, 0], m[0, 0] = m[0, 0] * turn.imag, m[0, 0] * turn.real
    field = driven.pulse_field(pulse.at(driven.nodes(0.0, h, steps)), 1.0, np.zeros(1))
    driven.drive(m, field, h, inf, inf)
    end = complex(pulse.at(np.array([duration]))[0]) / peak
    along = np.cos(tilt) * -m[2, 0] + np.sin(tilt) * (m[0, 0] * end.real + m[1, 0] * end.imag)
    assert -along == pytest.approx(adiabatic.landau_zener(peak, rate), abs=1e-4)
    assert adiabatic.landau_zener(peak, -rate) == adiabatic.landau_zener(peak, rate)


def test_half_is_inverted_where_the_exponent_is_ln_2() -> None:
    rate = 1e6
    assert adiabatic.landau_zener(np.sqrt(2 * np.log(2) * rate / pi), rate) == pytest.approx(0, abs=1e-15)


def test_a_secant_with_very_long_ends_stays_finite() -> None:
    pulse = adiabatic.hyperbolic_secant(1.0, 3000.0, 2000.0, 5.0)
    t = np.array([0.0, 0.4, 0.5, 0.5005, 1.0])
    with np.errstate(all="raise", under="ignore"):
        field = pulse.at(t)
    x = 1.0
    expected = [0, 0, 3000, 3000 / np.cosh(x) * np.exp(-5j * np.log(np.cosh(x))), 0]
    np.testing.assert_allclose(field, expected, atol=1e-9)
