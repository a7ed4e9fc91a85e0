"""Many OVF files from the command line: a table, a film, and one line for what cannot be shown."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from spinviz.app.start import opening_of
from spinviz.cli import main, opening
from spinviz.cli.exporting import _look
from spinviz.cli.parser import arguments
from spinviz.engine.loop import Loop
from spinviz.engine.replay import session_of
from spinviz.export import job
from spinviz.files.ovf.read import OVF, read_ovf, write_ovf
from spinviz.files.session import save_session
from spinviz.systems import system_named

COUNT = 5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files whose m_z is a fifth of their number, in which the numbers of the names run against the time."""
    made = tmp_path / "run"
    made.mkdir()
    for n in range(COUNT):
        values = np.zeros((1, 4, 4, 3))
        values[..., 2], values[..., 0] = n / COUNT, np.sqrt(1 - (n / COUNT) ** 2)
        labels = {"title": "m", "valuelabels": ("m_x", "m_y", "m_z"), "valueunits": ("1",) * 3}
        desc = (f"Total simulation time:  {n * 1e-12}  s",)
        write_ovf(made / f"m{COUNT - n}.ovf", replace(OVF.from_array(values, (2e-9,) * 3), desc=desc, **labels))
    return made


def table(path: Path) -> dict[str, list[float]]:
    with open(path, newline="") as stream:
        header, *rows = csv.reader(stream)
    return {name: [float(row[n]) for row in rows] for n, name in enumerate(header)}


@pytest.mark.parametrize("system", ["exchange_lattice", "ovf_series"])
def test_a_table_has_a_row_for_each_file(folder: Path, tmp_path: Path, capsys, system: str) -> None:
    out = tmp_path / "m.csv"
    assert main(["run", system, "--input", str(folder / "*.ovf"), "--out", str(out)]) == 0
    rows = table(out)
    assert rows["time [file]"] == list(range(COUNT))
    assert rows["t [s]"] == pytest.approx([n * 1e-12 for n in range(COUNT)])
    assert rows["mz"] == pytest.approx([n / COUNT for n in range(COUNT)])
    said = capsys.readouterr().err.splitlines()
    switched = [] if system == "ovf_series" else [
        "spinviz: exchange_lattice starts from one file, so ovf_series shows all of them"
    ]  # fmt: skip
    assert said[:-1] == switched
    assert said[-1].startswith(f"spinviz: *.ovf: {COUNT} files of ")
    assert said[-1].endswith(" in the order of their simulated time")


@pytest.mark.parametrize("as_given", ["folder", "several", "unquoted"])
def test_a_folder_and_several_files_are_a_series_too(folder: Path, tmp_path: Path, capsys, as_given: str) -> None:
    out = tmp_path / "m.csv"
    named = [folder] if as_given == "folder" else sorted(folder.iterdir())[1:3]
    inputs = [word for path in named for word in ("--input", str(path))]
    if as_given == "unquoted":
        inputs = ["--input", *map(str, named)]
    assert main(["run", "exchange_lattice", *inputs, "--out", str(out)]) == 0
    assert len(table(out)["mz"]) == (COUNT if as_given == "folder" else 2)


def test_one_file_starts_the_lattice_as_before(folder: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "end.ovf"
    arguments = ["--input", str(folder / "m1.ovf"), "--duration", "1e-13", "--out", str(out)]
    assert main(["run", "exchange_lattice", *arguments]) == 0
    assert "ovf_series" not in capsys.readouterr().err


def test_a_system_may_still_be_named_behind_its_input(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.csv"
    assert main(["run", "--input", str(folder / "m1.ovf"), "ovf_series", "--out", str(out)]) == 0
    assert len(table(out)["mz"]) == 1


def test_the_last_field_is_written_as_it_is_in_its_file(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "end.ovf"
    assert main(["run", "ovf_series", "--input", str(folder), "--out", str(out)]) == 0
    assert np.array_equal(read_ovf(out).values, read_ovf(folder / "m1.ovf").values)


@pytest.mark.parametrize("words", [["exchange_lattice", "--input", "{}/*.ovf"], ["{}"], ["{}/m*.ovf"]])
def test_a_film_shows_every_file_as_long(folder: Path, tmp_path: Path, monkeypatch, words: list[str]) -> None:
    """Five files at one a second: five seconds, the last file as long as the others."""
    seen = {}

    def export(loop, wanted, report) -> None:
        steps = [int(loop.steps_until(time)) for time in wanted.plan.times()]
        seen.update({n: steps.count(n) for n in set(steps)})

    monkeypatch.setattr(job, "export", export)
    out = tmp_path / "film.mp4"
    assert main(["export", *(word.format(folder) for word in words), "--out", str(out)]) == 0
    assert seen == dict.fromkeys(range(COUNT), 30)


def test_a_session_of_a_film_shows_it_whole(folder: Path, tmp_path: Path) -> None:
    system = system_named("ovf_series")
    loop = Loop(system, system.open(folder))
    loop.advance(2)
    path = tmp_path / "film.spinviz"
    save_session(path, session_of(loop, 2.0, "dark", {}))
    look = _look(arguments(["export", str(path), "--out", "film.mp4"]))
    assert (look.speed, look.length) == (2.0, COUNT / 2)
    look.loop.advance_to(100.0)
    assert look.loop.observables["mz"] == pytest.approx((COUNT - 1) / COUNT)


def test_the_window_opens_a_pattern_and_refuses_one_that_names_nothing(folder: Path, capsys, monkeypatch) -> None:
    opened = opening_of(str(folder / "*.ovf"), "", 1)(lambda part, task="": None)
    assert opened.loop.system.name == "ovf_series"
    assert opened.path == folder
    monkeypatch.setattr(opening, "has_display", lambda: False)
    for pattern, why in (("m*.ovf", "no display for the window"), ("x*.ovf", "no file that matches ends in .ovf")):
        assert main([str(folder / pattern)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert why in line


@pytest.mark.parametrize("write", [["run", "--out", "m.csv"], ["export", "--out", "film.mp4"]])
def test_what_cannot_be_shown_is_one_line(folder: Path, tmp_path: Path, capsys, write: list[str]) -> None:
    command, flag, name = write
    bad = folder / "m3.ovf"
    for content, pattern, why in (
        (None, "x*.ovf", "no file that matches ends in .ovf"),
        (b"", "*.ovf", "m3.ovf: the file is empty (0 bytes)"),
        (b"# OOMMF OVF 2.0\n# Segment count: 0\n", "*.ovf", "m3.ovf: "),
    ):
        if content is not None:
            bad.write_bytes(content)
        arguments = ["--input", str(folder / pattern), flag, str(tmp_path / name)]
        assert main([command, "exchange_lattice", *arguments]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert why in line
        assert not (tmp_path / name).exists()


def test_files_before_one_that_breaks_are_in_the_table(folder: Path, tmp_path: Path, capsys) -> None:
    values = np.full((1, 4, 4, 3), np.nan)
    bad = read_ovf(folder / "m3.ovf")
    write_ovf(folder / "m3.ovf", replace(bad, values=values))
    out = tmp_path / "m.csv"
    assert main(["run", "ovf_series", "--input", str(folder), "--out", str(out)]) != 0
    assert len(table(out)["mz"]) == 2
    assert "m3.ovf: component 0 of cell (x, y, z) = (0, 0, 0) is nan" in capsys.readouterr().err
