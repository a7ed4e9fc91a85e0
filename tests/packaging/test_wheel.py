"""What is built from the project: a wheel that holds the program and nothing else."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "spinviz"


def said(*words: str) -> str:
    """Run ``words`` as arguments of this Python and return what it prints."""
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive of this project."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed; bash packaging/setup.sh --test installs it")
    folder = tmp_path_factory.mktemp("built")
    said("-m", "hatchling", "build", "--directory", str(folder))
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> ZipFile:
    return ZipFile(next(built.glob("*.whl")))


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def test_wheel_carries_every_file_unchanged(wheel: ZipFile) -> None:
    present = files_under(PACKAGE)
    assert len(present) > 300
    carried = set(wheel.namelist())
    for path in present:
        name = str(path.relative_to(ROOT))
        assert name in carried
        assert wheel.read(name) == path.read_bytes(), name


def test_wheel_carries_nothing_else(wheel: ZipFile) -> None:
    program = {str(path.relative_to(ROOT)) for path in files_under(PACKAGE)}
    others = [name for name in wheel.namelist() if name not in program]
    assert all(re.match(r"spinviz-[\d.]+\.dist-info/", name) for name in others), others
    entries = next(wheel.read(name) for name in others if name.endswith("/entry_points.txt")).decode().split()
    assert [word for word in entries if word.startswith("[")] == ["[console_scripts]", "[gui_scripts]"]
    assert entries.count("spinviz.cli:main") == 2
