"""Thinned curves keep every extreme, every gap that is wide enough, and hold still while time runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinviz.plots.decimate import envelope, path, visible


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.integers(1, 5000), st.integers(10, 400), st.integers(0, 2**32 - 1))
def test_extremes_survive(start: int, count: int, columns: int, seed: int) -> None:
    n = start + count
    y = np.random.default_rng(seed).standard_normal(n)
    x = np.arange(n, dtype=float)
    rows = slice(start, n)
    thin_x, thin_y = envelope(x, y, rows, columns)
    assert thin_y.max() >= y[rows].max()
    assert thin_y.min() <= y[rows].min()
    assert set(thin_y) <= set(y)
    assert len(thin_x) <= 2 * columns + 8 * (1 + count // columns)
    assert np.all(np.diff(thin_x) >= 0)


def test_one_spike_in_a_million_samples_is_drawn() -> None:
    y = np.zeros(1_000_000)
    y[654_321] = 7.0
    x = np.arange(1_000_000.0)
    thin_x, thin_y = envelope(x, y, slice(0, 1_000_000), 400)
    assert thin_y.max() == 7.0
    assert abs(thin_x[np.argmax(thin_y)] - 654_321) < 1_000_000 / 200
    assert len(thin_x) < 2000


def test_few_samples_stay_as_they_are() -> None:
    x = np.linspace(0, 1, 100)
    thin_x, thin_y = envelope(x, x**2, slice(0, 100), 400)
    np.testing.assert_array_equal(thin_x, x)
    np.testing.assert_array_equal(thin_y, x**2)


def test_columns_hold_still_while_the_window_scrolls() -> None:
    x = np.arange(20_000.0)
    y = np.sin(x / 7)
    before = dict(zip(*envelope(x, y, slice(1000, 11_000), 300)))
    after = dict(zip(*envelope(x, y, slice(1500, 11_500), 300)))
    common = [at for at in before if 2000 <= at <= 10_900]
    assert len(common) > 200
    assert all(after[at] == before[at] for at in common)


def test_gaps_stay_gaps() -> None:
    y = np.ones(10_000)
    y[4000:6000] = np.nan
    thin_x, thin_y = envelope(np.arange(10_000.0), y, slice(0, 10_000), 100)
    assert np.isnan(thin_y[(thin_x > 4300) & (thin_x < 5700)]).all()
    assert np.nanmin(thin_y) == 1


@pytest.mark.parametrize(("start", "end", "rows"), [(2.5, 4.5, (2, 6)), (-1, 100, (0, 10)), (0, 0, (0, 1))])
def test_visible_rows_reach_just_beyond_the_window(start: float, end: float, rows: tuple[int, int]) -> None:
    found = visible(np.arange(10.0), start, end)
    assert (found.start, found.stop) == rows


def test_a_path_at_rest_is_one_point_and_its_ends_stay() -> None:
    x = np.concatenate([np.full(1000, 0.001), np.linspace(0, 10, 11)])
    thin_x, _ = path(x, x, 0.1, 0.1)
    assert len(thin_x) <= 13
    assert thin_x[0] == x[0]
    assert thin_x[-1] == x[-1]
    assert set(np.linspace(1, 10, 10)) <= set(thin_x)


def test_a_long_spiral_keeps_its_turns_and_a_long_walk_its_end() -> None:
    angle = np.linspace(0, 200 * np.pi, 60_000)
    x, y = np.cos(angle) * np.exp(-angle / 300), np.sin(angle) * np.exp(-angle / 300)
    thin_x, thin_y = path(x, y, 0.02, 0.02)
    assert len(thin_x) <= 4000
    assert thin_x[0] == x[0]
    assert np.hypot(np.diff(thin_x), np.diff(thin_y)).max() < 3 * 8 * 0.02
    walk = np.cumsum(np.random.default_rng(0).normal(size=(2, 100_000)), axis=1)
    thin_x, thin_y = path(*walk, 0.01, 0.01)
    assert (len(thin_x), thin_x[-1], thin_y[-1]) == (4000, walk[0, -1], walk[1, -1])


@pytest.mark.parametrize("slope", [3.0, -3.0])
def test_a_steady_slope_stays_a_straight_line(slope: float) -> None:
    x = np.linspace(0, 1, 4000)
    thin_x, thin_y = envelope(x, slope * x, slice(0, len(x)), 100)
    assert len(thin_x) < 400
    np.testing.assert_allclose(thin_y, slope * thin_x, rtol=0, atol=1e-15)
