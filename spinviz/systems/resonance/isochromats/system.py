"""Isochromats: proton magnetization tipped by pulses, dephasing, echoing and returning to equilibrium.

The state lives in the frame rotating at the Larmor frequency of B0; the laboratory frame is a way to look at it. Free
precession and pulses are exact jumps, so a step may have any length.
"""

from __future__ import annotations

from math import pi, radians

import numpy as np
from numpy.typing import NDArray

from spinviz.model.abilities import TurnsWhilePaused
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import show
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.resonance import bloch
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.resonance.common.frames import Look
from spinviz.systems.resonance.common.landmarks import echo, null
from spinviz.systems.resonance.isochromats.laws import LAWS, SYMBOLS, decay_time
from spinviz.systems.resonance.isochromats.parameters import IsochromatParameters, lens, offsets_of, recurrence, step_of
from spinviz.systems.resonance.isochromats.picture import DRAWN, picture
from spinviz.systems.resonance.isochromats.plots import PLOTS
from spinviz.systems.resonance.isochromats.state import (
    LAB_TURNS,
    TRAIL,
    Coherence,
    IsochromatState,
    angles,
    decay_times,
    propagator,
    pulse,
    refocused,
    reset,
    spoil,
)

Values = NDArray[np.float64]

RIPPLE = 0.4
"""An echo rises and falls by this part: the wings of a Lorentzian line, sampled by few isochromats, leave ripples."""


