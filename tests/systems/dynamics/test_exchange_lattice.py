"""The exchange lattice: numbers and picture, files, textures and what they keep."""

from pathlib import Path

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.files.errors import FileError
from spinviz.files.ovf.read import OVF, read_ovf, write_ovf
from spinviz.model.visuals import Arrows
from spinviz.physics.lattice.terms.dmi import DMI
from spinviz.systems.dynamics.exchange_lattice.laws import free_time, mean_of
from spinviz.systems.dynamics.exchange_lattice.state import BY_TERM, energies, motion_of
from spinviz.systems.dynamics.exchange_lattice.system import ExchangeLattice

OVF_FILES = sorted((Path(__file__).parents[4] / "shared/data/ovf").glob("*.o*f"))
SMALL = {"nx": 24, "ny": 24}


@pytest.mark.skipif(not OVF_FILES, reason="../shared/data/ovf is absent")
@pytest.mark.parametrize("path", OVF_FILES, ids=lambda path: path.name)
def test_real_files_open_run_and_come_back_unchanged(path: Path, tmp_path: Path) -> None:
    system = ExchangeLattice()
    loop = Loop(system, system.open(path))
    original = read_ovf(path)
    write_ovf(tmp_path / "again.ovf", system.field(loop.state, loop.parameters))
    assert np.array_equal(read_ovf(tmp_path / "again.ovf").values, original.values)
    shown = loop.state.m.copy()
    assert np.allclose(shown, original.unit_vectors(), atol=1e-6)
    loop.advance(2)
    assert np.isfinite(loop.observables["energy"])


def test_file_of_two_numbers_per_cell_is_refused_in_one_line(tmp_path: Path) -> None:
    write_ovf(tmp_path / "two.ovf", OVF.from_array(np.ones((1, 2, 2, 2)), (1e-9, 1e-9, 1e-9)))
    with pytest.raises(FileError, match="2 numbers per cell"):
        ExchangeLattice().open(tmp_path / "two.ovf")


def test_file_larger_than_the_limit_names_the_limit(tmp_path: Path) -> None:
    write_ovf(tmp_path / "long.ovf", OVF.from_array(np.ones((1, 1, 2000, 3)), (1e-9, 1e-9, 1e-9)))
    with pytest.raises(FileError, match="1024"):
        ExchangeLattice().open(tmp_path / "long.ovf")


def test_empty_cells_stay_empty_and_are_not_drawn(tmp_path: Path) -> None:
    values = np.zeros((1, 8, 8, 3))
    values[0, 2:6, 2:6, 0] = 8e5
    write_ovf(tmp_path / "square.ovf", OVF.from_array(values, (2e-9, 2e-9, 2e-9), valueunits=("A/m",) * 3))
    system = ExchangeLattice()
    p = system.open(tmp_path / "square.ovf").change(show="cells")
    assert p.Ms == pytest.approx(8e5)
    loop = Loop(system, p)
    loop.apply(SetParameters(p.change(B=1.0)))
    loop.advance(20)
    empty = ~values.any(axis=3)
    assert not loop.state.m[empty].any()
    assert np.isnan(loop.frame().visuals[0].values[empty]).all()  # type: ignore[union-attr]


def test_energy_falls_without_noise_and_field_change() -> None:
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(start="random", D=0.0, **SMALL))
    loop.advance(60)
    energy = loop.samples.history().observables["energy"]
    assert np.all(np.diff(energy) < 0)


def test_writing_a_skyrmion_changes_the_charge_by_one() -> None:
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(start="uniform", angle=0.0))
    assert loop.observables["charge"] == pytest.approx(0.0, abs=1e-9)
    loop.apply(Act("skyrmion"))
    assert abs(loop.observables["charge"]) == pytest.approx(1.0, abs=1e-6)
    loop.apply(Act("relax"))
    assert abs(loop.observables["charge"]) == pytest.approx(1.0, abs=1e-6)


def test_wall_starts_and_stays_as_wide_as_the_law() -> None:
    loop = Loop(ExchangeLattice(), preset="domain_wall")
    loop.advance(30)
    # Cobalt on cells of 2 nm: sqrt(A/K) = 7.5955 nm and 15.799 mJ/m2, less r^2/8 and r^2/24 of the mesh.
    assert loop.observables["width"] == pytest.approx(7.5955e-9 * (1 - 0.00867), rel=2e-3)
    assert loop.observables["wall_energy"] == pytest.approx(15.799e-3 * (1 - 0.00289), rel=2e-4)
    loop.apply(Act("skyrmion"))
    loop.advance(1)
    assert not loop.laws["wall_width"].holds
    assert not loop.laws["wall_energy"].holds


