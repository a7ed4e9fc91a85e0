"""Chemical exchange: spins that hop between two sites of different frequency, and their lines, which become one.

The magnetizations of the sites follow the Bloch-McConnell equations in exact steps; beside them some hundred single
spins hop at random, and their mean agrees within its statistics. Pulses are hard, the frame rotates at the carrier.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import cos, inf, nan, pi, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Departure, Law, now
from spinviz.model.plots import Graph, Image, Line, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import show
from spinviz.model.visuals import Arrows, Labels, Lines, Spheres, Stage, Visual, float32
from spinviz.physics.resonance import chemical_exchange as exchange
from spinviz.physics.resonance import exchange_laws
from spinviz.physics.rng import drawn_from
from spinviz.systems.pictures.trail import Trail
from spinviz.systems.resonance.chemical_exchange.state import (
    DECAYED,
    MEASURED,
    RECORD,
    TRAIL,
    ExchangeParameters,
    ExchangeState,
    Start,
    begin,
    invert_a,
    leave_trail,
    propagators,
    pulse,
    record,
    reset,
    resolved,
    site_vectors,
    sites,
    slower,
    slowest,
    span,
    spoil,
    start_of,
    transform,
)

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

RATES = 48
"""Points of the curve of line positions over the rate."""
SIDEWAYS = np.array([cos(radians(30.0)), sin(radians(30.0)), 0.0])
"""To the right in the picture as it opens."""
WELL, BESIDE = 0.55, 1.85
"""Radius of the discs in which the molecules of a site are, and how far beside the sphere they are."""
ROUND = np.linspace(0, 2 * pi, 65)[:, None]
RIM = 1.12 * WELL * (np.cos(ROUND) * SIDEWAYS + np.sin(ROUND) * [0.0, 0.0, 1.0])
RIMS = float32(np.concatenate([RIM - BESIDE * SIDEWAYS, RIM + BESIDE * SIDEWAYS]))
RIM_BREAKS = np.arange(130) % 65 == 0
NAMES = float32([side * BESIDE * SIDEWAYS + [0, 0, 1.3 * WELL] for side in (-1, 1)])
TAIL = float32(np.zeros((1, 3)))


def distance(state: ExchangeState, p: ExchangeParameters) -> float:
    """Distance [Hz] of the lines of the recorded decay; NaN before it is over."""
    if not resolved(state, p) or not state.measurements or state.sampled < 32:
        return nan
    k, low, high = state.measured[(state.measurements - 1) % MEASURED]
    return float(high - low) if k == p.k else nan


def symmetric(p: ExchangeParameters) -> bool:
    """Whether the distance of the lines has a closed form."""
    return p.pA == 0.5 and p.T2A == p.T2B and not p.saturation and p.separation > 0


def split(p: ExchangeParameters) -> bool:
    """Whether the distance is known well: not where the two maxima nearly touch, nor among their own widths."""
    part = p.k / exchange.coalescence_rate(max(p.separation, 1e-9))
    return symmetric(p) and p.separation * p.T2A > 1.5 and not 0.93 < part < 1.1


def line_graph(state: ExchangeState, p: ExchangeParameters) -> tuple[Line, ...]:
    """The spectrum of the recorded decay and the lineshape of its start, in units of the largest of the latter."""
    shown = np.linspace(p.offset - span(p), p.offset + span(p), 480)
    key = sites(p)
    law = exchange.line(key, shown, -1j * state.decay_start)
    largest = float(np.max(np.abs(law))) or 1.0
    f, measured = transform(state)
    inside = np.abs(f - p.offset) <= 1.01 * span(p)
    return (
        Line(f[inside], measured[inside] / largest, "decay, transformed"),
        Line(shown, law / largest, "Gutowsky and Holm", role="theory", dashed=True),
    )


@lru_cache(maxsize=4)
def positions(p: ExchangeParameters, k_high: float) -> tuple[Values, Values, Values]:
    """Rates (n,), lower and upper position (n,) [Hz] of the maxima of the lineshape."""
    rates = np.linspace(k_high / RATES, k_high, RATES)
    f = np.linspace(p.offset - 0.8 * p.separation - 1, p.offset + 0.8 * p.separation + 1, 1601)
    found = [exchange.maxima(f, exchange.line(sites(p.change(k=k)), f)) for k in rates]
    ends = np.array([(peaks.min(), peaks.max()) if len(peaks) else (nan, nan) for peaks in found])
    return rates, ends[:, 0], ends[:, 1]


def highest_rate(p: ExchangeParameters) -> float:
    """End [1/s] of the axis of rates."""
    return 1.6 * max(exchange.coalescence_rate(p.separation), 1.0)


def position_graph(state: ExchangeState, p: ExchangeParameters) -> tuple[Line, ...]:
    """Where the lines are for every rate, by the law, and those measured so far."""
    if symmetric(p):
        k, name = highest_rate(p) * np.linspace(0, 1, 201) ** 0.5, "law with T₂"
        half = exchange.peak_distance(p.separation, k, p.T2A) / 2
        low, high = p.offset - half, p.offset + half
    else:
        k, low, high = positions(p.change(k=1.0), highest_rate(p))
        name = "maxima of the lineshape"
    law = [Line(k, ends, name, "theory", dashed=True) for ends, name in ((low, name), (high, ""))]
    seen = state.measured[: min(state.measurements, MEASURED)]
    inside = seen[seen[:, 0] <= highest_rate(p)]
    reach = 0.6 * p.separation * np.array([-1.0, 1.0])
    now = Line(np.full(2, min(p.k, highest_rate(p))), p.offset + reach, role="muted")
    return (*law, now, Line(np.repeat(inside[:, 0], 2), inside[:, 1:].ravel(), "measured", marks=True))


def exchange_image(state: ExchangeState, p: ExchangeParameters) -> Values:
    """The two-dimensional exchange spectrum (f2, f1), its highest peak 1."""
    f = np.linspace(p.offset - 0.9 * span(p), p.offset + 0.9 * span(p), 96)
    shortest = 8 / (pi * span(p))
    seen = replace(sites(p), T2A=min(p.T2A, shortest), T2B=min(p.T2B, shortest))  # broad enough for the pixels
    grid = exchange.exchange_map(seen, f, f, p.mixing)
    return np.asarray(grid / max(float(np.abs(grid).max()), 1e-300))


def predicted_voltage(state: ExchangeState, p: ExchangeParameters, d: Departure, t: Values) -> Values:
    """Coil voltage (n,) by the closed form; NaN before the last change."""
    ahead = np.asarray(t) - d.time
    return np.where(ahead > -1e-12, exchange_laws.free_decay(sites(p), d.start.plus, np.maximum(ahead, 0)).imag, nan)


def predicted_transfer(state: ExchangeState, p: ExchangeParameters, d: Departure, t: Values) -> Values:
    """Mz (n,) of site B in units of its equilibrium; NaN before the last change."""
    ahead = np.asarray(t) - d.time
    mz = exchange_laws.transfer(sites(p), d.start.along, np.maximum(ahead, 0)) / (1 - p.pA)
    return np.where(ahead > -1e-12, mz, nan)


def rounding(state: ExchangeState, p: ExchangeParameters, d: Departure) -> float:
    """How much the rounding of phases and rates may have grown since the last change."""
    return 1 + 1e-2 * (abs(p.k) + pi * p.separation + 2 * pi * abs(p.offset)) * (state.time - d.time)


def hopping(state: ExchangeState, p: ExchangeParameters, d: Departure, t: Values) -> Values:
    """Coil voltage (n,) of the single spins, by the closed form from where they were."""
    return np.asarray(exchange_laws.free_decay(sites(p), d.start.spins, t - d.time).imag / p.molecules)


def scatter(state: ExchangeState, p: ExchangeParameters, d: Departure) -> float:
    """Standard deviation of the voltage of the single spins, and half of what one of them may add."""
    variance = exchange_laws.spins_variance(sites(p), d.start.squares, d.start.pairs, state.time - d.time)
    return (sqrt(float(variance)) + 0.5) / p.molecules


def next_rate(state: ExchangeState, p: ExchangeParameters) -> ExchangeParameters:
    """The rate a tenth of coalescence higher; after 1.3 times coalescence the first again."""
    tenth = 0.1 * exchange.coalescence_rate(max(p.separation, 1.0))
    return p.change(k=p.k + tenth if p.k < 12.5 * tenth else tenth)


def sweep(separation: float, T2: float) -> tuple[tuple[float, str], ...]:
    """Decays at rates from 0.1 to 1.3 of coalescence, each as long as its lines need."""
    schedule, time = [(0.0, "reset"), (0.0, "90x")], 0.0
    for tenths in range(1, 13):
        slowest_decay = 1 / T2 + 0.1 * tenths * exchange.coalescence_rate(separation)
        time += 1.15 * DECAYED / slowest_decay + 0.02
        schedule += [(round(time, 4), name) for name in ("next_k", "reset", "90x")]
    return tuple(schedule)


class ChemicalExchange(System[ExchangeParameters, ExchangeState]):
    """Two sites between which spins hop, tipped by hard pulses."""

    name = "chemical_exchange"
    title = "Chemical exchange"
    chapter = "Magnetic resonance"
    order = 90
    summary = "Spins that hop between two sites: two lines broaden, coalesce and become one narrow line."
    notes = (
        "Each ball is the spin of one molecule, orange at site A, blue at site B; a hop changes the sense in which it "
        "turns, not where it points."
    )
    equation = (
        r"\frac{\mathrm{d}M_A^+}{\mathrm{d}t}=-\left(i\omega_A+\frac{1}{T_{2A}}\right)M_A^+"
        r"-k_{AB}M_A^++k_{BA}M_B^+"
    )
    Parameters = ExchangeParameters
    observables = (
        Observable("voltage", "Coil voltage (normalised)", "U/U₀"),
        Observable("voltage_90", "Coil voltage, second channel", "U_90/U₀"),
        Observable("hopping", "Coil voltage of the single spins", "U_N/U₀"),
        Observable("mza", "Longitudinal magnetization of A", "M_zA/p_AM₀"),
        Observable("mzb", "Longitudinal magnetization of B", "M_zB/p_BM₀"),
        Observable("distance", "Distance of the measured lines", "δν", "Hz"),
    )
    plots = (
        Trace(
            "fid", "Coil voltage", ("voltage", "hopping"), -1.05, 1.05,
            window=lambda p: 6 / slowest(sites(p)),
        ),
        Graph(
            "line", "Spectrum", line_graph, "ν", "S", "Hz",
            x_low=lambda p: p.offset - span(p), x_high=lambda p: p.offset + span(p),
            low=lambda p: -1.1 if p.mixing > 0 else -0.15, high=1.1,
        ),
        Graph(
            "positions", "Where the lines are", position_graph, "k", "ν", "Hz", "Hz",
            x_low=0.0, x_high=highest_rate, low=lambda p: p.offset - 0.65 * max(p.separation, 1),
            high=lambda p: p.offset + 0.65 * max(p.separation, 1), when=lambda p: not (p.saturation or p.mixing),
        ),
        Trace(
            "recovery", "Longitudinal magnetization", ("mza", "mzb"), -1.05, 1.05,
            window=lambda p: 1.5 * max(p.T1A, p.T1B),
        ),
        Image("map", "Two-dimensional exchange spectrum", exchange_image, when=lambda p: p.mixing > 0),
    )  # fmt: skip
    laws = (
        Law(
            "bloch_mcconnell", "Free decay with exchange", "voltage",
            theory=now(predicted_voltage),
            latex=r"M^+(t)=\mathbf{1}^T e^{Lt}M^+(0)=\sum_\pm c_\pm e^{\lambda_\pm t},\;"
            r"\lambda_\pm=\mathrm{tr}L/2\pm\sqrt{(\mathrm{tr}L/2)^2-\det L}",
            validity="Between two pulses, with the parameters unchanged.",
            tolerance=1e-12, because="Rounding of some thousand exact steps of 1e-16 each, and of rates times time.",
            reference="McConnell, J. Chem. Phys. 28, 430 (1958)",
            check=Check(0.4, preset="intermediate"), scale=rounding, curve=predicted_voltage, plots=("fid",),
        ),
        Law(
            "hopping", "Single spins agree with the equations", "hopping", theory=now(hopping),
            latex=r"\frac{1}{N}\sum_i m_{y,i}(t)\to M_y(t)",
            validity="Between two pulses, with the parameters unchanged.",
            tolerance=4.5,
            because="In standard deviations of N spins that hop at random; some ten independent moments.",
            reference="McConnell, J. Chem. Phys. 28, 430 (1958)",
            check=Check(0.4, {"molecules": 2000}, preset="coalescence"), scale=scatter,
        ),
        Law(
            "coalescence", "Lines attract and coalesce", "distance",
            theory=lambda s, p, d: float(exchange.peak_distance(p.separation, p.k, p.T2A)),
            latex=r"\delta\nu=\sqrt{\Delta\nu^2-2k^2/\pi^2},\quad k_c=\pi\Delta\nu/\sqrt{2}",
            validity="Equal populations and T₂, the decay over, k not near coalescence; with the shift by T₂.",
            tolerance=2e-3, because="In units of Δν: e⁻⁷ of the decay is cut off, which leaves ripples on the line.",
            reference="Gutowsky and Holm, J. Chem. Phys. 25, 1228 (1956)",
            check=Check(0.8, preset="intermediate"), scale=lambda s, p, d: max(p.separation, 1e-9),
            holds=lambda s, p, d: split(p),
        ),
        Law(
            "transfer", "Magnetization is carried over", "mzb",
            theory=now(predicted_transfer),
            latex=r"M_z(t)=p+e^{Kt}\,(M_z(0)-p)",
            validity="Between two pulses, with the parameters unchanged.",
            tolerance=1e-12, because="Rounding of some thousand exact steps of 1e-16 each, and of rates times time.",
            reference="Forsén and Hoffman, J. Chem. Phys. 39, 2892 (1963)",
            check=Check(1.4, preset="inversion_transfer"), scale=rounding, curve=predicted_transfer,
            plots=("recovery",),
        ),
        Law(
            "saturation", "Saturation transfer", "mzb",
            theory=lambda s, p, d: 1 / (1 + 2 * p.k * p.pA * p.T1B),
            latex=r"\frac{M_{zB}}{p_BM_0}\to\frac{1}{1+k_{BA}T_{1B}}",
            validity="A saturated for ten relaxation times 1/(1/T₁ + k) of B, no pulse since.",
            tolerance=5e-5, because="e⁻¹⁰ of the approach is left.",
            reference="Forsén and Hoffman, J. Chem. Phys. 39, 2892 (1963)",
            check=Check(4.0, {"k": 2.0, "T2A": 0.5, "T2B": 0.5, "saturation": True}),
            holds=lambda s, p, d: p.saturation and (s.time - d.time) * (1 / p.T1B + 2 * p.k * p.pA) > 10,
            plots=("recovery",), curve=lambda s, p, d, t: np.full(len(t), 1 / (1 + 2 * p.k * p.pA * p.T1B)),
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "slow", "Slow exchange", "Few hops within a decay: two lines, broadened by the rate.",
            actions=((0.0, "reset"), (0.0, "90x")), repeat=1.1, speed=0.05, length=0.8,
            notes="A and B turn against each other and the signal beats. Every molecule that hops joins the others at "
            "the wrong phase and is lost: both lines are wider by k/π.",
        ),
        Preset(
            "intermediate", "Intermediate exchange", "Half the rate of coalescence: the lines widen and attract.",
            parameters={"k": 45.0}, actions=((0.0, "reset"), (0.0, "90x")), repeat=0.45, speed=0.025, length=0.4,
            notes="The signal is gone after a few hops. The two maxima have come closer: their distance is no longer "
            "the difference of two frequencies.",
        ),
        Preset(
            "coalescence", "Coalescence", "k = πΔν/√2: the two lines become one flat top.",
            parameters={"k": 88.858}, actions=((0.0, "reset"), (0.0, "90x")), repeat=0.3, speed=0.015, length=0.25,
            notes="One maximum, flat as a table: its curvature vanishes. Nobody sees a single frequency now, "
            "though every molecule has one of only two.",
        ),
        Preset(
            "fast", "Fast exchange", "Many hops within a turn: one narrow line at the mean frequency.",
            parameters={"k": 3000.0}, actions=((0.0, "reset"), (0.0, "90x")), repeat=1.1, speed=0.06, length=0.9,
            notes="Hopping a hundred times within a turn, each molecule turns with the mean frequency: A, B and all "
            "the single spins stay together, and the faster they hop the narrower is the line.",
        ),
        Preset(
            "sweep", "Faster step by step", "The rate rises; each decay adds the positions of its lines.",
            parameters={"k": 0.1 * exchange.coalescence_rate(40.0), "T2A": 0.1, "T2B": 0.1}, actions=sweep(40.0, 0.1),
            speed=0.12, length=2.3,
            notes="Point by point the lines attract, faster and faster, and meet at k = πΔν/√2 with a vertical slope: "
            "the square root of every symmetry that breaks.",
        ),
        Preset(
            "unequal", "Unequal populations", "Three quarters at A: the small line fades into the large one.",
            parameters={"k": 30.0, "pA": 0.75}, actions=((0.0, "reset"), (0.0, "90x")), repeat=0.7, speed=0.04,
            length=0.55,
            notes="The small line is broader: from B a molecule leaves three times as quickly. "
            "Both move towards the weighted mean, which lies nearer to A.",
        ),
        Preset(
            "inversion_transfer", "Inversion transfer", "Only A is turned over; B, never touched, loses magnetization.",
            parameters={"k": 2.0}, actions=((0.0, "reset"), (0.05, "invert_a"), (1.5, "90x")), repeat=2.4, speed=0.25,
            length=2.0,
            notes="Molecules arrive at B upside down and those that leave it point up: B dips while A recovers. "
            "The depth and the time of the dip give the rate, far below any broadening of lines.",
        ),
        Preset(
            "saturation_transfer", "Saturation transfer", "A is kept at zero; B falls to 1/(1 + k T₁).",
            parameters={"k": 2.0, "saturation": True}, actions=((0.0, "reset"), (2.2, "90x")), repeat=3.0, speed=0.3,
            length=2.6,
            notes="Nothing was done to B, and yet it falls to a third: what it sends to A is destroyed there. "
            "The read-out at the end shows one line, that of B.",
        ),
        Preset(
            "exsy", "Exchange spectroscopy", "Two 90° pulses label A by inversion, then mixing, then the read-out.",
            parameters={"k": 1.5, "offset": 20.0, "mixing": 0.1, "T1A": 3.0, "T1B": 3.0, "T2A": 0.3, "T2B": 0.3},
            actions=((0.0, "reset"), (0.0, "90x"), (0.0125, "90x"), (0.0125, "spoil"), (0.1125, "90x")), repeat=1.2,
            speed=0.04, length=0.9,
            notes="In half a turn of B the pair of pulses turns A over and leaves B alone. Molecules that hop during "
            "the mixing time carry the label to the other line: cross peaks in two dimensions.",
        ),
    )  # fmt: skip
    actions = (
        Action("90x", "90° x", "Rotate by 90° about x, at once.", lambda s, p: pulse(s, p, pi / 2, 0.0)),
        Action("180x", "180° x", "Rotate by 180° about x, at once.", lambda s, p: pulse(s, p, pi, 0.0)),
        Action("invert_a", "Invert A", "Turn over what is at site A, at once.", invert_a),
        Action("next_k", "Next k", "Raise k by a tenth of that of coalescence; from 1.3 back to 0.1.", next_rate),
        Action("spoil", "Spoil", "Destroy the transverse magnetization.", spoil),
        Action("reset", "Reset M", "Back to equilibrium along z.", reset),
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
        parts = state.trail.path(site_vectors(state).reshape(6))
        a, b, net = parts[:, :3] / p.pA, parts[:, 3:] / (1 - p.pA), parts[:, :3] + parts[:, 3:]
        spins = np.stack([state.mx, state.my, state.mz], axis=1)
        here = state.site == 0
        size = 2.2 * WELL / sqrt(p.molecules)
        return (
            Spheres(float32(spins[here]), 0.022, color="up", opacity=0.8, label="single spins at A"),
            Spheres(float32(spins[~here]), 0.022, color="down", opacity=0.8, label="single spins at B"),
            Spheres(well(p.molecules, -1)[here], 0.12 * size, color="up"),
            Spheres(well(p.molecules, 1)[~here], 0.12 * size, color="down"),
            Arrows(
                well(p.molecules, -1)[here], float32(spins[here]), length=size, radius=0.12, color="up", pivot="middle"
            ),
            Arrows(
                well(p.molecules, 1)[~here],
                float32(spins[~here]),
                length=size,
                radius=0.12,
                color="down",
                pivot="middle",
            ),
            Lines(float32(a), color="up", width=1.4, fade=True, opacity=0.8),
            Lines(float32(b), color="down", width=1.4, fade=True, opacity=0.8),
            Lines(float32(net), color="net", width=2.2, fade=True),
            Arrows(TAIL, float32(a[-1:]), radius=0.022, color="up", label="M at A, per spin"),
            Arrows(TAIL, float32(b[-1:]), radius=0.022, color="down", label="M at B, per spin"),
            Arrows(TAIL, float32(net[-1:]), radius=0.035, color="net", label="total M"),
            Labels(float32(1.08 * net[-1:]), ("M",), color="net", size=1.4, italic=True, offset=(0.5, 0.5)),
            Lines(RIMS, color="muted", width=1.2, breaks=RIM_BREAKS, opacity=0.7),
            Labels(NAMES, ("A", "B"), size=1.2, italic=True),
        )

    def stage(self, p: ExchangeParameters) -> Stage:
        """A Bloch sphere."""
        return Stage(
            bloch_sphere=True, axis_names=("x′", "y′", "z, B₀"), low=(-1.4, -1.05, -1.05), high=(1.4, 1.05, 1.2)
        )

    def caption(self, state: ExchangeState, p: ExchangeParameters) -> str:
        """Frame of reference and rates."""
        kAB, kBA = sites(p).rates
        critical = exchange.coalescence_rate(p.separation)
        equal = f" · k = {p.k / critical:.2g} of coalescence" if symmetric(p) else ""
        saturated = " · A saturated" if p.saturation else ""
        possible = p.T2A <= 2 * p.T1A and p.T2B <= 2 * p.T1B
        warning = "" if possible else " · T₂ > 2 T₁ is unphysical"
        return (
            f"rotating frame · A leaves at {show(kAB, 'Hz', 3)}, B at {show(kBA, 'Hz', 3)}{equal}{saturated}"
            f" · {p.molecules} single spins{warning}"
        )


@lru_cache(maxsize=8)
def well(count: int, side: int) -> NDArray[np.float32]:
    """Places (N, 3) of all molecules in the disc of a site, evenly filled: each has the same place in both."""
    index = np.arange(count)
    radius, turn = WELL * np.sqrt((index + 0.5) / count), index * pi * (3 - sqrt(5))
    across, up = radius * np.cos(turn), radius * np.sin(turn)
    return float32(side * BESIDE * SIDEWAYS + across[:, None] * SIDEWAYS + up[:, None] * [0.0, 0.0, 1.0])
