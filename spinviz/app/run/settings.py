"""What spinviz remembers between starts: preferences, recent files, the window's shape; an ini file of the user's."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from spinviz.model.file_names import as_text, of_text
from spinviz.model.theme import THEMES

MOST_RECENT = 12
LIMITS: dict[str, tuple[int, int]] = {
    "letters": (80, 160),
    "memory": (16, 16384),
    "samples": (0, 8),
    "autosave": (5, 3600),
}


def config_folder() -> Path:
    """Where the preferences are."""
    return Path(platformdirs.user_config_dir("spinviz", appauthor=False))


@dataclass(frozen=True)
class Settings:
    """Preferences. Values out of range, for example from an edited file, become the default."""

    theme: str = "dark"
    memory: int = 256
    """MiB of snapshots through which the timeline scrubs."""
    samples: int = 0
    """Multisampling of the view; 0 leaves silhouettes to the shaders, which is fastest without a real GPU."""
    animate: bool = True
    """Whether the camera glides to a view."""
    autosave: int = 30
    """Seconds between two autosaved sessions."""
    letters: int = 100
    """Size of all letters of the window in percent of the theme's."""

    def checked(self) -> Settings:
        """Return these settings with every value in its range."""
        default = Settings()
        wrong = {
            name: getattr(default, name)
            for name, (low, high) in LIMITS.items()
            if not low <= getattr(self, name) <= high
        }
        if self.theme not in THEMES:
            wrong["theme"] = default.theme
        return replace(self, **wrong)


class SettingsStore:
    """Reads and writes the ini file."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or config_folder() / "spinviz.ini"
        self._ini = QSettings(str(self.path), QSettings.Format.IniFormat)

    def load(self) -> Settings:
        """Return the preferences."""
        found: dict[str, Any] = {}
        for f in fields(Settings):
            kind = type(getattr(Settings(), f.name))
            text = self._ini.value(f"settings/{f.name}")
            if text is None:
                continue
            try:
                found[f.name] = str(text).lower() == "true" if kind is bool else kind(str(text))
            except ValueError:
                continue
        return Settings(**found).checked()

    def save(self, settings: Settings) -> None:
        """Keep the preferences."""
        for f in fields(Settings):
            self._ini.setValue(f"settings/{f.name}", getattr(settings, f.name))

    def recent(self) -> list[Path]:
        """Return the files opened last that still exist, latest first."""
        names = map(of_text, self._names("recent"))
        return [Path(name) for name in names if os.path.isfile(name)][:MOST_RECENT]

    def remember(self, path: Path) -> None:
        """Put ``path`` first among the recent files."""
        path = path.absolute()
        names = [as_text(path), *(as_text(p) for p in self.recent() if p != path)]
        self._ini.setValue("recent", names[:MOST_RECENT])

    def forget_recent(self) -> None:
        """Empty the list of recent files."""
        self._ini.remove("recent")

    def folded(self) -> list[str]:
        """Return the chapters that are folded in the library."""
        return self._names("window/folded")

    def keep_folded(self, chapters: list[str]) -> None:
        """Store which chapters are folded in the library."""
        self._ini.setValue("window/folded", chapters)

    def _names(self, key: str) -> list[str]:
        found = self._ini.value(key) or []
        return [found] if isinstance(found, str) else [str(name) for name in found]

    def shape(self, name: str) -> QByteArray:
        """Return a stored ``"geometry"`` or ``"state"`` of the window, empty when there is none."""
        value = self._ini.value(f"window/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_shape(self, name: str, value: QByteArray) -> None:
        """Store the window's ``"geometry"`` or ``"state"``."""
        self._ini.setValue(f"window/{name}", value)

    def choices(self, group: str) -> dict[str, str]:
        """Return what was chosen last in a dialog, "export" or "picture": texts by name."""
        self._ini.beginGroup(group)
        found = {name: str(self._ini.value(name)) for name in self._ini.childKeys()}
        self._ini.endGroup()
        return found

    def keep_choices(self, group: str, choices: Mapping[str, str]) -> None:
        """Store what was chosen in a dialog."""
        for name, text in choices.items():
            self._ini.setValue(f"{group}/{name}", text)

    def reset(self) -> None:
        """Forget everything but the recent files."""
        for group in ("settings", "window", "export", "picture"):
            self._ini.remove(group)
