"""Stored signals of other simulators: signs, units and order are those of the file."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from spinviz.files.errors import FileError
from spinviz.files.mr_signal import holds_signal, read_mr_signal


def jemris(path: Path, values: np.ndarray, times: np.ndarray | None = None) -> Path:
    with h5py.File(path, "w") as file:
        file["signal/channels/00"] = values
        if times is not None:
            file["signal/times"] = times
    return path


def test_jemris_counts_milliseconds_and_its_samples_come_in_order(tmp_path):
    values = np.array([[1.0, 2.0, 9.0], [3.0, -4.0, 9.0], [5.0, 6.0, 9.0]])
    path = jemris(tmp_path / "a.h5", values, np.array([20.0, 5.0, 10.0]))
    assert holds_signal(path)
    stored = read_mr_signal(path)
    np.testing.assert_allclose(stored.times, [5e-3, 10e-3, 20e-3])
    np.testing.assert_array_equal(stored.signal, [3 - 4j, 5 + 6j, 1 + 2j])


def test_a_signal_without_times_keeps_its_order(tmp_path):
    stored = read_mr_signal(jemris(tmp_path / "a.h5", np.array([[1.0, 2.0], [0.0, -1.0]])))
    np.testing.assert_array_equal(stored.signal, [1 + 2j, -1j])
    assert len(stored.times) == 0


def test_pairs_of_real_and_imaginary_parts_are_complex_numbers(tmp_path):
    pairs = np.array([(1.0, 2.0), (3.0, -4.0)], dtype=[("real", "f8"), ("imag", "f8")])
    for name, values in (("pairs.mat", pairs), ("complex.h5", np.array([1 + 2j, 3 - 4j]))):
        with h5py.File(tmp_path / name, "w") as file:
            file["signal"] = values
        np.testing.assert_array_equal(read_mr_signal(tmp_path / name).signal, [1 + 2j, 3 - 4j])


@pytest.mark.parametrize(
    ("values", "times", "complaint"),
    [
        (np.zeros((2, 1)), None, "the signal has the shape (2, 1)"),
        (np.zeros((2, 2)), np.zeros(3), "2 samples have 3 times"),
        (np.full((2, 2), np.nan), None, "2 samples of the signal are not finite"),
    ],
)
def test_what_is_no_signal_gets_one_clear_line(tmp_path, values, times, complaint):
    with pytest.raises(FileError) as refusal:
        read_mr_signal(jemris(tmp_path / "a.h5", values, times))
    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)
