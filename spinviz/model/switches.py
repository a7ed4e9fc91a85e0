"""What of a picture and its plots can be switched off, as functions of frames: who draws them need not know."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import numpy as np

from spinviz.model.frame import Frame
from spinviz.model.plots import DiagramScheme, LevelScheme, Line
from spinviz.model.visuals import Arrows, Labels, Lines, Visual

SWITCHES = ("law", "equation", "legend", "axes", "spins", "trails", "net", "transport")
"""Names of the switches, which are on unless they are hidden. Equation and transport bar are in no frame."""
THEORY, NET = "theory", "net"


def without(frame: Frame, hidden: Collection[str]) -> Frame:
    """Return ``frame`` without what is hidden of its picture and its plots."""
    if not hidden:
        return frame
    if "law" in hidden:
        frame = without_laws(frame)
    visuals = tuple(v for v in frame.visuals if not any(name in hidden and is_it(v) for name, is_it in PARTS.items()))
    stage = frame.stage
    if "legend" in hidden:
        visuals = tuple(map(_unnamed, visuals))
        stage = replace(stage, legend="none", entries=())
    if "net" in hidden:
        stage = replace(stage, entries=tuple((role, text) for role, text in stage.entries if role != NET))
    if "axes" in hidden:
        stage = replace(stage, axes=False)
    second = None if frame.second is None else without(frame.second, hidden)
    return replace(frame, visuals=visuals, stage=stage, second=second)


def without_laws(frame: Frame) -> Frame:
    """Return ``frame`` as if no law were known: no curve, no deviation, no theory in a plot."""
    return replace(
        frame,
        caption=frame.untold,
        laws={},
        curves={},
        history=replace(frame.history, laws={}),
        plots={name: _without_theory(shown) for name, shown in frame.plots.items()},
    )


def _without_theory(shown: Any) -> Any:
    if isinstance(shown, LevelScheme):
        return replace(shown, theory=np.full(len(shown.theory), np.nan))
    if isinstance(shown, DiagramScheme):
        return replace(shown, rows=tuple(row for row in shown.rows if row.role != THEORY))
    if isinstance(shown, tuple) and all(isinstance(line, Line) for line in shown):
        return tuple(line for line in shown if line.role != THEORY and not line.law)
    return shown


def _unnamed(visual: Visual) -> Visual:
    return replace(visual, label="") if getattr(visual, "label", "") else visual  # type: ignore[type-var]


def _is_net(visual: Visual) -> bool:
    color = getattr(visual, "color", None)
    return isinstance(visual, Arrows | Labels) and isinstance(color, str) and color == NET


def _is_spins(visual: Visual) -> bool:
    """Arrows of many moments; one arrow alone is a field or a sum."""
    return isinstance(visual, Arrows) and len(visual.positions) > 1


def _is_trail(visual: Visual) -> bool:
    return isinstance(visual, Lines) and visual.fade


PARTS: dict[str, Callable[[Visual], bool]] = {"spins": _is_spins, "trails": _is_trail, "net": _is_net}
"""Which visuals belong to a switch."""
