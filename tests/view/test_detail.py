"""Level of detail: which rows are drawn, and what is said about it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinviz.view.detail import lattice_counts, ordinal, select


def lattice(nx, ny, nz, cell=((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0))):
    k, j, i = np.indices((nz, ny, nx))
    ijk = np.column_stack([i.ravel(), j.ravel(), k.ravel()])
    return (ijk @ np.array(cell)).astype(np.float32)


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 12), st.integers(1, 12), st.integers(1, 6))
def test_a_lattice_is_recognised(nx, ny, nz):
    if ny == 1 and nz > 1:
        return
    hexagonal = ((1.0, 0, 0), (0.5, 0.866, 0), (0, 0, 1.6))
    assert lattice_counts(lattice(nx, ny, nz)) == (nx, ny, nz)
    assert lattice_counts(lattice(nx, ny, nz, hexagonal)) == (nx, ny, nz)


def test_scattered_points_are_no_lattice():
    assert lattice_counts(np.random.default_rng(0).normal(size=(100, 3)).astype(np.float32)) is None


@pytest.mark.parametrize("shape", [(300, 200, 1), (40, 40, 40), (1000, 1000, 1)])
def test_a_lattice_is_thinned_to_a_lattice(shape):
    positions = lattice(*shape)
    selection = select(positions, 10_000)
    drawn = selection.take(positions)
    assert len(drawn) <= 10_000
    counts = lattice_counts(drawn)
    assert counts is not None
    assert np.prod(counts) == len(drawn)
    assert drawn[1, 0] - drawn[0, 0] == selection.stride


def test_others_are_thinned_evenly():
    positions = np.random.default_rng(0).normal(size=(1001, 3)).astype(np.float32)
    selection = select(positions, 100)
    assert len(selection.take(positions)) <= 100
    assert np.unique(np.diff(selection.rows)).tolist() == [11]
    assert selection.message("arrows") == "every 11th of 1,001 arrows"


def test_few_are_all_drawn_without_a_word():
    positions = lattice(10, 10, 1)
    selection = select(positions, 100)
    assert selection.take(positions) is positions
    assert selection.message("arrows") == ""


def test_ordinals():
    assert [ordinal(n) for n in (2, 3, 4, 11, 12, 13, 21, 22, 111)] == (
        ["2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "111th"]
    )
