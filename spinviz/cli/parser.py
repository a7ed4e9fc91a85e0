"""The grammar of the command line."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from spinviz.cli.output import writable
from spinviz.cli.problems import BadInput
from spinviz.export.plan import settings
from spinviz.model.shortened import shortened

EXAMPLES = """examples:
  spinviz                                              open the window
  spinviz list                                         what there is to look at
  spinviz run macrospin --set alpha=0.02 --duration 2ns --out m.csv
  spinviz run pulseq --input epi.seq --input brain.h5 --out signal.csv
  spinviz sweep ising_domains --over T=1.5:3.5:21 --set start=equilibrium --out m.csv
  spinviz export isochromats --out fid.mp4 --size 1920x1080
  spinviz verify                                       put every law to the test
"""

MOST_COMPLAINT = 400
"""Letters."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of printing the usage."""

    def format_help(self) -> str:
        """Return the help, in letters that the terminal has."""
        return writable(super().format_help(), sys.stdout)

    def error(self, message: str) -> NoReturn:
        """Raise the complaint; `main` prints it."""
        short = shortened_words(message)
        raise BadInput(f"{short} ({self.prog} --help shows what there is)")


def shortened_words(message: str) -> str:
    """Return ``message`` without the greater part of long words, nor of many."""
    short = re.sub(r"\S{81,}", lambda word: shortened(word[0]), message)
    return short if len(short) <= MOST_COMPLAINT else f"{short[:MOST_COMPLAINT]}…"


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Return the options; ``command`` names the subcommand. Errors: `BadInput`."""
    for word in argv:
        if word.startswith("--") and word.endswith("=--"):  # which argparse takes for no word at all
            raise BadInput(
                f"{shortened(word.removesuffix('=--'))} has the value '--', which ends options: write another"
            )
    parser, names = _parser()
    if not argv or (argv[0] not in names and argv[0] not in ("-h", "--help", "--version")):
        return _opener().parse_args(argv)
    return parser.parse_args(_joined(_inputs(argv)))


def _inputs(argv: Sequence[str]) -> list[str]:
    """Write "--input m1.ovf m2.ovf" as two options: a shell makes files of a pattern that has no quotes around it."""
    found: list[str] = []
    last = ""
    for before, word in zip(("", *argv), argv):
        if before == "--input":
            last = word
        elif last and os.path.splitext(word)[1] == os.path.splitext(last)[1] != "" and os.path.isfile(word):
            found.append("--input")
        else:
            last = ""
        found.append(word)
    return found


def _joined(argv: Sequence[str]) -> list[str]:
    """Write "--duration -1ns" as "--duration=-1ns": argparse takes "-1ns" for an option, we know what is wrong."""
    found: list[str] = []
    for word in argv:
        is_value = len(word) > 1 and word[0] == "-" and word[1] not in "-h"
        if is_value and found and found[-1].startswith("--") and "=" not in found[-1]:
            found[-1] += f"={word}"
        else:
            found.append(word)
    return found


def _opener() -> Parser:
    """``spinviz [FILE|SYSTEM]`` has no word of its own in front, which argparse cannot say together with the rest."""
    parser = Parser(prog="spinviz", description="Open the window.")
    parser.set_defaults(command="open")
    parser.add_argument("what", nargs="?", metavar="FILE|SYSTEM", help="what to open; without it the opening picture")
    parser.add_argument("--preset", default="", help="preset of the system")
    parser.add_argument("--theme", default="", help="dark, light, projector or high-contrast")
    return parser


def _parser() -> tuple[Parser, tuple[str, ...]]:
    from spinviz import __version__

    parser = Parser(
        prog="spinviz",
        usage="spinviz [FILE|SYSTEM] | spinviz COMMAND ...",
        description="See how countless spins become one magnetization, and what that magnetization does.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"spinviz {__version__}")
    commands = parser.add_subparsers(
        prog="spinviz", dest="command", required=True, metavar="COMMAND", parser_class=Parser
    )
    _list(commands)
    _run(commands)
    _sweep(commands)
    _export(commands)
    _verify(commands)
    _bench(commands)
    _doctor(commands)
    return parser, tuple(commands.choices)


Commands = argparse._SubParsersAction  # argparse has no public name for it


def _list(commands: Commands[Parser]) -> None:
    parser = commands.add_parser("list", help="systems, presets, parameters with units and ranges, observables, laws")
    parser.add_argument("systems", nargs="*", metavar="SYSTEM", help="only these")
    _json(parser)


def _run(commands: Commands[Parser]) -> None:
    parser = commands.add_parser("run", help="run a system without a window and write what was observed")
    parser.add_argument("system", metavar="SYSTEM")
    _start(parser)
    parser.add_argument(
        "--out",
        required=True,
        metavar="FILE",
        help=".csv .odt .h5 (all), .ovf .npz (final state), .seq (sequence), .png .npy (its image), .mrd (raw data)",
    )
    parser.add_argument("--duration", metavar="T", help="simulated time, with a unit if you like")
    parser.add_argument(
        "--until", metavar="EVENT", help="end at the next echo, null or reversal; an unknown one lists those there are"
    )
    parser.add_argument("--every", metavar="DT", help="simulated time between two rows or frames; default every step")
    parser.add_argument("--laws", action="store_true", help="add a column with the theory of each law to the CSV")


def _sweep(commands: Commands[Parser]) -> None:
    parser = commands.add_parser(
        "sweep",
        help="what is observed over parameters: means with errors, on all cores or a cluster",
        description="Measure at every point until the standard errors are as small as wanted. Each point is a run of "
        "its own, which counts from when it is in equilibrium. Interrupted sweeps go on where the same command is "
        "given again.",
    )
    parser.add_argument("system", metavar="SYSTEM")
    parser.add_argument(
        "--over",
        required=True,
        action="append",
        default=[],
        metavar="NAME=FROM:TO:COUNT",
        help="parameter and its values, for example --over T=3:0.5:26, with :log behind in equal ratios; again for a "
        "grid, the last runs fastest",
    )
    _start(parser)
    parser.add_argument("--out", required=True, metavar="FILE", help=".csv or .h5, a row for each point")
    parser.add_argument(
        "--error", default="1%", metavar="E", help="relative standard error at which a point is done; default 1%%"
    )
    parser.add_argument(
        "--limit",
        metavar="T",
        help="most simulated time of a point, where it ends also without equilibrium or that error; default 100000 "
        "steps",
    )
    parser.add_argument(
        "--observable",
        action="append",
        default=[],
        metavar="NAME",
        help="only this one (again for others) must be in equilibrium and have the error; default all but variances",
    )
    parser.add_argument("--laws", action="store_true", help="add a column with the theory of each law")
    parser.add_argument(
        "--carry",
        action="store_true",
        help="start each point from the state of the one before, along the last --over, instead of a new one",
    )
    parser.add_argument("--back", action="store_true", help="--carry, and go the last --over back as well: hysteresis")
    parser.add_argument("--jobs", default="", metavar="N", help="processes of this machine; default one for each core")
    parser.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="compute on a dask.distributed cluster: tcp://10.0.0.7:8786"
    )
    parser.add_argument("--force", action="store_true", help="begin anew, whatever the file holds")


def _export(commands: Commands[Parser]) -> None:
    parser = commands.add_parser("export", help="write a movie or a picture; needs no display")
    parser.add_argument("system", metavar="SYSTEM|SESSION")
    _start(parser)
    parser.add_argument(
        "--out",
        required=True,
        metavar="FILE",
        help=".mp4 .webm .gif .apng, .png for one picture, a folder or name_%%05d.png for a series",
    )
    for setting in settings():
        flag, help_text = f"--{setting.name}", setting.metadata["help"]
        if isinstance(setting.default, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=setting.default, help=help_text)
        else:
            parser.add_argument(flag, default=setting.default, metavar=setting.metadata["metavar"], help=help_text)
    parser.add_argument(
        "--estimate", action="store_true", help="write nothing; say how large the file and how long the work would be"
    )
    parser.add_argument("--preview", metavar="FILE", default="", help=argparse.SUPPRESS)
    parser.add_argument("--frame", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--progress", action="store_true", help='print "progress K N" lines')


def _verify(commands: Commands[Parser]) -> None:
    parser = commands.add_parser("verify", help="put every law to the test: value, theory, deviation, tolerance")
    parser.add_argument("systems", nargs="*", metavar="SYSTEM", help="only these")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="leave out laws that need long runs")
    how.add_argument(
        "--thorough",
        action="store_true",
        help="let means count nine times as long, which makes their errors three times smaller; on all cores, minutes",
    )
    _json(parser)


def _bench(commands: Commands[Parser]) -> None:
    parser = commands.add_parser("bench", help="speed of kernels and rendering, beside this machine's limits and peers")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these benchmarks or groups, for example llg")
    parser.add_argument("--window", action="store_true", help="also the gaps of the event loop (half a minute)")
    _json(parser)


def _doctor(commands: Commands[Parser]) -> None:
    parser = commands.add_parser("doctor", help="what this machine has, what is missing, and how to get it")
    parser.add_argument("--probe", choices=("window", "headless"), help=argparse.SUPPRESS)
    _json(parser)


def _start(parser: Parser) -> None:
    parser.add_argument("--preset", default="", help="named set of parameters and actions; default none")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help='for example --set "B0=3 T"')
    parser.add_argument(
        "--action", action="append", default=[], metavar="NAME@TIME", help="for example --action flip@2ns"
    )
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="FILE",
        help="file to start from, for example an OVF file; again for another kind (a sequence and a phantom)",
    )
    parser.add_argument("--seed", default=None, metavar="N", help="seed of the random numbers; default 0")
    parser.set_defaults(note="")


def _json(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
