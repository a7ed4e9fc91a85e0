"""The domain wall: what is measured of it, how the mesh follows it, and that laws are claimed only where they hold."""

from __future__ import annotations

from itertools import pairwise
from math import pi, sqrt

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.visuals import Labels
from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO as GAMMA
from spinviz.physics.lattice import textures
from spinviz.physics.micromagnetics.stepping import History
from spinviz.systems.dynamics.domain_wall.defects import held_at, middles, release_field, softness
from spinviz.systems.dynamics.domain_wall.motion import motion_of
from spinviz.systems.dynamics.domain_wall.parameters import WallParameters
from spinviz.systems.dynamics.domain_wall.plots import over_current, over_field
from spinviz.systems.dynamics.domain_wall.state import (
    WallState,
    begun,
    field_now,
    follow,
    moved,
    note_jump,
    offset,
    position,
    shifted,
)
from spinviz.systems.dynamics.domain_wall.system import DomainWall

SYSTEM = DomainWall()
MU0 = 4e-7 * pi


def run(time: float, *actions: str, **values: object) -> Loop:
    """A run to ``time`` [s]."""
    loop = Loop(SYSTEM, WallParameters.of(**values), memory=1)
    for action in actions:
        loop.apply(Act(action))
    loop.advance_to(time)
    return loop


def holding(at: float, phi: float, width: float = 2.5, **values: object) -> tuple[WallState, WallParameters]:
    """A state with a wall ``at`` so many cells from the middle, of the azimuth ``phi`` [deg] and a width in cells."""
    p = WallParameters.of(**values)
    state = begun(p, 1)
    x = np.arange(p.nx) - (p.nx - 1) / 2 - at
    state.m[...] = textures.from_angles(2 * np.arctan(np.exp(x / width)), np.radians(phi))
    state.angle = np.radians(phi)
    return state, p


# --- what is measured -------------------------------------------------------------------------------------------------


@pytest.mark.value_of("position")
@pytest.mark.parametrize("ny", [1, 4])
def test_position_is_where_the_magnetization_passes_through_the_plane(ny: int) -> None:
    state, p = holding(3.3, 90.0, ny=ny, dx=2e-9)
    assert SYSTEM.observe(state, p)["position"] == pytest.approx(3.3 * 2e-9, rel=1e-5)
    state.shift = 100
    assert SYSTEM.observe(state, p)["position"] == pytest.approx(103.3 * 2e-9, rel=1e-5)


@pytest.mark.value_of("width")
def test_width_is_the_parameter_of_the_profile() -> None:
    for width in (2.0, 4.0):
        state, p = holding(0.2, 30.0, width)
        assert SYSTEM.observe(state, p)["width"] == pytest.approx(width * p.dx, rel=1e-6)


@pytest.mark.value_of("tilt")
@pytest.mark.parametrize(("phi", "tilt"), [(90.0, 0.0), (120.0, 30.0), (0.0, -90.0), (-100.0, 170.0), (460.0, 10.0)])
def test_tilt_counts_from_the_plane_of_the_wall(phi: float, tilt: float) -> None:
    """From y counterclockwise: a field along z turns the moment that way."""
    assert SYSTEM.observe(*holding(0.0, phi))["tilt"] == pytest.approx(tilt, abs=1e-6)


@pytest.mark.value_of("wall_energy")
@pytest.mark.parametrize("ny", [1, 3])
@pytest.mark.parametrize("phi", [90.0, 20.0])
def test_energy_is_the_integral_over_the_wall(ny: int, phi: float) -> None:
    """A |dm/dx|^2 + K1 sin^2 + mu0 Ms^2/2 m_x^2, without the field: the charges of a flat wall lie in sheets."""
    state, p = holding(0.0, phi, 3.0, ny=ny, B=0.3)
    m = state.m[0, 0].astype(np.float64)
    exchange = p.A * np.sum(np.diff(m, axis=0) ** 2) / p.dx
    stray = MU0 * p.Ms**2 / 2 * np.sum(m[:, 0] ** 2) * p.dx
    energy = exchange + p.K1 * np.sum(1 - m[:, 2] ** 2) * p.dx + stray
    assert SYSTEM.observe(state, p)["wall_energy"] == pytest.approx(energy, rel=2e-5)
    assert SYSTEM.observable("wall_energy").unit == "J/m²"


