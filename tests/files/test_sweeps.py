"""Tables of sweeps come back as they were written; whatever else a file holds is one line."""

import math
import random
from contextlib import contextmanager, suppress

import pytest

from spinviz.files.errors import FileError
from spinviz.files.sweeps import Column, SweepTable, read_sweep, recipe_in, write_sweep

COLUMNS = (
    Column("T", "J/kB"),
    Column("m"),
    Column("error:m"),
    Column("converged", whole=True),
    Column("seed", whole=True),
)
TABLE = SweepTable(
    '{"seed": 3}',
    COLUMNS,
    ((0.1 + 0.2, -1e-300, math.nan, 0, 2**63 - 1), (1 / 3, 2.0, 1e-9, 1, 0)),
    ("error: nan is not converged",),
)


@pytest.mark.parametrize("name", ["m.csv", "m.h5", "M.CSV"])
def test_every_bit_comes_back(tmp_path, name):
    write_sweep(tmp_path / name, TABLE)
    found = read_sweep(tmp_path / name, COLUMNS)
    assert repr(found.rows) == repr(TABLE.rows)
    assert recipe_in(tmp_path / name) == found.recipe == TABLE.recipe


def test_a_table_without_rows_comes_back(tmp_path):
    for name in ("m.csv", "m.h5"):
        write_sweep(tmp_path / name, SweepTable("{}", COLUMNS, ()))
        assert read_sweep(tmp_path / name, COLUMNS).rows == ()


@pytest.mark.parametrize(
    "line",
    [
        "0.3," + "9" * 200_000 + ",1,0,0",
        "1,1,1,0,1e400",
        "1,1,1,0," + "9" * 30,
        "1,1,1,0.5,0",
        "1,\0,1,0,0",
        '1,"1,1,0,0',
    ],
)
def test_a_row_that_is_none_is_one_line(tmp_path, line):
    path = tmp_path / "m.csv"
    write_sweep(path, SweepTable("{}", COLUMNS, ()))
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(FileError) as found:
        read_sweep(path, COLUMNS)
    assert "\n" not in str(found.value)
    assert len(str(found.value)) < 400


@contextmanager
def noted(said):
    """Note what an error says."""
    try:
        yield
    except FileError as error:
        said.append(str(error))
        raise


@pytest.mark.parametrize("name", ["m.csv", "m.h5"])
def test_damaged_bytes_are_one_line_or_read(tmp_path, name):
    path, dice = tmp_path / name, random.Random(1)
    write_sweep(path, TABLE)
    whole = path.read_bytes()
    for _ in range(12 if name == "m.h5" else 200):
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 3, 20))):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged[: dice.choice((len(damaged), dice.randrange(1, len(damaged))))])
        said = []
        with suppress(FileError), noted(said):
            recipe_in(path)
            read_sweep(path, COLUMNS)
        assert not any("\n" in text for text in said)
