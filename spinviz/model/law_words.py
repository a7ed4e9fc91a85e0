"""A law in plain words: what its symbols mean, how far the run is from it now, where it holds, and who found it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from spinviz.model.frame import LawNow
from spinviz.model.law import Law
from spinviz.model.letters import letters
from spinviz.model.symbols import runs
from spinviz.model.system import System
from spinviz.model.units import plain, show
from spinviz.model.verdict import WORDS, deviation_words, value_text, verdict

STANDARD = {
    "t": "time",
    "k_{B}": "Boltzmann constant",
    "μ_{B}": "Bohr magneton",
    "μ_{0}": "magnetic constant",
    "γ": "gyromagnetic ratio",
}
"""Symbols that mean the same everywhere."""


class Meaning(NamedTuple):
    """A symbol of an equation, its value now (empty for none), and what it stands for (empty when nobody says)."""

    symbol: str
    value: str
    title: str


def symbols_in(law: Law, system: System[Any, Any], parameters: Any = None) -> list[Meaning]:
    """Return the observable that ``law`` speaks of, then the symbols of its equation in their order.

    What a symbol means is said by `Law.symbols`, `System.symbols`, else by the parameter or the observable that is
    written so, else by `STANDARD`.
    """
    observable = system.observable(law.observable)
    found = [Meaning(observable.symbol, "", observable.title)] if observable.symbol else []
    names = _names(system)
    seen = letters(_marked(observable.symbol), names)[:1]
    for letter in letters(law.latex, names):
        if letter not in seen:
            seen.append(letter)
            found.append(_meaning(letter, law, system, parameters, names))
    return found


def _names(system: System[Any, Any]) -> tuple[str, ...]:
    """Symbols of several letters, as TE."""
    quantities = system.Parameters.quantities().values()
    symbols = [*system.symbols, *(quantity.symbol for quantity in quantities)]
    return tuple(symbol for symbol in symbols if len(symbol) > 1 and symbol.isascii() and symbol.isalpha())


def _meaning(letter: str, law: Law, system: System[Any, Any], parameters: Any, names: tuple[str, ...]) -> Meaning:
    for symbol, title in (*law.symbols.items(), *system.symbols.items()):
        if _marked(symbol) == letter:
            return Meaning(symbol, "", title)
    for quantity in system.Parameters.quantities().values():
        if quantity.symbol and _marked(quantity.symbol) == letter:
            value = quantity.said(getattr(parameters, quantity.name)) if parameters is not None else ""
            return Meaning(quantity.symbol, value, quantity.title)
    for observable in system.observables:
        if letters(_marked(observable.symbol), names)[:1] == [letter]:
            return Meaning(observable.symbol, "", observable.title)
    return Meaning(letter, "", STANDARD.get(letter, ""))


def _marked(symbol: str) -> str:
    marks = {"base": "{}", "sub": "_{{{}}}", "sup": "^{{{}}}"}
    return "".join(marks[level].format(text) for text, level in runs(symbol))


def judgement(law: Law, now: LawNow | None, unit: str) -> str:
    """Return how well a law holds: "0.14 mT off, 2.0 of 4 standard errors: within the tolerance"."""
    state = verdict(now)
    words = deviation_words(law, now, unit)
    return f"{words}: {WORDS[state]}" if words else WORDS[state][:1].upper() + WORDS[state][1:]


def comparison(law: Law, now: LawNow | None, unit: str) -> str:
    """Return what is compared: "now 3.1 mT, law 3.0 mT"; empty where the law does not hold."""
    if now is None or not now.holds or math.isnan(now.value):
        return ""
    return f"{value_text(law, now, unit)}, law {show(now.theory, unit)}"


def sentences(law: Law) -> list[tuple[str, str]]:
    """Return headings and sentences: where a law holds, its tolerance and why, its reference."""
    return [
        ("Holds for", law.validity),
        ("Tolerance", f"{tolerance_text(law)}{law.because}"),
        ("Reference", law.reference),
    ]


def tolerance_text(law: Law) -> str:
    """Return the tolerance in the measure of its law, ready for a reason behind it."""
    if law.averaged:
        return f"{plain(law.tolerance, 2)} standard errors of the mean. "
    if law.scale == "theory":
        return f"{plain(100 * law.tolerance, 2)} % of the law. "
    return ""
