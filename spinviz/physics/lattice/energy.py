"""Energies of a spin lattice term by term, for every frame; `effective_field.energy` is the readable form."""

import numpy as np

from spinviz.physics.kernel import kernel
from spinviz.physics.lattice.effective_field import LatticeEnergy
from spinviz.physics.lattice.llg import planes
from spinviz.physics.lattice.llg_kernels import refresh_halo
from spinviz.physics.lattice.spin_lattice import LatticeField, SpinLattice, unit
from spinviz.physics.noise import FAST


@kernel(fastmath=FAST)
def _sums(m, row, periodic_x, periodic_y, periodic_z, axis, out):
    """Sum over sites and bonds in float64: out = mi.mj along x, y, z; (m.u)^2; mx, my, mz; DMI along x, y."""
    refresh_halo(m, row, periodic_x, periodic_y, periodic_z)
    u, v, w = axis[0], axis[1], axis[2]
    out[:] = 0.0
    for k in range(1, m.shape[0] - 1):
        here, above = m[k], m[k + 1]
        for start in range(row + 1, here.shape[1] - row, row):
            end = start + row - 2
            ex, ey, ez = here[0, start + 1 : end + 1], here[1, start + 1 : end + 1], here[2, start + 1 : end + 1]
            north = here[:, start + row : end + row]
            nx, ny, nz = north[0], north[1], north[2]
            tx, ty, tz = above[0, start:end], above[1, start:end], above[2, start:end]
            mx, my, mz = here[0, start:end], here[1, start:end], here[2, start:end]
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = 0.0
            for i in range(mx.size):
                x, y, z = np.float64(mx[i]), np.float64(my[i]), np.float64(mz[i])
                s0 += x * ex[i] + y * ey[i] + z * ez[i]
                s1 += x * nx[i] + y * ny[i] + z * nz[i]
                s2 += x * tx[i] + y * ty[i] + z * tz[i]
                projection = x * u + y * v + z * w
                s3 += projection * projection
                s4 += x
                s5 += y
                s6 += z
                s7 += x * ez[i] - z * ex[i]
                s8 += y * nz[i] - z * ny[i]
            out[0] += s0
            out[1] += s1
            out[2] += s2
            out[3] += s3
            out[4] += s4
            out[5] += s5
            out[6] += s6
            out[7] += s7
            out[8] += s8


def lattice_energy(lattice: SpinLattice, field: LatticeField, moment: float = 1.0) -> LatticeEnergy:
    """Return the energies of all terms, every bond once, in joules for a ``moment`` [J/T] per site.

    Exchange is -b m_i.m_j per bond: a uniform state has -b moment times the number of bonds, not zero.
    """
    sums = np.empty(9)
    _sums(*planes(lattice), np.array(unit(field.axis)), sums)
    return LatticeEnergy(
        exchange=-moment * float(np.dot(field.exchange, sums[0:3])),
        anisotropy=-moment * field.anisotropy / 2 * float(sums[3]),
        zeeman=-moment * float(np.dot(field.zeeman, sums[4:7])),
        dmi=-moment * float(np.dot(field.dmi, sums[7:9])),
    )
