"""Radiation damping: the coil hears the magnetization, and its current turns the magnetization back to equilibrium.

Steps are symmetric compositions of exact rotations in the frame of the carrier; pulses are hard.
"""

from __future__ import annotations

from math import inf, nan, pi, radians, sqrt

import numpy as np

from spinviz.model.landmark import Landmark
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import show
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.resonance import radiation_damping as damped
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.resonance.common.landmarks import null
from spinviz.systems.resonance.radiation_damping.laws import LAWS, SYMBOLS
from spinviz.systems.resonance.radiation_damping.parameters import DampingParameters, circuit, offsets
from spinviz.systems.resonance.radiation_damping.picture import picture
from spinviz.systems.resonance.radiation_damping.plots import PLOTS
from spinviz.systems.resonance.radiation_damping.state import (
    TRAIL,
    DampingState,
    Start,
    coefficients,
    measure,
    pulse,
    reset,
    spoil,
    start_of,
)

SUBSTEPS = 2
"""Steps of the method in one sample."""
NO_SQUARES = np.zeros(0)


class RadiationDamping(System[DampingParameters, DampingState]):
    """A magnetization in a coil whose current acts back."""

    name = "radiation_damping"
    title = "Radiation damping"
    chapter = "Magnetic resonance"
    order = 100
    summary = "The current in the coil acts back on the magnetization: bursts, broad lines and masers."
    notes = (
        "The transverse magnetization induces a current; the field of the current, at right angles to it, rotates "
        "M towards +z. The energy that M loses heats the coil."
    )
    equation = (
        r"\frac{\mathrm{d}M^+}{\mathrm{d}t}=-i\omega M^+-\frac{1+id}{(1+d^2)T_\mathrm{rd}}\langle M^+\rangle M_z"
        r"-\frac{M^+}{T_2}"
    )
    Parameters = DampingParameters
    observables = (
        Observable("voltage", "Coil voltage (normalised)", "U/U₀"),
        Observable("voltage_90", "Coil voltage, in quadrature", "U_90/U₀"),
        Observable("transverse", "Transverse magnetization", "|M_xy|/M₀"),
        Observable("mz", "Longitudinal magnetization", "M_z/M₀"),
        Observable("frequency", "Frequency of the signal", "f", "Hz"),
        Observable("length", "Length of the isochromats", "|m|"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    presets = (
        Preset(
            "burst", "Delayed burst", "Almost inverted, M stays for a while and then returns in one burst.",
            parameters={"flip": 179.0}, actions=((0.0, "reset"), (0.0, "flip")), repeat=0.32, speed=0.03, length=0.25,
            notes="Exactly inverted M gives no signal. The one degree that is missing induces a current, which "
            "rotates M further: the signal grows, peaks after ln tan(θ₀/2) damping times and leaves M at rest "
            "along B₀.",
        ),
        Preset(
            "after_90", "After a 90° pulse", "No relaxation, and yet the signal decays: a hyperbolic secant.",
            actions=((0.0, "reset"), (0.0, "90x")), repeat=0.2, speed=0.02, length=0.14,
            notes="M keeps its length and is rotated towards +z by the field of its own current, the arrow at "
            "right angles to it.",
        ),
        Preset(
            "small_flip", "Broad line", "After a small pulse the decay is exponential: both rates add up.",
            parameters={"flip": 20.0, "relaxation": "T2"}, actions=((0.0, "reset"), (0.0, "flip")), repeat=0.2,
            speed=0.02, length=0.14,
            notes="The line is eleven times as broad as T₂ makes it. Open the circuit and it is narrow again: the "
            "coil broadens it, not the sample.",
        ),
        Preset(
            "open", "Open circuit", "The same sample without a current: the voltage is measured, nothing acts back.",
            parameters={"flip": 90.0, "relaxation": "T2", "closed": False}, actions=((0.0, "reset"), (0.0, "flip")),
            repeat=0.6, speed=0.06, length=0.5,
            notes="Without a current M stays in the plane and decays with T₂. Close the circuit during the decay: "
            "M is rotated towards +z within the damping time.",
        ),
        Preset(
            "chirp", "Chirp of a detuned coil", "The coil is detuned by half its width and pulls the frequency.",
            parameters={"flip": 179.0, "detuning": 1.0, "offset": 0.0}, actions=((0.0, "reset"), (0.0, "flip")),
            repeat=0.6, speed=0.05, length=0.45,
            notes="As M goes from pole to pole the frequency sweeps through the line: the burst is a chirp, and "
            "its spectrum is not a Lorentzian.",
        ),
        Preset(
            "spread", "Spread of offsets", "An inhomogeneous field dephases the isochromats during the burst.",
            parameters={"flip": 175.0, "spread": 4.0, "offset": 0.0, "Trd": 0.015},
            actions=((0.0, "reset"), (0.0, "flip")), repeat=0.6, speed=0.03, length=0.35,
            notes="All isochromats feel the field of the common current, but they dephase: those out of phase are "
            "not rotated towards +z any more, and M stops short of equilibrium.",
        ),
        Preset(
            "threshold", "Below threshold", "T₂ is shorter than the damping time: inverted M gives no burst.",
            parameters={"flip": 175.0, "relaxation": "T2", "T2": 0.015}, actions=((0.0, "reset"), (0.0, "flip")),
            repeat=0.3, speed=0.02, length=0.2,
            notes="The signal decays faster than the current can build it up. Increase T₂ beyond the damping time "
            "and the burst appears: this is the threshold of a maser.",
        ),
        Preset(
            "maser", "Pumped maser", "A pump restores the inversion: burst after burst, then a steady tone.",
            parameters={"flip": 179.0, "relaxation": "T1 and T2", "T1": 0.6, "T2": 0.1, "M0": -1.0},
            actions=((0.0, "reset"), (0.0, "flip")), speed=0.12, length=2.4,
            notes="Each burst uses up the inversion, and the pump restores it. In the end gain and loss balance: "
            "the inversion stays at its threshold and the signal is steady.",
        ),
    )  # fmt: skip
    actions = (
        Action("flip", "α x", "Rotate by the flip angle about x.", lambda s, p: pulse(s, p, radians(p.flip))),
        Action("90x", "90° x", "Rotate by 90° about x, at once.", lambda s, p: pulse(s, p, pi / 2)),
        Action("180x", "180° x", "Rotate by 180° about x, at once.", lambda s, p: pulse(s, p, pi)),
        Action("spoil", "Spoil", "Destroy the transverse magnetization.", spoil),
        Action("reset", "Reset M", "Reset M to equilibrium along z.", reset),
    )

    landmarks = (
        Landmark(
            "burst", "burst", "The signal that grew by its own current has its maximum.", "maximum",
            lambda s, p, seen: seen["transverse"], 0.01, shows="transverse",
        ),
        null(),
    )  # fmt: skip

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
        """A small part of the damping time and of T2, and at least 24 samples per turn.

        A step makes an error of (dt/T2)^4 T2/Trd.
        """
        fastest = abs(p.offset) + 3 * p.spread + abs(circuit(p).shift) / (2 * pi)
        decay = p.T2 / 80 * (p.Trd / p.T2) ** 0.25 if p.relaxation != "none" else inf
        return min(p.Trd / 150, decay, 1 / (24 * fastest) if fastest > 0 else inf)

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
        return picture(state, p)

    def stage(self, p: DampingParameters) -> Stage:
        """A Bloch sphere."""
        return Stage(
            bloch_sphere=True, axis_names=("x′", "y′", "z, B₀"), low=(-1.05, -1.05, -1.05), high=(1.05, 1.05, 1.2)
        )

    def caption(self, state: DampingState, p: DampingParameters) -> str:
        """Frame of reference, number of isochromats."""
        frame = f"rotating frame, {show(p.offset, 'Hz')} offset"
        if not p.closed:
            return f"{frame} · circuit open: no current"
        many = f" · {p.count} isochromats" if p.count > 1 else ""
        relaxing = p.relaxation == "T1 and T2" and p.T2 > 2 * p.T1
        return f"{frame}{many}{' · T₂ > 2 T₁ is unphysical' if relaxing else ''}"

    def foretold(self, state: DampingState, p: DampingParameters) -> str:
        """The burst and the threshold of the maser."""
        if not p.closed:
            return ""
        x, y, z = state.net
        alone, told = p.spread == 0 and p.relaxation == "none", []
        if alone and z < 0 and np.hypot(x, y) > 1e-9:
            # The current is as large as M: a shorter M damps itself more slowly.
            pace = circuit(p).gain * float(np.hypot(np.hypot(x, y), z))
            delay = damped.burst_time(1 / pace, float(np.arctan2(np.hypot(x, y), z)))
            told.append(f"burst at {show(state.time + delay, 's', 3)}")
        threshold = 1 / (circuit(p).gain * circuit(p).T2)
        if threshold > 0:
            told.append(f"maser above an inversion of {threshold:.2g} M₀")
        return " · ".join(told)
