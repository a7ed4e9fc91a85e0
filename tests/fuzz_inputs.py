"""Damaged files and words by the hundred thousand: each opens, or is refused in one line, soon and in little memory.

    python tests/fuzz_inputs.py --inputs 300000 --seed 1 --jobs 2 [--seeds FOLDER] [--keep FOLDER]

Input number n of a seed is always the same. What does harm (another error, a long or broken line, too much time or
memory, the end of the process) is kept in a folder, each with its traceback, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import resource
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from fuzz_mutations import damaged, damaged_words

SECONDS = 10
"""Of the processor for one input, in this process; files of HDF5 have limits of their own in theirs."""
SILENCE = 120
"""Seconds without a word from a worker, after which it hangs."""
MEMORY = 1536 * 2**20
"""Bytes that one process may grow by."""
MOST_LETTERS = 1500
"""Of a line."""
MOST_LINES = 12
"""That a command which succeeds may say."""
KEPT = 50
"""Failures of one worker that are kept; more are only counted."""
BATCH = 100
WORDS = "words"
SHARES = {
    "session": 20,
    "sequence": 20,
    "field": 15,
    "phantom": 12,
    "nifti": 4,
    "zipped": 2,
    "signal": 4,
    "recording": 3,
    WORDS: 20,
}
"""Of a hundred inputs: how many are of a kind; files that another process reads are the slowest."""

Verdict = tuple[str, str]
"""Word for the summary ("opened", "refused", or the harm) and the line or traceback."""


class Late(BaseException):
    """The time for an input is over."""


class Inputs:
    """Input number n: its kind, and its content or words."""

    def __init__(self, folder: Path, seed: int) -> None:
        from fuzz_seeds import command_lines

        self._seed = seed
        self._lines = command_lines()
        self._files: dict[str, list[tuple[str, bytes]]] = {}
        for path in sorted(folder.iterdir()):
            kind = path.name.partition("-")[0]
            self._files.setdefault(kind, []).append((path.suffix, path.read_bytes()))
        self._kinds = [kind for kind in SHARES if kind in self._files or kind == WORDS]

    def __call__(self, n: int) -> tuple[str, str, Any]:
        """Return kind, ending and content; words have no ending."""
        rng = random.Random(f"{self._seed} {n}")
        kind = rng.choices(self._kinds, [SHARES[kind] for kind in self._kinds])[0]
        if kind == WORDS:
            return kind, "", damaged_words(rng, rng.choice(self._lines))
        ending, content = rng.choice(self._files[kind])
        others = [other for _, other in self._files[kind]]
        return kind, ending, damaged(rng, content, ending, others)


# --- one input --------------------------------------------------------------------------------------------------------


class Judge:
    """Tries inputs in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        from spinviz.files.mr_signal import read_mr_signal
        from spinviz.files.ovf.read import read_ovf
        from spinviz.files.phantoms import read_any_phantom
        from spinviz.files.pulseq.read import read_pulseq
        from spinviz.files.recording.read import read_recording
        from spinviz.files.session import read_session
        from spinviz.systems import system_named

        self._folder = folder
        self._read: dict[str, Callable[[str], object]] = {
            "session": lambda path: read_session(path, system_named),
            "sequence": read_pulseq,
            "field": read_ovf,
            "phantom": read_any_phantom,
            "nifti": read_any_phantom,
            "zipped": read_any_phantom,
            "signal": read_mr_signal,
            "recording": read_recording,
        }
        signal.signal(signal.SIGVTALRM, self._late)

    def __call__(self, kind: str, ending: str, content: Any) -> Verdict:
        """Return what became of an input."""
        said = io.StringIO()
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            if kind == WORDS:
                return self._words(content, said)
            return self._file(kind, ending, content)
        except Late:
            return "took too long", traceback.format_exc()
        except MemoryError:
            return "took too much memory", traceback.format_exc()
        except BaseException as error:
            return type(error).__name__, traceback.format_exc()
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    @staticmethod
    def _late(*_: object) -> NoReturn:
        raise Late

    def _file(self, kind: str, ending: str, content: bytes) -> Verdict:
        from spinviz.files.errors import FileError

        name = {".nii": "T1.nii", ".gz": "T1.nii.gz"}.get(ending, f"a{ending}")
        path = self._folder / name
        path.write_bytes(content)
        try:
            self._read[kind](str(path))
        except FileError as error:
            return _judged([str(error)], "refused")
        finally:
            path.unlink()
        return "opened", ""

    def _words(self, words: list[str], said: io.StringIO) -> Verdict:
        from spinviz.cli import main

        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            code = main(words)
        lines = said.getvalue().split("\n")
        if lines.pop() or not all(line.startswith("spinviz: ") for line in lines):
            return "said something else", said.getvalue()
        if code == 0:
            return _judged(lines, "opened") if len(lines) <= MOST_LINES else ("many lines", said.getvalue())
        if code != 2 or len(lines) != 1:
            return f"code {code}, {len(lines)} lines", said.getvalue()
        return _judged(lines, "refused")


