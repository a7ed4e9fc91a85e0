"""The benchmarks of pulse sequences do the work they name. Nothing is timed."""

from itertools import count

import numpy as np
import pytest

from spinviz.bench import bloch, measurement, resonance
from spinviz.bench.catalogue import benchmarks, chosen
from spinviz.physics.sequence.timeline import Timeline


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setattr(measurement, "ROUNDS", 1)
    monkeypatch.setattr(bloch, "ISOCHROMATS", 64)
    monkeypatch.setattr(bloch, "STEPS", 5)
    monkeypatch.setattr(resonance, "PULSE_SPINS", 100)
    monkeypatch.setattr(resonance, "PULSE_STEPS", 10)
    monkeypatch.setattr(resonance, "EPI_SPINS", 10)
    monkeypatch.setattr(resonance, "EPI_LINES", 4)
    monkeypatch.setattr(resonance, "REPEATED_SPINS", 10)
    monkeypatch.setattr(resonance, "REPETITIONS", 5)


def test_they_are_a_group_with_targets():
    found = chosen(["sequence"], benchmarks())
    assert [benchmark.name for benchmark in found] == [
        "sequence-rf", "sequence-epi", "sequence-bssfp", "sequence-image",
    ]  # fmt: skip
    results = [benchmark.measure() for benchmark in found]
    assert all(result.rate > 0 for result in results)
    assert [result.unit for result in results] == ["isochromat-steps/s", "s", "s", "s"]
    assert all(result.target for result in results)


def test_the_rate_is_isochromats_times_steps_per_second(monkeypatch):
    ticks = count()
    monkeypatch.setattr(resonance, "perf_counter", lambda: float(next(ticks)))
    assert resonance.prepare_pulse()() == 100 * 10
    assert resonance.prepare_repetitions()() == 1.0


def test_a_busy_machine_can_reach_a_target_but_not_miss_it(monkeypatch):
    peer = measurement.Peer("p", "p", lambda: lambda: 1.0)
    slow = measurement.Threaded("k", "A kernel", "things/s", lambda: lambda: 1.0, peer=peer, target=30)
    monkeypatch.setattr(measurement, "busy", lambda: "load 9 on 2 processors")
    assert slow.measure().reached is None
    monkeypatch.setattr(measurement, "busy", lambda: "")
    assert not slow.measure().reached
    assert slow.measure().reached is not None


def test_the_echo_planar_sequence_covers_k_space(monkeypatch):
    """100 lines to and fro over k-space of a field of view of 23 cm, as in the file it imitates."""
    monkeypatch.setattr(resonance, "EPI_LINES", 100)
    k = Timeline(resonance.echo_planar()).kspace
    assert k.shape == (3, 10_000)
    lines = k[1].reshape(100, 100)
    np.testing.assert_allclose(lines, lines[:, :1] + np.zeros(100), atol=1e-9)
    np.testing.assert_allclose(np.diff(lines[:, 0]), -1 / 0.23, rtol=1e-3)
    np.testing.assert_allclose(np.abs(np.diff(k[0].reshape(100, 100))), 1 / 0.23, rtol=1e-3)
