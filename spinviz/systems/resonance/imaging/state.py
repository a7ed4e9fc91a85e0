"""A scan that runs: spins of the head played line by line, k-space filling, images and maps as they are completed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.physics.imaging.lines import Acquisition
from spinviz.physics.imaging.reconstruction import gridder_of, image_of
from spinviz.physics.imaging.relaxometry import Fit, fit_decay, fit_recovery, in_phase, signed
from spinviz.physics.imaging.tissues import TISSUES
from spinviz.physics.sequence.blocks import Sample, Sequence
from spinviz.physics.sequence.engine import end_of, play
from spinviz.physics.sequence.repetition import composed, steady_state
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.common.restarting import Restarting
from spinviz.systems.resonance.imaging.objects import median_in, pixel_sample, sample_of
from spinviz.systems.resonance.imaging.parameters import ImagingParameters, Settings, acquisition, series

Values = NDArray[np.float64]
Complex = NDArray[np.complex128]

HOLD = 0.25
"""Part of a scan's duration for which the finished image stays before everything is measured again."""
NOWHERE = (-1, -1)
"""Place of the chosen pixel while nobody looks into it."""
FLOOR = 0.05
"""Signal below which no relaxation time is fitted, in units of that of water."""


@dataclass(frozen=True, eq=False)
class Scan:
    """What one image needs: sequence, spins, their steady state before the first line, and when echoes come."""

    made: Acquisition
    timeline: Timeline
    sample: Sample
    start: Values
    echoes: Values
    """Time [s] after the first line began at which each readout passes the centre of k-space."""
    whole: Complex
    """The complete signal without noise."""

    @property
    def lasts(self) -> float:
        """Of all repetitions with a readout [s]."""
        return self.made.repetitions * self.made.TR


@lru_cache(maxsize=12)
def scan_of(s: Settings, image: int = 0) -> Scan:
    """The scan of one image with the signal that it will give."""
    made, sample = acquisition(s, image), sample_of(s)
    timeline = Timeline(made.sequence)
    start = _before_first_line(made, sample)
    k = np.hypot(*made.k)
    times = made.sequence.sample_times.reshape(k.shape)
    echoes = times[np.arange(len(k)), np.argmin(k, axis=1)] - made.begins
    whole = play(timeline, sample, start.copy(), made.begins, end_of(timeline), threads=2)
    for array in (start, echoes, whole):
        array.flags.writeable = False
    return Scan(made, timeline, sample, start, echoes, whole)


def _before_first_line(made: Acquisition, sample: Sample) -> Values:
    """The steady state of the repetitions before the first line; rest when there are none."""
    if made.begins == 0:
        return sample.in_equilibrium()
    period = (2 if made.kind == "bSSFP" else 1) * made.TR
    starts = made.sequence.starts[:-1]
    inside = (starts > made.begins - period - 1e-9) & (starts < made.begins - 1e-9)
    first, last = np.flatnonzero(inside)[[0, -1]]
    timeline = Timeline(Sequence(made.sequence.blocks[first : last + 1]))
    return steady_state(*composed(timeline, sample, threads=2))


@lru_cache(maxsize=8)
def noise_of(seed: int, run: int, count: int) -> Complex:
    """Complex noise (count,) of unit variance in both channels."""
    rng = np.random.default_rng([seed, run])
    noise = np.asarray(rng.normal(size=count) + 1j * rng.normal(size=count))
    noise.flags.writeable = False
    return noise


@lru_cache(maxsize=8)
def noise_scale(s: Settings) -> float:
    """Noise of each sample that gives an image noise of 1 in each channel."""
    made = acquisition(s)
    if made.cartesian:
        return made.fov**2 / made.matrix
    return float(1 / np.sqrt(np.sum(gridder_of(made).weights ** 2)))


