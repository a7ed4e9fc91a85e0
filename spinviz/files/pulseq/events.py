"""Events of a Pulseq file: RF pulses, gradients and readouts built from their rows and shapes.

Pulseq lets a spin whose offset is +f turn as exp(+2 pi i f t) and a pulse act as mag exp(i (phase + 2 pi freq t)); ours
turn the other way (see `physics.sequence`). The same physics is the complex conjugate: phases change their sign,
frequencies and gradients keep theirs, and a signal of Pulseq's convention is the conjugate of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import pi

import numpy as np
from numpy.typing import NDArray

from spinviz.files.errors import FileError, quoted
from spinviz.files.pulseq.raster_times import RasterTimes
from spinviz.files.pulseq.shapes import Shapes
from spinviz.files.pulseq.text import REWRITE, Text, steps_per_second
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.sequence.blocks import Gradient, Readout, Rf

Array = NDArray[np.float64]

MAX_RF = 1e6
"""Hz: a 90° pulse of a quarter microsecond."""
MAX_GRADIENT = 1e9
"""Hz/m: more than 20 T/m."""
MAX_READOUT = 2**24
"""Samples of one readout."""
USES = {
    "e": "excitation",
    "r": "refocusing",
    "i": "inversion",
    "s": "saturation",
    "p": "preparation",
    "o": "other",
    "u": "undefined",
}
LATE = 1e-9
"""Seconds by which times may be off: rounding."""

_RF = {
    (1, 2): "amp mag phase_shape delay freq phase",
    (1, 3): "amp mag phase_shape delay freq phase",
    (1, 4): "amp mag phase_shape time delay freq phase",
    (1, 5): "amp mag phase_shape time center delay freq_ppm phase_ppm freq phase use",
}
_SHAPED = {
    (1, 2): "amp shape delay",
    (1, 3): "amp shape delay",
    (1, 4): "amp shape time delay",
    (1, 5): "amp first last shape time delay",
}
_ADC = {
    (1, 2): "num dwell delay freq phase",
    (1, 3): "num dwell delay freq phase",
    (1, 4): "num dwell delay freq phase",
    (1, 5): "num dwell delay freq_ppm phase_ppm freq phase phase_shape",
}


class Events:
    """Events by id; every accessor raises `FileError` for what cannot be."""

    def __init__(self, text: Text, B0: float | None) -> None:
        self._text, self._path = text, text.path
        self._shape = Shapes(text)
        _refuse_channels(text)
        self._rf_rows = text.events("RF", _RF[text.version])
        self._traps = text.events("TRAP", "amp rise flat fall delay")
        self._shaped = text.events("GRADIENTS", _SHAPED[text.version])
        self._adc_rows = text.events("ADC", _ADC[text.version])
        twice = self._traps.keys() & self._shaped.keys()
        if twice:
            raise FileError(self._path, f"gradient {min(twice)} is defined in [TRAP] and in [GRADIENTS]", REWRITE)
        self._delays = text.events("DELAYS", "delay")
        self._rasters = RasterTimes(text)
        self._larmor = PROTON_GYROMAGNETIC_RATIO / (2 * pi) * self._field(B0)
        self._rf: dict[int, tuple[Rf, float]] = {}
        self._gradients: dict[tuple[int, float, bool], tuple[Gradient | None, float, float]] = {}
        self._readouts: dict[int, Readout] = {}
        self._odd_centres: list[str] = []

    @property
    def remarks(self) -> Iterator[str]:
        """What is odd about the events used so far: times off their raster, centres outside their pulse."""
        yield from self._rasters.remarks
        yield from self._odd_centres

    def delay(self, number: int) -> float:
        """Return a delay [s] (versions 1.2 and 1.3)."""
        row = self._row(self._delays, number, "delay")
        return self._duration(row, "delay", f"delay {number}")

    def rf(self, number: int) -> tuple[Rf, float]:
        """Return a pulse and the time [s] after its block began at which its shape ends."""
        if number not in self._rf:
            self._rf[number] = self._read_rf(number)
        return self._rf[number]

    def goes_on(self, number: int) -> bool:
        """Whether a gradient may begin with the amplitude with which that of the block before ends."""
        row = self._shaped.get(number)
        return row is not None and self._number(row, "delay", f"gradient {number}") == 0

    def gradient(self, number: int, before: float, onward: bool) -> tuple[Gradient | None, float, float]:
        """Return a gradient (None if it is 0 throughout), its end [s] and its last amplitude [Hz/m].

        A file older than 1.5 does not say how a shape begins and ends: it begins with ``before``, the amplitude with
        which the gradient of the block before ended, and ends with 0 unless another one follows ``onward``.
        """
        if number in self._traps:
            before, onward = 0.0, False
        key = (number, before, onward)
        if key not in self._gradients:
            self._gradients[key] = (
                self._trapezoid(number) if number in self._traps else self._arbitrary(number, before, onward)
            )
        return self._gradients[key]

    def readout(self, number: int) -> Readout:
        """Return a readout."""
        if number not in self._readouts:
            self._readouts[number] = self._read_adc(number)
        return self._readouts[number]

    # --- pulses -------------------------------------------------------------------------------------------------

    def _read_rf(self, number: int) -> tuple[Rf, float]:
        name = f"RF pulse {number}"
        row = self._row(self._rf_rows, number, "RF pulse")
        raster = self._rasters["RadiofrequencyRasterTime"]
        amplitude = self._limited(row, "amp", name, MAX_RF, "Hz")
        delay = self._timed(row, "delay", name, "RadiofrequencyRasterTime")
        magnitude = self._shape(self._id(row, "mag", name), name)
        cycles = self._phases(row, name, len(magnitude))
        w1 = np.asarray(2 * pi * amplitude * magnitude * np.exp(-2j * pi * cycles), dtype=np.complex128)
        frequency, phase = self._carrier(row, name)
        use = USES.get(row.get("use", "u").lower()[:1])
        if use is None:
            raise FileError(self._path, f"{name} is used for {quoted(row['use'])}, known are e r i s p o u", REWRITE)
        time_shape = self._id(row, "time", name) if "time" in row else 0
        if time_shape == 0:
            times = np.arange(len(w1) + 1, dtype=np.float64) / steps_per_second(raster)
            centre = self._centre(row, name, 0.0, float(times[-1]))
            return Rf(times, w1, delay, frequency, phase, True, use, centre), delay + float(times[-1])
        times = self._shape_times(time_shape, name, len(w1), raster)
        begin, end = float(times[0]), float(times[-1])
        centre = self._centre(row, name, begin, end)
        phase -= 2 * pi * frequency * begin
        return Rf(times - begin, w1, delay + begin, frequency, phase, False, use, centre), delay + end

    def _centre(self, row: dict[str, str], name: str, begin: float, end: float) -> float | None:
        """Where a pulse acts [s] after ``begin``, as version 1.5 says; None where it does not or cannot be."""
        if "center" not in row:
            return None
        centre = self._number(row, "center", name) / 1e6
        if begin - LATE <= centre <= end + LATE:
            return centre - begin
        problem = f"the centre of {name} is {1e6 * centre:.10g} µs, not within {1e6 * begin:g} and {1e6 * end:g} µs"
        self._odd_centres.append(f"{problem}: its peak is taken")
        return None

    def _phases(self, row: dict[str, str], name: str, count: int) -> Array:
        number = self._id(row, "phase_shape", name)
        cycles = self._shape(number, name) if number else np.zeros(count)
        if len(cycles) != count:
            problem = f"{name} has {count} magnitudes and {len(cycles)} phases"
            raise FileError(self._path, problem, REWRITE)
        return cycles

    def _carrier(self, row: dict[str, str], name: str) -> tuple[float, float]:
        """Frequency [Hz] and phase [rad] in our convention; ppm count from the Larmor frequency."""
        value = {key: self._number(row, key, name) for key in ("freq", "phase", "freq_ppm", "phase_ppm") if key in row}
        frequency = value["freq"] + 1e-6 * value.get("freq_ppm", 0.0) * self._larmor
        return frequency, -(value["phase"] + 1e-6 * value.get("phase_ppm", 0.0) * self._larmor)

    def _field(self, B0: float | None) -> float:
        """B0 [T] as given, or as the definitions say, or Pulseq's usual 1.5 T."""
        if B0 is not None:
            return B0
        return self._text.number(self._text.definitions.get("B0", "1.5"), "B0 in [DEFINITIONS]")

    # --- gradients ----------------------------------------------------------------------------------------------

    def _trapezoid(self, number: int) -> tuple[Gradient | None, float, float]:
        name, row = f"gradient {number}", self._traps[number]
        amplitude = self._limited(row, "amp", name, MAX_GRADIENT, "Hz/m")
        # Whole microseconds are added before they become seconds, so that equal times are equal floats.
        us = [self._timed(row, key, name, "GradientRasterTime", 1.0) for key in ("delay", "rise", "flat", "fall")]
        times = np.cumsum(us) / 1e6
        if amplitude == 0 or times[-1] == times[0]:
            return None, float(times[-1]), 0.0
        # A side that takes no time has one knot, at which the amplitude jumps.
        keep = np.array([us[1] > 0, True, us[2] > 0, us[3] > 0])
        heights = np.array([0.0, amplitude, amplitude, 0.0])
        return Gradient(times[keep], heights[keep]), float(times[-1]), 0.0

    def _arbitrary(self, number: int, before: float, onward: bool) -> tuple[Gradient | None, float, float]:
        name = f"gradient {number}"
        row = self._row(self._shaped, number, "gradient")
        raster = self._rasters["GradientRasterTime"]
        amplitude = self._limited(row, "amp", name, MAX_GRADIENT, "Hz/m")
        delay = self._timed(row, "delay", name, "GradientRasterTime")
        heights = amplitude * self._shape(self._id(row, "shape", name), name)
        if np.abs(heights).max() > MAX_GRADIENT:
            raise FileError(self._path, f"{name} reaches {np.abs(heights).max():g} Hz/m, {_LIMIT_GRADIENT}", REWRITE)
        time_shape = self._id(row, "time", name) if "time" in row else 0
        if time_shape > 0:
            times = self._shape_times(time_shape, name, len(heights), raster)
        else:
            first, last = self._ends(row, name, heights, before if delay == 0 else 0.0, onward)
            step, offset = (raster, 0.5) if time_shape == 0 else (raster / 2, 1.0)
            rate = steps_per_second(step)
            inner = (np.arange(len(heights)) + offset) / rate
            times = np.concatenate([[0.0], inner, [(len(heights) - 1 + 2 * offset) / rate]])
            heights = np.concatenate([[first], heights, [last]])
        end = delay + float(times[-1])
        gradient = Gradient(delay + times, heights) if np.any(heights) else None
        return gradient, end, float(heights[-1])

    def _ends(self, row: dict[str, str], name: str, heights: Array, before: float, onward: bool) -> tuple[float, float]:
        """Amplitudes at the beginning and end of samples that stand between them."""
        if "first" in row:
            first, last = (self._limited(row, key, name, MAX_GRADIENT, "Hz/m") for key in ("first", "last"))
            return first, last
        if not onward:
            return before, 0.0
        return before, float(heights[-1] if len(heights) == 1 else (3 * heights[-1] - heights[-2]) / 2)

    # --- readouts -----------------------------------------------------------------------------------------------

    def _read_adc(self, number: int) -> Readout:
        name = f"readout {number}"
        row = self._row(self._adc_rows, number, "readout")
        samples = self._whole(row, "num", name)
        if not 1 <= samples <= MAX_READOUT:
            problem = f"{name} has {samples} samples, allowed are 1 to {MAX_READOUT}"
            raise FileError(self._path, problem, "divide it into several readouts")
        dwell = self._number(row, "dwell", name)
        if dwell <= 0:
            raise FileError(self._path, f"the dwell time of {name} is {dwell:g} ns, it must be above 0", REWRITE)
        self._rasters.check(dwell / 1e9, "AdcRasterTime", f"the dwell time of {name}")
        delay = self._duration(row, "delay", name)
        frequency, phase = self._carrier(row, name)
        return Readout(samples, dwell / 1e9, delay, frequency, phase, self._modulation(row, name, samples))

    def _modulation(self, row: dict[str, str], name: str, samples: int) -> tuple[float, ...]:
        """Phases of each sample [rad] in our convention; a file adds them to the phase of the receiver."""
        number = self._id(row, "phase_shape", name) if "phase_shape" in row else 0
        if number == 0:
            return ()
        phases = self._shape(number, name)
        if len(phases) != samples:
            raise FileError(self._path, f"{name} has {samples} samples and {len(phases)} phases", REWRITE)
        return tuple((-phases).tolist())

    # --- fields of a row ----------------------------------------------------------------------------------------

    def _row(self, rows: dict[int, dict[str, str]], number: int, kind: str) -> dict[str, str]:
        if number not in rows:
            raise FileError(self._path, f"a block uses {kind} {number}, which does not exist", REWRITE)
        return rows[number]

    def _number(self, row: dict[str, str], key: str, name: str) -> float:
        return self._text.number(row[key], f"'{key}' of {name}")

    def _whole(self, row: dict[str, str], key: str, name: str) -> int:
        return self._text.whole(row[key], f"'{key}' of {name}")

    def _id(self, row: dict[str, str], key: str, name: str) -> int:
        number = self._whole(row, key, name)
        if number < (-1 if key == "time" else 0):
            raise FileError(self._path, f"'{key}' of {name} is {number}, which is no shape", REWRITE)
        return number

    def _limited(self, row: dict[str, str], key: str, name: str, limit: float, unit: str) -> float:
        value = self._number(row, key, name)
        if abs(value) > limit:
            problem = f"'{key}' of {name} is {value:g} {unit}, the limit is {limit:g} {unit}"
            raise FileError(self._path, problem, "make it weaker and longer")
        return value

    def _duration(self, row: dict[str, str], key: str, name: str, per: float = 1e6) -> float:
        value = self._number(row, key, name)
        if value < 0:
            raise FileError(self._path, f"'{key}' of {name} is {value:g} us, it must be 0 or more", REWRITE)
        return value / per

    def _timed(self, row: dict[str, str], key: str, name: str, raster: str, per: float = 1e6) -> float:
        """Return a duration (given in us) divided by ``per`` after a look at the raster."""
        value = self._duration(row, key, name, 1.0)
        self._rasters.check(value / 1e6, raster, f"'{key}' of {name}")
        return value / per

    def _shape_times(self, number: int, name: str, count: int, raster: float) -> Array:
        """Times (count,) [s] of samples; -1: every half raster."""
        if number == -1:
            return np.asarray(np.arange(1, count + 1) / steps_per_second(raster / 2), dtype=np.float64)
        times = self._shape(number, name) / steps_per_second(raster)
        if len(times) != count:
            problem = f"{name} has {count} samples and {len(times)} times"
            if count % len(times) == 0:
                problem += f", as if {count // len(times)} transmit channels (pTx) followed each other"
            raise FileError(self._path, problem, REWRITE)
        if times[0] < 0 or count < 2 or np.any(np.diff(times) <= 0):
            problem = f"the times of {name} (shape {number}) do not rise from 0 or more"
            raise FileError(self._path, problem, REWRITE)
        return np.asarray(times, dtype=np.float64)


def _refuse_channels(text: Text) -> None:
    """Refuse pulses whose rows end in two shapes more: magnitudes and phases of several transmit channels."""
    usual = 1 + len(_RF[text.version].split())
    for line in text.sections.get("RF", ()):
        if len(line.split()) == usual + 2:
            problem = f"[RF] has per-channel transmit columns (pTx): {usual + 2} of them, {usual} serve one channel"
            raise FileError(text.path, problem, "write the sequence for one transmit channel")


_LIMIT_GRADIENT = f"the limit is {MAX_GRADIENT:g} Hz/m"
