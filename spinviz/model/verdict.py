"""What a law says about the run at this moment, in a word, a sign and a short text; colour is only an addition."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, TypeAlias

from spinviz.model.frame import LawNow
from spinviz.model.law import Law
from spinviz.model.units import plain, show, superscript

Verdict: TypeAlias = Literal["good", "warning", "bad", "waits", "unseen", "off"]

SIGNS: dict[Verdict, str] = {"good": "✓", "warning": "!", "bad": "✗", "waits": "…", "unseen": "…", "off": "–"}
WORDS: dict[Verdict, str] = {
    "good": "within the tolerance",
    "warning": "above the tolerance",
    "bad": "far above the tolerance",
    "waits": "waits for equilibrium, the run is too short for a standard error of the mean",
    "unseen": "the observable has no number now to compare with",
    "off": "out of its range now",
}
BADGES: dict[Verdict, str] = {
    "waits": "waits for equilibrium",
    "unseen": "no value now",
    "off": "out of its range",
}
"""What stands below a plot instead of a deviation."""
FAR = 5.0
"""Deviations beyond this many tolerances are bad, not merely a warning."""


def verdict(now: LawNow | None) -> Verdict:
    """Judge a law: off where it does not apply, waits without a standard error, then by the deviation."""
    if now is not None and now.waits:
        return "waits"
    if now is not None and now.unseen:
        return "unseen"
    if now is None or not now.holds or math.isnan(now.deviation):
        return "off"
    if now.passed:
        return "good"
    return "warning" if now.deviation <= FAR * now.tolerance else "bad"


def deviation_text(law: Law, now: LawNow | None, unit: str = "") -> str:
    """Return the deviation for people: "2·10⁻¹⁴", "0.4 %", "3 ms"; an en dash where the law does not hold.

    In a measure of the law's own (standard errors, say) a number means nothing without its limit: "2 ≤ 5".
    """
    if now is None or verdict(now) in BADGES:
        return "–"
    if law.averaged or (callable(law.scale) and now.tolerance >= 0.1):
        found = _one_digit(now.deviation) if now.deviation < 0.1 else plain(now.deviation, 2)
        return f"{found} {'≤' if now.passed else '>'} {plain(now.tolerance, 2)}"
    if law.scale == "theory" and 1e-5 <= now.deviation < 1e3:
        return f"{plain(100 * now.deviation, 2 if now.deviation >= 0.1 else 1)} %"
    if law.scale == 1.0 and unit:
        return show(now.deviation, unit, 1)
    return _one_digit(now.deviation)


def deviation_words(law: Law, now: LawNow | None, unit: str = "") -> str:
    """Return the deviation in its unit beside what is allowed: "0.14 mT off, 2.0 of 4 standard errors",
    "3 ms off, 5 ms allowed"; empty where nothing is compared.
    """
    if now is None or verdict(now) in BADGES:
        return ""
    difference = abs(now.value - now.theory)
    off = f"{_amount(difference, unit)} off"
    if law.averaged:
        return f"{off}, {now.deviation:.1f} of {plain(now.tolerance, 2)} standard errors"
    if law.scale == 1.0:
        return f"{off}, {_amount(now.tolerance, unit)} allowed"
    if law.scale == "theory":
        return f"{off}, {_amount(now.tolerance * abs(now.theory), unit)} allowed"
    # The deviation is the difference in units of the law's own scale, so this is the tolerance times that scale.
    return f"{off}, {_amount(difference * now.tolerance / now.deviation, unit)} allowed" if now.deviation else off


def value_text(law: Law, now: LawNow, unit: str = "") -> str:
    """Return what a law is compared with: "now 3.1 mT", or "mean since the last change 3.1 mT ± 0.2 mT"."""
    if not law.averaged:
        return f"now {show(now.value, unit)}"
    bar = "" if math.isnan(now.error) else f" ± {show(now.error, unit, 2)}"
    return f"mean since the last change {show(now.value, unit)}{bar}"


def _amount(value: float, unit: str) -> str:
    """Two digits, with a power of ten instead of many zeros or an odd prefix."""
    if unit and (value == 0 or 1e-9 <= abs(value) < 1e9):
        return show(value, unit, 2)
    if value == 0 or 1e-3 <= abs(value) < 1e4 or not math.isfinite(value):
        number = plain(value, 2) if math.isfinite(value) else "∞"
    else:
        mantissa, exponent = f"{value:.1e}".split("e")
        number = f"{plain(float(mantissa), 2)}·10{superscript(int(exponent))}"
    return f"{number} {unit}".strip()


def _one_digit(value: float) -> str:
    if value and math.isfinite(value) and not 1e-3 <= value < 1e4:
        mantissa, exponent = f"{value:.0e}".split("e")
        return f"{mantissa}·10{superscript(int(exponent))}"
    return plain(value, 1) if math.isfinite(value) else "∞"


def worst(laws: Iterable[Law], now: dict[str, LawNow]) -> Law | None:
    """Return the law that is furthest from its theory in tolerances; None without laws."""
    found = list(laws)
    return max(found, key=lambda law: _strain(now.get(law.name)), default=None)


def _strain(now: LawNow | None) -> float:
    state = verdict(now)
    if now is None or state in BADGES:
        return {"waits": -0.5, "unseen": -0.7}.get(state, -1.0)
    return now.deviation / now.tolerance if now.tolerance > 0 else now.deviation
