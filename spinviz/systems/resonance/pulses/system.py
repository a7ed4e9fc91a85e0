"""Pulses and frames: what a pulse does to M and to isochromats beside it, seen from five frames of reference."""

from __future__ import annotations

from math import cos, degrees, nan, pi, radians

import numpy as np

from spinviz.model.abilities import TurnsWhilePaused
from spinviz.model.landmark import Landmark
from spinviz.model.law import Check, Law, now
from spinviz.model.plots import Diagram, Graph, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import show
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.resonance import adiabatic, bloch_laws
from spinviz.systems.resonance.common.frames import AXES, FRAMES, TITLES
from spinviz.systems.resonance.common.landmarks import ROUNDING, null
from spinviz.systems.resonance.pulses import laws as laws_of
from spinviz.systems.resonance.pulses import state as motion
from spinviz.systems.resonance.pulses.parameters import CUT, STRONGEST, PulseParameters
from spinviz.systems.resonance.pulses.picture import diagram, picture, profile, shortened
from spinviz.systems.resonance.pulses.state import LAB_TURNS, PAUSE, PulseState, lens


class Pulses(System[PulseParameters, PulseState], TurnsWhilePaused[PulseState, PulseParameters]):
    """An explorer of pulses."""

    name = "pulses"
    title = "Pulses and frames"
    chapter = "Magnetic resonance"
    order = 40
    summary = "Adiabatic passages, nutation and spin-locking, seen from five frames of reference."
    notes = (
        "The same motion looks different in every frame of reference: change the frame while the pulse plays. In "
        "the frame that follows the pulse, M simply stays with the effective field."
    )
    equation = (
        r"\frac{\mathrm{d}\mathbf{M}}{\mathrm{d}t}=\mathbf{M}\times(\omega_1,\,0,\,\Delta\omega-\omega_s)"
        r"-\mathsf{R}(\mathbf{M}-\mathbf{M}_0)"
    )
    Parameters = PulseParameters
    observables = (
        Observable("mz", "Longitudinal magnetization", "M_z/M₀"),
        Observable("transverse", "Transverse magnetization", "|M_xy|/M₀"),
        Observable("along", "Magnetization along the effective field", "M_e/M₀"),
        Observable("amplitude", "Amplitude of the pulse", "γB₁/2π", "Hz"),
        Observable("sweep", "Frequency of the pulse", "ν_s", "Hz"),
        Observable("tilt", "Tilt of the effective field", "θ", "°"),
        Observable("adiabaticity", "Adiabaticity", "K"),
    )
    plots = (
        Diagram("pulse", "Pulse", lambda s, p: diagram(s, p), time=lambda t, s, p: s.began + t),
        Graph(
            "profile", "Profile", lambda s, p: profile(s, p), "Δf", "M_z/M₀", "Hz", low=-1.08, high=1.08,
            x_low=lambda p: -p.span, x_high=lambda p: p.span, when=lambda p: p.across == "offset",
        ),
        Graph(
            "inhomogeneity", "Profile over B₁", lambda s, p: profile(s, p), "B₁, relative", "M_z/M₀",
            low=-1.08, high=1.08, x_low=0.0, x_high=STRONGEST, when=lambda p: p.across == "B1",
        ),
        Trace(
            "following", "Magnetization", ("mz", "along"), -1.05, 1.05,
            window=lambda p: (1 + PAUSE) * p.duration,
        ),
    )  # fmt: skip
    symbols = {
        "Δω": "angular offset from resonance",
        "ω_1": "strength of the RF field, γB₁",
        "Ω": "nutation rate about the effective field",
        "ω": "frequency of the pulse; its rate where dotted",
        "x_{+}": "π(Δω/β + μ)/2",
        "x_{−}": "π(Δω/β − μ)/2",
        "β": "rate of the hyperbolic secant",
        "M_z^{∞}": "steady state",
        "R_1": "longitudinal rate, 1/T₁",
        "R_2": "transverse rate, 1/T₂",
        "R_{1ρ}": "decay rate along the effective field",
    }
    laws = (
        Law(
            "nutation", "Nutation", "mz", theory=now(laws_of.nutation),
            latex=r"M_z=\frac{\Delta\omega^2+\omega_1^2\cos\Omega t}{\Omega^2},\ \Omega^2=\omega_1^2+\Delta\omega^2",
            validity="During a block without relaxation, from equilibrium.",
            tolerance=1e-10, because="Exact rotations; rounding of some thousand steps.",
            reference="Rabi, Phys. Rev. 51, 652 (1937)",
            check=Check(8e-3, preset="nutation"), holds=laws_of.nutates, curve=laws_of.nutation, plots=("following",),
        ),
        Law(
            "landau_zener", "Landau-Zener", "mz",
            theory=lambda s, p, d: adiabatic.landau_zener(p.peak, 2 * pi * p.bandwidth / p.duration),
            latex=r"M_z=2e^{-\pi\omega_1^2/2|\dot\omega|}-1",
            validity="After a linear sweep that starts and ends far from resonance, without relaxation.",
            tolerance=1.0,
            because="In units of three times the tilt of the field at the ends, which the law takes to be none.",
            reference="Zener, Proc. R. Soc. A 137, 696 (1932)",
            check=Check(0.022, preset="too_fast"), scale=lambda s, p, d: 3 * laws_of.end_tilt(p),
            holds=laws_of.sweep_ended,
        ),
        Law(
            "secant", "Hyperbolic secant", "mz",
            theory=lambda s, p, d: float(bloch_laws.hyperbolic_secant(p.dw, p.peak, p.rate, p.mu)),
            latex=r"M_z=\tanh x_+\tanh x_-+\cos\left(\pi\sqrt{\omega_1^2/\beta^2-\mu^2}\right)"
            r"\mathrm{sech}\,x_+\,\mathrm{sech}\,x_-",
            validity="After a hyperbolic secant that begins and ends below a tenth of its peak, without relaxation.",
            tolerance=1.0,
            because="In units of twice the tilt of the field from z at the ends, where it is cut off; steps add 1e-6.",
            reference="Silver, Joseph and Hoult, Phys. Rev. A 31, 2753 (1985)",
            check=Check(0.0115, {"offset": 900.0}, preset="secant"),
            scale=lambda s, p, d: 2 * laws_of.end_tilt(p) + 1e-6, holds=laws_of.secant_ended,
        ),
        Law(
            "bir4", "Angle of BIR-4", "mz", theory=lambda s, p, d: cos(radians(p.flip)),
            latex=r"M_z=\cos\alpha", validity="After BIR-4 of M on resonance, always adiabatic: K above 4.",
            tolerance=0.03, because="What passages of finite speed leave behind: up to 1.7°.",
            reference="Staewen et al., Invest. Radiol. 25, 559 (1990)", check=Check(0.0055, preset="bir4"),
            holds=laws_of.bir4_ended,
        ),
        Law(
            "torrey", "Damped nutation", "mz",
            theory=now(laws_of.damped_nutation),
            latex=r"M_z-M_z^\infty\propto e^{-(R_1+R_2)t/2}\cos\Omega t,\ \Omega^2=\omega_1^2-\frac{(R_2-R_1)^2}{4}",
            validity="During a block on resonance with relaxation, from equilibrium.",
            tolerance=3e-4, because="Relaxation enters each step at second order, (w1 dt)^2 R2 dt.",
            reference="Torrey, Phys. Rev. 76, 1059 (1949)",
            check=Check(0.3, preset="torrey"), holds=laws_of.torrey_holds, curve=laws_of.damped_nutation,
            plots=("following",),
        ),
        Law(
            "saturation", "Steady state", "mz",
            theory=lambda s, p, d: float(bloch_laws.steady_state(p.peak, p.dw, p.T1, p.T2)[2]),
            latex=r"M_z=\frac{1+\Delta\omega^2T_2^2}{1+\Delta\omega^2T_2^2+\omega_1^2T_1T_2}",
            validity="After ten T₁ of a block.",
            tolerance=2e-4, because="What transients leave after ten T₁, exp(-10), and the steps.",
            reference="Bloch, Phys. Rev. 70, 460 (1946)",
            check=Check(4.0, preset="saturation"), holds=laws_of.is_steady,
        ),
        Law(
            "spin_lock", "Spin-lock", "along",
            theory=lambda s, p, d: float(laws_of.locked(p, np.array([s.local]), p.dw)[0]),
            latex=r"R_{1\rho}=R_1\cos^2\theta+R_2\sin^2\theta",
            validity="During a block with M along its effective field, about which M precesses faster than it "
            "relaxes.",
            tolerance=1.0, because="In units of (R2 - R1)/w_eff, the angle by which relaxation tilts M off the field.",
            reference="Trott and Palmer, J. Magn. Reson. 154, 157 (2002)",
            check=Check(0.15, preset="tilted_lock"), scale=lambda s, p, d: laws_of.locking_error(p) + 1e-5,
            holds=laws_of.lock_holds, curve=laws_of.lock_decay, plots=("following",),
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "passage", "Adiabatic fast passage", "The frequency sweeps through resonance: M follows the field.",
            notes="In the frame that follows the sweep, the effective field rotates from +z to −z and M precesses "
            "about it on a narrow cone. Every isochromat of the band is inverted, whatever the exact B₁.",
        ),
        Preset(
            "too_fast", "Too fast a sweep", "The same sweep with a weak B₁: M does not follow.",
            parameters={"w1": 180.0},
            notes="The effective field rotates faster than M precesses about it: the cone opens, and M ends "
            "between the poles. The inversion depends only on ω₁² over the rate of the sweep.",
        ),
        Preset(
            "secant", "Hyperbolic secant", "A pulse that inverts a sharp band, whatever the exact B₁.",
            parameters={"pulse": "hyperbolic secant", "w1": 1300.0, "duration": 0.01, "bandwidth": 2000.0, "mu": 5.0,
                "span": 2500.0,
            },
            notes="Amplitude and frequency are modulated together, so that the edges of the band are sharp. Double "
            "the amplitude or halve it: the profile stays. At a quarter of it M no longer follows.",
        ),
        Preset(
            "frames", "One pulse, five frames", "The hyperbolic secant again, seen from one frame of reference "
            "after another.",
            parameters={"pulse": "hyperbolic secant", "w1": 1300.0, "duration": 0.01, "bandwidth": 2000.0, "mu": 5.0,
                "span": 2500.0, "offset": 300.0, "frame": "laboratory",
            },
            # Each pulse leaves its path in one frame, which then turns into the next; no movie shows the odd steps.
            actions=((0.01022, "rotating"), (0.02222, "RF"), (0.03422, "modulated"), (0.04622, "effective"),
                (0.05822, "laboratory"),
            ),
            repeat=0.06, length=0.06, speed=0.002,
            notes="The laboratory, then frames that rotate with the spin, with the carrier, with the sweep, and "
            "with the effective field along z″: only the observer changes. Each frame removes one motion, until M "
            "is almost at rest.",
        ),
        Preset(
            "bir4", "BIR-4", "Any flip angle, the same for B₁ of half and of twice the strength.",
            parameters={"pulse": "BIR-4", "w1": 2500.0, "duration": 0.005, "bandwidth": 30_000.0, "across": "B1"},
            notes="The sweep spreads the isochromats over a plane and gathers them again; two phase jumps leave "
            "them rotated by 90°. Their B₁ ranges from zero to 2.5 times the nominal one, and nearly all end in "
            "the same direction.",
        ),
        Preset(
            "nutation", "Off-resonance nutation", "A rectangular pulse off resonance: M nutates about a tilted "
            "field.",
            parameters={"pulse": "block", "w1": 500.0, "duration": 8e-3, "offset": 500.0, "span": 2000.0,
                "frame": "RF",
            },
            notes="With an offset as large as ω₁ the effective field is tilted by 45°, and M nutates about it from "
            "z to x and back: it never reaches −z. In the frame of the effective field the path is a plain circle "
            "about z″.",
        ),
        Preset(
            "laboratory", "In the laboratory frame", "A 90° pulse on resonance, seen from the laboratory.",
            parameters={"pulse": "block", "w1": 250.0, "duration": 1e-3, "span": 200.0, "frame": "laboratory"},
            notes="B₁ rotates with the carrier and keeps step with M, which spirals down to the equator. Change to "
            "the rotating frame: the spiral becomes a quarter of a circle.",
        ),
        Preset(
            "torrey", "Damped nutation", "Nutation with relaxation, towards a steady state.",
            parameters={"pulse": "block", "w1": 25.0, "duration": 0.3, "span": 100.0, "relaxation": True, "T1": 0.3,
                "T2": 0.06, "frame": "RF",
            },
            notes="On resonance M spends as much time along z as in the plane, so the nutation decays with the "
            "mean of both rates, (R₁+R₂)/2. Almost nothing remains: a strong field saturates.",
        ),
        Preset(
            "saturation", "Saturation", "A weak field that stays on saturates part of the line.",
            parameters={"pulse": "block", "w1": 3.0, "duration": 4.0, "span": 25.0, "relaxation": True, "T1": 0.3,
                "T2": 0.1, "frame": "RF",
            },
            notes="After a few T₁ absorption and relaxation balance. The hole in the profile is broader than the "
            "line, by the factor √(1 + ω₁²T₁T₂).",
        ),
        Preset(
            "spin_lock", "Spin-lock", "M along B₁ does not precess: it decays with T₁ρ.",
            parameters={"pulse": "block", "w1": 300.0, "duration": 0.15, "span": 300.0, "start": "B_eff",
                "relaxation": True, "T1": 1.0, "T2": 0.08, "frame": "RF",
            },
            notes="M along B₁ feels no torque in the rotating frame, and offsets no longer dephase it. It decays "
            "along B₁ with T₁ρ, which on resonance equals T₂.",
        ),
        Preset(
            "tilted_lock", "Tilted spin-lock", "Locked off resonance, M decays slower.",
            parameters={"pulse": "block", "w1": 300.0, "offset": 300.0, "duration": 0.15, "span": 600.0,
                "start": "B_eff", "relaxation": True, "T1": 1.0, "T2": 0.05, "frame": "effective",
            },
            notes="Along a tilted field the rate of decay is R₁cos²θ + R₂sin²θ. Each isochromat is locked at its "
            "own angle; those far off resonance decay with R₁ only.",
        ),
    )  # fmt: skip
    actions = (
        Action("again", "Restart", "Start the pulse again.", lambda s, p: motion.begin(s, p)),
        Action("next_frame", "Next frame", "Show the next frame of reference.", lambda s, p: next_frame(p)),
        Action("laboratory", "Laboratory", "Show the laboratory frame.", lambda s, p: p.change(frame="laboratory")),
        Action("rotating", "Rotating", "Show the frame that rotates with the spin.", lambda s,
        p: p.change(frame="rotating")),
        Action("RF", "RF", "Show the frame that rotates with the carrier.", lambda s, p: p.change(frame="RF")),
        Action("modulated", "Modulated", "Show the frame that follows the sweep.", lambda s,
        p: p.change(frame="modulated")),
        Action("effective", "Effective field", "Show the frame with the effective field along z.",
               lambda s, p: p.change(frame="effective")),
    )  # fmt: skip

    landmarks = (
        null(lambda s, p: motion.played(s, p), rise=0.1),
        Landmark(
            "resonance", "resonance", "The frequency of the pulse is that of the spin.", "zero",
            lambda s, p, seen: (2 * pi * seen["sweep"] - p.dw) * p.duration, ROUNDING,
            lambda s, p: motion.driven_in(s, p),
            when=lambda p: p.pulse != "block", shows="mz",
        ),
        Landmark(
            "end", "end of the pulse", "The pulse ends.", "zero",
            lambda s, p, seen: s.local / p.duration - 1 + 1e-9, ROUNDING, lambda s, p: motion.played(s, p), shows="mz",
        ),
    )  # fmt: skip

    def initial_state(self, p: PulseParameters, rng: np.random.Generator) -> PulseState:
        """The pulse begins."""
        return motion.start(p)

    def changed(self, state: PulseState, p: PulseParameters, before: PulseParameters) -> None:
        """Begin the pulse again."""
        motion.begin(state, p)

    def step(self, state: PulseState, p: PulseParameters, dt: float) -> None:
        """Go on with the pulse, or begin it again."""
        motion.step(state, p, dt)

    def turn(self, state: PulseState, p: PulseParameters, seconds: float) -> bool:
        """See `Look.turn`."""
        return state.look.turn(p.frame, seconds, motion.angles_now(state, p))

    def timestep(self, p: PulseParameters) -> float:
        """A two-hundred-and-fortieth of a second on screen."""
        return p.duration / motion.STEPS

    def speed(self, p: PulseParameters) -> float:
        """See `lens`."""
        return lens(p)

    def check(self, state: PulseState, p: PulseParameters) -> str:
        """No magnetization grows beyond M0."""
        longest = float(np.max(np.sum(state.m**2, axis=0)))
        return f"|M|² grew to {longest:.12g}, the limit is 1 + 1e-9" if longest > 1 + 1e-9 else ""

    def observe(self, state: PulseState, p: PulseParameters) -> dict[str, float]:
        """What M and the pulse do."""
        x, y, z = (float(v) for v in state.m[:, 0])
        w1, sweep = motion.field_of(p, np.array([state.local]))
        return {
            "mz": z,
            "transverse": float(np.hypot(x, y)),
            "along": motion.along_field(state, p),
            "amplitude": float(w1[0]) / (2 * pi),
            "sweep": float(sweep[0]) / (2 * pi),
            "tilt": degrees(float(motion.angles_now(state, p)[4])) if state.local <= p.duration else nan,
            "adiabaticity": motion.adiabaticity(p, state.local),
        }

    def draw(self, state: PulseState, p: PulseParameters) -> tuple[Visual, ...]:
        """The fan, the path of M, the cone, the fields and M."""
        return picture(state, p)

    def stage(self, p: PulseParameters) -> Stage:
        """A Bloch sphere with the axes of the frame."""
        return Stage(bloch_sphere=True, axis_names=AXES[p.frame], low=(-1.05, -1.05, -1.05), high=(1.05, 1.05, 1.2))

    def caption(self, state: PulseState, p: PulseParameters) -> str:
        """The frame, what is exaggerated, and the pulse."""
        frame = TITLES[p.frame]
        if p.frame == "laboratory":
            frame += f", carrier slowed to {LAB_TURNS:g} revolutions a second"
        strength = show(p.peak / PROTON_GYROMAGNETIC_RATIO, "T", 3)
        cut = p.pulse == "hyperbolic secant" and p.cut > CUT
        warning = f" · cut off at {p.cut:.0%} of its peak: lengthen it" if cut else ""
        short = " · long fields drawn shorter" if shortened(p) and p.frame != "laboratory" else ""
        return f"{frame} · {p.pulse}, B₁ up to {strength}{short}{warning}"


def next_frame(p: PulseParameters) -> PulseParameters:
    """The frame after the present one."""
    return p.change(frame=FRAMES[(FRAMES.index(p.frame) + 1) % len(FRAMES)])
