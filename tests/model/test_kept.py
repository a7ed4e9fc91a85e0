"""Kept curves are named by what differs, and few points keep every extreme."""

from typing import Literal

import numpy as np
import pytest
from toy import ToyParameters

from spinviz.model.kept import Kept, KeptLine, labels, thinned
from spinviz.model.parameters import Parameters, choice, file, quantity

LINE = KeptLine("", np.arange(3.0), np.arange(3.0))


def run(**values: float) -> Kept:
    return Kept("trace", (LINE,), parameters=ToyParameters.of(**values))


def test_labels_say_which_parameters_differ() -> None:
    words, now = labels([run(rate=2.0), run(rate=2.0, noise=0.5)], ToyParameters(rate=3.0))
    assert words == ["Decay rate = 2 1/s, Noise of each step = 0", "Decay rate = 2 1/s, Noise of each step = 0.5"]
    assert now == "Decay rate = 3 1/s, Noise of each step = 0"


def test_the_same_run_and_a_measurement_say_so() -> None:
    measured = Kept("trace", (LINE,), "measured", "measured: coil.csv")
    words, now = labels([run(), measured], ToyParameters())
    assert words == ["kept, same parameters", "measured: coil.csv"]
    assert now == "now"


class NamedParameters(Parameters):
    pulse: Literal["slr", "sinc"] = choice("sinc", "Pulse.", words={"slr": "Shinnar-Le Roux"})
    input: str = file("Sequence.", (".seq",))


def test_choices_and_files_are_called_as_in_the_panel() -> None:
    """They were told apart by what stands in files: "slr", and the whole path."""
    kept = Kept("trace", (LINE,), parameters=NamedParameters(pulse="slr", input="/home/somebody/long/a.seq"))
    words, now = labels([kept], NamedParameters())
    assert (words, now) == (["Pulse = Shinnar-Le Roux, Sequence = a.seq"], "Pulse = sinc, Sequence = none")


class ShownParameters(Parameters):
    angle: float = quantity(1.0, "", "Angle.", ge=0, le=9, display=True)


def test_what_only_changes_the_picture_tells_nothing_apart() -> None:
    words, now = labels([Kept("trace", (LINE,), parameters=ShownParameters(angle=2.0))], ShownParameters())
    assert (words, now) == (["kept, same parameters"], "now")


def test_three_parameters_are_named_at_most() -> None:
    words, _ = labels([run(rate=2.0, noise=0.5, count=4, dt=0.1)], ToyParameters())
    assert words[0].count("=") == 3
    assert words[0].endswith("…")


def test_thinned_lines_keep_ends_and_extremes() -> None:
    x = np.linspace(0, 1, 50_001)
    y = np.sin(300 * x)
    y[31_234], y[40_000:40_100] = 7.0, np.nan
    thin_x, thin_y = thinned(x, y, 1000)
    assert len(thin_x) <= 1000
    assert (thin_x[0], thin_x[-1]) == (0.0, 1.0)
    assert np.all(np.diff(thin_x) >= 0)
    assert np.nanmax(thin_y) == 7.0
    assert thin_x[np.nanargmax(thin_y)] == x[31_234]
    assert np.nanmin(thin_y) == pytest.approx(-1.0, abs=1e-3)
    known = np.isfinite(thin_y) & (thin_y < 2)
    np.testing.assert_array_equal(thin_y[known], np.sin(300 * thin_x[known]))


def test_a_short_line_is_a_copy() -> None:
    x = np.arange(10.0)
    kept, _ = thinned(x, x)
    x[0] = 5.0
    assert kept[0] == 0.0
