"""What lies under the mouse: which arrow or cell was clicked, where it is in a later frame, what is known of it.

Everything is read from the visuals that are shown, so that every system can be picked from. Lengths may be drawn larger
than they are: components are told where the visual says what they are worth, elsewhere directions, which are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spinviz.model.visuals import Arrows, Cells, Labels, Visual, float32
from spinviz.view.camera import Lens

Point = NDArray[np.float64]

REACH = 14.0
"""Pixels from the axis of an arrow within which a click means it."""


@dataclass(frozen=True)
class Picked:
    """The item ``index`` of the ``count`` items in the ``slot``-th visual; where it has a number, that is ``who``."""

    slot: int
    index: int
    count: int
    who: int | None = None


def picked_at(visuals: Sequence[Visual], lens: Lens, at: tuple[float, float]) -> Picked | None:
    """Return what is drawn at the pixel ``at`` of the lens: the nearest thing that can be told apart; None for none."""
    found: list[tuple[bool, float, Picked]] = []
    for slot, visual in enumerate(visuals):
        near = _nearest(visual, lens, np.asarray(at, np.float64))
        if near is not None:
            index, off, depth = near
            numbers = visual.who if isinstance(visual, Arrows) else None
            who = None if numbers is None else int(numbers[index])
            # Who is hit before who is only near, then who is in front.
            found.append((off > 0.35 * REACH, depth, Picked(slot, index, count_of(visual), who)))
    return min(found, key=lambda item: item[:2])[2] if found else None


def place_of(picked: Picked, visuals: Sequence[Visual]) -> Point | None:
    """Return where it is now: the tip of an arrow, the middle of a cell; None when it is no longer there."""
    visual, index = _shown(picked, visuals)
    if isinstance(visual, Arrows):
        # Of this one alone: the others would be reckoned anew for every frame.
        tip = visual.length * np.asarray(visual.directions[index], np.float64)
        return visual.positions[index] + (0.5 if visual.pivot == "middle" else 1.0) * tip
    if isinstance(visual, Cells):
        z, y, x = np.unravel_index(index, visual.values.shape[:3])
        return np.asarray(visual.origin) + np.array([x + 0.5, y + 0.5, z + 0.5]) * np.asarray(visual.spacing)
    return None


def told(picked: Picked, visuals: Sequence[Visual]) -> str:
    """Return what is known of it, in words: its number or its site, its direction or its value."""
    visual, index = _shown(picked, visuals)
    if isinstance(visual, Arrows):
        direction = np.asarray(visual.directions[index], np.float64)
        number: object = (index if picked.who is None else picked.who) + 1
        if visual.sites is not None:
            number = _site(visual.sites[index])
        which = f"{visual.one} {number}: " if visual.one else ""
        if visual.worth:
            return which + ", ".join(f"{axis} {_number(v)}" for axis, v in zip("xyz", visual.worth * direction))
        return which + bearing(direction)
    if isinstance(visual, Cells):
        z, y, x = (int(n) for n in np.unravel_index(index, visual.values.shape[:3]))
        value = visual.values[z, y, x]
        where = _site((x + 1, y + 1) if visual.values.shape[0] == 1 else (x + 1, y + 1, z + 1))
        what = bearing(np.asarray(value, np.float64)) if visual.values.ndim == 4 else _number(float(value))
        return f"{visual.one} {where}: {what}".lstrip()
    return ""


def mark(picked: Picked, visuals: Sequence[Visual]) -> Labels | None:
    """Return a ring about it and what is known of it, to be written over the picture; None when it is gone."""
    place = place_of(picked, visuals)
    if place is None:
        return None
    return Labels(float32(place[None]), (told(picked, visuals),), ring=True, offset=(0.0, 1.4))


def bearing(vector: Point) -> str:
    """The direction of a vector: its angle from z, and where it can be told its azimuth from x."""
    length = float(np.linalg.norm(vector))
    if length < 1e-9:
        return "length 0"
    polar = float(np.degrees(np.arccos(np.clip(vector[2] / length, -1, 1))))
    words = f"{polar:.0f}° from z"
    if np.hypot(vector[0], vector[1]) > 0.02 * length:
        words += f", azimuth {float(np.degrees(np.arctan2(vector[1], vector[0]))):.0f}°".replace("-", "−")
    return words


def _site(numbers: Iterable[int]) -> str:
    return f"({', '.join(str(int(n)) for n in numbers)})"


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-", "−") if abs(value) >= 5e-4 else "0"


def _shown(picked: Picked, visuals: Sequence[Visual]) -> tuple[Visual | None, int]:
    """The visual that it is in now, and its index there; None where it is not drawn."""
    if picked.who is not None:
        for visual in visuals:
            if isinstance(visual, Arrows) and visual.who is not None:
                here = np.flatnonzero(visual.who == picked.who)
                if len(here):
                    return visual, int(here[0])
        return None, 0
    if picked.slot >= len(visuals) or count_of(visuals[picked.slot]) != picked.count:
        return None, 0
    return visuals[picked.slot], picked.index


def count_of(visual: Visual) -> int:
    """Return the number of items of a visual that can be picked."""
    if isinstance(visual, Cells):
        return int(np.prod(visual.values.shape[:3]))
    return len(visual.positions) if isinstance(visual, Arrows) else 0


def _ends(visual: Arrows) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Tails and tips (N, 3)."""
    along = visual.length * visual.directions
    tails = visual.positions - (0.5 if visual.pivot == "middle" else 0.0) * along
    return tails, tails + along


