"""What a frame shows besides numbers: arrays of the state in plots, means, laws' curves, a second picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.frame import Frame, History
from spinviz.model.law import Departure
from spinviz.model.parameters import ParameterError
from spinviz.model.plots.plot import Means
from spinviz.model.system import System

Values = NDArray[np.float64]


def plots_of(system: System[Any, Any], state: Any, p: Any, means: Means) -> dict[str, Any]:
    """Return what each plot that has something to say shows now beyond the history, in arrays of its own."""
    shown = ((plot.name, plot.shown(state, p, means)) for plot in system.plots if plot.tells(p))
    return {name: what for name, what in shown if what is not None}


def curves_of(
    system: System[Any, Any], state: Any, p: Any, d: Departure, time: float, history: History
) -> dict[tuple[str, str], tuple[Values, Values]]:
    """Return every law's curve over every plot that shows it, where it holds now or the plot spans other settings.

    Curves to compare with come beside them.
    """
    curves: dict[tuple[str, str], tuple[Values, Values]] = {}
    for law in system.laws:
        if law.curve is None:
            continue
        holds = law.holds(state, p, d)
        for plot in system.plots:
            if plot.tells(p) and plot.draws(law) and (holds or plot.spans_settings):
                x = plot.axis(p, time, history)
                curves[plot.name, law.name] = (x, np.asarray(law.curve(state, p, d, x), dtype=np.float64))
    for plot in system.plots:
        if plot.tells(p):
            x = plot.axis(p, time, history)
            curves |= {(plot.name, name): (x, y) for name, y in plot.compared(p, x).items()}
    return curves


def drawn_with(frame: Frame, system: System[Any, Any], state: Any, changes: Mapping[str, Any]) -> Frame:
    """Return ``frame``, of this ``state``, drawn with other display parameters.

    Errors: `ParameterError`, also where ``changes`` are of parameters that are not only displayed.
    """
    p = frame.parameters.change(**changes)
    if not p.displays(frame.parameters):
        raise ParameterError(f"{', '.join(changes)} change what happens: only display parameters can be shown beside")
    untold, caption = captions_of(system, state, p)
    return replace(
        frame, parameters=p, visuals=system.draw(state, p), stage=system.stage(p), caption=caption, untold=untold
    )


def captions_of(system: System[Any, Any], state: Any, p: Any) -> tuple[str, str]:
    """Return the caption without what laws foretell, and the whole one."""
    untold, foretold = system.caption(state, p), system.foretold(state, p)
    return untold, " · ".join(filter(None, (untold, foretold)))
