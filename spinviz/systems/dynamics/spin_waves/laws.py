"""What small spin waves are known to do: dispersion, resonance, group velocity, motion and damping."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite, nan, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, now
from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.order import antiferromagnet_waves
from spinviz.systems.dynamics.spin_waves.parameters import (
    SAMPLES,
    SpinWaveParameters,
    branches,
    gyration,
    sample_time,
    shown_branches,
    stable,
)
from spinviz.systems.dynamics.spin_waves.spectra import resolution
from spinviz.systems.dynamics.spin_waves.state import Complex, SpinWaveState, transverse, wave_of

Values = NDArray[np.float64]

DEGREES = 180 / pi
SMALL = 0.1
"""Largest transverse component of waves that the linear equations describe."""
QUIET = 1e-9
WEAK = 0.02
"""Damping up to which a line lies where it does without, to 1e-3 of it."""
RESOLVED = 0.02
"""Part of the resolution by which the highest point of a line may be off: Hann's window, damping, small amplitudes."""
ROOT_POINTS = 2001
FINE = 0.3
"""k dx up to which cells of the length dx count as fine: exchange is off by (k dx)^2/12 of it, 0.8 %."""


def measured(value: tuple[Complex, bool] | None) -> bool:
    """Whether a departure has a small wave in it."""
    return value is not None and value[1] and bool(np.abs(value[0]).max() > QUIET)


def departure(state: SpinWaveState, p: SpinWaveParameters) -> tuple[Complex, bool]:
    """Amplitudes of the wave from which closed forms start, and whether all waves are small then."""
    u, v = transverse(state.m, p)
    return wave_of(state, p), bool(np.hypot(u, v).max() < SMALL) and stable(p)


