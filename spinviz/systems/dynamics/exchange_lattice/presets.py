"""Presets of the exchange lattice; those of films, discs and cubes are in `films`."""

from __future__ import annotations

from spinviz.model.system import Preset
from spinviz.systems.dynamics.exchange_lattice.films import FILM_PRESETS, GARNET, PERMALLOY

STRIP = PERMALLOY | {
    "start": "S", "alpha": 0.02, "nx": 128, "ny": 32, "dx": 3.90625e-9, "dy": 3.90625e-9, "dz": 3e-9,
}  # fmt: skip
"""muMAG standard problem 4: 500 x 125 x 3 nm."""
SQUARE = PERMALLOY | {
    "start": "vortex", "B": 0.0, "alpha": 0.1, "u": -72.17, "beta": 0.05, "nx": 32, "ny": 32, "nz": 4, "dx": 3.125e-9,
    "dy": 3.125e-9, "dz": 2.5e-9, "show": "arrows",
}  # fmt: skip
"""muMAG standard problem 5: 100 x 100 x 10 nm, 1e12 A/m^2 of polarized electrons."""
SPRING_FILM = {
    "material": "permalloy", "second": "cobalt", "region": "above", "share": 0.5, "axis": "x", "B": -0.2, "tilt": 90.0,
    "start": "uniform", "angle": 80.0, "alpha": 0.5, "nx": 12, "ny": 8, "nz": 32, "dx": 2.5e-9, "dy": 2.5e-9,
    "dz": 2.5e-9, "show": "arrows",
}  # fmt: skip
GRAINS = {
    "material": "FePt", "grain": 8e-9, "scatter": 10.0, "coupling": 0.1, "stray": True, "start": "random", "B": 0.0,
    "alpha": 0.5, "nx": 96, "ny": 96, "dx": 1e-9, "dy": 1e-9, "dz": 6e-9,
}  # fmt: skip
CUT_OUT = PERMALLOY | {
    "shape": "image", "start": "random", "B": 0.0, "alpha": 0.5, "nx": 96, "ny": 96, "dx": 5e-9, "dy": 5e-9,
    "dz": 10e-9,
}  # fmt: skip
"""A film in the shape of an image."""
FLAKE = PERMALLOY | {
    "start": "random", "B": 0.0, "alpha": 0.5, "nx": 128, "ny": 64, "dx": 5e-9, "dy": 5e-9, "dz": 30e-9,
}  # fmt: skip

