"""The command line: every subcommand imports Qt, vispy and numba only when it needs them."""

from spinviz.cli.main import main

__all__ = ["main"]
