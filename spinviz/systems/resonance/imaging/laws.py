"""What images and maps should show: closed forms of each tissue, of the centre of k-space, of a point."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spinviz.model.law import Check, Departure, Law
from spinviz.physics.imaging.head import FOV, pixel_centres
from spinviz.physics.imaging.laws import (
    balanced_signal,
    gradient_echo_signal,
    inversion_recovery_signal,
    spin_echo_signal,
)
from spinviz.physics.imaging.tissues import Tissue, offset_of, properties
from spinviz.systems.resonance.imaging.objects import EFFECTIVE, POINT, region, sample_of
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


def by_kind(*kinds: str):  # type: ignore[no-untyped-def]
    """A test whether the scan is one of these kinds."""
    return lambda p: p.kind in kinds


def imaged(s: ScanState, p: ImagingParameters, d: Departure) -> bool:
    """Whether there is a whole image of the head, and nothing distorts it."""
    refocused = p.kind in ("spin echo", "inversion recovery")
    straight = refocused or (p.kind in ("gradient echo", "radial", "spiral") and p.inhomogeneity == 0)
    return s.complete and not s.settings.point and straight


def mapped(kind: str):  # type: ignore[no-untyped-def]
    """A test whether the map of this kind is there, and its pixels are known to a third: noise alone fits anything."""
    return lambda s, p, d: (
        p.kind == kind and s.complete and 3 * fitted(s, "white matter")[1] < true_time(p.settings, "white matter")
    )


def error_of_median(state: ScanState, p: ImagingParameters) -> float:
    """Standard error [s] of the median relaxation time inside white matter: 1.25 of that of a pixel over root N."""
    pixels = len(region(p.settings.matrix, "white matter"))
    return 1.25 * fitted(state, "white matter")[1] / sqrt(pixels)


def map_law(kind: str, symbol: str, preset: str, reference: str) -> Law:
    """White matter in a map has its true relaxation time."""
    return Law(
        preset, f"{symbol} of white matter", "time_white",
        theory=lambda s, p, d: true_time(p.settings, "white matter"),
        latex={"T1 map": r"S(TI)=A+B\,e^{-TI/T_1}", "T2 map": r"S(TE)=A\,e^{-TE/T_2}"}.get(
            kind, r"S(TE)=A\,e^{-TE/T_2^*}"
        ),
        validity="Median of the pixels inside white matter, fitted one by one in phase, each known to a third.",
        tolerance=1.0,
        because="Ringing of the edges leaves 1.5 % (in nuclei of a few pixels 5 %), and four standard errors of the "
        "median.",
        reference=reference,
        check=Check(0.1, preset=preset, actions=((0.0, "finish"),)),
        scale=lambda s, p, d: 0.015 * true_time(p.settings, "white matter") + 4 * error_of_median(s, p),
        holds=mapped(kind), plots=(),
    )  # fmt: skip


def on_time(p: ImagingParameters) -> bool:
    """Whether the samples are where they were meant to be: late ones miss the centre of k-space."""
    return p.late == 0


def centre_law_of(
    name: str,
    title: str,
    kinds: tuple[str, ...],
    latex: str,
    reference: str,
    check: Check,
    condition: Callable[[ImagingParameters], bool] = lambda p: True,
) -> Law:
    """The centre of k-space is the sum of all spins by the closed form."""
    measured_by = by_kind(*kinds)
    return Law(
        name, title, "centre", theory=lambda s, p, d: centre_law(p.settings, s.image), latex=latex,
        validity="Steady state; the sum over all spins of the head, with their offsets.",
        tolerance=5.0, because="In standard deviations of the noise, and rounding of 1e-9.",
        reference=reference, check=check, scale=lambda s, p, d: centre_error(s, p),
        holds=lambda s, p, d: measured_by(p) and condition(p),
    )  # fmt: skip


SYMBOLS = {
    "S": "signal of a tissue",
    "T_1": "longitudinal relaxation time of the tissue",
    "T_2": "transverse relaxation time of the tissue",
    "T_2^*": "decay time of the tissue's free signal",
    "E_1": "longitudinal decay in a repetition, e^{−TR/T₁}",
    "E_2": "transverse decay in a repetition, e^{−TR/T₂}",
    "δω": "angular offset of the tissue",
    "M_{+}": "transverse magnetization after the pulse",
    "φ": "off-resonance phase in a repetition",
    "m": "image",
    "r": "position",
    "ρ": "proton density",
    "A": "constant of the fit",
    "B": "amplitude of the fit",
    "h": "image of a point",
    "Δ": "size of a pixel",
    "n": "number of pixels",
    "FWHM": "full width at half maximum",
}

LAWS = (
    centre_law_of(
        "spin_echo", "Spin echo", ("spin echo", "T2 map"),
        r"S=\frac{\sin\alpha\,(1-2e^{-(TR-TE/2)/T_1}+e^{-TR/T_1})}{1+\cos\alpha\,e^{-TR/T_1}}\,e^{-TE/T_2}",
        "Hendrick in Stark and Bradley, Magnetic Resonance Imaging, chapter 7",
        Check(20.0, {"matrix": "32", "noise": 0.0}, preset="t1w"),
    ),
    centre_law_of(
        "inversion_recovery", "Inversion recovery", ("inversion recovery", "T1 map"),
        r"S=(1-2e^{-TI/T_1}+2e^{-(TR-TE/2)/T_1}-e^{-TR/T_1})\,e^{-TE/T_2}\quad(\alpha=90^\circ)",
        "Hendrick in Stark and Bradley, Magnetic Resonance Imaging, chapter 7",
        Check(110.0, {"matrix": "32", "noise": 0.0}, preset="stir"),
    ),
    centre_law_of(
        "gradient_echo", "Spoiled gradient echo", ("gradient echo", "radial", "T2* map"),
        r"S=\frac{\sin\alpha\,(1-E_1)}{1-E_1\cos\alpha}\,e^{-TE/T_2^*-i\,\delta\omega\,TE}",
        "Ernst and Anderson, Rev. Sci. Instrum. 37, 93 (1966)",
        Check(2.2, {"matrix": "32", "noise": 0.0}, preset="t2star"),
    ),
    centre_law_of(
        "bssfp", "Balanced SSFP", ("bSSFP",),
        r"M_+=\frac{(1-E_1)\sin\alpha\,((1-E_2\cos\varphi)-i\,E_2\sin\varphi)}{(1-E_1\cos\alpha)(1-E_2\cos\varphi)"
        r"-(E_1-\cos\alpha)(E_2-\cos\varphi)E_2}\,e^{-TE/T_2-i\,\delta\omega\,TE}",
        "Freeman and Hill, J. Magn. Reson. 4, 366 (1971)",
        Check(0.17, {"matrix": "32", "noise": 0.0}, preset="bssfp"),
    ),
    centre_law_of(
        "epi", "Echo planar imaging", ("EPI",), r"S=\sin\alpha\,e^{-TE/T_2^*-i\,\delta\omega\,TE}",
        "Mansfield, J. Phys. C 10, L55 (1977)",
        Check(0.06, {"matrix": "32", "noise": 0.0, "late": 0.0}, preset="epi"),
        on_time,
    ),
    Law(
        "white", "White matter in the image", "white",
        theory=lambda s, p, d: float(tissue_signal(p.settings, "white matter")),
        latex=r"|m(\mathbf{r})|=\rho\,S(T_1,T_2,TE,TR,TI,\alpha)",
        validity="Median inside white matter of a finished image without distortion.",
        tolerance=1.0, because="Ringing leaves 5 % of the brightest tissue, noise alone 1.2 standard deviations.",
        reference="Haacke et al., Magnetic Resonance Imaging (1999), chapter 15",
        check=Check(0.1, preset="t1w", actions=((0.0, "finish"),)),
        scale=lambda s, p, d: 0.05 * brightest(p.settings) + 1.3 * p.noise, holds=imaged,
    ),
    map_law("T1 map", "T₁", "T1_map", "Barral et al., Magn. Reson. Med. 64, 1057 (2010)"),
    map_law("T2 map", "T₂", "T2_map", "Hahn, Phys. Rev. 80, 580 (1950)"),
    map_law("T2* map", "T₂*", "T2star_map", "Peters et al., Magn. Reson. Imaging 25, 748 (2007)"),
    Law(
        "point", "Point-spread function", "width", theory=lambda s, p, d: RECTANGLE_WIDTH,
        latex=r"h(x)=\frac{\sin(\pi x/\Delta)}{n\,\sin(\pi x/n\Delta)},\quad \mathrm{FWHM}=1.207\,\Delta",
        symbols={"x": "distance from the point"},
        validity="Cartesian k-space without noise; decay during the readout is slow.",
        tolerance=0.01, because="The sum of n waves differs from the sinc by 1/n², decay blurs by 0.3 %.",
        reference="Haacke et al., Magnetic Resonance Imaging (1999), chapter 13",
        check=Check(22.0, {"matrix": "32"}, preset="point"),
        holds=lambda s, p, d: s.settings.point and s.complete and p.noise == 0
        and p.kind in ("spin echo", "inversion recovery", "gradient echo"),
    ),
)  # fmt: skip
