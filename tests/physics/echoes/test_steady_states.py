"""Closed forms of steady states against the fixed point of one repetition, and against each other."""

from math import acos, cos, exp, pi, sin

import numpy as np
import pytest

from spinviz.physics.resonance.bloch_laws import (
    balanced_steady_state,
    ernst_angle,
    spoiled_approach,
    spoiled_gradient_echo,
    unspoiled_gradient_echo,
)

TR, T1, T2 = 0.01, 0.3, 0.08


def fixed_point(phase: float, angle: float) -> np.ndarray:
    """M just after the pulse: the solution of M = R (E P M + recovery), matrices written out."""
    c, s = cos(angle), sin(angle)
    pulse = np.array([[1, 0, 0], [0, c, s], [0, -s, c]])
    c, s = cos(phase), sin(phase)
    free = np.diag([exp(-TR / T2), exp(-TR / T2), exp(-TR / T1)]) @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
    return np.linalg.solve(np.eye(3) - pulse @ free, pulse @ np.array([0, 0, 1 - exp(-TR / T1)]))


@pytest.mark.parametrize("phase", [0.0, 0.3, -1.2, pi])
@pytest.mark.parametrize("angle", [0.1, 0.7, 2.5])
def test_freeman_hill_is_the_fixed_point_of_one_repetition(phase: float, angle: float) -> None:
    # Rounding, enlarged by the condition of the linear system, 1/(1 - E1) = 30.
    assert balanced_steady_state(phase, angle, TR, T1, T2) == pytest.approx(fixed_point(phase, angle), abs=1e-14)


@pytest.mark.parametrize("angle", [0.1, 0.7, 2.5, 0.999 * pi, pi])
def test_unspoiled_signal_is_the_mean_over_all_phases(angle: float) -> None:
    phases = 2 * pi * np.arange(600) / 600
    x, y, _ = balanced_steady_state(phases, angle, TR, T1, T2)
    # The mean of a periodic analytic function converges geometrically: E2^600 = 3e-33.
    assert np.hypot(x.mean(), y.mean()) == pytest.approx(unspoiled_gradient_echo(angle, TR, T1, T2), abs=1e-14)


def test_without_transverse_magnetization_every_steady_state_is_the_spoiled_one() -> None:
    angles = np.radians([5.0, 30.0, 90.0])
    spoiled = spoiled_gradient_echo(angles, TR, T1)
    assert unspoiled_gradient_echo(angles, TR, T1, 1e-4) == pytest.approx(spoiled, rel=1e-12)
    assert balanced_steady_state(1.0, angles, TR, T1, 1e-4)[1] == pytest.approx(spoiled, rel=1e-12)


def test_spoiled_approach_repeats_one_repetition() -> None:
    angle, m = 0.5, 0.3
    for n in range(20):
        assert spoiled_approach(n, 0.3, angle, TR, T1) == pytest.approx(m, abs=1e-14)
        m = 1 + (m * cos(angle) - 1) * exp(-TR / T1)
    steady = spoiled_approach(1e6, 0.3, angle, TR, T1)
    assert sin(angle) * steady == pytest.approx(spoiled_gradient_echo(angle, TR, T1), abs=1e-15)


def test_ernst_angle_gives_the_largest_signal() -> None:
    best = ernst_angle(TR, T1)
    assert best == acos(exp(-TR / T1))
    # The maximum sqrt((1 - E1)/(1 + E1)) = tan(a/2).
    assert spoiled_gradient_echo(best, TR, T1) == pytest.approx(np.tan(best / 2), rel=1e-13)
    near = spoiled_gradient_echo(best + np.array([-1e-3, 1e-3]), TR, T1)
    assert (near < spoiled_gradient_echo(best, TR, T1)).all()
