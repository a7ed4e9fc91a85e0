"""Picture of a ferromagnet: the sample, and beside it the sphere with the magnetization of every sample."""

from __future__ import annotations

from spinviz.model.visuals import Arrows, Labels, Spheres, Stage, Visual, float32
from spinviz.systems.order.common.picture import frame_of, lattice_picture, with_legend
from spinviz.systems.order.common.reciprocal import lattice_structure, lattice_structure_stage, shows_structure
from spinviz.systems.order.common.sphere import RADIUS, box_of, centre_of, rings_of, top_of
from spinviz.systems.order.ferromagnet.parameters import FerromagnetParameters
from spinviz.systems.order.ferromagnet.state import MagnetState
from spinviz.systems.pictures.letters import signed


def picture(state: MagnetState, p: FerromagnetParameters) -> tuple[Visual, ...]:
    """The sample and the sphere, or the structure factor."""
    if shows_structure(p.geometry, p):
        return lattice_structure(p.geometry, p.magnet.vectors(state.spins))
    geometry, magnet = p.geometry, p.magnet
    centre = centre_of(geometry)
    net = state.orders[0]
    tips = centre + RADIUS * state.orders
    return (
        *lattice_picture(geometry, magnet.vectors(state.spins), p),
        frame_of(geometry),
        rings_of(geometry),
        Spheres(float32(tips), 0.028, color="net", opacity=1.0 if p.samples > 1 else 0.0,
                label="m of every sample" if p.samples > 1 else ""),
        Arrows(float32(centre[None]), float32(net[None]), length=RADIUS, radius=0.07, color="net",
               label="magnetization m"),
        Labels(float32(top_of(geometry)[None]), (f"|m| = {signed(state.magnitude)}",), italic=True, size=1.3,
               offset=(0.0, 1.0)),
    )  # fmt: skip


def stage(p: FerromagnetParameters) -> Stage:
    """The sample and the sphere beside it, or the sheet of wave vectors."""
    if shows_structure(p.geometry, p):
        return lattice_structure_stage(p.geometry)
    return with_legend(box_of(p.geometry), p, p.geometry.colouring.count)
