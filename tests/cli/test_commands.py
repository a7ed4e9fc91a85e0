"""list, run and verify: the JSON shapes, the files, interruptions."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from toy import Toy, ToyParameters

from spinviz.cli import main
from spinviz.engine.loop import Loop
from spinviz.files.measured import Column
from spinviz.files.odt import read_odt
from spinviz.files.ovf.read import OVF, read_ovf, write_ovf
from spinviz.files.recording.read import read_recording
from spinviz.files.session import Session, save_session
from spinviz.model.system import Preset


def rows(path: Path) -> tuple[list[str], np.ndarray]:
    with open(path, newline="") as stream:
        header, *lines = csv.reader(stream)
    return header, np.array(lines, dtype=float)


def test_list_json_has_the_promised_shape(spinviz_cli):
    said = spinviz_cli("list", "--json")
    assert (said.code, said.err) == (0, "")
    (toy,) = json.loads(said.out)
    assert set(toy) == {"name", "title", "chapter", "parameters", "observables", "presets", "actions", "laws"}
    rate = toy["parameters"][0]
    assert rate == {"name": "rate", "unit": "1/s", "value": 1.0, "low": 0, "high": 100, "help": "Decay rate."}
    assert toy["observables"][1] == {"name": "rate", "unit": "1/s"}
    assert (toy["presets"], toy["actions"][0], toy["laws"]) == (["kicked", "plain"], "kick", ["decay"])


def test_list_says_everything_to_people(spinviz_cli):
    text = spinviz_cli("list").out
    for word in ("toy", "Toy", "rate", "Decay rate.", "between 0 1/s and 100 1/s", "kicked", "kick", "decay"):
        assert word in text


def test_verify_json_and_exit_code(spinviz_cli, monkeypatch):
    said = spinviz_cli("verify", "--json")
    assert (said.code, said.err) == (0, "")
    (law,) = json.loads(said.out)
    assert set(law) == {"system", "law", "value", "theory", "deviation", "tolerance", "passed"}
    assert law["passed"] is True
    assert np.exp(-1.0) <= law["theory"] <= 1.0
    monkeypatch.setattr(Toy, "step", lambda self, state, p, dt: setattr(state, "time", state.time + dt))  # no decay
    said = spinviz_cli("verify", "--json")
    assert said.code == 1
    assert json.loads(said.out)[0]["passed"] is False
    assert "✗" in spinviz_cli("verify").out


def test_thorough_prints_what_quick_prints(spinviz_cli):
    """The toy's only law is plain: a sample must do, and the numbers are the same."""
    quick, thorough = spinviz_cli("verify", "--json"), spinviz_cli("verify", "--thorough", "--json")
    assert (thorough.code, thorough.err) == (0, "")
    assert thorough.out == quick.out
    assert spinviz_cli("verify", "--thorough").out == spinviz_cli("verify").out
    both = spinviz_cli("verify", "--thorough", "--quick")
    assert both.code == 2
    assert both.err.count("\n") == 1


def test_an_odt_table_holds_the_same_as_csv(spinviz_cli, tmp_path):
    for ending in ("csv", "odt"):
        said = spinviz_cli("run", "toy", "--duration", "0.1", "--laws", "--out", tmp_path / f"a.{ending}")
        assert said.code == 0
    header, values = rows(tmp_path / "a.csv")
    found = read_odt(tmp_path / "a.odt")
    assert [name.partition(" ")[0].rpartition(":")[2] for name in header[1:]] == list(found.names[1:])
    assert found.columns[0] == Column("Oxs_TimeDriver::Simulation time", "s")
    np.testing.assert_array_equal(found.values, values)


def test_csv_holds_the_run(spinviz_cli, tmp_path):
    out = tmp_path / "a.csv"
    said = spinviz_cli("run", "toy", "--preset", "plain", "--set", "rate=2 1/s", "--duration", "500 ms", "--out", out)
    assert (said.code, said.out, said.err) == (0, "", "")
    header, table = rows(out)
    assert header == ["time [s]", "mean", "rate [1/s]"]
    np.testing.assert_allclose(table[:, 0], 0.01 * np.arange(51), rtol=1e-15)
    np.testing.assert_allclose(table[:, 1], np.exp(-2 * table[:, 0]), rtol=1e-12)


