"""Inputs of the spin waves, and the closed forms of the film or the chain that they describe."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import pi
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.clock import round_speed
from spinviz.model.parameters import Parameters, choice, quantity, switch
from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.micromagnetics.materials import MATERIALS
from spinviz.physics.micromagnetics.spin_waves import Film
from spinviz.physics.order import antiferromagnet_waves

Values = NDArray[np.float64]

SAMPLES = 256
"""Moments of time that are transformed."""
PER_SAMPLE = 4
"""Time steps from one of them to the next."""
MARGIN = 1.3
"""Half the rate of these samples over the highest frequency that is excited."""
PERIODS = 4.0
"""Periods of a wave in the middle of the band in one second on screen."""
SMALLEST_FIELD = 1e-3
"""Field [T] whose gyration is taken where nothing moves faster."""
FILMS = ("YIG", "permalloy", "iron", "cobalt", "nickel")
"""Materials of which there are films."""
ROUNDING = 1e7
"""Frequency [Hz] below which one may be negative by rounding."""


class SpinWaveParameters(Parameters):
    """Inputs of `SpinWaves`."""

    geometry: Literal["backward volume", "Damon-Eshbach", "forward volume", "antiferromagnet"] = choice(
        "backward volume",
        "A film magnetized along the waves (backward volume), across them in its plane (Damon-Eshbach) or across its "
        "plane (forward volume), or a chain of antiparallel spins.",
        title="Geometry", words={"antiferromagnet": "antiferromagnetic chain"}, rebuild=True,
    )  # fmt: skip
    B: float = quantity(
        0.05, "T", "Applied field, along the magnetization of the film or along the easy axis of the chain.",
        title="Applied field", symbol="B", ge=0, le=10,
    )  # fmt: skip
    d: float = quantity(
        1e-7, "m", "Thickness of the film; the magnetization does not vary across it.", title="Thickness", symbol="d",
        ge=1e-9, le=1e-6, scale="log",
    )  # fmt: skip
    material: Literal["own", "YIG", "permalloy", "iron", "cobalt", "nickel"] = choice(
        "own", "Brings Ms and A of a material at room temperature; its anisotropy is left out.", title="Material",
        words={"own": "own constants", **{name: MATERIALS[name].title for name in FILMS}},
        sets={name: {"Ms": MATERIALS[name].Ms, "A": MATERIALS[name].A} for name in FILMS},
    )  # fmt: skip
    Ms: float = quantity(
        1.4e5, "A/m", "Saturation magnetization.", title="Saturation", symbol="M_s", ge=1e4, le=3e6, scale="log"
    )
    A: float = quantity(3.7e-12, "J/m", "Exchange stiffness.", title="Exchange", symbol="A", ge=0, le=1e-10)
    B_E: float = quantity(
        50.0, "T", "Exchange field of the antiferromagnet, 2|J|/μ of two neighbours.", title="Exchange field",
        symbol="B_E", ge=1, le=1000, scale="log",
    )  # fmt: skip
    B_A: float = quantity(
        0.8, "T", "Anisotropy field of the antiferromagnet, 2K/μ.", title="Anisotropy field", symbol="B_A", ge=0, le=50
    )  # fmt: skip
    alpha: float = quantity(
        2e-4, "", "Gilbert damping: 2·10⁻⁴ in good YIG, 0.008 in permalloy.", title="Damping", symbol="α", ge=0, le=0.5
    )  # fmt: skip
    excitation: Literal["kick", "antenna"] = choice(
        "kick",
        "A kick at the start, in the middle, after which waves are free; or an antenna there, whose field oscillates.",
        title="Excitation", rebuild=True,
    )  # fmt: skip
    absorbing: bool = switch(
        False,
        "Damping that rises towards both ends of the film, so that waves do not come round from the other side; "
        "otherwise the film is periodic along the waves.",
        title="Absorbing ends",
    )  # fmt: skip
    tilt: float = quantity(
        1.0, "°", "Largest angle by which a kick turns the magnetization.", title="Kick", symbol="θ", gt=0, le=30
    )  # fmt: skip
    width: float = quantity(
        1e-7, "m", "Width of kick and antenna: they excite waves longer than twice this.", title="Width",
        symbol="w", ge=1e-10, le=1e-5, scale="log", rebuild=True,
    )  # fmt: skip
    f: float = quantity(
        1e10, "Hz", "Frequency of the antenna.", title="Frequency of the antenna", symbol="f_a", ge=1e8, le=1e13,
        scale="log",
    )  # fmt: skip
    B1: float = quantity(
        1e-3, "T", "Largest field of the antenna, across the magnetization and in the plane of the film.",
        title="Field of the antenna", symbol="B₁", ge=0, le=0.1,
    )  # fmt: skip
    waves: int = quantity(
        8, "", "Wavelengths on the whole length of the wave that is measured; 0 is uniform resonance.",
        title="Wavelengths", symbol="n_k", ge=0, le=256,
    )  # fmt: skip
    n: int = quantity(
        512, "cells", "Cells along the waves, or spins of the chain (an even number is taken).", title="Length",
        symbol="n", ge=16, le=2048, scale="log", rebuild=True,
    )  # fmt: skip
    dx: float = quantity(
        1.5e-8, "m", "Length of a cell, or distance of neighbouring spins of the chain.", title="Cell", symbol="a",
        ge=1e-10, le=1e-6, scale="log", rebuild=True,
    )  # fmt: skip
    magnify: float = quantity(
        300.0, "", "Factor by which the deviation from rest is drawn larger than it is.", title="Magnify waves",
        ge=1, le=1000, scale="log", display=True,
    )  # fmt: skip

    def unused(self) -> Mapping[str, str]:
        """See `Parameters.unused`."""
        why = dict.fromkeys(("B_E", "B_A"), "only for the antiferromagnetic chain")
        if self.chain:
            why = dict.fromkeys(("d", "material", "Ms", "A", "absorbing"), "only for a film")
            why |= dict.fromkeys(("excitation", "f", "B1"), "the antenna is one for a film")
        elif not self.driven:
            why |= dict.fromkeys(("f", "B1"), "there is no antenna")
        return why

    @property
    def chain(self) -> bool:
        """Whether it is an antiferromagnet."""
        return self.geometry == "antiferromagnet"

    @property
    def driven(self) -> bool:
        """Whether there is an antenna."""
        return self.excitation == "antenna" and not self.chain

    @property
    def absorbs(self) -> bool:
        """Whether its ends take waves in."""
        return self.absorbing and not self.chain

    @property
    def count(self) -> int:
        """Cells; of a chain an even number."""
        return self.n + self.n % 2 if self.chain else self.n

    @property
    def length(self) -> float:
        """Length [m] after which all repeats."""
        return self.count * self.dx

    @property
    def band(self) -> int:
        """Wavelengths on the length of the shortest wave that a kick excites; all of them if it turns one cell."""
        return max(1, min(round(self.length / (2 * self.width)), self.count // 2))

    @property
    def k(self) -> float:
        """Wave number [1/m] of the wave that is measured."""
        return 2 * pi * self.waves / self.length

    @property
    def wave_numbers(self) -> Values:
        """Wave numbers [1/m] of the band, from 0."""
        return np.asarray(2 * pi / self.length * np.arange(self.band + 1))

    @property
    def film(self) -> Film:
        """The film on its mesh."""
        if self.geometry == "antiferromagnet":
            raise ValueError("an antiferromagnetic chain is no film")
        return Film(self.geometry, self.B, self.d, self.Ms, self.A, self.dx, self.alpha)


def branches(p: SpinWaveParameters, k: Values) -> Values:
    """Frequencies [Hz] of all branches on the mesh, (branches, n), at wave numbers ``k`` (n,) [1/m].

    Of a chain that which turns with the moments along the field, and the other; NaN where the state is unstable.
    """
    if not p.chain:
        return np.asarray(p.film.frequency(k)[None])
    fields = antiferromagnet_waves.frequencies(np.cos(k * p.dx), p.B_E, p.B_A, p.B)
    found = ELECTRON_GYROMAGNETIC_RATIO / (2 * pi) * fields
    return np.asarray(np.where(found >= -ROUNDING, found, np.nan))


def shown_branches(p: SpinWaveParameters, k: Values) -> Values:
    """The same in the continuum of a film; a chain has none."""
    return branches(p, k) if p.chain else np.asarray(p.film.continuum.frequency(k)[None])


@lru_cache(maxsize=64)
def stable(p: SpinWaveParameters) -> bool:
    """Whether the magnetization lies where it is assumed to lie: no wave of the whole mesh grows."""
    k = np.asarray(2 * pi / p.length * np.arange(p.count // 2 + 1), np.float64)
    return bool(np.isfinite(branches(p, k)).all())


@lru_cache(maxsize=64)
def highest(p: SpinWaveParameters) -> float:
    """Highest frequency [Hz] of the band, and of the antenna."""
    found = branches(p, p.wave_numbers)
    known = found[np.isfinite(found)]
    least = p.f if p.driven else 0.0
    if known.size < found.size:
        # What is unstable turns in the field, or in that of its charges.
        least = max(least, gyration(p.B + (p.B_E if p.chain else p.film.saturation)))
    return max(float(known.max()) if known.size else 0.0, least, gyration(SMALLEST_FIELD))


def gyration(B: float) -> float:
    """Frequency [Hz] of a moment in the field ``B`` [T]."""
    return ELECTRON_GYROMAGNETIC_RATIO * B / (2 * pi)


def sample_time(p: SpinWaveParameters) -> float:
    """Time [s] from one sample that is transformed to the next."""
    return 1 / (2 * MARGIN * highest(p))


def typical(p: SpinWaveParameters) -> float:
    """Frequency [Hz] in the middle of the band, or of the antenna."""
    if p.driven:
        return p.f
    found = branches(p, p.wave_numbers)
    known = found[np.isfinite(found)]
    return float(np.median(known)) if known.size and np.median(known) > 0 else highest(p)


def lens(p: SpinWaveParameters) -> float:
    """Time per second on screen [s]: some periods of a wave in the middle of the band."""
    return round_speed(PERIODS / typical(p))


def floor_frequency(p: SpinWaveParameters) -> float:
    """Lowest frequency [Hz] of the plots: 0, or nearer to the band where that is narrow."""
    found = branches(p, p.wave_numbers)
    low, high = (float(np.min(found)), highest(p)) if np.isfinite(found).all() else (0.0, 0.0)
    return max(0.0, low - 0.6 * (high - low))
