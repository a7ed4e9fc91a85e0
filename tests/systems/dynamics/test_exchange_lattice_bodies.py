"""Bodies of the exchange lattice: materials, a second one, grains, shapes, and Ms of each cell from a file."""

from pathlib import Path

import numpy as np
import pytest

from spinviz.cli.main import main
from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.files.errors import FileError
from spinviz.files.ovf.read import OVF, read_ovf, write_ovf
from spinviz.model.parameters import ParameterError
from spinviz.physics.micromagnetics.materials import MATERIALS
from spinviz.systems.dynamics.common.body import cells_of, inside
from spinviz.systems.dynamics.exchange_lattice.laws import mean_of
from spinviz.systems.dynamics.exchange_lattice.picture import coarse, paint_of
from spinviz.systems.dynamics.exchange_lattice.spring import layers, nucleation
from spinviz.systems.dynamics.exchange_lattice.state import calm, densities, energies, motion_of
from spinviz.systems.dynamics.exchange_lattice.system import ExchangeLattice

SYSTEM = ExchangeLattice()
SMALL = {"nx": 12, "ny": 10, "nz": 2, "dx": 4e-9, "dy": 5e-9, "dz": 3e-9, "start": "random", "B": 0.05, "D": 0.0}


def parameters(**values):
    return SYSTEM.Parameters.of(**{**SMALL, **values})


def begun(p, steps=3):
    loop = Loop(SYSTEM, p, seed=4)
    loop.advance(steps)
    return loop


@pytest.mark.parametrize("name", list(MATERIALS))
def test_a_material_brings_its_constants_and_runs(name):
    p, one = parameters(material=name), MATERIALS[name]
    assert (p.A, p.K1, p.Ms, p.D, p.anisotropy) == (one.A, one.K1, one.Ms, 0.0, one.anisotropy)
    loop = begun(p)
    cells = cells_of(p)
    assert (cells is not None) == (one.anisotropy == "cubic")
    if cells is not None:
        assert (cells.of("Kc") == one.K1).all()
        assert not cells.of("K1").any()
        assert loop.observables["energy"] == pytest.approx(sum(motion_of(p).energies(loop.state.spins).values()), abs=0)
    assert one.title in SYSTEM.caption(loop.state, p)
    assert p.change(A=2e-11).material == "own"
    assert one.title not in SYSTEM.caption(loop.state, p.change(A=2e-11))


def test_iron_relaxes_along_an_edge_of_its_crystal_and_nickel_along_a_diagonal():
    """Without exchange every cell finds an easy axis of its own."""
    for name, largest in (("iron", 1.0), ("nickel", 3**-0.5)):
        p = parameters(material=name, B=0.0).change(A=0.0)
        loop = begun(p, 1)
        loop.apply(Act("relax"))
        assert np.abs(loop.state.m).max(axis=3).mean() == pytest.approx(largest, abs=0.01), name


def test_the_second_material_is_where_it_is_said():
    iron, hard = MATERIALS["iron"], MATERIALS["FePt"]
    for region, where in (
        ("above", np.s_[1:]), ("right", np.s_[:, :, 6:]), ("inside", np.s_[:, 2:8, 2:10]),
    ):  # fmt: skip
        share = 0.5 if region != "inside" else 0.4
        cells = cells_of(parameters(material="iron", second="FePt", region=region, share=share))
        expected = np.full((2, 10, 12), iron.Ms)
        expected[where] = hard.Ms
        assert (cells.of("Ms") == expected).all(), region
        of_hard = expected == hard.Ms
        assert (cells.of("K1") == np.where(of_hard, hard.K1, 0.0)).all()
        assert (cells.of("Kc") == np.where(of_hard, 0.0, iron.K1)).all()
        assert (cells.of("A") == np.where(of_hard, hard.A, iron.A)).all()
    assert "FePt in the middle" in SYSTEM.caption(
        begun(parameters(second="FePt", region="inside"), 1).state, parameters(second="FePt", region="inside")
    )


def test_means_count_moments_and_energies_are_those_of_the_cells():
    p = parameters(second="FePt", region="right", share=0.25, Ms=5e5, stray=True)
    loop = begun(p)
    m = loop.state.m.astype(np.float64)
    Ms = np.full((2, 10, 12), 5e5)
    Ms[:, :, 9:] = MATERIALS["FePt"].Ms
    assert mean_of(loop.state, p) == pytest.approx((Ms[..., None] * m).sum(axis=(0, 1, 2)) / Ms.sum())
    assert loop.observables["mz"] == pytest.approx((Ms * m[..., 2]).sum() / Ms.sum())
    found, whole = densities(loop.state, p), energies(loop.state, p)
    volume = p.dx * p.dy * p.dz
    assert {name: d.sum() * volume for name, d in found.items()} == pytest.approx(whole, rel=1e-6, abs=0)
    assert whole["field"] == pytest.approx(-0.05 * (Ms * m[..., 2]).sum() * volume, rel=1e-6, abs=0)
    field = SYSTEM.field(loop.state, p)
    assert np.linalg.norm(field.values, axis=3) == pytest.approx(Ms, rel=1e-6)
    # All along x: the boundary is charged, as Ms jumps there, by half the jump in either cell beside it.
    loop.state.m[...] = 1.0, 0.0, 0.0
    colours = paint_of(loop.state, p.change(periodic=False, show="cells", coloured="charge")).values[0, 0]
    least, most = 5e5, MATERIALS["FePt"].Ms
    assert colours[8] / colours[11] == pytest.approx((least - most) / 2 / most, rel=1e-5)
    assert colours[9] == pytest.approx(colours[8], rel=1e-5)


