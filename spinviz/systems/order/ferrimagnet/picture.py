"""Picture of a ferrimagnet: arrows as long as the moments, and on a sphere the sums of the sublattices."""

from __future__ import annotations

import numpy as np

from spinviz.model.visuals import Arrows, Labels, Stage, Visual, float32
from spinviz.systems.order.common.picture import frame_of, lattice_picture, with_legend
from spinviz.systems.order.common.reciprocal import lattice_structure, lattice_structure_stage, shows_structure
from spinviz.systems.order.common.sphere import RADIUS, box_of, centre_of, rings_of, top_of
from spinviz.systems.order.ferrimagnet.parameters import FerrimagnetParameters
from spinviz.systems.order.ferrimagnet.state import FerriState
from spinviz.systems.pictures.letters import signed

BESIDE = 0.45
"""Distance of net moment and field from the two sums, in the radius of the sphere: they would be hidden in them."""


def picture(state: FerriState, p: FerrimagnetParameters) -> tuple[Visual, ...]:
    """The sample and the sphere, or the structure factor."""
    if shows_structure(p.geometry, p):
        return lattice_structure(p.geometry, state.spins.vectors())
    geometry = p.geometry
    centre, longest = centre_of(geometry), max(p.mu_A, p.mu_B, 1e-9)
    sums = np.array([p.mu_A * state.a, p.mu_B * state.b]) / longest
    net = sums.sum(axis=0)
    M = float(net @ state.axis) * longest
    what = "sublattice" if p.coloured == "sublattice" else "sum of"
    place, aside = float32(centre[None]), centre * BESIDE * RADIUS / np.linalg.norm(centre)
    field = np.array([[0.0, 0.0, 0.5 * np.sign(p.h)]])
    return (
        *lattice_picture(
            geometry, state.spins.vectors(), p, J=-1.0, sublattices=np.broadcast_to([0, 1], geometry.shape),
            moments=(p.mu_A / longest, p.mu_B / longest),
        ),
        frame_of(geometry),
        rings_of(geometry),
        Arrows(place, float32(sums[:1]), length=RADIUS, radius=0.045, color="down", label=f"{what} A"),
        Arrows(place, float32(sums[1:]), length=RADIUS, radius=0.045, color="up", label=f"{what} B"),
        Arrows(float32((centre + aside)[None]), float32(net[None]), length=RADIUS, radius=0.13, color="net",
               label="net moment M"),
        Arrows(float32((centre - aside)[None]), float32(field), length=RADIUS, radius=0.06, color="secondary",
               label="direction of the field h" if p.h else ""),
        Labels(float32(top_of(geometry)[None]), (f"M = {signed(M)}",), italic=True, size=1.3, offset=(0.0, 1.0)),
    )  # fmt: skip


def stage(p: FerrimagnetParameters) -> Stage:
    """The sample and the sphere beside it, or the sheet of wave vectors."""
    if shows_structure(p.geometry, p):
        return lattice_structure_stage(p.geometry)
    return with_legend(box_of(p.geometry), p)
