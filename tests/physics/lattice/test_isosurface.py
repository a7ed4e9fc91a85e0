"""Isosurfaces: where they lie, how large they are, that they have no gaps, and where they end."""

from collections import Counter

import numpy as np
import pytest

from spinviz.physics.lattice.isosurface import isosurface

N = 24


def grid(n: int = N) -> tuple[np.ndarray, ...]:
    z, y, x = np.indices((n, n, n), float)
    return x, y, z


def areas(points: np.ndarray) -> np.ndarray:
    a, b, c = np.moveaxis(points.reshape(-1, 3, 3), 1, 0)
    return np.cross(b - a, c - a) / 2


def ball(radius: float) -> np.ndarray:
    x, y, z = grid()
    return radius - np.sqrt((x - 11.3) ** 2 + (y - 11.6) ** 2 + (z - 11.8) ** 2)


def test_of_a_ball_is_a_sphere() -> None:
    x, y, z = grid()
    points, normals, carried, stride = isosurface(ball(8.0), 0.0, np.stack([x, y, z], axis=-1))
    out = points - (11.3, 11.6, 11.8)
    assert np.linalg.norm(out, axis=1) == pytest.approx(8.0, abs=0.05), "up to the sagitta of a diagonal, 3/(8 r)"
    assert np.linalg.norm(areas(points), axis=1).sum() == pytest.approx(4 * np.pi * 64, rel=0.01)
    assert np.einsum("ij,ij->i", normals, -out / 8.0) == pytest.approx(1.0, abs=0.01), "towards larger values"
    assert carried == pytest.approx(points, abs=1e-9), "what it carries is interpolated as its corners are"
    assert stride == 1


def test_level_moves_it() -> None:
    points, *_ = isosurface(ball(8.0), 3.0, np.zeros((N, N, N, 1)))
    assert np.linalg.norm(points - (11.3, 11.6, 11.8), axis=1) == pytest.approx(5.0, abs=0.08)


def test_it_has_no_gaps() -> None:
    """Every edge belongs to two triangles, whatever the values are, as long as the surface is closed."""
    values = np.random.default_rng(5).normal(size=(7, 8, 9))
    values[[0, -1]] = values[:, [0, -1]] = values[:, :, [0, -1]] = -1.0
    points, *_ = isosurface(values, 0.0, np.zeros((*values.shape, 1)))
    edges: Counter[tuple[bytes, ...]] = Counter()
    for triangle in np.round(points, 9).reshape(-1, 3, 3) + 0.0:
        for n in range(3):
            edges[tuple(sorted((triangle[n].tobytes(), triangle[n - 1].tobytes())))] += 1
    assert len(edges) > 500
    assert set(edges.values()) == {2}


def test_a_plane_reaches_to_the_faces_of_the_mesh() -> None:
    x = np.indices((4, 5, 6))[2].astype(float)
    points, *_ = isosurface(x, 2.25, np.zeros((4, 5, 6, 1)))
    assert points[:, 0] == pytest.approx(2.25)
    assert np.linalg.norm(areas(points), axis=1).sum() == pytest.approx(4 * 5)
    assert points[:, 1:].min(axis=0) == pytest.approx([-0.5, -0.5])
    assert points[:, 1:].max(axis=0) == pytest.approx([4.5, 3.5])
    layer, *_ = isosurface(x[:1], 2.25, np.zeros((1, 5, 6, 1)))
    assert np.linalg.norm(areas(layer), axis=1).sum() == pytest.approx(5), "one layer has a thickness"


def test_it_ends_where_there_is_no_material() -> None:
    x = np.indices((4, 5, 6))[2].astype(float)
    x[:, 3:] = np.nan
    points, normals, *_ = isosurface(x, 2.25, np.zeros((4, 5, 6, 1)))
    assert points[:, 1].max() == pytest.approx(2.0)
    assert np.isfinite(points).all()
    assert np.isfinite(normals).all()


def test_many_triangles_are_made_fewer_and_stay_in_place() -> None:
    every, *_ = isosurface(ball(8.0), 0.0, np.zeros((N, N, N, 1)))
    some, *_, stride = isosurface(ball(8.0), 0.0, np.zeros((N, N, N, 1)), most=len(every) // 6)
    assert stride == 2
    assert len(some) < len(every) // 2
    assert np.linalg.norm(some - (11.3, 11.6, 11.8), axis=1) == pytest.approx(8.0, abs=0.2)


def test_there_is_none_where_nothing_crosses() -> None:
    points, normals, carried, _ = isosurface(np.ones((3, 3, 3)), 0.0, np.zeros((3, 3, 3, 2)))
    assert points.shape == normals.shape == (0, 3)
    assert carried.shape == (0, 2)
