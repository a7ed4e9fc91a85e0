"""Spin flop: the three checked fields, energies, and modes against the linearized equations of motion."""

import numpy as np
import pytest

from spinviz.physics.order import spin_flop

B_E, B_A = 10.0, 0.1


def field(m: np.ndarray, B: float) -> np.ndarray:
    """Fields (2, 3) on the sublattices: minus the gradient of the energy."""
    z = np.array([0.0, 0.0, 1.0])
    return -B_E * m[::-1] + B_A * m[:, 2:] * z + B * z


def modes(m: np.ndarray, B: float) -> np.ndarray:
    """Frequencies (4,) of small motions about a state at rest, with gamma = 1: dm/dt = -m x B, differentiated."""
    d, columns = 1e-6, []
    for k in range(6):
        step = np.zeros(6)
        step[k] = d
        rates = [-np.cross(m + s * step.reshape(2, 3), field(m + s * step.reshape(2, 3), B)) for s in (1, -1)]
        columns.append((rates[0] - rates[1]).ravel() / (2 * d))
    frequencies = np.sort(np.abs(np.linalg.eigvals(np.array(columns).T).imag))
    return frequencies[2:]  # two more are motions along the moments


def flopped(B: float) -> np.ndarray:
    c = B / (2 * B_E - B_A)
    s = np.sqrt(1 - c * c)
    return np.array([[s, 0, c], [-s, 0, c]])


def test_three_fields() -> None:
    assert spin_flop.leaves_at(B_E, B_A) == pytest.approx(1.417745, abs=5.1e-7)
    assert spin_flop.equal_energies_at(B_E, B_A) == pytest.approx(1.410674, abs=5.1e-7)
    assert spin_flop.returns_at(B_E, B_A) == pytest.approx(1.403638, abs=5.1e-7)
    assert spin_flop.flips_at(B_E, B_A) == pytest.approx(19.9)


def test_energies_are_equal_between_the_two_instabilities() -> None:
    B = spin_flop.equal_energies_at(B_E, B_A)
    assert spin_flop.flopped_energy(B, B_E, B_A) == pytest.approx(spin_flop.antiparallel_energy(B_E, B_A))
    assert spin_flop.flopped_energy(1.1 * B, B_E, B_A) < spin_flop.antiparallel_energy(B_E, B_A)
    assert spin_flop.flopped_energy(0.9 * B, B_E, B_A) > spin_flop.antiparallel_energy(B_E, B_A)
    state = flopped(5.0)
    torque = np.cross(state, field(state, 5.0))
    assert np.abs(torque).max() < 1e-12
    energy = B_E * state[0] @ state[1] - B_A / 2 * (state[:, 2] ** 2).sum() - 5.0 * state[:, 2].sum()
    assert spin_flop.flopped_energy(5.0, B_E, B_A) == pytest.approx(energy)


@pytest.mark.parametrize("B", [0.0, 0.7, 1.41])
def test_modes_of_the_antiparallel_state(B: float) -> None:
    seen = modes(np.array([[0.0, 0, 1], [0, 0, -1]]), B)
    expected = np.repeat(spin_flop.antiparallel_modes(B, B_E, B_A, 1.0), 2)
    np.testing.assert_allclose(np.sort(seen), np.sort(expected), atol=1e-6)


@pytest.mark.parametrize("B", [1.404, 3.0, 19.0])
def test_mode_of_the_flopped_state(B: float) -> None:
    seen = modes(flopped(B), B)
    assert seen[-1] == pytest.approx(float(spin_flop.flopped_mode(B, B_E, B_A, 1.0)), rel=1e-5)
    assert seen[0] < 1e-2  # the rotation about the axis: the root of a rounding error


def test_modes_vanish_where_a_state_becomes_unstable() -> None:
    up, down = spin_flop.leaves_at(B_E, B_A), spin_flop.returns_at(B_E, B_A)
    assert spin_flop.antiparallel_modes(up, B_E, B_A)[0] == 0
    assert spin_flop.flopped_mode(down * (1 + 1e-12), B_E, B_A, 1.0) < 1e-4
    assert np.isnan(spin_flop.flopped_mode(down * 0.999, B_E, B_A))
    above = float(spin_flop.flopped_mode(25.0, B_E, B_A, 1.0))
    assert above == pytest.approx(modes(np.array([[0.0, 0, 1], [0, 0, 1]]), 25.0)[-1], rel=1e-6)


def test_sweeps_have_a_hysteresis() -> None:
    B = np.array([1.40, 1.41, 1.42, 25.0])
    up, down = (spin_flop.swept_moment(B, B_E, B_A, way) for way in (True, False))
    np.testing.assert_allclose(up, [0, 0, 1.42 / 19.9, 1])
    np.testing.assert_allclose(down, [0, 1.41 / 19.9, 1.42 / 19.9, 1])


def test_across_the_axis_the_moment_is_linear_up_to_saturation() -> None:
    assert spin_flop.perpendicular_saturation(B_E, B_A) == pytest.approx(20.1)
    B, c = 7.0, 7.0 / 20.1  # m = (c, 0, +-s) is at rest in a field along x
    s = np.sqrt(1 - c * c)
    m = np.array([[c, 0, s], [c, 0, -s]])
    along = -B_E * m[::-1] + B_A * m[:, 2:] * np.array([0, 0, 1.0]) + np.array([B, 0, 0])
    assert np.abs(np.cross(m, along)).max() < 1e-12


def test_too_much_anisotropy_is_refused() -> None:
    for wrong in (0.0, 10.0, 12.0):
        with pytest.raises(ValueError, match="B_A < B_E"):
            spin_flop.leaves_at(B_E, wrong)
