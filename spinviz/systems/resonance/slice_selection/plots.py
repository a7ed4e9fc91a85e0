"""Plots of slice selection: the profile and the phases across the slice, with what closed forms say of them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Line
from spinviz.systems.resonance.slice_selection.parameters import SliceParameters, centre, places_of, prescribed
from spinviz.systems.resonance.slice_selection.profiles import (
    SMALL,
    exact_profile,
    secant_profile,
    selected,
    small_tip_profile,
    voxels,
)

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

SHOWN = 2000
"""Points of a line of isochromats."""
THEORY = 601
"""Points of a line of theory."""


@lru_cache(maxsize=4)
def axis(extent: float) -> Values:
    """Positions (THEORY,) [m] of the lines of theory."""
    return np.linspace(-extent / 2, extent / 2, THEORY)


@lru_cache(maxsize=4)
def exact_lines(p: SliceParameters) -> tuple[Complex, Values]:
    """The exact profile at `axis`, kept for the last parameters."""
    return exact_profile(p, axis(p.extent))


@lru_cache(maxsize=4)
def small_tip_line(p: SliceParameters) -> Complex:
    """The small-tip profile at `axis`, kept for the last parameters."""
    return small_tip_profile(p, axis(p.extent))


def inverts(p: SliceParameters) -> bool:
    """Whether Mz is what the pulse is for."""
    return p.use == "invert" or p.pulse == "secant"


def top(p: SliceParameters) -> float:
    """Upper end of the plot of the profile: small flip angles fill it too."""
    return 1.05 if p.flip > SMALL or p.use != "excite" or p.pulse == "secant" else 1.3 * p.angle


def edges(p: SliceParameters) -> tuple[Line, ...]:
    """The edges of the slice, and where the scanner believes it to be when that is elsewhere."""
    low, high = -1.0 if inverts(p) else 0.0, top(p)

    def pair(x: float) -> tuple[Values, Values]:
        left, right, gap = x - p.thickness / 2, x + p.thickness / 2, np.nan
        return np.array([left, left, gap, right, right]), np.array([low, high, gap, low, high])

    lines = [Line(*pair(centre(p)), "", "muted")]
    if p.shift:
        lines.append(Line(*pair(prescribed(p)), "prescribed", "x", dashed=True))
    return tuple(lines)


def profile_lines(m: Values, p: SliceParameters) -> tuple[Line, ...]:
    """|M+| (or what a voxel of it emits) and Mz over the position, with the closed forms at the end."""
    every = slice(None, None, -(-m.shape[1] // SHOWN))
    x, at = places_of(p)[every], axis(p.extent)
    transverse, mz = exact_lines(p)
    if p.use == "refocus":
        end = np.stack([transverse.real, transverse.imag, mz])
        whole = selected(end, p.model_copy(update={"isochromats": THEORY}))
        emitted = np.abs(voxels(m, p))[every]
        return (Line(x, emitted, "of a voxel"), Line(at, whole, "exact end", "theory", dashed=True), *edges(p))
    lines = [Line(x, np.hypot(m[0, every], m[1, every]), "|M_xy|")]
    if top(p) > 1:
        lines.append(Line(x, m[2, every].copy(), "M_z", "y"))
    if inverts(p):
        law = secant_profile(p, at) if p.pulse == "secant" else mz
        lines.append(Line(at, law, "sech law" if p.pulse == "secant" else "exact end", "theory", dashed=True))
    else:
        lines.append(Line(at, np.abs(small_tip_line(p)), "Fourier", "theory", dashed=True))
        lines.append(Line(at, np.abs(transverse), "exact end", "muted", dashed=True, law=True))
    return (*lines, *edges(p))


def phase_lines(m: Values, p: SliceParameters) -> tuple[Line, ...]:
    """Mx and My over the position, and at the end by the exact product."""
    every = slice(None, None, -(-m.shape[1] // SHOWN))
    x, at = places_of(p)[every], axis(p.extent)
    transverse, _ = exact_lines(p)
    return (
        Line(x, m[0, every].copy(), "M_x", "x"),
        Line(x, m[1, every].copy(), "M_y", "y"),
        Line(at, transverse.real, "exact end", "theory", dashed=True),
        Line(at, transverse.imag, "", "theory", dashed=True),
    )
