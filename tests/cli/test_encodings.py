"""Letters that the terminal has not, and names of files that are no Unicode, end no command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from spinviz.cli import main, problems
from spinviz.cli.output import writable
from spinviz.cli.starting import Start
from spinviz.files.errors import FileError
from spinviz.files.pulseq.read import write_pulseq
from spinviz.files.recording.read import read_recording
from spinviz.model.file_names import as_text, of_text
from spinviz.systems.resonance.pulseq.small_sequences import small_sequence

COMMANDS = (
    ["list"],
    ["list", "--json"],
    ["verify", "recovery", "--quick"],
    ["--help"],
    ["run", "--help"],
    ["list", "名前_α"],
    ["run", "macrospin", "--set", "B=−3 µx∞", "--out", "a.csv"],
    ["run", "macrospin", "--out", "Ωω.xyz"],
)
CALLS = f"""
import sys
from spinviz.cli import main
for words in {COMMANDS!r}:
    print("code", main(words), flush=True)
"""


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii", "utf-8"])
def test_no_letter_ends_a_command(tmp_path, encoding):
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-c", CALLS], capture_output=True, timeout=200, env=environment, cwd=tmp_path, check=False
    )
    out, err = done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert done.returncode == 0, err
    codes = [line for line in out.splitlines() if line.startswith("code ")]
    assert codes == ["code 0"] * 5 + ["code 2"] * 3, err
    assert err.count("\n") == 3, err
    assert "\\u" not in out.partition("code 0")[0], "every letter of the list has another one"
    if encoding == "ascii":
        assert "alpha" in out
        assert "Ohmomega.xyz" in err


def test_letters_are_replaced_one_by_one():
    class Terminal:
        encoding = "cp1252"

    assert writable("−2·10⁻³ µm, 5² Å ≤ α₁", Terminal()) == "-2·10^-3 µm, 5² Å <= alpha1"
    Terminal.encoding = "utf-8"
    assert writable("−2·10⁻³ α", Terminal()) == "−2·10⁻³ α"
    assert writable("−2·10⁻³ α", None) == "−2·10⁻³ α"


# --- names that are no Unicode ----------------------------------------------------------------------------------------

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")


def odd(name: bytes) -> str:
    return os.fsdecode(b"\xff\xfe" + name)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, and in it a sequence, a phantom and a session, all with names that are no UTF-8."""
    made = tmp_path / odd(b" folder")
    made.mkdir()
    monkeypatch.chdir(made)
    write_pulseq(odd(b".seq"), small_sequence("spin_echo"))
    data = np.zeros((1, 2, 2, 5))
    data[..., 0], data[..., 1], data[..., 2] = 1, 1e-3, 1e-2
    with h5py.File("p.h5", "w") as file:
        file["sample/data"], file["sample/resolution"], file["sample/offset"] = data, np.ones(3), np.zeros(3)
    os.rename("p.h5", odd(b"p.h5"))
    session = {"format": 1, "system": "pulseq", "parameters": {"input": str(made / odd(b".seq"))}}
    Path(odd(b".spinviz")).write_text(json.dumps(session))
    return made


SHORT = ["--duration", "1e-11"]
SMALL = ["--size", "64x64"]


