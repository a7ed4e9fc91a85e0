"""The outer faces of a lattice volume: only what can be seen becomes geometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinviz.view.detail import ordinal

FACE_BUDGET = 120_000

Triple = tuple[float, float, float]
CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
QUAD = np.array([0, 1, 2, 0, 2, 3], np.uint32)


@dataclass(frozen=True, eq=False)
class Faces:
    """Quads: vertex attributes (4 F, k), triangle indices, and the cell (flat index) that colours each face."""

    there: NDArray[np.bool_]
    origin: Triple
    spacing: Triple
    attributes: dict[str, NDArray[np.float32]]
    indices: NDArray[np.uint32]
    cells: NDArray[np.intp]
    message: str = ""

    def same(self, there: NDArray[np.bool_], origin: Triple, spacing: Triple) -> bool:
        """Whether these faces still hold."""
        return self.origin == origin and self.spacing == spacing and np.array_equal(self.there, there)


def outer_faces(there: NDArray[np.bool_], origin: Triple, spacing: Triple, budget: int) -> Faces:
    """Faces between a cell that is there and one that is not; coarser blocks when there are too many."""
    stride = 1
    while stride < max(there.shape) and _count(there[::stride, ::stride, ::stride]) > budget:
        stride += 1
    coarse = there[::stride, ::stride, ::stride]
    flat = np.arange(there.size).reshape(there.shape)[::stride, ::stride, ::stride]
    size = np.array(spacing) * stride
    points, normals, cells = [], [], []
    for axis in range(3):  # x, y, z; the array is ordered z, y, x
        for sign in (-1, 1):
            k, j, i = np.nonzero(_exposed(coarse, 2 - axis, sign))
            corner = np.column_stack([i, j, k]).astype(np.float32)
            points.append(_quads(corner, axis, sign))
            normal = np.zeros(3, np.float32)
            normal[axis] = sign
            normals.append(np.broadcast_to(normal, (4 * len(i), 3)))
            cells.append(flat[k, j, i])
    cell = np.concatenate(cells)
    count = len(cell)
    place = np.concatenate(points) * size + np.array(origin)
    attributes = {
        "a_point": np.ascontiguousarray(place, dtype=np.float32),
        "a_normal": np.ascontiguousarray(np.concatenate(normals), dtype=np.float32),
        "a_corner": np.tile(CORNERS, (count, 1)),
    }
    indices = (np.arange(count, dtype=np.uint32)[:, None] * np.uint32(4) + QUAD).ravel()
    message = f"every {ordinal(stride**3)} of {there.size:,} cells" if stride > 1 else ""
    return Faces(there.copy(), origin, spacing, attributes, indices, cell, message)


def _exposed(there: NDArray[np.bool_], axis: int, sign: int) -> NDArray[np.bool_]:
    """Cells whose neighbour on that side is empty or outside."""
    exposed = there.copy()
    here: list[slice] = [slice(None)] * 3
    beyond: list[slice] = [slice(None)] * 3
    here[axis], beyond[axis] = (slice(None, -1), slice(1, None)) if sign > 0 else (slice(1, None), slice(None, -1))
    exposed[tuple(here)] &= ~there[tuple(beyond)]
    return exposed


def _count(there: NDArray[np.bool_]) -> int:
    return sum(int(_exposed(there, axis, sign).sum()) for axis in range(3) for sign in (-1, 1))


def _quads(corner: NDArray[np.float32], axis: int, sign: int) -> NDArray[np.float32]:
    """Corners (4 F, 3) of one face of each unit cell, in cell coordinates."""
    one, two = (axis + 1) % 3, (axis + 2) % 3
    offsets = np.zeros((4, 3), np.float32)
    offsets[:, axis] = 1.0 if sign > 0 else 0.0
    offsets[:, one], offsets[:, two] = CORNERS[:, 0], CORNERS[:, 1]
    return (corner[:, None, :] + offsets).reshape(-1, 3)
