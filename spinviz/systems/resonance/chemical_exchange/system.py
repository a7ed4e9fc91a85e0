"""Chemical exchange: spins that hop between two sites of different frequency, and their lines, which become one.

The magnetizations of the sites follow the Bloch-McConnell equations in exact steps; beside them some hundred single
spins hop at random, and their mean agrees within its statistics. Pulses are hard, the frame rotates at the carrier.
"""

from __future__ import annotations

from math import inf, pi

import numpy as np

from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain
from spinviz.model.visuals import Stage, Visual
from spinviz.physics.resonance import chemical_exchange as exchange
from spinviz.physics.rng import drawn_from
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.resonance.chemical_exchange.laws import LAWS, SYMBOLS, symmetric
from spinviz.systems.resonance.chemical_exchange.parameters import ExchangeParameters, sites, slower, sweep
from spinviz.systems.resonance.chemical_exchange.picture import AT_SITES, picture
from spinviz.systems.resonance.chemical_exchange.plots import PLOTS
from spinviz.systems.resonance.chemical_exchange.state import (
    MEASURED,
    RECORD,
    TRAIL,
    ExchangeState,
    Start,
    begin,
    distance,
    invert_a,
    leave_trail,
    next_rate,
    propagators,
    pulse,
    record,
    reset,
    spoil,
    start_of,
)


