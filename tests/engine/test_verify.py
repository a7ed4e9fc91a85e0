"""Laws put to the test: the worst sample, means, and every reason why a law was not compared."""

import dataclasses
import math
import os

import numpy as np
import pytest
from toy import Toy

from spinviz.engine.sweep.workers import WorkersLost, processes
from spinviz.engine.verify import Result, verify_law, verify_system, verify_thoroughly
from spinviz.model.law import Check
from spinviz.model.system import Preset

DECAY = Toy.laws[0]


def law(**changes):
    return dataclasses.replace(DECAY, **changes)


def system_with(*laws):
    return type("OtherToy", (Toy,), {"laws": laws})()


def verify(one):
    return verify_law(system_with(one), one)


def test_true_law_passes():
    result = verify(DECAY)
    assert result.passed
    assert result.deviation < 1e-12


def test_the_unit_is_that_of_what_was_compared():
    faster = law(observable="rate", theory=lambda s, p, d: 3.0)
    result = verify(faster)
    assert (result.value, result.theory, result.deviation, result.unit) == (1.0, 3.0, 2.0, "1/s")


def test_a_deviation_may_reach_the_tolerance_and_not_exceed_it():
    at, beyond = (Result("toy", "decay", 1.0, 2.0, deviation, 1.0) for deviation in (1.0, 1.01))
    assert at.passed
    assert not beyond.passed


def test_worst_sample_counts():
    # Off by 0.1 only around t = 0.5: the end of the run looks fine.
    wrong = law(theory=lambda s, p, d: s.values.mean() + 0.1 * (abs(s.time - 0.5) < 0.004))
    result = verify(wrong)
    assert not result.passed
    assert result.deviation == pytest.approx(0.1)
    assert result.value == pytest.approx(np.exp(-0.5))


def test_samples_before_skip_do_not_count():
    late = law(theory=lambda s, p, d: s.values.mean() + (s.time < 0.295), check=Check(1.0, skip=0.3))
    assert verify(late).passed
    early = dataclasses.replace(late, check=Check(1.0, skip=0.28))
    assert not verify(early).passed


def test_parameters_actions_and_seed_of_the_check():
    checked = law(
        theory=lambda s, p, d: np.exp(-7 * (s.time - 0.25)) if s.time >= 0.25 else math.nan,
        holds=lambda s, p, d: s.time > 0.245,
        check=Check(0.5, parameters={"rate": 7.0}, actions=((0.25, "kick"),)),
        tolerance=1e-9,
    )
    assert verify(checked).passed


def test_parameters_of_a_check_come_before_those_of_its_preset():
    checked = law(check=Check(0.1, preset="fast", parameters={"rate": 7.0}), observable="rate")
    fast = Preset("fast", "Fast", "", {"rate": 5.0, "count": 9})
    system = type("Fast", (Toy,), {"laws": (checked,), "presets": (fast,)})()
    assert verify_law(system, checked).value == 7.0


def test_averaged_law_compares_the_final_mean_in_its_standard_errors():
    # Noise of 0.1 on a decay within a step: independent samples of the mean 0 of three values.
    check = Check(400.0, parameters={"rate": 100.0, "noise": 0.1, "dt": 0.1})
    averaged = law(averaged=True, theory=lambda s, p, d: 0.0, tolerance=4.0, check=check, holds=lambda s, p, d: True)
    result = verify(averaged)
    assert result.passed
    error = 0.1 / np.sqrt(3) / np.sqrt(4000)
    assert result.deviation == pytest.approx(abs(result.value) / error, rel=0.3)
    assert not verify(dataclasses.replace(averaged, theory=lambda s, p, d: 10 * error)).passed


def test_a_run_too_short_for_an_error_is_no_comparison():
    averaged = law(averaged=True, theory=lambda s, p, d: 0.0, tolerance=4.0)
    result = verify(averaged)
    assert not result.passed
    assert "no standard error" in result.problem


