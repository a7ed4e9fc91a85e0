"""Ferromagnets of a shape, with vacancies and from images: what is exact of them, what is refused."""

from math import log, pi
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spinviz.engine.loop import Act, Loop
from spinviz.files.errors import FileError
from spinviz.model.parameters import ParameterError
from spinviz.model.visuals import Arrows, Cells
from spinviz.physics.order.rings import chain_bond
from spinviz.systems.order.common.picture import local_energy, local_order
from spinviz.systems.order.ferromagnet.laws import intact
from spinviz.systems.order.ferromagnet.parameters import FerromagnetParameters
from spinviz.systems.order.ferromagnet.state import MagnetState
from spinviz.systems.order.ferromagnet.system import Ferromagnet, sites
from spinviz.systems.sample_shape import mask_of

SYSTEM = Ferromagnet()
SHAPES = ("disc", "ellipse", "bar", "ring", "sphere")


def parameters(**values: object) -> FerromagnetParameters:
    return FerromagnetParameters.of(**values)


def run(sweeps: int, **values: object) -> Loop:
    loop = Loop(SYSTEM, parameters(**values), seed=3)
    loop.advance(sweeps)
    return loop


def vectors(state: MagnetState, p: FerromagnetParameters) -> np.ndarray:
    return p.magnet.vectors(state.spins)


def gone(loop: Loop) -> np.ndarray:
    return ~vectors(loop.state, loop.parameters).any(axis=-1)


@pytest.mark.parametrize(("shape", "area"), [("disc", pi / 4), ("ellipse", pi / 8), ("bar", 0.5), ("ring", 3 * pi / 16),
                                             ("sphere", pi / 4)])  # fmt: skip
@pytest.mark.parametrize("lattice", ["square", "triangular", "honeycomb"])
def test_shapes_are_as_large_as_they_fit(shape: str, area: float, lattice: str) -> None:
    p = parameters(shape=shape, lattice=lattice, L=40)
    g = p.geometry
    assert not any(g.periodic)
    wide, high = (g.sides[axis] * g.cell.vectors[axis][axis] for axis in (0, 1))
    expected = area * wide * wide if shape == "bar" else area * min(wide, high) ** 2
    assert mask_of(g, p).sum() * wide * high / g.count == pytest.approx(expected, rel=0.06)
    assert p.spins == mask_of(g, p).sum() == sites(p)


def test_a_ball_is_pi_over_six_of_its_cube() -> None:
    p = parameters(shape="sphere", L=24)
    assert p.spins / 24**3 == pytest.approx(pi / 6, rel=0.02)


@pytest.mark.parametrize("model", ["heisenberg", "xy", "ising", "potts", "clock"])
@pytest.mark.parametrize("algorithm", ["heat bath", "over-relaxation", "metropolis", "wolff", "llg"])
def test_empty_sites_stay_empty(model: str, algorithm: str) -> None:
    loop = run(1, model=model, algorithm=algorithm, lattice="square", L=12, shape="disc", vacancies=0.2, h=0.2,
               samples=2, start="random", T=0.7)  # fmt: skip
    p = loop.parameters
    inside = mask_of(p.geometry, p)
    before = gone(loop)
    assert before.sum() == loop.state.holes == 144 - p.spins
    assert p.spins == inside.sum() - round(0.2 * inside.sum())
    assert before[~inside].all()
    other = ~p.magnet.vectors(loop.state.others[0]).any(axis=-1)
    assert other.sum() == loop.state.left_out == loop.state.holes
    assert not np.array_equal(other, before), "each sample has vacancies of its own"
    loop.advance(20)
    for action in ("randomize", "order", "vortex"):
        loop.apply(Act(action))
        loop.advance(3)
        assert np.array_equal(gone(loop), before), action
        assert loop.state.holes == before.sum()
    assert not intact(loop.state, p)


@pytest.mark.value_of("abs_m", "energy")
@pytest.mark.parametrize("model", ["heisenberg", "xy", "ising", "potts"])
def test_numbers_are_those_of_the_spins_that_are_there(model: str) -> None:
    loop = run(1, model=model, lattice="honeycomb", L=6, vacancies=0.3, samples=3, T=0.8, h=0.3)
    p, state = loop.parameters, loop.state
    S = vectors(state, p).astype(float)
    seen = loop.observables
    if model == "potts":
        s = state.spins.states()
        alike = sum(np.sum((p.geometry.neighbour(s.astype(float), b) == s[..., b.a]) & (s[..., b.a] > 0))
                    for b in p.geometry.bonds) / 2  # fmt: skip
        energy = -float(alike) - 0.3 * float(np.sum(s == 1))
    else:
        axis = 0 if model == "xy" else 2
        H = np.stack([p.geometry.summed(S[..., k]) for k in range(3)], axis=-1)
        energy = -0.5 * float((S * H).sum()) - 0.3 * float(S[..., axis].sum())
        for spins, order in zip((state.spins, *state.others), state.orders):
            expected = p.magnet.vectors(spins).reshape(-1, 3).sum(axis=0) / p.spins
            np.testing.assert_allclose(order, expected, atol=1e-6)
        assert seen["abs_m"] == pytest.approx(np.linalg.norm(S.sum(axis=(0, 1, 2, 3))) / p.spins, abs=1e-6)
    assert seen["energy"] == pytest.approx(energy / p.spins, abs=1e-5)