def _judged(lines: list[str], word: str) -> Verdict:
    for line in lines:
        if not line.isprintable():
            return "a line that cannot be printed", ascii(line)
        if len(line) > MOST_LETTERS:
            return "a long line", line
    return word, "\n".join(lines)


# --- a worker ---------------------------------------------------------------------------------------------------------


def work(options: argparse.Namespace) -> int:
    """Try every ``jobs``-th input from ``first`` on, and tell the counts as lines of JSON."""
    warnings.simplefilter("ignore")
    inputs = Inputs(Path(options.seeds), options.seed)
    keep = Path(options.keep)
    with tempfile.TemporaryDirectory(prefix="spinviz-fuzz-") as name:
        folder = Path(name)
        for variable in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):  # not the cache, which holds compiled kernels
            os.environ[variable] = name
        os.chdir(folder)
        _copy_for_words(Path(options.seeds), folder)
        with _nothing_runs():
            judge = Judge(folder)
            _limit_memory()
            counts: Counter[str] = Counter()
            failures, told, current = 0, time.monotonic(), -1
            print(json.dumps({"at": options.first}), flush=True)
            for current in range(options.first, options.inputs, options.jobs):
                kind, ending, content = inputs(current)
                (keep / f"now-{os.getpid()}").write_text(str(current))
                word, text = judge(kind, ending, content)
                counts[f"{kind}: {word}"] += 1
                if word not in ("opened", "refused"):
                    failures += 1
                    if failures <= KEPT:
                        save(keep, current, kind, ending, content, f"{word}\n{text}")
                if sum(counts.values()) >= BATCH or time.monotonic() - told > 5:
                    print(json.dumps({"counts": counts, "at": current}), flush=True)
                    counts, told = Counter(), time.monotonic()
            print(json.dumps({"counts": counts, "at": current, "done": True}), flush=True)
        (keep / f"now-{os.getpid()}").unlink(missing_ok=True)
    return 0


def save(keep: Path, n: int, kind: str, ending: str, content: Any, text: str) -> None:
    """Keep an input and what became of it."""
    if kind == WORDS:
        text = f"{content!a}\n{text}"
    else:
        (keep / f"{n}-{kind}{ending}").write_bytes(content)
    (keep / f"{n}-{kind}.txt").write_text(text, encoding="utf-8", errors="backslashreplace")


def _copy_for_words(seeds: Path, folder: Path) -> None:
    for name in ("session-macrospin.spinviz", "sequence-spin_echo.seq", "field-2-text.ovf"):
        shutil.copy(seeds / name, folder / f"seed{Path(name).suffix}")
    for path in seeds.glob("beside-*"):
        shutil.copy(path, folder / path.name.removeprefix("beside-"))


@contextlib.contextmanager
def _nothing_runs() -> Iterator[None]:
    """Words are read and checked to the end, and what they ask for is not done; one process reads all HDF5 files."""
    from unittest.mock import patch

    from fuzz_reading import Shared

    from spinviz.cli import exporting, opening, running, verifying  # noqa: F401  exporting is patched by its parts
    from spinviz.export import job

    def nothing(*_: object, **__: object) -> None:
        return None

    with contextlib.ExitStack() as stack:
        for place, name, stand_in in (
            (running, "WRITERS", dict.fromkeys(running.WRITERS, nothing)),
            (running, "write_sequence", nothing),
            (running, "write_signal", nothing),
            (running, "write_image", nothing),
            (running, "say_remarks", nothing),
            (verifying, "verify_system", lambda *_, **__: ()),
            (job, "export", nothing),
            (opening, "has_display", lambda: False),
        ):
            stack.enter_context(patch.object(place, name, stand_in))
        stack.enter_context(patch("spinviz.files.hdf5.reader.Reading", Shared))
        yield
        Shared.end()


