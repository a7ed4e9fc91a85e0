"""Phantoms as maps: archives and NIfTI files, their places and units, and one clear line for every bad one."""

import builtins
import io
import zipfile
from math import pi

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spinviz.files import phantom_maps
from spinviz.files.errors import FileError
from spinviz.files.phantoms import read_any_phantom

nibabel = pytest.importorskip("nibabel", reason="nibabel is not installed: pip install 'spinviz[test]'")

SHAPE = (4, 3, 2)
RHO = np.arange(24.0).reshape(SHAPE)
"""0 in the first voxel, which is empty."""
T1, T2 = 1 + 0.01 * RHO, 0.05 + 0.001 * RHO
MAPS = {"rho": RHO, "T1": T1, "T2": T2, "B0": RHO - 10, "B1": 0.9 + 0.01 * RHO}


def archive(path, **arrays):
    np.savez_compressed(path, **arrays)
    return path


def test_an_archive_of_maps(tmp_path):
    """Axes x, y, z; voxels of 2, 3 and 4 mm about 0; B0 in Hz."""
    sample = read_any_phantom(archive(tmp_path / "p.npz", voxel=[2e-3, 3e-3, 4e-3], **MAPS))
    assert sample.count == 23
    np.testing.assert_allclose(sample.M0, RHO.ravel()[1:])
    np.testing.assert_allclose(sample.T1, T1.ravel()[1:])
    np.testing.assert_allclose(sample.T2, T2.ravel()[1:])
    np.testing.assert_allclose(sample.dw, 2 * pi * (RHO.ravel()[1:] - 10))
    np.testing.assert_allclose(sample.b1, 0.9 + 0.01 * RHO.ravel()[1:])
    np.testing.assert_allclose(sample.position[:, 0], [-3e-3, -3e-3, 2e-3])
    np.testing.assert_allclose(sample.position[:, -1], [3e-3, 3e-3, 2e-3])
    assert (sample.remarks, sample.T2star, sample.motion) == ((), None, None)


def test_spins_anywhere(tmp_path):
    path = archive(tmp_path / "p.npz", x=[0.1, 0.2], z=[0.0, -0.1], T1=[1.0, 1.0], T2=[0.1, 0.2], rho=[1.0, 2.0])
    np.testing.assert_allclose(read_any_phantom(path).position, [[0.1, 0.2], [0, 0], [0, -0.1]])


def test_the_names_of_mrzero(tmp_path):
    """128 voxels would be 1.5 mm each; T2' gives 1/T2* = 1/T2 + 1/T2'."""
    maps = {"PD_map": RHO, "T1_map": T1, "T2_map": T2, "T2dash_map": 0 * RHO + 0.03, "B1_map": (0.8j + 0 * RHO)[None]}
    sample = read_any_phantom(archive(tmp_path / "p.npz", **maps))
    assert sample.position[0].max() == pytest.approx(0.192 / 4 * 1.5)
    assert "0.192 m" in sample.remarks[0]
    np.testing.assert_allclose(1 / sample.T2star, 1 / sample.T2 + 1 / 0.03)
    np.testing.assert_allclose(sample.b1, 0.8)
    other = read_any_phantom(archive(tmp_path / "q.npz", **maps, FOV=[0.1, 0.09, 0.02]))
    np.testing.assert_allclose(np.ptp(other.position, axis=1), [0.075, 0.06, 0.01])


def test_milliseconds_and_per_cent_are_seen_and_said(tmp_path):
    path = archive(tmp_path / "p.npz", voxel=1e-3, T1=1e3 * T1, T2=1e3 * T2, T2s=500 * T2, B1=100 + 0 * T1)
    sample = read_any_phantom(path)
    np.testing.assert_allclose(sample.T1, T1.ravel())
    np.testing.assert_allclose(sample.T2star, T2.ravel() / 2)
    np.testing.assert_allclose(sample.b1, 1.0)
    said = "; ".join(sample.remarks)
    for words in (
        "without a map of rho",
        "T1 is taken to be in ms",
        "T2star is taken",
        "B1 is taken to be in per cent",
    ):
        assert words in said


def test_noisy_maps_lose_what_cannot_be(tmp_path):
    """Background of 0 and NaN is empty, T2 above 2 T1 is cut and counted."""
    first, second = T1.copy(), T2.copy()
    first[0, 0, 0], first[0, 0, 1], second[3, 2, 1] = np.nan, -1.0, 5.0
    sample = read_any_phantom(archive(tmp_path / "p.npz", voxel=1e-3, T1=first, T2=second))
    assert sample.count == 22
    assert sample.T2[-1] == 2 * sample.T1[-1]
    assert "T2 is cut to 2 T1 in 1 voxels" in sample.remarks


