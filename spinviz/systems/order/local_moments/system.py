"""Local moments: vectors of variable length that lose their order long before they lose their length."""

from __future__ import annotations

import numpy as np

from spinviz.model.brush import Indices, Sites
from spinviz.model.identity import Identity
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain, superscript
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.order.moment_updates import bond_sum
from spinviz.physics.rng import drawn_from
from spinviz.systems.order.local_moments.laws import LAWS, SYMBOLS
from spinviz.systems.order.local_moments.parameters import LocalMomentParameters
from spinviz.systems.order.local_moments.picture import picture, sites, stage
from spinviz.systems.order.local_moments.plots import PLOTS
from spinviz.systems.order.local_moments.state import (
    BRUSHES,
    PREPARED,
    LocalMomentState,
    align,
    aligned,
    cool,
    heat,
    hold,
    paint,
    randomize,
    settling,
    sweep,
)

HALF, BELOW, ABOVE = 0.208504, 0.375307, 0.6
"""Temperatures [J/kB]: T_C/2, 0.9 T_C and 1.4 T_C of the moments that open first."""


STIFF = {"a": 20.0, "b": 10.25, "T": 0.28}
"""Moments of nearly one length, M0 = 1, as in iron, at 0.85 of their Curie temperature."""


class LocalMomentLattice(System[LocalMomentParameters, LocalMomentState]):
    """A cube of moments whose direction and length both fluctuate."""

    name = "local_moments"
    title = "Local moments"
    chapter = "Order"
    order = 90
    summary = (
        "Moments of variable length: at the Curie point their order is gone while their lengths stay, and what a "
        "spectrometer sees depends on how fast they fluctuate."
    )
    notes = (
        "The magnetization falls because directions are lost, not because moments shrink: above the Curie point "
        "every arrow is still nearly as long as at zero temperature. A magnetometer measures their vector sum, a "
        "Mössbauer nucleus the field of its own moment."
    )
    equation = (
        r"H=\sum_i\left(-a\,m_i^2+b\,m_i^4\right)-\frac{J}{2N}\Big|\sum_i\vec m_i\Big|^2"
        r"\ \ \mathrm{or}\ \ -\frac{J}{6}\sum_{\langle ij\rangle}\vec m_i\cdot\vec m_j,"
        r"\ \langle ij\rangle\ \mathrm{each\ pair\ once}"
    )
    time_unit = "sweep"
    Parameters = LocalMomentParameters
    observables = (
        Observable("M", "Magnetization", "M/M₀"),
        Observable("rms", "Root mean square length", "m_rms/M₀"),
        Observable("length", "Mean length", "⟨m⟩/M₀"),
        Observable("M_square", "Square of the magnetization", "M²/M₀²"),
        Observable("energy", "Energy per moment", "e", "J"),
        Observable("virial", "Temperature from the virial", "T_v", "J/kB"),
        Observable("B_slow", "Mean hyperfine field of a moment", "B_slow", "T"),
        Observable("B_fast", "Hyperfine field of the magnetization", "B_fast", "T"),
        Observable("T", "Temperature", "T", "J/kB"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    identities = (
        Identity(
            "square", ("M", "M_square"), lambda s, p, seen: seen["M_square"] - seen["M"] ** 2, 1e-12,
            "M_square is the square of M; rounding.",
        ),
        Identity(
            "fast", ("M", "B_fast"), lambda s, p, seen: seen["B_fast"] - p.B_hf * seen["M"], 1e-9,
            "The mean field is that of M, in tesla; rounding.",
        ),
        Identity(
            "slow", ("length", "B_slow"), lambda s, p, seen: seen["B_slow"] - p.B_hf * seen["length"], 1e-9,
            "The field of a moment is that of its length, in tesla; rounding.",
        ),
        Identity(
            "temperature", ("T",), lambda s, p, seen: seen["T"] - p.T, 0.0, "The temperature is the one that is set.",
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "half", "Half the Curie temperature", "T = T_C/2: a fifth of the magnetization is gone, nothing of the "
            "lengths.",
            parameters={"T": HALF}, length=400.0,
            notes="The two gauges part: M has fallen to 0.78, the lengths to 0.97. Heat step by step and watch one "
            "of them fall to zero while the other hardly moves.",
        ),
        Preset(
            "cold", "Cold", "Near T = 0 all moments are parallel and of one length.",
            parameters={"T": 0.02}, length=400.0,
            notes="Both gauges are nearly at 1, and the six lines stand at the field of the full moment. With "
            "aligned moments it makes no difference how fast they fluctuate.",
        ),
        Preset(
            "below", "Just below the Curie point", "T = 0.9 T_C: little order, long moments.",
            parameters={"T": BELOW}, length=600.0,
            notes="The magnetization is down to 0.39, and the moments are still 0.93 of their length at T = 0. "
            "Slow fluctuations leave six lines at the field of the full moment; the magnetometer sees a third of it.",
        ),
        Preset(
            "above", "Above the Curie point", "T = 1.4 T_C, from aligned moments: order is lost, lengths stay.",
            parameters={"T": ABOVE}, actions=((20.0, "align"),), length=400.0,
            notes="Aligned moments lose their order within some sweeps. The sum is zero, and yet no arrow is short: "
            "this is a paramagnet of local moments, not a metal whose moments have vanished.",
        ),
        Preset(
            "slow", "Slow fluctuation", "Below T_C, flips slower than the nuclear precession: six lines of the full "
            "moment.",
            parameters={**STIFF, "rate": 1e5}, length=400.0,
            notes="A moment stays longer than its nucleus needs for one precession, so that the nucleus sees the "
            "moment as it is. Raise the rate: lines broaden, merge and reappear at the field of the magnetization.",
        ),
        Preset(
            "fast", "Fast fluctuation", "The same moments, flips faster than the nuclear precession: six lines of "
            "the mean.",
            parameters={**STIFF, "rate": 1e12}, length=400.0,
            notes="The nucleus sees only the mean of a moment that fluctuates fast, so the splitting follows the "
            "magnetization. The same lattice gives both spectra: a small splitting does not prove small moments.",
        ),
        Preset(
            "warming", "Warming", "From the cold through the Curie point, a quarter hotter each time.",
            parameters={"T": 0.1, "rate": 1e5}, length=900.0,
            actions=tuple((90.0 * k, "heat") for k in range(1, 9)),
            notes="Points on the plots follow the curves of mean field: the order falls to zero at T_C, the lengths "
            "by less than a tenth. Exchange that all moments share makes mean field exact.",
        ),
        Preset(
            "neighbours", "Six neighbours", "The same exchange, but from the six nearest neighbours alone.",
            parameters={"T": 0.3, "coupling": "neighbours"}, length=600.0,
            notes="Neighbours fluctuate together, and order is lost at a lower temperature than mean field says. "
            "The virial is the law that still holds: it knows nothing of what is coupled to what.",
        ),
    )  # fmt: skip
    actions = (
        Action("heat", "Heat", "Raise the temperature by a quarter.", heat),
        Action("cool", "Cool", "Lower the temperature by a fifth.", cool),
        Action("hold", "Hold the lengths", "Keep every length as it is, or release them again.", hold),
        Action("randomize", "Randomize", "Give every moment a random direction; lengths stay.",
               randomize),
        Action("align", "Align all", "Turn every moment along x; lengths stay.", align),
    )  # fmt: skip

    def initial_state(self, p: LocalMomentParameters, rng: np.random.Generator) -> LocalMomentState:
        """Aligned moments, brought to equilibrium."""
        state = LocalMomentState(aligned(p), np.zeros(3), drawn_from(rng))
        free = p.change(held=False)
        for _ in range(PREPARED):
            sweep(state, free)
        return state

    def settle(self, state: LocalMomentState, p: LocalMomentParameters) -> float:
        """See `settling`."""
        return settling(p)

    def step(self, state: LocalMomentState, p: LocalMomentParameters, dt: float) -> None:
        """One sweep."""
        sweep(state, p)

    def timestep(self, p: LocalMomentParameters) -> float:
        """One sweep."""
        return 1.0

    def speed(self, p: LocalMomentParameters) -> float:
        """Slow enough to see directions change."""
        return 30.0

    def brushes(self, p: LocalMomentParameters) -> tuple[str, ...]:
        """Directions can be painted; lengths stay."""
        return BRUSHES

    def sites(self, p: LocalMomentParameters) -> Sites:
        """All moments."""
        return sites(p.L)

    def paint(self, state: LocalMomentState, p: LocalMomentParameters, brush: str, sites: Indices) -> None:
        """See `state.paint`."""
        paint(state, p, brush, sites)

    def observe(self, state: LocalMomentState, p: LocalMomentParameters) -> dict[str, float]:
        """Means over all moments, in units of the length at T = 0."""
        lengths = state.lengths
        squares, M, N = lengths**2, state.M, len(lengths)
        own = float(np.mean(-p.a * squares + p.b * squares**2))
        shared = -p.alike * M**2 / 2 - p.bond * float(bond_sum(state.moments)) / N
        stretch = float(np.mean(-2 * p.a * squares + 4 * p.b * squares**2))
        length = float(lengths.mean()) / p.M0
        return {
            "M": M / p.M0,
            "rms": float(np.sqrt(squares.mean())) / p.M0,
            "length": length,
            "M_square": (M / p.M0) ** 2,
            "energy": own + shared,
            "virial": (stretch + 2 * shared) / 3,
            "B_slow": p.B_hf * length,
            "B_fast": p.B_hf * M / p.M0,
            "T": p.T,
        }

    def draw(self, state: LocalMomentState, p: LocalMomentParameters) -> tuple[Visual, ...]:
        """See `picture`."""
        return picture(state, p)

    def stage(self, p: LocalMomentParameters) -> Stage:
        """See `picture.stage`."""
        return stage(p)

    def caption(self, state: LocalMomentState, p: LocalMomentParameters) -> str:
        """Model, temperature, and what of the spectrum is idealised."""
        sites = f"{p.L}{superscript(3)} moments"
        exchange = "all coupled alike (mean field exact)" if p.coupling == "all" else "six neighbours, periodic"
        held = " · lengths held" if p.held else ""
        held += f" · {len(state.pinned)} moments pinned" if len(state.pinned) else ""
        ratio = f"T = {plain(p.T / p.Tc, 3)} Tc" + ("" if p.coupling == "all" else " of mean field")
        return f"{sites}, {exchange} · {ratio}{held} · hyperfine field ±m along one axis"