@dataclass
class ScanState(Restarting):
    """Magnetization of all spins, what has been measured, and where the scan stands.

    m (3, N); pixel (3, PIXEL_SPINS); echo (N,): M+ at the last echo; signal (samples,) of the present image, of which
    ``acquired`` were measured in this pass; images (series, n, n) of the images done. ``local`` counts from the first
    line of the present image.
    """

    m: Values
    pixel: Values
    echo: Complex
    signal: Complex
    images: Complex
    fitted: Values
    """Relaxation time and its standard error (2, n, n) [s] of a map; 0 where there is none."""
    image: int
    passes: int
    acquired: int
    line: int
    """Readouts whose echo has passed."""
    settings: Settings
    place: tuple[int, int]
    """Row and column of the pixel that is followed, or `NOWHERE`."""
    edited: bool
    """Whether k-space was filled at once after an edit, and is being measured again."""
    complete: bool
    """Whether every image of the series is there."""
    found: dict[str, float]
    """Medians inside tissues: signal of a finished image, fitted time and its error (``"time white matter"``)."""
    seed: int

    @property
    def scan(self) -> Scan:
        """What is being measured."""
        return scan_of(self.settings, self.image)


def new_state(p: ImagingParameters, seed: int) -> ScanState:
    """The spins in their steady state, k-space empty."""
    s, n = p.settings, p.pixels
    images = np.zeros((len(series(s)) if p.is_map else 1, n, n), np.complex128)
    state = ScanState(
        np.zeros((3, 0)), np.zeros((3, 0)), np.zeros(0, complex), np.zeros(0, complex), images, np.zeros((2, n, n)),
        0, 0, 0, 0, s, p.pixel, False, False, {}, seed,
    )  # fmt: skip
    _begin_image(state, p, 0)
    if p.view != "head" and not p.is_map:
        compute(state, p)  # who looks into a pixel wants an image to choose it from
    return state


def restart(state: ScanState, p: ImagingParameters) -> None:
    """After an edit: measure again. A single image is computed at once, so that contrast follows a slider."""
    if not p.is_map:
        compute(state, p)
        return
    state.settings = p.settings
    state.local, state.passes = 0.0, state.passes + 1
    state.images[:], state.fitted[:], state.edited, state.complete = 0, 0, False, False
    state.found = {}
    _begin_image(state, p, 0)


def compute(state: ScanState, p: ImagingParameters) -> None:
    """All images as they will be, at once; then their lines are measured again."""
    state.settings = p.settings
    state.local, state.passes = 0.0, state.passes + 1
    state.complete = False
    for image in range(p.images):
        state.image = image
        state.signal = state.scan.whole + _noise(state, p)
        _finish_image(state, p)
    first = scan_of(state.settings, 0)
    signal = first.whole + noise_of(state.seed, 1000 * state.passes, len(first.whole)) * _sd(state, p)
    _begin_image(state, p, 0, signal)
    state.edited = True


def _begin_image(state: ScanState, p: ImagingParameters, image: int, signal: Complex | None = None) -> None:
    state.image = image
    scan = state.scan
    state.m = scan.start.copy()
    state.echo = np.zeros(scan.sample.count, np.complex128)
    state.signal = np.zeros(len(scan.whole), np.complex128) if signal is None else signal
    state.acquired = state.line = 0
    _put_pixel(state, p)


def _put_pixel(state: ScanState, p: ImagingParameters) -> None:
    """The isochromats of the chosen pixel, brought to the present moment."""
    scan = state.scan
    if p.view == "head":
        state.place = NOWHERE
        return
    state.place = p.pixel
    sample = pixel_sample(state.settings, p.pixel)
    state.pixel = pixel_start(state.settings, state.image, p.pixel).copy()
    if state.local > 0:
        play(scan.timeline, sample, state.pixel, scan.made.begins, scan.made.begins + min(state.local, scan.lasts))


@lru_cache(maxsize=16)
def pixel_start(s: Settings, image: int, place: tuple[int, int]) -> Values:
    """Magnetization (3, PIXEL_SPINS) of a pixel before the first line."""
    return _before_first_line(acquisition(s, image), pixel_sample(s, place))


