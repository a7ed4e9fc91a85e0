"""Times have as many decimals as move, in the unit that reads best."""

from spinviz.model.clock import clock, duration


def test_clock_shows_what_moves():
    assert clock(0.288, 0.04, "s") == "288 ms"
    assert clock(1.2884e-9, 5e-11, "s") == "1.288 ns"
    assert clock(1250.0, 30.0, "sweep") == "1250 sweeps"
    assert clock(0.0, 0.04, "s") == "0 ms"
    assert duration(0.04, "s") == "40 ms"
    assert duration(1, "sweep") == "1 sweep"
    assert duration(20, "sweep") == "20 sweeps"


def test_a_speed_beyond_all_bounds_has_no_decimals():
    assert clock(0.0, 1e308, "s").startswith("0 ")
