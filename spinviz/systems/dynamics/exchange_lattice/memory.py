"""What the exchange lattice takes of the memory, told before it is taken."""

from __future__ import annotations

from math import prod

from spinviz.physics.micromagnetics.cells import ROWS
from spinviz.physics.micromagnetics.stepping import SLOTS
from spinviz.physics.micromagnetics.stray_field import KEPT, padded
from spinviz.systems.dynamics.exchange_lattice.parameters import ExchangeParameters

BYTES_TO_MAKE = 57
"""Bytes for each cell while the spins are made, without the spins themselves (traced: 44 to 60)."""
CONSTANTS = 390
"""Bytes for the constants of each cell of several materials, in double precision, and their energies (traced)."""


def memory_of(p: ExchangeParameters) -> int:
    """Bytes at the peak: of making the spins, or of the first step."""
    number = 4 if p.precision == "single" else 8
    plane = (p.nx + 2) * (p.ny + 2)
    spins = 3 * plane * (p.nz + 2) * number
    making = p.cells * BYTES_TO_MAKE + spins
    if p.calm:
        return making
    stages = 2 * spins + 4 * 3 * p.nz * plane * number
    several = p.cells * CONSTANTS + ROWS * p.nz * plane * number if not p.plain else 0
    return max(making, spins + stages + several + (stray_memory(p, number) if p.stray else 0))


def stray_memory(p: ExchangeParameters, number: int) -> int:
    """Bytes of the tensor, of what is transformed, and of the last fields."""
    x, y, z = padded((p.nx, p.ny, p.nz), p.closed)
    octant = prod(n // 2 + 1 for n in (x, y, z))
    tensor = (4 if z == 1 else 6) * octant * number
    kept = 6 * 8 * octant if p.cells <= KEPT else 0
    transformed = 3 * p.nz * p.ny * x * number + 3 * z * y * (x // 2 + 1) * 2 * number
    fields = SLOTS * 3 * p.nz * (p.nx + 2) * (p.ny + 2) * number
    return tensor + kept + transformed + fields
