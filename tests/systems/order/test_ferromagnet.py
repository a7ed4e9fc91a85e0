"""Ferromagnet: numbers, algorithms on every model, samples side by side, curves over T, pictures."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.sweep.measuring import Measuring
from spinviz.model.visuals import Arrows, Cells, Shades, Spheres
from spinviz.physics.lattice.unit_cells import CELLS
from spinviz.systems.order.common.picture import flipped, local_energy, local_order
from spinviz.systems.order.ferromagnet.laws import exact, pairs_of
from spinviz.systems.order.ferromagnet.parameters import FerromagnetParameters
from spinviz.systems.order.ferromagnet.state import MagnetState
from spinviz.systems.order.ferromagnet.system import Ferromagnet

SYSTEM = Ferromagnet()
ALGORITHMS = ("heat bath", "over-relaxation", "metropolis", "wolff")


def parameters(**values: object) -> FerromagnetParameters:
    return FerromagnetParameters.of(**values)


def run(sweeps: int, seed: int = 5, **values: object) -> Loop:
    loop = Loop(SYSTEM, parameters(**values), seed=seed)
    loop.advance(sweeps)
    return loop


def shown(state: MagnetState, p: FerromagnetParameters) -> np.ndarray:
    return p.magnet.vectors(state.spins)


@pytest.mark.value_of("abs_m", "energy", "m2", "m4", "T", "torque", "curvature")
@pytest.mark.parametrize("lattice", CELLS)
@pytest.mark.parametrize("model", ["heisenberg", "xy", "ising", "clock"])
def test_numbers_are_those_of_the_definition(model: str, lattice: str) -> None:
    """From the vectors that are drawn: energy with field and anisotropy, order, torque and curvature."""
    p = parameters(model=model, lattice=lattice, L=6, T=0.7, h=0.4, K=0.3, q=5, start="random")
    state = SYSTEM.initial_state(p, np.random.default_rng(2))
    SYSTEM.step(state, p, 1.0)
    seen, g = SYSTEM.observe(state, p), p.geometry
    S = shown(state, p).astype(float)
    H = np.stack([g.summed(S[..., k]) for k in range(3)], axis=-1)
    bonds = -0.5 * float((S * H).sum())
    axis = 2 if model in ("heisenberg", "ising") else 0
    K = 0.3 if model == "heisenberg" else 0.0
    energy = bonds - 0.4 * float(S[..., axis].sum()) - K * float((S[..., 2] ** 2).sum())
    assert seen["energy"] == pytest.approx(energy / g.count, abs=1e-5)
    m = float(np.linalg.norm(S.mean(axis=(0, 1, 2, 3))))
    assert seen["abs_m"] == pytest.approx(m, abs=1e-6)
    assert (seen["m2"], seen["m4"], seen["T"]) == (pytest.approx(m**2, abs=1e-6), pytest.approx(m**4, abs=1e-6), 0.7)
    if model in ("heisenberg", "xy"):
        H[..., axis] += 0.4
        linear = (S * H).sum(axis=-1)
        H[..., 2] += 2 * K * S[..., 2]
        torque = (np.cross(S, H) ** 2).sum(axis=-1).mean()
        curvature = linear if model == "xy" else 2 * linear - 2 * K + 6 * K * S[..., 2] ** 2
        assert seen["torque"] == pytest.approx(torque, rel=1e-4)
        assert seen["curvature"] == pytest.approx(curvature.mean(), rel=1e-4)


@pytest.mark.value_of("abs_m", "energy")
def test_potts_order_is_the_part_of_the_fullest_state_and_pairs_that_are_alike_gain_J() -> None:
    p = parameters(model="potts", q=3, lattice="square", L=4, start="random")
    state = SYSTEM.initial_state(p, np.random.default_rng(4))
    states = state.spins.states()[0, :, :, 0]
    alike = sum(int((states == np.roll(states, 1, axis)).sum()) for axis in (0, 1))
    most = max(int((states == k).sum()) for k in (1, 2, 3)) / 16
    seen = SYSTEM.observe(state, p)
    assert seen["energy"] == pytest.approx(-alike / 16)
    assert seen["abs_m"] == pytest.approx((3 * most - 1) / 2)


@pytest.mark.value_of("specific_heat", "susceptibility", "U4", "memory", "T_spins")
def test_fluctuations_of_sixteen_spins_are_exact() -> None:
    """4 x 4 Ising at T = 3: specific heat .60313471, <|m|> .60129133 and N var|m|/T .47699670 of all 65,536 states."""
    loop = run(5000, model="ising", lattice="square", L=4, T=3.0)
    seen = loop.observables
    assert seen["specific_heat"] == pytest.approx(0.60313471, rel=0.06)
    assert seen["susceptibility"] == pytest.approx(0.47699670, rel=0.06)
    history = loop.samples.history().observables
    m2, m4 = (history[name][200:].mean() for name in ("m2", "m4"))
    assert seen["U4"] == pytest.approx(1 - m4 / (3 * m2**2), abs=1e-3)
    series = history["abs_m"][200:] - history["abs_m"][200:].mean()
    correlations = [float((series[: len(series) - k] * series[k:]).mean()) for k in range(30)]
    assert seen["memory"] == pytest.approx(0.5 + sum(correlations[1:]) / correlations[0], rel=0.25)
    assert np.isnan(seen["T_spins"]), "states that are discrete have no torque"


@pytest.mark.parametrize(
    ("algorithm", "values"),
    [
        (algorithm, values)
        for n, values in enumerate(
            [
                {"lattice": "chain", "L": 4, "T": 1.0},
                {"lattice": "chain", "L": 6, "T": 0.5, "model": "xy"},
                {"lattice": "square", "L": 4, "T": 2.269, "model": "ising"},
                {"lattice": "honeycomb", "L": 2, "T": 0.8, "model": "potts", "q": 3},
                {"lattice": "square", "L": 2, "T": 0.6, "model": "clock", "q": 5},
                {"lattice": "triangular", "L": 3, "T": 3.0, "model": "ising"},
                {"lattice": "bcc", "L": 2, "T": 0.9, "h": 0.3},
            ]
        )
        for algorithm in (ALGORITHMS[n % 4], ALGORITHMS[(n + 1 + n // 4) % 4])
    ],
)
def test_every_algorithm_obeys_the_laws_of_every_model(algorithm: str, values: dict[str, object]) -> None:
    loop = run(2500, algorithm=algorithm, **values)
    judged = {name: law for name, law in loop.laws.items() if law.holds}
    assert judged
    for name, law in judged.items():
        assert not law.waits, name
        assert law.passed, (name, law)


@pytest.mark.parametrize("values", [{"lattice": "chain", "L": 4, "T": 0.5}, {"L": 4, "T": 1.0, "h": 0.5, "K": 0.5}])
def test_precession_in_a_bath_reaches_the_equilibrium_of_monte_carlo(values: dict[str, object]) -> None:
    """On the same spins: the algorithm changes in the run, and the laws still hold."""
    loop = run(300, algorithm="heat bath", **values)
    loop.apply(SetParameters(loop.parameters.change(algorithm="llg", alpha=0.5)))
    loop.advance(2500)
    judged = {name: law for name, law in loop.laws.items() if law.holds}
    assert "temperature" in judged
    for name, law in judged.items():
        assert not law.waits, name
        assert law.passed, (name, law)


def test_spins_without_damping_keep_their_energy_and_claim_no_temperature() -> None:
    loop = run(1, algorithm="llg", alpha=0.0, L=4, start="random")
    energy, S = loop.state.energy, shown(loop.state, loop.parameters)
    loop.advance(100)
    assert loop.state.energy == pytest.approx(energy, abs=2e-4)
    assert np.abs(shown(loop.state, loop.parameters) - S).max() > 0.5
    assert not loop.laws["temperature"].holds
    assert "T" in loop.parameters.unused()


@pytest.mark.parametrize("model", ["heisenberg", "xy", "ising"])
def test_brushes_paint_hold_heat_and_remove(model: str) -> None:
    loop = run(2, model=model, lattice="square", L=8, T=2.0 if model == "ising" else 0.3)
    p, state = loop.parameters, loop.state
    sites = np.arange(16, dtype=np.int64)
    names = SYSTEM.brushes(p)
    assert {"flip", "randomize", "heat", "pin", "release", "vacancy"} <= set(names)
    before = shown(state, p).reshape(-1, 3)
    SYSTEM.paint(state, p, "flip", sites)
    after = shown(state, p).reshape(-1, 3)
    assert np.allclose(after[:16], -before[:16], atol=1e-6)
    assert np.array_equal(after[16:], before[16:])
    SYSTEM.paint(state, p, "pin", sites)
    for _ in range(20):
        SYSTEM.step(state, p, 1.0)
    held = shown(state, p).reshape(-1, 3)
    assert np.array_equal(held[:16], after[:16])
    assert not np.array_equal(held[16:], after[16:])
    assert not any(law.holds(state, p, None) for law in SYSTEM.laws)
    SYSTEM.paint(state, p, "release", sites)
    SYSTEM.paint(state, p, "heat", sites)
    hot = shown(state, p).reshape(-1, 3)
    assert np.array_equal(hot[16:], held[16:])
    assert not np.array_equal(hot[:16], held[:16])
    SYSTEM.paint(state, p, "vacancy", sites)
    assert state.holes == 16
    assert not shown(state, p).reshape(-1, 3)[:16].any()
    SYSTEM.paint(state, p, "+x" if model == "xy" else "+z", np.arange(64, dtype=np.int64))
    seen = SYSTEM.observe(state, p)
    assert state.holes == 0
    assert seen["abs_m"] == pytest.approx(1)
    assert seen["energy"] == pytest.approx(-2)


def test_what_is_pinned_acts_on_its_neighbours() -> None:
    """A pinned plane holds a one-dimensional chain of planes: <S> beside a fixed spin of a pair is Langevin's."""
    p = parameters(lattice="chain", L=2, periodic=False, T=0.5)
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    SYSTEM.paint(state, p, "pin", np.array([0], dtype=np.int64))
    z = []
    for _ in range(6000):
        SYSTEM.step(state, p, 1.0)
        z.append(shown(state, p).reshape(-1, 3)[1, 2])
    exact = 1 / np.tanh(2) - 0.5
    assert np.mean(z) == pytest.approx(exact, abs=4 * np.std(z) / np.sqrt(6000))