@LINUX
@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "macrospin", *SHORT, "--out", odd(b"a.csv")],
        ["run", "macrospin", *SHORT, "--out", odd(b"a.h5")],
        ["run", "macrospin", *SHORT, "--out", odd(b"a.npz")],
        ["run", "exchange_lattice", "--set", "nx=4", "--set", "ny=4", "--duration", "0", "--out", odd(b"a.ovf")],
        ["run", "pulseq", "--input", odd(b".seq"), "--out", odd(b"a.csv")],
        ["run", "pulseq", "--input", odd(b".seq"), "--input", odd(b"p.h5"), "--out", odd(b"a.csv")],
        ["run", "pulseq", "--input", odd(b".seq"), "--duration", "1 ms", "--out", odd(b"a.h5")],
        ["run", "pulseq", "--set", f"input={odd(b'.seq')}", "--out", odd(b"a.seq")],
        ["export", "pulseq", "--input", odd(b".seq"), *SMALL, "--out", odd(b"a.png")],
        ["export", odd(b".spinviz"), *SMALL, "--out", odd(b"a.png")],
        ["export", odd(b".seq"), *SMALL, "--out", odd(b"a.png")],
        ["export", "macrospin", *SMALL, "--length", "0.04", "--out", odd(b"a.mp4")],
        ["export", "macrospin", *SMALL, "--length", "0.04", "--fps", "25", "--out", odd(b"a.gif")],
        ["export", "macrospin", *SMALL, "--length", "0.04", "--out", odd(b"a_%05d.png")],
    ],
    ids=lambda words: ascii(" ".join(words)),
)
def test_names_that_are_no_unicode(capsys, folder, arguments):
    assert main(arguments) == 0, capsys.readouterr().err
    out = folder / arguments[-1].replace("%05d", "00000")
    assert out.stat().st_size > 0
    if out.suffix == ".h5":
        parameters = json.loads(read_recording(out).header["parameters"])
        assert parameters.get("input") in (None, odd(b".seq"), str(folder / odd(b".seq")))


@LINUX
@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "macrospin", "--out", odd(b"")],
        ["run", "macrospin", "--out", odd(b"/a.csv")],
        ["run", "pulseq", "--input", odd(b"no.seq"), "--out", "a.csv"],
        ["export", odd(b"no.spinviz"), "--out", "a.png"],
        ["list", odd(b"")],
        [odd(b"no.seq")],
        ["doctor", odd(b"")],
    ],
    ids=lambda words: ascii(" ".join(words)),
)
def test_complaints_about_names_that_are_no_unicode(capsys, folder, arguments):
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "��" in said


@LINUX
@pytest.mark.parametrize(
    "arguments",
    [
        ["a\ud800.ovf"],
        ["run", "toy", "--out", "a\ud800.csv"],
        ["run", "toy", "--out", "a\ud800/a.csv"],
        ["export", "toy", "--out", "a\ud800.png"],
        ["export", "toy", "--out", "a\ud800_%05d.png"],
        ["export", "toy", "--out", "a\ud800/"],
        ["export", "a\ud800.spinviz", "--out", "a.png"],
    ],
)
def test_names_that_no_file_can_have(spinviz_cli, folder, arguments):
    said = spinviz_cli(*arguments)
    assert said.code == 2
    assert "the name holds half a character" in said.err
    assert said.err.count("\n") == 1


@LINUX
def test_names_are_kept_and_passed_on_as_text():
    name = os.path.join(os.getcwd(), odd(b" 100%.seq"))
    assert as_text(name).endswith("/%FF%FE%20100%25.seq")
    assert of_text(as_text(name)) == name
    assert as_text("/tmp/100%.seq") == of_text("/tmp/100%.seq") == "/tmp/100%.seq"


# --- the last handler -------------------------------------------------------------------------------------------------


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("\udcff\nsecond line"), "internal error, ValueError: �"),
        (Unspeakable(), "internal error, "),
        (ValueError("9" * 10_000), "internal error, ValueError: 999"),
        (UnicodeEncodeError("ascii", "ä", 0, 1, "no"), "internal error, UnicodeEncodeError"),
    ],
)
@pytest.mark.parametrize("without_home", [False, True])
def test_a_fault_is_told_whatever_it_holds(spinviz_cli, monkeypatch, tmp_path, error, words, without_home):
    import platformdirs

    def log(name):
        if without_home:
            raise RuntimeError("Could not determine home directory.")
        return tmp_path / odd(b"log")

    def fail(start, memory):
        raise error

    monkeypatch.setattr(platformdirs, "user_log_path", log)
    monkeypatch.setattr(problems.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(Start, "loop", fail)
    monkeypatch.setattr(sys, "argv", [odd(b"")])
    said = spinviz_cli("run", "toy", "--out", tmp_path / "a.csv")
    assert said.code == 70
    assert said.err.startswith(f"spinviz: {words}")
    assert said.err.count("\n") == 1
    assert len(said.err) < 700
    (written,) = tmp_path.rglob("error-*.log")
    assert "Traceback" in written.read_text()


def test_a_file_error_of_half_characters_is_one_line():
    assert str(FileError(odd(b"a\n"), "no", "go")) == "��a�: no; go."
