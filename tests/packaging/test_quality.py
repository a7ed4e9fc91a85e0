"""Style, types and layers, checked by the tools that pyproject.toml configures."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Modules, not the scripts beside python: those carry the environment's old path once it was moved.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS = {
    "ruff": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "importlinter": ["-c", LINT_IMPORTS],
}


@pytest.mark.parametrize("check", CHECKS)
def test_quality(check: str) -> None:
    if importlib.util.find_spec(check.split()[0]) is None:
        pytest.skip(f"{check} is not installed; bash packaging/setup.sh --test installs it")
    told = subprocess.run([sys.executable, *CHECKS[check]], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert told.returncode == 0, told.stdout + told.stderr
