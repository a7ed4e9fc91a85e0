"""Units of length in OVF files. The format treats them as labels; these are the ones that programs write."""

from __future__ import annotations

import os
from decimal import Decimal

from spinviz.files.errors import FileError, quoted

Vector = tuple[float, float, float]

_EXPONENTS = {
    0: ("m", "meter", "metre", "meters", "metres"),
    -2: ("cm", "centimeter", "centimetre"),
    -3: ("mm", "millimeter", "millimetre"),
    -6: ("um", "\N{MICRO SIGN}m", "\N{GREEK SMALL LETTER MU}m", "micron", "microns", "micrometer", "micrometre"),
    -9: ("nm", "nanometer", "nanometre", "nanometers", "nanometres"),
    -10: ("a", "\N{LATIN SMALL LETTER A WITH RING ABOVE}", "ang", "angstrom", "angstroms", "ångström"),
    -12: ("pm", "picometer", "picometre"),
}
_EXPONENT_OF = {name: exponent for exponent, names in _EXPONENTS.items() for name in names}
KNOWN = "m, cm, mm, um, nm, angstrom, pm"
_NONE = frozenset({"", "unspecified", "none", "unknown", "dimensionless", "1", "-"})


def is_known(unit: str) -> bool:
    """Whether ``unit`` is one of length, in any case."""
    return unit.strip().lower() in _EXPONENT_OF


def is_unspecified(unit: str) -> bool:
    """Whether ``unit`` stands for no unit."""
    return unit.strip().lower() in _NONE


def in_metres(value: float, unit: str) -> float:
    """Return ``value`` [``unit``, a known one] in metres, rounded once: 4 nm is the number that 4e-9 m is."""
    return float(Decimal(repr(float(value))).scaleb(_EXPONENT_OF[unit.strip().lower()]))


def cell_of(
    path: str | os.PathLike[str], steps: Vector, unit: str, least: float, most: float
) -> tuple[Vector | None, tuple[str, ...]]:
    """Return the cell size [m] of ``steps`` (x, y, z) [``unit``], None for cells of 1, and what is said about it.

    Without a unit they are metres where all of them lie between ``least`` and ``most`` [m]. Errors: `FileError`.
    """
    one = all(step == 1 for step in steps)
    if one and (is_unspecified(unit) or (is_known(unit) and in_metres(1, unit) == 1)):
        return None, ("unit cells of the size set",)
    if is_known(unit):
        x, y, z = (in_metres(step, unit) for step in steps)
        return (x, y, z), ()
    if is_unspecified(unit):
        if all(least <= step <= most for step in steps):
            return steps, ("cell size taken as metres",)
        sizes = " × ".join(f"{step:.4g}" for step in steps)
        problem = f"it gives cells of {sizes} without a unit of length"
    else:
        problem = f"its meshunit is {quoted(unit)}, known are {KNOWN}"
    raise FileError(path, problem, "write the right one into its line '# meshunit: nm'")
