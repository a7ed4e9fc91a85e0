"""What makes the stray field and what it looks like: magnetic charges on the cells, arrows of the field around them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from spinviz.model.units import show
from spinviz.model.visuals import Arrows, Cells, Stage, Visual, float32
from spinviz.physics.micromagnetics.stray_field import StrayField
from spinviz.systems.dynamics.common.mesh_picture import coloured, corner
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters
from spinviz.systems.dynamics.exchange_lattice.picture import spacing_of
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState

CHARGES, FIELD = "charges", "field"
FULL = 0.5
"""Charge of a cell in Ms over the edge of a cell that has the full colour: half of what a bare face carries."""
ARROWS = 44
"""Arrows of the field along the longer side."""
MOST = 40_000
"""Cells of a plane up to which its surroundings are shown, too: four times as many are computed."""


def charges(m: NDArray[np.floating], p: ExchangeParameters) -> NDArray[np.float64]:
    """-div m (nz, ny, nx) in units of 1/dx: what of m does not leave a cell that enters it; no m leaves an open face.

    So the charge of a face, m.n, is in its outermost cells. The two faces of a single layer along z cancel.
    """
    found = np.zeros(p.shape)
    for axis, component, d in ((2, 0, p.dx), (1, 1, p.dy), (0, 2, p.dz)):
        if p.shape[axis] == 1:
            continue
        along = np.moveaxis(np.asarray(m[..., component], np.float64), axis, -1)
        flux = np.zeros((*along.shape[:-1], along.shape[-1] + 1))
        flux[..., 1:-1] = (along[..., 1:] + along[..., :-1]) / 2
        if p.periodic and axis > 0:
            flux[..., 0] = flux[..., -1] = (along[..., 0] + along[..., -1]) / 2
        found -= np.moveaxis(np.diff(flux, axis=-1), -1, axis) * p.dx / d
    return found


def charges_drawn(state: ExchangeState, p: ExchangeParameters) -> tuple[Visual, ...]:
    """Cells coloured by their charge."""
    spacing = spacing_of(p)
    values = np.where(state.m.any(axis=3), charges(state.m, p), np.nan)
    return (Cells(float32(values), corner(p.shape, spacing), spacing, low=-FULL, high=FULL, one="cell"),)


def margin(p: ExchangeParameters) -> int:
    """Empty cells that are computed around the sample in its plane."""
    return 0 if p.periodic or p.nx * p.ny > MOST else max(p.nx, p.ny) // 3


def surrounded(stage: Stage, p: ExchangeParameters) -> Stage:
    """The stage of the mesh with room for the field around it."""
    k = margin(p)
    x, y = k * 1.0, k * p.dy / p.dx
    low, high = stage.low, stage.high
    return replace(stage, low=(low[0] - x, low[1] - y, low[2]), high=(high[0] + x, high[1] + y, high[2]))


@lru_cache(maxsize=1)
def _surrounded(p: ExchangeParameters) -> StrayField:
    k = margin(p)
    sides, closed = (p.nx + 2 * k, p.ny + 2 * k, p.nz), (p.periodic, p.periodic, False)
    return StrayField(sides, (p.dx, p.dy, p.dz), p.Ms, closed)


def field_around(state: ExchangeState, p: ExchangeParameters) -> NDArray[np.float32]:
    """Stray field [T] (ny+2k, nx+2k, 3) in the middle plane of the sample and k = `margin` cells around it."""
    return _field_of(np.asarray(state.m, np.float32).tobytes(), p)


@lru_cache(maxsize=1)
def _field_of(content: bytes, p: ExchangeParameters) -> NDArray[np.float32]:
    """The field of directions given as bytes: picture and caption of a frame ask for the same."""
    k = margin(p)
    m = np.zeros((3, p.nz + 2, p.ny + 2 * k + 2, p.nx + 2 * k + 2), np.float32)
    directions = np.frombuffer(content, np.float32).reshape(*p.shape, 3)
    m[:, 1:-1, k + 1 : k + 1 + p.ny, k + 1 : k + 1 + p.nx] = np.moveaxis(directions, 3, 0)
    out = np.zeros((3, p.nz, *m.shape[2:]), np.float32)
    _surrounded(p).field(m, out)
    found = np.moveaxis(out[:, p.nz // 2, 1:-1, 1:-1], 0, 2)
    found.flags.writeable = False
    return found


def field_drawn(state: ExchangeState, p: ExchangeParameters) -> tuple[Visual, ...]:
    """The directions as colours, and arrows of the field as long as the root of its size."""
    spacing = spacing_of(p)
    B = field_around(state, p)
    every = ceil(max(B.shape[:2]) / ARROWS)
    some = B[every // 2 :: every, every // 2 :: every]
    size = np.linalg.norm(some, axis=2, keepdims=True)
    largest = max(float(size.max()), 1e-30)
    y, x = (np.arange(n)[every // 2 :: every] - (n - 1) / 2 for n in B.shape[:2])
    places = np.stack([*np.meshgrid(x, y * spacing[1]), np.zeros((len(y), len(x)))], axis=2)
    places[..., 2] = p.nz * spacing[2] / 2 + 0.6 * every
    arrows = some / np.maximum(size, 1e-30) * np.sqrt(size / largest)
    # Where they are too short to be seen they are left out.
    long = size[..., 0] > 1e-3 * largest
    return (
        Cells(coloured(state.m), corner(p.shape, spacing), spacing, colormap="direction", one="site"),
        Arrows(
            float32(places[long]), float32(arrows[long]), length=1.5 * every, radius=0.09, pivot="middle", color="text",
            label="stray field", one="arrow",
        ),
    )  # fmt: skip


def words(state: ExchangeState, p: ExchangeParameters) -> str:
    """What colours and lengths mean."""
    if p.show == CHARGES:
        return "colour: charge −∇·m, full at Ms/2Δx"
    largest = float(np.linalg.norm(field_around(state, p), axis=2).max())
    return f"arrows: stray field in the middle plane, length as its root, longest {show(largest, 'T')}"
