"""Ising domains: spins up or down on a lattice, ordered by exchange and stirred by heat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, nan, pi, sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Law
from spinviz.model.parameters import Parameters, choice, quantity
from spinviz.model.plots import Curve, Trace
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain
from spinviz.model.visuals import Arrows, Cells, Labels, Lines, Stage, Visual, float32
from spinviz.physics.ising import updates as monte_carlo
from spinviz.physics.ising.laws import (
    CRITICAL_TEMPERATURE_2D,
    CRITICAL_TEMPERATURE_3D,
    internal_energy,
    specific_heat,
    spontaneous_magnetization,
)
from spinviz.physics.ising.sampling import (
    clusters_per_sweep,
    correlation_length,
    relaxation_sweeps,
    scatter_of_energy,
    scatter_of_m,
    sweeps_needed,
)
from spinviz.physics.rng import RandomState, drawn_from, next_word
from spinviz.systems.order.ising_domains.picture import (
    REACH,
    broken_bonds,
    frame_of,
    local_mean,
    masts,
    scales,
    tops,
    tried_site,
)

Values = NDArray[np.float64]

SETTLE = 100.0
"""Sweeps after a change that count in no mean."""
LARGEST_CUBE = 96
"""Sites along an edge of the cubic lattice at most."""
LESSON_SIDE = 32
"""Up to this side the site-by-site algorithm tries one spin in a step, so that each can be watched."""
PREPARED = 40
"""Sweeps of Wolff's clusters that prepare a start in equilibrium: some relaxation times even at Tc."""
FEWEST = 400
"""Samples before fluctuations are shown: with fewer they are scatter."""
NEARLY_INFINITE = 128
"""Side from which the energy is off by less than 0.005 J even at Tc, where it is by 0.6 J/L."""
M_TOLERANCE, ENERGY_TOLERANCE, HEAT_TOLERANCE = 0.01, 0.02, 0.15
"""Three standard errors from which on means and fluctuations are compared."""
SIGMAS = 4.0
BITS = (1, 0, 1, 1, 0, 0, 1, 0)


class IsingParameters(Parameters):
    """Inputs of `IsingDomains`."""

    T: float = quantity(2.0, "J/kB", "Temperature.", symbol="T", ge=0.1, le=10)
    h: float = quantity(
        0.0, "J", "Field, the energy that a spin gains along it.", title="Field", symbol="h", ge=-4, le=4
    )
    period: float = quantity(
        0.0, "sweep", "Period with which the field swings as h cos(2πt/period), 0 for a constant field.",
        title="Period of the field", ge=0, le=100_000,
    )  # fmt: skip
    algorithm: Literal["heat bath", "metropolis", "wolff", "single"] = choice(
        "heat bath",
        "Heat bath or Metropolis on a checkerboard, Wolff's clusters, or Metropolis at random sites (one at a time up "
        "to 32 × 32). On a checkerboard Metropolis moves walls too fast: flips without price happen always.",
        title="Algorithm",
    )
    L: int = quantity(
        256, "", "Sites along an edge, even.", title="Sites along an edge", symbol="L", ge=4, le=1024, scale="log",
        rebuild=True,
    )  # fmt: skip
    lattice: Literal["square", "cubic"] = choice("square", "Square or simple cubic lattice.", rebuild=True)
    start: Literal["random", "up", "equilibrium"] = choice(
        "random", "Spins at the beginning: random, all up, or after clusters at this temperature.", title="Start",
        rebuild=True,
    )  # fmt: skip
    shown: Literal["spins", "local mean", "walls"] = choice(
        "spins", "Spins, their mean over some neighbours, or the bonds that a wall breaks.", title="Colour shows"
    )

    @property
    def side(self) -> int:
        """Sites along an edge: even, and no more than a cube can be drawn with."""
        side = self.L + self.L % 2
        return min(side, LARGEST_CUBE) if self.lattice == "cubic" else side

    @property
    def shape(self) -> tuple[int, int, int]:
        """Layers, rows, columns."""
        return (self.side if self.lattice == "cubic" else 1, self.side, self.side)

    @property
    def Tc(self) -> float:
        """Critical temperature of the infinite lattice [J/kB]."""
        return float(CRITICAL_TEMPERATURE_3D if self.lattice == "cubic" else CRITICAL_TEMPERATURE_2D)

    @property
    def swings(self) -> bool:
        """Whether the field changes with time."""
        return self.h != 0 and self.period > 0

    @property
    def alone(self) -> bool:
        """Whether single sites are tried one per step."""
        return self.algorithm == "single" and self.side <= LESSON_SIDE and self.lattice == "square"


