"""Spin waves: a film with stray field or a chain of antiparallel spins is kicked, and its dispersion is measured."""

from __future__ import annotations

from math import nan, pi

import numpy as np

from spinviz.model.system import Action, Observable, System
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.systems.dynamics.spin_waves import picture
from spinviz.systems.dynamics.spin_waves.laws import LAWS, SYMBOLS, departure, part_of, size_of
from spinviz.systems.dynamics.spin_waves.parameters import SAMPLES, SpinWaveParameters, lens, sample_time
from spinviz.systems.dynamics.spin_waves.plots import PLOTS
from spinviz.systems.dynamics.spin_waves.presets import PRESETS
from spinviz.systems.dynamics.spin_waves.spectra import measure
from spinviz.systems.dynamics.spin_waves.state import (
    Complex,
    SpinWaveState,
    forget,
    kick,
    started,
    stepped,
    still,
    timestep,
    wave_of,
)

TURNED = {"backward volume": "Damon-Eshbach", "Damon-Eshbach": "forward volume", "forward volume": "backward volume"}
"""Where the field points next."""
SHOWN_ONLY = ("waves", "tilt", "magnify")
"""Parameters that do not act on the motion."""


def turned(state: SpinWaveState, p: SpinWaveParameters) -> SpinWaveParameters:
    """The field along the next axis; across the plane so much larger that the field inside is the same."""
    if p.chain:
        return p
    to = TURNED[p.geometry]
    saturation = VACUUM_PERMEABILITY * p.Ms
    B = p.B + (saturation if to == "forward volume" else 0.0)
    if p.geometry == "forward volume":
        B = max(p.B - saturation, 0.0)
    return p.change(geometry=to, B=min(B, 10.0))


class SpinWaves(System[SpinWaveParameters, SpinWaveState]):
    """Waves of precession, and the dispersion that they have."""

    name = "spin_waves"
    title = "Spin waves"
    chapter = "Dynamics"
    order = 50
    summary = (
        "Spin waves of a magnetic film and of an antiferromagnet: a kick, and the dispersion that is measured of it."
    )
    notes = (
        "A kick excites waves of many lengths at once. A Fourier transform over space and time finds the frequency of "
        "each of them: the dispersion, which depends on how the film is magnetized."
    )
    equation = (
        r"\dot{\mathbf{m}}=-\gamma\,\mathbf{m}\times\mathbf{B}+\alpha\,\mathbf{m}\times\dot{\mathbf{m}},\quad"
        r"\mathbf{B}=\mathbf{B}_0+\frac{2A}{M_s}\nabla^2\mathbf{m}+\mathbf{B}_s"
    )
    Parameters = SpinWaveParameters
    observables = (
        Observable("frequency", "Frequency of the wave", "f", "Hz"),
        Observable("second", "Frequency of the other sense", "f_2", "Hz"),
        Observable("uniform", "Frequency of uniform precession", "f_0", "Hz"),
        Observable("group_velocity", "Group velocity", "v_g", "m/s"),
        Observable("wavelength", "Wavelength", "λ", "m"),
        Observable("emitted", "Wavelength of emitted waves", "λ_a", "m"),
        Observable("phase_velocity", "Phase velocity of emitted waves", "v_p", "m/s"),
        Observable("wave", "One wave", "c", "°"),
        Observable("amplitude", "Amplitude of the wave", "|c|", "°"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    presets = PRESETS
    actions = (
        Action("kick", "Kick", "Turn the magnetization in the middle aside.", lambda s, p: kick(s, p)),
        Action("faster", "Raise frequency", "Raise the frequency of the antenna by 10 %.",
               lambda s, p: p.change(f=min(p.f * 1.1, 1e13))),
        Action("slower", "Lower frequency", "Lower the frequency of the antenna by 10 %.",
               lambda s, p: p.change(f=max(p.f / 1.1, 1e8))),
        Action("still", "Remove all waves", "Put all moments at rest.", lambda s, p: still(s, p)),
        Action("turn", "Turn the field", "Apply the field along the next axis, the field inside kept.", turned),
    )  # fmt: skip

    def initial_state(self, p: SpinWaveParameters, rng: np.random.Generator) -> SpinWaveState:
        """At rest, kicked."""
        return started(p, int(rng.integers(2**62)))

    def memory(self, p: SpinWaveParameters) -> int:
        """The record of the waves, and little else."""
        return 16 * SAMPLES * (p.band + 1) * 2

    def departure(self, state: SpinWaveState, p: SpinWaveParameters) -> tuple[Complex, bool]:
        """See `laws.departure`."""
        return departure(state, p)

    def changed(self, state: SpinWaveState, p: SpinWaveParameters, before: SpinWaveParameters) -> None:
        """Waves of before have other frequencies."""
        if p != before.change(**{name: getattr(p, name) for name in SHOWN_ONLY}):
            forget(state)
        measure(state, p)

    def restored(self, state: SpinWaveState, p: SpinWaveParameters) -> None:
        """Nor do stray fields of before an edit was undone go on."""
        state.history.empty()

    def settle(self, state: SpinWaveState, p: SpinWaveParameters) -> float:
        """Half of the record, the whole of it with an antenna: what is shorter is known less well."""
        return sample_time(p) * SAMPLES * (1.0 if p.driven else 0.5)

    def step(self, state: SpinWaveState, p: SpinWaveParameters, dt: float) -> None:
        """See `stepped`; what was recorded is measured."""
        taken = state.taken
        stepped(state, p, dt)
        if state.taken != taken:
            measure(state, p)

    def timestep(self, p: SpinWaveParameters) -> float:
        """See `state.timestep`."""
        return timestep(p)

    def speed(self, p: SpinWaveParameters) -> float:
        """See `lens`."""
        return lens(p)

    def check(self, state: SpinWaveState, p: SpinWaveParameters) -> str:
        """The length of the moments."""
        drift = float(np.max(np.abs(np.linalg.norm(state.m, axis=1) - 1)))
        return f"|m| drifted by {drift:.1e}, the limit is 1e-6" if drift > 1e-6 else ""

    def observe(self, state: SpinWaveState, p: SpinWaveParameters) -> dict[str, float]:
        """Frequencies of the record, and the wave now."""
        f, second, uniform, slope, k = state.numbers
        now = wave_of(state, p)
        return {
            "frequency": f,
            "second": second,
            "uniform": uniform,
            "group_velocity": slope,
            "wavelength": 2 * pi / p.k if p.waves else nan,
            "emitted": 2 * pi / abs(k) if k else nan,
            "phase_velocity": 2 * pi * p.f / k if k else nan,
            "wave": float(part_of(now, p)),
            "amplitude": float(size_of(now, p)),
        }

    def draw(self, state: SpinWaveState, p: SpinWaveParameters) -> tuple[Visual, ...]:
        """See `picture.picture`."""
        return picture.picture(state, p)

    def stage(self, p: SpinWaveParameters) -> Stage:
        """See `picture.stage`."""
        return picture.stage(p)

    def odd(self, state: SpinWaveState, p: SpinWaveParameters) -> tuple[str, ...]:
        """A length that does not fit two sublattices."""
        return (f"{p.count} spins in place of {p.n}: sublattices alternate",) if p.count != p.n else ()

    def caption(self, state: SpinWaveState, p: SpinWaveParameters) -> str:
        """See `picture.caption`."""
        return picture.caption(p)
