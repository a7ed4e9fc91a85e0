"""Writing Pulseq files: what is read is what was written, bit for bit; what the format cannot say is said nearest."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spinviz.files.errors import FileError
from spinviz.files.pulseq.read import read_pulseq, write_pulseq
from spinviz.files.pulseq.write import HARD
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Rf, Sample, Sequence
from spinviz.physics.sequence.reference import play
from spinviz.physics.sequence.timeline import Timeline

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data"
REAL = sorted(FOLDER.glob("seq/*.seq")) + sorted(FOLDER.glob("mr/*.seq"))
real = pytest.mark.skipif(not REAL, reason=f"{FOLDER} with the real Pulseq files is absent")
SHORT = Rf(np.array([0, 1e-5, 2e-5]), np.array([1e3, 2e3], np.complex128))
quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def again(tmp_path):
    """Write and read."""

    def write_and_read(*blocks, **definitions):
        write_pulseq(tmp_path / "x.seq", Sequence(blocks, definitions))
        found = read_pulseq(tmp_path / "x.seq")
        assert found.remarks == ()
        return found

    return write_and_read


@real
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_files_come_back(tmp_path, path):
    """Times, phases and frequencies bit for bit, areas too; a shape divided by its peak may lose the last bit."""
    old = read_pulseq(path)
    write_pulseq(tmp_path / "x.seq", old)
    new = read_pulseq(tmp_path / "x.seq")
    assert [b.duration for b in new.blocks] == [b.duration for b in old.blocks]
    np.testing.assert_array_equal(new.sample_times, old.sample_times)
    for a, b in zip(old.blocks, new.blocks):
        assert a.readout == b.readout
        assert (a.rf is None) == (b.rf is None)
        if isinstance(a.rf, Rf):
            assert isinstance(b.rf, Rf)
            np.testing.assert_array_equal(a.rf.times, b.rf.times)
            np.testing.assert_allclose(a.rf.w1, b.rf.w1, rtol=0, atol=1e-15 * np.abs(a.rf.w1).max())
            for name in ("start", "phase", "frequency", "held", "use"):
                assert getattr(a.rf, name) == getattr(b.rf, name)
            assert b.rf.acts_at == pytest.approx(a.rf.acts_at, rel=1e-12)
        for g, h in zip(a.gradients, b.gradients):
            assert (g is None) == (h is None)
            if g is not None:
                np.testing.assert_array_equal(g.times, h.times)
                assert g.area == h.area


def test_the_signature_is_pulseqs(tmp_path):
    """MD5 of what stands before the line end that precedes the section."""
    write_pulseq(tmp_path / "x.seq", Sequence((Block(1e-3),)))
    content, _, signature = (tmp_path / "x.seq").read_text().partition("\n[SIGNATURE]\n")
    assert signature.split()[-1] == hashlib.md5(content.encode()).hexdigest()


times = st.integers(0, 200).map(lambda n: n / 1e5)


@given(amplitude=st.floats(1, 1e6), rise=times, flat=times, fall=times, start=times)
@quick
def test_trapezoids_come_back(again, amplitude, rise, flat, fall, start):
    if rise + flat + fall == 0:
        return
    old = Gradient.trapezoid(amplitude, rise or 1e-5, flat, fall or 1e-5, start)
    new = again(Block(1e-2, gradients=(None, old, None))).blocks[0].gradients[1]
    assert new is not None
    np.testing.assert_allclose(new.times, old.times, rtol=0, atol=1e-17)
    np.testing.assert_array_equal(new.amplitudes, old.amplitudes)


@given(
    dwell=st.sampled_from([1e-6, 1e-5, 2.5e-6, 12.5e-6, 2e-3 / 300, 1 / 70000]),
    phases=st.lists(st.floats(-3, 3), min_size=1, max_size=20),
    frequency=st.floats(-1e4, 1e4),
    phase=st.floats(-7, 7),
)
@quick
def test_held_pulses_come_back(again, dwell, phases, frequency, phase):
    """Whatever the steps of a pulse: the field comes back, in the middle of each step, and the area of every one."""
    n = len(phases)
    old = Rf(dwell * np.arange(n + 1), 1000 * np.exp(1j * np.array(phases)), 1e-4, frequency, phase, use="inversion")
    new = again(Block(1e-2, rf=old)).blocks[0].rf
    assert new.use == "inversion"
    middle = (np.arange(n) + 0.5) * dwell + old.start
    np.testing.assert_allclose(new.at(middle - new.start), old.at(middle - old.start), atol=1e-9 * 1000)
    assert new.duration == pytest.approx(old.duration, abs=1e-15)


def test_joined_pulses_come_back(again):
    t = np.array([0, 1e-5, 3e-5, 1e-4])
    old = Rf(t, np.array([0, 100 + 50j, -200, 0]), 2e-5, held=False)
    new = again(Block(1e-3, rf=old)).blocks[0].rf
    assert not new.held
    np.testing.assert_allclose(new.at(t), old.at(t), atol=1e-12)


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("centre", [0.0, 30e-6, 100e-6, None])
def test_the_centre_of_a_pulse_comes_back(again, held, centre):
    """As it was given, or where the shape peaks: at 75 us if held, at 80 us if joined."""
    t = np.array([0, 1e-5, 5e-5, 8e-5, 1e-4]) if not held else np.array([0, 2e-5, 5e-5, 1e-4])
    old = Rf(t, np.array([0, 100, -200, 300j, 0])[: len(t)] if not held else np.array([100, 20, 300j]), 2e-5, held=held)
    old = replace(old, centre=centre)
    new = again(Block(1e-3, rf=old)).blocks[0].rf
    expected = centre if centre is not None else 75e-6 if held else 80e-6
    assert new.acts_at == pytest.approx(expected, abs=1e-16)


@pytest.mark.parametrize(
    "use", ["excitation", "refocusing", "inversion", "saturation", "preparation", "other", "undefined"]
)
def test_the_use_of_a_pulse_comes_back(again, use):
    assert again(Block(1e-3, rf=replace(SHORT, use=use))).blocks[0].rf.use == use


def test_phases_of_the_receiver_come_back(again):
    phases = tuple(np.random.default_rng(3).uniform(-4, 4, 300).tolist())
    old = Readout(300, 1e-5, 1e-4, 120.0, -0.7, phases)
    assert again(Block(2e-2, readout=old), Block(2e-2, readout=replace(old, modulation=()))).blocks[0].readout == old


@pytest.mark.parametrize("dwell", [3.938e-6, 4.923e-6, 15.625e-6, 31.683e-6])
def test_dwell_times_off_the_usual_raster_come_back(again, dwell):
    """Alone, and beside another."""
    old = Readout(64, dwell, 1e-4)
    assert again(Block(1e-2, readout=old)).blocks[0].readout.dwell == pytest.approx(dwell, rel=1e-12)
    both = again(Block(1e-2, readout=old), Block(1e-2, readout=replace(old, dwell=1e-5))).blocks
    assert [b.readout.dwell for b in both] == pytest.approx([dwell, 1e-5], rel=1e-12)


@pytest.mark.parametrize("dwell", [1e-5, 7.8125e-6, 1 / 50176, 3.3e-6])
def test_readouts_come_back(again, dwell):
    old = Readout(300, dwell, 1e-4, 120.0, -0.7)
    new = again(Block(2e-2, readout=old)).blocks[0].readout
    assert (new.samples, new.frequency, new.phase, new.start) == (300, 120.0, -0.7, 1e-4)
    assert new.dwell == pytest.approx(dwell, rel=1e-12)


def test_arbitrary_gradients_come_back(again):
    t = np.sort(np.random.default_rng(1).choice(np.arange(1, 900), 40, replace=False)) / 1e6
    old = Gradient(np.array([0, *t, 1e-3]), np.random.default_rng(2).normal(size=42) * 1e4)
    new = again(Block(1e-3, gradients=(old, None, None))).blocks[0].gradients[0]
    np.testing.assert_allclose(new.times, old.times, rtol=1e-15)
    np.testing.assert_allclose(new.amplitudes, old.amplitudes, rtol=1e-15)


@pytest.mark.parametrize("duration", [1.2345e-3, 1 / 3e3])
def test_durations_off_the_raster_do_not_add_up(again, duration):
    """A nanosecond is the finest step; starts, not durations, are rounded."""
    new = again(*[Block(duration)] * 1000)
    assert new.duration == pytest.approx(1000 * duration, abs=1e-9)


def echo(tau: float) -> tuple[Block, ...]:
    return (
        Block(tau, HardPulse(np.pi / 2, 0.0, use="excitation")),
        Block(tau / 2, HardPulse(np.pi, np.pi / 2, use="refocusing")),
        Block(tau, readout=Readout(100, tau / 100)),
    )


def test_hard_pulses_become_short_ones(again):
    """An echo of hard pulses and of what is written differ by what happens within a microsecond."""
    tau = 1e-2
    old, new = Sequence(echo(tau)), again(*echo(tau))
    assert new.duration == pytest.approx(old.duration, abs=1e-12)
    pulses = [b.rf for b in new.blocks if b.rf is not None]
    assert [p.duration for p in pulses] == [HARD, HARD]
    assert [p.flip for p in pulses] == pytest.approx([np.pi / 2, np.pi])
    assert [p.use for p in pulses] == ["excitation", "refocusing"]
    sample = Sample.of(dw=np.linspace(-2000, 2000, 41), T1=1.0, T2=0.1)
    signals = [play(Timeline(s), sample, sample.in_equilibrium(), 0.0, 1.0) for s in (old, new)]
    # An offset of 2000 rad/s turns by 0.002 within 1 us.
    np.testing.assert_allclose(signals[1], signals[0], atol=41 * 4e-3)


def test_room_for_hard_pulses_comes_from_what_follows(again):
    """A block without duration gets a raster step, taken from the delay behind it: everything later stays in place."""
    gradient = Gradient.trapezoid(1e4, 1e-4, 1e-3, 1e-4)
    new = again(Block(0.0, HardPulse(np.pi / 2)), Block(5e-3), Block(2e-3, None, (gradient, None, None)))
    np.testing.assert_allclose(new.starts, [0, 1e-5, 5e-3, 7e-3], atol=1e-12)


def test_room_before_a_gradient_lengthens_the_sequence(again):
    gradient = Gradient.trapezoid(1e4, 1e-4, 1e-3, 1e-4)
    new = again(Block(0.0, HardPulse(-np.pi / 2)), Block(2e-3, None, (gradient, None, None)))
    np.testing.assert_allclose(new.starts, [0, 1e-6, 2.001e-3], atol=1e-12)
    assert new.blocks[0].rf.flip == pytest.approx(np.pi / 2)
    assert np.exp(1j * new.blocks[0].rf.phase) == pytest.approx(-1)


def test_ideal_spoilers_come_back(again):
    new = again(Block(1e-3), Block(1e-3, spoil=True), Block(1e-3, spoil=True), Block(1e-3))
    assert [b.spoil for b in new.blocks] == [False, True, True, False]


def test_definitions_come_back(again):
    new = again(Block(1e-3), Name="two words", FOV=(0.2, 0.2, 0.005), TE=0.01)
    assert new.definitions["Name"] == "two words"
    assert new.definitions["FOV"] == (0.2, 0.2, 0.005)
    assert new.definitions["TE"] == 0.01
    assert new.definitions["TotalDuration"] == 1e-3


def test_definitions_cannot_break_the_file(again):
    new = again(Block(1e-3), **{"Name": "a\n[BLOCKS]\n1 2", "bad key": 1, "[RF]": 2})
    assert len(new.blocks) == 1
    assert new.definitions["Name"].startswith("a")


def test_nothing_cannot_be_written(tmp_path):
    with pytest.raises(FileError, match="the sequence has 0 blocks"):
        write_pulseq(tmp_path / "x.seq", Sequence(()))
    assert not list(tmp_path.iterdir())


@real
def test_pypulseq_reads_what_we_write(tmp_path):
    """Where PyPulseq happens to be installed."""
    pypulseq = pytest.importorskip("pypulseq")
    path = FOLDER / "seq/write_epi_se.seq"
    write_pulseq(tmp_path / "x.seq", read_pulseq(path))
    old, new = pypulseq.Sequence(), pypulseq.Sequence()
    old.read(str(path))
    new.read(str(tmp_path / "x.seq"))
    for a, b in zip(old.waveforms_and_times(append_RF=True)[0], new.waveforms_and_times(append_RF=True)[0]):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("time", [1e-3, 1.23456e-3, 2e-3 - 1e-12])
def test_a_single_sample_gets_a_usual_dwell_time(again, time):
    """Programs know no picoseconds: the sample moves by less than half the shortest dwell time that they know."""
    new = again(Block(2e-3, readout=Readout(1, 2e-12, time - 1e-12)))
    assert new.blocks[0].readout.dwell >= 1e-7
    np.testing.assert_allclose(new.sample_times, [time], atol=5.1e-8)
    assert new.duration == pytest.approx(2e-3)


def test_steps_of_a_pulse_do_not_swell_the_file(tmp_path):
    """256 steps of 15.625 us: vertices, not four million samples of a nanosecond."""
    pulse = Rf(np.arange(257) * 15.625e-6, np.sin(np.arange(256.0)) * 1e3 + 0j)
    write_pulseq(tmp_path / "x.seq", Sequence((Block(5e-3, pulse),)))
    assert (tmp_path / "x.seq").stat().st_size < 40_000
    new = read_pulseq(tmp_path / "x.seq").blocks[0].rf
    assert isinstance(new, Rf)
    # Each step keeps its area, but for half a jump of 10 ns at either end.
    assert new.flip == pytest.approx(pulse.flip, rel=1e-3)
    middle = (np.arange(256) + 0.5) * 15.625e-6
    np.testing.assert_allclose(new.at(middle), pulse.at(middle), atol=1e-9)
