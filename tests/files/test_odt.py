"""Tables of OOMMF: as its guide writes them, as programs write them, and one line for each that is none."""

from pathlib import Path

import numpy as np
import pytest

from spinviz.files import odt
from spinviz.files.errors import FileError
from spinviz.files.measured import Column
from spinviz.files.odt import END, odt_head, odt_row, read_odt

GUIDE = """\
# ODT 1.0
# Table Start
# Title: From the guide, with a missing value.
#
## A comment.
#
# Columns: Iteration "Applied Field" {Total Energy} Mx
# Units: {} "mT" "J/m^3" "A/m"
103 50 0.00636 787840
 1000   32\t0.00603 781120
10300 -5000 {} -800e3
# Table End
"""
OOMMF = """\
# ODT 1.0
# Table Start
# Title: mmArchive Data Table
# Columns: {Oxs_RungeKuttaEvolve:evolver:Total energy} Oxs_TimeDriver::mx Oxs_TimeDriver::mz \\
#          {Oxs_TimeDriver::Simulation time}
# Units:    J                                           {}                 {}                     s
-1e-18 0.5 0.25 1e-12
-2e-18 0.75 0.125 2e-12
# Table End
"""


def table(folder: Path, text: str | bytes) -> Path:
    path = folder / "run.odt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_sample_of_the_guide_is_read(tmp_path: Path) -> None:
    found = read_odt(table(tmp_path, GUIDE))
    assert found.columns == (
        Column("Iteration"), Column("Applied Field", "mT"), Column("Total Energy", "J/m^3"), Column("Mx", "A/m"),
    )  # fmt: skip
    np.testing.assert_array_equal(
        found.values, [[103, 50, 0.00636, 787840], [1000, 32, 0.00603, 781120], [10300, -5000, np.nan, -800e3]]
    )
    assert (found.remark, found.time) == ("", None)


def test_columns_are_found_by_what_they_hold(tmp_path: Path) -> None:
    found = read_odt(table(tmp_path, OOMMF))
    assert found.names == ("Total energy", "mx", "mz", "Simulation time")
    mz, energy = found.curves("", ("mz", "nowhere", "energy"))
    np.testing.assert_array_equal(mz.x, [1e-12, 2e-12])
    np.testing.assert_array_equal(mz.y, [0.25, 0.125])
    assert (mz.x_column, mz.y_column) == (Column("Simulation time", "s"), Column("mz"))
    np.testing.assert_array_equal(energy.y, [-1e-18, -2e-18])
    (loop,) = found.curves("mx", ("mz",))
    np.testing.assert_array_equal(loop.x, [0.5, 0.75])
    assert found.curves("B", ("mz",)) == ()
    np.testing.assert_allclose(mz.in_units("s", "")[0], [1e-12, 2e-12])


def test_tables_of_the_same_columns_are_joined_and_else_the_last_counts(tmp_path: Path) -> None:
    again = OOMMF.replace("# ODT 1.0\n", "").replace("1e-12", "3e-12").replace("2e-12", "4e-12")
    found = read_odt(table(tmp_path, OOMMF + again))
    np.testing.assert_array_equal(found.values[:, 3], [1e-12, 2e-12, 3e-12, 4e-12])
    assert found.remark == "2 tables joined"
    other = read_odt(table(tmp_path, GUIDE + again))
    np.testing.assert_array_equal(other.values[:, 3], [3e-12, 4e-12])
    assert other.remark == "the last of 2 tables"


def test_a_row_that_is_still_written_is_left_out(tmp_path: Path) -> None:
    whole = OOMMF.removesuffix("# Table End\n")
    assert len(read_odt(table(tmp_path, whole + "-3e-18 0.8")).values) == 2
    assert len(read_odt(table(tmp_path, whole + "-3e-18 0.8 0.1 3e-12\n")).values) == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the file is empty (0 bytes)"),
        ("time,mx\n0,1\n", "this is no table of OOMMF"),
        (b"PK\3\4\0\0# ODT", "this is no table of OOMMF"),
        ("# ODT 1.0\n# Table Start\n", "it has no line '# Columns:'"),
        ("# ODT 1.0\n1 2\n3 4\n", "line 2 has numbers before the line '# Columns:'"),
        ("# ODT 1.0\n# Columns: a\n1\n2\n", "its table has 1 columns, allowed are 2 to 1000"),
        ("# ODT 1.0\n# Columns: a b\n1 2\n", "the table has 1 rows of numbers"),
        ("# ODT 1.0\n# Columns: a b\n1 2\n3\n", "line 4 has 1 numbers for 2 columns"),
        ("# ODT 1.0\n# Columns: a b\n1 2\n3 x\n", "line 4: 'x' is no number"),
        ("# ODT 1.0\n# Columns: a b\n1 2\n3 1_0\n", "line 4: '1_0' is no number"),
        ("# ODT 1.0\n# Columns: a b\n1 2\n3 inf\n", "line 4: 'inf' is above 1e+300"),
    ],
)
def test_what_is_no_table_is_one_line(tmp_path: Path, text: str | bytes, why: str) -> None:
    with pytest.raises(FileError) as refused:
        read_odt(table(tmp_path, text))
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odt, "MOST_ROWS", 2)
    with pytest.raises(FileError, match="more than 2 rows"):
        read_odt(table(tmp_path, GUIDE))


def test_what_is_written_comes_back_with_every_bit(tmp_path: Path) -> None:
    columns = [("time", "s"), ("mx", ""), ("mz", "A/m"), ("energy density", "J/m³"), ("angle", "°")]
    rows = [[1 / 3, 0.1, -1e5 / 7, np.nan, 90.0], [2 / 3, 0.2, 1e-300, 5.0, -0.0]]
    lines = [*odt_head({"system": "toy", "seed": "7"}, columns), *map(odt_row, rows), END]
    assert lines[:3] == ["# ODT 1.0", "# Table Start", "# Title: spinviz toy"]
    assert lines[5:7] == [
        "# Columns: {Oxs_TimeDriver::Simulation time} Oxs_TimeDriver::mx My_spinviz::mz {My_spinviz::energy density} "
        "My_spinviz::angle",
        "# Units: s {} A/m J/m^3 deg",
    ]
    assert all(line.isascii() for line in lines)
    found = read_odt(table(tmp_path, "\n".join(lines) + "\n"))
    np.testing.assert_array_equal(found.values, rows)
    assert found.names == ("Simulation time", "mx", "mz", "energy density", "angle")
    assert [column.unit for column in found.columns] == ["s", "", "A/m", "J/m^3", "deg"]
