"""What a sequence is played on: spins divided against false echoes, T2* and B1 of maps, phantoms that move."""

from math import pi
from pathlib import Path

import h5py
import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.files.pulseq.read import write_pulseq
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Sequence
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.pulseq import spins
from spinviz.systems.resonance.pulseq.parameters import PulseqParameters, timeline_of
from spinviz.systems.resonance.pulseq.plots import expected, follows_equation
from spinviz.systems.resonance.pulseq.spins import played_on, spins_of
from spinviz.systems.resonance.pulseq.system import Pulseq

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is absent")
SYSTEM = Pulseq()


def rod(path: Path, count: int = 20, step: float = 1e-3, motion: tuple[float, float, float] | None = None) -> Path:
    """Spins in a row along x; ``motion`` [m/s] for one second."""
    with h5py.File(path, "w") as file:
        file["position/x"] = (np.arange(count) - (count - 1) / 2) * step
        file["contrast/ρ"], file["contrast/T1"], file["contrast/T2"] = np.ones((3, count))
        if motion:
            for name, kind in (("action", "Translate"), ("time", "TimeCurve"), ("spins", "AllSpins")):
                file.create_group(f"motion/motion_1/{name}").attrs["type"] = kind
            file["motion/motion_1/time"].attrs.update({"t": [0.0, 1.0], "t_unit": [0.0, 1.0]})
            file["motion/motion_1/action"].attrs.update(dict(zip(("dx", "dy", "dz"), motion)))
    return path


def spoiler_blocks(area: float, flip: float = pi / 2) -> list[Block]:
    """A pulse, a gradient of ``area`` [1/m] along x, eight samples."""
    gradient = Gradient.trapezoid(area / 1e-3, 2e-4, 8e-4, 2e-4)
    return [
        Block(1e-4, HardPulse(flip)), Block(1.2e-3, None, (gradient, None, None)),
        Block(1e-3, readout=Readout(8, 1e-5)),
    ]  # fmt: skip


def spoiler(path: Path, area: float) -> Path:
    """They as a file."""
    write_pulseq(path, Sequence(tuple(spoiler_blocks(area))))
    return path


def bipolar(path: Path, area: float = 2000.0, wait: float = 3e-3) -> Path:
    """Two opposite lobes of 1.8 ms, ``wait`` apart, and samples without a gradient."""
    one = Gradient.trapezoid(area / 1.4e-3, 4e-4, 1e-3, 4e-4)
    two = Gradient(one.times, -one.amplitudes)
    blocks = [Block(1e-4, HardPulse(pi / 2)), Block(1.8e-3, None, (one, None, None)), Block(wait)]
    blocks += [Block(1.8e-3, None, (two, None, None)), Block(1e-3, readout=Readout(4, 1e-5))]
    write_pulseq(path, Sequence(tuple(blocks)))
    return path


def opened(*paths: Path) -> PulseqParameters:
    p = PulseqParameters.of()
    for path in paths:
        p = SYSTEM.open_beside(path, p)
    return p


@cases
def test_a_spoiler_of_one_turn_for_each_spin_spoils():
    """Spins 1 mm apart gave |S| = 0.987 where a rod, and spins 20 um apart, give 0."""
    names = ("seq-06-spoiler-one-turn-per-mm.seq", "phantom-06-rod-spins-1mm.phantom")
    p = opened(*(CASES / name for name in names))
    assert np.abs(SYSTEM.received(p)[1]).max() < 1e-12
    assert spins_of(p).count == 60
    (remark,) = SYSTEM.remarks(p)
    assert remark == "spins divided 3× along x: gradients dephase neighbouring spins by 1 turn"
    whole = p.change(divide=False)
    assert np.abs(SYSTEM.received(whole)[1]).max() == pytest.approx(0.987, abs=1e-3)
    (remark,) = SYSTEM.remarks(whole)
    assert remark.startswith("WARNING false echoes: gradients dephase neighbouring spins by 1 turn")
    assert "finer spins are needed, 3× along x" in remark
    fine = opened(CASES / names[0], CASES / "phantom-06-rod-spins-20um.phantom")
    assert (spins_of(fine).count, SYSTEM.remarks(fine)) == (1000, ())
    assert np.abs(SYSTEM.received(fine)[1]).max() < 1e-12


def test_beyond_the_limit_spins_stay_whole_and_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(spins, "MOST_SPINS", 100)
    p = opened(spoiler(tmp_path / "s.seq", 2500.0), rod(tmp_path / "p.phantom"))
    assert spins_of(p).count == 20
    (remark,) = SYSTEM.remarks(p)
    assert "by 2.5 turns, finer spins are needed, 6× along x (120, the limit is 100)" in remark
    assert remark in SYSTEM.caption(SYSTEM.initial_state(p, np.random.default_rng(0)), p)


