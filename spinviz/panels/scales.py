"""Between a parameter's value and a slider: linear and logarithmic, round numbers, limits kept."""

from __future__ import annotations

import math

from spinviz.model.parameters import Quantity

POSITIONS = 1000
"""Positions of a slider; whole numbers with fewer values have one each."""
DECADES = 3.0
"""A logarithmic slider that starts at an excluded 0 begins this many decades below the default."""


def positions(q: Quantity) -> int:
    """Return the highest position of the slider; the lowest is 0."""
    low, high = _ends(q)
    if q.kind == "integer" and not is_log(q):
        return max(1, min(POSITIONS, round(high - low)))
    return POSITIONS


def is_log(q: Quantity) -> bool:
    """Whether the slider is logarithmic: asked for, and possible."""
    return q.scale == "log" and (q.high or 0.0) > 0 and (q.low or 0.0) >= 0


def position(q: Quantity, value: float) -> int:
    """Return the position nearest ``value``."""
    low, high = _ends(q)
    if is_log(q):
        part = math.log(max(value, low) / low) / math.log(high / low)
    else:
        part = (value - low) / (high - low)
    return round(min(max(part, 0.0), 1.0) * positions(q))


def value_at(q: Quantity, at: int) -> float | int:
    """Return the round value at a position; the ends are the limits themselves, or just inside when excluded."""
    low, high = _ends(q)
    part = at / positions(q)
    if part <= 0:
        return _whole(q, low)
    if part >= 1:
        return _whole(q, high)
    if is_log(q):
        return clip(q, _significant(low * (high / low) ** part, 3))
    grid = _grid((high - low) / positions(q))
    return clip(q, round((low + part * (high - low)) / grid) * grid)


def stepped(q: Quantity, value: float, steps: int) -> float | int:
    """Return ``value`` moved by ``steps``: a hundredth of the range each, or 20 to a decade; results are round."""
    low, high = _ends(q)
    if is_log(q):
        moved = _significant(max(value, low) * 10 ** (steps / 20), 2)
        if q.kind == "integer" and round(moved) == round(value):
            moved = value + math.copysign(1, steps)
        return clip(q, moved)
    grid = _grid((high - low) / 100)
    if q.kind == "integer":
        grid = max(1.0, round(grid))
    before = value / grid
    moved = math.floor(before + 1e-9) + steps if steps > 0 else math.ceil(before - 1e-9) + steps
    return clip(q, moved * grid)


def clip(q: Quantity, value: float) -> float | int:
    """Return ``value`` inside the limits, without the noise of the last digits."""
    low, high = _ends(q)
    return _whole(q, float(f"{min(max(value, low), high):.12g}"))


def _whole(q: Quantity, value: float) -> float | int:
    return round(value) if q.kind == "integer" else value


def _ends(q: Quantity) -> tuple[float, float]:
    """Lowest and highest value a slider can give: inside the limits where they are excluded."""
    low, high = float(q.low or 0.0), float(q.high or 0.0)
    room = high - low
    if is_log(q) and low == 0:
        typical = float(q.value) if q.value else high * 1e-3
        return min(typical, high) * 10**-DECADES, high * (1 - 1e-6 * q.open_high)
    inside = 1.0 if q.kind == "integer" else _grid(room / POSITIONS)
    return low + inside * q.open_low, high - inside * q.open_high


def _grid(rough: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above ``rough``."""
    power = 10.0 ** math.floor(math.log10(rough) + 1e-9)
    return next(m * power for m in (5.0, 2.0, 1.0) if m * power <= rough * (1 + 1e-9))


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")
