"""Grey values of images: upright, every mode, limits, and damaged files in one line each."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spinviz.files import grey_image
from spinviz.files.errors import FileError
from spinviz.files.grey_image import read_grey_image

CORNER = np.zeros((4, 6), np.uint8)
CORNER[0, :2] = 255
ENDINGS = {"PNG": ".png", "JPEG": ".jpg", "BMP": ".bmp"}


def written(folder: Path, image: Image.Image, kind: str = "PNG", **options: object) -> Path:
    path = folder / f"mask{ENDINGS[kind]}"
    image.save(path, kind, **options)
    return path


@pytest.mark.parametrize("kind", ENDINGS)
def test_the_first_row_is_the_top_one(kind: str, tmp_path: Path) -> None:
    large = np.kron(CORNER, np.ones((8, 8), np.uint8))
    grey = read_grey_image(written(tmp_path, Image.fromarray(large), kind))
    assert grey.dtype == np.float32
    np.testing.assert_allclose(grey, large / 255, atol=0.02 if kind == "JPEG" else 1e-6)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_has_the_same_grey_values(mode: str, tmp_path: Path) -> None:
    image = Image.fromarray(CORNER.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(CORNER).convert(mode)
    assert read_grey_image(written(tmp_path, image)) == pytest.approx(CORNER / 255, abs=1e-6)


def test_sixteen_bits_are_parts_of_65535(tmp_path: Path) -> None:
    grey = read_grey_image(written(tmp_path, Image.fromarray(np.array([[0, 257, 32768, 65535]], np.uint16))))
    assert grey[0] == pytest.approx([0, 1 / 255, 0.5, 1], abs=1e-5)


def test_colours_count_by_their_luma_and_nothing_is_white(tmp_path: Path) -> None:
    pixels = np.array([[(255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255), (0, 0, 0, 0), (0, 0, 0, 128)]], np.uint8)
    grey = read_grey_image(written(tmp_path, Image.fromarray(pixels)))
    assert grey[0] == pytest.approx([0.299, 0.587, 0.114, 1.0, 127 / 255], abs=0.005)
    palette = Image.fromarray(CORNER).convert("P")
    assert read_grey_image(written(tmp_path, palette, transparency=0)).min() == 1, "black was transparent"


def refused(path: Path, *words: str) -> None:
    with pytest.raises(FileError) as error:
        read_grey_image(path)
    said = str(error.value)
    assert "\n" not in said
    assert len(said) < 400
    assert all(word in said for word in words), said


def test_limits_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(written(tmp_path, Image.new("1", (4097, 2))), "4097 x 2 pixels, the limit is 4096 x 4096; scale it down")
    assert read_grey_image(written(tmp_path, Image.new("1", (4096, 2), 1))).shape == (2, 4096)
    monkeypatch.setattr(grey_image, "MOST_BYTES", 50)
    refused(written(tmp_path, Image.new("L", (9, 9))), "the limit is 50")


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1), (5000, 1)])
def test_bombs_are_refused_before_they_are_unpacked(size: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of(*size))
    refused(path, "the limit is 4096 x 4096")


def test_other_formats_are_refused_whatever_their_name(tmp_path: Path) -> None:
    path = tmp_path / "mask.png"
    for kind in ("GIF", "TIFF", "PPM"):
        Image.fromarray(CORNER).save(path, kind)
        refused(path, "no PNG, JPEG or BMP image", "save it as PNG")
    path.write_text("This is a letter.\nDear reader")
    refused(path, "it begins with 'This is '")
    path.write_bytes(b"")
    refused(path, "empty")
    refused(tmp_path, "this is a folder")
    refused(tmp_path / "gone.png", "does not exist")


def outcome(path: Path) -> str:
    """What is said of a damaged file; empty where it is read."""
    try:
        grey = read_grey_image(path)
    except FileError as error:
        return str(error)
    assert np.isfinite(grey).all()
    assert 0 <= grey.min() <= grey.max() <= 1
    return ""


@pytest.mark.parametrize("kind", ENDINGS)
def test_every_truncation_is_one_line(kind: str, tmp_path: Path) -> None:
    stream = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 256, (24, 24, 3), np.uint8)
    Image.fromarray(noise).save(stream, kind)
    whole, path = stream.getvalue(), tmp_path / "cut.png"
    for length in range(1, len(whole), max(len(whole) // 60, 1)):
        path.write_bytes(whole[:length])
        said = outcome(path)
        assert "\n" not in said
        assert said or length > 0.95 * len(whole), "only what ends after the pixels may be missing"


@pytest.mark.parametrize("kind", ENDINGS)
def test_damaged_bytes_are_read_or_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    stream = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (16, 16, 4), np.uint8)).convert("RGBA" if kind == "PNG" else "RGB").save(
        stream, kind
    )
    path, outcomes = tmp_path / "hurt.png", set()
    for _ in range(150):
        hurt = bytearray(stream.getvalue())
        for _ in range(int(rng.integers(1, 8))):
            hurt[int(rng.integers(0, len(hurt)))] = int(rng.integers(0, 256))
        path.write_bytes(bytes(hurt))
        said = outcome(path)
        assert "\n" not in said
        outcomes.add(bool(said))
    assert True in outcomes
