"""What is said before an export: the frame it shows, the size of the file, the time of the work."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from toy import Toy

from spinviz.engine.loop import Loop
from spinviz.export.composer import composing
from spinviz.export.job import Job, export
from spinviz.export.plan import Plan
from spinviz.export.trial import bytes_in_words, estimate, preview, seconds_in_words
from spinviz.model.theme import DARK

PLAN = Plan((320, 180), Fraction(20), 1.5, 0.1, 1.0)


@pytest.mark.parametrize("name", ["a.mp4", "a.gif", "a.apng", "a_%05d.png"])
def test_the_size_said_is_that_of_the_file(qapp, tmp_path, name):
    """From 8 frames of 30, to a factor of two."""
    job = Job(str(tmp_path / name), PLAN)
    said = estimate(Loop(Toy(), preset="kicked"), job)
    assert list(tmp_path.iterdir()) == [], "nothing is written"
    export(Loop(Toy(), preset="kicked"), job)
    written = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert written / 2 < said.size < 2 * written
    assert said.frames == 30
    assert said.seconds > 0


def test_a_preview_is_the_frame_of_the_film(qapp, tmp_path):
    job = Job(str(tmp_path / "a_%05d.png"), replace(PLAN, turn=90.0))
    frame = preview(Loop(Toy(), preset="kicked"), job, 12, str(tmp_path / "p.png"))
    assert frame.time == pytest.approx(0.1 + 12 / 20)
    loop = Loop(Toy(), preset="kicked")
    loop.advance_to(frame.time)
    with composing(loop.system, PLAN.size, DARK) as composer:
        wanted = composer.picture(loop.frame(running=True, speed=1.0, actual_speed=1.0), 36.0)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "p.png")), wanted)
    assert not Path(tmp_path / "a_00000.png").exists()


def test_words_of_sizes_and_times():
    assert [bytes_in_words(n) for n in (12, 3456, 990_000, 12.34e6, 2.5e9)] == [
        "1 kB", "3.5 kB", "0.99 MB", "12 MB", "2.5 GB",
    ]  # fmt: skip
    assert [seconds_in_words(s) for s in (0.1, 89, 600, 9000)] == ["1 s", "89 s", "10 min", "2.5 h"]