def save(path, values, unit="mm", affine=None):
    affine = np.diag([-2.0, 3.0, 4.0, 1.0]) if affine is None else affine
    image = nibabel.Nifti1Image(np.asarray(values, dtype=np.float64), affine)
    image.header.set_xyzt_units(unit)
    nibabel.save(image, path)
    return path


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_nifti_maps_find_each_other(tmp_path, ending):
    """The affine says where voxels lie: x from right to left here. Another subject's map stays out."""
    affine = np.array([[-2.0, 0, 0, 5], [0, 3, 0, -1], [0, 0, 4, 0], [0, 0, 0, 1]])
    for name, values in (("T1map", T1), ("T2map", T2), ("PDmap", RHO), ("TB1map", 100 + 0 * T1), ("T2starmap", T2 / 2)):
        save(tmp_path / f"sub-1_{name}{ending}", values, affine=affine)
    save(tmp_path / f"sub-2_fieldmap{ending}", RHO)
    sample = read_any_phantom(tmp_path / f"sub-1_T2map{ending}")
    assert sample.count == 23
    np.testing.assert_allclose(sample.M0, RHO.ravel()[1:])
    np.testing.assert_allclose(sample.T2star, T2.ravel()[1:] / 2)
    np.testing.assert_allclose(sample.b1, 1.0)
    assert not sample.dw.any()
    np.testing.assert_allclose(sample.position[:, -1], 1e-3 * np.array([5 - 6, 6 - 1, 4]))


def test_maps_without_a_place_are_centred_and_it_is_said(tmp_path):
    for name, values in (("T1", T1), ("T2", T2), ("PD", RHO + 1)):
        save(tmp_path / f"{name}.nii", values)
    sample = read_any_phantom(tmp_path / "T1.nii")
    np.testing.assert_allclose(sample.position[:, 0], 1e-3 * np.array([3.0, -3.0, -2.0]))
    np.testing.assert_allclose(sample.position.mean(axis=1), 0, atol=1e-12)
    assert "their middle is put into the middle of the scanner" in sample.remarks[0]


@pytest.mark.parametrize(("unit", "metres"), [("mm", 1e-3), ("meter", 1.0), ("micron", 1e-6)])
def test_units_of_nifti(tmp_path, unit, metres):
    affine = np.diag([2e-3 / metres] * 3 + [1.0])
    for name, values in (("T1", T1), ("T2", T2)):
        save(tmp_path / f"{name}.nii", values, unit, affine)
    np.testing.assert_allclose(np.ptp(read_any_phantom(tmp_path / "T1.nii").position, axis=1), [6e-3, 4e-3, 2e-3])


def test_bad_nifti_gets_one_clear_line(tmp_path):
    with pytest.raises(FileError, match="the name says no map; name the files after their maps"):
        read_any_phantom(save(tmp_path / "head.nii", T1))
    with pytest.raises(FileError, match="the maps are T1; T1 or T2 is missing; give maps of T1 and T2"):
        read_any_phantom(save(tmp_path / "T1.nii", T1))
    save(tmp_path / "T2.nii", T2, affine=np.diag([1.0, 1, 1, 1]))
    with pytest.raises(FileError, match=r"voxels lie elsewhere than those of T1\.nii"):
        read_any_phantom(tmp_path / "T1.nii")
    save(tmp_path / "T2.nii", T2[:2])
    with pytest.raises(FileError, match=r"T2 has the shape \(2, 3, 2\), T1 has \(4, 3, 2\)"):
        read_any_phantom(tmp_path / "T1.nii")
    save(tmp_path / "T2.nii", np.stack([T2, T2], axis=-1))
    with pytest.raises(FileError, match=r"T2 has the shape \(4, 3, 2, 2\)"):
        read_any_phantom(tmp_path / "T1.nii")
    (tmp_path / "T2.nii").write_bytes(b"no image at all")
    with pytest.raises(FileError, match=r"T2\.nii: it cannot be read"):
        read_any_phantom(tmp_path / "T1.nii")


def test_nifti_without_nibabel_says_what_to_install(tmp_path, monkeypatch):
    true_import = builtins.__import__

    def absent(name, *rest, **more):
        if name == "nibabel":
            raise ImportError(name)
        return true_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(FileError, match=r"NIfTI needs the package nibabel; pip install 'spinviz\[nifti\]'"):
        read_any_phantom(tmp_path / "T1.nii")


