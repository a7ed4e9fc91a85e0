"""Machine code on disk is used again as long as it is that of the source, its own and that of what it names."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from spinviz.physics import kernel_cache

CALLEE = """
from spinviz.physics.kernel import kernel
{rest}
SCALE = {scale}

@kernel
def tripled(x):
    return {factor} * x
"""
CALLER = """
import inner
from inner import SCALE, tripled
from spinviz.physics.kernel import kernel

@kernel
def next_one(x):
    return SCALE * tripled(x) + 1
"""
RUN = "import outer; print(outer.next_one(2), sum(outer.next_one.stats.cache_hits.values()))"
DAY = 86400


class Place:
    """A folder with two kernels in two files, and a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cache = folder / "source", folder / "cache"
        self.folder.mkdir()
        self.environment = os.environ | {"NUMBA_CACHE_DIR": str(self.cache), "PYTHONDONTWRITEBYTECODE": "1"}
        self.environment.pop("SPINVIZ_KERNELS", None)
        self.write()

    def write(self, factor: int = 3, scale: int = 1, rest: str = "", caller: str = CALLER) -> None:
        (self.folder / "inner.py").write_text(CALLEE.format(factor=factor, scale=scale, rest=rest))
        (self.folder / "outer.py").write_text(caller)

    def run(self, code: str = RUN) -> tuple[list[int], str]:
        """Result, how much of it came from the cache, and what was said."""
        words = [sys.executable, "-c", code]
        told = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, check=True, env=self.environment)
        return [int(word) for word in told.stdout.split()], told.stderr

    @property
    def files(self) -> list[Path]:
        return sorted(self.cache.glob("kernels/*/*"))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_kernel_is_compiled_anew_when_what_it_names_changes(place: Place) -> None:
    assert place.run() == ([7, 0], "")
    assert place.run() == ([7, 1], ""), "the second start compiles nothing"
    place.write(factor=30)
    assert place.run() == ([61, 0], ""), "a kernel that it calls"
    place.write(scale=2)
    assert place.run() == ([13, 0], ""), "a constant"
    place.write(caller=CALLER.replace("+ 1", "+ 2"))
    assert place.run() == ([8, 0], ""), "the kernel itself"
    place.write(caller=CALLER.replace("@kernel", "@kernel(fastmath=True)"))
    assert place.run() == ([7, 0], ""), "its options"
    place.write(caller=CALLER.replace("SCALE *", "inner.SCALE *"), scale=3)
    assert place.run() == ([19, 0], "")
    place.write(caller=CALLER.replace("SCALE *", "inner.SCALE *"), scale=4)
    assert place.run() == ([25, 0], ""), "a constant of a module"


def test_a_kernel_is_compiled_anew_when_a_package_whose_code_it_holds_is_another(place: Place) -> None:
    foreign = """
from numba.core import types
from numba.extending import intrinsic
__version__ = "{version}"

@intrinsic
def one(typing):
    return types.int64(), lambda context, builder, signature, given: context.get_constant(types.int64, 1)
"""
    (place.folder / "foreign.py").write_text(foreign.format(version=1))
    caller = CALLER.replace("+ 1", "+ one()").replace("import inner\n", "import inner\nfrom foreign import one\n")
    place.write(caller=caller)
    assert place.run() == ([7, 0], "")
    assert place.run() == ([7, 1], "")
    (place.folder / "foreign.py").write_text(foreign.format(version=2))
    assert place.run() == ([7, 0], "")


def test_two_sources_live_beside_each_other(place: Place) -> None:
    """Working copies of different age share the user's cache: neither throws the other's code out."""
    place.run()
    place.write(factor=30)
    place.run()
    place.write()
    assert place.run() == ([7, 1], "")


def test_neither_path_nor_time_nor_place_in_the_file_matters(place: Place) -> None:
    place.run()
    place.write(rest="\n# a comment\n\n")
    os.utime(place.folder / "outer.py", (1e9, 1e9))
    place.folder = place.folder.rename(place.folder.with_name("mövéd here"))
    assert place.run() == ([7, 1], "")


