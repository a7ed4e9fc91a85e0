"""Numbers that become infinite, vanish or fill a screen are one line that quotes little of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DIGITS = "9" * 5000
RUN = ("run", "toy", "--out", "a.csv")
EXPORT = ("export", "toy", "--out", "a.mp4")
QUOTED = 80
"""Letters of a value that a message may show."""


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*RUN, "--duration", "1e308"], ["--duration 1e+308 s", "rows"]),
        ([*RUN, "--duration", "1e308", "--every", "1e301"], ["ends at 1e+308 s, after more than 1e+12 steps"]),
        ([*RUN, "--duration", "1e999"], ["--duration ∞", "a finite number"]),
        ([*RUN, "--duration", DIGITS], ["--duration ∞", "a finite number"]),
        ([*RUN, "--every", "1e999"], ["--every ∞", "a finite number"]),
        ([*RUN, "--every", "5e-324"], ["shorter than a step"]),
        ([*RUN, "--action", f"kick@{DIGITS}"], ["--action kick@", "a finite number"]),
        ([*RUN, "--action", "kick@1e308"], ["never happens"]),
        ([*RUN, "--seed", DIGITS], ["--seed 999", "whole number from 0 to 9223372036854775807"]),
        ([*RUN, "--seed", "9" * 30], ["--seed 999", "whole number from 0 to 9223372036854775807"]),
        ([*RUN, "--set", "rate=1e308"], ["rate = ", "is out of range", "between 0 1/s"]),
        ([*RUN, "--set", f"rate={DIGITS}"], ["rate = 'inf' is not finite"]),
        ([*RUN, "--set", "rate=5e-324"], ["rate = ", "too close to 0"]),
        ([*RUN, "--set", "count=1e308"], ["count", "between 1 and 1000"]),
        ([*RUN, "--set", f"count={DIGITS}"], ["count", "whole number"]),
        ([*RUN, "--set", f"rate=x{DIGITS}"], ["no number"]),
        ([*RUN, "--set", f"rate=3 {DIGITS}"], ["does not fit"]),
        ([*RUN, "--set", f"mode={DIGITS}"], ["plain, raise"]),
        ([*RUN, "--set", f"broken={DIGITS}"], ["on or off"]),
        ([*RUN, "--set", f"{DIGITS}=3"], ["unknown parameter"]),
        ([*RUN, "--set", DIGITS], ["NAME=VALUE"]),
        ([*RUN, "--preset", DIGITS], ["no preset"]),
        ([*RUN, "--action", DIGITS], ["has no time"]),
        ([*RUN, "--action", f"{DIGITS}@1"], ["no action"]),
        ([*RUN, "--input", DIGITS], ["toy does not open"]),
        (["run", DIGITS, "--out", "a.csv"], ["unknown system"]),
        (["run", "toy", "--out", DIGITS], ["no ending"]),
        (["run", "toy", "--out", f"a.{DIGITS}"], ["ending '.999"]),
        (["run", "toy", "--out", f"{DIGITS}.csv"], ["the name is too long"]),
        (["run", "toy", "--out", f"{'a/' * 2500}a.csv"], ["the name is too long"]),
        ([*EXPORT, "--fps", "1e999999999"], ["fps 1e999999999 is out of range", "240"]),
        ([*EXPORT, "--fps", "1e-999999999"], ["fps 1e-999999999 is out of range", "240"]),
        ([*EXPORT, "--fps", DIGITS], ["fps 999", "is out of range"]),
        ([*EXPORT, "--fps", f"1/{DIGITS}"], ["fps 1/999", "is out of range"]),
        ([*EXPORT, "--size", f"{DIGITS}x{DIGITS}"], ["is no size"]),
        ([*EXPORT, "--length", "1e308"], ["--length 1e308 is out of range"]),
        ([*EXPORT, "--length", DIGITS], ["--length 999", "is out of range"]),
        ([*EXPORT, "--speed", "1e308"], ["--speed 1e308 is out of range", "between 1e-30 and 1e+15 s"]),
        ([*EXPORT, "--speed", "5e-324"], ["--speed 5e-324 is out of range"]),
        ([*EXPORT, "--speed", DIGITS], ["--speed ∞", "a finite number"]),
        ([*EXPORT, "--start", "1e308"], ["ends at 1e+308 s, after more than 1e+12 steps", "earlier --start"]),
        (["export", "toy", "--out", "a.png", "--start", "1e308"], ["1e+12 steps", "earlier --start"]),
        ([*EXPORT, "--theme", DIGITS], ["unknown theme"]),
        (["export", f"{DIGITS}.spinviz", "--out", "a.mp4"], ["the name is too long"]),
        (["export", "toy", "--out", f"{DIGITS}.png"], ["the name is too long"]),
        (["export", "toy", "--out", f"{DIGITS}_%05d.png"], ["the name is too long"]),
        (["export", "toy", "--out", f"a_%{DIGITS}d.png", "--length", "1"], ["is one picture"]),
        (["export", "toy", "--out", "a_%99d.png", "--length", "1", "--size", "1x1"], ["is out of range"]),
        (["export", "toy", "--out", DIGITS], ["the name is too long"]),
        (["export", "toy", "--out", f"a_%05d.{DIGITS}"], ["only .png can be a series"]),
        (["list", DIGITS], ["unknown system"]),
        (["verify", DIGITS], ["unknown system"]),
        (["bench", DIGITS], ["unknown benchmark"]),
        ([DIGITS], ["unknown system"]),
        ([f"{DIGITS}.ovf"], ["the name is too long"]),
        (["doctor", DIGITS], ["unrecognized arguments"]),
        (["list", f"--{DIGITS}"], ["unrecognized arguments"]),
        (["list", *["--x"] * 5000], ["unrecognized arguments"]),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)  # fmt: skip
def test_one_line_that_quotes_little(spinviz_cli, arguments, words, tmp_path):
    said = spinviz_cli(*arguments)
    _is_one_line(said.code, said.err)
    for word in words:
        assert word in said.err, said.err
    assert list(tmp_path.iterdir()) == []


def _is_one_line(code, err):
    assert code == 2, err
    assert err.startswith("spinviz: "), err
    assert err.count("\n") == 1, err
    for letter in "9x":
        assert letter * (QUOTED + 1) not in err
    assert len(err) < 1000


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"speed": 1e308}, "speed = '1e+308' is no finite number from 1e-30"),
        ({"speed": 10**400}, "speed = '1000"),
        ({"step": 10**400}, "step = '1000"),
        ({"seed": 10**400}, "seed = '1000"),
        ({"parameters": {"T": 10**400}}, "T = '1000"),
        ({"parameters": {"T": 5e-324}}, "too close to 0"),
        ({"camera": {"azimuth": 1e308}}, "camera 'azimuth' = '1e+308'"),
        ({"preset": "x" * 5000}, "no preset"),
        ({"system": "x" * 5000}, "unknown system"),
        ({"x" * 5000: 1}, "unknown entry"),
        ({"parameters": {"x" * 5000: 1}}, "unknown parameter"),
        ({"events": [{"step": 0, "x" * 5000: 1}]}, "an event has step, xxx"),
        ({"system": "pulseq", "parameters": {"input": "9" * 5000}}, "the name is too long"),
    ],
)  # fmt: skip
def test_sessions(capsys, tmp_path, changes, words):
    from spinviz.cli import main

    (tmp_path / "a.spinviz").write_text(json.dumps({"format": 1, "system": "macrospin"} | changes))
    code = main(["export", "a.spinviz", "--out", "a.png"])
    said = capsys.readouterr().err
    _is_one_line(code, said)
    assert words in said
    assert [path.name for path in tmp_path.iterdir()] == ["a.spinviz"]


def test_a_sequence_of_endless_duration(capsys, tmp_path):
    from spinviz.cli import main

    head = "[VERSION]\nmajor 1\nminor 5\nrevision 0\n[DEFINITIONS]\nAdcRasterTime 1e-07\nBlockDurationRaster 1e-05\n"
    rest = f"GradientRasterTime 1e-05\nRadiofrequencyRasterTime 1e-06\n[BLOCKS]\n1 1{'9' * 300}{'0' * 50} 0 0 0 0 0 0\n"
    (tmp_path / "a.seq").write_text(head + rest)
    code = main(["run", "pulseq", "--input", "a.seq", "--out", "a.csv"])
    said = capsys.readouterr().err
    _is_one_line(code, said)
    assert "not a finite number" in said


@pytest.mark.parametrize(("system", "name"), [("pauli_paramagnet", "T"), ("macrospin", "period"), ("macrospin", "T")])
def test_numbers_next_to_zero(capsys, system, name):
    """A temperature of 5e-324 K divided by zero in the first step."""
    from spinviz.cli import main

    code = main(["run", system, "--set", f"{name}=5e-324", "--out", "a.csv"])
    said = capsys.readouterr().err
    _is_one_line(code, said)
    assert "too close to 0" in said


def test_a_window_on_a_preset_of_5000_letters(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "spinviz", "macrospin", "--preset", "9" * 5000],
        capture_output=True, text=True, timeout=100, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, check=False,
    )  # fmt: skip
    _is_one_line(done.returncode, done.stderr)
