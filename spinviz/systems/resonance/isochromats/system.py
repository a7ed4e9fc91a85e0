"""Isochromats: proton magnetization tipped by pulses, dephasing, echoing and returning to equilibrium.

The state lives in the frame rotating at the Larmor frequency of B0; the laboratory frame is a way to look at it. Free
precession and pulses are exact jumps, so a step may have any length.
"""

from __future__ import annotations

from math import exp, inf, nan, pi, radians, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, now
from spinviz.model.plots import Spectrum, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import show
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.resonance import bloch
from spinviz.physics.resonance.bloch_laws import dephasing, effective_T2, lorentzian_line
from spinviz.systems.pictures.coil import coil
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.pictures.vectors import fan, path_and_vector
from spinviz.systems.resonance.common.frames import LAB, Look
from spinviz.systems.resonance.isochromats.state import (
    TRAIL,
    Coherence,
    IsochromatParameters,
    IsochromatState,
    decay_times,
    offsets_of,
    propagator,
    pulse,
)

Values = NDArray[np.float64]

LAB_TURNS = 1.5
"""Turns per second on screen that the laboratory frame is slowed down to."""
FEWEST = 256
"""Isochromats from which on their sum is close to the continuous law."""
EXACT_LIMIT = 5000
"""Isochromats up to which the exact sum is drawn ahead as a curve."""
DRAWN = 48
"""Isochromats drawn at most: a fan of more is a solid."""


def free_voltage(p: IsochromatParameters, d: Departure, t: Values) -> Values:
    """Normalised coil voltage (n,) at the times ``t`` after the last change: the closed forms of all isochromats.

    M+(t) = <M+(t0) exp(-i dw (t - t0))> exp(-(t - t0)/T2), Bloch, Phys. Rev. 70, 460 (1946); the voltage is its
    negative time derivative in the laboratory, where every isochromat turns with w0 + dw.
    """
    carrier, dw = PROTON_GYROMAGNETIC_RATIO * p.B0, offsets_of(p)
    m0 = d.start
    start = (m0[0] + 1j * m0[1]) * (1j * (carrier + dw) + 1 / p.T2) / carrier
    elapsed = np.asarray(t, dtype=np.float64) - d.time
    return -np.real(sums_of_phases(start, dw, elapsed)) / p.isochromats * np.exp(-elapsed / p.T2)


def sums_of_phases(start: NDArray[np.complex128], dw: Values, t: Values) -> NDArray[np.complex128]:
    """Sum over isochromats of start exp(-i dw t) (n,) at evenly spaced times: one exponential each for all of them."""
    phases = start * np.exp(-1j * dw * t[0])
    turn = np.exp(-1j * dw * (t[1] - t[0])) if len(t) > 1 else None
    sums = np.empty(len(t), dtype=np.complex128)
    for k in range(len(t)):
        sums[k] = phases.sum()
        if turn is not None:
            phases *= turn
    return sums


def ensemble_amplitude(state: IsochromatState, p: IsochromatParameters, t: Values) -> Values:
    """|M+| (n,) of infinitely many isochromats that follow one coherence: A exp(-(t - t0)/T2) D(t - tc), NaN without.

    D is the Fourier transform of the offset distribution, tc the centre of the echo.
    """
    c = state.coherence
    t = np.asarray(t, dtype=np.float64)
    return c.amplitude * np.exp(-(t - c.excited) / p.T2) * dephasing(t - c.centre, p.distribution, 2 * pi * p.spread)


def predicted_voltage(state: IsochromatState, p: IsochromatParameters, d: Departure, t: Values) -> Values:
    """The normalised coil voltage (n,) ahead of now; NaN before the last change."""
    ahead = t >= d.time - 1e-12
    curve = np.full(len(t), nan)
    if p.isochromats <= EXACT_LIMIT and ahead.any():
        curve[ahead] = free_voltage(p, d, t[ahead])
    return curve


def predicted_mz(state: IsochromatState, p: IsochromatParameters, d: Departure, t: Values) -> Values:
    """Mz/M0 = 1 + (Mz(t0) - 1) exp(-(t - t0)/T1) (n,); NaN before the last change."""
    return np.where(t >= d.time - 1e-12, 1 + (float(d.start[2].mean()) - 1) * np.exp(-(t - d.time) / p.T1), nan)


