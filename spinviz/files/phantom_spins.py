"""What a file of a phantom holds: spins, and whatever else belongs to them."""

from __future__ import annotations

from dataclasses import dataclass

from spinviz.physics.sequence.blocks import Array, Sample
from spinviz.physics.sequence.moves import Motion


@dataclass(eq=False)
class Phantom(Sample):
    """Spins at rest; ``motion`` moves them. ``T2star`` (N,) [s], where the file has it, is not in any of their arrays.

    ``remarks``: what had to be assumed to read the file, one clause each.
    """

    motion: Motion | None = None
    T2star: Array | None = None
    remarks: tuple[str, ...] = ()
