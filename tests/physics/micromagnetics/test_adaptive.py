"""Steps of adapted length: the order of their error, its limit, and agreement with the fixed ones."""

import numpy as np
import pytest

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.zeeman import Oscillation, Zeeman
from spinviz.physics.micromagnetics import adaptive
from spinviz.physics.micromagnetics.stepping import History, Motion


def bar(alpha=0.02, dtype=np.float64, u=(0.0, 0.0, 0.0)):
    motion = Motion.of(
        mesh((20, 5, 1), (False, True, False)), (10e-9, 10e-9, 3e-9), 8e5, A=1.3e-11, B=(-0.03, 0.01, 0.0), alpha=alpha,
        u=u, beta=0.1,
    )  # fmt: skip
    vectors = np.broadcast_to([1, 0.4, 0.1], (1, 5, 20, 1, 3))
    return motion, Spins.of_vectors(motion.geometry, vectors, dtype=dtype)


def test_agrees_with_fixed_steps():
    motion, spins = bar(u=(50.0, 0.0, 0.0))
    _, other = bar()
    course = adaptive.advance(motion, spins, 0.2e-9, 1e-8)
    motion.advance(other, History.of(other), 0.2e-9 / 4000, 4000, tolerance=-1.0)
    assert course.steps > 100
    assert spins.vectors() == pytest.approx(other.vectors(), abs=1e-6)
    assert np.linalg.norm(spins.vectors(), axis=-1) == pytest.approx(1, abs=1e-12)


def test_error_of_a_step_falls_at_least_with_its_sixth_power():
    """Precession and damping of one spin, whose closed form is known; the step is of fifth order."""
    omega = ELECTRON_GYROMAGNETIC_RATIO * 0.5 / 2
    motion = Motion.of(mesh((1, 1, 1), False), (1e-9,) * 3, 8e5, A=0.0, B=(0, 0, 0.5), alpha=1.0, stray=False)
    off = []
    for dt in (4e-12, 8e-12):
        spins = Spins.of_vectors(motion.geometry, np.array([0.8, 0, 0.6]).reshape(1, 1, 1, 1, 3), dtype=np.float64)
        assert adaptive.advance(motion, spins, dt, 1e-3, dt=dt).steps == 1
        x, a = omega * dt, omega * dt + np.arctanh(0.6)
        exact = [np.cos(x) / np.cosh(a), np.sin(x) / np.cosh(a), np.tanh(a)]
        off.append(abs(spins.vectors().ravel() - exact).max())
    assert np.log2(off[1] / off[0]) > 5.7


def test_smaller_errors_take_more_steps_as_the_fifth_root():
    counts = []
    for error in (1e-5, 1e-8):
        motion, spins = bar(0.1)
        counts.append(adaptive.advance(motion, spins, 0.2e-9, error).steps)
    assert counts[1] / counts[0] == pytest.approx(1000**0.2, rel=0.3)


def test_a_step_that_is_too_long_is_refused_and_the_end_is_met():
    motion, spins = bar()
    course = adaptive.advance(motion, spins, 20e-12, 1e-6, dt=20e-12)
    assert course.refused > 0
    again = adaptive.advance(motion, spins, 1e-15, 1e-6, dt=course.dt)
    assert again == adaptive.Course(1, 0, course.dt), "a short last step does not change the next one"


def test_a_field_that_varies_is_followed():
    Ms, V, f = 8e5, 1e-27, 20e9
    field = Zeeman(Ms * V, (0.0, 0.0, 0.0), Oscillation((0, 0, 0.2), f))
    motion = Motion(mesh((1, 1, 1), False), Hamiltonian((field,)), Ms * V)
    spins = Spins.of_vectors(motion.geometry, np.array([1.0, 0, 0]).reshape(1, 1, 1, 1, 3), dtype=np.float64)
    adaptive.advance(motion, spins, 7e-12, 1e-10, t=3e-12, dt=1e-13)
    sines = np.sin(2 * np.pi * f * np.array([3e-12, 10e-12]))
    angle = ELECTRON_GYROMAGNETIC_RATIO * 0.2 * (sines[1] - sines[0]) / (2 * np.pi * f)
    assert spins.vectors().ravel() == pytest.approx([np.cos(angle), np.sin(angle), 0], abs=1e-9)


def test_an_error_that_cannot_be_kept_is_said():
    motion, spins = bar(dtype=np.float32)
    with pytest.raises(ValueError, match="cannot be kept in float32"):
        adaptive.advance(motion, spins, 1e-9, 1e-12)
    with pytest.raises(ValueError, match="above 0"):
        adaptive.advance(motion, spins, 1e-9, 0.0)
