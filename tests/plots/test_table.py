"""Copied and saved numbers are those of the history, bit for bit."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from plots.fake_systems import Decay, Electrons, Lattice, yang
from spinviz.engine.loop import Loop
from spinviz.files.errors import FileError
from spinviz.plots.kinds import table
from spinviz.plots.spectrum import lines_of
from spinviz.plots.table import law_columns, save, text
from spinviz.plots.transform import half_width
from spinviz.systems import systems


def test_trace_table_is_the_history() -> None:
    system = Decay()
    frame = system.frame()
    header, rows = table(system.plots[0], frame, system)
    assert header == ["time [s]", "voltage [V]", "law transverse"]
    np.testing.assert_array_equal(rows[:, 0], frame.history.time)
    np.testing.assert_array_equal(rows[:, 1], frame.history.observables["voltage"])
    np.testing.assert_array_equal(rows[:, 2], frame.history.laws["transverse"])


def test_saved_numbers_read_back_exactly(tmp_path: Path) -> None:
    system = Decay()
    frame = system.frame()
    target = tmp_path / "coil.csv"
    save(target, *table(system.plots[1], frame, system))
    with target.open(newline="", encoding="utf-8") as stream:
        lines = list(csv.reader(stream))
    assert lines[0] == ["time [s]", "Mz", "law longitudinal"]
    np.testing.assert_array_equal([float(line[1]) for line in lines[1:]], frame.history.observables["Mz"])


def test_a_law_that_did_not_apply_is_empty() -> None:
    assert text(["a", "b"], np.array([[1.0, np.nan]])) == "a,b\n1.0,\n"
    assert text(["a", "b"], np.array([[0.1, 2.0]]), "\t") == "a\tb\n0.1\t2.0\n"


def test_spectrum_table_holds_the_line() -> None:
    system = Decay()
    frame = system.frame(t=1.2)
    header, rows = table(system.plots[2], frame, system)
    assert header == ["frequency [Hz]", "amplitude (absorption)", "law line"]
    assert rows[0, 0] >= 0
    assert rows[-1, 0] <= 20
    assert rows[np.argmax(rows[:, 1]), 0] == pytest.approx(4.0, abs=0.1)


def test_spectrum_of_the_plot_has_the_width_of_relaxation() -> None:
    system = Decay()
    centre, width = half_width(lines_of(system.plots[2], system.frame(t=1.2)))
    assert centre == pytest.approx(4.0, abs=0.1)
    assert width == pytest.approx(1 / (np.pi * 0.098), rel=0.01)


def test_table_of_means_has_errors_and_the_law_at_each_setting() -> None:
    system = Lattice()
    frame = system.frame()
    header, rows = table(system.plots[0], frame, system)
    assert header == ["T [J/kB]", "mean m", "standard error m", "law yang"]
    np.testing.assert_array_equal(rows[:, :3], frame.plots["m(T)"])
    # The law's curve has a point every 0.01; it bends most below the Curie temperature.
    np.testing.assert_allclose(rows[:, 3], yang(rows[:, 0]), atol=2e-3)


def test_path_table_is_the_history() -> None:
    system = Electrons()
    frame = system.frame()
    header, rows = table(system.plots[2], frame, system)
    assert header == ["time [s]", "T [K]", "M [A/m]"]
    np.testing.assert_array_equal(rows[:, 2], frame.history.observables["M"])


def test_histogram_table_is_a_density() -> None:
    system = Lattice()
    header, rows = table(system.plots[2], system.frame(), system)
    assert header == ["low", "high", "density", "law langevin"]
    assert np.sum(rows[:, 2] * (rows[:, 1] - rows[:, 0])) == pytest.approx(1.0)
    # 4000 samples in 40 bins: about 100 each, a tenth relative, four times that as the bound.
    inner = rows[1:-1]
    np.testing.assert_allclose(inner[:, 2], inner[:, 3], rtol=0.45)


@pytest.mark.parametrize(
    ("plot", "columns", "rows"),
    [(0, 6, 400), (1, 64, 48), (2, 3, 5000), (3, 4, 8)],
    ids=["bands", "image", "curve", "levels"],
)
def test_other_tables_have_their_shape(plot: int, columns: int, rows: int) -> None:
    system = Electrons()
    header, numbers = table(system.plots[plot], system.frame(), system)
    assert len(header) == columns
    assert numbers.shape == (rows, columns)
    assert text(header, numbers).count("\n") == rows + 1


def test_no_permission_leaves_what_was_there(tmp_path: Path) -> None:
    system = Decay()
    with pytest.raises(FileError, match="folder"):
        save(tmp_path / "missing" / "a.csv", *table(system.plots[0], system.frame(), system))


@pytest.mark.parametrize("name", systems())
def test_every_plot_has_a_table_in_every_preset(name: str) -> None:
    """Those that are left out are not made either: what they would show need not exist."""
    system = systems()[name]
    for preset in system.presets:
        loop = Loop(system, preset=preset.name, memory=1)
        loop.advance(2)
        frame = loop.frame()
        for plot in system.plots:
            header, rows = table(plot, frame, system)
            assert rows.shape == (len(rows), len(header)), (preset.name, plot.name)
            assert plot.tells(frame.parameters) or plot.name not in frame.plots, (preset.name, plot.name)


def test_a_law_in_a_table_is_its_curve_whatever_its_order_and_nothing_beyond_it() -> None:
    system = Lattice()
    x = np.array([4.0, 1.0, 2.0])
    frame = replace(system.frame(), curves={("m(T)", "yang"): (x, 10 * x)})
    ((name, values),) = law_columns(system.plots[0], frame, system, np.array([0.5, 1.5, 3.0, 5.0]), "")
    assert name == "law yang"
    np.testing.assert_allclose(values, [np.nan, 15.0, 30.0, np.nan])
