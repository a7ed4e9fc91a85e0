"""Isochromats against the closed forms of magnetic resonance."""

from math import exp, log, pi

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.systems.isochromats import Isochromats


def test_hahn_echo_amplitude() -> None:
    loop = Loop(Isochromats(), preset="hahn_echo")
    loop.advance_to(0.12)
    # One step before or after 2 tau changes the amplitude by at most 2 pi spread dt.
    assert loop.observables["transverse"] == pytest.approx(exp(-0.12 / 0.15), abs=2 * pi * 8.0 * loop.dt)


def test_inversion_null_at_T1_ln_2() -> None:
    loop = Loop(Isochromats(), preset="inversion_recovery")
    loop.advance_to(0.26 * log(2) - 0.002)
    history = loop.samples.history()
    after = history.time > 0
    null = np.interp(0.0, history.observables["mz"][after], history.time[after])
    assert null == pytest.approx(0.179, abs=0.002)


def test_voltage_turns_with_the_offset_in_the_positive_sense() -> None:
    loop = Loop(Isochromats(), Isochromats.Parameters.of(offset=10.0, spread=0.0))
    loop.apply(Act("90x"))
    loop.advance_to(0.010)
    signal = complex(loop.observables["voltage"], loop.observables["voltage_90"])
    assert np.angle(signal) == pytest.approx(2 * pi * 10.0 * loop.time, abs=1e-6)


def test_flip_angle_tips_by_that_angle() -> None:
    loop = Loop(Isochromats(), Isochromats.Parameters.of(flip=35.0))
    loop.apply(Act("flip"))
    assert loop.observables["mz"] == pytest.approx(np.cos(np.radians(35.0)), abs=1e-14)


def test_a_live_edit_starts_a_new_closed_form() -> None:
    loop = Loop(Isochromats(), preset="fid")
    loop.advance_to(0.05)
    loop.apply(SetParameters(loop.parameters.change(T2=0.06, offset=-20.0)))
    loop.advance_to(0.10)
    assert loop.laws["precession"].holds
    assert loop.laws["precession"].deviation < 1e-12
    assert not loop.laws["dephasing"].holds


def test_continuous_law_is_not_claimed_after_a_second_90() -> None:
    loop = Loop(Isochromats(), preset="hahn_echo")
    loop.advance_to(0.05)
    loop.apply(Act("90x"))
    loop.advance_to(0.06)
    assert not loop.laws["dephasing"].holds
    assert loop.laws["precession"].passed
