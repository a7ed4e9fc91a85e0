"""Imaging sequences, one line per repetition: spin echo, inversion recovery, gradient echo, balanced SSFP.

Common arguments: ``matrix`` pixels over ``fov`` [m] in both directions, ``dwell`` [s] per sample, times TE, TR, TI [s],
``flip`` [rad], ``dummies`` repetitions without readout before the first line, ``thickness`` [m] of a slice across z or
None for hard pulses, which see everything. Repetitions are numbered from the first with a readout. Transverse
magnetization is spoiled ideally at the end of a repetition (but not by balanced SSFP). Errors: `ImagingError`, one line
with the value, the limit and the remedy.

TE counts from the middle of the excitation to the sample at the centre of k-space, TI from inversion to excitation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import pi
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.imaging.encoding import (
    ALONG_X,
    ALONG_Y,
    LEAD,
    LIMITS,
    Encoding,
    ImagingError,
    Limits,
    Pulse,
    pulse,
    shown,
    wait,
)
from spinviz.physics.imaging.head import FOV
from spinviz.physics.sequence.blocks import Array, Block, Sequence

Order = Literal["sequential", "centric"]
DWELL = 20e-6
"""Seconds per sample: 390 Hz per pixel of 128."""


@dataclass(frozen=True, eq=False)
class Acquisition:
    """A sequence that makes an image, and what the image needs to know of it.

    ``k`` (2, readouts, samples) [1/m]: where each sample was meant to be; without delays this is `Timeline.kspace`.
    ``lines`` (readouts,): the phase-encoding line of each readout, empty when not Cartesian. ``TE``, ``TR`` [s];
    ``begins``: when the first repetition with a readout begins, of ``repetitions``.
    """

    kind: str
    sequence: Sequence
    matrix: int
    fov: float
    k: Array
    lines: NDArray[np.int64]
    TE: float
    TR: float
    begins: float
    repetitions: int

    @property
    def cartesian(self) -> bool:
        """Whether the samples lie on a square grid."""
        return len(self.lines) > 0


def phase_encoding_order(matrix: int, order: Order) -> list[int]:
    """Lines from bottom to top, or from the centre outwards."""
    lines = list(range(matrix))
    return lines if order == "sequential" else sorted(lines, key=lambda line: abs(line - matrix / 2 + 0.25))


def spin_echo(
    matrix: int,
    TE: float,
    TR: float,
    TI: float | None = None,
    *,
    fov: float = FOV,
    dwell: float = DWELL,
    flip: float = pi / 2,
    dummies: int = 1,
    order: Order = "sequential",
    thickness: float | None = None,
    limits: Limits = LIMITS,
) -> Acquisition:
    """One line per repetition: [inversion, TI,] excitation, 180 degrees at TE/2, readout centred on the echo at TE."""
    encoding = Encoding(matrix, fov, dwell, limits)
    excite = pulse(flip, ALONG_Y, "excitation", thickness, limits)
    refocus = pulse(pi, ALONG_X, "refocusing", thickness, limits, rephase=False)
    lobe = encoding.lobe.duration
    first = TE / 2 - excite.after - lobe - refocus.before
    second = TE / 2 - refocus.after - encoding.to_echo
    long_enough("TE", TE, TE - 2 * min(first, second), f"a readout of {shown(encoding.flat)}")
    head = _inversion(TI, excite, limits)
    body = excite.before + TE + encoding.duration - encoding.to_echo
    rest = rest_of(TR, sum(block.duration for block in head) + body, TE, TI)

    def repetition(line: int, silent: bool) -> list[Block]:
        return [
            *head,
            *excite.blocks,
            encoding.prepare(encoding.area_to_echo, -encoding.step(line)),
            *wait(first),
            *refocus.blocks,
            *wait(second),
            encoding.read(silent=silent),
            *wait(rest, spoil=True),
        ]

    kind = "spin echo" if TI is None else "inversion recovery"
    return _line_by_line(kind, encoding, repetition, order, dummies, TE, TR)


def gradient_echo(
    matrix: int,
    TE: float,
    TR: float,
    *,
    flip: float,
    fov: float = FOV,
    dwell: float = DWELL,
    dummies: int = 20,
    order: Order = "sequential",
    thickness: float | None = None,
    limits: Limits = LIMITS,
) -> Acquisition:
    """One line per repetition: excitation by ``flip``, readout centred on TE, ideal spoiling."""
    encoding = Encoding(matrix, fov, dwell, limits)
    excite, gap, rest = gradient_echo_times(encoding, TE, TR, flip, thickness, limits)

    def repetition(line: int, silent: bool) -> list[Block]:
        return [
            *excite.blocks,
            encoding.prepare(-encoding.area_to_echo, encoding.step(line)),
            *wait(gap),
            encoding.read(silent=silent),
            *wait(rest, spoil=True),
        ]

    return _line_by_line("gradient echo", encoding, repetition, order, dummies, TE, TR)


def balanced_ssfp(
    matrix: int,
    TR: float,
    *,
    flip: float,
    fov: float = FOV,
    dwell: float = 10e-6,
    dummies: int = 40,
    order: Order = "sequential",
    limits: Limits = LIMITS,
) -> Acquisition:
    """Balanced steady state: pulses of alternating phase, every gradient rewound, readout centred on TE = TR/2.

    Half a pulse at half of TR before the first brings M near its steady state. Scheffler and Lehnhardt, Eur. Radiol.
    13, 2409 (2003).
    """
    encoding = Encoding(matrix, fov, dwell, limits)
    lobe = encoding.lobe.duration
    first = TR / 2 - LEAD - lobe - encoding.to_echo
    second = TR / 2 - LEAD - lobe - (encoding.duration - encoding.to_echo)
    long_enough("TR", TR, TR - 2 * min(first, second), f"a readout of {shown(encoding.flat)} and its rewinding")

    def repetition(number: int, line: int, silent: bool) -> list[Block]:
        turned = pi * (number % 2)
        step = encoding.step(line)
        return [
            *pulse(flip, ALONG_Y + turned, "excitation").blocks,
            encoding.prepare(-encoding.area_to_echo, step),
            *wait(first),
            encoding.read(phase=turned, silent=silent),
            *wait(second),
            encoding.prepare(encoding.area_to_echo - encoding.area, -step),
        ]

    lines = phase_encoding_order(matrix, order)
    catalyst = [*pulse(flip / 2, ALONG_Y + pi, "excitation").blocks, *wait(TR / 2 - 2 * LEAD)]
    blocks = list(catalyst)
    for number, line in enumerate([lines[0]] * dummies + lines):
        blocks += repetition(number, line, number < dummies)
    begins = TR / 2 + dummies * TR
    return _cartesian("bSSFP", encoding, blocks, lines, TR / 2, TR, begins, matrix)


# --- what they share ------------------------------------------------------------------------------------------------


def _line_by_line(
    kind: str,
    encoding: Encoding,
    repetition: Callable[[int, bool], list[Block]],
    order: Order,
    dummies: int,
    TE: float,
    TR: float,
) -> Acquisition:
    """One phase-encoding line per repetition of equal timing."""
    lines = phase_encoding_order(encoding.matrix, order)
    blocks = dummies * repetition(lines[0], True)
    for line in lines:
        blocks += repetition(line, False)
    return _cartesian(kind, encoding, blocks, lines, TE, TR, dummies * TR, encoding.matrix)


def _cartesian(
    kind: str,
    encoding: Encoding,
    blocks: Iterable[Block],
    lines: list[int],
    TE: float,
    TR: float,
    begins: float,
    repetitions: int,
) -> Acquisition:
    y = np.array([encoding.step(line) for line in lines])
    k = np.stack(np.broadcast_arrays(encoding.line()[None, :], y[:, None]))
    numbers = np.array(lines, dtype=np.int64)
    sequence = Sequence(tuple(blocks))
    return Acquisition(kind, sequence, encoding.matrix, encoding.fov, k, numbers, TE, TR, begins, repetitions)


def _inversion(TI: float | None, excite: Pulse, limits: Limits) -> list[Block]:
    """Inversion, which touches everything, and the wait until excitation; its transverse rest is spoiled."""
    if TI is None:
        return []
    invert = pulse(pi, ALONG_X, "inversion", limits=limits)
    gap = TI - invert.after - excite.before
    long_enough("TI", TI, TI - gap, "the two pulses")
    return [*invert.blocks, *wait(gap, spoil=True)]


def gradient_echo_times(
    encoding: Encoding, TE: float, TR: float, flip: float, thickness: float | None, limits: Limits
) -> tuple[Pulse, float, float]:
    """Excitation, wait before the readout and wait after it."""
    excite = pulse(flip, ALONG_Y, "excitation", thickness, limits)
    gap = TE - excite.after - encoding.lobe.duration - encoding.to_echo
    long_enough("TE", TE, TE - gap, f"half a readout of {shown(encoding.flat)} and its prephasing")
    lasts = excite.before + TE + encoding.duration - encoding.to_echo
    return excite, gap, rest_of(TR, lasts, TE, None)


def long_enough(name: str, value: float, least: float, what: str) -> None:
    """Errors: `ImagingError` when the time ``name`` is below the ``least`` [s] that ``what`` needs."""
    if value < least - 1e-9:
        raise ImagingError(
            f"{name} = {shown(value)} is too short for {what}: choose at least {shown(least)}, a smaller matrix or a "
            "shorter dwell time"
        )


def rest_of(TR: float, lasts: float, TE: float, TI: float | None) -> float:
    """Wait at the end of a repetition."""
    if TE >= TR:
        raise ImagingError(f"TE = {shown(TE)} is not shorter than TR = {shown(TR)}: shorten TE or lengthen TR")
    if TI is not None and TI >= TR:
        raise ImagingError(f"TI = {shown(TI)} is not shorter than TR = {shown(TR)}: shorten TI or lengthen TR")
    if lasts > TR - 1e-9:
        raise ImagingError(
            f"TR = {shown(TR)} is shorter than the {shown(lasts)} of one repetition: choose at least {shown(lasts)} "
            "or a shorter TE"
        )
    return TR - lasts
