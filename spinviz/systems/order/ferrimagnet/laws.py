"""What a ferrimagnet is known to do, and the mean field beside it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.identity import Identity
from spinviz.model.law import Check, Law
from spinviz.model.plots import Line
from spinviz.physics.order.ferrimagnet import Ferrimagnet as MeanField
from spinviz.systems.order.common.temperature import temperature_law
from spinviz.systems.order.ferrimagnet.parameters import FerrimagnetParameters
from spinviz.systems.order.ferrimagnet.state import FerriState

Values = NDArray[np.float64]

SIGMAS = 4.0
BECAUSE = "Standard errors of the mean over the sweeps since the last change, found by blocking."
POINTS = 160

LAWS = (
    temperature_law(
        Check(1500.0, {"L": 6, "T": 0.4, "h": 0.2, "K": 0.1}),
        lambda s, p, d: not len(s.pinned),
    ),
    Law(
        "equal", "Equal sublattices cancel", "M", theory=lambda s, p, d: 0.0,
        latex=r"\mu_A=\mu_B,\ J_{AA}=J_{BB}\ \Rightarrow\ M=0",
        validity="Sublattices of equal moments and exchange, without field: an antiferromagnet.",
        tolerance=SIGMAS, because=BECAUSE, reference="The sublattices change places, and so does the sign of M",
        check=Check(1500.0, {"L": 6, "T": 0.4, "mu_B": 1.0, "J_BB": 2.0}), averaged=True,
        holds=lambda s, p, d: p.alike and p.h == 0 and not (s.holes or len(s.pinned)),
        symbols={"M": "moment of a cell along the sublattice A"},
    ),
)  # fmt: skip

IDENTITIES = (
    Identity(
        "sum", ("M", "M_A", "M_B"), lambda s, p, seen: seen["M"] - seen["M_A"] - seen["M_B"], 1e-9,
        "M = M_A + M_B; rounding.",
    ),
)  # fmt: skip


@lru_cache(maxsize=32)
def _orders(mean_field: MeanField, highest: float) -> tuple[Values, Values, Values]:
    T = np.linspace(0.005, highest, POINTS)
    a, b = mean_field.order(T)
    return T, np.asarray(mean_field.mu_A * a), np.asarray(mean_field.mu_B * b)


def mean_field_lines(state: FerriState, p: FerrimagnetParameters) -> tuple[Line, ...]:
    """Moments of the mean field with the same exchange, without field."""
    T, A, B = _orders(p.mean_field, p.widest)
    zero = Line(np.array([0.0, p.widest]), np.zeros(2), "", "muted")
    lines = ((A, "down", ""), (B, "up", ""), (A + B, "secondary", "mean field"))
    return (zero, *(Line(T, y, label, role, dashed=True, law=True) for y, role, label in lines))
