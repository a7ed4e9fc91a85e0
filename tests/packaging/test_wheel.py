"""What is built from the project is complete, and fonts and icons are found however spinviz got onto the path."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
CARRIED = {"spinviz": "spinviz", "resources": "spinviz/_resources"}
"""Folders of the project and where a wheel has them."""

PROBE = """
import json
from spinviz import resources
font = resources.path("fonts/Inter-Regular.ttf")
print(json.dumps([str(resources.folder()), font.read_bytes().hex(), resources.icon("play", "#3366cc").decode()]))
"""


def run(*words: str, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run this Python with ``words`` in ``cwd``, with ``path`` alone as PYTHONPATH."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=60, cwd=cwd, env=environment
    )


def assert_found_in(folder: Path, done: subprocess.CompletedProcess[str]) -> None:
    """Assert that a run of ``PROBE`` found this project's font and icon in ``folder``."""
    assert done.returncode == 0, done.stderr
    found, font, icon = json.loads(done.stdout)
    assert Path(found) == folder
    assert bytes.fromhex(font) == (ROOT / "resources/fonts/Inter-Regular.ttf").read_bytes()
    assert icon == (ROOT / "resources/icons/play.svg").read_text().replace("currentColor", "#3366cc")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive of this project."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed; bash packaging/setup.sh --test installs it")
    folder = tmp_path_factory.mktemp("built")
    done = run("-m", "hatchling", "build", "--directory", str(folder), cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Iterator[ZipFile]:
    with ZipFile(next(built.glob("*.whl"))) as opened:
        yield opened


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


def test_source_archive_carries_what_a_wheel_is_made_of(built: Path, expected: dict[str, Path]) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        carried = {name.partition("/")[2] for name in archive.getnames()}
    needed = {str(path.relative_to(ROOT)) for path in expected.values()} | {"pyproject.toml", "README.md", "LICENSE"}
    assert sorted(needed - carried) == []


def test_resources_of_an_installed_wheel(built: Path, tmp_path: Path) -> None:
    if importlib.util.find_spec("pip") is None:
        pytest.skip("pip is not installed in this environment")
    target, wheel = tmp_path / "installed", str(next(built.glob("*.whl")))
    options = ["--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    done = run("-m", "pip", "install", *options, "--target", str(target), wheel, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert_found_in(target / "spinviz" / "_resources", run("-S", "-c", PROBE, cwd=tmp_path, path=target))


# -S leaves site-packages out: what is installed in the environment of the tests must not help.
def test_resources_of_a_project_started_in_its_folder() -> None:
    assert_found_in(ROOT / "resources", run("-S", "-c", PROBE, cwd=ROOT))


def test_resources_of_a_project_on_the_path(tmp_path: Path) -> None:
    assert_found_in(ROOT / "resources", run("-S", "-c", PROBE, cwd=tmp_path, path=ROOT))


def test_resources_of_an_editable_installation(tmp_path: Path) -> None:
    origins = [json.loads(found.read_text("direct_url.json") or "{}") for found in distributions(name="spinviz")]
    if {"dir_info": {"editable": True}, "url": ROOT.as_uri()} not in origins:
        pytest.skip("this environment is not an editable installation of this project")
    assert_found_in(ROOT / "resources", run("-c", PROBE, cwd=tmp_path))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package without its resources."""
    folder = tmp_path / "copied" / "spinviz"
    folder.mkdir(parents=True)
    for name in ("__init__.py", "resources.py"):
        shutil.copy(ROOT / "spinviz" / name, folder)
    return folder


def test_missing_resources_are_told_with_both_places(package: Path, tmp_path: Path) -> None:
    done = run("-S", "-c", PROBE, cwd=tmp_path, path=package.parent)
    assert done.returncode == 1
    told = done.stderr.splitlines()[-1]
    assert f"neither in {package / '_resources'} nor in {package.parent / 'resources'}; install" in told


def test_a_folder_left_by_an_earlier_version_hides_nothing(package: Path, tmp_path: Path) -> None:
    """Until they moved, fonts and icons were in spinviz/resources, where updating leaves compiled files behind."""
    (package / "resources" / "__pycache__").mkdir(parents=True)
    shutil.copytree(ROOT / "resources", package.parent / "resources")
    assert_found_in(package.parent / "resources", run("-S", "-c", PROBE, cwd=tmp_path, path=package.parent))