def _nearest(visual: Visual, lens: Lens, at: Point) -> tuple[int, float, float] | None:
    """Index, distance in pixels and depth of the item of a visual at a pixel; None for none."""
    if isinstance(visual, Cells):
        return _cell(visual, lens, at)
    if not isinstance(visual, Arrows) or not len(visual.positions):
        return None
    tails, tips = _ends(visual)
    (start, near), (end, far) = lens.project(tails), lens.project(tips)
    along = end - start
    square = np.maximum(np.einsum("ij,ij->i", along, along), 1e-9)
    part = np.clip(np.einsum("ij,ij->i", at - start, along) / square, 0.0, 1.0)
    off = np.linalg.norm(start + part[:, None] * along - at, axis=1)
    # Arrows of a fan share their tails: who is meant is seen at the tips.
    off += 0.5 * REACH * np.clip(1 - 2 * part, 0, 1) * (square > REACH**2)
    off[np.einsum("ij,ij->i", visual.directions, visual.directions) < 1e-12] = np.inf
    hit = np.flatnonzero(off < REACH)
    if not len(hit):
        return None
    best = hit[np.argmin(off[hit] + 1e-3 * far[hit])]
    return int(best), float(off[best]), float(min(near[best], far[best]))


def _cell(visual: Cells, lens: Lens, at: Point) -> tuple[int, float, float] | None:
    """The cell that a ray through the pixel meets first; sheets are planes, volumes boxes of cells."""
    origin, ray = ray_of(lens, at)
    nz, ny, nx = visual.values.shape[:3]
    low = np.asarray(visual.origin, np.float64)
    step = np.asarray(visual.spacing, np.float64)
    shown = np.any(visual.values != 0, axis=-1) if visual.values.ndim == 4 else np.isfinite(visual.values)
    if nz == 1:
        if abs(ray[2]) < 1e-12:
            return None
        t = (low[2] + 0.5 * step[2] - origin[2]) / ray[2]
        x, y = (int(n) for n in np.floor(((origin + t * ray) - low)[:2] / step[:2]))
        inside = t > 0 and 0 <= x < nx and 0 <= y < ny and bool(shown[0, y, x])
        return (y * nx + x, 0.0, float(t)) if inside else None
    count = np.array([nx, ny, nz])
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = np.stack([(low - origin) / ray, (low + count * step - origin) / ray])
    enter, leave = np.nanmax(crossings.min(axis=0)), np.nanmin(crossings.max(axis=0))
    if not max(enter, 0.0) < leave:
        return None
    steps = np.arange(max(enter, 0.0) + 1e-9, leave, 0.25 * float(step.min()))
    cells = np.floor((origin + steps[:, None] * ray - low) / step).astype(int)
    cells = np.clip(cells, 0, count - 1)
    filled = shown[cells[:, 2], cells[:, 1], cells[:, 0]]
    if not filled.any():
        return None
    first = int(np.argmax(filled))
    x, y, z = (int(n) for n in cells[first])
    return (z * ny + y) * nx + x, 0.0, float(steps[first])


def ray_of(lens: Lens, at: Point) -> tuple[Point, Point]:
    """Start (3,) and unit direction (3,) in world coordinates of what is seen at a pixel."""
    x = (2 * at[0] / lens.width - 1) / lens.projection[0, 0]
    y = (1 - 2 * at[1] / lens.height) / lens.projection[1, 1]
    if lens.parallel:
        start, along = np.array([x, y, 0.0]), np.array([0.0, 0.0, -1.0])
    else:
        start, along = np.zeros(3), np.array([x, y, -1.0])
    back = lens.rotation.T
    ray = back @ along
    return back @ (start - lens.view[:3, 3]), np.asarray(ray / np.linalg.norm(ray))
