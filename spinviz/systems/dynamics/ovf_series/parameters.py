"""Inputs of the film of files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from spinviz.files.ovf.series import SUFFIXES
from spinviz.model.parameters import Parameters, choice, file
from spinviz.systems.dynamics.common.mesh_view import COLOURS, WORDS, SurfaceView


class FilmParameters(Parameters):
    """Which files, what of them is drawn, and in which colours."""

    input: str = file(
        "OVF files: a folder, a pattern such as run/*.ovf, or several names with | between them; without any a small "
        "film is shown.", SUFFIXES, title="Files", many=True,
    )  # fmt: skip
    show: Literal["auto", "reciprocal", "arrows", "cells", "surface", "walls"] = choice(
        "auto",
        "What is drawn: arrows, coloured cells, whichever suits the number of cells; numbers of a plane as heights; "
        "the surface on which a component has one value; or the structure factor over wave vectors.",
        title="Shown as", display=True, words={name: WORDS[name] for name in ("reciprocal", "surface", "walls")},
    )  # fmt: skip
    coloured: Literal["direction", "x", "y", "z", "charge", "topology"] = choice(
        "direction",
        "What colours mean: directions, a component, the magnetic charges of which a stray field comes, or the density "
        "of the topological charge.",
        title="Coloured by", display=True,
        words={name: COLOURS[name] for name in ("x", "y", "z", "charge", "topology")},
    )  # fmt: skip


class SeriesParameters(SurfaceView, FilmParameters):
    """Inputs of `OVFSeries`."""

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        return self.without_surface(self.show, self.coloured)
