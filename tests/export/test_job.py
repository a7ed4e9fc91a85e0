"""Exports drive the same loop as the window: exact moments, any rate, any size, no display."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from toy import Toy, ToyParameters

import spinviz.export.job as job_module
import spinviz.plots.look as look_module
from spinviz.engine.loop import Loop
from spinviz.engine.replay import session_of
from spinviz.export.composer import TALLER, composing, on_ground, strip_height
from spinviz.export.job import Job, export, is_picture
from spinviz.export.plan import Plan, PlanError
from spinviz.files.session import save_session
from spinviz.model.kept import Kept, KeptLine
from spinviz.model.theme import DARK, THEMES
from spinviz.plots import axes, caption, items
from spinviz.plots.board import DESIGN_HEIGHT, ROW
from spinviz.view.camera import Camera


class Notes:
    """A composer that notes frames and paints nothing."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.frames = []
        self.turned = []

    def picture(self, frame, turned=0.0):
        self.frames.append(frame)
        self.turned.append(turned)
        return np.full((self.size[1], self.size[0], 3), len(self.frames), np.uint8)

    def close(self):
        pass


@pytest.fixture
def notes(monkeypatch):
    from contextlib import contextmanager

    made = Notes((64, 64))

    @contextmanager
    def lend(system, size, theme, **options):
        made.options = options
        yield made

    monkeypatch.setattr(job_module, "composing", lend)
    return made


def plan(fps: int = 20, length: float = 1.0, start: float = 0.0, speed: float = 1.0) -> Plan:
    return Plan((64, 64), Fraction(fps), length, start, speed)


def test_frame_k_shows_start_plus_k_speed_over_fps(tmp_path, notes):
    done = []
    export(
        Loop(Toy(), preset="plain"),
        Job(str(tmp_path / "a.mp4"), plan(fps=10, start=0.5, speed=0.3)),
        lambda k, n: done.append((k, n)),
    )
    np.testing.assert_allclose([frame.time for frame in notes.frames], 0.5 + 0.03 * np.arange(10), atol=1e-9)
    assert done == [(k, 10) for k in range(11)]
    assert all(frame.speed == 0.3 for frame in notes.frames)


def test_results_do_not_depend_on_the_rate_of_frames(tmp_path, notes):
    p = ToyParameters(noise=0.1)
    for fps in (10, 20):
        export(Loop(Toy(), p, preset="kicked", seed=2), Job(str(tmp_path / "a.gif"), plan(fps=fps)))
    slow, fast = notes.frames[:10], notes.frames[10::2]
    assert [frame.observables for frame in slow] == [frame.observables for frame in fast]


@pytest.mark.parametrize(("name", "samples"), [("a.mp4", 1), ("a.gif", 1), ("a.apng", 2), ("a_%03d.png", 2)])
def test_what_is_lossy_is_smoothed_in_the_shaders_alone(tmp_path, notes, name, samples):
    export(Loop(Toy(), preset="plain"), Job(str(tmp_path / name), plan(length=0.2)))
    assert notes.options["samples"] == samples


def test_one_picture(tmp_path, notes):
    out = tmp_path / "a.png"
    assert is_picture(str(out))
    assert not is_picture("a_%05d.png")
    export(Loop(Toy(), preset="plain"), Job(str(out), plan(start=0.25), single=True))
    (frame,) = notes.frames
    assert frame.time == pytest.approx(0.25)
    with Image.open(out) as image:
        assert image.text["spinviz:system"] == "toy"
        assert '"rate": 1.0' in image.text["spinviz:parameters"]
        assert image.text["spinviz:time"] == "0.25 s"


@pytest.mark.parametrize(("out", "single"), [("a.png", False), ("a_%05d.png", True), ("a.mp4", True)])
def test_one_picture_is_no_series(tmp_path, notes, out, single):
    with pytest.raises(ValueError, match="single picture"):
        export(Loop(Toy(), preset="plain"), Job(str(tmp_path / out), plan(), single=single))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [(640, 360), (333, 401)])
@pytest.mark.parametrize("plots", [True, False])
def test_composed_picture(qapp, size, plots):
    loop = Loop(Toy(), preset="plain")
    loop.advance(50)
    with composing(loop.system, size, DARK, plots=plots, samples=1) as composer:
        picture = composer.picture(loop.frame(speed=1.0))
        again = composer.picture(loop.frame(speed=1.0))
    assert picture.shape == (size[1], size[0], 3)
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, again)
    strip = picture[-strip_height(size, 3) + 2 :]
    window = np.round(255 * np.array(DARK.rgb("window")))
    share = (np.abs(strip - window).max(axis=2) < 1).mean()
    assert bool(share > 0.5) is plots
    blue = strip[..., 2].astype(int) - strip[..., 0] > 60
    assert bool(blue.sum() > 20) is plots


