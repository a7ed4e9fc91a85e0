"""The measure in which a law's deviation is given, and the theory that is a curve at this moment."""

from dataclasses import replace

import numpy as np
import pytest
from toy import Toy

from spinviz.model.law import Departure, now

LAW = Toy.laws[0]
D = Departure()


@pytest.mark.parametrize(
    ("scale", "value", "theory", "deviation"),
    [
        (1.0, 2.0, 5.0, 3.0),
        (0.5, 5.0, 2.0, 6.0),
        ("theory", 2.0, 4.0, 0.5),
        ("theory", 2.0, -4.0, 1.5),
        (lambda s, p, d: 0.25 * p, 1.0, 2.0, 2.0),
        (0.0, 2.0, 2.0, 0.0),
        (0.0, 2.0, 2.5, np.inf),
    ],
)
def test_a_deviation_is_the_distance_over_the_scale(scale, value, theory, deviation):
    assert replace(LAW, scale=scale).deviation(value, theory, None, 2.0, D) == pytest.approx(deviation)


def test_the_deviation_of_a_mean_counts_standard_errors():
    mean = replace(LAW, averaged=True, tolerance=4.0, scale="theory")
    assert mean.deviation(5.0, 4.0, None, None, D, error=0.2) == pytest.approx(5.0)
    assert np.isnan(mean.deviation(5.0, 4.0, None, None, D, error=np.nan))


def test_an_allowance_shifts_the_limit_by_itself():
    """With an exact mean a theory that is off by its allowance stands just at the tolerance."""
    mean = replace(LAW, averaged=True, tolerance=4.0, allowance=lambda s, p, d: 0.8)
    assert mean.deviation(5.0, 5.8, None, None, D) == pytest.approx(4.0)
    assert mean.deviation(5.0, 6.0, None, None, D, error=0.3) == pytest.approx(1.0 / (0.3 + 0.2))


def test_the_theory_of_a_curve_is_its_value_at_this_moment():
    theory = now(lambda state, p, d, x: p * (x - d.time))
    state = Toy().initial_state(Toy.Parameters(), np.random.default_rng(0))
    state.time = 3.0
    assert theory(state, 5.0, Departure(time=1.0)) == pytest.approx(10.0)
