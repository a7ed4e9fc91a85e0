"""What the kernels of all lattices share: slices of the neighbours' arrays, added up."""

from spinviz.physics.kernel import kernel
from spinviz.physics.noise import FAST


@kernel(fastmath=FAST)
def six(h, s0, s1, s2, s3, s4, s5, j0, j1, j2, j3, j4, j5, kept):
    """Six slices times six numbers, added to ``h`` if ``kept``."""
    if kept:
        for i in range(h.size):
            h[i] += (j0 * s0[i] + j1 * s1[i]) + (j2 * s2[i] + j3 * s3[i]) + (j4 * s4[i] + j5 * s5[i])
    else:
        for i in range(h.size):
            h[i] = (j0 * s0[i] + j1 * s1[i]) + (j2 * s2[i] + j3 * s3[i]) + (j4 * s4[i] + j5 * s5[i])
