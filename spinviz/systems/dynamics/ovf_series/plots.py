"""What a film of files is plotted as: over the simulated time where the files give it, else over their number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Graph, Histogram, Line, Trace
from spinviz.systems.dynamics.ovf_series.film import film_of, known_film
from spinviz.systems.dynamics.ovf_series.parameters import SeriesParameters
from spinviz.systems.dynamics.ovf_series.state import FilmState


def is_timed(p: SeriesParameters) -> bool:
    """Whether the files give their times; False before their headers were read."""
    film = known_film(p.input)
    return film is not None and bool(film.times)


def has_charge(p: SeriesParameters) -> bool:
    """Whether a topological charge is known; False before the headers were read."""
    film = known_film(p.input)
    return film is not None and film.plane


def mean_lines(state: FilmState, p: SeriesParameters) -> tuple[Line, ...]:
    """Mean components over time, up to now."""
    t, seen = _so_far(state, p)
    return tuple(Line(t, seen[:, n], f"⟨m_{axis}⟩", axis, head=True) for n, axis in enumerate("xyz"))


def charge_lines(state: FilmState, p: SeriesParameters) -> tuple[Line, ...]:
    """Topological charge over time, up to now."""
    t, seen = _so_far(state, p)
    return (Line(t, seen[:, 3], "Q", head=True),)


def _so_far(state: FilmState, p: SeriesParameters) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    count = state.number + 1
    return np.array(film_of(p.input).times[:count]), state.seen[:count].copy()


def first_time(p: SeriesParameters) -> float:
    """Time [s] of the first file."""
    film = known_film(p.input)
    return film.time(0) if film is not None and film.times else 0.0


def last_time(p: SeriesParameters) -> float:
    """Time [s] of the last file."""
    film = known_film(p.input)
    return max(film.time(film.count - 1), first_time(p) + 1e-15) if film is not None and film.times else 1.0


def occupied_mz(state: FilmState, p: SeriesParameters) -> NDArray[np.float64]:
    """m_z (n,) of the cells that are not empty."""
    m = film_of(p.input).frame(state.number).m
    return np.asarray(m[..., 2][m.any(axis=3)], np.float64)


PLOTS = (
    Graph(
        "mean_over_time", "Mean direction over time", mean_lines, "t", "⟨m⟩", "s", x_low=first_time, x_high=last_time,
        low=-1.05, high=1.05, over_time=("mx", "my", "mz"), when=is_timed,
    ),
    Graph(
        "charge_over_time", "Topological charge over time", charge_lines, "t", "Q", "s", x_low=first_time,
        x_high=last_time, over_time=("charge",), when=lambda p: is_timed(p) and has_charge(p),
    ),
    Trace("mean", "Mean direction", ("mx", "my", "mz"), -1.05, 1.05, when=lambda p: not is_timed(p)),
    Trace("charge", "Topological charge", ("charge",), when=lambda p: has_charge(p) and not is_timed(p)),
    Histogram("distribution", "Distribution of m_z", occupied_mz, "m_z", when=lambda p: not has_charge(p)),
)  # fmt: skip