BAD = {
    "no maps": ({"voxel": 1e-3}, "the file holds no map"),
    "no T2": ({"voxel": 1e-3, "T1": T1}, "the maps are T1; T1 or T2 is missing"),
    "no size": ({"T1": T1, "T2": T2}, "says no size of a voxel; add 'voxel' or 'FOV'"),
    "size": ({"T1": T1, "T2": T2, "voxel": -1.0}, "voxels of -1 m, expected are one or three numbers from 0 to 1"),
    "shapes": ({"T1": T1, "T2": T2[:1], "voxel": 1e-3}, r"T2 has the shape \(1, 3, 2\), T1 has \(4, 3, 2\)"),
    "axes": ({"T1": np.ones((2,) * 4), "T2": np.ones((2,) * 4), "voxel": 1e-3}, r"expected is \(x, y, z\)"),
    "text": ({"T1": np.array(["a"])}, "'T1.npy' holds <U1, not numbers"),
    "objects": ({"T1": np.array([{}], dtype=object)}, "'T1.npy' holds object, not numbers"),
    "columns": ({"T1": T1, "T2": T2, "x": [1.0]}, "x has 1 numbers, the maps have 24"),
    "empty": ({"T1": T1, "T2": 0 * T2, "voxel": 1e-3}, "its density is 0 everywhere"),
    "B0": ({"T1": T1, "T2": T2, "B0": T1 * np.nan, "voxel": 1e-3}, "the offset of spin 0 is nan"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_archives_get_one_clear_line(tmp_path, name):
    arrays, complaint = BAD[name]
    with pytest.raises(FileError, match=complaint) as caught:
        read_any_phantom(archive(tmp_path / "p.npz", **arrays))
    assert "\n" not in str(caught.value)


def test_archives_are_read_within_limits(tmp_path, monkeypatch):
    """A head that announces more than there is, or than is allowed, costs nothing."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": (10**6,)})
    with zipfile.ZipFile(tmp_path / "p.npz", "w") as file:
        file.writestr("T1.npy", stream.getvalue() + bytes(80))
    with pytest.raises(FileError, match=r"'T1\.npy' ends after 80 bytes of 8000000"):
        read_any_phantom(tmp_path / "p.npz")
    monkeypatch.setattr(phantom_maps, "MAX_VOXELS", 23)
    with pytest.raises(FileError, match=r"'T1\.npy' has 24 numbers, the limit is 23"):
        read_any_phantom(archive(tmp_path / "q.npz", voxel=1e-3, T1=T1, T2=T2))
    with pytest.raises(FileError, match="the map has 24 voxels, the limit is 23"):
        read_any_phantom(save(tmp_path / "T1.nii", T1))


@pytest.mark.parametrize("head", [b"{'descr': '<f8', 'shape': ((((", b"{'descr': '<f8', 'shape': 1e999}", b"(" * 70])
def test_heads_of_archives_that_are_no_python(tmp_path, head):
    """An open bracket made an error of the tokenizer, which nobody expected."""
    with zipfile.ZipFile(tmp_path / "p.npz", "w") as file:
        file.writestr("T1.npy", b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head)
    with pytest.raises(FileError, match="it cannot be read"):
        read_any_phantom(tmp_path / "p.npz")


def test_what_nibabel_mends_is_not_written_to_the_terminal(tmp_path, capfd):
    save(tmp_path / "T2.nii", T2)
    path = save(tmp_path / "T1.nii", T1)
    content = bytearray(path.read_bytes())
    content[70:72] = b"\x00\x40"  # a data type that nobody knows
    path.write_bytes(content)
    with pytest.raises(FileError, match="cannot be read"):
        read_any_phantom(path)
    assert capfd.readouterr() == ("", "")


@given(
    cut=st.floats(0, 1), place=st.floats(0, 0.999), value=st.integers(0, 255), ending=st.sampled_from(["npz", "nii"])
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_maps_never_do_more_than_complain(tmp_path, cut, place, value, ending):
    if ending == "npz":
        path = archive(tmp_path / "T1.npz", voxel=1e-3, **MAPS)
    else:
        save(tmp_path / "T2.nii", T2)
        path = save(tmp_path / "T1.nii", T1)
    raw = bytearray(path.read_bytes())
    raw[int(place * len(raw))] = value
    if cut < 0.5:
        raw = raw[: int(2 * cut * len(raw))]
    path.write_bytes(raw)
    try:
        sample = read_any_phantom(path)
    except FileError:
        return
    assert np.isfinite(sample.position).all()