def test_grains_have_axes_and_anisotropies_of_their_own():
    p = parameters(material="cobalt", grain=12e-9, scatter=25.0, spread=0.2, coupling=0.3, pattern=7)
    cells = cells_of(p)
    number = cells.grains
    count = number.max() + 1
    assert count == round(48 * 50 / 144)
    for one in range(count):
        there = number == one
        if there.any():
            assert np.ptp(cells.axes[there], axis=0).max() == 0
            assert np.ptp(cells.of("K1")[there]) == 0
    assert (cells.axes[..., 2] >= np.cos(np.radians(25)) - 1e-12).all()
    assert 0.05 < cells.of("K1").std() / 5.2e5 < 0.4
    assert cells.coupling == 0.3
    assert (cells_of(p.change(pattern=8)).grains != number).any()
    assert (cells_of(p).grains == number).all()
    assert "grains of 12 nm" in SYSTEM.caption(begun(p).state, p)
    assert {"scatter", "pattern"}.isdisjoint(p.unused())
    assert {"scatter", "spread", "coupling", "pattern"} <= parameters().unused().keys()


def test_grains_change_while_it_runs():
    loop = begun(parameters(material="cobalt"))
    before = loop.state.m.copy()
    loop.apply(SetParameters(loop.parameters.change(grain=12e-9)))
    assert (loop.state.m == before).all()
    loop.advance(3)
    assert np.isfinite(loop.observables["energy"])


@pytest.mark.parametrize("shape", ["disc", "ring", "ellipse", "bar", "sphere"])
def test_shapes_are_empty_outside_with_free_edges(shape):
    p = parameters(shape=shape, periodic=True, nx=30, ny=24, nz=12 if shape == "sphere" else 2)
    assert p.closed == (False, False, False)
    loop = begun(p)
    there = inside(p)
    assert 0.04 < there.mean() < 0.95
    assert not loop.state.m[~there].any()
    assert loop.state.m[there].any(axis=-1).all()
    assert loop.state.occupied == there.sum()
    assert shape in SYSTEM.caption(loop.state, p)
    loop.apply(Act("disorder"))
    loop.apply(Act("skyrmion"))
    assert not loop.state.m[~there].any()


def test_a_disc_of_oblong_cells_is_round():
    there = inside(parameters(shape="disc", nx=50, ny=40))[0]
    x, y = (np.ptp(np.flatnonzero(there.any(axis=axis))) + 1 for axis in (0, 1))
    assert x * 4e-9 == pytest.approx(y * 5e-9, abs=1.1e-8)
    assert there.sum() * 20e-18 == pytest.approx(np.pi * (100e-9) ** 2, rel=0.03)


def test_an_image_is_a_mask(tmp_path: Path):
    from PIL import Image

    grey = np.full((40, 48), 255, np.uint8)
    grey[10:30, 12:36] = 0
    Image.fromarray(grey).save(tmp_path / "square.png")
    p = parameters(shape="image", mask=str(tmp_path / "square.png"), nx=48, ny=32)
    loop = begun(p)
    there = loop.state.m.any(axis=3)[0]
    # 40 rows over 160 nm, and the frame keeps squares square: 192 nm wide, 24 of 48 columns.
    assert there.sum() == 24 * 16
    assert "square.png" in SYSTEM.caption(loop.state, p)
    opened = SYSTEM.open(tmp_path / "square.png")
    assert (opened.shape, opened.stray, opened.mask) == ("image", True, str(tmp_path / "square.png"))
    assert inside(opened).sum() == pytest.approx(96 * 96 * 0.25 * 5 / 6, rel=0.02)
    grey[:] = 255
    Image.fromarray(grey).save(tmp_path / "white.png")
    with pytest.raises(FileError, match="none of the"):
        SYSTEM.open(tmp_path / "white.png")
    with pytest.raises(FileError, match="none of the"):
        Loop(SYSTEM, parameters(shape="image", mask=str(tmp_path / "white.png")))


def test_a_file_that_leaves_nothing_in_the_shape_is_refused(tmp_path: Path):
    values = np.zeros((1, 20, 20, 3))
    values[0, 0, 0] = 8e5, 0, 0
    write_ovf(tmp_path / "corner.ovf", OVF.from_array(values, (2e-9,) * 3, valueunits=("A/m",) * 3))
    p = SYSTEM.open(tmp_path / "corner.ovf").change(shape="disc")
    with pytest.raises(ParameterError, match=r"nothing of corner\.ovf lies in it"):
        Loop(SYSTEM, p)


