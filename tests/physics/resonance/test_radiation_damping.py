"""Radiation damping against closed forms, an adaptive solver, and what must be conserved."""

from math import cos, inf, log, pi, radians, sin, tan

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from spinviz.physics.resonance import radiation_damping as damped
from spinviz.physics.resonance.radiation_damping import Damping

TRD = 0.02


def run(damping: Damping, m: np.ndarray, dw: np.ndarray, time: float, steps: int) -> np.ndarray:
    spins = [np.array(row, dtype=float) for row in m]
    given = damped.coefficients(damping, dw, time / steps)
    for _ in range(steps):
        damped.step(*spins, damping, time / steps, given)
    return np.array(spins)


def tipped(angle: float, count: int = 1) -> np.ndarray:
    return np.outer([0.0, sin(angle), cos(angle)], np.ones(count))


@pytest.mark.parametrize("angle", [20, 90, 179.9])
def test_sech_and_tanh(angle: float) -> None:
    theta = radians(angle)
    t0 = TRD * log(tan(theta / 2))
    m, time = tipped(theta), 0.0
    for _ in range(20):
        m = run(Damping(TRD), m, np.zeros(1), TRD, 100)
        time += TRD
        x = (time - t0) / TRD
        # The start amplifies rounding of cos(theta) by exp(t0/Trd).
        assert np.hypot(m[0, 0], m[1, 0]) == pytest.approx(1 / np.cosh(x), abs=8e-13)
        assert m[2, 0] == pytest.approx(np.tanh(x), abs=8e-13)


def test_closed_form_solves_the_equation() -> None:
    for given in (Damping(TRD), Damping(TRD, 1.5, T2=0.1), Damping(inf, T2=0.3), Damping(TRD, -0.7, T2=0.01)):
        start = 0.1 * np.exp(0.4j)
        end, mz = damped.closed_form(given, np.array([0.0, 0.05]), start, -0.9, 30.0)
        found = solve_ivp(
            lambda t, m, d=given: damped.right_side(d, m.reshape(3, 1), np.array([30.0])).ravel(),
            (0, 0.05), [start.real, start.imag, -0.9], method="DOP853", rtol=1e-12, atol=1e-13,
        ).y[:, -1]  # fmt: skip
        assert [end[0].real, end[0].imag, mz[0]] == pytest.approx([start.real, start.imag, -0.9], abs=1e-13)
        assert [end[1].real, end[1].imag, mz[1]] == pytest.approx(list(found), abs=1e-10)


def test_closed_form_does_not_overflow() -> None:
    plus, mz = damped.closed_form(Damping(1e-3, 2.0), np.array([0.0, 100.0]), 1e-9, -1.0)
    assert np.isfinite(plus).all()
    assert mz[1] == 1.0


def test_energy_leaves_the_spins() -> None:
    m = tipped(radians(179), 200)
    dw = np.linspace(-5, 5, 200)
    before = m[2].mean()
    for _ in range(120):
        m = run(Damping(TRD, 1.0), m, dw, TRD / 5, 2)
        assert m[2].mean() >= before - 1e-14
        before = m[2].mean()
    assert before > 0.5


def test_every_length_is_kept() -> None:
    rng = np.random.default_rng(1)
    m = rng.normal(size=(3, 50))
    m /= np.linalg.norm(m, axis=0)
    given, dw = Damping(TRD, 0.8), 30 * rng.normal(size=50)
    steps, squares = damped.coefficients(given, dw, 5e-5), np.ones(50)
    for _ in range(100_000):
        damped.step(*m, given, 5e-5, steps, squares)
    assert np.abs(np.linalg.norm(m, axis=0) - 1).max() < 1e-14
    for _ in range(20_000):
        damped.step(*m, given, 5e-5, steps)
    assert np.abs(np.linalg.norm(m, axis=0) - 1).max() < 1e-11


def ensemble(count: int = 40) -> tuple[np.ndarray, np.ndarray]:
    return tipped(radians(150), count), 2 * pi * np.linspace(-8, 8, count)


