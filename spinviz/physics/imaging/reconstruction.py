"""From k-space to the image: Fourier transform of a grid, gridding of any path, and the plain sum for reference.

The signal is s(k) = integral of m(r) exp(-2 pi i k.r), the image m(r) = integral of s(k) exp(2 pi i k.r); k in 1/m. An
image (n, n) has y along its rows and x along its columns and shows the middles of its pixels, as `pixel_centres`.
"""

from __future__ import annotations

from functools import lru_cache
from math import pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from spinviz.physics.imaging.head import pixel_centres
from spinviz.physics.imaging.lines import Acquisition
from spinviz.physics.sequence.blocks import Array, Complex

OVERSAMPLING = 2
"""Grid points of the gridding per step of 1/fov."""
KERNEL = 5
"""Width of the Kaiser-Bessel kernel in grid points: the image differs by 1e-4 from the plain sum."""
PIPE_ROUNDS = 30
"""Iterations of the density compensation."""


def on_grid(made: Acquisition, signal: Complex) -> Complex:
    """Samples in order of time (readouts x samples,) as k-space (matrix, matrix): row k_y, column k_x from below.

    Missing samples at the end of ``signal`` are zero. Lines that were read backwards are turned round.
    """
    n = made.matrix
    samples = np.zeros(n * n, np.complex128)
    samples[: len(signal)] = signal
    grid = np.zeros((n, n), np.complex128)
    rows = samples.reshape(n, n)
    grid[made.lines] = np.where(made.k[0, :, :1] > made.k[0, :, -1:], rows[:, ::-1], rows)
    return grid


def fourier_image(kspace: Complex, fov: float) -> Complex:
    """Image (n, n) of k-space on the grid (i - n/2)/fov: in units of the density that `rasterise` puts in."""
    n = len(kspace)
    # The origin of k-space is sample n/2, that of space lies between two pixels: half a pixel is a phase in k-space.
    half = np.exp(1j * pi * (np.arange(n) - n / 2) / n)
    shifted = np.fft.ifftshift(kspace * half[:, None] * half[None, :])
    return np.asarray(np.fft.fftshift(np.fft.ifft2(shifted)) * (n / fov) ** 2)


def adjoint_image(k: Array, values: ArrayLike, weights: ArrayLike, n: int, fov: float) -> Complex:
    """The plain sum of values x weights exp(2 pi i k.r) for every pixel: k (2, samples), n^2 x samples terms."""
    centres = pixel_centres(n, fov)
    along_x = np.exp(2j * pi * np.outer(centres, k[0]))
    along_y = np.exp(2j * pi * np.outer(centres, k[1])) * (np.asarray(values) * np.asarray(weights))
    return np.asarray(along_y @ along_x.T)


class Gridder:
    """Images from samples anywhere: Kaiser-Bessel convolution onto a finer grid, Fourier transform, deapodisation.

    Beatty, Nishimura and Pauly, IEEE Trans. Med. Imaging 24, 799 (2005). ``weights`` (samples,): the area [1/m^2] of
    k-space that each sample stands for, found as by Pipe and Menon, Magn. Reson. Med. 41, 179 (1999).
    """

    def __init__(self, k: Array, matrix: int, fov: float) -> None:
        self.matrix, self.fov = matrix, fov
        self._size = OVERSAMPLING * matrix
        self._convolution = _convolution(k * OVERSAMPLING * fov + self._size / 2, self._size)
        self.weights = self._density(k)
        x = pixel_centres(matrix, fov) / (OVERSAMPLING * fov)
        self._taper = np.outer(_kernel_transform(x), _kernel_transform(x))

    def image(self, values: Complex) -> Complex:
        """Image (matrix, matrix) of samples (samples,); samples that are still missing are zero."""
        grid = (self._convolution.T @ (values * self.weights)).reshape(self._size, self._size)
        n = self._size
        half = np.exp(1j * pi * (np.arange(n) - n / 2) / n)
        shifted = np.fft.ifftshift(grid * half[:, None] * half[None, :])
        fine = np.fft.fftshift(np.fft.ifft2(shifted)) * n**2
        edge = (n - self.matrix) // 2
        return np.asarray(fine[edge : edge + self.matrix, edge : edge + self.matrix] / self._taper)

    def _density(self, k: Array) -> Array:
        """Weights whose convolution is even where there are samples, scaled by a Gauss function's integral."""
        weights, kernel = np.ones(k.shape[1]), abs(self._convolution)
        for _ in range(PIPE_ROUNDS):
            weights /= kernel @ (kernel.T @ weights)
        radius = np.hypot(*k)
        width = radius.max() / 2
        integral = float(np.sum(weights * np.exp(-((radius / width) ** 2))))
        # The Gauss function reaches e^-4 at the edge; what lies beyond is missing in the sum, too.
        return np.asarray(weights * pi * width**2 * (1 - np.exp(-4.0)) / integral, dtype=np.float64)


