"""Presets of the bar."""

from __future__ import annotations

from spinviz.model.system import Preset
from spinviz.systems.dynamics.bar.parameters import FAR

PRESETS = (
    Preset(
        "landau", "Landau pattern", "From disorder, a bar relaxes into four domains that close the flux.",
        parameters={"length": 6e-7, "width": 4e-7, "start": "random"}, length=4e-9,
        notes="The stray field turns the moments along all edges: no poles are left there. Vortices, about which the "
        "moments rotate, meet and vanish, until a single one holds four domains together: two along the sides, and two "
        "triangles that close the flux at the ends.",
    ),
    Preset(
        "nail", "Why a nail is no magnet", "The field around a bar shrinks as domains form.",
        parameters={"start": "across", "show": "field"}, length=4e-9,
        notes="Every moment inside is as large as before, yet the field outside vanishes: domains cancel each other, "
        "because that costs less than filling space with field. The mean moment ends near zero.",
    ),
    Preset(
        "demagnetize", "Demagnetize", "An alternating field that becomes weaker takes a magnetized bar apart.",
        parameters={"start": "along"}, actions=((5e-10, "demagnetize"),), length=1e-8,
        notes="Saturated along its length the bar keeps most of its moment, although domains would cost less: there is "
        "a barrier. Each half period of the field goes less far than the one before, until walls are left in the "
        "middle and the moment is near zero.",
    ),
    Preset(
        "magnet", "Magnet comes and goes", "A magnet magnetizes the bar, pulls at it, and leaves a remainder.",
        parameters={"start": "closure", "magnet": True, "distance": FAR},
        actions=((5e-10, "bring"), (4e-9, "take")), length=8e-9,
        notes="Domains along the field of the magnet grow: the bar becomes a magnet, and is pulled with either pole. "
        "Taken away, the magnet leaves a remainder behind. Demagnetize to remove it.",
    ),
    Preset(
        "saturated", "Saturated bar", "A strong field saturates the bar; without it, a good part remains.",
        parameters={"start": "along", "B": 0.5, "coloured": "charge", "show": "cells"}, actions=((5e-10, "off"),),
        length=3e-9,
        notes="In the field the poles sit on the two ends. When it is off, the moments near the ends turn along the "
        "edges, and the bar stays magnetized: a state of more energy than domains have, behind a barrier. A shrinking "
        "field, or a blow that shakes the moments of a real nail, takes it over.",
    ),
)  # fmt: skip
