"""Phantoms: real ones by their numbers, both formats, and one clear line for every bad one."""

from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spinviz.files import phantom
from spinviz.files.errors import FileError
from spinviz.files.phantom import read_phantom

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "mr"
real = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} with the real phantoms is absent")


def mesh(nz=1, ny=2, nx=3) -> np.ndarray:
    """Density 1 to 6 along x, then y; T1 = 1 s, T2 = 0.1 s."""
    data = np.zeros((nz, ny, nx, 5))
    data[..., 0] = 1 + np.arange(nz * ny * nx).reshape(nz, ny, nx)
    data[..., 1], data[..., 2] = 1e-3, 1e-2
    return data


def write(path, data, resolution=(2.0, 3.0, 4.0), offset=(0.0, 0.0, 10.0)):
    with h5py.File(path, "w") as file:
        file["sample/data"] = data
        file["sample/resolution"] = np.array(resolution)
        file["sample/offset"] = np.array(offset)
    return path


def koma(path, **contrast):
    values = {"ρ": [1.0, 2.0, 0.0], "T1": [1.0, 2.0, 0.0], "T2": [0.1, 0.2, 0.0], "Δw": [5.0, -5.0, 0.0], **contrast}
    with h5py.File(path, "w") as file:
        file["position/x"] = np.array([1e-3, 2e-3, 3e-3])
        file["position/y"] = np.array([-1e-3, 0.0, 0.0])
        for name, numbers in values.items():
            if numbers is not None:
                file[f"contrast/{name}"] = np.array(numbers)
    return path


def test_mesh_is_centred_and_in_millimetres(tmp_path):
    data = mesh()
    data[0, 0, 1, 0] = 0
    data[0, 1, 2, 4] = 40.0
    sample = read_phantom(write(tmp_path / "p.h5", data))
    np.testing.assert_allclose(sample.M0, [1, 3, 4, 5, 6])
    np.testing.assert_allclose(sample.position[0], 1e-3 * np.array([-2, 2, -2, 0, 2]))
    np.testing.assert_allclose(sample.position[1], 1e-3 * np.array([-1.5, -1.5, 1.5, 1.5, 1.5]))
    np.testing.assert_allclose(sample.position[2], 0.010)
    np.testing.assert_allclose(sample.T1, 1.0)
    np.testing.assert_allclose(sample.T2, 0.1)
    np.testing.assert_allclose(sample.dw, [0, 0, 0, 0, 40.0])


def test_a_rate_of_zero_is_no_relaxation(tmp_path):
    data = mesh()
    data[..., 1:3] = 0
    sample = read_phantom(write(tmp_path / "p.h5", data))
    assert np.isinf(sample.T1).all()
    assert np.isinf(sample.T2).all()


def test_komas_own_format(tmp_path):
    sample = read_phantom(koma(tmp_path / "p.phantom"))
    assert sample.count == 2  # the third has no density
    np.testing.assert_allclose(sample.position, [[1e-3, 2e-3], [-1e-3, 0], [0, 0]])
    np.testing.assert_allclose(sample.T2, [0.1, 0.2])
    np.testing.assert_allclose(sample.dw, [5, -5])


def test_the_transmitted_field_is_a_column(tmp_path):
    sample = read_phantom(koma(tmp_path / "p.phantom", B1=[0.8, 1.2, 0.0]))
    np.testing.assert_allclose(sample.b1, [0.8, 1.2])
    np.testing.assert_allclose(read_phantom(koma(tmp_path / "q.phantom")).b1, 1.0)
    with pytest.raises(FileError, match="B1 of spin 1 is nan, it must be finite"):
        read_phantom(koma(tmp_path / "r.phantom", B1=[1.0, np.nan, 0.0]))


def test_early_versions_of_komas_format(tmp_path):
    path = koma(tmp_path / "p.phantom", T1=None, ρ=None)
    with h5py.File(path, "a") as file:
        file["contrast/rho/values"] = np.array([1.0, 2.0, 3.0])
        file["contrast/T1/values"], file["contrast/T1/table"] = np.array([2, 1, 2]), np.array([0.5, 1.5])
        file["contrast/T2"][2] = 0.3
    np.testing.assert_allclose(read_phantom(path).T1, [1.5, 0.5, 1.5])
    with h5py.File(path, "a") as file:
        file["contrast/T1/values"][0] = 3
    with pytest.raises(FileError, match="T1 has numbers outside its table of 2 rows"):
        read_phantom(path)


@real
def test_column():
    """200 spins a millimetre apart, T1 = T2 = 50 ms in one half, 100 ms in the other."""
    sample = read_phantom(FOLDER / "column1d.h5")
    assert sample.count == 200
    np.testing.assert_allclose(np.diff(sample.position[0]), 1e-3)
    np.testing.assert_allclose(sample.position.sum(axis=1), 0, atol=1e-12)
    assert set(np.round(sample.T1, 12)) == set(np.round(sample.T2, 12)) == {0.05, 0.1}


@real
def test_brain():
    sample = read_phantom(FOLDER / "brain.h5")
    assert sample.count == 25841
    assert np.ptp(sample.position[0]) <= 0.18
    assert np.ptp(sample.position[1]) <= 0.216
    assert (sample.T2 < sample.T1).all()


