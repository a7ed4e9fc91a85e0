"""The fast engine: the same as the readable one on any sequence, however a run is cut."""

import gc
import weakref
from itertools import pairwise
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from spinviz.physics.sequence import reference as sequence_reference
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Rf, Sample, Sequence
from spinviz.physics.sequence.engine import end_of, play
from spinviz.physics.sequence.kernels import MULTIPLIER
from spinviz.physics.sequence.program import written
from spinviz.physics.sequence.timeline import Timeline

amplitudes = st.floats(-2e5, 2e5)


@st.composite
def pulses(draw: st.DrawFn) -> Rf:
    """Random shapes of 3 to 12 samples, some with a carrier that is off by up to 2 kHz."""
    held = draw(st.booleans())
    count = draw(st.integers(3, 12))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    times = np.cumsum(np.r_[0.0, rng.choice([4e-6, 10e-6, 25e-6], count)])
    w1 = rng.normal(size=(2, count + (not held))) * draw(st.sampled_from([300.0, 3e3, 3e4]))
    frequency, phase = draw(st.sampled_from([0.0, 2e3, -700.0])), draw(st.floats(-3, 3))
    return Rf(times, w1[0] + 1j * w1[1], draw(st.sampled_from([0.0, 3e-5])), frequency, phase, held)


