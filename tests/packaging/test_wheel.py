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
CARRIED = {"spinviz": "spinviz", "resources": "spinviz/_resources"}
"""Folders of the project and where a wheel has them."""


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


@pytest.fixture(scope="module")
def expected() -> dict[str, Path]:
    """What a wheel should carry: the name in it and the file of the project."""
    return {
        f"{there}/{path.relative_to(ROOT / here).as_posix()}": path
        for here, there in CARRIED.items()
        for path in (ROOT / here).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_wheel_carries_every_file_unchanged(wheel: ZipFile, expected: dict[str, Path]) -> None:
    assert {"spinviz/_resources/icons/play.svg", "spinviz/resources.py"} <= set(expected)
    assert sorted(set(expected) - set(wheel.namelist())) == []
    assert [name for name, path in expected.items() if wheel.read(name) != path.read_bytes()] == []


def test_wheel_carries_nothing_else(wheel: ZipFile, expected: dict[str, Path]) -> None:
    others = [name for name in wheel.namelist() if name not in expected]
    assert all(re.match(r"spinviz-[\d.]+\.dist-info/", name) for name in others), others
    entries = next(wheel.read(name) for name in others if name.endswith("/entry_points.txt")).decode().split()
    assert [word for word in entries if word.startswith("[")] == ["[console_scripts]", "[gui_scripts]"]
    assert entries.count("spinviz.cli:main") == 2
