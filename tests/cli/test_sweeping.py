"""``spinviz sweep``: the table, going on with it, and what cannot be asked for."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

import h5py
import numpy as np
import pytest
from scatter import Scatter

import spinviz.systems
from spinviz.cli import sweeping
from spinviz.engine import memory
from spinviz.engine.sweep import cluster, workers

FAST = ("--error", "5%", "--limit", "6000", "--jobs", "1")
SWEEP = ("sweep", "scatter", "--over", "level=0.5:2:4", "--set", "noise=0.1", *FAST)


@pytest.fixture
def cli(spinviz_cli, monkeypatch, tmp_path):
    known = {"scatter": Scatter()}
    monkeypatch.setattr(spinviz.systems, "systems", lambda: known)
    monkeypatch.setattr(spinviz.systems, "system_named", lambda name: known[name])
    monkeypatch.chdir(tmp_path)
    return spinviz_cli


def rows_of(path):
    """Columns by name."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    titles, *rows = csv.reader(io.StringIO("\n".join(lines)))
    return {title: np.array([float(row[n]) for row in rows]) for n, title in enumerate(titles)}


def test_a_table_has_a_row_for_each_point(cli, tmp_path):
    said = cli(*SWEEP, "--laws", "--out", "m.csv")
    assert (said.code, said.out, said.err) == (0, "", "")
    found = rows_of(tmp_path / "m.csv")
    assert list(found) == [
        "level [T]", "x [T]", "error:x [T]", "mean:level [T]", "error:level [T]", "chi [T]", "error:chi [T]",
        "law:level [T]", "equilibrated", "converged", "measurements", "discarded [sweep]", "seed", "point",
    ]  # fmt: skip
    assert found["level [T]"].tolist() == [0.5, 1.0, 1.5, 2.0]
    assert found["law:level [T]"].tolist() == [0.5, 1.0, 1.5, 2.0]
    assert (abs(found["x [T]"] - found["level [T]"]) < 4 * found["error:x [T]"]).all()
    assert (found["error:x [T]"] <= 0.05 * found["x [T]"]).all()
    # The variance of an autoregression, times the factor 2.
    assert (abs(found["chi [T]"] - 0.02 / (1 - 0.8**2)) < 4 * found["error:chi [T]"]).all()
    assert found["error:level [T]"].tolist() == [0.0] * 4
    assert found["converged"].tolist() == found["equilibrated"].tolist() == [1.0] * 4
    assert found["point"].tolist() == [0, 1, 2, 3]


def test_hdf5_holds_the_same(cli, tmp_path):
    cli(*SWEEP, "--out", "m.csv")
    cli(*SWEEP, "--out", "m.h5")
    found = rows_of(tmp_path / "m.csv")
    with h5py.File(tmp_path / "m.h5") as file:
        assert [f"{name} [{file[name].attrs['unit']}]".removesuffix(" []") for name in file.attrs["columns"]] == [
            *found
        ]
        assert file["x"][:].tolist() == found["x [T]"].tolist()
        assert file["seed"].dtype == np.int64
        assert json.loads(file.attrs["recipe"])["system"] == "scatter"


@pytest.mark.parametrize("ending", ["csv", "h5"])
@pytest.mark.parametrize("more", [(), ("--back",)])
def test_an_interrupted_sweep_goes_on_with_the_missing_points(cli, tmp_path, monkeypatch, ending, more):
    out, whole = tmp_path / f"m.{ending}", tmp_path / f"whole.{ending}"
    cli(*SWEEP, *more, "--out", whole)
    computed = []
    original = workers.measured

    def interrupted(task, watch=None):
        if len(computed) == 2:
            computed.append(-1)
            raise KeyboardInterrupt
        computed.append(task.index)
        return original(task, watch)

    monkeypatch.setattr(workers, "measured", interrupted)
    said = cli(*SWEEP, *more, "--out", out)
    total = 7 if more else 4
    assert said.code == 130
    assert f"m.{ending} holds 2 of {total} points, the same command goes on with the others" in said.err
    said = cli(*SWEEP, *more, "--out", out)
    assert said.code == 0
    assert f"has 2 of {total} points" in said.err
    assert computed == [0, 1, -1, *range(2, total)], "nothing is computed twice, also where points go on from others"
    if ending == "csv":
        assert out.read_bytes() == whole.read_bytes()
    else:
        with h5py.File(out) as one, h5py.File(whole) as two:
            assert all(one[name][:].tobytes() == two[name][:].tobytes() for name in two)
    said = cli(*SWEEP, *more, "--out", out)
    assert (said.code, "all" in said.err, len(computed)) == (0, True, len(computed))


