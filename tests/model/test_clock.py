"""Times have as many decimals as move, in the unit that reads best."""

import math

import pytest

from spinviz.model.clock import clock, duration, round_speed, singular, speeds


def test_clock_shows_what_moves():
    assert clock(0.288, 0.04, "s") == "288 ms"
    assert clock(1.2884e-9, 5e-11, "s") == "1.288 ns"
    assert clock(1250.0, 30.0, "sweep") == "1250 sweeps"
    assert clock(12.0, 5.0, "file") == "12 files"
    assert clock(0.0, 0.04, "s") == "0 ms"
    assert duration(0.04, "s") == "40 ms"
    assert duration(1, "sweep") == "1 sweep"
    assert duration(20, "sweep") == "20 sweeps"
    assert (duration(1, "file"), duration(12, "file")) == ("1 file", "12 files")
    assert (singular("12 files"), singular("20sweeps"), singular("3 ms")) == ("12 file", "20sweep", "3 ms")


def test_a_speed_beyond_all_bounds_has_no_decimals():
    assert clock(0.0, 1e308, "s").startswith("0 ")


@pytest.mark.parametrize(
    ("speed", "shown"),
    [(0.0364, 0.05), (0.0333, 0.05), (0.03, 0.02), (30.0, 20.0), (0.7, 0.5), (0.8, 1.0), (2e-11, 2e-11)],
)
def test_a_speed_is_one_two_or_five(speed: float, shown: float) -> None:
    """A second on screen stood for 36.4 ms."""
    assert round_speed(speed) == shown


def test_no_speed_has_no_round_one() -> None:
    assert round_speed(0.0) == 0.0
    assert round_speed(math.inf) == math.inf
    assert round_speed(1e308) > 0


def test_speeds_offered_go_by_one_two_five() -> None:
    assert speeds(0.02, 1.0) == (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
    assert speeds(0.0, 1.0) == ()
