"""Spins in any field against an adaptive solver and closed forms."""

from math import pi

import numpy as np
import pytest

from spinviz.physics.resonance import adiabatic, driven

SPINS = 5
T1, T2 = 0.05, 0.01
PULSE = adiabatic.hyperbolic_secant(10e-3, 8000.0, 1200.0, 5.0)


def random_spins() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    m = rng.normal(size=(3, SPINS))
    return m / np.linalg.norm(m, axis=0), rng.uniform(-6000, 6000, SPINS), rng.uniform(0.5, 1.5, SPINS)


def solved(t: float, m: np.ndarray, field) -> np.ndarray:
    from scipy.integrate import solve_ivp

    def slope(t, y):
        m = y.reshape(3, -1)
        d = np.cross(m, field(t), axis=0)
        d[:2] -= m[:2] / T2
        d[2] += (1 - m[2]) / T1
        return d.ravel()

    found = solve_ivp(slope, (0, t), m.ravel(), method="DOP853", rtol=1e-12, atol=1e-13)
    return found.y[:, -1].reshape(3, -1)


def test_shaped_pulse_against_an_adaptive_solver() -> None:
    m, dw, b1 = random_spins()

    def field(t):
        w1 = complex(PULSE.at(t))
        return np.stack([b1 * w1.real, b1 * w1.imag, dw])

    expected = solved(PULSE.duration, m, field)
    errors = []
    for steps in (500, 1000):
        now, dt = m.copy(), PULSE.duration / steps
        driven.drive(now, driven.pulse_field(PULSE.at(driven.nodes(0.0, dt, steps)), b1, dw), dt, T1, T2)
        errors.append(np.abs(now - expected).max())
    # Relaxation enters at second order, (w dt)^2 dt/T2; the rotation at fourth.
    assert errors[1] < 1e-6
    assert errors[0] / errors[1] > 3.5


def test_rotation_is_of_fourth_order() -> None:
    m, dw, b1 = random_spins()
    ends = []
    for steps in (200, 400, 3200):
        now, dt = m.copy(), PULSE.duration / steps
        driven.drive(now, driven.pulse_field(PULSE.at(driven.nodes(0.0, dt, steps)), b1, dw), dt)
        ends.append(now)
    assert np.abs(ends[0] - ends[2]).max() / np.abs(ends[1] - ends[2]).max() > 12


def test_linear_field_in_the_laboratory_against_an_adaptive_solver() -> None:
    """No rotating-wave approximation: field (2 w1 cos wt, 0, w0)."""
    w = 2 * pi * np.array([0.9, 1.0, 1.1])
    w0, w1, t_end, steps = 2 * pi, 0.9, 5.0, 800
    m = np.zeros((3, 3))
    m[2] = 1.0

    def field(t):
        return np.stack([2 * w1 * np.cos(w * t), np.zeros(3), np.full(3, w0)])

    expected = solved(t_end, m, field)
    dt = t_end / steps
    fields = np.array([[field(t) for t in pair] for pair in driven.nodes(0.0, dt, steps)])
    # With T1 = 0.05 the relaxation step dominates: 32 pieces of each step.
    plain = m.copy()
    driven.drive(plain, fields, dt, T1, T2)
    assert np.abs(plain - expected).max() < 5e-3
    fine = np.array([[field(t) for t in pair] for pair in driven.nodes(0.0, dt / 32, 32 * steps)])
    now = m.copy()
    driven.drive(now, fine, dt / 32, T1, T2)
    assert np.abs(now - expected).max() < 5e-6


@pytest.mark.parametrize(("w1", "t1", "t2"), [(100.0, 0.3, 0.06), (3.0, 0.5, 0.1), (20.0, 0.1, 0.02)])
def test_torrey_against_the_matrix_exponential(w1: float, t1: float, t2: float) -> None:
    from scipy.linalg import expm

    # d/dt (My, Mz, 1): My grows with w1 Mz in the convention dM/dt = M x w.
    generator = np.array([[-1 / t2, w1, 0], [-w1, -1 / t1, 1 / t1], [0, 0, 0]])
    for t in (0.01, 0.1, 0.7):
        expected = expm(generator * t) @ [0.2, 0.7, 1.0]
        my, mz = driven.torrey(t, w1, t1, t2, (0.2, 0.7))
        assert my == pytest.approx(expected[0], abs=1e-12)
        assert mz == pytest.approx(expected[1], abs=1e-12)


def test_locked_decay_on_resonance_is_T2_and_without_field_T1() -> None:
    assert driven.locked_rate(pi / 2, 1.0, 0.05) == pytest.approx(20.0)
    assert driven.locked_rate(0.0, 1.0, 0.05) == pytest.approx(1.0)
    assert driven.locked_equilibrium(0.0, 1.0, 0.05) == pytest.approx(1.0)


def test_a_pulse_is_divided_where_it_bends() -> None:
    pulse = adiabatic.bir4(8e-3, 1.0, 1e4, 5e4)
    pieces = pulse.pieces(1e-3, 20e-3)
    assert [a for a, _ in pieces] == [1e-3, 2e-3, 6e-3]
    assert pieces[-1][1] == 8e-3
    assert pulse.pieces(9e-3, 10e-3) == []
