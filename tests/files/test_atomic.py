"""What was there stays until the new file is complete."""

import errno
import os
import pickle
import stat
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

from spinviz.files import atomic, owner
from spinviz.files.atomic import atomic_path, atomic_write
from spinviz.files.errors import FileError, quoted

DEV_FULL = Path("/dev/full")


@pytest.fixture
def old(tmp_path):
    """A file that must survive every failed attempt to replace it."""
    path = tmp_path / "result.dat"
    path.write_bytes(b"old content")
    return path


def only_old_remains(old: Path) -> bool:
    return old.read_bytes() == b"old content" and os.listdir(old.parent) == [old.name]


def fails_with(number: int):
    def fail(*args, **kwargs):
        raise OSError(number, os.strerror(number))

    return fail


def test_success_replaces_the_file_and_leaves_nothing_else(old):
    with atomic_write(old) as stream:
        stream.write(b"new")
        assert old.read_bytes() == b"old content"
    assert old.read_bytes() == b"new"
    assert os.listdir(old.parent) == [old.name]


def test_text_is_utf8_and_keeps_its_line_ends(tmp_path):
    with atomic_write(tmp_path / "a.csv", "w", newline="") as stream:
        stream.write("χ,α\r\n")
    assert (tmp_path / "a.csv").read_bytes() == "χ,α\r\n".encode()


def write_half_and_raise(path: Path, error: BaseException) -> None:
    with atomic_write(path) as stream:
        stream.write(b"half")
        raise error


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyboardInterrupt(), GeneratorExit()])
def test_an_interrupted_block_keeps_the_old_file(old, error):
    with pytest.raises(type(error)):
        write_half_and_raise(old, error)
    assert only_old_remains(old)


@pytest.mark.parametrize(
    ("step", "number", "words"),
    [
        ("replace", errno.EACCES, "not permitted"),
        ("replace", errno.ENOSPC, "disk is full"),
        ("fsync", errno.EDQUOT, "quota"),
        ("fsync", errno.EIO, "Input/output error"),
        ("open", errno.EROFS, "read-only"),
        ("open", errno.ENOSPC, "free some space"),
        ("open", errno.EACCES, "may write"),
    ],
)
def test_every_refusal_of_the_system_keeps_the_old_file(old, monkeypatch, step, number, words):
    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, step, fails_with(number))
        with pytest.raises(FileError, match=words) as caught, atomic_write(old) as stream:
            stream.write(b"new")
    assert only_old_remains(old)
    assert "\n" not in str(caught.value)
    assert caught.value.path == str(old)


@pytest.mark.skipif(not DEV_FULL.exists(), reason="/dev/full exists on Linux only")
@pytest.mark.parametrize("size", [1, 100_000])
def test_a_really_full_disk_keeps_the_old_file(old, monkeypatch, size):
    """One byte stays in the buffer, so that the disk is found full only when the stream is closed."""

    def open_full(name, mode, **options):
        return open(DEV_FULL, mode, **options)

    monkeypatch.setattr(atomic, "open", open_full, raising=False)
    with pytest.raises(FileError, match="disk is full"), atomic_write(old) as stream:
        stream.write(b"x" * size)
    assert only_old_remains(old)


@pytest.mark.skipif(not DEV_FULL.exists(), reason="/dev/full exists on Linux only")
def test_a_device_is_never_replaced():
    with pytest.raises(FileError, match="device"), atomic_write(DEV_FULL) as stream:
        stream.write(b"x")
    assert stat.S_ISCHR(DEV_FULL.stat().st_mode)


def test_missing_folder_is_named(tmp_path):
    path = tmp_path / "nowhere" / "a.dat"
    with pytest.raises(FileError, match=r"nowhere/a\.dat: the folder does not exist; create it"), atomic_write(path):
        pass
    assert os.listdir(tmp_path) == []


