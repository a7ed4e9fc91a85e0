"""What a Pulseq run is made of: inputs, the sequence, the spins, the stored signal; each file is read once."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any, Self

from spinviz.files.mr_signal import StoredSignal, read_mr_signal
from spinviz.files.phantoms import SUFFIXES as PHANTOMS
from spinviz.files.pulseq.read import read_pulseq
from spinviz.model.parameters import ParameterError, Parameters, choice, file, quantity, switch
from spinviz.model.units import show
from spinviz.physics.sequence.blocks import Sequence
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.pulseq.small_sequences import Small, small_sequence

SIGNALS = (".mat", ".h5", ".hdf5")
MOST_HEARD = 2**16
"""Samples that are kept for the picture; a signal written to a file has no such limit."""

MOST_SPINS = 500_000
"""Up to which spins of a phantom are divided: a readout sample of so many takes a millisecond."""
MOST_WORK = 2e9
"""Spins times steps of the sequence up to which they are divided: a quarter of a minute, if steps are of pulses."""


class PulseqParameters(Parameters):
    """Inputs of `Pulseq`."""

    input: str = file("Pulse sequence, Pulseq 1.2 to 1.5; without one a small sequence is played.", (".seq",),
                      title="Sequence")  # fmt: skip
    phantom: str = file(
        "Phantom of JEMRIS or KomaMRI (HDF5), or maps of T1, T2, rho, T2*, B0, B1 (.npz, NIfTI); without one a single "
        "voxel is measured.", PHANTOMS, title="Phantom",
    )  # fmt: skip
    reference: str = file("Stored signal to compare with, scaled to the computed one.", SIGNALS, title="Stored signal")
    divide: bool = switch(
        True, "Divide the spins of a phantom where gradients dephase neighbours by half a turn or more, which would "
        f"make false echoes; up to {MOST_SPINS} spins, fewer where the sequence is long.", title="Divide spins",
        rebuild=True,
    )  # fmt: skip
    inside: int = quantity(
        32, "", "Isochromats in each voxel of a phantom that has T₂*; with 1, T₂* is not used.",
        title="Isochromats for T₂*", ge=1, le=256, scale="log", rebuild=True,
    )  # fmt: skip
    builtin: Small = choice(
        "echo_planar",
        "The small sequence that is played without a file.",
        title="Small sequence",
        rebuild=True,
        words={"echo_planar": "echo planar", "spin_echo": "spin echo"},
    )
    size: float = quantity(
        0.004, "m", "Edge of the voxel, a cube in the middle of the scanner.", title="Voxel", symbol="a", ge=0, le=0.5,
        rebuild=True,
    )  # fmt: skip
    T1: float = quantity(
        0.8, "s", "Longitudinal relaxation time in the voxel.", title="T₁ relaxation time", symbol="T₁", ge=1e-3,
        le=100,
        scale="log",
    )  # fmt: skip
    T2: float = quantity(
        0.08, "s", "Transverse relaxation time in the voxel (at most 2 T₁).", title="T₂ relaxation time", symbol="T₂",
        ge=1e-4, le=100, scale="log",
    )  # fmt: skip
    spread: float = quantity(
        2.0, "Hz", "Half width of the Lorentzian of offsets in the voxel.", title="Spread of offsets", symbol="δf",
        ge=0, le=1000,
    )  # fmt: skip
    offset: float = quantity(
        0.0, "Hz", "Common offset of all spins from the carrier.", title="Offset", symbol="f", ge=-1e4, le=1e4
    )
    B0: float = quantity(
        1.5, "T", "Static field, from which frequencies in ppm count (Pulseq 1.5).", symbol="B₀", ge=0.01, le=20
    )
    image: int = quantity(
        0, "", "Which image is shown where the sequence passes k-space several times (slices, echoes, repetitions); 0 "
        "is the mean of all.", title="Image number", ge=0, le=10_000, display=True,
    )  # fmt: skip
    page: int = quantity(
        40, "", "Blocks on one page of the pulse diagram; 0 shows all of them at once.", title="Blocks on a page",
        ge=0, le=100_000, display=True,
    )  # fmt: skip
    isochromats: int = quantity(
        500, "", "Number of isochromats in the voxel.", title="Isochromats", symbol="N", ge=1, le=20_000, scale="log",
        rebuild=True,
    )  # fmt: skip

    @classmethod
    def of(cls, **values: Any) -> Self:
        """Return validated parameters."""
        p = super().of(**values)
        if p.T2 > 2 * p.T1:
            raise ParameterError(
                f"T2 = {show(p.T2, 's')} is above 2 T1 = {show(2 * p.T1, 's')}: choose T2 up to that, or a longer T1"
            )
        return p


def timeline_of(p: PulseqParameters) -> Timeline:
    """The sequence laid out in time. Errors: `FileError`."""
    if not p.input:
        return _small_timeline(p.builtin)
    return _timeline(p.input, stamp(p.input), p.B0)


def stored_of(p: PulseqParameters) -> StoredSignal:
    """The stored signal. Errors: `FileError`."""
    return _stored(p.reference, stamp(p.reference))


def stamp(path: str) -> int:
    """Change of the file; 0 when it is gone, which reading it will tell."""
    try:
        return os.stat(path).st_mtime_ns
    except (OSError, ValueError):
        return 0


@lru_cache(maxsize=4)
def _small_timeline(kind: Small) -> Timeline:
    return Timeline(small_sequence(kind))


@lru_cache(maxsize=2)
def _timeline(path: str, stamp: int, B0: float) -> Timeline:
    return Timeline(_sequence(path, stamp, B0))


@lru_cache(maxsize=2)
def _sequence(path: str, stamp: int, B0: float) -> Sequence:
    return read_pulseq(path, B0=B0)


@lru_cache(maxsize=2)
def _stored(path: str, stamp: int) -> StoredSignal:
    return read_mr_signal(path)