def predicted_transverse(state: IsochromatState, p: IsochromatParameters, d: Departure, t: Values) -> Values:
    """|M+| (n,) of the continuous distribution; NaN before the last change."""
    return np.where(t >= d.time - 1e-12, ensemble_amplitude(state, p, t), nan)


def recurrence(p: IsochromatParameters) -> float:
    """Time [s] after which neighbours in the middle of the distribution come back into phase."""
    if p.spread == 0 or p.isochromats < 2:
        return inf
    middle = np.sort(offsets_of(p))[p.isochromats // 2 - 1 : p.isochromats // 2 + 1]
    return float(2 * pi / max(middle[1] - middle[0], 1e-300))


def coherent(state: IsochromatState, p: IsochromatParameters, d: Departure) -> bool:
    """Whether one coherence from equilibrium is followed by enough isochromats for the continuous law."""
    distance = abs(state.time - state.coherence.centre)
    enough = p.isochromats >= FEWEST or p.spread == 0
    return not np.isnan(state.coherence.amplitude) and enough and distance < recurrence(p) / 40


def turned_phase(state: IsochromatState, p: IsochromatParameters, d: Departure) -> float:
    """Largest angle [rad] that an isochromat has turned since the last change."""
    return float(np.max(np.abs(offsets_of(p)))) * (state.time - d.time)


def saturated(state: IsochromatState, p: IsochromatParameters, d: Departure) -> bool:
    """Whether the last change left nothing along z."""
    return float(np.abs(d.start[2]).max()) < 1e-9


def ripple(p: IsochromatParameters) -> float:
    """Largest difference of |M+|/M0 of N quantiles from the continuous decay: their tails are sampled thinly.

    Found by summing them for N = 256 to 2000 up to recurrence/40: 1.15/sqrt(N) for a Lorentzian, 0.27/sqrt(N) for a
    Gaussian, 0.013/N for even offsets.
    """
    if p.spread == 0:
        return 1e-9
    if p.distribution == "uniform":
        return 0.1 / p.isochromats
    return (1.2 if p.distribution == "lorentzian" else 0.3) / sqrt(p.isochromats)


def decaying(state: IsochromatState, p: IsochromatParameters, d: Departure) -> bool:
    """Whether a Lorentzian ensemble decays freely."""
    return coherent(state, p, d) and p.distribution == "lorentzian" and state.time > state.coherence.centre


def decay_time(state: IsochromatState, p: IsochromatParameters, transverse: float) -> float:
    """T2* [s] read off the decay since all were in phase: elapsed / ln(A/|M+|); NaN too early or too late."""
    c = state.coherence
    start = c.amplitude * np.exp(-(c.centre - c.excited) / p.T2)
    elapsed = state.time - c.centre
    if not elapsed > 0 or not 0.25 < transverse / start < 0.8:
        return nan
    return float(elapsed / np.log(start / transverse))


class Isochromats(System[IsochromatParameters, IsochromatState]):
    """Bloch vectors with T1, T2 and a spread of offsets, tipped by hard pulses."""

    name = "isochromats"
    title = "Isochromats"
    chapter = "Magnetic resonance"
    order = 10
    summary = "Proton magnetization after radio-frequency pulses: free induction, recovery and echoes."
    notes = (
        "The vector spirals home: it loses its transverse part faster than it regains its longitudinal one. "
        "The coil hears only the first."
    )
    equation = (
        r"\frac{\mathrm{d}\mathbf{M}}{\mathrm{d}t} = \gamma\,\mathbf{M}\times\mathbf{B} "
        r"- \frac{M_x\hat{x}+M_y\hat{y}}{T_2} - \frac{M_z-M_0}{T_1}\hat{z}"
    )
    Parameters = IsochromatParameters
    observables = (
        Observable("voltage", "Coil voltage (normalised)", "U/U₀"),
        Observable("voltage_90", "Coil voltage, second channel", "U_90/U₀"),
        Observable("transverse", "Transverse magnetization", "|M_xy|/M₀"),
        Observable("mz", "Longitudinal magnetization", "M_z/M₀"),
        Observable("T2star", "Apparent decay time", "T_2^*", "s"),
    )
    plots = (
        Trace("fid", "Coil voltage (normalised)", ("voltage",), -1.05, 1.05, window=lambda p: 10 * p.T2 / 3),
        Trace("relaxation", "Magnetization", ("transverse", "mz"), -1.05, 1.05, window=lambda p: 10 * p.T2 / 3),
        Spectrum(
            "spectrum", "Spectrum", "voltage", "voltage_90",
            span=lambda p: (p.offset - line_span(p), p.offset + line_span(p)),
        ),
    )  # fmt: skip
    laws = (
        Law(
            "precession", "Free precession", "voltage",
            theory=lambda s, p, d: float(free_voltage(p, d, np.array([s.time]))[0]),
            latex=r"M_+(t)=\langle M_+(0)\,e^{-i\,\delta\omega\,t}\rangle\,e^{-t/T_2}",
            validity="Between two pulses, with the parameters unchanged.",
            tolerance=1e-12,
            because="Rounding of some thousand exact steps of 1e-16 each, and of the phases turned since the pulse.",
            reference="Bloch, Phys. Rev. 70, 460 (1946)",
            check=Check(0.4, actions=((0.0, "90x"),)), scale=lambda s, p, d: 1 + 1e-2 * turned_phase(s, p, d),
            curve=predicted_voltage, plots=("fid",),
        ),
        Law(
            "recovery", "Longitudinal recovery", "mz",
            theory=now(predicted_mz),
            latex=r"M_z(t)=M_0+(M_z(0)-M_0)\,e^{-t/T_1}",
            validity="Between two pulses, with the parameters unchanged.",
            tolerance=1e-12, because="Rounding of some thousand exact steps of 1e-16 each.",
            reference="Bloch, Phys. Rev. 70, 460 (1946)",
            check=Check(1.0, preset="inversion_recovery"),
            curve=predicted_mz, plots=("relaxation",),
        ),
        Law(
            "saturation", "Saturation recovery", "mz",
            theory=lambda s, p, d: 1 - exp(-(s.time - d.time) / p.T1),
            latex=r"M_z(t)=M_0\left(1-e^{-t/T_1}\right)",
            validity="After a 90° pulse that left nothing along z, until the next pulse.",
            tolerance=1e-12, because="Rounding of some thousand exact steps of 1e-16 each.",
            reference="Markley, Horsley and Klein, J. Chem. Phys. 55, 3604 (1971)",
            check=Check(0.98, preset="saturation_recovery"), holds=saturated,
        ),
        Law(
            "dephasing", "Dephasing and echo", "transverse",
            theory=now(predicted_transverse),
            latex=r"|M_{xy}|(t)=A\,e^{-t/T_2}\,D(t-t_\mathrm{echo})",
            validity="One excitation from equilibrium, then only 180° pulses; 256 or more isochromats.",
            tolerance=1.0, because="In units of the ripple that N quantiles leave about the continuous decay.",
            reference="Hahn, Phys. Rev. 80, 580 (1950)",
            check=Check(0.3, {"isochromats": 10_000}, preset="hahn_echo"),
            scale=lambda s, p, d: ripple(p), holds=coherent, curve=predicted_transverse, plots=("relaxation",),
        ),
        Law(
            "T2star", "Effective relaxation time and line", "T2star",
            theory=lambda s, p, d: effective_T2(p.T2, 2 * pi * p.spread),
            latex=r"\frac{1}{T_2^*}=\frac{1}{T_2}+\Gamma,\quad \mathrm{FWHM}=\frac{1}{\pi T_2^*}",
            validity="Free decay of a Lorentzian spread; its spectrum is a line of this width.",
            tolerance=1.2, because="In units of the ripple of N quantiles, seen between 80 % and 25 % of the decay.",
            reference="Abragam, The Principles of Nuclear Magnetism, chapter IV",
            check=Check(0.2, {"isochromats": 10_000}, actions=((0.0, "90x"),)),
            scale=lambda s, p, d: ripple(p) * effective_T2(p.T2, 2 * pi * p.spread),
            holds=decaying, plots=("spectrum",),
            curve=lambda s, p, d, f: np.real(lorentzian_line(f, p.offset, effective_T2(p.T2, 2 * pi * p.spread))),
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "fid", "Free induction", "A 90° pulse, then free precession: the signal of every magnetic resonance.",
            actions=((0.0, "reset"), (0.0, "90x")), repeat=0.48, speed=0.04, length=0.40,
        ),
        Preset(
            "inversion_recovery", "Inversion recovery", "A 180° pulse turns M over; it comes back through zero.",
            parameters={"T1": 0.26, "T2": 0.08, "offset": 8.0},
            actions=((0.0, "reset"), (0.0, "180x"), (0.18, "90x"), (0.18 + 0.5, "spoil")), repeat=1.1, speed=0.08,
            length=1.0,
            notes="M shrinks through the origin without leaving the z axis: at the null T₁ ln 2 a 90° pulse "
            "finds nothing to tip. Read out earlier and the signal is negative, later and it is positive.",
        ),
        Preset(
            "saturation_recovery", "Saturation recovery", "90° pulses at longer and longer waiting times.",
            parameters={"T1": 0.26, "T2": 0.08, "offset": 12.0},
            actions=(
                (0.0, "reset"), (0.0, "90x"), (0.1, "spoil"), (0.1, "90x"), (0.3, "spoil"), (0.3, "90x"),
                (0.65, "spoil"), (0.65, "90x"),
            ), repeat=1.0, speed=0.08, length=0.95,
            notes="Each 90° pulse reads out what has grown along z and sets it to zero again: the signals follow "
            "1 − e^(−t/T₁) of the waiting times before them. Who reads out in a hurry hears little.",
        ),
        Preset(
            "hahn_echo", "Hahn echo", "A 180° pulse at τ turns the fan round: at 2τ all isochromats meet again.",
            parameters={"T1": 0.5, "T2": 0.15, "offset": 0.0, "spread": 8.0},
            actions=((0.0, "reset"), (0.0, "90x"), (0.06, "180y")), repeat=0.3, speed=0.02, length=0.24,
            notes="The fast ones run ahead until the 180° pulse puts them behind: at twice the waiting time all meet "
            "and the signal returns. What T₂ took does not come back.",
        ),
    )  # fmt: skip
    actions = (
        Action("90x", "90° x", "Rotate by 90° about x, at once.", lambda s, p: pulse(s, p, pi / 2, 0.0)),
        Action("90y", "90° y", "Rotate by 90° about y, at once.", lambda s, p: pulse(s, p, pi / 2, pi / 2)),
        Action("180x", "180° x", "Rotate by 180° about x, at once.", lambda s, p: pulse(s, p, pi, 0.0)),
        Action("180y", "180° y", "Rotate by 180° about y, at once.", lambda s, p: pulse(s, p, pi, pi / 2)),
        Action("flip", "α x", "Rotate by the flip angle about x.", lambda s, p: pulse(s, p, radians(p.flip), 0.0)),
        Action("spoil", "Spoil", "Destroy the transverse magnetization.", lambda s, p: Isochromats.spoil(s, p)),
        Action("reset", "Reset M", "Back to equilibrium along z.", lambda s, p: Isochromats.reset(s, p)),
    )

    def initial_state(self, p: IsochromatParameters, rng: np.random.Generator) -> IsochromatState:
        """Equilibrium along z."""
        zeros, ones = np.zeros(p.isochromats), np.ones(p.isochromats)
        return IsochromatState(zeros, zeros.copy(), ones, Coherence(), Trail.of(TRAIL, 4), Look.at(p.frame))

    def changed(self, state: IsochromatState, p: IsochromatParameters, before: IsochromatParameters) -> None:
        """A coherence that began with other parameters is not followed any more."""
        state.coherence = Coherence()

    def departure(self, state: IsochromatState, p: IsochromatParameters) -> Values:
        """Magnetization (3, N)."""
        return np.stack([state.mx, state.my, state.mz])

    def step(self, state: IsochromatState, p: IsochromatParameters, dt: float) -> None:
        """Precess and relax exactly."""
        bloch.turn(state.mx, state.my, state.mz, *propagator(p, dt))
        end = state.time + dt
        state.look.go_on(p.frame, dt / self.speed(p), angles(p, end)[0])
        state.trail.leave((end, *state.net))

    @staticmethod
    def spoil(state: IsochromatState, p: IsochromatParameters) -> None:
        """Set the transverse magnetization of every isochromat to zero."""
        state.mx[:] = 0.0
        state.my[:] = 0.0
        state.coherence = Coherence()

    @staticmethod
    def reset(state: IsochromatState, p: IsochromatParameters) -> None:
        """Return to equilibrium and forget the path."""
        state.mz[:] = 1.0
        state.trail.begin()
        Isochromats.spoil(state, p)

    def timestep(self, p: IsochromatParameters) -> float:
        """A two-hundredth of a second on screen, and at least 16 samples per turn of M."""
        fastest = abs(p.offset) + 3 * p.spread
        return min(p.T2 / 600, 1 / (16 * fastest) if fastest > 0 else inf)

    def speed(self, p: IsochromatParameters) -> float:
        """Show T2 in three seconds."""
        return p.T2 / 3

    def observe(self, state: IsochromatState, p: IsochromatParameters) -> dict[str, float]:
        """Net magnetization and the voltage it induces."""
        sums = np.empty(7)
        bloch.signal_sums(state.mx, state.my, state.mz, decay_times(p.isochromats, p.T2), offsets_of(p), sums)
        sums /= p.isochromats
        m, decay, turning = complex(sums[0], sums[1]), complex(sums[3], sums[4]), complex(sums[5], sums[6])
        carrier = PROTON_GYROMAGNETIC_RATIO * p.B0
        # emf = -dM+/dt in the laboratory, divided by its largest value; the receiver's phase makes +y real.
        voltage = -(1j * (carrier * m + turning) + decay).conjugate() / carrier
        return {
            "voltage": voltage.real,
            "voltage_90": voltage.imag,
            "transverse": abs(m),
            "mz": float(sums[2]),
            "T2star": decay_time(state, p, abs(m)),
        }

    def draw(self, state: IsochromatState, p: IsochromatParameters) -> tuple[Visual, ...]:
        """The isochromats, M and its path in the chosen frame."""
        look = state.look if state.look.frame == p.frame else Look.at(p.frame)  # paused: the frame was just chosen
        now = angles(p, state.time)
        every = slice(None, None, -(-p.isochromats // DRAWN))
        vectors = np.stack([state.mx[every], state.my[every], state.mz[every]], axis=1)
        directions, net = look.seen(vectors, now), look.seen(state.net[None, :], now)
        path = state.trail.path((state.time, *state.net))
        return (
            fan(directions),
            *path_and_vector(look.seen(path[:, 1:], angles(p, path[:, 0])), net),
            *(coil(float(net[0, 1])) if p.coil else ()),
        )

    def stage(self, p: IsochromatParameters) -> Stage:
        """A Bloch sphere."""
        names = ("x", "y", "z, B₀") if p.frame == "laboratory" else ("x′", "y′", "z, B₀")
        return Stage(bloch_sphere=True, axis_names=names, low=(-1.05, -1.05, -1.05), high=(1.05, 1.05, 1.2))

    def caption(self, state: IsochromatState, p: IsochromatParameters) -> str:
        """Frame of reference and numbers."""
        larmor = show(PROTON_GYROMAGNETIC_RATIO * p.B0 / (2 * pi), "Hz")
        frame = f"rotating frame, {show(p.offset, 'Hz')} offset"
        if p.frame == "laboratory":
            frame = f"laboratory frame, {larmor} slowed to {LAB_TURNS:g} turns a second"
        every = -(-p.isochromats // DRAWN)
        drawn = f" ({len(range(0, p.isochromats, every))} drawn)" if every > 1 else ""
        again = recurrence(p)
        few = f" · so few meet again every {show(again, 's', 2)}" if again < 5 * p.T2 else ""
        unphysical = " · T₂ > 2 T₁ is unphysical" if p.T2 > 2 * p.T1 else ""
        return f"{frame} · {p.isochromats} isochromats{drawn}{few}{unphysical}"


def line_span(p: IsochromatParameters) -> float:
    """Half of the spectrum shown [Hz]: some line widths."""
    return max(10 / (pi * p.T2), 8 * p.spread, 4.0)


def angles(p: IsochromatParameters, t: float | Values) -> Values:
    """Angles (n, 5) of `frames` at the times ``t``: seen from the rotating frame, the laboratory turns."""
    times = np.atleast_1d(np.asarray(t, dtype=np.float64))
    found = np.zeros((len(times), 5))
    found[:, LAB] = -2 * pi * LAB_TURNS / Isochromats().speed(p) * times
    return found
