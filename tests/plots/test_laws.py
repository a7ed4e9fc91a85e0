"""What a plot says about its laws."""

from __future__ import annotations

import math
from dataclasses import replace

from plots.fake_systems import Decay, Lattice
from spinviz.model.frame import LawNow
from spinviz.plots.laws import badge


def test_the_explanation_names_value_law_and_deviation() -> None:
    system = Decay()
    _, text, explanation = badge(system.plots[2], system, system.frame())
    assert text == "✗ Δ 13 %"
    assert explanation == (
        "Line width 1/(π T₂*): now 3.25 Hz, law 3.24 Hz, 10 mHz off, 32 mHz allowed, far above the tolerance"
    )


def test_a_mean_is_explained_with_its_error() -> None:
    system = Lattice()
    frame = replace(system.frame(), laws={"yang": LawNow(0.91, 0.92, 2.0, 4.0, True, 0.005)})
    law = replace(Lattice.laws[0], tolerance=4.0)
    system = type("Averaged", (Lattice,), {"laws": (law,)})()
    state, text, explanation = badge(system.plots[0], system, frame)
    assert (state, text) == ("good", "✓ Δ 2 ≤ 4")
    assert "mean since the last change 0.91 ± 0.005, law 0.92, 0.01 off, 2.0 of 4 standard errors" in explanation


def test_a_badge_says_why_nothing_is_compared() -> None:
    system = Decay()
    plot, frame = system.plots[2], system.frame()
    off = LawNow(3.25, math.nan, math.nan, 0.01, False)
    state, text, explanation = badge(plot, system, replace(frame, laws={"line": off}))
    assert (state, text) == ("off", "– out of its range")
    assert explanation == "Line width 1/(π T₂*): out of its range now. It holds for: free precession"
    assert badge(plot, system, replace(frame, laws={"line": replace(off, unseen=True)}))[1] == "… no value now"
    waits = LawNow(3.25, 3.25, math.nan, 4.0, True, math.nan)
    assert badge(plot, system, replace(frame, laws={"line": waits}))[1] == "… waits for equilibrium"
