"""Machine code on disk is used again as long as it is that of the source, of its own file and of others."""

import subprocess
import sys
from pathlib import Path

import pytest

CALLEE = """
from spinviz.physics.kernel import kernel

@kernel
def tripled(x):
    return {factor} * x
"""
CALLER = """
from inner import tripled
from spinviz.physics.kernel import kernel

@kernel
def next_one(x):
    return tripled(x) + 1
"""
RUN = "import outer; print(outer.next_one(2), sum(outer.next_one.stats.cache_hits.values()))"


def run(folder: Path) -> list[int]:
    """Result, and how much of it came from the cache."""
    told = subprocess.run([sys.executable, "-c", RUN], cwd=folder, capture_output=True, text=True, check=True)
    return [int(word) for word in told.stdout.split()]


def test_a_kernel_is_compiled_anew_when_one_that_it_calls_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    (tmp_path / "inner.py").write_text(CALLEE.format(factor=3))
    (tmp_path / "outer.py").write_text(CALLER)
    assert run(tmp_path) == [7, 0]
    assert run(tmp_path) == [7, 1], "the second start compiles nothing"
    (tmp_path / "inner.py").write_text(CALLEE.format(factor=30))
    assert run(tmp_path) == [61, 0]