def test_changed_wall_is_compared_only_when_it_is_at_rest() -> None:
    loop = Loop(ExchangeLattice(), preset="domain_wall")
    loop.advance(5)
    loop.apply(SetParameters(loop.parameters.change(K1=8e5, alpha=0.5)))
    loop.advance(3)
    assert not loop.laws["wall_width"].holds
    loop.advance_to(loop.time + 2e-10)
    assert loop.laws["wall_width"].holds
    assert loop.laws["wall_width"].passed


def test_wave_follows_its_law_at_any_amplitude_and_no_law_is_claimed_for_disorder() -> None:
    preset = dict(ExchangeLattice().preset("spin_wave").parameters)
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(**{**preset, "K1": 1e5, "alpha": 0.02, "ny": 2}))
    loop.advance_to(8e-11)
    assert loop.laws["dispersion"].deviation < 2e-3
    loop.apply(Act("disorder"))
    loop.advance(2)
    assert not loop.laws["dispersion"].holds


def test_energy_is_kept_without_damping() -> None:
    p = ExchangeLattice.Parameters.of(start="random", alpha=0.0, D=0.0, nx=16, ny=16, precision="double")
    loop = Loop(ExchangeLattice(), p)
    start = loop.observables["energy"]
    loop.advance_to(1e-11)
    # Heun's method adds the fourth power of a step's rotation: steps of 0.1 rad would add 1e-4.
    assert loop.observables["energy"] == pytest.approx(start, rel=2e-5)


def test_cells_larger_than_the_walls_are_said() -> None:
    system = ExchangeLattice()
    for size, D, said in (
        (1.6e-9, 0.0, ""), (1.7e-9, 0.0, "coarse"), (4.9e-9, 0.0, "coarse"), (2e-8, 0.0, "too large"),
        (1e-9, 3e-3, ""), (1.05e-9, 3e-3, "coarse"),
    ):  # fmt: skip
        p = system.Parameters.of(dx=size, dy=size, D=D, **SMALL)
        caption = system.caption(system.initial_state(p, np.random.default_rng(0)), p)
        assert caption.endswith(f" · {said} for walls of 5 nm" if said else "nm · no stray field")


def test_disorder_differs_each_time_and_repeats_with_the_seed() -> None:
    runs = []
    for _ in range(2):
        loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(start="uniform", **SMALL), seed=4)
        loop.apply(Act("disorder"))
        first = loop.state.m.copy()
        loop.apply(Act("disorder"))
        assert not np.array_equal(first, loop.state.m.copy())
        runs.append(loop.state.m.copy())
    assert np.array_equal(*runs)


def test_skyrmion_starts_with_the_chirality_that_lowers_the_dmi_energy() -> None:
    for D in (3e-3, -3e-3):
        loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(D=D))
        assert energies(loop.state, loop.parameters)[DMI.name] < 0


def test_precession_is_resolved_where_no_exchange_shortens_the_steps() -> None:
    preset = dict(ExchangeLattice().preset("uniform").parameters)
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(**{**preset, "A": 0.0, "nx": 4, "ny": 4, "nz": 1}))
    loop.advance_to(1e-10)
    assert loop.laws["together"].holds
    assert loop.laws["together"].deviation < 1e-3


def test_uniform_law_is_not_claimed_once_the_moments_have_fallen_apart() -> None:
    p = ExchangeLattice.Parameters.of(start="uniform", angle=20.0, D=0.0, **SMALL)
    loop = Loop(ExchangeLattice(), p)
    loop.advance(2)
    assert loop.laws["together"].holds
    loop.state.m[0, :12] *= np.array([1, -1, 1])
    loop.advance(1)
    assert not loop.laws["together"].holds


def lattice_of(m: np.ndarray, **values: object):
    """A state that holds the unit vectors ``m`` (nz, ny, nx, 3), and its parameters."""
    nz, ny, nx, _ = m.shape
    system, p = ExchangeLattice(), ExchangeLattice.Parameters.of(nx=nx, ny=ny, nz=nz, start="uniform", **values)
    state = system.initial_state(p, np.random.default_rng(0))
    state.m[:] = m
    return state, p


