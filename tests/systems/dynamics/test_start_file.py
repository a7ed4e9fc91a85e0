"""OVF files as the start of an exchange lattice: what is taken, what is said, and what is saved again."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spinviz.app.run.openings import open_file
from spinviz.cli import main
from spinviz.cli.starting import parameters_of
from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.files.errors import FileError
from spinviz.files.ovf.read import OVF, read_ovf, write_ovf
from spinviz.systems.dynamics.exchange_lattice.system import ExchangeLattice

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} with the small inputs is absent")
COBALT = {"A": 3e-11, "K1": 5.2e5, "D": 0.0, "B": 0.0, "precision": "double"}
SYSTEM = ExchangeLattice()
MAGNETIZATION: dict[str, Any] = {"valueunits": ("A/m",) * 3, "valuelabels": ("m_x", "m_y", "m_z")}


def written(folder: Path, values: np.ndarray | None = None, name: str = "a.ovf", **records: Any) -> Path:
    """A file of 4 x 3 x 2 cells of 2 x 3 x 4 nm along x at 8e5 A/m, with other records."""
    if values is None:
        values = np.zeros((2, 3, 4, 3))
        values[..., 0] = 8e5
    steps = records.pop("stepsize", (2e-9, 3e-9, 4e-9))
    write_ovf(folder / name, replace(OVF.from_array(values, steps), **(MAGNETIZATION | records)))
    return folder / name


def run_of(path: Path, **values: Any) -> Loop:
    return Loop(SYSTEM, SYSTEM.open(path).change(**values))


def said(loop: Loop) -> tuple[str, ...]:
    """What is said of the file; the caption holds all of it."""
    phrases = SYSTEM.odd(loop.state, loop.parameters)
    assert all(f" · {phrase}" in loop.frame().caption for phrase in phrases)
    return phrases


# The cases.


@cases
def test_a_film_of_spirit_starts_as_it_is() -> None:
    loop = run_of(CASES / "ovf-01-film-zmax-equals-zmin.ovf")
    p = loop.parameters
    assert (p.nx, p.ny, p.nz) == (6, 5, 1)
    assert (p.dx, p.dy, p.dz) == (1e-10, 1e-10, 1e-10)
    assert loop.observables["mz"] == pytest.approx(28 / 30, abs=1e-6)
    assert loop.frame().caption.startswith("6 × 5 × 1 cells of 0.1 nm · from ovf-01")
    assert said(loop) == ("directions only: Mₛ as set",)


@cases
def test_csv_of_spirit_starts_as_it_is() -> None:
    loop = run_of(CASES / "ovf-03-csv-data.ovf")
    assert loop.parameters.mesh == (2, 5, 6)
    assert loop.observables["mz"] == pytest.approx(58 / 60, abs=1e-6)


@cases
@pytest.mark.parametrize("unit", ["m", "nm"])
def test_a_wall_runs_alike_whatever_the_unit_of_its_mesh(unit: str) -> None:
    """In nm it became cubes of 2 nm: my(20 ps) = 0.1563."""
    loop = run_of(CASES / f"ovf-06-wall-mesh-in-{unit}.ovf", **COBALT)
    p = loop.parameters
    assert (p.dx, p.dy, p.dz, p.Ms) == (4e-9, 4e-9, 4e-9, 1.4e6)
    loop.advance_to(20e-12)
    assert loop.time == pytest.approx(20e-12, rel=1e-9)
    assert loop.observables["my"] == pytest.approx(0.0572, abs=5e-5)
    assert said(loop) == ()


@cases
def test_a_field_in_tesla_is_shown_and_said_but_does_not_start() -> None:
    loop = run_of(CASES / "ovf-08-field-in-tesla.ovf")
    assert said(loop) == ("B_demag in T is no magnetization: shown, not moved",)
    shown = loop.frame().visuals[0].directions  # type: ignore[union-attr]
    np.testing.assert_allclose(shown, [np.array([0.2, 0.1, -0.5]) / np.sqrt(0.3)] * 24, atol=1e-6)
    loop.apply(SetParameters(loop.parameters.change(B=1.0)))
    loop.advance(5)
    for action in ("relax", "skyrmion", "disorder"):
        loop.apply(Act(action))
    np.testing.assert_allclose(loop.frame().visuals[0].directions, shown)  # type: ignore[union-attr]
    assert np.isnan(loop.observables["energy"])
    assert np.isnan(loop.observables["charge"])
    assert not any(law.holds for law in loop.laws.values())  # a uniform field precesses about nothing
    assert SYSTEM.field(loop.state, loop.parameters).valueunits == ("T", "T", "T")
    assert loop.parameters.Ms == ExchangeLattice.Parameters.of().Ms


# Units of the mesh.


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("m", 1.0), ("cm", 1e2), ("mm", 1e3), ("um", 1e6), ("µm", 1e6), ("nm", 1e9), ("angstrom", 1e10), ("Å", 1e10)],
)
def test_every_unit_gives_the_same_cells_also_unequal_ones(unit: str, factor: float, tmp_path: Path) -> None:
    steps = tuple(float(f"{size * factor:.12g}") for size in (2e-9, 3e-9, 4e-9))
    path = written(tmp_path, stepsize=steps, meshunit=unit)
    loop = run_of(path)
    p = loop.parameters
    assert (p.dx, p.dy, p.dz) == (2e-9, 3e-9, 4e-9)
    assert "4 × 3 × 2 cells of 2 × 3 × 4 nm" in loop.frame().caption
    assert said(loop) == ()
    # What is saved keeps unit and size, before and after it moved.
    for B in (0.0, 1.0):
        loop.apply(SetParameters(loop.parameters.change(B=B)))
        loop.advance(1)
        field = SYSTEM.field(loop.state, loop.parameters)
        assert (field.meshunit, field.stepsize) == (unit, steps)
        write_ovf(tmp_path / "b.ovf", field)
        again = SYSTEM.open(tmp_path / "b.ovf")
        assert (again.dx, again.dy, again.dz) == (2e-9, 3e-9, 4e-9)
        assert again.Ms == pytest.approx(8e5, rel=1e-6)


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ({"meshunit": "furlong"}, "its meshunit is 'furlong', known are m, cm, mm, um, nm, angstrom, pm; write"),
        ({"meshunit": "furlong", "stepsize": (1, 1, 1)}, "its meshunit is 'furlong'"),
        ({"meshunit": "unspecified", "stepsize": (2, 2, 2)}, "cells of 2 × 2 × 2 without a unit of length; write"),
        ({"meshunit": "mm", "stepsize": (1, 1, 1)}, "dx = 1 mm is out of range"),
        ({"meshunit": "m", "stepsize": (1, 1, 0.5)}, "dx = 1 m is out of range"),
    ],
)
def test_a_mesh_without_a_known_size_is_refused_with_the_remedy(records: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        SYSTEM.open(written(tmp_path, **records))
    line = str(caught.value)
    assert words in line
    assert "meshunit" in line.partition("; ")[2]
    assert line.isprintable()


@pytest.mark.parametrize("unit", ["m", "unspecified"])
def test_unit_cells_get_the_size_that_is_set_and_that_is_said(unit: str, tmp_path: Path) -> None:
    path = written(tmp_path, stepsize=(1, 1, 1), meshunit=unit)
    present = ExchangeLattice.Parameters.of(dx=5e-10, dy=5e-10, dz=7e-10)
    opened = open_file(path, "exchange_lattice", parameters=present)(lambda part: None)
    p = opened.loop.parameters
    assert (p.dx, p.dy, p.dz) == (5e-10, 5e-10, 7e-10)
    assert said(opened.loop) == ("unit cells of the size set",)
    assert opened.note == "a.ovf: unit cells of the size set"
    assert "cells of 0.5 × 0.5 × 0.7 nm" in opened.loop.frame().caption
    opened.loop.apply(SetParameters(p.change(B=1.0)))
    opened.loop.advance(1)
    field = SYSTEM.field(opened.loop.state, opened.loop.parameters)
    assert (field.meshunit, field.stepsize) == ("m", (5e-10, 5e-10, 7e-10))


def test_small_cells_without_a_unit_are_metres_and_that_is_said(tmp_path: Path) -> None:
    loop = run_of(written(tmp_path, meshunit="unspecified"))
    assert (loop.parameters.dx, loop.parameters.dz) == (2e-9, 4e-9)
    assert said(loop) == ("cell size taken as metres",)


# Values.


def vectors(*lengths: float) -> np.ndarray:
    """One row of cells along x whose vectors have these lengths, along different directions."""
    values = np.zeros((1, 1, len(lengths), 3))
    for i, length in enumerate(lengths):
        values[0, 0, i, i % 3] = length
    return values


UNSET = ExchangeLattice.Parameters.of().Ms


@pytest.mark.parametrize(
    ("lengths", "unit", "Ms", "phrases"),
    [
        ((8e5, 8e5, 8e5), "A/m", 8e5, ()),
        ((8e5, 8e5, 0), "A/m", 8e5, ()),
        ((800, 800, 800), "kA/m", 8e5, ()),
        ((0.8, 0.8, 0.8), "MA/m", 8e5, ()),
        ((1, 1, 1), "MA/m", 1e6, ()),
        ((1e7, 1e7, 1e7), "A/m", 1e7, ()),
        ((1.25663706144, 1.25663706144, 1.25663706144), "T", 1e6, ()),
        ((1256.63706144, 1256.63706144, 1256.63706144), "mT", 1e6, ()),
        ((800, 800, 800), "emu/cm3", 8e5, ()),
        ((1, 1, 1), "A/m", UNSET, ("directions only of length 1 in A/m: Mₛ as set",)),
        ((1, 1, 1), "1", UNSET, ("directions only: Mₛ as set",)),
        ((1, 1, 1), "none", UNSET, ("directions only: Mₛ as set",)),
        ((1, 0.5, 1), "1", UNSET, ("directions only: Mₛ as set, lengths 0.5 to 1 are not kept",)),
        ((50, 50, 50), "A/m", UNSET, ("Mₛ = 50 A/m is out of range: Mₛ as set",)),
        ((8e5, 2e5, 8e5), "A/m", 8e5, ("Mₛ of each cell, from 200 kA/m to 800 kA/m",)),
        ((9.27e-24, 9.27e-24, 9.27e-24), "J/T", UNSET, ("directions only: Mₛ as set",)),
    ],
)
def test_saturation_is_taken_or_stays_and_that_is_said(lengths, unit, Ms, phrases, tmp_path: Path) -> None:
    """A normalized field labelled A/m was refused as too weak, and one of two materials lost one without a word."""
    loop = run_of(written(tmp_path, vectors(*lengths), valueunits=(unit,) * 3))
    assert loop.parameters.Ms == pytest.approx(Ms, rel=1e-9)
    assert said(loop) == phrases
    expected = vectors(*(float(length > 0) for length in lengths))
    np.testing.assert_allclose(loop.state.m.copy(), expected, atol=1e-7)


def test_saturation_that_stays_is_the_one_of_the_present(tmp_path: Path) -> None:
    path = written(tmp_path, vectors(1, 1, 1))
    present = ExchangeLattice.Parameters.of(Ms=1.1e6, A=3e-12, nx=7)
    p = open_file(path, "exchange_lattice", parameters=present)(lambda part: None).loop.parameters
    assert (p.Ms, p.A, p.mesh) == (1.1e6, 3e-12, (1, 1, 3))


@pytest.mark.parametrize(
    ("name", "unit", "labels", "title", "held"),
    [
        ("a.ovf", "T", ("B_ext_x", "B_ext_y", "B_ext_z"), "", "B_ext in T"),
        ("a.ovf", "A/m", ("H_x", "H_y", "H_z"), "", "H in A/m"),
        ("a.ovf", "A/m", ("Oxs_Demag::Field_x", "b", "c"), "", "Oxs_Demag::Field in A/m"),
        ("a.ohf", "A/m", ("value_x", "value_y", "value_z"), "", "value in A/m"),
        ("a.ovf", "T", ("torque_x", "torque_y", "torque_z"), "", "torque in T"),
        ("a.ovf", "m/s", ("velocity_x", "velocity_y", "velocity_z"), "", "velocity in m/s"),
        ("a.ovf", "T", (), "", "value in T"),
        ("a.ohf", "A/m", ("m_x", "m_y", "m_z"), "", ""),
        ("a.ovf", "A/m", ("Magnetization_x", "b", "c"), "", ""),
        ("a.ovf", "mT", ("Magnetization_x", "b", "c"), "", ""),
        ("a.ovf", "none", ("spin_x_component", "b", "c"), "", ""),
        ("a.ovf", "A/m", ("value_x", "value_y", "value_z"), "hysteresis B = 5 mT", ""),
    ],
)
def test_what_is_no_magnetization_is_told_by_unit_label_and_ending(
    name, unit, labels, title, held, tmp_path: Path
) -> None:
    path = written(tmp_path, 1e6 * vectors(1, 1), name, valueunits=(unit,) * 3, valuelabels=labels, title=title)
    loop = run_of(path)
    assert loop.state.held == bool(held)
    if held:
        assert said(loop)[0] == f"{held} is no magnetization: shown, not moved"


def test_long_names_of_strangers_stay_short_on_screen(tmp_path: Path) -> None:
    labels = ("B" + "_" * 6000 + "\x1b[31m_x", "b", "c")
    loop = run_of(written(tmp_path, vectors(1, 1), valueunits=("T" * 500,) * 3, valuelabels=labels))
    assert len(loop.frame().caption) < 160
    assert loop.frame().caption.isprintable()


def test_several_fields_are_said(tmp_path: Path) -> None:
    written(tmp_path, vectors(8e5, 8e5))
    write_ovf(tmp_path / "t.ovf", read_ovf(tmp_path / "a.ovf"), representation="text")
    text = (tmp_path / "t.ovf").read_bytes()
    two = text.replace(b"count: 1", b"count: 2") + text[text.index(b"# Begin: Segment") :]
    (tmp_path / "two.ovf").write_bytes(two)
    assert said(run_of(tmp_path / "two.ovf")) == ("the first of 2 fields in the file",)


# The mesh that is set, and saving.


def test_a_mesh_that_is_not_the_one_of_the_file_is_said(tmp_path: Path) -> None:
    loop = run_of(written(tmp_path), nx=2)
    assert said(loop) == ("nearest of its 4 × 3 × 2 cells",)
    loop.apply(SetParameters(loop.parameters.change(nx=4, dx=1e-9)))
    assert said(loop) == ("its cells are 2 × 3 × 4 nm",)


@pytest.mark.parametrize("action", ["relax", "disorder"])
def test_what_an_action_changed_at_the_start_is_saved(action: str, tmp_path: Path) -> None:
    """As long as no time had passed the file's own values were saved, whatever had been done to them."""
    path = written(tmp_path, directions(8e5))
    loop = run_of(path)
    np.testing.assert_array_equal(SYSTEM.field(loop.state, loop.parameters).values, read_ovf(path).values)
    loop.apply(Act(action))
    field = SYSTEM.field(loop.state, loop.parameters)
    np.testing.assert_allclose(field.values, 8e5 * loop.state.m.copy(), rtol=1e-6)
    assert np.abs(field.values - read_ovf(path).values).max() > 1e5


