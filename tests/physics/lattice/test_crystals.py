"""Lattices with a basis: direct sums over sites, where peaks are, shells of pairs, Brillouin zones."""

from math import pi, sqrt

import numpy as np
import pytest

from spinviz.physics.lattice.correlations import centred, correlation, plane_structure_factor, radial
from spinviz.physics.lattice.crystals import radial_correlation, zone_section, zone_structure_factor
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.unit_cells import CELLS, UnitCell, unit_cell

SIDES = {1: (7, 1, 1), 2: (4, 3, 1), 3: (3, 2, 4)}


def sample(name: str, periodic: bool = False) -> tuple[Geometry, np.ndarray]:
    """Unit vectors, a fifth of them missing."""
    cell = unit_cell(name)
    geometry = Geometry.of(cell, SIDES[cell.axes], periodic)
    rng = np.random.default_rng(3)
    s = rng.normal(size=(*geometry.shape, 3))
    s /= np.linalg.norm(s, axis=-1, keepdims=True)
    s[rng.random(geometry.shape) < 0.2] = 0
    return geometry, s


def wave_vectors(geometry: Geometry, zones: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """q_x of columns, q_y of rows."""
    found = []
    for axis in (0, 1):
        m = zones[axis] * geometry.sides[axis]
        length = geometry.sides[axis] * geometry.cell.vectors[axis][axis]
        found.append(2 * pi * (np.arange(m) - m // 2) / length)
    return found[0], found[1]


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("zones", [(1, 1), (3, 2)])
def test_structure_factor_is_the_sum_over_sites(name: str, zones: tuple[int, int]) -> None:
    geometry, s = sample(name)
    S = zone_structure_factor(s, geometry.cell, zones)
    places, flat = geometry.positions.reshape(-1, 3), s.reshape(-1, 3)
    qx, qy = wave_vectors(geometry, zones)
    assert S.shape == (len(qy), len(qx))
    for row, y in enumerate(qy):
        for column, x in enumerate(qx):
            amplitude = np.exp(-1j * places @ np.array([x, y, 0.0])) @ flat
            expected = np.sum(np.abs(amplitude) ** 2) / flat.any(axis=1).sum()
            assert S[row, column] == pytest.approx(expected, abs=1e-9)


def test_one_site_a_cell_is_the_structure_factor_of_the_grid() -> None:
    geometry, s = sample("simple cubic")
    found = zone_structure_factor(s, geometry.cell)
    np.testing.assert_allclose(found, centred(plane_structure_factor(s[..., 0, :])), atol=1e-12)


@pytest.mark.parametrize(("name", "zones"), [("triangular", (2, 2)), ("honeycomb", (2, 6)), ("kagome", (4, 4))])
def test_mean_over_whole_periods_is_the_mean_square(name: str, zones: tuple[int, int]) -> None:
    geometry, s = sample(name)
    assert zone_structure_factor(2 * s, geometry.cell, zones).mean() == pytest.approx(4, rel=1e-12)


def peaks(geometry: Geometry, s: np.ndarray, zones: tuple[int, int]) -> set[tuple[float, float]]:
    S = zone_structure_factor(s, geometry.cell, zones)
    qx, qy = wave_vectors(geometry, zones)
    return {(round(float(qx[c]), 6), round(float(qy[r]), 6)) for r, c in np.argwhere(S > 1e-6)}


def test_triangular_order_of_120_degrees_has_its_peaks_at_the_corners_of_the_zone() -> None:
    cell = unit_cell("triangular")
    geometry = Geometry.of(cell, (6, 3, 1))
    angle = geometry.positions[..., 0] * 4 * pi / 3
    s = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1)
    S_1 = geometry.summed(s[..., 0]) * s[..., 0] + geometry.summed(s[..., 1]) * s[..., 1]
    np.testing.assert_allclose(S_1, -3, err_msg="six neighbours at 120 degrees")
    corners = {(round(float(x), 6), round(float(y), 6)) for x, y in zone_section(cell)}
    found = peaks(geometry, s, (4, 4))
    assert corners <= found
    inside = {q for q in found if np.hypot(*q) < 4 * pi / 3 - 0.01}
    assert not inside
    assert zone_structure_factor(s, cell, (4, 4)).max() == pytest.approx(geometry.count / 2), "K and K', half each"


def test_neel_order_is_at_the_corner_and_parallel_spins_at_the_middle() -> None:
    geometry = Geometry.of(unit_cell("square"), (4, 4, 1))
    up = np.zeros((*geometry.shape, 3))
    up[..., 2] = 1
    neel = up * np.where(geometry.colours % 2, -1, 1)[..., None]
    corners = {(round(x * pi, 6), round(y * pi, 6)) for x in (-1, 1) for y in (-1, 1)}
    assert peaks(geometry, neel, (2, 2)) == corners
    assert (0, 0) in peaks(geometry, up, (1, 1))
    assert len(peaks(geometry, up, (1, 1))) == 1
    assert zone_structure_factor(up, geometry.cell).max() == pytest.approx(16)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("periodic", [True, False])
def test_shells_are_means_over_pairs(name: str, periodic: bool) -> None:
    cell = unit_cell(name)
    geometry, s = sample(name)
    edges = tuple(periodic and axis < cell.axes for axis in range(3))
    r, C = radial_correlation(s, cell, edges)  # type: ignore[arg-type]
    places, flat = geometry.positions.reshape(-1, 3), s.reshape(-1, 3)
    lengths = np.array(geometry.sides) * np.diag(np.array(cell.vectors))
    total, pairs = np.zeros(99), np.zeros(99)
    for i, here in enumerate(places):
        apart = places - here
        if periodic:
            closed = np.arange(3) < cell.axes
            apart -= np.where(closed, np.round(apart / lengths), 0) * lengths
        shell = np.floor(np.linalg.norm(apart, axis=1) + 0.5).astype(int)
        there = flat.any(axis=1) & bool(flat[i].any())
        np.add.at(total, shell, flat @ flat[i])
        np.add.at(pairs, shell, there)
    assert len(r) >= 2
    for k in range(len(r)):
        if pairs[k]:
            assert C[k] == pytest.approx(total[k] / pairs[k], abs=1e-9)
        else:
            assert np.isnan(C[k])
    assert C[0] == pytest.approx(1)


def test_shells_of_one_site_a_cell_are_those_of_the_grid() -> None:
    rng = np.random.default_rng(1)
    s = rng.normal(size=(1, 8, 10, 1, 3))
    r, C = radial_correlation(s, unit_cell("square"), (True, True, False))
    size, mean = radial(correlation(s[..., 0, :]))
    np.testing.assert_allclose(C, mean, atol=1e-12)
    np.testing.assert_allclose(r, size, atol=1e-12)


def area(corners: np.ndarray) -> float:
    x, y = corners.T
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) / 2)


