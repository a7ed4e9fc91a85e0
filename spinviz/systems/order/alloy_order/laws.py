"""What the ordering alloy is known to do, and the mean field that it is compared with."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import exp, nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.model.law import Check, Law
from spinviz.model.plots import Guide
from spinviz.physics.order import bragg_williams, ordering_alloy
from spinviz.systems.order.alloy_order.parameters import MEAN_FIELD_T0, T_ORDER, AlloyParameters
from spinviz.systems.order.alloy_order.state import AlloyState

Values = NDArray[np.float64]

SIGMAS = 4.0
BECAUSE = "Standard errors of the mean over the sweeps since the last change, found by blocking."
LARGE = 8
"""Cells along an edge from which a cold sample counts as large."""


def is_small(p: AlloyParameters) -> bool:
    """Whether every corner is a neighbour of every centre, and they are few enough to be counted."""
    return ordering_alloy.SMALL == p.L and not p.held


def is_cold(p: AlloyParameters) -> bool:
    """Whether the series for low temperatures says something of this sample."""
    return not p.held and p.L >= LARGE and 2 * p.first == 2 * p.cells and p.T <= ordering_alloy.COLD


def one_domain(state: AlloyState, p: AlloyParameters) -> bool:
    """Whether the sample is ordered as a whole."""
    return abs(state.order) >= ordering_alloy.cold_order(p.T) - 8 * cold_scatter(p) - 4 / p.cells


def cold_scatter(p: AlloyParameters) -> float:
    """Least standard deviation of S when cold: pairs of wrong atoms that come and go, as many as are fewest.

    The number m of wrong atoms on each sublattice has the weights (n u^4)^2m/(m!)^2: variance n u^4/2 where there are
    many, (n u^4)^2 where there are few, and above 0.8 of the smaller one always.
    """
    wrong = p.cells * exp(-16 / p.T)
    return 0.8 * 2 / p.cells * min(sqrt(wrong / 2), wrong)


def over(law: Callable[[AlloyParameters, float], float], when: Callable[[AlloyParameters], bool]) -> Any:
    """Return a law's curve over temperatures, NaN where it is none of this sample."""

    def curve(state: AlloyState, p: AlloyParameters, d: object, T: Values) -> Values:
        if not when(p):
            return np.full(len(T), nan)
        return _along(law, p.change(T=1.0), float(T[0]), float(T[-1]), len(T))

    return curve


@lru_cache(maxsize=16)
def _along(law: Any, p: AlloyParameters, low: float, high: float, count: int) -> Values:
    return np.array([law(p, max(T, 0.05)) for T in np.linspace(low, high, count)])


def small_order(p: AlloyParameters, T: float) -> float:
    """<|S|> of sixteen atoms."""
    return ordering_alloy.all_alike(T, p.cells, p.first).order


def small_energy(p: AlloyParameters, T: float) -> float:
    """Energy of sixteen atoms per atom [J]."""
    return ordering_alloy.all_alike(T, p.cells, p.first).energy


def cold(p: AlloyParameters, T: float) -> float:
    """S of a large cold sample."""
    return ordering_alloy.cold_order(T) if ordering_alloy.COLD >= T else nan


def wide_and_equal(p: AlloyParameters) -> bool:
    """Whether the curve for low temperatures belongs to this sample at some temperature."""
    return p.L >= LARGE and p.first == p.cells


def moment(state: AlloyState, p: AlloyParameters) -> float:
    """Magnetization [A/m] of the moments of all atoms: Mn up on the corners, down on the centres."""
    up, down = (int(np.count_nonzero(side > 0)) for side in state.atoms)
    return p.full * (up - down) / p.cells