@pytest.mark.parametrize("algorithm", ["over-relaxation", "wolff", "metropolis"])
def test_a_ring_that_lacks_a_spin_is_an_open_chain(algorithm: str) -> None:
    """Seven spins with six bonds of <S.S'> = L(J/T)."""
    loop = run(100, lattice="chain", L=8, vacancies=0.125, T=0.5, algorithm=algorithm)
    energies = []
    for _ in range(3000):
        loop.advance(1)
        energies.append(loop.state.energy)
    exact = -6 / 7 * float(chain_bond(0.5))
    blocks = np.mean(np.reshape(energies, (30, 100)), axis=1)
    assert np.mean(blocks) == pytest.approx(exact, abs=4 * blocks.std() / np.sqrt(29))
    assert blocks.std() / np.sqrt(29) < 0.02
    judged = {name for name, law in loop.laws.items() if law.holds}
    assert judged == {"temperature"}, "those of the ring are held back"
    assert loop.laws["temperature"].passed


@pytest.mark.parametrize("shape", SHAPES)
def test_spins_of_every_shape_know_their_temperature(shape: str) -> None:
    loop = run(1200, L=6, shape=shape, T=0.8)
    assert loop.laws["temperature"].holds
    assert loop.laws["temperature"].passed


def winding(loop: Loop) -> int:
    """Turns of the directions around the middle, along the ring's middle radius."""
    p = loop.parameters
    n = p.geometry.sides[0]
    S = vectors(loop.state, p)[0, :, :, 0]
    r = (1 + p.proportion) / 2 * n / 2
    a = np.linspace(0, 2 * pi, 400, endpoint=False)
    x, y = (np.floor(n / 2 + r * f(a)).astype(int) for f in (np.cos, np.sin))
    angle = np.arctan2(S[y, x, 1], S[y, x, 0])
    steps = np.diff(np.append(angle, angle[0]))
    return round(float(np.sum((steps + pi) % (2 * pi) - pi)) / (2 * pi))


def test_a_vortex_is_trapped_in_a_ring() -> None:
    loop = Loop(SYSTEM, preset="trapped", seed=1)
    assert winding(loop) == 1
    loop.advance(300)
    assert winding(loop) == 1
    loop.apply(Act("order"))
    loop.advance(20)
    assert winding(loop) == 0


def test_a_vortex_runs_along_circles_counter_clockwise() -> None:
    p = parameters(model="xy", lattice="square", L=8, start="vortex", periodic=False)
    S = vectors(SYSTEM.initial_state(p, np.random.default_rng(1)), p)
    x, y, _ = np.moveaxis(p.geometry.positions, -1, 0)
    turn = (x * S[..., 1] - y * S[..., 0]) / np.hypot(x, y)
    np.testing.assert_allclose(turn, 1, atol=1e-6)


def test_curves_of_whole_lattices_are_not_drawn_for_parts_of_them() -> None:
    for values in ({"vacancies": 0.25}, {"shape": "disc"}):
        for name, law, plot in (("energy", "ring", {"lattice": "chain"}), ("energy", "plane", {"model": "ising"})):
            whole = run(1, **{"lattice": "square", "L": 8, **plot})
            part = run(1, **{"lattice": "square", "L": 8, **plot, **values})
            assert np.isfinite(whole.frame().curves[name, law][1]).any()
            drawn = part.frame().curves.get((name, law))
            assert drawn is None or np.isnan(drawn[1]).all()


def test_energy_of_a_vortex_in_a_ring_is_pi_log_of_the_radii() -> None:
    """Continuum: J/2 times the integral of 1/r^2 over the ring, pi J ln(R/r)."""
    energies = {}
    for start in ("vortex", "ordered"):
        p = parameters(model="xy", lattice="square", L=120, shape="ring", proportion=0.4, start=start)
        state = SYSTEM.initial_state(p, np.random.default_rng(1))
        energies[start] = state.energy * p.spins
    assert energies["vortex"] - energies["ordered"] == pytest.approx(pi * log(1 / 0.4), rel=0.04)


