"""Picture of the lattice: arrows as long as the moments, and two gauges beside it, what is left of M and of lengths."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.brush import MeshSites
from spinviz.model.visuals import Arrows, Labels, Lines, Stage, Visual, float32
from spinviz.systems.order.local_moments.parameters import LocalMomentParameters
from spinviz.systems.order.local_moments.state import LocalMomentState
from spinviz.systems.pictures.letters import signed

FILL = 0.8
"""Length of the arrow of M0 over the distance of two sites."""
TALL = 1.7
"""Height of the gauges at 1."""
FEET = np.array([[-2.3, -0.8, -0.9], [-1.55, -0.8, -0.9]])
"""Where the gauges of M and of the lengths stand."""


@lru_cache(maxsize=4)
def places(side: int) -> NDArray[np.float32]:
    """Sites (N, 3) in a cube from -1 to 1, in the order of the moments."""
    at = (np.arange(side) + 0.5) * 2 / side - 1
    z, y, x = np.meshgrid(at, at, at, indexing="ij")
    return float32(np.stack([x, y, z], axis=-1).reshape(-1, 3))


@lru_cache(maxsize=4)
def sites(side: int) -> MeshSites:
    """The same sites for a brush."""
    step = 2 / side
    return MeshSites((side,) * 3, (step / 2 - 1,) * 3, (step,) * 3, step)


@lru_cache(maxsize=1)
def edges() -> Lines:
    """The cube."""
    low, high = -1.0, 1.0
    square = np.array([(low, low), (high, low), (high, high), (low, high), (low, low)])
    rings = [np.column_stack([square, np.full(5, z)]) for z in (low, high)]
    posts = [np.array([[x, y, low], [x, y, high]]) for x, y in square[:4]]
    breaks = np.zeros(18, bool)
    breaks[[0, 5, 10, 12, 14, 16]] = True
    return Lines(float32(np.concatenate([*rings, *posts])), color="muted", width=1.2, breaks=breaks, opacity=0.6)


@lru_cache(maxsize=1)
def gauges() -> Lines:
    """Both scales from 0 to 1, with a tick at each end."""
    ends = [foot + np.array([[0, 0, 0], [0, 0, TALL]]) for foot in FEET]
    ticks = [foot + np.array([[-0.07, 0, z], [0.07, 0, z]]) for foot in FEET for z in (0.0, TALL)]
    points = np.concatenate([*ends, *ticks])
    return Lines(float32(points), color="muted", width=1.6, kind="segments")


@lru_cache(maxsize=1)
def feet() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where the arrows of the gauges begin (1, 3) each."""
    return float32(FEET[:1]), float32(FEET[1:])


@lru_cache(maxsize=1)
def letters() -> NDArray[np.float32]:
    """Where their letters are (2, 3)."""
    return float32(FEET + np.array([0, 0, TALL]))


def picture(state: LocalMomentState, p: LocalMomentParameters) -> tuple[Visual, ...]:
    """Moments coloured by direction; M and the root mean square length as arrows on one scale."""
    M = state.M / p.M0
    rms = float(np.sqrt(np.mean(state.lengths**2))) / p.M0
    return (
        edges(),
        Arrows(
            places(p.L), float32(state.moments.reshape(-1, 3) / p.M0), length=FILL * 2 / p.L, radius=0.1,
            pivot="middle", one="moment", worth=1.0,
        ),
        gauges(),
        Arrows(feet()[0], float32([[0, 0, M]]), length=TALL, radius=0.035, color="net"),
        Arrows(feet()[1], float32([[0, 0, rms]]), length=TALL, radius=0.035, color="accent"),
        Labels(letters(), (f"M = {signed(M)}", f"m = {signed(rms)}"), size=1.2, italic=True, offset=(0.0, 0.9)),
    )  # fmt: skip


def stage(p: LocalMomentParameters) -> Stage:
    """The cube with the gauges to its left."""
    return Stage(
        low=(-2.5, -1.0, -1.05), high=(1.25, 1.0, 1.6), unit="sites", unit_length=p.L / 2, axes=False,
        legend="direction", azimuth=22.0, elevation=20.0,
        entries=(("net", "mean moment M (magnetometer)"), ("accent", "root mean square length m")),
    )  # fmt: skip