def test_every_and_laws(spinviz_cli, tmp_path):
    out = tmp_path / "a.csv"
    arguments = ("--preset", "plain", "--duration", "1", "--every", "100 ms", "--laws")
    assert spinviz_cli("run", "toy", *arguments, "--out", out).code == 0
    header, table = rows(out)
    assert header[-1] == "law:decay"
    assert len(table) == 11
    np.testing.assert_allclose(table[:, 1], table[:, 3], rtol=1e-12)


def test_until_ends_at_an_event_and_says_where(spinviz_cli, tmp_path):
    out = tmp_path / "a.csv"
    said = spinviz_cli("run", "toy", "--preset", "plain", "--until", "wave", "--duration", "1", "--out", out)
    assert (said.code, said.out, said.err) == (0, "", "spinviz: Crest at 80 ms · mean 0.923\n")
    _, table = rows(out)
    np.testing.assert_allclose(table[:, 0], 0.01 * np.arange(9), rtol=1e-15)
    arguments = ("--until", "half", "--duration", "1", "--every", "0.3", "--out", out)
    assert spinviz_cli("run", "toy", "--preset", "plain", *arguments).code == 0
    assert rows(out)[1][:, 0] == pytest.approx([0.0, 0.3, 0.6])


def test_the_column_of_a_law_is_its_theory_in_its_unit(spinviz_cli, tmp_path, monkeypatch):
    holds, theory = (lambda s, p, d: s.time > 0.05), (lambda s, p, d: 3.0 + s.time)
    law = replace(Toy.laws[0], observable="rate", theory=theory, holds=holds)
    monkeypatch.setattr(Toy, "laws", (law,))
    out = tmp_path / "a.csv"
    arguments = ("--preset", "plain", "--duration", "0.2", "--every", "0.1", "--laws", "--out", out)
    assert spinviz_cli("run", "toy", *arguments).code == 0
    header, table = rows(out)
    assert header[-2:] == ["rate [1/s]", "law:decay [1/s]"]
    np.testing.assert_allclose(table[:, 3], [np.nan, 3.1, 3.2], rtol=1e-12)


def test_actions_of_a_preset_are_done_only_where_it_is_named(spinviz_cli, tmp_path):
    out = tmp_path / "a.csv"

    def kicks(*arguments: str) -> list[float]:
        assert spinviz_cli("run", "toy", "--duration", "1", "--out", out, *arguments).code == 0
        _, table = rows(out)
        return list(table[1:, 0][np.diff(table[:, 1]) > 0].round(9))

    assert kicks() == []
    assert kicks("--preset", "kicked") == [0.5]
    assert kicks("--action", "kick@250 ms") == [0.25]
    assert kicks("--action", "kick@0.25", "--preset", "kicked") == [0.25, 0.5]
    assert kicks("--preset", "plain") == []
    assert kicks("--action", "kick@1") == [1.0]  # the last moment counts


def test_same_seed_same_file(spinviz_cli, tmp_path):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        arguments = ("--set", "noise=0.1", "--duration", "0.5", "--seed", seed, "--out", tmp_path / f"{name}.csv")
        assert spinviz_cli("run", "toy", *arguments).code == 0
    a, b, c = ((tmp_path / f"{name}.csv").read_bytes() for name in "abc")
    assert a == b != c


def test_final_state(spinviz_cli, tmp_path):
    out = tmp_path / "a.npz"
    arguments = ("--preset", "plain", "--set", "noise=0.1", "--seed", 5, "--duration", "0.3", "--out", out)
    assert spinviz_cli("run", "toy", *arguments).code == 0
    loop = Loop(Toy(), ToyParameters(noise=0.1), seed=5)
    loop.advance_to(0.3)
    with np.load(out, allow_pickle=False) as final:
        assert np.array_equal(final["values"], loop.state.values)
        assert float(final["time"]) == loop.state.time


def test_recording(spinviz_cli, tmp_path):
    out = tmp_path / "a.h5"
    arguments = ("--preset", "plain", "--duration", "0.3", "--every", "0.1", "--out", out)
    assert spinviz_cli("run", "toy", *arguments).code == 0
    with h5py.File(out) as recording:
        np.testing.assert_allclose(recording["time"], [0, 0.1, 0.2, 0.3], rtol=1e-12)
        np.testing.assert_allclose(recording["values"][:, 0], np.exp(-recording["time"][:]), rtol=1e-12)
        np.testing.assert_allclose(recording["arrays/values"][3], np.exp(-0.3) * np.ones(3), rtol=1e-12)