def test_nothing_is_written_beside_the_source(place: Place) -> None:
    place.run()
    assert sorted(os.listdir(place.folder)) == ["inner.py", "outer.py"]
    assert {path.suffix for path in place.files} == {".kernel"}
    assert len(place.files) == 2
    name = place.files[0].parent.name
    assert kernel_cache.OURS.fullmatch(name)
    assert name == kernel_cache.folder().name


def test_a_damaged_cache_is_compiled_anew_and_said_once(place: Place) -> None:
    place.run()
    whole = [path.read_bytes() for path in place.files]
    for path, content in zip(place.files, whole):
        flipped = bytearray(content)
        flipped[len(content) // 2] ^= 1
        path.write_bytes(flipped)
    found, said = place.run()
    assert found == [7, 0]
    assert said.count("\n") == 1
    assert "were damaged and are compiled anew" in said
    assert place.run() == ([7, 1], "")
    for content in (b"", b"\0" * 40, whole[0][:100]):
        for path in place.files:
            path.write_bytes(content)
        assert "damaged" in place.run()[1]
        assert place.run() == ([7, 1], "")


def test_without_a_folder_that_can_be_written_kernels_still_run(place: Place) -> None:
    place.cache.write_text("a file where the folder should be")
    found, said = place.run()
    assert found == [7, 0]
    assert said.count("\n") == 1
    assert "cannot be kept in" in said


def test_shipped_kernels_are_read_and_stay_as_they_are(place: Place, tmp_path: Path) -> None:
    place.run()
    shipped = place.files[0].parent.rename(tmp_path / "shipped")
    before = {path.name: path.read_bytes() for path in shipped.iterdir()}
    place.environment["SPINVIZ_KERNELS"] = str(shipped)
    assert place.run() == ([7, 1], "")
    assert place.files == [], "nothing is copied"
    place.write(factor=30)
    assert place.run() == ([61, 0], "")
    assert len(place.files) == 2, "what is not shipped goes to the user's cache"
    assert {path.name: path.read_bytes() for path in shipped.iterdir()} == before


def old(path: Path, days: float = 15) -> Path:
    os.utime(path, (time.time() - days * DAY,) * 2)
    return path


def test_what_nobody_used_lately_is_removed(place: Place) -> None:
    place.run()
    root, names = place.cache / "kernels", [path.name for path in place.files]
    draft = place.files[0].with_name("a.b-1-2.part")

    def other(name: str, *files: str, days: float = 15) -> Path:
        (root / name).mkdir()
        for file in files:
            (root / name / file).write_text("x")
            old(root / name / file, days)
        return old(root / name)

    gone = other("0.0.9-numba0.60.0-py311-znver2", "a.b-1-2.kernel", "a.b-1-3.part")
    lately = other("0.0.8-numba0.60.0-py311-znver2", "a.b-1-2.kernel", days=3)
    foreign = other("0.0.7-numba0.60.0-py311-znver2", "a.b-1-2.kernel", "letter.txt")
    strange = other("my kernels", "a.b-1-2.kernel")
    link = root / "0.0.6-numba0.60.0-py311-znver2"
    link.symlink_to(strange, target_is_directory=True)
    draft.write_text("x")
    old(draft)
    assert place.run() == ([7, 1], "")
    assert not gone.exists()
    assert all(path.exists() for path in (lately, foreign, strange, link))
    assert len(os.listdir(foreign)) == 2
    assert len(os.listdir(strange)) == 1, "also not through the link"
    assert not draft.exists()
    assert set(names) <= {path.name for path in place.files}


def test_a_use_is_noted_and_old_sources_of_a_kernel_go(place: Place) -> None:
    place.run()
    first = set(place.files)
    for path in first:
        old(path)
    place.run()
    (used,) = [path for path in first if time.time() - path.stat().st_mtime < DAY]
    assert used.name.startswith("outer.next_one-"), "it holds the code of the kernel that it calls"
    place.write(factor=30)
    place.run()
    assert used in place.files, "used lately"
    old(used)
    place.write(factor=31)
    place.run()
    assert used not in place.files
    assert len(place.files) == 4, "two kernels of the last two sources"
