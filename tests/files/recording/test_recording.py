"""Recordings: read back as written, also after a kill; foreign, cut and lying files get one clear line."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import tracemalloc
from pathlib import Path

import h5py
import numpy as np
import pytest

from spinviz.files.errors import FileError
from spinviz.files.recording import write as recording_writer
from spinviz.files.recording.read import read_recording
from spinviz.files.recording.write import RecordingWriter

PHANTOMS = Path(__file__).resolve().parents[4] / "shared" / "data" / "mr"
HEADER = {"system": "macrospin", "title": "Spin ½ in a field", "empty": "", "parameters": "{}" * 50_000}
COLUMNS = [("M", "A/m"), ("⟨m_z⟩", "")]
ARRAYS = {"m": ((4, 5, 3), "f4"), "spins": ((6,), "i1")}
FRAMES = 40


def frame(index: int) -> tuple[float, list[float], dict[str, np.ndarray] | None]:
    """The frame that every test writes: arrays with every third one."""
    rng = np.random.default_rng(index)
    arrays = {"m": rng.normal(size=(4, 5, 3)).astype("f4"), "spins": rng.integers(-1, 2, 6, "i1")}
    return index * 1e-12, [index / 3, -index], arrays if index % 3 == 0 else None


def write(path: Path, frames: int = FRAMES) -> Path:
    with RecordingWriter(path, HEADER, COLUMNS, ARRAYS) as writer:
        for index in range(frames):
            writer.append(*frame(index))
    return path


def assert_frames(recording, count: int) -> None:
    assert recording.time.tolist() == [frame(i)[0] for i in range(count)]
    assert recording.values.tolist() == [frame(i)[1] for i in range(count)]
    with_arrays = [i for i in range(count) if i % 3 == 0]
    assert recording.array_frames.tolist() == with_arrays
    for name, dtype in (("m", np.float32), ("spins", np.int8)):
        assert recording.arrays[name].dtype == dtype
        assert recording.arrays[name].shape[0] == len(with_arrays)
        for row, i in zip(recording.arrays[name], with_arrays, strict=True):
            np.testing.assert_array_equal(row, frame(i)[2][name])


def refused(path: Path, **options) -> str:
    with pytest.raises(FileError) as caught:
        read_recording(path, **options)
    line = str(caught.value)
    assert line.isprintable()
    return line


def test_a_recording_is_read_back_as_written(tmp_path):
    recording = read_recording(write(tmp_path / "run.h5"))
    assert recording.header == HEADER
    assert recording.columns == tuple(COLUMNS)
    assert recording.complete
    assert_frames(recording, FRAMES)
    assert os.listdir(tmp_path) == ["run.h5"]


@pytest.mark.parametrize("frames", [0, 1, 300])
def test_any_number_of_frames(tmp_path, frames):
    """300 frames exceed the 256 rows of a chunk."""
    assert_frames(read_recording(write(tmp_path / "run.h5", frames)), frames)


def test_observables_alone(tmp_path):
    with RecordingWriter(tmp_path / "run.h5", {}, [("M", "A/m")]) as writer:
        writer.append(0.5, [2.0])
    recording = read_recording(tmp_path / "run.h5")
    assert (recording.time.tolist(), recording.values.tolist()) == ([0.5], [[2.0]])
    assert (recording.header, recording.arrays) == ({}, {})


def test_large_frames_are_cut_into_chunks(tmp_path):
    field = np.random.default_rng(0).integers(0, 9, (64, 64, 64, 3)).astype("f4")
    with RecordingWriter(tmp_path / "run.h5", {}, COLUMNS, {"m": (field.shape, "f8")}) as writer:
        writer.append(0, [1, 2], {"m": field})
    with h5py.File(tmp_path / "run.h5") as file:
        assert np.prod(file["arrays/m"].chunks) * 8 <= 4 * 1024**2
    assert np.array_equal(read_recording(tmp_path / "run.h5").arrays["m"][0], field)


def test_a_recording_can_be_read_while_it_is_written(tmp_path):
    with RecordingWriter(tmp_path / "run.h5", HEADER, COLUMNS, ARRAYS) as writer:
        for index in range(7):
            writer.append(*frame(index))
        code = (
            "import sys; from spinviz.files.recording.read import read_recording\n"
            "r = read_recording(sys.argv[1]); print(len(r.time), r.complete)"
        )
        output = subprocess.check_output([sys.executable, "-c", code, writer.path], text=True)
    assert output.split() == ["7", "False"]


KILLED = """
    import os, signal, sys
    sys.path.insert(0, {folder!r})
    from test_recording import ARRAYS, COLUMNS, HEADER, frame
    from spinviz.files.recording.write import RecordingWriter

    writer = RecordingWriter(sys.argv[1], HEADER, COLUMNS, ARRAYS)
    index = 0
    while True:
        writer.append(*frame(index))
        index += 1
        print(index, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 as on POSIX")
@pytest.mark.parametrize("lines", [1, 2, 90, 400])
def test_after_kill_9_everything_but_the_last_frame_is_readable(tmp_path, lines):
    code = textwrap.dedent(KILLED).format(folder=os.path.dirname(__file__))
    command = [sys.executable, "-c", code, tmp_path / "run.h5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for _ in range(lines):
            process.stdout.readline()
        process.kill()  # while the next frames are being written
        written = lines + sum(1 for line in process.stdout if line.endswith("\n"))
    recording = read_recording(tmp_path / "run.h5")
    assert not recording.complete
    assert recording.header == HEADER
    assert written <= len(recording.time) <= written + 1
    assert_frames(recording, len(recording.time))


# What was there stays.


def test_the_old_recording_stays_until_the_new_one_is_closed(tmp_path):
    path = write(tmp_path / "run.h5", 5)
    with RecordingWriter(path, HEADER, COLUMNS, ARRAYS) as writer:
        assert writer.path == tmp_path / "run.part1.h5"
        writer.append(*frame(0))
        assert len(read_recording(path).time) == 5
    assert writer.path == path
    assert len(read_recording(path).time) == 1
    assert os.listdir(tmp_path) == ["run.h5"]


def stop_with_an_error(path: Path) -> None:
    with RecordingWriter(path, HEADER, COLUMNS, ARRAYS) as writer:
        writer.append(*frame(0))
        raise ZeroDivisionError


def test_an_error_keeps_both_the_old_recording_and_the_new_frames(tmp_path):
    path = write(tmp_path / "run.h5", 5)
    with pytest.raises(ZeroDivisionError):
        stop_with_an_error(path)
    assert len(read_recording(path).time) == 5
    rescued = read_recording(tmp_path / "run.part1.h5")
    assert (len(rescued.time), rescued.complete) == (1, True)


def test_closing_twice_is_harmless(tmp_path):
    writer = RecordingWriter(tmp_path / "run.h5", {}, COLUMNS)
    writer.close()
    writer.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((float("nan"), [1, 2]), "time of a frame is nan"),
        ((0, [1]), "1 values given; give 2"),
        ((0, [1, 2], {"m": np.zeros((4, 5, 3))}), "give all of"),
        ((0, [1, 2], {"m": np.zeros((4, 5, 3)), "spins": np.zeros(7)}), r"shape \(7,\); give \(6,\)"),
    ],
)
def test_a_refused_frame_leaves_the_recording_as_it_was(tmp_path, arguments, words):
    with RecordingWriter(tmp_path / "run.h5", HEADER, COLUMNS, ARRAYS) as writer:
        writer.append(*frame(0))
        with pytest.raises(ValueError, match=words):
            writer.append(*arguments)
        writer.append(*frame(1))
    assert_frames(read_recording(tmp_path / "run.h5"), 2)


