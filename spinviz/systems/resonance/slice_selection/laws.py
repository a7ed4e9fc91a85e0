"""Laws of slice selection: the profile, the place and the angle of a slice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spinviz.model.law import Check, Departure, Law
from spinviz.systems.resonance.slice_selection.parameters import SliceParameters, centre
from spinviz.systems.resonance.slice_selection.profiles import (
    SMALL,
    beyond_small_tip,
    inside,
    refocused_echo,
    resolved,
    small,
    truncated,
)
from spinviz.systems.resonance.slice_selection.state import over


def when_over(condition: Callable[[SliceParameters], bool]) -> Callable[[Any, Any, Departure], bool]:
    """Law holds in the rest after the gradients where the parameters are such."""
    return lambda s, p, d: condition(p) and over(s, p)


SYMBOLS = {
    "M": "magnetization",
    "R": "rotation by one sample of the pulse",
    "ω_{1,k}": "RF field of sample k, γB₁",
    "G": "gradient in Hz/m",
    "x": "position across the slice",
    "δω": "angular offset of the spins",
    "Δt": "duration of one sample",
    "M_{+}": "transverse magnetization, M_x + iM_y",
    "M_0": "equilibrium magnetization",
    "ω_1": "strength of the RF field, γB₁",
    "k": "area of the gradient from t to its end",
    "t_r": "moment of the pulse at which the gradient that is left has no area",
    "x_{+}": "π(δω/β + μ)/2 with the offset δω there",
    "x_{−}": "π(δω/β − μ)/2",
    "Ω_0": "peak of the RF field",
    "β": "rate of the hyperbolic secant",
    "μ": "sharpness of its slice",
    "M_z": "longitudinal magnetization",
}

LAWS = (
    Law(
        "exact", "Exact profile", "exact", theory=lambda s, p, d: 0.0,
        latex=r"\mathbf{M}(T)=\prod_k R(\omega_{1,k},\,2\pi Gx-\delta\omega,\,\Delta t)\,\mathbf{M}(0)",
        validity="After the gradients; every sample of the pulse rotates M about its own fixed axis.",
        tolerance=1e-11, because="Rounding of some thousand rotations of 1e-16 each.",
        reference="Rabi, Phys. Rev. 51, 652 (1937)",
        check=Check(8e-3, preset="ninety"), holds=when_over(lambda p: True),
    ),
    Law(
        "small_tip", "Small-tip profile", "approximation", theory=lambda s, p, d: 0.0,
        latex=r"M_+(x)=iM_0\int\omega_1(t)\,e^{-2\pi i\,k(t)x}\,\mathrm{d}t",
        validity="Excitation by at most 30°; everywhere across the sample.",
        tolerance=1.0, because="In units of sinh A − A, A = ∫|ω₁|dt: all higher orders together cannot exceed it.",
        reference="Pauly, Nishimura and Macovski, J. Magn. Reson. 81, 43 (1989)",
        check=Check(8e-3, {"flip": 5.0}), scale=lambda s, p, d: beyond_small_tip(p), holds=when_over(small),
    ),
    Law(
        "thickness", "Thickness of the slice", "width", theory=lambda s, p, d: p.thickness,
        latex=r"\Delta x=\frac{\mathrm{TBW}}{T\,G}",
        validity="Excitation by less than 30°, time-bandwidth product of 4 or more, the slice within the sample.",
        tolerance=0.04, because="The window moves the half height by up to 3 %; the grid adds one in 1,000.",
        reference="Bernstein, King and Zhou, Handbook of MRI Pulse Sequences, section 8.1", scale="theory",
        check=Check(8e-3, {"flip": 5.0}),
        holds=when_over(lambda p: small(p) and p.flip < SMALL and inside(p) and resolved(p) and p.time_bandwidth >= 4),
    ),
    Law(
        "position", "Position of the slice", "centre", theory=lambda s, p, d: centre(p),
        latex=r"x_0=\frac{f-\delta}{G}",
        validity="The slice lies within the sample.",
        tolerance=0.2, because="In units of the distance of two isochromats, between which the edges are read off.",
        reference="Bernstein, King and Zhou, Handbook of MRI Pulse Sequences, section 8.1",
        check=Check(1.2e-2, preset="fat"), scale=lambda s, p, d: p.extent / p.isochromats,
        holds=when_over(lambda p: p.use != "refocus" and inside(p) and resolved(p)),
    ),
    Law(
        "flip", "Flip angle in the middle", "tip", theory=lambda s, p, d: p.flip,
        latex=r"\alpha=\int\omega_1(t)\,\mathrm{d}t",
        validity="Sinc, Gauss and rectangle from equilibrium; the slice within the sample.",
        tolerance=0.1, because="The centre lies between isochromats, where Mz is that of a cubic through four of them.",
        reference="Abragam, The Principles of Nuclear Magnetism, chapter II",
        check=Check(8e-3, preset="ninety"),
        holds=when_over(lambda p: p.use != "refocus" and p.pulse in ("sinc", "gauss", "block") and inside(p)
                        and resolved(p)),
    ),
    Law(
        "echo", "Rephased signal", "transverse", theory=lambda s, p, d: refocused_echo(p),
        latex=r"|S|=\frac{|\omega_1(t_r)|}{G\,\Delta x}M_0,\quad \int_{t_r}G\,\mathrm{d}t=0",
        validity="Excitation by at most 30°, the slice in the middle of a sample three times as long.",
        tolerance=1.0,
        because="3 % of α for side lobes beyond the ends of the sample (a rectangle: 2/π²u), and sinh A − A as above.",
        reference="Pauly, Nishimura and Macovski, J. Magn. Reson. 81, 43 (1989)",
        check=Check(8e-3, {"flip": 5.0}), scale=lambda s, p, d: truncated(p) * p.angle + beyond_small_tip(p),
        holds=when_over(lambda p: small(p) and resolved(p) and abs(centre(p)) + 1.5 * p.thickness < p.extent / 2),
    ),
    Law(
        "secant", "Hyperbolic secant inversion", "approximation", theory=lambda s, p, d: 0.0,
        latex=r"M_z=\tanh x_+\tanh x_-+\cos\!\left(\pi\sqrt{\tfrac{\Omega_0^2}{\beta^2}-\mu^2}\right)"
        r"\mathrm{sech}\,x_+\,\mathrm{sech}\,x_-",
        validity="Hyperbolic secant from equilibrium.",
        tolerance=0.05, because="The pulse is cut off at 1 % of its peak, the law has no ends.",
        reference="Silver, Joseph and Hoult, Phys. Rev. A 31, 2753 (1985)",
        check=Check(1.4e-2, preset="secant"), holds=when_over(lambda p: p.pulse == "secant" and p.use != "refocus"),
    ),
)  # fmt: skip
