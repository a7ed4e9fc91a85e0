"""Motion in KomaMRI's phantoms: every action, curve and range as its program writes them, and one line for bad ones."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from spinviz.files.errors import FileError
from spinviz.files.phantom import read_phantom
from spinviz.physics.sequence.moves import Motion

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
REST = np.array([[0.0, 1.0, 0.0, 2.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
"""m; the last spin has no density."""
ONCE = {"t": [0.0, 1.0], "t_unit": [0.0, 1.0], "periodic": "false", "periods": 1.0}


def write(path: Path, action: dict, time: dict = ONCE, spins: dict | None = None, number: int = 1) -> Path:
    """One move, as KomaMRI writes it: lists become datasets, single values attributes."""
    with h5py.File(path, "a") as file:
        if number == 1:
            for axis, row in zip("xyz", REST):
                file[f"position/{axis}"] = row
            for name, value in (("ρ", [1.0, 1.0, 1.0, 0.0]), ("T1", [1.0] * 4), ("T2", [0.1] * 4)):
                file[f"contrast/{name}"] = np.array(value)
        move = file.create_group(f"motion/motion_{number}")
        parts = {"action": action, "time": {"type": "TimeCurve"} | time, "spins": spins or {"type": "AllSpins"}}
        for name, values in parts.items():
            group = move.create_group(name)
            for key, value in values.items():
                if isinstance(value, list | np.ndarray):
                    group[key] = np.array(value)
                else:
                    group.attrs[key] = value
    return path


def places(path: Path, t: float) -> np.ndarray:
    """Displacements of the three spins as rows."""
    sample = read_phantom(path)
    assert isinstance(sample.motion, Motion)
    return (sample.motion.place(sample.position, t) - sample.position).T


def test_translation_of_all(tmp_path):
    path = write(tmp_path / "p.phantom", {"type": "Translate", "dx": 0.01, "dy": -0.02, "dz": 0.03})
    np.testing.assert_allclose(places(path, 0.5), [[0.005, -0.01, 0.015]] * 3)
    np.testing.assert_allclose(places(path, 7.0), [[0.01, -0.02, 0.03]] * 3)


def test_rotation_of_a_range_about_its_middle_or_a_point(tmp_path):
    """Spins 2 and 3, at (1, 0) and (0, 1), about (1/2, 1/2) or (0, 0)."""
    turn = {"type": "Rotate", "pitch": 0.0, "roll": 0.0, "yaw": 90.0}
    chosen = {"type": "SpinRange", "range": "2:3"}
    path = write(tmp_path / "p.phantom", turn | {"center": "CenterOfMass"}, spins=chosen)
    np.testing.assert_allclose(places(path, 1.0), [[0, 0, 0], [0, 1, 0], [0, -1, 0]], atol=1e-15)
    path = write(tmp_path / "q.phantom", turn | {"center": [0.0, 0.0, 0.0]}, spins=chosen)
    np.testing.assert_allclose(places(path, 1.0), [[0, 0, 0], [-1, 1, 0], [-1, -1, 0]], atol=1e-15)


def test_heart_beat_from_the_outermost_spin(tmp_path):
    """The spin without density, at 2 m, is the rim: it shrinks the others by 0.2 of 2 m, here to the axis at most."""
    beat = {"type": "HeartBeat", "circumferential_strain": -0.2, "radial_strain": 0.0, "longitudinal_strain": 0.0}
    np.testing.assert_allclose(
        places(write(tmp_path / "p.phantom", beat), 1.0), [[0, 0, 0], [-0.4, 0, 0], [0, -0.4, 0]]
    )


def test_paths_of_two_spins_as_julia_stores_them(tmp_path):
    """Columns of Julia's matrices follow each other: (times, spins) here. Spins 1 and 3 at three times."""
    table = np.array([[0.0, 0.0], [0.1, 0.2], [0.1, 0.6]])
    path = {"type": "Path", "dx": table, "dy": 0 * table, "dz": -table}
    file = write(tmp_path / "p.phantom", path, spins={"type": "SpinRange", "range": "1:2:3"})
    np.testing.assert_allclose(places(file, 0.75), [[0.1, 0, -0.1], [0, 0, 0], [0.4, 0, -0.4]])


def test_a_square_table_is_taken_as_julia_stores_it(tmp_path):
    """Three times for three spins: the second row is the second time."""
    table = np.array([[0.0, 0.0, 0.0], [0.1, 0.2, 0.3], [0.1, 0.6, 0.9]])
    path = {"type": "Path", "dx": table, "dy": 0 * table, "dz": 0 * table}
    file = write(tmp_path / "p.phantom", path, spins={"type": "SpinRange", "range": "1:3"})
    np.testing.assert_allclose(places(file, 0.5)[:, 0], [0.1, 0.2, 0.3])


def test_a_table_of_spins_and_times_is_taken_too(tmp_path):
    table = np.array([[0.0, 0.1], [0.0, 0.2], [0.0, 0.3], [0.0, 0.4]])
    path = {"type": "Path", "dx": table, "dy": 0 * table, "dz": 0 * table}
    np.testing.assert_allclose(places(write(tmp_path / "p.phantom", path), 1.0)[:, 0], [0.1, 0.2, 0.3])


