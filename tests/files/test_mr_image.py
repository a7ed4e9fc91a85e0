"""Images and raw data of a scan as files."""

import builtins

import numpy as np
import pytest
from PIL import Image

from spinviz.files.errors import FileError
from spinviz.files.mr_image import MRImage, write_mr_image
from spinviz.files.mr_raw import RawData, RawReadout, write_ismrmrd

VALUES = np.array([[[0, 1j, 0], [0, 0, -2]], [[0, 0, 0], [4, 0, 0]]])
"""Two images of two rows and three columns."""


def picture(count: int = 2) -> MRImage:
    return MRImage(VALUES[:count], VALUES[0], 2e-3, ("x", "z"))


def test_a_png_has_the_highest_row_first_and_says_what_white_is(tmp_path):
    write_mr_image(tmp_path / "a.png", picture())
    found = Image.open(tmp_path / "a.png")
    np.testing.assert_array_equal(np.asarray(found), [[0, 0, 255], [0, 128, 0]])
    assert found.text["White"].startswith("2 of all M0")
    assert found.text["Pixel"] == "0.002 m, columns along x, rows along z"


def test_npy_keeps_all_images_as_they_are(tmp_path):
    write_mr_image(tmp_path / "a.npy", picture())
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy", allow_pickle=False), VALUES)
    write_mr_image(tmp_path / "b.npy", picture(1))
    np.testing.assert_array_equal(np.load(tmp_path / "b.npy", allow_pickle=False), VALUES[0])


def test_an_image_of_nothing_is_black(tmp_path):
    write_mr_image(tmp_path / "a.png", MRImage(VALUES * 0, VALUES[0] * 0, 1e-3, ("x", "y")))
    assert not np.asarray(Image.open(tmp_path / "a.png")).any()


def raw() -> RawData:
    """Two lines of four samples, 10 cm wide, the second backwards; a sample without gradients before."""
    along = np.array([-2.0, -1.0, 0.0, 1.0]) / 0.1
    lines = [np.stack([along * sign, np.full(4, (n - 1) / 0.1), np.zeros(4)]) for n, sign in ((0, 1), (1, -1))]
    signals = [np.arange(4) * 1j + n for n in (1, 2)]
    readouts = [RawReadout(s, k, 1e-5, n, repetition=n) for n, (s, k) in enumerate(zip(signals, lines))]
    before = RawReadout(np.ones(2) + 0j, np.zeros((3, 2)), 2e-5, image=False)
    return RawData((before, *readouts), (4, 2, 1), (0.1, 0.1, 0.1), (2, 1, 0), True, 3.0)


def test_ismrmrd_holds_every_readout(tmp_path):
    ismrmrd = pytest.importorskip("ismrmrd", reason="ismrmrd is not installed: pip install 'spinviz[test]'")
    write_ismrmrd(tmp_path / "a.mrd", raw())
    with ismrmrd.Dataset(str(tmp_path / "a.mrd"), mode="r") as file:
        header = ismrmrd.xsd.CreateFromDocument(file.read_xml_header())
        before, first, second = (file.read_acquisition(n) for n in range(file.number_of_acquisitions()))
    encoding = header.encoding[0]
    assert (encoding.encodedSpace.matrixSize.x, encoding.encodedSpace.matrixSize.y) == (4, 2)
    assert encoding.encodedSpace.fieldOfView_mm.x == pytest.approx(100)
    assert encoding.trajectory.value == "cartesian"
    assert encoding.encodingLimits.kspace_encoding_step_1.center == 1
    # CODATA 2018: 42.577 478 518 MHz/T.
    assert header.experimentalConditions.H1resonanceFrequency_Hz == pytest.approx(3 * 42.577478518e6, rel=1e-8)
    np.testing.assert_allclose(first.data, [np.arange(4) * 1j + 1])
    np.testing.assert_allclose(first.traj, [[-0.5, -0.5], [-0.25, -0.5], [0, -0.5], [0.25, -0.5]])
    assert (second.idx.kspace_encode_step_1, second.idx.repetition, second.sample_time_us) == (1, 1, 10)
    assert (first.center_sample, first.isFlagSet(ismrmrd.ACQ_IS_REVERSE)) == (2, False)
    assert second.isFlagSet(ismrmrd.ACQ_IS_REVERSE)
    assert second.isFlagSet(ismrmrd.ACQ_LAST_IN_MEASUREMENT)
    assert before.isFlagSet(ismrmrd.ACQ_IS_NAVIGATION_DATA)
    assert not first.isFlagSet(ismrmrd.ACQ_IS_NAVIGATION_DATA)


def test_raw_data_that_cannot_be_written_get_one_line(tmp_path, monkeypatch):
    pytest.importorskip("ismrmrd", reason="ismrmrd is not installed: pip install 'spinviz[test]'")
    long = RawReadout(np.zeros(70_000, complex), np.zeros((3, 70_000)), 1e-6)
    for readouts, complaint in (
        ((), "the sequence has no readout"),
        ((long,), "70000 samples, the limit of the format"),
    ):
        with pytest.raises(FileError, match=complaint):
            write_ismrmrd(tmp_path / "a.mrd", RawData(readouts, (1, 1, 1), (1.0,) * 3, (0, 0, 0), True, 3.0))
    assert not list(tmp_path.iterdir())
    true_import = builtins.__import__

    def absent(name, *rest, **more):
        if name == "ismrmrd":
            raise ImportError(name)
        return true_import(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(FileError, match=r"raw data need the package ismrmrd; pip install 'spinviz\[ismrmrd\]'"):
        write_ismrmrd(tmp_path / "a.mrd", raw())
