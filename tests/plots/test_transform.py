"""Lines stand where the spins precess and are as wide as relaxation makes them."""

from __future__ import annotations

import numpy as np
import pytest

from spinviz.plots.transform import half_width, spectrum

T2 = 0.1
WIDTH = 1 / (np.pi * T2)


def decay(offset: float, length: float = 12 * T2, step: float = 1e-3) -> tuple[np.ndarray, np.ndarray]:
    time = np.arange(0, length, step)
    return time, np.exp(2j * np.pi * offset * time - time / T2)


@pytest.mark.parametrize("offset", [0.0, 4.0, -17.3, 120.0])
def test_free_induction_gives_a_lorentzian_of_width_one_over_pi_T2(offset: float) -> None:
    lines = spectrum(*decay(offset))
    centre, width = half_width(lines)
    assert lines.mode == "absorption"
    # Interpolated on a grid of 1/(32768 step) = 0.03 Hz.
    assert centre == pytest.approx(offset, abs=0.03)
    assert width == pytest.approx(WIDTH, rel=3e-3)
    assert lines.amplitude.max() == 1.0


def test_the_phase_of_the_pulse_does_not_matter() -> None:
    time, signal = decay(4.0)
    plain, turned = spectrum(time, signal), spectrum(time, signal * np.exp(1.3j))
    np.testing.assert_allclose(turned.amplitude, plain.amplitude, atol=1e-9)


def test_the_line_has_the_shape_of_the_law() -> None:
    lines = spectrum(*decay(4.0))
    near = np.abs(lines.frequency - 4) < 30
    lorentzian = 1 / (1 + ((lines.frequency - 4) * 2 * np.pi * T2) ** 2)
    # Truncation at 12 T2 and the trapezoidal rule leave far less than one percent.
    np.testing.assert_allclose(lines.amplitude[near], lorentzian[near], atol=5e-3)


def test_an_echo_has_the_same_width_as_power() -> None:
    time = np.arange(-1.0, 1.0, 1e-3)
    lines = spectrum(time + 1.0, np.exp(2j * np.pi * 8 * time - np.abs(time) / T2))
    centre, width = half_width(lines)
    assert lines.mode == "power"
    assert centre == pytest.approx(8.0, abs=0.05)
    # The two-sided decay has the amplitude of a Lorentzian; its square is sqrt(sqrt(2) - 1) as wide.
    assert width == pytest.approx(WIDTH * np.sqrt(np.sqrt(2) - 1), rel=0.01)


def test_a_real_signal_gives_positive_frequencies_and_the_same_width() -> None:
    time, signal = decay(40.0)
    lines = spectrum(time, signal.real)
    centre, width = half_width(lines)
    assert lines.frequency.min() == 0
    assert centre == pytest.approx(40.0, abs=0.05)
    assert width == pytest.approx(WIDTH, rel=0.01)


def test_a_short_record_shows_a_line_as_wide_as_the_record_allows() -> None:
    time = np.arange(0, 0.02, 1e-4)
    _, width = half_width(spectrum(time, np.exp(2j * np.pi * 50 * time)))
    # The absorption line of a record of length T is sin(wT)/w: half its height at wT = 1.8955.
    assert width == pytest.approx(2 * 1.8955 / (2 * np.pi * 0.02), rel=0.01)


@pytest.mark.parametrize("offset", [-45.0, 15.0, 49.0])
def test_many_samples_are_averaged_without_moving_the_line(offset: float) -> None:
    time, signal = decay(offset, length=1.2, step=1e-5)
    centre, width = half_width(spectrum(time, signal, highest=50.0))
    assert centre == pytest.approx(offset, abs=0.05)
    assert width == pytest.approx(WIDTH, rel=0.01)


def test_averaging_keeps_the_heights_and_phases_of_all_lines() -> None:
    time = np.arange(0, 1.2, 1e-5)
    offsets, weights = (-40.0, 5.0, 45.0), (1.0, 0.5, 0.8)
    signal = sum(w * np.exp(2j * np.pi * f * time - time / T2) for f, w in zip(offsets, weights))
    lines = spectrum(time, np.asarray(signal), highest=50.0)
    for f, weight in zip(offsets, weights):
        near = np.abs(lines.frequency - f) < 1
        # Tails of the other lines reach a few tenths of a percent.
        assert lines.amplitude[near].max() == pytest.approx(weight, abs=0.02)
    between = np.abs(lines.frequency - 25) < 2
    assert np.abs(lines.amplitude[between]).max() < 0.02


def test_what_averaging_takes_from_the_ends_of_the_span_is_given_back() -> None:
    time = np.arange(0, 1.2, 1e-5)
    signal = np.exp(-time / T2) * (1 + np.exp(2j * np.pi * 100 * time))
    # Averaged in blocks of 62 samples, which weaken 100 Hz by sinc(0.062), half a percent.
    lines = spectrum(time, signal, highest=100.0)
    near_zero, near_end = (np.abs(lines.frequency - f) < 0.5 for f in (0.0, 100.0))
    assert len(lines.frequency) < len(time)
    assert lines.amplitude[near_end].max() == pytest.approx(lines.amplitude[near_zero].max(), abs=1.5e-3)


def test_a_changed_time_step_does_not_move_the_line() -> None:
    time = np.concatenate([np.arange(0, 0.3, 1e-3), np.arange(0.3, 1.2, 2.5e-3)])
    signal = np.exp(2j * np.pi * 12 * time - time / T2)
    centre, width = half_width(spectrum(time, signal))
    assert centre == pytest.approx(12.0, abs=0.1)
    assert width == pytest.approx(WIDTH, rel=0.02)


@pytest.mark.parametrize("n", [0, 1, 7])
def test_too_few_samples_give_no_lines(n: int) -> None:
    lines = spectrum(np.arange(n, dtype=float), np.ones(n, dtype=complex))
    assert len(lines.frequency) == 0
    assert np.isnan(half_width(lines)[1])


def test_silence_gives_no_lines() -> None:
    assert len(spectrum(np.arange(100.0), np.zeros(100)).amplitude) == 0
