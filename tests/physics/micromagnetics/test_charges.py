"""Magnetic charges: of faces, of a divergence, of cells that are no cubes and of different materials."""

import numpy as np
import pytest

from spinviz.physics.micromagnetics.charges import charge_density

CELL = (4e-9, 4e-9, 3e-9)
SHAPE = (2, 10, 20)
Z, Y, X = np.indices(SHAPE)


def along_x() -> np.ndarray:
    m = np.zeros((*SHAPE, 3))
    m[..., 0] = 1.0
    return m


def test_of_faces() -> None:
    found = charge_density(along_x(), CELL)
    assert found[:, :, 1:-1] == pytest.approx(0.0, abs=1e-15)
    assert found[:, :, -1] == pytest.approx(1 / 4e-9), "the face to which m points is a north pole"
    assert found[:, :, 0] == pytest.approx(-1 / 4e-9)


def test_of_a_divergence() -> None:
    curl = np.stack([-(Y - 4.5), X - 9.5, 0 * Z], axis=-1)
    assert charge_density(curl, CELL)[:, 1:-1, 1:-1] == pytest.approx(0.0, abs=1e-3), "a vortex has none inside"
    radial = np.stack([X - 9.5, 0 * Y, 0 * Z], axis=-1)
    assert charge_density(radial, CELL)[:, :, 1:-1] == pytest.approx(-1 / 4e-9)


def test_across_cells_that_are_no_cubes() -> None:
    across = np.zeros((*SHAPE, 3))
    across[0, ..., 2], across[1, ..., 2] = 0.2, 1.0
    # 0.6 leaves the lower layer and enters the upper one, over dz = 3 nm.
    assert charge_density(across, CELL)[:, 3, 4] == pytest.approx([-0.6 / 3e-9, 0.6 / 3e-9])


def test_all_charges_together_are_none() -> None:
    random = np.random.default_rng(1).normal(size=(*SHAPE, 3))
    random[0, 2:5, 3:9] = 0
    for periodic in ((False, False, False), (True, True, False), (True, False, True)):
        density = charge_density(random, CELL, periodic, np.linspace(0.5, 2, 400).reshape(SHAPE))
        assert density.sum() == pytest.approx(0.0, abs=1e-9 * np.abs(density).sum())


def test_of_holes_and_of_other_materials() -> None:
    m = along_x()
    m[:, :, 10] = 0
    found = charge_density(m, CELL) * 4e-9
    assert found[0, 0, 8:13] == pytest.approx([0, 1, 0, -1, 0]), "a hole has faces"
    factors = np.ones(SHAPE)
    factors[:, :, 10:] = 0.5
    step = charge_density(along_x(), CELL, factors=factors) * 4e-9
    assert step[0, 0, 8:12] == pytest.approx([0, 0.25, 0.25, 0]), "half of M ends between two cells"
    assert step[0, 0, [0, -1]] == pytest.approx([-1, 0.5])


def test_a_period_has_no_faces() -> None:
    assert charge_density(along_x(), CELL, (True, False, False)) == pytest.approx(0.0, abs=1e-15)
    assert np.abs(charge_density(along_x(), CELL, (False, True, True))[..., 0]).min() == pytest.approx(1 / 4e-9)