def test_another_sweep_is_not_replaced_unless_forced(cli, tmp_path):
    out = tmp_path / "m.csv"
    cli(*SWEEP, "--out", out)
    before = out.read_bytes()
    for more, name in ((("--seed", "1"), "seed"), (("--set", "rate=0.3"), "rate"), (("--back",), "carry")):
        said = cli(*SWEEP, *more, "--out", out)
        assert said.code == 2
        assert f"it holds another sweep ({name} differs)" in said.err
        assert "--force" in said.err
        assert out.read_bytes() == before
    said = cli(*SWEEP, "--seed", "1", "--out", out, "--force")
    assert said.code == 0
    assert out.read_bytes() != before


@pytest.mark.parametrize("content", [b"precious", b"# spinviz sweep {]\nx\n", b"# spinviz sweep []\n", b"\xff\x00"])
@pytest.mark.parametrize("name", ["m.csv", "m.h5"])
def test_a_file_of_another_kind_is_not_replaced(cli, tmp_path, content, name):
    (tmp_path / name).write_bytes(content)
    said = cli(*SWEEP, "--out", name)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert "--force" in said.err
    assert (tmp_path / name).read_bytes() == content


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\n0.5,", "\nx,", "'x' is no number for level"),
        ("\n0.5,", "\n0.5,1,", "a row has"),
        (",error:x [T],", ",error:y [T],", "its columns are not those"),
    ],
)
def test_a_damaged_table_is_one_line(cli, tmp_path, old, new, words):
    out = tmp_path / "m.csv"
    cli(*SWEEP, "--out", out)
    out.write_text(out.read_text().replace(old, new, 1))
    said = cli(*SWEEP, "--out", out)
    assert said.code == 2
    assert words in said.err
    assert len(said.err.splitlines()) == 1


def test_what_is_not_in_equilibrium_is_said_and_marked(cli, tmp_path):
    said = cli("sweep", "scatter", "--over", "rate=0:0.3:4", "--limit", "6000", "--jobs", "1", "--out", "m.csv")
    assert said.code == 0
    found = rows_of(tmp_path / "m.csv")
    assert found["equilibrated"].tolist() == [0.0, 1.0, 1.0, 1.0]
    assert np.isnan(found["error:x [T]"][0])
    assert "1 of 4 points (rate = 0) not in equilibrium because of x" in said.err
    assert "--limit" in said.err
    assert "--observable" in said.err


def test_points_that_fail_are_told_and_the_others_kept(cli, tmp_path):
    said = cli("sweep", "scatter", "--over", "level=1:3:3", "--set", "mode=fail", *FAST, "--out", "m.csv")
    assert said.code == 1
    assert "m.csv holds 2 of 3 points; 1 of 3 points (level = 3 T) failed: scatter stopped at step" in said.err
    assert rows_of(tmp_path / "m.csv")["level [T]"].tolist() == [1.0, 2.0]


def test_a_process_that_is_killed_leaves_what_was_done(cli, tmp_path):
    said = cli("sweep", "scatter", "--over", "level=1:3:2", "--set", "mode=die", "--jobs", "2", "--limit", "500",
               "--out", "m.csv")  # fmt: skip
    assert said.code == 1
    assert "fewer --jobs" in said.err
    assert "1 of 2 points" in said.err or "no point was done" in said.err