@pytest.mark.value_of("velocity", "mean_velocity")
@pytest.mark.parametrize("sign", [1, -1])
def test_velocity_is_the_way_over_the_time(sign: int) -> None:
    """Positive fields move it to the right, where the magnetization is down, and the mesh follows it."""
    loop = run(2.5e-9, B=sign * 0.01)
    before, start = loop.observables, loop.time
    loop.advance(60)
    after = loop.observables
    mean = (after["position"] - before["position"]) / (loop.time - start)
    assert after["velocity"] == pytest.approx(mean, rel=1e-4)
    assert after["mean_velocity"] == after["velocity"]
    assert after["velocity"] * sign == pytest.approx(GAMMA * sqrt(1.5e-11 / 5e5) * 0.01 / 0.1, rel=0.03)
    assert abs(loop.state.shift) > 50
    assert abs(offset(loop.state, loop.parameters)) <= 0.51


@pytest.mark.value_of("precession", "mean_velocity")
@pytest.mark.parametrize("sign", [1, -1])
def test_half_turns_of_a_precessing_wall(sign: int) -> None:
    """By counting: the azimuth and the way over whole turns. A field along z turns it counterclockwise."""
    loop = Loop(SYSTEM, WallParameters.of(B=0.09 * sign, alpha=0.3), memory=1)
    rows = []
    while loop.time < 1.3e-9:
        loop.advance(1)
        rows.append((loop.time, loop.state.angle, loop.observables["position"]))
    t, angle, q = np.array(rows).T
    assert (np.diff(sign * angle) > 0).all()
    last = np.floor(sign * angle[-1] / pi) * pi
    ends = np.interp([last - pi, last], sign * angle, t)
    mean = np.diff(np.interp(ends, t, q))[0] / np.diff(ends)[0]
    assert loop.observables["mean_velocity"] == pytest.approx(mean, rel=2e-3)
    assert loop.observables["precession"] == pytest.approx(sign * 0.5 / np.diff(ends)[0], rel=2e-3)


def test_no_half_turn_is_counted_in_steady_motion() -> None:
    assert run(2e-9, B=0.015).observables["precession"] == 0.0


@pytest.mark.value_of("field", "current")
def test_field_rises_from_its_last_value() -> None:
    loop = Loop(SYSTEM, WallParameters.of(B=0.01, rise=1e-9, u=7.0), memory=1)
    assert loop.observables["field"] == 0.0
    assert loop.observables["current"] == 7.0
    loop.advance_to(5e-10)
    assert loop.observables["field"] == pytest.approx(0.01 * loop.time / 1e-9, rel=1e-6)
    half = loop.observables["field"]
    loop.apply(SetParameters(loop.parameters.change(B=-0.02)))
    assert loop.observables["field"] == pytest.approx(half, rel=1e-9), "it goes on from where it was"
    start = loop.time
    loop.advance_to(start + 5e-10)
    assert loop.observables["field"] == pytest.approx(half + (-0.02 - half) * (loop.time - start) / 1e-9, rel=1e-6)
    loop.advance_to(start + 1.2e-9)
    assert loop.observables["field"] == -0.02
    assert field_now(loop.state, loop.parameters) == -0.02


def test_the_rising_field_is_that_which_acts() -> None:
    """A stiff slow rise: the wall follows with the velocity of the field of the moment."""
    loop = run(2.4e-9, B=0.036, rise=3e-9, alpha=0.3)
    B = loop.observables["field"]
    assert loop.observables["velocity"] == pytest.approx(loop.parameters.in_field(B).steady_velocity, rel=0.06)
    late = loop.parameters.in_field(B - 0.036 / 3e-9 / 1.8e10).steady_velocity  # it lags by about its relaxation time
    assert loop.observables["velocity"] == pytest.approx(late, rel=0.01)


