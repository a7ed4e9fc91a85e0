"""Ends work by a signal at random moments and says what went wrong: ``python tests/interrupts.py --moments 100``.

Each piece of work is a process with folders of its own. After Ctrl+C or SIGTERM, by turns, it must end soon, with its
exit code, without a traceback, with an empty log; what it recorded must be readable, and nothing half written is left.
With ``--kill`` it is SIGKILL: no file may have its name that is neither the old one nor can be read. A moment is
counted from when the process watches its signals: what comes before is Python's own start.
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
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0
"""Seconds that an end may take on a busy machine; one that is lost takes for ever."""
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}
OLD = b"what was there before"


def is_recording(path: Path) -> bool:
    """Whether a recording can be read and holds its first sample, if any."""
    from spinviz.files.recording.read import read_recording

    recording = read_recording(path)
    return recording.header["system"] == "isochromats" and list(recording.time[:1]) in ([], [0])


def is_movie(path: Path) -> bool:
    """Whether all frames of a movie can be read."""
    import av

    with av.open(str(path)) as movie:
        return sum(1 for _ in movie.decode(video=0)) == FRAMES


def is_session(path: Path) -> bool:
    """Whether a session can be read as one of those that `SAVING` writes."""
    from spinviz.files.session import read_session
    from spinviz.systems import system_named

    session = read_session(path, system_named)
    return len(session.events) == session.step


@dataclass(frozen=True)
class Work:
    """Arguments of Python for something that goes on for long, and the seconds in which its moments lie."""

    arguments: tuple[str, ...]
    seconds: float = 4.0
    out: str = ""
    """The file that it writes."""
    is_whole: Callable[[Path], bool] | None = None
    """Reads the file that may be left; nothing may be where there is none."""
    codes: tuple[int, ...] = ()
    """Exit codes besides those of the signal."""
    watches: bool = True


def spinviz(*arguments: str) -> tuple[str, ...]:
    """Return the arguments of Python that run the command."""
    return ("-m", "spinviz", *arguments)


LONG = ("--duration", "10000")
SMALL = ("--size", "160x120", "--length", "600")
FRAMES = 45
SAVING = """
from dataclasses import replace
from spinviz.files.session import Session, save_session
from spinviz.systems import system_named

system = system_named("isochromats")
p = system.Parameters.of()
count = 0
while True:
    count = (count + 997) % 5000
    save_session("a.spinviz", Session(system, p, events=tuple((k, p) for k in range(count)), step=count))
"""
ENDED = {
    "record": Work(spinviz("run", "isochromats", *LONG, "--out", "a.h5"), 4.0, "a.h5", is_recording),
    "series": Work(spinviz("export", "isochromats", *SMALL, "--out", "a_%05d.png")),
    "window": Work(spinviz("isochromats"), 5.0, codes=(0,)),
    "run": Work(spinviz("run", "isochromats", *LONG, "--every", "1", "--out", "a.csv")),
    "movie": Work(spinviz("export", "isochromats", *SMALL, "--out", "a.mp4")),
    "verify": Work(spinviz("verify"), 6.0),
    "bench": Work(spinviz("bench", "bloch", "ising"), 3.0),
}
KILLED = {
    "record": Work(spinviz("run", "isochromats", "--out", "a.h5"), 5.0, "a.h5", is_recording),
    "movie": Work(
        spinviz("export", "isochromats", "--size", "160x120", "--length", "1.5", "--out", "a.mp4"),
        6.0, "a.mp4", is_movie,
    ),
    "session": Work(("-c", SAVING), 3.0, "a.spinviz", is_session, watches=False),
}  # fmt: skip


def watches(process: subprocess.Popen[str]) -> bool:
    """Whether the handlers are there (Linux says which signals a process catches)."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return False
    caught = int(next(line for line in status.splitlines() if line.startswith("SigCgt")).split()[1], 16)
    return all(caught >> (number - 1) & 1 for number in CODES)


