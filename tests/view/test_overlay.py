"""The overlay: nothing overlaps, nothing is cut off, lengths are true."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from spinviz.model.theme import DARK, PROJECTOR, THEMES
from spinviz.model.visuals import Arrows, Labels, Lines, Stage, float32
from spinviz.view.camera import Camera, home
from spinviz.view.legend import color_ball, nice_length, scale_bar, with_prefix
from spinviz.view.lettering import Lettering
from spinviz.view.overlay import Page, Texts

TEXTS = Texts(
    equation=r"\frac{d\mathbf{M}}{dt} = \gamma\,\mathbf{M}\times\mathbf{B} - \frac{M_x}{T_2} - \frac{M_z-M_0}{T_1}",
    caption="rotating frame, 4 Hz offset · 64 isochromats · precession slowed down by a factor of 1000",
    time="1,288.25 ms",
    lens="1 s on screen = 40 ms",
    banner="paused: NaN in m at step 1,203, t = 1.2 ns",
    note="every 25th of 1,000,000 arrows",
)
VISUALS = (
    Arrows(float32(np.zeros((1, 3))), float32([[0, 0, 1]]), color="net", label="net magnetization M"),
    Lines(float32(np.eye(3)), color="theory", dashed=True, label="path of M"),
)
STAGES = {
    "lattice": Stage((0, 0, 0), (9, 9, 1), unit="m", unit_length=1e-9, legend="direction", legend_title="direction"),
    "bloch": Stage(bloch_sphere=True, axis_names=("x", "y", "z, B₀"), entries=(("theory", "law"),)),
    "cells": Stage((0, 0, 0), (9, 9, 1), unit="a", legend="colormap", legend_title="spin"),
    "wheel": Stage((0, 0, 0), (9, 9, 1), legend="wheel"),
}


def page(size, theme=DARK, texts=TEXTS, stage=None, visuals=VISUALS):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    made = Page(painter, theme, Lettering(), *size)
    where = stage or STAGES["lattice"]
    lens = home(where).lens(where, size)
    try:
        made.blocks(texts, visuals, where, lens)
        made.letters(visuals, where, lens)
    finally:
        painter.end()
    return made, image


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
@pytest.mark.parametrize("theme", [DARK, PROJECTOR], ids=["dark", "projector"])
@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (720, 1280), (3840, 2160)])
def test_blocks_stay_apart_and_inside(qapp, size, theme, stage):
    made, _ = page(size, theme, stage=stage)
    paper = QRectF(0, 0, *size)
    assert all(paper.contains(rect) for rect in made.taken), made.taken
    for a, b in itertools.combinations(made.taken, 2):
        common = a.intersected(b)
        assert min(common.width(), common.height()) <= 1.0, (a, b)


@pytest.mark.parametrize("size", [(640, 360), (1280, 720)])
def test_ink_stays_off_the_border(qapp, size):
    _, image = page(size, texts=TEXTS)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(size[1], size[0], 4)[..., :3]
    border = np.concatenate([raw[:2].ravel(), raw[-2:].ravel(), raw[:, :2].ravel(), raw[:, -2:].ravel()])
    assert not border.any()
    assert raw.any()


@pytest.mark.parametrize("place", [(0.98, 0.9, 0), (-0.98, -0.9, 0), (0, 0, 0)])
def test_labels_stay_inside_the_picture(qapp, place):
    stage = Stage((-1, -1, -1), (1, 1, 1), elevation=90, azimuth=0, axes=False, parallel=True)
    label = Labels(float32([place]), ("a label",), size=2)
    _, image = page((300, 200), texts=Texts(), stage=stage, visuals=(label,))
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(200, 300, 4)[..., :3].max(axis=-1)
    assert raw.any()
    assert not np.concatenate([raw[0], raw[-1], raw[:, 0], raw[:, -1]]).any()


def test_a_label_is_where_its_point_projects_to(qapp):
    stage = Stage((-1, -1, -1), (1, 1, 1), elevation=90, azimuth=0, axes=False, parallel=True)
    label = Labels(float32([[0.5, 0.25, 0]]), ("o",))
    _, image = page((300, 200), texts=Texts(), stage=stage, visuals=(label,))
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(200, 300, 4)[..., 1].astype(float)
    y, x = np.nonzero(raw > 100)
    expected = Camera(0, 90, parallel=True).lens(stage, (300, 200)).project(label.positions)[0][0]
    assert x.mean() == pytest.approx(expected[0], abs=2)
    assert y.mean() == pytest.approx(expected[1], abs=4)


def test_letters_grow_with_the_picture_and_the_theme(qapp):
    assert page((2560, 1440))[0].em == pytest.approx(2 * page((1280, 720))[0].em)
    assert page((1280, 720), PROJECTOR)[0].em == pytest.approx(1.25 * page((1280, 720))[0].em)


def test_an_equation_that_cannot_be_set_is_shown_as_written(qapp):
    image = Lettering().equation(r"\nonsense{", 20, "#ffffff", 500, 1.0)
    assert image is not None
    assert image.width() > 20


def test_a_wide_equation_is_made_smaller(qapp):
    image = Lettering().equation(TEXTS.equation, 40, "#ffffff", 200, 1.0)
    assert image is not None
    assert image.width() <= 201


@pytest.mark.parametrize(("limit", "length"), [(1.0, 1.0), (4.99, 2.0), (5.0, 5.0), (0.00031, 0.0002), (99, 50)])
def test_nice_lengths(limit, length):
    assert nice_length(limit) == pytest.approx(length)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(5e-9, "m", "5 nm"), (2e-7, "m", "200 nm"), (1e-3, "m", "1 mm"), (20.0, "a", "20 a"), (1e-6, "m", "1 µm")],
)
def test_lengths_carry_their_prefix(value, unit, text):
    assert with_prefix(value, unit) == text


def test_the_scale_bar_is_as_long_as_it_says():
    stage = Stage(unit="m", unit_length=2e-9)
    pixels, text = scale_bar(stage, pixels_per_unit=37.0, widest=200.0)
    assert text == "10 nm"
    assert pixels == pytest.approx(10e-9 / 2e-9 * 37)
    assert scale_bar(Stage(), 37.0, 200.0) is None


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_colour_ball_shows_the_direction_towards_the_eye_in_its_middle(qapp, theme):
    ball = color_ball(np.eye(3), theme, 41)
    middle = ball.pixelColor(20, 20)
    assert middle.alpha() == 255
    assert abs(middle.redF() - middle.greenF()) < 0.03  # up is nearly white or grey
    assert ball.pixelColor(0, 0).alpha() == 0
