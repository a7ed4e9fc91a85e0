"""The shaders of arrows: shaft and cone solved per pixel."""

from __future__ import annotations

from spinviz.view.colors import DIRECTION_GLSL
from spinviz.view.light import LENS_GLSL, LIGHT_GLSL
from spinviz.view.sprites import PART_GLSL

HEAD_SLENDERNESS = 2.5
"""Length of the head in radii of its base."""
LONGEST_HEAD = 0.62
"""Of a short arrow, the part that is head."""

SHAPE_GLSL = """
attribute vec3 a_position;
attribute vec3 a_direction;
attribute vec4 a_color;
uniform float u_length;
uniform float u_radius;     // of the shaft, parts of the length
uniform float u_head;       // radius of the head, parts of that of the shaft
uniform float u_pivot;      // 0 tail, 0.5 middle
uniform float u_directional;
uniform float u_stout;     // least shaft radius in pixels, for arrows in large numbers

vec3 albedo() { return u_directional > 0.5 ? direction_light(a_direction) : a_color.rgb; }
// Length, shaft radius, head length, in world units. Arrows of few pixels grow stout, so that many stay bright.
vec3 shape(float m, float pixel) {
    float len = m * u_length;
    float r = u_radius * u_length * min(1.0, 1.7 * m);
    r = max(r, min(0.30 * len, u_stout * pixel));
    return vec3(len, r, min(SLENDER * u_head * r, LONGEST * len));
}
""".replace("SLENDER", f"{HEAD_SLENDERNESS:.4f}").replace("LONGEST", f"{LONGEST_HEAD:.4f}")

OUTLINE_GLSL = """
// Heads of a few pixels are too small for light and shade: colour first.
uniform float u_fine;      // pixels of a 720-line picture per pixel of this one
float relief(float pixels) { pixels *= u_fine; return clamp(0.25 * pixels - 0.1, 0.3, 1.0); }
float edge(float pixels) { return clamp(pixels + 0.5, 0.0, 1.0); }

// Coverage of the pixel at (u, w): tail at the origin, k and c the cosines along and across the line of sight.
float coverage(float u, float w, float k, float c, vec4 solid) {
    float shaft = solid.x - solid.y;
    float r = solid.z, R = solid.w, ak = abs(k);
    w = abs(w);
    float bulge = ak * sqrt(max(r * r - w * w, 0.0));
    float thin = r < 0.5 ? 2.0 * r / ((r + 0.5) * (r + 0.5)) : 1.0;   // below one pixel fade, do not break up
    float bar = min(edge(r - w) * thin, min(edge(u + bulge), edge(shaft * c + bulge - u)));
    // Cone: ellipse of the base, tangents to the tip.
    float x = u - shaft * c;
    float reach = solid.y * c;
    vec2 q = vec2(x / max(ak, 0.02), w) / R;
    vec2 g = vec2(q.x / max(ak, 0.02), q.y) / R;
    float l = length(q);
    float base = ak * R > 0.35 ? edge((1.0 - l) * l / max(length(g), 1e-6)) : 0.0;
    if (reach <= ak * R) return max(bar, base);
    float slope = R / max(reach, 1e-6);
    float up2 = max(1.0 - k * k * slope * slope, 0.0);
    float line = (R - x * slope - w * sqrt(up2)) * inversesqrt(slope * slope + up2);
    return max(max(bar, base), min(edge(line), edge(x - k * k * R * slope)));
}

"""

SURFACE_GLSL = """
// Nearest point of the surface: normal in the frame (along, across, towards the eye) and height towards the eye.
vec4 surface(float u, float w, float k, float c, vec4 solid) {
    float shaft = solid.x - solid.y, r = solid.z, R = solid.w;
    vec3 axis = vec3(c, 0.0, k);
    float best = -1e9;
    vec3 n = vec3(0.0, w < 0.0 ? -0.95 : 0.95, 0.3);
    // Shaft.
    float bulge = sqrt(max(r * r - w * w, 0.0));
    if (c > 1e-3 && abs(w) <= r) {
        float z = (u * k + bulge) / c;
        float s = u * c + z * k;
        if (s >= 0.0 && s <= shaft) { best = z; n = (vec3(u, w, z) - s * axis) / r; }
    }
    // Cone, measured from its tip.
    float m = R / solid.y;
    float M = 1.0 + m * m;
    float x = u - solid.x * c;
    float A = 1.0 - M * k * k, B = -M * c * k * x, C = x * x * (1.0 - M * c * c) + w * w;
    float disc = B * B - A * C;
    if (disc >= 0.0 && abs(A) > 1e-6) {
        float root = sqrt(disc);
        for (int i = 0; i < 2; i++) {
            float z = (-B + root) / A;
            root = -root;
            float t = -(x * c + z * k);
            if (t >= 0.0 && t <= solid.y && z + solid.x * k > best) {
                best = z + solid.x * k;
                n = normalize(vec3(x, w, z) + M * t * axis);
            }
        }
    }
    // The two flat ends, seen from behind.
    if (k < -1e-3) {
        float z = -u * c / k;
        if (u * u + w * w + z * z <= r * r && z > best) { best = z; n = -axis; }
        z = (shaft - u * c) / k;
        if (u * u + w * w + z * z - shaft * shaft <= R * R && z > best) { best = z; n = -axis; }
    }
    return vec4(n, best < -1e8 ? clamp(u * k / max(c, 0.05), -solid.x, solid.x) : best);
}
"""