def test_spins_are_divided_for_what_survives_repetitions(tmp_path, monkeypatch):
    """One turn for each spin in each of ten repetitions; where that is too much, as far as allowed."""
    blocks = spoiler_blocks(1000.0, pi / 6)
    write_pulseq(tmp_path / "s.seq", Sequence(10 * tuple(blocks)))
    p = opened(tmp_path / "s.seq", rod(tmp_path / "p.phantom"))
    assert spins_of(p).count == 20 * 21
    (remark,) = SYSTEM.remarks(p)
    assert remark == (
        "spins divided 21× along x: gradients dephase neighbouring spins by 1 turn, over several pulses by 10 turns"
    )
    monkeypatch.setattr(spins, "MOST_SPINS", 100)
    spins._phantom.cache_clear()
    assert spins_of(p).count == 100
    (remark,) = SYSTEM.remarks(p)
    assert remark.startswith("WARNING false echoes: spins divided 5× along x, but gradients dephase")
    assert remark.endswith("finer spins are needed, 21× along x (420, the limit is 100)")


def test_long_sequences_allow_fewer_spins(tmp_path):
    """Spins times samples and steps of 10 us of shaped pulses: 8 samples and a block pulse of 1 us here."""
    p = opened(spoiler(tmp_path / "s.seq", 1000.0), rod(tmp_path / "p.phantom"))
    timeline = timeline_of(p)
    assert spins.steps_of(timeline) == pytest.approx(8.1)
    assert spins.most_spins(timeline) == 500_000
    long = Timeline(Sequence(1000 * tuple(spoiler_blocks(1000.0)[:2]) + (Block(1.0, readout=Readout(8000, 1e-4)),)))
    assert spins.most_spins(long) == 250_000


def test_below_half_a_turn_nothing_is_done_or_said(tmp_path):
    p = opened(spoiler(tmp_path / "s.seq", 490.0), rod(tmp_path / "p.phantom"))
    assert (spins_of(p).count, SYSTEM.remarks(p)) == (20, ())


def test_a_spoiler_across_a_single_layer_is_said_to_do_nothing(tmp_path):
    """k = 1500/m along y and 90/m along z on spins along x."""
    strong, weak = (Gradient.trapezoid(area / 1e-3, 2e-4, 8e-4, 2e-4) for area in (1500.0, 90.0))
    blocks = (Block(1e-4, HardPulse(pi / 2)), Block(1.2e-3, None, (None, strong, weak)), Block(1e-3))
    write_pulseq(tmp_path / "s.seq", Sequence(blocks))
    p = opened(tmp_path / "s.seq", rod(tmp_path / "p.phantom"))
    assert SYSTEM.remarks(p) == ("all spins at one y: gradients along y dephase nothing",)


def test_divided_spins_show_the_same_magnetization(tmp_path):
    """Before the spoiler all is as with whole spins: M of 1 along y."""
    p = opened(spoiler(tmp_path / "s.seq", 3000.0), rod(tmp_path / "p.phantom")).change(offset=0.0)
    loop = Loop(SYSTEM, p, memory=1)
    loop.advance_to(9e-5)
    assert spins_of(p).M0.mean() == pytest.approx(1.0)
    assert loop.observables["signal_90"] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("velocity", [0.01, -0.2])
def test_velocity_in_a_bipolar_gradient_is_a_phase(tmp_path, velocity):
    """gamma M1 v: opposite lobes of 2000/m, 4.8 ms apart, live and at once."""
    p = opened(bipolar(tmp_path / "b.seq"), rod(tmp_path / "p.phantom", 3, 1e-4, (velocity, 0.0, 0.0)))
    phase = 2 * pi * -2000.0 * 4.8e-3 * velocity
    times, signal = SYSTEM.received(p)
    assert len(times) == 4
    # The pulse of the file lasts 1 us.
    np.testing.assert_allclose(np.angle(signal / 1j * np.exp(1j * phase)), 0, atol=1e-3)
    np.testing.assert_allclose(np.abs(signal), np.exp(-times), rtol=1e-4)
    loop = Loop(SYSTEM, p, memory=1)
    loop.advance_to(float(times[-1]) + 1e-4)
    np.testing.assert_allclose(loop.state.heard @ [1, 1j], signal, atol=1e-6)


