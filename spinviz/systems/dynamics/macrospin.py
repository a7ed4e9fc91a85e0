"""Macrospins: the Landau-Lifshitz-Gilbert equation of one magnetized particle, or of many with thermal noise."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, ceil, cos, inf, nan, pi, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, OverAxis, now
from spinviz.model.parameters import Parameters, quantity
from spinviz.model.plots import Curve, Histogram, Trace
from spinviz.model.system import Action, Observable, Preset, State, System
from spinviz.model.visuals import Arrows, Labels, Lines, Stage, Visual, float32
from spinviz.physics.constants import BOLTZMANN, ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.lattice.spin_lattice import thermal_field
from spinviz.physics.moments import macrospin
from spinviz.physics.moments.macrospin_laws import (
    axial_rapidity,
    boltzmann_density,
    thermal_mean_square,
    thermal_moments,
)
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.pictures.vectors import origins

Values = NDArray[np.float64]

TRAIL = 3000
"""Points of the path that are kept."""
RESOLUTION = 1920
"""Runge-Kutta steps in one turn: their error is 1e-11 of a turn."""
STEPS_PER_SECOND = 240
"""Steps in one turn or in one second on screen, whichever is longer."""
SETTLE = 2e-8
"""Time [s] after a change that counts in no mean."""
TIME_STEP = 1e-3
"""What the length of the steps may change in a mean of m_z or m_z^2."""
DRAWN = 400
"""Arrows drawn at most."""


class MacrospinParameters(Parameters):
    """Inputs of `Macrospin`."""

    B: float = quantity(
        0.25, "T", "Applied field, negative for the opposite direction.", title="Applied field", symbol="B", ge=-2, le=2
    )
    tilt: float = quantity(
        0.0, "°", "Angle between the applied field and the easy axis z.", title="Field angle", symbol="ψ",
        ge=0, le=90,
    )  # fmt: skip
    period: float = quantity(
        0.0, "s", "Period with which the field swings as B cos(2πt/period), 0 for a constant field.",
        title="Field period", ge=0, le=1e-6,
    )  # fmt: skip
    Bk: float = quantity(
        0.0,
        "T",
        "Anisotropy field 2K/Ms of the easy axis z; negative for an easy plane.",
        title="Anisotropy field",
        symbol="B_k",
        ge=-2,
        le=2,
    )
    alpha: float = quantity(0.02, "", "Gilbert damping.", title="Damping", symbol="α", ge=0, le=2)
    T: float = quantity(0.0, "K", "Temperature of the thermal noise.", title="Temperature", symbol="T", ge=0, le=1000)
    Ms: float = quantity(
        8e5, "A/m", "Saturation magnetization, which with the diameter gives the moment.", title="Saturation",
        symbol="M_s", gt=1e3, le=3e6, scale="log",
    )  # fmt: skip
    diameter: float = quantity(
        1e-8, "m", "Diameter of the sphere.", title="Diameter", symbol="d", ge=1e-9, le=1e-7, scale="log"
    )
    start: float = quantity(
        75.0, "°", "Angle from z at which m starts.", title="Start angle", symbol="θ₀", ge=0, le=180, rebuild=True
    )
    count: int = quantity(
        1, "", "Number of particles.", title="Particles", symbol="N", ge=1, le=20_000, scale="log", rebuild=True
    )

    @property
    def moment(self) -> float:
        """Ms V [J/T]."""
        return self.Ms * pi / 6 * self.diameter**3

    @property
    def turn(self) -> float:
        """Time [s] of one turn in the largest effective field."""
        return 2 * pi / (ELECTRON_GYROMAGNETIC_RATIO * max(abs(self.B) + abs(self.Bk), 1e-3))

    @property
    def diffusion(self) -> float:
        """Rate [1/s] at which heat turns m: alpha gamma kT/((1 + alpha^2) mu), Brown 1963."""
        return ELECTRON_GYROMAGNETIC_RATIO * self.alpha * BOLTZMANN * self.T / ((1 + self.alpha**2) * self.moment)


@dataclass
class MacrospinState(State):
    """Ensemble, and the path of the first particle: points (3,)."""

    spins: macrospin.Macrospins
    trail: Trail


def applied_field(p: MacrospinParameters, t: float) -> float:
    """Applied field [T] along its axis at the time ``t``."""
    return p.B * cos(2 * pi * t / p.period) if p.period > 0 else p.B


def field_axis(p: MacrospinParameters) -> Values:
    """Unit vector (3,) of the applied field."""
    return np.array([sin(radians(p.tilt)), 0.0, cos(radians(p.tilt))])


def axial(state: MacrospinState, p: MacrospinParameters, d: Departure) -> bool:
    """Whether everything is symmetric about z, so that the motion has a closed form."""
    still = p.T == 0 and p.count == 1 and (p.period == 0 or p.B == 0)
    return still and abs(d.start[2]) < 1 - 1e-12 and (p.tilt == 0 or p.B == 0) and p.alpha > 0


def axial_motion(p: MacrospinParameters, d: Departure, t: Values) -> Values:
    """m (n, 3) at the times ``t``: `axial_mz`, and the azimuth phi0 + (artanh u - artanh u0)/alpha that goes with it.

    Both follow from d(phi)/dt = gamma (B + Bk u)/(1 + alpha^2), whose ratio to du/dt is 1/(alpha (1 - u^2)).
    """
    x, y, u0 = d.start
    rate = p.alpha * ELECTRON_GYROMAGNETIC_RATIO / (1 + p.alpha**2)
    v = axial_rapidity(float(u0), p.B, p.Bk, rate * (np.asarray(t) - d.time))
    phi = np.arctan2(y, x) + (v - atanh(u0)) / p.alpha
    return np.stack([np.cos(phi) / np.cosh(v), np.sin(phi) / np.cosh(v), np.tanh(v)], axis=1)


def predicted(axis: int) -> OverAxis:
    """Return the law's curve of one component over time; NaN before the last change."""

    def curve(state: MacrospinState, p: MacrospinParameters, d: Departure, t: Values) -> Values:
        ahead = t >= d.time
        values = np.full(len(t), nan)
        values[ahead] = axial_motion(p, d, t[ahead])[:, axis]
        return values

    return curve


