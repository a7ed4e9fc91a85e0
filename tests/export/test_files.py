"""Movies and pictures decode completely, keep colours, and are complete or absent."""

import os
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from spinviz.export.animation import check, size_for, write_animation
from spinviz.export.image import write_png
from spinviz.export.plan import Plan, PlanError, check_frames, read_fps, read_size
from spinviz.export.series import series_of, write_series
from spinviz.files import atomic, owner
from spinviz.files.errors import FileError

SIZE = (96, 64)
AMBER, BLUE, NIGHT = (255, 210, 122), (90, 176, 246), (16, 20, 26)
KINDS = ("a.mp4", "a.webm", "a.gif", "a.apng", "a_%03d.png", "folder")


def plan(frames: int, fps: str = "30", size: tuple[int, int] = SIZE) -> Plan:
    rate = read_fps(fps)
    return Plan(size, rate, float(frames / rate), 0.0, 1.0)


def pictures(frames: int, size: tuple[int, int] = SIZE):
    """Three colours, and a bar that tells the number of the frame."""
    for number in range(frames):
        picture = np.empty((size[1], size[0], 3), np.uint8)
        picture[:] = NIGHT
        picture[8:24, 8:40] = AMBER
        picture[8:24, 56:88] = BLUE
        picture[40:56, 4 * number : 4 * number + 8] = 255
        yield picture


