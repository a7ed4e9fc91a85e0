"""The Bloch-Siegert shift: magnetic resonance in the laboratory, driven by a field that does not turn but swings."""

from __future__ import annotations

from math import nan, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.abilities import TurnsWhilePaused
from spinviz.model.law import Check, Departure, Law, now
from spinviz.model.plots import Graph, Line, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import show
from spinviz.model.visuals import Arrows, Labels, Lines, Stage, Visual, float32
from spinviz.systems.pictures.vectors import origins
from spinviz.systems.resonance.bloch_siegert import state as lab
from spinviz.systems.resonance.bloch_siegert.state import LaboratoryParameters, LaboratoryState
from spinviz.systems.resonance.common.frames import Look
from spinviz.systems.resonance.common.landmarks import null

Values = NDArray[np.float64]

HALF = 0.4
"""Length in the picture of a field of amplitude w1."""
NAMES = {
    "laboratory": ("laboratory frame", ("x", "y", "z, B₀")),
    "rotating": ("frame rotating at the Larmor frequency", ("x′", "y′", "z, B₀")),
    "drive": ("frame rotating with the drive", ("x″", "y″", "z, B₀")),
}


def rabi(state: LaboratoryState, p: LaboratoryParameters, d: Departure, t: Values) -> Values:
    """Mz (n,) at the times ``t`` of what the co-rotating half alone does; NaN before the start."""
    local = t - state.began
    return np.where(local >= -1e-12, lab.rabi(p, local), nan)


def resonance(state: LaboratoryState, p: LaboratoryParameters) -> tuple[Line, ...]:
    """The line measured so far, the law, and the line without the counter-rotating half."""
    x, mean = lab.line(state, p)
    fine = np.linspace(-lab.SPAN, lab.SPAN, 161)
    axis = 1 + fine * p.strength
    lines = [Line(axis, lab.expected_line(p, fine, 0.0), "co-rotating half", "muted")]
    if p.drive == "linear":
        lines.append(Line(axis, lab.expected_line(p, fine, p.shift), "law", "theory", dashed=True))
        at = 1 + p.shift / p.w0
        lines.append(Line(np.array([at, at]), np.array([-0.05, 0.45]), "", "theory", dashed=True))
    if state.local > p.nutation / 2:
        lines.append(Line(1 + x * p.strength, mean, "mean M_z", "simulation", marks=True))
    return tuple(lines)


def inversion(state: LaboratoryState, p: LaboratoryParameters) -> tuple[Line, ...]:
    """Mz after half a nutation over the frequency of the drive: measured once it has passed, and by the law."""
    fine = np.linspace(-lab.SPAN, lab.SPAN, 161)
    axis, t = 1 + fine * p.strength, state.inverted_at or p.nutation / 2
    lines = [Line(axis, lab.inversion(p, fine, 0.0, t), "co-rotating half", "muted")]
    if p.drive == "linear":
        lines.append(Line(axis, lab.inversion(p, fine, p.shift, t), "law", "theory", dashed=True))
    if state.inverted_at > 0:
        x = np.linspace(-lab.SPAN, lab.SPAN, lab.FREQUENCIES)
        lines.append(Line(1 + x * p.strength, state.inverted.copy(), "M_z", "simulation", marks=True))
    return tuple(lines)


