"""Speed of kernels, drawing and start, beside this machine's limits and beside other people's programs.

Kernels run on one thread, and so do their peers: the numbers of threads are set before numba or a peer is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from spinviz.bench.environment import THREAD_COUNTS, busy, remember

if TYPE_CHECKING:
    from spinviz.bench.measurement import Benchmark, Peer, Result

REMEDY = "pip install 'spinviz[bench]'"


def run(names: Sequence[str] = (), *, as_json: bool = False, window: bool = False) -> int:
    """Measure what ``names`` choose (all without a name), print the results, and return the exit code.

    Standard output receives the table, or with ``as_json`` nothing but JSON; standard error receives the progress.
    Errors: `catalogue.UnknownBenchmark`.
    """
    single_threaded()
    from spinviz.bench import report
    from spinviz.bench.catalogue import benchmarks, chosen

    selected = chosen(names, benchmarks(window or "event-loop" in names))
    _say_busy()
    results = measured(selected)
    if as_json:
        print(report.as_json(results))
    else:
        print(report.as_table(results, {benchmark.name: benchmark.title for benchmark in selected}))
    _say_missing(selected)
    return 0


def measured(selected: Sequence[Benchmark]) -> list[Result]:
    """Measure one after the other; what cannot run is left out and said."""
    from spinviz.bench.measurement import Skipped

    results = []
    for number, benchmark in enumerate(selected, 1):
        _say(f"{number}/{len(selected)} {benchmark.name}: {benchmark.title}")
        try:
            results.append(benchmark.measure())
        except Skipped as reason:
            _say(f"    left out: {reason}")
    return results


def single_threaded() -> None:
    """Keep kernels and peers to one thread; other processes get the environment as it was.

    None of our kernels is parallel. Numba reads its number again at every compilation and refuses another one, so
    that it is set only where numba is still to be imported.
    """
    remember()
    names = [name for name in THREAD_COUNTS if name != "NUMBA_NUM_THREADS" or "numba" not in sys.modules]
    os.environ.update(dict.fromkeys(names, "1"))


def _say_busy() -> None:
    if busy():
        _say(f"{busy()}: frames and starts take longer than on a quiet machine and are not judged")


def _say_missing(selected: Sequence[Benchmark]) -> None:
    from importlib.util import find_spec

    peers: list[Peer] = [peer for benchmark in selected if (peer := getattr(benchmark, "peer", None)) is not None]
    missing = sorted({peer.package for peer in peers if find_spec(peer.package) is None})
    if missing:
        _say(f"not compared with {', '.join(missing)} (not installed: {REMEDY})")


def _say(text: str) -> None:
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            print(text, file=sys.stderr, flush=True)
