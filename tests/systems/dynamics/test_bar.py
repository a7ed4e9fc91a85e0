"""The bar: what its numbers are, domains, the shrinking field, the magnet, what is drawn and said."""

from math import isnan

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.visuals import Cells, Labels
from spinviz.physics.constants import VACUUM_PERMEABILITY
from spinviz.physics.micromagnetics.charges import charge_density
from spinviz.physics.micromagnetics.materials import MATERIALS
from spinviz.systems.dynamics.bar import state as bar
from spinviz.systems.dynamics.bar.laws import saturated_energy
from spinviz.systems.dynamics.bar.magnet import block, energy_in_field, field_of, middles, pull
from spinviz.systems.dynamics.bar.picture import ROOM
from spinviz.systems.dynamics.bar.system import Bar

SYSTEM = Bar()
SMALL = {"length": 2e-7, "width": 1e-7, "thickness": 2e-8}


def run(**values: object) -> Loop:
    return Loop(SYSTEM, SYSTEM.Parameters.of(**(SMALL | values)), seed=4)


def put(loop: Loop, vectors: object) -> dict[str, float]:
    """What is observed of directions (3,) or (nz, ny, nx, 3)."""
    m = np.broadcast_to(np.asarray(vectors, float), loop.state.m.shape)
    loop.state.spins.set((m / np.linalg.norm(m, axis=-1, keepdims=True))[..., None, :])
    return SYSTEM.observe(loop.state, loop.parameters)


@pytest.mark.value_of("mx", "my", "mz", "stray_share")
def test_means_and_share() -> None:
    loop = run()
    seen = put(loop, (0.6, 0.0, 0.8))
    assert [seen[name] for name in ("mx", "my", "mz", "moment")] == pytest.approx([0.6, 0.0, 0.8, 1.0], abs=1e-6)
    assert put(loop, (0.0, -1.0, 0.0))["my"] == pytest.approx(-1.0)
    assert put(loop, (-1.0, 0.0, 0.0))["stray_share"] == pytest.approx(1.0, abs=1e-5)
    assert put(loop, (0.0, 0.0, 1.0))["stray_share"] > 5, "a flat bar is hardest to magnetize upright"


@pytest.mark.value_of("exchange_energy", "field_energy", "anisotropy_energy")
def test_energies_have_their_size_and_sign() -> None:
    loop = run(B=0.1)
    p = loop.parameters
    V, Ms = np.prod(p.edges), MATERIALS["permalloy"].Ms
    assert put(loop, (0.8, 0.6, 0.0))["field_energy"] == pytest.approx(-Ms * V * 0.1 * 0.8, rel=1e-5, abs=0)
    assert put(loop, (1.0, 0.0, 0.0))["exchange_energy"] == pytest.approx(0.0, abs=1e-22)
    k = np.pi / p.length
    x = middles(p.edges, p.shape)[:, 0].reshape(p.shape)
    turning = np.stack([np.cos(k * x), np.sin(k * x), 0 * x], axis=-1)
    # A k^2 V, without the last half bond at either end and with cos for its parabola.
    nx = p.shape[2]
    expected = MATERIALS["permalloy"].A * V * 2 * (1 - np.cos(np.pi / nx)) * (nx / p.length) ** 2 * (nx - 1) / nx
    assert put(loop, turning)["exchange_energy"] == pytest.approx(expected, rel=1e-4, abs=0)
    assert put(loop, turning)["anisotropy_energy"] == 0.0
    cobalt = run(material="cobalt")
    easy, hard = (put(cobalt, m)["anisotropy_energy"] for m in ((1, 0, 0), (0, 1, 0)))
    assert easy - hard == pytest.approx(-5.2e5 * V, rel=1e-5, abs=0), "the easy axis lies along the bar"
    iron = run(material="iron")
    edge, face = (put(iron, m)["anisotropy_energy"] for m in ((0, 1, 0), (1, 1, 0)))
    assert face - edge == pytest.approx(4.8e4 * V / 4, rel=1e-5, abs=0), "easy along the edges of the crystal"