def test_law_that_never_holds_fails_and_says_so():
    result = verify(law(holds=lambda s, p, d: False, validity="never"))
    assert not result.passed
    assert "never held (never)" in result.problem
    assert math.isnan(result.deviation)


def test_theory_that_is_no_number_fails():
    result = verify(law(theory=lambda s, p, d: math.nan))
    assert not result.passed
    assert "not a number" in result.problem


def test_observable_without_a_value_fails():
    silent = system_with(DECAY)
    type(silent).observe = lambda self, state, p: {"mean": math.nan, "rate": 0.0}
    result = verify_law(silent, DECAY)
    assert not result.passed
    assert "mean never had a value" in result.problem


def test_run_that_stops_fails():
    result = verify(law(check=Check(1.0, parameters={"mode": "raise"})))
    assert not result.passed
    assert "asked to" in result.problem


def test_laws_in_order_and_slow_ones_left_out():
    first, slow, last = law(name="a"), law(name="b", check=Check(0.1, slow=True)), law(name="c")
    system = system_with(first, slow, last)
    assert [result.law for result in verify_system(system)] == ["a", "b", "c"]
    assert [result.law for result in verify_system(system, slow=False)] == ["a", "c"]


NOISY = Check(60.0, parameters={"rate": 100.0, "noise": 0.1, "dt": 0.1})


def noisy(**changes):
    """Noise of 0.1 on a decay within a step: independent samples of the mean 0 of three values."""
    given = {"averaged": True, "theory": lambda s, p, d: 0.0, "tolerance": 4.0, "check": NOISY}
    return law(holds=lambda s, p, d: True, **{**given, **changes})


def test_thoroughly_the_errors_of_means_are_three_times_smaller():
    one = noisy(theory=lambda s, p, d: 1.0)
    quick, thorough = (verify_law(system_with(one), one, thorough=thorough) for thorough in (False, True))
    errors = [abs(result.value - 1) / result.deviation for result in (quick, thorough)]
    assert errors[0] / errors[1] == pytest.approx(3, rel=0.25)  # each error is known to a tenth
    assert errors[1] == pytest.approx(0.1 / np.sqrt(3) / np.sqrt(5400), rel=0.25)


def test_thoroughly_means_count_nine_times_as_long_from_when_they_count(monkeypatch):
    times = []
    monkeypatch.setattr(Toy, "settle", lambda self, state, p: 12.0)
    one = noisy(theory=lambda s, p, d: times.append(s.time) or 0.0, check=dataclasses.replace(NOISY, duration=40.0))
    verify_law(system_with(one), one, thorough=True)
    assert times[-1] == pytest.approx(12 + 9 * (40 - 12))


def test_thoroughly_plain_laws_are_compared_as_long_as_ever():
    """This one is wrong after its check has ended; an averaged law of the same check takes the run further."""
    plain = law(name="plain", observable="rate", theory=lambda s, p, d: 100.0 + (s.time > 60.05), check=NOISY)
    plain = dataclasses.replace(plain, holds=lambda s, p, d: True)
    system = system_with(plain, noisy())
    assert [result.passed for result in verify_system(system, thorough=True)] == [True, True]


class Slow(Toy):
    """Of two averaged laws with a check of their own, and a plain one."""

    name = "slow"
    laws = (DECAY, noisy(name="one"), noisy(name="other", check=dataclasses.replace(NOISY, seed=2)), noisy(name="too"))


def test_processes_find_what_one_finds():
    with processes(2) as executor:
        runs = list(verify_thoroughly([Slow()], executor))
    assert sorted(len(run) for run in runs) == [1, 1, 2]
    found = {result.law: result for run in runs for result in run}
    assert [found[law.name] for law in Slow.laws] == verify_system(Slow(), thorough=True)


class Dies(Toy):
    """Ends its process."""

    name = "dies"

    def step(self, state, p, dt):
        os._exit(1)


def test_a_process_that_is_killed_is_told_in_one_line():
    with pytest.raises(WorkersLost, match="leave out the systems"), processes(1) as executor:
        list(verify_thoroughly([Dies()], executor))
