"""The signal of a run as sound: what a receiver hears, mixed to an audible pitch, as a WAV file."""

from __future__ import annotations

import io
import os
import wave
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.files.atomic import atomic_write
from spinviz.model.abilities import HasSignal
from spinviz.model.frame import History
from spinviz.model.system import System

RATE = 44_100
"""Samples per second."""
PITCH = 440.0
"""Frequency at which a signal on resonance sounds [Hz]."""
SHORTEST, LONGEST = 2.0, 10.0
"""Seconds that a sound lasts: shorter runs are slowed down to be heard, longer ones are quickened."""
LOUDEST = 0.9
FADE = 0.005
"""Seconds in which a sound comes and goes: sudden ends click."""


class SoundError(ValueError):
    """There is nothing to hear: one line with the remedy."""


def channels_of(system: System[Any, Any]) -> tuple[str, str]:
    """Return the observables that are the signal in phase and 90 degrees behind, empty where there is no second one.

    Errors: `SoundError`.
    """
    for plot in system.plots:
        if (signal := plot.signal()) is not None:
            return signal
    if isinstance(system, HasSignal):
        return system.signal
    raise SoundError(f"{system.title} has no signal to hear: open a system of magnetic resonance")


def sound_of(system: System[Any, Any], history: History) -> NDArray[np.int16]:
    """Return the signal recorded so far as samples (n,) at `RATE`. Errors: `SoundError`.

    The signal s(t) (complex, in the rotating frame) becomes Re[s(t) exp(2 pi i `PITCH` t')] with the time t' of the
    listener, which goes on more slowly than t in a short run.
    """
    real, imaginary = channels_of(system)
    time = history.time
    if len(time) < 2 or not time[-1] > time[0]:
        raise SoundError("there is no signal yet: let the system run first")
    signal = np.nan_to_num(history.observables[real]).astype(complex)
    if imaginary:
        signal += 1j * np.nan_to_num(history.observables[imaginary])
    length = float(min(max(time[-1] - time[0], SHORTEST), LONGEST))
    heard = np.arange(round(length * RATE)) / RATE
    baseband = np.interp(heard * (time[-1] - time[0]) / length + time[0], time, signal)
    tone = np.real(baseband * np.exp(2j * np.pi * PITCH * heard))
    peak = float(np.max(np.abs(baseband)))
    if peak == 0:
        raise SoundError("the signal is zero so far: apply a pulse first")
    ends = np.clip(np.minimum(heard, heard[-1] - heard) / FADE, 0.0, 1.0)
    return np.round(32767 * LOUDEST / peak * ends * tone).astype(np.int16)


def save_sound(path: str | os.PathLike[str], samples: NDArray[np.int16]) -> None:
    """Write samples (n,) as a WAV file of one channel and 16 bits, completely or not at all. Errors: `FileError`."""
    content = io.BytesIO()
    with wave.open(content, "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(RATE)
        stream.writeframes(samples.astype("<i2").tobytes())
    with atomic_write(path) as target:
        target.write(content.getvalue())
