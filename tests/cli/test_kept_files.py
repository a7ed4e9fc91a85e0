"""A run says what is kept and where: beside another run, on a full disk, when its file is taken away."""

import errno
import os
import signal
import subprocess
import sys
import textwrap

import pytest
from toy import Toy

from spinviz.files import atomic
from spinviz.files.recording import write as recording_writer
from spinviz.files.recording.read import read_recording

OWNER = """
import sys, time
from spinviz.files.claim import Claim
claim = Claim(sys.argv[1])
print("begun", flush=True)
time.sleep(100)
"""


@pytest.mark.parametrize("name", ["r.h5", "r.csv", "r.npz"])
def test_a_name_that_another_run_writes_to_is_refused_before_the_first_step(spinviz_cli, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    steps = []
    monkeypatch.setattr(Toy, "step", lambda *arguments: steps.append(arguments))
    with subprocess.Popen([sys.executable, "-c", OWNER, name], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "begun\n"
        said = spinviz_cli("run", "toy", "--duration", "1", "--out", name)
        process.kill()
    text = f"{name}: another spinviz is writing this file; choose another name or wait until it has ended."
    assert (said.code, said.err) == (2, f"spinviz: {text}\n")
    assert not steps
    assert not (tmp_path / name).exists()


def no_space(*arguments):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_says_what_was_recorded(spinviz_cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    step, really = Toy.step, recording_writer._Room.ensure

    def step_until(self, state, p, dt):
        if state.time > 0.145:
            monkeypatch.setattr(recording_writer._Room, "ensure", no_space)
        step(self, state, p, dt)

    monkeypatch.setattr(Toy, "step", step_until)
    run = ("run", "toy", "--duration", "10", "--out", "r.h5")
    full = "spinviz: r.h5: the disk is full; free some space or choose another disk. "
    said = spinviz_cli(*run)
    assert (said.code, said.err) == (2, f"{full}r.h5 holds what was recorded until 150 ms.\n")
    assert read_recording(tmp_path / "r.h5").time[-1] == pytest.approx(0.15)
    monkeypatch.setattr(recording_writer._Room, "ensure", really)
    said = spinviz_cli(*run)
    text = "r.part1.h5 holds what was recorded until 150 ms, r.h5 is as it was."
    assert (said.code, said.err) == (2, f"{full}{text}\n")
    assert read_recording(tmp_path / "r.part1.h5").time[-1] == pytest.approx(0.15)
    assert sorted(os.listdir(tmp_path)) == ["r.h5", "r.part1.h5"]


@pytest.mark.parametrize("old", [True, False])
def test_a_full_disk_says_what_is_there_of_a_table(spinviz_cli, tmp_path, monkeypatch, old):
    monkeypatch.chdir(tmp_path)
    if old:
        (tmp_path / "r.csv").write_text("precious")
    monkeypatch.setattr(atomic, "_settle", no_space)
    said = spinviz_cli("run", "toy", "--duration", "0.1", "--out", "r.csv")
    kept = "r.csv is as it was." if old else "Nothing of it is kept."
    assert said.code == 2
    assert said.err == f"spinviz: r.csv: the disk is full; free some space or choose another disk. {kept}\n"
    assert os.listdir(tmp_path) == (["r.csv"] if old else [])


LIMITED = """
    import resource, sys
    from spinviz.cli import main

    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    sys.exit(main(["run", "isochromats", "--duration", "1000", "--out", "r.h5"]))
"""


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="file size limits as on POSIX")
def test_a_file_that_may_not_grow_holds_what_it_is_said_to_hold(tmp_path):
    command = [sys.executable, "-c", textwrap.dedent(LIMITED)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2, done.stderr
    line = done.stderr.splitlines()[-1]
    assert "r.h5: the file grew beyond the allowed size" in line
    assert os.listdir(tmp_path) == ["r.h5"]
    recording = read_recording(tmp_path / "r.h5")
    assert len(recording.time) > 100
    assert f"r.h5 holds what was recorded until {1000 * recording.time[-1]:.3g} ms." in line or (
        f"r.h5 holds what was recorded until {recording.time[-1]:.3g} s." in line
    )


@pytest.mark.parametrize(
    ("number", "word"), [(signal.SIGTERM, "terminated"), (signal.SIGINT, "interrupted")], ids=lambda value: str(value)
)
def test_a_recording_that_was_taken_away_is_not_said_to_be_kept(spinviz_cli, tmp_path, monkeypatch, number, word):
    step = Toy.step

    def step_until(self, state, p, dt):
        if state.time > 0.145:
            os.replace(tmp_path / "other.h5", tmp_path / "r.h5")
            signal.raise_signal(number)
        step(self, state, p, dt)

    (tmp_path / "other.h5").write_text("of somebody else")
    monkeypatch.setattr(Toy, "step", step_until)
    monkeypatch.chdir(tmp_path)
    said = spinviz_cli("run", "toy", "--duration", "10", "--out", "r.h5")
    assert said.err == f"spinviz: {word}: r.h5 was removed or replaced meanwhile, what was recorded is lost\n"
    assert (tmp_path / "r.h5").read_text() == "of somebody else"
