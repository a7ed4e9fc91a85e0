"""The renderer with what systems may hand it: nothing, changing numbers, NaN, a mixture."""

import numpy as np
import pytest

from spinviz.model.theme import THEMES
from spinviz.model.visuals import Arrows, Cells, Labels, Lines, Spheres, Stage, float32
from spinviz.view import arrows
from spinviz.view.camera import Camera

NOTHING = float32(np.zeros((0, 3)))


def fan(count, **options):
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    directions = np.column_stack([np.cos(angle), np.sin(angle), 0 * angle])
    return Arrows(float32(np.zeros((count, 3))), float32(directions), **options)


def test_empty_visuals_draw_nothing(draw):
    empty = draw()
    visuals = (Arrows(NOTHING, NOTHING), Spheres(NOTHING), Lines(NOTHING), Labels(NOTHING, ()))
    assert np.array_equal(draw(*visuals), empty)


@pytest.mark.parametrize("limit", [0.0, 1000.0])
def test_the_number_of_arrows_may_change_from_frame_to_frame(draw, monkeypatch, limit):
    monkeypatch.setattr(arrows, "LARGEST_POINT", limit)
    draw()
    kept = draw(fan(3, length=0.3)), draw(fan(7, length=0.3)), draw(fan(2, length=0.3))
    for count, picture in zip((3, 7, 2), kept):
        draw()
        assert np.array_equal(draw(fan(count, length=0.3)), picture)


def test_the_kind_of_a_visual_may_change(draw):
    ball = Spheres(float32([[0, 0, 0]]), 0.3)
    alone = draw(ball)
    draw(fan(4))
    assert np.array_equal(draw(ball), alone)


def test_nan_hides_one_arrow_and_not_the_others(draw):
    positions, directions = np.array([[-0.5, 0, 0], [0.5, 0, 0]]), np.array([[0, 0.5, 0], [0, 0.5, 0]])
    directions[0] = np.nan
    picture = draw(Arrows(float32(positions), float32(directions), color="net"))
    ink = np.abs(picture - draw()).max(axis=-1) > 0.1
    assert ink[:, 130:].any()
    assert np.isfinite(picture).all()


def test_nan_positions_do_not_stop_the_picture(draw):
    positions = float32([[np.nan, 0, 0], [0.5, 0, 0]])
    ink = np.abs(draw(Spheres(positions, 0.2)) - draw()).max(axis=-1) > 0.1
    assert ink[:, 130:].any()


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_all_visuals_together_in_every_theme(draw, theme):
    visuals = (
        fan(5, length=0.8, label="a fan"),
        Spheres(float32([[0, 0, 0.5]]), 0.2, opacity=0.4),
        Lines(float32(np.eye(3)), color="theory", dashed=True),
        Cells(float32(np.linspace(-1, 1, 24).reshape(2, 3, 4)), (-0.5, -0.5, -0.8), (0.2, 0.2, 0.2), "viridis"),
        Labels(float32([[0, 0, 1]]), ("top",)),
    )
    stage = Stage(bloch_sphere=True)
    picture = draw(*visuals, stage=stage, camera=Camera(30, 20), theme=theme)
    bare = draw(stage=stage, camera=Camera(30, 20), theme=theme)
    assert np.mean(np.abs(picture - bare).max(axis=-1) > 0.1) > 0.02


def test_an_unknown_role_is_named(draw):
    with pytest.raises(ValueError, match="unknown colour role 'purple'"):
        draw(Spheres(float32([[0, 0, 0]]), color="purple"))


def test_soft_edges_of_overlapping_arrows_show_no_background(draw):
    """Edges drawn in the wrong order once let the dark background shine through between bright arrows."""
    white = float32(np.ones((60, 3)))
    many = Arrows(
        float32(np.zeros((60, 3))),
        float32(np.column_stack([np.ones(60), np.linspace(-0.35, 0.35, 60), np.zeros(60)])),
        radius=0.012,
        color=white,
    )
    picture = draw(many)
    inside = picture[76:85, 160:190].min(axis=-1)
    assert inside.min() > 0.45