# --- the mesh follows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [1, 3, -2])
@pytest.mark.parametrize("ny", [1, 4])
def test_the_mesh_moves_by_whole_cells_bit_for_bit(by: int, ny: int) -> None:
    state, p = holding(by + 0.2, 70.0, ny=ny)
    state.history = History.of(state.spins)
    state.history.fields[:] = np.random.default_rng(0).standard_normal(state.history.fields.shape)
    spins, fields = state.m.copy(), state.history.fields.copy()
    was = position(state, p)
    follow(state, p)
    assert state.shift == by
    assert position(state, p) == pytest.approx(was, abs=1e-4 * p.dx)
    kept = slice(None, -by) if by > 0 else slice(-by, None)
    old = slice(by, None) if by > 0 else slice(None, by)
    assert np.array_equal(state.m[:, :, kept], spins[:, :, old])
    inner = (..., slice(1, -1))
    assert np.array_equal(state.history.fields[inner][..., kept], fields[inner][..., old])
    assert np.array_equal(state.history.fields[..., 0], fields[..., 0]), "the halo"
    edge = -1 if by > 0 else 0
    assert np.array_equal(state.m[:, :, edge], spins[:, :, edge]), "new cells continue the domain"
    halo = state.spins.values.copy()
    state.spins.fill_halo()
    assert np.array_equal(halo, state.spins.values)


def test_a_wall_in_the_middle_is_left_alone() -> None:
    state, p = holding(0.4, 70.0)
    before = state.spins.values.copy()
    follow(state, p)
    assert state.shift == 0
    assert np.array_equal(before, state.spins.values)


@pytest.mark.parametrize("B", [0.015, 0.05])
def test_a_following_mesh_moves_the_wall_as_a_long_one_does(B: float) -> None:
    """Nothing of the motion is lost or added where the mesh moves: 1 nm in 60 would be seen at 2e-2."""
    loop = run(1e-9, B=B, alpha=0.3)
    p = WallParameters.of(B=B, alpha=0.3, nx=240)
    state = begun(p, 1)
    history = History.of(state.spins)
    steps = round(loop.time / loop.dt)
    motion, inner = motion_of(p), int(np.ceil(loop.dt / motion_of(loop.parameters).longest_step() - 1e-9))
    motion.advance(state.spins, history, loop.dt / inner, inner * steps)
    assert abs(loop.state.shift) > 10
    assert loop.observables["position"] == pytest.approx(position(state, p), rel=2e-6)


def test_shifting_there_and_back_loses_only_what_left_the_mesh() -> None:
    array = np.arange(24.0).reshape(2, 12)
    before = array.copy()
    shifted(array, 3)
    shifted(array, -3)
    assert np.array_equal(array[:, 4:-1], before[:, 4:-1])
    assert (array[:, 1:4] == before[:, 4:5]).all()
    assert np.array_equal(array[:, [0, -1]], before[:, [0, -1]])


# --- physics ----------------------------------------------------------------------------------------------------------


def test_an_adiabatic_current_only_displaces_the_wall() -> None:
    """Below the threshold it stops by itself; when the current ends it goes back to where it was (a kept momentum)."""
    loop = run(1e-9, B=0.0, beta=0.0, u=100.0, alpha=0.3)
    p, seen = loop.parameters, loop.observables
    assert abs(seen["velocity"]) < 0.01
    # dp/dt + alpha v/w = 0 from the start: the way is w |tilt|/alpha, with the mean width on the way.
    way = float(p.wall.width(0.0)) * abs(np.radians(seen["tilt"])) / p.alpha
    assert seen["position"] == pytest.approx(way, rel=0.01)
    loop.apply(Act("current_off"))
    loop.advance_to(loop.time + 1e-9)
    assert loop.observables["position"] == pytest.approx(0.0, abs=1e-3 * way)


def test_faster_below_the_walker_field_than_above() -> None:
    slow, fast = run(1.2e-9, B=0.09, alpha=0.3), run(1.2e-9, B=0.054, alpha=0.3)
    assert 1.5 * slow.observables["mean_velocity"] < fast.observables["velocity"]
    assert min(slow.samples.history().observables["velocity"]) < -100, "half of each turn it runs backwards"


def test_put_back_is_the_start() -> None:
    loop = run(2e-9, B=0.03)
    loop.apply(Act("put_back"))
    start = begun(loop.parameters, 1)
    assert np.array_equal(loop.state.m, start.m)
    assert (loop.state.shift, loop.state.angle, loop.state.history) == (0, pi / 2, None)
    assert loop.observables["position"] == pytest.approx(0.0, abs=1e-15)


def test_actions_set_what_they_say() -> None:
    loop = run(1e-11, "walker", alpha=0.2)
    assert pytest.approx(0.2 * MU0 * 3e5 / 2, rel=1e-9) == loop.parameters.B
    loop.apply(Act("reverse"))
    assert loop.parameters.B < 0
    loop.apply(Act("field_off"))
    loop.apply(Act("current_on"))
    assert (loop.parameters.B, loop.parameters.u) == (0.0, 150.0)
    loop.apply(Act("current_off"))
    assert loop.parameters.u == 0.0


