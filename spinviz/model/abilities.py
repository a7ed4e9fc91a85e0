"""What a system may be able to do beyond the contract; whoever wants it asks ``isinstance(system, PlaysSequence)``.

A system names its abilities among its base classes, so that the signatures are checked where it is written. Types of
files and of sequences are parameters here: the model knows neither.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from spinviz.model.brush import Indices, Sites
from spinviz.model.parameters import Parameters

P = TypeVar("P", bound=Parameters)
P_co = TypeVar("P_co", bound=Parameters, covariant=True)
P_contra = TypeVar("P_contra", bound=Parameters, contravariant=True)
S_contra = TypeVar("S_contra", contravariant=True)
Sequence_co = TypeVar("Sequence_co", covariant=True)
Field_co = TypeVar("Field_co", covariant=True)
Image_co = TypeVar("Image_co", covariant=True)
Raw_co = TypeVar("Raw_co", covariant=True)


def unseen(part: float) -> None:
    """Show the progress to nobody."""


@runtime_checkable
class PlaysSequence(Protocol[P_contra, Sequence_co]):
    """Plays a pulse sequence, which can be saved for a scanner."""

    @abstractmethod
    def sequence(self, p: P_contra) -> Sequence_co:
        """Return what is played, a `physics.sequence.blocks.Sequence`: times [s], RF [rad/s], gradients [rad/s/m].

        Errors: `FileError` where it comes from a file.
        """


@runtime_checkable
class IsReadOut(Protocol[P_contra]):
    """Gives the samples of all readouts of its sequence at once, without being shown."""

    @abstractmethod
    def received(
        self, p: P_contra, progress: Callable[[float], None] = unseen
    ) -> tuple[NDArray[np.float64], NDArray[np.complex128]]:
        """Return time (samples,) [s] and signal (samples,) [M0]; ``progress`` hears the part done, 0 to 1.

        Errors: `FileError`.
        """

    def remarks(self, p: P_contra) -> tuple[str, ...]:
        """Return what is odd about the run, or was assumed or done about it, one clause each. Errors: `FileError`."""
        return ()


@runtime_checkable
class MakesImage(Protocol[P_contra, Image_co, Raw_co]):
    """Gives the image of its whole sequence, and the samples that it is made of, at once, without being shown."""

    @abstractmethod
    def image(self, p: P_contra, progress: Callable[[float], None] = unseen) -> Image_co:
        """Return the image, a `files.mr_image.MRImage`. Errors: `FileError` where the sequence makes none."""

    @abstractmethod
    def raw(self, p: P_contra, progress: Callable[[float], None] = unseen) -> Raw_co:
        """Return all readouts, a `files.mr_raw.RawData`. Errors: `FileError` where they make no image."""


@runtime_checkable
class HasSignal(Protocol):
    """Has a signal that a receiver would hear although no spectrum of it is plotted."""

    signal: tuple[str, str]
    """Names of the observables in phase and 90 degrees behind, in one unit; the second may be empty."""


@runtime_checkable
class HasField(Protocol[S_contra, P_contra, Field_co]):
    """Has a vector field on a regular mesh."""

    @abstractmethod
    def field(self, state: S_contra, p: P_contra) -> Field_co:
        """Return the field now, a `files.ovf.read.OVF`: values (nx, ny, nz, 3) in its own unit, cells [m].

        Errors: `FileError` where it comes from a file.
        """


@runtime_checkable
class OpensBeside(Protocol[P]):
    """Opens several files that go together: a sequence and the phantom it is played on."""

    @abstractmethod
    def open_beside(self, path: Path, p: P) -> P:
        """Return ``p`` with the file at ``path`` beside the files that it has. Errors: `FileError`, `UnknownName`."""


@runtime_checkable
class OpensSeries(Protocol[P_co]):
    """Opens many files of one kind as one run, a frame each."""

    @abstractmethod
    def open_series(self, paths: Sequence[Path]) -> P_co:
        """Return parameters that show these files, or those of one folder or pattern. Errors: `FileError`."""


@runtime_checkable
class HasFrames(Protocol):
    """Parameters with a choice of frames of reference: a `choice` called ``frame``."""

    @property
    def frame(self) -> str:
        """The frame of reference of the picture, one of the choices."""


@runtime_checkable
class TurnsWhilePaused(Protocol[S_contra, P_contra]):
    """Goes smoothly from one frame of reference to another, also while the time stands still."""

    @abstractmethod
    def turn(self, state: S_contra, p: P_contra, seconds: float) -> bool:
        """Turn the picture to the chosen frame for ``seconds`` on screen, in place; return whether it moved or will.

        Nothing but the picture changes.
        """


@runtime_checkable
class Brushable(Protocol[S_contra, P_contra]):
    """Has a lattice on which a brush can paint; `physics.lattice.brushes` does it for arrays of unit vectors."""

    @abstractmethod
    def brushes(self, p: P_contra) -> tuple[str, ...]:
        """Return the names of `model.brush.BRUSHES` that this lattice can do exactly, the first chosen at first."""

    @abstractmethod
    def sites(self, p: P_contra) -> Sites:
        """Return where the sites are in the picture: the same with any display parameters."""

    @abstractmethod
    def paint(self, state: S_contra, p: P_contra, brush: str, sites: Indices) -> None:
        """Do what ``brush`` says to the ``sites`` (n,), in place. Randomness comes from the state's own generator."""