def problem(work: Work, number: signal.Signals, moment: float, folder: Path, *, old: bool = False) -> str:
    """Return what went wrong when ``number`` came at ``moment`` [s]; empty for nothing. ``old``: a file was there."""
    place = folder / "work"
    place.mkdir()
    if old:
        (place / work.out).write_bytes(OLD)
    own = {f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "DATA", "STATE")}
    words = [sys.executable, *work.arguments]
    with subprocess.Popen(
        words, cwd=place, env=os.environ | own, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        began = time.monotonic()
        while work.watches and not watches(process) and process.poll() is None and time.monotonic() - began < PATIENCE:
            time.sleep(0.002)
        time.sleep(moment)
        if process.poll() is not None and number in CODES:
            return f"ended by itself with {process.returncode}: {process.communicate()[1]}"
        process.send_signal(number)
        try:
            err = process.communicate(timeout=PATIENCE)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            return "lost"
    said = _said(work, number, process.returncode, err, folder) if number in CODES else ""
    return said or _left(work, number, place, old=old)


def _said(work: Work, number: signal.Signals, code: int, err: str, folder: Path) -> str:
    if code not in (CODES[number], *work.codes):
        return f"code {code}: {err}"
    if "Traceback" in err or "Exception ignored" in err:
        return err
    log = folder / "state" / "spinviz" / "spinviz.log"
    return log.read_text() if log.exists() else ""


def _left(work: Work, number: signal.Signals, place: Path, *, old: bool) -> str:
    """What is wrong with the files: under a name of their own they are the old one or can be read."""
    for path in place.iterdir():
        if number not in CODES and path.name.startswith("."):
            continue  # what a killed process had begun, which the next one clears
        if old and path.name == work.out and path.read_bytes() == OLD:
            continue
        if work.is_whole is None or path.suffix != Path(work.out).suffix:
            return f"left behind: {path.name}"
        try:
            if not work.is_whole(path):
                return f"{path.name} is not whole"
        except Exception as error:
            return f"{path.name}: {type(error).__name__}: {error}"
    if old and number in CODES and (place / work.out).read_bytes() != OLD:
        return f"{work.out} is no longer there"
    return ""


@dataclass(frozen=True)
class Trial:
    """One end of one work."""

    name: str
    number: signal.Signals
    moment: float
    old: bool

    def run(self) -> str:
        """Return what went wrong; empty for nothing."""
        work = (ENDED if self.number in CODES else KILLED)[self.name]
        with tempfile.TemporaryDirectory(prefix="spinviz-interrupts-") as folder:
            return problem(work, self.number, self.moment, Path(folder), old=self.old)

    def __str__(self) -> str:
        return f"{self.name}, {self.number.name} after {self.moment:.3f} s{', over an old file' if self.old else ''}"


def trials(names: list[str], moments: int, seed: int, *, kill: bool) -> Iterator[Trial]:
    """``moments`` trials of each work, the two signals by turns, and over an old file every second time."""
    chance = random.Random(seed)
    for name in names:
        work = (KILLED if kill else ENDED)[name]
        for k in range(moments):
            number = signal.SIGKILL if kill else list(CODES)[k % 2]
            yield Trial(name, number, chance.uniform(0, work.seconds), bool(work.out) and k // 2 % 2 == 1)


def main() -> int:
    """Try, print what went wrong, and return 1 where anything did."""
    # A job in the background ignores Ctrl+C, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=100, help="moments in each work")
    parser.add_argument("--kill", action="store_true", help="kill, and look at the files")
    parser.add_argument("--only", choices=list({*ENDED, *KILLED}), action="append", help="may be given again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    options = parser.parse_args()
    names = options.only or list(KILLED if options.kill else ENDED)
    counts = {name: [0, 0] for name in names}
    todo = list(trials(names, options.moments, options.seed, kill=options.kill))
    with ThreadPoolExecutor(options.jobs) as pool:
        for trial, found in zip(todo, pool.map(Trial.run, todo)):
            counts[trial.name][0] += 1
            if found:
                counts[trial.name][1] += 1
                print(f"{trial}: {found}", flush=True)
    for name, (tried, wrong) in counts.items():
        print(f"{name}: {tried} signals, {wrong} went wrong", flush=True)
    return 1 if any(wrong for _, wrong in counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
