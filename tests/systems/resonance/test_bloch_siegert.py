"""Resonance in the laboratory against an adaptive solver and the laws of Rabi, Bloch and Siegert."""

import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.systems.resonance.bloch_siegert import state as lab
from spinviz.systems.resonance.bloch_siegert.system import BlochSiegert

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


def settled(nutations: float, **edits: object) -> tuple[lab.LaboratoryState, lab.LaboratoryParameters]:
    """The same without looking at every step."""
    p = P.of(**edits)
    state, dt = lab.start(p), BlochSiegert().timestep(p)
    for _ in range(round(nutations * p.nutation / dt)):
        lab.step(state, p, dt)
    return state, p


def shift_by_law(nutations: float, **edits: object) -> float:
    """Measured shift in units of w1^2/(4 w0)."""
    state, p = settled(nutations, **edits)
    return lab.measured_shift(state, p) / (p.w1**2 / (4 * p.w0))


def test_shift_of_a_twentieth() -> None:
    """w1/w0 = 0.05: w1^2/(4 w0) to 0.2 %, after 20 nutations in which the mean forgets where it stopped."""
    assert shift_by_law(20, strength=0.05) == pytest.approx(1.0, abs=2e-3)


def test_shift_grows_with_the_square_of_the_field() -> None:
    # The next orders and the fit of the line: 0.4 % at 0.2.
    assert shift_by_law(8, strength=0.2) == pytest.approx(1.0, abs=5e-3)


def test_turning_field_has_no_shift() -> None:
    state, p = settled(8, drive="circular", strength=0.3)
    assert abs(lab.measured_shift(state, p)) < 0.01 * p.w1**2 / (4 * p.w0)
    assert state.m[:, 0] == pytest.approx(state.m[:, 1], abs=1e-12)


def test_field_the_wrong_way_round_hardly_moves_M() -> None:
    state, p = settled(4, drive="counter-rotating", strength=0.2)
    # A field w1 that turns with 2 w0 against M tilts it by up to 2 w1/(2 w0).
    assert state.trail.path()[:, 3].min() > np.cos(0.2) - 0.005
    assert np.isnan(lab.measured_shift(state, p))


def test_line_is_the_lorentzian_of_the_law() -> None:
    state, p = settled(10, strength=0.1)
    x, mean = lab.line(state, p)
    assert np.abs(mean - lab.expected_line(p, x, p.shift)).max() < 5e-3
    # The law is told from the turning half alone: 0.025 w1 beside it.
    assert np.abs(mean - lab.expected_line(p, x, 0.0)).max() > 0.015


def test_inversion_after_half_a_nutation_is_centred_on_the_shifted_resonance() -> None:
    state, p = settled(0.55, strength=0.1)
    x = np.linspace(-lab.SPAN, lab.SPAN, lab.FREQUENCIES)
    law, alone = (lab.inversion(p, x, shift, state.inverted_at) for shift in (p.shift, 0.0))
    assert np.abs(state.inverted - law).max() < 0.1**2 / 2  # second order in w1/w0
    assert np.abs(state.inverted - alone).max() > 0.03


def test_wobble_has_twice_the_frequency_of_the_drive() -> None:
    loop = running(1.0, strength=0.1)
    p, rows = loop.parameters, loop.state.trail.path()
    away = rows[:, 3] - np.cos(p.w1 * rows[:, 0])
    spectrum = np.abs(np.fft.rfft((away - np.convolve(away, np.ones(24) / 24, "same")) * np.hanning(len(away))))
    f = np.fft.rfftfreq(len(away), loop.dt)
    assert f[np.argmax(spectrum * (f > p.f0))] == pytest.approx(2 * p.f0, rel=0.06)


@pytest.mark.parametrize("drive", ["linear", "circular", "counter-rotating"])
def test_arrows_of_the_halves_are_the_field_that_acts(drive: str) -> None:
    p = P.of(drive=drive, detuning=0.3)
    for t in (0.0, 1.1e-4, 4.3e-4):
        whole = lab.field(p, np.full((1, 2), t))[0, 0, :2, 0]
        np.testing.assert_allclose(np.sum(lab.halves(p, t), axis=0)[:2], whole / p.w1, atol=1e-12)
