"""Tables of measured curves: read as they are written, refused in one line."""

from pathlib import Path

import numpy as np
import pytest

from spinviz.files import measured
from spinviz.files.errors import FileError
from spinviz.files.measured import Column, UnitsDiffer, read_measured


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "coil.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        "time [ms],M_x [A/m]\n0,1\n1.5,0.25\n",
        "time (ms);M_x (A/m)\n0;1\n1,5;0,25\n",
        "time / ms\tM_x / A/m\n0\t1\n1.5\t0.25\n",
        '"time [ms]","M_x [A/m]"\r\n"0","1"\r\n"1.5","0.25"\r\n',
        "# spectrometer 4\n# time [ms], M_x [A/m]\n\n0, 1\n1.5, 0.25\n# the end\n",
        "\ufefftime [ms],M_x [A/m],law\n0,1,3\n1.5,0.25,3\n",
        "time [ms],M_x [A/m]\n0,1\n1.5,0.25\n".encode("utf-16"),
    ],
)
def test_a_table_is_understood(tmp_path: Path, content: str | bytes) -> None:
    found = read_measured(table(tmp_path, content))
    np.testing.assert_array_equal(found.x, [0.0, 1.5])
    np.testing.assert_array_equal(found.y, [1.0, 0.25])
    assert (found.x_column, found.y_column) == (Column("time", "ms"), Column("M_x", "A/m"))
    x, y = found.in_units("s", "kA/m")
    np.testing.assert_allclose(x, [0.0, 1.5e-3])
    np.testing.assert_allclose(y, [1e-3, 2.5e-4])


def test_without_a_header_numbers_are_taken_in_the_units_of_the_axis(tmp_path: Path) -> None:
    found = read_measured(table(tmp_path, "0 1\n2 3\n4 -\n"))
    x, y = found.in_units("s", "T")
    np.testing.assert_array_equal(x, [0.0, 2.0, 4.0])
    np.testing.assert_array_equal(y, [1.0, 3.0, np.nan])


def test_blanks_divide_and_commas_are_decimal(tmp_path: Path) -> None:
    found = read_measured(table(tmp_path, "0,5 1,25\n1,5 2,5\n"))
    assert (found.x[0], found.y[1]) == (0.5, 2.5)


def test_temperatures_have_another_zero(tmp_path: Path) -> None:
    found = read_measured(table(tmp_path, "T [degC],M\n0,1\n20,1\n"))
    np.testing.assert_allclose(found.in_units("K", "")[0], [273.15, 293.15])


def test_a_unit_that_the_axis_has_not_is_said(tmp_path: Path) -> None:
    found = read_measured(table(tmp_path, "B [mT],M\n0,1\n1,2\n"))
    with pytest.raises(UnitsDiffer, match="'B' is in 'mT', the axis is in s"):
        found.in_units("s", "")
    with pytest.raises(UnitsDiffer, match="the axis is without a unit"):
        found.in_units("", "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty"),
        ("time,M\n", "no line begins with a number"),
        ("time,M\n1,2\n", "1 rows of numbers, a curve needs 2"),
        ("1\n2\n3\n", "line 1 has one column"),
        ("1,2\n3,4\nfive,6\n", "line 3: 'five' is no number; correct the line"),
        ("1,2\n3,four\n", "line 2: 'four' is no number"),
        ("1,2\n,4\n", "line 2 has no number in its first column"),
        ("1,\n2,\n", "the second column has no number"),
        ("1,1e999\n2,1\n", "line 1: '1e999' is above 1e+300"),
        (b"\x89PNG\0\0\0\n1,2\n3,4\n", "this is no text"),
        ("1,2\n3," + "9" * 4000 + "x\n", "line 2: '9999"),
    ],
)
def test_what_cannot_be_understood_is_one_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(FileError) as raised:
        read_measured(table(tmp_path, content))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 300


def test_the_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(tmp_path, "1,2\n" * 11)
    monkeypatch.setattr(measured, "MOST_ROWS", 10)
    with pytest.raises(FileError, match="more than 10 rows"):
        read_measured(path)
    monkeypatch.setattr(measured, "MOST_BYTES", 10)
    with pytest.raises(FileError, match="44 bytes, the limit is 10"):
        read_measured(path)
