"""The reference of systems is what the declarations say."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_reference_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, ROOT / "docs/make_reference.py", "--check"], check=False)
    assert done.returncode == 0, "run: python docs/make_reference.py"
