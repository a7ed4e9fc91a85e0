"""Damaged files and words do no harm, and the script that tries them notices harm."""

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="limits of a process are those of POSIX")

import random

import fuzz_inputs
import fuzz_judging
from fuzz_judging import Judge
from fuzz_mutations import damaged, damaged_words

from spinviz.files.errors import FileError


def test_a_thousand_damaged_inputs_do_no_harm(tmp_path: Path) -> None:
    script = Path(fuzz_inputs.__file__)
    done = subprocess.run(
        [sys.executable, str(script), "--inputs", "1000", "--seed", "7", "--keep", str(tmp_path)],
        capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("1000 inputs in ")
    assert list(tmp_path.iterdir()) == []


def test_damage_is_the_same_for_the_same_numbers() -> None:
    content = b"# OOMMF OVF 2.0\n1 2 3\n" * 20
    once, again = ([damaged(random.Random(n), content, ".ovf", ()) for n in range(50)] for _ in range(2))
    assert once == again
    assert sum(one != content for one in once) > 40
    words = ["run", "macrospin", "--out", "a.csv"]
    assert len({tuple(damaged_words(random.Random(n), words)) for n in range(50)}) > 20


def _raise(error: BaseException) -> None:
    raise error


def _endless(path: str) -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("read", "word"),
    [
        (lambda path: None, "opened"),
        (lambda path: _raise(FileError(path, "no", "go")), "refused"),
        (lambda path: _raise(FileError(path, "x" * 2000, "go")), "a long line"),
        (lambda path: _raise(ValueError("2")), "ValueError"),
        (lambda path: _raise(MemoryError()), "took too much memory"),
        (lambda path: _raise(SystemExit(0)), "SystemExit"),
        (_endless, "took too long"),
    ],
)
def test_harm_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: object, word: str) -> None:
    monkeypatch.setattr(fuzz_judging, "SECONDS", 0.2)
    judge = Judge(tmp_path)
    judge._read["field"] = read  # type: ignore[assignment]
    assert judge("field", ".ovf", b"1")[0] == word


@pytest.mark.parametrize(
    ("code", "said", "word"),
    [
        (0, "", "opened"),
        (2, "spinviz: no\n", "refused"),
        (2, "spinviz: no\nspinviz: no\n", "code 2, 2 lines"),
        (2, "no\n", "said something else"),
        (70, "spinviz: internal error\n", "code 70, 1 lines"),
        (2, f"spinviz: {'x' * 2000}\n", "a long line"),
    ],
)
def test_harm_of_words_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str, word: str
) -> None:
    import spinviz.cli

    def main(words: list[str]) -> int:
        sys.stderr.write(said)
        return code

    monkeypatch.setattr(spinviz.cli, "main", main)
    assert Judge(tmp_path)("words", "", ["run"])[0] == word


BREAKING = """
import json, os, sys
words = sys.argv
first, keep = int(words[words.index("--first") + 1]), words[words.index("--keep") + 1]
if first < 6:
    open(f"{keep}/now-{os.getpid()}", "w").write("4")
    os.abort()
print(json.dumps({"counts": {"field: opened": 2}, "done": True}))
"""


def test_an_input_that_ends_the_process_is_kept_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "script.py").write_text(BREAKING)
    monkeypatch.setattr(fuzz_inputs, "__file__", str(tmp_path / "script.py"))
    monkeypatch.setattr(fuzz_judging, "SHARES", {"field": 1})
    for name in ("seeds", "keep"):
        (tmp_path / name).mkdir()
    (tmp_path / "seeds" / "field-a.ovf").write_bytes(b"# OOMMF OVF 2.0")
    options = argparse.Namespace(inputs=10, seed=1, jobs=2)
    worker = fuzz_inputs.Worker(options, 0, tmp_path / "seeds", tmp_path / "keep")
    worker.run()
    assert worker.counts["field: opened"] == 2
    assert sum(count for what, count in worker.counts.items() if "ended with -6" in what) == 1
    assert sorted(path.name for path in (tmp_path / "keep").iterdir()) == ["4-field.ovf", "4-field.txt"]
