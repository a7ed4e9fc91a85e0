"""Curves to compare with: mean field over the temperature, frequencies of spin waves over the wave number."""

from __future__ import annotations

from functools import lru_cache
from math import nan, pi

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Guide, Line
from spinviz.physics.order import mean_field
from spinviz.physics.order.antiferromagnet_waves import frequencies, structure_factor
from spinviz.physics.order.uniaxial_mean_field import UniaxialMeanField, uniaxial_mean_field
from spinviz.systems.order.antiferromagnet.laws import bare, factor_of
from spinviz.systems.order.antiferromagnet.parameters import SMALLEST_T, AntiferromagnetParameters
from spinviz.systems.order.antiferromagnet.state import AntiferromagnetState

Values = NDArray[np.float64]


@lru_cache(maxsize=16)
def _mean_field(z: float, K: float, low: float, high: float, count: int) -> UniaxialMeanField:
    return uniaxial_mean_field(np.maximum(np.linspace(low, high, count), SMALLEST_T * z), z, K)


def mean_field_of(p: AntiferromagnetParameters, T: Values) -> UniaxialMeanField | None:
    """Mean field of two sublattices with the same neighbours and anisotropy; None where it has no simple form."""
    if not p.bipartite or p.K < 0:
        return None
    return _mean_field(p.B_E, p.K, float(T[0]), float(T[-1]), len(T))


def mean_field_order(p: AntiferromagnetParameters, T: Values) -> Values:
    """n without field."""
    found = mean_field_of(p, T)
    if found is not None and p.h == 0:
        return found.n
    if bare(p):
        t = np.maximum(T, SMALLEST_T) / p.mean_field_TN
        return mean_field.order_parameter(mean_field.CLASSICAL, t)
    return np.full(len(T), nan)


def mean_field_energy(p: AntiferromagnetParameters, T: Values) -> Values:
    """Energy per spin without field [J]."""
    found = mean_field_of(p, T)
    if found is not None and p.h == 0:
        return found.energy
    return -p.B_E / 2 * mean_field_order(p, T) ** 2


def mean_field_parallel(p: AntiferromagnetParameters, T: Values) -> Values:
    """Susceptibility along the axis [1/J]."""
    found = mean_field_of(p, T)
    return np.full(len(T), nan) if found is None else found.parallel


def mean_field_perpendicular(p: AntiferromagnetParameters, T: Values) -> Values:
    """Susceptibility across the axis [1/J]."""
    found = mean_field_of(p, T)
    return np.full(len(T), nan) if found is None else found.perpendicular


MEAN_FIELD = {
    name: Guide("mean_field", "mean field", curve)
    for name, curve in (
        ("order", mean_field_order), ("energy", mean_field_energy), ("parallel", mean_field_parallel),
        ("perpendicular", mean_field_perpendicular),
    )
}  # fmt: skip


def dispersion_lines(state: AntiferromagnetState, p: AntiferromagnetParameters) -> tuple[Line, ...]:
    """Frequencies of both modes over the wave number along x, and those of the wave that is excited."""
    g = p.geometry
    reach = max(abs(bond.vector[0]) for bond in g.bonds)
    k = np.linspace(0, pi / reach, 121)
    h = p.h if p.direction == "along" and not p.swings else nan
    fast, slow_mode = frequencies(structure_factor(g, k), p.B_E, p.B_A, h)
    here = 2 * pi * p.waves / (g.sides[0] * g.cell.vectors[0][0])
    dots = frequencies([factor_of(g, p.waves)], p.B_E, p.B_A, h)[:, 0]
    folded = abs((here + pi / reach) % (2 * pi / reach) - pi / reach)
    return (
        Line(k, fast, "faster mode", "theory", dashed=True, law=True),
        Line(k, slow_mode, "slower mode", "secondary", dashed=True, law=True),
        Line(np.full(2, folded), dots, "this wave", "simulation", marks=True, law=True),
    )