@pytest.mark.parametrize("unit", ["s", "sweep"])
def test_a_recording_says_in_which_unit_its_times_are(spinviz_cli, tmp_path, monkeypatch, unit):
    """Recordings of Monte Carlo said that their sweeps were seconds."""
    monkeypatch.setattr(Toy, "time_unit", unit)
    out = tmp_path / "a.h5"
    assert spinviz_cli("run", "toy", "--preset", "plain", "--duration", "0.1", "--out", out).code == 0
    with h5py.File(out) as recording:
        assert recording["time"].attrs["unit"] == unit.encode()


def test_field_file_comes_out_as_it_went_in(tmp_path):
    rng = np.random.default_rng(2)
    values = rng.normal(size=(2, 5, 4, 3))
    values *= 8e5 / np.linalg.norm(values, axis=-1, keepdims=True)
    given, found = tmp_path / "given.ovf", tmp_path / "found.ovf"
    write_ovf(given, OVF.from_array(values, (2e-9, 3e-9, 4e-9), valueunits=("A/m",)))
    assert main(["run", "exchange_lattice", "--input", str(given), "--duration", "0", "--out", str(found)]) == 0
    before, after = read_ovf(given), read_ovf(found)
    assert np.array_equal(before.values, after.values)
    assert before.stepsize == after.stepsize
    assert main(["run", "exchange_lattice", "--input", str(given), "--duration", "1 ps", "--out", str(found)]) == 0
    assert not np.array_equal(before.values, read_ovf(found).values)


def test_failure_keeps_what_was_observed(spinviz_cli, tmp_path):
    out = tmp_path / "a.csv"
    said = spinviz_cli("run", "toy", "--action", "spoil@0.2", "--duration", "1", "--out", out)
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert "no longer finite" in said.err
    assert len(rows(out)[1]) >= 20
    said = spinviz_cli("run", "toy", "--action", "spoil@0.2", "--duration", "1", "--out", tmp_path / "a.npz")
    assert said.code == 1
    assert not (tmp_path / "a.npz").exists()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_interrupted_run_leaves_nothing(tmp_path, number, code):
    (tmp_path / "a.csv").write_text("precious")
    arguments = ["run", "isochromats", "--duration", "2000", "--every", "1", "--out", "a.csv"]
    process = subprocess.Popen(
        [sys.executable, "-m", "spinviz", *arguments], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) == 1 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text() == "precious"


@pytest.mark.parametrize(
    ("number", "code", "word"), [(signal.SIGTERM, 143, "terminated"), (signal.SIGINT, 130, "interrupted")]
)
def test_interrupted_recording_is_named(spinviz_cli, tmp_path, monkeypatch, number, code, word):
    step = Toy.step

    def step_until(self, state, p, dt):
        if state.time > 0.145:
            signal.raise_signal(number)
        step(self, state, p, dt)

    monkeypatch.setattr(Toy, "step", step_until)
    monkeypatch.chdir(tmp_path)
    run = ("run", "toy", "--duration", "10", "--out", "r.h5")
    said = spinviz_cli(*run)
    assert (said.code, said.err) == (code, f"spinviz: {word}: r.h5 holds what was recorded until 150 ms\n")
    first = (tmp_path / "r.h5").read_bytes()
    said = spinviz_cli(*run)
    text = "r.part1.h5 holds what was recorded until 150 ms, r.h5 is as it was"
    assert (said.code, said.err) == (code, f"spinviz: {word}: {text}\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.h5", "r.part1.h5"]
    assert (tmp_path / "r.h5").read_bytes() == first
    assert read_recording(tmp_path / "r.part1.h5").time[-1] == pytest.approx(0.15)