def test_missing_folder_and_folder_are_refused(tmp_path):
    with pytest.raises(FileError, match="the folder does not exist; create it"):
        RecordingWriter(tmp_path / "nowhere" / "run.h5", {}, COLUMNS)
    with pytest.raises(FileError, match="this is a folder"):
        RecordingWriter(tmp_path, {}, COLUMNS)


def test_an_array_without_numbers_leaves_no_file(tmp_path):
    with pytest.raises(TypeError):
        RecordingWriter(tmp_path / "run.h5", {}, COLUMNS, {"m": ((2,), object)})
    assert os.listdir(tmp_path) == []


def no_space(*args):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_full_at_the_start_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(recording_writer, "_set_aside", no_space)
    with pytest.raises(FileError, match="the disk is full; free some space"):
        RecordingWriter(tmp_path / "run.h5", {}, COLUMNS)
    assert os.listdir(tmp_path) == []


LIMITED = """
    import resource, sys
    import numpy as np
    from spinviz.files.errors import FileError
    from spinviz.files.recording.write import RecordingWriter

    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    try:
        with RecordingWriter(sys.argv[1], {}, [("M", "A/m")], {"m": ((20_000,), "f4")}) as writer:
            for index in range(1000):
                writer.append(index, [index], {"m": np.random.default_rng(index).normal(size=20_000)})
    except FileError as error:
        print(writer.frames, error)
"""


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="file size limits as on POSIX")
def test_a_disk_full_on_the_way_keeps_every_frame(tmp_path):
    """A real limit in a real process: HDF5 2.0 alone crashes at exit once a write has failed."""
    command = [sys.executable, "-c", textwrap.dedent(LIMITED), tmp_path / "run.h5"]
    result = subprocess.run(command, text=True, capture_output=True)
    assert (result.returncode, result.stderr) == (0, "")
    frames, _, line = result.stdout.partition(" ")
    assert "beyond the allowed size" in line
    recording = read_recording(tmp_path / "run.h5")
    assert recording.time.tolist() == list(range(int(frames)))
    assert int(frames) > 5
    last = np.random.default_rng(int(frames) - 1).normal(size=20_000).astype("f4")
    np.testing.assert_array_equal(recording.arrays["m"][-1], last)