LAWS = (
    Law(
        "moment", "Magnetization from the order", "M",
        theory=lambda s, p, d: float(bragg_williams.magnetization(p.mu, p.a, p.c, s.order)),
        latex=r"M=\frac{\mu_{Mn}}{a^2c}\,(r_a-r_b)=M_s\,S",
        validity="At any composition, temperature and arrangement of the atoms: moments on the corners point up, those "
        "on the centres down.",
        tolerance=1e-6, because="Whole numbers of atoms; rounding. In A/m.",
        reference="Definition of S; one Mn site for each cell a × a × c",
        check=Check(50.0, {"exchange": "neighbours", "T": 7.0, "x": 0.55, "L": 6}),
        curve=lambda s, p, d, S: np.asarray(p.full * S), plots=("moment",),
        symbols={"r_a": "part of the corners that hold Mn", "r_b": "part of the centres that hold Mn",
                 "M_s": "magnetization at S = 1", "μ_{Mn}": "moment of a Mn atom"},
    ),
    Law(
        "counted", "Order of sixteen atoms", "abs_S", theory=lambda s, p, d: small_order(p, p.T),
        latex=r"\langle|S|\rangle=\frac{\sum_k|S_k|\binom{n}{k}\binom{n}{K-k}\,\mathrm{e}^{-E_k/k_BT}}"
        r"{\sum_k\binom{n}{k}\binom{n}{K-k}\,\mathrm{e}^{-E_k/k_BT}},\quad "
        r"E_k=\frac{8J}{n}(2k-n)(2K-2k-n)",
        validity="2 × 2 × 2 cells, where every corner is a neighbour of every centre: all arrangements are counted.",
        tolerance=SIGMAS, because=BECAUSE, reference="Every arrangement with its Boltzmann weight",
        check=Check(20_000.0, {"exchange": "neighbours", "L": 2, "T": 6.0}), averaged=True,
        holds=lambda s, p, d: is_small(p), curve=over(small_order, is_small), plots=("order",),
        symbols={"k": "Mn atoms on the corners", "K": "Mn atoms", "n": "sites of one sublattice",
                 "S_k": "order of an arrangement", "E_k": "energy of an arrangement"},
    ),
    Law(
        "counted_energy", "Energy of sixteen atoms", "energy", theory=lambda s, p, d: small_energy(p, p.T),
        latex=r"e=\frac{1}{2n}\frac{\sum_kE_k\binom{n}{k}\binom{n}{K-k}\,\mathrm{e}^{-E_k/k_BT}}"
        r"{\sum_k\binom{n}{k}\binom{n}{K-k}\,\mathrm{e}^{-E_k/k_BT}}",
        validity="2 × 2 × 2 cells, where every corner is a neighbour of every centre: all arrangements are counted.",
        tolerance=SIGMAS, because=BECAUSE, reference="Every arrangement with its Boltzmann weight",
        check=Check(20_000.0, {"exchange": "any pair", "L": 2, "T": 8.0, "x": 0.375}), averaged=True,
        holds=lambda s, p, d: is_small(p), curve=over(small_energy, is_small), plots=("energy",),
        symbols={"k": "Mn atoms on the corners", "K": "Mn atoms", "n": "sites of one sublattice",
                 "E_k": "energy of an arrangement"},
    ),
    Law(
        "cold", "Order at low temperature", "abs_S", theory=lambda s, p, d: ordering_alloy.cold_order(p.T),
        latex=r"S=1-2u^4-16u^7+18u^8-168u^{10}+384u^{11}-\ldots,\quad u=\mathrm{e}^{-4J/k_BT}",
        validity="Equal parts of Mn and Al, T ≤ 3.2 J/kB, L ≥ 8, one domain.",
        tolerance=SIGMAS, because=BECAUSE + " Terms beyond u¹¹ are below 300 u¹² and u = 0.29 at most; the fixed "
        "composition of a sample changes S by up to 1/n.",
        reference="Sykes, Essam and Gaunt, J. Math. Phys. 6, 283 (1965)",
        check=Check(6000.0, {"exchange": "any pair", "L": 12, "T": 3.0}), averaged=True,
        allowance=lambda s, p, d: 1 / p.cells + 300 * exp(-48 / p.T), scatter=lambda s, p, d: cold_scatter(p),
        holds=lambda s, p, d: is_cold(p) and one_domain(s, p), curve=over(cold, wide_and_equal), plots=("order",),
        symbols={"u": "Boltzmann factor of one bond", "n": "sites of one sublattice"},
    ),
    Law(
        "mixed", "Energy of mixed sublattices", "energy",
        theory=lambda s, p, d: ordering_alloy.mixed_energy(s.order, p.part),
        latex=r"e=4J\left[(2x_{Mn}-1)^2-S^2\right]",
        validity="The order is held while each sublattice is mixed at random: the assumption of Bragg and Williams.",
        tolerance=SIGMAS, because=BECAUSE, reference="Bragg and Williams, Proc. R. Soc. A 145, 699 (1934)",
        check=Check(2000.0, {"S": 0.5, "L": 8, "x": 0.45}), averaged=True,
        scatter=lambda s, p, d: ordering_alloy.mixed_scatter(s.order, p.part, p.cells),
        holds=lambda s, p, d: p.held,
    ),
)  # fmt: skip


def mean_field_order(p: AlloyParameters, T: Values) -> Values:
    """S of Bragg and Williams with the same neighbours."""
    return bragg_williams.order(np.maximum(T, 0.05) / MEAN_FIELD_T0, p.part)


def mean_field_energy(p: AlloyParameters, T: Values) -> Values:
    """Energy per atom of Bragg and Williams [J]."""
    return np.asarray(4 * ((2 * p.part - 1) ** 2 - mean_field_order(p, T) ** 2))


def transition(p: AlloyParameters, T: Values) -> Values:
    """A line from 0 to 1 at the ordering temperature that Monte Carlo finds; none for other compositions."""
    line = np.full(len(T), nan)
    after = int(np.searchsorted(T, T_ORDER))
    if p.first == p.cells and 0 < after < len(T):
        line[after - 1 : after + 1] = 0.0, 1.0
    return line


MEAN_FIELD = {
    "order": Guide("mean_field", "Bragg-Williams", mean_field_order),
    "energy": Guide("mean_field", "Bragg-Williams", mean_field_energy),
}
TRANSITION = Guide("transition", "6.354 J/kB (Monte Carlo)", transition)
