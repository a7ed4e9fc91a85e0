"""Brushes on the Ising lattice: what they do to spins, and that pinned ones never flip."""

from typing import Any

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, Paint, SetParameters, Undo
from spinviz.model.brush import Stroke
from spinviz.model.plots import Spot
from spinviz.systems.order.ising_domains.laws import LAWS
from spinviz.systems.order.ising_domains.system import IsingDomains

ISING = IsingDomains()
MIDDLE = ((0.0, 0.0, 0.0),)


def run(**changes: Any) -> Loop:
    return Loop(ISING, ISING.Parameters.of(**({"L": 32, "T": 3.0, "start": "up"} | changes)), seed=2)


def disc(radius: float, side: int = 32) -> np.ndarray:
    y, x = np.meshgrid(*2 * [np.arange(side) - (side - 1) / 2], indexing="ij")
    return np.hypot(x, y) <= radius


def test_brushes_do_what_they_say() -> None:
    loop, spot = run(), disc(6.0)
    for brush, value in (("flip", -1), ("+z", 1), ("-z", -1)):
        loop.apply(Paint(Stroke(brush, MIDDLE, 6.0)))
        spins = loop.state.spins[0]
        assert np.all(spins[spot] == value), brush
        assert np.all(spins[~spot] == 1), brush
        assert loop.observables["m"] == spins.mean()
    loop.apply(Paint(Stroke("randomize", MIDDLE, 6.0)))
    up = int((loop.state.spins[0][spot] == 1).sum())
    assert abs(up - spot.sum() / 2) < 4 * np.sqrt(spot.sum()) / 2
    assert np.all(loop.state.spins[0][~spot] == 1)


def test_a_heated_spot_has_the_energy_of_twice_tc() -> None:
    """At 2 Tc, e = -0.49 J of the infinite lattice: counted in spots inside a lattice that is all up."""
    from spinviz.physics.ising.laws import torus

    loop = run(L=256)
    loop.apply(Paint(Stroke("heat", MIDDLE, 100.0)))
    spins, inner = loop.state.spins[0].astype(int), disc(90.0, 256)
    energy = -(spins * np.roll(spins, 1, 0) + spins * np.roll(spins, 1, 1))[inner].mean()
    wanted, heat = torus(2 * ISING.Parameters.of().Tc, 256)
    # <de^2> = c T^2/N.
    assert abs(energy - wanted) < 4 * np.sqrt(heat * (2 * ISING.Parameters.of().Tc) ** 2 / inner.sum())
    assert np.all(loop.state.spins[0][~disc(100.5, 256)] == 1)


@pytest.mark.parametrize("algorithm", ["heat bath", "metropolis", "wolff", "single"])
@pytest.mark.parametrize("L", [16, 64])
def test_pinned_spins_never_flip_whatever_the_algorithm(algorithm: str, L: int) -> None:
    loop, spot = run(L=L, algorithm=algorithm, T=8.0), disc(4.0, L)
    loop.apply(Paint(Stroke("pin", MIDDLE, 4.0)))
    assert len(loop.state.pinned) == spot.sum()
    for _ in range(60 if loop.parameters.alone else 5):
        loop.advance(1)
        assert np.all(loop.state.spins[0][spot] == 1)
    assert np.any(loop.state.spins[0][~spot] == -1)
    assert f"{spot.sum()} spins pinned" in loop.frame().caption
    loop.apply(Paint(Stroke("release", MIDDLE, 4.0)))
    assert len(loop.state.pinned) == 0
    loop.advance(4 * L * L if loop.parameters.alone else 20)
    assert np.any(loop.state.spins[0][spot] == -1)


def test_a_cube_can_be_pinned() -> None:
    loop = run(lattice="cubic", L=12, T=10.0)
    loop.apply(Paint(Stroke("pin", ((0.5, 0.5, 0.5),), 1.1)))
    assert len(loop.state.pinned) == 7
    loop.advance(5)
    assert np.all(loop.state.spins.reshape(-1)[loop.state.pinned] == 1)
    assert abs(loop.state.m) < 0.3


def test_no_law_of_equilibrium_is_claimed_while_spins_are_pinned() -> None:
    loop = run(L=64, start="equilibrium")
    assert any(loop.laws[law.name].holds or loop.laws[law.name].unseen for law in LAWS)
    pin = Paint(Stroke("pin", MIDDLE, 5.0))
    loop.apply(pin)
    assert not any(loop.laws[law.name].holds or loop.laws[law.name].unseen for law in LAWS)
    loop.advance(2)
    loop.apply(Undo(pin))
    assert len(loop.state.pinned) == 0
    assert any(loop.laws[law.name].holds or loop.laws[law.name].unseen for law in LAWS)


def test_strokes_mean_the_same_sites_however_the_lattice_is_drawn() -> None:
    p = ISING.Parameters.of(L=32)
    where = [ISING.sites(p.change(shown=shown)).reached(Stroke("flip", MIDDLE, 3.0)) for shown in ("spins", "walls")]
    assert np.array_equal(*where)


def test_sites_are_where_the_cells_are_drawn() -> None:
    for lattice in ("square", "cubic"):
        loop = run(L=8, lattice=lattice)
        sites, cells = ISING.sites(loop.parameters), loop.frame().visuals[0]
        nz, ny, nx = cells.values.shape
        _, places = sites.within(np.full(3, -9.0), np.full(3, 9.0))
        z, y, x = np.unravel_index(np.arange(nz * ny * nx), (nz, ny, nx))
        middles = np.array(cells.origin) + (np.column_stack([x, y, z]) + 0.5) * np.array(cells.spacing)
        assert np.allclose(places, middles, atol=1e-12)


def test_a_point_over_temperature_sets_the_temperature() -> None:
    p = ISING.Parameters.of(T=2.0)
    assert ISING.pick_point(p, "order", Spot(1.2345, 0.9)) == p.change(T=1.234)
    assert ISING.pick_point(p, "traces", Spot(12.0, 0.9, "m", 12.0)) is None


def test_undone_actions_of_the_lattice_leave_counts_that_fit_the_spins() -> None:
    for action in ISING.actions:
        loop = run()
        loop.advance(3)
        event = Act(action.name)
        loop.apply(event)
        loop.advance(3)
        loop.apply(Undo(event))
        spins = loop.state.spins[0].astype(int)
        assert loop.state.total == spins.sum(), action.name
        assert loop.state.bonds == (spins * np.roll(spins, 1, 0) + spins * np.roll(spins, 1, 1)).sum(), action.name
        loop.apply(SetParameters(loop.parameters.change(T=1.0)))
        loop.advance(1)
