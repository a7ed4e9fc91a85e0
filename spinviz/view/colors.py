"""Colours of directions and values, the same on the graphics card and in numpy.

Shaders work in "light": the square of an sRGB component, so that sqrt() brings it back to the screen and mixing
and lighting are nearly those of physical light.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spinviz.model.theme import Theme
from spinviz.model.visuals import SUBLATTICES, Color, Shades

Rgb = NDArray[np.float32]

# Hue, in the OKLab plane, of a vector along +x; +y follows 90 degrees later (x red, y yellow-green, -x blue-green).
HUE_OF_X = 29.0
# The wheel is lightest at this hue (yellow) and darkest opposite (blue): readable without telling red from green.
HUE_OF_LIGHTEST = 108.0
RIPPLE = 0.085

DIRECTION_GLSL = f"""
// Hue from the azimuth, lightness from z, in OKLab (B. Ottosson 2020): even steps look even.
// u_tone: lightness of the equator, of -z, of +z; chroma of the equator.
uniform vec4 u_tone;
vec3 direction_light(vec3 d) {{
    float n = length(d);
    vec3 u = n > 1e-12 ? d / n : vec3(0.0, 0.0, 1.0);
    vec2 hue = vec2(u.x * {np.cos(np.radians(HUE_OF_X)):.9f} - u.y * {np.sin(np.radians(HUE_OF_X)):.9f},
                    u.x * {np.sin(np.radians(HUE_OF_X)):.9f} + u.y * {np.cos(np.radians(HUE_OF_X)):.9f});
    vec2 lightest = vec2({np.cos(np.radians(HUE_OF_LIGHTEST)):.9f}, {np.sin(np.radians(HUE_OF_LIGHTEST)):.9f});
    float pole = u.z > 0.0 ? u_tone.z : u_tone.y;
    float L = mix(u_tone.x, pole, u.z * u.z) + {RIPPLE:.6f} * dot(hue, lightest);
    vec2 ab = u_tone.w * hue;
    vec3 lms = vec3(L + 0.3963377774 * ab.x + 0.2158037573 * ab.y,
                    L - 0.1055613458 * ab.x - 0.0638541728 * ab.y,
                    L - 0.0894841775 * ab.x - 1.2914855480 * ab.y);
    lms = lms * lms * lms;
    vec3 rgb = vec3(dot(lms, vec3(4.0767416621, -3.3077115913, 0.2309699292)),
                    dot(lms, vec3(-1.2684380046, 2.6097574011, -0.3413193965)),
                    dot(lms, vec3(-0.0041960863, -0.7034186147, 1.7076147010)));
    // To the power of 7/16 to the screen (sRGB is close to 1 / 2.2), squared to light: roots cost less than pow().
    rgb = clamp(rgb, 1e-6, 1.0);
    return rgb / sqrt(sqrt(sqrt(rgb)));
}}
"""


def tone(theme: Theme) -> tuple[float, float, float, float]:
    """Lightness of equator, -z and +z, and chroma: so chosen that no direction vanishes in the background."""
    if theme.dark:
        return 0.70, 0.46, 0.97, 0.155
    return 0.64, 0.14, 0.60, 0.16


def direction_rgb(directions: NDArray[np.floating], theme: Theme) -> Rgb:
    """SRGB colours (N, 3) of vectors (N, 3): the function of the shaders, for legends and exports."""
    d = np.asarray(directions, dtype=float)
    n = np.linalg.norm(d, axis=-1, keepdims=True)
    u = np.where(n > 1e-12, d / np.maximum(n, 1e-12), np.array([0.0, 0.0, 1.0]))
    equator, down, up, chroma = tone(theme)
    a, b = np.radians(HUE_OF_X), np.radians(HUE_OF_LIGHTEST)
    hx = u[..., 0] * np.cos(a) - u[..., 1] * np.sin(a)
    hy = u[..., 0] * np.sin(a) + u[..., 1] * np.cos(a)
    z2 = u[..., 2] ** 2
    lightness = equator * (1 - z2) + np.where(u[..., 2] > 0, up, down) * z2
    lightness = lightness + RIPPLE * (hx * np.cos(b) + hy * np.sin(b))
    linear = _oklab(lightness, chroma * hx, chroma * hy)
    result: Rgb = (np.clip(linear, 1e-6, 1) ** (7 / 16)).astype(np.float32)
    return result


def _oklab(L: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear sRGB of OKLab coordinates."""
    lms = np.stack(
        [
            L + 0.3963377774 * a + 0.2158037573 * b,
            L - 0.1055613458 * a - 0.0638541728 * b,
            L - 0.0894841775 * a - 1.2914855480 * b,
        ],
        axis=-1,
    )
    matrix = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    result: NDArray[np.float64] = lms**3 @ matrix.T
    return result


def light(rgb: object) -> Rgb:
    """Squared sRGB: what shaders mix."""
    result: Rgb = np.square(np.asarray(rgb, dtype=np.float32))
    return result


def lights(color: Color, theme: Theme, count: int) -> Rgb:
    """Light and opacity (count, 4) of a colour array, or of one role (1, 4)."""
    if isinstance(color, str):
        return np.array([[*light(theme.rgb(color)), 1.0]], dtype=np.float32)
    array: NDArray[np.float32] = shaded(color, theme) if isinstance(color, Shades) else np.asarray(color, np.float32)
    width = array.shape[1] if array.ndim == 2 else 0
    if len(array) != count or width not in (3, 4):
        raise ValueError(f"colours of shape {array.shape} for {count} items: use ({count}, 3) or ({count}, 4)")
    alpha = array[:, 3:] if width == 4 else np.ones((count, 1), np.float32)
    return np.ascontiguousarray(np.hstack([light(array[:, :3]), alpha]), dtype=np.float32)


def shaded(shades: Shades, theme: Theme) -> Rgb:
    """SRGB colours (N, 3) of numbers or vectors."""
    if shades.values.ndim == 2:
        return direction_rgb(shades.values, theme)
    span = max(shades.high - shades.low, 1e-12)
    index = np.clip((shades.values - shades.low) / span * 255, 0, 255)
    result: Rgb = lookup(shades.colormap, theme)[np.nan_to_num(index).astype(np.intp)].astype(np.float32) / 255
    return result


@lru_cache(maxsize=32)
def lookup(colormap: str, theme: Theme) -> NDArray[np.uint8]:
    """A colour map as sRGB bytes (256, 3): "spin" runs from the theme's down to its up colour.

    "sublattices" has as many steps as `SUBLATTICES`, the middles of the outer ones at its ends.
    """
    x = np.linspace(0, 1, 256)
    if colormap == "sublattices":
        steps = np.round(x * (len(SUBLATTICES) - 1)).astype(np.intp)
        return np.round(255 * np.array([theme.rgb(role) for role in SUBLATTICES])[steps]).astype(np.uint8)
    if colormap != "spin":
        from cmap import Colormap

        table: NDArray[np.uint8] = np.round(np.asarray(Colormap(colormap)(x))[:, :3] * 255).astype(np.uint8)
        return table
    down, up = light(theme.rgb("down")), light(theme.rgb("up"))
    middle = light((0.90, 0.91, 0.93)) if theme.dark else light((0.96, 0.96, 0.97))
    weight = np.abs(2 * x - 1)[:, None] ** 0.9
    ends = np.where(x[:, None] < 0.5, down, up)
    result: NDArray[np.uint8] = np.round(255 * np.sqrt(middle * (1 - weight) + ends * weight)).astype(np.uint8)
    return result
