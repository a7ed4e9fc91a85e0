"""Sliders: round trips, limits, round numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plots.fake_systems import DecayParameters

from spinviz.model.parameters import Parameters, quantity
from spinviz.panels import scales


class Some(Parameters):
    field: float = quantity(0.0, "T", "Field.", ge=-2, le=2)
    inside: float = quantity(0.5, "", "Between.", gt=0, lt=1)
    tiny: float = quantity(1e-9, "s", "Time.", ge=1e-12, le=1e-6, scale="log")
    openly: float = quantity(300.0, "K", "Temperature.", gt=0, le=1000, scale="log")
    count: int = quantity(5, "", "Count.", ge=1, le=8)
    many: int = quantity(512, "", "Many.", ge=1, le=100_000, scale="log")


Q = Some.quantities()


@pytest.mark.parametrize("name", list(Q))
@given(part=st.floats(0, 1))
def test_every_position_gives_a_value_that_goes_back_to_it(name: str, part: float) -> None:
    q = Q[name]
    at = round(part * scales.positions(q))
    value = scales.value_at(q, at)
    Some.of(**{name: value})
    # A whole number near the low end of a logarithmic slider covers several positions.
    room = 1 if q.kind == "number" else scales.positions(q)
    assert abs(scales.position(q, value) - at) <= room
    assert scales.value_at(q, scales.position(q, value)) == pytest.approx(value, rel=0.02, abs=1e-12)


def test_the_middle_of_a_logarithmic_slider_is_the_geometric_mean() -> None:
    assert scales.value_at(Q["tiny"], 500) == pytest.approx(1e-9)
    assert scales.position(Q["tiny"], 1e-9) == 500
    assert scales.position(Q["tiny"], 1e-12) == 0
    assert scales.position(Q["tiny"], 1e-6) == 1000


def test_the_middle_of_a_linear_slider_is_the_mean() -> None:
    assert scales.value_at(Q["field"], 500) == 0
    assert scales.position(Q["field"], 1.0) == 750


def test_excluded_limits_are_never_given() -> None:
    assert 0 < scales.value_at(Q["inside"], 0) < 0.01
    assert 0.99 < scales.value_at(Q["inside"], 1000) < 1
    assert scales.value_at(Q["openly"], 0) == pytest.approx(0.3)
    assert scales.value_at(Q["openly"], 1000) == 1000


def test_a_value_below_a_logarithmic_slider_rests_at_its_end() -> None:
    assert scales.position(Q["openly"], 1e-5) == 0


def test_whole_numbers_have_a_position_each() -> None:
    q = Q["count"]
    assert scales.positions(q) == 7
    assert [scales.value_at(q, n) for n in range(8)] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert all(isinstance(scales.value_at(q, n), int) for n in range(8))


@pytest.mark.parametrize(
    ("name", "value", "steps", "after"),
    [
        ("field", 0.0, 1, 0.02),
        ("field", 0.013, 1, 0.02),
        ("field", 0.013, -1, 0.0),
        ("field", 1.99, 3, 2.0),
        ("count", 5, 1, 6),
        ("count", 1, -1, 1),
        ("many", 1, 1, 2),
        ("tiny", 1e-9, 20, 1e-8),
        ("tiny", 1e-9, 1, 1.1e-9),
        ("openly", 300.0, -20, 30.0),
    ],
)
def test_steps_land_on_round_numbers(name: str, value: float, steps: int, after: float) -> None:
    assert scales.stepped(Q[name], value, steps) == pytest.approx(after)


@given(st.floats(-60, 60), st.integers(-200, 200))
def test_steps_never_leave_the_limits(value: float, steps: int) -> None:
    q = DecayParameters.quantities()["offset"]
    DecayParameters.of(offset=scales.stepped(q, value, steps))
