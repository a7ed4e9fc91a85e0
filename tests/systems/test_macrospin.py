"""Macrospins: switching, hysteresis and thermal equilibrium."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.physics.macrospin_laws import axial_rapidity, thermal_mean_square
from spinviz.systems.macrospin import Macrospin


def test_closed_form_solves_its_differential_equation() -> None:
    t = np.linspace(0, 30, 3001)
    for start, B, Bk in ((0.99, -0.3, 0.2), (0.2, 0.1, -0.5), (-0.7, 0.4, 0.4)):
        u = np.tanh(axial_rapidity(start, B, Bk, t))
        slope = np.gradient(u, t)[1:-1]
        assert u[0] == pytest.approx(start, abs=1e-12)
        # Central differences err by h^2/6 u''' <= 1e-4/6 here.
        assert slope == pytest.approx(((1 - u**2) * (B + Bk * u))[1:-1], abs=2e-5)


@pytest.mark.parametrize(("sigma", "expected"), [(1, 0.429231), (3, 0.626185), (10, 0.892728)])
def test_thermal_mean_square(sigma: float, expected: float) -> None:
    assert thermal_mean_square(sigma) == pytest.approx(expected, abs=1e-6)


def test_field_against_the_moment_switches_it_within_nanoseconds() -> None:
    loop = Loop(Macrospin(), preset="switching")
    loop.advance_to(2.5e-9)
    assert loop.observables["mz"] < -0.99


def test_easy_axis_loop_is_open_and_hard_axis_loop_is_not() -> None:
    remanence = {}
    for preset in ("easy_axis", "hard_axis"):
        loop = Loop(Macrospin(), preset=preset)
        loop.advance_to(loop.parameters.period * 1.25)  # The field passes zero, falling.
        remanence[preset] = loop.observables["along"]
    assert remanence["easy_axis"] > 0.98
    assert abs(remanence["hard_axis"]) < 0.05


def test_energy_falls_without_noise() -> None:
    loop = Loop(Macrospin(), preset="precession")
    loop.advance(400)
    energy = loop.samples.history().observables["energy"]
    assert np.all(np.diff(energy) < 0)


def test_reversing_the_field_starts_a_new_closed_form() -> None:
    loop = Loop(Macrospin(), preset="precession")
    loop.advance(100)
    loop.apply(Act("reverse"))
    loop.advance(100)
    assert loop.parameters.B < 0
    assert loop.laws["precession"].passed
    loop.apply(SetParameters(loop.parameters.change(tilt=40.0)))
    loop.advance(3)
    assert not loop.laws["precession"].holds
