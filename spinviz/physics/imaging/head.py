"""A head in one axial slice: ellipses filled with tissues, on a pixel grid and in k-space.

Every ellipse lies wholly inside its parent and apart from its siblings, so that the object is the sum of its ellipses,
each with the difference to what surrounds it, and its Fourier transform a sum of closed forms. The slice is our own:
scalp, skull, a cortex folded around its sulci, ventricles, deep nuclei and three lesions. x points to the subject's
left, y to the front; lengths in m.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, radians, sin

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.imaging.tissues import AIR, BONE, TISSUES, Tissue, offset_of, properties
from spinviz.physics.resonance.bloch import offset_quantiles
from spinviz.physics.sequence.blocks import Array, Complex, Sample

FOV = 0.24
"""Field of view [m] that the head fills well."""

FAT, CSF, GREY, WHITE, NUCLEUS, LESION = (TISSUES.index(name) for name in TISSUES[2:])


@dataclass(frozen=True)
class Ellipse:
    """An ellipse of one tissue: ``tissue`` and ``parent`` are numbers in `TISSUES` and in `ELLIPSES` (-1: air).

    centre x, y and half axes a, b [m]; ``angle`` [rad] from x to the axis a, counterclockwise.
    """

    tissue: int
    parent: int
    x: float
    y: float
    a: float
    b: float
    angle: float = 0.0

    def level(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Less than 1 inside, more outside."""
        dx, dy = np.asarray(x, np.float64) - self.x, np.asarray(y, np.float64) - self.y
        c, s = cos(self.angle), sin(self.angle)
        return np.asarray(((c * dx + s * dy) / self.a) ** 2 + ((c * dy - s * dx) / self.b) ** 2)

    def transform(self, kx: ArrayLike, ky: ArrayLike) -> Complex:
        """Integral of exp(-2 pi i k.r) over the ellipse [m^2]: a b J1(2 pi q)/q exp(-2 pi i k.centre).

        q^2 = (a k_a)^2 + (b k_b)^2 along the half axes; pi a b at the origin. Bracewell, Two-Dimensional Imaging.
        """
        from scipy.special import j1  # here, because loading it would delay the first picture

        kx, ky = np.asarray(kx, np.float64), np.asarray(ky, np.float64)
        c, s = cos(self.angle), sin(self.angle)
        q = np.hypot(self.a * (c * kx + s * ky), self.b * (c * ky - s * kx))
        jinc = np.where(q > 1e-9, j1(2 * pi * q) / np.where(q > 1e-9, q, 1.0), pi)
        return np.asarray(self.a * self.b * jinc * np.exp(-2j * pi * (kx * self.x + ky * self.y)))


def _mm(tissue: int, parent: int, x: float, y: float, a: float, b: float, degrees: float = 0.0) -> Ellipse:
    return Ellipse(tissue, parent, 1e-3 * x, 1e-3 * y, 1e-3 * a, 1e-3 * b, radians(degrees))


# Sulci: direction of their mouth [degrees from x], half length [mm], tilt [degrees] of those on the subject's left.
_SULCI = (
    (-73, 8.0, -5), (-61, 10.0, 6), (-48, 7.0, -8), (-35, 10.5, 7), (-23, 7.5, -6), (-11, 9.5, 5), (1, 7.0, -7),
    (13, 14.5, 9), (27, 8.5, -7), (39, 10.5, 6), (51, 7.5, -8), (61, 10.0, 2), (74, 8.0, -5),
)  # fmt: skip
_RIBBON = (60.7, 80.2)
"""Half axes [mm] of the inner edge of the cortex."""


