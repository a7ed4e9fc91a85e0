"""The demagnetizing factors of rectangular prisms in closed form."""

from __future__ import annotations

from math import atan, log, pi, sqrt


def prism_factor(a: float, b: float, c: float) -> float:
    """Return the mean demagnetizing factor along c of a uniformly magnetized prism with the edges 2a, 2b, 2c.

    Aharoni, J. Appl. Phys. 83, 3432 (1998).
    """
    ab, bc, ac, r = sqrt(a * a + b * b), sqrt(b * b + c * c), sqrt(a * a + c * c), sqrt(a * a + b * b + c * c)
    total = (
        (b * b - c * c) / (2 * b * c) * log((r - a) / (r + a))
        + (a * a - c * c) / (2 * a * c) * log((r - b) / (r + b))
        + b / (2 * c) * log((ab + a) / (ab - a))
        + a / (2 * c) * log((ab + b) / (ab - b))
        + c / (2 * a) * log((bc - b) / (bc + b))
        + c / (2 * b) * log((ac - a) / (ac + a))
        + 2 * atan(a * b / (c * r))
        + (a**3 + b**3 - 2 * c**3) / (3 * a * b * c)
        + (a * a + b * b - 2 * c * c) / (3 * a * b * c) * r
        + c / (a * b) * (ac + bc)
        - (ab**3 + bc**3 + ac**3) / (3 * a * b * c)
    )
    return total / pi