@pytest.mark.parametrize(("name", "plane"), [("square", 1.0), ("triangular", sqrt(3) / 2),
                                             ("honeycomb", 3 * sqrt(3) / 2), ("kagome", 2 * sqrt(3))])  # fmt: skip
def test_area_of_the_zone_is_that_of_the_reciprocal_cell(name: str, plane: float) -> None:
    assert area(zone_section(unit_cell(name))) == pytest.approx(4 * pi**2 / plane)


def test_corners_of_zones() -> None:
    """K = 4 pi/3a of the triangular lattice; fcc: an octagon through X = 2 pi/A; bcc: a square with H = 2 pi/A."""
    hexagon = zone_section(unit_cell("triangular"))
    np.testing.assert_allclose(np.linalg.norm(hexagon, axis=1), 4 * pi / 3)
    assert hexagon[:, 0].max() == pytest.approx(4 * pi / 3)
    fcc, A = zone_section(unit_cell("fcc")), sqrt(2)
    assert len(fcc) == 8
    assert np.abs(fcc).max() == pytest.approx(2 * pi / A)
    assert np.abs(fcc).min() == pytest.approx(pi / A), "W = 2 pi/A (1, 1/2)"
    bcc, A = zone_section(unit_cell("bcc")), 2 / sqrt(3)
    assert len(bcc) == 4
    assert bcc[:, 0].max() == pytest.approx(2 * pi / A)
    assert np.abs(bcc).min() == pytest.approx(0, abs=1e-9)


def test_oblique_cells_are_refused() -> None:
    oblique = UnitCell("rhombus", ((1, 0, 0), (0.5, 0.8, 0), (0, 0, 1)), ((0, 0, 0),), 2)
    for call in (zone_section, lambda c: zone_structure_factor(np.ones((1, 2, 2, 1, 3)), c)):
        with pytest.raises(ValueError, match="'rhombus' is oblique: give one with right angles"):
            call(oblique)