def _cortex(parent: int, first: int) -> list[Ellipse]:
    """Folds of grey matter that reach into the white, each around a sulcus of fluid; nearly the same on both sides.

    ``first``: number that the first ellipse returned will have.
    """
    folds: list[Ellipse] = []
    for i, (direction, length, tilt) in enumerate(_SULCI):
        for side in (1, -1):
            t = radians(direction) if side > 0 else pi - radians(direction + 2.0 * sin(3.0 * i))
            across = np.arctan2(sin(t) / _RIBBON[1], cos(t) / _RIBBON[0])
            deep = length + (0.0 if side > 0 else 0.8 * cos(2.0 * i)) + 0.7
            x, y = _RIBBON[0] * cos(t) - deep * cos(across), _RIBBON[1] * sin(t) - deep * sin(across)
            angle = float(np.degrees(across)) + side * tilt
            folds.append(_mm(GREY, parent, x, y, deep - 0.7, 4.2 if length > 8 else 3.7, angle))
            folds.append(_mm(CSF, first + len(folds) - 1, x, y, deep - 2.6, 1.25, angle))
    return folds


def _head() -> tuple[Ellipse, ...]:
    """Parents come before their children."""
    ellipses = [
        _mm(FAT, -1, 0, 0, 77, 97),
        _mm(BONE, 0, 0, 0, 72, 92),
        _mm(CSF, 1, 0, 0, 66.2, 86),
        _mm(GREY, 2, 0, 0, 64, 83.7),
        _mm(WHITE, 3, 0, 0, *_RIBBON),
        # The fissure between the hemispheres, a fold of grey matter filled with fluid, before and behind.
        _mm(GREY, 4, 0, 56, 4.4, 23.6),
        _mm(CSF, 5, 0, 57, 1.3, 21.5),
        _mm(GREY, 4, 0, -57, 4.2, 22.7),
        _mm(CSF, 7, 0, -58, 1.3, 20.5),
        # Lateral ventricles (front and back horns), third ventricle.
        _mm(CSF, 4, 7.8, 17.5, 3.4, 11.0, 16),
        _mm(CSF, 4, -7.8, 17.5, 3.4, 11.0, -16),
        _mm(CSF, 4, 16.5, -25.5, 3.8, 12.0, 20),
        _mm(CSF, 4, -16.5, -25.5, 3.8, 12.0, -20),
        _mm(CSF, 4, 0, -3.5, 1.5, 7.5),
        # Caudate heads, putamina, thalami.
        _mm(NUCLEUS, 4, 15.2, 18.5, 3.3, 8.4, 14),
        _mm(NUCLEUS, 4, -15.2, 18.5, 3.3, 8.4, -14),
        _mm(NUCLEUS, 4, 25.0, 5.0, 4.6, 13.0, 8),
        _mm(NUCLEUS, 4, -25.0, 5.0, 4.6, 13.0, -8),
        _mm(NUCLEUS, 4, 9.2, -4.5, 6.6, 8.4, 10),
        _mm(NUCLEUS, 4, -9.2, -4.5, 6.6, 8.4, -10),
        # Lesions in the white matter beside the ventricles, as in multiple sclerosis.
        _mm(LESION, 4, 25.6, -29.5, 3.4, 5.0, 24),
        _mm(LESION, 4, -23.5, 33.0, 2.8, 3.9, -20),
        _mm(LESION, 4, -31.5, -20.0, 2.2, 2.8),
    ]
    return (*ellipses, *_cortex(4, len(ellipses)))


ELLIPSES = _head()


def labels_at(x: ArrayLike, y: ArrayLike) -> NDArray[np.int64]:
    """Tissue, as its number in `TISSUES`, at the places ``x``, ``y`` [m] (any equal shape)."""
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    found = np.full(np.broadcast(x, y).shape, AIR, dtype=np.int64)
    for ellipse in ELLIPSES:
        found[ellipse.level(x, y) < 1] = ellipse.tissue
    return found


def transform(kx: ArrayLike, ky: ArrayLike, values: ArrayLike) -> Complex:
    """Exact k-space (any shape) of the head whose tissue number i has ``values[i]``: a sum of jincs [m^2]."""
    values = np.asarray(values)
    total = np.zeros(np.broadcast(kx, ky).shape, np.complex128)
    for ellipse in ELLIPSES:
        below = AIR if ellipse.parent < 0 else ELLIPSES[ellipse.parent].tissue
        step = values[ellipse.tissue] - values[below]
        if step != 0:
            total += step * ellipse.transform(kx, ky)
    return total