class BlochSiegert(
    System[LaboratoryParameters, LaboratoryState], TurnsWhilePaused[LaboratoryState, LaboratoryParameters]
):
    """Spins driven in the true laboratory frame."""

    name = "bloch_siegert"
    title = "Bloch-Siegert shift"
    chapter = "Magnetic resonance"
    order = 110
    summary = (
        "A linearly oscillating field is the sum of two counter-rotating fields; the counter-rotating one "
        "shifts the resonance."
    )
    notes = (
        "M is computed in the laboratory frame, without approximation. The pale arrow feels only the co-rotating "
        "half of the field; the difference is what the rotating-wave approximation leaves out."
    )
    equation = (
        r"\frac{\mathrm{d}\mathbf{M}}{\mathrm{d}t}=\mathbf{M}\times"
        r"(2\omega_1\cos\omega t,\;0,\;\omega_0)"
    )
    Parameters = LaboratoryParameters
    observables = (
        Observable("mz", "Longitudinal magnetization", "M_z/M₀"),
        Observable("mz_turning", "M_z in the co-rotating field alone", "M_z′/M₀"),
        Observable("transverse", "Transverse magnetization", "|M_xy|/M₀"),
        Observable("shift", "Shift of the resonance", "δf", "Hz"),
    )
    plots = (
        Trace("nutation", "Nutation", ("mz", "mz_turning"), -1.05, 1.05, window=lambda p: 4 * p.nutation),
        Graph(
            "inversion", "Inversion by a π pulse", inversion, "ω/ω₀", "M_z/M₀", low=-1.05,
            high=lambda p: 1.05 if p.drive == "counter-rotating" else 0.2,
            x_low=lambda p: 1 - lab.SPAN * p.strength, x_high=lambda p: 1 + lab.SPAN * p.strength,
        ),
        Graph(
            "resonance", "Mean over long times", resonance, "ω/ω₀", "⟨M_z⟩", low=-0.05, high=0.45,
            x_low=lambda p: 1 - lab.SPAN * p.strength, x_high=lambda p: 1 + lab.SPAN * p.strength,
        ),
    )  # fmt: skip
    symbols = {
        "ω_res": "frequency of the resonance",
        "ω_0": "Larmor frequency",
        "ω_1": "strength of the co-rotating field, γB₁",
        "Δ": "distance from resonance in rad/s",
        "Ω": "nutation rate about the effective field",
    }
    laws = (
        Law(
            "shift", "Bloch-Siegert shift", "shift", theory=lambda s, p, d: p.shift / (2 * pi),
            latex=r"\omega_\mathrm{res}=\omega_0+\frac{\omega_1^2}{4\omega_0}",
            validity="Linear drive with ω₁ up to 0.35 ω₀; circular drive, where there is none.",
            tolerance=1.0,
            because="In units of 1.5 % of ω₁²/4ω₀ (next orders and the fit) and what the mean does not know yet.",
            reference="Bloch and Siegert, Phys. Rev. 57, 522 (1940)",
            check=Check(0.08, {"strength": 0.05}),
            scale=lambda s, p, d: lab.shift_error(s, p) / (2 * pi),
            holds=lambda s, p, d: p.drive != "counter-rotating" and p.strength <= lab.STRONGEST,
        ),
        Law(
            "rabi", "Nutation by a rotating field", "mz_turning",
            theory=now(rabi),
            latex=r"M_z=\frac{\Delta^2+\omega_1^2\cos\Omega t}{\Omega^2},\ \Omega^2=\omega_1^2+\Delta^2",
            validity="The co-rotating half alone: exact in the laboratory, too.",
            tolerance=1e-4, because="Magnus steps of fourth order, at least 52 in a period.",
            reference="Rabi, Phys. Rev. 51, 652 (1937)",
            check=Check(0.01, {"detuning": 0.5}), curve=rabi,
            plots=("nutation",),
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "linear", "Linear field", "The field oscillates along x: M spirals down, with a wobble twice in "
            "each period.",
            length=0.03,
            notes="The oscillating field is the sum of two counter-rotating fields. One keeps step with M and "
            "rotates it down; the other meets M twice in each period and makes it wobble. The pale M feels only "
            "the first.",
        ),
        Preset(
            "shaken", "Wobble at 2ω", "In the rotating frame the counter-rotating half rotates at 2ω.",
            parameters={"strength": 0.15, "frame": "rotating"}, length=0.04,
            notes="Without the counter-rotating half the path would be a plain circle. With it M wobbles at twice "
            "the Larmor frequency and slowly departs from the pale M.",
        ),
        Preset(
            "strong", "Strong field", "With ω₁ = ω₀/3 the shift of the resonance is plain to see.",
            parameters={"strength": 0.33, "detuning": 0.083}, length=0.02,
            notes="The dots, from 31 frequencies of the drive, lie on the dashed lines and not on the grey ones: the "
            "resonance is at ω₀ + ω₁²/4ω₀. First the inversion by a π pulse, then the mean over ever longer times.",
        ),
        Preset(
            "circular", "Rotating field", "Two coils at 90° make a field that only rotates with the spins: no "
            "shift.",
            parameters={"drive": "circular"}, length=0.02,
            notes="The rotating-wave approximation is exact for a rotating field: M and the pale M coincide.",
        ),
        Preset(
            "wrong_way", "Counter-rotating field", "The field rotates against the precession: M hardly moves.",
            parameters={"drive": "counter-rotating", "strength": 0.3}, length=0.02,
            notes="The torque changes its direction twice in each period, and M stays along z. Its small circles "
            "are what shifts the resonance when both halves act.",
        ),
    )  # fmt: skip
    actions = (
        Action("again", "Restart", "Start again from equilibrium.", lambda s, p: lab.begin(s, p)),
        Action("on_resonance", "On resonance", "Drive M at the shifted resonance.",
               lambda s, p: p.change(detuning=p.shift / p.w1)),
        Action("laboratory", "Laboratory", "Show the laboratory frame.", lambda s, p: p.change(frame="laboratory")),
        Action("rotating", "Rotating", "Show the frame that rotates at the Larmor frequency.", lambda s,
        p: p.change(frame="rotating")),
        Action("with_drive", "With the drive", "Show the frame that rotates with the drive.", lambda s,
        p: p.change(frame="drive")),
    )  # fmt: skip

    landmarks = (null(rise=0.5),)  # M wobbles, and may pass zero to and fro.

    def initial_state(self, p: LaboratoryParameters, rng: np.random.Generator) -> LaboratoryState:
        """At rest along z."""
        return lab.start(p)

    def changed(self, state: LaboratoryState, p: LaboratoryParameters, before: LaboratoryParameters) -> None:
        """Begin again at rest."""
        lab.begin(state, p)

    def step(self, state: LaboratoryState, p: LaboratoryParameters, dt: float) -> None:
        """Go on in the whole field."""
        lab.step(state, p, dt)

    def turn(self, state: LaboratoryState, p: LaboratoryParameters, seconds: float) -> bool:
        """See `Look.turn`."""
        return state.look.turn(lab.LOOKS[p.frame], seconds, lab.angles(p, state.local))  # type: ignore[arg-type]

    def timestep(self, p: LaboratoryParameters) -> float:
        """Fine enough for the screen and for one turn of the drive."""
        return min(lab.lens(p) / lab.STEPS, 1 / (lab.PER_CYCLE * p.f0))

    def speed(self, p: LaboratoryParameters) -> float:
        """See `lens`."""
        return lab.lens(p)

    def check(self, state: LaboratoryState, p: LaboratoryParameters) -> str:
        """The length of every magnetization."""
        drift = float(np.max(np.abs(np.sum(state.m**2, axis=0) - 1)))
        return f"|M|² drifted by {drift:.1e}, the limit is 1e-9" if drift > 1e-9 else ""

    def observe(self, state: LaboratoryState, p: LaboratoryParameters) -> dict[str, float]:
        """M, its twin, and the centre of the line."""
        return {
            "mz": float(state.m[2, 0]),
            "mz_turning": float(state.m[2, 1]),
            "transverse": float(np.hypot(state.m[0, 0], state.m[1, 0])),
            "shift": lab.measured_shift(state, p) / (2 * pi),
        }

    def draw(self, state: LaboratoryState, p: LaboratoryParameters) -> tuple[Visual, ...]:
        """M with its path, its twin, the field and its two halves."""
        frame = lab.LOOKS[p.frame]
        look = state.look if state.look.frame == frame else Look.at(frame)  # type: ignore[arg-type]
        now = lab.angles(p, state.local)
        rows = state.trail.path()
        path = look.seen(rows[:, 1:4], rows[:, 4:])
        net, twin = look.seen(state.m[:, :2].T, now)[:, None, :]
        forward, backward = lab.halves(p, state.local)
        fields = HALF * look.seen(np.stack([forward + backward, forward, backward]), now)
        return (
            Lines(float32(path), color="net", width=2.2, fade=True, label="path of M"),
            Arrows(origins(1), float32(fields[1:2]), radius=0.025, color="y", label="co-rotating half"),
            Arrows(origins(1), float32(fields[2:3]), radius=0.025, color="x", label="counter-rotating half"),
            Arrows(origins(1), float32(fields[:1]), radius=0.035, color="simulation", label="field of the coil B₁"),
            Arrows(origins(1), float32(twin), radius=0.022, color="muted", label="M in the co-rotating half alone"),
            Arrows(origins(1), float32(net), radius=0.036, color="net", label="magnetization M"),
            Labels(float32(1.06 * net), ("M",), color="net", size=1.4, italic=True, offset=(0.5, 0.5)),
        )

    def stage(self, p: LaboratoryParameters) -> Stage:
        """A Bloch sphere."""
        return Stage(bloch_sphere=True, axis_names=NAMES[p.frame][1], low=(-1.05, -1.05, -1.05), high=(1.05, 1.05, 1.2))

    def caption(self, state: LaboratoryState, p: LaboratoryParameters) -> str:
        """The frame, and the numbers."""
        drive = f"{p.drive} drive at {show(p.w / (2 * pi), 'Hz', 4)}"
        if state.local < lab.SETTLED * p.nutation:
            drive += f" · resonance known after {lab.SETTLED:g} nutations"
        return f"{NAMES[p.frame][0]} · {drive}"