def test_plots_take_one_row_in_a_picture_and_two_where_they_are_many():
    """In a picture as large as the window's middle they are as high as there."""
    one, more = (strip_height((1000, 720), plots) for plots in (ROW, ROW + 1))
    assert one == TALLER * DESIGN_HEIGHT
    assert more == min(2 * TALLER * DESIGN_HEIGHT, round(0.45 * 720))
    assert strip_height((2000, 1440), 1) == 2 * one


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)])
@pytest.mark.parametrize("theme", THEMES)
def test_letters_of_plots_are_legible_from_the_third_row(qapp, monkeypatch, size, theme):
    """Every letter that plots write is at least 2 % of the picture high, whatever its size, indices excepted."""
    loop = Loop(Toy(), preset="plain")
    loop.advance(50)
    heights = []
    draw_runs = look_module.draw_runs

    def noted(painter, at, words, font, *rest):
        heights.append(font.pixelSize())
        return draw_runs(painter, at, words, font, *rest)

    for module in (caption, items):
        monkeypatch.setattr(module, "draw_runs", noted)
    write = axes.QuietAxis._write
    ticks = []

    def ticked(axis, painter, at, text, font):
        ticks.append(font.pixelSize())
        write(axis, painter, at, text, font)

    monkeypatch.setattr(axes.QuietAxis, "_write", ticked)
    with composing(loop.system, size, THEMES[theme], samples=1) as composer:
        composer.picture(loop.frame(speed=1.0))
    assert len(ticks) > 10
    assert len(heights) > 5
    assert min(*heights, *ticks) >= 0.02 * size[1]


def test_a_picture_without_ground_is_the_same_on_any(qapp):
    """Laid on the ground of a theme without glow, it is the picture with that ground."""
    loop = Loop(Toy(), preset="plain")
    loop.advance(50)
    frame = loop.frame(speed=1.0)
    with composing(loop.system, (640, 360), DARK, transparent=True) as composer:
        lifted = composer.picture(frame)
    for ground in (0, 96):
        with composing(loop.system, (640, 360), on_ground(DARK, f"#{3 * f'{ground:02x}'}")) as composer:
            wanted = composer.picture(frame)
        cover = lifted[..., 3:] / 255
        laid = cover * lifted[..., :3] + (1 - cover) * ground
        # Light in the air and halos of letters take the colour of the ground, of which there is none.
        assert np.abs(laid - wanted).mean() < 0.5
    assert (lifted[..., 3] == 0).mean() > 0.5
    assert (lifted[..., 3] == 255).mean() > 0.005


def test_what_has_no_way_to_be_transparent_says_so(tmp_path, notes):
    with pytest.raises(PlanError, match="cannot be transparent"):
        export(Loop(Toy(), preset="plain"), Job(str(tmp_path / "a.mp4"), plan(), transparent=True))
    export(Loop(Toy(), preset="plain"), Job(str(tmp_path / "a.apng"), plan(), transparent=True))
    assert notes.options["transparent"]


def test_the_camera_walks_once_around(tmp_path, notes):
    """The frame that would follow the last has turned by 360 degrees: it is the first again."""
    export(Loop(Toy(), preset="plain"), Job(str(tmp_path / "a.gif"), replace(plan(), turn=360.0)))
    np.testing.assert_allclose(notes.turned, 18.0 * np.arange(20))


def test_a_turned_camera_sees_what_one_that_stands_there_sees(qapp):
    loop = Loop(Toy(), preset="plain")
    loop.advance(10)
    frame = loop.frame(speed=1.0)
    shown = []
    for camera, turned in ((Camera(40.0, 20.0), 0.0), (Camera(10.0, 20.0), 30.0), (Camera(10.0, 20.0), 0.0)):
        with composing(loop.system, (320, 240), DARK, plots=False, camera=camera, samples=1) as composer:
            shown.append(composer.picture(frame, turned))
    assert np.array_equal(shown[0], shown[1])
    assert not np.array_equal(shown[0], shown[2])


def test_a_loop_is_closed_by_a_speed_that_gives_way():
    """3 periods of 0.7 at 1 per second and 10 frames per second are 21 frames; of 0.71 they still are."""
    for period in (0.7, 0.71):
        made = Plan((64, 64), Fraction(10), 1.0, 0.5, 1.0).looped(3 * period)
        assert made.frames == 21
        times = [*made.times()]
        assert times[0] == 0.5
        assert times[-1] + (times[1] - times[0]) == pytest.approx(0.5 + 3 * period)