def test_flow_renews_spins(tmp_path):
    table = np.array([[0.0] * 4, [0.5] * 4, [0.0] * 4])
    reset = np.array([[0] * 4, [0] * 4, [1, 0, 1, 0]])
    flow = {"type": "FlowPath", "dx": table, "dy": 0 * table, "dz": 0 * table, "spin_reset": reset}
    path = write(tmp_path / "p.phantom", flow)
    np.testing.assert_allclose(places(path, 0.75)[:, 0], [0.5, 0.25, 0.5])
    sample = read_phantom(path)
    m = np.zeros((3, 3))
    sample.motion.renew(sample, m, 1.0, 1e-3)
    assert m[2].tolist() == [1, 0, 1]


def test_curves_that_repeat_and_periods_of_different_lengths(tmp_path):
    """Up in 0.2 s and down in 0.3 s, again and again; then periods of 1 and 2 times 0.5 s."""
    there = {"type": "Translate", "dx": 1.0, "dy": 0.0, "dz": 0.0}
    beat = {"t": [0.0, 0.2, 0.5], "t_unit": [0.0, 1.0, 0.0], "periodic": "true", "periods": 1.0}
    path = write(tmp_path / "p.phantom", there, beat)
    np.testing.assert_allclose([places(path, t)[0, 0] for t in (0.1, 0.35, 0.7, 5.1)], [0.5, 0.5, 1.0, 0.5])
    path = write(tmp_path / "q.phantom", there, beat | {"periods": [1.0, 2.0]})
    np.testing.assert_allclose([places(path, t)[0, 0] for t in (0.1, 0.7, 0.9, 1.6)], [0.5, 0.5, 1.0, 0.5])
    path = write(tmp_path / "r.phantom", there, beat | {"periods": 2.0})
    np.testing.assert_allclose([places(path, t)[0, 0] for t in (0.2, 0.4, 1.2)], [0.5, 1.0, 0.5])


def test_several_moves_add(tmp_path):
    path = write(tmp_path / "p.phantom", {"type": "Translate", "dx": 1.0, "dy": 0.0, "dz": 0.0})
    write(path, {"type": "Translate", "dx": 0.0, "dy": 2.0, "dz": 0.0}, number=2)
    np.testing.assert_allclose(places(path, 0.5), [[0.5, 1.0, 0.0]] * 3)


@pytest.mark.skipif(not CASES.is_dir(), reason=f"{CASES} is absent")
def test_a_walker_with_numbers_in_datasets():
    sample = read_phantom(CASES / "phantom-07-moving.phantom")
    np.testing.assert_allclose(sample.motion.place(sample.position, 0.5), [[0.005] * 3, [0] * 3, [0] * 3])


SHIFT = {"type": "Translate", "dx": 0.01, "dy": 0.0, "dz": 0.0}
BAD = {
    "unknown action": (({"type": "Swim"},), "the move 'Swim' is unknown, known are Translate"),
    "no number": (({"type": "Translate", "dx": "far", "dy": 0.0, "dz": 0.0},), "has no number dx"),
    "nan": ((SHIFT | {"dx": np.nan},), "dx of a move is nan"),
    "too far": ((SHIFT | {"dx": 11.0},), "dx of a move is 11, expected are numbers up to 10"),
    "range": ((SHIFT, ONCE, {"type": "SpinRange", "range": "2:5"}), "the spins '2:5' of a move lie outside 1 to 4"),
    "no range": ((SHIFT, ONCE, {"type": "SpinRange", "range": "a:b"}), "the spins of a move are 'SpinRange' 'a:b'"),
    "times fall": ((SHIFT, ONCE | {"t": [1.0, 0.0]}), "times must rise"),
    "times and values": ((SHIFT, ONCE | {"t": [0.0, 1.0, 2.0]}), "has 3 times, 2 values"),
    "values": ((SHIFT, ONCE | {"t_unit": [0.0, 2.0]}), "goes from 0 to 2, not 0 to 1"),
    "periods": ((SHIFT, ONCE | {"periods": 0.0}), "has 1 periods, the least 0"),
    "no duration": ((SHIFT, ONCE | {"t": [1.0, 1.0], "periodic": "true"}), "lasts 0 s, it must be above 0"),
    "table": (({"type": "Path", "dx": np.zeros((3, 3)), "dy": np.zeros((3, 3)), "dz": np.zeros((3, 3))},),
              r"has the shape \(3, 3\) for 4 spins"),
    "infinite table": (({"type": "Path", **dict.fromkeys(("dx", "dy", "dz"), np.full((2, 4), np.inf))},), "not finite"),
    "text table": (({"type": "Path", **dict.fromkeys(("dx", "dy", "dz"), np.array([b"a"]))},), "has no table dx"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_motion_gets_one_clear_line(tmp_path, name):
    arguments, complaint = BAD[name]
    with pytest.raises(FileError, match=complaint) as caught:
        read_phantom(write(tmp_path / "p.phantom", *arguments))
    assert "\n" not in str(caught.value)


def test_the_motion_of_early_versions_is_refused_by_name(tmp_path):
    path = write(tmp_path / "p.phantom", SHIFT)
    with h5py.File(path, "a") as file:
        del file["motion"]
        file.create_group("motion").create_group("types")
    with pytest.raises(
        FileError, match=r"/motion/types has no action with a type; write .* with KomaMRI 0\.9 or later"
    ):
        read_phantom(path)