@dataclass
class IsingState:
    """Lattice and what has been measured since the last change of parameters.

    spins (nz, ny, nx) int8; random (4,) uint64; tried (1,) and flipped (1,): the last single site and its fate; sums
    (5,): number of samples and sums of e, e^2, |m|, m^2.
    """

    spins: NDArray[np.int8]
    random: RandomState
    tried: NDArray[np.int64]
    flipped: NDArray[np.uint8]
    sums: Values
    time: float
    since: float
    setting: tuple[Any, ...]
    mixed: bool
    bonds: int
    total: int

    @property
    def m(self) -> float:
        """Mean spin."""
        return self.total / self.spins.size


def setting_of(p: IsingParameters) -> tuple[Any, ...]:
    """What equilibrium and its sampling depend on, and what restarts the means of the loop: any change does."""
    return p.T, p.h, p.period, p.algorithm, p.shape, p.shown


def field_at(p: IsingParameters, time: float) -> float:
    """Field [J] at a time [sweep]; it starts at its largest value, where the lattice is soon magnetized."""
    return p.h * cos(2 * pi * time / p.period) if p.swings else p.h


def begin(state: IsingState, p: IsingParameters) -> None:
    """Forget what was measured: the setting or the spins changed."""
    state.since, state.setting, state.mixed = state.time, setting_of(p), False
    state.sums[:] = 0.0
    count(state)


def count(state: IsingState) -> None:
    """Count bonds and spins."""
    state.bonds, state.total = int(monte_carlo.bond_sum(state.spins)), int(monte_carlo.spin_sum(state.spins))


def sample(state: IsingState, p: IsingParameters) -> None:
    """Take the present configuration into the moments, and notice when it is not one domain."""
    if state.time < state.since + SETTLE:
        return
    m, e = abs(state.m), -state.bonds / state.spins.size - field_at(p, state.time) * state.m
    state.sums += (1.0, e, e * e, m, m * m)
    if p.lattice == "square" and p.Tc > p.T:
        whole = float(spontaneous_magnetization(p.T))
        state.mixed |= m < max(0.8 * whole, whole - 8 * scatter_of_m(p.T, p.side))


def fluctuation(state: IsingState, first: int) -> float:
    """Variance of e (``first`` 1) or |m| (3) times the number of sites, NaN with too few samples."""
    n = state.sums[0]
    if n < FEWEST:
        return nan
    mean, square = state.sums[first : first + 2] / n
    return float(max(square - mean * mean, 0.0) * state.spins.size)


def turn(state: IsingState, p: IsingParameters, spins: NDArray[np.int8]) -> None:
    """Put other spins in place."""
    state.spins[:] = spins
    begin(state, p)


def randomized(state: IsingState, p: IsingParameters) -> None:
    """Spins of infinite temperature."""
    turn(state, p, monte_carlo.random_spins(state.spins.shape, np.random.default_rng(int(next_word(state.random)))))


def quench(state: IsingState, p: IsingParameters) -> IsingParameters:
    """From infinite temperature at once to 0.3 Tc."""
    randomized(state, p)
    return p.change(T=round(0.3 * p.Tc, 2), h=0.0)


