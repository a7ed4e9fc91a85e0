"""What a sample is made of: a material, its grains, a second material in a part of it, and the shape of it all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from spinviz.model.parameters import ParameterError, choice, quantity
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.unit_cells import UnitCell
from spinviz.physics.micromagnetics.cells import Cells
from spinviz.physics.micromagnetics.grains import grains, scattered_axes
from spinviz.physics.micromagnetics.materials import MATERIALS, Material
from spinviz.systems.sample_shape import Outline, mask_of, shape_words

Values = NDArray[np.float64]
OWN = "own"


def brought() -> dict[str, dict[str, Any]]:
    """What a choice of material sets of other parameters."""
    return {
        name: {"A": one.A, "K1": one.K1, "Ms": one.Ms, "anisotropy": one.anisotropy, "D": 0.0}
        for name, one in MATERIALS.items()
    }


MaterialName = Literal["own", "permalloy", "iron", "cobalt", "nickel", "FePt", "Nd2Fe14B", "YIG"]
WORDS = {OWN: "as set below", **{name: one.title for name, one in MATERIALS.items()}}


class Body(Outline):
    """Grains, a second material, and the shape. List it behind the view and before the constants of the material."""

    second: Literal["none", "permalloy", "iron", "cobalt", "nickel", "FePt", "Nd2Fe14B", "YIG"] = choice(
        "none", "Material of a second region of the sample.", title="Second material",
        words={name: one.title for name, one in MATERIALS.items()},
    )  # fmt: skip
    region: Literal["above", "right", "inside"] = choice(
        "above", "Where the second material is: in the upper layers, the right part or the middle.",
        title="Second region",
    )  # fmt: skip
    share: float = quantity(
        0.5, "", "Part of the layers, of the length or of the area that is of the second material.", title="Its part",
        ge=0, le=1,
    )  # fmt: skip
    grain: float = quantity(
        0.0, "m", "Size of crystal grains, the root of their mean area; 0 for a single crystal.", title="Grain size",
        ge=0, le=1e-6,
    )  # fmt: skip
    scatter: float = quantity(
        10.0, "°", "Half angle of the cone in which the easy axes of the grains lie; 90° are all directions.",
        title="Scatter of axes", ge=0, le=90,
    )  # fmt: skip
    spread: float = quantity(
        0.0, "", "Standard deviation of K₁ from grain to grain, over its mean.", title="Spread of K₁", ge=0, le=0.5
    )
    coupling: float = quantity(
        1.0, "", "Part of the exchange that is left across the boundaries of grains.", title="Grain coupling",
        ge=0, le=1,
    )  # fmt: skip
    pattern: int = quantity(1, "", "Number of the random pattern of grains.", title="Grain pattern", ge=1, le=9999)

    @property
    def plain(self) -> bool:
        """Whether there are neither grains nor a second material."""
        return self.grain == 0 and self.second == "none"

    def without_body(self) -> Mapping[str, str]:
        """Reasons why inputs of the body have no effect."""
        why = dict(self.without_shape())
        if self.second == "none":
            why |= dict.fromkeys(("region", "share"), "there is no second material")
        if self.grain == 0:
            why |= dict.fromkeys(("scatter", "spread", "coupling", "pattern"), "there are no grains")
        return why


def inside(p: Any) -> NDArray[np.bool_] | None:
    """Cells (nz, ny, nx) in the shape, None for all. Errors: `ParameterError`, `FileError`."""
    if not p.shaped:
        return None
    edges = ((1.0, 0.0, 0.0), (0.0, p.dy / p.dx, 0.0), (0.0, 0.0, p.dz / p.dx))
    geometry = Geometry.of(UnitCell("cells", edges, ((0.0, 0.0, 0.0),), 3), p.mesh[::-1], False, coloured=False)
    return mask_of(geometry, p)[..., 0]


@lru_cache(maxsize=2)
def cells_of(p: Any, content: bytes = b"") -> Cells | None:
    """The constants of every cell; None where all are of one material and one crystal that is not cubic.

    ``content``: Ms of each cell over that which is set, float64 (nz, ny, nx) as bytes; 0 of empty ones.
    Errors: `ParameterError` for constants that do not go together.
    """
    if p.plain and not content and not (p.anisotropy == "cubic" and p.K1):
        return None
    shape = p.mesh
    constants: dict[str, Values] = {}
    values = {"Ms": p.Ms, "A": p.A, "K1": 0.0, "Kc": 0.0, "D": p.D}
    values["Kc" if p.anisotropy == "cubic" else "K1"] = p.K1
    for name, value in values.items():
        constants[name] = np.full(shape, value, np.float64)
    if content:
        constants["Ms"] = p.Ms * np.frombuffer(content).reshape(shape)
    axes: Values = np.broadcast_to(np.array(p.easy), (*shape, 3)).copy()
    number = np.zeros(shape, np.int64)
    if p.grain:
        rng = np.random.default_rng(p.pattern)
        number = grains(shape, (p.dx, p.dy, p.dz), p.grain, p.closed, rng)
        count = int(number.max()) + 1
        axes = scattered_axes(count, p.easy, p.scatter, rng)[number]
        factors = np.maximum(1 + p.spread * rng.normal(size=count), 0.0)[number]
        constants["K1"] *= factors
        constants["Kc"] *= factors
    if p.second != "none":
        other = MATERIALS[p.second]
        where = second_region(p)
        kind, none = ("Kc", "K1") if other.anisotropy == "cubic" else ("K1", "Kc")
        for name, value in (("Ms", other.Ms), ("A", other.A), (kind, other.K1), (none, 0.0)):
            constants[name][where & (constants["Ms"] > 0)] = value
        # Grains end where the material does, but exchange goes on.
    try:
        return Cells(
            shape, (p.dx, p.dy, p.dz), p.closed, **constants, axis=axes, alpha=p.alpha, grains=number,
            coupling=p.coupling,
        )  # fmt: skip
    except ValueError as error:
        raise ParameterError(str(error)) from error


def materials_of(p: Any) -> tuple[Material, ...]:
    """What the sample is made of: the constants that are set, and the second material."""
    own = Material("", p.Ms, p.A, p.K1, p.anisotropy, "")
    return (own, MATERIALS[p.second]) if p.second != "none" else (own,)


def second_region(p: Any) -> NDArray[np.bool_]:
    """Cells (nz, ny, nx) of the second material: a part ``share`` of the layers, the length or the area."""
    nz, ny, nx = p.mesh
    z, y, x = ((np.arange(n) + 0.5) / n for n in (nz, ny, nx))
    if p.region == "above":
        one = (z > 1 - p.share)[:, None, None]
    elif p.region == "right":
        one = (x > 1 - p.share)[None, None, :]
    else:
        half = np.sqrt(p.share) / 2
        one = ((np.abs(y - 0.5) < half)[:, None] & (np.abs(x - 0.5) < half)[None, :])[None]
    return np.asarray(np.broadcast_to(one, (nz, ny, nx)))


def body_words(p: Any) -> str:
    """Material, grains and shape, as a caption says them."""
    found = []
    if p.material != OWN:
        found.append(MATERIALS[p.material].title)
    if p.anisotropy == "cubic" and p.K1:
        found.append("cubic anisotropy in place of K₁(m·u)²")
    if p.second != "none":
        place = {"above": "above", "right": "at the right", "inside": "in the middle"}[p.region]
        found.append(f"{MATERIALS[p.second].title} {place}")
    if p.grain:
        found.append(f"grains of {p.grain * 1e9:.3g} nm")
    if words := shape_words(p):
        found.append(words)
    return "".join(f" · {one}" for one in found)
