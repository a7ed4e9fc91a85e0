"""The signal becomes a tone of known pitch, decay and loudness, in a file that others read."""

import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toy import Toy

from spinviz.export.sound import LOUDEST, PITCH, RATE, SoundError, channels_of, save_sound, sound_of
from spinviz.files.errors import FileError
from spinviz.model.frame import History
from spinviz.model.plots import Spectrum
from spinviz.model.system import Observable


class Receiver(Toy):
    plots = (Spectrum("spectrum", "Spectrum", "re", "im"),)


class Played(Toy):
    plots = ()
    signal = ("signal", "signal_90")
    observables = (Observable("signal", "", ""), Observable("signal_90", "", ""))


def decay(offset: float, T2: float, length: float) -> History:
    time = np.arange(0, length, 1e-3)
    signal = np.exp(2j * np.pi * offset * time - time / T2)
    return History(time, {"re": signal.real, "im": signal.imag}, {})


def pitch(samples: Any) -> float:
    """The frequency of the highest line, from a transform padded to 0.05 Hz."""
    line = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 20 * RATE))
    return float(np.argmax(line)) / 20


@pytest.mark.parametrize("offset", [25.0, -25.0])
def test_offsets_are_heard_as_higher_and_lower(offset: float) -> None:
    samples = sound_of(Receiver(), decay(offset, 10.0, 3.0))
    assert len(samples) / RATE == pytest.approx(3.0, abs=0.01)
    assert pitch(samples) == pytest.approx(PITCH + offset, abs=0.2)


def test_short_signals_are_slowed_down_to_be_heard() -> None:
    samples = sound_of(Receiver(), decay(50.0, 0.1, 0.2))
    assert len(samples) == 2 * RATE
    assert pitch(samples) == pytest.approx(PITCH + 50 * 0.199 / 2, abs=0.5)
    # exp(-t/T2) with T2 = 0.1 s of the run, which lasts 0.199 s of it and 2 s of the listener.
    early, late = (np.abs(samples[n : n + 2000]).max() for n in (10_000, 50_000))
    assert late / early == pytest.approx(np.exp(-40_000 / RATE * 0.199 / 2 / 0.1), rel=0.02)


def test_long_ones_are_quickened_and_all_are_equally_loud() -> None:
    loud = replace(decay(0.0, 1e9, 30.0))
    samples = sound_of(Receiver(), History(loud.time, {k: 1e-6 * v for k, v in loud.observables.items()}, {}))
    assert len(samples) == 10 * RATE
    assert np.abs(samples).max() == pytest.approx(32767 * LOUDEST, abs=40)
    assert abs(samples[0]) < 10
    assert abs(samples[-1]) < 1000


def test_what_cannot_be_heard_is_said() -> None:
    with pytest.raises(SoundError, match="Toy has no signal to hear"):
        channels_of(Toy())
    nothing = History(np.zeros(0), {"re": np.zeros(0), "im": np.zeros(0)}, {})
    with pytest.raises(SoundError, match="let the system run first"):
        sound_of(Receiver(), nothing)
    silent = decay(0.0, 1.0, 1.0)
    with pytest.raises(SoundError, match="apply a pulse first"):
        sound_of(Receiver(), History(silent.time, {k: 0 * v for k, v in silent.observables.items()}, {}))


def test_systems_that_play_sequences_have_the_usual_channels() -> None:
    assert channels_of(Played()) == ("signal", "signal_90")
    gaps = History(np.linspace(0, 3, 100), {"signal": np.full(100, np.nan), "signal_90": np.ones(100)}, {})
    assert np.abs(sound_of(Played(), gaps)).max() > 20_000


def test_the_file_is_read_by_others_or_says_why_not(tmp_path: Path) -> None:
    samples = sound_of(Receiver(), decay(3.0, 0.5, 2.5))
    save_sound(tmp_path / "a.wav", samples)
    with wave.open(str(tmp_path / "a.wav")) as stream:
        assert (stream.getnchannels(), stream.getsampwidth(), stream.getframerate()) == (1, 2, RATE)
        read = np.frombuffer(stream.readframes(stream.getnframes()), "<i2")
    np.testing.assert_array_equal(read, samples)
    with pytest.raises(FileError, match="create it or choose another folder"):
        save_sound(tmp_path / "nowhere" / "a.wav", samples)
