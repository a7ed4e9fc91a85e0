"""Pulseq files (.seq): pulse sequences as text, versions 1.2 to 1.5, read and written.

Format: K. J. Layton et al., Magn. Reson. Med. 77, 1544 (2017), and pulseq.github.io. What differs between Pulseq's
convention and ours is said in `events`.
"""

from __future__ import annotations

import os

from spinviz.files.pulseq.blocks import build_sequence
from spinviz.files.pulseq.text import read_text
from spinviz.files.pulseq.write import write_pulseq
from spinviz.physics.sequence.blocks import Sequence

__all__ = ["read_pulseq", "write_pulseq"]


def read_pulseq(path: str | os.PathLike[str], *, B0: float | None = None) -> Sequence:
    """Read a pulse sequence.

    Triggers and labels are ignored, soft delays keep the duration stored in the file. What is odd but understood is
    played as written and named in the remarks of the sequence: times off their raster, a signature that does not fit,
    definitions that the version demands.

    Parameters
    ----------
    path
        The file: Pulseq 1.2 to 1.5 as text, at most `text.MAX_BLOCKS` blocks.
    B0
        Field [T] from which frequencies in ppm (version 1.5) count; without it the definition B0 of the file, or 1.5.

    Raises
    ------
    FileError
        For anything that is not such a file, naming the value, the limit and the remedy.
    """
    return build_sequence(read_text(path), B0)