def directions(shape: tuple[int, int, int], seed: int = 1) -> np.ndarray:
    """Any directions (nz, ny, nx, 3), rather along (1, 2, 3)."""
    m = np.random.default_rng(seed).standard_normal((*shape, 3)) + np.array([0.5, 1.0, 1.5])
    return m / np.linalg.norm(m, axis=3, keepdims=True)


CONSTANTS = {
    "exchange": {"A": 1.3e-11, "D": 0.0, "K1": 0.0, "B": 0.0},
    "anisotropy": {"A": 0.0, "D": 0.0, "K1": 3e5, "B": 0.0, "axis": "y"},
    "field": {"A": 0.0, "D": 0.0, "K1": 0.0, "B": -0.7, "tilt": 30.0},
    "dmi": {"A": 0.0, "D": 2e-3, "K1": 0.0, "B": 0.0},
    "all": {"A": 1.3e-11, "D": -2e-3, "K1": -3e5, "B": 0.7, "tilt": 60.0},
}


@pytest.mark.value_of("energy")
@pytest.mark.parametrize("shape", [(1, 6, 8), (3, 4, 6)])
@pytest.mark.parametrize("term", CONSTANTS)
def test_energy_is_the_integral_that_the_equation_on_screen_adds_up(term: str, shape: tuple[int, int, int]) -> None:
    Ms, cell = 6e5, (2e-9, 1.5e-9, 1e-9)
    values = CONSTANTS[term]
    m = directions(shape)
    state, p = lattice_of(m, precision="double", Ms=Ms, dx=cell[0], dy=cell[1], dz=cell[2], **values)
    dV, E = np.prod(cell), 0.0
    if A := values["A"]:
        for axis, d in ((2, cell[0]), (1, cell[1])):  # periodic
            E += A * np.sum((np.roll(m, -1, axis) - m) ** 2) / d**2 * dV
        E += A * np.sum(np.diff(m, axis=0) ** 2) / cell[2] ** 2 * dV
    axis = {"x": 0, "y": 1, "z": 2}[values.get("axis", "z")]
    E -= values["K1"] * np.sum(m[..., axis] ** 2) * dV
    psi = np.radians(values.get("tilt", 0.0))
    E -= Ms * values["B"] * np.sum(m @ [np.sin(psi), 0.0, np.cos(psi)]) * dV
    dx, dy = ((np.roll(m, -1, axis) - np.roll(m, 1, axis)) / (2 * d) for axis, d in ((2, cell[0]), (1, cell[1])))
    mx, my, mz = np.moveaxis(m, 3, 0)
    E += values["D"] * np.sum(mz * (dx[..., 0] + dy[..., 1]) - mx * dx[..., 2] - my * dy[..., 2]) * dV
    assert ExchangeLattice().observe(state, p)["energy"] == pytest.approx(
        E, rel=1e-10, abs=0
    )  # 1e-18 J: nothing is small
    assert ExchangeLattice().observable("energy").unit == "J"


def test_equation_on_screen_names_every_term_with_its_factors() -> None:
    """Each pair once, exchange from the uniform state: what the observable *energy* is."""
    assert ExchangeLattice.equation.replace(" ", "") == (
        r"E=\sum_{\langleij\rangle}\frac{2AV}{d_{ij}^2}\left(1-\mathbf{m}_i\cdot\mathbf{m}_j\right)"
        r"+\sum_{\langleij\rangle}\frac{DV}{d_{ij}}\left(\mathbf{\hatz}\times\mathbf{\hatr}_{ij}\right)"
        r"\cdot\left(\mathbf{m}_i\times\mathbf{m}_j\right)"
        r"-K_1V\sum_i\left(\mathbf{m}_i\cdot\mathbf{u}\right)^2-M_sV\sum_i\mathbf{B}\cdot\mathbf{m}_i"
        r"\[+E_s],\\langleij\rangle\\mathrm{each\pair\once}"
    )


@pytest.mark.value_of("energy")
def test_energy_of_vacancies_beside_a_periodic_edge() -> None:
    """Bonds across the edge were not counted: a uniform film with a hole had an exchange energy."""
    m = np.zeros((1, 4, 5, 3))
    m[..., 2] = 1.0
    m[0, 1, 2] = 0.0
    state, p = lattice_of(m, K1=0.0, B=0.0, D=0.0)
    assert ExchangeLattice().observe(state, p)["energy"] == pytest.approx(0.0, abs=1e-30)


