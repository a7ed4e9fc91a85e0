"""Local moments: numbers and picture, checked values, spectra in both limits, what holding the lengths changes."""

from math import sqrt

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.brush import Stroke
from spinviz.model.visuals import Arrows, Labels
from spinviz.physics.order import mossbauer
from spinviz.physics.order.local_moments import finite
from spinviz.physics.resonance.chemical_exchange import maxima
from spinviz.systems.order.local_moments import laws, plots
from spinviz.systems.order.local_moments.system import ABOVE, BELOW, HALF, LocalMomentLattice, LocalMomentParameters


def of(seed: int = 3, **values: object):
    """State at the start and its parameters."""
    p = LocalMomentParameters.of(**values)
    return LocalMomentLattice().initial_state(p, np.random.default_rng(seed)), p


@pytest.mark.value_of("energy", "virial", "length", "rms", "M", "B_slow", "B_fast")
@pytest.mark.parametrize("coupling", ["all", "neighbours"])
def test_numbers_are_sums_over_all_moments(coupling: str) -> None:
    state, p = of(T=0.4, L=4, a=1.2, b=0.7, coupling=coupling, B_hf=20.0)
    m = state.moments.reshape(-1, 3)
    square, M0 = (m**2).sum(axis=1), sqrt((2 * 1.2 + 1) / (4 * 0.7))
    if coupling == "all":
        pairs = 0.5 * m.sum(axis=0) @ m.sum(axis=0) / 64
        field = np.broadcast_to(m.sum(axis=0) / 64, m.shape)
    else:
        shifted = [np.roll(state.moments, way, axis) for axis in range(3) for way in (1, -1)]
        field = np.sum(shifted, axis=0).reshape(-1, 3) / 6
        pairs = 0.5 * (m * field).sum()
    slope = -2 * 1.2 * m + 4 * 0.7 * square[:, None] * m - field  # dH/dm of each moment
    seen = LocalMomentLattice().observe(state, p)
    assert seen["energy"] == pytest.approx((np.sum(-1.2 * square + 0.7 * square**2) - pairs) / 64)
    assert seen["virial"] == pytest.approx((m * slope).sum() / 64 / 3)
    assert seen["length"] == pytest.approx(np.sqrt(square).mean() / M0)
    assert seen["rms"] == pytest.approx(sqrt(square.mean()) / M0)
    assert seen["M"] == pytest.approx(np.linalg.norm(m.mean(axis=0)) / M0)
    assert seen["B_slow"] == pytest.approx(20.0 * np.sqrt(square).mean() / M0)
    assert seen["B_fast"] == pytest.approx(20.0 * np.linalg.norm(m.mean(axis=0)) / M0)


def test_checked_numbers() -> None:
    p = LocalMomentParameters.of(T=HALF)
    assert pytest.approx(1.224745, abs=5.1e-7) == p.M0
    assert p.Tc == pytest.approx(0.417008, abs=5.1e-7)
    assert laws.mean_field(p.model, p.Tc / 2) == pytest.approx((0.784380, 0.973055), abs=5.1e-7)
    assert laws.mean_field(p.model, 0.9 * p.Tc) == pytest.approx((0.388337, 0.928934), abs=5.1e-7)
    assert pytest.approx(p.Tc / 2, rel=1e-5) == HALF
    assert pytest.approx(0.9 * p.Tc, rel=1e-5) == BELOW
    assert 1.4 * p.Tc < ABOVE


@pytest.mark.parametrize("T", [0.1, 0.4, 0.43, 0.9])
def test_small_lattice_is_exact_at_any_temperature(T: float) -> None:
    """Also next to Tc, where no mean field helps: 64 moments and 4000 sweeps."""
    loop = Loop(LocalMomentLattice(), LocalMomentParameters.of(T=T, L=4), seed=2)
    loop.advance_to(4000.0)
    for name in ("finite_order", "finite_length", "distribution", "virial"):
        assert loop.laws[name].passed, loop.laws[name]
        assert loop.laws[name].error < 0.1 * loop.laws[name].theory, "the bound is of use"


