"""Ising domains: equilibrium by every algorithm, quenches, hysteresis, bits, and when a law is claimed."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.snapshots import copy_state
from spinviz.physics.ising.sampling import clusters_per_sweep, correlation_length
from spinviz.systems.order.ising_domains import system as ising_domains
from spinviz.systems.order.ising_domains.system import IsingDomains, IsingParameters

EXACT_4X4 = {2.0: (-1.75538029, 0.60553266, 0.91894327), 3.0: (-1.01706963, 0.60313471, 0.60129133)}
"""Energy, specific heat, <|m|> of the periodic 4 x 4 lattice at T: sums over its 65,536 states."""


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
    energy, heat, order = EXACT_4X4[T]
    laws, history = loop.laws, loop.samples.history().observables
    assert laws["onsager"].theory == pytest.approx(energy, abs=1e-8)
    assert laws["specific_heat"].theory == pytest.approx(heat, abs=1e-8)
    for name in ("onsager", "specific_heat"):
        assert laws[name].passed, laws[name]
        assert laws[name].error < 0.08 * abs(laws[name].theory), "the bound is of use"
    # 5900 sweeps, some ten of them for one independent sample; four standard errors.
    assert history["abs_m"][100:].mean() == pytest.approx(order, abs=4 * 0.3 / np.sqrt(590))


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
            turned += ising_domains.updates.wolff_clusters(state.spins, T, 1.0, 0.0, state.random, many)[0]
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
    np.testing.assert_array_equal(state.random, twin.random)


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
    loop = Loop(IsingDomains(), IsingParameters.of(T=0.68, L=32, start="up"))
    loop.advance_to(400)
    assert loop.laws["yang"].holds
    loop.state.spins[0, :6, :6] = -1  # |m| = 0.93, where Yang's is 0.99998 and scatters by less than 0.01.
    loop.advance(1)
    assert not loop.laws["yang"].holds
    loop.advance_to(1500)
    assert loop.laws["yang"].passed
    assert loop.laws["yang"].value > 0.9999, "nothing of the domain is in the mean"