@pytest.mark.value_of("energy")
def test_energy_of_a_uniform_film_and_of_one_with_open_ends() -> None:
    m = np.zeros((1, 4, 5, 3))
    m[..., 2] = 1.0
    state, p = lattice_of(m, A=2e-11, K1=4e5, B=0.3, Ms=8e5, dx=2e-9, dy=2e-9, dz=1e-9, periodic=False)
    # (4e5 + 8e5 0.3) J/m3 over 20 cells of 4e-27 m3; exchange and DMI are nothing in the middle.
    assert ExchangeLattice().observe(state, p)["energy"] == pytest.approx(-6.4e5 * 20 * 4e-27, rel=1e-6, abs=0)
    m[:, :, 3:, 2] = -1.0
    state, p = lattice_of(m, A=2e-11, K1=0.0, B=0.0, D=0.0, dx=2e-9, dy=2e-9, dz=1e-9, periodic=False)
    # Four broken bonds, each of which costs A |dm|^2 dy dz/dx with dm = 2.
    assert ExchangeLattice().observe(state, p)["energy"] == pytest.approx(4 * 2e-11 * 4 * 1e-9, rel=1e-6, abs=0)


STRAY = {
    "stray": True, "periodic": False, "D": 0.0, "K1": 0.0, "A": 1.3e-11, "Ms": 8e5, "nx": 20, "ny": 10, "nz": 2,
    "dx": 4e-9, "dy": 4e-9, "dz": 3e-9, "B": 0.02, "tilt": 60.0, "turn": 30.0, "start": "random",
}  # fmt: skip


@pytest.mark.value_of("stray_energy", "exchange_energy", "energy")
def test_energies_are_those_of_the_fields() -> None:
    """E = -1/2 sum of Ms V m.B: exchange and stray field by the gradient of their own energies."""
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(**STRAY, precision="double"), seed=4)
    m, p, seen = loop.state.m.copy(), loop.parameters, loop.observables
    motion = motion_of(p)
    stray = np.moveaxis(motion.stray_field(loop.state.spins), 0, -1)
    assert seen["stray_energy"] == pytest.approx(-p.moment / 2 * (m * stray).sum(), rel=1e-12, abs=0)
    E = 0.0
    for axis, d in ((2, p.dx), (1, p.dy), (0, p.dz)):
        E += p.A * np.sum(np.diff(m, axis=axis) ** 2) / d**2 * p.dx * p.dy * p.dz
    assert seen["exchange_energy"] == pytest.approx(E, rel=1e-12, abs=0)
    zeeman = -p.moment * (m @ np.array(p.field)).sum()
    assert seen["energy"] == pytest.approx(E + zeeman + seen["stray_energy"], rel=1e-9, abs=0)
    assert p.field == pytest.approx((0.02 * 0.75, 0.02 * np.sqrt(3) / 4, 0.01))
    off = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(**(STRAY | {"stray": False})), seed=4).observables
    assert np.isnan(off["stray_energy"])
    assert off["exchange_energy"] == pytest.approx(seen["exchange_energy"], rel=1e-5, abs=0)