class Isochromats(
    System[IsochromatParameters, IsochromatState], TurnsWhilePaused[IsochromatState, IsochromatParameters]
):
    """Bloch vectors with T1, T2 and a spread of offsets, tipped by hard pulses."""

    name = "isochromats"
    title = "Isochromats"
    chapter = "Magnetic resonance"
    order = 10
    summary = "Proton magnetization after radio-frequency pulses: free induction, recovery and echoes."
    notes = (
        "M spirals back to equilibrium: its transverse part decays faster than its longitudinal part recovers. The "
        "coil detects only the transverse part."
    )
    equation = (
        r"\frac{\mathrm{d}\mathbf{M}}{\mathrm{d}t} = \gamma\,\mathbf{M}\times\mathbf{B} "
        r"- \frac{M_x\hat{x}+M_y\hat{y}}{T_2} - \frac{M_z-M_0}{T_1}\hat{z}"
    )
    Parameters = IsochromatParameters
    observables = (
        Observable("voltage", "Coil voltage (normalised)", "U/U₀"),
        Observable("voltage_90", "Coil voltage, in quadrature", "U_90/U₀"),
        Observable("transverse", "Transverse magnetization", "|M_xy|/M₀"),
        Observable("mz", "Longitudinal magnetization", "M_z/M₀"),
        Observable("T2star", "Apparent decay time", "T_2^*", "s"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    presets = (
        Preset(
            "fid", "Free induction", "A 90° pulse, then free precession: the signal of every magnetic resonance.",
            actions=((0.0, "reset"), (0.0, "90x")), repeat=0.48, speed=0.04, length=0.40,
        ),
        Preset(
            "inversion_recovery", "Inversion recovery", "A 180° pulse inverts M; it recovers through zero.",
            parameters={"T1": 0.26, "T2": 0.08, "offset": 8.0, "spread": 1.0},
            actions=((0.0, "reset"), (0.0, "180x"), (0.18, "90x"), (0.18 + 0.5, "spoil")), repeat=1.1, speed=0.08,
            length=1.0,
            notes="M shrinks through zero without leaving the z axis: at the null, T₁ ln 2, a 90° pulse finds "
            "nothing to rotate. Read out earlier and the signal is negative, later and it is positive.",
        ),
        Preset(
            "saturation_recovery", "Saturation recovery", "90° pulses after longer and longer delays.",
            parameters={"T1": 0.26, "T2": 0.08, "offset": 12.0, "spread": 1.0},
            actions=(
                (0.0, "reset"), (0.0, "90x"), (0.1, "spoil"), (0.1, "90x"), (0.3, "spoil"), (0.3, "90x"),
                (0.65, "spoil"), (0.65, "90x"),
            ), repeat=1.0, speed=0.08, length=0.95,
            notes="Each 90° pulse reads out what has recovered along z and sets it to zero again: the signals "
            "follow 1 − e^(−t/T₁) of the delays before them. A short delay leaves little signal.",
        ),
        Preset(
            "hahn_echo", "Hahn echo", "A 180° pulse at τ reverses the phases: at 2τ all isochromats are in phase "
            "again.",
            parameters={"T1": 0.5, "T2": 0.15, "offset": 0.0, "spread": 8.0},
            actions=((0.0, "reset"), (0.0, "90x"), (0.06, "180y")), repeat=0.3, speed=0.02, length=0.24,
            notes="Fast isochromats lead until the 180° pulse puts them behind by the same angle: at 2τ all are in "
            "phase and the signal returns. What was lost by T₂ does not return.",
        ),
    )  # fmt: skip
    actions = (
        Action("90x", "90° x", "Rotate by 90° about x, at once.", lambda s, p: pulse(s, p, pi / 2, 0.0)),
        Action("90y", "90° y", "Rotate by 90° about y, at once.", lambda s, p: pulse(s, p, pi / 2, pi / 2)),
        Action("180x", "180° x", "Rotate by 180° about x, at once.", lambda s, p: pulse(s, p, pi, 0.0)),
        Action("180y", "180° y", "Rotate by 180° about y, at once.", lambda s, p: pulse(s, p, pi, pi / 2)),
        Action("flip", "α x", "Rotate by the flip angle about x.", lambda s, p: pulse(s, p, radians(p.flip), 0.0)),
        Action("spoil", "Spoil", "Destroy the transverse magnetization.", lambda s, p: spoil(s, p)),
        Action("reset", "Reset M", "Reset M to equilibrium along z.", lambda s, p: reset(s, p)),
    )

    landmarks = (echo(lambda s, p: refocused(s), RIPPLE), null())

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
        state.look.go_on(p.frame, dt / lens(p), angles(p, end)[0])
        state.trail.leave((end, *state.net))

    def turn(self, state: IsochromatState, p: IsochromatParameters, seconds: float) -> bool:
        """See `Look.turn`."""
        return state.look.turn(p.frame, seconds, angles(p, state.time)[0])

    def timestep(self, p: IsochromatParameters) -> float:
        """A two-hundredth of a second on screen, and at least 16 samples per turn of M."""
        return step_of(p)

    def speed(self, p: IsochromatParameters) -> float:
        """See `lens`."""
        return lens(p)

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
        return picture(state, p)

    def stage(self, p: IsochromatParameters) -> Stage:
        """A Bloch sphere."""
        names = ("x", "y", "z, B₀") if p.frame == "laboratory" else ("x′", "y′", "z, B₀")
        return Stage(bloch_sphere=True, axis_names=names, low=(-1.05, -1.05, -1.05), high=(1.05, 1.05, 1.2))

    def caption(self, state: IsochromatState, p: IsochromatParameters) -> str:
        """Frame of reference and numbers."""
        larmor = show(PROTON_GYROMAGNETIC_RATIO * p.B0 / (2 * pi), "Hz")
        frame = f"rotating frame, {show(p.offset, 'Hz')} offset"
        if p.frame == "laboratory":
            frame = f"laboratory frame, {larmor} slowed to {LAB_TURNS:g} revolutions a second"
        every = -(-p.isochromats // DRAWN)
        drawn = f" ({len(range(0, p.isochromats, every))} drawn)" if every > 1 else ""
        again = recurrence(p)
        few = f" · so few are in phase again every {show(again, 's', 2)}" if again < 5 * p.T2 else ""
        unphysical = " · T₂ > 2 T₁ is unphysical" if p.T2 > 2 * p.T1 else ""
        return f"{frame} · {p.isochromats} isochromats{drawn}{few}{unphysical}"
