"""Images that a scan gave, written: PNG for people, .npy for programs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from spinviz.files.atomic import atomic_write

Complex = NDArray[np.complex128]

SUFFIXES = (".png", ".npy")


@dataclass(frozen=True, eq=False)
class MRImage:
    """``values`` (images, rows, columns): transverse magnetization of each pixel over all M0, row 0 at the lowest
    coordinate; ``shown`` (rows, columns): the one of them, or their mean, that the window shows. ``pixel`` [m];
    ``plane``: names of the axes along columns and rows.
    """

    values: Complex
    shown: Complex
    pixel: float
    plane: tuple[str, str]


def write_mr_image(path: str | os.PathLike[str], image: MRImage) -> None:
    """Write all images as .npy (complex; one image without the first axis), or the one shown as a grey PNG.

    In the PNG the highest row comes first, as in the window; white is the largest magnitude, told in its texts.
    Errors: `FileError`.
    """
    if Path(path).suffix.lower() == ".npy":
        with atomic_write(path) as stream:
            np.save(stream, image.values[0] if len(image.values) == 1 else image.values, allow_pickle=False)
        return
    from PIL import Image  # here, because nothing else in this layer draws
    from PIL.PngImagePlugin import PngInfo

    size = np.abs(image.shown)
    white = float(size.max()) or 1.0
    notes = PngInfo()
    notes.add_text("Pixel", f"{image.pixel:.6g} m, columns along {image.plane[0]}, rows along {image.plane[1]}")
    notes.add_text("White", f"{white:.6g} of all M0 in a pixel")
    with atomic_write(path) as stream:
        Image.fromarray(np.rint(255 * size[::-1] / white).astype(np.uint8)).save(stream, "png", pnginfo=notes)