def flip_field(state: IsingState, p: IsingParameters) -> IsingParameters:
    """Change the sign of the field; means start again even where that changes nothing."""
    begin(state, p)
    return p.change(h=-p.h)


def write_droplet(state: IsingState, p: IsingParameters) -> None:
    """Turn a round patch in the middle against its surroundings."""
    z, y, x = (np.arange(n) - n / 2 + 0.5 for n in state.spins.shape)
    inside = z[:, None, None] ** 2 + y[:, None] ** 2 + x**2 < (0.3 * p.side) ** 2
    major = 1 if state.total >= 0 else -1
    turn(state, p, np.where(inside, np.int8(-major), state.spins))


def write_bits(state: IsingState, p: IsingParameters) -> None:
    """Write eight bits as stripes, wall to wall."""
    stripes = np.repeat(2 * np.array(BITS, np.int8) - 1, -(-p.side // len(BITS)))[: p.side]
    turn(state, p, np.broadcast_to(stripes, state.spins.shape))


def still(state: IsingState, p: IsingParameters) -> bool:
    """Whether the exact solution of the square lattice applies: no field, one domain."""
    return p.lattice == "square" and p.h == 0 and not state.mixed


def large(p: IsingParameters) -> bool:
    """Whether the lattice is so much larger than the correlation length that its size does not matter."""
    return p.side >= 8 * correlation_length(p.T)


def sampled(state: IsingState, p: IsingParameters, scatter: float, tolerance: float) -> bool:
    """Whether three standard errors of the mean are expected to be below the tolerance by now."""
    tau = relaxation_sweeps(p.T, p.side, p.algorithm == "wolff")
    return state.time - state.since >= SETTLE + 30 + sweeps_needed(scatter, tolerance, tau)


def standard_error(state: IsingState, p: IsingParameters, scatter: float) -> float:
    """Expected error of a mean of configurations that scatter by ``scatter``, an independent one every 2 tau."""
    tau = relaxation_sweeps(p.T, p.side, p.algorithm == "wolff")
    return float(scatter / sqrt(max((state.time - state.since - SETTLE) / (2 * tau), 1.0)))


def error_of_m(state: IsingState, p: IsingParameters) -> float:
    """Expected error of the mean |m|; 2.5e-4 for the finite lattice."""
    return standard_error(state, p, scatter_of_m(p.T, p.side)) + 2.5e-4


def error_of_energy(state: IsingState, p: IsingParameters) -> float:
    """Expected error of the mean energy; a quarter of 0.6/L for the finite lattice where L < 8 xi."""
    return standard_error(state, p, scatter_of_energy(p.T, p.side)) + (2.5e-4 if large(p) else 0.15 / p.side)


def knows_m(state: IsingState, p: IsingParameters) -> bool:
    """Whether the mean of |m| is that of the infinite lattice."""
    return still(state, p) and large(p) and p.Tc > p.T and sampled(state, p, scatter_of_m(p.T, p.side), M_TOLERANCE)


def knows_energy(state: IsingState, p: IsingParameters) -> bool:
    """Whether the mean energy is that of the infinite lattice."""
    known = large(p) or p.side >= NEARLY_INFINITE
    return still(state, p) and known and sampled(state, p, scatter_of_energy(p.T, p.side), ENERGY_TOLERANCE)


def knows_heat(state: IsingState, p: IsingParameters) -> bool:
    """Whether the energy fluctuations are sampled: a variance of n values errs by sqrt(2/n) of itself."""
    return still(state, p) and large(p) and sampled(state, p, 2**0.5, HEAT_TOLERANCE)


def over_axis(law: Callable[[Values], Values], p: IsingParameters, T: Values) -> Values:
    """A law of the square lattice without field over the whole axis of temperatures; NaN elsewhere."""
    return law(np.maximum(T, 1e-3)) if p.lattice == "square" and p.h == 0 else np.full(len(T), nan)


def shown(state: IsingState, p: IsingParameters) -> NDArray[np.float32]:
    """Values of the cells (nz, ny, nx)."""
    if p.shown == "local mean":
        return float32(local_mean(state.spins))
    if p.shown == "walls":
        return float32(broken_bonds(state.spins))
    return float32(state.spins)


def colormap(p: IsingParameters) -> str:
    """Colours of spins or walls."""
    return "inferno" if p.shown == "walls" else "spin"


def attempt(state: IsingState, p: IsingParameters, h: float) -> tuple[Visual, ...]:
    """The last single site: a frame around it, its price and its fate."""
    site, n = int(state.tried[0]), p.side
    y, x = divmod(site, n)
    flipped = bool(state.flipped[0])
    layer = state.spins[0]
    around = int(layer[y, (x + 1) % n]) + layer[y, x - 1] + layer[(y + 1) % n, x] + layer[y - 1, x]
    old = int(layer[y, x]) * (-1 if flipped else 1)
    cost = 2 * old * (around + h)
    chance = min(1.0, float(np.exp(-cost / p.T)))
    fate = "flipped" if flipped else "refused"
    text = f"ΔE = {plain(cost, 3)} J · p = {plain(chance, 2)} · {fate}" if state.time > 0 else ""
    return tried_site(x, y, n, "net" if flipped else "text", text)


class IsingDomains(System[IsingParameters, IsingState]):
    """The Ising model: domains, walls, and the Curie point."""

    name = "ising_domains"
    title = "Domains"
    chapter = "Order"
    summary = "A lattice of up and down spins: domains, the Curie point, quenches and bits."
    notes = (
        "No spin knows more than its neighbours, and yet below Tc all agree. At Tc there are domains of every size, "
        "so no scale bar could tell how far away you look."
    )
    equation = (
        r"H = -J\sum_{\langle ij\rangle} s_i s_j - h\sum_i s_i,\quad s_i=\pm1,"
        r"\ \langle ij\rangle\ \mathrm{each\ pair\ once}"
    )
    time_unit = "sweep"
    Parameters = IsingParameters
    observables = (
        Observable("m", "Magnetization", "m"),
        Observable("abs_m", "Size of the magnetization", "|m|"),
        Observable("energy", "Energy per site", "e", "J"),
        Observable("walls", "Broken bonds", "w"),
        Observable("specific_heat", "Specific heat per site", "c/k_B"),
        Observable("susceptibility", "Susceptibility per site", "χ", "1/J"),
        Observable("T", "Temperature", "T", "J/kB"),
        Observable("field", "Field", "h", "J"),
    )
    plots = (
        Trace("traces", "Magnetization and energy", ("m", "energy"), window=lambda p: 10 * IsingDomains.lens(p)),
        Curve(
            "order", "Magnetization over temperature", "T", "abs_m", x_low=0.0, x_high=lambda p: 2 * p.Tc,
            low=0.0, high=1.05, mean=True, settle=SETTLE, when=lambda p: not p.swings,
        ),
        Curve(
            "energy", "Energy over temperature", "T", "energy", x_low=0.0, x_high=lambda p: 2 * p.Tc,
            mean=True, settle=SETTLE, when=lambda p: not p.swings,
        ),
        Curve(
            "loop", "Magnetization over field", "field", "m", low=-1.05, high=1.05,
            x_low=lambda p: -1.1 * max(abs(p.h), 0.1), x_high=lambda p: 1.1 * max(abs(p.h), 0.1),
            when=lambda p: p.h != 0,
        ),
    )  # fmt: skip
    laws = (
        Law(
            "yang", "Spontaneous magnetization", "abs_m",
            theory=lambda s, p: float(spontaneous_magnetization(p.T)),
            latex=r"|m|=\left[1-\sinh^{-4}(2J/k_BT)\right]^{1/8}",
            validity="Square lattice, no field, one domain, L ≥ 8 ξ, sampled long enough for the tolerance.",
            tolerance=SIGMAS,
            because="Standard errors by the known susceptibility and relaxation time; L ≥ 8 ξ leaves 1e-3.",
            reference="Yang, Phys. Rev. 85, 808 (1952)",
            check=Check(6000.0, {"T": 2.0, "L": 128, "start": "up"}), scale=error_of_m,
            averaged=True, settle=SETTLE, holds=knows_m,
            curve=lambda s, p, T: over_axis(spontaneous_magnetization, p, T),
        ),
        Law(
            "onsager", "Energy of the square lattice", "energy",
            theory=lambda s, p: float(internal_energy(p.T)),
            latex=r"e=-J\coth 2K\left[1+\frac{2}{\pi}k'F(k)\right],\ K=\frac{J}{k_BT}",
            validity="Square lattice, no field, one domain, L ≥ 8 ξ or 128, sampled long enough for the tolerance.",
            tolerance=SIGMAS,
            because="Standard errors by the exact specific heat and the relaxation time; size adds 0.6/L at Tc.",
            reference="Onsager, Phys. Rev. 65, 117 (1944)",
            check=Check(6000.0, {"T": 2.5, "L": 128}), scale=error_of_energy,
            averaged=True, settle=SETTLE, holds=knows_energy, curve=lambda s, p, T: over_axis(internal_energy, p, T),
            plots=("energy",),
        ),
        Law(
            "specific_heat", "Specific heat from fluctuations", "specific_heat",
            theory=lambda s, p: float(specific_heat(p.T)),
            latex=r"c=\frac{N(\langle e^2\rangle-\langle e\rangle^2)}{k_BT^2}",
            validity="Square lattice, no field, one domain, L ≥ 8 ξ, sampled long enough for the tolerance.",
            tolerance=HEAT_TOLERANCE,
            because="Three standard errors of a variance, √(2/n) of it, with n independent samples.",
            reference="Onsager, Phys. Rev. 65, 117 (1944)",
            check=Check(10_000.0, {"T": 3.2, "L": 32}, skip=9_900.0),
            scale="theory", holds=knows_heat,
        ),
    )  # fmt: skip
    presets = (
        Preset(
            "quench", "Quench", "From infinite temperature at once to 0.3 Tc: domains appear and grow.",
            parameters={"T": 0.68, "L": 512}, actions=((0.0, "quench"),), length=800.0, speed=30.0,
            notes="Walls shrink like soap films: small domains vanish first, and the typical size grows as the square "
            "root of time. Sometimes a stripe remains: a straight wall has no reason to move.",
        ),
        Preset(
            "critical", "Critical point", "At Tc, with Wolff's clusters: domains within domains, of every size.",
            parameters={
                "T": float(CRITICAL_TEMPERATURE_2D), "L": 512, "algorithm": "wolff", "start": "equilibrium",
            },
            length=200.0, speed=8.0,
            notes="Every picture is self-similar: zoom in and it looks the same. Wolff flips whole clusters at once; "
            "choose the heat bath and the large domains hardly move.",
        ),
        Preset(
            "ordered", "Spontaneous order", "Below Tc: one domain with thermal flips; the mean follows Yang's law.",
            parameters={"T": 2.0, "L": 256, "start": "equilibrium"}, length=800.0, speed=60.0,
            notes="Single spins flip all the time, and yet the mean stays: move the temperature and the point "
            "follows Yang's curve until it falls steeply to zero at Tc = 2.269 J/kB.",
        ),
        Preset(
            "hysteresis", "Hysteresis", "The field swings: domains nucleate, walls sweep, and m lags behind.",
            parameters={"T": 1.5, "L": 256, "h": 0.6, "period": 600.0, "start": "up"}, length=1200.0, speed=60.0,
            notes="Against the field nothing happens until a droplet is large enough to pay for its wall; then it "
            "sweeps the lattice. The area of the loop is the heat of one cycle. Swing faster and it widens.",
        ),
        Preset(
            "bits", "Bits", "Eight bits written into a layer: which walls stay?",
            parameters={"T": 1.2, "L": 192, "start": "up"}, actions=((0.0, "write"), (300.0, "up"), (300.0, "droplet")),
            length=600.0, speed=30.0,
            notes="Straight walls only tremble: the bits stay. A round droplet is pulled in by its own wall and "
            "its area shrinks at a constant rate.",
        ),
        Preset(
            "lesson", "One spin at a time", "The Metropolis algorithm, slowly: choose a spin, ask for the price, toss.",
            parameters={"T": 2.0, "L": 16, "algorithm": "single"}, length=4.0, speed=0.02,
            notes="A flip that lowers the energy always happens. One that costs ΔE happens with the probability "
            "exp(-ΔE/kT): that is all there is to temperature.",
        ),
        Preset(
            "cube", "Three dimensions", "A cubic lattice quenched below its Tc = 4.51 J/kB.",
            parameters={"T": 1.5, "L": 64, "lattice": "cubic"}, actions=((0.0, "quench"),), length=300.0, speed=15.0,
            notes="Domains are sponges now: both directions percolate at first, and the walls between them flatten.",
        ),
    )  # fmt: skip
    actions = (
        Action("quench", "Quench", "From infinite temperature at once to 0.3 Tc, without field.", quench),
        Action("heat", "Heat", "Raise the temperature to 1.5 Tc.", lambda s, p: p.change(T=round(1.5 * p.Tc, 2))),
        Action("critical", "To Tc", "Set the critical temperature.", lambda s, p: p.change(T=p.Tc)),
        Action("flip_field", "Flip the field", "Change the sign of the field.", flip_field),
        Action(
            "up", "All up", "Turn every spin up.", lambda s, p: turn(s, p, np.ones_like(s.spins)),
        ),
        Action("random", "Random", "Spins of infinite temperature.", randomized),
        Action("droplet", "Droplet", "Turn a round patch against its surroundings.", write_droplet),
        Action("write", "Write bits", "Write 10110010 as stripes.", write_bits),
    )  # fmt: skip

    def initial_state(self, p: IsingParameters, rng: np.random.Generator) -> IsingState:
        """Random, all up, or brought to equilibrium by clusters."""
        random = drawn_from(rng)
        spins = monte_carlo.random_spins(p.shape, rng) if p.start == "random" else np.ones(p.shape, np.int8)
        if p.start == "equilibrium":
            clusters = PREPARED * clusters_per_sweep(p.T, p.side, p.shape[0])
            monte_carlo.wolff_clusters(spins, p.T, 1.0, 0.0, random, clusters)
        middle = np.array([spins.size // 2 + p.side // 2], np.int64)
        state = IsingState(spins, random, middle, np.zeros(1, np.uint8), np.zeros(5), 0.0, 0.0, (), False, 0, 0)
        begin(state, p)
        return state

    def step(self, state: IsingState, p: IsingParameters, dt: float) -> None:
        """One sweep, or one attempt."""
        if state.setting != setting_of(p):
            begin(state, p)
        h, spins, random = field_at(p, state.time), state.spins, state.random
        if p.alone:
            monte_carlo.single_site_updates(spins, p.T, 1.0, h, random, 1, sites=state.tried, flipped=state.flipped)
        elif p.algorithm == "single":
            monte_carlo.single_site_updates(spins, p.T, 1.0, h, random, spins.size)
        elif p.algorithm == "wolff":
            monte_carlo.wolff_clusters(spins, p.T, 1.0, h, random, clusters_per_sweep(p.T, p.side, p.shape[0]))
        if p.algorithm in ("heat bath", "metropolis") or (p.algorithm == "wolff" and h != 0):
            # In a field the large clusters are refused: a sweep of single flips keeps Wolff moving.
            rule = "metropolis" if p.algorithm == "metropolis" else "heat-bath"
            layers = spins[0] if len(spins) == 1 else spins
            monte_carlo.metropolis_sweeps(layers, p.T, 1.0, h, random, 1, rule=rule)
        state.time += dt
        count(state)
        sample(state, p)

    def timestep(self, p: IsingParameters) -> float:
        """One sweep; one attempt where each is to be seen."""
        return 1 / p.side**2 if p.alone else 1.0

    @staticmethod
    def lens(p: IsingParameters) -> float:
        """Sweeps per second on screen."""
        return 0.02 if p.alone else 8.0 if p.algorithm == "wolff" else 60.0

    def speed(self, p: IsingParameters) -> float:
        """See `lens`."""
        return self.lens(p)

    def observe(self, state: IsingState, p: IsingParameters) -> dict[str, float]:
        """Counts of this configuration, fluctuations since the last change."""
        sites, dimensions, h = state.spins.size, 3 if p.lattice == "cubic" else 2, field_at(p, state.time)
        return {
            "m": state.m,
            "abs_m": abs(state.m),
            "energy": -state.bonds / sites - h * state.m,
            "walls": (1 - state.bonds / (dimensions * sites)) / 2,
            "specific_heat": fluctuation(state, 1) / p.T**2 if not p.swings else nan,
            "susceptibility": fluctuation(state, 3) / p.T if not p.swings else nan,
            "T": p.T,
            "field": h,
        }

    def draw(self, state: IsingState, p: IsingParameters) -> tuple[Visual, ...]:
        """The lattice, its mean as an arrow, the field; in the lesson the spin that was tried."""
        edge = 2 / p.side
        low = -1.0 if p.lattice == "cubic" else -edge / 2
        cells = Cells(
            shown(state, p), origin=(-1.0, -1.0, low), spacing=(edge, edge, edge), colormap=colormap(p),
            low=0.0 if p.shown == "walls" else -1.0,
        )  # fmt: skip
        h = field_at(p, state.time)
        column = masts(p.lattice)
        visuals = (
            cells,
            frame_of(p.lattice),
            Lines(scales(p.lattice), color="muted", width=1.6),
            Arrows(column[:1], float32([[0, 0, state.m]]), length=REACH, radius=0.06, color="net"),
            Arrows(column[1:], float32([[0, 0, np.tanh(h)]]), length=REACH, radius=0.05, color="accent"),
            Labels(tops(p.lattice), ("m", "h" if p.h else ""), color="text", size=1.4, italic=True),
        )  # fmt: skip
        return (*visuals, *attempt(state, p, h)) if p.alone else visuals

    def stage(self, p: IsingParameters) -> Stage:
        """A plane from above, or a cube."""
        walls = p.shown == "walls"
        cubic = p.lattice == "cubic"
        height = 1.0 if cubic else 0.1
        return Stage(
            low=(-1.3, -1.0, -height), high=(1.0, 1.0, 1.2 if cubic else 0.36),
            unit="sites", unit_length=p.side / 2, axes=False,
            legend="colormap", colormap=colormap(p), low_value=0.0 if walls else -1.0,
            legend_title={"spins": "spin", "local mean": "local mean spin", "walls": "broken bonds"}[p.shown],
            elevation=24.0 if cubic else 46.0, azimuth=32.0 if cubic else 10.0,
        )  # fmt: skip

    def caption(self, state: IsingState, p: IsingParameters) -> str:
        """Lattice, temperature and algorithm."""
        size = " × ".join([str(p.side)] * (3 if p.lattice == "cubic" else 2))
        how = {
            "heat bath": "heat bath",
            "metropolis": "Metropolis on a checkerboard",
            "wolff": "Wolff clusters" + (" and heat bath" if p.h else ""),
            "single": "Metropolis, one random site after the other",
        }
        capped = f" (largest cube {LARGEST_CUBE})" if p.side < p.L else ""
        return f"{size} spins, periodic{capped} · T = {plain(p.T / p.Tc, 3)} Tc · {how[p.algorithm]}"
