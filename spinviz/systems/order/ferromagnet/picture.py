"""Picture of a ferromagnet: the sample, and beside it the sphere with the magnetization of every sample."""

from __future__ import annotations

from functools import lru_cache
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Arrows, Labels, Lines, Spheres, Stage, Visual, float32
from spinviz.physics.lattice.geometry import Geometry
from spinviz.systems.order.common.picture import frame_of, lattice_picture, scale_of, with_legend
from spinviz.systems.order.ferromagnet.parameters import FerromagnetParameters
from spinviz.systems.order.ferromagnet.state import MagnetState
from spinviz.systems.pictures.letters import signed

RADIUS = 0.62
"""Of the sphere, on which m = 1."""
GAP = 0.45
CRYSTAL = (33.0, 20.0)
PLANE = (0.0, 50.0)
"""Azimuth and elevation of the camera."""


def view_of(geometry: Geometry) -> tuple[float, float]:
    """Azimuth and elevation from which a sample is seen."""
    return CRYSTAL if geometry.cell.axes == 3 else PLANE


@lru_cache(maxsize=8)
def centre_of(geometry: Geometry) -> NDArray[np.float64]:
    """Middle of the sphere: at the right of the sample as the camera sees it."""
    azimuth = radians(view_of(geometry)[0])
    right = np.array([cos(azimuth), sin(azimuth), 0.0])
    half = np.array(geometry.sides) @ np.abs(np.array(geometry.cell.vectors)) * scale_of(geometry) / 2
    reach = float(np.abs(half[:2]) @ np.abs(right[:2]))
    return np.asarray(right * (reach + GAP + RADIUS))


@lru_cache(maxsize=8)
def rings_of(geometry: Geometry) -> Lines:
    """Equator and two meridians of the sphere."""
    angle = np.linspace(0, 2 * np.pi, 73)
    c, s, o = np.cos(angle), np.sin(angle), np.zeros(73)
    circles = np.concatenate([np.column_stack(ring) for ring in ((c, s, o), (c, o, s), (o, c, s))])
    points = centre_of(geometry) + RADIUS * circles
    return Lines(float32(points), color="muted", width=1.2, breaks=np.arange(len(points)) % 73 == 0, opacity=0.7)


def picture(state: MagnetState, p: FerromagnetParameters) -> tuple[Visual, ...]:
    """The sample and the sphere."""
    geometry, magnet = p.geometry, p.magnet
    centre = centre_of(geometry)
    net = state.orders[0]
    tips = centre + RADIUS * state.orders
    label = np.array([[centre[0], centre[1], centre[2] + RADIUS]])
    return (
        *lattice_picture(geometry, magnet.vectors(state.spins), p),
        frame_of(geometry),
        rings_of(geometry),
        Spheres(float32(tips), 0.028, color="net", opacity=1.0 if p.samples > 1 else 0.0),
        Arrows(float32(centre[None]), float32(net[None]), length=RADIUS, radius=0.07, color="net"),
        Labels(float32(label), (f"|m| = {signed(state.magnitude).lstrip('+')}",), italic=True, size=1.3,
               offset=(0.0, 1.0)),
    )  # fmt: skip


def stage(p: FerromagnetParameters) -> Stage:
    """The sample and the sphere beside it."""
    geometry = p.geometry
    azimuth, elevation = view_of(geometry)
    half = np.array(geometry.sides) @ np.abs(np.array(geometry.cell.vectors)) * scale_of(geometry) / 2
    centre = centre_of(geometry)
    low = np.minimum(-half, centre - RADIUS)
    high = np.maximum(half, centre + RADIUS)
    flat = geometry.cell.axes < 3
    low[2], high[2] = (-0.65, 0.7) if flat else (min(low[2], -RADIUS), max(high[2], RADIUS))
    box = Stage(
        low=(float(low[0]), float(low[1]), float(low[2])), high=(float(high[0]), float(high[1]), float(high[2])),
        unit="a", unit_length=1 / scale_of(geometry), azimuth=azimuth, elevation=elevation, axes=False,
    )  # fmt: skip
    return with_legend(box, p)