@pytest.mark.value_of("anisotropy_energy", "field_energy", "dmi_energy")
def test_energies_of_the_other_terms() -> None:
    """By their densities: -K1 m_z^2, -Ms m.B, and the differences of D [mz div m - (m.grad) mz]."""
    values = STRAY | {"K1": 3e5, "D": 2e-3, "precision": "double"}
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(**values), seed=4)
    m, p, seen = loop.state.m.copy(), loop.parameters, loop.observables
    volume = p.dx * p.dy * p.dz
    assert seen["anisotropy_energy"] == pytest.approx(-3e5 * volume * (m[..., 2] ** 2).sum(), rel=1e-12, abs=0)
    assert seen["field_energy"] == pytest.approx(-p.moment * (m @ np.array(p.field)).sum(), rel=1e-12, abs=0)
    x, y, z = np.moveaxis(m, -1, 0)
    along = (z[:, :, :-1] * x[:, :, 1:] - x[:, :, :-1] * z[:, :, 1:]).sum() / p.dx
    across = (z[:, :-1] * y[:, 1:] - y[:, :-1] * z[:, 1:]).sum() / p.dy
    assert seen["dmi_energy"] == pytest.approx(2e-3 * volume * (along + across), rel=1e-12, abs=0)
    parts = [seen[name] for name in BY_TERM]
    assert seen["energy"] == pytest.approx(sum(parts), rel=1e-12, abs=0)
    none = ExchangeLattice.Parameters.of(**(values | {"K1": 0.0, "D": 0.0, "B": 0.0}))
    off = Loop(ExchangeLattice(), none, seed=4).observables
    assert np.isnan([off["anisotropy_energy"], off["field_energy"], off["dmi_energy"]]).all()
    cubic = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(**(values | {"anisotropy": "cubic"})), seed=4)
    a, b, c = np.moveaxis(cubic.state.m.astype(float) ** 2, -1, 0)
    expected = 3e5 * volume * (a * b + b * c + c * a).sum()
    assert cubic.observables["anisotropy_energy"] == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.value_of("mx", "my", "mz")
def test_means_are_over_the_cells_with_material() -> None:
    m = np.zeros((1, 2, 2, 3))
    m[0, 0] = [[1, 0, 0], [0, -1, 0]]
    m[0, 1, 0] = [0, -0.6, 0.8]
    seen = ExchangeLattice().observe(*lattice_of(m))
    assert [seen[name] for name in ("mx", "my", "mz")] == pytest.approx([1 / 3, -1.6 / 3, 0.8 / 3], rel=1e-6)


@pytest.mark.value_of("my")
@pytest.mark.parametrize("sign", [1, -1])
def test_moments_of_electrons_precess_counterclockwise_about_the_field(sign: int) -> None:
    """28.025 GHz/T, seen against the field, in the numbers and in the arrows that are drawn."""
    values = dict(ExchangeLattice().preset("uniform").parameters) | {"alpha": 0.0, "B": 0.5 * sign, "nx": 4, "ny": 4}
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(**values))
    eighth = 0.125 / (28.024951e9 * 0.5)
    loop.advance_to(eighth)
    elapsed = loop.time / eighth / 8
    assert elapsed == pytest.approx(0.125, abs=0.004)  # whole steps
    assert loop.observables["my"] == pytest.approx(sign * np.sin(np.pi / 3) * np.sin(2 * np.pi * elapsed), rel=1e-3)
    assert loop.observables["mz"] == pytest.approx(0.5, abs=1e-5)
    drawn = loop.frame().visuals[0].directions  # type: ignore[union-attr]
    np.testing.assert_allclose(np.degrees(np.arctan2(drawn[:, 1], drawn[:, 0])), sign * 360 * elapsed, atol=0.1)


def test_a_spin_wave_turns_counterclockwise_and_runs_towards_negative_x() -> None:
    """m+ = exp(i(kx + wt)): all moments turn as one alone does, and a crest moves to where the phase was ahead."""
    values = dict(ExchangeLattice().preset("spin_wave").parameters) | {"ny": 2, "alpha": 0.0}
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(**values))
    phases = []
    for _ in range(2):
        m = loop.state.m[0, 0].astype(float)
        phases.append(np.arctan2(m[:, 1], m[:, 0]))
        np.testing.assert_allclose(np.diff(np.unwrap(phases[-1])), 2 * np.pi * 3 / 96, atol=1e-3)
        loop.advance_to(1e-11)
    # Herring and Kittel at k = 3 waves over 192 nm: gamma (B + 2 A k^2/Ms) = 28.025 GHz/T times 0.3 + 0.3132 T.
    k = 2 * np.pi * 3 / 192e-9
    turns = 28.024951e9 * (0.3 + 2 * 1.3e-11 * k**2 / 8e5) * loop.time
    turned = np.angle(np.exp(1j * (phases[1] - phases[0])))
    # Of the mesh the wave keeps 1 - (k dx)^2/12 of its exchange; its own amplitude takes 0.05^2/2.
    np.testing.assert_allclose(turned, 2 * np.pi * turns, rtol=5e-3)


