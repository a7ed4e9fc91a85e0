"""A law in plain words."""

import math
from dataclasses import replace

from plots.fake_systems import Decay, DecayParameters, law

from spinviz.model.frame import LawNow
from spinviz.model.law_words import Meaning, comparison, judgement, sentences, symbols_in
from spinviz.model.verdict import deviation_words

LINE = law("line", "width", "Line", latex=r"w=\frac{A}{\pi T_2}\,B_0t", scale=1.0, tolerance=0.5)
MEAN = replace(LINE, averaged=True, tolerance=4.0)


class Told(Decay):
    symbols = {"A": "amplitude", "w": "line width"}


def test_a_symbol_has_the_meaning_of_its_system_parameter_or_all() -> None:
    meanings = symbols_in(LINE, Told(), DecayParameters(T2=0.12))
    assert meanings[1:] == [
        Meaning("w", "", "line width"), Meaning("A", "", "amplitude"), Meaning("T₂", "120 ms", "Transverse relaxation"),
        Meaning("B₀", "1.5 T", "Static field"), Meaning("t", "", "time"),
    ]  # fmt: skip
    assert meanings[0] == Meaning("line width", "", "Line width")
    own = replace(LINE, symbols={"A": "height"})
    assert Meaning("A", "", "height") in symbols_in(own, Told())
    assert Meaning("A", "", "") in symbols_in(LINE, Decay())


def test_a_deviation_is_told_in_its_unit_beside_what_is_allowed() -> None:
    assert deviation_words(LINE, LawNow(3.4, 3.0, 0.4, 0.5, True), "Hz") == "400 mHz off, 500 mHz allowed"
    mean = LawNow(3.14, 3.0, 2.0, 4.0, True, 0.07)
    assert deviation_words(MEAN, mean, "Hz") == "140 mHz off, 2.0 of 4 standard errors"
    assert judgement(MEAN, mean, "Hz") == "140 mHz off, 2.0 of 4 standard errors: within the tolerance"
    assert comparison(MEAN, mean, "Hz") == "mean since the last change 3.14 Hz ± 70 mHz, law 3 Hz"
    relative = replace(LINE, scale="theory", tolerance=0.01)
    assert deviation_words(relative, LawNow(3.3, 3.0, 0.1, 0.01, True), "Hz") == "300 mHz off, 30 mHz allowed"
    # A scale of the law's own: 0.4 is twice it, and it is allowed five times.
    own = replace(LINE, scale=lambda s, p, d: 0.2, tolerance=5.0)
    assert deviation_words(own, LawNow(3.4, 3.0, 2.0, 5.0, True), "Hz") == "400 mHz off, 1 Hz allowed"
    assert deviation_words(LINE, LawNow(0.14, 0.0, 0.14, 0.5, True)) == "0.14 off, 0.5 allowed"


def test_without_a_comparison_it_is_said_why() -> None:
    off = LawNow(3.0, math.nan, math.nan, 0.5, False)
    assert judgement(LINE, off, "Hz") == "Out of its range now"
    assert judgement(LINE, replace(off, unseen=True), "Hz") == "The observable has no number now to compare with"
    waits = LawNow(3.0, 3.0, math.nan, 4.0, True, math.nan)
    assert judgement(MEAN, waits, "Hz").startswith("Waits for equilibrium")
    assert comparison(LINE, off, "Hz") == ""


def test_validity_tolerance_and_reference_are_told() -> None:
    assert dict(sentences(MEAN)) == {
        "Holds for": "free precession", "Tolerance": "4 standard errors of the mean. rounding",
        "Reference": "Abragam 1961",
    }  # fmt: skip
