"""What visuals say of themselves: where they are, what is wrong, what the legend shows."""

import numpy as np
import pytest

from spinviz.model.visuals import Arrows, Cells, Labels, LegendEntry, Lines, Spheres, float32

POINTS = float32(np.eye(3))


@pytest.mark.parametrize(
    ("visual", "entry"),
    [
        (Arrows(POINTS, POINTS, color="net", label="M"), LegendEntry("net", "M", "bar")),
        (Arrows(POINTS, POINTS, label="m"), LegendEntry("secondary", "m", "bar")),
        (Spheres(POINTS, color=POINTS, label="ions"), LegendEntry("secondary", "ions", "dot")),
        (Lines(POINTS, label="path"), LegendEntry("muted", "path", "line")),
        (Lines(POINTS, color="theory", dashed=True, label="law"), LegendEntry("theory", "law", "dashes")),
        (Cells(float32(np.zeros((1, 2, 2))), label="spins"), LegendEntry("secondary", "spins", "bar")),
        (Lines(POINTS), None),
        (Labels(POINTS, ("x", "y", "z")), None),
    ],
)
def test_the_legend_shows_a_mark_and_a_colour_of_what_has_a_label(visual, entry):
    assert visual.entry() == entry


def test_only_letters_are_written_over_the_picture():
    labels = Labels(POINTS, ("x", "y", "z"))
    assert labels.written() == (labels,)
    assert not labels.drawn
    assert Lines(POINTS).written() == ()
    assert Lines(POINTS).drawn


def test_cells_lie_between_their_outer_corners():
    box = Cells(float32(np.zeros((2, 3, 4))), (-1.0, 0.0, 5.0), (0.5, 1.0, 2.0)).where()
    assert box.shape == (8, 3)
    assert box.min(axis=0) == pytest.approx([-1, 0, 5])
    assert box.max(axis=0) == pytest.approx([1, 3, 9])
    sheet = Cells(float32(np.zeros((1, 3, 4))), spacing=(1.0, 1.0, 2.0)).where()
    assert sheet[:, 2] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("visual", "complaint"),
    [
        (Lines(POINTS), ""),
        (Lines(float32([[0, 0, np.nan]])), "points is not finite"),
        (Cells(float32(np.full((1, 2, 2), np.nan))), ""),
        (Cells(float32(np.zeros((2, 2)))), "cells of shape (2, 2)"),
        (Labels(POINTS, ("x",)), "1 texts for 3 points"),
    ],
)
def test_what_is_wrong_is_said(visual, complaint):
    assert visual.check().startswith(complaint)
    assert bool(visual.check()) == bool(complaint)
