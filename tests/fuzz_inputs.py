"""Damaged files and words by the hundred thousand: each opens, or is refused in one line, soon and in little memory.

    python tests/fuzz_inputs.py --inputs 300000 --seed 1 --jobs 2 [--seeds FOLDER] [--keep FOLDER]

Input number n of a seed is always the same. What does harm (another error, a long or broken line, too much time or
memory, the end of the process) is kept in a folder, each with its traceback, and the exit code is 1. Ctrl+C ends it
with the summary of what was tried.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

SILENCE = 120
"""Seconds without a word from a worker, after which it hangs."""


class Worker(threading.Thread):
    """Listens to a process that tries inputs, and starts another behind the one that ended it."""

    def __init__(self, options: argparse.Namespace, number: int, seeds: Path, keep: Path) -> None:
        super().__init__(daemon=True)
        self.counts: Counter[str] = Counter()
        self._options, self._seeds, self._keep = options, seeds, keep
        self._first = number
        self._process: subprocess.Popen[str] | None = None
        self._heard = time.monotonic()
        self._leaving = False

    def run(self) -> None:
        """Go on until all inputs of this worker were tried."""
        while self._first < self._options.inputs and not self._try_inputs() and not self._leaving:
            self._go_on_behind(f"the process ended with {self._process.returncode if self._process else None}")

    def _try_inputs(self) -> bool:
        """Start a process and listen to it; return whether it came to the end."""
        o = self._options
        words = ["--inputs", o.inputs, "--seed", o.seed, "--jobs", o.jobs, "--first", self._first]
        command = [sys.executable, __file__, "--work", *map(str, words), "--seeds", self._seeds, "--keep", self._keep]
        self._heard = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as self._process:
            assert self._process.stdout is not None
            for line in self._process.stdout:
                self._heard = time.monotonic()
                told = json.loads(line)
                self.counts.update(told["counts"])
                if told["done"]:
                    return True
        return False

    def _go_on_behind(self, how: str) -> None:
        from fuzz_judging import Inputs, save

        note = self._keep / f"now-{self._process.pid if self._process else 0}"
        if not note.exists():
            self.counts[f"a worker did not start: {how}"] += 1
            self._first = self._options.inputs
            return
        n = int(note.read_text() or self._first)
        note.unlink()
        save(self._keep, n, *Inputs(self._seeds, self._options.seed)(n), how)
        self.counts[f"{how}; what it counted last is lost"] += 1
        self._first = n + self._options.jobs

    def watch(self) -> None:
        """End a process that hangs."""
        if time.monotonic() - self._heard > SILENCE and self._process is not None:
            self._process.kill()

    def leave(self) -> None:
        """End."""
        self._leaving = True
        if self._process is not None:
            self._process.terminate()
        self.join()
        for note in self._keep.glob("now-*"):
            note.unlink(missing_ok=True)


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
        with suppress(KeyboardInterrupt):
            for worker in workers:
                worker.start()
            while any(worker.is_alive() for worker in workers):
                time.sleep(0.2)
                for worker in workers:
                    worker.watch()
        for worker in workers:
            worker.leave()
    counts = sum((worker.counts for worker in workers), Counter())
    for what, count in sorted(counts.items()):
        print(f"{count:9}  {what}")
    harm = sum(count for what, count in counts.items() if not what.endswith((": opened", ": refused")))
    where = f": see {keep}" if harm else ""
    print(f"{sum(counts.values())} inputs in {time.monotonic() - began:.0f} s, {harm} did harm{where}")
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
    if options.work:
        from fuzz_judging import work

        return work(options)
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
