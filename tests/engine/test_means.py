"""Means of correlated series: the error shown is the scatter that occurs, or there is none."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import lfilter
from toy import Toy, ToyParameters

from spinviz.engine.averages import Averages
from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.means import Mean, Variance, plateau
from spinviz.model.law import Departure, Law
from spinviz.model.system import Observable

RUNS = 120


def correlated(n: int, tau: float, rng: np.random.Generator) -> np.ndarray:
    """A series (n,) of unit variance whose correlations fall as exp(-t/tau)."""
    a = math.exp(-1 / tau)
    kicks = math.sqrt(1 - a * a) * rng.standard_normal(n)
    kicks[0] /= math.sqrt(1 - a * a)
    return np.asarray(lfilter([1.0], [1.0, -a], kicks))


def of(series: np.ndarray, kind: type = Mean) -> Mean | Variance:
    mean = kind()
    for value in series.tolist():
        mean.add(value)
    mean.find()
    return mean


def test_value_is_the_plain_mean_whatever_the_offset() -> None:
    series = 1e9 + correlated(1000, 3.0, np.random.default_rng(0))
    assert of(series).value == pytest.approx(series.mean(), rel=1e-15)
    assert of(series).count == 1000


def test_blocks_give_variance_and_covariance_of_neighbours() -> None:
    series = correlated(700, 5.0, np.random.default_rng(1))
    for k, (n, variance, covariance) in enumerate(of(series).spectrum()):
        blocks = series[: len(series) >> k << k].reshape(-1, 1 << k).mean(axis=1)
        d = blocks - blocks.mean()
        assert n == len(blocks)
        assert variance == pytest.approx(d @ d / n, rel=1e-9, abs=1e-15)
        assert covariance == pytest.approx(d[1:] @ d[:-1] / n, rel=1e-9, abs=1e-15)


def test_blocks_of_a_variance_are_those_of_the_squared_distances_from_the_mean() -> None:
    series = 3.0 + correlated(700, 5.0, np.random.default_rng(4))
    found = of(series, Variance)
    unit = abs(series[1] - series[0])
    squares = ((series - series.mean()) / unit) ** 2
    for k, (n, variance, covariance) in enumerate(found.spectrum()):
        blocks = squares[: len(squares) >> k << k].reshape(-1, 1 << k).mean(axis=1)
        d = blocks - blocks.mean()
        assert n == len(blocks)
        assert variance == pytest.approx(d @ d / n, rel=1e-9)
        assert covariance == pytest.approx(d[1:] @ d[:-1] / n, rel=1e-6, abs=1e-9 * variance)


@pytest.mark.slow
@pytest.mark.parametrize(("tau", "length"), [(0.5, 100), (5.0, 70), (5.0, 400), (40.0, 70), (40.0, 200)])
@pytest.mark.parametrize("kind", [Mean, Variance])
def test_error_is_the_scatter_that_occurs(tau: float, length: int, kind: type) -> None:
    """Runs of ``length`` correlation times: the scatter of 120 means is known to 7 %."""
    rng = np.random.default_rng(7)
    found = [of(correlated(round(length * max(tau, 1.0)), tau, rng), kind) for _ in range(RUNS)]
    shown = [mean.error for mean in found if not math.isnan(mean.error)]
    scatter = np.std([mean.value for mean in found])
    assert len(shown) > 0.7 * RUNS
    assert 0.8 < np.sqrt(np.mean(np.square(shown))) / scatter < 1.3


@pytest.mark.slow
def test_a_slow_mode_of_small_weight_is_in_the_error() -> None:
    """A twentieth of the variance that lasts 200 times as long makes the error three times as large."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(RUNS):
        series = math.sqrt(0.95) * correlated(6000, 0.5, rng) + math.sqrt(0.05) * correlated(6000, 100.0, rng)
        found.append(of(series))
    shown = np.sqrt(np.mean(np.square([mean.error for mean in found])))
    assert 0.8 < shown / np.std([mean.value for mean in found]) < 1.3


def test_a_run_of_few_correlation_times_has_no_error() -> None:
    rng = np.random.default_rng(5)
    found = [of(correlated(800, 100.0, rng)) for _ in range(50)]
    assert sum(math.isnan(mean.error) for mean in found) >= 48
    assert all(math.isfinite(mean.value) for mean in found)


def test_a_drift_has_no_error() -> None:
    assert math.isnan(of(np.linspace(0, 1, 5000)).error)


def test_a_constant_has_no_error() -> None:
    assert math.isnan(of(np.full(5000, 0.3)).error)
    assert of(np.full(5000, 0.3)).value == pytest.approx(0.3)
    assert of(np.full(5000, 0.3), Variance).value == 0.0


