"""Images of strangers as grey values: PNG, JPEG and BMP of bounded size."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, quoted

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp")
FORMATS = ("PNG", "JPEG", "BMP")
"""The decoders that are tried, whatever the name of the file: nothing else of Pillow sees its bytes."""
MOST_BYTES = 16 * 2**20
LARGEST = 4096
"""Pixels along a side."""
WHITE = 65535
"""Of grey values with more than 8 bits."""


def read_grey_image(path: str | os.PathLike[str]) -> NDArray[np.float32]:
    """Return grey values (rows, columns) from 0, black, to 1, white; the first row is the top one.

    Colours by their luma (ITU-R BT.601); what is transparent lies on white; of an animation the first picture.
    Errors: `FileError` for everything that is no such image, larger than `MOST_BYTES` or `LARGEST`, or damaged.
    """
    from PIL import Image  # here, because nothing else in this layer draws

    with open_bounded(path, MOST_BYTES) as stream:
        try:
            with warnings.catch_warnings():
                # Pillow warns of sizes that are refused here.
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                with Image.open(stream, formats=FORMATS) as image:
                    _check_size(path, image)
                    return _grey(image)
        except FileError:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_large(path, "more than 89 million") from error
        except Exception as error:
            raise _damaged(path, stream, error) from error


def _grey(image: Image) -> NDArray[np.float32]:
    from PIL.Image import alpha_composite, new

    image.load()
    if image.mode.startswith("I"):
        return np.clip(np.asarray(image, np.float32) / WHITE, 0, 1)
    if "A" in image.getbands() or "transparency" in image.info:
        seen = image.convert("RGBA")
        image = alpha_composite(new("RGBA", seen.size, "white"), seen)
    return np.asarray(image.convert("L"), np.float32) / np.float32(255)


def _check_size(path: str | os.PathLike[str], image: Image) -> None:
    width, height = image.size
    if max(width, height) > LARGEST:
        raise _too_large(path, f"{width} x {height}")
    if min(width, height) < 1:
        raise FileError(path, f"the image has {width} x {height} pixels", "choose an image with pixels")


def _too_large(path: str | os.PathLike[str], size: str) -> FileError:
    return FileError(path, f"the image has {size} pixels, the limit is {LARGEST} x {LARGEST}", "scale it down")


def _damaged(path: str | os.PathLike[str], stream: BinaryIO, error: Exception) -> FileError:
    """Say whether it is no image at all, or a damaged one."""
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        stream.seek(0)
        problem = f"it is no PNG, JPEG or BMP image that can be read (it begins with {quoted(stream.read(8))})"
        return FileError(path, problem, "save it as PNG")
    if isinstance(error, MemoryError):
        return FileError(path, "there is not enough memory for the image", "scale it down")
    said = quoted(str(error) or type(error).__name__, 80)
    return FileError(path, f"the image is damaged ({said})", "get it again or save it as PNG")
