"""What the numbers of a film obey whatever the files hold."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan, sqrt

import numpy as np

from spinviz.model.identity import Identity
from spinviz.systems.dynamics.ovf_series.film import film_of
from spinviz.systems.dynamics.ovf_series.parameters import SeriesParameters
from spinviz.systems.dynamics.ovf_series.state import FilmState

PARALLEL = 1e-3
"""Largest difference between unit vectors of a rim that counts as uniform."""


def missing_length(state: FilmState, p: SeriesParameters, seen: Mapping[str, float]) -> float:
    """What the length of the mean differs from its components."""
    return seen["order"] - sqrt(seen["mx"] ** 2 + seen["my"] ** 2 + seen["mz"] ** 2)


def fraction_of_charge(state: FilmState, p: SeriesParameters, seen: Mapping[str, float]) -> float:
    """What Q lacks to an integer; NaN where it need not be one: in several planes, with holes, at a rim that varies."""
    film = film_of(p.input)
    if not film.plane:
        return nan
    m = film.frame(state.number).m[0]
    rim = np.concatenate([m[0], m[-1], m[:, 0], m[:, -1]])
    if not m.any(axis=2).all() or np.abs(rim - rim[0]).max() > PARALLEL:
        return nan
    return seen["charge"] - round(seen["charge"])


IDENTITIES = (
    Identity(
        "length", ("mx", "my", "mz", "order"), missing_length, 1e-12,
        "The mean is a vector: the square of its length is the sum of those of its components.",
    ),
    Identity(
        "whole_charge", ("charge",), fraction_of_charge, 1e-6,
        "A plane whose rim points in one direction is a closed surface, so its charge is an integer (Berg and Lüscher, "
        "Nucl. Phys. B 190, 412 (1981)); a rim uniform to δ = 1e-3 leaves out at most δ²/4 = 2.5e-7.",
    ),
)  # fmt: skip