def test_jobs_fit_into_the_memory(cli, monkeypatch):
    monkeypatch.setattr(Scatter, "memory", lambda self, p: 6 * 10**9)
    monkeypatch.setattr(memory, "installed", lambda: 8 * 10**9)
    said = cli("sweep", "scatter", "--over", "level=1:2:2", "--limit", "200", "--jobs", "2", "--out", "m.csv")
    assert said.code == 0
    assert "1 point at a time: there is no memory for 2 states" in said.err
    monkeypatch.setattr(Scatter, "memory", lambda self, p: 9 * 10**9)
    said = cli("sweep", "scatter", "--over", "level=1:2:2", "--out", "n.csv")
    assert said.code == 2
    assert "make the state smaller" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--over", "levl=1:2:3"], ["unknown parameter 'levl'", "did you mean 'level'?"]),
        (["--over", "level"], ["--over 'level' is no range", "NAME=FROM:TO:COUNT"]),
        (["--over", "level=1:2"], ["is no range"]),
        (["--over", "level=1:2:3:4"], ["is no range"]),
        (["--over", "level=1::3"], ["is no range"]),
        (["--over", "=1:2:3"], ["is no range"]),
        (["--over", "level=1:2:x"], ["'x' is no number of points"]),
        (["--over", "level=1:2:2.5"], ["'2.5' is no number of points"]),
        (["--over", "level=1:2:0"], ["choose 1 to 100000"]),
        (["--over", "level=1:2:-3"], ["choose 1 to 100000"]),
        (["--over", "level=1:2:100001"], ["choose 1 to 100000"]),
        (["--over", "level=1:1:3"], ["or 1 point"]),
        (["--over", "level=1:2:1"], ["2 points or more"]),
        (["--over", "level=0:2 kT:5"], ["level = 2 kT is out of range"]),
        (["--over", "level=0:2 s:5"], ["'2 s'", "T"]),
        (["--over", "mode=1:2:3"], ["one of plain, fail, die and no number"]),
        (["--over", "still=0:1:2"], ["no number"]),
        (["--over", "table=0:1:2"], ["no number"]),
        (["--over", "shade=0:1:2"], ["only what is shown"]),
        (["--over", "level=0:1:5:log"], ["no equal ratios"]),
        (["--over", "size=1:4:3"], ["no whole number"]),
        (["--over", "level=1:2:3", "--over", "level=1:2:3"], ["--over level is given twice"]),
        (["--over", "level=1:2:400", "--over", "start=1:2:400"], ["160000 points", "at most 100000"]),
        (["--over", "level=1:2:3", "--set", "level=1"], ["both in --set and in --over"]),
        (["--over", "level=1:2:3", "--error", "0"], ["--error 0"]),
        (["--over", "level=1:2:3", "--error", "fine"], ["--error fine"]),
        (["--over", "level=1:2:3", "--error", "nan"], ["--error nan"]),
        (["--over", "level=1:2:3", "--limit", "-5"], ["--limit", "above 0"]),
        (["--over", "level=1:2:3", "--limit", "5 T"], ["--limit", "'5 T'"]),
        (["--over", "level=1:2:3", "--observable", "y"], ["no observable 'y'", "x, level, chi"]),
        (["--over", "level=1:2:3", "--jobs", "0"], ["--jobs 0", "1 to 1024"]),
        (["--over", "level=1:2:3", "--jobs", "many"], ["--jobs many"]),
        (["--over", "level=1:2:3", "--jobs", "2", "--scheduler", "tcp://a:1"], ["--jobs", "--scheduler"]),
        (["--over", "level=1:2:3", "--scheduler", "nonsense"], ["'nonsense' is no address", "tcp://"]),
        (["--over", "level=1:2:3", "--preset", "kickd"], ["no preset 'kickd'"]),
        (["--over", "level=1:2:3", "--action", "kick"], ["has no time"]),
        (["--over", "level=1:2:3", "--out", "m.xls"], ["m.xls", ".csv, .h5"]),
        (["--over", "level=1:2:3", "--out", "missing/m.csv"], ["the folder does not exist"]),
        ([], ["--over"]),
    ],
)
def test_bad_input_is_one_line(cli, tmp_path, arguments, words):
    said = cli("sweep", "scatter", "--out", "m.csv", *arguments)
    assert said.code == 2, said
    assert len(said.err.splitlines()) == 1, said.err
    assert all(word in said.err for word in words), said.err
    assert not list(tmp_path.glob("m*"))


def test_units_are_read(cli, tmp_path):
    assert cli("sweep", "scatter", "--over", "level=500 mT:2 T:4", *FAST, "--out", "m.csv").code == 0
    assert rows_of(tmp_path / "m.csv")["level [T]"].tolist() == [0.5, 1.0, 1.5, 2.0]


def test_an_unreachable_scheduler_is_one_line(cli, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    said = cli("sweep", "scatter", "--over", "level=1:2:3", "--scheduler", "tcp://127.0.0.1:9", "--out", "m.csv")
    assert said.code == 2
    assert said.err.startswith("spinviz: no scheduler answers at tcp://127.0.0.1:9 within 0.5 s: start one")
    assert len(said.err.splitlines()) == 1


def test_the_file_is_written_while_the_sweep_goes_on(cli, tmp_path, monkeypatch):
    """A kill loses at most what came in the last second."""
    monkeypatch.setattr(sweeping, "WRITTEN_EVERY", 0.0)
    seen = []
    original = sweeping._Table.write
    monkeypatch.setattr(sweeping._Table, "write", lambda self: (original(self), seen.append(len(self.rows))))
    cli(*SWEEP, "--out", "m.csv")
    assert seen == [1, 2, 3, 4]


def ended(group, patience=10.0):
    """Whether no process of a group is left, a moment after the last has lost those that it served."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_ctrl_c_of_a_shell_leaves_a_file_to_go_on_with_and_no_process(tmp_path):
    """Worker processes get the signal of the terminal as well: they leave it to the one that lent them."""
    out, whole = tmp_path / "m.csv", tmp_path / "whole.csv"
    words = [sys.executable, "-m", "spinviz", "sweep", "macrospin", "--over", "B=0.1:2:40", "--limit", "0.2 ns",
             "--jobs", "2", "--out"]  # fmt: skip
    process = subprocess.Popen([*words, str(out)], stderr=subprocess.PIPE, text=True, start_new_session=True)
    until = time.monotonic() + 120
    while not out.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    if process.returncode == 0:
        pytest.skip("this machine was too fast")
    assert process.returncode == 130, said
    assert "points, the same command goes on with the others" in said
    assert len(said.splitlines()) == 1, said
    assert ended(process.pid)
    done = subprocess.run([*words, str(out)], capture_output=True, text=True, check=True)
    assert "of 40 points, going on with the others" in done.stderr
    subprocess.run([*words, str(whole)], capture_output=True, check=True)
    assert out.read_bytes() == whole.read_bytes()
