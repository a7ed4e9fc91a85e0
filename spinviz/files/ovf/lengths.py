"""Units of length in OVF files. The format treats them as labels; these are the ones that programs write."""

from __future__ import annotations

from decimal import Decimal

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