def test_a_field_that_reverses_the_other_domain_leaves_no_wall() -> None:
    state, p = holding(0.0, 90.0)
    state.m[...] = (0.0, 0.0, 1.0)
    moved(state, p, 1e-12)
    seen = SYSTEM.observe(state, p)
    assert all(np.isnan(seen[name]) for name in ("position", "velocity", "mean_velocity", "tilt", "width"))
    assert "no wall is left" in SYSTEM.caption(state, p)
    assert "follows the wall" in SYSTEM.caption(*holding(0.0, 90.0))


# --- defects and jumps ------------------------------------------------------------------------------------------------

PLANES = {"depth": 0.03, "spacing": 8e-8, "size": 3e-8, "alpha": 0.3}


@pytest.mark.parametrize("values", [{"ny": 1}, {"ny": 24}, {"ny": 24, "track": "strip"}])
def test_a_track_is_the_same_wherever_the_mesh_is(values: dict[str, object]) -> None:
    """Bit for bit, over the borders of the blocks in which defects are drawn, and behind the start."""
    p = WallParameters.of(depth=0.4, spacing=3e-8, size=1.7e-8, **values)
    for shift in (0, 61, -150):
        for by in (1, 37):
            here, further = softness(p, 5, shift), softness(p, 5, shift + by)
            assert np.allclose(here[:, :, by:], further[:, :, :-by], rtol=0, atol=1e-12)
    assert (softness(p, 5, 0) == 0).any()
    assert softness(p, 5, 0).max() == 0.4


def test_planes_stand_where_the_help_says() -> None:
    """Half a distance from the start and each distance on: 40, 120 nm; 30 nm thick."""
    p = WallParameters.of(**PLANES, nx=100)
    lacking = softness(p, 1, 40)[0, 0]
    x = (np.arange(100) - 49.5 + 40) * p.dx
    inside = (np.abs(x - 4e-8) < 1.4e-8) | (np.abs(x - 12e-8) < 1.4e-8)
    outside = (np.abs(x - 4e-8) > 1.6e-8) & (np.abs(x - 12e-8) > 1.6e-8) & (np.abs(x + 4e-8) > 1.6e-8)
    assert (lacking[inside] == 0.03).all()
    assert (lacking[outside] == 0).all()
    assert lacking.sum() * p.dx / 0.03 == pytest.approx(2 * 3e-8, rel=0.02)


def test_cylinders_cover_what_their_number_says() -> None:
    """Poisson's: a part 1 - exp(-pi r^2/a^2) of the area; 400 of them leave 4 % of scatter."""
    p = WallParameters.of(depth=0.5, spacing=4e-8, size=2e-8, ny=64, nx=64)
    covered = np.mean([softness(p, key, 64 * key).mean() / 0.5 for key in range(40)])
    assert covered == pytest.approx(1 - np.exp(-pi * 1e-8**2 / 4e-8**2), rel=0.12)


def test_cylinders_reach_over_the_edge_of_a_wide_track_only() -> None:
    """Middles half a cell to three cells from the lower edge: they reach the uppermost row, which is beside it."""
    values = {"depth": 0.5, "spacing": 4e-8, "size": 2e-8, "ny": 24, "nx": 64}
    wide, strip = (WallParameters.of(**values, track=track) for track in ("wide", "strip"))
    found = 0
    for key in range(20):
        soft = softness(wide, key, 0)[0, -1], softness(strip, key, 0)[0, -1]
        others = [x for x, y in middles(wide, key, 0) if y > 15]
        for x, y in middles(wide, key, 0):
            column = round(x + 31.5)
            if 0 <= column < 64 and y < 3 and all(abs(x - other) > 7 for other in others):
                found += 1
                assert (soft[0][column], soft[1][column]) == (0.5, 0.0)
    assert found > 5


@pytest.mark.parametrize(("part", "stays"), [(0.95, True), (1.08, False)])
def test_a_plane_lets_go_at_the_field_of_release(part: float, stays: bool) -> None:
    p = WallParameters.of(**PLANES)
    B = part * release_field(p)
    assert release_field(p) == pytest.approx(0.03 * 5e5 / (2 * 3e5), rel=2e-3), "wide planes: depth K1/(2 Ms)"
    state, p = holding(20.0, 90.0, 2.7, **PLANES, B=B)
    for _ in range(120):
        moved(state, p, 2e-11)
        state.time += 2e-11
    assert (position(state, p) < 6e-8) == stays
    if stays:
        assert position(state, p) == pytest.approx(held_at(p, B, 4e-8), abs=1e-9)


