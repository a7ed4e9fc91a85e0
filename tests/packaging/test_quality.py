"""Style, types and layers, checked by the tools that pyproject.toml configures."""

import ast
import importlib.util
import subprocess
import sys
import tomllib
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


def test_only_kernels_are_untyped() -> None:
    """The files that mypy lets define untyped functions hold kernels, and nothing else in them is untyped."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    exempt = [o["module"] for o in settings["overrides"] if o.get("disallow_untyped_defs") is False]
    assert len(exempt) == 1
    for module in exempt[0]:
        tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text("utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        kernels = [f for f in functions if any(ast.unparse(d).startswith("kernel") for d in f.decorator_list)]
        assert kernels, f"{module} has no kernel: no exemption"
        untyped = [f.name for f in functions if f not in kernels and f.returns is None]
        assert not untyped, f"{module}: {untyped}"
