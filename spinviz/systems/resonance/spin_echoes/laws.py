"""The laws of trains of pulses: closed forms of single echoes, and the phase graph of everything."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, pi, sin, sqrt, tan

import numpy as np

from spinviz.model.law import Check, Departure, Law
from spinviz.physics.echoes.echo_laws import diffusion_echo, diffusion_train, first_echoes
from spinviz.physics.resonance.bloch_laws import cpmg_plateau, hahn_echo
from spinviz.systems.resonance.spin_echoes.parameters import (
    EchoParameters,
    apart,
    coherences,
    ideal_echoes,
    named_echoes,
    spins_that_count,
)
from spinviz.systems.resonance.spin_echoes.state import EchoState, echo_time, latest

ROUNDING = 1e-11
"""Rounding of some thousand exact steps, and 6e-13 of a Gaussian at 7.5 standard deviations."""


def heard(*trains: str) -> Callable[[EchoState, EchoParameters, Departure], bool]:
    """Condition of a closed form: a separate echo of such a train, without diffusion."""

    def holds(s: EchoState, p: EchoParameters, d: Departure) -> bool:
        return p.train in trains and s.heard > 0 and not p.diffuses and apart(p)

    return holds


def expected_now(state: EchoState, p: EchoParameters, d: Departure) -> float:
    """|M+| by the phase graph."""
    return float(np.abs(coherences(p).signal([state.local], p.isochromats, p.sd))[0])


def train_amplitude(state: EchoState, p: EchoParameters, d: Departure) -> float:
    """The latest of the first two echoes of CPMG or CP."""
    pair = first_echoes(p.angles[1], 2 * p.delay, p.T1, p.T2, meiboom_gill=p.train == "cpmg")
    return sin(p.angles[0]) * pair[state.heard - 1]


def of_first_two(s: EchoState, p: EchoParameters, d: Departure) -> bool:
    """Whether the latest echo is one of the first two of a train, excited from equilibrium by 90 degrees."""
    return p.trains and 0 < s.heard < 3 and not p.diffuses and apart(p) and p.flip == 90


def on_plateau(s: EchoState, p: EchoParameters, d: Departure) -> bool:
    """Whether a CPMG train has gone on for long, with equal relaxation along and across the field."""
    ready = p.train == "cpmg" and s.heard >= 6 and not p.diffuses
    return ready and apart(p) and p.flip == 90 and p.T1 == p.T2


def known_of_three(s: EchoState, p: EchoParameters, d: Departure) -> bool:
    """Whether the latest echo of three pulses is one alone: of two that coincide the signs decide."""
    return heard("stimulated")(s, p, d) and named_echoes(p)[s.heard - 1].amplitude >= 0


def oscillation(s: EchoState, p: EchoParameters, d: Departure) -> float:
    """Amplitude sqrt(cot(a/2)/(4 pi)) n^(-3/2) with which echo n oscillates about the plateau, and rounding.

    Found from the phase graph of 48 echoes for 5 to 179 degrees; from the sixth echo on it is exceeded by 4 % at most.
    """
    half = p.angles[1] / 2
    slow = 1 / sqrt(4 * pi * abs(tan(half))) if tan(half) else 0.0
    return float(slow * s.heard**-1.5 * exp(-echo_time(s, p) / p.T2) + ROUNDING)


def perfect(s: EchoState, p: EchoParameters, d: Departure) -> bool:
    """Whether a train of perfect pulses decays with T2 alone."""
    return p.train == "cpmg" and s.heard > 0 and p.refocusing == 180 and not p.diffuses and apart(p)


def attenuated(state: EchoState, p: EchoParameters, d: Departure) -> float:
    """The latest echo with diffusion: of two pulses, or of a CPMG train of perfect ones."""
    t, first = echo_time(state, p), p.angles[0]
    if p.train == "hahn":
        amplitude = float(hahn_echo(t / 2, p.angles[0], p.angles[1], p.T2))
        return amplitude * float(diffusion_echo(t / 2, p.slope, p.diffusion))
    return sin(first) * float(np.exp(-t / p.T2) * diffusion_train(t, 2 * p.delay, p.slope, p.diffusion))


def walked(s: EchoState, p: EchoParameters, d: Departure) -> bool:
    """Whether a closed form of the echo with diffusion applies."""
    known = p.train == "hahn" or (p.train == "cpmg" and p.refocusing == 180)
    return s.heard > 0 and p.diffuses and known and apart(p)


def scatter(state: EchoState, p: EchoParameters, d: Departure) -> float:
    """Standard deviation of an echo of N random walkers with the attenuation A, and the bias of its magnitude.

    The phases are Gaussian with <cos> = A: var cos = (1 - A^2)^2/2, var sin = (1 - A^4)/2, over the spins that count.
    Where A is lost among them the magnitude is that of N random phases, sqrt(pi/4N) in the mean.
    """
    law = attenuated(state, p, d)
    without = float(np.exp(-echo_time(state, p) / p.T2)) * abs(sin(p.angles[0]))
    A, count = (law / without if without > 0 else 0.0), spins_that_count(p)
    lost = sqrt(pi / (4 * count))
    bias = min((1 - A**4) / (4 * A * count), lost) if A > 0 else lost
    return without * ((1 - A * A) / sqrt(2 * count) + bias) + ROUNDING


SYMBOLS = {
    "M_{+}": "transverse magnetization, M_x + iM_y",
    "F_k": "coherence dephased k times",
    "k": "order of dephasing",
    "F_0": "coherence in phase",
    "E_{STE}": "amplitude of the stimulated echo",
    "T": "time between the first and the third pulse",
    "E_1": "amplitude of the first echo",
    "E_2": "amplitude of the second echo",
    "E_n": "amplitude of echo n",
    "E_0": "amplitude without decay",
    "n": "number of the echo",
    "α": "flip angle of the refocusing pulses",
    "δf_N": "distance of neighbouring offsets",
}

LAWS = (
    Law(
        "phase_graph", "Extended phase graph", "transverse",
        theory=expected_now,
        latex=r"|M_+(t)|=\Big|\sum_k F_k(t)\,D(k+t)\Big|",
        symbols={"D": "dephasing: transform of the distribution of offsets"},
        validity="Any train of pulses without diffusion; D is the dephasing of this very comb of isochromats.",
        tolerance=1e-10, because="Rounding of some thousand exact steps, and of phases up to 1e4 rad.",
        reference="Weigel, J. Magn. Reson. Imaging 41, 266 (2015)",
        check=Check(0.118, preset="stimulated"),
        holds=lambda s, p, d: not p.diffuses,
        plots=("signal",),
    ),
    Law(
        "echoes", "Echoes of a train", "echo",
        theory=lambda s, p, d: float(ideal_echoes(p)[s.heard - 1]),
        latex=r"E=|F_0(t_\mathrm{echo})|",
        validity="Pulses of any angle; offsets that dephase completely between the echoes, no diffusion.",
        tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
        reference="Hennig, J. Magn. Reson. 78, 397 (1988)",
        check=Check(0.25, preset="cp"), holds=heard("hahn", "stimulated", "cpmg", "cp"),
        plots=("signal",),
    ),
    Law(
        "hahn", "Hahn echo", "echo",
        theory=lambda s, p, d: float(hahn_echo(p.delay, p.angles[0], p.angles[1], p.T2)),
        latex=r"E(2\tau)=\sin\alpha_1\,\sin^2\!\frac{\alpha_2}{2}\;e^{-2\tau/T_2}",
        validity="Two pulses; offsets that dephase completely within τ.",
        tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
        reference="Hahn, Phys. Rev. 80, 580 (1950)",
        check=Check(0.08, {"flip": 70, "refocusing": 130}, preset="hahn"), holds=heard("hahn"),
        plots=("signal",),
    ),
    Law(
        "five_echoes", "Five echoes of three pulses", "echo",
        theory=lambda s, p, d: named_echoes(p)[s.heard - 1].amplitude,
        latex=r"E_\mathrm{STE}(T+\tau)=\tfrac12\sin\alpha_1\sin\alpha_2\sin\alpha_3\,"
        r"e^{-(T-\tau)/T_1}e^{-2\tau/T_2}",
        validity="Three pulses, T > 2τ; the other four are spin echoes at 2τ, 2T−2τ, 2T−τ and 2T.",
        tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
        reference="Hahn, Phys. Rev. 80, 580 (1950)",
        check=Check(0.118, preset="stimulated"), holds=known_of_three,
        plots=("signal",),
    ),
    Law(
        "first_echoes", "First two echoes of a train", "echo", theory=train_amplitude,
        latex=r"E_1=\sin^2\!\frac{\alpha}{2},\quad E_2=\sin^2\!\frac{\alpha}{2}\left(1+\cos^2\!\frac{\alpha}{2}"
        r"\right)",
        validity="A 90° pulse, then CPMG (CP: the stimulated part is subtracted); relaxation included.",
        tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
        reference="Hennig, J. Magn. Reson. 78, 397 (1988)",
        check=Check(0.11, {"T1": 0.3, "T2": 0.1}, preset="cpmg"), holds=of_first_two,
        plots=("signal",),
    ),
    Law(
        "plateau", "Plateau of CPMG", "echo",
        theory=lambda s, p, d: cpmg_plateau(p.angles[1]) * float(np.exp(-echo_time(s, p) / p.T2)),
        latex=r"E_n\rightarrow\sin\frac{\alpha}{2}\;e^{-2n\tau/T_2}",
        validity="Six echoes or more after a 90° pulse with T₁ = T₂.",
        tolerance=1.05,
        because="In units of √(cot(α/2)/4π) n^(-3/2), the oscillation about the plateau that is left after n echoes.",
        reference="Hennig, J. Magn. Reson. 78, 397 (1988)",
        check=Check(0.33, preset="cpmg"), scale=oscillation, holds=on_plateau,
        plots=("signal",),
    ),
    Law(
        "T2_decay", "Decay with T₂", "echo",
        theory=lambda s, p, d: sin(p.angles[0]) * float(np.exp(-echo_time(s, p) / p.T2)),
        latex=r"E_n=\sin\alpha_1\,e^{-2n\tau/T_2}",
        validity="CPMG with refocusing pulses of 180°, without diffusion.",
        tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
        reference="Meiboom and Gill, Rev. Sci. Instrum. 29, 688 (1958)",
        check=Check(0.245, preset="cpmg_T2"), holds=perfect,
        plots=("signal",),
    ),
    Law(
        "T2_measured", "T₂ by a fit through the echoes", "T2_measured",
        theory=lambda s, p, d: p.T2,
        latex=r"\ln E_n=\ln E_0-\frac{2n\tau}{T_2}",
        validity="CPMG with refocusing pulses of 180°, without diffusion; after two echoes.",
        tolerance=1e-7, because="Rounding of echoes of 1e-4 at least, and of their logarithms.",
        reference="Meiboom and Gill, Rev. Sci. Instrum. 29, 688 (1958)",
        check=Check(0.245, preset="cpmg_T2"), scale="theory",
        holds=lambda s, p, d: perfect(s, p, d) and latest(s) > 1e-4, plots=("signal",),
    ),
    Law(
        "diffusion", "Diffusion in a gradient", "echo", theory=attenuated,
        latex=r"E(2\tau)=e^{-2\tau/T_2}\,e^{-\frac23\gamma^2G^2D\tau^3},"
        r"\quad E_n=e^{-2n\tau/T_2}\,e^{-\frac23\gamma^2G^2D\tau^3 n}",
        validity="A Hahn echo, or CPMG with pulses of 180°; free diffusion in a constant gradient.",
        tolerance=5.0,
        because="In standard deviations of the mean over so many random walkers (6e-7 lie outside 5).",
        reference="Hahn, Phys. Rev. 80, 580 (1950); Carr and Purcell, Phys. Rev. 94, 630 (1954)",
        check=Check(0.07, preset="diffusion"), scale=scatter, holds=walked,
        plots=("signal",),
    ),
    Law(
        "recurrence", "Echoes without a refocusing pulse", "echo",
        theory=lambda s, p, d: sin(p.angles[0]) * float(np.exp(-echo_time(s, p) / p.T2)),
        latex=r"E(n/\delta f_N)=\sin\alpha_1\,e^{-t/T_2}",
        validity="One pulse and evenly spaced isochromats, δf_N apart: an artefact of too few of them.",
        tolerance=ROUNDING, because="Rounding, and what a Gaussian leaves after 7.5 standard deviations.",
        reference="Poisson's sum over the offsets",
        check=Check(0.17, preset="spurious"), holds=heard("free"),
        plots=("signal",),
    ),
)  # fmt: skip
