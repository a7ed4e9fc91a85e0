"""The benchmarks of micromagnetics do the work they name. Nothing is timed."""

from itertools import count

import numpy as np
import pytest

from spinviz.bench import measurement, micromagnetics
from spinviz.bench.catalogue import benchmarks, chosen
from spinviz.physics.micromagnetics.stray_field import StrayField


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setattr(measurement, "ROUNDS", 1)
    monkeypatch.setattr(micromagnetics, "FILM", (16, 4))
    monkeypatch.setattr(micromagnetics, "STEPS", 3)
    monkeypatch.setattr(micromagnetics, "DT", 1e-13)
    monkeypatch.setattr(micromagnetics, "REPEATS", 1)


def test_they_are_a_group_with_targets():
    found = chosen(["micromagnetics"], benchmarks())
    assert [benchmark.name for benchmark in found][:2] == [
        "micromagnetics-problem-4-float32", "micromagnetics-problem-4-float64",
    ]  # fmt: skip
    assert len(found) == 7
    results = [benchmark.measure() for benchmark in found[:3]]
    assert [result.unit for result in results] == ["s", "s", "cells/s"]
    assert results[0].target == "at most 0.5 s"
    assert results[2].target.startswith("at least 1.66667 times scipy.fft")


def test_a_convolution_is_counted_in_cells(monkeypatch):
    ticks = count()
    monkeypatch.setattr(micromagnetics, "clock", lambda: float(next(ticks)))
    monkeypatch.setattr(micromagnetics, "REPEATS", 5 * 128)
    assert micromagnetics.prepare_convolution((16, 8), "float32")() == 5 * 128
    assert micromagnetics.prepare_scipy((16, 8), "float32")() == 5 * 128


def test_the_peer_computes_the_same_field(monkeypatch):
    """As many values as the peer transforms, and the same ones."""
    import scipy.fft

    fields = []
    whole = scipy.fft.irfftn
    monkeypatch.setattr(scipy.fft, "irfftn", lambda *given, **norm: fields.append(whole(*given, **norm)) or fields[-1])
    micromagnetics.prepare_scipy((16, 8), "float64")()
    m = np.random.default_rng(1).normal(size=(3, 8, 16))
    given, out = np.zeros((3, 3, 10, 18)), np.zeros((3, 1, 10, 18))
    given[:, 1, 1:-1, 1:-1] = m
    StrayField((16, 8, 1), (4e-9, 4e-9, 3e-9), 8e5).field(given, out)
    assert fields[0][:, :8, :16] == pytest.approx(out[:, 0, 1:-1, 1:-1], abs=1e-14)
