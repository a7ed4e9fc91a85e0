"""The cheap shaders of arrows: points for those of few pixels, bands for many thin ones; one line of sight for each."""

from __future__ import annotations

from spinviz.view.arrow_shapes import SHAPE_GLSL
from spinviz.view.colors import DIRECTION_GLSL
from spinviz.view.light import LENS_GLSL, LIGHT_GLSL
from spinviz.view.sprites import PART_GLSL

SMALL_GLSL = """
uniform float u_fine;
float edge(float pixels) { return clamp(pixels + 0.5, 0.0, 1.0); }
// The outline of `coverage`, its ellipses taken as discs where they are round and as lines where they are flat.
float small_coverage(float u, float w, float k, float c, vec4 solid) {
    float r = solid.z, R = solid.w, shaft = solid.x - solid.y, reach = solid.y * c;
    float bulge = k * sqrt(max(r * r - w * w, 0.0));
    float thin = r < 0.5 ? 2.0 * r / ((r + 0.5) * (r + 0.5)) : 1.0;
    float bar = min(edge(r - w) * thin, edge(min(u + bulge, shaft * c + bulge - u)));
    float x = u - shaft * c;
    float base = k * R > 0.35 ? edge(R - length(vec2(x / max(k, 0.7 / R), w))) : 0.0;
    float slope = R / max(reach, 1e-6);
    float up2 = max(1.0 - k * k * slope * slope, 0.0);
    float line = (R - x * slope - w * sqrt(up2)) * inversesqrt(slope * slope + up2);
    float cone = reach > k * R ? min(edge(line), edge(x - k * k * R * slope)) : 0.0;
    return max(max(bar, base), cone);
}
// So few pixels show no more than a round bar, lit by the key light alone; s: place across it, -1 to 1.
vec3 small_light(vec3 color, float s, vec2 e, float R) {
    float key = s * dot(e, vec2(0.60, 0.39)) + 0.698 * sqrt(1.0 - s * s);
    float relief = clamp(0.25 * R * u_fine - 0.1, 0.3, 1.0);
    return sqrt(color * (1.0 - relief + relief * (0.35 + 0.75 * max(key, 0.0))));
}
"""

POINT_VERTEX = (
    LENS_GLSL
    + LIGHT_GLSL
    + DIRECTION_GLSL
    + SHAPE_GLSL
    + """
uniform vec2 u_guard;
varying vec4 v_frame;    // direction on the screen, cosine towards the eye, size of the sprite
varying vec4 v_solid;    // lengths in pixels: whole, head, shaft radius, head radius
varying vec3 v_color;
void main() {
    float m = length(a_direction);
    vec3 axis = mat3(u_view) * a_direction * u_length;
    vec3 center = (u_view * vec4(a_position, 1.0)).xyz + (0.5 - u_pivot) * axis;
    float pixel = pixel_at(center.z);
    vec3 solid = shape(m, pixel) / pixel;
    vec3 sight = to_eye(center);
    float k = clamp(dot(axis, sight) / max(length(axis), 1e-20), -1.0, 1.0);
    vec2 across = axis.xy - k * length(axis) * sight.xy;
    float n = length(across);
    vec2 e = n > 1e-3 * length(axis) ? across / n : vec2(1.0, 0.0);
    // Half of the sprite: the tail with the shaft around it, the tip, or the base of the head.
    float head = u_head * solid.y;
    float c = sqrt(1.0 - k * k);
    float half_size = max(0.5 * c * solid.x + abs(k) * solid.y, abs(0.5 * solid.x - solid.z) * c + head) + 0.8;
    half_size = max(half_size, 0.5 * c * solid.x + 0.5);
    v_frame = vec4(e, k, 2.0 * half_size);
    v_solid = vec4(solid.x, solid.z, solid.y, head);
    v_color = through_air(albedo(), far_at(center.z));
    gl_Position = u_projection * vec4(center, 1.0);
    gl_Position.xy *= u_guard;
    gl_PointSize = 2.0 * half_size;
    if (m <= 0.0 || center.z >= 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
"""
)