def magnet_by_charges(p: object, gap: float, points: np.ndarray) -> np.ndarray:
    """B of the block's two faces as grids of point charges."""
    a, b, c = block(p)
    n = 300
    y, z = (((np.arange(n) + 0.5) / n - 0.5) * size for size in (b, c))
    Y, Z = np.meshgrid(y, z)
    B = np.zeros_like(points)
    for x, sign in ((p.length / 2 + gap, -1.0), (p.length / 2 + gap + a, 1.0)):
        for row, point in zip(B, points):
            r = point - np.stack([np.full_like(Y, x), Y, Z], axis=-1)
            row += (
                sign
                * p.strength
                * b
                * c
                / n**2
                / (4 * np.pi)
                * np.sum(r / np.linalg.norm(r, axis=-1, keepdims=True) ** 3, axis=(0, 1))
            )
    return B


@pytest.mark.value_of("applied", "gap", "remanence")
def test_the_field_of_the_magnet_is_that_of_charges_on_its_faces() -> None:
    loop = run(magnet=True, distance=6e-8, strength=0.9)
    p, places = loop.parameters, middles(loop.parameters.edges, loop.parameters.shape)
    some = [0, 40, 300, len(places) - 1]
    found = field_of(p, 6e-8)
    np.testing.assert_allclose(found[some], magnet_by_charges(p, 6e-8, places[some]), rtol=2e-4, atol=1e-6)
    assert found[:, 0].min() > 0, "a south pole faces the bar: the field goes to it"
    seen = put(loop, (1, 0, 0))
    assert seen["gap"] == 6e-8
    assert seen["applied"] == pytest.approx(found[:, 0].mean(), rel=1e-9)
    assert isnan(seen["remanence"]), "a field acts"
    assert seen["field_energy"] == pytest.approx(-p.moment * found[:, 0].sum(), rel=1e-5, abs=0)
    away = put(run(B=-0.0004), (0.6, 0.8, 0))
    assert (away["applied"], away["remanence"]) == pytest.approx((-0.0004, 1.0))
    assert isnan(away["gap"])
    assert isnan(away["force"])


def test_the_magnet_pulls_with_either_pole_and_pushes_a_bar_that_is_held_against_it() -> None:
    for strength in (1.2, -1.2):
        loop = run(magnet=True, distance=6e-8, strength=strength, start="closure")
        loop.apply(Act("relax"))
        assert np.sign(loop.observables["mx"]) == np.sign(strength)
        assert loop.observables["force"] > 1e-11
    assert put(loop, (1, 0, 0))["force"] < 0
    m, p = loop.state.cells, loop.parameters
    along = [energy_in_field(m, p, gap) for gap in (0.9e-7, 1.1e-7)]
    total = sum(pull(m, p, gap) for gap in np.linspace(0.9e-7, 1.1e-7, 201)) * 1e-10
    assert total == pytest.approx(along[1] - along[0], rel=6e-3, abs=0), "the work on the way is the change of energy"


def test_the_magnet_travels_by_equal_parts_and_arrives() -> None:
    gap = 4e-6
    gaps = [gap := bar.approached(gap, 1e-7, 1e-10) for _ in range(40)]
    assert gaps[0] == pytest.approx(4e-6 * np.exp(-1e-10 / bar.APPROACH), rel=1e-9, abs=0)
    assert gaps[-1] == 1e-7
    assert bar.approached(1e-7, 1e-6, 1e-10) == pytest.approx(1e-7 * np.exp(1e-10 / bar.APPROACH), rel=1e-9, abs=0)
    loop = run()
    for action, goal in (("bring", 1e-7), ("take", 5e-6)):
        loop.apply(Act(action))
        assert not loop.state.history.counts[0], "an edit empties the history of stray fields"
        loop.advance_to(loop.time + 3e-10)
        assert 1.2e-7 < loop.observables["gap"] < 4.5e-6, "on its way"
        assert loop.state.history.counts[0]
        loop.advance_to(loop.time + 2.5e-9)
        assert loop.observables["gap"] == goal
    loop.apply(SetParameters(loop.parameters.change(magnet=False)))
    assert isnan(loop.observables["force"])
    loop.apply(Act("turn"))
    assert loop.parameters.strength == -1.2


