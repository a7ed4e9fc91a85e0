"""What ``spinviz run`` writes of a pulse sequence: the signal it gives, or the sequence itself."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from spinviz.cli.problems import BadInput, say
from spinviz.cli.progress import Progress
from spinviz.files.atomic import atomic_write
from spinviz.files.errors import short_path
from spinviz.model.abilities import IsReadOut, MakesImage, PlaysSequence

if TYPE_CHECKING:
    from spinviz.cli.starting import Start


def write_signal(out: str, start: Start) -> None:
    """Simulate at full speed; write one row for every readout sample."""
    system: Any = start.system
    with Progress(f"run {system.name}") as progress:
        times, signal = system.received(start.parameters, progress.show)
    say_remarks(start)
    with atomic_write(out, "w", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["time [s]", "real [M0]", "imaginary [M0]"])
        # 15 digits hide the rounding of sums of times.
        rows = zip(times.tolist(), signal.real.tolist(), signal.imag.tolist())
        writer.writerows((repr(float(f"{t:.15g}")), repr(x), repr(y)) for t, x, y in rows)
    if not len(times):
        say(f"{out} has a heading and no rows: the sequence has no readout")


def write_image(out: str, start: Start) -> None:
    """Simulate at full speed; write the image, or the raw data that it is made of."""
    from spinviz.files.mr_image import write_mr_image
    from spinviz.files.mr_raw import SUFFIXES, write_ismrmrd

    system = start.system
    if not isinstance(system, MakesImage):
        raise BadInput(f"{system.name} makes no image for --out {short_path(out)}: use .csv, .h5 or .npz")
    with Progress(f"run {system.name}") as progress:
        if out.lower().endswith(SUFFIXES):
            write_ismrmrd(out, system.raw(start.parameters, progress.show))
        else:
            write_mr_image(out, system.image(start.parameters, progress.show))
    say_remarks(start)


def say_remarks(start: Start) -> None:
    """Say what is odd about what was played."""
    if isinstance(start.system, IsReadOut):
        for remark in start.system.remarks(start.parameters):
            say(remark)


def write_sequence(out: str, start: Start) -> None:
    """Write what the system plays as a Pulseq file."""
    from spinviz.files.pulseq.read import write_pulseq

    if not isinstance(start.system, PlaysSequence):
        raise BadInput(
            f"{start.system.name} plays no pulse sequence for --out {short_path(out)}: use .csv, .h5 or .npz"
        )
    write_pulseq(out, start.system.sequence(start.parameters))
    say_remarks(start)
