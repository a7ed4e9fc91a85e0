"""The film of files: what is measured in each of them, what is shown and said, and files that change or break."""

import os
import tracemalloc
from dataclasses import replace
from math import nan
from pathlib import Path

import numpy as np
import pytest

from spinviz.engine.loop import Loop, StepFailed
from spinviz.files.errors import FileError
from spinviz.files.ovf.read import OVF, read_ovf, write_ovf
from spinviz.model.visuals import Arrows, Cells
from spinviz.physics.lattice import textures
from spinviz.systems.dynamics.ovf_series import film
from spinviz.systems.dynamics.ovf_series.system import OVFSeries

SYSTEM = OVFSeries()
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "ovf"
CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"{REAL} with the real OVF files is absent")
cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} with the small inputs is absent")


def write(path: Path, values: np.ndarray, time: float | None = None, step=2e-9, **records) -> Path:
    desc = () if time is None else (f"Total simulation time:  {time}  s",)
    records = {"desc": desc, "title": "m", "valuelabels": ("m_x", "m_y", "m_z"), "valueunits": ("A/m",) * 3} | records
    write_ovf(path, replace(OVF.from_array(values, (step, step, step)), **records))
    return path


def towards(x: float, y: float, z: float, shape=(1, 3, 4)) -> np.ndarray:
    return np.full((*shape, 3), (x, y, z), np.float64)


def run_of(*paths: Path) -> Loop:
    return Loop(SYSTEM, SYSTEM.open_series(paths))


def observed(loop: Loop) -> list[dict[str, float]]:
    rows = [dict(loop.observables)]
    while not SYSTEM.ended(loop.state, loop.parameters):
        loop.advance(1)
        rows.append(dict(loop.observables))
    return rows


@pytest.mark.value_of("mx", "my", "mz", "order", "t", "number")
def test_each_step_measures_the_next_file(tmp_path: Path) -> None:
    write(tmp_path / "a.ovf", towards(0, 0, -5e5), 3e-10)
    write(tmp_path / "b.ovf", towards(3e5, 0, 4e5), 1e-10)
    write(tmp_path / "c.ovf", towards(0, 8e5, 0), 2e-10)
    loop = run_of(tmp_path)
    assert SYSTEM.end(loop.parameters) == 2
    expected = [(1e-10, 0.6, 0.0, 0.8), (2e-10, 0.0, 1.0, 0.0), (3e-10, 0.0, 0.0, -1.0)]
    for number, (row, (t, x, y, z)) in enumerate(zip(observed(loop), expected, strict=True), 1):
        assert (row["t"], row["number"]) == (t, number)
        assert (row["mx"], row["my"], row["mz"]) == pytest.approx((x, y, z), abs=1e-12)
        assert row["order"] == pytest.approx(1.0, abs=1e-12)
    loop.advance(3)
    assert loop.observables["number"] == 3, "the last file stays"


def test_the_mean_weighs_each_cell_by_its_moment(tmp_path: Path) -> None:
    """3 cells of 2e5 A/m along x and one of 6e5 along -z; one without material counts nothing."""
    values = np.zeros((1, 1, 5, 3))
    values[0, 0, :3, 0], values[0, 0, 3, 2] = 2e5, -6e5
    seen = run_of(write(tmp_path / "a.ovf", values)).observables
    assert (seen["mx"], seen["my"], seen["mz"]) == pytest.approx((0.5, 0.0, -0.5))
    assert seen["order"] == pytest.approx(np.sqrt(0.5))


def test_the_mean_is_never_longer_than_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    for number in range(5):
        write(tmp_path / f"{number}.ovf", rng.normal(size=(2, 4, 4, 3)) * rng.uniform(1, 1e6, (2, 4, 4, 1)))
    assert all(0 <= row["order"] <= 1 for row in observed(run_of(tmp_path)))


