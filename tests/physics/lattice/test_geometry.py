"""Unit cells, bonds, sublattices and the arrays of a sample."""

from itertools import product
from math import prod

import numpy as np
import pytest

from spinviz.physics.lattice.bonds import bonds_of, colouring_of
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.unit_cells import CELLS, NEIGHBOURS, UnitCell, unit_cell

SUBLATTICES = {
    "chain": 2, "square": 2, "triangular": 3, "honeycomb": 2, "kagome": 3, "simple cubic": 2, "bcc": 2, "fcc": 4
}  # fmt: skip
SECOND = {
    "chain": (2, 2), "square": (4, 2**0.5), "triangular": (6, 3**0.5), "honeycomb": (6, 3**0.5), "kagome": (4, 3**0.5),
    "simple cubic": (12, 2**0.5), "bcc": (6, 2 / 3**0.5), "fcc": (6, 2**0.5),
}  # fmt: skip
SITES_PER_VOLUME = {
    "chain": 1, "square": 1, "triangular": 2 / 3**0.5, "honeycomb": 4 / 27**0.5, "kagome": 3**0.5 / 2,
    "simple cubic": 1, "bcc": 27**0.5 / 4, "fcc": 2**0.5,
}  # fmt: skip


def sides_of(cell: UnitCell, *lengths: int) -> tuple[int, int, int]:
    x, y, z = (n if axis < cell.axes else 1 for axis, n in enumerate(lengths))
    return x, y, z


@pytest.mark.parametrize("name", CELLS)
def test_every_site_has_the_neighbours_of_its_lattice(name: str) -> None:
    cell = unit_cell(name)
    bonds = bonds_of(cell, 2)
    for site in range(len(cell.sites)):
        first = [b for b in bonds if b.a == site and b.shell == 0]
        second = [b for b in bonds if b.a == site and b.shell == 1]
        assert len(first) == NEIGHBOURS[name]
        assert {round(b.length, 9) for b in first} == {1.0}
        assert len(second) == SECOND[name][0]
        assert [b.length for b in second] == pytest.approx([SECOND[name][1]] * len(second))
    assert len(cell.sites) / np.linalg.det(np.array(cell.vectors)) == pytest.approx(SITES_PER_VOLUME[name])


@pytest.mark.parametrize("name", CELLS)
def test_every_bond_has_its_reverse(name: str) -> None:
    bonds = bonds_of(unit_cell(name), 3)
    ends = {(b.a, b.b, b.shift, b.shell) for b in bonds}
    assert len(ends) == len(bonds)
    assert ends == {(b.b, b.a, (-b.shift[0], -b.shift[1], -b.shift[2]), b.shell) for b in bonds}


@pytest.mark.parametrize("name", CELLS)
def test_sublattices_are_as_few_as_the_lattice_allows(name: str) -> None:
    assert colouring_of(unit_cell(name), bonds_of(unit_cell(name))).count == SUBLATTICES[name]


@pytest.mark.parametrize(("name", "shells"), list(product(CELLS, (1, 2))))
def test_no_bond_joins_two_sites_of_one_sublattice(name: str, shells: int) -> None:
    cell = unit_cell(name)
    sides = sides_of(cell, 12, 12, 12)
    geometry = Geometry.of(cell, sides, shells=shells)
    for bond in geometry.bonds:
        there = geometry.neighbour(geometry.colours.astype(float), bond)
        assert not np.any(there == geometry.colours[..., bond.a])


@pytest.mark.parametrize(
    ("name", "shells", "periodic"), list(product(CELLS, (1, 2), (True, False, (True, False, True))))
)
def test_shifted_arrays_are_the_neighbours(name: str, shells: int, periodic: bool | tuple[bool, bool, bool]) -> None:
    """What the kernels add, slice by slice, is what the plain definition of a neighbour gives; also in odd samples."""
    cell = unit_cell(name)
    free = periodic if isinstance(periodic, tuple) else (periodic,) * 3
    sides = sides_of(cell, 12, 6 if free[1] else 5, 6)
    geometry = Geometry.of(cell, sides, periodic, shells)
    vectors = np.random.default_rng(3).normal(size=(*geometry.shape, 3))
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    spins = Spins.of_vectors(geometry, vectors, dtype=np.float64)
    table, flat = geometry.table, spins.flat
    fields = np.zeros_like(flat)
    for array in range(geometry.arrays):
        for k in range(table.first[array], table.first[array + 1]):
            assert table.other[k] != array
            fields[array] += np.roll(flat[table.other[k]], -table.offset[k], axis=-1)
    natural = geometry.natural(fields.reshape(spins.values.shape))
    for component in range(3):
        assert np.allclose(natural[..., component], geometry.summed(vectors[..., component]), atol=1e-12)