def test_order_parameter_of_the_finite_lattice() -> None:
    """<|M|> and the scatters that the laws know, against a long run of 216 moments."""
    loop = Loop(LocalMomentLattice(), LocalMomentParameters.of(T=0.3, L=6), seed=4)
    loop.advance_to(3000.0)
    seen, known = loop.samples.history().observables, laws.exact(loop.parameters)
    M, rms = seen["M"][100:], seen["rms"][100:]
    # Some ten sweeps for one independent sample: 300 of them.
    assert pytest.approx(M.mean(), abs=4 * M.std() / sqrt(300)) == known.M
    assert known.rms == pytest.approx(rms.mean(), abs=4 * rms.std() / sqrt(300))
    assert sqrt(known.M_square - known.M**2) == pytest.approx(M.std(), rel=0.15)
    assert known.rms_scatter == pytest.approx(rms.std(), rel=0.15)


def test_mean_of_the_root_mean_square_is_below_the_root_of_the_mean() -> None:
    """Two moments by direct integration: the correction by the scatter removes all but a tenth of the difference."""
    p, T = LocalMomentParameters.of(), 0.3
    node, weight = np.polynomial.legendre.leggauss(80)
    m, w = 2.0 * (node + 1), 2.0 * weight
    c, wc = np.polynomial.legendre.leggauss(60)
    one = w * m**2 * np.exp((m**2 - 0.5 * m**4) / T)
    square = (m[:, None, None] ** 2 + m[None, :, None] ** 2) / 2 + 0 * c
    sums = 2 * square + 2 * m[:, None, None] * m[None, :, None] * c
    weights = one[:, None, None] * one[None, :, None] * wc * np.exp(sums / (4 * T))
    weights /= weights.sum()
    mean = (weights * np.sqrt(square)).sum() / p.M0
    root = sqrt((weights * square).sum()) / p.M0
    assert abs(laws.sizes(p.model, T, 2).rms - mean) < 0.1 * (root - mean)


def test_energy_is_that_of_the_exact_lattice() -> None:
    loop = Loop(LocalMomentLattice(), LocalMomentParameters.of(T=0.35, L=4), seed=1)
    loop.advance_to(3000.0)
    energy = loop.samples.history().observables["energy"][100:]
    expected = finite(loop.parameters.model, 0.35, 64).energy
    assert energy.mean() == pytest.approx(expected, abs=4 * energy.std() / sqrt(300))


def test_above_the_curie_point_order_is_lost_and_lengths_stay() -> None:
    loop = Loop(LocalMomentLattice(), preset="above", seed=1)
    loop.advance_to(20.0)
    assert loop.observables["M"] > 0.8  # just aligned
    loop.advance_to(200.0)
    assert loop.observables["M"] < 0.2
    assert loop.observables["rms"] > 0.9
    assert not loop.laws["mean_field"].holds
    assert loop.laws["lengths_stay"].holds


def test_neighbours_order_below_mean_field() -> None:
    loop = Loop(LocalMomentLattice(), preset="neighbours", seed=1)
    loop.advance_to(600.0)
    assert loop.observables["M"] < laws.mean_field(loop.parameters.model, loop.parameters.T)[0] - 0.05
    assert loop.laws["virial"].passed
    assert not loop.laws["finite_order"].holds
    cold = Loop(LocalMomentLattice(), LocalMomentParameters.of(T=0.02, coupling="neighbours"))
    cold.advance_to(100.0)
    # Spin waves and lengths take some T each: the ground state is the one of the other coupling.
    assert cold.observables["M"] == pytest.approx(1.0, abs=0.05)
    assert cold.observables["energy"] == pytest.approx(-(1.224745**2) * 0.75, abs=0.06)


def test_held_lengths_are_kept_and_released() -> None:
    loop = Loop(LocalMomentLattice(), preset="half")
    lengths = loop.state.lengths
    loop.apply(Act("hold"))
    assert loop.parameters.held
    loop.apply(SetParameters(loop.parameters.change(T=1.5)))
    loop.advance_to(100.0)
    np.testing.assert_allclose(loop.state.lengths, lengths, rtol=1e-9)
    assert loop.observables["M"] < 0.25
    assert not any(law.holds for law in loop.laws.values())
    assert "lengths held" in loop.frame().caption
    loop.apply(Act("hold"))
    loop.advance_to(150.0)
    assert np.abs(loop.state.lengths - lengths).max() > 0.1