def test_critical_slowing_is_seen_with_heat_bath_and_not_with_clusters() -> None:
    slow = run(3000, model="ising", lattice="square", L=16, T=2.269, algorithm="heat bath")
    fast = run(3000, model="ising", lattice="square", L=16, T=2.269, algorithm="wolff")
    assert fast.observables["memory"] < 3
    assert not slow.observables["memory"] < 10 * fast.observables["memory"]


def test_samples_differ_and_each_chooses_its_own_direction() -> None:
    """Fifty unit vectors of random directions add up to about sqrt(50); the mean of z^2 is 1/3."""
    loop = Loop(SYSTEM, preset="broken", seed=1)
    loop.advance(150)
    orders = loop.state.orders
    assert len(orders) == 50
    lengths = np.linalg.norm(orders, axis=1)
    assert lengths.mean() > 0.6
    directions = orders / lengths[:, None]
    assert np.linalg.norm(directions.sum(axis=0)) < 4 * np.sqrt(50)
    assert np.mean(directions[:, 2] ** 2) == pytest.approx(1 / 3, abs=4 * np.sqrt(4 / 45 / 50))
    balls = next(v for v in loop.frame().visuals if isinstance(v, Spheres))
    assert len(balls.positions) == 50


def test_means_stay_on_the_curves_with_errors_when_the_temperature_changes() -> None:
    loop = run(600, L=6, T=1.0)
    loop.apply(SetParameters(loop.parameters.change(T=1.3)))
    loop.advance(600)
    frame = loop.frame()
    for plot in ("order", "susceptibility", "heat", "cumulant"):
        points = frame.plots[plot]
        assert np.allclose(points[:, 0], [1.0, 1.3])
        assert np.isfinite(points).all(), plot
    order = frame.plots["order"]
    assert order[0, 1] > order[1, 1] > 0.3
    x, y = frame.curves["order", "mean_field"]
    # m of the mean field at T/Tc = 0.5 of classical spins: Tc = 2 on six neighbours
    assert float(np.interp(1.0, x, y)) == pytest.approx(0.788887, abs=2e-3)


