"""Every bad input gets exit code 2 and one line with value, limit and remedy, and damages nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from spinviz.cli import running
from spinviz.cli.exporting import MOST_SECONDS, _seconds
from spinviz.cli.starting import Start, time_of, usual_length
from spinviz.model.parameters import ParameterError
from spinviz.model.units import UnitError
from spinviz.systems import systems

RUN = ("run", "toy", "--out", "a.csv", "--duration", "0.05")
EXPORT = ("export", "toy", "--out", "a.mp4")


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("precious")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rum"], ["unknown system 'rum'", "toy"]),
        (["run", "tyo", "--out", "a.csv"], ["unknown system 'tyo'", "did you mean 'toy'?"]),
        (["export", "tou", "--out", "a.mp4"], ["unknown system 'tou'", "did you mean 'toy'?"]),
        (["list", "nothing"], ["unknown system 'nothing'", "toy"]),
        (["bench", "nothing"], ["nothing"]),
        (["verify", "ty"], ["unknown system 'ty'", "did you mean 'toy'?"]),
        ([*RUN, "--set", "rat=3"], ["unknown parameter 'rat'", "did you mean 'rate'?"]),
        ([*RUN, "--set", "rate=3 T"], ["rate", "'3 T'", "1/s"]),
        ([*RUN, "--set", "rate=3 furlongs"], ["rate", "furlongs", "1/s"]),
        ([*RUN, "--set", "rate=fast"], ["rate", "'fast' is no number"]),
        ([*RUN, "--set", "rate=-1"], ["rate", "out of range", "between 0 1/s and 100 1/s"]),
        ([*RUN, "--set", "count=2.5"], ["count", "no whole number"]),
        ([*RUN, "--set", "mode=plan"], ["mode", "plain, raise"]),
        ([*RUN, "--set", "broken=perhaps"], ["broken", "on or off"]),
        ([*RUN, "--set", "rate"], ["--set 'rate'", "NAME=VALUE"]),
        ([*RUN, "--preset", "kickd"], ["no preset 'kickd'", "did you mean 'kicked'?"]),
        ([*RUN, "--action", "kik@1"], ["no action 'kik'", "did you mean 'kick'?"]),
        ([*RUN, "--action", "kick"], ["--action 'kick' has no time", "kick@0"]),
        ([*RUN, "--action", "kick@1 T"], ["'1 T'", "s"]),
        ([*RUN, "--duration", "-1s"], ["--duration −1 s", "0 or more", "for example"]),
        ([*RUN, "--duration", "-inf"], ["--duration", "'-inf' is no number", "for example"]),
        ([*RUN, "--every", "-1ms"], ["--every −1 ms", "above 0", "for example"]),
        ([*RUN, "--until", "haf"], ["no event 'haf'", "half, wave"]),
        ([*RUN, "--until", "half"], ["--until half", "none was met in 0.05 s", "longer --duration"]),
        ([*RUN, "--seed", "-3x"], ["--seed -3x", "whole number from 0 to"]),
        ([*RUN, "--duration", "--every", "1"], ["--duration", "expected one argument"]),
        ([*RUN, "--action", "kick@-1"], ["--action kick@", "0 or more"]),
        ([*RUN, "--action", "kick@1"], ["kick@1 s never happens", "ends at 50 ms", "earlier time", "--duration"]),
        ([*RUN, "--action", "kick@0", "--action", "kick@56ms"], ["kick@56 ms never happens", "50 ms"]),
        ([*RUN, "--duration", "58ms", "--action", "kick@58ms"], ["kick@58 ms never happens", "50 ms"]),
        ([*EXPORT, "--length", "1", "--action", "kick@1"], ["kick@1 s never", "ends at 967 ms", "--length"]),
        (["export", "toy", "--out", "b.png", "--start", "1", "--action", "kick@2"], ["shows 1 s", "--start"]),
        ([*RUN, "--seed", "1.5"], ["--seed 1.5", "whole number"]),
        ([*RUN, "--every", "1 ms"], ["--every", "shorter than a step", "0.01 s"]),
        ([*RUN, "--every", "0"], ["--every", "above 0"]),
        ([*RUN, "--duration", "1e9"], ["--duration", "rows", "--every"]),
        ([*RUN, "--duration", "5 m"], ["--duration", "'5 m'"]),
        ([*RUN, "--input", "m.ovf"], ["toy does not open 'm.ovf'"]),
        ([*RUN, "--input=--"], ["--input has the value '--'"]),
        ([*RUN, "--every=--"], ["--every has the value '--'"]),
        (["run", "toy"], ["--out"]),
        (["run", "toy", "--out", "a.xls"], ["a.xls", ".csv, .odt, .h5, .ovf, .npz"]),
        (["run", "toy", "--out", "a"], ["no ending", ".csv"]),
        (["run", "toy", "--out", "a.ovf", "--duration", "0"], ["toy has no field", ".npz"]),
        (["run", "toy", "--out", "missing/a.csv"], ["the folder does not exist"]),
        (["run", "toy", "--out", "a.csv/a.csv"], ["not a folder"]),
        (["run", "toy", "--out", "a.npz", "--laws"], ["--laws", ".csv"]),
        ([*EXPORT, "--size", "big"], ["'big' is no size", "1920x1080"]),
        ([*EXPORT, "--size", "1x1"], ["1x1 is out of range", "64", "8192"]),
        ([*EXPORT, "--size", "90000x90000"], ["90000x90000 is out of range"]),
        ([*EXPORT, "--fps", "0"], ["fps 0", "240"]),
        ([*EXPORT, "--fps", "nan"], ["'nan' is no number"]),
        ([*EXPORT, "--length", "0"], ["--length 0", "between"]),
        ([*EXPORT, "--length", "1e5"], ["--length 1e5", "between"]),
        ([*EXPORT, "--fps", "240", "--length", "24 h"], ["frames", "200000"]),
        ([*EXPORT, "--speed", "0"], ["--speed", "above 0"]),
        ([*EXPORT, "--speed", "3 T"], ["--speed", "'3 T'"]),
        ([*EXPORT, "--length", "-2s"], ["--length -2s", "between 33.33 ms and"]),
        ([*EXPORT, "--fps", "-3fps"], ["'-3fps' is no number", "30"]),
        ([*EXPORT, "--size", "-5x5"], ["'-5x5' is no size", "1920x1080"]),
        ([*EXPORT, "--speed", "-1ms"], ["--speed −1 ms", "above 0"]),
        ([*EXPORT, "--start", "-1s"], ["--start −1 s", "0 or more"]),
        ([*EXPORT, "--start", "-1"], ["--start", "0 or more"]),
        ([*EXPORT, "--theme", "drak"], ["unknown theme 'drak'", "did you mean 'dark'?"]),
        (["export", "toy", "--out", "a.avi"], ["a.avi", ".mp4, .webm, .gif, .apng, .png"]),
        (["export", "toy", "--out", "a.gif", "--fps", "60"], ["too fast for a GIF", "50"]),
        (["export", "toy", "--out", "a_%05d.jpg"], ["only .png"]),
        (
            ["export", "toy", "--out", "one.png", "--length", "10"],
            ["one.png is one picture", "--length 10", "one_%05d.png", "one/", "leave --length out"],
        ),
        (["export", "toy", "--out", "one.png", "--stop", "2"], ["one.png is one picture", "--stop 2"]),
        ([*EXPORT, "--length", "1", "--stop", "2"], ["--length and --stop", "give one"]),
        ([*EXPORT, "--start", "2", "--stop", "1"], ["--stop 1 s is not after the start at 2 s"]),
        ([*EXPORT, "--stop", "1e9"], ["--stop", "larger --speed"]),
        ([*EXPORT, "--loop", "2"], ["--loop 2", "nothing repeats itself exactly in toy"]),
        ([*EXPORT, "--loop", "1", "--start", "1e12"], ["the loop begins at 1e+12 s", "an earlier --start"]),
        ([*EXPORT, "--loop", "0"], ["loop 0", "1 to 9999"]),
        ([*EXPORT, "--turn", "around"], ["turn 'around' is no angle", "360"]),
        ([*EXPORT, "--turn", "1e9"], ["turn 1e9 is out of range", "36000"]),
        ([*EXPORT, "--colors", "16"], ["--colors 16 is for a .gif"]),
        (["export", "toy", "--out", "a.gif", "--colors", "2"], ["colors 2", "8 to 256"]),
        ([*EXPORT, "--transparent"], ["a.mp4 cannot be transparent", ".png"]),
        (["export", "gone.spinviz", "--out", "a.mp4"], ["the file does not exist"]),
        (["gone.ovf"], ["the file does not exist"]),
        (["run", "toy", "--out", "a.csv", "--fast"], ["--fast"]),
    ],
)  # fmt: skip
def test_one_line(spinviz_cli, arguments, words, tmp_path):
    said = spinviz_cli(*arguments)
    assert said.code == 2, said
    assert said.out == ""
    assert said.err.startswith("spinviz: ")
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err, said.err
    assert (tmp_path / "a.csv").read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("arguments", "example"),
    [
        ([*RUN, "--set", "count=nan"], "3"),
        ([*RUN, "--set", "dt=3 T"], "10 ms"),
        (["run", "toy", "--out", "a.csv", "--duration", "foo"], "10 s"),
        ([*RUN, "--every", "foo"], "100 ms"),
        ([*RUN, "--action", "kick@foo"], "10 s"),
        ([*EXPORT, "--speed", "foo"], "1 s"),
        ([*EXPORT, "--start", "foo"], "10 s"),
        ([*EXPORT, "--length", "foo"], "10 s"),
        ([*EXPORT, "--fps", "0.05", "--length", "foo"], "20 s"),
    ],
)
def test_example_is_what_is_usual_here(spinviz_cli, arguments, example):
    said = spinviz_cli(*arguments)
    assert said.code == 2
    assert f"write for example '{example}'" in said.err


def test_examples_can_be_followed():
    found = 0
    for system in systems().values():
        p = system.Parameters.of()
        for name, q in p.quantities().items():
            if q.kind in ("number", "integer"):
                with pytest.raises(ParameterError) as refusal:
                    p.read(name, "nan")
                p.read(name, str(refusal.value).split("write for example '")[1][:-1])
                found += 1
        for preset in system.presets:
            usual = usual_length(system, p, preset.name)
            with pytest.raises(UnitError) as refused:
                time_of("foo", system, "--duration", usual)
            text = str(refused.value).split("write for example '")[1][:-1]
            assert time_of(text, system, "--duration", usual) == pytest.approx(usual, rel=1e-3)
    assert found > 20


def test_input_that_is_no_ovf_file(spinviz_cli, tmp_path):
    (tmp_path / "broken.ovf").write_bytes(b"# OOMMF OVF 2.0\n# Segment count: 1\n")
    said = spinviz_cli("run", "toy", "--input", "broken.ovf", "--out", "b.csv")
    assert said.code == 2
    assert said.err.count("\n") == 1


def test_folder_without_write_permission(spinviz_cli, tmp_path, monkeypatch):
    # The tests may run as root, whom no permission stops: the question is answered in its place.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    said = spinviz_cli("run", "toy", "--out", "b.csv")
    assert said.code == 2
    assert "writing is not permitted; choose a folder you may write to" in said.err


def test_device_is_no_file(spinviz_cli, tmp_path):
    (tmp_path / "full.csv").symlink_to("/dev/full")
    said = spinviz_cli("run", "toy", "--out", "full.csv", "--duration", "0.05")
    assert said.code == 2
    assert "device" in said.err


def test_full_disk_leaves_the_old_file(spinviz_cli, tmp_path, monkeypatch):
    class FullDisk:
        def __init__(self, stream):
            pass

        def writerow(self, row):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(running.csv, "writer", lambda stream, **_: FullDisk(stream))
    said = spinviz_cli(*RUN)
    assert said.code == 2
    assert "the disk is full; free some space or choose another disk" in said.err
    assert (tmp_path / "a.csv").read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_no_display(spinviz_cli, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    said = spinviz_cli("toy")
    assert said.code == 2
    assert "no display" in said.err
    assert "spinviz export toy" in said.err


@pytest.mark.skipif(sys.platform != "linux", reason="hides the drivers of EGL")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["export", "macrospin", "--out", "b.mp4"],
            ["apt-get install libgl1 libegl1 libegl-mesa0", "'spinviz doctor'"],
        ),
        (["doctor", "--probe", "headless"], []),
    ],
)
def test_no_opengl(tmp_path, arguments, words):
    hidden = {"__EGL_VENDOR_LIBRARY_FILENAMES": "/none", "EGL_PLATFORM": "x", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "spinviz", *arguments],
        capture_output=True, text=True, timeout=100, env={**os.environ, **hidden}, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("spinviz: EGL could not create an OpenGL context: ")
    for word in words:
        assert word in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_too_large_for_the_memory(spinviz_cli, monkeypatch):
    def too_large(start, memory):
        raise MemoryError("Unable to allocate 512. GiB")

    monkeypatch.setattr(Start, "loop", too_large)
    said = spinviz_cli(*RUN)
    assert said.code == 2
    assert said.err == (
        "spinviz: the memory of this machine is not enough (Unable to allocate 512. GiB): choose smaller numbers\n"
    )


def test_file_that_no_system_opens(spinviz_cli, tmp_path):
    (tmp_path / "notes.txt").write_text("no field")
    said = spinviz_cli("export", "notes.txt", "--out", "a.mp4")
    assert said.code == 2
    assert "no system starts from notes.txt" in said.err


def test_fault_goes_to_a_log(spinviz_cli, tmp_path, monkeypatch):
    import platformdirs

    monkeypatch.setattr(platformdirs, "user_log_path", lambda name: tmp_path / "log")
    monkeypatch.setattr(Start, "loop", lambda start, memory: 1 / 0)
    said = spinviz_cli(*RUN)
    assert said.code == 70
    assert said.err.count("\n") == 1
    assert "ZeroDivisionError" in said.err
    (log,) = (tmp_path / "log").iterdir()
    assert str(log) in said.err
    assert "Traceback" in log.read_text()


def test_default_length_of_a_slow_run_is_cut() -> None:
    """A preset asked for 10,000 s on screen: the length of a movie that nobody asked for is no reason to refuse."""
    lattice = systems()["exchange_lattice"]
    p = lattice.Parameters.of(**{**lattice.preset("labyrinth").parameters, "nx": 1024, "ny": 1024})
    assert _seconds(lattice, p, "labyrinth", lattice.speed(p)) == MOST_SECONDS
    assert 1 < _seconds(lattice, lattice.Parameters(), "skyrmion", 5e-11) < MOST_SECONDS
