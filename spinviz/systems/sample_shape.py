"""The shape of a sample and its vacancies: the same choices for every system of lattices and meshes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError
from spinviz.files.grey_image import SUFFIXES, read_grey_image
from spinviz.model.parameters import ParameterError, Parameters, choice, file, quantity
from spinviz.physics.lattice import shapes
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.spins import Spins

Mask = NDArray[np.bool_]

DARK = 0.5
"""Grey value below which a pixel is dark."""


class Outline(Parameters):
    """The shape of a sample with free edges."""

    shape: Literal["whole", "disc", "ellipse", "bar", "ring", "sphere", "image"] = choice(
        "whole", "Shape of the sample, with free edges; cylinders stand along z.", title="Shape",
        words={"whole": "whole lattice"}, rebuild=True,
    )  # fmt: skip
    proportion: float = quantity(
        0.5, "", "Short over long axis of an ellipse, width over length of a bar, inner over outer radius of a ring.",
        title="Proportion", ge=0.05, le=0.95, rebuild=True,
    )  # fmt: skip
    mask: str = file("Image whose pixels are the sites of a spin, for the shape image.", SUFFIXES, title="Image")
    pixels: Literal["dark", "bright"] = choice(
        "dark", "Pixels of the image that are filled with spins.", title="Spins where", rebuild=True
    )

    @property
    def shaped(self) -> bool:
        """Whether the sample has a shape of its own, and so free edges."""
        return self.shape != "whole" and not (self.shape == "image" and not self.mask)

    def without_shape(self) -> Mapping[str, str]:
        """Reasons why inputs of the shape, and periodic boundaries, have no effect."""
        why = {}
        if self.shape not in ("ellipse", "bar", "ring"):
            why["proportion"] = "only for an ellipse, a bar or a ring"
        if self.shape != "image":
            why["mask"] = why["pixels"] = "only for the shape image"
        if self.shaped:
            why["periodic"] = "a shape has free edges"
        return why


class SampleShape(Outline):
    """Which sites have a spin. List it behind `LatticeView` and before the other inputs."""

    vacancies: float = quantity(
        0.0, "", "Part of the sites whose spins are removed at the start, chosen at random.", title="Vacancies",
        ge=0, le=0.9, rebuild=True,
    )  # fmt: skip

    @property
    def complete(self) -> bool:
        """Whether all sites of the lattice have a spin at the start."""
        return not self.shaped and self.vacancies == 0


def mask_of(geometry: Geometry, p: Outline) -> Mask:
    """Which sites are in the shape (nz, ny, nx, basis), read-only.

    Errors: `ParameterError` for a shape without sites, `FileError` for an image that cannot be read or has none.
    """
    return _mask(geometry, p.shape if p.shaped else "whole", p.proportion, p.mask, p.pixels)


def read_anew() -> None:
    """Forget images, which may have been drawn anew."""
    _mask.cache_clear()


def spins_in(geometry: Geometry, p: SampleShape) -> int:
    """Number of spins at the start."""
    if p.complete:
        return geometry.count
    inside = int(mask_of(geometry, p).sum())
    return inside - round(p.vacancies * inside)


def occupied(geometry: Geometry, p: SampleShape, rng: np.random.Generator) -> Mask | None:
    """Which sites have a spin at the start, None for all; other vacancies at every call. Errors: as `mask_of`."""
    if p.complete:
        return None
    mask = mask_of(geometry, p)
    try:
        return shapes.diluted(mask, p.vacancies, rng) if p.vacancies else mask
    except ValueError as error:
        raise ParameterError(f"vacancies = {p.vacancies:g}: {error}") from error


def empty(spins: Spins, sites: Mask) -> None:
    """Remove the spins on ``sites`` (nz, ny, nx, basis)."""
    values = spins.vectors()
    values[sites] = 0
    spins.set(values)


def empty_sites(spins: Spins) -> Mask:
    """Where there is no spin (nz, ny, nx, basis)."""
    return np.asarray(~np.any(spins.vectors(), axis=-1))


def shape_words(p: Outline) -> str:
    """The shape, or the name of the image; empty for a whole lattice."""
    return (Path(p.mask).name if p.shape == "image" else p.shape) if p.shaped else ""


@lru_cache(maxsize=8)
def _mask(geometry: Geometry, shape: str, proportion: float, path: str, pixels: str) -> Mask:
    if shape == "image":
        mask = _image(geometry, path, pixels)
    else:
        try:
            mask = _figure(geometry, shape, proportion)
        except ValueError as error:
            raise ParameterError(f"shape = {shape}: {error}") from error
    mask.flags.writeable = False
    return mask


def _figure(geometry: Geometry, shape: str, proportion: float) -> Mask:
    """The largest one that fits."""
    x, y, z = (np.ptp(geometry.positions[..., axis]) / 2 + 0.5 for axis in range(3))
    radius = float(min(half for half, n in zip((x, y), geometry.sides[:2]) if n > 1)) if geometry.count > 1 else 0.5
    if shape == "disc":
        return shapes.disc(geometry, radius)
    if shape == "ellipse":
        return shapes.ellipse(geometry, radius, proportion * radius)
    if shape == "bar":
        return shapes.bar(geometry, 2 * x, 2 * proportion * x)
    if shape == "ring":
        return shapes.ring(geometry, proportion * radius, radius)
    if shape == "sphere":
        return shapes.sphere(geometry, min(radius, z) if geometry.sides[2] > 1 else radius)
    return shapes.whole(geometry)


def _image(geometry: Geometry, path: str, pixels: str) -> Mask:
    bright = pixels == "bright"
    grey = _framed(read_grey_image(path), geometry, 0.0 if bright else 1.0)
    try:
        return shapes.image(geometry, grey, DARK, bright)
    except ValueError as error:
        other = "dark" if bright else "bright"
        remedy = f"draw larger and darker, or set pixels = {other}" if not bright else f"set pixels = {other}"
        raise FileError(path, f"none of the {geometry.count} sites lies on a {pixels} pixel", remedy) from error


def _framed(grey: NDArray[np.float32], geometry: Geometry, outside: float) -> NDArray[np.float32]:
    """The image in the middle of a frame of the sample's proportions, so that circles stay round."""
    if geometry.cell.axes < 2:
        return grey
    rows, columns = grey.shape
    wide, high = (geometry.sides[axis] * geometry.cell.vectors[axis][axis] for axis in (0, 1))
    across, down = max(columns, round(rows * wide / high)), max(rows, round(columns * high / wide))
    left, top = (across - columns) // 2, (down - rows) // 2
    out = np.full((down, across), outside, np.float32)
    out[top : top + rows, left : left + columns] = grey
    return out
