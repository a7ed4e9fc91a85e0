"""What plots say of themselves: the laws they draw, along which axis, and the time that a place on it means."""

from dataclasses import replace

import numpy as np
import pytest
from toy import Toy

from spinviz.model.frame import History
from spinviz.model.plots import Curve, Diagram, DiagramScheme, Histogram, Image, Plot, Spectrum, Trace

LAW = Toy.laws[0]
HISTORY = History(np.array([0.0, 1.0]), {"rate": np.array([2.0, 3.0]), "mean": np.zeros(2)}, {})


@pytest.mark.parametrize(
    ("plot", "drawn"),
    [
        (Trace("t", "t", ("rate", "mean")), True),
        (Trace("t", "t", ("rate",)), False),
        (Curve("c", "c", "rate", "mean"), True),
        (Curve("c", "c", "mean", "rate"), False),
        (Spectrum("s", "s", "mean"), False),
        (Plot("p", "p"), False),
    ],
)
def test_laws_are_drawn_over_plots_of_their_observable_unless_they_name_others(plot, drawn):
    assert plot.draws(LAW) == drawn
    assert not plot.draws(replace(LAW, plots=("other",)))
    assert plot.draws(replace(LAW, plots=("other", plot.name)))


def test_a_trace_shows_its_laws_ahead_of_now():
    trace = Trace("t", "t", ("mean",), window=lambda p: 2.0)
    early, late = trace.axis(None, 0.5, HISTORY), trace.axis(None, 10.0, HISTORY)
    assert (early[0], early[-1]) == (0.0, 2.0)
    assert late[0] == 8.0
    assert 10.0 < late[-1] < 11.0


def test_a_curve_spans_what_is_declared_or_what_was_seen():
    seen = Curve("c", "c", "rate", "mean").axis(None, 0.0, HISTORY)
    told = Curve("c", "c", "rate", "mean", x_low=lambda p: p, x_high=9.0).axis(-1.0, 0.0, HISTORY)
    assert (seen[0], seen[-1]) == (2.0, 3.0)
    assert (told[0], told[-1]) == (-1.0, 9.0)


def test_laws_over_a_distribution_or_a_spectrum_span_its_axis():
    values = Histogram("h", "h", lambda s, p: s, "x", low=-2.0, high=5.0).axis(None, 0.0, HISTORY)
    lines = Spectrum("s", "s", "rate", "mean", span=lambda p: (-p, 3 * p)).axis(4.0, 0.0, HISTORY)
    assert (values[0], values[-1]) == (-2.0, 5.0)
    assert (lines[0], lines[-1]) == (-4.0, 12.0)
    assert np.all(np.diff(values) > 0)


def test_a_spectrum_names_the_signal_that_can_be_heard():
    assert Spectrum("s", "s", "rate", "mean").signal() == ("rate", "mean")
    assert Spectrum("s", "s", "rate").signal() == ("rate", "")


def test_the_history_since_a_moment_begins_with_it():
    assert HISTORY.since(1.0) == slice(1, None)
    assert HISTORY.since(0.5) == slice(1, None)


def test_only_means_span_other_settings_and_are_averaged():
    path, means = (Curve("c", "c", "rate", "mean", mean=mean) for mean in (False, True))
    assert (path.spans_settings, path.averaged()) == (False, ())
    assert (means.spans_settings, means.averaged()) == (True, ("rate", "mean"))


@pytest.mark.parametrize("kind", [Image, Histogram])
def test_what_a_frame_carries_shares_nothing_with_the_state(kind):
    state = np.zeros((2, 2))
    plot = kind("k", "k", lambda s, p: s, *(["x"] if kind is Histogram else []))
    assert not np.shares_memory(plot.shown(state, None, None), state)


def test_a_time_on_a_diagram_stays_in_the_repetition_shown():
    def scheme(state, p):
        return DiagramScheme((), 0.0, 0.0, 1.0)

    diagram = Diagram("d", "d", scheme, time=lambda t, s, p: s + t)
    times = [diagram.run_time(t, lambda: (4.0, None, 0.1)) for t in (0.0, 0.5, 1.0)]
    # Less than half a step of 0.1 inside both ends: the nearest step is one of this repetition.
    assert times == pytest.approx([4.0499, 4.5, 4.9499])
    plain = Diagram("d", "d", scheme)
    assert plain.run_time(0.3, lambda: pytest.fail("a seek for nothing")) == 0.3