def decoded(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as source:
        return [frame.to_ndarray(format="rgb24") for frame in source.decode(video=0)]


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif", "a.apng"])
@pytest.mark.parametrize("fps", ["30", "25", "30000/1001"])
def test_every_frame_is_there_in_order(tmp_path, name, fps):
    out = tmp_path / name
    write_animation(str(out), pictures(20), plan(20, fps))
    frames = decoded(out)
    assert len(frames) == 20
    # Chroma of a quarter of the pixels and the quantization of x264 at crf 17 leave a few steps of 255.
    for number, frame in enumerate(frames):
        assert frame.shape == (64, 96, 3)
        for place, color in (((16, 24), AMBER), ((16, 72), BLUE), ((32, 48), NIGHT)):
            assert np.abs(frame[place].astype(int) - color).max() <= 6, (number, place, frame[place])
        assert frame[48, 4 * number + 4].min() > 240
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_video_is_what_players_expect(tmp_path, name):
    out = tmp_path / name
    write_animation(str(out), pictures(10), plan(10))
    with av.open(str(out)) as source:
        stream = source.streams.video[0]
        context = stream.codec_context
        assert context.pix_fmt == "yuv420p"
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        assert context.color_range == 1  # limited
        assert stream.average_rate == 30
        assert stream.codec.name in ("h264", "vp9", "libvpx-vp9")
        times = [float(frame.time) for frame in source.decode(video=0)]
    np.testing.assert_allclose(times, np.arange(10) / 30, atol=1e-3)  # WebM counts milliseconds


def test_mp4_begins_with_its_index(tmp_path):
    write_animation(str(tmp_path / "a.mp4"), pictures(10), plan(10))
    content = (tmp_path / "a.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_limited_range_by_the_matrix_of_bt709(tmp_path):
    # ITU-R BT.709: Y = 0.2126 R + 0.7152 G + 0.0722 B; 8 bit: 16 + 219 Y, 128 + 224 (B - Y)/1.8556 and (R - Y)/1.5748.
    for color in ((255, 0, 0), (0, 255, 0), (0, 0, 255)):
        write_animation(str(tmp_path / "a.mp4"), [np.full((64, 96, 3), color, np.uint8)], plan(1))
        with av.open(str(tmp_path / "a.mp4")) as source:
            yuv = next(source.decode(video=0)).to_ndarray()
        r, g, b = np.array(color) / 255
        y = 0.2126 * r + 0.7152 * g + 0.0722 * b
        expected = (16 + 219 * y, 128 + 224 * (b - y) / 1.8556, 128 + 224 * (r - y) / 1.5748)
        found = (yuv[32, 48], yuv[64 + 8, 20], yuv[80 + 8, 20])
        np.testing.assert_allclose(found, expected, atol=1.5)


@pytest.mark.parametrize("name", ["a.gif", "a.apng"])
def test_loops_repeat_for_ever_at_the_right_speed(tmp_path, name):
    write_animation(str(tmp_path / name), pictures(30), plan(30))
    with Image.open(tmp_path / name) as image:
        assert image.n_frames == 30
        assert image.info["loop"] == 0
        durations = []
        for number in range(30):
            image.seek(number)
            durations.append(image.info["duration"])
    assert sum(durations) == pytest.approx(1000, abs=30)


@pytest.mark.parametrize("name", ["a.gif", "a.apng", "a.mp4"])
def test_equal_pictures_are_all_kept(tmp_path, name):
    still = np.full((64, 96, 3), 90, np.uint8)
    write_animation(str(tmp_path / name), [still] * 12, plan(12))
    assert len(decoded(tmp_path / name)) == 12


def test_apng_keeps_every_bit(tmp_path):
    rng = np.random.default_rng(1)
    given = [rng.integers(0, 256, (64, 96, 3), np.uint8) for _ in range(3)]
    write_animation(str(tmp_path / "a.apng"), given, plan(3))
    with Image.open(tmp_path / "a.apng") as image:
        for number, picture in enumerate(given):
            image.seek(number)
            assert np.array_equal(np.asarray(image.convert("RGB")), picture)


def test_apng_and_series_keep_what_is_transparent(tmp_path):
    given = [np.random.default_rng(k).integers(0, 256, (64, 96, 4), np.uint8) for k in range(3)]
    write_animation(str(tmp_path / "a.apng"), given, plan(3))
    write_animation(str(tmp_path / "a_%05d.png"), given, plan(3))
    with Image.open(tmp_path / "a.apng") as image:
        assert np.array_equal(np.asarray(image.convert("RGBA")), given[0])
    with Image.open(tmp_path / "a_00002.png") as image:
        assert np.array_equal(np.asarray(image), given[2])


def test_a_gif_has_as_many_colours_as_asked_for(tmp_path):
    ramp = np.broadcast_to(np.linspace(0, 255, 96)[None, :, None], (64, 96, 3)).astype(np.uint8)
    found = {}
    for colors in (16, 256):
        write_animation(str(tmp_path / "a.gif"), [ramp] * 2, replace(plan(2), colors=colors))
        found[colors] = len(np.unique(decoded(tmp_path / "a.gif")[0].reshape(-1, 3), axis=0))
    assert 8 < found[16] <= 16 < found[256]


@pytest.mark.parametrize(
    ("out", "names"),
    [
        ("folder", ["folder/frame_00000.png", "folder/frame_00001.png", "folder/frame_00002.png"]),
        ("a_%03d.png", ["a_000.png", "a_001.png", "a_002.png"]),
    ],
)
def test_series(tmp_path, out, names):
    write_animation(str(tmp_path / out), pictures(3), plan(3))
    for name, expected in zip(names, pictures(3)):
        assert np.array_equal(np.asarray(Image.open(tmp_path / name)), expected)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3


def test_series_touches_nothing_else(tmp_path):
    (tmp_path / "precious.txt").write_text("precious")
    (tmp_path / "frame_0001.png").write_text("another series has four digits")
    write_animation(str(tmp_path), pictures(2), plan(2))
    assert (tmp_path / "precious.txt").read_text() == "precious"
    assert (tmp_path / "frame_0001.png").read_text().startswith("another")
    assert len(list(tmp_path.iterdir())) == 4


def test_longer_series_in_the_way(tmp_path):
    write_animation(str(tmp_path), pictures(5), plan(5))
    with pytest.raises(FileError, match=r"2 frames of a longer series.*choose another folder"):
        check(str(tmp_path), plan(3))
    check(str(tmp_path), plan(5))


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, RuntimeError])
@pytest.mark.parametrize("name", KINDS)
def test_cancelling_leaves_nothing(tmp_path, name, error):
    out = tmp_path / name
    if out.suffix and "%" not in name:
        out.write_text("precious")
    before = sorted(tmp_path.rglob("*"))

    def until_cancelled():
        yield from pictures(5)
        raise error

    with pytest.raises(error):
        write_animation(str(out), until_cancelled(), plan(10))
    assert sorted(tmp_path.rglob("*")) == before
    assert all(path.read_text() == "precious" for path in before)


