"""When a point counts as equilibrated, and what its means and errors are worth."""

import math

import numpy as np
import pytest
from scatter import Scatter

from spinviz.engine.sweep.measuring import FEWEST, Measuring
from spinviz.model.system import Observable

LIMIT = 60_000


def series(seed, tau=10.0, mean=5.0, start=0.0, scatter=1.0, count=LIMIT):
    """An autoregressive series that begins ``start`` away from its mean."""
    keep = math.exp(-1 / tau)
    noise = np.random.default_rng(seed).standard_normal(count) * scatter * math.sqrt(1 - keep * keep)
    away = start
    for n in noise:
        away = keep * away + n
        yield mean + away


def measured(values, *, judged=(), precision=0.01, first=0, limit=LIMIT, level=3.0):
    found = Measuring(Scatter(), judged, precision, first, limit)
    for value in values:
        if found.add({"x": value, "level": level}):
            break
    return found


def test_the_mean_is_that_of_equilibrium_and_its_error_what_it_scatters_by():
    """Deviations over errors of 40 runs have the variance 1; its own standard deviation is sqrt(2/40) = 0.22."""
    points = [measured(series(seed, start=300.0), limit=4000) for seed in range(40)]
    assert all(point.equilibrated and point.converged for point in points)
    strains = [(mean - 5.0) / error for mean, error in (point.mean("x", None) for point in points)]
    assert np.mean(np.square(strains)) == pytest.approx(1.0, abs=4 * 0.22)
    assert abs(np.mean(strains)) < 4 / math.sqrt(40)


def test_what_is_still_on_its_way_is_discarded():
    """A transient of 300 times the scatter has died away to 1 % of it after 10 of its times; all that is discarded."""
    assert measured(series(3, tau=10.0, start=300.0)).discarded > 100
    assert measured(series(3, tau=10.0)).discarded < 1000


def test_a_point_ends_when_its_error_is_as_small_as_wanted():
    """The error of N samples is sqrt(2 tau/N): 1 % of 5 takes 2 · 10 · 400 = 8000 samples of scatter 1, to a fifth."""
    fine = measured(series(1), precision=0.01)
    assert fine.measurements == pytest.approx(8000, rel=0.4)
    assert fine.mean("x", None)[1] <= 0.01 * fine.mean("x", None)[0]
    assert measured(series(1), precision=0.02).measurements < fine.measurements / 2


def test_of_a_mean_of_zero_the_range_is_asked():
    point = measured(series(2, mean=0.0), precision=0.02)
    mean, error = point.mean("x", None)
    assert point.steps < LIMIT
    assert abs(mean) < 4 * error < 4 * 0.02 * 4.5
    assert error > 0.02 * 1.5


def test_of_a_mean_that_is_not_zero_no_range_is_asked():
    """The error wanted is 0.05; a twentieth of half the range would be 0.2."""
    point = measured(series(2, mean=1.0), precision=0.05)
    assert point.mean("x", None)[1] <= 0.05 * point.mean("x", None)[0] < 0.07


def test_a_drift_is_no_equilibrium():
    point = measured((value + 1e-3 * n for n, value in enumerate(series(4))), limit=10_000)
    assert not point.equilibrated
    assert point.slow == ("x",)
    assert point.steps == 10_000
    assert point.discarded == 5000


def test_a_run_shorter_than_its_correlation_time_has_no_error():
    point = measured(series(5, tau=5000.0), limit=4000)
    assert not point.equilibrated
    assert not point.converged
    assert math.isnan(point.mean("x", None)[1])


def test_what_the_system_knows_to_take_long_is_discarded():
    assert measured(series(6), first=5000).discarded >= 5000
    assert measured(series(6), first=50_000).equilibrated is False
    assert measured(series(6)).discarded >= FEWEST


def test_what_stands_still_has_no_error():
    point = measured(np.full(LIMIT, 2.5))
    assert point.equilibrated
    assert point.converged
    assert point.mean("x", None) == (2.5, 0.0)
    assert point.mean("chi", ScatterP) == (0.0, 0.0)
    assert point.steps < 4 * FEWEST


