"""The fastest way along an Archimedean spiral through k-space within the scanner's gradient limits."""

from __future__ import annotations

from functools import lru_cache
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.imaging.encoding import RASTER, Limits, on_raster
from spinviz.physics.sequence.blocks import Array

FINE = 1e-6
"""Step [s] with which the speed along the spiral is found."""
LONGEST = 0.2
"""Seconds after which the search gives up."""


@lru_cache(maxsize=8)
def spiral_waveform(
    matrix: int, interleaves: int, fov: float, limits: Limits
) -> tuple[Array, NDArray[np.complex128], float]:
    """Times (n,) [s], gradient Gx + i Gy (n,) [Hz/m] of the first interleaf, and when it reaches the edge of k-space.

    The path k = w t exp(i t) with w = interleaves/(2 pi fov) leaves 1/fov between its arms. The speed v along it is
    bounded by the amplitude and, through its curvature c, by the slew rate: dv/dt = sqrt(S^2 - (c v^2)^2). Lustig, Kim
    and Pauly, IEEE Trans. Med. Imaging 27, 866 (2008).
    """
    width = interleaves / (2 * pi * fov)
    edge = matrix / (2 * fov)
    slew = 0.9 * limits.slew  # what the raster adds to the slew stays within the limit
    turn, speed, turns = 0.0, 0.0, [0.0]
    every = round(RASTER / FINE)
    for step in range(1, round(LONGEST / FINE)):
        root = sqrt(1 + turn * turn)
        curvature = (2 + turn * turn) / (width * root**3)
        gain = sqrt(max(slew**2 - (curvature * speed**2) ** 2, 0.0))
        speed = min(speed + gain * FINE, limits.amplitude, sqrt(slew / curvature))
        turn += speed * FINE / (width * root)
        if step % every == 0:
            turns.append(turn)
            if width * turn >= edge:
                break
    angle = np.array(turns)
    k = width * angle * np.exp(1j * angle)
    # The gradient in the middle between two points of the path is their difference.
    wave = np.concatenate([[0.0], np.diff(k) / RASTER])
    end = (len(wave) - 1) * RASTER
    down = on_raster(abs(wave[-1]) / limits.slew)
    times = np.concatenate([[0.0], (np.arange(len(wave) - 1) + 0.5) * RASTER, [end - RASTER / 2 + down]])
    return times, np.concatenate([wave, [0.0]]), float(times[-2])