@pytest.mark.parametrize("action", ["align", "randomize"])
def test_turned_moments_keep_their_lengths(action: str) -> None:
    loop = Loop(LocalMomentLattice(), preset="half", seed=2)
    lengths, length = loop.state.lengths, loop.observables["length"]
    loop.apply(Act(action))
    np.testing.assert_allclose(loop.state.lengths, lengths, rtol=1e-12)
    M = loop.observables["M"]
    assert pytest.approx(length) == M if action == "align" else 4 / sqrt(512) > M


def test_heating_and_cooling() -> None:
    loop = Loop(LocalMomentLattice(), LocalMomentParameters.of(T=0.2))
    loop.apply(Act("heat"))
    assert pytest.approx(0.25) == loop.parameters.T
    loop.apply(Act("cool"))
    assert pytest.approx(0.2) == loop.parameters.T
    loop.apply(SetParameters(loop.parameters.change(T=2.0)))
    loop.apply(Act("heat"))
    assert loop.parameters.T == 2.0


def dips(line, low: float, high: float) -> np.ndarray:
    inside = (line.x > low) & (line.x < high)
    return maxima(line.x[inside], 100 - line.y[inside], 0.2)


@pytest.mark.parametrize(("preset", "observable"), [("slow", "B_slow"), ("fast", "B_fast")])
def test_spectrum_shows_the_moment_or_the_mean(preset: str, observable: str) -> None:
    """Outer line at 5.32146/33 mm/s per tesla; lengths that differ broaden it, slow ones to 0.2 mm/s."""
    loop = Loop(LocalMomentLattice(), preset=preset)
    loop.advance_to(50.0)
    slow, fast, now = plots.spectrum_lines(loop.state, loop.parameters)
    outer = dips(now, 0.6 * 5.32146e-3 * loop.observables[observable] / 33, 8e-3)[-1]
    assert outer == pytest.approx(5.32146e-3 * loop.observables[observable] / 33, rel=0.02)
    limit = slow if preset == "slow" else fast
    other = fast if preset == "slow" else slow
    assert np.abs(now.y - limit.y).max() < 0.35
    assert np.abs(now.y - other.y).max() > 3


def test_fast_spectrum_of_soft_moments_is_that_of_M_over_its_largest_value() -> None:
    state, p = of(T=BELOW, rate=1e13)
    outer = dips(plots.spectrum_lines(state, p)[2], -8e-3, 8e-3)[-1]
    M = np.linalg.norm(state.moments.reshape(-1, 3).mean(axis=0)) / 1.224745
    assert outer == pytest.approx(5.32146e-3 * M, rel=0.02)


def test_cold_spectrum_is_that_of_iron_at_any_rate() -> None:
    state, p = of(T=0.005, a=40.0, b=20.0)
    for rate in (1e4, 1e8, 1e13):
        now = plots.spectrum_lines(state, p.change(rate=rate))[2]
        positions = dips(now, -8e-3, 8e-3)
        np.testing.assert_allclose(positions, mossbauer.lines(33.0), atol=0.06e-3)
        depth = 100 - np.interp(positions, now.x, now.y)
        np.testing.assert_allclose(depth / depth[0], [1, 2 / 3, 1 / 3, 1 / 3, 2 / 3, 1], rtol=0.12)
        assert depth[0] == pytest.approx(plots.DEPTH, rel=0.1)


def test_fields_stand_for_all_lengths() -> None:
    state, p = of(T=0.4, L=7)
    strengths, parts = plots.fields(state, p)
    assert parts.sum() == pytest.approx(1.0)
    assert strengths @ parts == pytest.approx(p.B_hf * state.lengths.mean() / p.M0)


def test_the_rate_changes_no_moment_and_no_mean() -> None:
    loop = Loop(LocalMomentLattice(), preset="half")
    loop.advance_to(30.0)
    departure = loop.departure
    loop.apply(SetParameters(loop.parameters.change(rate=1e11, width=1e-3)))
    assert loop.departure is departure