@pytest.mark.value_of("charge")
@pytest.mark.parametrize(("D", "core"), [(3e-3, -1), (-3e-3, -1)])
def test_charge_is_the_integral_of_the_winding(D: float, core: int) -> None:
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(D=D, nx=64, ny=64))
    m = loop.state.m[0].astype(float)
    assert m[32, 32, 2] < -0.9  # down in the middle of up
    east, north = np.gradient(m, axis=1), np.gradient(m, axis=0)
    winding = np.sum(m * np.cross(east, north)) / (4 * np.pi)
    # Central differences over walls of five cells.
    assert winding == pytest.approx(core, abs=0.05)
    assert loop.observables["charge"] == pytest.approx(core, abs=1e-6)
    loop.state.m[:] *= -1
    assert ExchangeLattice().observe(loop.state, loop.parameters)["charge"] == pytest.approx(-core, abs=1e-6)
    # The wall points away from the core for D > 0.
    right = m[32, 48] if abs(m[32, 48, 2]) < 0.9 else m[32, 47]
    assert np.sign(right[0]) == np.sign(D)


@pytest.mark.parametrize("show", ["arrows", "cells"])
@pytest.mark.parametrize("nz", [1, 3])
def test_picture_is_in_the_scale_of_its_bar_and_every_vector_in_its_place(show: str, nz: int) -> None:
    m = directions((nz, 4, 6))
    state, p = lattice_of(m, dx=3e-9, dy=6e-9, dz=1.5e-9, show=show)
    system = ExchangeLattice()
    stage, (visual,) = system.stage(p), system.draw(state, p)
    assert stage.unit == "m"
    z, y, x = (axis.ravel() for axis in np.meshgrid(*(np.arange(n) for n in (nz, 4, 6)), indexing="ij"))
    # In metres, about the middle of the mesh.
    places = np.column_stack([(x - 2.5) * 3e-9, (y - 1.5) * 6e-9, (z - (nz - 1) / 2) * 1.5e-9])
    if show == "arrows":
        assert visual.pivot == "middle"
        np.testing.assert_allclose(visual.positions * stage.unit_length, places, atol=1e-15)
        np.testing.assert_allclose(visual.directions, m.reshape(-1, 3), atol=1e-6)
    else:
        corner, spacing = np.array(visual.origin), np.array(visual.spacing)
        np.testing.assert_allclose(spacing * stage.unit_length, [3e-9, 6e-9, 1.5e-9])
        middles = (corner + (np.column_stack([x, y, z]) + 0.5) * spacing) * stage.unit_length
        np.testing.assert_allclose(middles[:, :2], places[:, :2], atol=1e-15)
        if nz > 1:
            np.testing.assert_allclose(middles[:, 2], places[:, 2], atol=1e-15)
        np.testing.assert_allclose(visual.values, m, atol=1e-6)
    np.testing.assert_allclose(np.array(stage.high)[:2] * stage.unit_length, [9e-9, 12e-9])
    np.testing.assert_allclose(np.array(stage.low)[:2] * stage.unit_length, [-9e-9, -12e-9])


def test_few_arrows_on_a_large_plane_stand_on_their_own_cells() -> None:
    m = directions((1, 60, 100))
    state, p = lattice_of(m)
    system = ExchangeLattice()
    cells, arrows = system.draw(state, p)
    place = np.rint((arrows.positions[:, :2] - np.array(cells.origin[:2])) / np.array(cells.spacing[:2]) - 0.5).astype(
        int
    )
    np.testing.assert_allclose(arrows.directions, m[0, place[:, 1], place[:, 0]], atol=1e-6)
    assert "one arrow for 3 × 3 cells" in system.caption(state, p)
    assert np.all(np.diff(np.unique(place[:, 0])) == 3)
    assert len(arrows.positions) == 20 * 33
    assert cells.colormap == system.stage(p).legend == "direction"


def test_arrows_of_a_large_volume_stand_on_their_own_cells() -> None:
    m = directions((5, 130, 140))
    state, p = lattice_of(m)
    system = ExchangeLattice()
    (arrows,) = system.draw(state, p)
    assert "one arrow for 2 × 2 × 2 cells" in system.caption(state, p)
    assert len(arrows.positions) == 2 * 65 * 70
    spacing = np.array([1.0, p.dy / p.dx, p.dz / p.dx])
    x, y, z = np.rint(arrows.positions / spacing + (np.array([140, 130, 5]) - 1) / 2).astype(int).T
    np.testing.assert_allclose(arrows.directions, m[z, y, x], atol=1e-6)
    assert arrows.sites is not None
    assert np.array_equal(arrows.sites, np.stack([x, y, z], axis=1) + 1)
    every = p.change(show="arrows")
    assert len(system.draw(state, every)[0].positions) == p.cells
    assert "one arrow" not in system.caption(state, every)


