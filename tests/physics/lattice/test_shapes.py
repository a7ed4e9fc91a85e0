"""Shapes of samples: their sizes, edges, and what is refused."""

from math import pi

import numpy as np
import pytest

from spinviz.physics.lattice import shapes
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.unit_cells import CELLS, unit_cell

SQUARE = Geometry.of(unit_cell("square"), (41, 31, 1), False)
AREA = {"square": 1.0, "triangular": 3**0.5 / 2, "honeycomb": 27**0.5 / 4, "kagome": 2 / 3**0.5}
VOLUME = {"simple cubic": 1.0, "bcc": 4 / 27**0.5, "fcc": 0.5**0.5}


def plane(name: str) -> Geometry:
    cell = unit_cell(name)
    return Geometry.of(cell, tuple(int(64 / cell.vectors[k][k]) if k < cell.axes else 1 for k in range(3)), False)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", AREA)
def test_areas_on_every_plane_lattice(name: str) -> None:
    """As many sites as the area holds; the edge, of one distance, decides over the rest."""
    geometry = plane(name)

    def sites(mask: np.ndarray) -> float:
        return float(mask.sum()) * AREA[name]

    assert sites(shapes.disc(geometry, 25)) == pytest.approx(pi * 25**2, rel=0.02)
    assert sites(shapes.ellipse(geometry, 28, 14)) == pytest.approx(pi * 28 * 14, rel=0.03)
    assert sites(shapes.ring(geometry, 15, 25)) == pytest.approx(pi * (25**2 - 15**2), rel=0.03)
    assert sites(shapes.bar(geometry, 50.3, 20.2, 0.3)) == pytest.approx(50.3 * 20.2, rel=0.04)


@pytest.mark.parametrize("name", VOLUME)
def test_volume_of_a_sphere(name: str) -> None:
    cell = unit_cell(name)
    x, y, z = (int(26 / cell.vectors[k][k]) for k in range(3))
    mask = shapes.sphere(Geometry.of(cell, (x, y, z), False), 10)
    assert mask.sum() * VOLUME[name] == pytest.approx(4 / 3 * pi * 1000, rel=0.02)


def test_sites_on_the_edge_belong_to_a_shape() -> None:
    assert shapes.disc(SQUARE, 1).sum() == 5
    assert shapes.disc(SQUARE, 0.999).sum() == 1
    assert shapes.ring(SQUARE, 1, 1).sum() == 4
    assert shapes.bar(SQUARE, 4, 2).sum() == 5 * 3
    assert shapes.bar(SQUARE, 4, 2, pi / 2).sum() == 3 * 5
    assert shapes.bar(SQUARE, 4, 2, pi / 2)[0, 13:18, 19:22].all()
    assert shapes.ellipse(SQUARE, 3, 1)[0, 15, 17:24, 0].tolist() == [True] * 7
    assert shapes.ellipse(SQUARE, 3, 1).sum() == 7 + 2
    cube = Geometry.of(unit_cell("simple cubic"), (5, 5, 5), False)
    assert shapes.sphere(cube, 1).sum() == 7


@pytest.mark.parametrize("name", CELLS)
def test_masks_fit_every_lattice(name: str) -> None:
    geometry = Geometry.of(unit_cell(name), (6, 1, 1), False)
    assert shapes.disc(geometry, 2).shape == geometry.shape
    assert shapes.whole(geometry).sum() == geometry.count


def test_dilution_takes_the_number_it_says_from_what_is_there() -> None:
    mask = shapes.disc(SQUARE, 12)
    left = shapes.diluted(mask, 0.25, np.random.default_rng(1))
    assert left.sum() == mask.sum() - round(0.25 * mask.sum())
    assert not np.any(left & ~mask)
    other = shapes.diluted(mask, 0.25, np.random.default_rng(2))
    assert not np.array_equal(left, other)
    assert np.array_equal(left, shapes.diluted(mask, 0.25, np.random.default_rng(1)))
    assert np.array_equal(shapes.diluted(mask, 0, np.random.default_rng(1)), mask)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, bool])
def test_an_image_stands_upright_on_the_sample(dtype: type) -> None:
    """A bright quarter at the upper left: at low x and high y."""
    quarter = np.zeros((4, 6), dtype)
    quarter[:2, :3] = {np.uint8: 200, np.uint16: 60000}.get(dtype, 1)  # type: ignore[call-overload]
    geometry = Geometry.of(unit_cell("square"), (12, 8, 1), False)
    mask = shapes.image(geometry, quarter)
    assert mask[0, 4:, :6].all()
    assert mask.sum() == 24
    dark = shapes.image(geometry, quarter, bright=False)
    assert np.array_equal(dark, ~mask)


def test_an_image_is_scaled_to_the_sample() -> None:
    """One pixel for one site, for four, and for a quarter of one; a checkerboard stays one."""
    grey = np.indices((8, 12)).sum(axis=0) % 2
    for sides, step in (((12, 8, 1), 1), ((24, 16, 1), 2)):
        geometry = Geometry.of(unit_cell("square"), sides, False)
        expected = np.kron(grey[::-1], np.ones((step, step))) > 0
        assert np.array_equal(shapes.image(geometry, grey.astype(float))[0, ..., 0], expected)
    half = np.zeros((32, 48))
    half[:, 24:] = 0.7
    assert shapes.image(Geometry.of(unit_cell("square"), (12, 8, 1), False), half)[0, :, 6:].all()
    assert shapes.image(Geometry.of(unit_cell("square"), (12, 8, 1), False), half).sum() == 48
    fcc = Geometry.of(unit_cell("fcc"), (8, 6, 2), False)
    assert shapes.image(fcc, half).sum() == fcc.count // 2


@pytest.mark.parametrize("threshold", [0.3, 0.6])
def test_the_threshold_is_a_fraction_of_white(threshold: float) -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(1, 256)
    geometry = Geometry.of(unit_cell("chain"), (256, 1, 1), False)
    assert shapes.image(geometry, grey, threshold).sum() == np.sum(np.arange(256) / 255 >= threshold)


def test_empty_masks_and_bad_input_are_refused_in_one_line() -> None:
    even = Geometry.of(unit_cell("square"), (4, 4, 1), False)
    cases = [
        (lambda: shapes.disc(even, 0.5), "a disc of radius 0.5 holds none of the 16 sites: choose a larger shape"),
        (lambda: shapes.sphere(even, 0.1), "holds none"),
        (lambda: shapes.ring(even, 5, 6), "holds none"),
        (lambda: shapes.image(even, np.zeros((3, 3))), "3 x 3 pixels, bright at a threshold of 0.5 holds none"),
        (lambda: shapes.diluted(shapes.whole(even), 1.0, np.random.default_rng(0)), "holds none"),
        (lambda: shapes.diluted(shapes.whole(even), 1.5, np.random.default_rng(0)), "give 0 to 1"),
        (lambda: shapes.disc(even, 0), "radius 0: give a length above 0"),
        (lambda: shapes.ellipse(even, 1, float("nan")), "b nan"),
        (lambda: shapes.bar(even, 3, -1), "width"),
        (lambda: shapes.ring(even, 3, 2), "inner"),
        (lambda: shapes.image(even, np.zeros((3, 3, 3))), "shape .3, 3, 3."),
        (lambda: shapes.image(even, np.zeros((0, 3))), "rows, columns"),
        (lambda: shapes.image(even, np.full((2, 2), np.nan)), "4 values that are not finite"),
    ]
    for make, message in cases:
        with pytest.raises(ValueError, match=message) as error:
            make()
        assert "\n" not in str(error.value)