def pixel_centres(n: int, fov: float = FOV) -> Array:
    """Coordinates (n,) [m] of the middles of n pixels across ``fov``, symmetric about 0."""
    return np.asarray((np.arange(n) + 0.5 - n / 2) * fov / n, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Head:
    """The head on an n x n grid: what is put into the scanner and the truth about every pixel.

    ``label``, ``T1``, ``T2``, ``T2star``, ``density`` (n, n): row is y from back to front, column is x; NaN in T1, T2
    and T2star where nothing gives a signal. ``pixel`` (N,): row times n plus column of every isochromat of ``sample``.
    """

    n: int
    fov: float
    field: float
    label: NDArray[np.int64]
    T1: Array
    T2: Array
    T2star: Array
    density: Array
    offset: Array
    """Offset [rad/s] of the middle of every pixel (n, n)."""
    sample: Sample
    pixel: NDArray[np.int64]


def field_map(x: ArrayLike, y: ArrayLike) -> Array:
    """Inhomogeneity of the static field after shimming, at most 1: air above the front teeth, and a slow trend."""
    x, y = np.asarray(x, np.float64) / 0.1, np.asarray(y, np.float64) / 0.1
    sinus = np.exp(-((x / 0.42) ** 2) - ((y - 0.95) / 0.45) ** 2)
    ears = np.exp(-(((np.abs(x) - 0.72) / 0.25) ** 2) - ((y + 0.15) / 0.3) ** 2)
    return np.asarray(sinus - 0.45 * ears - 0.12 * y)


@lru_cache(maxsize=4)
def rasterise(
    n: int,
    fov: float = FOV,
    field: float = 3.0,
    isochromats_per_pixel: int = 1,
    inhomogeneity: float = 0.0,
    fat: bool = True,
    effective: bool = False,
) -> Head:
    """Put the head on a grid of n x n pixels; a pixel is the tissue at its middle.

    ``field`` [T]: any of `tissues.FIELDS`; ``inhomogeneity`` [ppm]: height of `field_map`; ``fat`` False leaves the
    signal of fat away (ideal saturation). Isochromats of one pixel sit at its middle and have the quantiles of a
    Lorentzian of half width R2' = 1/T2* - 1/T2 as offsets. ``effective`` gives every isochromat T2* instead of T2,
    which for gradient echoes is the limit of infinitely many. M0 is density times area [m^2], so that the inverse
    Fourier integral of the signal is the density.
    """
    centres = pixel_centres(n, fov)
    x, y = np.meshgrid(centres, centres)
    label = labels_at(x, y)
    table = [properties(name, field) for name in TISSUES]
    T1, T2, T2star, density = (_look_up(label, table, name) for name in ("T1", "T2", "T2star", "density"))
    if not fat:
        density = np.where(label == FAT, 0.0, density)
    larmor = PROTON_GYROMAGNETIC_RATIO * field
    shift = np.array([offset_of(name, field) for name in TISSUES])[label]
    offset = shift + 1e-6 * inhomogeneity * larmor * field_map(x, y)
    there = np.flatnonzero(density.ravel() > 0)
    pixel = np.repeat(there, isochromats_per_pixel)
    times = [t.ravel()[pixel] for t in (T1, T2star if effective else T2)]
    spread = offset_quantiles(isochromats_per_pixel, "lorentzian", 1.0)
    broadening = (1 / T2star - 1 / T2).ravel()[there]
    own = np.zeros(len(pixel)) if effective else np.outer(broadening, spread).ravel()
    weight = density.ravel()[pixel] * (fov / n) ** 2 / isochromats_per_pixel
    position = np.stack([x.ravel()[pixel], y.ravel()[pixel], np.zeros(len(pixel))])
    sample = Sample.of(position, times[0], times[1], weight, offset.ravel()[pixel] + own)
    return Head(n, fov, field, label, T1, T2, T2star, density, offset, sample, pixel)


def _look_up(label: NDArray[np.int64], table: list[Tissue], name: str) -> Array:
    return np.array([getattr(tissue, name) for tissue in table])[label]