class ChemicalExchange(System[ExchangeParameters, ExchangeState]):
    """Two sites between which spins hop, tipped by hard pulses."""

    name = "chemical_exchange"
    title = "Chemical exchange"
    chapter = "Magnetic resonance"
    order = 90
    summary = "Spins that exchange between two sites: two lines broaden, coalesce and become one narrow line."
    notes = (
        "Each ball is the spin of one molecule, orange at site A, blue at site B; a hop changes the sense of its "
        "precession, not its direction."
    )
    equation = (
        r"\frac{\mathrm{d}M_A^+}{\mathrm{d}t}=-\left(i\omega_A+\frac{1}{T_{2A}}\right)M_A^+"
        r"-k_{AB}M_A^++k_{BA}M_B^+"
    )
    Parameters = ExchangeParameters
    observables = (
        Observable("voltage", "Coil voltage (normalised)", "U/U₀"),
        Observable("voltage_90", "Coil voltage, in quadrature", "U_90/U₀"),
        Observable("hopping", "Coil voltage of the single spins", "U_N/U₀"),
        Observable("mza", "Longitudinal magnetization of A", "M_zA/p_AM₀"),
        Observable("mzb", "Longitudinal magnetization of B", "M_zB/p_BM₀"),
        Observable("distance", "Measured line splitting", "δν", "Hz"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    presets = (
        Preset(
            "slow", "Slow exchange", "Few hops within a decay: two lines, broadened by the rate.",
            actions=((0.0, "reset"), (0.0, "90x")), repeat=1.1, speed=0.05, length=0.8,
            notes="A and B precess in opposite senses and the signal beats. A molecule that hops joins the others "
            "with the wrong phase: both lines are broader by k/π.",
        ),
        Preset(
            "intermediate", "Intermediate exchange", "Half the rate of coalescence: the lines broaden and move "
            "together.",
            parameters={"k": 45.0}, actions=((0.0, "reset"), (0.0, "90x")), repeat=0.45, speed=0.025, length=0.4,
            notes="The signal decays within a few hops. The two maxima are closer together: their distance is no "
            "longer the difference of the two frequencies.",
        ),
        Preset(
            "coalescence", "Coalescence", "k = πΔν/√2: the two lines become one flat top.",
            parameters={"k": 88.858}, actions=((0.0, "reset"), (0.0, "90x")), repeat=0.3, speed=0.015, length=0.25,
            notes="There is one maximum, and its curvature vanishes. The two frequencies can no longer be told "
            "apart, though every molecule still has one of them.",
        ),
        Preset(
            "fast", "Fast exchange", "Many hops within one revolution: one narrow line at the mean frequency.",
            parameters={"k": 3000.0}, actions=((0.0, "reset"), (0.0, "90x")), repeat=1.1, speed=0.06, length=0.9,
            notes="With a hundred hops within one revolution each molecule precesses at the mean frequency: A, B "
            "and the single spins stay together, and the faster the exchange the narrower the line.",
        ),
        Preset(
            "sweep", "Increasing rate", "The rate increases step by step; each decay adds the positions of its "
            "lines.",
            parameters={"k": 0.1 * exchange.coalescence_rate(40.0), "T2A": 0.1, "T2B": 0.1}, actions=sweep(40.0, 0.1),
            speed=0.12, length=2.3,
            notes="Point by point the lines move together and meet at k = πΔν/√2 with a vertical slope: the "
            "splitting vanishes as a square root, like an order parameter.",
        ),
        Preset(
            "unequal", "Unequal populations", "Three quarters at A: the small line fades into the large one.",
            parameters={"k": 30.0, "pA": 0.75}, actions=((0.0, "reset"), (0.0, "90x")), repeat=0.7, speed=0.04,
            length=0.55,
            notes="The small line is broader, because molecules leave B three times as fast. Both lines move "
            "towards the weighted mean, which lies nearer to A.",
        ),
        Preset(
            "inversion_transfer", "Inversion transfer", "Only A is inverted; B, never excited, loses magnetization.",
            parameters={"k": 2.0}, actions=((0.0, "reset"), (0.05, "invert_a"), (1.5, "90x")), repeat=2.4, speed=0.25,
            length=2.0,
            notes="Molecules arrive at B inverted, while those that leave B are not: M_z of B dips while A "
            "recovers. Depth and time of the dip give rates far too low to broaden a line.",
        ),
        Preset(
            "saturation_transfer", "Saturation transfer", "A is kept at zero; B falls to 1/(1 + k T₁).",
            parameters={"k": 2.0, "saturation": True}, actions=((0.0, "reset"), (2.2, "90x")), repeat=3.0, speed=0.3,
            length=2.6,
            notes="B is not irradiated, and yet its magnetization falls to a third, because what it sends to A is "
            "saturated there. The readout at the end shows one line, that of B.",
        ),
        Preset(
            "exsy", "Exchange spectroscopy", "Two 90° pulses label A by inversion, then come the mixing time and "
            "the readout.",
            parameters={"k": 1.5, "offset": 20.0, "mixing": 0.1, "T1A": 3.0, "T1B": 3.0, "T2A": 0.3, "T2B": 0.3},
            actions=((0.0, "reset"), (0.0, "90x"), (0.0125, "90x"), (0.0125, "spoil"), (0.1125, "90x")), repeat=1.2,
            speed=0.04, length=0.9,
            notes="Between the two pulses A and B separate by half a turn, so that the pair inverts A and leaves B "
            "alone. Molecules that hop during the mixing time carry this label to the other line: cross peaks in "
            "two dimensions.",
        ),
    )  # fmt: skip
    actions = (
        Action("90x", "90° x", "Rotate by 90° about x, at once.", lambda s, p: pulse(s, p, pi / 2, 0.0)),
        Action("180x", "180° x", "Rotate by 180° about x, at once.", lambda s, p: pulse(s, p, pi, 0.0)),
        Action("invert_a", "Invert A", "Invert the magnetization at site A, at once.", invert_a),
        Action(
            "next_k", "Increase k", "Increase k by a tenth of that of coalescence; after 1.3 return to 0.1.", next_rate
        ),
        Action("spoil", "Spoil", "Destroy the transverse magnetization.", spoil),
        Action("reset", "Reset M", "Reset M to equilibrium along z.", reset),
    )

    def initial_state(self, p: ExchangeParameters, rng: np.random.Generator) -> ExchangeState:
        """Equilibrium along z, the molecules on the sites as their populations say."""
        N = p.molecules
        random = drawn_from(rng)
        site = rng.permutation((np.arange(N) >= round(p.pA * N)).astype(np.int64))
        along = np.array([p.pA, 1 - p.pA])
        state = ExchangeState(
            np.zeros(2, np.complex128), along, site, rng.exponential(size=N), np.zeros(N), np.zeros(N), np.ones(N),
            random, np.zeros(RECORD, np.complex128), 0, np.zeros(2, np.complex128), 0.0,
            np.zeros((MEASURED, 3)), 0, Trail.of(TRAIL, 6),
        )  # fmt: skip
        begin(state, p)
        return state

    def changed(self, state: ExchangeState, p: ExchangeParameters, before: ExchangeParameters) -> None:
        """Another decay begins."""
        begin(state, p)

    def departure(self, state: ExchangeState, p: ExchangeParameters) -> Start:
        """See `Start`."""
        return start_of(state)

    def step(self, state: ExchangeState, p: ExchangeParameters, dt: float) -> None:
        """Precess, relax and hop: exactly for both sites, at random for the single spins."""
        key = sites(p)
        transverse, longitudinal = propagators(key, dt)
        state.plus = transverse @ state.plus
        state.along = key.equilibrium + longitudinal @ (state.along - key.equilibrium)
        rates, w = np.array(key.rates), np.array([key.wA, key.wB])
        R1, R2 = 1 / np.array([p.T1A, p.T1B]), 1 / np.array([p.T2A, p.T2B])
        exchange.hop(
            state.site, state.waiting, state.mx, state.my, state.mz, rates, w, R1, R2, bool(p.saturation), float(dt),
            state.random,
        )  # fmt: skip
        record(state, p, dt)
        leave_trail(state)

    def timestep(self, p: ExchangeParameters) -> float:
        """Some hundred steps per decay, and at least 40 per turn of the quicker site."""
        fastest = abs(p.offset) + p.separation / 2
        return min(min(p.T2A, p.T2B) / 400, 1 / (40 * fastest) if fastest > 0 else inf)

    def speed(self, p: ExchangeParameters) -> float:
        """Show T2 in four seconds."""
        return slower(p) / 4

    def observe(self, state: ExchangeState, p: ExchangeParameters) -> dict[str, float]:
        """Voltages of the sites and of the single spins, longitudinal magnetization, distance of the lines."""
        total = state.plus.sum()
        return {
            "voltage": float(total.imag),
            "voltage_90": float(total.real),
            "hopping": float(state.my.mean()),
            "mza": float(state.along[0]) / p.pA,
            "mzb": float(state.along[1]) / (1 - p.pA),
            "distance": distance(state, p),
        }

    def draw(self, state: ExchangeState, p: ExchangeParameters) -> tuple[Visual, ...]:
        """The single spins, M of both sites over their populations, the total and the paths."""
        return picture(state, p)

    def stage(self, p: ExchangeParameters) -> Stage:
        """A Bloch sphere."""
        return Stage(
            bloch_sphere=True, axis_names=("x′", "y′", "z, B₀"), low=(-1.4, -1.05, -1.05), high=(1.4, 1.05, 1.2)
        )

    def caption(self, state: ExchangeState, p: ExchangeParameters) -> str:
        """Frame of reference and rates."""
        kAB, kBA = sites(p).rates
        critical = exchange.coalescence_rate(p.separation)
        near = f"; k = {p.k / critical:.2g} k_c" if symmetric(p) else ""
        first = f"kAB = {plain(kAB, 3)} /s, " if kAB != kBA else "kAB = "
        saturated = " · A saturated" if p.saturation else ""
        possible = p.T2A <= 2 * p.T1A and p.T2B <= 2 * p.T1B
        warning = "" if possible else " · T₂ > 2 T₁ is unphysical"
        rates = f"{first}kBA = {plain(kBA, 3)} /s{near}"
        drawn = f" ({AT_SITES} drawn at their sites)" if p.molecules > AT_SITES else ""
        return f"rotating frame · {p.molecules} single spins{drawn} · {rates}{saturated}{warning}"
