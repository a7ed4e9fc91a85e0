"""The image that the samples of a played sequence give, so far and as a whole, and its raw data."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError
from spinviz.files.mr_image import MRImage
from spinviz.files.mr_raw import RawData, RawReadout
from spinviz.physics.imaging.sampled import ImagePlan, image_plan
from spinviz.physics.sequence.blocks import AXES, Array, Readout, Sequence
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.pulseq.parameters import PulseqParameters, timeline_of
from spinviz.systems.resonance.pulseq.spins import played_on
from spinviz.systems.resonance.pulseq.state import PulseqState

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

WIDEST = 1.0
"""m: fields of view above it are in mm, as some programs write them."""


def plan_of(p: PulseqParameters) -> ImagePlan | None:
    """How the samples become an image, or None where they make none. Errors: `FileError`."""
    played = played_on(p)
    return _plan(timeline_of(p), *played.low.tolist(), *played.high.tolist())


@lru_cache(maxsize=2)
def _plan(timeline: Timeline, *box: float) -> ImagePlan | None:
    low, high = np.array(box).reshape(2, 3)
    return image_plan(timeline, (low + high) / 2, high - low, _field_of_view(timeline.sequence))


def _field_of_view(sequence: Sequence) -> Array | None:
    """What the sequence says (3,) [m], or None."""
    said = sequence.definitions.get("FOV")
    if not isinstance(said, tuple | list) or len(said) != 3:
        return None
    edges = np.array([float(edge) for edge in said])
    if not np.all(np.isfinite(edges)) or np.any(edges < 0) or not edges.any():
        return None
    return 1e-3 * edges if edges.max() > WIDEST else edges


def makes_image(p: PulseqParameters) -> bool:
    """Whether the sequence covers k-space in two directions."""
    try:
        return plan_of(p) is not None
    except FileError:
        return False


def image_so_far(state: PulseqState, p: PulseqParameters) -> Values:
    """Magnitude (rows, columns) of the image of what was received in this repetition."""
    plan = plan_of(p)
    assert plan is not None
    heard = state.heard[: state.count, 0] + 1j * state.heard[: state.count, 1]
    return np.abs(plan.image(heard, p.image))


def image_of(p: PulseqParameters, signal: Complex) -> MRImage:
    """The images of all samples. Errors: `FileError`."""
    plan = _needed(p)
    images = np.stack([plan.image(signal, number + 1) for number in range(plan.count)])
    x, y = (AXES[axis] for axis in plan.plane)
    return MRImage(images, plan.image(signal, p.image), plan.pixel, (x, y))


def raw_of(p: PulseqParameters, signal: Complex) -> RawData:
    """All readouts with their places. Errors: `FileError`."""
    plan, timeline = _needed(p), timeline_of(p)
    third = next(axis for axis in range(3) if axis not in plan.plane)
    order = [*plan.plane, third]
    lines = np.zeros((len(signal), 3), np.int64)
    if plan.raster is not None:
        numbers = plan.raster.cells + plan.raster.offset
        lines[plan.used, 0] = numbers[:, _slow(plan)]
        lines[plan.used, 1] = numbers[:, 2] if numbers.shape[1] > 2 else 0
    lines[plan.used, 2] = plan.passes
    taken = np.zeros(len(signal), dtype=bool)
    taken[plan.used] = True
    readouts, first = [], 0
    for placed in timeline.readouts:
        assert isinstance(placed.what, Readout)
        part = slice(first, first + placed.what.samples)
        first = part.stop
        line, partition, repetition = lines[part].min(axis=0).tolist() if placed.what.samples else (0, 0, 0)
        k = timeline.kspace[order][:, part]
        if plan.raster is not None and _slow(plan) == 0:
            k = k[[1, 0, 2]]
        image = bool(taken[part].all())
        readouts.append(RawReadout(signal[part], k, placed.what.dwell, line, partition, repetition, image))
    return RawData(tuple(readouts), *_encoded(plan), plan.raster is not None, p.B0)


def _slow(plan: ImagePlan) -> int:
    """Which of the two axes of the image's raster does not change within a readout: 1, or 0 where lines run along y."""
    assert plan.raster is not None
    steps = np.abs(np.diff(plan.raster.cells[:, :2], axis=0))
    return int(np.count_nonzero(steps[:, 0]) >= np.count_nonzero(steps[:, 1]))


def _encoded(
    plan: ImagePlan,
) -> tuple[tuple[int, int, int], tuple[float, float, float], tuple[int, int, int]]:
    """Matrix, field of view [m] and centre of the samples: along lines, across them, along the third axis."""
    if plan.raster is None:
        rows, columns = plan.shape
        matrix, edges = (columns, rows, 1), (columns * plan.pixel, rows * plan.pixel, plan.pixel)
        return matrix, edges, (columns // 2, rows // 2, 0)
    order = [*([0, 1] if _slow(plan) else [1, 0]), *range(2, len(plan.raster.step))]
    x, y, z = (*(2 * plan.raster.half[order]).tolist(), 1)[:3]
    a, b, c = (*(1 / plan.raster.step[order]).tolist(), plan.pixel)[:3]
    i, j, k = (*plan.raster.centre[order].tolist(), 0)[:3]
    return (x, y, z), (a, b, c), (i, j, k)


def _needed(p: PulseqParameters) -> ImagePlan:
    plan = plan_of(p)
    if plan is None:
        name = p.input or p.builtin
        raise FileError(name, "its samples cover k-space in fewer than two directions", "save the signal as .csv")
    return plan