@pytest.mark.value_of("charge")
def test_the_charge_is_that_of_skyrmions_and_their_number(tmp_path: Path) -> None:
    """A core down in an up background has Q = -1; turned over it has +1, two of them have two."""
    one = textures.skyrmion((1, 40, 40), 8.0, 1.5)
    write(tmp_path / "a.ovf", one)
    write(tmp_path / "b.ovf", -one)
    assert [row["charge"] for row in observed(run_of(tmp_path))] == pytest.approx([-1.0, 1.0], abs=1e-6)
    two = write(tmp_path / "c.ovf", np.concatenate([one, one], axis=2))
    assert run_of(two).observables["charge"] == pytest.approx(-2.0, abs=1e-6)


def test_what_is_no_plane_has_no_charge(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ovf", towards(0, 0, 1, (2, 5, 5)))
    loop = run_of(path)
    assert np.isnan(loop.observables["charge"])
    assert [plot.name for plot in SYSTEM.plots if plot.tells(loop.parameters)] == ["mean", "distribution"]


def test_with_times_the_plots_are_over_time_and_else_over_files(tmp_path: Path) -> None:
    for number, time in enumerate((1e-9, 4e-9, 2e-9)):
        write(tmp_path / f"{number}.ovf", towards(0, 0, 1 - 2 * (number % 2)), time)
    loop = run_of(tmp_path)
    assert set(loop.frame().plots) == {"mean_over_time", "charge_over_time"}
    loop.advance(1)
    lines = loop.frame().plots["mean_over_time"]
    assert [line.label for line in lines] == ["⟨m_x⟩", "⟨m_y⟩", "⟨m_z⟩"]
    assert lines[2].x.tolist() == [1e-9, 2e-9]
    assert lines[2].y.tolist() == [1.0, 1.0]
    loop.advance(1)
    assert loop.frame().plots["mean_over_time"][2].y.tolist() == [1.0, 1.0, -1.0]


def test_a_table_of_the_program_that_made_the_files_is_compared_by_name(tmp_path: Path) -> None:
    plots = {plot.name: plot.compares() for plot in SYSTEM.plots}
    assert plots["mean_over_time"] == ("", ("mx", "my", "mz"))
    assert plots["charge_over_time"] == ("", ("charge",))
    loop = run_of(write(tmp_path / "a.ovf", towards(0, 0, 1), 0.0))
    lines = loop.frame().plots["mean_over_time"]
    assert [line.y[0] for line in lines] == [loop.observables[name] for name in plots["mean_over_time"][1]]


def test_the_picture_and_its_words_are_of_the_file(tmp_path: Path) -> None:
    write(tmp_path / "m9.ovf", towards(0, 0, 1), step=4e-9)
    write(tmp_path / "m10.ovf", towards(1, 0, 0), step=4e-9)
    loop = run_of(tmp_path)
    (arrows,) = loop.frame().visuals
    assert isinstance(arrows, Arrows)
    assert np.array_equal(arrows.directions, np.tile([0, 0, 1], (12, 1)))
    loop.advance(1)
    frame = loop.frame()
    assert np.array_equal(frame.visuals[0].directions, np.tile([1, 0, 0], (12, 1)))
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert frame.caption == (
        f"m10.ovf · 2 of 2 · 4 × 3 × 1 cells of 4 nm · 2 files of {size / 1e3:.3g} kB in the order of their names, no "
        "simulated time is given"
    )
    assert (frame.stage.unit, frame.stage.unit_length) == ("m", 4e-9)


def test_cells_that_are_no_cubes_are_drawn_as_they_are(tmp_path: Path) -> None:
    """4 × 3 × 2 cells of 2 × 4 × 1 nm, in edges along x: 4 × 6 × 1, a plane, seen from above."""
    field = OVF.from_array(towards(0, 0, 1, (2, 3, 4)), (2e-9, 4e-9, 1e-9))
    write_ovf(tmp_path / "a.ovf", field)
    frame = run_of(tmp_path / "a.ovf").frame()
    positions = frame.visuals[0].positions
    assert (positions.max(axis=0) - positions.min(axis=0)).tolist() == [3.0, 4.0, 0.5]
    assert (frame.stage.low, frame.stage.high) == ((-2.0, -3.0, -0.5), (2.0, 3.0, 0.5))
    assert frame.stage.elevation == 42.0
    write(tmp_path / "cube.ovf", towards(0, 0, 1, (4, 4, 4)))
    assert run_of(tmp_path / "cube.ovf").frame().stage.elevation == 24.0


def test_vectors_of_any_size_have_directions(tmp_path: Path) -> None:
    for number, size in enumerate((1e-300, 1e300)):
        write(tmp_path / f"{number}.ovf", size * towards(0.6, 0, 0.8))
    for row in observed(run_of(tmp_path)):
        assert (row["mx"], row["mz"], row["order"]) == pytest.approx((0.6, 0.8, 1.0))


def test_a_large_plane_is_coloured(tmp_path: Path) -> None:
    loop = run_of(write(tmp_path / "a.ovf", towards(0, 1, 0, (1, 60, 60)), 0.0))
    cells, arrows = loop.frame().visuals
    assert isinstance(cells, Cells)
    assert isinstance(arrows, Arrows)
    assert loop.frame().caption.startswith("a.ovf · 1 of 1 · t = 0 s · 60 × 60 × 1 cells of 2 nm · 1 file of ")
    assert loop.frame().caption.endswith(" · one arrow for 2 × 2 cells")


def test_the_field_is_that_of_the_file(tmp_path: Path) -> None:
    write(tmp_path / "a.ovf", towards(0, 0, 3e5), 1e-9)
    write(tmp_path / "b.ovf", towards(0, 7e5, 0), 2e-9)
    loop = run_of(tmp_path)
    loop.advance(1)
    field = SYSTEM.field(loop.state, loop.parameters)
    assert np.array_equal(field.values, read_ovf(tmp_path / "b.ovf").values)
    assert field.simulation_time == 2e-9


def test_a_step_back_is_the_file_before(tmp_path: Path) -> None:
    for number in range(6):
        write(tmp_path / f"{number}.ovf", towards(0, np.sin(number), np.cos(number)), number * 1e-9)
    loop = run_of(tmp_path)
    rows = observed(loop)
    for step in (2, 5, 0, 3):
        loop.seek(step)
        assert loop.observables == rows[step]
        assert loop.frame().plots["mean_over_time"][2].y == pytest.approx(np.cos(np.arange(step + 1)))


def test_rewinding_finds_files_that_came_meanwhile(tmp_path: Path) -> None:
    """A run whose files are still being written."""
    write(tmp_path / "0.ovf", towards(0, 0, 1))
    loop = run_of(tmp_path)
    write(tmp_path / "1.ovf", towards(0, 1, 0))
    loop.advance(3)
    assert loop.observables["number"] == 1
    loop.rewind()
    loop.advance(3)
    assert loop.observables["number"] == 2


def test_a_file_that_breaks_on_the_way_stops_the_film_with_its_name(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.ovf", towards(0, 0, 1))
    broken = towards(0, 0, 1)
    broken[0, 1, 2, 0] = nan
    write(tmp_path / "1.ovf", broken)
    loop = run_of(tmp_path)
    with pytest.raises(StepFailed, match=r"1\.ovf: component 0 of cell \(x, y, z\) = \(2, 1, 0\) is nan") as failed:
        loop.advance(1)
    assert "\n" not in str(failed.value)
    assert loop.observables["number"] == 1


def test_a_file_written_again_since_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    for number in range(2):
        write(tmp_path / f"{number}.ovf", towards(0, 0, 1))
    loop = run_of(tmp_path)
    os.utime(write(tmp_path / "1.ovf", towards(0, 0, 1, (1, 9, 9))), ns=(5, 5))
    with pytest.raises(StepFailed, match=r"1\.ovf: it was written again since the series was opened"):
        loop.advance(1)


def test_a_field_is_shown_by_its_directions_and_said(tmp_path: Path) -> None:
    labels = {"valuelabels": ("B_demag_x", "B_demag_y", "B_demag_z"), "valueunits": ("T",) * 3}
    write(tmp_path / "0.ovf", np.zeros((1, 3, 4, 3)), **labels)
    write(tmp_path / "1.ovf", towards(0, -0.2, 0), **labels)
    loop = run_of(tmp_path)
    assert SYSTEM.odd(loop.state, loop.parameters)[1] == ("B_demag in T is no magnetization: its directions are shown")
    assert loop.observables["order"] == 0
    loop.advance(1)
    assert loop.observables["my"] == pytest.approx(-1.0)


def test_cells_of_no_sensible_shape_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ovf"
    values = OVF.from_array(towards(0, 0, 1), (1e-9, 1e-3, 1e-9))
    write_ovf(path, values)
    with pytest.raises(FileError, match="edges of a ratio above 10000"):
        SYSTEM.open(path)


def test_frames_are_kept_up_to_a_limit_and_read_as_they_are_shown(tmp_path: Path) -> None:
    """40 files of 64 × 64 × 4 cells: 197 kB a frame; at 1 MB of frames all 40 take less than 3 MB at once."""
    for number in range(40):
        write(tmp_path / f"{number}.ovf", towards(0, 0, 1, (4, 64, 64)).astype(np.float32))
    frames = film._Frames(10**6)
    series = film.read_series(str(tmp_path))
    frames.frame(series.heads[0])  # what is made once
    tracemalloc.start()
    for head in series.heads:
        frames.frame(head)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(frames._frames) == 5
    assert peak < 5e6
    one = frames.frame(series.heads[-1])
    assert frames.frame(series.heads[-1]) is one


def test_numbers_that_were_read_once_are_known_without_the_file(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.ovf", towards(0, 0, 1))
    series = film.read_series(str(tmp_path))
    frames = film._Frames(1)
    first = [frames.numbers(head) for head in series.heads]
    for path in tmp_path.iterdir():
        path.unlink()
    assert [frames.numbers(head) for head in series.heads] == first


def test_the_small_film_oscillates_and_keeps_its_charge() -> None:
    """Its radius is 8 cells + 2 cos: the area that points down sets ⟨m_z⟩ = 1 - 2 π R²/N within the wall's width."""
    rows = observed(Loop(SYSTEM))
    assert len(rows) == 61
    assert rows[30]["t"] == pytest.approx(150e-12)
    assert [row["charge"] for row in rows] == pytest.approx([-1.0] * 61, abs=1e-6)
    for step, radius in ((0, 10), (15, 6), (30, 10)):
        assert rows[step]["mz"] == pytest.approx(1 - 2 * np.pi * radius**2 / 48**2, abs=0.01)


@real
def test_real_files_of_one_run_are_one_film() -> None:
    """Two of OOMMF's hold the same state, in text and in binary 8."""
    loop = run_of(REAL / "oommf-ovf2-bin8.omf", REAL / "oommf-ovf2-txt.omf")
    rows = observed(loop)
    keys = ("mx", "my", "mz", "order")
    assert [rows[0][key] for key in keys] == pytest.approx([rows[1][key] for key in keys], abs=1e-12)
    assert "in the order of their names, no simulated time is given" in loop.frame().caption


@real
def test_a_real_skyrmion_has_its_charge() -> None:
    """Its file is of an open disc, whose canted rim takes something of the whole: -0.9 ± 0.1."""
    assert abs(run_of(REAL / "skyrmion.omf").observables["charge"]) == pytest.approx(0.9, abs=0.1)


@cases
def test_a_film_of_spirit_is_one_file() -> None:
    loop = run_of(CASES / "ovf-01-film-zmax-equals-zmin.ovf")
    assert loop.observables["mz"] == pytest.approx(28 / 30, abs=1e-12)


def test_the_whole_film_can_be_scrubbed_before_it_was_played() -> None:
    played, loop = Loop(OVFSeries()), Loop(OVFSeries())
    assert (loop.reach, loop.frame().reach, loop.last_step) == (60, 60, 0)
    played.advance(40)
    loop.seek(40)
    assert loop.state.number == 40
    assert loop.frame().last_step == 40
    assert loop.reach == played.reach == 60
    np.testing.assert_array_equal(loop.state.seen, played.state.seen, "what plots show of the files between")
    loop.seek(7)
    assert (loop.state.number, loop.last_step, loop.reach) == (7, 40, 60)
    loop.seek(999)
    assert (loop.state.number, loop.step) == (60, 60)
    loop.seek(-3)
    assert loop.state.number == 0