def test_neighbours_are_where_the_bonds_point() -> None:
    for cell in CELLS.values():
        geometry = Geometry.of(cell, sides_of(cell, 12, 12, 12), False)
        for bond in geometry.bonds:
            here = geometry.positions[..., bond.a, :]
            there = np.stack([geometry.neighbour(geometry.positions[..., k], bond) for k in range(3)], axis=-1)
            inside = geometry.neighbour(np.ones(geometry.shape), bond) > 0
            assert np.allclose((there - here)[inside], bond.vector)


@pytest.mark.parametrize("name", CELLS)
def test_packing_and_natural_order_are_inverse(name: str) -> None:
    cell = unit_cell(name)
    geometry = Geometry.of(cell, sides_of(cell, 7, 5, 3), False)
    vectors = np.random.default_rng(3).normal(size=(*geometry.shape, 3))
    assert np.array_equal(geometry.natural(geometry.packed(vectors, 3)), vectors)
    assert np.array_equal(geometry.natural(geometry.packed(vectors[..., 0])), vectors[..., 0])
    assert geometry.count == prod(sides_of(cell, 7, 5, 3)) * len(cell.sites)


def test_an_odd_periodic_side_is_refused_with_what_would_fit() -> None:
    with pytest.raises(ValueError, match=r"33 cells along x .* repeat after 2: use 32 or 34, or a free edge"):
        Geometry.of(unit_cell("square"), (33, 32, 1))
    with pytest.raises(ValueError, match="repeat after 3: use 30 or 33"):
        Geometry.of(unit_cell("triangular"), (32, 32, 1))
    Geometry.of(unit_cell("square"), (33, 32, 1), (False, True, True))
    with pytest.raises(ValueError, match="limit is 268435456"):
        Geometry.of(unit_cell("simple cubic"), (1024, 1024, 1024))
    with pytest.raises(ValueError, match="sides"):
        Geometry.of(unit_cell("square"), (32, 32, 2))


def test_an_own_basis_is_taken_and_a_bad_one_refused() -> None:
    cscl = UnitCell("CsCl", ((1, 0, 0), (0, 1, 0), (0, 0, 1)), ((0, 0, 0), (0.5, 0.5, 0.5)), 3)
    assert Geometry.of(cscl, (3, 3, 3)).arrays == 2
    with pytest.raises(ValueError, match="span no volume"):
        UnitCell("flat", ((1, 0, 0), (1, 0, 0), (0, 0, 1)), ((0, 0, 0),), 3)
    with pytest.raises(ValueError, match="two sites at one place"):
        UnitCell("double", ((1, 0, 0), (0, 1, 0), (0, 0, 1)), ((0, 0, 0), (1, 0, 0)), 3)
    with pytest.raises(ValueError, match="not finite"):
        UnitCell("nan", ((1, 0, 0), (0, 1, 0), (0, 0, 1)), ((0, float("nan"), 0),), 3)
    with pytest.raises(ValueError, match="no lattice is called 'cubic': use one of chain"):
        unit_cell("cubic")


def test_a_side_of_two_couples_twice() -> None:
    geometry = Geometry.of(unit_cell("square"), (2, 2, 1))
    assert np.array_equal(geometry.neighbour_count, np.full((1, 2, 2, 1), 4))
    assert np.allclose(geometry.summed(np.arange(4.0).reshape(1, 2, 2, 1)).ravel(), [6, 6, 6, 6])


@pytest.mark.parametrize("name", ["simple cubic", "bcc", "triangular"])
def test_sample_without_colours_has_one_array_per_site_and_any_sides(name: str) -> None:
    """Its neighbours are those of the coloured sample, whose free sides may be as long."""
    cell = unit_cell(name)
    sides = (5, 3, 3 if cell.axes == 3 else 1)
    plain, free = Geometry.of(cell, sides, coloured=False), Geometry.of(cell, sides, False)
    assert plain.arrays == len(cell.sites)
    assert (plain.period, plain.grid) == ((1, 1, 1), plain.shape[:3])
    assert np.all(plain.neighbour_count == NEIGHBOURS[name])
    values = np.random.default_rng(3).normal(size=plain.shape)
    assert np.array_equal(plain.natural(plain.packed(values)), values)
    assert np.allclose(Geometry.of(cell, sides, False, coloured=False).summed(values), free.summed(values))
