"""Raw data of a scan in ISMRMRD (HDF5), for reconstructions elsewhere: every readout with its place in k-space."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spinviz.files.atomic import atomic_path
from spinviz.files.errors import FileError
from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.sequence.blocks import Array

Complex = NDArray[np.complex128]

SUFFIXES = (".mrd",)
MOST_IN_A_READOUT = 65535
"""Samples: the format counts them in 16 bits."""


@dataclass(frozen=True, eq=False)
class RawReadout:
    """``signal`` (n,) over all M0 and ``k`` (3, n) [1/m]: columns, rows, third axis; ``dwell`` [s]. ``line``,
    ``partition``: numbers of its row and third place on a raster, 0 off it; ``repetition``: how often it came before.
    ``image``: whether it belongs to the image, or was taken without gradients.
    """

    signal: Complex
    k: Array
    dwell: float
    line: int = 0
    partition: int = 0
    repetition: int = 0
    image: bool = True


@dataclass(frozen=True, eq=False)
class RawData:
    """``readouts`` in order of time; ``matrix`` (columns, rows, partitions) and ``fov`` (3,) [m] encoded, ``centre``
    (3,): the numbers at k = 0; ``cartesian``: on a raster; ``B0`` [T].
    """

    readouts: tuple[RawReadout, ...]
    matrix: tuple[int, int, int]
    fov: tuple[float, float, float]
    centre: tuple[int, int, int]
    cartesian: bool
    B0: float


def write_ismrmrd(path: str | os.PathLike[str], raw: RawData) -> None:
    """Write all readouts with their trajectory: k times the edge of a pixel, -0.5 to 0.5.

    Errors: `FileError`, also where the package ismrmrd is not installed or a readout has too many samples.
    """
    try:
        import ismrmrd
    except ImportError as error:
        raise FileError(path, "raw data need the package ismrmrd", "pip install 'spinviz[ismrmrd]'") from error
    longest = max((len(readout.signal) for readout in raw.readouts), default=0)
    if longest == 0:
        raise FileError(path, "the sequence has no readout", "write the sequence itself, or choose another")
    if longest > MOST_IN_A_READOUT:
        problem = f"a readout has {longest} samples, the limit of the format is {MOST_IN_A_READOUT}"
        raise FileError(path, problem, "write the signal as .csv")
    with atomic_path(path) as temporary, ismrmrd.Dataset(os.fspath(temporary), mode="w") as file:
        file.write_xml_header(_header(raw, longest).encode())
        for number, readout in enumerate(raw.readouts):
            file.append_acquisition(_acquisition(ismrmrd, raw, readout, number))


def _acquisition(ismrmrd: Any, raw: RawData, readout: RawReadout, number: int) -> Any:
    dimensions = 3 if raw.matrix[2] > 1 else 2
    pixel = np.array(raw.fov) / np.array(raw.matrix)
    path = (readout.k * pixel[:, None])[:dimensions].T
    found = ismrmrd.Acquisition.from_array(
        np.ascontiguousarray(readout.signal[None, :], dtype=np.complex64), np.ascontiguousarray(path, dtype=np.float32)
    )
    found.scan_counter = number + 1
    found.sample_time_us = 1e6 * readout.dwell
    found.center_sample = int(np.argmin(np.sum(path**2, axis=1)))
    found.idx.kspace_encode_step_1 = readout.line
    found.idx.kspace_encode_step_2 = readout.partition
    found.idx.repetition = readout.repetition
    found.read_dir[0] = found.phase_dir[1] = found.slice_dir[2] = 1.0
    if not readout.image:
        found.setFlag(ismrmrd.ACQ_IS_NAVIGATION_DATA)
    elif raw.cartesian and path[-1, 0] < path[0, 0]:
        found.setFlag(ismrmrd.ACQ_IS_REVERSE)
    if number + 1 == len(raw.readouts):
        found.setFlag(ismrmrd.ACQ_LAST_IN_MEASUREMENT)
    return found


def _header(raw: RawData, samples: int) -> str:
    from ismrmrd import xsd

    def space() -> Any:
        x, y, z = raw.matrix
        return xsd.encodingSpaceType(
            matrixSize=xsd.matrixSizeType(x=x, y=y, z=z),
            fieldOfView_mm=xsd.fieldOfViewMm(**dict(zip("xyz", (1e3 * edge for edge in raw.fov)))),
        )

    def limit(axis: int) -> Any:
        return xsd.limitType(minimum=0, maximum=raw.matrix[axis] - 1, center=raw.centre[axis])

    repetitions = max(readout.repetition for readout in raw.readouts) + 1
    limits = xsd.encodingLimitsType(
        kspace_encoding_step_0=xsd.limitType(minimum=0, maximum=samples - 1, center=samples // 2),
        kspace_encoding_step_1=limit(1),
        kspace_encoding_step_2=limit(2),
        repetition=xsd.limitType(minimum=0, maximum=repetitions - 1, center=0),
    )
    kind = xsd.trajectoryType.CARTESIAN if raw.cartesian else xsd.trajectoryType.OTHER
    note = xsd.trajectoryDescriptionType(identifier="spinviz", comment="k times the edge of a pixel, -0.5 to 0.5")
    encoding = xsd.encodingType(
        encodedSpace=space(), reconSpace=space(), encodingLimits=limits, trajectory=kind, trajectoryDescription=note
    )
    header = xsd.ismrmrdHeader(
        version=1,
        acquisitionSystemInformation=xsd.acquisitionSystemInformationType(
            systemVendor="spinviz", systemFieldStrength_T=raw.B0, receiverChannels=1
        ),
        experimentalConditions=xsd.experimentalConditionsType(
            H1resonanceFrequency_Hz=round(PROTON_GYROMAGNETIC_RATIO / (2 * np.pi) * raw.B0)
        ),
        encoding=[encoding],
    )
    return str(xsd.ToXML(header))
