"""The overlay: nothing overlaps, nothing is cut off, lengths are true."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from spinviz.model.theme import DARK, PROJECTOR, THEMES
from spinviz.model.units import read_number
from spinviz.model.visuals import Arrows, Labels, Lines, Stage, float32
from spinviz.view.camera import Camera, along, home
from spinviz.view.colors import direction_rgb
from spinviz.view.legend import (
    color_ball,
    color_strip,
    color_wheel,
    nice_length,
    says_the_same,
    scale_bar,
    with_prefix,
)
from spinviz.view.lettering import Lettering, equation_rows, font, parts_of
from spinviz.view.overlay import Page, Texts
from spinviz.view.paper import lines_of

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


def page(size, theme=DARK, texts=TEXTS, stage=None, visuals=VISUALS, picture="#000000"):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(picture))
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


# --- where things are and what they say ------------------------------------------------------------------------------

FLAT = Stage((0, 0, 0), (9, 9, 1), azimuth=0, elevation=90, parallel=True, unit="m", unit_length=1e-9)
"""Seen from above: x to the right, y up."""


def written(monkeypatch, **how):
    """Everything written on a page: (text, centre, colour, alignment); and the arrows of the corner axes."""
    texts, arrows = [], []
    write, draw = Page._text, Page._axis

    def text(self, text, rect, face, color, align=Qt.AlignmentFlag.AlignLeft):
        texts.append((text, np.array([rect.center().x(), rect.center().y()]), color, align))
        write(self, text, rect, face, color, align)

    def axis(self, start, end, color):
        arrows.append((color, np.array([end.x() - start.x(), start.y() - end.y()])))
        draw(self, start, end, color)

    monkeypatch.setattr(Page, "_text", text)
    monkeypatch.setattr(Page, "_axis", axis)
    made, image = page((800, 500), texts=Texts(), visuals=how.pop("visuals", ()), **how)
    return made, image, texts, arrows


def colors(image):
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return raw[:, : image.width(), 2::-1].astype(int)


def near(image, rgb, within=40):
    return np.abs(colors(image) - 255 * np.array(rgb)).sum(axis=-1) < within


@pytest.mark.parametrize("ratio", [1, 2])
def test_the_scale_bar_is_drawn_as_long_as_it_says(qapp, monkeypatch, ratio):
    """The lens is that of a picture with ``ratio`` times as many pixels as the painter has units."""
    said = []
    monkeypatch.setattr(Page, "_text", lambda self, text, *rest: said.append(text))
    image = QImage(800, 500, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    made = Page(painter, DARK, Lettering(), 800, 500)
    lens = home(FLAT).lens(FLAT, (800 * ratio, 500 * ratio))
    made._scale(replace(FLAT, axes=False), lens)
    painter.end()
    row = near(image, DARK.rgb("text"), 120)[round(500 - made.margin)]
    x = np.flatnonzero(row)
    ends = lens.project(np.array([[0.0, 0, 0.5], [read_number(said[0], "m") / 1e-9, 0, 0.5]]))[0] / ratio
    assert x.max() - x.min() == pytest.approx(ends[1, 0] - ends[0, 0], abs=2)


def test_the_axes_in_the_corner_point_where_the_picture_does(qapp, monkeypatch):
    stage = replace(FLAT, axis_names=("a", "b", "c"))
    _, _, texts, arrows = written(monkeypatch, stage=stage)
    shown = dict(arrows)
    x, y = shown[DARK.color("x")], shown[DARK.color("y")]
    assert x[0] > 20 > abs(x[1])
    assert y[1] > 20 > abs(y[0])
    place = {text: (at, color) for text, at, color, _ in texts if text in ("a", "b", "c")}
    assert [place[name][1] for name in "abc"] == [DARK.color(axis) for axis in "xyz"]
    assert place["a"][0][0] > place["b"][0][0] + 20, "x to the right of y"
    assert place["b"][0][1] < place["a"][0][1] - 20, "y above x"


def test_letters_stand_at_the_tips_of_the_axes(qapp, monkeypatch):
    letters = {}
    monkeypatch.setattr(Page, "_letter", lambda self, text, at, lens, role, *rest: letters.update({text: (at, role)}))
    stage = replace(STAGES["bloch"], axis_names=("a", "b", "c"))
    page((800, 500), stage=stage, texts=Texts(), visuals=())
    lens = home(stage).lens(stage, (800, 500))
    for name, role, tip in zip("abc", "xyz", np.eye(3)):
        at, shown = letters[name]
        assert shown == role
        assert at == pytest.approx(lens.project(1.275 * tip[None])[0][0], abs=8)


def test_the_colour_bar_says_its_ends_where_they_are(qapp, monkeypatch):
    stage = replace(STAGES["cells"], low_value=-2.0, high_value=5.0)
    _, image, texts, _ = written(monkeypatch, stage=stage)
    said = {text: align for text, _, _, align in texts}
    assert said["−2"] == Qt.AlignmentFlag.AlignLeft
    assert said["5"] == Qt.AlignmentFlag.AlignRight
    down, up = (np.nonzero(near(image, DARK.rgb(role), 20)) for role in ("down", "up"))
    assert len(down[1]) > 5
    assert len(up[1]) > 5
    assert down[1].max() < up[1].min() - 50


def test_a_colour_strip_runs_from_low_to_high(qapp):
    strip = color_strip("viridis", "dark")
    assert strip.pixelColor(0, 0).getRgb()[:3] == (68, 1, 84)
    assert strip.pixelColor(255, 0).getRgb()[:3] == (253, 231, 37)


def directions_of(image, *places):
    """Colours at places (x to the right, y up, both -1 to 1)."""
    half = image.width() / 2
    return [
        np.array(image.pixelColor(int(half * (1 + x)), int(half * (1 - y))).getRgbF()[:3], dtype=float)
        for x, y in places
    ]


def test_the_wheel_shows_x_to_the_right_and_y_up(qapp):
    found = directions_of(color_wheel("dark", 100), (0.7, 0), (0, 0.7), (-0.7, 0), (0, -0.7))
    expected = direction_rgb(np.array([[1.0, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]]), DARK)
    np.testing.assert_allclose(found, expected, atol=0.03)


def test_letters_of_the_wheel_stand_at_their_directions(qapp, monkeypatch):
    _, _, texts, _ = written(monkeypatch, stage=replace(STAGES["wheel"], axes=False))
    place = {text: at for text, at, _, _ in texts}
    assert place["x"][0] > place["y"][0] + 20
    assert place["y"][1] < place["x"][1] - 20
    assert place.keys() >= {"x", "y"}


def test_letters_of_the_ball_stand_where_the_camera_sees_their_axes(qapp, monkeypatch):
    """Seen from +x, y is to the right and z up; x has no place beside the ball."""
    stage = replace(STAGES["lattice"], azimuth=90, elevation=0, unit="", axes=False)
    _, _, texts, _ = written(monkeypatch, stage=stage)
    place = {text: at for text, at, _, _ in texts}
    assert "x" not in place
    assert place["y"][0] > place["z"][0] + 20
    assert place["z"][1] < place["y"][1] - 20


@pytest.mark.parametrize(("view", "right", "up", "towards"), [("x", 1, 2, 0), ("z", 0, 1, 2)])
def test_the_ball_is_turned_like_the_camera(qapp, view, right, up, towards):
    """Seen from +x, y is to the right and z up."""
    rotation = along(view, FLAT).lens(FLAT, (100, 100)).rotation
    ball = color_ball(rotation, DARK, 200)
    places = ((0.0, 0.0), (0.6, 0.3), (-0.5, 0.4), (0.1, -0.7))
    for (x, y), color in zip(places, directions_of(ball, *places)):
        direction = np.zeros((1, 3))
        direction[0, [right, up, towards]] = x, y, np.sqrt(1 - x * x - y * y)
        shade = color / direction_rgb(direction, DARK)[0]
        # Shade takes the same part of red, green and blue, at most sqrt(0.62) of them.
        assert np.ptp(shade) < 0.04
        assert 0.77 < shade.mean() < 1.01


def test_a_legend_entry_has_the_colour_and_mark_of_what_it_names(qapp):
    for visual, role in ((VISUALS[0], "net"), (VISUALS[1], "theory")):
        _, image = page((800, 500), texts=Texts(), stage=replace(FLAT, unit="", axes=False), visuals=(visual,))
        seen = near(image, DARK.rgb(role), 20)
        assert seen.sum() > 5
        columns = seen.any(axis=0)
        gaps = np.diff(np.flatnonzero(columns)).max() > 1
        assert gaps == visual.__dict__.get("dashed", False)


def test_a_label_is_shifted_up_and_to_the_right(qapp):
    stage = Stage((-1, -1, -1), (1, 1, 1), elevation=90, azimuth=0, axes=False, parallel=True)
    found = []
    for offset in ((0.0, 0.0), (2.0, 1.0)):
        label = Labels(float32([[0, 0, 0]]), ("o",), offset=offset)
        made, image = page((300, 200), texts=Texts(), stage=stage, visuals=(label,))
        y, x = np.nonzero(near(image, DARK.rgb("text"), 200))
        found.append((x.mean(), y.mean(), made.em))
    (x0, y0, em), (x1, y1, _) = found
    assert (x1 - x0, y0 - y1) == pytest.approx((2 * round(em), round(em)), abs=1.5)


# --- little room -----------------------------------------------------------------------------------------------------


def test_an_equation_breaks_between_its_parts_only(qapp):
    two = r"H=\frac{a\quad b}{c},\quad s_i=\pm1,\qquad t\ u"
    parts = [r"H=\frac{a\quad b}{c},", r"s_i=\pm1,", r"t\ u"]
    assert parts_of(two) == parts
    assert equation_rows(two, 20, 5000) == [two]
    assert equation_rows(two, 20, 30) == parts
    image = Lettering().equation(r"\quad ".join(parts[:2]), 20, "#ffffff", 5000, 1.0)
    assert equation_rows(two, 20, image.width() + 1) == [r"\quad ".join(parts[:2]), parts[2]]
    assert equation_rows(r"a\nonsense{", 20, 1) == [r"a\nonsense{"]


def test_rows_of_an_equation_stand_below_each_other_in_full_size(qapp):
    texts = Texts(equation=r"E=\int A(\nabla m)^2\,dV,\quad H=-J\sum_{\langle ij\rangle}s_is_j", time="1 ms")
    made, _ = page((300, 300), texts=texts, visuals=())
    first, second = (one.rect for one in made.written if "=" in one.text)
    assert second.top() >= first.bottom()
    whole = page((1600, 300), texts=texts, visuals=())[0]
    assert len([one for one in whole.written if "=" in one.text]) == 1


def test_captions_break_between_parts_then_between_words(qapp):
    metrics = QFontMetricsF(font(14))
    width = metrics.horizontalAdvance
    text = "one two three · four · five"
    assert lines_of(text, metrics, width(text)) == [text]
    assert lines_of(text, metrics, width("one two three · four")) == ["one two three · four", "five"]
    assert lines_of(text, metrics, width("one two")) == ["one two", "three", "four · five"]
    assert lines_of(text, metrics, width("three"), most=9) == ["one", "two", "three", "four", "five"]
    assert lines_of(text, metrics, width("three")) == ["one", "two", "three · four · five"], "three lines at most"
    assert lines_of("", metrics, 100) == [""]


def test_a_caption_stands_beside_the_middle_of_a_low_picture(qapp):
    made, _ = page((1200, 300), texts=replace(TEXTS, equation="", banner="", note=""), visuals=())
    lines = [one for one in made.written if one.rect.left() == made.margin]
    assert len(lines) == 2
    assert all(one.rect.right() <= 450 for one in lines), "the picture is 300 high, so its middle begins at 450"


def test_a_caption_stays_left_of_a_wide_picture(qapp):
    """A line of it touched the left one of two images."""
    stage = Stage((-1, -0.5, 0), (1, 0.5, 0.01), axes=False, elevation=90, azimuth=0)
    caption = "spin echo · line 20 of 96 · " + ", ".join(f"tissue {n} 0.{n}" for n in range(3, 6))
    made, _ = page((1200, 360), PROJECTOR, texts=Texts(caption=caption), stage=stage, visuals=())
    lens = home(stage).lens(stage, (1200, 360))
    edge = lens.project(np.array([[-1, -0.5, 0], [-1, 0.5, 0]]))[0][:, 0].min()
    assert 250 < edge < 420
    assert made.written
    assert all(one.rect.right() < edge - 0.5 * made.em and one.whole for one in made.written)


def test_a_legend_that_another_view_has_is_left_out(qapp):
    for name, stage in STAGES.items():
        made, _ = page((900, 700), texts=Texts(legend=False), stage=stage)
        words = {one.text for one in made.written}
        assert not words & {"net magnetization M", "path of M", "law", "direction", "spin"}, name


def test_two_pictures_have_one_legend_where_it_says_the_same(qapp):
    bloch, lattice = STAGES["bloch"], STAGES["lattice"]
    assert says_the_same(VISUALS, bloch, VISUALS[::1], replace(bloch, axis_names=("x'", "y'", "z")))
    assert not says_the_same(VISUALS, bloch, VISUALS[:1], bloch)
    assert not says_the_same((), lattice, (), STAGES["cells"])
    assert not says_the_same((), lattice, (), replace(lattice, azimuth=80.0)), "its ball is turned otherwise"
    assert says_the_same((), STAGES["cells"], (), replace(STAGES["cells"], azimuth=80.0))


def test_a_legend_stands_below_the_sphere_where_the_picture_is_narrow(qapp):
    """It covered the lower right of the sphere; captions ended in dots beside the axis."""
    stage = replace(STAGES["bloch"], entries=())
    names = ("isochromats", "path of M", "net magnetization M", "coil")
    visuals = tuple(replace(VISUALS[0], label=name) for name in names)
    caption = "laboratory frame, 63.87 MHz slowed to 1.5 revolutions a second · 1000 isochromats (48 drawn)"
    made, _ = page((386, 400), texts=Texts(caption=caption, time="3 ms"), stage=stage, visuals=visuals)
    rects = {one.text: one.rect for one in made.written if one.text in names}
    assert rects.keys() == set(names)
    lens = home(stage).lens(stage, (386, 400))
    foot = lens.project(np.array([[0, 0, -1.0]]))[0][0, 1]
    assert min(rect.top() for rect in rects.values()) > foot - 12
    assert len({rect.top() for rect in rects.values()}) == 2, "two rows"
    assert all(one.whole for one in made.written)
    said = " ".join(one.text for one in made.written if one.rect.left() == made.margin)
    assert said.replace(" ", "") == caption.replace(" · ", "").replace(" ", "")
    wide, _ = page((900, 400), texts=Texts(), stage=stage, visuals=visuals)
    assert len({one.rect.top() for one in wide.written if one.text in names}) == 4, "a column where there is room"


@pytest.mark.parametrize("height", [-0.6, -0.3, 0.0, 0.3, 0.6])
def test_a_number_beside_an_arrow_never_stands_on_it(qapp, height):
    """In a small film the legend pushed it there."""
    tip = float32([[0, 0, height]])
    number = Labels(1.12 * tip, ("Mz = −0.64 M₀",), color="net", size=1.4, italic=True, offset=(4.6, 0.0))
    legend = tuple(replace(VISUALS[0], label=name) for name in ("isochromats", "path of M", "net magnetization M"))
    stage = Stage(bloch_sphere=True, axis_names=("x'", "y'", "z, B₀"))
    texts = Texts(caption="rotating frame · repetition 1 · null at TI = 303 ms", time="300 ms", lens="1 s = 200 ms")
    made, _ = page((640, 236), texts=texts, stage=stage, visuals=(*legend, number))
    (found,) = (one for one in made.written if one.text.startswith("Mz"))
    assert not found.rect.left() < 320 < found.rect.right(), "the arrow is in the middle"
    roomy, _ = page((1600, 900), texts=texts, stage=stage, visuals=(*legend, number))
    (there,) = (one for one in roomy.written if one.text.startswith("Mz"))
    assert there.rect.left() > 800, "at its right where there is room"


def test_a_colour_key_without_room_above_the_entries_stands_beside_them(qapp):
    stage = Stage((0, 0, 0), (9, 9, 1), legend="direction", legend_title="direction")
    visuals = tuple(replace(VISUALS[0], label=f"arrow {n}") for n in range(5))
    for size, beside in (((900, 700), False), ((900, 240), True)):
        made, _ = page(size, texts=Texts(time="1 ms"), stage=stage, visuals=visuals)
        title = next(one.rect for one in made.written if one.text == "direction")
        last = next(one.rect for one in made.written if one.text == "arrow 4")
        assert (title.right() < last.left()) == beside
        assert {f"arrow {n}" for n in range(5)} <= {one.text for one in made.written}


def test_a_legend_goes_on_in_another_column_where_one_is_too_low(qapp):
    """In a low picture with large letters the upper entries were left out."""
    visuals = tuple(replace(VISUALS[0], label=f"arrow {n}") for n in range(6))
    for height, columns in ((500, 1), (150, 2)):
        made, _ = page((900, height), texts=Texts(time="1 ms"), stage=STAGES["wheel"], visuals=visuals)
        rects = {one.text: one.rect for one in made.written if one.text.startswith("arrow")}
        assert len(rects) == 6, "none is left out"
        assert len({rect.left() for rect in rects.values()}) == columns
        assert not any(a.intersects(b) for a, b in itertools.combinations(made.taken, 2))


def test_letters_at_one_place_stand_beside_each_other(qapp):
    """The names B = 1 T and M of two arrows side by side were written over each other."""
    stage = Stage((-1, -1, -1), (1, 1, 1), elevation=90, azimuth=0, axes=False, parallel=True)
    places = float32([[0, 0, 0], [0.1, 0, 0], [0.05, 0, 0]])
    for offset in (0.8, -0.8):
        labels = Labels(places, ("B = 1 T", "M", "H"), offset=(0.0, offset))
        made, _ = page((600, 400), texts=Texts(), stage=stage, visuals=(labels,))
        rects = {one.text: one.rect for one in made.written}
        assert rects.keys() == {"B = 1 T", "M", "H"}
        assert not any(a.intersects(b) for a, b in itertools.combinations(rects.values(), 2))
        away = rects["M"].center().y() - rects["B = 1 T"].center().y()
        assert away * offset < 0, "away from the point, not onto the arrow"


@pytest.mark.parametrize("place", [(0, 0, 1.1), (0, 0, 0), (1, 0, 0), (0, 1, 0), (-0.5, -0.5, 0.5)])
def test_words_about_a_mark_are_written_where_there_is_any_room(qapp, place):
    """In a small picture with large letters only the ring was left of a mark."""
    words = "isochromat 296: x 0.030, y −0.470, z 0.340"
    mark = Labels(float32([place]), (words,), ring=True, offset=(0.0, 1.4))
    names = Labels(float32([[0, 0, 1.1], [0, 0.5, 0], [0, -0.5, 0]]), ("M", "A", "B"))
    made, _ = page((1000, 280), PROJECTOR, stage=STAGES["bloch"], visuals=(names, *VISUALS[1:], mark))
    (found,) = (one for one in made.written if one.text == words)
    assert not any(found.rect.intersects(other.rect) for other in made.written if other is not found)


def test_words_about_a_mark_are_legible_on_arrows_of_their_own_colour(qapp):
    mark = Labels(float32([[4, 4, 0]]), ("site 1",), ring=True, offset=(0.0, 1.4))
    made, image = page((800, 500), texts=Texts(), visuals=(mark,), picture=DARK.text)
    (found,) = (one for one in made.written if one.text == "site 1")
    middle = found.rect.toRect().adjusted(3, 3, -3, -3)
    dark = [image.pixelColor(x, y).lightnessF() < 0.35 for x in range(middle.left(), middle.right())
            for y in range(middle.top(), middle.bottom())]  # fmt: skip
    assert sum(dark) > len(dark) / 2


def test_what_has_no_room_is_left_out_rather_than_written_over_another(qapp):
    for size in ((320, 180), (500, 140)):
        for stage in STAGES.values():
            made, _ = page(size, PROJECTOR, stage=stage)
            for a, b in itertools.combinations(made.taken, 2):
                common = a.intersected(b)
                assert min(common.width(), common.height()) <= 1.0, (size, a, b)
