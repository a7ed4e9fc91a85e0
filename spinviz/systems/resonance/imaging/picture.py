"""The picture of a scan: spins of the head beside their image, the isochromats of one pixel, or its two-level spins."""

from __future__ import annotations

from functools import lru_cache
from math import tanh

import numpy as np
from numpy.typing import NDArray

from spinviz.model.units import show
from spinviz.model.visuals import Arrows, Cells, Labels, Lines, Stage, Visual, float32
from spinviz.physics.constants import BOLTZMANN, HBAR, PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.imaging.head import FOV
from spinviz.systems.resonance.common.vectors import fan, net_vector
from spinviz.systems.resonance.imaging.laws import SHOWN, tissue_signal
from spinviz.systems.resonance.imaging.objects import FINER, PIXEL_SPINS, head_of, pixel_sample, sample_of, tissue_at
from spinviz.systems.resonance.imaging.parameters import ImagingParameters, Settings, seen
from spinviz.systems.resonance.imaging.plots import image, repetition, white_level
from spinviz.systems.resonance.imaging.state import NOWHERE, ScanState, pixel_start

Values = NDArray[np.float64]

GAP = 0.06
"""Half of the distance between the two sheets, each 1 wide."""
WAVES = "crameri:berlin"
"""Colours of M_x: blue below, red above zero, dark between."""
GRID = 12
"""Two-level spins along each side of their square."""
SHOWN_POLARISATION = 0.4
"""Polarisation drawn for M_z = M0; the true one is a few millionths."""
BODY = 310.0
"""Temperature of a body [K]."""


def draw(state: ScanState, p: ImagingParameters) -> tuple[Visual, ...]:
    """The picture that the view parameter chooses."""
    if p.view == "pixel":
        return _pixel(state, p)
    if p.view == "levels":
        return _levels(state, p)
    return _sheets(state, p)


def stage(p: ImagingParameters) -> Stage:
    """Two sheets seen from above, a Bloch sphere, or a square of spins."""
    if p.view == "pixel":
        return Stage(
            bloch_sphere=True, axis_names=("x′", "y′", "z, B₀"), low=(-1.05, -1.05, -1.05), high=(1.05, 1.05, 1.2)
        )
    if p.view == "levels":
        side = 0.5 * GRID
        return Stage(low=(-side, -side, -0.6), high=(side, side, 0.6), axes=False, elevation=28)
    return Stage(
        low=(-1.0 - GAP, -0.58, 0.0), high=(1.0 + GAP, 0.72, 0.02), azimuth=0, elevation=78, axes=False, parallel=True,
    )  # fmt: skip