POINT_FRAGMENT = (
    SMALL_GLSL
    + """
varying vec4 v_frame;
varying vec4 v_solid;
varying vec3 v_color;
void main() {
    vec2 p = (gl_PointCoord - 0.5) * v_frame.w;
    vec2 e = v_frame.xy;
    float k = abs(v_frame.z);
    float c = sqrt(max(1.0 - k * k, 0.0));
    float u = e.x * p.x - e.y * p.y + 0.5 * c * v_solid.x;
    float side = -e.x * p.y - e.y * p.x;
    float alpha = small_coverage(u, abs(side), k, c, v_solid);
    if (alpha < 0.02) discard;
    float s = clamp(side / max(v_solid.w, 0.8), -1.0, 1.0);
    gl_FragColor = vec4(small_light(v_color, s, e, v_solid.w), alpha);
}
"""
)

THIN_VERTEX = (
    LENS_GLSL
    + LIGHT_GLSL
    + DIRECTION_GLSL
    + SHAPE_GLSL
    + """
attribute vec2 a_corner;
varying vec4 v_at;       // along and across the arrow in pixels, cosines along and across the line of sight
varying vec4 v_solid;    // lengths in pixels: whole, head, shaft radius, head radius
varying vec3 v_color;
varying vec2 v_e;        // direction on the screen
// A band around the axis, at the depth of the axis; one line of sight for all of it.
void main() {
    float m = length(a_direction);
    vec3 axis = mat3(u_view) * a_direction * u_length;
    vec3 center = (u_view * vec4(a_position, 1.0)).xyz + (0.5 - u_pivot) * axis;
    float pixel = pixel_at(center.z);
    vec3 solid = shape(m, pixel) / pixel;
    vec3 sight = to_eye(center);
    vec3 along = axis / max(length(axis), 1e-20);
    float k = clamp(dot(along, sight), -1.0, 1.0);
    float c = sqrt(1.0 - k * k), ak = abs(k);
    vec3 e = c > 1e-3 ? (along - k * sight) / c : normalize(cross(sight, vec3(0.31, 0.95, 0.0)));
    float head = u_head * solid.y, base = (solid.x - solid.z) * c;
    float low = min(-ak * solid.y, base - ak * head) - 0.8, high = max(solid.x * c, base + ak * head) + 0.8;
    float u = a_corner.x < 0.0 ? low : high, w = a_corner.y * (head + 0.8);
    float s = clamp(u / max(c, 0.05), 0.0, solid.x) - 0.5 * solid.x;
    vec3 place = center + pixel * (e * (u - 0.5 * c * solid.x) + cross(sight, e) * w + sight * (k * s));
    v_at = vec4(u, w, ak, c);
    v_solid = vec4(solid.x, solid.z, solid.y, head);
    v_color = through_air(albedo(), far_at(center.z));
    v_e = e.xy;
    gl_Position = u_projection * vec4(place, 1.0);
    if (m <= 0.0 || center.z >= 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
"""
)
THIN_FRAGMENT = (
    SMALL_GLSL
    + PART_GLSL
    + """
varying vec4 v_at;
varying vec4 v_solid;
varying vec3 v_color;
varying vec2 v_e;
void main() {
    float alpha = small_coverage(v_at.x, abs(v_at.y), v_at.z, v_at.w, v_solid);
    if (elsewhere(alpha)) discard;
    float c = v_at.w, shaft = (v_solid.x - v_solid.y) * c;
    float radius = v_at.x < shaft ? v_solid.z : v_solid.w * clamp((v_solid.x * c - v_at.x) / (v_solid.y * c), 0.0, 1.0);
    float s = clamp(v_at.y / max(radius, 0.8), -1.0, 1.0);
    gl_FragColor = vec4(small_light(v_color, s, v_e, v_solid.w), alpha);
}
"""
)