def test_picture_is_to_scale() -> None:
    state, p = of(T=0.3, L=5)
    moments, magnet, length = (v for v in LocalMomentLattice().draw(state, p) if isinstance(v, Arrows))
    np.testing.assert_allclose(np.linalg.norm(moments.directions, axis=1), state.lengths / p.M0, rtol=1e-5)
    z, y, x = 3, 1, 2
    np.testing.assert_allclose(moments.positions[z * 25 + y * 5 + x], np.array([0.0, -0.4, 0.4]), atol=1e-6)
    np.testing.assert_allclose(moments.directions[z * 25 + y * 5 + x], state.moments[z, y, x] / p.M0, rtol=1e-5)
    seen = LocalMomentLattice().observe(state, p)
    assert magnet.directions[0, 2] == pytest.approx(seen["M"], rel=1e-5)
    assert length.directions[0, 2] == pytest.approx(seen["rms"], rel=1e-5)
    letters = next(v for v in LocalMomentLattice().draw(state, p) if isinstance(v, Labels))
    assert letters.texts == (f"M = {seen['M']:.2f}", f"m = {seen['rms']:.2f}")


def test_law_curves_span_the_temperatures() -> None:
    loop = Loop(LocalMomentLattice(), preset="above")
    T, M = loop.frame().curves["order", "mean_field"]
    rms = loop.frame().curves["lengths", "lengths_stay"][1]
    half = 0.417008 / 2
    assert np.interp(half, T, M) == pytest.approx(0.784380, abs=2e-3)
    assert np.interp(half, T, rms) == pytest.approx(0.973055, abs=1e-3)
    assert M[-1] == 0
    x, p = loop.frame().curves["histogram", "distribution"]
    assert np.trapezoid(p, x) == pytest.approx(1.0, abs=0.01)


def test_caption_says_the_model() -> None:
    loop = Loop(LocalMomentLattice(), preset="half")
    assert "mean field exact" in loop.frame().caption
    assert "T = 0.5 Tc" in loop.frame().caption
    neighbours = Loop(LocalMomentLattice(), preset="neighbours").frame().caption
    assert "six neighbours" in neighbours
    assert "Tc of mean field" in neighbours


def test_brushes_turn_heat_and_pin_but_keep_lengths() -> None:
    system = LocalMomentLattice()
    state, p = of(T=0.05, L=6)
    spot = system.sites(p).reached(Stroke("+z", ((0.0, 0.0, 0.0),), 1.7))
    assert len(spot) == 8 + 24, "of a cube of even side: (±1/2, ±1/2, ±1/2) and (±3/2, ±1/2, ±1/2)"
    outside = np.setdiff1d(np.arange(216), spot)
    before, lengths = state.moments.reshape(-1, 3).copy(), state.lengths
    for brush, direction in (("+z", (0, 0, 1)), ("-y", (0, -1, 0)), ("flip", (0, 1, 0))):
        system.paint(state, p, brush, spot)
        now = state.moments.reshape(-1, 3)
        np.testing.assert_allclose(now[spot], lengths[spot, None] * np.array([direction]), rtol=0, atol=1e-12)
        assert np.array_equal(now[outside], before[outside])
    system.paint(state, p, "randomize", spot)
    np.testing.assert_allclose(state.lengths, lengths, rtol=1e-12)
    assert np.linalg.norm(state.moments.reshape(-1, 3)[spot].mean(axis=0)) < 4 / np.sqrt(3 * len(spot)) * lengths.max()
    system.paint(state, p, "pin", spot[:5])
    pinned = state.moments.reshape(-1, 3)[spot[:5]].copy()
    system.paint(state, p, "heat", spot)
    assert np.array_equal(state.moments.reshape(-1, 3)[outside], before[outside])
    for _ in range(3):
        system.step(state, p, 1.0)
    assert np.array_equal(state.moments.reshape(-1, 3)[spot[:5]], pinned)
    assert not np.any(np.all(state.moments.reshape(-1, 3)[outside] == before[outside], axis=1))
    assert not any(law.holds(state, p, None) for law in system.laws), "laws are those of moments that all move"
    assert "5 moments pinned" in system.caption(state, p)
    system.paint(state, p, "release", spot)
    system.step(state, p, 1.0)
    assert not np.any(np.all(state.moments.reshape(-1, 3)[spot[:5]] == pinned, axis=1))


def test_sites_of_the_brush_are_those_of_the_picture() -> None:
    system = LocalMomentLattice()
    state, p = of(T=0.3, L=5)
    arrows = next(v for v in system.draw(state, p) if isinstance(v, Arrows))
    low, high = np.full(3, -2.0), np.full(3, 2.0)
    indices, places = system.sites(p).within(low, high)
    np.testing.assert_allclose(arrows.positions[indices], places, atol=1e-6)
