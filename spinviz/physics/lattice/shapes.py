"""Shapes of samples: which sites there are, as masks (nz, ny, nx, basis) of bool for a geometry.

Positions are about the middle of the sample; lengths are in nearest-neighbour distances, and a site on the edge of a
shape belongs to it. Empty masks are refused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.lattice.geometry import Geometry

Mask = NDArray[np.bool_]
EDGE = 1e-9
"""Relative distance by which a site may lie outside for the rounding of its position."""


def whole(geometry: Geometry) -> Mask:
    """All sites."""
    return np.ones(geometry.shape, bool)


def ellipse(geometry: Geometry, a: float, b: float) -> Mask:
    """A cylinder along z over an ellipse of semi-axes ``a`` along x and ``b`` along y."""
    x, y, _ = _along(geometry)
    return _some(_within(_ratio(x, a, "a") ** 2 + _ratio(y, b, "b") ** 2), f"an ellipse of semi-axes {a:g} and {b:g}")


def disc(geometry: Geometry, radius: float) -> Mask:
    """A cylinder along z of this ``radius``."""
    x, y, _ = _along(geometry)
    return _some(_within(_ratio(x, radius, "radius") ** 2 + (y / radius) ** 2), f"a disc of radius {radius:g}")


def ring(geometry: Geometry, inner: float, outer: float) -> Mask:
    """A hollow cylinder along z, without the sites nearer to its axis than ``inner``."""
    x, y, _ = _along(geometry)
    if not 0 <= inner <= outer:
        raise ValueError(f"a ring of radii {inner:g} and {outer:g}: the inner one is 0 or more, the outer one larger")
    hole = np.hypot(x, y) < inner * (1 - EDGE)
    return _some(_within(np.hypot(_ratio(x, outer, "outer"), y / outer)) & ~hole, f"a ring of {inner:g} to {outer:g}")


def sphere(geometry: Geometry, radius: float) -> Mask:
    """A ball of this ``radius``."""
    x, y, z = _along(geometry)
    distance = np.sqrt(x**2 + y**2 + z**2)
    return _some(_within(_ratio(distance, radius, "radius")), f"a sphere of radius {radius:g}")


def bar(geometry: Geometry, length: float, width: float, angle: float = 0.0) -> Mask:
    """A bar of ``length`` at an ``angle`` [rad] from x towards y, of ``width`` across it, and of any height."""
    x, y, _ = _along(geometry)
    along, across = np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x
    inside = _within(np.abs(_ratio(along, length / 2, "length"))) & _within(np.abs(_ratio(across, width / 2, "width")))
    return _some(inside, f"a bar of {length:g} by {width:g}")


def diluted(mask: Mask, concentration: float, rng: np.random.Generator) -> Mask:
    """Return ``mask`` without a fraction ``concentration`` of its sites, chosen by chance: their number is exact."""
    if not 0 <= concentration <= 1:
        raise ValueError(f"a concentration of vacancies of {concentration:g}: give 0 to 1")
    there = np.flatnonzero(mask)
    gone = rng.choice(there, round(concentration * there.size), replace=False)
    left = mask.copy()
    left.flat[gone] = False
    return _some(left, f"a sample with {concentration:g} of {there.size} sites vacant")


def image(geometry: Geometry, grey: NDArray[np.generic], threshold: float = 0.5, bright: bool = True) -> Mask:
    """Sites where an image is bright, or dark: the image spans the sample in x and y, its first row at the top.

    ``grey`` (rows, columns): whole numbers are fractions of the largest of their type, others as they are;
    ``threshold`` is in the same scale. The image is stretched to the rectangle of the sites; each site takes the pixel
    it lies in.
    Errors: ValueError for an array of another shape, one that is empty or not finite.
    """
    values = _fractions(np.asarray(grey))
    x, y, _ = _along(geometry)
    rows, columns = values.shape
    column = _pixel(x, columns)
    row = rows - 1 - _pixel(y, rows)
    inside = values[row, column] >= threshold if bright else values[row, column] < threshold
    side = "bright" if bright else "dark"
    return _some(inside, f"an image of {columns} x {rows} pixels, {side} at a threshold of {threshold:g}")


def _fractions(grey: NDArray[np.generic]) -> NDArray[np.float64]:
    if grey.ndim != 2 or grey.size == 0 or grey.dtype.kind not in "buif":
        raise ValueError(f"an image of shape {grey.shape} of {grey.dtype}: give grey values in (rows, columns)")
    values = grey.astype(np.float64)
    if not np.isfinite(values).all():
        raise ValueError(f"an image with {(~np.isfinite(values)).sum()} values that are not finite: give numbers")
    if grey.dtype.kind in "ui":
        values /= np.iinfo(grey.dtype.name).max
    return np.asarray(values)


def _pixel(places: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Pixel of each place; ``count`` of them span all places and half a distance of sites beyond the outermost."""
    low, high = places.min(), places.max()
    lines = len(np.unique(np.round(places, 6)))
    half = (high - low) / max(lines - 1, 1) / 2 or 0.5
    fraction = (places - low + half) / (high - low + 2 * half)
    return np.asarray(np.clip((fraction * count + EDGE).astype(np.int64), 0, count - 1))


def _along(geometry: Geometry) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    x, y, z = np.moveaxis(geometry.positions, -1, 0)
    return x, y, z


def _ratio(places: NDArray[np.float64], length: float, what: str) -> NDArray[np.float64]:
    if not 0 < length < float("inf"):
        raise ValueError(f"{what} {length:g}: give a length above 0")
    return places / length


def _within(ratio: NDArray[np.float64]) -> Mask:
    return np.asarray(ratio <= 1 + EDGE)


def _some(mask: Mask, what: str) -> Mask:
    if not mask.any():
        raise ValueError(f"{what} holds none of the {mask.size} sites: choose a larger shape")
    return np.asarray(mask)