def test_a_file_used_as_a_folder_is_refused(old):
    with pytest.raises(FileError, match="not a folder"), atomic_write(old / "a.dat"):
        pass
    assert only_old_remains(old)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(FileError, match="this is a folder"), atomic_write(tmp_path):
        pass


@pytest.mark.parametrize(("name", "words"), [("a\0b", "zero byte"), ("x" * 300, "too long")])
def test_impossible_names_are_refused(tmp_path, name, words):
    with pytest.raises(FileError, match=words), atomic_write(str(tmp_path / name)):
        pass
    assert os.listdir(tmp_path) == []


def test_read_only_file_is_refused(old, monkeypatch):
    monkeypatch.setattr(atomic.os, "access", lambda path, mode: False)
    with pytest.raises(FileError, match="read-only"), atomic_write(old):
        pass
    assert only_old_remains(old)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder_is_refused(old):
    old.parent.chmod(0o500)
    try:
        with pytest.raises(FileError, match="not permitted"), atomic_write(old):
            pass
    finally:
        old.parent.chmod(0o700)
    assert only_old_remains(old)


@pytest.mark.skipif(os.name != "posix", reason="permissions as on POSIX")
def test_permissions_are_those_of_the_old_file_or_of_the_umask(old):
    old.chmod(0o640)
    with atomic_write(old) as stream:
        stream.write(b"new")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    previous = os.umask(0o027)
    try:
        with atomic_write(old.with_name("fresh")):
            pass
    finally:
        os.umask(previous)
    assert stat.S_IMODE(old.with_name("fresh").stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_keeps_pointing_at_the_file(old, tmp_path_factory):
    link = tmp_path_factory.mktemp("links") / "link.dat"
    link.symlink_to(old)
    with atomic_write(link) as stream:
        stream.write(b"new")
    assert link.is_symlink()
    assert old.read_bytes() == b"new"


def test_path_has_the_suffix_and_folder_of_the_target(old):
    target = old.with_name("movie.mp4")
    with atomic_path(target) as temporary:
        assert (temporary.suffix, temporary.parent) == (".mp4", target.parent)
        temporary.write_bytes(b"frames")
        assert not target.exists()
    assert target.read_bytes() == b"frames"
    assert sorted(os.listdir(old.parent)) == ["movie.mp4", "result.dat"]


def test_a_writer_that_lost_its_file_keeps_the_old_one(old):
    with pytest.raises(FileError), atomic_path(old) as temporary:
        temporary.unlink()
    assert only_old_remains(old)


def test_errors_about_other_files_are_not_blamed_on_the_target(old):
    with pytest.raises(FileNotFoundError), atomic_write(old):
        old.with_name("some other file").read_bytes()
    assert only_old_remains(old)


def test_file_error_is_one_printable_line_that_survives_pickling():
    error = FileError("a\nb", "the value 3 exceeds 2", "write less")
    assert str(error) == "a�b: the value 3 exceeds 2; write less."
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert quoted(b"\x00\xff" + b"a" * 100) == "'" + "�" * 2 + "a" * 38 + "…'"


def test_what_killed_programs_left_is_cleared_when_something_is_written_there_again(tmp_path):
    here, token, dead, mine = atomic._HERE, "0123456789ab", "ba9876543210", owner.token()
    left = [f".movie-{here}-{dead}-{token}.part.mp4", f".a-b c-{here}-4711-{token}.part"]
    kept = [
        f".movie-{here}-{mine}-{token}.part.mp4",  # at work
        f".movie-{'0' * 6}-{dead}-{token}.part.mp4",  # of another machine that shares the disk
        f".movie-{token}.part.mp4",  # of nobody we know
        f"movie-{here}-{dead}-{token}.part.mp4",
        f".movie-{here}-{dead}-{token}.mp4",
        "run.part1.h5",  # a recording that was cut: it can be read
    ]
    fresh = f".new movie-{here}-{dead}-{token}.part.mp4"  # its owner may have its lock in another place
    for name in (*left, *kept, fresh):
        (tmp_path / name).write_bytes(b"half")
        if name != fresh:
            os.utime(tmp_path / name, (1e9, 1e9))
    (tmp_path / f".folder-{here}-{dead}-{token}.part").mkdir()
    os.utime(tmp_path / f".folder-{here}-{dead}-{token}.part", (1e9, 1e9))
    with atomic_write(tmp_path / "new.dat") as stream:
        stream.write(b"new")
        (temporary,) = {path.name for path in tmp_path.glob(".new-*.part.dat")}
        assert atomic._TEMPORARY.fullmatch(temporary)
        assert f"-{mine}-" in temporary
    assert set(os.listdir(tmp_path)) == {*kept, fresh, "new.dat", f".folder-{here}-{dead}-{token}.part"}


KILLED = """
import os, sys, tempfile, time
from spinviz.files.atomic import atomic_write, temporary_prefix
with atomic_write(sys.argv[1]) as stream, tempfile.TemporaryDirectory(prefix=temporary_prefix("sound")) as folder:
    open(f"{folder}/signal.wav", "w").close()
    stream.write(b"half")
    stream.flush()
    print(folder, flush=True)
    time.sleep(100)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder of temporary files for this test alone, and a program that has not made any yet."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setattr(owner, "_lock", cache(owner._lock.__wrapped__))
    monkeypatch.setattr(owner, "_noted", cache(owner._noted.__wrapped__))
    yield place
    owner._leave(owner._lock())
    assert not list(place.glob(f"spinviz-owner-{owner.token()}*"))


def test_what_a_killed_program_left_is_cleared_at_the_next_start(old, place):
    """Wherever it is, and not before its owner is gone: the number of a process may belong to another by then."""
    with subprocess.Popen([sys.executable, "-c", KILLED, old], stdout=subprocess.PIPE, text=True) as process:
        folder = Path(process.stdout.readline().strip())
        assert folder.parent == place
        atomic.clear_after_killed()
        assert len(os.listdir(old.parent)) == 4, "what a running program writes stays, with its lock"
        assert (folder / "signal.wav").exists()
        process.kill()
    assert len(os.listdir(old.parent)) == 4
    atomic.clear_after_killed()
    assert sorted(os.listdir(old.parent)) == [old.name, "temporary"]
    assert not list(place.iterdir())


def test_a_writer_that_is_killed_leaves_nothing_for_good(old, place):
    with subprocess.Popen([sys.executable, "-c", KILLED, old], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline()
        process.kill()
    atomic.clear_left_behind.cache_clear()
    with atomic_write(old) as stream:
        stream.write(b"new")
    assert sorted(os.listdir(old.parent)) == [old.name, "temporary"]


def test_notes_of_strangers_are_not_followed(tmp_path, place, monkeypatch):
    """Others may write into the folder of temporary files too."""
    left = tmp_path / f".movie-{atomic._HERE}-{'a' * 12}-{'b' * 12}.part"
    left.write_bytes(b"half")
    os.utime(left, (1e9, 1e9))
    target = tmp_path / "notes"
    target.write_bytes(os.fsencode(tmp_path) + b"\0")
    (place / "spinviz-owner-aaaaaaaaaaaa.folders").symlink_to(target)
    atomic.clear_after_killed()
    assert left.exists()
    (place / "spinviz-owner-aaaaaaaaaaaa.folders").write_bytes(target.read_bytes())
    if hasattr(os, "getuid"):
        uid = os.getuid()
        with monkeypatch.context() as other:
            other.setattr(os, "getuid", lambda: uid + 1)
            atomic.clear_after_killed()
        assert left.exists()
        (place / "spinviz-owner-aaaaaaaaaaaa.folders").write_bytes(target.read_bytes())
    atomic.clear_after_killed()
    assert not left.exists()
