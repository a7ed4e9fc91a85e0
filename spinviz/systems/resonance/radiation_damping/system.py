"""Radiation damping: the coil hears the magnetization, and its current turns the magnetization back to equilibrium.

Steps are symmetric compositions of exact rotations in the frame of the carrier; pulses are hard.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import inf, nan, pi, radians, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, OverAxis, now
from spinviz.model.plots import Spectrum, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import show
from spinviz.model.visuals import Arrows, Stage, Visual, float32
from spinviz.physics.resonance import radiation_damping as damped
from spinviz.systems.pictures.coil import coil
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.pictures.vectors import fan, origins, path_and_vector
from spinviz.systems.resonance.radiation_damping.state import (
    TRAIL,
    DampingParameters,
    DampingState,
    Start,
    circuit,
    coefficients,
    measure,
    offsets,
    prediction,
    pulse,
    reset,
    solved,
    spoil,
    start_of,
)

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

DRAWN = 40
"""Isochromats drawn at most."""
SUBSTEPS = 2
"""Steps of the method in one sample."""
FINAL = 20.0
"""Times T1 in which a damped oscillation of a maser dies out."""
NO_SQUARES = np.zeros(0)


def over_time(of: Callable[[Complex, Values], Values]) -> OverAxis:
    """Return the law's curve of a function of M+ and Mz."""
    return lambda s, p, d, t: of(*prediction(p, d, t))


def pulled(state: DampingState, p: DampingParameters, d: Departure, t: Values) -> Values:
    """Frequency (n,) [Hz] of M: a detuned coil shifts it by as much as Mz."""
    return np.asarray(p.offset + circuit(p).shift * prediction(p, d, t)[1] / (2 * pi))


def stiffness(state: DampingState, p: DampingParameters, d: Departure) -> float:
    """How errors may have grown: with the phases turned and the number of steps."""
    turned = abs(2 * pi * p.offset) + abs(circuit(p).shift)
    return 1 + 1e-2 * turned * (state.time - d.time)


def radiated_line(state: DampingState, p: DampingParameters, d: Departure, f: Values) -> Values:
    """Spectrum (n,) of the closed form."""
    x, y, z = d.start.net
    if np.hypot(x, y) < 1e-12:
        return np.full(len(f), nan)
    return cached_line(p, float(x), float(y), float(z), float(f[0]), float(f[-1]), len(f))


@lru_cache(maxsize=8)
def cached_line(p: DampingParameters, x: float, y: float, z: float, low: float, high: float, count: int) -> Values:
    """Spectrum of the closed form at evenly spaced frequencies [Hz]; it changes with an event only."""
    return damped.line(circuit(p), np.linspace(low, high, count), complex(x, y), z, 2 * pi * p.offset, window(p) * 2)


def window(p: DampingParameters) -> float:
    """Time [s] in which a burst after the free pulse comes and goes."""
    burst = np.log(max(np.tan(radians(min(p.flip, 179.99)) / 2), 1.0)) if p.closed else 3.0
    slowed = 1 / (circuit(p).gain * p.Trd) if p.closed else 1.0
    pumped = 4 * p.T1 if p.relaxation == "T1 and T2" and p.M0 < 0 else 0.0
    fanned = 1.8 if p.spread > 0 else 1.0
    return max(float(p.Trd * slowed * fanned * (10 + 1.2 * burst)), pumped)


def steady(state: DampingState, p: DampingParameters, d: Departure) -> bool:
    """Whether a pumped maser above its threshold has come to rest."""
    pumped = p.relaxation == "T1 and T2" and p.closed and p.spread == 0 and maser(p) > 0
    return pumped and state.time - d.time > settling(p, float(np.hypot(*d.start.net[:2])))


def settling(p: DampingParameters, rho: float) -> float:
    """Time [s] in which a maser that starts with |M+| = ``rho`` comes to rest.

    A small signal grows with the rate g (Mz - Meq), Mz that of the steady state, once the pump has inverted the spins;
    near the steady state what is left decays with the roots of x^2 - x/T1 + 2 (g |M+|)^2 = 0.
    """
    steady_rho, mz = damped.maser_state(circuit(p))
    if rho == 0:
        return inf
    g, half = circuit(p).gain, 1 / (2 * p.T1)
    beat = 2 * (g * steady_rho) ** 2
    slow = beat / (half + sqrt(half * half - beat)) if half * half > beat else half
    folds = max(np.log(steady_rho / rho), 0.0) + 3 * p.T1 * (g + 1 / p.T2)
    return float(FINAL / (2 * slow) + folds / (g * (mz - p.M0)))


def maser(p: DampingParameters) -> float:
    """|M+| of the steady maser."""
    return damped.maser_state(circuit(p))[0]