def test_what_is_not_a_number_is_left_out() -> None:
    assert of(np.array([1.0, math.nan, 3.0])).value == 2.0
    assert of(np.array([1.0, math.nan, 3.0]), Variance).value == 1.0
    assert math.isnan(Mean().value)


@pytest.mark.parametrize("unit", [1e-21, 1.0, 1e6])
def test_variance_and_its_error_follow_the_unit(unit: float) -> None:
    series = correlated(4000, 2.0, np.random.default_rng(2))
    plain, scaled = of(series, Variance), of(unit * (series + 5.0), Variance)
    assert plain.value == pytest.approx(series.var(), rel=1e-12)
    assert scaled.value == pytest.approx(unit**2 * plain.value, rel=1e-9)
    assert scaled.error == pytest.approx(unit**2 * plain.error, rel=1e-6)


def test_independent_blocks_give_the_textbook_error() -> None:
    # 64 blocks of unit variance without covariance, and nothing coarser.
    error, tau = plateau([(64, 1.0, 0.0)], 64)
    assert error == pytest.approx(math.sqrt(1 / 63 * (1 + 2.0 * 6 / 64)))
    assert tau == pytest.approx(0.5, rel=0.02)
    assert math.isnan(plateau([(64, 1.0, 0.0)], 64, longest=2.0)[0]), "something slower is known of the run"


