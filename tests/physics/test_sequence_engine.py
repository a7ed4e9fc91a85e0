"""The fast engine: the same as the readable one on any sequence, however a run is cut."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from spinviz.physics import sequence_reference
from spinviz.physics.sequence import Block, Gradient, HardPulse, Readout, Rf, Sample, Sequence
from spinviz.physics.sequence_engine import play
from spinviz.physics.timeline import Timeline

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