def test_actions_do_what_they_say() -> None:
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(start="uniform", angle=0.0, B=0.1, D=0.0, alpha=0.0))
    loop.apply(Act("skyrmion"))
    m = loop.state.m[0].astype(float)
    assert m[24, 24, 2] < -0.9
    np.testing.assert_array_equal(m[:6, :, 2], 1.0)
    # An eighth of the side is the radius at which m_z = 0: 6 of 48 cells.
    row = m[23, 24:, 2]
    assert np.interp(0.0, row[:12], np.arange(12) + 0.5) == pytest.approx(6.0, abs=0.5)
    loop.apply(Act("reverse"))
    assert loop.parameters.B == -0.1
    loop.apply(Act("disorder"))
    # 2304 directions: a component of their mean scatters by 1/sqrt(3 N) = 0.012.
    assert max(abs(loop.observables[name]) for name in ("mx", "my", "mz")) < 4 * 0.012
    energy, time = loop.observables["energy"], loop.time
    loop.apply(Act("relax"))
    assert loop.observables["energy"] < 0.2 * energy
    assert loop.time == time


def test_caption_gives_mesh_and_cell_size() -> None:
    frame = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(nx=24, ny=12, nz=2, dx=2e-9, D=0.0)).frame()
    assert frame.caption == "24 × 12 × 2 cells of 2 × 2 × 1 nm · no stray field · coarse for walls of 5 nm"


def test_histogram_is_of_the_component_along_z() -> None:
    m = directions((1, 3, 4))
    state, p = lattice_of(m)
    histogram = next(plot for plot in ExchangeLattice.plots if plot.name == "distribution")
    np.testing.assert_allclose(histogram.values(state, p), m[..., 2].ravel(), atol=1e-6)


def test_saved_field_is_in_amperes_per_metre_on_its_mesh() -> None:
    m = directions((1, 3, 4))
    field = ExchangeLattice().field(*lattice_of(m, Ms=7e5, dx=3e-9, dy=2e-9, dz=1e-9))
    np.testing.assert_allclose(field.values, 7e5 * m, rtol=1e-5)
    assert field.stepsize == pytest.approx((3e-9, 2e-9, 1e-9), abs=0)


@pytest.mark.parametrize("axis", ["z", "x"])
def test_a_moment_in_the_anisotropy_field_alone_precesses_about_the_easy_axis(axis: str) -> None:
    """Its field is 2 K1/Ms times the component along the axis."""
    K1, Ms, angle = 4e5, 8e5, np.radians(40.0)
    along, across = {"z": (2, (0, 1)), "x": (0, (1, 2))}[axis]
    m = np.zeros((1, 2, 2, 3))
    m[..., along], m[..., across[0]] = np.cos(angle), np.sin(angle)
    state, p = lattice_of(m, B=0.0, D=0.0, K1=K1, Ms=Ms, axis=axis, alpha=0.0, precision="double")
    system, t = ExchangeLattice(), 2e-12
    for _ in range(20):
        system.step(state, p, t / 20)
    mean = mean_of(state)
    expected = 2 * np.pi * 28.024951e9 * 2 * K1 / Ms * np.cos(angle) * t
    assert np.arctan2(mean[across[1]], mean[across[0]]) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(("preset", "law"), [("uniform", "together"), ("spin_wave", "dispersion")])
@pytest.mark.parametrize("alpha", [0.0, 0.03])
def test_closed_forms_follow_the_sense_of_a_reversed_field(preset: str, law: str, alpha: float) -> None:
    """The cosine of a phase that began at zero is the same for both senses; from any other phase it is not."""
    if law == "together" and alpha == 0:
        pytest.skip("the law speaks of damped motion")
    values = dict(ExchangeLattice().preset(preset).parameters) | {"alpha": alpha, "ny": 2, "K1": 0.0}
    p = ExchangeLattice.Parameters.of(**values)
    if law == "dispersion":
        p = p.change(A=3e-12, B=0.8)
    loop = Loop(ExchangeLattice(), p)
    loop.advance_to(6e-12)
    loop.apply(SetParameters(p.change(B=1.3 * p.B)))
    loop.advance_to(2.2e-11)
    now = loop.laws[law]
    assert now.holds
    assert now.passed, now