def _shape() -> float:
    """Beatty's choice for the Kaiser-Bessel kernel's beta."""
    return pi * sqrt((KERNEL / OVERSAMPLING) ** 2 * (OVERSAMPLING - 0.5) ** 2 - 0.8)


def _kernel(u: Array) -> Array:
    """I0(beta sqrt(1 - (2 u/width)^2)) within half a width."""
    inside = np.clip(1 - (2 * u / KERNEL) ** 2, 0.0, None)
    return np.asarray(np.where(np.abs(u) <= KERNEL / 2, np.i0(_shape() * np.sqrt(inside)), 0.0))


def _kernel_transform(x: Array) -> Array:
    """Fourier transform of `_kernel`: width sinh(z)/z, z^2 = beta^2 - (pi width x)^2."""
    z = np.emath.sqrt(_shape() ** 2 - (pi * KERNEL * x) ** 2)
    return np.asarray(np.real(KERNEL * np.sinh(z) / z))


def _convolution(u: Array, size: int) -> Any:
    """Sparse matrix (samples, size^2): the kernel around each sample at ``u`` (2, samples) [grid points].

    What wraps around the edge of k-space changes its sign there, because pixels show their middles: exp(2 pi i k x) at
    half-integer x turns by pi from one edge to the other.
    """
    from scipy.sparse import csr_array  # here, because loading it would delay the first picture

    first = np.ceil(u - KERNEL / 2).astype(np.int64)
    near = first[:, :, None] + np.arange(KERNEL + 1)
    height = _kernel(near - u[:, :, None]) * np.where((near >= 0) & (near < size), 1.0, -1.0)
    columns = (near[1] % size)[:, :, None] * size + (near[0] % size)[:, None, :]
    entries = height[1][:, :, None] * height[0][:, None, :]
    count = u.shape[1]
    rows = np.repeat(np.arange(count), (KERNEL + 1) ** 2)
    return csr_array((entries.ravel(), (rows, columns.ravel())), shape=(count, size * size))


@lru_cache(maxsize=4)
def gridder_of(made: Acquisition) -> Gridder:
    """The gridding of an acquisition, prepared once."""
    return Gridder(made.k.reshape(2, -1), made.matrix, made.fov)


def image_of(made: Acquisition, signal: Complex) -> Complex:
    """Image (matrix, matrix) of the samples so far, in order of time; those still missing count as zero."""
    if made.cartesian:
        return fourier_image(on_grid(made, signal), made.fov)
    values = np.zeros(made.k[0].size, np.complex128)
    values[: len(signal)] = signal
    return gridder_of(made).image(values)


def kspace_picture(made: Acquisition, signal: Complex) -> Array:
    """|k-space| (matrix, matrix) so far; samples off the grid fall into the nearest cell, the largest counts."""
    if made.cartesian:
        return np.asarray(np.abs(on_grid(made, signal)))
    picture = np.zeros((made.matrix, made.matrix))
    cells = np.rint(made.k.reshape(2, -1)[:, : len(signal)] * made.fov + made.matrix / 2).astype(np.int64)
    np.clip(cells, 0, made.matrix - 1, out=cells)
    np.maximum.at(picture, (cells[1], cells[0]), np.abs(signal))
    return picture
