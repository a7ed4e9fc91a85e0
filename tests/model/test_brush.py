"""Which sites a stroke reaches, compared with the distance of every site from the path."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from spinviz.model.brush import BRUSHES, MOST_POINTS, MeshSites, PlacedSites, Sites, Stroke, stroke_of

MESHES = [
    MeshSites((1, 9, 12), (-1.0, -0.8, 0.0), (0.2, 0.2, 0.2), 0.2),
    MeshSites((5, 6, 7), (-3.0, -2.5, -1.0), (1.0, 1.0, 0.5), 1.0),
    MeshSites((1, 1, 8), (-3.5, 0.0, 0.0), (1.0, 1.0, 1.0), 1.0),
]


def places(mesh: MeshSites) -> np.ndarray:
    """Site after site, x fastest."""
    nz, ny, nx = mesh.shape
    index = [(i, j, k) for k in range(nz) for j in range(ny) for i in range(nx)]
    return np.array(mesh.first) + np.array(index) * np.array(mesh.spacing)


def distance(place: np.ndarray, path: np.ndarray) -> float:
    """From a finely sampled path."""
    fine = [a + t * (b - a) for a, b in pairwise(path) for t in np.linspace(0, 1, 4001)] or list(path)
    return float(np.linalg.norm(np.array(fine) - place, axis=1).min())


@pytest.mark.parametrize("mesh", MESHES)
@pytest.mark.parametrize("radius", [0.4, 1.3, 2.6])
def test_a_stroke_reaches_the_sites_within_its_radius(mesh: MeshSites, radius: float) -> None:
    rng = np.random.default_rng(4)
    where, a = places(mesh), mesh.constant
    path = [tuple(p) for p in np.round(where[rng.integers(0, len(where), 3)] / a + rng.uniform(-0.3, 0.3, (3, 3)), 3)]
    found = mesh.reached(Stroke("flip", tuple(path), radius))
    off = np.array([distance(place, a * np.array(path)) for place in where])
    clear = np.abs(off - a * radius) > 1e-4 * a  # the samples of the path are a little off it
    assert clear.sum() > 0.95 * len(off)
    wanted = np.flatnonzero((off < a * radius) & clear)
    assert np.array_equal(np.intersect1d(found, np.flatnonzero(clear)), wanted)
    assert np.array_equal(PlacedSites(where, a).reached(Stroke("flip", tuple(path), radius)), found)


@pytest.mark.parametrize(("radius", "count"), [(0.9, 1), (1.0, 5), (1.5, 9), (2.0, 13)])
def test_a_dab_on_a_square_lattice_reaches_whole_shells(radius: float, count: int) -> None:
    mesh = MeshSites((1, 11, 11), (-5.0, -5.0, 0.0), (1.0, 1.0, 1.0), 1.0)
    assert len(mesh.reached(Stroke("flip", ((0.0, 0.0, 0.0),), radius))) == count


def test_a_dab_beside_the_lattice_reaches_nothing() -> None:
    mesh = MESHES[0]
    assert mesh.reached(Stroke("flip", ((50.0, 0.0, 0.0),), 2.0)).tolist() == []


def test_flat_lattices_have_a_plane() -> None:
    assert [mesh.plane for mesh in MESHES] == [0.0, None, 0.0]
    assert PlacedSites(places(MESHES[0]), 0.2).plane == 0.0
    assert PlacedSites(places(MESHES[1]), 1.0).plane is None
    assert [sites.count for sites in (*MESHES, PlacedSites(places(MESHES[1]), 1.0))] == [108, 210, 8, 210]
    assert issubclass(MeshSites, Sites)


def test_a_long_way_is_thinned_and_ends_where_it_ended() -> None:
    path = [(n / 7, 0.0, 0.0) for n in range(1000)]
    stroke = stroke_of("flip", path, 2.00049)
    assert len(stroke.path) <= MOST_POINTS
    assert stroke.path[-1] == (142.714, 0.0, 0.0)
    assert stroke.radius == 2.0
    assert stroke_of("flip", [(1.0, 2.0, 3.0)] * 5, 1.0).path == ((1.0, 2.0, 3.0),)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"brush": "paint"}, "unknown brush 'paint': use one of "),
        ({"radius": float("nan")}, "the radius of a stroke is nan"),
        ({"radius": 1001.0}, "at most 1000"),
        ({"path": ((0.0, float("inf"), 0.0),)}, "leaves the picture"),
    ],
)
def test_impossible_strokes_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Stroke(**({"brush": "flip", "path": ((0.0, 0.0, 0.0),), "radius": 1.0} | changes))


def test_brushes_are_told_in_words() -> None:
    for name, brush in BRUSHES.items():
        assert brush.name == name
        assert brush.title[0].isupper()
        assert brush.help.endswith(".")
