"""What an OVF file is of, as its labels, title, unit and ending tell: a magnetization, or something else."""

from __future__ import annotations

import re
from math import pi

from spinviz.files.errors import printable
from spinviz.files.ovf.lengths import is_unspecified

AMPERES_PER_METRE = {
    "A/m": 1.0, "kA/m": 1e3, "MA/m": 1e6, "emu/cm3": 1e3, "emu/cm^3": 1e3, "emu/cc": 1e3,
    "T": 1 / (4e-7 * pi), "mT": 1e-3 / (4e-7 * pi),
}  # fmt: skip
"""Units of a magnetization; in tesla it is mu0 M."""
FIELDS = ("T", "mT")
"""Units that are a field's unless the labels speak of a magnetization."""
FIELD_SUFFIXES = (".ohf", ".oef")
_MAGNETIZATION = re.compile(r"(^|[^a-z])([mj][xyz]?|spins?)([^a-z]|$)|magneti[sz]ation|polari[sz]ation")
_FIELD = re.compile(r"(^|[^a-z])[bh][xyz]?([^a-z]|$)|field")
_COMPONENT = re.compile(r"(?<![A-Za-z])[xyz](_component)?$")
_WORD = re.compile(r"[\w:]{1,60}")
LONGEST = 24
"""Letters of a name or unit that are shown."""


def name_of(label: str, title: str) -> str:
    """What the file holds: its first ``label`` without component, or else a title of one word, as mumax3 gives."""
    return _COMPONENT.sub("", label).rstrip(" _:") or (title if _WORD.fullmatch(title) else "")


def is_magnetization(name: str, unit: str, suffix: str) -> bool:
    """Whether values of this name and unit, in a file that ends so, are of a magnetization."""
    low = name.lower()
    if _FIELD.search(low):
        return False
    if _MAGNETIZATION.search(low):
        return True
    if unit in FIELDS or suffix in FIELD_SUFFIXES:
        return False
    return unit in AMPERES_PER_METRE or is_unspecified(unit)


def said(name: str, unit: str) -> str:
    """Return name and unit for people, "B_demag in T"."""
    return (short(name) or "a quantity") + ("" if is_unspecified(unit) else f" in {short(unit)}")


def short(text: str) -> str:
    """Return a name or a unit on one line and not too long."""
    return printable(text if len(text) <= LONGEST else text[:LONGEST] + "…")
