"""Picture of a ferrimagnet: arrows as long as the moments, and on a sphere the sums of the sublattices."""

from __future__ import annotations

import numpy as np

from spinviz.model.visuals import Arrows, Labels, Stage, Visual, float32
from spinviz.systems.order.common.picture import frame_of, lattice_picture, with_legend
from spinviz.systems.order.common.reciprocal import lattice_structure, lattice_structure_stage, shows_structure
from spinviz.systems.order.common.sphere import RADIUS, box_of, centre_of, rings_of
from spinviz.systems.order.ferrimagnet.parameters import FerrimagnetParameters
from spinviz.systems.order.ferrimagnet.state import FerriState
from spinviz.systems.pictures.letters import signed


def picture(state: FerriState, p: FerrimagnetParameters) -> tuple[Visual, ...]:
    """The sample and the sphere, or the structure factor."""
    if shows_structure(p.geometry, p):
        return lattice_structure(p.geometry, state.spins.vectors())
    geometry = p.geometry
    centre, longest = centre_of(geometry), max(p.mu_A, p.mu_B, 1e-9)
    sums = np.array([p.mu_A * state.a, p.mu_B * state.b]) / longest
    net = sums.sum(axis=0)
    M = float(net @ state.axis) * longest
    places = np.repeat(centre[None], 2, axis=0)
    top = centre[None] + np.array([[0, 0, RADIUS]])
    return (
        *lattice_picture(
            geometry, state.spins.vectors(), p, J=-1.0, sublattices=np.broadcast_to([0, 1], geometry.shape),
            moments=(p.mu_A / longest, p.mu_B / longest),
        ),
        frame_of(geometry),
        rings_of(geometry),
        Arrows(float32(places[:1]), float32(sums[:1]), length=RADIUS, radius=0.045, color="down", label="sum of A"),
        Arrows(float32(places[:1]), float32(sums[1:]), length=RADIUS, radius=0.045, color="up", label="sum of B"),
        Arrows(float32(places[:1]), float32(net[None]), length=RADIUS, radius=0.08, color="net", label="net moment"),
        Labels(float32(top), (f"M = {signed(M)}",), italic=True, size=1.3, offset=(0.0, 1.0)),
    )  # fmt: skip


def stage(p: FerrimagnetParameters) -> Stage:
    """The sample and the sphere beside it, or the sheet of wave vectors."""
    if shows_structure(p.geometry, p):
        return lattice_structure_stage(p.geometry)
    return with_legend(box_of(p.geometry), p)
