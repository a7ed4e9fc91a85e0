"""Ising domains: numbers and picture, equilibrium by every algorithm, quenches, bits, and when a law is claimed."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.snapshots import copy_state
from spinviz.model.plots import Curve
from spinviz.model.visuals import Arrows, Cells, Labels, Lines
from spinviz.physics.ising.sampling import clusters_per_sweep, correlation_length
from spinviz.physics.lattice.clusters import flip_clusters
from spinviz.physics.lattice.discrete import Model
from spinviz.systems.order.ising_domains import system as ising_domains
from spinviz.systems.order.ising_domains.system import IsingDomains, IsingParameters

EXACT_4X4 = {
    2.0: (-1.75538029, 0.60553266, 0.91894327, 0.19571962),
    3.0: (-1.01706963, 0.60313471, 0.60129133, 0.47699670),
}
"""Energy, specific heat, <|m|>, N (<m^2> - <|m|>^2)/T of the periodic 4 x 4 lattice at T: sums over 65,536 states."""


def run(steps: int, seed: int = 5, **values: object):
    """State after some steps, without the loop."""
    system, p = IsingDomains(), IsingParameters.of(**values)
    state = system.initial_state(p, np.random.default_rng(seed))
    for _ in range(steps):
        system.step(state, p, system.timestep(p))
        state.time += system.timestep(p)
    return state, p


@pytest.mark.parametrize("algorithm", ["heat bath", "metropolis", "wolff", "single"])
@pytest.mark.parametrize("T", EXACT_4X4)
def test_every_algorithm_samples_the_exact_small_lattice(algorithm: str, T: float) -> None:
    loop = Loop(IsingDomains(), IsingParameters.of(T=T, L=4, algorithm=algorithm), seed=5)
    loop.advance_to(6000.0)
    energy, heat, order, susceptibility = EXACT_4X4[T]
    laws, history = loop.laws, loop.samples.history().observables
    assert laws["onsager"].theory == pytest.approx(energy, abs=1e-8)
    assert laws["specific_heat"].theory == pytest.approx(heat, abs=1e-8)
    for name in ("onsager", "specific_heat"):
        assert laws[name].passed, laws[name]
        assert laws[name].error < 0.08 * abs(laws[name].theory), "the bound is of use"
    # 5900 sweeps, some ten of them for one independent sample; four standard errors.
    assert history["abs_m"][100:].mean() == pytest.approx(order, abs=4 * 0.3 / np.sqrt(590))
    # A variance errs by sqrt((kurtosis - 1)/n) of itself: |m| of these states has the kurtosis 12.6 at T = 2, 2.0 at 3.
    bound = 4 * np.sqrt({2.0: 11.6, 3.0: 1.0}[T] / 590)
    assert loop.observables["phase_susceptibility"] == pytest.approx(susceptibility, rel=bound)


def test_susceptibility_above_Tc_is_that_of_m_and_not_of_its_size() -> None:
    loop = Loop(IsingDomains(), IsingParameters.of(T=5.0, L=64, algorithm="heat bath"), seed=5)
    loop.advance_to(4000.0)
    law = loop.laws["series"]
    assert law.theory == pytest.approx(0.5719, abs=5e-5)
    assert law.passed
    assert law.error < 0.05
    # Of a normal m the size has the part 1 - 2/pi of the variance.
    assert loop.observables["phase_susceptibility"] == pytest.approx((1 - 2 / np.pi) * 0.5719, rel=0.15)
    for unlike in ({"T": 2.3}, {"T": 2.0}, {"T": 2.6, "L": 16}, {"T": 5.0, "h": 0.1}, {"T": 5.0, "lattice": "cubic"}):
        assert not Loop(IsingDomains(), IsingParameters.of(**{"L": 64, **unlike})).laws["series"].holds


def test_observed_energy_is_that_of_every_bond_once() -> None:
    state, p = run(3, T=2.5, L=6, h=0.4)
    s = state.spins[0].astype(int)
    pairs = sum(s[y, x] * (s[(y + 1) % 6, x] + s[y, (x + 1) % 6]) for y in range(6) for x in range(6))
    seen = IsingDomains().observe(state, p)
    assert seen["energy"] == pytest.approx(-(pairs + 0.4 * s.sum()) / 36, abs=1e-14)
    assert seen["walls"] == pytest.approx((72 - pairs) / 2 / 72, abs=1e-14)


def test_quenched_domains_grow_as_the_square_root_of_time() -> None:
    loop = Loop(IsingDomains(), preset="quench", seed=2)
    walls = []
    for time in (25.0, 400.0):
        loop.advance_to(time)
        walls.append(loop.observables["walls"])
    # Lifshitz and Allen-Cahn: a factor 4 in length for 16 in time; finite size and thermal flips leave a third.
    assert 2.8 < walls[0] / walls[1] < 5.6


def test_yang_is_not_claimed_while_domains_compete() -> None:
    loop = Loop(IsingDomains(), preset="quench", seed=2)
    loop.advance_to(300.0)
    assert not loop.laws["yang"].holds
    loop.apply(Act("up"))
    loop.advance_to(600.0)
    assert loop.laws["yang"].holds
    assert loop.laws["yang"].passed


def test_yang_curve_spans_the_axis_even_where_the_setting_is_above_Tc() -> None:
    loop = Loop(IsingDomains(), IsingParameters.of(T=4.0, L=16))
    T, m = loop.frame().curves["order", "yang"]
    assert np.interp(2.0, T, m) == pytest.approx(0.911319, abs=2e-3)
    assert m[0] == pytest.approx(1.0)
    assert m[-1] == 0.0


def test_field_below_Tc_makes_a_hysteresis_loop() -> None:
    loop = Loop(IsingDomains(), preset="hysteresis")
    loop.apply(SetParameters(loop.parameters.change(L=64)))
    loop.advance_to(1200.0)
    history = loop.samples.history()
    cycle = history.time > 600.0
    h, m = history.observables["field"][cycle], history.observables["m"][cycle]
    loss = -np.sum((m[1:] + m[:-1]) / 2 * np.diff(h))
    assert m.max() > 0.9
    assert m.min() < -0.9
    assert loss > 0.2, "the field does work in every cycle"


def test_straight_walls_stay_and_droplets_shrink() -> None:
    loop = Loop(IsingDomains(), IsingParameters.of(T=0.8, L=64, start="up"), seed=1)
    loop.apply(Act("write"))
    assert loop.observables["m"] == 0.0
    written = loop.state.spins.copy()
    loop.advance_to(100.0)
    assert np.mean(loop.state.spins == written) > 0.9
    loop.apply(Act("up"))
    loop.apply(Act("droplet"))
    before = loop.observables["m"]
    loop.advance_to(200.0)
    assert loop.observables["m"] > before + 0.1


def test_start_in_equilibrium_is_at_yangs_magnetization() -> None:
    state, _ = run(0, T=2.1, L=256, start="equilibrium")
    # One configuration: the standard deviation of |m| is 0.0063 here.
    assert abs(state.m) == pytest.approx(0.868748, abs=0.03)


def test_energy_at_the_critical_point() -> None:
    p = IsingParameters.of(T=IsingParameters().Tc, L=128, algorithm="wolff", start="equilibrium")
    loop = Loop(IsingDomains(), p, seed=4)
    loop.advance_to(600.0)
    law = loop.laws["onsager"]
    # Ferdinand and Fisher: the torus is lower by 0.62/L.
    assert law.theory == pytest.approx(-np.sqrt(2) - 0.6226 / 128, abs=1e-4)
    # One configuration scatters by 0.03; 500 sweeps of clusters make some hundred independent ones.
    assert law.value == pytest.approx(law.theory, abs=0.012)
    assert law.passed
    assert not loop.laws["yang"].holds


def test_clusters_of_a_sweep_turn_about_the_whole_lattice() -> None:
    for T in (1.5, 2.269, 2.6, 4.0):
        system, p = IsingDomains(), IsingParameters.of(T=T, L=64, algorithm="wolff", start="equilibrium")
        state = system.initial_state(p, np.random.default_rng(1))
        turned = 0
        for _ in range(60):
            many = clusters_per_sweep(T, 64, 1)
            turned += flip_clusters(state.lattice, Model(), T, many)
        assert 0.4 < turned / (60 * 64**2) < 2.5


def test_correlation_length_against_its_closed_form_at_dual_temperatures() -> None:
    # Duality: sinh 2K sinh 2K* = 1 maps the two sides onto each other with a factor of 2 in xi.
    K = 0.40
    dual = 0.5 * np.arcsinh(1 / np.sinh(2 * K))
    assert correlation_length(1 / K) == pytest.approx(2 * correlation_length(1 / dual), rel=1e-12)


def test_lesson_shows_the_price_of_the_flip_that_was_tried() -> None:
    state, p = run(40, T=2.0, L=16, algorithm="single")
    system = IsingDomains()
    text = system.draw(state, p)[-1].texts[0]
    y, x = divmod(int(state.tried[0]), 16)
    s = state.spins[0].astype(int)
    old = s[y, x] * (-1 if state.flipped[0] else 1)
    cost = 2 * old * (s[y, (x + 1) % 16] + s[y, x - 1] + s[(y + 1) % 16, x] + s[y - 1, x])
    assert f"ΔE = {str(cost).replace('-', '−')} J" in text
    assert ("flipped" in text) == bool(state.flipped[0])


def test_odd_side_is_made_even_and_a_cube_is_bounded() -> None:
    assert IsingParameters.of(L=15).shape == (1, 16, 16)
    assert IsingParameters.of(L=1024, lattice="cubic").shape == (96, 96, 96)


@pytest.mark.parametrize("preset", [preset.name for preset in IsingDomains.presets])
def test_copy_of_the_state_copies_the_future(preset: str) -> None:
    system = IsingDomains()
    p = IsingParameters.of(**{**system.preset(preset).parameters, "L": 16})
    state = system.initial_state(p, np.random.default_rng(3))
    twin = copy_state(state)
    for one in (state, twin):
        for _ in range(20):
            system.step(one, p, system.timestep(p))
    np.testing.assert_array_equal(state.spins, twin.spins)
    np.testing.assert_array_equal(state.lattice.rng, twin.lattice.rng)


@pytest.mark.parametrize("shown", ["spins", "local mean", "walls"])
def test_cells_show_what_was_chosen(shown: str) -> None:
    state, p = run(5, T=2.0, L=32, shown=shown)
    values = ising_domains.cells(state, p)
    assert values.shape == (1, 32, 32)
    assert not values.flags.writeable
    if shown == "local mean":
        assert values.mean() == pytest.approx(state.m, abs=1e-6)
    if shown == "walls":
        assert values.mean() == pytest.approx(IsingDomains().observe(state, p)["walls"], abs=1e-6)


def test_specific_heat_in_a_field_counts_the_energy_of_the_field() -> None:
    T, h = 3.0, 1.0
    bits = (np.arange(1 << 16)[:, None] >> np.arange(16)) & 1
    s = (2 * bits - 1).reshape(-1, 4, 4)
    bonds = (s * np.roll(s, 1, 1)).sum((1, 2)) + (s * np.roll(s, 1, 2)).sum((1, 2))
    energy = -bonds - h * s.sum((1, 2))
    weight = np.exp(-(energy - energy.min()) / T)
    weight /= weight.sum()
    exact = (weight @ energy**2 - (weight @ energy) ** 2) / T**2 / 16
    loop = Loop(IsingDomains(), IsingParameters.of(T=T, h=h, L=4), seed=5)
    loop.advance_to(6000.0)
    # As above: some 590 independent samples, and a variance errs by sqrt(3/n) of itself.
    assert loop.observables["specific_heat"] == pytest.approx(exact, rel=4 * np.sqrt(3 / 590))


def test_what_changes_nothing_disturbs_no_mean() -> None:
    loop = Loop(IsingDomains(), IsingParameters.of(T=10.0, L=32, start="up"))
    loop.advance_to(600)
    before = loop.laws["onsager"]
    assert before.passed
    for event in (Act("flip_field"), SetParameters(loop.parameters.change(shown="walls"))):
        loop.apply(event)
        assert loop.laws["onsager"] == before
    loop.apply(Act("heat"))
    assert loop.laws["onsager"].waits
    loop.advance_to(1200)
    heated = loop.laws["onsager"]
    loop.apply(Act("heat"))
    assert loop.laws["onsager"] == heated


def test_a_foreign_domain_ends_the_claim_and_the_mean_begins_anew_when_it_is_gone() -> None:
    loop = Loop(IsingDomains(), IsingParameters.of(T=1.2, L=32, start="up"))
    loop.advance_to(400)
    assert loop.laws["yang"].holds
    patch = loop.state.spins.copy()
    patch[0, :8, :8] = -1
    ising_domains.turn(loop.state, patch)  # |m| = 0.87, where Yang's is 0.9970 and scatters by 0.003.
    loop.advance(1)
    assert not loop.laws["yang"].holds
    loop.advance_to(1500)
    assert loop.laws["yang"].passed
    assert loop.laws["yang"].value > 0.996, "nothing of the domain is in the mean"


def lattice_of(spins: np.ndarray, **values: object):
    """A state that holds these spins (nz, ny, nx), and its parameters."""
    system, p = IsingDomains(), IsingParameters.of(L=spins.shape[2], **values)
    state = system.initial_state(p, np.random.default_rng(0))
    ising_domains.turn(state, spins.astype(np.int8))
    return state, p


def some_spins(shape: tuple[int, int, int]) -> np.ndarray:
    """Two of three up, so that nothing is symmetric."""
    return np.where(np.random.default_rng(3).random(shape) < 2 / 3, 1, -1)


@pytest.mark.value_of("m", "abs_m", "energy", "walls", "T", "field")
@pytest.mark.parametrize("lattice", ["square", "cubic"])
@pytest.mark.parametrize("sign", [1, -1])
def test_numbers_are_sums_over_sites_and_pairs_taken_one_by_one(lattice: str, sign: int) -> None:
    n = 6
    s = sign * some_spins((n if lattice == "cubic" else 1, n, n))
    state, p = lattice_of(s, lattice=lattice, T=1.7, h=-0.4)
    sites = list(np.ndindex(s.shape))
    steps = [(0, 0, 1), (0, 1, 0), (1, 0, 0)][: 3 if lattice == "cubic" else 2]
    pairs = [
        (site, tuple((a + b) % size for a, b, size in zip(site, step, s.shape))) for site in sites for step in steps
    ]
    seen = IsingDomains().observe(state, p)
    m = sum(int(s[site]) for site in sites) / len(sites)
    assert m * sign > 0.1
    assert seen["m"] == pytest.approx(m, abs=1e-15)
    assert seen["abs_m"] == abs(seen["m"])
    assert seen["walls"] == pytest.approx(sum(s[a] != s[b] for a, b in pairs) / len(pairs), abs=1e-15)
    assert seen["energy"] == pytest.approx(-sum(int(s[a] * s[b]) for a, b in pairs) / len(sites) + 0.4 * m, abs=1e-14)
    assert (seen["T"], seen["field"]) == (1.7, -0.4)


@pytest.mark.value_of("field", "energy")
def test_field_swings_as_a_cosine_from_its_largest_value() -> None:
    s = some_spins((1, 8, 8))
    state, p = lattice_of(s, h=0.8, period=400.0)
    system, bonds = IsingDomains(), system_energy(s)
    for time, h in ((0.0, 0.8), (50.0, 0.8 * np.sqrt(0.5)), (100.0, 0.0), (200.0, -0.8), (400.0, 0.8)):
        state.time = time
        seen = system.observe(state, p)
        assert seen["field"] == pytest.approx(h, abs=1e-12)
        assert seen["energy"] == pytest.approx(bonds - h * s.mean())
        field = [v for v in system.draw(state, p) if isinstance(v, Arrows)][1]
        assert field.directions[0, 2] == pytest.approx(np.tanh(h), abs=1e-6)


def system_energy(s: np.ndarray) -> float:
    """Energy per site (1, n, n) of the bonds alone."""
    return float(-np.mean(s * (np.roll(s, 1, 1) + np.roll(s, 1, 2))))


@pytest.mark.value_of("susceptibility", "phase_susceptibility", "specific_heat")
def test_fluctuations_are_those_of_the_recorded_samples() -> None:
    T, L = 3.1, 8
    loop = Loop(IsingDomains(), IsingParameters.of(T=T, L=L), seed=2)
    loop.advance_to(500.0)
    history = loop.samples.history()
    counted = history.time >= 100.0
    assert 350 < np.count_nonzero(counted) <= 401
    m, size, e = (history.observables[name][counted] for name in ("m", "abs_m", "energy"))
    for name, factor, x in (
        ("susceptibility", L**2 / T, m),
        ("phase_susceptibility", L**2 / T, size),
        ("specific_heat", L**2 / T**2, e),
    ):
        expected = factor * (np.mean(x**2) - np.mean(x) ** 2)
        # A variance of n samples may be taken over n or n - 1.
        assert loop.observables[name] == pytest.approx(expected, rel=1.01 / 400)
    assert (IsingDomains().observable("susceptibility").unit, IsingDomains().observable("T").unit) == ("1/J", "J/kB")


@pytest.mark.parametrize("lattice", ["square", "cubic"])
def test_picture_is_in_the_scale_of_its_bar_and_spins_have_their_colours(lattice: str) -> None:
    n = 12
    s = some_spins((n if lattice == "cubic" else 1, n, n))
    state, p = lattice_of(s, lattice=lattice, cut="whole")
    system = IsingDomains()
    stage, cells = system.stage(p), next(v for v in system.draw(state, p) if isinstance(v, Cells))
    assert stage.unit == "sites"
    np.testing.assert_allclose(np.array(cells.spacing) * stage.unit_length, 1.0)
    if lattice == "cubic":
        edges = next(v for v in system.draw(state, p) if isinstance(v, Lines))
        assert np.ptp(edges.points[:, 0]) * stage.unit_length == pytest.approx(n)
        np.testing.assert_allclose(edges.points.min(axis=0), cells.origin)
    else:
        assert cells.relief > 0
    np.testing.assert_allclose(np.ptp(cells.where()[:, :2], axis=0) * stage.unit_length, n)
    np.testing.assert_array_equal(cells.values, s)
    # The map of spins ends in the roles down and up: these are its ends, in the picture and in the legend.
    assert (cells.colormap, cells.low, cells.high) == ("spin", -1, 1)
    assert (stage.colormap, stage.low_value, stage.high_value, stage.legend_title) == ("spin", -1, 1, "spin")


def test_walls_and_local_means_are_those_of_the_neighbours() -> None:
    n = 8
    for shape, lattice, around in (((1, n, n), "square", 4), ((n, n, n), "cubic", 6)):
        s = some_spins(shape)
        state, p = lattice_of(s, lattice=lattice)
        walls, means = (
            ising_domains.cells(state, p.change(shown=shown, cut="whole")) for shown in ("walls", "local mean")
        )
        for site in [(0, 0, 0), (0, 3, 7), (shape[0] - 1, 7, 2)]:
            near = [
                s[tuple((c + (w if axis == a else 0)) % size for a, (c, size) in enumerate(zip(site, shape)))]
                for axis in ((1, 2) if around == 4 else (0, 1, 2)) for w in (1, -1)
            ]  # fmt: skip
            assert walls[site] == pytest.approx(sum(one != s[site] for one in near) / around)
            block = [
                s[(site[0] + dz) % shape[0], (site[1] + dy) % n, (site[2] + dx) % n]
                for dz in ((0,) if around == 4 else range(-2, 3)) for dy in range(-2, 3) for dx in range(-2, 3)
            ]  # fmt: skip
            assert means[site] == pytest.approx(np.mean(block), abs=1e-6)
        stage = IsingDomains().stage(p.change(shown="walls"))
        cells = next(v for v in IsingDomains().draw(state, p.change(shown="walls")) if isinstance(v, Cells))
        assert (cells.colormap, cells.low, cells.high) == (stage.colormap, stage.low_value, stage.high_value)
        assert (cells.colormap, cells.low) == ("inferno", 0.0)


@pytest.mark.parametrize("lattice", ["square", "cubic"])
def test_arrow_of_m_ends_at_m_on_its_scale(lattice: str) -> None:
    s = some_spins((6 if lattice == "cubic" else 1, 6, 6))
    for sign in (1, -1):
        state, p = lattice_of(sign * s, lattice=lattice, h=-0.5)
        visuals = IsingDomains().draw(state, p)
        scale = next(v for v in visuals if isinstance(v, Lines) and v.kind == "segments")
        net, field = (v for v in visuals if isinstance(v, Arrows))
        assert (net.color, field.color) == ("net", "accent")
        m = sign * s.mean()
        np.testing.assert_allclose(
            net.positions[0] + net.length * net.directions[0],
            scale.points[0] + (m + 1) / 2 * (scale.points[1] - scale.points[0]), atol=1e-6,
        )  # fmt: skip
        assert field.directions[0, 2] < 0
        marks, name, beside = (v for v in visuals if isinstance(v, Labels))
        values = [float(text.replace("−", "-")) for text in marks.texts]
        np.testing.assert_allclose(marks.positions[:, 2], np.array(values) * net.length, atol=1e-6)
        assert float(name.texts[0].removeprefix("m = ").replace("−", "-")) == pytest.approx(m, abs=0.0051)
        assert beside.texts == ("h",)
        np.testing.assert_allclose(name.positions[0], scale.points[0], err_msg="at the foot of its scale")
        np.testing.assert_allclose(beside.positions, field.positions)
    *_, beside = (v for v in IsingDomains().draw(*lattice_of(s, lattice=lattice)) if isinstance(v, Labels))
    assert beside.texts == ("",)


@pytest.mark.parametrize("h", [0.0, -0.7])
def test_lesson_frames_the_site_that_was_tried_and_says_its_probability(h: float) -> None:
    system, seen = IsingDomains(), set()
    p = IsingParameters.of(T=2.0, L=8, h=h, algorithm="single")
    state = system.initial_state(p, np.random.default_rng(6))
    for _ in range(60):
        before = state.spins[0].astype(int)
        system.step(state, p, system.timestep(p))
        state.time += system.timestep(p)
        y, x = divmod(int(state.tried[0]), 8)
        around = before[y, (x + 1) % 8] + before[y, x - 1] + before[(y + 1) % 8, x] + before[y - 1, x]
        cost = 2 * before[y, x] * (around + h)
        flipped = state.spins[0, y, x] != before[y, x]
        chance = min(1.0, np.exp(-cost / 2.0))
        *_, square, label = system.draw(state, p)
        fate = "flipped" if flipped else "refused"
        assert label.texts[0].endswith(f"· {fate}")
        number, probability = (part.split(" = ")[1].replace("−", "-") for part in label.texts[0].split(" · ")[:2])
        assert float(number.removesuffix(" J")) == pytest.approx(cost, abs=1e-9)
        mantissa, _, power = probability.partition("·10")
        power = int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
        assert float(mantissa) * 10.0**power == pytest.approx(chance, rel=0.051)
        cells = next(v for v in system.draw(state, p) if isinstance(v, Cells))
        low = np.array(cells.origin[:2]) + np.array([x, y]) * cells.spacing[0]
        np.testing.assert_allclose(square.points[:, :2].min(axis=0), low, atol=1e-6)
        np.testing.assert_allclose(square.points[:, :2].max(axis=0), low + cells.spacing[0], atol=1e-6)
        np.testing.assert_allclose(label.positions[0, :2], low + cells.spacing[0] / 2, atol=1e-6)
        seen.add(fate)
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("lattice", "L", "part"), [("square", 64, np.pi * 0.3**2), ("cubic", 24, 4 / 3 * np.pi * 0.3**3)]
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_droplet_has_the_radius_of_three_tenths_of_the_side(lattice: str, L: int, part: float, sign: int) -> None:
    state, p = lattice_of(sign * np.ones((L if lattice == "cubic" else 1, L, L)), lattice=lattice)
    IsingDomains().action("droplet").apply(state, p)
    turned = np.argwhere(state.spins == -sign)
    # A border through whole cells: their count is uncertain by the part of a row.
    assert len(turned) / state.spins.size == pytest.approx(part, rel=0.5 / (0.3 * L))
    assert state.m == pytest.approx(sign * (1 - 2 * len(turned) / state.spins.size))
    middle = np.array(state.spins.shape) / 2 - 0.5
    np.testing.assert_allclose(turned.mean(axis=0), middle)
    assert 0.3 * L - 1 < np.linalg.norm(turned - middle, axis=1).max() <= 0.3 * L


def test_actions_do_what_they_say() -> None:
    loop = Loop(IsingDomains(), IsingParameters.of(T=2.0, h=0.3, L=64, start="up"), seed=1)
    loop.apply(Act("flip_field"))
    assert (loop.parameters.h, loop.parameters.T) == (-0.3, 2.0)
    loop.apply(Act("heat"))
    assert pytest.approx(1.5 * 2.269185, abs=0.006) == loop.parameters.T
    loop.apply(Act("critical"))
    assert pytest.approx(2 / np.log(1 + np.sqrt(2))) == loop.parameters.T
    loop.apply(Act("random"))
    # 4096 free spins: standard deviation 1/64; 8192 bonds: half of them broken but for 1/181.
    assert abs(loop.observables["m"]) < 4 / 64
    assert loop.observables["walls"] == pytest.approx(0.5, abs=4 * 0.5 / 90)
    assert (loop.parameters.h, loop.time) == (-0.3, 0.0)
    loop.apply(Act("up"))
    assert loop.observables["m"] == 1.0
    loop.apply(Act("write"))
    bits = loop.state.spins[0, :, 4::8]
    np.testing.assert_array_equal(bits, np.tile([1, -1, 1, 1, -1, -1, 1, -1], (64, 1)))
    np.testing.assert_array_equal(loop.state.spins[0], np.repeat(bits, 8, axis=1))
    loop.apply(Act("quench"))
    assert abs(loop.observables["m"]) < 4 / 64
    assert loop.observables["walls"] == pytest.approx(0.5, abs=4 * 0.5 / 90)
    assert pytest.approx(0.3 * 2.269185, abs=0.006) == loop.parameters.T
    assert loop.parameters.h == 0.0


def test_caption_gives_the_temperature_in_units_of_the_critical_one() -> None:
    system = IsingDomains()
    state, p = lattice_of(np.ones((1, 8, 8)), T=3.0, h=0.1, algorithm="wolff")
    assert system.caption(state, p) == "8 × 8 spins, periodic · T = 1.32 Tc · Wolff clusters and heat bath"
    state, p = lattice_of(np.ones((8, 8, 8)), T=3.0, lattice="cubic")
    # Ferrenberg, Xu and Landau: Tc = 4.5115 J/kB.
    assert system.caption(state, p) == "8 × 8 × 8 spins, periodic · T = 0.665 Tc · heat bath"


def test_drawn_curves_are_those_of_onsager_and_yang_and_end_with_a_field() -> None:
    loop = Loop(IsingDomains(), IsingParameters.of(T=2.5, L=4))
    T, e = loop.frame().curves["energy", "onsager"]
    # 200 temperatures or more up to 4.54 and a straight line between two of them.
    for at, (energy, _, _, _) in EXACT_4X4.items():
        assert np.interp(at, T, e) == pytest.approx(energy, abs=1e-3)
    assert e[0] == pytest.approx(-2.0)
    loop.apply(SetParameters(loop.parameters.change(h=0.1)))
    assert all(np.isnan(curve[1]).all() for curve in loop.frame().curves.values())


def test_plots_show_what_their_titles_say() -> None:
    system = IsingDomains()
    curves = [plot for plot in system.plots if isinstance(plot, Curve)]
    for plot in curves:
        y, x = plot.title.split(" over ")
        assert system.observable(plot.x).title.lower() == x
        assert y.lower() in system.observable(plot.y).title.lower()
    loop = next(plot for plot in curves if plot.name == "loop")
    assert loop.y == "m", "with its sign: a loop goes below zero"
    assert loop.low < -1 < 1 < loop.high
    p = IsingParameters.of(h=-0.6)
    assert loop.x_low(p) < -0.6 < 0.6 < loop.x_high(p) < 0.7


def test_known_scatter_is_that_of_the_exact_small_lattice_and_of_long_runs() -> None:
    by_name = {law.name: law for law in IsingDomains.laws}
    p = IsingParameters.of(T=1.0, L=4, start="up")
    state = IsingDomains().initial_state(p, np.random.default_rng(1))
    bits = (np.arange(1 << 16)[:, None] >> np.arange(16)) & 1
    s = (2 * bits - 1).reshape(-1, 4, 4)
    bonds = (s * np.roll(s, 1, 1)).sum((1, 2)) + (s * np.roll(s, 1, 2)).sum((1, 2))
    weight = np.exp((bonds - 32) / p.T)
    weight /= weight.sum()
    for name, x, near in (("onsager", -bonds / 16, 1e-9), ("yang", abs(s.sum((1, 2))) / 16, 0.1)):
        exact = np.sqrt(weight @ x**2 - (weight @ x) ** 2)
        known = by_name[name].scatter(state, p, None)
        assert (1 - near) * exact <= known <= exact * (1 + 1e-9), name
