"""Picture of a frame of a film: its mesh of vectors, or surfaces, in colours of directions or of numbers."""

from __future__ import annotations

from dataclasses import replace

from spinviz.model.visuals import Stage, Visual
from spinviz.systems.dynamics.common.colours import Couplings, bar_of, painted
from spinviz.systems.dynamics.common.mesh_picture import mesh_picture, mesh_stage, one_arrow_for
from spinviz.systems.dynamics.common.mesh_view import AXES, DIRECTION
from spinviz.systems.dynamics.common.painted import Bar, Painted, with_bar
from spinviz.systems.dynamics.common.stray_picture import Sample
from spinviz.systems.dynamics.common.surfaces import (
    height_surface,
    height_words,
    isosurface_drawn,
    isosurface_words,
    with_height,
)
from spinviz.systems.dynamics.ovf_series.film import Film, FilmFrame
from spinviz.systems.dynamics.ovf_series.parameters import SeriesParameters
from spinviz.systems.pictures.reciprocal import RECIPROCAL

UNKNOWN = 1e-6
"""Edge [m] for which a cell without a length stands: densities in 1/µm are then those in 1/cell."""


def sample_of(film: Film) -> Sample:
    """The mesh; its faces are open, and of its material nothing is known."""
    return Sample(film.shape, film.cell or (UNKNOWN,) * 3, 1.0)


def colours_of(film: Film, p: SeriesParameters) -> Bar | None:
    """What colours mean; None for directions."""
    bar = bar_of(p.coloured, sample_of(film), Couplings())
    return bar if bar is None or film.cell else replace(bar, unit=bar.unit.replace("µm", "cell"))


def paint_of(film: Film, frame: FilmFrame, p: SeriesParameters) -> Painted | None:
    """The numbers that colours show; None for directions."""
    paint = painted(p.coloured, frame.m, sample_of(film), Couplings(), dict)
    bar = colours_of(film, p)
    return None if paint is None or bar is None else replace(paint, bar=bar)


def picture(film: Film, frame: FilmFrame, p: SeriesParameters) -> tuple[Visual, ...]:
    """Arrows, cells, a coloured plane with fewer arrows, surfaces, or the structure factor."""
    spacing, paint = sample_of(film).spacing, paint_of(film, frame, p)
    if p.show == "surface":
        return height_surface(frame.m, spacing, p.component, paint)
    if p.show == "walls":
        return isosurface_drawn(frame.m, spacing, p.component, p.level, paint)
    return mesh_picture(frame.m, spacing, p.show, paint)


def stage_of(film: Film, p: SeriesParameters) -> Stage:
    """The mesh, in cells along x; seen from above when it is a plane."""
    unit, length = ("m", film.cell[0]) if film.cell else ("cells", 1.0)
    spacing = sample_of(film).spacing
    stage = mesh_stage(film.shape, spacing, p.show, unit, length)
    if p.show == RECIPROCAL:
        return stage
    stage = with_bar(stage, colours_of(film, p))
    return with_height(stage, film.shape, spacing) if p.show == "surface" else stage


def picture_words(film: Film, frame: FilmFrame, p: SeriesParameters) -> tuple[str, ...]:
    """What is drawn, exaggerated or left out, and what colours reach."""
    spacing = sample_of(film).spacing
    if p.show == "surface":
        length = film.cell[0] if film.cell else 1.0
        shown = height_words(
            film.shape, spacing, length, p.component, colours_of(film, p), "m" if film.cell else "cells"
        )
    elif p.show == "walls":
        shown = isosurface_words(frame.m, p.component, p.level, paint_of(film, frame, p))
    else:
        shown = one_arrow_for(film.shape, p.show)
    paint = None if p.coloured in (DIRECTION, *AXES) else paint_of(film, frame, p)
    return shown, "" if paint is None else paint.words