def test_the_shrinking_field() -> None:
    drive = bar.Shrinking(0.1, 1e-9)
    quarter = bar.HALF / 2
    tops = [drive(1e-9 + (2 * k + 1) * quarter)[0] for k in range(bar.HALVES)]
    np.testing.assert_allclose(tops, [0.1 * (-1) ** k * (1 - k / 8) for k in range(8)], atol=1e-12)
    times = np.linspace(0.5e-9, 1.5e-9 + bar.HALF * bar.HALVES, 20001)
    fields = np.array([drive(t) for t in times])
    assert not fields[:, 1:].any()
    assert np.abs(np.diff(fields[:, 0])).max() < 0.1 * np.pi * (times[1] - times[0]) / bar.HALF * 1.01, "no jumps"
    assert not fields[(times < 1e-9) | (times > 1e-9 + bar.HALF * bar.HALVES)].any()


def test_demagnetizing_switches_everything_else_off_and_is_part_of_the_state() -> None:
    loop = run(B=0.02, magnet=True, start="along")
    loop.advance(2)
    loop.apply(Act("demagnetize"))
    began = loop.time
    assert (loop.parameters.B, loop.parameters.distance) == (0.0, 5e-6)
    loop.advance_to(began + bar.HALF / 2)
    assert loop.observables["applied"] == pytest.approx(0.1, rel=0.02)
    assert "B = " in loop.frame().caption
    loop.advance(20)
    there = loop.state.m.copy()
    loop.seek(loop.step - 15)
    loop.advance(15)
    assert np.array_equal(loop.state.m, there)
    loop.state.time = began + bar.HALF * bar.HALVES
    assert bar.drive_of(loop.state, loop.parameters) is None


@pytest.mark.parametrize("material", ["permalloy", "iron", "nickel", "cobalt"])
def test_no_cell_is_longer_than_the_exchange_length(material: str) -> None:
    for length, width in ((1e-7, 5e-8), (6e-7, 3e-7), (2e-6, 1e-6)):
        p = SYSTEM.Parameters.of(material=material, length=length, width=width)
        assert max(p.cell[:2]) <= p.made_of.exchange_length < 1.2 * min(p.cell[:2])
        assert np.multiply(p.cell, p.shape[::-1]) == pytest.approx(p.edges, rel=1e-9, abs=0)


def test_starts() -> None:
    for start, axis in (("along", 0), ("across", 1), ("up", 2)):
        state = run(start=start).state
        assert state.mean[axis] == pytest.approx(0.99, abs=0.006), "shaken by 0.1 rad about two axes"
    assert np.linalg.norm(run(start="random", length=6e-7, width=3e-7).state.mean) < 0.45, "some thirty patches"
    p = SYSTEM.Parameters.of(length=2e-7, width=1e-7)
    m = bar.closed(p)
    assert np.linalg.norm(m, axis=-1) == pytest.approx(1.0)
    assert np.abs(charge_density(m, p.cell)).max() * p.cell[0] <= 1.0 + 1e-9
    inside = charge_density(m, p.cell)[0] * p.cell[0]
    assert np.abs(inside[0, 3:-3]).max() == np.abs(inside[3:-3, 0]).max() == 0.0, "no poles on any edge"
    assert (m[0, 2, 18, 0], m[0, -3, 18, 0], m[0, 9, 1, 1], m[0, 9, -2, 1]) == (1.0, -1.0, -1.0, 1.0), "flux goes round"


def test_energy_only_falls_where_nothing_acts() -> None:
    loop = run(start="across")
    energies = []
    for _ in range(30):
        loop.advance(1)
        energies.append(loop.observables["energy"])
    assert np.diff(energies).max() < 1e-4 * energies[-1]


