"""Closed forms of imaging signals against the readable simulation of their sequences."""

from math import exp, log, pi

import numpy as np
import pytest

from spinviz.physics.imaging.laws import (
    balanced_signal,
    gradient_echo_signal,
    inversion_recovery_signal,
    null_time,
    spin_echo_signal,
)
from spinviz.physics.imaging.lines import Acquisition, balanced_ssfp, gradient_echo, spin_echo
from spinviz.physics.sequence.blocks import Sample
from spinviz.physics.sequence.reference import play
from spinviz.physics.sequence.timeline import Timeline

T1, T2, DW = 0.9, 0.08, 2 * pi * 23.0
PERIOD_SHORT = 0.12
"""T1 short enough that some hundred repetitions reach the steady state to 1e-12."""


def echo_of(made: Acquisition, sample: Sample) -> complex:
    signal = play(Timeline(made.sequence), sample, sample.in_equilibrium(), 0.0, made.sequence.duration)
    return complex(signal[int(np.argmin(np.hypot(*made.k.reshape(2, -1))))])


@pytest.mark.parametrize("degrees", [90, 60, 120])
def test_spin_echo(degrees: float) -> None:
    TE, TR, flip = 30e-3, 0.6, np.radians(degrees)
    echo = echo_of(spin_echo(4, TE, TR, flip=flip, dummies=40), Sample.of(T1=0.3, T2=T2, dw=DW))
    assert echo == pytest.approx(spin_echo_signal(0.3, T2, TE, TR, flip), abs=1e-12)


@pytest.mark.parametrize("degrees", [90, 70])
def test_inversion_recovery(degrees: float) -> None:
    TE, TR, TI, flip = 30e-3, 0.8, 0.2, np.radians(degrees)
    echo = echo_of(spin_echo(4, TE, TR, TI, flip=flip, dummies=40), Sample.of(T1=0.3, T2=T2, dw=DW))
    assert echo == pytest.approx(inversion_recovery_signal(0.3, T2, TE, TR, TI, flip), abs=1e-12)


def test_gradient_echo() -> None:
    TE, TR, flip = 6e-3, 40e-3, 0.5
    echo = echo_of(gradient_echo(4, TE, TR, flip=flip, dummies=100), Sample.of(T1=PERIOD_SHORT, T2=T2, dw=DW))
    law = gradient_echo_signal(PERIOD_SHORT, T2, TE, TR, flip) * np.exp(-1j * DW * TE)
    assert echo == pytest.approx(complex(law), abs=1e-12)


@pytest.mark.parametrize("offset", [0.0, 30.0, -75.0, 100.0, 140.0])
def test_balanced_ssfp(offset: float) -> None:
    TR, flip = 5e-3, 0.8
    sample = Sample.of(T1=0.12, T2=0.06, dw=2 * pi * offset)
    echo = echo_of(balanced_ssfp(4, TR, flip=flip, dummies=800), sample)
    assert echo == pytest.approx(complex(balanced_signal(0.12, 0.06, TR, flip, 2 * pi * offset)), abs=1e-10)


def test_null_of_inversion_recovery() -> None:
    TI = null_time(T1, 3.0, 0.02)
    assert inversion_recovery_signal(T1, T2, 0.02, 3.0, TI) == pytest.approx(0.0, abs=1e-15)
    assert null_time(T1, 100.0, 0.02) == pytest.approx(T1 * log(2), rel=1e-12)
    assert exp(-TI / T1) > 0.5
