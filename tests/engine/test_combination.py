"""Ratios of means and correlation times: the error shown is the scatter that occurs."""

import math

import numpy as np
import pytest
from scipy.signal import lfilter
from toy import Toy, ToyParameters

from spinviz.engine.combination import Combination, Memory
from spinviz.engine.loop import Loop, SetParameters
from spinviz.model.plots import Curve
from spinviz.model.system import Observable

RUNS = 60


def correlated(n: int, tau: float, rng: np.random.Generator) -> np.ndarray:
    """A series (n,) of unit variance whose correlations fall as exp(-t/tau)."""
    a = math.exp(-1 / tau)
    kicks = math.sqrt(1 - a * a) * rng.standard_normal(n)
    kicks[0] /= math.sqrt(1 - a * a)
    return np.asarray(lfilter([1.0], [1.0, -a], kicks))


def binder(second: float, fourth: float) -> float:
    return 1 - fourth / (3 * second**2)


@pytest.mark.parametrize("tau", [0.3, 10.0])
def test_the_error_of_a_ratio_is_its_scatter(tau: float) -> None:
    """Of a Gaussian <m^4> = 3 <m^2>^2: the value is 0 but for a bias of order 1/n."""
    values, errors = [], []
    for seed in range(RUNS):
        m = correlated(3000, tau, np.random.default_rng(seed))
        found = Combination()
        for x in m.tolist():
            found.add(x**2, x**4)
        found.find(binder)
        values.append(found.value(binder))
        errors.append(found.error)
        assert found.value(binder) == pytest.approx(binder((m**2).mean(), (m**4).mean()), abs=1e-12)
    known = np.array(errors)[~np.isnan(errors)]
    assert len(known) > RUNS / 2
    # 60 runs know a scatter to 9 %; the error shown is 5 to 10 % larger for how badly it is known.
    assert np.sqrt(np.mean(known**2)) == pytest.approx(np.std(values), rel=0.3)


@pytest.mark.parametrize("tau", [0.2, 3.0, 12.0])
def test_the_correlation_time_is_that_of_the_series(tau: float) -> None:
    """tau = 1/2 + sum of a^k = (1 + a)/(2 (1 - a)) with a = exp(-1/tau)."""
    a = math.exp(-1 / tau)
    exact = (1 + a) / (2 * (1 - a))
    off, errors = [], []
    for seed in range(RUNS):
        found = Memory()
        for x in (5 + correlated(6000, tau, np.random.default_rng(seed))).tolist():
            found.add(x)
        found.find()
        if not math.isnan(found.value):
            off.append(found.value - exact)
            errors.append(found.error)
    assert len(off) > RUNS / 2
    assert np.mean(off) == pytest.approx(0, abs=0.12 * exact)
    assert 0.4 < np.std(off) / np.sqrt(np.mean(np.square(errors))) < 1.3


def test_nothing_is_said_without_a_plateau() -> None:
    found, memory = Combination(), Memory()
    for x in correlated(500, 300.0, np.random.default_rng(1)).tolist():
        found.add(x**2, x**4)
        memory.add(x)
    found.find(binder)
    memory.find()
    assert math.isnan(found.error)
    assert math.isnan(memory.value)


class Measured(Toy):
    observables = (
        *Toy.observables,
        Observable("ratio", "Ratio", "r", means_of=("mean", "rate"), combine=lambda m, r: m / r, factor=lambda p: 2.0),
        Observable("memory", "Memory", "τ", memory_of="mean"),
    )
    plots = (*Toy.plots, Curve("ratios", "Ratio", "rate", "ratio", mean=True))


def test_a_run_shows_them_and_curves_keep_them_at_every_setting() -> None:
    loop = Loop(Measured(), ToyParameters(rate=100.0, noise=0.1, dt=0.1))
    loop.advance(800)
    seen = loop.observables
    assert seen["ratio"] == pytest.approx(
        2 * loop.samples.history().observables["mean"].mean() / 100, rel=0.05, abs=5e-4
    )
    assert seen["memory"] == pytest.approx(0.5, abs=0.2), "independent samples"
    before = loop.frame().plots["ratios"]
    assert before.shape == (1, 3)
    loop.apply(SetParameters(loop.parameters.change(rate=90.0)))
    loop.advance(400)
    after = loop.frame().plots["ratios"]
    assert np.array_equal(after[0], before[0])
    assert after[1, 0] == 90.0
