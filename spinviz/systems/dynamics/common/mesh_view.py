"""What of a mesh of vectors is drawn, and in which colours: the same choices for every system of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.systems.pictures.reciprocal import RECIPROCAL, SHOWN

SURFACE, WALLS, FIELD, LINES, FLUX = "surface", "walls", "field", "lines", "flux"
DIRECTION, CHARGE, TOPOLOGY = "direction", "charge", "topology"
AXES = ("x", "y", "z")
WORDS = {
    RECIPROCAL: SHOWN, SURFACE: "height surface", WALLS: "isosurface", FIELD: "stray field",
    LINES: "lines of the stray field H", FLUX: "lines of B",
}  # fmt: skip
COLOURS = {
    "x": "component along x", "y": "component along y", "z": "component along z", "energy": "energy density",
    "exchange": "energy density of exchange", "anisotropy": "energy density of the anisotropy",
    "applied": "energy density in the applied field", "dmi": "energy density of the DMI",
    "stray": "energy density in the stray field", CHARGE: "magnetic charges", TOPOLOGY: "topological density",
}  # fmt: skip

Shown = Literal["auto", "reciprocal", "arrows", "cells", "surface", "walls", "field", "lines", "flux"]
Coloured = Literal[
    "direction", "x", "y", "z", "energy", "exchange", "anisotropy", "applied", "dmi", "stray", "charge", "topology"
]  # fmt: skip
Component = Literal["x", "y", "z"]


class SurfaceView(Parameters):
    """Of which component surfaces are made. List it first among the bases: its fields then come last."""

    component: Component = choice(
        "z", "Component of m that is the height of a surface in colours of directions, or has one value on an "
        "isosurface.",
        title="Component", words=dict(zip(AXES, ("m_x", "m_y", "m_z"))), display=True,
    )  # fmt: skip
    level: float = quantity(
        0.0, "", "Value of the component on the isosurface: 0 shows the middle of walls.", title="Isosurface at",
        ge=-1, le=1, display=True,
    )  # fmt: skip

    def without_surface(self, show: str, coloured: str) -> Mapping[str, str]:
        """Reasons why numbers of surfaces have no effect."""
        why = {} if show == WALLS else {"level": "only for an isosurface"}
        if show != WALLS and not (show == SURFACE and coloured == DIRECTION):
            why["component"] = "only for surfaces in colours of directions"
        return why


class ShownMesh(Parameters):
    """What is drawn of a magnet, and in which colours."""

    show: Shown = choice(
        "auto",
        "What is drawn: arrows, coloured cells, whichever suits the number of cells; numbers of a plane as heights; "
        "the surface on which a component has one value; the stray field as arrows or lines, or lines of B; or the "
        "structure factor over wave vectors.",
        title="Shown as", display=True, words=WORDS,
    )  # fmt: skip
    coloured: Coloured = choice(
        "direction",
        "What colours mean: directions, a component, where which energy is, the magnetic charges of which the stray "
        "field comes, or the density of the topological charge.",
        title="Coloured by", display=True, words=COLOURS,
    )  # fmt: skip


class MeshView(SurfaceView, ShownMesh):
    """Display choices of a magnet. List it first among the bases: its fields then come last."""

    def without_surfaces(self) -> Mapping[str, str]:
        """Reasons why numbers of surfaces have no effect."""
        return self.without_surface(self.show, self.coloured)
