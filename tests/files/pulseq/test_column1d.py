"""A published comparison of simulators: column1d under an EPI sequence, beside the signals of KomaMRI and JEMRIS.

C. Castillo-Passi et al., Magn. Reson. Med. 90, 329 (2023), examples/5.koma_paper/comparison_accuracy. Conventions
found to agree with both: a sample of a pulse is constant over its interval of 1 us; readout samples lie in the middle
of their dwell time; a signal of ours is theirs up to one complex factor, without conjugation; the outer voxels of a
mesh of n voxels of width d have their middles (n - 1) d apart.
"""

from pathlib import Path

import h5py
import numpy as np
import pytest

from spinviz.files.phantom import read_phantom
from spinviz.files.pulseq.read import read_pulseq
from spinviz.physics.sequence.blocks import Sequence
from spinviz.physics.sequence.engine import simulate
from spinviz.physics.sequence.timeline import Timeline

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "mr"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason=f"no MR data of other programs in {FOLDER}")


@pytest.fixture(scope="module")
def sequence() -> Sequence:
    return read_pulseq(FOLDER / "epi_100x100_TE100_FOV230.seq")


@pytest.fixture(scope="module")
def signal(sequence: Sequence) -> np.ndarray:
    return simulate(Timeline(sequence), read_phantom(FOLDER / "column1d.h5"), threads=1)


def nmae(signal: np.ndarray, reference: np.ndarray) -> float:
    """Mean absolute error [%] of the span of |reference|, after one global complex factor (least squares)."""
    factor = np.vdot(signal, reference) / np.vdot(signal, signal)
    return float(100 * np.mean(np.abs(factor * signal - reference)) / np.ptp(np.abs(reference)))


def test_it_agrees_with_komamri(signal: np.ndarray) -> None:
    """KomaMRI stores float32: 3e-4 % is what an exact calculation reaches."""
    with h5py.File(FOLDER / "column1d_signal_koma.mat") as file:
        stored = file["signal"][()].ravel()
    assert nmae(signal, stored["real"] + 1j * stored["imag"]) < 0.0005


def test_it_agrees_with_jemris(signal: np.ndarray) -> None:
    """JEMRIS steps with a tolerance: it is 0.073 % from KomaMRI, and so from an exact calculation."""
    with h5py.File(FOLDER / "column1d_signal_jemris.h5") as file:
        stored = file["signal/channels/00"][()]
    assert nmae(signal, stored[:, 0] + 1j * stored[:, 1]) < 0.08


def test_samples_lie_where_jemris_takes_them(sequence: Sequence) -> None:
    """JEMRIS stores times in ms; those of a sequence of 1 s add up to 1e-15 s."""
    with h5py.File(FOLDER / "column1d_signal_jemris.h5") as file:
        times = file["signal/times"][()]
    np.testing.assert_allclose(sequence.sample_times, 1e-3 * times, rtol=0, atol=1e-12)
