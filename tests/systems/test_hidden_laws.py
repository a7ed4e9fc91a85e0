"""Whoever predicts sees no closed form, in whatever colour it is drawn; what the run itself shows stays."""

import pytest

from spinviz.engine.loop import Loop
from spinviz.model.plots import Line
from spinviz.model.switches import without
from spinviz.systems import system_named

LEFT = [
    ("spin_echoes", "stimulated", "signal", {"signal", "E₁₂", "STE", "E₁₃", "E₂₃", "E₁₂₃"}),
    ("spin_echoes", "cpmg_diffusion", "signal", {"signal", "echoes"}),
    ("spin_echoes", "cp", "signal", {"signal", "echoes"}),
    ("gradient_echo", "contrast", "flips", {"echo", "now"}),
    ("gradient_echo", "rf_spoiling", "increments", {"", "now"}),
    ("imaging", "t1w", "contrast_TE", {""}),
    ("slice_selection", "small_tip", "profile", {"|M_xy|", ""}),
    ("bloch_siegert", "linear", "inversion", {""}),
    ("local_moments", "half", "spectrum", {"now"}),
]


@pytest.mark.parametrize(("system", "preset", "plot", "labels"), LEFT)
def test_a_closed_form_is_hidden_in_every_colour(system: str, preset: str, plot: str, labels: set[str]) -> None:
    """Comparisons, other trains and tissues were drawn dashed in other roles and stayed."""
    loop = Loop(system_named(system), preset=preset)
    loop.advance(2)
    whole = loop.frame()
    left: tuple[Line, ...] = without(whole, ("law",)).plots[plot]
    assert {line.label for line in left} <= labels
    assert len(left) < len(whole.plots[plot])
    assert not [line for line in left if line.dashed]