def test_a_demagnetizing_field_holds_the_wall_where_it_cancels_the_applied_one() -> None:
    loop = run(3e-9, B=0.01, back=1e6, alpha=0.3)
    assert loop.observables["position"] == pytest.approx(0.01 / 1e6, rel=1e-3)


@pytest.mark.value_of("jump", "jumps")
def test_a_jump_is_the_way_while_the_wall_is_fast() -> None:
    state, p = holding(0.0, 90.0, depth=0.5)
    seen = SYSTEM.observe(state, p)
    assert seen["jumps"] == 0
    assert np.isnan(seen["jump"])
    q = np.array([0, 1e-9, 2e-9, 12e-9, 32e-9, 33e-9, 34e-9, 4e-9, 4e-9])
    for was, now in pairwise(q):
        state.velocity = (now - was) / 5e-10  # 2, 2, 20, 40, 2, 2, -60, 0 m/s
        note_jump(state, p, was, now)
    assert state.jumps == pytest.approx([30e-9, 30e-9], rel=1e-9)
    seen = SYSTEM.observe(state, p)
    assert (seen["jumps"], seen["jump"]) == (2, pytest.approx(30e-9))


def test_a_wall_in_a_rising_field_jumps_among_defects() -> None:
    """The preset in small: the wall bends, stops, and goes on by a jump."""
    values = dict(SYSTEM.preset("barkhausen").parameters) | {"rise": 2e-8, "nx": 40, "ny": 16, "spacing": 9e-8}
    loop = Loop(SYSTEM, WallParameters.of(**values), memory=1, seed=2)
    loop.advance_to(1e-8)
    v = loop.samples.history().observables["velocity"]
    assert len(loop.state.jumps) >= 1
    assert np.mean(np.abs(v) < 5) > 0.2
    assert v.max() > 40
    assert np.ptp(loop.state.m[0, :, :, 2].sum(axis=1)) > 0.2, "it bends"
    assert "defects" in str(loop.frame().visuals)


# --- what is drawn ----------------------------------------------------------------------------------------------------


def test_arrow_and_marks_are_drawn_where_the_wall_and_the_track_are() -> None:
    state, p = holding(3.0, 150.0)
    state.shift = 100
    moment = next(v for v in SYSTEM.draw(state, p) if getattr(v, "color", "") == "net")
    assert moment.positions[0, 0] == pytest.approx(3.0, abs=1e-3)  # type: ignore[attr-defined]
    assert moment.directions[0] == pytest.approx([-sqrt(0.75), 0.5, 0.0], abs=1e-6)  # type: ignore[attr-defined]
    labels = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Labels))
    at = dict(zip(labels.texts, labels.positions[:, 0]))
    assert at["200 nm"] == pytest.approx(0.0, abs=1e-4), "100 cells of 2 nm have passed"
    assert at["240 nm"] == pytest.approx(20.0, abs=1e-4)


def test_rims_of_defects_are_drawn_where_the_anisotropy_is_lower() -> None:
    state, p = holding(0.0, 90.0, ny=32, depth=0.5, size=2e-8, spacing=5e-8)
    state.shift = 7
    rims = next(v for v in SYSTEM.draw(state, p) if getattr(v, "label", "") == "defects")
    inner = softness(p, state.key, 7)[0]
    x = np.round(rims.points[:, 0] + (p.nx - 1) / 2).astype(int).clip(0, p.nx - 1)
    y = np.round(rims.points[:, 1] + (p.ny - 1) / 2).astype(int).clip(0, p.ny - 1)
    assert len(x) > 50
    assert inner[y, x].mean() > 0.15, "rims lie half inside"
    flat, p = holding(0.0, 90.0, **PLANES)
    flat.shift = 20
    rims = next(v for v in SYSTEM.draw(flat, p) if getattr(v, "label", "") == "defects")
    assert sorted(set(np.round(rims.points[:, 0], 3))) == [-32.5, -7.5, 7.5, 32.5], "-40, 40, 120 nm"


