"""OVF files of OOMMF, mumax3, mumax+ and Spirit: vector fields on rectangular meshes, versions 1.0 and 2.0.

Format: OOMMF User's Guide, "Vector field file format (OVF)"; the form "Data CSV" is Spirit's.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spinviz.files.atomic import atomic_write
from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError, quoted
from spinviz.files.ovf.data import check_end, check_finite, read_values, value_blocks
from spinviz.files.ovf.field import OVF, Values
from spinviz.files.ovf.geometry import geometry
from spinviz.files.ovf.header import (
    HEADER_BYTES,
    LINE_BYTES,
    REPRESENTATIONS,
    Header,
    join_list,
    read_header,
    split_list,
)

__all__ = ["MAX_BYTES", "OVF", "read_ovf", "write_ovf"]

MAX_BYTES = 2 * 1024**3
MAX_SEGMENTS = 10**6

_VECTORS = frozenset(axis + name for axis in "xyz" for name in ("min", "max", "base", "stepsize", "nodes"))
_OTHERS = {"title", "meshunit", "meshtype", "segmentcount", "valuedim", "valueunit", "valueunits", "valuelabels"}
_USED_KEYS = _VECTORS | _OTHERS | {"valuemultiplier", "valuerangeminmag", "valuerangemaxmag"}


def read_ovf(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES, require_finite: bool = True) -> OVF:
    """Read the first field of an OVF file; what was odd about it is in its ``remarks``.

    Memory stays below about four times the size of the file, whatever its header announces.

    Parameters
    ----------
    path
        The file: OVF 1.0 or 2.0, rectangular mesh, at most ``MAX_CELLS`` cells.
    max_bytes
        Largest file accepted [bytes].
    require_finite
        Refuse a field holding NaN or infinity, with which no simulation can start.

    Raises
    ------
    FileError
        For anything that is not such a file, naming the value, the limit and the remedy.
    """
    with open_bounded(path, max_bytes) as stream:
        header = read_header(path, stream)
        ovf = _field(header, read_values(header, stream))
        if check_end(header.path, stream, ovf.segments):
            ovf = replace(ovf, remarks=("the first of several fields in the file", *ovf.remarks))
    if require_finite:
        check_finite(header.path, ovf.values)
    return ovf


def write_ovf(path: str | os.PathLike[str], ovf: OVF, *, version: int = 2, representation: str = "binary 8") -> None:
    """Write a field completely or not at all.

    Binary 8 and text keep every float64, binary 4 every float32. Version 1.0 holds three components with
    one unit.

    Raises
    ------
    FileError
        The field does not fit the format, or the file cannot be written; what was there stays then.
    """
    if version not in (1, 2):
        raise FileError(path, f"OVF version {version} is not known", "choose 1 or 2")
    if representation not in REPRESENTATIONS:
        problem = f"representation {quoted(representation)} is not known"
        raise FileError(path, problem, "choose one of " + ", ".join(REPRESENTATIONS))
    head = _header_bytes(path, ovf, version, representation)
    blocks = value_blocks(path, ovf.values, version, representation)
    with atomic_write(path) as stream:
        stream.write(head)
        for block in blocks:
            stream.write(block)
        stream.write(f"# End: Data {representation.title()}\n# End: Segment\n".encode())


def _field(header: Header, values: Values) -> OVF:
    dim = values.shape[-1]
    multiplier = header.number("valuemultiplier", 1.0) if header.version == 1 else 1.0
    if multiplier != 1.0:
        with np.errstate(over="ignore", invalid="ignore"):
            values = values * np.float64(multiplier)
    values.flags.writeable = False
    mesh, records = geometry(header), header.records
    segments = header.count("segmentcount", MAX_SEGMENTS, default=1)
    first = (f"the first of {segments} fields in the file",) if segments > 1 else ()
    return OVF(
        values=values,
        stepsize=mesh.stepsize,
        base=mesh.base,
        minimum=mesh.minimum,
        maximum=mesh.maximum,
        meshunit=records.get("meshunit", "") if mesh.sized else "",
        valueunits=_units(header, dim),
        valuelabels=split_list(records.get("valuelabels", "")),
        title=records.get("title", ""),
        desc=header.desc,
        version=header.version,
        representation=header.representation,
        segments=segments,
        multiplier=multiplier,
        value_range=_range(header),
        extra=tuple((key, value) for key, value in records.items() if key not in _USED_KEYS),
        remarks=(*first, *mesh.remarks),
    )


def _units(header: Header, dim: int) -> tuple[str, ...]:
    """Version 1.0 has one unit, version 2.0 a list of one or ``dim``."""
    if "valueunits" not in header.records:
        return tuple(filter(None, [header.records.get("valueunit")]))
    return split_list(header.records["valueunits"])


def _range(header: Header) -> tuple[float, float] | None:
    if not {"valuerangeminmag", "valuerangemaxmag"} <= header.records.keys():
        return None
    return header.number("valuerangeminmag"), header.number("valuerangemaxmag")


def _header_bytes(path: str | os.PathLike[str], ovf: OVF, version: int, representation: str) -> bytes:
    """Return everything before the data; refuse what could not be read back."""
    records = [
        ("Segment count", "1"),
        ("Begin", "Segment"),
        ("Begin", "Header"),
        ("Title", ovf.title),
        *(("Desc", line) for line in ovf.desc),
        *_mesh_records(ovf),
        *(_records_1 if version == 1 else _records_2)(path, ovf),
        *(ovf.extra if version == ovf.version else ()),
        ("End", "Header"),
        ("Begin", f"Data {representation.title()}"),
    ]
    first = "# OOMMF: rectangular mesh v1.0" if version == 1 else "# OOMMF OVF 2.0"
    lines = [(first + "\n").encode(), *(_line(path, key, value) for key, value in records)]
    if sum(map(len, lines)) > HEADER_BYTES:
        raise FileError(path, f"the header exceeds {HEADER_BYTES} bytes", "shorten title and description")
    return b"".join(lines)


def _mesh_records(ovf: OVF) -> list[tuple[str, str]]:
    nz, ny, nx, _ = ovf.values.shape
    vectors = {"base": ovf.base, "stepsize": ovf.stepsize, "min": ovf.minimum, "max": ovf.maximum}
    return [
        ("meshtype", "rectangular"),
        ("meshunit", ovf.meshunit or "unspecified"),
        *((axis + "nodes", str(n)) for axis, n in zip("xyz", (nx, ny, nz))),
        *((axis + name, repr(float(value))) for name, vector in vectors.items() for axis, value in zip("xyz", vector)),
    ]


def _records_1(path: str | os.PathLike[str], ovf: OVF) -> list[tuple[str, str]]:
    dim, units = ovf.values.shape[-1], set(ovf.valueunits)
    if dim != 3 or len(units) > 1:
        problem = f"OVF 1 holds 3 components with one unit, the field has {dim} with {len(units)}"
        raise FileError(path, problem, "write OVF 2")
    low, high = ovf.value_range or _finite_range(ovf.magnitude())
    return [
        ("valueunit", next(iter(units), "unspecified")),
        ("valuemultiplier", "1"),
        ("ValueRangeMinMag", repr(low)),
        ("ValueRangeMaxMag", repr(high)),
    ]


def _finite_range(magnitude: NDArray[np.float64]) -> tuple[float, float]:
    finite = magnitude[np.isfinite(magnitude)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def _records_2(path: str | os.PathLike[str], ovf: OVF) -> list[tuple[str, str]]:
    dim = ovf.values.shape[-1]
    labels = ovf.valuelabels or tuple(f"value_{i}" for i in ("xyz" if dim == 3 else range(dim)))
    return [
        ("valuedim", str(dim)),
        ("valuelabels", join_list(path, labels)),
        ("valueunits", join_list(path, ovf.valueunits or ("unspecified",))),
    ]


def _line(path: str | os.PathLike[str], key: str, value: str) -> bytes:
    line = f"# {key}: {value}\n".encode(errors="replace")
    if "\n" in value or "##" in value or len(line) > LINE_BYTES:
        problem = f"{key} {quoted(value)} holds a line break or '##' or exceeds {LINE_BYTES} bytes"
        raise FileError(path, problem, "change it before writing")
    return line
