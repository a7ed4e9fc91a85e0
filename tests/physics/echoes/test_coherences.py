"""Combs of isochromats dephase as Gaussians and meet again; their signal follows from the phase graph."""

from itertools import pairwise
from math import pi

import numpy as np
import pytest

from spinviz.physics.echoes.coherences import Coherences, comb, comb_dephasing, hard_pulses, recurrence
from spinviz.physics.echoes.echo_laws import diffusion_echo, hahn_echoes
from spinviz.physics.echoes.epg import Medium
from spinviz.physics.sequence.blocks import Sample
from spinviz.physics.sequence.reference import play
from spinviz.physics.sequence.timeline import Timeline

TAU, T = 12e-3, 54e-3
THREE = hard_pulses(
    [(0.0, 1.1, 0.0), (TAU, 1.6, 0.4), (T, 1.3, 1.0)], [2 * TAU, T + TAU, 2 * T - 2 * TAU, 2 * T - TAU, 2 * T], 0.12
)


@pytest.mark.parametrize("count", [1, 2, 5, 20, 41, 1000])
def test_dephasing_is_the_sum_over_the_comb(count: int) -> None:
    sd = 200.0
    dw, weights = comb(count, sd)
    t = np.linspace(0, 0.2, 301)
    expected = np.exp(-1j * np.outer(t, dw)) @ weights
    np.testing.assert_allclose(comb_dephasing(t, count, sd), expected, atol=1e-12)


def test_a_comb_is_a_gaussian_until_it_meets_again() -> None:
    sd, count = 200.0, 301
    t = np.linspace(0, recurrence(count, sd) - 0.05, 50)
    np.testing.assert_allclose(comb_dephasing(t, count, sd), np.exp(-((sd * t) ** 2) / 2), atol=1e-13)
    assert comb_dephasing(recurrence(count, sd), count, sd) == pytest.approx(1, abs=1e-13)
    assert recurrence(count, sd) == pytest.approx(2 * pi / np.diff(comb(count, sd)[0])[0])


@pytest.mark.parametrize("count", [12, 300])
def test_signal_of_a_comb(count: int) -> None:
    """Played isochromats, few (which meet again) and many, against the phase graph, at any time."""
    sd, T1, T2 = 500.0, 0.3, 0.08
    dw, weights = comb(count, sd)
    sample = Sample.of(dw=dw, M0=weights, T1=T1, T2=T2)
    m, timeline = sample.in_equilibrium(), Timeline(THREE)
    coherences = Coherences(timeline, Medium(T1, T2))
    times = np.linspace(0, 0.12, 97)
    found = []
    for start, end in pairwise(times):
        play(timeline, sample, m, start, end)
        found.append(complex(m[0].sum(), m[1].sum()))
    np.testing.assert_allclose(coherences.signal(times[1:], count, sd), found, atol=1e-12)


def test_readings_are_the_five_echoes() -> None:
    sequence = hard_pulses(
        [(0.0, 1.1, 0.0), (TAU, 1.6, 0.0), (T, 1.3, 0.0)], [2 * TAU, T + TAU, 2 * T - 2 * TAU, 2 * T - TAU, 2 * T], 0.12
    )
    found = np.abs(Coherences(Timeline(sequence), Medium(0.3, 0.08)).echoes())
    expected = [echo.amplitude for echo in hahn_echoes(TAU, T, 1.1, 1.6, 1.3, 0.3, 0.08)]
    np.testing.assert_allclose(found, expected, atol=1e-14)


def test_diffusion_within_a_wait() -> None:
    """Half-way from the pulse to the echo and at the echo: b = integral of k(t)^2."""
    slope, D = 267.522e6 * 0.05, 2e-9
    sequence = hard_pulses([(0.0, pi / 2, 0.0), (TAU, pi, pi / 2)], [2 * TAU], 0.03)
    coherences = Coherences(Timeline(sequence), Medium(D=D, unit=slope * 1e-9))
    assert abs(coherences.echoes()[0]) == pytest.approx(diffusion_echo(TAU, slope, D), abs=1e-12)
    k, F = coherences.configurations(1.5 * TAU)
    expected = np.exp(-(slope**2) * D * TAU**3 * (2 / 3 - 1 / 24))
    assert abs(F[np.isclose(k, -TAU / 2)][0]) == pytest.approx(expected, abs=1e-12)
