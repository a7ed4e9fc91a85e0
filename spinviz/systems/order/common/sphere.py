"""The sphere of order parameters, at the right of a sample as the camera sees it."""

from __future__ import annotations

from functools import lru_cache
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Lines, Stage, float32
from spinviz.physics.lattice.geometry import Geometry
from spinviz.systems.order.common.picture import scale_of

RADIUS = 0.7
"""Of the sphere, on which an order parameter is 1."""
GAP = 0.35
LIFT = 1.06
"""Of the words over the sphere, in its radius."""
HEADROOM = 1.2
"""Room above a crystal for what is written there."""
CRYSTAL = (24.0, 18.0)
PLANE = (0.0, 50.0)
"""Azimuth and elevation of the camera."""


def view_of(geometry: Geometry) -> tuple[float, float]:
    """Azimuth and elevation from which a sample is seen."""
    return CRYSTAL if geometry.cell.axes == 3 else PLANE


def half_of(geometry: Geometry) -> NDArray[np.float64]:
    """Half the sides of the sample (3,) in the picture."""
    return np.asarray(np.array(geometry.sides) @ np.abs(np.array(geometry.cell.vectors)) * scale_of(geometry) / 2)


@lru_cache(maxsize=8)
def centre_of(geometry: Geometry) -> NDArray[np.float64]:
    """Middle of the sphere (3,)."""
    azimuth = radians(view_of(geometry)[0])
    right = np.array([cos(azimuth), sin(azimuth), 0.0])
    reach = float(np.abs(half_of(geometry)[:2]) @ np.abs(right[:2]))
    return np.asarray(right * (reach + GAP + RADIUS))


@lru_cache(maxsize=8)
def top_of(geometry: Geometry) -> NDArray[np.float64]:
    """Where the words over the sphere begin (3,): above it as the camera sees it."""
    azimuth, elevation = (radians(angle) for angle in view_of(geometry))
    up = np.array([-sin(azimuth) * sin(elevation), cos(azimuth) * sin(elevation), cos(elevation)])
    return np.asarray(centre_of(geometry) + LIFT * RADIUS * up)


@lru_cache(maxsize=8)
def rings_of(geometry: Geometry) -> Lines:
    """Equator and two meridians of the sphere."""
    angle = np.linspace(0, 2 * np.pi, 73)
    c, s, o = np.cos(angle), np.sin(angle), np.zeros(73)
    circles = np.concatenate([np.column_stack(ring) for ring in ((c, s, o), (c, o, s), (o, c, s))])
    points = centre_of(geometry) + RADIUS * circles
    return Lines(float32(points), color="muted", width=1.2, breaks=np.arange(len(points)) % 73 == 0, opacity=0.7)


def box_of(geometry: Geometry) -> Stage:
    """What the camera frames: the sample and the sphere."""
    azimuth, elevation = view_of(geometry)
    half, centre = half_of(geometry), centre_of(geometry)
    low, high = np.minimum(-half, centre - RADIUS), np.maximum(half, centre + RADIUS)
    high[2] *= HEADROOM
    if geometry.cell.axes < 3:
        low[2], high[2] = -1.05 * RADIUS, 1.15 * RADIUS
    return Stage(
        low=(float(low[0]), float(low[1]), float(low[2])), high=(float(high[0]), float(high[1]), float(high[2])),
        unit="a", unit_length=1 / scale_of(geometry), azimuth=azimuth, elevation=elevation, axes=False,
    )  # fmt: skip