QUAD_VERTEX = (
    LENS_GLSL
    + DIRECTION_GLSL
    + SHAPE_GLSL
    + """
attribute vec2 a_corner;
varying vec3 v_center;
varying vec3 v_offset;   // of this pixel from the centre, in the plane through it facing the camera
varying vec3 v_axis;
varying vec4 v_solid;    // lengths: whole, head, shaft radius, head radius
varying vec4 v_color;
void main() {
    float m = length(a_direction);
    vec3 axis = mat3(u_view) * a_direction * u_length;
    vec3 center = (u_view * vec4(a_position, 1.0)).xyz + (0.5 - u_pivot) * axis;
    vec3 tail = center - 0.5 * axis, tip = center + 0.5 * axis;
    float pixel = pixel_at(center.z);
    vec3 solid = shape(m, pixel);
    vec2 weight = mix(vec2(center.z / min(tail.z, 0.1 * center.z), center.z / min(tip.z, 0.1 * center.z)),
                      vec2(1.0), u_parallel);
    vec2 a = tail.xy * weight.x - center.xy, b = tip.xy * weight.y - center.xy;
    vec2 e = length(b - a) > 1e-6 * length(axis) ? normalize(b - a) : vec2(1.0, 0.0);
    float room = u_head * solid.y * 1.15 * max(weight.x, weight.y) + 2.0 * pixel;
    vec2 side = vec2(-e.y, e.x) * room;
    vec2 along = a_corner.x < 0.0 ? a - e * room : b + e * room;
    v_center = center;
    v_offset = vec3(along + a_corner.y * side, 0.0);
    v_axis = axis / max(length(axis), 1e-20);
    v_solid = vec4(solid.x, solid.z, solid.y, u_head * solid.y);
    v_color = vec4(albedo(), 0.0);
    gl_Position = u_projection * vec4(center + v_offset, 1.0);
    if (m <= 0.0 || center.z >= 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
"""
)

QUAD_FRAGMENT = (
    LENS_GLSL
    + LIGHT_GLSL
    + OUTLINE_GLSL
    + PART_GLSL
    + SURFACE_GLSL
    + """
varying vec3 v_center;
varying vec3 v_offset;
varying vec3 v_axis;
varying vec4 v_solid;
varying vec4 v_color;
void main() {
    vec3 sight = to_eye(v_center + v_offset);
    vec3 axis = normalize(v_axis);
    float k = clamp(dot(axis, sight), -1.0, 1.0);
    float c = sqrt(max(1.0 - k * k, 0.0));
    vec3 e = c > 1e-4 ? (axis - k * sight) / c : normalize(cross(sight, vec3(0.31, 0.95, 0.0)));
    vec3 across = cross(sight, e);
    float pixel = pixel_at(v_center.z);
    vec4 solid = v_solid / pixel;
    vec3 q = (v_offset + 0.5 * v_solid.x * axis) / pixel;
    float u = dot(q, e), w = dot(q, across);
    float alpha = coverage(u, w, k, c, solid);
    if (elsewhere(alpha)) discard;
    vec4 hit = surface(u, w, k, c, solid);
    vec3 n = e * hit.x + across * hit.y + sight * hit.z;
    vec3 place = v_center - 0.5 * v_solid.x * axis + pixel * (e * u + across * w + sight * hit.w);
    gl_FragDepth = window_depth(min(place.z, -1e-6));
    vec3 shade = mix(v_color.rgb, lit(v_color.rgb, n, sight), relief(solid.w));
    gl_FragColor = screen(through_air(shade, far_at(place.z)), alpha);
}
"""
)