def test_mean_field_has_the_neighbours_of_the_lattice() -> None:
    for lattice, Tc in (("square", 4 / 3), ("bcc", 8 / 3), ("fcc", 4.0)):
        assert parameters(lattice=lattice).mean_field_Tc == pytest.approx(Tc)
    assert parameters(lattice="triangular", model="ising").mean_field_Tc == 6
    assert parameters(lattice="honeycomb", model="xy").mean_field_Tc == 1.5
    assert parameters(lattice="bcc").Tc == pytest.approx(2.054, abs=1e-3)
    assert parameters(lattice="square", model="potts", q=3).Tc == pytest.approx(0.994973, abs=1e-6)
    assert np.isnan(parameters(lattice="square").Tc)


def test_pairs_of_a_small_sample_are_its_bonds() -> None:
    for lattice, sites, bonds in (("square", 4, 8), ("honeycomb", 8, 12), ("triangular", 12, 36)):
        g = parameters(lattice=lattice, L={"square": 2, "honeycomb": 2, "triangular": 3}[lattice]).geometry
        assert g.count == sites
        assert len(pairs_of(g)) == bonds


def test_an_edge_that_does_not_fit_is_said() -> None:
    p = parameters(lattice="square", L=33, model="ising")
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    assert p.geometry.sides[:2] == (34, 34)
    assert SYSTEM.odd(state, p) == ("L = 33 does not fit sublattices that repeat after 2 cells: 34 is taken",)
    assert "34 is taken" in SYSTEM.caption(state, p)
    free = parameters(lattice="square", L=33, periodic=False)
    assert free.geometry.sides[:2] == (33, 33)


