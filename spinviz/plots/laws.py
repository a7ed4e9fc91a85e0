"""Which laws a plot draws, and the one line that says how well they hold."""

from __future__ import annotations

from spinviz.model.frame import Frame
from spinviz.model.law import Law
from spinviz.model.plots import Plot
from spinviz.model.system import System
from spinviz.model.units import show
from spinviz.model.verdict import (
    BADGES,
    SIGNS,
    WORDS,
    Verdict,
    deviation_text,
    deviation_words,
    value_text,
    verdict,
    worst,
)


def laws_of(plot: Plot, system: System) -> tuple[Law, ...]:  # type: ignore[type-arg]
    """Return the laws that concern ``plot``."""
    return tuple(law for law in system.laws if plot.draws(law))


def badge(plot: Plot, system: System, frame: Frame) -> tuple[Verdict, str, str]:  # type: ignore[type-arg]
    """Return verdict, text ("✓ Δ 2·10⁻¹⁴") and explanation of the law furthest from its theory; empty without laws."""
    laws = laws_of(plot, system)
    law = worst(laws, frame.laws)
    if law is None or law.name not in frame.laws:
        return "off", "", ""
    now = frame.laws.get(law.name)
    state = verdict(now)
    explanation = "\n".join(_line(one, system, frame) for one in laws)
    if state in BADGES:
        return state, f"{SIGNS[state]} {BADGES[state]}", explanation
    return state, f"{SIGNS[state]} Δ {deviation_text(law, now, _unit(law, system))}", explanation


def _unit(law: Law, system: System) -> str:  # type: ignore[type-arg]
    return next((o.unit for o in system.observables if o.name == law.observable), "")


def _line(law: Law, system: System, frame: Frame) -> str:  # type: ignore[type-arg]
    now = frame.laws.get(law.name)
    state = verdict(now)
    if now is None or state == "off":
        return f"{law.title}: {WORDS['off']}. It holds for: {law.validity}"
    if state == "unseen":
        return f"{law.title}: {WORDS['unseen']}"
    unit = _unit(law, system)
    deviation = "" if state == "waits" else f"{deviation_words(law, now, unit)}, "
    return f"{law.title}: {value_text(law, now, unit)}, law {show(now.theory, unit)}, {deviation}{WORDS[state]}"