def test_what_neighbours_have_in_common_counts_on_both_sides() -> None:
    """Samples of unit variance that share c with each neighbour: the mean of n has the variance (1 + 2c)/n."""
    c, n = 0.2, 128
    error, _ = plateau([(n, 1.0, c), (n // 2, (1 + c) / 2, c / 4)], n)
    few = 1 + 2.0 * 6 / (n // 2)
    assert error == pytest.approx(math.sqrt((1 + 2 * c) / n * few), rel=0.01)


def test_what_is_too_slow_in_one_observable_leaves_all_without_an_error() -> None:
    """An energy looks independent long before the magnetization, of which a little is in it."""
    rng = np.random.default_rng(6)
    slow, quick = correlated(4000, 1000.0, rng), 10 * rng.standard_normal(4000)
    means = Averages(Noisy())
    for k, (a, b) in enumerate(zip(quick.tolist(), slow.tolist())):
        means.add(float(k), {"mean": a, "rate": b}, {"zero": True}, Departure())
    assert of(quick).error == pytest.approx(10 / math.sqrt(4000), rel=0.3)
    assert math.isnan(means.means["mean"].error)
    assert math.isnan(means.laws["zero"].error)


# --- in a run -------------------------------------------------------------------------------------------------------

MEAN = Law(
    "zero", "Zero", "mean", lambda s, p, d: 0.0, "", "always", 4.0, "", "", Toy.laws[0].check, averaged=True
)  # fmt: skip
NOISE = ToyParameters(rate=100.0, noise=0.1, dt=0.1)


class Noisy(Toy):
    observables = (*Toy.observables, Observable("spread", "Spread", "s²", variance_of="mean", factor=lambda p: 3.0))
    laws = (MEAN,)

    def settle(self, state, p):
        return 2.0


class Fluctuating(Noisy):
    laws = (replace(MEAN, name="fluctuation", observable="spread", theory=lambda s, p, d: 0.01),)


def test_means_wait_for_what_settles_and_begin_anew_with_every_change() -> None:
    loop = Loop(Noisy(), NOISE)
    loop.advance(19)
    assert loop.laws["zero"].waits
    assert math.isnan(loop.laws["zero"].value), "nothing counts before 2 s"
    loop.advance(500)
    judged = loop.laws["zero"]
    assert judged.passed
    assert not judged.waits
    assert loop.observables["spread"] == pytest.approx(0.01, rel=0.3)
    assert loop.samples.history().observables["spread"][-1] == loop.observables["spread"]
    loop.apply(SetParameters(NOISE.change(noise=0.2)))
    assert loop.laws["zero"].waits
    assert loop.departure.time == loop.time
    loop.advance(500)
    assert loop.laws["zero"].error == pytest.approx(2 * judged.error, rel=0.5)
    x, mean, error = loop.frame().plots["curve"][-1]
    assert x == 100.0
    assert (mean, error) == (loop.laws["zero"].value, loop.laws["zero"].error)


def test_a_setting_that_was_left_keeps_its_mean_and_its_error() -> None:
    loop = Loop(Noisy(), NOISE)
    loop.advance(500)
    found = loop.frame().plots["curve"]
    # Independent samples, each the mean of three values with noise 0.1; the error is known to some 15 %.
    assert found[0, 2] == pytest.approx(0.1 / math.sqrt(3 * 480), rel=0.3)
    loop.apply(SetParameters(NOISE.change(rate=90.0)))
    loop.advance(100)
    points = loop.frame().plots["curve"]
    assert np.array_equal(points[0], found[0])
    assert points[1, 0] == 90.0


def test_the_law_of_a_fluctuation_compares_it_with_its_factor() -> None:
    loop = Loop(Fluctuating(), NOISE)
    loop.advance(500)
    judged = loop.laws["fluctuation"]
    # The mean of three values with noise 0.1 has the variance 0.01/3; the factor is 3.
    assert judged.value == loop.observables["spread"] == pytest.approx(0.01, rel=0.3)
    # The variance of n independent samples is known to sqrt(2/n) of itself.
    assert judged.error == pytest.approx(0.01 * math.sqrt(2 / 480), rel=0.35)
    assert judged.passed


def test_an_action_that_changes_nothing_disturbs_no_mean() -> None:
    loop = Loop(Noisy(), NOISE.change(rate=100.0))
    loop.advance(500)
    before = loop.laws["zero"]
    loop.apply(SetParameters(loop.parameters))
    assert loop.laws["zero"] == before
    loop.apply(Act("kick"))
    assert loop.laws["zero"].waits


def test_a_law_that_did_not_hold_in_between_begins_its_mean_anew() -> None:
    averages = Averages(Noisy())
    d = Departure(0.0, None, 1.0)
    for k in range(100):
        averages.add(float(k), {"mean": float(k), "rate": 0.0}, {"zero": k != 50}, d)
    assert averages.laws["zero"].count == 49, "not 50 itself, and a second later again"
    assert averages.of_law(MEAN, NOISE)[0] == np.mean(range(51, 100))
    assert averages.means["mean"].count == 99


def test_a_law_that_holds_again_waits_for_what_settles() -> None:
    averages = Averages(Noisy())
    d = Departure(2.0, None, 5.5)
    for k in range(100):
        averages.add(float(k), {"mean": float(k), "rate": 0.0}, {"zero": k != 50}, d)
    assert averages.of_law(MEAN, NOISE)[0] == np.mean(range(54, 100)), "3.5 seconds after it did not hold"
    assert averages.means["mean"].value == np.mean(range(6, 100))


def test_looking_back_restores_the_means() -> None:
    loop = Loop(Noisy(), NOISE)
    loop.advance(300)
    before = loop.laws["zero"]
    loop.advance(200)
    loop.seek(300)
    assert loop.laws["zero"] == before
    loop.advance(200)
    again = Loop(Noisy(), NOISE)
    again.advance(500)
    assert loop.laws["zero"] == again.laws["zero"]


def test_a_mean_is_taken_for_at_least_as_long_as_the_system_settles() -> None:
    """A fast small noise upon something slow looks independent, until the slow part has moved."""
    averages = Averages(Noisy())
    d, rng = Departure(0.0, None, 100.0), np.random.default_rng(2)
    for k in range(2000):
        averages.add(k / 10, {"mean": rng.standard_normal(), "rate": 0.0}, {"zero": True}, d)
    assert averages.laws["zero"].count == 1000
    assert math.isnan(averages.laws["zero"].error)
    assert math.isnan(averages.means["mean"].error)
    for k in range(2000, 2100):
        averages.add(k / 10, {"mean": rng.standard_normal(), "rate": 0.0}, {"zero": True}, d)
    assert averages.laws["zero"].error == pytest.approx(1 / math.sqrt(1100), rel=0.4)


def test_a_mean_waits_until_its_samples_scatter_as_they_are_known_to() -> None:
    """A rare change makes most of the scatter, and before it has come the samples look quiet and certain."""
    averages, d = Averages(Noisy()), Departure(0.0, None, 0.0)
    rng = np.random.default_rng(2)
    samples = 0.1 * rng.standard_normal(3000)
    for k, sample in enumerate(samples.tolist()):
        averages.add(float(k), {"mean": sample, "rate": 0.0}, {"zero": True}, d)
    assert averages.of_law(MEAN, NOISE)[1] == pytest.approx(0.1 / math.sqrt(3000), rel=0.4)
    assert averages.of_law(MEAN, NOISE, scatter=0.13)[1] == averages.of_law(MEAN, NOISE)[1]
    assert math.isnan(averages.of_law(MEAN, NOISE, scatter=0.16)[1])
    assert averages.of_law(MEAN, NOISE, scatter=0.16)[0] == pytest.approx(samples.mean())
    assert averages.laws["zero"].scatter == pytest.approx(samples.std())


def test_a_copy_counts_from_where_the_original_does() -> None:
    """Before the first sample counted, a copy forgot which laws had not held: scrubbing gave other means."""
    averages = Averages(Noisy())
    averages.counts["a law"] = 3.0
    assert averages.copy().counts == {"a law": 3.0}
