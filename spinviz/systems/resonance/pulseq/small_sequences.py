"""Small sequences to begin with: one excitation by a hard pulse and a readout of 16 by 16 points, or of one echo."""

from __future__ import annotations

from functools import lru_cache
from math import pi
from typing import Literal

import numpy as np

from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Sequence

Small = Literal["echo_planar", "spiral", "spin_echo"]

FOV = 0.22
"""m."""
MATRIX = 16
DWELL = 1e-5
"""s between two samples."""
RAMP = 5e-5
"""s."""
TURNS = MATRIX / 2
SPIRAL = 8e-3
"""Duration of the spiral [s]."""


@lru_cache(maxsize=4)
def small_sequence(kind: Small) -> Sequence:
    """Return one of them."""
    blocks = {"echo_planar": _echo_planar, "spiral": _spiral, "spin_echo": _spin_echo}[kind]()
    return Sequence(tuple(blocks), {"Name": kind, "FOV": (FOV, FOV, FOV)})


def _line() -> Gradient:
    """A line of k-space: one step of 1/FOV per dwell time."""
    return Gradient.trapezoid(1 / (FOV * DWELL), RAMP, MATRIX * DWELL, RAMP)


def _echo_planar() -> list[Block]:
    """To and fro, a blip between two lines."""
    line = _line()
    reach = RAMP + MATRIX * DWELL + RAMP
    back = Gradient(line.times, -line.amplitudes)
    to_corner = (line.area / 2, (MATRIX - 1) / 2 / FOV)
    first = [Gradient.trapezoid(-area / (4 * RAMP), RAMP, 3 * RAMP, RAMP) for area in to_corner]
    blip = Gradient.trapezoid(1 / (FOV * RAMP), RAMP, 0.0, RAMP)
    blocks = [Block(1e-3, HardPulse(pi / 2, use="excitation")), Block(5 * RAMP, None, (first[0], first[1], None))]
    for n in range(MATRIX):
        gradient = back if n % 2 else line
        blocks.append(Block(reach, None, (gradient, None, None), Readout(MATRIX, DWELL, RAMP)))
        if n < MATRIX - 1:
            blocks.append(Block(2 * RAMP, None, (None, blip, None)))
    return [*blocks, Block(2e-3)]


def _spiral() -> list[Block]:
    """From the middle outwards at even distances, the pace even in time."""
    times = np.linspace(0.0, SPIRAL, 801)
    part = times / SPIRAL
    reach = MATRIX / (2 * FOV)
    k = reach * part * np.exp(2j * pi * TURNS * part)
    middle = (times[1:] + times[:-1]) / 2
    g = np.diff(k) / np.diff(times)
    knots = np.concatenate([[0.0], middle, [SPIRAL, SPIRAL + 2 * RAMP]])
    x, y = (np.concatenate([[0.0], part, [part[-1], 0.0]]) for part in (g.real, g.imag))
    readout = Readout(int(SPIRAL / DWELL), DWELL)
    played = Block(SPIRAL + 2 * RAMP, None, (Gradient(knots, x), Gradient(knots, y), None), readout)
    return [Block(1e-3, HardPulse(pi / 2, use="excitation")), played, Block(2e-3)]


def _spin_echo() -> list[Block]:
    """One line around the echo of a refocusing pulse."""
    line, tau = _line(), 5e-3
    half = Gradient.trapezoid(line.area / (8 * RAMP), RAMP, 3 * RAMP, RAMP, 1e-3)
    reach = RAMP + MATRIX * DWELL + RAMP
    return [
        Block(tau, HardPulse(pi / 2, use="excitation"), (half, None, None)),
        Block(tau - reach / 2, HardPulse(pi, pi / 2, use="refocusing")),
        Block(reach, None, (line, None, None), Readout(MATRIX, DWELL, RAMP)),
        Block(tau),
    ]