def _limit_memory() -> None:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, hard))


# --- all of them ------------------------------------------------------------------------------------------------------


class Worker:
    """A process that is started again behind the input that ended it."""

    def __init__(self, options: argparse.Namespace, number: int, seeds: Path, keep: Path) -> None:
        self._options, self._seeds, self._keep = options, seeds, keep
        self.counts: Counter[str] = Counter()
        self.done = False
        self._first = number
        self._start()

    def _start(self) -> None:
        o = self._options
        words = ["--inputs", o.inputs, "--seed", o.seed, "--jobs", o.jobs, "--first", self._first]
        words += ["--seeds", self._seeds, "--keep", self._keep]
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--work", *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.heard = time.monotonic()

    @property
    def stream(self) -> Any:
        return self._process.stdout

    def hear(self) -> bool:
        """Take a line; whether another process took over."""
        self.heard = time.monotonic()
        line = self.stream.readline()
        if line:
            told = json.loads(line)
            self.counts.update(told.get("counts", {}))
            self.done |= told.get("done", False)
            return False
        return self._ended(f"the process ended with {self._process.wait()}")

    def silent(self) -> bool:
        """Whether it hung and another process took over."""
        if self.done or time.monotonic() - self.heard < SILENCE:
            return False
        self._process.kill()
        return self._ended("the process hung")

    def _ended(self, how: str) -> bool:
        self._process.wait()
        if self.done:
            return False
        note = self._keep / f"now-{self._process.pid}"
        if not note.exists():
            raise SystemExit(f"a worker did not start: {how}")
        n = int(note.read_text())
        note.unlink()
        save(self._keep, n, *Inputs(self._seeds, self._options.seed)(n), how)
        self.counts[f"{how} (counts since its last word are lost)"] += 1
        self._first = n + self._options.jobs
        self.done = self._first >= self._options.inputs
        if not self.done:
            self._start()
        return not self.done


def run(options: argparse.Namespace) -> int:
    """Let ``jobs`` processes try all inputs; print a summary."""
    from fuzz_seeds import write_seeds

    began = time.monotonic()
    keep = Path(options.keep or tempfile.mkdtemp(prefix="spinviz-fuzz-kept-")).absolute()
    keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="spinviz-fuzz-seeds-") as name:
        seeds = Path(name)
        write_seeds(seeds)
        for path in Path(options.seeds).iterdir() if options.seeds else ():
            shutil.copy(path, seeds)
        workers = [Worker(options, number, seeds, keep) for number in range(options.jobs)]
        with selectors.DefaultSelector() as waiting:
            for worker in workers:
                waiting.register(worker.stream, selectors.EVENT_READ, worker)
            while not all(worker.done for worker in workers):
                for key, _ in waiting.select(1.0):
                    if key.data.hear():
                        waiting.unregister(key.fileobj)
                        waiting.register(key.data.stream, selectors.EVENT_READ, key.data)
                    elif key.data.done:
                        waiting.unregister(key.fileobj)
                for worker in workers:
                    if worker.silent():
                        raise SystemExit("a worker hung: see what it was at in the folder of failures")
    counts = sum((worker.counts for worker in workers), Counter())
    for what, count in sorted(counts.items()):
        print(f"{count:9}  {what}")
    harm = sum(count for what, count in counts.items() if not what.endswith((": opened", ": refused")))
    print(
        f"{sum(counts.values())} inputs in {time.monotonic() - began:.0f} s, {harm} did harm"
        + (f": see {keep}" if harm else "")
    )
    if not harm and not options.keep:
        shutil.rmtree(keep)
    return 1 if harm else 0


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--inputs", type=int, default=1000, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--seeds", default="", help="folder with more whole files, named KIND-anything")
    parser.add_argument("--keep", default="", help="folder for inputs that do harm; default one of its own")
    parser.add_argument("--first", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    return work(options) if options.work else run(options)


if __name__ == "__main__":
    sys.exit(main())
