"""Spectra of signals that are recorded for a while."""

import numpy as np
import pytest

from spinviz.physics.resonance.lines import SAMPLES, recorded_line

F = np.linspace(-40.0, 40.0, 321)


@pytest.mark.parametrize("duration", [0.02, 0.1, 1.0])
@pytest.mark.parametrize("phase", [0.0, 2.1])
def test_a_truncated_decay_has_the_line_of_its_closed_form(duration: float, phase: float) -> None:
    rate, f0 = 10.0, 3.0
    t = np.linspace(0.0, duration, SAMPLES)
    z = rate + 2j * np.pi * (F - f0)
    expected = ((1 - np.exp(-z * duration)) / z).real / ((1 - np.exp(-rate * duration)) / rate)
    line = recorded_line(np.exp((2j * np.pi * f0 - rate) * t + 1j * phase), duration, F)
    # Interpolated between frequencies that lie 1/32 of 1/T apart.
    assert line == pytest.approx(expected, abs=2e-3)


def test_an_echo_has_the_square_of_its_lorentzian() -> None:
    rate = 30.0
    t = np.linspace(0.0, 1.0, SAMPLES)
    line = recorded_line(np.exp(-rate * np.abs(t - 0.5)) + 0j, 1.0, F)
    assert line == pytest.approx(1 / (1 + (2 * np.pi * F / rate) ** 2) ** 2, abs=2e-3)


def test_nothing_has_no_line() -> None:
    assert np.isnan(recorded_line(np.zeros(SAMPLES, complex), 1.0, F)).all()
    assert np.isnan(recorded_line(np.ones(SAMPLES, complex), 0.0, F)).all()