def equilibrium_density(state: MacrospinState, p: MacrospinParameters, d: Departure, u: Values) -> Values:
    """Boltzmann density (n,) of m_z in a field along z."""
    scale = p.moment / (BOLTZMANN * p.T)
    return boltzmann_density(u, scale * p.Bk, scale * p.B)


def mean_square(state: MacrospinState, p: MacrospinParameters, d: Departure) -> float:
    """<m_z^2> of thermal equilibrium without a field."""
    return thermal_mean_square(p.moment * p.Bk / (2 * BOLTZMANN * p.T))


def stoner_wohlfarth(state: MacrospinState, p: MacrospinParameters, d: Departure) -> float:
    """Component along a slowly swinging field at 90° to the easy axis: m = B/Bk up to saturation."""
    return float(np.clip(applied_field(p, state.time) / p.Bk, -1, 1))


def crosswise_error(p: MacrospinParameters) -> float:
    """How far m may be from B/Bk at |B| <= 0.8 Bk: it lags by alpha dm/dt/(gamma Bk (1 - m^2)), and heat shakes it.

    The stiffness against turning is Bk (1 - m^2): Gilbert's damping torque balances it, four standard deviations of
    the mean of all particles shake about it.
    """
    stiff, fastest = 0.36 * p.Bk, 2 * pi * abs(p.B) / (p.Bk * p.period)
    lag = p.alpha * fastest / (ELECTRON_GYROMAGNETIC_RATIO * stiff)
    return lag + 4 * 0.6 * sqrt(BOLTZMANN * p.T / (p.moment * stiff * p.count)) + 1e-3


def crosswise(state: MacrospinState, p: MacrospinParameters, d: Departure) -> bool:
    """Whether the field swings slowly across the easy axis, and is away from Bk, where the motion becomes slow."""
    if not (p.period > 0 and p.tilt == 90 and p.Bk > 0):
        return False
    settled = state.time - d.time > 0.25 * p.period
    damped = p.alpha * ELECTRON_GYROMAGNETIC_RATIO * p.Bk / (1 + p.alpha**2) * p.period > 300
    share = abs(applied_field(p, state.time)) / p.Bk
    return damped and settled and crosswise_error(p) < 0.1 and not 0.8 < share < 1.3