def linear(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> bool:
    """Whether small free waves run through a stable state without end."""
    return not p.driven and not p.absorbs and measured(d.start)


def lined(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> bool:
    """Whether a frequency of the band has been found in small waves of little damping."""
    return linear(state, p, d) and p.waves <= p.band and p.alpha <= WEAK and isfinite(resolution(state, p))


def of_film(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> bool:
    """The same in a film."""
    return lined(state, p, d) and not p.chain


def of_fine_film(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> bool:
    """The same on fine cells."""
    return of_film(state, p, d) and p.k * p.dx <= FINE


def of_chain(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> bool:
    """The same in a chain."""
    return lined(state, p, d) and p.chain


@lru_cache(maxsize=256)
def frequency(p: SpinWaveParameters, waves: int, branch: int = 0) -> float:
    """Frequency [Hz] on the mesh."""
    return float(branches(p, np.array([2 * pi * waves / p.length]))[branch, 0])


@lru_cache(maxsize=256)
def continuum(p: SpinWaveParameters) -> float:
    """Frequency [Hz] in the continuum."""
    return float(shown_branches(p, np.array([p.k]))[0, 0])


def line_error(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> float:
    """Resolution [Hz]."""
    return resolution(state, p)


def continuum_error(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> float:
    """Resolution [Hz], and what the mesh may change, over `RESOLVED`; see `mesh_error`."""
    return resolution(state, p) + mesh_error(p) / RESOLVED


@lru_cache(maxsize=256)
def mesh_error(p: SpinWaveParameters) -> float:
    """What cells may change in a frequency [Hz]: (ka)^2/12 of the fields of exchange and of charges.

    Exchange is weaker by that part, and P has (ka)^2/12 of the charges that the cells cannot tell from the wave.
    """
    u, v = p.film.continuum.at(p.k)
    fields = float(p.film.continuum.exchange(p.k)) + p.film.saturation
    return (p.k * p.dx) ** 2 / 12 * gyration(fields) * (u + v) / (2 * sqrt(max(u * v, 1e-30)))


@lru_cache(maxsize=256)
def slope(p: SpinWaveParameters) -> float:
    """Group velocity [m/s] by the law in the continuum."""
    return p.film.continuum.group_velocity(p.k, 2 * pi / p.length)


def slope_error(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> float:
    """Error [m/s] of a slope between the frequencies of the neighbours of the wave."""
    return continuum_error(state, p, d) * p.length


def sloped(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> bool:
    """Whether both neighbours of the wave are in the band of a film on fine cells."""
    return of_fine_film(state, p, d) and 1 <= p.waves < p.band


def waves_now(p: SpinWaveParameters, d: Departure, t: Values) -> Complex:
    """Amplitudes (2, n) of the wave at times ``t``, as `state.wave_of`."""
    start, elapsed = d.start[0], np.maximum(t - d.time, 0.0)
    if p.chain:
        turned = ELECTRON_GYROMAGNETIC_RATIO * elapsed
        return antiferromagnet_waves.amplitudes(turned, start, complex(np.cos(p.k * p.dx)), p.B_E, p.B_A, p.B, p.alpha)
    return p.film.amplitudes(elapsed, (start[0], start[1]), p.k)


def part_of(waves: Complex, p: SpinWaveParameters) -> Values:
    """The u component of a wave in its middle [deg], of amplitudes (2, ...)."""
    seen = (waves[0] + waves[1]) / 2 if p.chain else waves[0]
    return np.asarray((1 if p.waves == 0 else 2) * DEGREES * np.real(seen))


def size_of(waves: Complex, p: SpinWaveParameters) -> Values:
    """Amplitude of a wave [deg], of amplitudes (2, ...): without damping constant in a film.

    Of a film the mean of u and v weighted by their stiffness: energy; of a chain that of both sublattices.
    """
    weights = np.array([0.5, 0.5])
    if not p.chain:
        u, v = p.film.at(p.k)
        weights = np.array([u, v]) / (u + v) if u >= 0 and v > 0 else weights
    return np.asarray((1 if p.waves == 0 else 2) * DEGREES * np.sqrt(np.tensordot(weights, np.abs(waves) ** 2, 1)))


def wave_curve(state: SpinWaveState, p: SpinWaveParameters, d: Departure, t: Values) -> Values:
    """The wave over time [deg]."""
    if not linear(state, p, d):
        return np.full(len(t), nan)
    return np.where(t >= d.time, part_of(waves_now(p, d, t), p), nan)


def size_curve(state: SpinWaveState, p: SpinWaveParameters, d: Departure, t: Values) -> Values:
    """Its amplitude over time [deg]."""
    if not linear(state, p, d):
        return np.full(len(t), nan)
    return np.where(t >= d.time, size_of(waves_now(p, d, t), p), nan)


def wave_error(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> float:
    """What the next order of the amplitude and the steps may change [deg], over 0.02."""
    size = float(size_of(d.start[0], p))
    largest = frequency(p, p.waves)
    phase = 2 * pi * largest * (state.time - d.time)
    return size * (1 + phase * 1e-5 / 0.02) + 1e-12


@lru_cache(maxsize=64)
def root(p: SpinWaveParameters, backward: bool) -> float:
    """Wave number [1/m] in the band at which the antenna's frequency is that of the cells; NaN for none.

    ``backward``: where the frequency falls with the wave number, else where it rises.
    """
    k = np.linspace(0.0, 2 * pi / p.length * p.band, ROOT_POINTS)
    f = branches(p, k)[0] - p.f
    crossed = (f[:-1] >= 0) & (f[1:] < 0) if backward else (f[:-1] < 0) & (f[1:] >= 0)
    if not crossed.any():
        return nan
    at = int(np.argmax(crossed))
    return float(k[at] - f[at] * (k[at + 1] - k[at]) / (f[at + 1] - f[at]))


def emitted_root(state: SpinWaveState, p: SpinWaveParameters) -> float:
    """The wave number that the law gives to the wave found right of the antenna, below 0 where crests come in."""
    backward = state.numbers[4] < 0
    return -root(p, True) if backward else root(p, False)


def emission_error(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> float:
    """Resolution of wave numbers over half of the length, over the wave number of the law."""
    return 4 * pi / p.length / abs(emitted_root(state, p))


def emits(state: SpinWaveState, p: SpinWaveParameters, d: Departure) -> bool:
    """Whether small steady waves leave an antenna, and are damped before they meet those of the other side."""
    if not p.driven or not stable(p) or state.taken < SAMPLES or p.B1 == 0:
        return False
    k = abs(emitted_root(state, p))
    if not isfinite(k) or k * p.dx > FINE or np.abs(transverse(state.m, p)).max() > SMALL:
        return False
    speed = abs(p.film.continuum.group_velocity(k, 1e-3 * k))
    u, v = p.film.at(k)
    crossing = p.length / (2 * max(speed, 1e-9))
    settled = (state.taken - SAMPLES / 2) * sample_time(p) > crossing
    return settled and (p.absorbs or crossing * p.alpha * ELECTRON_GYROMAGNETIC_RATIO * (u + v) / 2 > 1)


SYMBOLS = {
    "ω": "angular frequency of a wave, 2πf",
    "k": "wave number",
    "P": "demagnetizing factor of the wave along k",
    "B_k": "field inside with that of exchange",
}
INSIDE = {"backward volume": "B", "Damon-Eshbach": "B", "forward volume": r"B-\mu_0M_s"}
"""The field inside the film."""
KALINIKOS = "Kalinikos and Slavin, J. Phys. C 19, 7013 (1986)"
BECAUSE = "A fiftieth of the resolution 1/T of a record of the duration T: Hann's window, and a kick of 1°."


def film_law(name: str, title: str, geometry: str, latex: str, check: Check) -> Law:
    """The dispersion in one geometry."""
    parts = latex, rf"B_k={INSIDE[geometry]}+\frac{{2A}}{{M_s}}k^2", r"P=1-\frac{1-e^{-kd}}{kd}"
    return Law(
        name, title, "frequency", theory=lambda s, p, d: continuum(p), latex=r",\quad ".join(parts),
        validity="Small waves in a film that is uniform across its thickness, on cells much shorter than a wave.",
        tolerance=RESOLVED, scale=continuum_error,
        because="A fiftieth of the resolution 1/T of a record of the duration T; exchange and charges on cells of the "
        "length a, (ka)²/12 of them.",
        reference=KALINIKOS, check=check, plots=("dispersion",),
        holds=lambda s, p, d: p.geometry == geometry and of_fine_film(s, p, d),
    )  # fmt: skip


LAWS = (
    film_law(
        "backward_volume", "Backward volume waves", "backward volume",
        r"\omega=\gamma\sqrt{B_k\left(B_k+\mu_0M_s(1-P)\right)}",
        Check(1.2e-8, preset="backward_volume"),
    ),
    film_law(
        "damon_eshbach", "Waves of Damon and Eshbach", "Damon-Eshbach",
        r"\omega=\gamma\sqrt{\left(B_k+\mu_0M_sP\right)\left(B_k+\mu_0M_s(1-P)\right)}",
        Check(1.2e-8, preset="damon_eshbach"),
    ),
    film_law(
        "forward_volume", "Forward volume waves", "forward volume",
        r"\omega=\gamma\sqrt{B_k\left(B_k+\mu_0M_sP\right)}",
        Check(1.2e-8, preset="forward_volume"),
    ),
    Law(
        "mesh", "Dispersion on these cells", "frequency", theory=lambda s, p, d: frequency(p, p.waves),
        latex=r"\omega=\gamma\sqrt{B_uB_v},\quad B_u=B_i+\frac{4A}{M_sa^2}(1-\cos ka)+\mu_0M_sN_u(k)",
        validity="Small waves in a film of one layer of cells.",
        tolerance=RESOLVED, scale=line_error, because=BECAUSE, reference=KALINIKOS,
        check=Check(1.2e-8, preset="backward_volume", parameters={"waves": 36}), holds=of_film,
        symbols={
            "B_u": "field that stiffens the component u of the wave", "B_v": "the same of the component v",
            "B_i": "field inside", "N_u": "demagnetizing factor along u, averaged over the cells",
        },
    ),
    Law(
        "kittel", "Resonance of a film magnetized in its plane", "uniform", theory=lambda s, p, d: frequency(p, 0),
        latex=r"\omega=\gamma\sqrt{B(B+\mu_0M_s)}",
        validity="Small uniform precession of a film.",
        tolerance=RESOLVED, scale=line_error, because=BECAUSE, reference="Kittel, Phys. Rev. 73, 155 (1948)",
        check=Check(1.2e-8, preset="damon_eshbach"),
        holds=lambda s, p, d: p.geometry != "forward volume" and of_film(s, p, d),
    ),
    Law(
        "kittel_across", "Resonance of a film magnetized across its plane", "uniform",
        theory=lambda s, p, d: frequency(p, 0), latex=r"\omega=\gamma(B-\mu_0M_s)",
        validity="Small uniform precession of a film.",
        tolerance=RESOLVED, scale=line_error, because=BECAUSE, reference="Kittel, Phys. Rev. 73, 155 (1948)",
        check=Check(1.2e-8, preset="forward_volume"),
        holds=lambda s, p, d: p.geometry == "forward volume" and of_film(s, p, d),
    ),
    Law(
        "group", "Group velocity", "group_velocity", theory=lambda s, p, d: slope(p),
        latex=r"v_g=\frac{d\omega}{dk}",
        validity="Small waves in a film that is uniform across its thickness, on cells much shorter than a wave.",
        tolerance=RESOLVED, scale=slope_error,
        because="The frequencies of both neighbours, each as of the dispersion.",
        reference=KALINIKOS, check=Check(1.2e-8, preset="backward_volume", parameters={"waves": 3}), holds=sloped,
    ),
    Law(
        "resonance", "Resonance of the antiferromagnet", "uniform", theory=lambda s, p, d: frequency(p, 0),
        latex=r"\omega=\gamma\left[\sqrt{2B_EB_A+B_A^2}+B\right]",
        validity="Small uniform precession of antiparallel sublattices, the field along the axis.",
        tolerance=RESOLVED, scale=line_error, because=BECAUSE,
        reference="Keffer and Kittel, Phys. Rev. 85, 329 (1952)",
        check=Check(1e-10, preset="antiferromagnet"), holds=of_chain,
    ),
    Law(
        "antiferromagnet", "Waves that turn with the moments along the field", "frequency",
        theory=lambda s, p, d: frequency(p, p.waves),
        latex=r"\omega=\gamma\left[\sqrt{(B_E+B_A)^2-B_E^2\cos^2ka}+B\right]",
        validity="Small waves of a chain of antiparallel spins, the field along the axis.",
        tolerance=RESOLVED, scale=line_error, because=BECAUSE,
        reference="Keffer and Kittel, Phys. Rev. 85, 329 (1952)",
        check=Check(1e-10, preset="antiferromagnet"), holds=of_chain, plots=("dispersion",),
    ),
    Law(
        "other_sense", "Waves of the other sense", "second", theory=lambda s, p, d: frequency(p, p.waves, 1),
        latex=r"\omega=\gamma\left[\sqrt{(B_E+B_A)^2-B_E^2\cos^2ka}-B\right]",
        validity="Small waves of a chain of antiparallel spins, the field along the axis.",
        tolerance=RESOLVED, scale=line_error, because=BECAUSE,
        reference="Keffer and Kittel, Phys. Rev. 85, 329 (1952)",
        check=Check(1e-10, preset="antiferromagnet"), holds=of_chain, plots=("dispersion",),
    ),
    Law(
        "wave", "One wave over time", "wave", theory=now(wave_curve),
        latex=r"\dot m_u=-\frac{\gamma}{1+\alpha^2}(B_vm_v+\alpha B_um_u),\ "
        r"\dot m_v=\frac{\gamma}{1+\alpha^2}(B_um_u-\alpha B_vm_v)",
        validity="Small waves; of a chain alike for each sublattice.",
        tolerance=0.02, scale=wave_error,
        because="The next order of a kick of 1° shifts frequencies by some 10⁻⁵ of them.",
        reference=KALINIKOS, check=Check(6e-9, preset="forward_volume"), holds=linear, curve=wave_curve,
        symbols={
            "B_u": "field that stiffens the component u of the wave", "B_v": "the same of the component v",
            "m_u": "component of the wave along u", "m_v": "component of the wave along v",
        },
    ),
    Law(
        "damping", "Damping of one wave", "amplitude", theory=now(size_curve),
        latex=r"c\propto e^{-\Gamma t},\quad\Gamma\approx\frac{\alpha\gamma}{1+\alpha^2}\frac{B_u+B_v}{2}",
        validity="Small waves; of a chain alike for each sublattice. The curve is that of the linear equations.",
        tolerance=0.02, scale=wave_error,
        because="The next order of a kick of 1°, and the steps.",
        reference="Stancil and Prabhakar, Spin Waves (Springer, 2009)",
        check=Check(6e-9, preset="damon_eshbach", parameters={"alpha": 0.01}), holds=linear, curve=size_curve,
        symbols={
            "B_u": "field that stiffens one component of the wave", "B_v": "the same of the other component",
            "Γ": "rate of damping",
        },
    ),
    Law(
        "antenna", "Wavelength at the frequency of the antenna", "emitted",
        theory=lambda s, p, d: 2 * pi / abs(emitted_root(s, p)),
        latex=r"\omega(2\pi/\lambda_a)=2\pi f_a",
        validity="Small steady waves of a film, ω(k) that of its cells, damped before they come round.",
        tolerance=0.05, scale=lambda s, p, d: emission_error(s, p, d) * 2 * pi / abs(emitted_root(s, p)),
        because="A twentieth of the resolution of wave numbers over half of the length: the field at the antenna "
        "itself, and damping.",
        reference=KALINIKOS, check=Check(9e-9, preset="antenna"), holds=emits, plots=("emission",),
    ),
    Law(
        "phase", "Phase velocity of emitted waves", "phase_velocity",
        theory=lambda s, p, d: 2 * pi * p.f / emitted_root(s, p),
        latex=r"v_p=2\pi f_a/k,\quad\omega(|k|)=2\pi f_a,\quad k\frac{d\omega}{d|k|}>0",
        validity="Small steady waves right of an antenna, ω(k) that of its cells, damped before they come round.",
        tolerance=0.05, scale=lambda s, p, d: emission_error(s, p, d) * 2 * pi * p.f / abs(emitted_root(s, p)),
        because="A twentieth of the resolution of wave numbers over half of the length, as of the wavelength.",
        reference=KALINIKOS, check=Check(4e-8, preset="backward_antenna"), holds=emits, plots=("emission",),
    ),
)  # fmt: skip
