"""``spinviz run``: step a system without a window and write what was observed, or the state it ended in."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from spinviz.cli.owned import end_with_owner
from spinviz.cli.problems import BadInput, Stopped, say
from spinviz.cli.progress import Progress
from spinviz.cli.sequences import say_remarks, write_image, write_sequence, write_signal
from spinviz.cli.starting import (
    Start,
    check_happen,
    check_steps,
    check_writable,
    ending,
    say_what_is_odd,
    start_of,
    time_of,
    usual_length,
)
from spinviz.files.atomic import atomic_write
from spinviz.files.claim import Claim
from spinviz.files.errors import FileError, short_path
from spinviz.model.abilities import HasField, IsReadOut
from spinviz.model.interrupts import Terminated

if TYPE_CHECKING:
    from spinviz.engine.loop import Loop

MOST_ROWS = 10**8
SEQUENCE = ".seq"
IMAGES = (".png", ".npy", ".mrd")
STATES = 200
"""States in a recording that has a row for every step; with --every each row has one."""
MEMORY = 1
"""Bytes of snapshots: nobody scrubs here."""


def command(options: argparse.Namespace) -> int:
    """Run and write."""
    end_with_owner()
    kind = ending(options.out, (*WRITERS, SEQUENCE, *IMAGES))
    check_writable(options.out)
    with Claim(options.out):
        return _run(options, kind)


def _run(options: argparse.Namespace, kind: str) -> int:
    start = start_of(options)
    if kind == SEQUENCE or (kind == ".csv" and isinstance(start.system, IsReadOut)):
        _check_unused(options, "sequence" if kind == SEQUENCE else "signal")
        (write_sequence if kind == SEQUENCE else write_signal)(options.out, start)
        return 0
    if kind in IMAGES:
        _check_unused(options, "sequence")
        write_image(options.out, start)
        return 0
    write = WRITERS[kind]
    duration, arrived = _end_of(options, start)
    every = every_of(options.every, start)
    loop = start.loop(MEMORY)
    _check_rows(loop, duration, every)
    check_happen(start.schedule, loop, duration, "the run ends at", "a longer --duration")
    if options.laws and write not in (_write_csv, _write_odt):
        raise BadInput(
            f"--laws adds columns to a .csv file, not to {short_path(options.out)}: leave it out or write a .csv"
        )
    with Progress(f"run {start.system.name}") as progress:
        moments = Moments(loop, duration, every, progress)
        write(options.out, moments, options.laws)
    say_what_is_odd(loop, options.note)
    say_remarks(start)
    if arrived:
        say(arrived)
    if moments.failure:
        raise Stopped(f"{options.out} holds everything up to the failure: {moments.failure}")
    return 0


def _end_of(options: argparse.Namespace, start: Start) -> tuple[float, str]:
    """Return the time to run to, and what is met there: a first run looks for the landmark.

    Errors: `UnknownName`, `BadInput` where it is not met.
    """
    from spinviz.engine.lookout import run_to, words_of

    duration = duration_of(options.duration, start)
    if not options.until:
        return duration, ""
    landmark = start.system.landmark(options.until)
    if not landmark.when(start.parameters):
        raise BadInput(
            f"--until {landmark.name}: these parameters have none ({landmark.help}): change them, or --until"
        )
    loop = start.loop(MEMORY)
    with Progress(f"looking for the {landmark.title}") as progress:
        progress.show(0.0)
        met = run_to(loop, landmark, duration)
    if not met:
        end = f"{duration:.6g} {loop.system.time_unit}"
        raise BadInput(f"--until {landmark.name}: none was met in {end}: choose a longer --duration or another --until")
    return loop.time, words_of(landmark, loop)


def _check_unused(options: argparse.Namespace, what: str) -> None:
    """Refuse what means nothing where no run is stepped."""
    for flag in ("duration", "until", "every", "laws", "action"):
        if getattr(options, flag):
            raise BadInput(
                f"--{flag} means nothing to {short_path(options.out)}, which holds the whole {what}: leave it out"
            )


def duration_of(text: str | None, start: Start) -> float:
    """Return the simulated time to run: as given, or the preset's length, or ten seconds on screen."""
    usual = usual_length(start.system, start.parameters, start.preset)
    return usual if text is None else time_of(text, start.system, "--duration", usual)


def every_of(text: str | None, start: Start) -> float | None:
    """Return the simulated time between two rows; None for every step."""
    usual = usual_length(start.system, start.parameters, start.preset) / 100
    usual = max(usual, float(start.system.timestep(start.parameters)))
    return None if text is None else time_of(text, start.system, "--every", usual, positive=True)


def _check_rows(loop: Loop, duration: float, every: float | None) -> None:
    unit, shown = loop.system.time_unit, f"{loop.dt:.6g}"
    if every is not None and every < loop.dt * (1 - 1e-6):
        raise BadInput(f"--every {every:.6g} {unit} is shorter than a step: choose {shown} {unit} or more")
    if duration / (every or loop.dt) > MOST_ROWS:
        raise BadInput(
            f"--duration {duration:.6g} {unit} gives more than {MOST_ROWS:.0e} rows of {every or loop.dt:.6g} {unit}: "
            "choose a shorter --duration or a longer --every"
        )
    check_steps(loop, duration, "the run ends at", "a shorter --duration")