@pytest.mark.parametrize("sign", [1, -1])
def test_graph_shows_the_law_and_the_walker_field_on_the_side_of_the_field(sign: int) -> None:
    p = WallParameters.of(B=sign * 0.03)
    state = begun(p, 1)
    law, mark = over_field(state, p)
    assert (law.role, law.law, mark.law) == ("theory", True, True)
    assert mark.x == pytest.approx([sign * p.wall.walker_field] * 2)
    best = law.x[np.argmax(np.abs(law.y))]
    assert best == pytest.approx(sign * p.wall.walker_field, rel=0.03), "the peak"
    assert np.interp(0.03, np.abs(law.x), law.y) == pytest.approx(p.wall.mean_velocity, rel=0.01)
    carried = WallParameters.of(B=0.0, u=sign * 150.0)
    law, mark = over_current(state, carried)
    assert mark.x == pytest.approx([sign * carried.wall.critical_drift] * 2)
    assert np.interp(150.0, np.abs(law.x), law.y) == pytest.approx(carried.wall.mean_velocity, rel=0.01)


def test_caption_says_what_does_not_suit_the_mesh() -> None:
    for values, said in (({"A": 1e-10}, "too wide for the mesh"), ({"dx": 5e-9}, "coarse for a wall"), ({}, "")):
        state, p = holding(0.0, 90.0, **values)
        caption = SYSTEM.caption(state, p)
        assert said in caption
        assert "the view follows the wall" in caption


# --- laws are claimed only where they hold ----------------------------------------------------------------------------

STEADY = ("width", "energy", "tilt", "field_velocity")
TURNING = ("mean_velocity", "precession")


def claimed(loop: Loop) -> set[str]:
    """Names of the laws that hold now."""
    return {name for name, law in loop.laws.items() if law.holds}


def test_laws_wait_for_the_steady_state() -> None:
    loop = run(2e-10, B=0.03, alpha=0.3)
    assert claimed(loop) == set()
    loop.advance_to(9e-10)
    assert claimed(loop) == set(STEADY)
    loop.apply(SetParameters(loop.parameters.change(B=0.036)))
    assert claimed(loop) == set()


def test_beyond_the_breakdown_other_laws_hold() -> None:
    loop = run(2e-10, B=0.09, alpha=0.3)
    assert claimed(loop) == set()
    loop.advance_to(1.2e-9)
    assert claimed(loop) == set(TURNING)
    assert loop.laws["mean_velocity"].passed


@pytest.mark.parametrize(
    "values",
    [
        {"track": "strip", "ny": 4},
        {"dx": 4e-9},
        {"nx": 40},
        {"rise": 1e-6},
        {"back": 1e3},
        {"depth": 0.3, "size": 1e-9},
    ],
)
def test_no_law_is_claimed_elsewhere(values: dict[str, object]) -> None:
    assert claimed(run(9e-10, **({"B": 0.001, "alpha": 0.3} | values))) == set()


@pytest.mark.parametrize(("time", "values"), [(1.2e-9, {"B": 0.06, "Ms": 5e5}), (1e-10, {"B": 1.0, "alpha": 0.5})])
def test_the_precession_law_is_left_out_where_the_width_lags(time: float, values: dict[str, float]) -> None:
    loop = run(time, **values)
    assert loop.state.turned >= 3
    assert not claimed(loop) & set(TURNING)


@pytest.mark.parametrize("seed", range(5))
def test_laws_hold_where_they_are_claimed(seed: int) -> None:
    """Random materials, fields and currents."""
    rng = np.random.default_rng(seed)
    alpha, Ms = rng.uniform(0.08, 0.6), rng.uniform(2e5, 3.4e5)
    B_W = alpha * MU0 * Ms / 2
    u = rng.choice([0.0, rng.uniform(-200, 200)])
    B = float(rng.choice([-1, 1]) * rng.choice([0.5, 1.4, 3.0]) * B_W)
    loop = run(0.0, alpha=alpha, Ms=Ms, B=B, u=u, beta=rng.uniform(0, 0.4), dx=rng.uniform(1.2e-9, 2e-9), nx=96)
    found: set[str] = set()
    since = np.inf
    while loop.time < min(4e-9, since + 3e-10):
        loop.advance(10)
        for name in claimed(loop):
            since = min(since, loop.time)
            found.add(name)
            assert loop.laws[name].passed, (name, loop.laws[name], loop.parameters)
    assert found
