"""A law in plain words: what its symbols mean, how far the run is from it now, where it holds, and who found it."""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

from spinviz.model.frame import LawNow
from spinviz.model.law import Law
from spinviz.model.symbols import runs
from spinviz.model.system import System
from spinviz.model.units import plain, show
from spinviz.model.verdict import WORDS, deviation_words, value_text, verdict

GREEK = dict(zip(
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi chi psi omega Gamma Delta "
    "Omega".split(),
    "αβγδεζηθκλμνξρστφχψωΓΔΩ",
))  # fmt: skip


class Meaning(NamedTuple):
    """A symbol of an equation, its value now (empty for none), and what it stands for."""

    symbol: str
    value: str
    title: str


def symbols_in(law: Law, system: System[Any, Any], parameters: Any = None) -> list[Meaning]:
    """Return the observable that ``law`` speaks of, and the declared parameters in its equation.

    Single Latin letters are left out: an equation may use them as an index or a differential.
    """
    observable = system.observable(law.observable)
    found = [Meaning(observable.symbol, "", observable.title)] if observable.symbol else []
    rest = _spelled(law.latex)
    quantities = [q for q in system.Parameters.quantities().values() if re.search(r"[^A-Za-z]|..", q.symbol)]
    for quantity in sorted(quantities, key=lambda q: -len(q.symbol)):
        wanted = re.escape(_marked(quantity.symbol))
        rest, count = re.subn(rf"(?<![\w{{]){wanted}(?![_^]\{{[^}}]*[*′']|_)|(?<=\}}){wanted}(?!_|\^\{{\*)", " ", rest)
        if count and quantity.symbol != observable.symbol:
            value = quantity.show(getattr(parameters, quantity.name)) if parameters is not None else ""
            found.append(Meaning(quantity.symbol, value, quantity.title))
    return found


def _spelled(latex: str) -> str:
    """LaTeX with letters for Greek commands and braces around every index: "T_1" becomes "T_{1}"."""
    text = re.sub(r"\\(?:mathrm|mathbf|text)\{([^{}]*)\}", r"\1", latex)
    text = re.sub(r"\\([A-Za-z]+)\s?", lambda match: GREEK.get(match[1], " "), text)
    return re.sub(r"([_^])([^\s{}])", r"\1{\2}", text.replace("{{", "{").replace("}}", "}"))


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
