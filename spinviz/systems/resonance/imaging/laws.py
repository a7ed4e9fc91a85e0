"""What images and maps should show: closed forms of each tissue, of the centre of k-space, of a point."""

from __future__ import annotations

from functools import lru_cache
from math import nan

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.physics.imaging.head import FOV, pixel_centres
from spinviz.physics.imaging.laws import (
    balanced_signal,
    gradient_echo_signal,
    inversion_recovery_signal,
    spin_echo_signal,
)
from spinviz.physics.imaging.tissues import Tissue, offset_of, properties
from spinviz.systems.resonance.imaging.objects import EFFECTIVE, POINT, sample_of
from spinviz.systems.resonance.imaging.parameters import ImagingParameters, Settings, series
from spinviz.systems.resonance.imaging.state import ScanState, noise_scale

Values = NDArray[np.float64]

SHOWN = {
    "white": "white matter",
    "grey": "grey matter",
    "deep": "deep grey matter",
    "fluid": "fluid",
    "fat": "fat",
    "lesion": "lesion",
}
"""Observables and their tissues."""
RECTANGLE_WIDTH = 1.2067
"""Full width at half maximum of sinc in pixels."""


def signal(
    s: Settings,
    T1: ArrayLike,
    T2: ArrayLike,
    dw: ArrayLike = 0.0,
    *,
    TE: ArrayLike | None = None,
    TI: ArrayLike | None = None,
    flip: ArrayLike | None = None,
) -> NDArray[np.complex128]:
    """M+/M0 at the echo by the closed form of the sequence; ``T2`` is T2* for gradient echoes."""
    TE = s.TE if TE is None else np.asarray(TE, np.float64)
    TI = s.TI if TI is None else TI
    angle = s.flip if flip is None else np.asarray(flip, np.float64)
    if s.kind in ("spin echo", "T2 map"):
        return np.asarray(spin_echo_signal(T1, T2, TE, s.TR, angle), dtype=np.complex128)  # type: ignore[arg-type]
    if s.kind in ("inversion recovery", "T1 map"):
        values = inversion_recovery_signal(T1, T2, TE, s.TR, TI, angle)  # type: ignore[arg-type]
        return np.asarray(values, dtype=np.complex128)
    if s.kind == "bSSFP":
        return np.asarray(balanced_signal(T1, T2, s.TR, angle, dw))  # type: ignore[arg-type]
    turned = np.exp(-1j * np.asarray(dw, np.float64) * TE)
    if s.kind == "EPI":
        # One shot from rest.
        return np.asarray(np.sin(angle) * np.exp(-np.asarray(TE) / np.asarray(T2)) * turned)
    return np.asarray(gradient_echo_signal(T1, T2, TE, s.TR, angle) * turned)


def decay_time(s: Settings, tissue: Tissue) -> float:
    """T2 or T2* [s], whichever the sequence sees."""
    return tissue.T2star if s.kind in EFFECTIVE else tissue.T2


def tissue_signal(s: Settings, name: str, image: int = 0, **changed: ArrayLike) -> Values:
    """|signal| of a tissue in units of that of water at rest, off resonance by its chemical shift."""
    tissue = properties(name, s.field)
    if s.kind in ("T2 map", "T2* map"):
        changed.setdefault("TE", series(s)[image])
    if s.kind == "T1 map":
        changed.setdefault("TI", series(s)[image])
    density = 0.0 if name == "fat" and not s.fat else tissue.density
    plus = signal(s, tissue.T1, decay_time(s, tissue), offset_of(name, s.field), **changed)
    return np.asarray(density * np.abs(plus))


def brightest(s: Settings) -> float:
    """Signal of the brightest tissue."""
    return max(float(tissue_signal(s, name)) for name in SHOWN.values())


# --- the centre of k-space ------------------------------------------------------------------------------------------


def centre_number(state: ScanState) -> int:
    """Number of the sample nearest the centre of k-space."""
    return int(np.argmin(np.hypot(*state.scan.made.k)))


def centre(state: ScanState) -> float:
    """|signal| at the centre of k-space in units of all M0; NaN before it is measured."""
    number = centre_number(state)
    if state.acquired <= number and not state.edited:
        return nan
    return float(abs(state.signal[number]) / np.sum(state.scan.sample.M0))


@lru_cache(maxsize=16)
def centre_law(s: Settings, image: int) -> float:
    """The same by the closed form, summed over all spins with their offsets."""
    sample = sample_of(s)
    changed: dict[str, ArrayLike] = {}
    if s.kind in ("T2 map", "T2* map"):
        changed["TE"] = series(s)[image]
    if s.kind == "T1 map":
        changed["TI"] = series(s)[image]
    spins = signal(s, sample.T1, sample.T2, sample.dw, **changed)
    return float(abs(np.sum(sample.M0 * spins)) / np.sum(sample.M0))


def centre_error(state: ScanState, p: ImagingParameters) -> float:
    """Standard deviation of the noise, and rounding."""
    return 2e-10 + p.noise * noise_scale(state.settings) / float(np.sum(state.scan.sample.M0))


# --- regions of the image -------------------------------------------------------------------------------------------


def measured(state: ScanState, tissue: str) -> float:
    """Median of the finished image inside a tissue; of the last image of a series. NaN before."""
    return state.found.get(f"signal {tissue}", nan)


def fitted(state: ScanState, tissue: str) -> tuple[float, float]:
    """Median relaxation time [s] inside a tissue and its standard error; NaN before there is a map."""
    return state.found.get(f"time {tissue}", nan), state.found.get(f"error {tissue}", nan)


def true_time(s: Settings, tissue: str) -> float:
    """What a map should show [s]."""
    found = properties(tissue, s.field)
    return {"T1 map": found.T1, "T2 map": found.T2, "T2* map": found.T2star}.get(s.kind, nan)


# --- a point --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def point_law(s: Settings) -> Values:
    """|image| (n, n) of the point by its point-spread function: waves of all samples, 1/fov apart."""
    k = (np.arange(s.matrix) - s.matrix / 2) / FOV
    x, y = (np.exp(2j * np.pi * np.outer(pixel_centres(s.matrix) - at, k)).sum(axis=1) / s.matrix for at in POINT)
    sample = sample_of(s)
    size = abs(complex(np.sum(signal(s, sample.T1, sample.T2, sample.dw))))
    return np.asarray(size * np.abs(np.outer(y, x)))


def point_width(state: ScanState) -> float:
    """Full width at half maximum, in pixels, of the image of the point along x; NaN before the image is complete."""
    if not state.settings.point or not state.complete:
        return nan
    made, whole = state.scan.made, state.images[0]
    row = whole[int(np.argmax(np.abs(whole).max(axis=1)))]
    # Between pixels the image is the sum of the same waves.
    n = made.matrix
    k = (np.arange(n) - n / 2) / FOV
    waves = np.exp(-2j * np.pi * np.outer(k, pixel_centres(n))) @ row
    fine = np.linspace(-1.5, 1.5, 3001) * FOV / n + POINT[0]
    height = np.abs(np.exp(2j * np.pi * np.outer(fine, k)) @ waves)
    above = np.flatnonzero(height > height.max() / 2)
    return float((fine[above[-1]] - fine[above[0]]) / (FOV / n))
