"""Macrospins: the Landau-Lifshitz-Gilbert equation of one magnetized particle, or of many with thermal noise."""

from __future__ import annotations

from math import ceil, cos, inf, pi, radians, sin

import numpy as np
from numpy.typing import NDArray

from spinviz.model.landmark import Landmark
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.constants import BOLTZMANN, ELECTRON_GYROMAGNETIC_RATIO, ELECTRON_VOLT
from spinviz.physics.moments import macrospin
from spinviz.physics.stepping import thermal_field
from spinviz.systems.dynamics.macrospin.laws import LAWS, SETTLE, SYMBOLS
from spinviz.systems.dynamics.macrospin.parameters import MacrospinParameters, lens
from spinviz.systems.dynamics.macrospin.picture import picture
from spinviz.systems.dynamics.macrospin.plots import PLOTS
from spinviz.systems.dynamics.macrospin.state import TRAIL, MacrospinState, applied_field, field_axis, kick
from spinviz.systems.pictures.trail import Trail

Values = NDArray[np.float64]

RESOLUTION = 1920
"""Runge-Kutta steps in one turn: their error is 1e-11 of a turn."""
REVERSED = 0.1
"""What changes its sign by heat alone has been nearer to zero."""
STEPS_PER_SECOND = 240
"""Steps in one turn or in one second on screen, whichever is longer."""


