"""From a run to its snapshot and back: all that a run knows at a step, so that it goes on with the same bits."""

from __future__ import annotations

from typing import Any

from spinviz.engine.loop import MEMORY, Loop
from spinviz.engine.replay import laid_out
from spinviz.engine.snapshots import Snapshot
from spinviz.files.plain_values import Unfit
from spinviz.files.session import Session
from spinviz.files.snapshot import MOST_BYTES as MOST
from spinviz.files.snapshot import read_snapshot, write_snapshot

MOST_SNAPSHOTS = 64
MOST_BYTES = 64 * 2**20
"""Of the states on the way, through which the timeline scrubs; the first and the last are kept in any case."""


def store(loop: Loop, session: Session) -> bool:
    """Keep a snapshot of ``loop``, whose recipe is ``session``; return whether it has one. Errors: `FileError`."""
    now = loop.snapshot()
    kept = _chosen([*loop.snapshots.until(loop.step - 1), now])
    if not loop.step or sum(one.size for one in kept) > MOST:
        return False
    samples = loop.samples.content(loop.step, loop.time)
    return write_snapshot(session, {"snapshots": [_written(one) for one in kept], "samples": samples})


def resumed(session: Session, memory: int = MEMORY) -> Loop | None:
    """Return the run of ``session`` at its step from a snapshot, None without one. Errors: `Unfit`."""
    content = read_snapshot(session)
    if content is None:
        return None
    loop = laid_out(session, memory)
    try:
        loop.snapshots.forget_after(-1)
        for one in content["snapshots"]:
            loop.snapshots.add(Snapshot(*one))
        loop.samples.restore(*content["samples"])
        loop.last_step = session.step
        loop.seek(session.step)
        loop.look()
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise Unfit("its snapshot does not fit") from error
    if loop.step != session.step:
        raise Unfit("its snapshot does not fit")
    return loop


def _written(one: Snapshot) -> tuple[Any, ...]:
    return one.step, one.time, one.parameters, one.state, one.anchor, one.size


def _chosen(kept: list[Snapshot]) -> list[Snapshot]:
    """The first, the last, and as many between as there is room for."""
    room = min(MOST_SNAPSHOTS, MOST_BYTES // max(one.size for one in kept))
    stride = -(-len(kept) // max(room, 1))
    return [one for n, one in enumerate(kept) if n % stride == 0 or n == len(kept) - 1]
