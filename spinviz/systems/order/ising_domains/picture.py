"""Picture of a spin lattice: what colours show, its frame, the arrows of m and h beside it, a site that is tried."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.units import plain
from spinviz.model.visuals import Labels, Lines, Visual, float32
from spinviz.systems.order.ising_domains.parameters import IsingParameters
from spinviz.systems.order.ising_domains.state import IsingState

Values = NDArray[np.float64]

REACH = 0.6
"""Height of the arrow of m = 1 in the picture."""


def local_mean(spins: NDArray[np.int8]) -> Values:
    """Mean over two neighbours to each side along every axis (nz, ny, nx), periodic."""
    total, axes = spins.astype(np.int16), [axis for axis, n in enumerate(spins.shape) if n > 1]
    for axis in axes:
        total = np.sum([np.roll(total, way, axis) for way in range(-2, 3)], axis=0, dtype=np.int16)
    return np.asarray(total / 5.0 ** len(axes))


def broken_bonds(spins: NDArray[np.int8]) -> Values:
    """Part of the bonds of each site (nz, ny, nx) that join opposite spins, periodic."""
    axes = [axis for axis, n in enumerate(spins.shape) if n > 1]
    broken = [spins != np.roll(spins, way, axis) for axis in axes for way in (1, -1)]
    return np.asarray(np.mean(broken, axis=0))


def tried_site(x: int, y: int, side: int, color: str, text: str) -> tuple[Visual, ...]:
    """A frame around the site in column x and row y of a lattice with ``side`` sites along an edge, and a text."""
    edge = 2 / side
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]) + np.array([x, y])
    square = np.column_stack([corners * edge - 1, np.full(5, 0.01)])
    center = np.array([[(x + 0.5) * edge - 1, (y + 0.5) * edge - 1, 0.02]])
    return (
        Lines(float32(square), color=color, width=4.0),
        Labels(float32(center), (text,), size=1.25, offset=(0.0, 2.2)),
    )


@lru_cache(maxsize=2)
def frame_of(lattice: str) -> Lines:
    """Edges of the lattice."""
    square = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)], float)
    if lattice == "square":
        return Lines(float32(np.column_stack([square, np.zeros(5)])), color="muted", width=2.0)
    rings = np.concatenate([np.column_stack([square, np.full(5, z)]) for z in (-1.0, 1.0)])
    return Lines(float32(rings), color="muted", width=1.5, breaks=np.arange(10) % 5 == 0)


@lru_cache(maxsize=2)
def masts(lattice: str) -> NDArray[np.float32]:
    """Where the arrows of m and h stand (2, 3), beside the lattice."""
    left = (-1.45, -0.75) if lattice == "cubic" else (-1.2, 0.0)
    return float32([[*left, 0.0], [left[0], left[1] - 0.3, 0.0]])


@lru_cache(maxsize=2)
def scales(lattice: str) -> NDArray[np.float32]:
    """The scale of m (2, 3) from -1 to 1."""
    return float32(masts(lattice)[:1] + np.array([[0, 0, -REACH], [0, 0, REACH]]))


@lru_cache(maxsize=2)
def tops(lattice: str) -> NDArray[np.float32]:
    """Where the letters of m and h are (2, 3)."""
    return float32(masts(lattice) + np.array([0, 0, 1.15 * REACH]))


def cells(state: IsingState, p: IsingParameters) -> NDArray[np.float32]:
    """Values of the cells (nz, ny, nx)."""
    if p.shown == "local mean":
        return float32(local_mean(state.spins))
    if p.shown == "walls":
        return float32(broken_bonds(state.spins))
    return float32(state.spins)


def colormap(p: IsingParameters) -> str:
    """Colours of spins or walls."""
    return "inferno" if p.shown == "walls" else "spin"


def attempt(state: IsingState, p: IsingParameters, h: float) -> tuple[Visual, ...]:
    """The last single site: a frame around it, its price and its fate."""
    site, n = int(state.tried[0]), p.side
    y, x = divmod(site, n)
    flipped = bool(state.flipped[0])
    layer = state.spins[0]
    around = int(layer[y, (x + 1) % n]) + layer[y, x - 1] + layer[(y + 1) % n, x] + layer[y - 1, x]
    old = int(layer[y, x]) * (-1 if flipped else 1)
    cost = 2 * old * (around + h)
    chance = min(1.0, float(np.exp(-cost / p.T)))
    fate = "flipped" if flipped else "refused"
    if site in state.pinned:
        fate = "pinned"
    text = f"ΔE = {plain(cost, 3)} J · p = {plain(chance, 2)} · {fate}" if state.time > 0 else ""
    return tried_site(x, y, n, "net" if flipped else "text", text)
