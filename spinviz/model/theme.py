"""Colours and sizes of the four themes: plain values that view, plots, panels and exports share.

Contrast follows WCAG 2: text on its background at least 7:1, secondary text and graphics at least 4.5:1 and 3:1.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Theme:
    """One look. Colours are ``#rrggbb``; the role names of `visuals` are fields here."""

    name: str
    title: str
    dark: bool
    background: str
    """Centre of the view."""
    background_edge: str
    """Corners of the view: a quiet vignette."""
    window: str
    panel: str
    control: str
    """Buttons, fields."""
    line: str
    text: str
    secondary: str
    accent: str
    on_accent: str
    simulation: str
    theory: str
    net: str
    good: str
    warning: str
    """Violet: amber belongs to the law."""
    bad: str
    x: str
    y: str
    z: str
    up: str
    down: str
    muted: str
    """Construction lines: spheres, cones, boxes."""
    ambient: float = 0.35
    """Light from everywhere; the rest comes from a key and a fill light fixed to the camera."""
    font_scale: float = 1.0
    line_scale: float = 1.0

    def color(self, role: str) -> str:
        """Return ``#rrggbb`` of a role; unknown roles are an error that names the known ones."""
        value = getattr(self, role, None)
        if isinstance(value, str) and value.startswith("#"):
            return value
        known = ", ".join(f.name for f in fields(self) if str(getattr(self, f.name)).startswith("#"))
        raise ValueError(f"unknown colour role '{role}': use one of {known}")

    def lettered(self, percent: float) -> Theme:
        """Return this theme with letters of ``percent`` of its own size."""
        return replace(self, font_scale=self.font_scale * percent / 100)

    def rgb(self, role: str) -> tuple[float, float, float]:
        """Return the sRGB components of a role, each between 0 and 1."""
        digits = self.color(role)[1:]
        return int(digits[0:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:6], 16) / 255


DARK = Theme(
    name="dark",
    title="Dark",
    dark=True,
    background="#1a212c",
    background_edge="#0d1014",
    window="#0f1216",
    panel="#14181d",
    control="#1c222a",
    line="#2a313b",
    text="#e6e9ee",
    secondary="#9aa4b2",
    accent="#5ab0f6",
    on_accent="#06121d",
    simulation="#5ab0f6",
    theory="#f2b84b",
    net="#f29ccf",
    good="#6fd08c",
    warning="#c3a6ff",
    bad="#ff7b72",
    x="#ef6f6c",
    y="#6fca7f",
    z="#6aa8f7",
    up="#f2784b",
    down="#4a8df0",
    muted="#7d8a9c",
)

LIGHT = Theme(
    name="light",
    title="Light",
    dark=False,
    background="#ffffff",
    background_edge="#e9edf2",
    window="#f4f6f8",
    panel="#fbfcfd",
    control="#ffffff",
    line="#d3d9e1",
    text="#161a20",
    secondary="#4d5866",
    accent="#0b6bcb",
    on_accent="#ffffff",
    simulation="#0b6bcb",
    theory="#b26a00",
    net="#b3267c",
    good="#1a7f37",
    warning="#6f42c1",
    bad="#c62828",
    x="#c9302c",
    y="#1f8a3b",
    z="#1f62c9",
    up="#d4501f",
    down="#2460c4",
    muted="#7a8595",
    ambient=0.45,
)

PROJECTOR = Theme(
    name="projector",
    title="Projector",
    dark=False,
    background="#ffffff",
    background_edge="#ffffff",
    window="#ffffff",
    panel="#ffffff",
    control="#ffffff",
    line="#8d96a3",
    text="#000000",
    secondary="#2c343f",
    accent="#004fa8",
    on_accent="#ffffff",
    simulation="#0050b3",
    theory="#b34700",
    net="#97116a",
    good="#0b6b26",
    warning="#5b2a9d",
    bad="#b00020",
    x="#b3001b",
    y="#00701f",
    z="#003fb3",
    up="#c93a00",
    down="#0040b8",
    muted="#4f5a69",
    ambient=0.5,
    font_scale=1.25,
    line_scale=1.6,
)

HIGH_CONTRAST = Theme(
    name="high-contrast",
    title="High contrast",
    dark=True,
    background="#000000",
    background_edge="#000000",
    window="#000000",
    panel="#000000",
    control="#000000",
    line="#ffffff",
    text="#ffffff",
    secondary="#f0f0f0",
    accent="#00e5ff",
    on_accent="#000000",
    simulation="#00e5ff",
    theory="#ffd400",
    net="#ff9ae0",
    good="#3dff6e",
    warning="#d2b0ff",
    bad="#ff6b6b",
    x="#ff6b6b",
    y="#3dff6e",
    z="#6fb1ff",
    up="#ff9a3d",
    down="#4da3ff",
    muted="#c8c8c8",
    ambient=0.45,
    font_scale=1.15,
    line_scale=1.5,
)

THEMES: dict[str, Theme] = {theme.name: theme for theme in (DARK, LIGHT, PROJECTOR, HIGH_CONTRAST)}
