"""MP4 and WebM: pictures in, a file out that plays everywhere; written completely or not at all.

sRGB is converted with the BT.709 matrix to the limited range and tagged as such: without conversion *and* tags players
guess, and colours shift. yuv420p and an even size are what PowerPoint, browsers and telephones can show.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from spinviz.export.overlap import behind
from spinviz.files.errors import FileError

Picture = NDArray[np.uint8]
"""(height, width, 3) sRGB, or 4 with what covers the ground."""

BT709 = 1
"""Code of primaries, transfer and matrix in H.264 and VP9 (ITU-T H.273)."""

MP4 = {
    "codec": "libx264",
    # Half the work of "medium", and files no larger at this quality.
    "options": {"crf": "17", "preset": "veryfast", "bf": "2"},
    "container": {"movflags": "+faststart"},
}
WEBM = {
    "codec": "libvpx-vp9",
    "options": {"crf": "24", "b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1"},
    "container": {},
}


def write_mp4(path: Path, pictures: Iterable[Picture], size: tuple[int, int], fps: Fraction) -> None:
    """Write H.264 with the index in front. Errors: `FileError`."""
    _write(path, "mp4", MP4, pictures, size, fps)


def write_webm(path: Path, pictures: Iterable[Picture], size: tuple[int, int], fps: Fraction) -> None:
    """Write VP9. Errors: `FileError`."""
    _write(path, "webm", WEBM, pictures, size, fps)


def _write(
    path: Path, kind: str, how: dict[str, Any], pictures: Iterable[Picture], size: tuple[int, int], fps: Fraction
) -> None:
    with container(path, kind, how["container"]) as output:
        stream = output.add_stream(how["codec"], rate=fps, options=how["options"])
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = 1 / fps
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = ColorRange.MPEG

        def encode(numbered: tuple[int, Picture]) -> None:
            number, picture = numbered
            output.mux(stream.encode(yuv(picture, number, fps)))

        with behind(encode) as send:
            for numbered in enumerate(pictures):
                send(numbered)
        output.mux(stream.encode(None))


def yuv(picture: Picture, number: int, fps: Fraction) -> Any:
    """Return frame ``number`` in yuv420p, limited range, by the BT.709 matrix."""
    frame = rgb(picture, number, fps)
    converted = frame.reformat(
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
    )
    converted.color_primaries = converted.color_trc = BT709
    converted.pts, converted.time_base = frame.pts, frame.time_base
    return converted


def rgb(picture: Picture, number: int, fps: Fraction) -> Any:
    """Return frame ``number`` as it is."""
    layout = "rgba" if picture.shape[2] == 4 else "rgb24"
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format=layout)
    frame.pts, frame.time_base = number, 1 / fps
    return frame


@contextmanager
def container(path: Path, kind: str, options: dict[str, str]) -> Iterator[Any]:
    """Open ``path`` for writing and turn what the library reports about it into one clear line."""
    try:
        with av.open(os.fspath(path), "w", format=kind, options=options) as output:
            yield output
    except av.error.FFmpegError as error:
        # Python's file errors are among the bases of PyAV's; others (a codec's refusal) are faults of ours.
        if isinstance(error, OSError) and error.errno:
            raise FileError.writing(path, OSError(error.errno, os.strerror(error.errno))) from error
        raise