@cases
def test_the_walker_walks(tmp_path):
    """1 cm in a second: in the picture, too, whose box holds all of the way."""
    p = opened(bipolar(tmp_path / "b.seq"), CASES / "phantom-07-moving.phantom")
    signal = SYSTEM.received(p)[1]
    phase = 2 * pi * -2000.0 * 4.8e-3 * 0.01
    np.testing.assert_allclose(np.angle(signal / 1j * np.exp(1j * phase)), 0, atol=1e-3)
    loop = Loop(SYSTEM, p, memory=1)
    stage, duration = SYSTEM.stage(p), timeline_of(p).sequence.duration
    xs = []
    for t in (0.0, duration / 2):
        loop.advance_to(t)
        xs.append(float(loop.frame().visuals[0].positions[0, 0]) * stage.unit_length)
    assert xs[1] - xs[0] == pytest.approx(0.01 * loop.time, rel=1e-5)
    assert stage.low[0] * stage.unit_length < xs[0] < xs[1] < stage.high[0] * stage.unit_length
    assert not follows_equation(p.change(input=""))


def test_motion_of_divided_spins(tmp_path):
    p = opened(bipolar(tmp_path / "b.seq", 20_000.0), rod(tmp_path / "p.phantom", 3, 1e-4, (0.05, 0.0, 0.0)))
    found = played_on(p)
    assert found.sample.count == 15
    signal = SYSTEM.received(p)[1]
    phase = 2 * pi * -20_000.0 * 4.8e-3 * 0.05
    np.testing.assert_allclose(np.angle(signal / 1j * np.exp(1j * phase)), 0, atol=2e-3)


def test_each_part_of_a_spin_moves_with_it(tmp_path):
    """Only the second of three spins moves, by 1 cm in a second."""
    path = rod(tmp_path / "p.phantom", 3, 1e-4, (0.01, 0.0, 0.0))
    with h5py.File(path, "a") as file:
        file["motion/motion_1/spins"].attrs.update({"type": "SpinRange", "range": "2:2"})
    p = opened(bipolar(tmp_path / "b.seq", 20_000.0), path)
    moved = spins.places_at(p, 0.5) - spins_of(p).position
    np.testing.assert_allclose(moved[0], np.repeat([0.0, 0.005, 0.0], 5), atol=1e-12)


def maps(path: Path, **more: np.ndarray) -> Path:
    ones = np.ones((4, 4))
    np.savez(path, T1=5 * ones, T2=0.1 * ones, voxel=1e-3, **more)
    return path


def test_free_signals_decay_with_the_t2star_of_maps(tmp_path):
    """exp(-t/T2*) up to T2' = 43 ms, 1/T2' = 1/T2* - 1/T2, to the 4 % that 32 isochromats leave, 2.5 % with 64."""
    write_pulseq(tmp_path / "f.seq", Sequence((Block(1e-5, HardPulse(pi / 2)), Block(0.05, readout=Readout(50, 1e-3)))))
    p = opened(tmp_path / "f.seq", maps(tmp_path / "p.npz", T2s=np.full((4, 4), 0.03)))
    for inside, limit in ((32, 0.04), (64, 0.025)):
        times, signal = SYSTEM.received(p.change(inside=inside))
        np.testing.assert_allclose(np.abs(signal), np.exp(-times / 0.03), atol=limit)
    times, signal = SYSTEM.received(p.change(inside=1))
    np.testing.assert_allclose(np.abs(signal), np.exp(-times / 0.1), rtol=1e-3)
    assert "T₂* of the phantom is not used" in SYSTEM.remarks(p.change(inside=1))


def test_a_spin_echo_refocuses_t2star(tmp_path):
    tau = 0.02
    blocks = (Block(tau, HardPulse(pi / 2)), Block(tau, HardPulse(pi, pi / 2)), Block(1e-3, readout=Readout(1, 1e-4)))
    write_pulseq(tmp_path / "e.seq", Sequence(blocks))
    p = opened(tmp_path / "e.seq", maps(tmp_path / "p.npz", T2s=np.full((4, 4), 0.03)))
    assert np.abs(SYSTEM.received(p)[1][0]) == pytest.approx(np.exp(-0.4), rel=5e-3)


def test_b1_of_maps_scales_the_flip_angle(tmp_path):
    """sin(90° b1) of every spin, in the signal equation as in what is played."""
    b1 = np.linspace(0.5, 1.1, 16).reshape(4, 4)
    p = opened(maps(tmp_path / "p.npz", B1=b1, B0=np.full((4, 4), 20.0)))
    signal = SYSTEM.received(p)[1]
    assert np.abs(signal).max() < np.sin(pi / 2 * b1).mean()
    np.testing.assert_allclose(signal, expected(p), atol=1e-11)
    np.testing.assert_allclose(spins_of(p).dw, 40 * pi)
