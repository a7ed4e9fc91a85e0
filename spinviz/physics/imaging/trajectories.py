"""Imaging sequences that leave the lines: echo planar, radial and spiral. Arguments and errors as in `lines`."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.imaging.encoding import (
    ALONG_Y,
    LARGEST_MATRIX,
    LIMITS,
    Encoding,
    ImagingError,
    Limits,
    Lobe,
    check_matrix,
    pulse,
    shown,
    wait,
)
from spinviz.physics.imaging.head import FOV
from spinviz.physics.imaging.lines import DWELL, Acquisition, gradient_echo_times, long_enough, rest_of
from spinviz.physics.imaging.spiral import spiral_waveform
from spinviz.physics.sequence.blocks import Array, Block, Gradient, Readout, Sequence

EPI_DWELL = 5e-6
SPIRAL_DWELL = 2e-6
"""Short enough that the fastest gradient moves by less than 1/fov between two samples."""


def echo_planar(
    matrix: int,
    TE: float,
    TR: float | None = None,
    *,
    flip: float = pi / 2,
    fov: float = FOV,
    dwell: float = EPI_DWELL,
    late: float = 0.0,
    thickness: float | None = None,
    limits: Limits = LIMITS,
) -> Acquisition:
    """Single shot: all lines after one excitation, to and fro with a blip between them; the middle line at TE.

    ``late`` [s]: delay of the samples against the gradients, opposite in odd and even lines: the N/2 ghost.
    """
    encoding = Encoding(matrix, fov, dwell, limits)
    if abs(late) > encoding.rise:
        raise ImagingError(f"late = {shown(late)}: choose at most the ramp of {shown(encoding.rise)}")
    excite = pulse(flip, ALONG_Y, "excitation", thickness, limits)
    to_middle = matrix // 2 * encoding.duration + encoding.to_echo
    gap = TE - excite.after - encoding.lobe.duration - to_middle
    long_enough("TE", TE, TE - gap, f"{matrix // 2} lines of {shown(encoding.duration)} before it")
    lasts = excite.before + TE - to_middle + matrix * encoding.duration
    TR = lasts + 5e-3 if TR is None else TR
    blocks = [
        *excite.blocks,
        encoding.prepare(-encoding.area_to_echo, encoding.step(0)),
        *wait(gap),
        *(_planar_line(encoding, line, late) for line in range(matrix)),
        *wait(rest_of(TR, lasts, TE, None), spoil=True),
    ]
    k = np.stack(np.broadcast_arrays(encoding.line()[None, :], encoding.line()[:, None]))
    k[0, 1::2] = _backwards(encoding)
    return Acquisition(
        "EPI", Sequence(tuple(blocks)), matrix, fov, k, np.arange(matrix), TE, TR, 0.0, 1
    )  # fmt: skip


def radial(
    matrix: int,
    TE: float,
    TR: float,
    *,
    flip: float,
    spokes: int | None = None,
    fov: float = FOV,
    dwell: float = DWELL,
    dummies: int = 20,
    thickness: float | None = None,
    limits: Limits = LIMITS,
) -> Acquisition:
    """Gradient echoes along ``spokes`` diameters of k-space, evenly turned over 180 degrees (pi/2 matrix of them).

    Each is sampled twice as densely as an image line: along a diameter nothing else keeps the replicas apart.
    """
    if 2 * matrix > LARGEST_MATRIX:
        raise ImagingError(f"matrix = {matrix}: choose at most {LARGEST_MATRIX // 2} for radial lines")
    encoding = Encoding(2 * matrix, 2 * fov, dwell / 2, limits)
    excite, gap, rest = gradient_echo_times(encoding, TE, TR, flip, thickness, limits)
    spokes = round(matrix * pi / 2) if spokes is None else spokes
    if spokes < 1:
        raise ImagingError(f"spokes = {spokes}: choose at least 1, {round(matrix * pi / 2)} for a complete image")
    angles = pi * np.arange(spokes) / spokes

    def repetition(angle: float, silent: bool) -> list[Block]:
        area = -encoding.area_to_echo
        return [
            *excite.blocks,
            encoding.prepare(area * np.cos(angle), area * np.sin(angle)),
            *wait(gap),
            encoding.read(angle, silent=silent),
            *wait(rest, spoil=True),
        ]

    blocks = dummies * repetition(0.0, True)
    for angle in angles:
        blocks += repetition(angle, False)
    k = np.stack([np.outer(np.cos(angles), encoding.line()), np.outer(np.sin(angles), encoding.line())])
    none = np.zeros(0, np.int64)
    return Acquisition("radial", Sequence(tuple(blocks)), matrix, fov, k, none, TE, TR, dummies * TR, spokes)


def spiral(
    matrix: int,
    TE: float,
    TR: float,
    *,
    flip: float,
    interleaves: int = 16,
    fov: float = FOV,
    dwell: float = SPIRAL_DWELL,
    dummies: int = 20,
    thickness: float | None = None,
    limits: Limits = LIMITS,
) -> Acquisition:
    """Archimedean spirals from the centre outwards, as fast as the gradients allow; TE is where they begin."""
    check_matrix(matrix)
    if interleaves < 1:
        raise ImagingError(f"interleaves = {interleaves}: choose at least 1, 16 is usual")
    excite = pulse(flip, ALONG_Y, "excitation", thickness, limits)
    long_enough("TE", TE, excite.after, "the excitation")
    times, wave, end = spiral_waveform(matrix, interleaves, fov, limits)
    lasts = excite.before + TE + float(times[-1])
    rest = rest_of(TR, lasts, TE, None)
    samples = int(end / dwell)
    sampled = np.asarray((np.arange(samples) + 0.5) * dwell, dtype=np.float64)
    path = _area_of(times, wave, sampled)
    turns = np.exp(2j * pi * np.arange(interleaves) / interleaves)

    def repetition(turn: complex, silent: bool) -> list[Block]:
        turned = turn * wave
        x, y = Gradient(times, turned.real.copy()), Gradient(times, turned.imag.copy())
        readout = None if silent else Readout(samples, dwell)
        block = Block(float(times[-1]), gradients=(x, y, None), readout=readout)
        return [*excite.blocks, *wait(TE - excite.after), block, *wait(rest, spoil=True)]

    blocks = dummies * repetition(1.0, True)
    for turn in turns:
        blocks += repetition(complex(turn), False)
    k = np.outer(turns, path)
    none = np.zeros(0, np.int64)
    sequence = Sequence(tuple(blocks))
    return Acquisition(
        "spiral", sequence, matrix, fov, np.stack([k.real, k.imag]), none, TE, TR, dummies * TR, interleaves
    )


def _planar_line(encoding: Encoding, line: int, late: float) -> Block:
    """One readout, to or fro; the blip to this line is played during the first ramp."""
    block = encoding.read(pi * (line % 2), late=late)
    if line == 0:
        return block
    blip = Lobe.for_area(1 / encoding.fov, encoding.limits).gradient(1 / encoding.fov)
    return Block(block.duration, gradients=(block.gradients[0], blip, None), readout=block.readout)


def _backwards(encoding: Encoding) -> Array:
    """Coordinates of the samples of a readout that comes back from the far end of the one before."""
    far = encoding.area - encoding.area_to_echo
    times = encoding.rise + (np.arange(encoding.matrix) + 0.5) * encoding.dwell
    return np.asarray(far - encoding.amplitude * (times - encoding.rise / 2), dtype=np.float64)


def _area_of(times: Array, wave: NDArray[np.complex128], at: Array) -> NDArray[np.complex128]:
    """Area of straight lines between the knots, at any times."""
    whole = np.concatenate([[0], np.cumsum(np.diff(times) * (wave[1:] + wave[:-1]) / 2)])
    index = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    inside = at - times[index]
    slope = (wave[index + 1] - wave[index]) / (times[index + 1] - times[index])
    return np.asarray(whole[index] + inside * (wave[index] + slope * inside / 2))
