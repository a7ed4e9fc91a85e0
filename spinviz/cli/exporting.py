"""``spinviz export``: a movie, a series or a picture, with the window's look and without a window."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spinviz.cli.doctor import GL_PACKAGES
from spinviz.cli.opening import find_theme
from spinviz.cli.owned import end_with_owner
from spinviz.cli.problems import BadInput, Stopped, say
from spinviz.cli.progress import Progress
from spinviz.cli.starting import (
    check_happen,
    check_steps,
    check_writable,
    ending,
    number_of,
    say_what_is_odd,
    start_of,
    time_of,
    usual_length,
    usual_speed,
)
from spinviz.files.errors import short_path
from spinviz.files.ovf.series import is_several
from spinviz.model import clock
from spinviz.model.parameters import Parameters
from spinviz.model.shortened import shortened
from spinviz.model.system import System

MOST_SECONDS = 60.0
"""On screen, without ``--length``: what a preset asks for at parameters that make it slow is cut to this."""

if TYPE_CHECKING:
    from spinviz.engine.loop import Loop
    from spinviz.export.job import Job
    from spinviz.export.plan import ExportPlan, Plan
    from spinviz.files.session import Session

ENDINGS = (".mp4", ".webm", ".gif", ".apng", ".png")
MEMORY = 1
"""Bytes of snapshots: nobody scrubs here."""
MANY = 10_000
"""Changes from which on it is said that repeating them takes long."""
LONGEST = 24 * 3600.0


@dataclass(frozen=True)
class Look:
    """A run and how a session, or the system itself, wants to be seen."""

    loop: Loop
    speed: float
    length: float
    added: tuple[tuple[float, str], ...]
    """The actions of the command line."""
    theme: str = "dark"
    camera: Any = None
    kept: tuple[Any, ...] = ()
    hidden: tuple[str, ...] = ()


def command(options: argparse.Namespace) -> int:
    """Export."""
    from spinviz.engine.loop import StepFailed
    from spinviz.export.animation import size_for
    from spinviz.export.job import export
    from spinviz.export.plan import PlanError, read_size
    from spinviz.view.context import OpenGLMissing

    end_with_owner()
    try:
        wanted = wanted_of(options)
        size_wanted = read_size(wanted.size or wanted.kind.size)
        job, loop = _job(options, wanted)
        if size_wanted != size_for(options.out, size_wanted):
            size = "x".join(map(str, job.plan.size))
            say(f"size {options.size} is rounded up to {size}: video needs even numbers")
        if options.estimate or options.preview:
            _try(options, job, loop)
            return 0
        with Progress(f"export {loop.system.name}") as progress:
            export(loop, job, _report(progress, options.progress))
        say_what_is_odd(loop, options.note)
    except PlanError as error:
        raise BadInput(str(error)) from error
    except OpenGLMissing as error:
        raise BadInput(f"{error}; on Debian or Ubuntu run '{GL_PACKAGES}', elsewhere run 'spinviz doctor'") from error
    except StepFailed as failure:
        raise Stopped(f"nothing was written: {failure}") from failure
    return 0


def _try(options: argparse.Namespace, job: Job, loop: Loop) -> None:
    """Draw a preview, and say how large the file and how long the export will be."""
    from spinviz.export.job import checked
    from spinviz.export.trial import estimate, preview

    if options.estimate and checked(job).single:
        raise BadInput(f"--estimate is for films, {job.out} is one picture: leave it out")
    number = min(max(options.frame, 0), job.plan.frames - 1)
    if options.preview:
        frame = preview(loop, job, number, options.preview)
        print(f"preview {number} {_time(frame.time, loop)}", flush=True)
    if options.estimate:
        print(estimate(loop, job, number).words, flush=True)


def _report(progress: Progress, lines: bool) -> Any:
    def report(done: int, total: int) -> None:
        progress.show(done / total)
        if lines:
            print(f"progress {done} {total}")
            sys.stdout.flush()

    return report


def wanted_of(options: argparse.Namespace) -> ExportPlan:
    """Return what the options ask for."""
    from spinviz.export.plan import ExportPlan, settings

    return ExportPlan(options.out, **{setting.name: getattr(options, setting.name) for setting in settings()})


def _job(options: argparse.Namespace, wanted: ExportPlan) -> tuple[Job, Loop]:
    from spinviz.export.job import Job, is_picture
    from spinviz.model.theme import THEMES

    _check_out(wanted)
    look = _look(options)
    theme = THEMES[find_theme(wanted.theme) if wanted.theme else look.theme]
    single = is_picture(wanted.out)
    plan = _plan(wanted, look, single)
    end = plan.start if single else plan.start + float((plan.frames - 1) / plan.fps) * plan.speed
    check_steps(look.loop, end, "the export ends at", "an earlier --start, a smaller --speed or a shorter --length")
    if single:
        check_happen(look.added, look.loop, plan.start, "the picture shows", "a later --start")
    else:
        check_happen(look.added, look.loop, end, "the export ends at", "a longer --length")
    job = Job(wanted.out, plan, theme, wanted.plots, look.camera, single, look.kept, look.hidden, wanted.transparent)
    return job, look.loop


def _check_out(wanted: ExportPlan) -> None:
    """Refuse an unknown kind, a picture with a length, a place without a way in. Errors: `BadInput`, `FileError`."""
    from spinviz.export.series import is_series, series_of

    out = wanted.out
    lengths = {name: getattr(wanted, name) for name in ("length", "stop", "loop") if getattr(wanted, name)}
    if len(lengths) > 1:
        raise BadInput(f"--{' and --'.join(lengths)} say both how long the film is: give one of them")
    if wanted.colors and wanted.kind.ending != ".gif":
        raise BadInput(f"--colors {wanted.colors} is for a .gif, not for {out}: leave it out")
    if is_series(out):
        if "%" in Path(out).name and Path(out).suffix.lower() != ".png":
            raise BadInput(
                f"--out {short_path(out)} is a series of {shortened(Path(out).suffix)} files: only .png can be a series"
            )
        check_writable(str(series_of(out).path(0)) if os.path.exists(series_of(out).folder) else out)
        return
    if ending(out, ENDINGS) == ".png" and lengths:
        flag, value = next(iter(lengths.items()))
        path = Path(out)
        numbered, folder = str(path.with_name(f"{path.stem}_%05d.png")), f"{path.with_suffix('')}/"
        raise BadInput(
            f"--out {short_path(out)} is one picture and has no --{flag} {shortened(value)}: for a series use "
            f"{short_path(numbered)} or the folder {short_path(folder)}, for one picture leave --{flag} out"
        )
    check_writable(out)


def _plan(wanted: ExportPlan, look: Look, single: bool) -> Plan:
    from spinviz.export.animation import size_for
    from spinviz.export.plan import Plan, check_frames, read_colors, read_fps, read_size, read_turn

    system = look.loop.system
    fps = read_fps(wanted.fps or wanted.kind.fps)
    speed = _speed(wanted.speed, system, look.speed) if wanted.speed else look.speed
    length, shortest = look.length, 1 / float(fps)
    if wanted.length:
        length = number_of(wanted.length, "s", "--length", max(length, shortest), shortest, LONGEST)
    start = 0.0
    if wanted.start:
        start = time_of(wanted.start, system, "--start", look.speed * look.length)
    elif single:
        start = speed * length / 2  # in the middle something is to be seen
    if wanted.stop:
        length = _until(time_of(wanted.stop, system, "--stop", start + look.speed * look.length), start, speed, look)
    size = size_for(wanted.out, read_size(wanted.size or wanted.kind.size))
    plan = Plan(size, fps, length, start, speed, read_turn(wanted.turn or "0"), read_colors(wanted.colors or "256"))
    return check_frames(plan.looped(_span(wanted.loop, look.loop, start)) if wanted.loop else plan)


def _until(stop: float, start: float, speed: float, look: Look) -> float:
    """Seconds on screen from ``start`` to ``stop``. Errors: `BadInput`."""
    if stop <= start:
        raise BadInput(
            f"--stop {_time(stop, look.loop)} is not after the start at {_time(start, look.loop)}: choose a later one"
        )
    if not (stop - start) / speed <= LONGEST:
        raise BadInput(
            f"--stop {_time(stop, look.loop)} gives more than {LONGEST:g} s on screen: choose a larger --speed"
        )
    return (stop - start) / speed


def _time(time: float, loop: Loop) -> str:
    """A time in the words of the run."""
    return clock.duration(time, loop.system.time_unit)


def _span(periods: str, loop: Loop, start: float) -> float:
    """Simulated time of an exact loop that begins at ``start``. Errors: `BadInput`, `PlanError`, `StepFailed`."""
    from spinviz.export.plan import read_periods

    count = read_periods(periods)
    check_steps(loop, start, "the loop begins at", "an earlier --start")
    loop.advance_to(start)
    period = loop.system.period(loop.parameters)
    if not period > 0:
        raise BadInput(
            f"--loop {count}: nothing repeats itself exactly in {loop.system.name} with these parameters: leave it out"
        )
    if loop.changes_ahead:
        raise BadInput(f"--loop {count}: the run is changed after {_time(start, loop)}: choose a --start after that")
    return count * period


def _speed(text: str, system: System[Any, Any], usual: float) -> float:
    from spinviz.files.session import FASTEST, SLOWEST

    text = text.strip().removesuffix("/s") if system.time_unit != "1/s" else text
    speed = time_of(text, system, "--speed", usual, positive=True)
    if not SLOWEST <= speed <= FASTEST:
        limits = f"between {SLOWEST:g} and {FASTEST:g} {system.time_unit}"
        raise BadInput(f"--speed {shortened(text)} is out of range: choose a value {limits}")
    return speed


def _look(options: argparse.Namespace) -> Look:
    from spinviz.files.session import SUFFIX

    if Path(options.system).suffix.lower() == SUFFIX:
        return _session(options)
    _name_system_of_file(options)
    start = start_of(options)
    speed = usual_speed(start.system, start.parameters, start.preset)
    length = _seconds(start.system, start.parameters, start.preset, speed)
    return Look(start.loop(MEMORY), speed, length, start.schedule)


def _seconds(system: System[Any, Any], p: Parameters, preset: str, speed: float) -> float:
    """Seconds on screen that a preset asks for, which parameters can make long but not endless."""
    length = usual_length(system, p, preset)
    if length == system.end(p):
        length += system.timestep(p)  # The last picture of a film is seen as long as the others.
    return min(length / speed, MOST_SECONDS)


def _name_system_of_file(options: argparse.Namespace) -> None:
    """``spinviz export FILE`` is short for the system that starts from such files, with ``--input FILE``."""
    from spinviz.systems import systems
    from spinviz.systems.series import series_system

    path = Path(options.system)
    if is_several(options.system) and (shows := series_system([path])):
        options.system, options.input = shows.name, [options.system, *options.input]
        return
    if not path.suffix or not os.path.isfile(path):
        return
    for system in systems().values():
        if path.suffix.lower() in system.suffixes():
            options.system, options.input = system.name, [str(path), *options.input]
            return
    known = ", ".join(dict.fromkeys(suffix for system in systems().values() for suffix in system.suffixes()))
    raise BadInput(f"no system starts from {path.name}: use a file ending in {known} or a session (.spinviz)")


def _session(options: argparse.Namespace) -> Look:
    """The run of a session file, changed by what the command line says."""
    from spinviz.cli.starting import names_of, parameters_over, schedule_of, seed_of
    from spinviz.files.session import read_session
    from spinviz.systems import system_named

    session = read_session(options.system, system_named)
    system = session.system
    if options.input:
        raise BadInput(
            f"--input {short_path(options.input[0])} does not go with a session: set the file in the session"
        )
    if options.preset:
        raise BadInput(
            f"--preset {shortened(options.preset)} does not go with a session: it has its own parameters, use --set"
        )
    if options.set:  # its later changes leave these values as they are set
        events = [
            (k, parameters_over(one, options.set) if isinstance(one, Parameters) else one) for k, one in session.events
        ]
        parameters = parameters_over(session.parameters, options.set)
        session = replace(session, parameters=parameters, events=tuple(events))
    if options.seed is not None:
        session = replace(session, seed=seed_of(options.seed))
    length = _seconds(system, session.parameters, session.preset, session.speed)
    added = schedule_of(system, options.action, length * session.speed)
    session = replace(session, schedule=(*session.schedule, *added))
    seen = (session.theme, camera_of(session.camera), session.kept, session.hidden)
    return Look(_begun(session, names_of(options.set)), session.speed, length, added, *seen)


def _begun(session: Session, kept: Iterable[str] = ()) -> Loop:
    """The run at step 0, where everything may have happened already: what takes long shows how far it is."""
    from spinviz.engine.memory import demand
    from spinviz.engine.replay import extent, loop_of

    if words := demand(session.system, session.parameters):
        say(f"making {words}")
    if len(session.events) + len(session.schedule) > MANY:
        say(f"repeating {extent(session)}, which takes a while")
    with Progress(f"open {session.system.name}") as progress:
        return loop_of(session, MEMORY, progress.show, kept)


def camera_of(state: Any) -> Any:
    """Return the camera that a session holds; None where it holds none."""
    from spinviz.app.window.camera_views import camera_in

    return camera_in(state) if state else None
