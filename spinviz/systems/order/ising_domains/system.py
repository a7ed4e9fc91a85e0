"""Ising domains: spins up or down on a lattice, ordered by exchange and stirred by heat."""

from __future__ import annotations

from math import nan

import numpy as np

from spinviz.model.abilities import Brushable
from spinviz.model.brush import Indices, Sites
from spinviz.model.landmark import Landmark
from spinviz.model.plots import Spot
from spinviz.model.system import Action, Observable, Preset, System
from spinviz.model.units import plain
from spinviz.model.visuals import Arrows, Cells, Stage, Visual, float32
from spinviz.physics.ising.laws import CRITICAL_TEMPERATURE_2D
from spinviz.physics.ising.sampling import clusters_per_sweep
from spinviz.physics.lattice.clusters import flip_clusters
from spinviz.physics.lattice.correlations import at_distance
from spinviz.physics.lattice.discrete import Model, random_states, sweeps
from spinviz.physics.lattice.single_sites import random_updates
from spinviz.physics.lattice.spins import Spins
from spinviz.systems.order.ising_domains import brushes
from spinviz.systems.order.ising_domains.laws import LAWS, SYMBOLS
from spinviz.systems.order.ising_domains.parameters import LARGEST_CUBE, IsingParameters, lens
from spinviz.systems.order.ising_domains.picture import (
    REACH,
    RELIEF,
    attempt,
    cells,
    colormap,
    edges,
    marks,
    masts,
    names,
    scales,
)
from spinviz.systems.order.ising_domains.plots import PLOTS
from spinviz.systems.order.ising_domains.state import (
    DISTANCE,
    IsingState,
    count,
    field_at,
    geometry_of,
    quench,
    randomized,
    turn,
    write_bits,
    write_droplet,
)
from spinviz.systems.pictures.reciprocal import RECIPROCAL, structure_picture, structure_stage, structure_words

SETTLE = 100.0
"""Sweeps after a change that count in no mean."""
REVERSED = 0.1
"""What changes its sign by heat alone has been nearer to zero."""
PREPARED = 40
"""Sweeps of Wolff's clusters that prepare a start in equilibrium: some relaxation times even at Tc."""


def fluctuating(p: IsingParameters) -> float:
    """Number of sites, where fluctuations are those of equilibrium: not in a field that swings."""
    return nan if p.swings else float(p.shape[0] * p.shape[1] * p.shape[2])