def free_time(p: MacrospinParameters) -> float:
    """Relaxation time [s] of <m> in the heat alone: (1 + alpha^2) mu/(2 alpha gamma kT), Brown 1963."""
    return 0.5 / max(p.diffusion, 1e-300)


def equilibrium_moments(p: MacrospinParameters) -> tuple[float, float, float]:
    """<m_z>, <m_z^2> and <m_z^4> in a field along z."""
    scale = p.moment / (BOLTZMANN * p.T)
    return thermal_moments(scale * p.Bk, scale * p.B)


def in_heat(state: MacrospinState, p: MacrospinParameters, d: Departure) -> bool:
    """Whether m_z^2 forgets its start while the mean settles; it does without crossing the barrier."""
    return p.T > 0 and p.B == 0 and p.count >= 100 and 3 * free_time(p) <= SETTLE


def in_heat_and_field(state: MacrospinState, p: MacrospinParameters, d: Departure) -> bool:
    """Whether m_z is in equilibrium: a constant field along z that leaves at most half a kT of barrier."""
    along = p.T > 0 and p.B != 0 and p.count >= 100 and p.tilt == 0 and p.period == 0
    if not along or 9 * free_time(p) > SETTLE:
        return False
    barrier = p.moment * max(p.Bk, 0.0) / (2 * BOLTZMANN * p.T) * max(1 - abs(p.B) / max(abs(p.Bk), 1e-12), 0.0) ** 2
    return barrier <= 0.5


