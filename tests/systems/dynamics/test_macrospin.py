"""Macrospins: switching, hysteresis and thermal equilibrium."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.physics.moments.macrospin_laws import axial_rapidity, thermal_mean_square, thermal_moments
from spinviz.systems.dynamics.macrospin.system import Macrospin


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


def test_thermal_moments_are_those_of_langevin_and_of_uniaxial_anisotropy() -> None:
    mean, square, fourth = thermal_moments(0.0, 2.0)
    assert (mean, square) == pytest.approx((0.5373147, 1 - 2 * 0.5373147 / 2), abs=1e-7)  # <u^2> = 1 - 2 L/x
    mean, square, fourth = thermal_moments(6.0, 0.0)
    assert (mean, square) == pytest.approx((0.0, 0.626185), abs=1e-6)
    # d<u^2>/dsigma = <u^4> - <u^2>^2
    slope = (thermal_moments(6.02, 0.0)[1] - thermal_moments(5.98, 0.0)[1]) / 0.02
    assert fourth - square**2 == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize("change", [{"period": 1e-9}, {"alpha": 0.02}, {"alpha": 0.0}, {"diameter": 1.5e-9}], ids=str)
def test_hard_axis_line_is_not_claimed_where_the_moment_cannot_follow(change: dict[str, float]) -> None:
    p = Macrospin().Parameters.of(**{**Macrospin().preset("hard_axis").parameters, **change})
    loop = Loop(Macrospin(), p)
    held = []
    for _ in range(300):
        loop.advance(max(1, round(p.period / 200 / loop.dt)))
        held.append(loop.laws["hard_axis"].holds)
    assert not any(held)


def test_equilibrium_is_not_claimed_before_the_start_is_forgotten() -> None:
    preset = dict(Macrospin().preset("thermal").parameters)
    loop = Loop(Macrospin(), Macrospin.Parameters.of(**{**preset, "alpha": 0.005, "start": 0.0}))
    loop.advance_to(2.2e-8)
    assert not loop.laws["boltzmann"].holds


def test_a_quickly_swinging_field_is_sampled() -> None:
    p = Macrospin.Parameters.of(B=0.001, period=1e-11, tilt=90.0)
    assert Macrospin().timestep(p) <= 1e-11 / 64