PRESETS = (
    Preset(
        "skyrmion", "Skyrmion", "A Néel skyrmion in a thin film, written too large: its size oscillates.",
        parameters={"alpha": 0.015}, length=5e-10,
        notes="Written too large, the skyrmion oscillates in size (its breathing mode) eight billion times a "
        "second until damping stops it. Its topological charge Q stays the same: no continuous deformation can "
        "change it.",
    ),
    Preset(
        "labyrinth", "Labyrinth", "From disorder to stripes: strong DMI makes a labyrinth of domains.",
        parameters={"start": "random", "D": 4.5e-3, "B": 0.0, "alpha": 0.3, "nx": 128, "ny": 128},
        length=1e-9,
        notes="The film orders everywhere at once: stripes, whose width is set by the DMI, meet, branch and "
        "end. Increase the field and short stripes shrink to skyrmions.",
    ),
    Preset(
        "domain_wall", "Domain wall", "One Bloch wall: exchange widens it, anisotropy narrows it.",
        parameters={
            "start": "wall", "D": 0.0, "B": 0.0, "A": 3e-11, "K1": 5.2e5, "Ms": 1.4e6, "nx": 96, "ny": 24,
            "dx": 2e-9, "dy": 2e-9, "dz": 2e-9, "periodic": False,
        },
        length=2e-10,
        notes="Cobalt: the wall settles at Δ = √(A/K₁) = 7.6 nm and costs 15.8 mJ/m². Increase K₁ and it "
        "narrows; apply a field along z and it moves.",
    ),
    Preset(
        "spin_wave", "Spin wave", "A wave of precession: the shorter the wavelength, the higher the frequency.",
        parameters={
            "start": "wave", "D": 0.0, "B": 0.3, "K1": 0.0, "A": 1.3e-11, "Ms": 8e5, "alpha": 0.005, "nx": 96,
            "ny": 12, "waves": 3, "dx": 2e-9, "dy": 2e-9, "dz": 2e-9,
        },
        length=3e-10,
        notes="Each moment precesses about the field a little behind its neighbour, so the pattern travels. "
        "More wavelengths on the same length raise the frequency by the square of their number.",
    ),
    Preset(
        "uniform", "Uniform precession", "All moments precess together: exchange exerts no torque.",
        parameters={
            "start": "uniform", "D": 0.0, "B": 0.5, "K1": 0.0, "alpha": 0.03, "nx": 16, "ny": 16, "nz": 4,
            "angle": 60.0, "dx": 3e-9, "dy": 3e-9, "dz": 3e-9,
        },
        length=3e-10,
    ),
    Preset(
        "volume", "A block of iron", "A cube ordering from disorder: vortex lines move and vanish.",
        parameters={
            "start": "random", "D": 0.0, "B": 0.02, "K1": 4.8e4, "A": 2.1e-11, "Ms": 1.7e6, "alpha": 0.3, "nx": 20,
            "ny": 20, "nz": 20, "dx": 2e-9, "dy": 2e-9, "dz": 2e-9, "periodic": False,
        },
        length=1e-10,
        notes="Vortex lines remain, about which the magnetization rotates; they shorten and vanish. The stray "
        "field is not computed here: it would curl the cube into a vortex.",
    ),
    Preset(
        "reversal", "Standard problem 4", "A strip of permalloy in its S state is reversed by 25 mT at 170°.",
        parameters=STRIP | {"B": 24.973e-3, "turn": 170.085}, length=1e-9,
        notes="Published solutions agree: the mean along x first passes zero at 0.138 ns. The ends of the strip, "
        "which the S state has turned already, lead; waves remain that the small damping takes long to remove.",
    ),
    Preset(
        "second_field", "Standard problem 4, field 2",
        "The same strip, 36 mT at 190°: its middle turns the other way.",
        parameters=STRIP | {"B": 36.055e-3, "turn": -169.937}, length=1e-9,
        notes="Here ends and middle turn in opposite senses, and walls of 360° stay between them for a while. What "
        "happens then depends on the mesh: a test for programs, and a warning for users.",
    ),
    Preset(
        "current", "Standard problem 5", "A current drives the vortex of a square of permalloy off its middle.",
        parameters=SQUARE, actions=((0.0, "relax"),), length=8e-9,
        notes="Electrons flow to the left and take the vortex along, but it cannot move straight: it turns about a "
        "new place of rest, off to the side, in 8 ns. Published answers for that place differ by one percent.",
    ),
    Preset(
        "flux_closure", "Why a nail is no magnet",
        "From disorder, the stray field closes the flux inside the sample.",
        parameters=FLAKE, length=3e-9,
        notes="Exchange alone would align all moments. Their stray field costs more than a few walls, so domains "
        "form whose magnetization runs along every edge: E_s falls, and the mean moment is close to zero. Switch "
        "the stray field off and watch the domains go.",
    ),
    Preset(
        "stripes", "Stripes of a film",
        "From disorder, a film magnetized across its plane splits into domains.",
        parameters=GARNET, length=6e-9,
        notes="One domain would fill the space above the film with stray field. Domains up and down share it among "
        "themselves, at the cost of walls: a compromise that sets their width. Raise the field and the stripes "
        "against it shrink to bubbles.",
    ),
    *FILM_PRESETS,
    Preset(
        "spring", "Exchange spring", "Soft permalloy under hard cobalt, wound up by a reversed field.",
        parameters=SPRING_FILM, length=1.5e-9,
        notes="The cobalt above, with its strong anisotropy, holds the permalloy where they touch, and the field "
        "against both turns the rest: the magnetization winds up like a spring. Take the field away and it springs "
        "back; a field below 40 mT does not turn it at all.",
    ),
    Preset(
        "grains", "Grains of FePt", "A granular film: every grain keeps its own direction.",
        parameters=GRAINS, length=4e-10,
        notes="Each grain has an easy axis of its own, and little exchange crosses its boundary: domains follow "
        "the grains, and a reversed field turns them one by one. Raise the coupling and their walls run free.",
    ),
    Preset(
        "thermal", "Warm film", "The skyrmion with thermal noise at room temperature.",
        parameters={"T": 300.0, "dz": 3e-9}, length=4e-10,
    ),
)  # fmt: skip
