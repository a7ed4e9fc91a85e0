"""Which symbols an equation writes."""

import pytest

from spinviz.model.letters import letters


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\frac{1}{T_2^*}=\frac{1}{T_2}+\Gamma", ["T_{2}^{*}", "T_{2}", "Γ"]),
        (r"x=\frac{g\mu_BSB}{k_BT}", ["x", "g", "μ_{B}", "S", "B", "k_{B}", "T"]),
        (r"M_z(t)=1-e^{-i\,\delta\omega\,t/T_1}", ["M_{z}", "t", "δω", "T_{1}"]),
        (r"\mathrm{FWHM}=1.207\,\Delta,\ \mathrm{sech}\,x_+\,\dot m_z", ["FWHM", "Δ", "x_{+}", "m_{z}"]),
        (r"\int_0^T G\,\mathrm{d}t+\sum_{i=1}^4Y_i(K)", ["G", "t", "Y_{i}", "K"]),
        (r"\int u^2e^{\sigma u^2}du", ["u", "σ"]),
        (r"\mathbf{k}\cdot\mathbf{r}\,2\pi,\;t<TI", ["k", "r", "t", "TI"]),
        (r"M_z^\infty+M_\mathrm{eq}\quad(r=1\text{ without }T_2)", ["M_{z}^{∞}", "M_{eq}", "r", "T_{2}"]),
        (r"\sum_\pm c_\pm e^{\lambda_\pm t}", ["c_{±}", "λ_{±}", "t"]),
    ],
)
def test_symbols_of_an_equation(latex: str, expected: list[str]) -> None:
    assert letters(latex, ("TI", "TE")) == expected
