"""What to plot: declarations made once by a system; `plots` draws them, `export` writes them.

A plot names observables of the system (their titles, symbols and units follow from there) or gives a function
of (state, parameters). Laws are drawn over a plot when they name it, or the observable it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]
When: TypeAlias = Callable[[Any], bool] | None
"""Function of the parameters: whether the plot has something to say; None for always."""


@dataclass(frozen=True)
class Trace:
    """Observables against time."""

    name: str
    title: str
    observables: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    window: Callable[[Any], float] | None = None
    """Function of the parameters: the time shown at least [s or the system's time unit]; laws are drawn ahead to it."""
    when: When = None


@dataclass(frozen=True)
class Curve:
    """One observable against another: an M(H) loop, M over T. A law with a ``curve`` is drawn over the whole axis.

    ``mean`` plots running means at fixed parameters as points (Monte Carlo: M over T) instead of the path: the frame
    then carries in ``plots[name]`` an array (k, 3) of mean x, mean y and the standard error of y (NaN while none is
    known), the current setting last; what `System.settle` says is left out after every change.
    """

    name: str
    title: str
    x: str
    y: str
    x_low: Callable[[Any], float] | float | None = None
    x_high: Callable[[Any], float] | float | None = None
    low: float | None = None
    high: float | None = None
    mean: bool = False
    when: When = None


@dataclass(frozen=True)
class Spectrum:
    """Fourier transform of the trace since the last action: ``real`` and, when given, ``imaginary`` observable."""

    name: str
    title: str
    real: str
    imaginary: str = ""
    span: Callable[[Any], tuple[float, float]] | None = None
    """Function of the parameters: the frequencies shown [Hz]."""
    when: When = None


@dataclass(frozen=True)
class Histogram:
    """Distribution of an array of the state. A law with a ``curve`` is drawn as probability density."""

    name: str
    title: str
    values: Callable[[Any, Any], Values]
    symbol: str
    unit: str = ""
    low: float = -1.0
    high: float = 1.0
    bins: int = 40
    when: When = None


@dataclass(frozen=True)
class LevelScheme:
    """What a `Levels` plot shows now. All arrays (levels,)."""

    energies: Values
    populations: Values
    theory: Values
    """Populations by the law."""
    names: tuple[str, ...]


@dataclass(frozen=True)
class Levels:
    """Energy levels with their populations and the law's populations."""

    name: str
    title: str
    scheme: Callable[[Any, Any], LevelScheme]
    unit: str = "J"
    when: When = None


@dataclass(frozen=True)
class Bands:
    """Two mirrored spin populations against energy: occupied states to the left (down) and right (up).

    ``scheme`` gives energies (E,), density of states up (E,) and down (E,), occupation up and down (E,), Fermi level.
    """

    name: str
    title: str
    scheme: Callable[[Any, Any], tuple[Values, Values, Values, Values, Values, float]]
    unit: str = "eV"
    when: When = None


@dataclass(frozen=True)
class Image:
    """A two-dimensional array (rows, columns) of the state; row 0 at the bottom, pixels square, NaN as the ground.

    ``low`` and ``high`` are the values at the ends of the colour bar; None takes them from the values: 0 where none is
    negative, and what 99.5 % of them do not exceed. A click on a pixel asks `System.pick`; ``chosen`` gives the
    (row, column) that is marked.
    """

    name: str
    title: str
    values: Callable[[Any, Any], Values]
    colormap: str = "spin"
    low: Callable[[Any], float] | float | None = -1.0
    high: Callable[[Any], float] | float | None = 1.0
    unit: str = ""
    chosen: Callable[[Any], tuple[int, int] | None] | None = None
    when: When = None


@dataclass(frozen=True, eq=False)
class Line:
    """One line of a `Graph`: x, y (n,), NaN for gaps. ``marks``: dots instead of a line; ``head``: a dot at its end."""

    x: Values
    y: Values
    label: str = ""
    role: str = "simulation"
    dashed: bool = False
    marks: bool = False
    head: bool = False


@dataclass(frozen=True)
class Graph:
    """Lines against each other that are not time: a slice profile, a path in k-space, coherence pathways.

    ``lines`` gives them from (state, parameters), laws among them dashed in the role ``"theory"``. Axes fit what is
    shown unless limits are given; ``equal`` gives both the same scale.
    """

    name: str
    title: str
    lines: Callable[[Any, Any], tuple[Line, ...]]
    x_symbol: str
    y_symbol: str
    x_unit: str = ""
    y_unit: str = ""
    x_low: Callable[[Any], float] | float | None = None
    x_high: Callable[[Any], float] | float | None = None
    low: Callable[[Any], float] | float | None = None
    high: Callable[[Any], float] | float | None = None
    equal: bool = False
    when: When = None


@dataclass(frozen=True, eq=False)
class DiagramRow:
    """One row of a `Diagram`: a name ("RF", "G_x", "ADC"), times (n,) [s] and values (n,) between -1 and 1."""

    name: str
    times: Values
    values: Values
    role: str = "simulation"


@dataclass(frozen=True)
class DiagramSpan:
    """A time that the user can drag: an arrow from ``start`` to ``end`` [s] with the name of the ``parameter`` on it.

    Dragging its end by dt changes the parameter by ``scale`` dt; an empty parameter is shown and cannot be dragged.
    """

    parameter: str
    label: str
    start: float
    end: float
    scale: float = 1.0


@dataclass(frozen=True, eq=False)
class DiagramScheme:
    """What a `Diagram` shows now: rows from top to bottom, spans, and ``cursor``, the time now [s] on its axis."""

    rows: tuple[DiagramRow, ...]
    cursor: float
    start: float
    end: float
    spans: tuple[DiagramSpan, ...] = ()


@dataclass(frozen=True)
class Diagram:
    """A pulse sequence: rows of pulses, gradients and readouts over one time axis, with a cursor and spans to drag.

    A click moves the run to that time: ``time`` turns a time on the axis into one of the run, given (axis time, state,
    parameters); None when they are the same.
    """

    name: str
    title: str
    scheme: Callable[[Any, Any], DiagramScheme]
    time: Callable[[float, Any, Any], float] | None = None
    when: When = None


Plot: TypeAlias = Trace | Curve | Spectrum | Histogram | Levels | Bands | Image | Graph | Diagram
Role: TypeAlias = Literal["simulation", "theory", "net", "x", "y", "z", "up", "down", "muted", "text"]