def test_free_cells_forget_their_direction_in_the_time_of_brown() -> None:
    values = {"A": 0.0, "D": 0.0, "K1": 0.0, "B": 0.0, "T": 300.0, "start": "uniform", "angle": 0.0}
    p = ExchangeLattice.Parameters.of(**values, Ms=5.8e5, nx=64, ny=64)
    # (1 + alpha^2) mu/(2 alpha gamma kT) with alpha = 0.1, mu = 5.8e5 A/m times 4e-27 m3, kT = 4.141947e-21 J.
    expected = 1.01 * 5.8e5 * 4e-27 / (2 * 0.1 * 1.76085963e11 * 4.141947e-21)
    assert free_time(p) == pytest.approx(expected, rel=1e-6, abs=0)
    loop = Loop(ExchangeLattice(), p, seed=3)
    loop.advance_to(0.5 * expected)
    # <m_z> = exp(-t/tau); a component of 4096 moments scatters by less than 1/sqrt(3 N) = 0.009.
    assert loop.observables["mz"] == pytest.approx(np.exp(-loop.time / expected), abs=4 * 0.009)


def test_the_caption_gives_all_edges_of_cells_that_are_no_cubes() -> None:
    for values, told in (({"dx": 2e-9, "dy": 2e-9, "dz": 1e-9}, "2 × 2 × 1 nm"), ({"dz": 2e-9}, "cells of 2 nm")):
        p = ExchangeLattice.Parameters.of(**values)
        assert told in Loop(ExchangeLattice(), p, memory=1).frame().caption


@pytest.mark.parametrize(("nx", "waves"), [(8, 3), (12, 5), (9, 3)])
def test_short_waves_are_allowed_the_error_of_the_steps_and_no_more(nx: int, waves: int) -> None:
    """Heun's steps turn too fast by a sixth of the squared rotation, which short waves show within some turns."""
    system = ExchangeLattice()
    values = {**system.preset("spin_wave").parameters, "nx": nx, "ny": 1, "waves": waves, "precision": "double"}
    loop = Loop(system, system.Parameters.of(**values))
    parts = []
    for k in range(1, 9):
        loop.advance_to(k * 5e-12)
        law = loop.laws["dispersion"]
        assert law.holds
        assert law.passed
        parts.append(law.deviation / law.tolerance)
    assert max(parts) > 0.1, "the bound is of use"


def test_a_spin_wave_correlates_with_its_wavelength() -> None:
    """m = (a cos kx, a sin kx, m_z): C(r) = 1 - a^2 (1 - cos k r) along x, and 1 along y."""
    loop = Loop(ExchangeLattice(), preset="spin_wave")
    p = loop.parameters
    along_x, along_y = loop.frame().plots["correlations"]
    r = np.arange(p.nx // 2 + 1)
    assert along_x.x == pytest.approx(r * p.dx)
    assert along_x.y == pytest.approx(1 - 0.05**2 * (1 - np.cos(2 * np.pi * p.waves * r / p.nx)), abs=1e-5)
    assert along_y.y == pytest.approx(np.ones(p.ny // 2 + 1), abs=1e-5)


@pytest.mark.parametrize("mesh", [{"nx": 8, "ny": 6}, {"nx": 100, "ny": 60}, {"nx": 5, "ny": 4, "nz": 3}])
def test_a_site_is_told_by_its_coordinates(mesh: dict[str, int]) -> None:
    """A picked moment was called an arrow, with a number that says nothing."""
    loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(**mesh))
    arrows = next(v for v in loop.frame().visuals if isinstance(v, Arrows))
    m, p = loop.state.m, loop.parameters
    assert arrows.one == "site"
    for index in (0, 1, len(arrows.positions) - 1):
        x, y, z = (*arrows.sites[index], 1)[:3]
        assert m[z - 1, y - 1, x - 1] == pytest.approx(arrows.directions[index], abs=1e-6)
        middle = (np.array([x, y, z]) - 0.5 - np.array([p.nx, p.ny, p.nz]) / 2) * np.array(
            [1, p.dy / p.dx, p.dz / p.dx]
        )
        assert arrows.positions[index] == pytest.approx(middle, abs=1e-4)