def several(path: Path) -> tuple[Path, np.ndarray]:
    """A file of two layers of 800 and 400 kA/m with an empty corner."""
    vectors = np.random.default_rng(3).normal(size=(2, 6, 8, 3))
    Ms = np.array([8e5, 4e5])[:, None, None] * np.ones((2, 6, 8))
    Ms[:, :2, :2] = 0.0
    values = vectors / np.linalg.norm(vectors, axis=3, keepdims=True) * Ms[..., None]
    write_ovf(path, OVF.from_array(values, (4e-9, 4e-9, 2e-9), valueunits=("A/m",) * 3))
    return path, Ms


def test_ms_of_each_cell_of_a_file_moves_and_comes_back(tmp_path: Path):
    path, Ms = several(tmp_path / "two.ovf")
    p = SYSTEM.open(path).change(stray=True, B=0.2)
    loop = Loop(SYSTEM, p)
    assert "of each cell, from 400 kA/m to 800 kA/m" in SYSTEM.caption(loop.state, p)
    assert not calm(loop.state, p)
    before = SYSTEM.field(loop.state, p)
    assert np.array_equal(before.values, read_ovf(path).values)
    loop.advance(5)
    after = SYSTEM.field(loop.state, loop.parameters)
    assert abs(after.values - before.values).max() > 1e3
    assert np.linalg.norm(after.values, axis=3) == pytest.approx(Ms, rel=1e-6)
    # Ms that is set wins: all cells in proportion.
    field = SYSTEM.field(loop.state, loop.parameters.change(Ms=1.6e6))
    assert np.linalg.norm(field.values, axis=3) == pytest.approx(2 * Ms, rel=1e-6)
    cells = cells_of(loop.parameters, loop.state.content)
    assert cells.of("Ms") == pytest.approx(Ms)
    loop.apply(Act("relax"))
    assert np.isfinite(loop.observables["stray_energy"])


def test_a_weaker_cell_turns_faster_in_the_field_of_its_neighbour(tmp_path: Path):
    """Exchange turns Ms m: the weak cell of a pair of 1 to 4 turns four times as fast about their sum."""
    values = np.array([[[[4e5, 0, 0], [0, 0, 1e5]]]])
    write_ovf(tmp_path / "pair.ovf", OVF.from_array(values, (4e-9,) * 3, valueunits=("A/m",) * 3))
    p = SYSTEM.open(tmp_path / "pair.ovf").change(alpha=0.0, K1=0.0, precision="double")
    loop = Loop(SYSTEM, p)
    start = loop.state.m.astype(float).copy()
    loop.advance(1)
    moved = np.linalg.norm(loop.state.m - start, axis=3)[0, 0]
    assert moved[1] / moved[0] == pytest.approx(4, rel=0.02)
    whole = (np.array([4.0, 1.0])[:, None] * loop.state.m[0, 0]).sum(axis=0)
    assert whole == pytest.approx([4, 0, 1], abs=1e-6)


def test_the_spring_is_one_only_as_its_law_says():
    p = SYSTEM.Parameters.of(**SYSTEM.preset("spring").parameters)
    soft, hard = layers(p)
    assert (soft.thickness, hard.thickness) == pytest.approx((40e-9, 40e-9))
    assert (soft.Ms, soft.A, hard.Ms, hard.K) == (8e5, 1.3e-11, 1.4e6, 5.2e5)
    assert 0.03 < nucleation(soft, hard) < 0.05
    for change in (
        {"stray": True}, {"T": 10.0}, {"tilt": 80.0}, {"axis": "z"}, {"grain": 1e-8}, {"share": 0.1},
        {"second": "iron"}, {"shape": "disc"}, {"region": "right"}, {"u": 10.0}, {"turn": 90.0},
    ):  # fmt: skip
        assert layers(p.change(**change)) is None, change


def test_the_mesh_is_judged_by_the_material_that_needs_most():
    p = parameters(material="permalloy", stray=True, dx=4e-9, dy=4e-9)
    assert coarse(p) == ""
    assert "longer than the exchange length of 3.4 nm" in coarse(p.change(second="iron", dx=4e-9))
    assert "too large for walls of 1.2 nm" in coarse(p.change(second="FePt", dx=3e-9, dy=3e-9))


def test_from_the_command_line(tmp_path: Path, capsys):
    out = tmp_path / "m.ovf"
    assert main([
        "run", "exchange_lattice", "--set", "material=iron", "--set", "nx=8", "--set", "ny=8", "--set", "shape=disc",
        "--set", "grain=5 nm", "--set", "start=random", "--duration", "1 fs", "--out", str(out),
    ]) == 0  # fmt: skip
    lengths = np.linalg.norm(read_ovf(out).values, axis=3)
    assert np.unique(np.round(lengths)) == pytest.approx([0, 1.7e6])
