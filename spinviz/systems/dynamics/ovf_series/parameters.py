"""Inputs of the film of files."""

from __future__ import annotations

from typing import Literal

from spinviz.files.ovf.series import SUFFIXES
from spinviz.model.parameters import Parameters, choice, file
from spinviz.systems.pictures.reciprocal import RECIPROCAL, SHOWN


class SeriesParameters(Parameters):
    """Inputs of `OVFSeries`."""

    input: str = file(
        "OVF files: a folder, a pattern such as run/*.ovf, or several names with | between them; without any a small "
        "film is shown.", SUFFIXES, title="Files", many=True,
    )  # fmt: skip
    show: Literal["auto", "reciprocal", "arrows", "cells"] = choice(
        "auto",
        "What is drawn: arrows, coloured cells, whichever suits the number of cells, or the structure factor over wave "
        "vectors.",
        title="Shown as",
        display=True,
        words={RECIPROCAL: SHOWN},
    )