def spoiled(place: tuple, value: float) -> np.ndarray:
    data = mesh()
    data[place] = value
    return data


BAD = {
    "nan density": (spoiled((0, 0, 1, 0), np.nan), "the density of spin 1 is nan, it must be finite"),
    "negative density": (spoiled((0, 0, 1, 0), -1), "the density of spin 1 is -1, it must be above 0"),
    "nan T1": (spoiled((0, 1, 0, 1), np.nan), "T1 of spin 3 is nan, it must be above 0 s"),
    "negative T1": (spoiled((0, 1, 0, 1), -1e-3), "T1 of spin 3 is -1, it must be above 0 s"),
    "negative T2": (spoiled((..., 2), -1e-2), r"T2 of spin 0 is -0.1, it must be above 0 s; .*6 spins"),
    "infinite rate": (spoiled((..., 2), np.inf), "T2 of spin 0 is 0, it must be above 0 s"),
    "T2 above 2 T1": (spoiled((0, 0, 0, 2), 1e-4), "T2 of spin 0 is 10 with T1 = 1, it must be at most 2 T1"),
    "nan offset": (spoiled((0, 0, 0, 4), np.nan), "the offset of spin 0 is nan"),
    "empty": (mesh() * 0, "its density is 0 everywhere"),
    "columns": (mesh()[..., :4], r"has the shape \(1, 2, 3, 4\), expected is \(z, y, x, 5\)"),
    "one number": (np.float64(1), "has the shape"),
    "text": (np.array([b"a"]), "not real numbers"),
    "complex": (mesh() * 1j, "not real numbers"),
    "nothing": (np.zeros((0, 5)), "its density is 0 everywhere"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_meshes_get_one_clear_line(tmp_path, name):
    data, complaint = BAD[name]
    with pytest.raises(FileError, match=complaint) as caught:
        read_phantom(write(tmp_path / "p.h5", data))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("resolution", "offset", "complaint"),
    [
        ((0.0, 1.0, 1.0), (0.0,) * 3, "resolution is 0 mm, it must be above 0"),
        ((1.0, 1.0), (0.0,) * 3, "expected are 3 finite numbers"),
        ((1.0,) * 3, (np.nan, 0.0, 0.0), "expected are 3 finite numbers"),
        ((1.0,) * 3, (1e6, 0.0, 0.0), "the position of spin 0 is .*, it must be within 10 m"),
    ],
)
def test_bad_places_get_one_clear_line(tmp_path, resolution, offset, complaint):
    with pytest.raises(FileError, match=complaint):
        read_phantom(write(tmp_path / "p.h5", mesh(), resolution, offset))


@pytest.mark.parametrize(
    ("contrast", "complaint"),
    [
        ({"T1": [1.0, -2.0, 0.0]}, "T1 of spin 1 is -2"),
        ({"T1": None}, "contrast lacks T1"),
        ({"T2": [0.1]}, "T2 has 1 numbers, the density has 3"),
        ({"Δw": [np.inf, 0.0, 0.0]}, "the offset of spin 0 is inf"),
    ],
)
def test_bad_koma_phantoms_get_one_clear_line(tmp_path, contrast, complaint):
    with pytest.raises(FileError, match=complaint):
        read_phantom(koma(tmp_path / "p.phantom", **contrast))


def test_other_files_are_no_phantoms(tmp_path):
    (tmp_path / "x.h5").write_bytes(b"no HDF5 at all")
    with pytest.raises(FileError, match="not HDF5"):
        read_phantom(tmp_path / "x.h5")
    with h5py.File(tmp_path / "y.h5", "w") as file:
        file["signal"] = np.zeros(3)
    with pytest.raises(FileError, match="the file holds 'signal', no phantom"):
        read_phantom(tmp_path / "y.h5")
    with h5py.File(tmp_path / "z.h5", "w") as file:
        file["sample"] = np.zeros(3)
    with pytest.raises(FileError, match="no phantom"):
        read_phantom(tmp_path / "z.h5")


def test_limits_are_named(tmp_path, monkeypatch):
    path = write(tmp_path / "p.h5", mesh())
    monkeypatch.setattr(phantom, "MAX_SPINS", 5)
    with pytest.raises(FileError, match="has 6 spins, the limit is 5"):
        read_phantom(path)
    monkeypatch.setattr(phantom, "MAX_VOXELS", 5)
    with pytest.raises(FileError, match="has 30 numbers, the limit is 25"):
        read_phantom(path)


@given(cut=st.floats(0, 1), place=st.floats(0, 0.999), value=st.integers(0, 255))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_never_do_more_than_complain(tmp_path, cut, place, value):
    raw = bytearray(write(tmp_path / "p.h5", mesh()).read_bytes())
    raw[int(place * len(raw))] = value
    if cut < 0.5:
        raw = raw[: int(2 * cut * len(raw))]
    (tmp_path / "q.h5").write_bytes(raw)
    try:
        sample = read_phantom(tmp_path / "q.h5")
    except FileError:
        return
    assert np.isfinite(sample.position).all()
