"""Every benchmark by name, and the choice of some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from spinviz.model.shortened import shortened

if TYPE_CHECKING:  # the numbers of threads must be set before numba is imported
    from spinviz.bench.measurement import Benchmark


class UnknownBenchmark(ValueError):
    """A name that nothing answers to: one line with the known names."""


def benchmarks(window: bool = False) -> dict[str, Benchmark]:
    """All by name in the order of the table; with ``window`` also what takes longer in a window."""
    from spinviz.bench import (
        bloch,
        drawing,
        heisenberg,
        ising,
        lattices,
        limits,
        llg,
        macrospins,
        micromagnetics,
        movies,
        resonance,
        windows,
    )

    modules = (limits, llg, lattices, micromagnetics, macrospins, ising, heisenberg, bloch, resonance, drawing, movies)
    every: list[Benchmark] = [benchmark for module in (*modules, windows) for benchmark in module.BENCHMARKS]
    if window:
        every += windows.WITH_PATIENCE
    return {benchmark.name: benchmark for benchmark in every}


def chosen(names: Sequence[str], known: dict[str, Benchmark]) -> list[Benchmark]:
    """The benchmarks of these names or of groups like ``llg``; all without a name. Errors: `UnknownBenchmark`."""
    if not names:
        return list(known.values())
    groups = dict.fromkeys(key.partition("-")[0] for key in known)
    found: list[Benchmark] = []
    for name in names:
        matching = [known[key] for key in known if key == name or key.startswith(f"{name}-")]
        if not matching:
            raise UnknownBenchmark(
                f"unknown benchmark '{shortened(name)}': the groups are {', '.join(groups)}; give one of them, or the "
                "whole name of a benchmark as the table has it."
            )
        found += [benchmark for benchmark in matching if benchmark not in found]
    return found