class Moments:
    """The moments of a run that are written: its start and every ``every`` (or every step) up to ``duration``.

    A step that fails ends them; ``failure`` then says why, so that what was observed before can be kept.
    """

    def __init__(self, loop: Loop, duration: float, every: float | None, progress: Progress) -> None:
        self.loop, self.duration, self.every = loop, duration, every
        self.progress = progress
        self.failure = ""

    def __iter__(self) -> Iterator[Loop]:
        from spinviz.engine.loop import StepFailed

        try:
            yield self.loop
            for _ in self._steps():
                self.progress.show(self.loop.time / self.duration)
                yield self.loop
        except StepFailed as failure:
            self.failure = str(failure)

    def _steps(self) -> Iterator[None]:
        loop, row = self.loop, 0
        while True:
            if self.every is None:
                if loop.steps_until(self.duration) == 0:
                    return
                loop.advance(1)
            else:
                row += 1
                if row * self.every > self.duration * (1 + 1e-9):
                    loop.advance_to(self.duration)
                    return
                loop.advance_to(row * self.every)
            yield

    def finish(self) -> Loop:
        """Go to the end without writing on the way. Errors: `Stopped`."""
        for _ in self:
            pass
        if self.failure:
            raise Stopped(f"nothing was written, the final state was not reached: {self.failure}")
        return self.loop


def _columns(loop: Loop, laws: bool) -> list[tuple[str, str]]:
    """Names and units of what a row holds after the time."""
    found = [(o.name, o.unit) for o in loop.system.observables]
    if laws:
        units = dict(found)
        found += [(f"law:{law.name}", units[law.observable]) for law in loop.system.laws]
    return found


def _row(loop: Loop, laws: bool) -> list[float]:
    """Return the observables, and the theory of each law that holds, at this very step."""
    loop.look()
    row = [loop.observables[o.name] for o in loop.system.observables]
    if laws:
        now = [loop.laws[law.name] for law in loop.system.laws]
        row += [law.theory if law.holds else float("nan") for law in now]
    return row


def _write_csv(out: str, moments: Moments, laws: bool) -> None:
    loop = moments.loop
    with atomic_write(out, "w", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([_titled("time", loop.system.time_unit), *(_titled(*c) for c in _columns(loop, laws))])
        for now in moments:
            # 15 digits hide the rounding of n dt; the others keep every bit.
            writer.writerow([repr(float(f"{now.time:.15g}")), *map(repr, _row(now, laws))])


def _write_odt(out: str, moments: Moments, laws: bool) -> None:
    from spinviz.files.odt import END, odt_head, odt_row

    loop = moments.loop
    columns = [("time", loop.system.time_unit), *_columns(loop, laws)]
    with atomic_write(out, "w", newline="") as stream:
        stream.writelines(f"{line}\n" for line in odt_head(_header(loop), columns))
        for now in moments:
            stream.write(odt_row([float(f"{now.time:.15g}"), *_row(now, laws)]) + "\n")
        stream.write(f"{END}\n")


def _titled(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


def _write_h5(out: str, moments: Moments, laws: bool) -> None:
    from spinviz.engine.snapshots import state_arrays
    from spinviz.files.recording.write import RecordingWriter

    loop = moments.loop
    arrays = {name: array for name, array in state_arrays(loop.state).items() if array.dtype.kind in "fiub"}
    kinds = {name: (array.shape, array.dtype) for name, array in arrays.items()}
    due = 0.0
    recording = RecordingWriter(out, _header(loop), _columns(loop, False), kinds, loop.system.time_unit)
    try:
        with recording:
            for now in moments:
                found = state_arrays(now.state) if now.time >= due else {}
                same = all(name in found and found[name].shape == shape for name, (shape, _) in kinds.items())
                recording.append(now.time, _row(now, False), {name: found[name] for name in kinds} if same else None)
                if same and moments.every is None:
                    due = now.time + moments.duration / STATES
    except (KeyboardInterrupt, Terminated, FileError) as stop:
        if recording.is_there() or not isinstance(stop, FileError):
            stop.add_note(recording.kept())
        raise


def _header(loop: Loop) -> dict[str, str]:
    """What determines the run, as texts."""
    from spinviz import __version__

    p = loop.initial
    return {
        "program": f"spinviz {__version__}",
        "system": loop.system.name,
        "preset": loop.preset.name,
        "seed": str(loop.seed),
        "time_unit": loop.system.time_unit,
        "parameters": p.as_json(),
    }


def _write_npz(out: str, moments: Moments, laws: bool) -> None:
    from spinviz.engine.snapshots import state_arrays

    loop = moments.finish()
    arrays = {name.replace(".", "_"): array for name, array in state_arrays(loop.state).items()}
    with atomic_write(out) as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)


def _write_ovf(out: str, moments: Moments, laws: bool) -> None:
    from spinviz.files.ovf.read import write_ovf

    system = moments.loop.system
    if not isinstance(system, HasField):
        raise BadInput(f"{system.name} has no field on a mesh for --out {short_path(out)}: use .npz, .h5 or .csv")
    loop = moments.finish()
    write_ovf(out, system.field(loop.state, loop.parameters))


WRITERS: dict[str, Callable[[str, Moments, bool], None]] = {
    ".csv": _write_csv,
    ".odt": _write_odt,
    ".h5": _write_h5,
    ".ovf": _write_ovf,
    ".npz": _write_npz,
}
