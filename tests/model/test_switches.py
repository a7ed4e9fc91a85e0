"""What is switched off is gone from a frame; the rest is the same object."""

from dataclasses import replace

import numpy as np
from toy import Toy

from spinviz.engine.loop import Loop
from spinviz.model.frame import Frame
from spinviz.model.plots import DiagramRow, DiagramScheme, LevelScheme, Line
from spinviz.model.switches import SWITCHES, without
from spinviz.model.visuals import Arrows, Cells, Labels, Lines, Stage, float32

TWO = float32(np.eye(3)[:2])
SPINS = Arrows(TWO, TWO, label="spins")
NET = Arrows(TWO[:1], TWO[:1], color="net", label="M")
LETTER = Labels(TWO[:1], ("M",), color="net")
FIELD = Arrows(TWO[:1], TWO[:1], color="y", label="field")
TRAIL = Lines(TWO, color="net", fade=True, label="path")
FRAME_LINES = Lines(TWO, label="edge")
CELLS = Cells(float32(np.zeros((1, 2, 2))))
STAGE = Stage(legend="wheel", entries=(("net", "M"), ("x", "along x")))


def frame() -> Frame:
    loop = Loop(Toy())
    loop.advance(5)
    law, own = Line(TWO[0], TWO[1], role="theory"), Line(TWO[0], TWO[1])
    rows = tuple(DiagramRow(role, TWO[0], TWO[1], role) for role in ("theory", "net"))
    shown = {
        "graph": (own, law, replace(own, law=True)),
        "levels": LevelScheme(np.arange(2.0), np.ones(2), np.ones(2), ("a", "b")),
        "diagram": DiagramScheme(rows, 0.0, 0.0, 1.0),
        "image": np.ones((2, 2)),
    }
    visuals = (SPINS, NET, LETTER, FIELD, TRAIL, FRAME_LINES, CELLS)
    return replace(loop.frame(), visuals=visuals, stage=STAGE, plots=shown)


def test_nothing_hidden_is_the_same_frame() -> None:
    whole = frame()
    assert without(whole, ()) is whole


def test_the_second_picture_is_without_it_too() -> None:
    whole = replace(frame(), second=frame())
    for name in ("spins", "net", "axes"):
        alone, beside = without(frame(), (name,)), without(whole, (name,)).second
        assert beside is not None
        assert (beside.visuals, beside.stage) == (alone.visuals, alone.stage)


def test_each_switch_hides_its_part() -> None:
    left = {
        "spins": (NET, LETTER, FIELD, TRAIL, FRAME_LINES, CELLS),
        "net": (SPINS, FIELD, TRAIL, FRAME_LINES, CELLS),
        "trails": (SPINS, NET, LETTER, FIELD, FRAME_LINES, CELLS),
    }
    for name, visuals in left.items():
        assert without(frame(), (name,)).visuals == visuals
    assert not without(frame(), ("axes",)).stage.axes
    assert without(frame(), ("net",)).stage.entries == (("x", "along x"),)


def test_without_a_legend_positions_stay_the_same_arrays() -> None:
    shown = without(frame(), ("legend",))
    assert [visual.entry() for visual in shown.visuals] == [None] * 7
    assert (shown.stage.legend, shown.stage.entries) == ("none", ())
    assert shown.visuals[0].where() is SPINS.positions, "another array would be uploaded again"


def test_without_laws_nothing_of_them_is_left() -> None:
    whole = frame()
    assert whole.laws
    assert whole.curves
    assert whole.history.laws
    shown = without(whole, ("law",))
    assert (shown.laws, shown.curves, shown.history.laws) == ({}, {}, {})
    assert shown.history.observables is whole.history.observables
    assert [line.role for line in shown.plots["graph"]] == ["simulation"]
    assert np.isnan(shown.plots["levels"].theory).all()
    assert [row.role for row in shown.plots["diagram"].rows] == ["net"]
    assert shown.plots["image"] is whole.plots["image"]
    assert shown.visuals == whole.visuals


def test_all_of_them_together() -> None:
    shown = without(frame(), SWITCHES)
    assert [type(visual) for visual in shown.visuals] == [Arrows, Lines, Cells]