# Strange files.


def test_files_that_are_no_recordings_are_refused(tmp_path):
    for content, words in [(b"", "empty"), (b"a,b\n1,2\n", "is not HDF5"), (b"\x89HDF", "is not HDF5")]:
        (tmp_path / "a.h5").write_bytes(content)
        assert words in refused(tmp_path / "a.h5")
    assert "does not exist" in refused(tmp_path / "missing.h5")
    assert "this is a folder" in refused(tmp_path)


@pytest.mark.skipif(not PHANTOMS.is_dir(), reason=f"{PHANTOMS} with foreign HDF5 files is absent")
@pytest.mark.parametrize("name", ["brain.h5", "column1d.h5", "column1d_signal_jemris.h5"])
def test_foreign_hdf5_files_are_refused(name):
    assert "this HDF5 file is not a recording" in refused(PHANTOMS / name)


def test_recording_of_a_newer_version_is_refused(tmp_path):
    path = write(tmp_path / "run.h5", 1)
    with h5py.File(path, "r+") as file:
        file.attrs["format_version"] = 2
    assert "format version 2, known is 1; open it with a newer spinviz" in refused(path)


def test_more_numbers_than_the_limit_are_refused(tmp_path):
    assert "beyond the limit of 1000 bytes" in refused(write(tmp_path / "run.h5"), max_bytes=1000)


def replaced(path: Path, name: str, create) -> str:
    write(path, 4)
    with h5py.File(path, "r+") as file:
        del file[name]
        create(file)
    return refused(path)


def test_altered_parts_are_refused(tmp_path):
    path = tmp_path / "a" / "run.h5"
    path.parent.mkdir()
    (tmp_path / "secret").write_bytes(b"12345678" * 9)

    def external(file):
        place = [(os.fspath(tmp_path / "secret"), 0, 72)]
        file.create_dataset("time", (9,), "f8", external=place)

    def link(file):
        file["time"] = h5py.ExternalLink("/other.h5", "time")

    def text(file):
        file["time"] = "now"

    assert "'time' is not a table of numbers" in replaced(path, "time", external)
    path.unlink()
    assert "'/time' is a link to another place" in replaced(path, "time", link)
    path.unlink()
    assert "the part 'time' is missing" in replaced(path, "time", lambda file: None)
    path.unlink()
    assert "not a table of numbers" in replaced(path, "time", text)
    path.unlink()
    assert "has 2 dimensions" in replaced(path, "time", lambda f: f.create_dataset("time", (3, 3), "f8"))


