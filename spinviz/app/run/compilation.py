"""Knowing when numba compiles: the first start on a machine takes seconds that must be explained."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any


def watch_compilation(notify: Callable[[bool], None]) -> Callable[[], None]:
    """Call ``notify(True)`` when this thread begins to compile and ``notify(False)`` when it ends.

    Code from numba's cache is no compilation. Returns the function that ends the watch.
    """
    from numba.core import event

    mine = threading.get_ident()

    class Listener(event.Listener):
        depth = 0

        def on_start(self, _: Any) -> None:
            self._count(1)

        def on_end(self, _: Any) -> None:
            self._count(-1)

        def _count(self, change: int) -> None:
            if threading.get_ident() != mine:
                return
            before, self.depth = self.depth, self.depth + change
            if (before == 0) != (self.depth == 0):
                notify(self.depth > 0)

    listener = Listener()
    event.register("numba:compile", listener)

    def leave() -> None:
        event.unregister("numba:compile", listener)

    return leave
