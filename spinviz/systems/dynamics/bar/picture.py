"""Picture of the bar: its cells, charges or stray field, and the magnet as a block with two poles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spinviz.model.units import show
from spinviz.model.visuals import Cells, Labels, Stage, Visual, float32
from spinviz.physics.micromagnetics.energy_density import densities_of
from spinviz.systems.dynamics.bar.magnet import block
from spinviz.systems.dynamics.bar.parameters import BarParameters
from spinviz.systems.dynamics.bar.state import BarState, drive_of, moving
from spinviz.systems.dynamics.common.colours import Couplings, bar_of, painted
from spinviz.systems.dynamics.common.line_picture import line_words, lines_drawn
from spinviz.systems.dynamics.common.mesh_picture import mesh_picture, mesh_stage, one_arrow_for
from spinviz.systems.dynamics.common.painted import Painted, with_bar
from spinviz.systems.dynamics.common.stray_picture import Sample, field_drawn, stray_words, with_margin

ROOM = 0.5
"""Largest distance of the magnet that is drawn, in lengths of the bar."""
LINES = ("lines", "flux")


def sample_of(p: BarParameters) -> Sample:
    """The mesh of the bar."""
    return Sample(p.shape, p.cell, p.made_of.Ms)


def couplings_of(p: BarParameters) -> Couplings:
    """What the sizes of densities follow from."""
    return Couplings(p.made_of.A, p.made_of.K1, B=p.B, stray=True)


def paint_of(state: BarState, p: BarParameters) -> Painted | None:
    """The numbers that colours show; None for directions."""
    known = lambda: densities_of(moving(state, p), state.spins, state.time)  # noqa: E731
    return painted(p.coloured, state.m, sample_of(p), couplings_of(p), known)


def drawn(state: BarState, p: BarParameters) -> tuple[Visual, ...]:
    """The bar as is asked for, and the magnet."""
    sample, paint = sample_of(p), paint_of(state, p)
    if p.show == "field":
        bar = field_drawn(state.m, sample, paint=paint)
    elif p.show in LINES:
        bar = lines_drawn(state.m, sample, p.show, paint=paint)
    else:
        bar = mesh_picture(state.m, sample.spacing, p.show, paint)
    return (*bar, *magnet_drawn(state, p)) if p.magnet else bar


def magnet_drawn(state: BarState, p: BarParameters) -> tuple[Visual, ...]:
    """Two halves in the colours of up and down, the pole named on each: a field comes out of the north pole."""
    unit = p.cell[0]
    (edge, _, high), left = block(p), p.length / 2 + min(state.gap, ROOM * p.length)
    edge, high, left = edge / unit, high / unit, left / unit
    near = -1.0 if p.strength >= 0 else 1.0
    halves = np.empty((2, 2, 2))
    halves[..., 0], halves[..., 1] = near, -near
    places = [[left + part * edge, 0.0, high / 2] for part in (0.25, 0.75)]
    return (
        Cells(float32(halves), (left, -edge / 2, -high / 2), (edge / 2, edge / 2, high / 2)),
        Labels(float32(places), ("S", "N") if near < 0 else ("N", "S"), size=1.4, offset=(0.0, 0.4)),
    )


def stage_of(p: BarParameters) -> Stage:
    """The bar seen from above, with room for its field and for the magnet."""
    sample = sample_of(p)
    stage = with_bar(
        mesh_stage(p.shape, sample.spacing, p.show, "m", p.cell[0]), bar_of(p.coloured, sample, couplings_of(p))
    )
    if p.show in ("field", *LINES):
        stage = with_margin(stage, sample)
    if not p.magnet:
        return stage
    half, unit = block(p)[2] / 2 / p.cell[0], p.cell[0]
    low, high = stage.low, stage.high
    right = max(high[0], (p.length / 2 + ROOM * p.length + p.width) / unit)
    return replace(stage, low=(low[0], low[1], -half), high=(right, high[1], half))


def caption_of(state: BarState, p: BarParameters) -> str:
    """Material, cells and what is drawn, left out or not to scale."""
    edges = " × ".join(f"{size * 1e9:.2g}" for size in (p.cell[0], p.thickness))
    parts = []
    if p.magnet:
        far = ", drawn nearer" if state.gap > ROOM * p.length else ""
        parts.append(f"magnet at {show(state.gap, 'm', 2)}{far}")
    if drive := drive_of(state, p):
        parts.append(f"B = {show(drive(state.time)[0], 'T', 2)}")
    parts.append(f"{p.made_of.title}{crystal_words(p)}, one layer of {p.shape[2]} × {p.shape[1]} cells, {edges} nm")
    paint = paint_of(state, p)
    return " · ".join(filter(None, (*parts, shown_words(state, p), "" if paint is None else paint.words)))


def crystal_words(p: BarParameters) -> str:
    """Where the easy axes lie."""
    if not p.made_of.K1:
        return ""
    if p.made_of.anisotropy == "uniaxial":
        return " crystal, easy axis x"
    return " crystal, easy axes x, y, z" if p.made_of.K1 > 0 else " crystal, edges along x, y, z"


def shown_words(state: BarState, p: BarParameters) -> str:
    """What arrows and lines are."""
    if p.show == "field":
        return stray_words(state.m, sample_of(p))
    return line_words(state.m, sample_of(p), p.show) if p.show in LINES else one_arrow_for(p.shape, p.show)