def test_actions_do_what_they_say() -> None:
    loop = run(5, T=3.0, L=6, start="random")
    loop.apply(Act("order"))
    assert loop.state.magnitude == pytest.approx(1)
    loop.apply(Act("randomize"))
    assert loop.state.magnitude < 0.3
    loop.apply(Act("critical"))
    assert pytest.approx(1.4429, abs=1e-3) == loop.parameters.T
    loop.apply(Act("quench"))
    assert pytest.approx(0.433, abs=1e-3) == loop.parameters.T
    chain = run(1, lattice="chain", L=8)
    chain.apply(Act("critical"))
    assert chain.parameters.T == 1.0, "a chain has no critical temperature"


@pytest.mark.parametrize("coloured", ["direction", "flipped", "component", "sublattice", "energy", "order"])
def test_colours_show_what_they_say(coloured: str) -> None:
    p = parameters(L=6, T=1.0, coloured=coloured)
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    SYSTEM.step(state, p, 1.0)
    arrows = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Arrows))
    S, g = shown(state, p), p.geometry
    expected = {
        "flipped": flipped(g.colours, S).reshape(-1, 3), "component": S[..., 2].ravel(),
        "sublattice": g.colours.ravel(),
        "energy": local_energy(g, S).ravel(), "order": local_order(g, S).ravel(),
    }  # fmt: skip
    if coloured == "direction":
        assert arrows.color == "direction"
        return
    assert isinstance(arrows.color, Shades)
    assert np.allclose(arrows.color.values, expected[coloured], atol=1e-6)


