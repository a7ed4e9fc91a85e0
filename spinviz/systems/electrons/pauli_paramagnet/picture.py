"""Picture of two Fermi seas: places of the states and electrons, the outline of the bands, flights between states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import float32
from spinviz.systems.electrons.pauli_paramagnet.parameters import level_energies

Values = NDArray[np.float64]

TALL, WIDE, GAP = 1.15, 2.1, 0.16
"""Picture: height of E_F, end of the Fermi level, half of the gap between the bands."""
BOTTOM, CEILING = -0.33, 1.75
"""Lowest point of a band, and where the drawing of empty states ends."""
SMALLEST = 0.055
"""Size of an electron where the states are crowded."""
REACH = 1.5
FEET = float32([[-2.2, 0.0, 0.0], [-2.5, 0.0, 0.0]])
MAST = float32([[-2.2, 0.0, 0.0], [-2.2, 0.0, REACH]])
EDGE = 64
ENVELOPE_BREAKS: NDArray[np.bool_] = np.arange(2 * EDGE) % EDGE == 0
ENVELOPE_BREAKS.flags.writeable = False
UP, DOWN = np.array([242, 120, 75]) / 255, np.array([74, 141, 240]) / 255


@dataclass(frozen=True)
class View:
    """How energies become places: smaller in strong fields and heat, so that everything stays in the picture.

    ``unit``: height of E_F; ``base``: height of E = 0; ``size``: distance of neighbouring states.
    """

    unit: float
    base: float
    size: float
    shift: float

    @staticmethod
    def of(electrons: int, shift: float, heat: float) -> View:
        """The view of a number of electrons, for a shift of the bands and a kT in units of E_F."""
        shrunk = 1 / (1 + 0.75 * max(abs(shift) - 0.2, 0.0) + 2.0 * max(heat - 0.3, 0.0))
        unit = TALL * shrunk
        # Up to E_F a band of width w sqrt(E/E_F) has the area 2/3 w TALL for N/2 electrons; w = 1.4.
        size = sqrt(2 / 3 * 1.4 * TALL / (electrons / 2)) * shrunk
        return View(unit, max(0.0, BOTTOM + abs(shift) * unit), size, shift)

    def height(self, energy: Any) -> Any:
        """Height of energies [E_F]."""
        return self.base + self.unit * energy

    def envelope(self, electrons: int) -> Values:
        """The density of states of both bands (2 EDGE, 3): parabolas on their sides."""
        parts = []
        for side in (1, -1):
            highest = (CEILING - self.base) / self.unit + side * self.shift
            e = max(highest, 0.01) * np.linspace(0, 1, EDGE) ** 2
            x = GAP + 0.75 * np.sqrt(e) * electrons * self.size**2 / self.unit + 0.5 * self.size
            parts.append(np.column_stack([side * x, np.zeros(EDGE), self.height(e - side * self.shift)]))
        return np.concatenate(parts)


@lru_cache(maxsize=2)
def places_of(view: View, electrons: int, top: float) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Places (2L, 3) of all states up to ``top`` [E_F], and which of them are drawn when empty (2L,).

    Rows of equal energy width; spin up to the right, lowered; spin down to the left, raised. The
    number of states in a row follows the density of states, so the outline of a band is its parabola.
    """
    energy = level_energies(electrons, top, 1.0)
    row = np.floor(energy * view.unit / view.size)
    x = GAP + (np.arange(len(row)) - np.searchsorted(row, row) + 0.5) * view.size
    z, zero = (row + 0.5) * view.size / view.unit, np.zeros_like(x)
    up = np.column_stack([x, zero, view.height(z - view.shift)])
    down = np.column_stack([-x, zero, view.height(z + view.shift)])
    places = float32(np.concatenate([up, down]))
    drawn: NDArray[np.bool_] = places[:, 2] < CEILING
    drawn.flags.writeable = False
    return places, drawn


def in_flight(
    states: NDArray[np.float32],
    before: NDArray[np.int32],
    place: NDArray[np.int32],
    flying: NDArray[np.bool_],
    progress: float,
) -> tuple[Values, Values]:
    """Positions (N, 3), on an arc towards the viewer for those that fly, and the spins (N,) on the way.

    ``before`` and ``place`` (N,): the states from and to which the electrons go.
    """
    half = len(states) // 2
    start, end = states[before].astype(float), states[place].astype(float)
    part = np.where(flying, progress, 1.0)[:, None]
    path = start + (end - start) * part
    span = np.linalg.norm(end - start, axis=1)
    path[:, 1] -= 0.6 * span * (4 * part * (1 - part))[:, 0]
    first, last = 1 - 2.0 * (before >= half), 1 - 2.0 * (place >= half)
    return path, first + (last - first) * part[:, 0]


def smooth(part: float) -> float:
    """A part of the way that begins and ends gently."""
    return part * part * (3 - 2 * part)


def colors(spin: Values, above: Values) -> Values:
    """sRGB (N, 3) by spin; electrons deep in the sea (``above`` the Fermi level [kT], -4 and less) are darker."""
    light = 0.58 + 0.42 / (1 + np.exp(np.clip(-above - 4, -60, 60)))
    mix = (0.5 + 0.5 * spin)[:, None]
    return (mix * UP + (1 - mix) * DOWN) * light[:, None]


def letters(mu: float, sign: float) -> NDArray[np.float32]:
    """Where the words are (5, 3)."""
    top = 1.06 * REACH
    return float32([
        [*FEET[0, :2], top], [*FEET[1, :2], top + 0.13 if sign >= 0 else -REACH - 0.1], [WIDE + 0.12, 0, mu + 0.1],
        [-0.85, 0, -0.47], [0.85, 0, -0.47],
    ])  # fmt: skip
