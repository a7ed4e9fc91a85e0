"""S(q) and C(r) of the lattices of the chapter: where spots are drawn, marks, zones, lines and exact means."""

from math import pi

import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.model.visuals import Arrows, Cells, Labels, Lines
from spinviz.physics.lattice.unit_cells import CELLS, NEIGHBOURS
from spinviz.systems import system_named
from spinviz.systems.order.common.reciprocal import chain_structure, correlations_of, far
from spinviz.systems.order.ferromagnet.parameters import FerromagnetParameters
from spinviz.systems.order.ferromagnet.system import Ferromagnet

SYSTEM = Ferromagnet()
PLANES_AND_CRYSTALS = [name for name in CELLS if name != "chain"]


def loop_of(sweeps: int = 1, **values: object) -> Loop:
    loop = Loop(SYSTEM, FerromagnetParameters.of(**values), seed=4)
    loop.advance(sweeps)
    return loop


def bright(sheet: Cells) -> np.ndarray:
    """Wave vectors (n, 2) of pixels as bright as full order."""
    cells = np.argwhere(sheet.values[0] > sheet.high - 0.02)
    return np.asarray(np.array(sheet.origin[:2]) + (cells[:, ::-1] + 0.5) * np.array(sheet.spacing[:2]))


@pytest.mark.parametrize("lattice", PLANES_AND_CRYSTALS)
def test_parallel_spins_are_bright_at_zero_and_outside_the_zone_only(lattice: str) -> None:
    state = SYSTEM.initial_state(p := FerromagnetParameters.of(lattice=lattice, L=6, shown="reciprocal"),
                                 np.random.default_rng(1))  # fmt: skip
    visuals = SYSTEM.draw(state, p)
    (sheet,) = [v for v in visuals if isinstance(v, Cells)]
    (zone,) = [v.points[:, :2] for v in visuals if isinstance(v, Lines) and not isinstance(v.color, str)]
    spots = bright(sheet)
    radius = np.linalg.norm(spots, axis=1)
    assert np.sum(radius < 1e-4) == 1
    others = spots[radius > 1e-4]
    assert len(others) >= 4
    assert np.linalg.norm(others, axis=1).min() > np.linalg.norm(zone, axis=1).min() + 0.5
    stage = SYSTEM.stage(p)
    inside = (spots > np.array(stage.low[:2])) & (spots < np.array(stage.high[:2]))
    assert inside.all()
    assert stage.legend_title == "log₁₀ S(q)"
    assert "Brillouin zone" in SYSTEM.caption(state, p)


def test_marks_stand_at_multiples_of_pi() -> None:
    p = FerromagnetParameters.of(lattice="triangular", L=6, shown="reciprocal")
    visuals = SYSTEM.draw(SYSTEM.initial_state(p, np.random.default_rng(1)), p)
    below, left = [v for v in visuals if isinstance(v, Labels)][:2]
    assert below.texts == ("−2π", "−π", "0", "π", "2π")
    assert below.positions[:, 0] == pytest.approx(np.arange(-2, 3) * pi)
    assert left.positions[:, 1] == pytest.approx([-2 * pi, -pi, 0, pi, 2 * pi])


def test_a_chain_keeps_its_picture_and_has_a_line() -> None:
    loop = loop_of(lattice="chain", L=16, shown="reciprocal", T=0.4)
    assert any(isinstance(v, Arrows) for v in loop.frame().visuals)
    q = 2 * pi * 3 / 16 * np.arange(16)
    wave = np.stack([np.cos(q), np.sin(q), 0 * q], axis=-1).reshape(1, 1, 16, 1, 3)
    line = chain_structure(wave)
    assert line.x == pytest.approx(np.linspace(0, pi, 9))
    assert line.y == pytest.approx(np.where(np.arange(9) == 3, 8, 0), abs=1e-9), "N/2 at q, as much at -q"


@pytest.mark.parametrize("lattice", CELLS)
def test_correlations_of_neighbours_are_the_energy(lattice: str) -> None:
    """The first shell of a lattice with more than 1.5 a to its next neighbours is -2e/z; ordered spins have 1."""
    loop = loop_of(20, lattice=lattice, L=6, T=1.0)
    p, state = loop.parameters, loop.state
    lines = correlations_of(p.geometry, p.magnet.vectors(state.spins))
    assert lines[0].y[0] == pytest.approx(1, abs=1e-5)
    if lattice in ("chain", "triangular", "honeycomb", "kagome"):
        assert lines[0].y[1] == pytest.approx(-2 * state.energy / NEIGHBOURS[lattice], abs=1e-5)
    if len(lines) > 1:
        assert lines[1].y[1] == pytest.approx(-2 * state.energy / NEIGHBOURS[lattice], abs=1e-5)
        assert lines[1].x[-1] <= far(p.geometry)
    assert lines[0].x[-1] <= far(p.geometry) + 0.5


@pytest.mark.parametrize("model", ["heisenberg", "xy"])
def test_means_of_a_ring_are_the_exact_lines(model: str) -> None:
    loop = loop_of(200, lattice="chain", L=8, T=0.6, model=model)
    C, S = [], []
    for _ in range(600):
        loop.advance(1)
        plots = loop.frame().plots
        C.append(plots["correlations"][0].y)
        S.append(plots["structure"][0].y)
    exact_C, exact_S = plots["correlations"][-1], plots["structure"][-1]
    assert exact_C.law
    assert exact_S.law
    assert exact_C.x == pytest.approx(np.arange(5))
    for found, exact in ((C, exact_C.y), (S, exact_S.y)):
        mean = np.mean(found, axis=0)
        blocks = np.mean(np.reshape(found, (20, 30, -1)), axis=1)
        error = blocks.std(axis=0) / np.sqrt(19)
        assert (np.abs(mean - exact) <= 4 * error + 1e-5).all()
        assert error.max() < 0.25 * exact.max()


def test_the_plane_of_onsager_has_its_exact_correlations_until_something_is_removed() -> None:
    loop = loop_of(60, model="ising", lattice="square", L=64, T=3.0)
    lines = loop.frame().plots["correlations"]
    assert lines[-1].label == "exact mean, along an axis"
    assert lines[-1].y[1] == pytest.approx(lines[1].y[1], abs=0.05)
    SYSTEM.paint(loop.state, loop.parameters, "vacancy", np.arange(4, dtype=np.int64))
    plot = next(plot for plot in SYSTEM.plots if plot.name == "correlations")
    assert not any(line.law for line in plot.lines(loop.state, loop.parameters))


def test_two_sublattices_that_oppose_are_bright_at_a_corner_and_not_at_zero() -> None:
    ferrimagnet = system_named("ferrimagnet")
    p = ferrimagnet.Parameters.of(shown="reciprocal", mu_A=1.0, mu_B=1.0)
    state = ferrimagnet.initial_state(p, np.random.default_rng(1))
    (sheet,) = [v for v in ferrimagnet.draw(state, p) if isinstance(v, Cells)]
    assert np.linalg.norm(bright(sheet), axis=1).min() > 1
