"""Antiferromagnet: numbers, all methods on the same spins, susceptibilities, flop, waves, frustration, pictures."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.law import Departure
from spinviz.model.visuals import Arrows, Labels, Shades
from spinviz.physics.lattice.unit_cells import CELLS
from spinviz.physics.order.uniaxial_mean_field import uniaxial_mean_field
from spinviz.systems.order.antiferromagnet.guides import dispersion_lines
from spinviz.systems.order.antiferromagnet.laws import jumping
from spinviz.systems.order.antiferromagnet.parameters import AntiferromagnetParameters, Swing
from spinviz.systems.order.antiferromagnet.state import AntiferromagnetState
from spinviz.systems.order.antiferromagnet.system import Antiferromagnet
from spinviz.systems.order.common.heisenberg import adapted

SYSTEM = Antiferromagnet()
METHODS = ("heat bath", "over-relaxation", "metropolis", "wolff", "llg")


def parameters(**values: object) -> AntiferromagnetParameters:
    return AntiferromagnetParameters.of(**values)


def run(sweeps: int, seed: int = 5, **values: object) -> Loop:
    loop = Loop(SYSTEM, parameters(**values), seed=seed)
    loop.advance(sweeps)
    return loop


def shown(state: AntiferromagnetState) -> np.ndarray:
    return state.spins.vectors().astype(float)


@pytest.mark.value_of(
    "staggered", "abs_m", "m_h", "m_z", "m_x", "energy", "n2", "torque", "curvature", "T", "field", "wave"
)
@pytest.mark.parametrize("lattice", CELLS)
@pytest.mark.parametrize("method", ["heat bath", "llg"])
def test_numbers_are_those_of_the_definition(method: str, lattice: str) -> None:
    """From the vectors that are drawn: H = J sum of pairs - h.S - K S_z^2 with a tilted field."""
    p = parameters(
        lattice=lattice, L=6, T=0.7, h=0.9, K=0.3, tilt=20.0, start="random", algorithm=method, waves=1, alpha=0.3
    )
    state = SYSTEM.initial_state(p, np.random.default_rng(2))
    SYSTEM.step(state, p, SYSTEM.timestep(p))
    seen, g = SYSTEM.observe(state, p), p.geometry
    S = shown(state)
    neighbours = np.stack([g.summed(S[..., k]) for k in range(3)], axis=-1)
    u = np.array([np.sin(np.radians(20)), 0.0, np.cos(np.radians(20))])
    energy = 0.5 * (S * neighbours).sum() - 0.9 * (S @ u).sum() - 0.3 * (S[..., 2] ** 2).sum()
    assert seen["energy"] == pytest.approx(energy / g.count, abs=1e-5)
    m = S.mean(axis=(0, 1, 2, 3))
    assert (seen["m_x"], seen["m_z"]) == (pytest.approx(m[0], abs=1e-6), pytest.approx(m[2], abs=1e-6))
    assert seen["m_h"] == pytest.approx(m @ u, abs=1e-6)
    assert seen["abs_m"] == pytest.approx(np.linalg.norm(m), abs=1e-6)
    means = [S[g.colours == c].mean(axis=0) for c in range(g.colouring.count)]
    n = np.sqrt(np.mean([np.sum((each - m) ** 2) for each in means]))
    assert (seen["staggered"], seen["n2"]) == (pytest.approx(n, abs=1e-6), pytest.approx(n**2, abs=1e-6))
    assert (seen["T"], seen["field"]) == (0.7, 0.9)
    H = -neighbours + 0.9 * u
    linear = (S * H).sum(axis=-1)
    H[..., 2] += 0.6 * S[..., 2]
    assert seen["torque"] == pytest.approx((np.cross(S, H) ** 2).sum(axis=-1).mean(), rel=1e-4)
    assert seen["curvature"] == pytest.approx((2 * linear - 0.6 + 1.8 * S[..., 2] ** 2).mean(), rel=1e-4, abs=1e-4)
    if method == "llg" and p.bipartite:
        x = g.positions[..., 0]
        wave = np.exp(-2j * np.pi * x / (g.sides[0] * g.cell.vectors[0][0])) * (S[..., 0] + 1j * S[..., 1])
        a, b = (wave[g.colours == c].mean() for c in (0, 1))
        assert seen["wave"] == pytest.approx((a - b).real / 2, abs=1e-6)
    else:
        assert np.isnan(seen["wave"])


@pytest.mark.value_of("T_spins")
@pytest.mark.parametrize(
    ("method", "values"),
    [
        ("heat bath", {"lattice": "chain", "L": 6, "T": 0.5}),
        ("over-relaxation", {"lattice": "chain", "L": 8, "T": 1.0}),
        ("metropolis", {"lattice": "chain", "L": 4, "T": 0.7}),
        ("wolff", {"lattice": "chain", "L": 10, "T": 0.3}),
        ("llg", {"lattice": "chain", "L": 6, "T": 0.8, "alpha": 0.4}),
        ("heat bath", {"lattice": "triangular", "L": 3, "T": 0.4, "h": 0.8, "K": -0.5}),
        ("over-relaxation", {"lattice": "fcc", "L": 2, "T": 0.5, "h": -1.0, "direction": "across", "K": 0.4}),
        ("wolff", {"lattice": "square", "L": 4, "T": 0.6, "h": 0.7}),
        ("wolff", {"lattice": "kagome", "L": 2, "T": 0.4}),
        ("llg", {"lattice": "honeycomb", "L": 2, "T": 0.5, "h": 0.5, "tilt": 10.0, "K": 0.6, "alpha": 0.5}),
    ],
)
def test_every_method_obeys_the_laws(method: str, values: dict[str, object]) -> None:
    """Energy and order of rings, exactly, and everywhere the temperature of the spins."""
    loop = run(3000 if method != "llg" else 6000, algorithm=method, **values)
    judged = {name: law for name, law in loop.laws.items() if law.holds}
    assert set(judged) == ({"temperature", "ring", "ring_order"} if values["lattice"] == "chain" else {"temperature"})
    for name, law in judged.items():
        assert not law.waits, name
        assert law.passed, (name, law)


def test_methods_change_on_the_same_spins() -> None:
    """The motion without damping keeps the energy that Monte Carlo left."""
    loop = run(50, L=4, T=0.5, K=0.3, h=1.0)
    before = shown(loop.state)
    loop.apply(SetParameters(loop.parameters.change(algorithm="llg", alpha=0.0)))
    assert np.array_equal(shown(loop.state), before)
    energy = loop.observables["energy"]
    loop.advance(100)
    assert loop.time == pytest.approx(60.0)
    assert loop.observables["energy"] == pytest.approx(energy, abs=2e-5)
    assert not np.allclose(shown(loop.state), before, atol=0.1)


@pytest.mark.value_of("chi_par", "chi_perp")
def test_susceptibilities_are_the_answers_to_small_fields() -> None:
    """Fluctuations against dm/dh of a run in a small field along and across, within their errors; mean field near."""
    common = {"L": 4, "T": 0.7, "K": 0.6}
    free = run(4000, **common).observables
    for direction, name in (("along", "chi_par"), ("across", "chi_perp")):
        loop = run(3000, **common, h=0.4, direction=direction)
        m = loop.samples.history().observables["m_h"][200:].mean()
        assert free[name] == pytest.approx(m / 0.4, rel=0.12), name
    field = uniaxial_mean_field([0.7], 6.0, 0.6)
    assert free["chi_perp"] == pytest.approx(float(field.perpendicular[0]), rel=0.15)
    assert free["chi_par"] < 0.6 * free["chi_perp"]


def test_mean_field_guides_are_drawn_over_the_means() -> None:
    loop = run(400, L=4, T=0.8, K=0.3)
    frame = loop.frame()
    assert {("order", "mean_field"), ("parallel", "mean_field"), ("perpendicular", "mean_field")} <= set(frame.curves)
    _, y = frame.curves["perpendicular", "mean_field"]
    assert y[0] == pytest.approx(1 / 12.6, rel=1e-3)
    assert parameters(lattice="triangular").mean_field_TN == 1.0
    assert parameters(lattice="fcc").mean_field_TN == pytest.approx(4 / 3)
    assert pytest.approx(1.4429, abs=1e-3) == parameters().TN
    assert np.isnan(parameters(lattice="square").TN)


def test_a_slow_sweep_flops_late_and_returns_late() -> None:
    """B_E = 6, B_A = 1.5: unstable at 4.5 upwards and at 3.5 downwards, m = h/10.5; the pace adds a lag."""
    loop = Loop(SYSTEM, preset="flop", seed=1)
    loop.advance(4000)
    seen = loop.samples.history().observables
    h, m = seen["field"], seen["m_h"]
    up, down = slice(0, 2000), slice(2000, None)
    assert h.max() == pytest.approx(7.0)
    leaves, returns = h[up][np.argmax(m[up] > 0.2)], h[down][np.argmax(m[down] < 0.2)]
    assert 0.97 * 4.5 < leaves < 1.08 * 4.5
    assert 0.92 * 3.5 < returns < 1.03 * 3.5
    flopped = (h > 4.9) | ((h > 3.8) & (np.arange(len(h)) > 2000))
    assert np.allclose(m[flopped], h[flopped] / 10.5, atol=2e-3)
    assert np.abs(m[up][h[up] < 4.2]).max() < 2e-3
    p = loop.parameters
    assert [jumping(p, x) for x in (3.0, 3.4, 4.0, 4.5, 5.0, 10.5)] == [False, True, False, True, False, True]


def test_cold_spins_along_a_field_without_tilt_never_flop() -> None:
    loop = run(300, L=4, T=0.0, K=0.5, h=6.0, algorithm="llg")
    assert loop.observables["abs_m"] == pytest.approx(0, abs=1e-6)
    loop.apply(SetParameters(loop.parameters.change(algorithm="heat bath")))
    loop.apply(Act("flop"))
    assert loop.parameters.tilt == 0.5
    loop.advance(600)
    assert loop.observables["m_h"] == pytest.approx(loop.parameters.h / 11.0, abs=2e-3)


def test_the_field_rises_and_falls_linearly() -> None:
    swing = Swing(2.0, 100.0, (1.0, 0.0, 0.0))
    sizes = [swing.size(t) for t in (0, 12.5, 25, 50, 75, 87.5, 100)]
    assert np.allclose(sizes, [0, 1, 2, 0, -2, -1, 0])
    assert [swing.rises(t) for t in (10, 40, 60, 90)] == [True, False, True, False]
    assert swing(12.5) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("algorithm", ["heat bath", "over-relaxation", "llg"])
def test_a_field_across_cants_the_sublattices(algorithm: str) -> None:
    """m = h/(2 B_E + B_A) with B_E = 4, B_A = 1: 3/9."""
    loop = run(600, lattice="square", L=4, T=0.0, K=0.5, h=3.0, direction="across", algorithm=algorithm, alpha=1.0)
    law = loop.laws["canting"]
    assert law.holds
    assert law.passed
    assert loop.observables["m_h"] == pytest.approx(1 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("lattice", "L", "K", "energy"),
    [
        ("chain", 8, 0.4, -1.4), ("square", 4, 0.0, -2.0), ("honeycomb", 2, 0.2, -1.7), ("simple cubic", 4, 0.3, -3.3),
        ("bcc", 3, 0.0, -4.0), ("triangular", 3, 0.0, -1.5), ("kagome", 3, 0.0, -1.0), ("fcc", 2, 0.5, -2.5),
    ],
)  # fmt: skip
def test_ordered_starts_are_ground_states(lattice: str, L: int, K: float, energy: float) -> None:
    loop = run(3, lattice=lattice, L=L, K=K, T=0.0, algorithm="llg")
    assert loop.observables["energy"] == pytest.approx(energy, abs=1e-5)
    assert loop.laws["ground"].holds
    assert loop.laws["ground"].passed
    assert loop.observables["abs_m"] < 1e-5
    assert loop.observables["staggered"] == pytest.approx(1, abs=1e-5)


def test_frustrated_spins_find_120_degrees_from_anywhere() -> None:
    loop = run(500, lattice="triangular", L=6, T=0.0, start="random", algorithm="over-relaxation")
    assert loop.observables["energy"] == pytest.approx(-1.5, abs=0.03)
    a, b, c = loop.state.means
    if loop.observables["staggered"] > 0.95:
        assert np.allclose([a @ b, b @ c, c @ a], -0.5, atol=0.1)


@pytest.mark.parametrize(
    "values",
    [
        {"lattice": "chain", "L": 16, "waves": 3, "K": 0.1, "alpha": 0.0},
        {"lattice": "honeycomb", "L": 4, "waves": 1, "K": 0.2, "alpha": 0.05, "h": 0.4},
        {"lattice": "bcc", "L": 3, "waves": 0, "K": 0.3, "alpha": 0.02, "h": -0.6},
        {"lattice": "square", "L": 8, "waves": 2, "K": 0.0, "alpha": 0.0},
    ],
)
def test_a_kick_rings_as_the_linear_equations_say(values: dict[str, object]) -> None:
    loop = Loop(SYSTEM, parameters(T=0.0, algorithm="llg", kick=0.5, **values), seed=1)
    loop.advance(3)
    loop.apply(Act("kick"))
    seen, kick = [], np.sin(np.radians(0.5))
    for _ in range(80):
        loop.advance(1)
        law = loop.laws["waves"]
        assert law.holds
        assert law.passed
        seen.append(law.value)
        assert law.value == pytest.approx(law.theory, abs=0.02 * kick)
    assert np.ptp(seen) > 0.5 * kick, "it moves"


def test_a_kick_turns_spins_along_the_wave() -> None:
    """From +-z both sublattices turn towards +-(cos kx, sin kx, 0), by the angle of the kick."""
    loop = run(1, lattice="square", L=8, T=0.0, algorithm="llg", waves=1, kick=2.0)
    loop.apply(Act("kick"))
    S, g = shown(loop.state), loop.parameters.geometry
    x = 2 * np.pi / 8 * g.positions[..., 0]
    sign = np.where(g.colours == 0, 1.0, -1.0)
    size = np.sin(np.radians(2.0))
    assert np.allclose(S[..., 0], sign * size * np.cos(x), atol=1e-6)
    assert np.allclose(S[..., 1], sign * size * np.sin(x), atol=1e-6)
    assert np.allclose(S[..., 2], sign * np.cos(np.radians(2.0)), atol=1e-6)


def test_clusters_of_a_sweep_touch_every_spin_about_once() -> None:
    assert adapted(4, 40, 0, 1000) == 100
    assert adapted(4, 40, 2, 1000) == 4, "only at some sweeps"
    assert adapted(4, 0, 0, 1000) == 4
    assert adapted(5, 5000, 1, 1000) == 1


def test_dispersion_marks_the_wave_that_is_measured() -> None:
    p = parameters(lattice="chain", L=16, waves=2, algorithm="llg", h=0.3, K=0.0)
    fast, slow, dots = dispersion_lines(SYSTEM.initial_state(p, np.random.default_rng(1)), p)
    assert np.allclose(fast.y, 2 * np.abs(np.sin(fast.x)) + 0.3, atol=1e-6)
    assert np.allclose(slow.y, 2 * np.abs(np.sin(slow.x)) - 0.3, atol=1e-6)
    assert np.allclose(dots.x, 2 * np.pi * 2 / 16)
    assert np.allclose(dots.y, [2 * np.sin(np.pi / 4) + 0.3, 2 * np.sin(np.pi / 4) - 0.3])


def test_actions_do_what_they_say() -> None:
    loop = run(2, L=4, T=0.5, h=1.0, K=0.3)
    loop.apply(Act("across"))
    assert loop.parameters.unit_field == (1.0, 0.0, 0.0)
    loop.apply(Act("along"))
    assert loop.parameters.unit_field == (0.0, 0.0, 1.0)
    loop.apply(Act("flip_field"))
    assert loop.parameters.h == -1.0
    loop.apply(Act("heat"))
    assert pytest.approx(0.55) == loop.parameters.T
    loop.apply(Act("cool"))
    assert pytest.approx(0.5) == loop.parameters.T
    loop.apply(Act("randomize"))
    assert loop.state.staggered < 0.4
    loop.apply(Act("order"))
    assert loop.state.staggered == pytest.approx(1)
    before = shown(loop.state)
    loop.apply(Act("hit"))
    turned = (shown(loop.state) * before).sum(axis=-1)
    assert np.sum(turned < 0.99) == 1
    assert turned.min() == pytest.approx(0, abs=1e-6)
    loop.apply(Act("order"))
    loop.apply(Act("kick"))
    assert np.allclose((shown(loop.state) * before).sum(axis=-1), np.cos(np.radians(1.0)), atol=1e-6)
    frustrated = run(1, lattice="triangular", L=3)
    frustrated.apply(Act("flop"))
    assert frustrated.parameters.h == 0, "three sublattices have no flop"


def test_the_sphere_shows_order_without_a_net_moment() -> None:
    p = parameters(lattice="square", L=6, coloured="sublattice", magnify=3, h=4.0)
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    sample, n, m, field = (v for v in SYSTEM.draw(state, p) if isinstance(v, Arrows))
    assert isinstance(sample.color, Shades)
    assert np.array_equal(sample.color.values, p.geometry.colours.ravel())
    assert np.allclose(n.directions, [[0, 0, 1]])
    assert np.allclose(m.directions, 0)
    assert np.allclose(field.directions, [[0, 0, 0.5]])
    words = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Labels)).texts
    assert words == ("n = 1.00   m = 0.00", "h")
    three = parameters(lattice="triangular", L=3, coloured="sublattice")
    state = SYSTEM.initial_state(three, np.random.default_rng(1))
    arrows = [v for v in SYSTEM.draw(state, three) if isinstance(v, Arrows)]
    assert np.allclose(arrows[1].directions @ arrows[1].directions.T, 1.5 * np.eye(3) - 0.5, atol=1e-6)


def test_every_sublattice_is_named_in_its_colour() -> None:
    """Two are down and up, more have colours of a set; three arrows on the sphere are named whatever colours mean."""
    for lattice, coloured, roles in (
        ("square", "sublattice", ["down", "up"]),
        ("square", "direction", []),
        ("triangular", "sublattice", ["x", "z", "y"]),
        ("triangular", "direction", ["x", "z", "y"]),
        ("fcc", "sublattice", ["x", "z", "y", "text"]),
    ):
        p = parameters(lattice=lattice, L=6, coloured=coloured)
        stage = SYSTEM.stage(p)
        assert [role for role, _ in stage.entries] == roles
        assert [text[-1] for _, text in stage.entries] == list("ABCD"[: len(roles)])
        assert (stage.legend == "none") == (coloured == "sublattice")
        sample = next(v for v in SYSTEM.draw(SYSTEM.initial_state(p, np.random.default_rng(1)), p))
        if coloured == "sublattice":
            assert isinstance(sample, Arrows)
            assert isinstance(sample.color, Shades)
            steps = np.unique(sample.color.values / sample.color.high)
            assert np.allclose(steps, np.arange(len(roles)) / (3 if len(roles) > 2 else 1))
    n = [v for v in SYSTEM.draw(*first(lattice="square", L=4)) if isinstance(v, Arrows)][1]
    trace = next(plot for plot in SYSTEM.plots if plot.name == "traces")
    assert n.color == trace.roles[0]  # type: ignore[attr-defined]


def first(**values: object) -> tuple[AntiferromagnetState, AntiferromagnetParameters]:
    p = parameters(**values)
    return SYSTEM.initial_state(p, np.random.default_rng(1)), p


def test_planes_of_standing_spins_are_seen_from_the_side() -> None:
    along, lying, crystal = (
        SYSTEM.stage(parameters(lattice=lattice, K=K)).elevation
        for lattice, K in (("square", 0.1), ("square", -0.1), ("simple cubic", 0.1))
    )
    assert along < 35 < lying
    assert crystal < 35


def test_magnified_precession_is_said_and_drawn() -> None:
    loop = run(1, L=4, T=0.0, algorithm="llg", magnify=10)
    loop.apply(Act("kick"))
    arrows = next(v for v in loop.frame().visuals if isinstance(v, Arrows))
    slope = np.linalg.norm(arrows.directions[:, :2], axis=1) / np.abs(arrows.directions[:, 2])
    assert np.allclose(slope, 10 * np.tan(np.radians(1.0)), rtol=1e-3)
    assert "drawn × 10" in SYSTEM.caption(loop.state, loop.parameters)
    assert "1 sweep = μ/(γJ)" in SYSTEM.caption(loop.state, loop.parameters)
    wolff = parameters(lattice="kagome", algorithm="wolff")
    assert "frustration" in SYSTEM.caption(SYSTEM.initial_state(wolff, np.random.default_rng(1)), wolff)


@pytest.mark.parametrize("K", [0.8, -0.8])
def test_at_zero_temperature_sweeps_go_downhill_to_rest(K: float) -> None:
    """Along an easy axis and in an easy plane, with a field: the heat bath alone would refuse all draws."""
    loop = run(0, L=4, T=0.0, K=K, h=2.0, tilt=15.0, start="random", algorithm="heat bath")
    energies = [loop.observables["energy"]]
    for _ in range(400):
        loop.advance(1)
        energies.append(loop.observables["energy"])
    assert np.max(np.diff(energies)) < 1e-5
    assert loop.observables["torque"] < 1e-3
    assert energies[-1] < -3.0


@pytest.mark.parametrize("values", [{"algorithm": "llg"}, {"algorithm": "wolff"}, {"T": 0.0, "K": 0.4, "tilt": 5.0}])
def test_brushes_paint_hold_heat_and_remove(values: dict[str, object]) -> None:
    loop = run(2, **{"lattice": "square", "L": 8, "T": 0.3, "h": 5.0, **values})
    p, state = loop.parameters, loop.state
    sites = np.arange(16, dtype=np.int64)
    before = shown(state).reshape(-1, 3)
    SYSTEM.paint(state, p, "flip", sites)
    after = shown(state).reshape(-1, 3)
    assert np.allclose(after[:16], -before[:16], atol=1e-6)
    assert np.array_equal(after[16:], before[16:])
    SYSTEM.paint(state, p, "pin", sites)
    assert "16 spins pinned" in SYSTEM.caption(state, p)
    for _ in range(20):
        SYSTEM.step(state, p, SYSTEM.timestep(p))
    held = shown(state).reshape(-1, 3)
    assert np.array_equal(held[:16], after[:16])
    assert not np.allclose(held[16:], after[16:], atol=1e-3)
    assert not any(law.holds(state, p, Departure()) for law in SYSTEM.laws)
    SYSTEM.paint(state, p, "release", sites)
    SYSTEM.paint(state, p, "heat", sites)
    hot = shown(state).reshape(-1, 3)
    assert np.array_equal(hot[16:], held[16:])
    assert not np.array_equal(hot[:16], held[:16])
    SYSTEM.paint(state, p, "vacancy", sites)
    assert state.filled.sum() == 48
    left, g = shown(state), p.geometry
    seen = SYSTEM.observe(state, p)
    assert not left.reshape(-1, 3)[:16].any()
    assert seen["m_z"] == pytest.approx(left[..., 2].sum() / 48, abs=1e-6)
    neighbours = np.stack([g.summed(left[..., k]) for k in range(3)], axis=-1)
    single = -5.0 * (left @ np.array(p.unit_field)).sum() - p.K * (left[..., 2] ** 2).sum()
    assert seen["energy"] == pytest.approx((0.5 * (left * neighbours).sum() + single) / 48, abs=1e-5)
    means = [left[g.colours == c].sum(axis=0) / 24 for c in (0, 1)]
    assert seen["staggered"] == pytest.approx(np.linalg.norm(means[0] - means[1]) / 2, abs=1e-6)
    loop.apply(Act("order"))
    assert state.intact