def test_ensemble_against_an_adaptive_solver() -> None:
    given = Damping(TRD, 0.6, T1=0.5, T2=0.08, M0=0.9)
    m, dw = ensemble()
    found = solve_ivp(
        lambda t, y: damped.right_side(given, y.reshape(3, -1), dw).ravel(), (0, 0.1), m.ravel(),
        method="DOP853", rtol=1e-13, atol=1e-14,
    ).y[:, -1].reshape(3, -1)  # fmt: skip
    assert run(given, m, dw, 0.1, 2000) == pytest.approx(found, abs=1e-11)


def test_fourth_order() -> None:
    given = Damping(TRD, 0.6, T1=0.5, T2=0.08)
    m, dw = ensemble()
    exact = run(given, m, dw, 0.1, 3200)
    errors = [np.abs(run(given, m, dw, 0.1, steps) - exact).max() for steps in (50, 100, 200)]
    assert errors[0] / errors[1] > 12
    assert errors[1] / errors[2] > 12


def test_forward_and_back_returns() -> None:
    given = Damping(TRD, 0.6)
    m, dw = ensemble()
    assert run(given, run(given, m, dw, 0.1, 500), dw, -0.1, 500) == pytest.approx(m, abs=1e-9)


def test_small_tip_decays_with_both_rates() -> None:
    m = run(Damping(TRD, T2=0.1), tipped(1e-4), np.zeros(1), 0.03, 100)
    assert m[1, 0] == pytest.approx(1e-4 * np.exp(-0.03 * (1 / TRD + 10)), rel=1e-6)


def test_detuning_shifts_the_frequency_by_mz() -> None:
    given = Damping(TRD, 2.0)
    m = run(given, tipped(1e-6), np.zeros(1), 0.01, 50)
    assert np.angle(m[0, 0] + 1j * m[1, 0]) - pi / 2 == pytest.approx(-given.shift * 0.01, abs=1e-9)
    assert given.shift == pytest.approx(2 / (TRD * 5))


def test_no_burst_below_threshold() -> None:
    above, below = (run(Damping(TRD, T2=T2), tipped(radians(179)), np.zeros(1), 0.5, 2000) for T2 in (0.2, 0.01))
    assert above[2, 0] > 0.3
    assert below[2, 0] < -0.99


def test_pumped_inversion_ends_in_a_steady_maser() -> None:
    given = Damping(TRD, T1=0.3, T2=0.1, M0=-1.0)
    m = run(given, tipped(radians(175)), np.zeros(1), 12.0, 30_000)
    plus, mz = damped.maser_state(given)
    assert np.hypot(m[0, 0], m[1, 0]) == pytest.approx(plus, abs=1e-6)
    assert m[2, 0] == pytest.approx(mz, abs=1e-6) == pytest.approx(-0.2)
    assert damped.maser_state(Damping(TRD, T1=0.3, T2=0.01, M0=-1.0)) == (0.0, -1.0)


def test_line_of_a_small_tip_is_a_lorentzian_of_both_rates() -> None:
    f = np.linspace(-60, 60, 1201)
    line = damped.line(Damping(TRD, T2=0.1), f, 1e-3j, 1.0, 2 * pi * 5, 0.4)
    above = f[line > 0.5]
    assert np.ptp(above) == pytest.approx((1 / TRD + 10) / pi, rel=0.02)
    assert above.mean() == pytest.approx(5.0, abs=0.05)


@pytest.mark.parametrize("rho", [1e-12, 1e-160, 1e-290])
@pytest.mark.parametrize("mz", [-1.0, 1.0])
def test_a_signal_whose_square_underflows_still_grows_or_decays(rho: float, mz: float) -> None:
    """Near the poles |M+| goes as exp(-g Mz t): it was 0/0 near -z below 1e-154, where T2 ends up before long."""
    given = Damping(TRD)
    m = run(given, np.array([[0.0], [rho], [mz]]), np.zeros(1), TRD, 150)
    expected = np.exp(-mz)
    assert m[1, 0] / rho == pytest.approx(expected, rel=1e-9)
    assert m[2, 0] == pytest.approx(mz)
    plus, _ = damped.closed_form(given, np.array([TRD]), 1j * rho, mz)
    assert plus[0].imag / rho == pytest.approx(expected, rel=1e-9)