def advance(state: ScanState, p: ImagingParameters, dt: float) -> None:
    """Play on for ``dt`` [s]; at the end of an image go on with the next one, at the end of all begin again."""
    if p.view == "head":
        state.place = NOWHERE
    elif state.place != p.pixel:
        _put_pixel(state, p)
    end = state.local + dt
    looking = p.view != "head"
    while True:
        last = state.image == len(state.images) - 1
        hold = 0.0 if looking or not last else HOLD * len(state.images) * state.scan.lasts
        whole = state.scan.lasts + hold
        _play(state, p, min(end, whole))
        if end < whole:
            break
        end = max(end - max(whole, state.local), 0.0)
        state.local = 0.0
        # Who looks into a pixel keeps the image to choose it from.
        kept = state.signal if looking and last and not p.is_map else None
        state.edited = kept is not None or (state.edited and not last)
        if last:
            state.passes += 1
        _begin_image(state, p, 0 if last else state.image + 1, kept)


def _play(state: ScanState, p: ImagingParameters, until: float) -> None:
    """Play the present image up to the local time ``until``; look at the spins at the last echo on the way."""
    scan, now = state.scan, state.local
    until = max(until, now)
    stop = min(until, scan.lasts)
    passed = int(np.searchsorted(scan.echoes, stop))
    if passed > state.line and scan.echoes[passed - 1] >= now:
        now = _play_to(state, p, now, float(scan.echoes[passed - 1]))
        state.echo = state.m[0] + 1j * state.m[1]
    state.line = max(state.line, passed)
    if stop > now:
        _play_to(state, p, now, stop)
    if state.acquired == len(state.signal) and stop >= scan.lasts and now < scan.lasts:
        _finish_image(state, p)
    state.local = until


def _play_to(state: ScanState, p: ImagingParameters, start: float, end: float) -> float:
    scan = state.scan
    start, end = scan.made.begins + start, scan.made.begins + end
    measured = play(scan.timeline, scan.sample, state.m, start, end)
    if state.place != NOWHERE:
        play(scan.timeline, pixel_sample(state.settings, state.place), state.pixel, start, end)
    first, last = state.acquired, min(state.acquired + len(measured), len(state.signal))
    state.signal[first:last] = measured[: last - first]
    if p.noise > 0:
        state.signal[first:last] += _noise(state, p)[first:last]
    state.acquired = last
    return end - scan.made.begins


def _sd(state: ScanState, p: ImagingParameters) -> float:
    return p.noise * noise_scale(state.settings)


def _noise(state: ScanState, p: ImagingParameters) -> Complex:
    run = 1000 * state.passes + state.image
    return noise_of(state.seed, run, len(state.scan.whole)) * _sd(state, p)


def _finish_image(state: ScanState, p: ImagingParameters) -> None:
    """Keep the image; once there are enough for a map, fit every pixel."""
    state.images[state.image] = image_of(state.scan.made, state.signal)
    known = len(state.images) if state.complete else state.image + 1
    state.complete = state.complete or known == len(state.images)
    if p.is_map and known >= fewest(state.settings):
        fit = fit_series(state.settings, state.images[:known])
        state.fitted = np.nan_to_num(np.stack([fit.time, fit.error]))
    if not state.settings.point:
        state.found = _medians(state)


def _medians(state: ScanState) -> dict[str, float]:
    n = state.settings.matrix
    pictures = {"signal": np.abs(state.images[-1])} if state.complete else {}
    if np.any(state.fitted[0]):
        pictures |= {"time": state.fitted[0], "error": state.fitted[1]}
    return {f"{what} {name}": median_in(values, n, name) for what, values in pictures.items() for name in TISSUES[2:]}


def fewest(s: Settings) -> int:
    """Images from which a relaxation time and its error can be found."""
    return 4 if s.kind == "T1 map" else 3


def fit_series(s: Settings, images: Complex) -> Fit:
    """Relaxation times of every pixel with signal, from the first images of a series."""
    times = series(s)[: len(images)]
    if s.kind == "T1 map":
        return fit_recovery(times, signed(images, positive=0), floor=FLOOR)
    turning = times if s.kind == "T2* map" else None
    return fit_decay(times, in_phase(images, turning), floor=FLOOR)


def picture(state: ScanState) -> Values:
    """|image| (n, n) so far, in units of the signal of water."""
    count = len(state.signal) if state.edited else state.acquired
    return np.asarray(np.abs(image_of(state.scan.made, state.signal[:count])))