def test_a_nail_is_no_magnet() -> None:
    loop = Loop(SYSTEM, preset="nail", memory=1)
    before = loop.observables
    assert before["my"] > 0.98
    loop.advance_to(2.5e-9)
    after = loop.observables
    assert after["moment"] < 0.1
    assert after["stray_energy"] < 0.35 * before["stray_energy"]
    assert after["outside"] < 0.2 * before["outside"]
    assert after["exchange_energy"] > 1.5 * 1e-17, "what the walls cost"
    m = loop.state.m[0].astype(float)
    along = np.concatenate([np.abs(m[0, :, 0]), np.abs(m[-1, :, 0]), np.abs(m[:, 0, 1]), np.abs(m[:, -1, 1])])
    assert np.median(along) > 0.95, "along the edges"


@pytest.mark.slow
def test_a_shrinking_field_finds_less_energy_and_less_moment_than_the_remanent_state() -> None:
    kept, taken = Loop(SYSTEM, preset="saturated", memory=1), Loop(SYSTEM, preset="demagnetize", memory=1)
    kept.advance_to(3e-9)
    taken.advance_to(1e-8)
    assert kept.observables["remanence"] > 0.8
    assert taken.observables["remanence"] < 0.05
    assert taken.observables["energy"] < 0.6 * kept.observables["energy"]


@pytest.mark.slow
def test_a_magnet_leaves_a_remainder() -> None:
    loop = Loop(SYSTEM, preset="magnet", memory=1)
    loop.advance_to(4e-10)
    assert loop.observables["remanence"] < 0.05
    loop.advance_to(3.9e-9)
    near = loop.observables
    assert near["mx"] > 0.4
    assert near["force"] > 5e-10
    loop.advance_to(8e-9)
    assert 0.3 < loop.observables["remanence"] < 0.9
    assert loop.observables["force"] < 1e-4 * near["force"]


def test_the_magnet_is_drawn_where_it_is() -> None:
    loop = run(magnet=True, distance=6e-8)
    p = loop.parameters
    stage, unit = SYSTEM.stage(p), p.cell[0]
    *_, magnet, names = SYSTEM.draw(loop.state, p)
    assert isinstance(magnet, Cells)
    assert isinstance(names, Labels)
    assert np.array(magnet.origin) * unit == pytest.approx([1e-7 + 6e-8, -5e-8, -2.5e-8], rel=1e-6, abs=0)
    size = np.array(magnet.values.shape[::-1]) * np.array(magnet.spacing) * unit
    assert size == pytest.approx(block(p), rel=1e-6, abs=0)
    assert magnet.values[0, 0].tolist() == [-1.0, 1.0]
    assert names.texts == ("S", "N")
    assert "magnet at 60 nm" in SYSTEM.caption(loop.state, p)
    turned = SYSTEM.draw(loop.state, p.change(strength=-0.5))
    assert turned[-2].values[0, 0].tolist() == [1.0, -1.0]
    assert turned[-1].texts == ("N", "S")
    loop.state.gap = 3e-6
    *_, magnet, _ = SYSTEM.draw(loop.state, p)
    assert magnet.origin[0] * unit == pytest.approx(1e-7 + ROOM * 2e-7, rel=1e-6, abs=0)
    assert magnet.origin[0] + 2 * magnet.spacing[0] <= stage.high[0] + 1e-9
    assert "drawn nearer" in SYSTEM.caption(loop.state, p)


def test_it_is_written_as_a_field() -> None:
    loop = run(start="along")
    found = SYSTEM.field(loop.state, loop.parameters)
    assert np.asarray(found.stepsize) == pytest.approx(loop.parameters.cell, rel=1e-9, abs=0)
    np.testing.assert_allclose(np.linalg.norm(found.values, axis=-1), 8e5, rtol=1e-6)
    assert found.values[..., 0].mean() > 0.95 * 8e5


def test_what_is_assumed_is_said() -> None:
    loop = run()
    assert "Permalloy, one layer of 36 × 18 cells, 5.6 × 20 nm" in loop.frame().caption
    for material, said in (("cobalt", "easy axis x"), ("iron", "easy axes x, y, z"), ("nickel", "edges along x, y, z")):
        assert said in run(material=material).frame().caption
    assert isnan(loop.observables["field_energy"]), "nothing acts from outside"
    assert saturated_energy(loop.parameters) > 0
    assert VACUUM_PERMEABILITY * MATERIALS["permalloy"].Ms == pytest.approx(1.005, abs=1e-3)
