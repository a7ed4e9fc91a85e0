"""The compiled convolution of a magnetization with the demagnetizing tensor; importing this file loads rocket-fft.

Axes are z, y, x. Transforms skip the rows of zeros that pad open axes: along x only rows of cells are transformed,
along y only planes of cells, along z all. One thread: more gain nothing below 10^6 cells.
"""

import numpy as np
from rocket_fft import c2c, c2r, r2c

from spinviz.physics.kernel import kernel
from spinviz.physics.noise import FAST


@kernel
def _load(m, magnetization, real, spectrum):
    """Copy the cells of ``m`` (3, nz+2, ny+2, nx+2), times ``magnetization`` if it has any, among zeros."""
    nz, ny, nx = m.shape[1] - 2, m.shape[2] - 2, m.shape[3] - 2
    for part in range(3):
        for z in range(nz):
            for y in range(ny):
                row, cells = real[part, z, y], m[part, z + 1, y + 1, 1:-1]
                for x in range(nx):
                    row[x] = cells[x]
                for x in range(nx, row.size):
                    row[x] = 0
                if magnetization.size:
                    factor = magnetization[z, y]
                    for x in range(nx):
                        row[x] *= factor[x]
            for y in range(ny, spectrum.shape[2]):
                empty = spectrum[part, z, y]
                for x in range(empty.size):
                    empty[x] = 0
        for z in range(nz, spectrum.shape[1]):
            for y in range(spectrum.shape[2]):
                empty = spectrum[part, z, y]
                for x in range(empty.size):
                    empty[x] = 0


@kernel(fastmath=FAST)
def _multiply_layer(spectrum, tensor):
    """One layer: no field couples the plane with its normal."""
    for y in range(spectrum.shape[2]):
        mirrored = y >= tensor.shape[2]
        j = spectrum.shape[2] - y if mirrored else y
        a, b, c = spectrum[0, 0, y], spectrum[1, 0, y], spectrum[2, 0, y]
        xx, yy, zz, xy = tensor[0, 0, j], tensor[1, 0, j], tensor[2, 0, j], tensor[3, 0, j]
        sign = tensor.dtype.type(-1 if mirrored else 1)
        for x in range(a.size):
            p, q, mixed = a[x], b[x], sign * xy[x]
            a[x] = xx[x] * p + mixed * q
            b[x] = mixed * p + yy[x] * q
            c[x] = zz[x] * c[x]


@kernel(fastmath=FAST)
def _multiply(spectrum, tensor):
    """The tensor (6, ...) is kept for one octant of wave vectors: even, or odd in both axes that it names."""
    for z in range(spectrum.shape[1]):
        back = z >= tensor.shape[1]
        k = spectrum.shape[1] - z if back else z
        for y in range(spectrum.shape[2]):
            mirrored = y >= tensor.shape[2]
            j = spectrum.shape[2] - y if mirrored else y
            a, b, c = spectrum[0, z, y], spectrum[1, z, y], spectrum[2, z, y]
            xx, yy, zz = tensor[0, k, j], tensor[1, k, j], tensor[2, k, j]
            yz, zx, xy = tensor[3, k, j], tensor[4, k, j], tensor[5, k, j]
            of_yz = tensor.dtype.type(-1 if back != mirrored else 1)
            of_zx = tensor.dtype.type(-1 if back else 1)
            of_xy = tensor.dtype.type(-1 if mirrored else 1)
            for x in range(a.size):
                p, q, r = a[x], b[x], c[x]
                u, v, w = of_yz * yz[x], of_zx * zx[x], of_xy * xy[x]
                a[x] = xx[x] * p + w * q + v * r
                b[x] = w * p + yy[x] * q + u * r
                c[x] = v * p + u * q + zz[x] * r


@kernel
def convolve(m, magnetization, tensor, real, spectrum, field):
    """Write the stray field of ``m`` (3, nz+2, ny+2, nx+2) to ``field`` (3, nz, ny+2, nx+2), whose halo stays.

    tensor : (4 or 6, ...) octant of wave vectors, real, with the factor of the transforms and of the unit
    magnetization : (nz, ny, nx) of each cell, or (0, 0, 0) where it is the same in all
    real : (3, nz, ny, padded nx) and spectrum : (3, padded nz, padded ny, padded nx//2 + 1) are overwritten
    """
    nz, ny, nx = m.shape[1] - 2, m.shape[2] - 2, m.shape[3] - 2
    along_x, along_y, along_z = np.array([3]), np.array([2]), np.array([1])
    _load(m, magnetization, real, spectrum)
    r2c(real, spectrum[:, :nz, :ny], along_x, True, 1.0, 1)
    if spectrum.shape[2] > 1:
        c2c(spectrum[:, :nz], spectrum[:, :nz], along_y, True, 1.0, 1)
    if spectrum.shape[1] == 1:
        _multiply_layer(spectrum, tensor)
    else:
        c2c(spectrum, spectrum, along_z, True, 1.0, 1)
        _multiply(spectrum, tensor)
        c2c(spectrum, spectrum, along_z, False, 1.0, 1)
    if spectrum.shape[2] > 1:
        c2c(spectrum[:, :nz], spectrum[:, :nz], along_y, False, 1.0, 1)
    c2r(spectrum[:, :nz, :ny], real, along_x, False, 1.0, 1)
    for part in range(3):
        for z in range(nz):
            for y in range(ny):
                row, cells = real[part, z, y], field[part, z, y + 1, 1:-1]
                for x in range(nx):
                    cells[x] = row[x]
