"""The exchange lattice: files, textures and what they keep."""

from pathlib import Path

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.files.errors import FileError
from spinviz.files.ovf.read import OVF, read_ovf, write_ovf
from spinviz.systems.dynamics.exchange_lattice.state import energies
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
    shown = loop.state.lattice.to_vectors()
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
    assert not loop.state.lattice.vectors[empty].any()
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
    for size, said in ((1.5e-9, False), (2e-8, True)):
        p = system.Parameters.of(dx=size, dy=size, **SMALL)
        caption = system.caption(system.initial_state(p, np.random.default_rng(0)), p)
        assert ("cells too large for walls of 5 nm" in caption) == said


def test_disorder_differs_each_time_and_repeats_with_the_seed() -> None:
    runs = []
    for _ in range(2):
        loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(start="uniform", **SMALL), seed=4)
        loop.apply(Act("disorder"))
        first = loop.state.lattice.to_vectors()
        loop.apply(Act("disorder"))
        assert not np.array_equal(first, loop.state.lattice.to_vectors())
        runs.append(loop.state.lattice.to_vectors())
    assert np.array_equal(*runs)


def test_skyrmion_starts_with_the_chirality_that_lowers_the_dmi_energy() -> None:
    for D in (3e-3, -3e-3):
        loop = Loop(ExchangeLattice(), ExchangeLattice.Parameters.of(D=D))
        assert energies(loop.state, loop.parameters).dmi < 0


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
    loop.state.lattice.vectors[0, :12] *= np.array([1, -1, 1])
    loop.advance(1)
    assert not loop.laws["together"].holds
