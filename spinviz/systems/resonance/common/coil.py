"""Picture of the coil: a winding on the Bloch sphere about the x axis that lights up with its voltage or current.

Turns at even distances along the axis on a sphere give a homogeneous field inside (Maxwell); the middle stays open
here, so that the vectors are seen.
"""

from __future__ import annotations

from math import pi

import numpy as np

from spinviz.model.visuals import Array, Lines, float32

RADIUS = 1.02
"""Of the sphere on which the wire lies; the Bloch sphere has 1."""
INNER, OUTER = 0.58, 0.95
"""Where along x either half begins and ends."""
TURNS = 4
POINTS = 64
"""Points of one turn."""
LIGHT = 0.9
"""Opacity of the brightest wire: what is behind it stays visible."""
COPPER = np.array([0.80, 0.49, 0.24])
"""sRGB, seen on dark and on light."""


def windings() -> Array:
    """The wire (n, 3): from the left pole to the right one, its halves joined along the bottom."""
    half = np.linspace(INNER, OUTER, TURNS * POINTS + 1)
    bridge = np.linspace(-INNER, INNER, 33)[1:-1]
    along = np.concatenate([-half[::-1], bridge, half])
    turned = 2 * pi * np.arange(TURNS * POINTS + 1) / POINTS
    angle = np.concatenate([turned, np.zeros(len(bridge)), turned]) - pi / 2
    radius = np.sqrt(RADIUS**2 - along**2)
    return float32(np.stack([along, radius * np.cos(angle), radius * np.sin(angle)], axis=1))


WIRE = windings()
WIRE_COLOR = float32(np.tile(COPPER, (len(WIRE), 1)))


def coil(voltage: float) -> tuple[Lines, Lines, Lines]:
    """The wire, and over it the light of a positive and of a negative ``voltage`` between -1 and 1."""
    strength = float(np.clip(voltage, -1, 1))
    return (
        Lines(WIRE, color=WIRE_COLOR, width=1.8, opacity=0.5, label="coil"),
        Lines(WIRE, color="up", width=3.0, opacity=LIGHT * max(strength, 0.0)),
        Lines(WIRE, color="down", width=3.0, opacity=LIGHT * max(-strength, 0.0)),
    )
