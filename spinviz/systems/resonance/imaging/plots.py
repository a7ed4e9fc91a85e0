"""Plots of a scan: k-space filling, the image, maps, contrast curves, fit against truth, the pulse diagram."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.plots import Diagram, DiagramRow, DiagramScheme, DiagramSpan, Graph, Image, Line
from spinviz.physics.imaging.reconstruction import kspace_picture
from spinviz.physics.sequence.blocks import AXES, HardPulse, Sequence
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.common.diagrams import ROLES, rows_of
from spinviz.systems.resonance.imaging.laws import SHOWN, fitted, measured, point_law, tissue_signal, true_time
from spinviz.systems.resonance.imaging.parameters import ImagingParameters, Settings, seen
from spinviz.systems.resonance.imaging.state import ScanState, picture, scan_of

Values = NDArray[np.float64]

DECADES = 4.0
"""Of k-space shown below its centre."""
ROLE = {"white": "text", "grey": "simulation", "deep": "muted", "fluid": "y", "fat": "net", "lesion": "x"}
"""Colours of the tissues in graphs."""
SHORT = {"white matter": "WM", "grey matter": "GM", "deep grey matter": "deep GM", "fluid": "CSF"}
"""Names of tissues in a legend, as in the symbols of the signals."""
BRAIN = ("white matter", "grey matter", "deep grey matter", "lesion")
CURVE = 160
BY_TE = ("spin echo", "EPI", "gradient echo", "radial", "spiral")


def kspace(state: ScanState, p: ImagingParameters) -> Values:
    """log10 |k-space| below its largest value; NaN where nothing was measured."""
    made = state.scan.made
    count = len(state.signal) if state.edited else state.acquired
    size = kspace_picture(made, state.signal[:count])
    top = float(np.abs(state.scan.whole).max()) or 1.0
    with np.errstate(divide="ignore"):
        shown = np.log10(size / top)
    return np.where(size > 0, np.maximum(shown, -DECADES), np.nan)


def image(state: ScanState, p: ImagingParameters) -> Values:
    """The image so far."""
    return picture(state)


@lru_cache(maxsize=16)
def white_level(s: Settings, number: int = 0) -> float:
    """Signal shown white: brain tissue in the upper half of the greys, fat and fluid may exceed it."""
    if s.point:
        return float(point_law(s).max())
    brain = max(float(tissue_signal(s, name, number)) for name in BRAIN)
    fluid = float(tissue_signal(s, "fluid", number))
    return max(1.3 * brain, 0.5 * fluid, 1e-3)


def window(p: ImagingParameters) -> float:
    """White level of the image shown by the plot."""
    return white_level(p.settings)


def relaxation_map(state: ScanState, p: ImagingParameters) -> Values:
    """Fitted relaxation time [s]; NaN where none was fitted."""
    return np.where(state.fitted[0] > 0, state.fitted[0], np.nan)


def highest_time(p: ImagingParameters) -> float:
    """End of the colour bar of a map [s]: fluid may exceed it."""
    grey = true_time(p.settings, "grey matter")
    return float(np.ceil(16 * grey) / 10) if p.kind == "T1 map" else float(np.ceil(170 * grey) / 100)


# --- contrast -------------------------------------------------------------------------------------------------------


def contrast_lines(state: ScanState, p: ImagingParameters, name: str, axis: Values, now: float) -> tuple[Line, ...]:
    """Signal of each tissue against what can be changed, dashed by law; dots: the finished image."""
    scale = 180 / np.pi if name == "flip" else 1.0
    lines = []
    for observable, tissue in SHOWN.items():
        role = ROLE[observable]
        values = tissue_signal(p.settings, tissue, 0, **{name: axis})
        lines.append(Line(axis * scale, values, SHORT.get(tissue, tissue), role, dashed=True, law=True))
        lines.append(Line(np.array([now * scale]), np.array([measured(state, tissue)]), "", role, marks=True))
    return tuple(lines)


def echo_time_lines(state: ScanState, p: ImagingParameters) -> tuple[Line, ...]:
    """Signals against TE."""
    return contrast_lines(state, p, "TE", np.linspace(0.0, min(0.999 * p.TR, max(2.5 * p.TE, 0.04)), CURVE), p.TE)


def inversion_time_lines(state: ScanState, p: ImagingParameters) -> tuple[Line, ...]:
    """Signals against TI."""
    return contrast_lines(state, p, "TI", np.linspace(0.0, min(p.TR - p.TE, 1.8 * p.TI), CURVE), p.TI)


def flip_lines(state: ScanState, p: ImagingParameters) -> tuple[Line, ...]:
    """Signals against the flip angle."""
    top = np.radians(max(90.0, p.flip))
    return contrast_lines(state, p, "flip", np.linspace(0.01, top, CURVE), np.radians(p.flip))


def fit_lines(state: ScanState, p: ImagingParameters) -> tuple[Line, ...]:
    """Fitted relaxation times with twice their standard errors over the true ones; dashed where both agree."""
    s = p.settings
    truths = {key: true_time(s, tissue) for key, tissue in SHOWN.items() if key not in ("fluid", "grey")}
    top = 1.15 * max(truths.values())
    lines = [Line(np.array([0.0, top]), np.array([0.0, top]), "truth", "theory", dashed=True)]
    for key, truth in truths.items():
        value, error = fitted(state, SHOWN[key])
        bar = np.array([value - 2 * error, value + 2 * error])
        lines.append(Line(np.array([truth, truth]), bar, "", ROLE[key]))
        lines.append(
            Line(np.array([truth]), np.array([value]), SHORT.get(SHOWN[key], SHOWN[key]), ROLE[key], marks=True)
        )
    return tuple(lines)


def profile_lines(state: ScanState, p: ImagingParameters) -> tuple[Line, ...]:
    """A row of the image through the point, and its point-spread function."""
    law = point_law(p.settings)
    row = int(np.argmax(law.max(axis=1)))
    pixels = np.arange(p.pixels) - p.pixels / 2 + 0.5
    near = np.abs(pixels - pixels[int(np.argmax(law[row]))]) <= 10
    return (
        Line(pixels[near], law[row][near], "law", "theory", dashed=True),
        Line(pixels[near], image(state, p)[row][near], "image", "simulation", marks=True),
    )


# --- the pulse diagram ----------------------------------------------------------------------------------------------


def repetition(state: ScanState) -> int:
    """Number of the present repetition."""
    made = state.scan.made
    return min(int(state.local / made.TR + 1e-9), made.repetitions - 1)


def diagram(state: ScanState, p: ImagingParameters) -> DiagramScheme:
    """The present repetition until its last gradient is over, with the time now."""
    number = repetition(state)
    rows, end = _rows(state.settings, state.image, number)
    now = state.local - number * state.scan.made.TR
    return DiagramScheme(rows, min(now, end), 0.0, end, _spans(state, p))


def run_time(axis_time: float, state: ScanState, p: ImagingParameters) -> float:
    """Time of the run at a place in the diagram."""
    return state.began + repetition(state) * state.scan.made.TR + axis_time


@lru_cache(maxsize=32)
def _rows(s: Settings, image_number: int, number: int) -> tuple[tuple[DiagramRow, ...], float]:
    scan = scan_of(s, image_number)
    starts = scan.made.sequence.starts[:-1]
    begins = scan.made.begins + number * scan.made.TR
    inside = np.flatnonzero((starts > begins - 1e-9) & (starts < begins + scan.made.TR - 1e-9))
    timeline = Timeline(Sequence(scan.made.sequence.blocks[inside[0] : inside[-1] + 1]))
    busy = max(float(timeline.knots().max()), 1e-3)
    end = min(scan.made.TR, 1.12 * busy)
    drawn = {row.name: row for row in rows_of(timeline)}
    rows = [_until(drawn["RF"], end)]
    for axis, name in enumerate(AXES[:2]):
        row = drawn.get(f"G_{name}", DiagramRow(f"G_{name}", np.array([0.0, end]), np.zeros(2), ROLES[axis]))
        part = _largest(timeline, axis) / (_largest(scan.timeline, axis) or 1.0)
        rows.append(_until(DiagramRow(row.name, row.times, row.values * part, row.role), end))
    rows.append(_until(drawn["ADC"], end))
    return tuple(rows), end


def _largest(timeline: Timeline, axis: int) -> float:
    return float(np.abs(timeline.gradient(timeline.knots())[axis]).max())


def _until(row: DiagramRow, end: float) -> DiagramRow:
    """Nothing happens after ``end``."""
    inside = row.times <= end
    times, values = np.append(row.times[inside], end), np.append(row.values[inside], 0.0)
    return DiagramRow(row.name, times, values, row.role)


def _spans(state: ScanState, p: ImagingParameters) -> tuple[DiagramSpan, ...]:
    """TE, TI and, where it is in the picture, TR."""
    scan, s = state.scan, state.settings
    number = scan.made.begins + repetition(state) * scan.made.TR
    hard = [placed for placed in scan.timeline.hard if number <= placed.start < number + scan.made.TR]
    times = {p_.what.use: p_.start - number for p_ in hard if isinstance(p_.what, HardPulse)}
    excited = times["excitation"]
    spans = []
    if "inversion" in times:
        free = "TI" if s.kind == "inversion recovery" else ""
        spans.append(DiagramSpan(free, "TI", times["inversion"], excited))
    TE = scan.made.TE
    if s.kind == "bSSFP":
        spans.append(DiagramSpan("TR", "TE = TR/2", excited, excited + TE, 2.0))
    else:
        free = "" if s.kind in ("T2 map", "T2* map") else "TE"
        spans.append(DiagramSpan(free, "TE", excited, excited + TE))
    return tuple(spans)


PLOTS = (
    Diagram("sequence", "One repetition", diagram, time=run_time),
    Image("kspace", "k-space, log₁₀|s|", kspace, "inferno", -4.0, 0.0),
    Image("chosen", "Image", lambda s, p: seen(image(s, p), p), "gray", 0.0, window,
          chosen=lambda p: p.shown_pixel, sides=lambda p: p.sides, when=lambda p: not p.is_map and p.view != "head"),
    Image("map", "Map", lambda s, p: seen(relaxation_map(s, p), p), "viridis", 0.0, highest_time, "s",
          chosen=lambda p: p.shown_pixel, sides=lambda p: p.sides, when=lambda p: p.is_map),
    Graph("contrast_TE", "Signal and echo time", echo_time_lines, "TE", "S/M₀", "s", x_low=0.0, low=0.0,
          when=lambda p: p.kind in BY_TE and p.thing == "head"),
    Graph("contrast_TI", "Signal and inversion time", inversion_time_lines, "TI", "S/M₀", "s", x_low=0.0, low=0.0,
          when=lambda p: p.kind == "inversion recovery" and p.thing == "head"),
    Graph("contrast_flip", "Signal and flip angle", flip_lines, "α", "S/M₀", "°", x_low=0.0, low=0.0,
          when=lambda p: p.kind == "bSSFP" and p.thing == "head"),
    Graph("fit", "Fitted and true time", fit_lines, "true", "fitted", "s", "s", x_low=0.0, low=0.0,
          when=lambda p: p.is_map and p.thing == "head"),
    Graph("profile", "Profile through the point", profile_lines, "x/pixel", "S", low=0.0,
          when=lambda p: p.thing == "point"),
    # The picture shows it already: the last of the tabs, for its numbers.
    Image("image", "Image", lambda s, p: seen(image(s, p), p), "gray", 0.0, window,
          chosen=lambda p: p.shown_pixel, sides=lambda p: p.sides, when=lambda p: not p.is_map and p.view == "head"),
)  # fmt: skip
