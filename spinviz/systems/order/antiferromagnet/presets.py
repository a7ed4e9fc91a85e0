"""Presets of the antiferromagnet."""

from __future__ import annotations

from spinviz.model.system import Preset

PRESETS = (
    Preset(
        "hidden", "Hidden order", "A cold square lattice: each spin against its neighbours, no magnetization.",
        parameters={"lattice": "square", "L": 8, "T": 0.15, "K": 0.1, "coloured": "sublattice"},
        length=600.0, speed=30.0,
        notes="The net moment is nearly zero, and yet the pattern is perfect: the staggered moment n, one sublattice "
        "minus the other, shows it. Colour by direction with one sublattice reversed, and the sample looks like a "
        "ferromagnet.",
    ),
    Preset(
        "susceptibility", "Along and across", "A cubic antiferromagnet with an easy axis, below its Néel "
        "temperature.", parameters={"T": 0.8, "L": 8, "K": 0.3, "coloured": "sublattice"}, length=3000.0, speed=200.0,
        notes="Cool it step by step: across the axis the susceptibility stays about constant below TN, because both "
        "sublattices can cant. Along the axis it vanishes with the heat: it exerts no torque, and saturated "
        "sublattices cannot grow.",
    ),
    Preset(
        "flop", "Spin flop", "The field along the axis rises and falls slowly at T = 0, tilted by 0.2°.",
        parameters={
            "L": 4, "T": 0.0, "K": 0.75, "h": 7.0, "tilt": 0.2, "period": 8000.0, "algorithm": "heat bath",
            "coloured": "sublattice",
        },
        length=8000.0, speed=400.0,
        notes="At first a field along the axis does nothing. At h = 4.5 J both sublattices jump across it and "
        "cant towards it; on the way back they jump at 3.5 J. The transition is of first order: between the two fields "
        "both states are stable.",
    ),
    Preset(
        "resonance", "Resonance", "Both sublattices are kicked and precess together.",
        parameters={
            "T": 0.0, "L": 6, "K": 0.3, "h": 0.4, "algorithm": "llg", "alpha": 0.002, "magnify": 20,
            "coloured": "sublattice",
        },
        actions=((0.0, "kick"),), length=60.0, speed=3.0,
        notes="Exchange and anisotropy together hold the sublattices: the resonance lies near the geometric mean of "
        "their fields, far above that of a ferromagnet. In a field along the axis two modes beat, because one sense "
        "of precession becomes faster and the other slower.",
    ),
    Preset(
        "wave", "Spin wave", "A wave of small precession runs through a layer.",
        parameters={
            "lattice": "square", "L": 20, "T": 0.0, "K": 0.01, "algorithm": "llg", "alpha": 0.0, "waves": 2,
            "magnify": 50, "coloured": "flipped",
        },
        actions=((0.0, "kick"),), length=60.0, speed=3.0,
        notes="Choose other wavelengths and kick again: at long ones the frequency is proportional to the wave "
        "number, as of sound, while that of a ferromagnet grows with its square.",
    ),
    Preset(
        "hit", "One spin is hit", "A single spin of a cold layer is turned by 90°: rings of waves run outwards.",
        parameters={
            "lattice": "square", "L": 40, "T": 0.0, "algorithm": "llg", "alpha": 0.0, "coloured": "flipped",
            "magnify": 12, "shown": "cells",
        },
        actions=((0.0, "hit"),), length=20.0, speed=2.0,
        notes="The hit spin contains waves of every wavelength, and all long ones have the same speed: a ring "
        "spreads from the middle, as on a pond. It meets its own images at the periodic edges.",
    ),
    Preset(
        "frustrated", "Frustration", "A triangular lattice is quenched: no three neighbours can be antiparallel.",
        parameters={
            "lattice": "triangular", "L": 24, "T": 0.05, "start": "random", "coloured": "sublattice",
        },
        length=600.0, speed=20.0,
        notes="The best compromise is 120° between any two of three sublattices. Each bond is then satisfied only by "
        "half, the energy is −3/2 J per spin instead of −3 J. The arrows of the three sublattices open like a star.",
    ),
    Preset(
        "kagome", "Too many ground states", "Corner-sharing triangles: each adds up to zero, and still there is no "
        "order.",
        parameters={
            "lattice": "kagome", "L": 10, "T": 0.0, "start": "random", "algorithm": "heat bath",
            "coloured": "direction",
        },
        length=800.0, speed=30.0,
        notes="The energy falls to −1 J per spin, the lowest possible, while n stays small: whole families of states "
        "have this energy, and nothing chooses one of them.",
    ),
    Preset(
        "chain", "A ring of spins", "Sixteen spins in a ring, whose energy is known exactly.",
        parameters={"lattice": "chain", "L": 16, "T": 0.3, "coloured": "flipped"}, length=2000.0, speed=60.0,
        notes="In one dimension any heat destroys the order: neighbours are nearly antiparallel, yet the staggered "
        "moment wanders. For classical spins the energy is that of the ferromagnetic ring.",
    ),
    Preset(
        "fcc", "Four sublattices", "A face-centred cubic lattice: four sublattices that add up to zero.",
        parameters={"lattice": "fcc", "L": 4, "T": 0.05, "coloured": "sublattice"},
        length=600.0, speed=30.0,
        notes="Four neighbours that form a tetrahedron share the frustration: their sum is zero in many ways. Heat "
        "favours collinear ones, two against two, because they leave most room for fluctuations.",
    ),
)  # fmt: skip
