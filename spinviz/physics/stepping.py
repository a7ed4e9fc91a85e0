"""What the steps of moments have in common: unit axes, a count of steps, the thermal field."""

from __future__ import annotations

from math import ceil, sqrt

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO

Vector = tuple[float, float, float]


def unit(axis: Vector) -> Vector:
    """Return ``axis`` scaled to length one."""
    x, y, z = (float(a) for a in axis)
    length = sqrt(x * x + y * y + z * z)
    if not 0 < length < float("inf"):
        raise ValueError(f"axis {axis} has length {length}; give a vector of finite length above zero")
    return x / length, y / length, z / length


def parts_of(dt: float, longest: float) -> int:
    """Return how many equal steps of at most ``longest`` make up ``dt``; one that is longer by rounding is taken."""
    return max(1, ceil(dt / longest - 1e-9))


def step_count(steps: int) -> int:
    """Return ``steps`` as the integer the kernels were compiled for."""
    if steps < 0:
        raise ValueError(f"{steps} steps; time goes forward: give 0 or more (a negative dt runs backwards)")
    return int(steps)


def thermal_field(
    alpha: float, kT: float, moment: float, dt: float, gamma: float = ELECTRON_GYROMAGNETIC_RATIO
) -> float:
    """Return the standard deviation [T] of each component of the thermal field, constant during ``dt``.

    sqrt(2 alpha kT/(gamma moment dt)), Brown, Phys. Rev. 130, 1677 (1963); ``kT`` [J], ``moment`` [J/T].
    """
    return sqrt(2 * alpha * kT / (gamma * moment * dt))
