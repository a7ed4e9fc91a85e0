"""The light: key, fill and rim fixed to the camera, soft highlights, and air that fades what is far.

Every artist includes `LIGHT_GLSL` and gets the values from `light_uniforms`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from spinviz.model.theme import Theme
from spinviz.view.camera import Lens
from spinviz.view.colors import light, tone

AIR_DARK, AIR_LIGHT = 0.42, 0.26

LIGHT_GLSL = """
uniform float u_ambient;
uniform vec4 u_air;   // light of the far background, strength
// All vectors in eye coordinates; the result is light (squared sRGB).
vec3 lit(vec3 albedo, vec3 n, vec3 to_eye) {
    const vec3 key = vec3(-0.39, 0.60, 0.698);
    const vec3 fill = vec3(0.82, -0.12, 0.56);
    float facing = max(dot(n, to_eye), 0.0);
    float diffuse = u_ambient * (0.76 + 0.34 * n.y) + (1.12 - u_ambient) * max(dot(n, key), 0.0)
        + 0.14 * max(dot(n, fill), 0.0);
    float rim = 1.0 - facing;
    rim = rim * rim * rim * (0.55 + 0.45 * n.y);
    float h = max(dot(n, normalize(key + to_eye)), 0.0);
    h *= h; h *= h; h *= h; h *= h; h *= h;      // the 32nd power
    return albedo * (diffuse + 0.30 * rim) + vec3(0.26 * h + 0.03 * rim);
}
vec3 through_air(vec3 c, float far) {
    return mix(c, u_air.rgb, u_air.a * clamp(far, 0.0, 1.0));
}
vec4 screen(vec3 c, float alpha) {
    return vec4(sqrt(clamp(c, 0.0, 1.0)), alpha);
}
"""

LENS_GLSL = """
uniform mat4 u_view;
uniform mat4 u_projection;
uniform float u_parallel;   // 1 parallel, 0 perspective
uniform float u_pixel;      // eye units per pixel at depth 1
uniform vec2 u_range;       // depth where the air begins, 1 / its thickness
float pixel_at(float z) { return u_pixel * mix(-z, 1.0, u_parallel); }
float far_at(float z) { return (-z - u_range.x) * u_range.y; }
vec3 to_eye(vec3 p) { return u_parallel > 0.5 ? vec3(0.0, 0.0, 1.0) : normalize(-p); }
float window_depth(float z) {
    float w = mix(-z, 1.0, u_parallel);
    return 0.5 + 0.5 * (u_projection[2][2] * z + u_projection[3][2]) / w;
}
"""


def lens_uniforms(lens: Lens) -> dict[str, Any]:
    """Uniforms of `LENS_GLSL`."""
    start = lens.distance - 0.3 * lens.radius  # the near half stays clear
    return {
        "u_view": lens.view.T.astype(np.float32),
        "u_projection": lens.projection.T.astype(np.float32),
        "u_parallel": float(lens.parallel),
        "u_pixel": lens.pixel,
        "u_range": (start, 1.0 / (1.5 * lens.radius)),
    }


def light_uniforms(theme: Theme) -> dict[str, Any]:
    """Uniforms of `LIGHT_GLSL`."""
    air = AIR_DARK if theme.dark else AIR_LIGHT
    return {"u_ambient": theme.ambient, "u_air": (*map(float, light(theme.rgb("background"))), air)}


def tone_uniform(theme: Theme) -> dict[str, Any]:
    """The uniform of `DIRECTION_GLSL`."""
    return {"u_tone": tone(theme)}
