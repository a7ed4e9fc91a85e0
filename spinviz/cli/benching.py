"""``spinviz bench``: the measurements live in `spinviz.bench`."""

from __future__ import annotations

import argparse


def command(options: argparse.Namespace) -> int:
    """Measure and print."""
    from spinviz.bench import run
    from spinviz.bench.catalogue import UnknownBenchmark
    from spinviz.cli.problems import BadInput

    try:
        return run(options.names, as_json=options.json, window=options.window)
    except UnknownBenchmark as unknown:
        raise BadInput(str(unknown)) from unknown
