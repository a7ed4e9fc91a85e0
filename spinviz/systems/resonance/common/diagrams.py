"""Rows of the pulse diagram of a sequence: RF, the gradients that are used, ADC."""

from __future__ import annotations

from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import DiagramRow
from spinviz.physics.sequence.blocks import AXES, HardPulse, Readout, Rf
from spinviz.physics.sequence.timeline import Placed, Timeline

Values = NDArray[np.float64]
MOST_POINTS = 4000
"""Points of a shape in the diagram: a screen has fewer columns."""
ROLES = ("x", "y", "z")


def rows_of(timeline: Timeline) -> tuple[DiagramRow, ...]:
    """Rows of a whole sequence: RF, the gradients that are used, ADC; each scaled to its own largest value."""
    rows = [_rf_row((*timeline.hard, *timeline.shaped), timeline.sequence.duration)]
    knots = timeline.knots()
    for axis, name in enumerate(AXES):
        row = _gradient_row(timeline, axis, name, knots)
        if row is not None:
            rows.append(row)
    if timeline.readouts:
        rows.append(_adc_row(timeline))
    return tuple(rows)


def _rf_row(placed: tuple[Placed, ...], duration: float) -> DiagramRow:
    """|w1| of shaped pulses, hard ones as spikes as high as their angle; both relative to the largest."""
    hard = [p for p in placed if isinstance(p.what, HardPulse)]
    shaped = [p for p in placed if isinstance(p.what, Rf)]
    most_angle = max([abs(p.what.angle) for p in hard if isinstance(p.what, HardPulse)], default=pi)
    most_w1 = max([float(np.max(np.abs(p.what.w1))) for p in shaped if isinstance(p.what, Rf)], default=1.0) or 1.0
    pieces: list[tuple[float, Values, Values]] = []
    for p in hard:
        assert isinstance(p.what, HardPulse)
        height = abs(p.what.angle) / most_angle if most_angle else 0.0
        pieces.append((p.start, np.full(3, p.start), np.array([0.0, height, 0.0])))
    for p in shaped:
        assert isinstance(p.what, Rf)
        times = np.linspace(0.0, p.what.duration, min(200, 2 * len(p.what.times)))
        field = p.what.at(times) * np.exp(-1j * (p.what.phase - 2 * pi * p.what.frequency * times))
        # Shapes of one phase keep their sign, so that the lobes of a sinc are seen; others show their length.
        real = np.max(np.abs(field.imag)) < 1e-3 * np.max(np.abs(field.real), initial=1e-300)
        height_at = (field.real if real else np.abs(field)) / most_w1
        pieces.append((p.start, p.start + np.array([0.0, *times, times[-1]]), np.array([0.0, *height_at, 0.0])))
    pieces.sort(key=lambda piece: piece[0])
    t = np.concatenate([[0.0], *(piece[1] for piece in pieces), [duration]])
    v = np.concatenate([[0.0], *(piece[2] for piece in pieces), [0.0]])
    return DiagramRow("RF", t, v, "net")


def _gradient_row(timeline: Timeline, axis: int, name: str, knots: Values) -> DiagramRow | None:
    times, heights = timeline.bends(axis)
    most = float(np.max(np.abs(heights), initial=0.0))
    if most == 0:
        return None
    t, v = np.append(times, timeline.sequence.duration), np.append(heights, 0.0) / most
    if len(t) > MOST_POINTS:
        t = np.linspace(0.0, timeline.sequence.duration, MOST_POINTS)
        v = timeline.gradient(t)[axis] / most
    return DiagramRow(f"G_{name}", t, v, ROLES[axis])


def _adc_row(timeline: Timeline) -> DiagramRow:
    times, values = [0.0], [0.0]
    for placed in timeline.readouts:
        readout = placed.what
        assert isinstance(readout, Readout)
        end = placed.start + readout.samples * readout.dwell
        times += [placed.start, placed.start, end, end]
        values += [0.0, 1.0, 1.0, 0.0]
    return DiagramRow("ADC", np.array([*times, timeline.sequence.duration]), np.array([*values, 0.0]), "simulation")
