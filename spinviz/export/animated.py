"""GIF and APNG: animations without a video player.

A GIF has 256 colours: one palette is made from all frames (ffmpeg's palettegen) and every frame dithered to it, so the
pictures wait in a lossless file meanwhile. APNG keeps every colour.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av

from spinviz.export.video import Picture, container, rgb
from spinviz.files.atomic import temporary_prefix
from spinviz.files.errors import FileError
from spinviz.model import interrupts

LOSSLESS = {"qp": "0", "preset": "ultrafast"}
CENTISECOND = Fraction(1, 100)
MOST_GIF_FPS = 50
"""Viewers show delays below 2 centiseconds as 10."""


def write_apng(path: Path, pictures: Iterable[Picture], size: tuple[int, int], fps: Fraction) -> None:
    """Write an animated PNG that repeats for ever. Errors: `FileError`."""
    with container(path, "apng", {"plays": "0"}) as output:
        stream = output.add_stream("apng", rate=fps, options={"pred": "mixed"})
        stream.width, stream.height = size
        stream.codec_context.time_base = 1 / fps
        for number, picture in enumerate(pictures):
            if not number:
                stream.pix_fmt = "rgba" if picture.shape[2] == 4 else "rgb24"
            output.mux(stream.encode(rgb(picture, number, fps)))
        output.mux(stream.encode(None))


def write_gif(path: Path, pictures: Iterable[Picture], size: tuple[int, int], fps: Fraction, colors: int = 256) -> None:
    """Write a GIF of so many colours that repeats for ever. Errors: `FileError`."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError as error:  # all places were tried
        problem = "no folder for temporary files takes the frames of a GIF"
        raise FileError(path, problem, "free some space or name another folder in TMPDIR") from error
    with tempfile.TemporaryDirectory(prefix=temporary_prefix("gif")) as folder:
        store = Path(folder) / "frames.mkv"
        _keep(store, pictures, size, fps)
        palette = _palette(store, colors)
        with container(path, "gif", {"loop": "0"}) as output:
            stream = output.add_stream("gif", rate=fps)
            stream.width, stream.height = size
            stream.pix_fmt = "pal8"
            stream.codec_context.time_base = CENTISECOND
            for number, frame in enumerate(_dithered(store, palette)):
                frame.pts, frame.time_base = round(number / fps / CENTISECOND), CENTISECOND
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))


def _keep(store: Path, pictures: Iterable[Picture], size: tuple[int, int], fps: Fraction) -> None:
    with container(store, "matroska", {}) as output:
        stream = output.add_stream("libx264rgb", rate=fps, options=LOSSLESS)
        stream.width, stream.height = size
        stream.pix_fmt = "rgb24"
        for number, picture in enumerate(pictures):
            output.mux(stream.encode(rgb(picture, number, fps)))
        output.mux(stream.encode(None))


def _frames(store: Path) -> Iterator[Any]:
    with av.open(str(store)) as source:
        for frame in source.decode(video=0):
            interrupts.check()
            yield frame.reformat(format="rgb24").reformat(format="bgra")


def _palette(store: Path, colors: int) -> Any:
    """Return the frame of 16 x 16 colours that serve all frames best."""
    frames = _frames(store)
    first = next(frames)
    graph = av.filter.Graph()
    source, sink = _source(graph, first), graph.add("buffersink")
    generator = graph.add("palettegen", f"max_colors={colors}:reserve_transparent=0:stats_mode=full")
    source.link_to(generator)
    generator.link_to(sink)
    graph.configure()
    for frame in chain([first], frames, [None]):
        source.push(frame)
    return sink.pull()


def _dithered(store: Path, palette: Any) -> Iterator[Any]:
    """Every frame in the colours of the palette; error diffusion that leaves unchanged areas unchanged."""
    frames = _frames(store)
    first = next(frames)
    graph = av.filter.Graph()
    source, colors, sink = _source(graph, first), _source(graph, palette), graph.add("buffersink")
    dither = graph.add("paletteuse", "dither=sierra2_4a:diff_mode=rectangle")
    source.link_to(dither, 0, 0)
    colors.link_to(dither, 0, 1)
    dither.link_to(sink)
    graph.configure()
    colors.push(palette)
    colors.push(None)
    for frame in chain([first], frames, [None]):
        source.push(frame)
        yield from _pulled(sink)


def _source(graph: Any, frame: Any) -> Any:
    return graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format.name, time_base=Fraction(1, 1000)
    )


def _pulled(sink: Any) -> Iterator[Any]:
    while True:
        try:
            yield sink.pull()
        except (BlockingIOError, EOFError):
            return
