"""Picture of the exchange lattice: its mesh of vectors, and whether its cells are small enough."""

from __future__ import annotations

from spinviz.model.visuals import Stage, Visual
from spinviz.systems.dynamics.common.body import cells_of, materials_of
from spinviz.systems.dynamics.common.colours import Couplings, bar_of, painted
from spinviz.systems.dynamics.common.line_picture import in_space, line_words, lines_drawn, with_room
from spinviz.systems.dynamics.common.mesh_picture import mesh_picture, mesh_stage, one_arrow_for
from spinviz.systems.dynamics.common.mesh_view import AXES, CHARGE, DIRECTION, TOPOLOGY
from spinviz.systems.dynamics.common.painted import Painted, with_bar
from spinviz.systems.dynamics.common.stray_picture import Sample, field_drawn, stray_words, with_margin
from spinviz.systems.dynamics.common.surfaces import (
    height_surface,
    height_words,
    isosurface_drawn,
    isosurface_words,
    with_height,
)
from spinviz.systems.dynamics.exchange_lattice.parameters import FINE, ExchangeParameters, shortest_length
from spinviz.systems.dynamics.exchange_lattice.state import ExchangeState, Values, densities
from spinviz.systems.pictures.reciprocal import RECIPROCAL, structure_words


def sample_of(p: ExchangeParameters) -> Sample:
    """The mesh of the magnet, with the largest of its Ms."""
    cells = cells_of(p)
    return Sample(p.mesh, (p.dx, p.dy, p.dz), p.Ms if cells is None else cells.largest, p.closed)


def factors_of(state: ExchangeState, p: ExchangeParameters) -> Values | None:
    """Ms of each cell over the largest; None where all are equal."""
    cells = cells_of(p, state.content)
    return None if cells is None else cells.factors


def couplings_of(p: ExchangeParameters) -> Couplings:
    """What the sizes of densities follow from."""
    return Couplings(p.A, p.K1, p.D, p.B, p.stray)


def paint_of(state: ExchangeState, p: ExchangeParameters) -> Painted | None:
    """The numbers that colours show; None for directions."""
    return painted(
        p.coloured, state.m, sample_of(p), couplings_of(p), lambda: densities(state, p), factors_of(state, p)
    )


def picture(state: ExchangeState, p: ExchangeParameters) -> tuple[Visual, ...]:
    """Arrows, cells, a coloured plane with fewer arrows, surfaces, a field, its lines, or the structure factor."""
    sample, paint = sample_of(p), paint_of(state, p)
    match p.show:
        case "surface":
            return height_surface(state.m, sample.spacing, p.component, paint)
        case "walls":
            return isosurface_drawn(state.m, sample.spacing, p.component, p.level, paint)
        case "field":
            return field_drawn(state.m, sample, factors_of(state, p), paint)
        case "lines" | "flux":
            return lines_drawn(state.m, sample, p.show, factors_of(state, p), paint)
    return mesh_picture(state.m, sample.spacing, p.show, paint)


def stage_of(p: ExchangeParameters) -> Stage:
    """The mesh, in cells along x; seen from above when it is a plane."""
    sample = sample_of(p)
    stage = mesh_stage(p.mesh, sample.spacing, p.show, "m", p.dx)
    if p.show == RECIPROCAL:
        return stage
    stage = with_bar(stage, bar_of(p.coloured, sample, couplings_of(p)))
    match p.show:
        case "surface":
            return with_height(stage, p.mesh, sample.spacing)
        case "field":
            return with_margin(stage, sample)
        case "lines" | "flux":
            return with_room(stage, sample) if in_space(sample) else with_margin(stage, sample)
    return stage


def picture_words(state: ExchangeState, p: ExchangeParameters) -> str:
    """What is drawn, exaggerated or left out, and what colours reach."""
    sample = sample_of(p)
    match p.show:
        case "reciprocal":
            return structure_words(p.nz)
        case "surface":
            bar = bar_of(p.coloured, sample, couplings_of(p))
            shown = height_words(p.mesh, sample.spacing, p.dx, p.component, bar)
        case "walls":
            shown = isosurface_words(state.m, p.component, p.level, paint_of(state, p))
        case "field":
            shown = stray_words(state.m, sample, factors_of(state, p))
        case "lines" | "flux":
            shown = line_words(state.m, sample, p.show, factors_of(state, p))
        case _:
            shown = one_arrow_for(p.mesh, p.show)
    if p.coloured in (DIRECTION, *AXES):
        return shown
    if state.held and p.coloured not in (CHARGE, TOPOLOGY):
        return " · ".join(filter(None, (shown, "no magnetization, so it has no energy")))
    paint = paint_of(state, p)
    return " · ".join(filter(None, (shown, "" if paint is None else paint.words)))


def coarse(p: ExchangeParameters) -> str:
    """A warning where cells exceed a third of the width of walls, with DMI a fifth of that or of the helix over 2 pi.

    A skyrmion on cells of 0.4 of these lengths comes out up to 5 % too small, of 0.2 up to 1 %. With stray field cells
    must not be longer than the exchange length sqrt(2A/(mu0 Ms^2)).
    """
    longest = max((size for size, n in ((p.dx, p.nx), (p.dy, p.ny), (p.dz, p.nz)) if n > 1), default=0.0)
    made = materials_of(p)
    width = min(one.wall_width for one in made)
    if p.stray:
        length = min(one.exchange_length for one in made)
        if longest > length:
            return f" · cells of {longest * 1e9:.3g} nm are longer than the exchange length of {length * 1e9:.2g} nm"
        return f" · too large for walls of {width * 1e9:.2g} nm" if 0 < width < longest else ""
    width = min(width, shortest_length(p))
    if not 0 < width < (FINE if p.D else 3) * longest * (1 - 1e-9):
        return ""
    what = "too large" if width < longest else "coarse"
    return f" · {what} for walls of {width * 1e9:.2g} nm"
