"""What a command is: menus, keys, the palette and the list of keys are made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MENUS = ("File", "Edit", "View", "System", "Help")


@dataclass(frozen=True)
class Command:
    """One thing to do. ``group`` separates entries of a menu by lines; ``state`` says whether a switch is on."""

    id: str
    title: str
    menu: str
    keys: tuple[str, ...]
    call: Callable[[], object]
    group: int = 0
    state: Callable[[], bool] | None = None
    enabled: Callable[[], bool] | None = None
    icon: str = ""
    submenu: str = ""
    """The menu inside ``menu``; empty for none."""
    reason: Callable[[], str] | None = None
    """Why it cannot be done now, for a tooltip; empty where it can."""
