"""Picture of a spin lattice: what colours show, its frame, the arrows of m and h beside it, a site that is tried."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.units import plain
from spinviz.model.visuals import Labels, Lines, Visual, float32
from spinviz.systems.order.ising_domains.parameters import IsingParameters
from spinviz.systems.order.ising_domains.state import IsingState
from spinviz.systems.pictures.letters import signed
from spinviz.systems.pictures.volume import cut_open

Values = NDArray[np.float64]

REACH = 0.6
"""Height of the arrow of m = 1 in the picture."""
RELIEF = 0.06
"""How far spins up stand above spins down in a sheet."""


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
    square = np.column_stack([corners * edge - 1, np.full(5, RELIEF + 0.005)])
    center = np.array([[(x + 0.5) * edge - 1, (y + 0.5) * edge - 1, RELIEF + 0.01]])
    return (
        Lines(float32(square), color=color, width=4.0),
        Labels(float32(center), (text,), size=1.25, offset=(0.0, 2.2)),
    )


@lru_cache(maxsize=1)
def edges() -> Lines:
    """Edges of the cube: those of its floor and its ceiling."""
    square = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)], float)
    rings = np.concatenate([np.column_stack([square, np.full(5, z)]) for z in (-1.0, 1.0)])
    return Lines(float32(rings), color="muted", width=1.5, breaks=np.arange(10) % 5 == 0)


@lru_cache(maxsize=2)
def masts(lattice: str) -> NDArray[np.float32]:
    """Where the arrows of m and h stand (2, 3), beside the lattice."""
    left = (-1.45, -0.75) if lattice == "cubic" else (-1.32, 0.15)
    return float32([[*left, 0.0], [left[0], left[1] - 0.6, 0.0]])


@lru_cache(maxsize=2)
def scales(lattice: str) -> Lines:
    """The scale of m from -1 to 1, with marks at its ends and at zero, as segments."""
    x, y, _ = masts(lattice)[0]
    strokes = [(x, y, -REACH), (x, y, REACH)]
    for z in (-REACH, 0.0, REACH):
        strokes += [(x - 0.05, y, z), (x + 0.05, y, z)]
    return Lines(float32(strokes), color="muted", width=1.8, kind="segments")


@lru_cache(maxsize=2)
def marks(lattice: str) -> Labels:
    """What the marks of the scale stand for."""
    places = masts(lattice)[:1] + np.array([[-0.05, 0, z] for z in (-REACH, 0.0, REACH)])
    return Labels(float32(places), ("−1", "0", "1"), color="secondary", offset=(-0.8, 0.0))


def names(lattice: str, m: float, h: float) -> tuple[Labels, Labels]:
    """The letters of m, at the foot of its scale, and of the field, beside its arrow; none where there is no field."""
    foot, tail = masts(lattice)[:1] - float32([[0, 0, REACH]]), masts(lattice)[1:]
    return (
        Labels(float32(foot), (f"m = {signed(m)}",), size=1.4, italic=True, offset=(-2.4, -0.9)),
        Labels(tail, ("h" if h else "",), size=1.4, italic=True, offset=(-0.9, 0.0)),
    )


def cells(state: IsingState, p: IsingParameters) -> NDArray[np.float32]:
    """Values of the cells (nz, ny, nx); NaN where a cube is cut open."""
    means = {"local mean": local_mean, "walls": broken_bonds}
    values = means[p.shown](state.spins) if p.shown in means else state.spins
    return cut_open(values, p.cut) if p.lattice == "cubic" else float32(values)


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