def test_what_decays_without_scatter_comes_to_rest_within_its_range():
    point = measured(7.0 + 100 * np.exp(-np.arange(LIMIT) / 30))
    mean, error = point.mean("x", None)
    assert point.equilibrated
    assert abs(mean - 7.0) <= error < 1e-4
    assert point.discarded > 30 * math.log(1e6) / 2


def test_a_constant_beside_it_disturbs_nothing():
    assert measured(series(1)).mean("level", None) == (3.0, 0.0)


def test_the_variance_comes_with_its_error_and_factor():
    """A Gaussian series of scatter 3; the factor of the observable is 2."""
    point = measured(series(7, scatter=3.0, mean=0.0))
    value, error = point.mean("chi", ScatterP)
    assert abs(value - 18.0) < 4 * error
    assert error < 2.0


def test_only_what_is_judged_is_waited_for():
    """The level wanders and never comes to rest."""
    for judged in ((), ("x",)):
        point = Measuring(Scatter(), judged, 0.01, 0, 20_000)
        wander = np.cumsum(np.random.default_rng(1).standard_normal(20_000))
        for value, level in zip(series(1, count=20_000), wander):
            if point.add({"x": value, "level": level}):
                break
        assert point.equilibrated == bool(judged)
        assert (point.steps < 20_000) == bool(judged)
        assert point.slow == (() if judged else ("level",))


def test_a_variance_can_be_judged():
    """The relative error of a variance is sqrt(4 tau/(2 N)) · sqrt(2)…: to 5 % takes more than the mean to 1 %."""
    point = measured(series(1), judged=("chi",), precision=0.05)
    value, error = point.mean("chi", ScatterP)
    assert error <= 0.05 * value
    assert point.equilibrated


def test_what_is_no_number_now_and_then_is_left_out():
    point = measured(value if n % 3 else math.nan for n, value in enumerate(series(1)))
    mean, error = point.mean("x", None)
    assert abs(mean - 5.0) < 4 * error
    nothing = measured(np.full(500, math.nan), limit=400)
    assert math.isnan(nothing.mean("x", None)[0])


class ScatterP:
    """The factor of the variance does not ask for parameters."""


class Remembered(Scatter):
    """With a function of two means, and a correlation time."""

    observables = (
        *Scatter.observables,
        Observable("product", "Product", "x l", means_of=("x", "level"), combine=lambda x, y: x * y),
        Observable("memory", "Correlation time of x", "τ", memory_of="x", factor=lambda p: 2.0),
    )


def test_statistics_of_every_kind_have_values_and_errors():
    """Of x = 5 ± 1 with a memory of 10 samples: the variance times 2, the product with 3, twice the memory."""
    found = Measuring(Remembered(), ("product",), 1e-9, 0, 40_000)
    for value in series(6, count=40_000):
        found.add({"x": value, "level": 3.0})
    found.find()
    for name, expected in (("chi", 2.0), ("product", 15.0), ("memory", 20.0)):
        value, error = found.mean(name, None)
        assert abs(value - expected) < 4 * error < 0.4 * expected
    assert found.mean("product", None)[1] == pytest.approx(3 * found.mean("x", None)[1], rel=1e-6)


def test_a_statistic_can_be_judged():
    found = Measuring(Remembered(), ("product",), 0.02, 0, LIMIT)
    steps = next(n for n, value in enumerate(series(7)) if found.add({"x": value, "level": 3.0}))
    assert steps < LIMIT - 1
    value, error = found.mean("product", None)
    assert error <= 0.02 * value


def test_statistics_of_what_stands_still():
    found = Measuring(Remembered(), ("product",), 0.02, 0, 1000)
    assert any(found.add({"x": 5.0, "level": 3.0}) for _ in range(1000))
    assert found.mean("product", None) == (15.0, 0.0)
    assert found.mean("chi", None) == (0.0, 0.0)
    assert all(math.isnan(number) for number in found.mean("memory", None))