class Macrospin(System[MacrospinParameters, MacrospinState]):
    """One magnetized particle, or many."""

    name = "macrospin"
    title = "Macrospin"
    chapter = "Dynamics"
    order = 10
    summary = "Precession, damping and switching of a magnetized particle within nanoseconds."
    notes = (
        "The field never pulls the moment straight towards itself: it makes it precess. "
        "Only damping lets it spiral in, and the energy falls with every turn."
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
    plots = (
        Trace("components", "Magnetization", ("mx", "mz"), -1.05, 1.05, window=lambda p: 10 * Macrospin.lens(p)),
        Trace("energy", "Energy of a particle", ("energy",), window=lambda p: 10 * Macrospin.lens(p)),
        Curve(
            "loop", "Magnetization over field", "field", "along", low=-1.05, high=1.05,
            x_low=lambda p: -1.1 * max(abs(p.B), 1e-3), x_high=lambda p: 1.1 * max(abs(p.B), 1e-3),
            when=lambda p: p.period > 0,
        ),
        Histogram("distribution", "Distribution of m_z", lambda s, p: s.spins.m[2], "m_z", when=lambda p: p.count > 1),
    )  # fmt: skip
    laws = (
        Law(
            "precession", "Precession and damping", "mx", theory=now(predicted(0)),
            latex=r"\phi=\phi_0+\frac{\mathrm{artanh}\,m_z-\mathrm{artanh}\,m_z(0)}{\alpha}",
            validity="One particle, field along the easy axis, no noise, α > 0.",
            tolerance=1e-8,
            because="Fourth-order steps: 1e-11 of a turn each turn, and the closed form loses digits near the poles.",
            reference="Kikuchi, J. Appl. Phys. 27, 1352 (1956)",
            check=Check(1.2e-9, preset="precession"), holds=axial, curve=predicted(0),
            plots=("components",),
        ),
        Law(
            "switching", "Damping and switching", "mz", theory=now(predicted(2)),
            latex=r"\dot m_z=\frac{\alpha\gamma}{1+\alpha^2}(1-m_z^2)(B+B_k m_z)",
            validity="One particle, field along the easy axis, no noise, α > 0.",
            tolerance=1e-8,
            because="Fourth-order steps; the slow start near the pole magnifies rounding by e to the turns taken.",
            reference="Mallinson, IEEE Trans. Magn. 36, 1976 (2000)",
            check=Check(2.5e-9, preset="switching"), holds=axial, curve=predicted(2),
            plots=("components",),
        ),
        Law(
            "boltzmann", "Thermal equilibrium", "mz2", theory=mean_square,
            latex=r"\langle m_z^2\rangle=\frac{\int u^2 e^{\sigma u^2}du}{\int e^{\sigma u^2}du},\ "
            r"\sigma=\frac{KV}{k_BT}",
            validity="No applied field, 100 or more particles that relax within 7 ns.",
            tolerance=4.0, because="Standard errors of the mean over the particles and the time since it settled.",
            reference="Brown, Phys. Rev. 130, 1677 (1963)",
            check=Check(1.5e-7, preset="thermal"), averaged=True, allowance=TIME_STEP, holds=in_heat,
            curve=equilibrium_density, plots=("distribution",),
        ),
        Law(
            "density", "Boltzmann distribution", "mz", theory=lambda s, p, d: equilibrium_moments(p)[0],
            latex=r"P(m_z)\propto e^{-E(m_z)/k_BT}",
            validity="Constant field along the easy axis, a barrier of at most kT/2, 100 or more particles.",
            tolerance=4.0, because="Standard errors of the mean over the particles and the time since it settled.",
            reference="Brown, Phys. Rev. 130, 1677 (1963)",
            check=Check(1.5e-7, {"B": 0.015, "Bk": 0.02}, preset="thermal", seed=2), averaged=True,
            allowance=TIME_STEP, holds=in_heat_and_field, curve=equilibrium_density, plots=("distribution",),
        ),
        Law(
            "hard_axis", "Stoner-Wohlfarth, hard axis", "along", theory=stoner_wohlfarth,
            latex=r"m_B=\frac{B}{B_k}",
            validity="Field at 90° to the easy axis, swinging slowly for the damping; |B| not within 0.8 to 1.3 of Bk.",
            tolerance=1.0,
            because="In units of what is expected at 0.8 Bk: m lags by α(dm/dt)/γBk(1-m²) and heat shakes it.",
            reference="Stoner and Wohlfarth, Phil. Trans. R. Soc. A 240, 599 (1948)",
            check=Check(4e-8, preset="hard_axis"), scale=lambda s, p, d: crosswise_error(p), holds=crosswise,
            curve=lambda s, p, d, B: np.clip(B / p.Bk, -1, 1), plots=("loop",),
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "precession", "Precession and damping", "A moment spirals into the field.", length=1.4e-9, speed=1.4e-10,
        ),
        Preset(
            "switching", "Switching", "A field against the moment: nothing, then a quick reversal.",
            parameters={"B": -0.25, "Bk": 0.15, "start": 5.0, "alpha": 0.08}, length=2.5e-9, speed=2.5e-10,
            notes="A moment exactly along the axis feels no torque and never switches: it starts 5° away. The spiral "
            "opens slowly, passes the equator within a turn and closes on the other side.",
        ),
        Preset(
            "hard_axis", "Hard-axis loop", "The field swings across the easy axis: magnetization without hysteresis.",
            parameters={"B": 0.3, "Bk": 0.2, "tilt": 90.0, "period": 4e-8, "alpha": 0.5, "start": 60.0, "T": 1.0,
                "diameter": 2.5e-8,
            },
            length=4e-8, speed=2.5e-9,
            notes="Across the easy axis the field only turns the moment: m follows B/Bk and saturates at Bk, forth "
            "and back on the same line. The heat of 1 K decides to which side it leaves the field.",
        ),
        Preset(
            "easy_axis", "Easy-axis loop", "The field swings a little off the easy axis: a loop with a jump.",
            parameters={"B": 0.3, "Bk": 0.2, "tilt": 5.0, "period": 2e-8, "alpha": 0.5, "start": 3.0},
            length=4e-8, speed=2.5e-9,
            notes="The moment stays against the field until the barrier is gone, then it jumps. The area of the loop "
            "is the energy lost in one cycle.",
        ),
        Preset(
            "thermal", "Superparamagnets", "Small particles at room temperature: flips over the barrier.",
            parameters={
                "B": 0.0, "Bk": 0.06, "T": 300.0, "count": 400, "diameter": 1e-8, "alpha": 0.2, "start": 20.0,
            },
            length=1e-7, speed=4e-9,
            notes="Each moment is as long as ever; only the mean shrinks. All start near the north pole and leak over "
            "the barrier until both poles are equally full.",
        ),
    )  # fmt: skip
    actions = (
        Action("reverse", "Reverse the field", "Change the sign of the applied field.", lambda s, p: p.change(B=-p.B)),
        Action("kick", "Kick", "Turn every moment by 20° about y.", lambda s, p: Macrospin.kick(s)),
        Action("cross", "Field across", "Turn the field to 90°.", lambda s, p: p.change(tilt=90.0)),
        Action("align", "Field along z", "Turn the field back to the easy axis.", lambda s, p: p.change(tilt=0.0)),
    )

    def initial_state(self, p: MacrospinParameters, rng: np.random.Generator) -> MacrospinState:
        """All moments at the starting angle in the xz plane; tilted by a thousandth of a degree from the poles."""
        theta = min(max(radians(p.start), 1e-5), pi - 1e-5)
        phi = rng.uniform(0, 2 * pi, p.count) if p.count > 1 else np.zeros(1)
        m = np.stack([sin(theta) * np.cos(phi), sin(theta) * np.sin(phi), np.full(p.count, cos(theta))], axis=1)
        spins = macrospin.Macrospins.from_vectors(m, key=int(rng.integers(2**62)))
        return MacrospinState(spins, Trail.of(TRAIL, 3))

    def departure(self, state: MacrospinState, p: MacrospinParameters) -> Values:
        """The first particle (3,)."""
        return state.spins.m[:, 0]

    def settle(self, state: MacrospinState, p: MacrospinParameters) -> float:
        """Some relaxation times of what the laws speak of."""
        return SETTLE

    @staticmethod
    def kick(state: MacrospinState) -> None:
        """Turn every moment by 20° about y."""
        c, s = cos(radians(20)), sin(radians(20))
        x, z = state.spins.m[0].copy(), state.spins.m[2].copy()
        state.spins.m[0], state.spins.m[2] = c * x + s * z, c * z - s * x

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

    @staticmethod
    def lens(p: MacrospinParameters) -> float:
        """One turn in the largest field, or a fortieth of the field's period, per second on screen."""
        return max(p.turn, p.period / 8) if p.period > 0 else p.turn

    def timestep(self, p: MacrospinParameters) -> float:
        """A fraction of a turn in the largest field; with noise also short against the thermal motion."""
        # The field stands still during a step: at least 64 of them in a period.
        dt = min(max(p.turn, self.lens(p) / 4) / STEPS_PER_SECOND, p.period / 64 if p.period > 0 else inf)
        if p.T > 0:
            dt = min(4 * dt, 0.01 / max(p.diffusion, 1e-300))
        return dt

    def speed(self, p: MacrospinParameters) -> float:
        """See `lens`."""
        return self.lens(p)

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
            "energy": joules / 1.602176634e-19,
        }

    def draw(self, state: MacrospinState, p: MacrospinParameters) -> tuple[Visual, ...]:
        """The moments, the path of the first, the mean, the field and the easy axis."""
        m = state.spins.m.T
        mean = m.mean(axis=0)[None, :]
        path = state.trail.path(m[0]) if p.T == 0 else np.repeat(m[:1], 2, axis=0)
        B = applied_field(p, state.time) / max(abs(p.B), 1e-12)
        axis = 1.25 if p.Bk else 0.0
        visuals: list[Visual] = [
            Lines(
                float32([[0, 0, -axis], [0, 0, axis]]), color="muted", width=1.6, dashed=True,
                label="easy axis" if p.Bk else "",
            ),
            Lines(float32(path), color="net", width=2.4, fade=True, label="path of m"),
            Arrows(origins(1), float32([0.62 * B * field_axis(p)]), radius=0.05, color="accent", label="field B"),
            Arrows(origins(1), float32(mean), radius=0.04, color="net", label="magnetization m"),
            Labels(
                float32(np.concatenate([1.06 * mean, 0.68 * B * field_axis(p)[None, :]])), ("m", "B"),
                color="text", size=1.3, italic=True, offset=(0.6, 0.4),
            ),
        ]  # fmt: skip
        if p.count > 1:
            every = -(-p.count // DRAWN)
            tips = m[::every]
            visuals.insert(0, Arrows(float32(0.86 * tips), float32(tips), length=0.14, radius=0.1, color="direction"))
        return tuple(visuals)

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
        return f"{particles}, diameter {p.diameter * 1e9:.3g} nm{heat}"
