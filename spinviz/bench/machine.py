"""Limits of this machine, one thread: memory bandwidth, floating-point and integer operations per second.

Every loop is one that LLVM turns into SIMD: arrays of their own, no index arithmetic, no aliases. The arrays of the
triad begin at a cache line and lie staggered modulo a page, because a store that shares the page offset of a load
holds it up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from spinviz.physics.kernel import kernel

Run = Callable[[], float]
"""Does a fixed piece of work and returns work per second."""

clock = time.perf_counter if os.name == "nt" else time.process_time
"""Seconds of processor: other programs interrupt a long sample and spare a short one. Windows counts too coarsely."""

DRAM_WORDS, L2_WORDS = 2**22, 2**13  # three arrays of float64: 100 MB and 196 kB
CACHE_LINE, STAGGER = 64, 72  # bytes; float64 words beyond a multiple of a page
OPERANDS = 2048  # a few kilobytes: all in the first cache
FMA_CHAIN, FMA_FLOPS = 64, 130  # multiply-adds and flops per operand and pass, the two sums included
HASH_OPERATIONS = 36  # shift, exclusive or, multiply: three of each of four rounds
PAUSE = 0.005
"""Seconds one sample takes, about: short, so that it can be repeated beside every kernel."""


@kernel(fastmath={"contract"})
def _triad(a, b, c, s, repeats):  # type: ignore[no-untyped-def]
    for _ in range(repeats):
        for i in range(a.size):
            a[i] = b[i] + s * c[i]


@kernel(fastmath={"contract"})
def _eight(x, c, d):  # type: ignore[no-untyped-def]
    x = x * c + d
    x = x * c + d
    x = x * c + d
    x = x * c + d
    x = x * c + d
    x = x * c + d
    x = x * c + d
    return x * c + d


@kernel(fastmath={"contract"})
def _multiply_add(a, c, d, repeats):  # type: ignore[no-untyped-def]
    """Two chains of 32 multiply-adds for each operand; the processor overlaps them with those of its neighbours."""
    for _ in range(repeats):
        for i in range(a.size):
            x = a[i]
            y = x + c
            x = _eight(_eight(_eight(_eight(x, c, d), c, d), c, d), c, d)
            y = _eight(_eight(_eight(_eight(y, d, c), d, c), d, c), d, c)
            a[i] = x + y


_W = np.uint32


@kernel
def _scramble(x):  # type: ignore[no-untyped-def]
    x = _W(_W(x ^ _W(x >> _W(17))) * _W(0xED5AD4BB))
    x = _W(_W(x ^ _W(x >> _W(11))) * _W(0xAC4C1B51))
    return _W(_W(x ^ _W(x >> _W(15))) * _W(0x31848BAB))


@kernel
def _hash(a, repeats):  # type: ignore[no-untyped-def]
    for _ in range(repeats):
        for i in range(a.size):
            a[i] = _scramble(_scramble(_scramble(_scramble(a[i]))))


def bandwidth(words: int) -> Run:
    """Bytes per second of a[i] = b[i] + s c[i], 24 bytes for each i (the line read before a write is not counted)."""
    a, b, c = _staggered(3, words)
    return _timed(lambda repeats: _triad(a, b, c, 0.5, repeats), 24.0 * words)


def multiply_adds(precision: str) -> Run:
    """Flops per second of fused multiply-adds, each counted as two."""
    number = np.dtype(precision).type
    a, c, d = np.ones(OPERANDS, number), number(0.5), number(0.25)
    return _timed(lambda repeats: _multiply_add(a, c, d, repeats), float(FMA_FLOPS * OPERANDS))


def integer_operations() -> Run:
    """Operations per second on 32-bit integers: as many multiplications as shifts and exclusive ors, as in a hash."""
    a = np.arange(OPERANDS, dtype=np.uint32)
    return _timed(lambda repeats: _hash(a, repeats), float(HASH_OPERATIONS * OPERANDS))


LIMITS: dict[str, Callable[[], Run]] = {
    "float32": lambda: multiply_adds("float32"),
    "float64": lambda: multiply_adds("float64"),
    "int32": integer_operations,
    "L2": lambda: bandwidth(L2_WORDS),
    "DRAM": lambda: bandwidth(DRAM_WORDS),
}
"""By the names that `measurement.Work` uses."""


def _staggered(count: int, words: int) -> list[Any]:
    row = words + STAGGER
    raw = np.ones(count * row + CACHE_LINE // 8)
    start = (-raw.ctypes.data % CACHE_LINE) // 8
    return [raw[start + k * row : start + k * row + words] for k in range(count)]


def _timed(work: Callable[[int], None], amount: float) -> Run:
    """Compile, choose how often to repeat the work in one sample, and return what takes the sample."""
    work(1)
    began = clock()
    work(1)
    repeats = max(1, round(PAUSE / max(clock() - began, 1e-7)))

    def run() -> float:
        start = clock()
        work(repeats)
        return amount * repeats / (clock() - start)

    return run