class RadiationDamping(System[DampingParameters, DampingState]):
    """A magnetization in a coil whose current acts back."""

    name = "radiation_damping"
    title = "Radiation damping"
    chapter = "Magnetic resonance"
    order = 100
    summary = "The current in the coil turns the magnetization back: bursts, broad lines and masers."
    notes = (
        "M+ induces the current, the current makes a field at right angles to M, and the field turns M up. "
        "All that M loses in energy warms the coil."
    )
    equation = (
        r"\frac{\mathrm{d}M^+}{\mathrm{d}t}=-i\omega M^+-\frac{1+id}{(1+d^2)T_\mathrm{rd}}\langle M^+\rangle M_z"
        r"-\frac{M^+}{T_2}"
    )
    Parameters = DampingParameters
    observables = (
        Observable("voltage", "Coil voltage (normalised)", "U/U₀"),
        Observable("voltage_90", "Coil voltage, second channel", "U_90/U₀"),
        Observable("transverse", "Transverse magnetization", "|M_xy|/M₀"),
        Observable("mz", "Longitudinal magnetization", "M_z/M₀"),
        Observable("frequency", "Frequency of the signal", "f", "Hz"),
        Observable("length", "Length of the isochromats", "|m|"),
    )
    plots = (
        Trace("fid", "Coil voltage (normalised)", ("voltage",), -1.05, 1.05, window=window),
        Trace("magnetization", "Magnetization", ("transverse", "mz"), -1.05, 1.05, window=window),
        Trace("chirp", "Frequency of the signal", ("frequency",), window=window, when=lambda p: p.detuning != 0),
        Spectrum(
            "spectrum", "Spectrum", "voltage", "voltage_90",
            span=lambda p: (p.offset - line_span(p), p.offset + line_span(p)),
        ),
    )  # fmt: skip
    laws = (
        Law(
            "burst", "Signal: a hyperbolic secant", "transverse",
            theory=now(over_time(lambda plus, mz: np.abs(plus))),
            latex=r"|M_{xy}|=r\,\mathrm{sech}\,\frac{r(t-t_0)}{T_\mathrm{rd}},\quad "
            r"t_0=T_\mathrm{rd}\ln\tan\frac{\theta_0}{2}\;(r=1\text{ without }T_2)",
            validity="One magnetization without T₁; d = 0 in the formula shown.",
            tolerance=1e-11, because="Rounding; with T₂ or detuning the fourth order of two steps in T_rd/150.",
            reference="Bloom, J. Appl. Phys. 28, 800 (1957)",
            check=Check(0.3, preset="burst"), scale=stiffness, holds=solved,
            curve=over_time(lambda plus, mz: np.abs(plus)), plots=("magnetization",),
        ),
        Law(
            "return", "Return: a hyperbolic tangent", "mz",
            theory=now(over_time(lambda plus, mz: mz)),
            latex=r"M_z=r\tanh\frac{r(t-t_0)}{T_\mathrm{rd}}-\frac{T_\mathrm{rd}}{T_2}",
            validity="One magnetization without T₁; d = 0 in the formula shown.",
            tolerance=1e-11, because="Rounding; with T₂ or detuning the fourth order of two steps in T_rd/150.",
            reference="Bloom, J. Appl. Phys. 28, 800 (1957)",
            check=Check(0.3, {"relaxation": "T2"}, preset="burst"), scale=stiffness, holds=solved,
            curve=over_time(lambda plus, mz: mz), plots=("magnetization",),
        ),
        Law(
            "phase", "Voltage and line", "voltage",
            theory=now(over_time(lambda plus, mz: plus.imag)),
            latex=r"\varphi(t)=-\omega t-d\,\ln\frac{\cosh x(t)}{\cosh x(0)},\; x=\frac{t-t_0}{(1+d^2)T_\mathrm{rd}}",
            validity="One magnetization without T₁; without T₂ in the formula shown.",
            tolerance=1e-10, because="Rounding of phases, and the fourth order of two steps in T_rd/150.",
            reference="Guéron, Magn. Reson. Med. 19, 31 (1991)",
            check=Check(0.3, preset="chirp"), scale=stiffness, holds=solved,
            curve=radiated_line, plots=("spectrum",),
        ),
        Law(
            "chirp", "Frequency pulled by the coil", "frequency",
            theory=now(pulled),
            latex=r"f(t)=f_0+\frac{d}{1+d^2}\,\frac{M_z(t)}{2\pi T_\mathrm{rd}}",
            validity="One magnetization without T₁.",
            tolerance=1e-9, because="The error of M_z, 1e-11, times the shift of some hertz.",
            reference="Guéron, Magn. Reson. Med. 19, 31 (1991)",
            check=Check(0.3, preset="chirp"), holds=solved, scale=stiffness,
            curve=pulled, plots=("chirp",),
        ),
        Law(
            "maser", "Steady maser", "transverse",
            theory=lambda s, p, d: maser(p),
            latex=r"M_z=-\frac{T_\mathrm{rd}}{T_2},\quad |M_{xy}|^2=\frac{T_\mathrm{rd}}{T_1}(M_z-M_\mathrm{eq})",
            validity="Pumped above the threshold −M_eq > T_rd/T₂, after all oscillations; d = 0 in the formula.",
            tolerance=1e-3, because="What is left of the damped oscillation after ten of its decay times.",
            reference="Bösiger, Brun and Meier, Phys. Rev. A 18, 671 (1978)",
            check=Check(3.2, {"T1": 0.1, "Trd": 0.05, "T2": 0.2}, preset="maser"), holds=steady,
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "burst", "Delayed burst", "Almost inverted, M waits, then radiates all at once.",
            parameters={"flip": 179.0}, actions=((0.0, "reset"), (0.0, "flip")), repeat=0.32, speed=0.03, length=0.25,
            notes="Upside down M is silent. The one degree that is missing induces a current, which tips M further: "
            "the signal grows by itself, bursts after ln tan(θ₀/2) damping times and leaves M at rest along B₀.",
        ),
        Preset(
            "after_90", "After a 90° pulse", "No relaxation at all, and yet the signal dies: a hyperbolic secant.",
            actions=((0.0, "reset"), (0.0, "90x")), repeat=0.2, speed=0.02, length=0.14,
            notes="Nothing relaxes here: M keeps its length and is turned up by the field of its own current, "
            "the arrow at right angles to it.",
        ),
        Preset(
            "small_flip", "Broad line", "After a small pulse the decay is exponential: both rates add up.",
            parameters={"flip": 20.0, "relaxation": "T2"}, actions=((0.0, "reset"), (0.0, "flip")), repeat=0.2,
            speed=0.02, length=0.14,
            notes="The line is eleven times as broad as T₂ makes it. Open the circuit and the narrow line is back: the "
            "coil, not the sample, is what broadens it.",
        ),
        Preset(
            "open", "Open circuit", "The same sample without a current: the voltage is heard, nothing acts back.",
            parameters={"flip": 90.0, "relaxation": "T2", "closed": False}, actions=((0.0, "reset"), (0.0, "flip")),
            repeat=0.6, speed=0.06, length=0.5,
            notes="Without a current M stays in the plane and decays with T₂. Close the circuit while it turns: M is "
            "pulled up within the damping time.",
        ),
        Preset(
            "chirp", "Chirp of a detuned coil", "The coil is half a width off and pulls the frequency with it.",
            parameters={"flip": 179.0, "detuning": 1.0, "offset": 0.0}, actions=((0.0, "reset"), (0.0, "flip")),
            repeat=0.6, speed=0.05, length=0.45,
            notes="As M goes from pole to pole the frequency sweeps through the line: the burst is a chirp, and its "
            "spectrum no Lorentzian.",
        ),
        Preset(
            "spread", "Spread of offsets", "An inhomogeneous field fans the isochromats out during the burst.",
            parameters={"flip": 175.0, "spread": 4.0, "offset": 0.0, "Trd": 0.015},
            actions=((0.0, "reset"), (0.0, "flip")), repeat=0.6, speed=0.03, length=0.35,
            notes="All feel the field of the common current, but they fan out: what has lost the phase is not turned "
            "up any more, and M stops short of equilibrium.",
        ),
        Preset(
            "threshold", "Below threshold", "T₂ is shorter than the damping time: inverted M never bursts.",
            parameters={"flip": 175.0, "relaxation": "T2", "T2": 0.015}, actions=((0.0, "reset"), (0.0, "flip")),
            repeat=0.3, speed=0.02, length=0.2,
            notes="The signal decays faster than the current can build it up. Raise T₂ above it and the burst is "
            "there: the threshold of every maser.",
        ),
        Preset(
            "maser", "Pumped maser", "A pump restores the inversion: burst after burst, then a steady tone.",
            parameters={"flip": 179.0, "relaxation": "T1 and T2", "T1": 0.6, "T2": 0.1, "M0": -1.0},
            actions=((0.0, "reset"), (0.0, "flip")), speed=0.12, length=2.4,
            notes="Each burst spends the inversion, the pump builds it up again. In the end gain and loss balance: "
            "M stays just inverted enough, and the coil sings without end.",
        ),
    )  # fmt: skip
    actions = (
        Action("flip", "α x", "Rotate by the flip angle about x.", lambda s, p: pulse(s, p, radians(p.flip))),
        Action("90x", "90° x", "Rotate by 90° about x, at once.", lambda s, p: pulse(s, p, pi / 2)),
        Action("180x", "180° x", "Rotate by 180° about x, at once.", lambda s, p: pulse(s, p, pi)),
        Action("spoil", "Spoil", "Destroy the transverse magnetization.", spoil),
        Action("reset", "Reset M", "Back to equilibrium along z.", reset),
    )

    def initial_state(self, p: DampingParameters, rng: np.random.Generator) -> DampingState:
        """Along z."""
        zeros, ones = np.zeros(p.count), np.ones(p.count)
        return DampingState(zeros, zeros.copy(), ones, ones.copy(), Trail.of(TRAIL, 3))

    def changed(self, state: DampingState, p: DampingParameters, before: DampingParameters) -> None:
        """What relaxed keeps its present length when relaxation is switched off."""
        measure(state)

    def departure(self, state: DampingState, p: DampingParameters) -> Start:
        """See `Start`."""
        return start_of(state)

    def step(self, state: DampingState, p: DampingParameters, dt: float) -> None:
        """Let the coil act, precess and relax."""
        given, part = coefficients(p, dt / SUBSTEPS), dt / SUBSTEPS
        squares = state.squares if p.relaxation == "none" else NO_SQUARES
        for _ in range(SUBSTEPS):
            damped.step(state.mx, state.my, state.mz, circuit(p), part, given, squares)
        state.trail.leave(state.net)

    def timestep(self, p: DampingParameters) -> float:
        """A small part of the damping time, and at least 24 samples per turn."""
        fastest = abs(p.offset) + 3 * p.spread + abs(circuit(p).shift) / (2 * pi)
        return min(p.Trd / 150, 1 / (24 * fastest) if fastest > 0 else inf)

    def speed(self, p: DampingParameters) -> float:
        """Show T_rd in a second."""
        return p.Trd

    def observe(self, state: DampingState, p: DampingParameters) -> dict[str, float]:
        """Net magnetization, its voltage and frequency, mean length."""
        x, y, z = state.net
        m = np.stack([state.mx, state.my, state.mz])
        rate = damped.right_side(circuit(p), m, offsets(p)).mean(axis=1)
        rho = x * x + y * y
        turning = -(x * rate[1] - y * rate[0]) / rho / (2 * pi) if rho > 1e-24 else nan
        return {
            "voltage": float(y),
            "voltage_90": float(x),
            "transverse": sqrt(rho),
            "mz": float(z),
            "frequency": float(turning),
            "length": sqrt(float((m * m).sum()) / p.count),
        }

    def draw(self, state: DampingState, p: DampingParameters) -> tuple[Visual, ...]:
        """M, its path, the coil alight with its current, and the field of that."""
        every = slice(None, None, -(-p.count // DRAWN))
        spins = np.stack([state.mx[every], state.my[every], state.mz[every]], axis=1)
        net = state.net
        given = circuit(p)
        F = complex(net[0], net[1]) * (given.gain + 1j * given.shift) * p.Trd
        field = np.array([-F.imag, F.real, 0.0])
        return (
            fan(spins, ""),
            *path_and_vector(state.trail.path(net), net, "magnetization M"),
            Arrows(origins(1), float32(0.8 * field[None, :]), radius=0.025, color="y", label="field of the coil"),
            *coil(float(net[1])),
        )

    def stage(self, p: DampingParameters) -> Stage:
        """A Bloch sphere."""
        return Stage(
            bloch_sphere=True, axis_names=("x′", "y′", "z, B₀"), low=(-1.05, -1.05, -1.05), high=(1.05, 1.05, 1.2)
        )

    def caption(self, state: DampingState, p: DampingParameters) -> str:
        """Frame of reference, expected burst and threshold."""
        frame = f"rotating frame, {show(p.offset, 'Hz')} offset"
        if not p.closed:
            return f"{frame} · circuit open: no current"
        many = f" · {p.count} isochromats" if p.count > 1 else ""
        x, y, z = state.net
        alone = p.spread == 0 and p.relaxation == "none"
        burst = ""
        if alone and z < 0 and np.hypot(x, y) > 1e-9:
            delay = damped.burst_time(1 / circuit(p).gain, float(np.arctan2(np.hypot(x, y), z)))
            burst = f" · burst at {show(state.time + delay, 's', 3)}"
        threshold = 1 / (circuit(p).gain * circuit(p).T2)
        masers = f" · radiates by itself above {threshold:.2g} M₀ inverted" if threshold > 0 else ""
        relaxing = p.relaxation == "T1 and T2" and p.T2 > 2 * p.T1
        return f"{frame}{burst}{masers}{many}{' · T₂ > 2 T₁ is unphysical' if relaxing else ''}"


def line_span(p: DampingParameters) -> float:
    """Half of the spectrum shown [Hz]: some line widths."""
    rate = circuit(p).gain + abs(circuit(p).shift) + 1 / circuit(p).T2
    return max(1.6 * rate / pi if rate > 0 else 0.0, 8 * p.spread, 4.0)
