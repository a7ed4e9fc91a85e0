"""Ends every kind of work by a signal at random moments and says what went wrong: ``python tests/interrupts.py 100``.

Each piece of work is a process with folders of its own. It must end soon, with its exit code, without a traceback,
with an empty log, and leave nothing half written. A moment is counted from when the process watches its signals:
what comes before is Python's own start.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0
"""Seconds that an end may take on a busy machine; one that is lost takes for ever."""
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


@dataclass(frozen=True)
class Work:
    """Arguments of a command that goes on for long, and the seconds in which its moments lie."""

    arguments: tuple[str, ...]
    seconds: float = 4.0
    leaves: tuple[str, ...] = ()
    """Files that may be there afterwards."""
    is_window: bool = False


LONG = ("--duration", "100000")
SMALL = ("--size", "160x120", "--length", "600")
WORKS = {
    "run": Work(("run", "isochromats", *LONG, "--every", "1", "--out", "a.csv")),
    "record": Work(("run", "isochromats", *LONG, "--out", "a.h5"), leaves=("a.h5",)),
    "series": Work(("export", "isochromats", *SMALL, "--out", "a_%05d.png")),
    "movie": Work(("export", "isochromats", *SMALL, "--out", "a.mp4")),
    "verify": Work(("verify",), 6.0),
    "bench": Work(("bench", "bloch", "ising"), 3.0),
    "window": Work(("isochromats",), 5.0, is_window=True),
}


def watches(process: subprocess.Popen[str]) -> bool:
    """Whether the handlers are there (Linux says which signals a process catches)."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return False
    caught = int(next(line for line in status.splitlines() if line.startswith("SigCgt")).split()[1], 16)
    return all(caught >> (number - 1) & 1 for number in CODES)


def problem(work: Work, number: signal.Signals, moment: float, folder: Path) -> str:
    """Return what went wrong when ``number`` came at ``moment`` [s]; empty for nothing."""
    place = folder / "work"
    place.mkdir()
    own = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE")}
    words = [sys.executable, "-m", "spinviz", *work.arguments]
    with subprocess.Popen(
        words, cwd=place, env=os.environ | own, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        began = time.monotonic()
        while not watches(process) and process.poll() is None and time.monotonic() - began < PATIENCE:
            time.sleep(0.002)
        time.sleep(moment)
        if process.poll() is not None:
            return f"ended by itself with {process.returncode}: {process.communicate()[1]}"
        process.send_signal(number)
        try:
            err = process.communicate(timeout=PATIENCE)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            return "lost"
    return _found(work, number, process.returncode, err, folder)


def _found(work: Work, number: signal.Signals, code: int, err: str, folder: Path) -> str:
    expected = {CODES[number], 0} if work.is_window else {CODES[number]}
    if code not in expected:
        return f"code {code}: {err}"
    if "Traceback" in err or "Exception ignored" in err:
        return err
    log = folder / "state" / "spinviz" / "spinviz.log"
    if log.exists():
        return log.read_text()
    left = [path.name for path in (folder / "work").iterdir() if path.name not in work.leaves]
    return f"left behind: {left}" if left else ""


def problems(names: list[str], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """What went wrong in ``count`` moments of each signal in each work, beside where; empty for nothing."""
    chance = random.Random(seed)
    for name in names:
        for number in CODES:
            for _ in range(count):
                moment = chance.uniform(0, WORKS[name].seconds)
                with tempfile.TemporaryDirectory(prefix="spinviz-interrupts-") as folder:
                    found = problem(WORKS[name], number, moment, Path(folder))
                yield f"{name}, {number.name} after {moment:.3f} s", found


def main() -> int:
    """Try, print what went wrong, and return 1 where anything did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100, help="moments of each signal in each work")
    parser.add_argument("--only", choices=WORKS, action="append", help="one kind of work, may be given again")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = tried = 0
    for where, found in problems(options.only or list(WORKS), options.count, options.seed):
        tried += 1
        if found:
            wrong += 1
            print(f"{where}: {found}", flush=True)
    print(f"{tried} signals, {wrong} went wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
