"""Spins that move while a sequence is played: closed forms of the phase they gain, and where each kind of move brings
them.
"""

from itertools import pairwise
from math import pi

import numpy as np
import pytest

from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Rf, Sample, Sequence
from spinviz.physics.sequence.engine import simulate
from spinviz.physics.sequence.motion import TOLERANCE, play_moving
from spinviz.physics.sequence.moves import Curve, HeartBeat, Motion, Move, Path, Rotate, Translate
from spinviz.physics.sequence.timeline import Timeline

EXCITE = Block(0.0, HardPulse(pi / 2, use="excitation"))
"""About x: M+ = i exp(-i phase)."""
ONCE = Curve(np.array([0.0, 1.0]), np.array([0.0, 1.0]))


def walk(*velocity: float) -> Motion:
    """At this speed [m/s] from 0 on, for one second."""
    return Motion((Move(Translate(velocity), ONCE),))


def check_phase(timeline: Timeline, sample: Sample, motion: Motion, wanted: np.ndarray | float, atol: float) -> None:
    """Compare the phase [rad] of one spin at every sample, but for whole turns."""
    m = sample.in_equilibrium()
    signal = play_moving(timeline, sample, motion, m, 0.0, timeline.sequence.duration)
    np.testing.assert_allclose(np.angle(signal / 1j * np.exp(1j * np.asarray(wanted))), 0, atol=atol)


def bipolar(area: float = 2000.0, wait: float = 3e-3, axis: int = 0) -> Timeline:
    """Two opposite trapezoids, ``wait`` apart, and a readout without a gradient."""
    one = Gradient.trapezoid(area / 1.4e-3, 4e-4, 1e-3, 4e-4)
    two = Gradient(one.times, -one.amplitudes)
    on = lambda g: tuple(g if axis == k else None for k in range(3))  # noqa: E731
    read = Block(2e-4, readout=Readout(4, 5e-5))
    return Timeline(Sequence((EXCITE, Block(1.8e-3, None, on(one)), Block(wait), Block(1.8e-3, None, on(two)), read)))


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("speed", [0.01, -0.5])
def test_a_bipolar_gradient_sees_the_velocity(axis, speed):
    """Phase 2 pi M1 v with the first moment of two opposite lobes: minus their area times their distance in time."""
    moment = -2000.0 * (1.8e-3 + 3e-3)
    velocity = [0.0, 0.0, 0.0]
    velocity[axis] = speed
    spin = Sample.of(((0.02,), (0.01,), (0.0,)))
    check_phase(bipolar(axis=axis), spin, walk(*velocity), 2 * pi * moment * speed, 1e-9)


def test_a_spin_at_rest_is_played_as_by_the_engine():
    rng = np.random.default_rng(3)
    sample = Sample.of(rng.uniform(-0.05, 0.05, (3, 20)), T1=0.5, T2=0.05, dw=rng.uniform(-50, 50, 20))
    timeline = bipolar()
    m = sample.in_equilibrium()
    signal = play_moving(timeline, sample, walk(0.0, 0.0, 0.0), m, 0.0, timeline.sequence.duration)
    np.testing.assert_allclose(signal, simulate(timeline, sample), atol=1e-11)


def readout(duration: float = 5e-3, strength: float = 4e5) -> Timeline:
    gradient = Gradient(np.array([0.0, duration]), np.array([strength, strength]))
    return Timeline(Sequence((EXCITE, Block(duration, None, (gradient, None, None), Readout(100, duration / 100)))))


def test_samples_during_a_readout_see_the_spin_where_it_is():
    """G x0 t + G v t^2/2 at every sample, to the tolerance."""
    timeline = readout()
    t = timeline.sequence.sample_times
    wanted = 2 * pi * 4e5 * (0.01 * t + 0.4 * t**2 / 2)
    check_phase(timeline, Sample.of(((0.01,), (0.0,), (0.0,))), walk(0.4, 0.0, 0.0), wanted, 2 * pi * TOLERANCE)