def test_theme_and_camera_reach_the_picture(qapp):
    loop = Loop(Toy(), preset="plain")
    loop.advance(10)
    means = {}
    for name, theme in THEMES.items():
        with composing(loop.system, (320, 240), theme, samples=1) as composer:
            means[name] = composer.picture(loop.frame(speed=1.0)).mean()
    assert means["light"] > 180
    assert means["projector"] > 180
    assert means["dark"] < 60
    assert means["high-contrast"] < 60
    shown = []
    for camera in (None, Camera(0.0, 90.0)):
        with composing(loop.system, (320, 240), DARK, plots=False, camera=camera, samples=1) as composer:
            shown.append(composer.picture(loop.frame(speed=1.0)))
    assert (shown[0] != shown[1]).any()


def test_kept_curves_and_hidden_parts_reach_the_picture(qapp):
    loop = Loop(Toy(), preset="plain")
    loop.advance(50)
    frame = loop.frame(speed=1.0)
    line = KeptLine("", np.array([0.0, 2.0]), np.array([0.2, 0.2]), "text")
    kept = (Kept("trace", (line,), "sketch", "prediction"),)
    amber, white = (np.round(255 * np.array(DARK.rgb(role))) for role in ("theory", "text"))

    def counts(**options):
        with composing(loop.system, (800, 600), DARK, samples=1, **options) as composer:
            picture = composer.picture(frame)
        strip = picture[-strip_height((800, 600), 3) :].astype(int)
        return [int((np.abs(strip - color).max(axis=2) <= 8).sum()) for color in (amber, white)], picture

    (law, text), whole = counts()
    (law_kept, text_kept), _ = counts(kept=kept)
    (law_hidden, _), bare = counts(hidden=("law", "equation"))
    assert law > 20
    assert law_kept > 20
    assert law_hidden == 0
    assert text_kept > text + 100
    assert (whole[:200, :300] != bare[:200, :300]).any(), "the equation is gone"


def test_what_a_job_keeps_and_hides_is_composed(tmp_path, notes):
    job = Job(str(tmp_path / "a.png"), plan(), single=True, kept=("kept",), hidden=("law",))
    export(Loop(Toy(), preset="plain"), job)
    assert (notes.options["kept"], notes.options["hidden"]) == (("kept",), ("law",))


def spinviz(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """The program without any display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "EGL_PLATFORM", "XAUTHORITY")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.Popen(
        [sys.executable, "-m", "spinviz", "export", *arguments],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_movie_without_a_display(tmp_path):
    looks = ("--size", "321x181", "--fps", "10", "--length", "0.6", "--progress")
    process = spinviz(tmp_path, "isochromats", "--preset", "fid", "--out", "a.mp4", *looks)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert err == "spinviz: size 321x181 is rounded up to 322x182: video needs even numbers\n"
    assert out.splitlines() == [f"progress {k} 6" for k in range(7)]
    with av.open(str(tmp_path / "a.mp4")) as source:
        frames = [frame.to_ndarray(format="rgb24") for frame in source.decode(video=0)]
    assert len(frames) == 6
    assert frames[0].shape == (182, 322, 3)
    assert (frames[0] != frames[5]).any()
    assert frames[0].std() > 10


def test_session_keeps_its_look(tmp_path):
    from spinviz.systems import system_named

    loop = Loop(system_named("isochromats"), preset="fid", seed=3)
    save_session(
        tmp_path / "a.spinviz", session_of(loop, 0.04, "light", {"azimuth": 10.0, "elevation": 80.0, "zoom": 1.0})
    )
    process = spinviz(tmp_path, "a.spinviz", "--out", "a.png", "--size", "320x240", "--start", "50 ms")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    with Image.open(tmp_path / "a.png") as image:
        assert np.asarray(image).mean() > 180
        assert image.text["spinviz:seed"] == "3"
        # The picture is that of the last step before 50 ms.
        value, unit = image.text["spinviz:time"].split()
        assert 0.05 - loop.dt < float(value) <= 0.05
        assert unit == "s"


def test_terminated_export_leaves_nothing(tmp_path):
    (tmp_path / "a.mp4").write_text("precious")
    process = spinviz(tmp_path, "isochromats", "--out", "a.mp4", "--size", "320x180", "--length", "600", "--progress")
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("progress 5 "):
            break
    assert len([path for path in tmp_path.iterdir() if path.suffix == ".mp4"]) == 2
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        process.stdout.read(4096)
    assert process.returncode == 143
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_text() == "precious"
    process.stdout.close()
    process.stderr.close()