class Macrospin(System[MacrospinParameters, MacrospinState]):
    """One magnetized particle, or many."""

    name = "macrospin"
    title = "Macrospin"
    chapter = "Dynamics"
    order = 10
    summary = "Precession, damping and switching of a magnetized particle within nanoseconds."
    notes = (
        "The field does not pull the moment towards itself: it makes the moment precess. Only damping lets it "
        "spiral in, and the energy falls with every revolution."
    )
    equation = (
        r"\frac{\mathrm{d}\mathbf{m}}{\mathrm{d}t} = -\gamma\,\mathbf{m}\times\mathbf{B} "
        r"+ \alpha\,\mathbf{m}\times\frac{\mathrm{d}\mathbf{m}}{\mathrm{d}t},\quad "
        r"\mathbf{B} = \mathbf{B}_0 + B_k m_z\hat{z}"
    )
    Parameters = MacrospinParameters
    observables = (
        Observable("mx", "Component along x", "m_x"),
        Observable("my", "Component along y", "m_y"),
        Observable("mz", "Component along the easy axis", "m_z"),
        Observable("mz2", "Mean square along the easy axis", "⟨m_z²⟩"),
        Observable("along", "Component along the field", "m_B"),
        Observable("field", "Applied field", "B", "T"),
        Observable("energy", "Energy of a particle", "E", "eV"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    presets = (
        Preset(
            "precession", "Precession and damping", "A moment spirals into the field.", length=1.4e-9, speed=1.4e-10,
        ),
        Preset(
            "switching", "Switching", "A field opposite to the moment: a slow start, then a fast reversal.",
            parameters={"B": -0.25, "Bk": 0.15, "start": 5.0, "alpha": 0.08}, length=2.5e-9, speed=2.5e-10,
            notes="Exactly along the axis there is no torque, so the moment starts 5° away. The spiral opens "
            "slowly, crosses the equator within one revolution and closes around the opposite direction.",
        ),
        Preset(
            "hard_axis", "Hard-axis loop", "The field oscillates at right angles to the easy axis: magnetization "
            "without hysteresis.",
            parameters={"B": 0.3, "Bk": 0.2, "tilt": 90.0, "period": 4e-8, "alpha": 0.5, "start": 60.0, "T": 1.0,
                "diameter": 2.5e-8,
            },
            length=4e-8, speed=2.5e-9,
            notes="A field at right angles to the easy axis only rotates the moment: m = B/Bk up to saturation at "
            "Bk, back and forth on the same line. Thermal noise at 1 K decides to which side the moment returns.",
        ),
        Preset(
            "easy_axis", "Easy-axis loop", "The field oscillates a little off the easy axis: a loop with jumps.",
            parameters={"B": 0.3, "Bk": 0.2, "tilt": 5.0, "period": 2e-8, "alpha": 0.5, "start": 3.0},
            length=4e-8, speed=2.5e-9,
            notes="The moment stays opposite to the field until the energy barrier vanishes, then it jumps. The "
            "area of the loop is the energy dissipated in one cycle.",
        ),
        Preset(
            "thermal", "Superparamagnetism", "Small particles at room temperature: thermal switching over the energy "
            "barrier.",
            parameters={
                "B": 0.0, "Bk": 0.06, "T": 300.0, "count": 400, "diameter": 1e-8, "alpha": 0.2, "start": 20.0,
            },
            length=1e-7, speed=4e-9,
            notes="Each moment keeps its length; only their mean decays. All start near the north pole and cross "
            "the barrier by thermal activation until both poles are equally populated.",
        ),
    )  # fmt: skip
    actions = (
        Action("reverse", "Reverse the field", "Change the sign of the applied field.", lambda s, p: p.change(B=-p.B)),
        Action("kick", "Kick", "Rotate every moment by 20° about y.", lambda s, p: kick(s)),
        Action("cross", "Field to 90°", "Rotate the field to 90°.", lambda s, p: p.change(tilt=90.0)),
        Action("align", "Field to z", "Rotate the field back to the easy axis.", lambda s, p: p.change(tilt=0.0)),
    )

    landmarks = (
        Landmark(
            "reversal", "reversal", "The component along the easy axis changes its sign.", "zero",
            lambda s, p, seen: seen["mz"], REVERSED, shows="field",
        ),
        Landmark(
            "coercive", "coercive field", "The component along the oscillating field changes its sign.", "zero",
            lambda s, p, seen: seen["along"], REVERSED, when=lambda p: p.period > 0 and p.B != 0, shows="field",
        ),
        Landmark(
            "no_field", "zero of the field", "The oscillating field changes its sign: what is left is the remanence.",
            "zero", lambda s, p, seen: seen["field"] / p.B, REVERSED, when=lambda p: p.period > 0 and p.B != 0,
            shows="along",
        ),
    )  # fmt: skip

    def initial_state(self, p: MacrospinParameters, rng: np.random.Generator) -> MacrospinState:
        """All moments at the starting angle in the xz plane; exactly at a pole nothing moves them but noise."""
        across = sin(radians(p.start)) if 0 < p.start < 180 else 0.0
        phi = rng.uniform(0, 2 * pi, p.count) if p.count > 1 else np.zeros(1)
        m = np.stack([across * np.cos(phi), across * np.sin(phi), np.full(p.count, cos(radians(p.start)))], axis=1)
        spins = macrospin.Macrospins.from_vectors(m, key=int(rng.integers(2**62)))
        return MacrospinState(spins, Trail.of(TRAIL, 3))

    def departure(self, state: MacrospinState, p: MacrospinParameters) -> Values:
        """The first particle (3,)."""
        return state.spins.m[:, 0]

    def settle(self, state: MacrospinState, p: MacrospinParameters) -> float:
        """Some relaxation times of what the laws speak of."""
        return SETTLE

    def step(self, state: MacrospinState, p: MacrospinParameters, dt: float) -> None:
        """Runge-Kutta steps in the field at the middle of each."""
        steps = RESOLUTION / p.turn if p.T == 0 else max(RESOLUTION / 16 / p.turn, 250 * p.diffusion)
        inner = ceil(dt * steps)
        dt_inner = dt / inner
        noise = thermal_field(p.alpha, BOLTZMANN * p.T, p.moment, dt_inner) if p.T > 0 else 0.0
        B = applied_field(p, state.time + dt / 2) * field_axis(p)
        field = macrospin.MacrospinField((float(B[0]), float(B[1]), float(B[2])), p.Bk)
        macrospin.step(state.spins, field, dt=dt_inner, steps=inner, alpha=p.alpha, noise=noise)
        state.trail.leave(state.spins.m[:, 0])

    def check(self, state: MacrospinState, p: MacrospinParameters) -> str:
        """The length of every moment."""
        drift = float(np.max(np.abs(np.einsum("ij,ij->j", state.spins.m, state.spins.m) - 1)))
        return f"|m| drifted by {drift:.1e}, the limit is 1e-9" if drift > 1e-9 else ""

    def timestep(self, p: MacrospinParameters) -> float:
        """A fraction of a turn in the largest field; with noise also short against the thermal motion."""
        # The field stands still during a step: at least 64 of them in a period.
        dt = min(max(p.turn, lens(p) / 4) / STEPS_PER_SECOND, p.period / 64 if p.period > 0 else inf)
        if p.T > 0:
            dt = min(4 * dt, 0.01 / max(p.diffusion, 1e-300))
        return dt

    def period(self, p: MacrospinParameters) -> float:
        """A turn of free precession, or a cycle of the oscillating field, which damping lets every cycle follow."""
        if p.T > 0:
            return 0.0
        if p.period > 0:
            return p.period if p.alpha > 0 and p.B != 0 else 0.0
        free = p.alpha == 0 and p.Bk == 0 and p.B != 0
        return 2 * pi / (ELECTRON_GYROMAGNETIC_RATIO * abs(p.B)) if free else 0.0

    def speed(self, p: MacrospinParameters) -> float:
        """See `lens`."""
        return lens(p)

    def observe(self, state: MacrospinState, p: MacrospinParameters) -> dict[str, float]:
        """Means over the ensemble."""
        m = state.spins.m
        mean = m.mean(axis=1)
        B = applied_field(p, state.time)
        along = float(mean @ field_axis(p))
        square = float(np.mean(m[2] ** 2))
        joules = -p.moment * (B * along + p.Bk / 2 * square)
        return {
            "mx": float(mean[0]),
            "my": float(mean[1]),
            "mz": float(mean[2]),
            "mz2": square,
            "along": along,
            "field": B,
            "energy": joules / ELECTRON_VOLT,
        }

    def draw(self, state: MacrospinState, p: MacrospinParameters) -> tuple[Visual, ...]:
        """The moments, the path of the first, the mean, the field and the easy axis."""
        return picture(state, p)

    def stage(self, p: MacrospinParameters) -> Stage:
        """A unit sphere."""
        return Stage(
            bloch_sphere=True, low=(-1.05, -1.05, -1.1), high=(1.05, 1.05, 1.25),
            legend="direction" if p.count > 1 else "none",
        )  # fmt: skip

    def caption(self, state: MacrospinState, p: MacrospinParameters) -> str:
        """What is simulated."""
        particles = f"{p.count} particles" if p.count > 1 else "one particle"
        barrier = p.moment * p.Bk / 2
        heat = f" · KV = {barrier / (BOLTZMANN * p.T):.3g} kT" if p.T > 0 and p.Bk > 0 else ""
        along = p.T == 0 and (p.tilt == 0 or p.B == 0) and not state.spins.m[:2].any()
        still = " · exactly along the axis: no torque" if along else ""
        return f"{particles}, diameter {p.diameter * 1e9:.3g} nm{heat}{still}"