def test_another_saturation_is_saved(tmp_path: Path) -> None:
    loop = run_of(written(tmp_path), Ms=4e5)
    assert SYSTEM.field(loop.state, loop.parameters).magnitude().max() == pytest.approx(4e5)


def test_a_run_can_be_saved_when_its_file_is_gone(tmp_path: Path) -> None:
    path = written(tmp_path, directions(8e5))
    loop = run_of(path)
    loop.advance(2)
    path.unlink()
    field = SYSTEM.field(loop.state, loop.parameters)
    assert (field.stepsize, field.meshunit) == ((2e-9, 3e-9, 4e-9), "m")
    assert loop.frame().caption


def directions(length: float) -> np.ndarray:
    m = np.random.default_rng(2).standard_normal((2, 3, 4, 3))
    return length * m / np.linalg.norm(m, axis=3, keepdims=True)


# The command line.


def test_a_preset_does_not_win_over_a_file_that_has_the_default_values(tmp_path: Path) -> None:
    """What a file set to a default value was lost to the preset: 48 cells of 2 nm became 96."""
    values = np.zeros((1, 48, 48, 3))
    values[..., 2] = 5.8e5
    path = written(tmp_path, values, stepsize=(2e-9, 2e-9, 1e-9))
    p = parameters_of(SYSTEM, "spin_wave", [str(path)], [])
    assert p.mesh == (1, 48, 48)
    assert (p.dz, p.Ms, p.A) == (1e-9, 5.8e5, 1.3e-11)


def test_the_command_line_says_how_a_file_was_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, vectors(1, 1, 1))
    arguments = ["run", "exchange_lattice", "--input", str(path), "--duration", "0", "--out", str(tmp_path / "b.ovf")]
    assert main(arguments) == 0
    assert capsys.readouterr().err == "spinviz: a.ovf: directions only of length 1 in A/m: Mₛ as set\n"
