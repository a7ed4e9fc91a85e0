"""Presets of the domain wall."""

from __future__ import annotations

from spinviz.model.system import Preset

PRESETS = (
    Preset(
        "field", "Moved by a field", "A field along the easy axis moves the wall at a constant velocity.",
        length=3e-9,
        notes="The field does not push the wall: it turns the wall's moment out of the plane of the wall, a few "
        "degrees, until the stray field of the charges balances it. That stray field is what moves the wall, by "
        "making the moments precess from one domain into the other.",
    ),
    Preset(
        "breakdown", "Walker breakdown", "Above the Walker field the wall precesses, and is slower for it.",
        parameters={"B": 0.03}, length=8e-9,
        notes="Beyond B_W = αμ₀Ms/2 no tilt can balance the field any more: the moment of the wall goes round, and "
        "half of each turn the wall runs backwards. Its mean velocity is far below the peak at B_W: lower the field "
        "to 18 mT and the wall is faster.",
    ),
    Preset(
        "current", "Carried by a current", "Electrons that flow to the right carry the wall along.",
        parameters={"B": 0.0, "u": 150.0}, length=3e-9,
        notes="The spins of the electrons turn in the wall and leave their angular momentum there. In steady motion "
        "the velocity is βu/α, whatever the hard axis is: only the part β that does not follow adiabatically counts.",
    ),
    Preset(
        "intrinsic", "Intrinsic pinning", "Without the non-adiabatic torque a weak current only displaces the wall.",
        parameters={"B": 0.0, "beta": 0.0}, actions=((2e-10, "current_on"), (2.2e-9, "current_off")), repeat=4e-9,
        length=4e-9,
        notes="The wall starts with the electrons, but its moment tilts, and its own stray field then holds the "
        "spin current: it stops. Stop the current and it goes back to where it was; raise it above the "
        "breakdown and the moment turns over and over.",
    ),
    Preset(
        "pinned", "Pinned by defects", "Planes of lower anisotropy hold the wall until the rising field tears it off.",
        parameters={"B": 0.02, "rise": 1.2e-8, "depth": 0.02, "spacing": 8e-8, "size": 3e-8}, length=1.4e-8,
        notes="In a plane with two percent less anisotropy the wall costs less, so it stays at its far edge while the "
        "field rises to 17 mT: then the slope of that edge is too small. The coercivity of a magnet is this field, "
        "not that which would turn all moments at once.",
    ),
    Preset(
        "barkhausen", "Barkhausen jumps", "A wall creeps and jumps among random defects while the field rises.",
        parameters={
            "B": 0.1, "rise": 8e-8, "back": 1e5, "depth": 0.9, "spacing": 7e-8, "size": 4e-8, "K1": 5e4,
            "alpha": 0.5, "nx": 60, "ny": 40, "dx": 8e-9, "show": "cells",
        },
        length=8e-8,
        notes="The wall bends between defects that hold it, until one lets go and a whole section runs to the next "
        "ones. A coil around the sample would hear each jump as a click: its voltage is proportional to the velocity "
        "of the wall.",
    ),
    Preset(
        "strip", "In a thin strip", "A wall in a strip of 84 × 5 nm, with the stray field of its edges and surfaces.",
        parameters={
            "track": "strip", "ny": 28, "nx": 48, "dx": 3e-9, "thickness": 5e-9, "B": 0.006,
        },
        length=4e-9,
        notes="The charges of a wall in a film are weak, because their field escapes above and below. The Walker field "
        "is about 2 mT here, a ninth of that of a wide track, so that the wall precesses already at 6 mT.",
    ),
)  # fmt: skip
