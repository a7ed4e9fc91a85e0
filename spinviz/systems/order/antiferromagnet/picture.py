"""Picture of an antiferromagnet: the sample; beside it the sphere with staggered and net moment, and the field."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Arrows, Labels, Shades, Stage, Visual, float32
from spinviz.systems.order.antiferromagnet.parameters import AntiferromagnetParameters
from spinviz.systems.order.antiferromagnet.state import AntiferromagnetState
from spinviz.systems.order.common.picture import frame_of, lattice_picture, sublattice_shades, with_legend
from spinviz.systems.order.common.reciprocal import lattice_structure, lattice_structure_stage, shows_structure
from spinviz.systems.order.common.sphere import GAP, RADIUS, box_of, centre_of, rings_of, top_of
from spinviz.systems.pictures.letters import signed

LOW = 30.0
"""Elevation of the camera over a plane whose spins stand up: from above they would be dots."""
ARROW = 0.07
"""Thickness of the arrows on the sphere over their length."""


def magnified(vectors: NDArray[np.floating], factor: int) -> NDArray[np.floating]:
    """Unit vectors (..., 3) whose x and y are drawn ``factor`` times as large."""
    if factor == 1:
        return vectors
    out = vectors * np.array([factor, factor, 1.0], vectors.dtype)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=-1, keepdims=True), 1e-12))


def moments_of(state: AntiferromagnetState, p: AntiferromagnetParameters) -> tuple[NDArray[np.floating], Shades | str]:
    """What stands on the sphere beside the net moment, (n, 3), and its colours: n of two sublattices, all of more."""
    if p.bipartite:
        return magnified(state.difference[None], p.magnify), "good"
    return state.means, sublattice_shades(np.arange(p.colours), p.colours)


def picture(state: AntiferromagnetState, p: AntiferromagnetParameters) -> tuple[Visual, ...]:
    """The sample, the sphere and the field."""
    if shows_structure(p.geometry, p):
        return lattice_structure(p.geometry, state.spins.vectors())
    geometry = p.geometry
    centre, right = centre_of(geometry), centre_of(geometry) / np.linalg.norm(centre_of(geometry))
    vectors = magnified(state.spins.vectors(), p.magnify)
    moments, colors = moments_of(state, p)
    net = state.net
    field = np.array(p.unit_field) * np.clip(state.h / (2 * p.B_E), -1.0, 1.0)
    beside = centre - right * (RADIUS + 0.5 * GAP)
    top = top_of(geometry)
    words = (f"n = {signed(state.staggered)}   m = {signed(float(np.linalg.norm(net)))}", "h" if p.h else "")
    places = float32(np.array([top, beside + RADIUS * field]))
    return (
        *lattice_picture(geometry, vectors, p, -1.0),
        frame_of(geometry),
        rings_of(geometry),
        Arrows(float32(np.tile(centre, (len(moments), 1))), float32(moments), length=RADIUS, radius=ARROW,
               color=colors, label="staggered moment n" if p.bipartite else ""),
        Arrows(float32(centre[None]), float32(net[None]), length=RADIUS, radius=ARROW, color="net",
               label="net moment m"),
        Arrows(float32(beside[None]), float32(field[None]), length=RADIUS, radius=0.05, color="secondary",
               label="field h" if p.h else ""),
        Labels(places, words, italic=True, size=1.3, offset=(0.0, 1.0)),
    )  # fmt: skip


def stage(p: AntiferromagnetParameters) -> Stage:
    """The sample and the sphere; local energies are those of antiparallel neighbours."""
    if shows_structure(p.geometry, p):
        return lattice_structure_stage(p.geometry)
    box = with_legend(box_of(p.geometry), p, p.colours, always=not p.bipartite)
    return replace(box, elevation=LOW) if p.geometry.cell.axes < 3 and p.K > 0 else box