def test_reader_that_leaves_early(tmp_path):
    line = f"{sys.executable} -m spinviz list --json | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout == "["


def test_doctor(spinviz_cli, monkeypatch):
    import spinviz.cli.doctor as doctor

    asked = []

    def answer(words, *options):
        asked.append(words[-1])
        return subprocess.CompletedProcess(words, 1, "", "spinviz: no driver\n")

    monkeypatch.setattr(doctor, "completed", answer)
    monkeypatch.setattr(doctor, "has_display", lambda: True)
    said = spinviz_cli("doctor", "--json")
    assert asked == ["window", "headless"]
    assert said.code == 1
    findings = {finding["name"]: finding for finding in json.loads(said.out)}
    for name in ("OpenGL in a window", "OpenGL for exports"):
        assert findings[name]["ok"] is False
        assert findings[name]["value"] == "no driver"
        assert "apt-get install" in findings[name]["remedy"]
    for name in ("Python", "vispy", "numba", "encoder for .mp4", "fonts", "threading layer"):
        assert findings[name]["ok"], findings[name]
        assert findings[name]["remedy"] == ""
    assert "MISSING  OpenGL in a window: no driver" in spinviz_cli("doctor").out


def test_doctor_names_the_folder_that_lacks_fonts(monkeypatch, tmp_path):
    from spinviz.cli import doctor

    monkeypatch.setattr("spinviz.resources.folder", lambda: tmp_path)
    found = doctor._fonts()
    assert not found.ok
    assert str(tmp_path / "fonts") in found.remedy


def test_doctor_asks_opengl_without_a_display():
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "spinviz", "doctor", "--probe", "headless"],
        capture_output=True, text=True, timeout=100, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_help_and_version(spinviz_cli):
    said = spinviz_cli("--version")
    assert (said.code, said.out.split()[0]) == (0, "spinviz")
    for command in ("run", "export", "list", "verify", "bench", "doctor"):
        assert spinviz_cli(command, "--help").code == 0


def test_light_commands_import_no_window():
    code = "import sys; from spinviz.cli import main; main(['--version'])" + (
        "; print([m for m in ('PySide6', 'vispy', 'numba', 'av', 'pyqtgraph', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


def planned(monkeypatch: pytest.MonkeyPatch, spinviz_cli, *arguments: str):
    """The job that a command line asks for."""
    import spinviz.export.job as job_module

    jobs = []
    monkeypatch.setattr(job_module, "export", lambda loop, job, report: jobs.append(job))
    said = spinviz_cli("export", *arguments)
    assert said.code == 0, said.err
    return jobs[0]


def test_what_is_set_over_a_session_holds_to_its_end(spinviz_cli, monkeypatch, tmp_path):
    """The first later change in the session once brought all values back, and so did an action of its preset."""
    import spinviz.export.job as job_module

    monkeypatch.chdir(tmp_path)
    faster = Preset("faster", "Faster", actions=((0.02, "faster"),))
    monkeypatch.setattr(Toy, "presets", (*Toy.presets, faster))
    later = (5, ToyParameters(noise=0.5))
    save_session("run.spinviz", Session(Toy(), ToyParameters(), "faster", events=(later,), step=8))
    loops = []
    monkeypatch.setattr(job_module, "export", lambda loop, job, report: loops.append(loop))
    said = spinviz_cli("export", "run.spinviz", "--set", "rate=3", "--out", "a.gif")
    assert said.code == 0, said.err
    loops[0].advance(8)
    assert loops[0].parameters == ToyParameters(rate=3.0, noise=0.5)
    assert spinviz_cli("export", "run.spinviz", "--out", "a.gif").code == 0
    loops[1].advance(4)
    assert loops[1].parameters == ToyParameters(rate=2.0), "without it the session is as it was"


def test_a_gif_has_defaults_of_its_own(spinviz_cli, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    plan = planned(monkeypatch, spinviz_cli, "toy", "--preset", "kicked", "--out", "a.gif", "--colors", "64").plan
    assert (plan.size, plan.fps, plan.colors) == ((800, 450), 20, 64)
    plan = planned(monkeypatch, spinviz_cli, "toy", "--preset", "kicked", "--out", "a.mp4").plan
    assert (plan.size, plan.fps) == ((1920, 1080), 30)


def test_a_range_and_a_loop_in_simulated_time(spinviz_cli, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    range_ = ("toy", "--preset", "plain", "--out", "a.mp4", "--speed", "0.5", "--start", "1", "--stop", "2.5")
    plan = planned(monkeypatch, spinviz_cli, *range_, "--turn", "-90").plan
    assert (plan.start, plan.length, plan.frames, plan.turn) == (1.0, 3.0, 90, -90.0)
    monkeypatch.setattr(Toy, "period", lambda self, p: 0.31, raising=False)
    plan = planned(
        monkeypatch, spinviz_cli, "toy", "--preset", "plain", "--out", "a.gif", "--speed", "1", "--loop", "2"
    ).plan
    assert plan.frames == 12
    assert plan.frames * plan.speed / plan.fps == pytest.approx(0.62)