def _sheets(state: ScanState, p: ImagingParameters) -> tuple[Visual, ...]:
    s = p.settings
    n = s.matrix * FINER
    spins = np.full(n * n, np.nan)
    water = (FOV / n) ** 2 if not s.point else (FOV / s.matrix) ** 2
    spins[_places(s)] = state.echo.real / water
    number = state.image
    top = white_level(s, number)
    line = f"Mₓ at the echo of {_line(state)}: blue < 0 < red" if state.line else "spins at rest"
    title = "image of all lines, measured again" if state.edited else "image so far"
    if not state.edited and state.acquired == len(state.signal):
        title = "image"
    below = float32([(-0.5 - GAP, -0.5, 0.0), (0.5 + GAP, -0.5, 0.0)])
    return (
        _sheet(seen(spins.reshape(n, n), p), -1.0 - GAP, WAVES, -top, top, n // s.matrix),
        _sheet(seen(image(state, p), p), GAP, "gray", 0.0, top, 1),
        Lines(_frames(), color="muted", width=1.2, kind="segments"),
        Labels(below[:1], (line,), color="text", offset=(0.0, -1.0)),
        Labels(below[1:], (title,), color="text", offset=(0.0, -1.0)),
        *_letters(p),
        Lines(_cross(p.shown_pixel, s.matrix), color="net", width=2.0, kind="segments"),
    )


def _letters(p: ImagingParameters) -> tuple[Visual, ...]:
    """The sides of the subject at the edges of both sheets."""
    inside = 0.47
    around = [(-inside, 0.0), (inside, 0.0), (0.0, -inside), (0.0, inside)]
    points = [(middle + x, y, 0.03) for middle in (-0.5 - GAP, 0.5 + GAP) for x, y in around]
    return (Labels(float32(points), 2 * p.sides, color="text"),)


def _line(state: ScanState) -> str:
    made = state.scan.made
    number = max(state.line - 1, 0)
    if not made.cartesian:
        return f"{'spoke' if made.kind == 'radial' else 'arm'} {number + 1} of {made.repetitions}"
    step = int(made.lines[number]) - made.matrix // 2
    sign = "+" if step > 0 else "−"
    return f"line {sign}{abs(step)}" if step else "line 0, the centre of k-space"


@lru_cache(maxsize=8)
def _places(s: Settings) -> NDArray[np.int64]:
    """Cell of every spin on the sheet."""
    if not s.point:
        return head_of(s).pixel
    n = s.matrix * FINER
    x, y = (int((v / FOV + 0.5) * n) for v in sample_of(s).position[:2, 0])
    return np.array([y * n + x])


def _sheet(values: Values, left: float, colormap: str, low: float, high: float, finer: int) -> Cells:
    """A sheet of cells, so many of which along a side are one pixel of the image."""
    n, picks = len(values), ("image", finer)
    return Cells(float32(values[None]), (left, -0.5, 0.0), (1 / n, 1 / n, 0.02), colormap, low, high, picks=picks)


@lru_cache(maxsize=1)
def _frames() -> NDArray[np.float32]:
    """Edges of both sheets, as segments."""
    edges = []
    for left in (-1.0 - GAP, GAP):
        corner = [(left, -0.5), (left + 1, -0.5), (left + 1, 0.5), (left, 0.5)]
        for i in range(4):
            edges += [(*corner[i], 0.01), (*corner[(i + 1) % 4], 0.01)]
    return float32(edges)


@lru_cache(maxsize=8)
def _cross(pixel: tuple[int, int], n: int) -> NDArray[np.float32]:
    """Four strokes around the chosen pixel of the image."""
    x, y = GAP + (pixel[1] + 0.5) / n, -0.5 + (pixel[0] + 0.5) / n
    inner, outer = 0.012, 0.035
    strokes = []
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        strokes += [(x + inner * dx, y + inner * dy, 0.02), (x + outer * dx, y + outer * dy, 0.02)]
    return float32(strokes)


def _pixel(state: ScanState, p: ImagingParameters) -> tuple[Visual, ...]:
    count = PIXEL_SPINS
    followed = _followed(state, p)
    larger = magnification(state)
    vectors = followed.T * count * larger
    net = followed.sum(axis=1) * larger
    return (
        fan(vectors, "isochromats of the pixel", worth=1 / (count * larger)),
        *net_vector(net),
    )


def _followed(state: ScanState, p: ImagingParameters) -> Values:
    """Magnetization (3, PIXEL_SPINS) of the chosen pixel; before the first step after a choice, as at the start."""
    if state.place == p.pixel:
        return state.pixel
    return pixel_start(p.settings, 0, p.pixel)


def magnification(state: ScanState) -> float:
    """How much longer arrows of a pixel are drawn: 1 for what is there before the first pulse of the scan."""
    if state.place == NOWHERE:
        return 1.0
    rest = pixel_start(state.settings, state.image, state.place)
    largest = float(np.abs(rest[2].sum()))
    return 1.0 / largest if largest > 1e-6 else 1.0


@lru_cache(maxsize=1)
def _grid() -> tuple[NDArray[np.float32], Values]:
    """Places of the two-level spins, and a number between 0 and 1 for each, evenly spread."""
    at = np.arange(GRID) - GRID / 2 + 0.5
    x, y = np.meshgrid(at, at)
    order = np.asarray((np.arange(GRID * GRID) * 0.6180339887498949) % 1.0, dtype=np.float64)
    return float32(np.stack([x.ravel(), y.ravel(), np.zeros(GRID * GRID)], axis=1)), order


def _levels(state: ScanState, p: ImagingParameters) -> tuple[Visual, ...]:
    places, order = _grid()
    mz = float(_followed(state, p)[2].sum())
    up = order < 0.5 * (1 + SHOWN_POLARISATION * mz)
    one, other = np.array([0.0, 0.0, 0.85]), np.array([0.0, 0.0, -0.85])
    directions = np.where(up[:, None], one, other)
    # Both kinds keep their number of arrows: the others have no length.
    return (
        Arrows(places, float32(directions * up[:, None]), radius=0.1, color="up", pivot="middle", label="spin up"),
        Arrows(places, float32(directions * ~up[:, None]), radius=0.1, color="down", pivot="middle", label="spin down"),
    )


def polarisation(tesla: float) -> float:
    """Of protons at body temperature: tanh(hbar gamma B0/(2 kT))."""
    return tanh(HBAR * PROTON_GYROMAGNETIC_RATIO * tesla / (2 * BOLTZMANN * BODY))


def caption(state: ScanState, p: ImagingParameters) -> str:
    """What is measured, the signals of tissues, and what is drawn larger than it is."""
    s = p.settings
    if p.view == "levels":
        true = polarisation(s.field)
        return (
            f"{tissue_at(s, p.pixel)}: {1e6 * true:.2g} protons in a million in excess along B₀, "
            f"drawn as {SHOWN_POLARISATION:.0%}"
        )
    if p.view == "pixel":
        sample = pixel_sample(s, p.pixel)
        if not np.any(sample.M0):
            return f"one pixel: {tissue_at(s, p.pixel)} · no signal"
        return (
            f"{tissue_at(s, p.pixel)} · T₁ {show(float(sample.T1[0]), 's', 3)}, T₂ {show(float(sample.T2[0]), 's', 3)}"
            f" · {PIXEL_SPINS} isochromats, drawn × {magnification(state):.3g}"
        )
    if s.point:
        return f"{p.kind} · one point between pixels · {p.matrix}²"
    done = f"image {state.image + 1} of {len(state.images)} · " if p.is_map else ""
    what = {"radial": "spoke", "spiral": "arm"}.get(p.kind, "line" if p.kind != "EPI" else "shot")
    where = f"{done}{what} {repetition(state) + 1} of {state.scan.made.repetitions}"
    number = state.image
    signals = ", ".join(
        f"{word}\N{NO-BREAK SPACE}{float(tissue_signal(s, SHOWN[key], number)):.2f}"
        for key, word in (("white", "WM"), ("grey", "GM"), ("fluid", "CSF"), ("fat", "fat"), ("lesion", "lesion"))
    )
    return f"{p.kind} · {p.field} · {where} · {signals}"