@st.composite
def gradients(draw: st.DrawFn) -> Gradient | None:
    """None, a trapezoid, or a constant amplitude that jumps at both ends."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return None
    if kind == 1:
        return Gradient(np.array([0.0, 6e-4]), np.full(2, draw(amplitudes)))
    if kind == 2:
        return Gradient.trapezoid(draw(amplitudes), 1e-4, draw(st.sampled_from([0.0, 2e-4])), 1e-4, 5e-5)
    return Gradient(np.array([0.0, 1e-4, 3e-4, 6e-4]), np.array(draw(st.tuples(*[amplitudes] * 4))))


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    """A pulse, gradients, a readout (also during the pulse), a spoiler: each or none."""
    hard = st.builds(HardPulse, st.floats(-4, 4), st.floats(-4, 4), st.sampled_from([0.0, 2e-4]))
    readout = st.builds(
        Readout,
        st.integers(1, 40),
        st.sampled_from([2e-6, 10e-6]),
        st.sampled_from([0.0, 1e-4]),
        st.sampled_from([0.0, 1e3]),
        st.floats(-3, 3),
    )
    axes = (draw(gradients()), draw(gradients()), draw(gradients()))
    rf, read = draw(st.one_of(st.none(), pulses(), hard)), draw(st.one_of(st.none(), readout))
    return Block(6e-4, rf, axes, read, spoil=draw(st.booleans()))


sequences = st.lists(blocks(), min_size=1, max_size=5).map(lambda found: Sequence(tuple(found)))


def sample_of(count: int, b1: bool = True, relaxing: bool = True) -> Sample:
    rng = np.random.default_rng(count)
    return Sample.of(
        position=rng.normal(size=(3, count)) * 0.02,
        T1=rng.uniform(0.05, 2, count) if relaxing else np.inf,
        T2=rng.uniform(0.005, 0.05, count) if relaxing else np.inf,
        M0=rng.uniform(0.5, 1, count),
        dw=rng.normal(size=count) * 1000,
        b1=rng.uniform(0.7, 1.3, count) if b1 else 1.0,
    )


def start_of(sample: Sample) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(3, sample.count))


@given(sequences, st.booleans(), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_it_is_the_readable_method(sequence: Sequence, b1: bool, cut: float, stop: float) -> None:
    """Rounding is all that differs: phases of 1e3 rad and times of 3e-3 s leave 1e-12."""
    sample, timeline = sample_of(7, b1), Timeline(sequence)
    fast, readable = start_of(sample), start_of(sample)
    start, end = sorted((cut * sequence.duration, stop * sequence.duration))
    signal = play(timeline, sample, fast, start, end)
    expected = sequence_reference.play(timeline, sample, readable, start, end)
    np.testing.assert_allclose(fast, readable, rtol=0, atol=1e-12)
    np.testing.assert_allclose(signal, expected, rtol=0, atol=1e-11)


@pytest.mark.parametrize("start", [3.6e-11, 6e-9, 9.9e-6])
def test_steps_of_almost_one_length_join_as_exactly_as_others(start: float) -> None:
    """A pulse entered a little late: its first step is a little shorter, and there relaxation is corrected a little."""
    w1 = np.array([99.1 - 161.1j, -390.9 + 174.3j, 271.6 + 109.4j, 133.9 + 88.2j])
    timeline = Timeline(Sequence((Block(6e-4, Rf(np.array([0.0, 1e-5, 2e-5, 4.5e-5]), w1)),)))
    sample = sample_of(7, b1=False)
    fast, readable = start_of(sample), start_of(sample)
    play(timeline, sample, fast, start, 6e-4)
    sequence_reference.play(timeline, sample, readable, start, 6e-4)
    np.testing.assert_allclose(fast, readable, rtol=0, atol=1e-13)


@given(sequences, st.lists(st.floats(0, 1), min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_cuts_between_pulses_leave_the_signal_as_it_is(sequence: Sequence, cuts: list[float]) -> None:
    """Exact jumps may be cut anywhere; a cut within a pulse is moved to its end."""
    sample, timeline = sample_of(5), Timeline(sequence)
    stops = [0.0, *sorted(behind_pulses(timeline, cut * sequence.duration) for cut in cuts), end_of(timeline)]
    whole, parts = start_of(sample), start_of(sample)
    expected = play(timeline, sample, whole, 0.0, end_of(timeline))
    signal = np.concatenate([play(timeline, sample, parts, a, b) for a, b in pairwise(stops)])
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-12)
    np.testing.assert_allclose(signal, expected, rtol=0, atol=1e-11)


def behind_pulses(timeline: Timeline, t: float) -> float:
    return max([t, *(placed.end for placed in timeline.shaped if placed.start < t < placed.end)])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4), st.sampled_from([0.0, 3e3]))
@settings(max_examples=20, deadline=None)
def test_cuts_within_a_held_pulse_leave_the_signal_as_it_is(cuts: list[float], frequency: float) -> None:
    """Without relaxation each step of a constant field is exact, wherever it is cut, carrier and gradient included."""
    w1 = np.random.default_rng(3).normal(size=(2, 40)) * 4e3
    pulse = Rf(np.arange(41) * 10e-6, w1[0] + 1j * w1[1], 2e-5, frequency)
    slice_of = Gradient(np.array([0.0, 5e-4]), np.full(2, 3e5))
    timeline = Timeline(Sequence((Block(5e-4, pulse, (None, slice_of, None), Readout(20, 25e-6)),)))
    sample = sample_of(9, relaxing=False)
    whole, parts = start_of(sample), start_of(sample)
    expected = play(timeline, sample, whole, 0.0, 5e-4)
    stops = [0.0, *sorted(5e-4 * cut for cut in cuts), 5e-4]
    signal = np.concatenate([play(timeline, sample, parts, a, b) for a, b in pairwise(stops)])
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-12)
    np.testing.assert_allclose(signal, expected, rtol=0, atol=1e-11)


def test_stops_within_a_smooth_pulse_err_no_more_than_its_steps() -> None:
    """A live picture stops anywhere: other steps, the same pulse; with 1 rad per step both err by 1e-6."""
    timeline, sample = Timeline(Sequence((sinc_block(),))), sample_of(9)
    whole, parts = start_of(sample), start_of(sample)
    play(timeline, sample, whole, 0.0, 1e-3)
    for a, b in pairwise(np.linspace(0.0, 1e-3, 38).tolist()):
        play(timeline, sample, parts, a, b)
    np.testing.assert_allclose(parts, whole, rtol=0, atol=3e-6)


def test_many_spins_on_two_threads() -> None:
    """Several chunks, the last one shorter: each spin does what it does alone, and threads change no bit."""
    sample, timeline = sample_of(2500), Timeline(Sequence((sinc_block(), Block(1e-3, readout=Readout(300, 2e-6)))))
    one, two = start_of(sample), start_of(sample)
    signal = play(timeline, sample, one, 0.0, 1.0)
    assert np.array_equal(play(timeline, sample, two, 0.0, 1.0, threads=2), signal)
    assert np.array_equal(one, two)
    some = [0, 833, 834, 1666, 2499]
    few = Sample(
        *(a[some] for a in (sample.T1, sample.T2, sample.M0, sample.dw)), sample.position[:, some], sample.b1[some]
    )
    m = start_of(sample)[:, some]
    play(timeline, few, m, 0.0, 1.0)
    np.testing.assert_allclose(one[:, some], m, rtol=0, atol=1e-13)


def sinc_block(frequency: float = 0.0, gradient: float = 3e5) -> Block:
    """A slice selective pulse of 1 ms, Hamming-filtered, on a raster of 10 us; its gradient ramps up at first."""
    t = np.linspace(0, 1e-3, 101)
    x = (t - 0.5e-3) / 0.5e-3
    shape = np.sinc(2 * x) * (0.54 + 0.46 * np.cos(pi * x))
    pulse = Rf(t, shape * (pi / 2) / np.trapezoid(shape, t) + 0j, frequency=frequency, phase=0.3, held=False)
    ramp = Gradient(np.array([0.0, 2e-4, 1e-3]), np.array([0.0, gradient, gradient]))
    return Block(1e-3, pulse, (None, None, ramp))


def block_of(pulse: Rf, gradient: float = 3e5) -> Block:
    on = Gradient(np.array([0.0, pulse.duration]), np.full(2, gradient))
    return Block(pulse.duration, pulse, (on, None, None))


def sech() -> Rf:
    t = np.linspace(0, 4e-3, 401)
    x = 1200 * (t - 2e-3)
    return Rf(t, 8000 / np.cosh(x) * np.exp(-5j * np.log(np.cosh(x))), held=False)


def held_sinc() -> Rf:
    t = np.linspace(0, 1e-3, 101)
    return Rf(t, 5000 * np.sinc((t[1:] - 0.505e-3) / 0.2e-3) + 0j, frequency=1500.0)


def rectangle() -> Rf:
    return Rf(np.array([0.0, 3e-4]), np.array([pi / 2 / 3e-4 + 0j]))


@pytest.mark.parametrize(
    "block",
    [sinc_block(2e3), block_of(sech(), 1e5), block_of(held_sinc()), block_of(rectangle())],
    ids=["sinc off centre", "hyperbolic secant", "held", "rectangle"],
)
def test_shaped_pulses_meet_an_adaptive_solver(block: Block) -> None:
    """Spins with T2 of 5 to 50 ms, own field, offset and place; the solver follows the same straight lines to 1e-13."""
    sample, timeline = sample_of(4), Timeline(Sequence((block,)))
    m = start_of(sample)
    expected = solved(timeline, sample, m.copy())
    play(timeline, sample, m, 0.0, block.duration)
    np.testing.assert_allclose(m, expected, rtol=0, atol=1e-6)


def solved(timeline: Timeline, sample: Sample, m: np.ndarray) -> np.ndarray:
    """DOP853 from corner to corner of the pulse, so that what it integrates is smooth."""
    pulse = timeline.shaped[0].what
    assert isinstance(pulse, Rf)
    y = m.ravel()
    for a, b in pairwise(np.unique(np.concatenate([pulse.times, timeline.knots()])).tolist()):
        # Never beyond the corners, where the next line begins.
        inside = (a + 1e-9 * (b - a), b - 1e-9 * (b - a))

        def rate(t: float, y: np.ndarray, inside: tuple[float, float] = inside) -> np.ndarray:
            at = np.array([min(max(t, inside[0]), inside[1])])
            w1, gradient = pulse.at(at)[0] * sample.b1, timeline.gradient(at)[:, 0]
            w = np.stack([w1.real, w1.imag, sample.dw + 2 * pi * gradient @ sample.position])
            M = y.reshape(3, -1)
            change = np.cross(M, w, axis=0)
            change -= np.stack([M[0] / sample.T2, M[1] / sample.T2, (M[2] - sample.M0) / sample.T1])
            return change.ravel()

        y = solve_ivp(rate, (a, b), y, method="DOP853", rtol=1e-13, atol=1e-13).y[:, -1]
    return y.reshape(3, -1)


def test_the_error_falls_with_the_fourth_power_of_the_step() -> None:
    """A triangle has few corners, so that its steps may be halved: errors fall by 16, asked for are 12.

    With relaxation, products of two relaxations still fall with the second power.
    """
    pulse = Rf(np.array([0.0, 1e-3, 2e-3]), np.array([1000.0, 4000.0 + 3000j, 0j]), held=False)
    timeline, sample = Timeline(Sequence((block_of(pulse, 1e4),))), sample_of(6, relaxing=False)
    found = []
    for step in (80e-6, 40e-6, 20e-6, 1e-6):
        m = start_of(sample)
        play(timeline, sample, m, 0.0, 2e-3, step=step)
        found.append(m)
    errors = [np.max(np.abs(m - found[-1])) for m in found[:-1]]
    assert errors[0] / errors[1] > 12
    assert errors[1] / errors[2] > 12


@pytest.mark.parametrize("b1", [1.0, 0.9])
@pytest.mark.parametrize("w1", [500.0, 1e4, 5e4])
@pytest.mark.parametrize("held", [True, False])
def test_norm_is_kept_for_100000_steps(b1: float, w1: float, held: bool) -> None:
    """Rotations by at most 0.1, 1 and more radians, each with a kernel of its own: 1e-17 on the average."""
    rng = np.random.default_rng(0)
    shape = rng.normal(size=(2, 100_000 + (not held)))
    pulse = Rf(np.arange(100_001) * 10e-6, w1 * (shape[0] + 1j * shape[1]), held=held)
    sample = Sample.of(dw=rng.normal(size=8) * 100, b1=b1)
    m = sample.in_equilibrium()
    play(Timeline(Sequence((Block(1.0, pulse),))), sample, m, 0.0, 1.0)
    np.testing.assert_allclose(np.linalg.norm(m, axis=0), 1.0, rtol=0, atol=1e-12)


def test_a_run_forward_and_backward_returns() -> None:
    """Without relaxation, the reversed sequence with reversed fields leads back."""
    sample = sample_of(11, relaxing=False)
    there = Sequence((sinc_block(), block_of(held_sinc()), Block(1e-3, HardPulse(1.2, 0.4))))
    back = Sequence(tuple(reversed([reversed_block(block) for block in there.blocks])))
    m, start = start_of(sample), start_of(sample)
    play(Timeline(there), sample, m, 0.0, there.duration)
    assert np.max(np.abs(m - start)) > 0.5
    sample.dw *= -1
    play(Timeline(back), sample, m, 0.0, end_of(Timeline(back)))
    np.testing.assert_allclose(m, start, rtol=0, atol=1e-12)


def reversed_block(block: Block) -> Block:
    flipped = tuple(g and Gradient(block.duration - g.times[::-1], -g.amplitudes[::-1]) for g in block.gradients)
    pulse = block.rf
    if isinstance(pulse, HardPulse):
        return Block(block.duration, HardPulse(-pulse.angle, pulse.phase, block.duration), flipped)
    assert isinstance(pulse, Rf)
    # -w1(T - t) exp(i (phase - 2 pi f (T - t))): the carrier turns the other way.
    phase = pulse.phase - 2 * pi * pulse.frequency * pulse.duration
    times = pulse.duration - pulse.times[::-1]
    turned = Rf(times, -pulse.w1[::-1], 0.0, -pulse.frequency, phase, pulse.held)
    return Block(block.duration, turned, flipped)


def test_a_run_backwards_is_refused() -> None:
    sample = sample_of(1)
    with pytest.raises(ValueError, match="plays forward"):
        play(Timeline(Sequence((Block(1e-3),))), sample, start_of(sample), 1.0, 0.5)


def test_equal_lines_of_an_echo_train_share_their_multipliers() -> None:
    """The 100 lines of an EPI need few instructions each: their steps are recognised as equal."""
    read = Gradient.trapezoid(4e5, 2e-4, 1e-3, 2e-4)
    back = Gradient(read.times, -read.amplitudes)
    lines = [Block(1.4e-3, gradients=(g, None, None), readout=Readout(100, 1e-5, 2e-4)) for g in (read, back)]
    timeline = Timeline(Sequence((Block(1e-3, HardPulse(1.0)), *(lines * 50))))
    program = written(timeline, 0.0, end_of(timeline), 1e-5)
    assert np.sum(program.codes[:, 0] == MULTIPLIER) < 10
    assert len(program.codes) < 230


def test_plans_go_with_their_timelines() -> None:
    """A plan that held its timeline would keep both for ever: sliders make a new one with every move."""
    timeline = Timeline(Sequence((sinc_block(), Block(1e-3, HardPulse(1.0), readout=Readout(4, 1e-5), spoil=True))))
    sample = sample_of(2)
    play(timeline, sample, start_of(sample), 0.0, 1.0)
    kept = weakref.ref(timeline)
    del timeline
    gc.collect()
    assert kept() is None