def image_of(folder: Path, grey: np.ndarray, name: str = "mask.png") -> Path:
    path = folder / name
    Image.fromarray(grey.astype(np.uint8)).save(path)
    return path


def test_a_dropped_image_is_filled_where_it_is_dark_and_stays_in_proportion(tmp_path: Path) -> None:
    grey = np.full((40, 80), 255)
    grey[:20, :40] = 0
    p = SYSTEM.open(image_of(tmp_path, grey))
    mask = mask_of(p.geometry, p)[0, :, :, 0]
    assert p.geometry.sides == (96, 96, 1)
    assert mask.sum() == 48 * 24
    assert mask[48:72, :48].all(), "the upper left quarter of an image half as high as wide"
    loop = Loop(SYSTEM, p, seed=1)
    loop.advance(2)
    assert "square, 96 × 96 cells, 1,152 spins, free edges · mask.png" in loop.frame().caption
    bright = p.change(pixels="bright")
    assert mask_of(bright.geometry, bright).sum() == 96 * 48 - 1152
    assert {".png", ".jpg", ".jpeg", ".bmp"} <= set(SYSTEM.suffixes())


def test_an_image_that_was_drawn_anew_is_read_anew(tmp_path: Path) -> None:
    grey = np.zeros((8, 8))
    p = SYSTEM.open(image_of(tmp_path, grey))
    assert Loop(SYSTEM, p).state.holes == 0
    grey[:4] = 255
    image_of(tmp_path, grey)
    assert Loop(SYSTEM, p).state.holes == 96 * 48


def test_images_without_a_site_and_damaged_ones_are_refused_in_one_line(tmp_path: Path) -> None:
    white = image_of(tmp_path, np.full((9, 9), 255))
    with pytest.raises(FileError, match=r"none of the 9216 sites lies on a dark pixel; .*set pixels = bright") as error:
        SYSTEM.open(white)
    assert "\n" not in str(error.value)
    black = parameters(shape="image", mask=str(image_of(tmp_path, np.zeros((9, 9)))), pixels="bright")
    with pytest.raises(FileError, match="none of the 1000 sites lies on a bright pixel; set pixels = dark"):
        Loop(SYSTEM, black)
    white.write_bytes(white.read_bytes()[:40])
    with pytest.raises(FileError, match=r"mask\.png"):
        Loop(SYSTEM, black)
    with pytest.raises(FileError, match="does not exist"):
        SYSTEM.open(tmp_path / "gone.png")


def test_shapes_and_vacancies_that_leave_nothing_are_refused_with_the_remedy() -> None:
    thin = parameters(shape="ring", proportion=0.95, lattice="square", L=2)
    with pytest.raises(ParameterError, match=r"shape = ring: .* holds none of the 4 sites: choose a larger shape"):
        Loop(SYSTEM, thin)
    few = parameters(shape="disc", lattice="chain", L=2, vacancies=0.9)
    with pytest.raises(ParameterError, match=r"vacancies = 0\.9: .* of 2 sites vacant holds none"):
        Loop(SYSTEM, few)


def test_what_a_shape_makes_idle_says_so_and_without_an_image_nothing_is_lost() -> None:
    assert parameters(shape="disc").unused()["periodic"] == "a shape has free edges"
    assert "periodic" not in parameters().unused()
    assert "proportion" in parameters(shape="disc").unused()
    assert "proportion" not in parameters(shape="bar").unused()
    loop = run(1, shape="image", L=4)
    assert loop.state.holes == 0
    assert any(loop.parameters.geometry.periodic)
    assert "no image is chosen: the whole lattice" in SYSTEM.odd(loop.state, loop.parameters)
    assert np.isnan(parameters(vacancies=0.1).Tc)


def test_nothing_is_drawn_on_empty_sites_and_numbers_of_colours_leave_them_out() -> None:
    loop = run(0, lattice="square", L=5, shape="disc", model="heisenberg", start="ordered")
    p, state = loop.parameters, loop.state
    S, inside = vectors(state, p), mask_of(p.geometry, p)
    arrows = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Arrows))
    assert np.count_nonzero(arrows.directions.any(axis=1)) == p.spins
    assert local_order(p.geometry, S)[inside] == pytest.approx(1)
    assert local_energy(p.geometry, S)[inside] == pytest.approx(-0.5)
    cells = next(v for v in SYSTEM.draw(state, p.change(shown="cells")) if isinstance(v, Cells))
    assert np.array_equal(np.isnan(cells.values).all(axis=-1)[0], ~inside[0, :, :, 0])