def test_a_rotating_spin_in_a_gradient():
    """x = R cos(w t): phase 2 pi G R sin(w t)/w. Half a turn about z through the centre (0.01, 0) in 20 ms."""
    turn = Motion((Move(Rotate((0.0, 0.0, pi), (0.01, 0.0, 0.0)), Curve(np.array([0.0, 0.02]), np.array([0.0, 1.0]))),))
    timeline, w = readout(0.02), pi / 0.02
    t = timeline.sequence.sample_times
    wanted = 2 * pi * 4e5 * (0.01 * t + 0.03 * np.sin(w * t) / w)
    # Half a turn is eight pieces of the curve, each with errors of its own.
    check_phase(timeline, Sample.of(((0.04,), (0.0,), (0.0,))), turn, wanted, 9 * 2 * pi * TOLERANCE)


def test_a_rotating_spin_without_a_sample_on_the_way():
    """A quarter of that turn in the gradient, 10 ms, and samples behind it: 2 pi G (0.01 t + R/w)."""
    turn = Motion((Move(Rotate((0.0, 0.0, pi), (0.01, 0.0, 0.0)), Curve(np.array([0.0, 0.02]), np.array([0.0, 1.0]))),))
    gradient = Gradient(np.array([0.0, 0.01]), np.array([4e5, 4e5]))
    blocks = (EXCITE, Block(0.01, None, (gradient, None, None)), Block(1e-3, readout=Readout(3, 1e-4)))
    wanted = 2 * pi * 4e5 * (0.01 * 0.01 + 0.03 * 0.02 / pi)
    spin = Sample.of(((0.04,), (0.0,), (0.0,)))
    check_phase(Timeline(Sequence(blocks)), spin, turn, wanted, 5 * 2 * pi * TOLERANCE)


def test_pieces_of_a_run_join():
    timeline, sample, motion = readout(), Sample.of(((0.01, -0.02), (0.0, 0.0), (0.0, 0.0))), walk(0.4, 0.0, 0.0)
    m = sample.in_equilibrium()
    edges = np.concatenate([[0.0], np.sort(np.random.default_rng(0).uniform(0, 5e-3, 7)), [5e-3]])
    parts = [play_moving(timeline, sample, motion, m, a, b) for a, b in pairwise(edges)]
    whole = sample.in_equilibrium()
    signal = play_moving(timeline, sample, motion, whole, 0.0, 5e-3)
    np.testing.assert_allclose(np.concatenate(parts), signal, atol=2 * 2 * pi * TOLERANCE * 2)
    np.testing.assert_allclose(m, whole, atol=1e-9)


def test_motion_during_a_slice_selective_pulse():
    """A spin that moves along the gradient with constant speed sees a chirp; so does one whose pulse is chirped back.

    In the frame of the moving spin its offset is 2 pi G (z0 + v t): the same as a spin at rest at z0 under a pulse of
    which the phase gains -pi G v t^2.
    """
    strength, speed, z0, duration = 5e5, 0.5, 2e-4, 2e-3
    times = np.linspace(0.0, duration, 2001)
    shape = 400.0 * np.sin(pi * times / duration) ** 2 + 0j
    gradient = Gradient(np.array([0.0, duration]), np.array([strength, strength]))

    def played(w1: np.ndarray, motion: Motion) -> np.ndarray:
        pulse = Rf(times, w1, held=False)
        block = Block(duration, pulse, (None, None, gradient))
        sample = Sample.of(((0.0,), (0.0,), (z0,)))
        m = sample.in_equilibrium()
        play_moving(Timeline(Sequence((block,))), sample, motion, m, 0.0, duration)
        return m

    moving = played(shape, walk(0.0, 0.0, speed))
    chirped = played(shape * np.exp(1j * pi * strength * speed * times**2), walk(0.0, 0.0, 0.0))
    np.testing.assert_allclose(moving[2], chirped[2], atol=1e-3)
    still = played(shape, walk(0.0, 0.0, 0.0))
    assert abs(moving[2] - still[2]) > 0.02


# --- where moves bring spins ----------------------------------------------------------------------------------------


def at(action, part: float, *places: tuple[float, float, float], spins=None) -> np.ndarray:
    """Positions as rows, when the move has come to ``part`` after ``part`` seconds."""
    return Motion((Move(action, ONCE, spins),)).place(np.array(places).T, part).T


