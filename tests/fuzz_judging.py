"""Trying damaged inputs one after the other: what each is, and whether what became of it is harm."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import resource
import shutil
import signal
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
    "phantom": 9,
    "nifti": 4,
    "zipped": 2,
    "signal": 4,
    "recording": 3,
    "image": 3,
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


class Judge:
    """Tries inputs in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        from spinviz.files.grey_image import read_grey_image
        from spinviz.files.mr_signal import read_mr_signal
        from spinviz.files.odt import read_odt
        from spinviz.files.ovf.read import read_ovf
        from spinviz.files.ovf.series import read_series
        from spinviz.files.phantoms import read_any_phantom
        from spinviz.files.pulseq.read import read_pulseq
        from spinviz.files.recording.read import read_recording
        from spinviz.files.session import read_session
        from spinviz.systems import system_named

        self._folder = folder
        self._read: dict[str, Callable[[str], object]] = {
            "session": lambda path: read_session(path, system_named),
            "sequence": read_pulseq,
            "field": lambda path: (read_series(path), read_ovf(path)),
            "table": read_odt,
            "phantom": read_any_phantom,
            "nifti": read_any_phantom,
            "zipped": read_any_phantom,
            "signal": read_mr_signal,
            "recording": read_recording,
            "image": read_grey_image,
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
            failures, told = 0, time.monotonic()
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
                    print(json.dumps({"counts": counts, "done": False}), flush=True)
                    counts, told = Counter(), time.monotonic()
            print(json.dumps({"counts": counts, "done": True}), flush=True)
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
            (verifying, "_thorough", lambda *_: []),
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
