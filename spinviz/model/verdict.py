"""What a law says about the run at this moment, in a word, a sign and a short text; colour is only an addition."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, TypeAlias

from spinviz.model.frame import LawNow
from spinviz.model.law import Law
from spinviz.model.units import plain, show, superscript

Verdict: TypeAlias = Literal["good", "warning", "bad", "waits", "off"]

SIGNS: dict[Verdict, str] = {"good": "✓", "warning": "!", "bad": "✗", "waits": "…", "off": "–"}
WORDS: dict[Verdict, str] = {
    "good": "within the tolerance",
    "warning": "above the tolerance",
    "bad": "far above the tolerance",
    "waits": "the run is too short for a standard error of the mean",
    "off": "the law does not hold now",
}
FAR = 5.0
"""Deviations beyond this many tolerances are bad, not merely a warning."""


def verdict(now: LawNow | None) -> Verdict:
    """Judge a law: off where it does not apply, waits without a standard error, then by the deviation."""
    if now is not None and now.waits:
        return "waits"
    if now is None or not now.holds or math.isnan(now.deviation):
        return "off"
    if now.passed:
        return "good"
    return "warning" if now.deviation <= FAR * now.tolerance else "bad"


def deviation_text(law: Law, now: LawNow | None, unit: str = "") -> str:
    """Return the deviation for people: "2·10⁻¹⁴", "0.4 %", "3 ms"; an en dash where the law does not hold.

    In a measure of the law's own (standard errors, say) a number means nothing without its limit: "2 ≤ 5".
    """
    if now is None or verdict(now) in ("waits", "off"):
        return "–"
    if law.averaged or (callable(law.scale) and now.tolerance >= 0.1):
        found = _one_digit(now.deviation) if now.deviation < 0.1 else plain(now.deviation, 2)
        return f"{found} {'≤' if now.passed else '>'} {plain(now.tolerance, 2)}"
    if law.scale == "theory" and 1e-5 <= now.deviation < 1e3:
        return f"{plain(100 * now.deviation, 2 if now.deviation >= 0.1 else 1)} %"
    if law.scale == 1.0 and unit:
        return show(now.deviation, unit, 1)
    return _one_digit(now.deviation)


def value_text(law: Law, now: LawNow, unit: str = "") -> str:
    """Return what a law is compared with: "now 3.1 mT", or "mean since the last change 3.1 mT ± 0.2 mT"."""
    if not law.averaged:
        return f"now {show(now.value, unit)}"
    bar = "" if math.isnan(now.error) else f" ± {show(now.error, unit, 2)}"
    return f"mean since the last change {show(now.value, unit)}{bar}"


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
    if now is None or verdict(now) in ("waits", "off"):
        return -0.5 if now is not None and now.waits else -1.0
    return now.deviation / now.tolerance if now.tolerance > 0 else now.deviation
