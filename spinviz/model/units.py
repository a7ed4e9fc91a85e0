"""Numbers with units: reading what people type, showing what they like to read.

Every stored number is in the declared unit without a prefix; prefixes exist only on the way in and out.
"""

from __future__ import annotations

import math
import re
from typing import Any

from spinviz.model.shortened import shortened

PREFIXES = {
    "Q": 1e30, "R": 1e27, "Y": 1e24, "Z": 1e21, "E": 1e18, "P": 1e15, "T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3,
    "": 1.0,
    "m": 1e-3, "µ": 1e-6, "μ": 1e-6, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15, "a": 1e-18, "z": 1e-21, "y": 1e-24,
}  # fmt: skip
SHOWN = ("y", "z", "a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T")
NEVER_PREFIXED = {
    "",
    "°",
    "deg",
    "rad",
    "%",
    "sweep",
    "sweeps",
    "file",
    "files",
    "J/kB",
    "J",
    "1/J",
    "cells",
    "steps",
    "sites",
    "µm²/ms",
}
"""Units shown as they are: angles, counts, reduced units (in which J is the coupling, not the joule), and units with
prefixes inside."""

_NUMBER = re.compile(r"^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(.*)$", re.DOTALL)
_STRANGE = re.compile(r"\d\d|[\d)]\s*(\*\*|\^)")
"""In a unit: long numbers and powers of powers, of which a library would write out every digit."""
MOST_LETTERS = 40
"""Of a unit."""
_CGS = {("G", "T"): 1e-4, ("kG", "T"): 0.1, ("Oe", "T"): 1e-4, ("kOe", "T"): 0.1, ("Oe", "A/m"): 1e3 / (4 * math.pi)}
"""Gaussian units of the field, which SI libraries refuse: (written, wanted) -> factor; Oe as its field in vacuum."""
_SAME = {"deg": "°", "degree": "°", "degrees": "°", "ohm": "Ω", "μ": "µ"}


class UnitError(ValueError):
    """A text that is no number in the expected unit."""


def read_number(text: str, unit: str, usual: float = 3.0) -> float:
    """Return ``text`` ("3 T", "12 ms", "0.5") as a number in ``unit``.

    A bare number is taken in ``unit`` itself. Errors: `UnitError` naming the text, what was expected and, as an
    example, the ``usual`` value.
    """
    match = _NUMBER.match(text.replace("−", "-").replace(",", "."))
    if match is None:
        raise UnitError(f"'{shortened(text)}' is no number: write for example '{example(unit, usual)}'")
    value, written = float(match.group(1)), match.group(2).strip()
    written = _SAME.get(written, written)
    if written in ("", unit):
        return value
    if unit and written.endswith(unit) and written[: -len(unit)] in PREFIXES:
        return value * PREFIXES[written[: -len(unit)]]
    if (written, unit) in _CGS:
        return value * _CGS[written, unit]
    try:
        return _convert(value, written, unit)
    except _NoFit as error:
        wanted = f"in {unit}" if unit else "without unit"
        raise UnitError(
            f"'{shortened(text)}': unit '{shortened(written)}' does not fit, the value is {wanted}: "
            f"write for example '{example(unit, usual)}'"
        ) from error


class _NoFit(ValueError):
    """A unit that does not exist, or measures something else."""


def _convert(value: float, written: str, unit: str) -> float:
    if len(written) > MOST_LETTERS or _STRANGE.search(_spelled(written)):
        raise _NoFit
    registry = _registry()
    try:
        return float(registry.Quantity(value, _spelled(written)).to(_spelled(unit)).magnitude)
    except Exception as error:  # any kind: pint parses and computes whatever is written
        raise _NoFit from error


def _spelled(unit: str) -> str:
    return (
        unit.replace("°", "degree").replace("µ", "u").replace("·", "*").replace("²", "**2").replace("³", "**3")
        or "dimensionless"
    )


_REGISTRIES: list[Any] = []


def _registry() -> Any:
    import pint

    if not _REGISTRIES:
        _REGISTRIES.append(pint.UnitRegistry(cache_folder=None))
    return _REGISTRIES[0]


def example(unit: str, usual: float = 3.0) -> str:
    """Return what to type for the ``usual`` value, which `read_number` understands."""
    shown = show(usual, unit)
    return f"{usual:g} {unit}".strip() if "·10" in shown else shown.replace("−", "-")


def prefix_for(value: float, unit: str) -> tuple[str, float]:
    """Return the SI prefix in which ``value`` reads best, and its factor."""
    if unit in NEVER_PREFIXED or not math.isfinite(value) or value == 0:
        return "", 1.0
    exponent = min(12, max(-24, 3 * math.floor(math.log10(abs(value) * (1 + 1e-12)) / 3)))
    if unit == "K" and -3 <= exponent <= 3:
        return ("m", 1e-3) if exponent == -3 else ("", 1.0)
    prefix = SHOWN[exponent // 3 + 8]
    return prefix, PREFIXES[prefix]


def show(value: float, unit: str = "", digits: int = 4) -> str:
    """Return ``value`` with its unit for people: ``show(0.08, "s") == "80 ms"``."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    prefix, factor = prefix_for(float(f"{value:.{digits - 1}e}"), unit)
    number = plain(value / factor, digits)
    gap = "" if unit in ("°", "%") else " "
    return f"{number}{gap}{prefix}{unit}" if unit else number


def plain(value: float, digits: int = 4) -> str:
    """Return ``value`` with ``digits`` significant digits, a true minus, and a power of ten where it reads better."""
    if value == 0:
        return "0"
    magnitude = abs(value)
    if magnitude >= 10 ** (digits + 2) or magnitude < 1e-3:
        mantissa, exponent = f"{value:.{max(digits - 2, 0)}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}·10{superscript(int(exponent))}".replace("-", "−")
    decimals = max(0, digits - 1 - math.floor(math.log10(magnitude)))
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def superscript(number: int) -> str:
    """Return an integer in raised digits."""
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