def test_rotations_turn_counterclockwise_about_x_then_y_then_z():
    centre = (1.0, 0.0, 0.0)
    np.testing.assert_allclose(at(Rotate((0, 0, pi / 2), centre), 1.0, (2.0, 0, 0)), [[1, 1, 0]], atol=1e-15)
    np.testing.assert_allclose(at(Rotate((0, 0, pi), centre), 0.5, (2.0, 0, 0)), [[1, 1, 0]], atol=1e-15)
    np.testing.assert_allclose(at(Rotate((pi / 2, 0, 0), (0, 0, 0)), 1.0, (0, 1.0, 0)), [[0, 0, 1]], atol=1e-15)
    np.testing.assert_allclose(at(Rotate((0, pi / 2, 0), (0, 0, 0)), 1.0, (0, 0, 1.0)), [[1, 0, 0]], atol=1e-15)
    both = at(Rotate((pi / 2, 0, pi / 2), (0, 0, 0)), 1.0, (0, 1.0, 0), (1.0, 0, 0))
    np.testing.assert_allclose(both, [[0, 0, 1], [0, 1, 0]], atol=1e-15)


def test_a_heart_beat_strains_along_the_radius_and_z():
    """The rim, at 2, by -0.3 of it; half way in by 0.1 of the distance to the rim less; nothing crosses the axis."""
    beat = HeartBeat(-0.3, -0.1, 0.5, 2.0)
    found = at(beat, 1.0, (0.0, 2.0, 1.0), (1.0, 0.0, -1.0), (0.1, 0.0, 0.0))
    np.testing.assert_allclose(found, [[0, 1.4, 1.5], [0.5, 0, -1.5], [0, 0, 0]], atol=1e-15)


def test_displacements_of_some_spins_add_up():
    table = np.zeros((3, 2, 3))
    table[1] = [[0.0, 1.0, 4.0], [0.0, 2.0, 2.0]]
    motion = Motion(
        (
            Move(Translate((1.0, 0.0, 0.0)), ONCE, np.array([0, 2])),
            Move(Path(table, np.array([1, 0])), ONCE, np.array([1, 2])),
        )
    )
    place = motion.place(np.zeros((3, 3)), 0.75)
    np.testing.assert_allclose(place, [[0.75, 0, 0.75], [0, 2, 2.5], [0, 0, 0]])
    divided = motion.divided(2).place(np.zeros((3, 6)), 0.75)
    np.testing.assert_allclose(divided, np.repeat(place, 2, axis=1))


def test_curves_stay_or_come_again():
    times, values = np.array([0.2, 0.3, 0.6]), np.array([0.0, 1.0, 0.5])
    np.testing.assert_allclose([Curve(times, values).at(t) for t in (0.0, 0.25, 0.45, 9.0)], [0, 0.5, 0.75, 0.5])
    again = Curve(times, values, periodic=True)
    np.testing.assert_allclose([again.at(t) for t in (0.25 - 0.4, 0.25, 0.25 + 0.8, 0.1)], [0.5, 0.5, 0.5, 2 / 3])
    np.testing.assert_allclose(
        again.knots(0.0, 1.0, np.array([0.75])), [0.05, 0.2, 0.275, 0.3, 0.45, 0.6, 0.675, 0.7, 0.85]
    )


def test_a_spin_that_left_comes_back_in_equilibrium():
    """The table takes it 1 m along x, then it comes in anew at 0; meanwhile it stays where it left."""
    table = np.zeros((3, 2, 4))
    table[0] = [0.0, 1.0, 0.0, 1.0]
    reset = np.array([[False, False, True, False], [False] * 4])
    motion = Motion((Move(Path(table, np.arange(2), reset), Curve(np.array([0.0, 3e-3]), np.array([0.0, 1.0]))),))
    places = [motion.place(np.zeros((3, 2)), t)[0] for t in (0.5e-3, 1.5e-3, 1.999e-3, 2.5e-3)]
    np.testing.assert_allclose(places, [[0.5, 0.5], [1, 0.5], [1, 0.001], [0.5, 0.5]], atol=1e-12)
    sample = Sample.of(np.zeros((3, 2)), M0=[2.0, 3.0])
    for end, wanted in ((1.9e-3, [[0, 0], [2, 3], [0, 0]]), (2.1e-3, [[0, 0], [0, 3], [2, 0]])):
        m = sample.in_equilibrium()
        play_moving(Timeline(Sequence((EXCITE, Block(3e-3)))), sample, motion, m, 0.0, end)
        np.testing.assert_allclose(m, wanted, atol=1e-12)
