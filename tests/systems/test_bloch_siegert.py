"""Resonance in the laboratory against an adaptive solver and the laws of Rabi, Bloch and Siegert."""

from math import pi

import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.systems.bloch_siegert import BlochSiegert
from spinviz.systems.resonance import laboratory as lab

P = BlochSiegert.Parameters


def running(nutations: float, **edits: object) -> Loop:
    p = P.of(**edits)
    loop = Loop(BlochSiegert(), p, memory=1)
    loop.advance_to(nutations * p.nutation + loop.dt / 2)
    return loop


@pytest.mark.parametrize("drive", ["linear", "circular", "counter-rotating"])
def test_motion_in_the_laboratory_against_an_adaptive_solver(drive: str) -> None:
    from scipy.integrate import solve_ivp

    loop = running(1.0, drive=drive, strength=0.3, detuning=0.4)
    p = loop.parameters
    along = {"linear": (2, 0), "circular": (1, -1), "counter-rotating": (1, 1)}[drive]

    def slope(t, m):
        phase = p.w * t
        return np.cross(m, [along[0] * p.w1 * np.cos(phase), along[1] * p.w1 * np.sin(phase), p.w0])

    found = solve_ivp(slope, (0, loop.time), [0, 0, 1], method="DOP853", rtol=1e-11, atol=1e-12).y[:, -1]
    # Magnus steps of 0.12 rad: the fourth power of it, over some turns.
    assert np.abs(loop.state.m[:, 0] - found).max() < 2e-5


def test_shift_of_a_twentieth() -> None:
    """w1/w0 = 0.05: w1^2/(4 w0) to 0.2 %, after 20 nutations in which the mean forgets where it stopped."""
    p = P.of(strength=0.05)
    state = lab.start(p)
    dt = BlochSiegert().timestep(p)
    for _ in range(round(20 * p.nutation / dt)):
        lab.step(state, p, dt)
    assert lab.measured_shift(state, p) / (p.w1**2 / (4 * p.w0)) == pytest.approx(1.0, abs=2e-3)


def test_shift_grows_with_the_square_of_the_field() -> None:
    weak, strong = (running(10, strength=s).observables["shift"] for s in (0.1, 0.2))
    assert strong / weak == pytest.approx(4.0, rel=0.01)


def test_turning_field_has_no_shift() -> None:
    loop = running(10, drive="circular", strength=0.3)
    p = loop.parameters
    assert abs(loop.observables["shift"]) < 0.01 * p.w1**2 / (4 * p.w0) / (2 * pi)
    assert loop.state.m[:, 0] == pytest.approx(loop.state.m[:, 1], abs=1e-12)


def test_field_the_wrong_way_round_hardly_moves_M() -> None:
    loop = running(4, drive="counter-rotating", strength=0.2)
    assert loop.state.trail[: loop.state.points, 3].min() > 1 - 2 * (0.2 / 2) ** 2 * 1.5
    assert np.isnan(loop.observables["shift"])


def test_line_is_the_lorentzian_of_the_law() -> None:
    loop = running(10, strength=0.1)
    p = loop.parameters
    x, mean = lab.line(loop.state, p)
    assert np.abs(mean - lab.expected_line(p, x, p.shift)).max() < 5e-3
    # The law is told from the turning half alone: 0.025 w1 beside it.
    assert np.abs(mean - lab.expected_line(p, x, 0.0)).max() > 0.015


def test_wobble_has_twice_the_frequency_of_the_drive() -> None:
    loop = running(1.0, strength=0.1)
    p, rows = loop.parameters, loop.state.trail[: loop.state.points]
    away = rows[:, 3] - np.cos(p.w1 * rows[:, 0])
    spectrum = np.abs(np.fft.rfft((away - np.convolve(away, np.ones(24) / 24, "same")) * np.hanning(len(away))))
    f = np.fft.rfftfreq(len(away), loop.dt)
    assert f[np.argmax(spectrum * (f > p.f0))] == pytest.approx(2 * p.f0, rel=0.06)