class IsingDomains(System[IsingParameters, IsingState], Brushable[IsingState, IsingParameters]):
    """The Ising model: domains, walls, and the Curie point."""

    name = "ising_domains"
    title = "Ising domains"
    chapter = "Order"
    order = 50
    summary = "A lattice of spins up or down: domains, the critical point, quenches and stored bits."
    notes = (
        "Each spin interacts only with its nearest neighbours, and yet below Tc the whole lattice orders. At Tc "
        "there are domains of every size: enlarged, the picture looks the same."
    )
    equation = (
        r"H = -J\sum_{\langle ij\rangle} s_i s_j - h\sum_i s_i,\quad s_i=\pm1,"
        r"\ \langle ij\rangle\ \mathrm{each\ pair\ once}"
    )
    time_unit = "sweep"
    Parameters = IsingParameters
    observables = (
        Observable("m", "Magnetization", "m"),
        Observable("abs_m", "Absolute magnetization", "|m|"),
        Observable("energy", "Energy per site", "e", "J"),
        Observable("walls", "Broken bonds", "w"),
        Observable(
            "specific_heat",
            "Specific heat per site",
            "c/k_B",
            variance_of="energy",
            factor=lambda p: fluctuating(p) / p.T**2,
        ),
        Observable(
            "susceptibility",
            "Susceptibility per site",
            "χ",
            "1/J",
            variance_of="m",
            factor=lambda p: fluctuating(p) / p.T,
        ),
        Observable(
            "phase_susceptibility",
            "Susceptibility of |m| (within one phase)",
            "χ'",
            "1/J",
            variance_of="abs_m",
            factor=lambda p: fluctuating(p) / p.T,
        ),
        Observable("correlation", f"Correlation over {DISTANCE} sites", f"C({DISTANCE})"),
        Observable("T", "Temperature", "T", "J/kB"),
        Observable("field", "Field", "h", "J"),
    )
    plots = PLOTS
    laws = LAWS
    symbols = SYMBOLS
    presets = (
        Preset(
            "quench", "Quench", "A sudden quench from infinite temperature to 0.3 Tc: domains form and grow.",
            parameters={"T": 0.68, "L": 512}, actions=((0.0, "quench"),), length=800.0, speed=30.0,
            notes="Curved walls move towards their centre of curvature: small domains vanish first, and the "
            "typical size grows as the square root of time. Sometimes a stripe remains, because a straight wall "
            "feels no force.",
        ),
        Preset(
            "critical", "Critical point", "At Tc, updated by Wolff's clusters: domains within domains, of every "
            "size.",
            parameters={
                "T": float(CRITICAL_TEMPERATURE_2D), "L": 512, "algorithm": "wolff", "start": "equilibrium",
            },
            length=200.0, speed=8.0,
            notes="The picture is self-similar: zoom in and it looks the same. Wolff's algorithm flips whole "
            "clusters; with the heat bath large domains hardly change, which is critical slowing down.",
        ),
        Preset(
            "ordered", "Spontaneous order", "Below Tc: one domain with thermal flips; the mean follows Yang's law.",
            parameters={"T": 2.0, "L": 256, "start": "equilibrium"}, length=800.0, speed=60.0,
            notes="Single spins keep flipping, and yet the mean stays. Change the temperature: the mean follows "
            "Yang's curve, which falls steeply to zero at Tc = 2.269 J/kB.",
        ),
        Preset(
            "hysteresis", "Hysteresis", "The field oscillates: domains nucleate, walls sweep the lattice, and m "
            "lags behind.",
            parameters={"T": 1.5, "L": 256, "h": 0.6, "period": 600.0, "start": "up"}, length=1200.0, speed=60.0,
            notes="A reversed field changes nothing until a droplet gains more energy in the field than its wall "
            "costs; then it sweeps the lattice. The area of the loop is the heat of one cycle, and a faster field "
            "widens it.",
        ),
        Preset(
            "bits", "Bits", "Eight bits written as stripes into a layer: straight walls stay.",
            parameters={"T": 1.2, "L": 192, "start": "up"}, actions=((0.0, "write"), (300.0, "up"), (300.0, "droplet")),
            length=600.0, speed=30.0,
            notes="Straight walls only fluctuate, so the bits are kept. A round droplet shrinks under the tension "
            "of its wall: its area falls at a constant rate.",
        ),
        Preset(
            "lesson", "One spin at a time", "The Metropolis algorithm, slowly: choose a spin, compute the energy "
            "change, accept with probability exp(−ΔE/kT).",
            parameters={"T": 2.0, "L": 16, "algorithm": "single"}, length=4.0, speed=0.02,
            notes="A flip that lowers the energy is always accepted, one that costs ΔE with probability "
            "exp(−ΔE/kT). The temperature enters nowhere else.",
        ),
        Preset(
            "cube", "Three dimensions", "A cubic lattice quenched below its Tc = 4.51 J/kB.",
            parameters={"T": 1.5, "L": 64, "lattice": "cubic"}, actions=((0.0, "quench"),), length=300.0, speed=15.0,
            notes="At first both orientations percolate through the cube like a sponge; then the walls between "
            "them flatten and the domains grow.",
        ),
    )  # fmt: skip
    actions = (
        Action("quench", "Quench", "Quench from infinite temperature to 0.3 Tc, without field.", quench),
        Action("heat", "Heat", "Raise the temperature to 1.5 Tc.", lambda s, p: p.change(T=round(1.5 * p.Tc, 2))),
        Action("critical", "Set to Tc", "Set the critical temperature.", lambda s, p: p.change(T=p.Tc)),
        Action("flip_field", "Reverse the field", "Change the sign of the field.", lambda s, p: p.change(h=-p.h)),
        Action(
            "up", "Set all up", "Set every spin up.", lambda s, p: turn(s, np.ones(p.shape, np.int8)),
        ),
        Action("random", "Randomize", "Randomize all spins.", randomized),
        Action("droplet", "Flip a droplet", "Flip a round droplet against its surroundings.", write_droplet),
        Action("write", "Write bits", "Write 10110010 as stripes.", write_bits),
    )  # fmt: skip

    landmarks = (
        Landmark(
            "reversal", "reversal", "The magnetization changes its sign.", "zero",
            lambda s, p, seen: seen["m"], REVERSED, when=lambda p: not p.swings, shows="energy",
        ),
        Landmark(
            "coercive", "coercive field", "The magnetization changes its sign while the field oscillates.", "zero",
            lambda s, p, seen: seen["m"], REVERSED, when=lambda p: p.swings, shows="field",
        ),
        Landmark(
            "no_field", "zero of the field", "The oscillating field changes its sign: what is left is the remanence.",
            "zero", lambda s, p, seen: seen["field"] / p.h, REVERSED, when=lambda p: p.swings, shows="m",
        ),
    )  # fmt: skip

    def initial_state(self, p: IsingParameters, rng: np.random.Generator) -> IsingState:
        """Random, all up, or brought to equilibrium by clusters."""
        geometry = geometry_of(p.shape)
        states = random_states(geometry, Model(), rng) if p.start == "random" else np.ones(geometry.shape, np.int8)
        lattice = Spins.of_states(geometry, states, key=int(rng.integers(0, 1 << 64, dtype=np.uint64)))
        if p.start == "equilibrium":
            flip_clusters(lattice, Model(), p.T, PREPARED * clusters_per_sweep(p.T, p.side, p.shape[0]))
        middle = np.array([geometry.count // 2 + p.side // 2], np.int64)
        state = IsingState(lattice, middle, np.zeros(1, np.uint8))
        count(state)
        return state

    def settle(self, state: IsingState, p: IsingParameters) -> float:
        """Enough away from the critical point, where blocking waits longer anyway."""
        return SETTLE

    def step(self, state: IsingState, p: IsingParameters, dt: float) -> None:
        """One sweep, or one attempt."""
        h, lattice = field_at(p, state.time), state.lattice
        model = Model(h=h)
        if len(state.pinned):
            brushes.sweep_between_pins(state, p, h)
            count(state)
            return
        if p.alone:
            random_updates(lattice, model, p.T, 1, tried=state.tried, flipped=state.flipped)
        elif p.algorithm == "single":
            random_updates(lattice, model, p.T, lattice.geometry.count)
        elif p.algorithm == "wolff":
            flip_clusters(lattice, model, p.T, clusters_per_sweep(p.T, p.side, p.shape[0]))
        if p.algorithm in ("heat bath", "metropolis") or (p.algorithm == "wolff" and h != 0):
            # In a field the large clusters are refused: a sweep of single flips keeps Wolff moving.
            sweeps(lattice, model, p.T, method="metropolis" if p.algorithm == "metropolis" else "heat bath")
        count(state)

    def pick_point(self, p: IsingParameters, plot: str, spot: Spot) -> IsingParameters | None:
        """Go to the temperature of a point over temperature."""
        return p.change(T=round(spot.x, 3)) if plot in ("order", "energy") else None

    def brushes(self, p: IsingParameters) -> tuple[str, ...]:
        """See `abilities.Brushable`."""
        return brushes.BRUSHES

    def sites(self, p: IsingParameters) -> Sites:
        """See `abilities.Brushable`."""
        return brushes.sites_of(p.shape)

    def paint(self, state: IsingState, p: IsingParameters, brush: str, sites: Indices) -> None:
        """See `abilities.Brushable`."""
        brushes.paint(state, p, brush, sites)

    def restored(self, state: IsingState, p: IsingParameters) -> None:
        """Count the bonds and spins anew."""
        state.lattice.fill_halo()
        count(state)

    def timestep(self, p: IsingParameters) -> float:
        """One sweep; one attempt where each is to be seen."""
        return 1 / p.side**2 if p.alone else 1.0

    def speed(self, p: IsingParameters) -> float:
        """See `lens`."""
        return lens(p)

    def observe(self, state: IsingState, p: IsingParameters) -> dict[str, float]:
        """Counts of this configuration."""
        sites, dimensions, h = state.lattice.geometry.count, 3 if p.lattice == "cubic" else 2, field_at(p, state.time)
        return {
            "m": state.m,
            "abs_m": abs(state.m),
            "energy": -state.bonds / sites - h * state.m,
            "walls": (1 - state.bonds / (dimensions * sites)) / 2,
            "correlation": at_distance(state.spins, DISTANCE),
            "T": p.T,
            "field": h,
        }

    def draw(self, state: IsingState, p: IsingParameters) -> tuple[Visual, ...]:
        """The lattice, its mean as an arrow, the field; in the lesson the spin that was tried."""
        if p.shown == RECIPROCAL:
            return structure_picture(state.spins)
        edge = 2 / p.side
        low = -1.0 if p.lattice == "cubic" else -edge / 2
        lattice = Cells(
            cells(state, p), origin=(-1.0, -1.0, low), spacing=(edge, edge, edge), colormap=colormap(p),
            low=0.0 if p.shown == "walls" else -1.0, one="site",
            relief=0.0 if p.shown == "walls" else RELIEF,
        )  # fmt: skip
        h = field_at(p, state.time)
        column = masts(p.lattice)
        visuals = (
            lattice,
            *((edges(),) if p.lattice == "cubic" else ()),
            scales(p.lattice),
            marks(p.lattice),
            Arrows(column[:1], float32([[0, 0, state.m]]), length=REACH, radius=0.06, color="net"),
            Arrows(column[1:], float32([[0, 0, np.tanh(h)]]), length=REACH, radius=0.05, color="accent"),
            *names(p.lattice, state.m, p.h),
        )  # fmt: skip
        then = max(state.time - self.timestep(p), 0.0)
        return (*visuals, *attempt(state, p, field_at(p, then))) if p.alone else visuals

    def stage(self, p: IsingParameters) -> Stage:
        """A plane from above, or a cube."""
        if p.shown == RECIPROCAL:
            return structure_stage(p.shape[0] * p.shape[1] * p.shape[2])
        walls = p.shown == "walls"
        cubic = p.lattice == "cubic"
        height = 1.0 if cubic else 0.1
        return Stage(
            low=(-1.45, -1.0, -height), high=(1.05, 1.0, 1.2 if cubic else 0.36),
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
            "single": "Metropolis at random sites, one at a time",
        }
        if p.shown == RECIPROCAL:
            return f"{structure_words(p.shape[0])} · T = {plain(p.T / p.Tc, 3)} Tc"
        if len(state.pinned):
            how["wolff"] = "heat bath, which stands in for Wolff's clusters while spins are pinned"
        pinned = f" · {len(state.pinned)} spins pinned" if len(state.pinned) else ""
        capped = f" (largest cube {LARGEST_CUBE})" if p.side < p.L else ""
        return f"{size} spins, periodic{capped} · T = {plain(p.T / p.Tc, 3)} Tc · {how[p.algorithm]}{pinned}"