def test_local_numbers_of_order_and_disorder() -> None:
    g = parameters(L=4).geometry
    up = np.zeros((*g.shape, 3))
    up[..., 2] = 1
    assert np.allclose(local_energy(g, up), -0.5)
    assert np.allclose(local_order(g, up), 1)
    neel = flipped(g.colours, up)
    assert np.allclose(local_energy(g, neel), 0.5)
    assert np.allclose(local_energy(g, neel, J=-1.0), -0.5)
    assert np.allclose(local_order(g, neel), 5 / 7)


def test_a_slab_shows_its_layers_and_large_samples_cells() -> None:
    p = parameters(L=8, slab="z", middle=0.5, thickness=2)
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    arrows = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Arrows))
    assert len(arrows.positions) == 128
    assert set(np.round(arrows.positions[:, 2] * 4, 3)) == {-0.5, 0.5}
    large = parameters(L=24)
    state = SYSTEM.initial_state(large, np.random.default_rng(1))
    cells = next(v for v in SYSTEM.draw(state, large) if isinstance(v, Cells))
    assert cells.values.shape == (24, 24, 24, 3)
    cut = large.change(slab="x", middle=0.0, thickness=5, shown="cells")
    cells = next(v for v in SYSTEM.draw(state, cut) if isinstance(v, Cells))
    assert cells.values.shape == (24, 24, 5, 3)
    assert cells.origin[0] == pytest.approx(-1)
    balls = large.change(lattice="bcc", L=16)
    state = SYSTEM.initial_state(balls, np.random.default_rng(1))
    assert isinstance(SYSTEM.draw(state, balls)[0], Spheres)


def test_a_point_of_a_sweep_has_the_exact_cumulant_and_correlation_time() -> None:
    """4 x 4 Ising at T = 3, all of whose states are counted; tau from the run itself."""
    p = parameters(model="ising", lattice="square", L=4, T=3.0)
    loop = Loop(SYSTEM, p, seed=2, bare=True)
    found = Measuring(SYSTEM, ("U4",), 0.02, 100, 20000)
    series = []
    while True:
        loop.advance(1)
        series.append(loop.observables["abs_m"])
        if found.add(loop.observables):
            break
    counted = exact(p, 3.0)
    U4, error = found.mean("U4", p)
    assert pytest.approx(1 - counted.m4 / (3 * counted.m2**2), abs=4 * error) == U4
    assert error <= 0.02 * U4
    heat, error = found.mean("specific_heat", p)
    assert heat == pytest.approx(0.60313471, abs=4 * error)
    tau, error = found.mean("memory", p)
    x = np.array(series[found.discarded :]) - np.mean(series[found.discarded :])
    direct = 0.5 + sum(float((x[: len(x) - k] * x[k:]).mean() / (x * x).mean()) for k in range(1, 25))
    assert tau == pytest.approx(direct, abs=4 * error)
    assert np.isnan(found.mean("T_spins", p)[0])


def test_of_large_volumes_every_second_spin_is_drawn_and_that_is_said() -> None:
    p = parameters(L=80, coloured="component")
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    SYSTEM.step(state, p, 1.0)
    cells = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Cells))
    assert cells.values.shape == (40, 40, 40)
    assert np.array_equal(cells.values, shown(state, p)[::2, ::2, ::2, 0, 2])
    assert cells.spacing == pytest.approx((2 / 40,) * 3)
    assert "one cell for 2 × 2 × 2 spins" in SYSTEM.caption(state, p)
    slab = p.change(slab="z", thickness=2)
    cells = next(v for v in SYSTEM.draw(state, slab) if isinstance(v, Cells))
    assert cells.values.shape == (2, 80, 80)
    assert "one cell" not in SYSTEM.caption(state, slab)
