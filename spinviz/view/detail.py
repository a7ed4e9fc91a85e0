"""Level of detail: which of very many items are drawn, and the words that say so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SOFTWARE_BUDGET = 40_000
HARDWARE_BUDGET = 400_000


@dataclass(frozen=True, eq=False)
class Selection:
    """Rows that are drawn; ``stride`` is the spacing of the drawn sub-lattice, by which items grow."""

    rows: NDArray[np.intp] | None = None
    total: int = 0
    every: int = 1
    stride: int = 1
    budget: int = 0

    def take(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The drawn rows of an array; the array itself when all are drawn."""
        return values if self.rows is None else values[self.rows]

    def message(self, items: str) -> str:
        """What is left out, in words; empty when nothing is."""
        if self.rows is None:
            return ""
        return f"every {ordinal(self.every)} of {self.total:,} {items}"


def select(positions: NDArray[np.float32], budget: int) -> Selection:
    """Choose at most ``budget`` rows: a sub-lattice where the positions are a lattice, else every n-th."""
    total = len(positions)
    if total <= budget:
        return Selection(total=total, budget=budget)
    counts = lattice_counts(positions)
    if counts is None:
        every = -(-total // budget)
        return Selection(np.arange(0, total, every), total, every, 1, budget)
    stride = 2
    while np.prod([-(-n // stride) for n in counts]) > budget:
        stride += 1
    axes = [np.arange((n - 1) % stride // 2, n, stride) for n in counts]
    nx, ny, _ = counts
    rows = (axes[2][:, None, None] * ny + axes[1][None, :, None]) * nx + axes[0]
    return Selection(rows.ravel(), total, round(total / rows.size), stride, budget)


def lattice_counts(positions: NDArray[np.float32]) -> tuple[int, int, int] | None:
    """(nx, ny, nz) when the rows are a lattice, first axis fastest; None when they are not."""
    total = len(positions)
    if total < 2:
        return None
    origin = positions[0].astype(float)
    nx = _run(positions, origin, 1)
    ny = _run(positions, origin, nx) if total // nx > 1 else 1
    if nx < 2 or total % (nx * ny):
        return None
    nz = total // (nx * ny)
    steps = [positions[s].astype(float) - origin if s < total else np.zeros(3) for s in (1, nx, nx * ny)]
    scale = max(float(np.abs(positions[-1] - positions[0]).max()), 1e-30)
    probe = np.linspace(0, total - 1, min(total, 4096)).astype(int)
    ijk = np.column_stack([probe % nx, probe // nx % ny, probe // (nx * ny)])
    if np.abs(origin + ijk @ np.array(steps) - positions[probe]).max() > 1e-4 * scale:
        return None
    return nx, ny, nz


def _run(positions: NDArray[np.float32], origin: NDArray[np.float64], step: int) -> int:
    """How many rows, ``step`` apart, continue in a straight even line from the first."""
    line = positions[::step].astype(float)
    if len(line) < 2:
        return 1
    expected = origin + np.arange(len(line))[:, None] * (line[1] - origin)
    tolerance = 0.25 * max(float(np.abs(line[1] - origin).max()), 1e-30)
    broken = np.abs(line - expected).max(axis=1) > tolerance
    return int(np.argmax(broken)) if broken.any() else len(line)


def ordinal(n: int) -> str:
    """2nd, 3rd, 4th, 11th, 21st."""
    suffix = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"