FULL = """
import resource, signal, sys
import numpy as np
sys.path.insert(0, sys.argv[2])
from test_files import plan
from spinviz.export.animation import write_animation
from spinviz.files.errors import FileError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
rng = np.random.default_rng(1)
noise = (rng.integers(0, 256, (240, 320, 3), np.uint8) for _ in range(30))
try:
    write_animation(sys.argv[1], noise, plan(30, size=(320, 240)))
except FileError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs resource limits")
@pytest.mark.parametrize("name", KINDS)
def test_file_that_cannot_grow(tmp_path, name):
    # A limit on the size of files is a full disk that everybody can make.
    words = [sys.executable, "-c", FULL, str(tmp_path / name), str(Path(__file__).parent)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert "grew beyond the allowed size; write less or choose another disk" in done.stdout
    assert done.stdout.count("\n") == 1
    assert list(tmp_path.rglob("*")) == []


def test_picture_says_what_it_shows(tmp_path):
    write_png(str(tmp_path / "a.png"), next(pictures(1)), {"spinviz:system": "toy", "Title": "⟨m⟩"})
    with Image.open(tmp_path / "a.png") as image:
        assert image.text == {"spinviz:system": "toy", "Title": "⟨m⟩"}
        assert np.array_equal(np.asarray(image), next(pictures(1)))


def test_sizes():
    assert read_size("1920x1080") == read_size(" 1920 × 1080 ") == (1920, 1080)
    assert size_for("a.mp4", (101, 67)) == (102, 68)
    assert size_for("a.png", (101, 67)) == size_for("a.gif", (101, 67)) == (101, 67)
    for text in ("", "1920", "axb", "10x10", "9000x100", "8192x8192"):
        with pytest.raises(PlanError):
            read_size(text)


def test_rates_and_lengths():
    assert read_fps("30") == 30
    assert read_fps("29.97") == Fraction(2997, 100)
    assert read_fps("30000/1001") == Fraction(30000, 1001)
    for text in ("", "fast", "0", "-1", "1/0", "inf", "1000"):
        with pytest.raises(PlanError):
            read_fps(text)
    assert Plan(SIZE, Fraction(30), 2.0, 0.0, 1.0).frames == 60
    assert Plan(SIZE, Fraction(30), 0.001, 0.0, 1.0).frames == 1
    assert list(Plan(SIZE, Fraction(2), 2.0, 5.0, 0.5).times()) == [5.0, 5.25, 5.5, 5.75]
    with pytest.raises(PlanError, match="200000"):
        check_frames(Plan(SIZE, Fraction(240), 3600.0, 0.0, 1.0))


def test_pictures_of_a_killed_export_are_cleared(tmp_path: Path) -> None:
    left, at_work = (tmp_path / f".spinviz-{atomic._HERE}-{n}-abcdefgh" for n in ("0123456789ab", owner.token()))
    foreign = tmp_path / ".spinviz-abcdefgh"
    for folder in (left, at_work, foreign):
        folder.mkdir()
        (folder / "0.png").write_bytes(b"half")
        os.utime(folder, (1e9, 1e9))
    write_series(series_of(str(tmp_path)), [np.zeros((4, 4, 3), np.uint8)])
    assert {path.name for path in tmp_path.iterdir()} == {at_work.name, foreign.name, "frame_00000.png"}


OWNER = """
import sys, time
from spinviz.files.claim import Claim
claim = Claim(sys.argv[1])
print("begun", flush=True)
time.sleep(100)
"""


def test_a_series_that_another_process_writes_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, tmp_path / "a_%d.png"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        picture = np.zeros((4, 4, 3), np.uint8)
        with pytest.raises(FileError, match="another spinviz is writing"):
            write_series(series_of(str(tmp_path / "a_%05d.png")), [picture])
        write_series(series_of(str(tmp_path / "b_%05d.png")), [picture])
        process.kill()
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["b_00000.png"]
    write_series(series_of(str(tmp_path / "a_%05d.png")), [picture])
    assert {path.name for path in tmp_path.iterdir()} == {"a_00000.png", "b_00000.png"}


LIMITED = """
import resource, sys
from fractions import Fraction
import numpy as np
from spinviz.export.animation import write_animation
from spinviz.export.plan import Plan
from spinviz.files.errors import FileError, with_notes

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
random = np.random.default_rng(1)
pictures = (random.integers(0, 255, (64, 96, 3)).astype(np.uint8) for _ in range(60))
try:
    write_animation(sys.argv[1], pictures, Plan((96, 64), Fraction(30), 2.0, 0.0, 1.0))
except FileError as error:
    print(with_notes(error))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits as on POSIX")
@pytest.mark.parametrize("most", [0, 100_000])
@pytest.mark.parametrize("out", ["a.mp4", "a.webm", "a.apng", "a.gif"])
def test_a_file_that_may_not_grow_ends_in_one_line(tmp_path: Path, out: str, most: int) -> None:
    """With a full disk the encoder of videos crashed; a real limit in a real process."""
    (tmp_path / out).write_bytes(b"old")
    command = [sys.executable, "-c", LIMITED, out, str(most)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    at_once = (
        "no folder for temporary files takes the frames of a GIF; free some space or name another folder in TMPDIR."
    )
    later = "the file grew beyond the allowed size; write less or choose another disk."
    assert (at_once if out == "a.gif" and not most else later) in done.stdout
    assert done.stdout.endswith(f"{out} is as it was.\n")
    assert os.listdir(tmp_path) == [out]
