"""Packages with systems of their own, laid into a folder as an installer would, and the program beside them."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
COMPASS = ROOT / "docs/examples/compass"


def install(folder: Path, name: str, entries: list[str]) -> None:
    """Lay the description of a distribution into ``folder``; its modules are the caller's."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("\n".join(["[spinviz.systems]", *entries]) + "\n")


def install_compass(folder: Path) -> None:
    """Build the example as its pyproject.toml says, and unpack it into ``folder``: what an installer does."""
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(words, cwd=COMPASS, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    with ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder)


def spinviz(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program with ``site`` on the path, in it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)])}
    words = [sys.executable, "-m", "spinviz", *arguments]
    return subprocess.run(words, capture_output=True, text=True, env=environment, check=False, timeout=300, cwd=site)
