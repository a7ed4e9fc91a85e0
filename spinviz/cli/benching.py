"""``spinviz bench``: the measurements live in `spinviz.bench`."""

from __future__ import annotations

import argparse


def command(options: argparse.Namespace) -> int:
    """Measure and print."""
    from spinviz.bench import run

    return int(run(as_json=options.json) or 0)