def test_gigabytes_announced_are_never_allocated(tmp_path):
    def lie(file):
        file.create_dataset("arrays/m", (10**7, 4, 5, 3), "f4", chunks=(1, 4, 5, 3), compression="gzip")

    tracemalloc.start()
    try:
        line = replaced(tmp_path / "run.h5", "arrays/m", lie)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "beyond the limit of 1073741824 bytes" in line
    assert peak < 20e6


def test_numbers_that_were_never_stored_are_refused(tmp_path):
    def lie(file):
        file.create_dataset("arrays/m", (10**6, 4, 5, 3), "f4", chunks=(1, 4, 5, 3), compression="gzip")

    assert "'/arrays/m' announces 240000000 bytes, 0 are stored" in replaced(tmp_path / "run.h5", "arrays/m", lie)


def returns_or_refuses(path: Path) -> None:
    try:
        read_recording(path)
    except FileError as error:
        line = str(error)
    else:
        return
    assert line.isprintable()


def test_a_cut_recording_is_refused(tmp_path):
    content = write(tmp_path / "run.h5").read_bytes()
    for place in range(0, len(content), len(content) // 25):
        (tmp_path / "cut.h5").write_bytes(content[:place])
        refused(tmp_path / "cut.h5")


def killed(path: Path) -> bytes:
    """The bytes that a writer leaves behind that was never closed."""
    with RecordingWriter(path, HEADER, COLUMNS, ARRAYS) as writer:
        for index in range(FRAMES):
            writer.append(*frame(index))
        return path.read_bytes()


def test_a_recording_killed_and_then_cut_is_refused_at_once(tmp_path):
    """HDF5, asked to read such a file as a live one, waited for minutes."""
    content = killed(tmp_path / "run.h5")
    for place in range(0, 40_000, 2000):
        (tmp_path / "cut.h5").write_bytes(content[:place])
        returns_or_refuses(tmp_path / "cut.h5")
    (tmp_path / "cut.h5").write_bytes(content[:2000])
    assert "damaged" in refused(tmp_path / "cut.h5")


def test_a_view_as_closed_leaves_the_file_alone(tmp_path):
    content = killed(tmp_path / "run.h5")
    (tmp_path / "left.h5").write_bytes(content)
    assert_frames(read_recording(tmp_path / "left.h5"), FRAMES)
    assert (tmp_path / "left.h5").read_bytes() == content


def test_flipped_bytes_never_raise_anything_else(tmp_path):
    rng = np.random.default_rng(1)
    used = write(tmp_path / "size.h5").stat().st_size
    for content in (write(tmp_path / "run.h5").read_bytes(), killed(tmp_path / "other.h5")):
        for _ in range(15):
            flipped = np.frombuffer(content, np.uint8).copy()
            flipped[rng.integers(0, used, 12)] = rng.integers(0, 256, 12)
            (tmp_path / "flipped.h5").write_bytes(flipped.tobytes())
            returns_or_refuses(tmp_path / "flipped.h5")


def test_many_frames_at_once_are_the_same_as_one_by_one(tmp_path: Path) -> None:
    times, values = np.arange(3000) / 7, np.arange(6000.0).reshape(3000, 2)
    with RecordingWriter(tmp_path / "a.h5", {}, [("x", ""), ("y", "T")]) as writer:
        writer.append(times[0], list(values[0]))
        writer.extend(times[1:5], values[1:5])
        writer.extend(times[5:5], values[5:5])
        writer.extend(times[5:], values[5:])
        assert writer.frames == 3000
    recording = read_recording(tmp_path / "a.h5")
    assert np.array_equal(recording.time, times)
    assert np.array_equal(recording.values, values)


def test_frames_of_the_wrong_shape_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "a.h5", {}, [("x", "")]) as writer:
        with pytest.raises(ValueError, match="shape"):
            writer.extend([1.0, 2.0], [[1.0, 2.0]])
        with pytest.raises(ValueError, match="finite"):
            writer.extend([np.nan], [[1.0]])
        assert writer.frames == 0
