"""Presets of the spin waves."""

from __future__ import annotations

from spinviz.model.system import Preset

YIG = {"material": "YIG"}
YIG_ACROSS = YIG | {"geometry": "forward volume", "B": 0.25}
PERMALLOY = {
    "geometry": "Damon-Eshbach", "material": "permalloy", "alpha": 2e-3, "B": 0.05, "d": 2e-8, "dx": 5e-9,
    "width": 2.5e-8, "n": 512, "waves": 12,
}  # fmt: skip
MANGANESE_FLUORIDE = {
    "geometry": "antiferromagnet", "B_E": 52.6, "B_A": 0.82, "B": 3.0, "alpha": 0.0, "n": 64, "dx": 3.3e-10,
    "width": 3.3e-10, "waves": 4, "tilt": 2.0, "magnify": 150.0,
}  # fmt: skip

ANTENNA = PERMALLOY | {
    "excitation": "antenna", "absorbing": True, "f": 1e10, "alpha": 8e-3, "n": 640, "dx": 1.6e-8, "width": 1.5e-7,
    "B1": 5e-4, "magnify": 100.0,
}  # fmt: skip
BACKWARD = {
    "material": "YIG", "excitation": "antenna", "absorbing": True, "f": 2.85e9, "n": 384, "dx": 3e-8,
    "width": 4e-7, "B1": 5e-5, "magnify": 100.0,
}  # fmt: skip

PRESETS = (
    Preset(
        "backward_volume", "Backward volume waves", "A film of YIG magnetized along the waves: long waves run back.",
        YIG,
        length=1.8e-8,
        notes="A kick sends out waves of all lengths; the transform over space and time sorts them by wave number and "
        "frequency. Long waves have a lower frequency the shorter they are, so their group velocity points against "
        "their phase velocity, until exchange turns the branch up.",
    ),
    Preset(
        "damon_eshbach", "Damon-Eshbach waves", "The same film magnetized across the waves: long waves are fast.",
        YIG | {"geometry": "Damon-Eshbach", "waves": 4}, length=1.3e-8,
        notes="The charges along the wave add to those on the faces, so the frequency rises steeply from Kittel's "
        "resonance: the long waves run away from the short ones. Where half of the charges are on either, the branch "
        "is flat until exchange takes over.",
    ),
    Preset(
        "forward_volume", "Forward volume waves", "A film magnetized across its plane: all directions of k are alike.",
        YIG_ACROSS | {"waves": 4}, length=1.3e-8,
        notes="The field must exceed μ₀Ms to hold the magnetization across the plane. Precession is circular at k = 0, "
        "at γ(B − μ₀Ms), and the group velocity is positive everywhere.",
    ),
    Preset(
        "permalloy", "Permalloy, short waves", "A thin film of permalloy: exchange bends the branch upwards soon.",
        PERMALLOY, length=4e-9,
        notes="In a film of 20 nm waves below 200 nm are those of exchange: their frequency rises by the square of the "
        "wave number. Damping, here a quarter of that of permalloy, widens the branch.",
    ),
    Preset(
        "antenna", "Antenna", "An antenna on a film of permalloy emits waves of its frequency to both sides.",
        ANTENNA, length=6e-9,
        notes="Only the wave whose frequency by the dispersion is that of the antenna carries energy away: its "
        "wavelength is 2π/k there. Raise the frequency and the wave becomes shorter; damping ends it on the way.",
    ),
    Preset(
        "backward_antenna", "Antenna, backward waves",
        "Energy leaves the antenna, and the crests of the waves run towards it.",
        BACKWARD, length=3e-8,
        notes="Below the resonance of a film that is magnetized along the waves, the frequency falls with the wave "
        "number. Watch a crest: it runs towards the antenna, although the waves spread away from it.",
    ),
    Preset(
        "antiferromagnet", "Antiferromagnet", "Neighbours are antiparallel: two branches at terahertz frequencies.",
        MANGANESE_FLUORIDE, length=8e-11,
        notes="One spin was turned, and its wave has all wave numbers. Two branches of opposite sense of rotation are "
        "split by the field; their gap at k = 0 is the root of exchange times anisotropy. At the end of the zone the "
        "sublattices swing against each other.",
    ),
)  # fmt: skip
